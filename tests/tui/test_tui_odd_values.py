"""Values of every odd kind, computed in the real runner and drawn as they would be on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ptcards.deck.card import Card
from ptcards.runner.protocol import Job, Verdict
from ptcards.study.attempt import Attempt
from ptcards.tui.page import stack
from ptcards.tui.verdicts import judged_view, tried_view

if TYPE_CHECKING:
    from ptcards.runner.runner import Runner

ODD = {
    "not a number": "torch.tensor([float('nan'), float('inf'), -float('inf')])",
    "an image of no numbers": "torch.full((8, 8, 3), float('nan'))",
    "an image with infinity": "torch.rand(8, 8) / torch.zeros(8, 8)",
    "a thousand million elements": "torch.zeros(1).expand(10**9)",
    "a huge array": "np.broadcast_to(np.uint8(1), (40_000, 40_000, 3))",
    "complex": "torch.ones(2, 3, dtype=torch.complex64)",
    "half of half precision": "torch.rand(3).to(torch.bfloat16)",
    "a byte of precision": "torch.rand(3).to(torch.float8_e4m3fn)",
    "empty": "torch.zeros(0, 3)",
    "no dimensions": "torch.tensor(3.5)",
    "many dimensions": "torch.zeros(1, 2, 1, 2, 1, 2)",
    "not contiguous": "torch.arange(12).reshape(3, 4).T[::2]",
    "meta": "torch.zeros(3, 4, device='meta')",
    "sparse": "torch.eye(4).to_sparse()",
    "sparse by rows": "torch.eye(4).to_sparse_csr()",
    "quantised": "torch.quantize_per_tensor(torch.rand(3, 3), 0.1, 0, torch.quint8)",
    "nested": "torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])",
    "with a gradient": "torch.ones(2, 2, requires_grad=True) * 2",
    "truth values": "torch.eye(3) > 0",
    "objects": "np.array([object(), None], dtype=object)",
    "fields": "np.zeros(2, dtype=[('a', 'i4'), ('b', 'f8')])",
    "dates": "np.array(['2026-01-01', 'NaT'], dtype='M8[D]')",
    "words with control characters": "np.array(['[red]x[/]', '\\x1b[2J'])",
    "masked": "np.ma.masked_equal([1, 2, 3], 2)",
}


CARD = Card(id="column", question="?", solution="x.unsqueeze(1)")


@pytest.mark.parametrize("name", ODD)
def test_a_value_of_any_kind_is_drawn_at_any_width(runner: Runner, name: str) -> None:
    check = "assert answer.shape == (4, 1), 'the new dimension goes last'"
    head = "import numpy as np\nimport torch"
    job = Job("shapes/column", preamble=head, answer=ODD[name], check=check, given="x = torch.arange(4)")
    tried = tried_view(runner.value(job))
    outcome = runner.run(job)
    assert outcome.verdict is not Verdict.ERROR
    judged = judged_view(outcome, CARD, Attempt(1), ODD[name], 1.0)
    for width in (1, 20, 40, 80, 120):
        for line in stack(*tried.blocks, *judged.blocks)(width):
            assert not {"\x1b", "\x9b"} & set(line.plain)
            assert width < 20 or line.cell_length <= width
