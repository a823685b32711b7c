"""Values as pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.deck.card import Card
from ptcards.runner.protocol import Image, Job, Stats, Value, Verdict
from ptcards.study.attempt import Attempt
from ptcards.tui.page import stack
from ptcards.tui.verdicts import compared, judged_view, picture_lines, summary, tried_view, what

if TYPE_CHECKING:
    from ptcards.runner.runner import Runner

COLUMN = Value("tensor", "torch.Tensor", "[[1], [2]]", "torch.int64", (2, 1), grid=(("1",), ("2",)))
BIG = Value(
    "tensor", "torch.Tensor", "...", "torch.float32", (1000, 1000), stats=Stats("-4.1", "4.3", "0.01", 7)
)


def test_a_value_is_named_by_dtype_shape_and_place_and_a_number_by_itself() -> None:
    assert what(COLUMN) == "int64 (2, 1)"
    assert what(Value("tensor", "torch.Tensor", "", "torch.float32", (), "cuda:0", True)) == (
        "float32 () on cuda:0 requires grad"
    )
    assert what(Value("array", "numpy.ndarray", "", "uint8", (3,))) == "uint8 (3,) array"
    assert summary(Value("number", "int", "3")).plain == "3"
    assert summary(Value("sequence", "list", "[1, 2]")).plain == "list  [1, 2]"
    assert summary(BIG).plain == "float32 (1000, 1000)  min -4.1 · max 4.3 · mean 0.01 · 7 NaN"


def test_cells_that_differ_bear_a_sign_but_not_where_shapes_do() -> None:
    other = replace(COLUMN, grid=(("1",), ("3",)))
    row = replace(COLUMN, shape=(1, 2), grid=(("1", "2"),))
    lines = [line.plain for line in stack(*compared(COLUMN, other))(78)]
    assert [line.split() for line in lines[1:]] == [["1", "1"], ["≠2", "≠3"]]
    assert not any("≠" in line.plain for line in stack(*compared(row, COLUMN))(78))


def test_images_are_beside_each_other_at_one_scale_and_half_blocks_hold_two_pixels_each() -> None:
    small, large = Image(2, 2, bytes(12)), Image(4, 8, bytes(96))
    assert max(line.cell_length for line in picture_lines(large, (small, large), 40)) == 2 + 24
    assert max(line.cell_length for line in picture_lines(small, (small, large), 40)) == 2 + 6
    style = picture_lines(Image(2, 1, bytes([255, 0, 0, 0, 0, 255])), (), 3)[0].spans[-1].style
    assert not isinstance(style, str)
    assert style.foreground is not None
    assert style.background is not None
    assert (style.foreground.rgb, style.background.rgb) == ((255, 0, 0), (0, 0, 255))


@given(st.integers(0, 48), st.integers(0, 64), st.integers(3, 120), st.integers(0, 400))
def test_an_image_of_any_size_fits_even_with_pixels_missing(
    rows: int, cols: int, width: int, given: int
) -> None:
    lines = picture_lines(Image(rows, cols, bytes(given)), (), width)
    assert len(lines) <= 13
    if rows and cols:
        assert max(line.cell_length for line in lines) <= max(width, 3)


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
def test_a_value_of_any_kind_is_drawn_at_any_width(runner: Runner, name: str) -> None:
    check = "assert answer.shape == (4, 1), 'the new dimension goes last'"
    head = "import numpy as np\nimport torch"
    job = Job("shapes/column", preamble=head, answer=ODD[name], check=check, given="x = torch.arange(4)")
    card = Card(id="column", question="?", solution="x.unsqueeze(1)")
    tried = tried_view(runner.value(job))
    outcome = runner.run(job)
    assert outcome.verdict is not Verdict.ERROR
    judged = judged_view(outcome, card, Attempt(1), ODD[name], 1.0)
    for width in (1, 20, 40, 80, 120):
        for line in stack(*tried.blocks, *judged.blocks)(width):
            assert not {"\x1b", "\x9b"} & set(line.plain)
            assert width < 20 or line.cell_length <= width
