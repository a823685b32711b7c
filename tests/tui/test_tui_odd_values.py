"""Values of every odd kind, computed in the real runner and drawn on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ptcards.study.views import Scope

if TYPE_CHECKING:
    from tests.tui.conftest import Opener

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


@pytest.mark.parametrize("name", ODD)
async def test_a_value_of_any_kind_is_drawn_and_the_screen_holds(table: Opener, name: str) -> None:
    async with table(Scope(cards=("shapes/column",))) as at:
        await at.type(ODD[name])
        await at.press("ctrl+t")
        assert "Tried, not checked" in at.text
        await at.press("f5")
        assert "Not yet" in at.text
        for size in ((120, 36), (40, 12), (80, 24)):
            await at.pilot.resize_terminal(*size)
        await at.press("tab")
        assert "x holds 4 numbers" in at.text
        assert "\x1b" not in at.text
