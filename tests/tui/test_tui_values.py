"""Values as pictures."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ptcards.runner.protocol import Image, Stats, Value
from ptcards.tui.page import stack
from ptcards.tui.verdicts import compared, picture_lines, summary, what

COLUMN = Value("tensor", "torch.Tensor", "[[1], [2]]", "torch.int64", (2, 1), grid=(("1",), ("2",)))
OTHER = Value("tensor", "torch.Tensor", "[[1], [3]]", "torch.int64", (2, 1), grid=(("1",), ("3",)))


def lines_of(*values: Value | None, width: int = 78) -> list[str]:
    answer, wanted = values
    return [line.plain.rstrip() for line in stack(*compared(answer, wanted))(width)]


def test_a_tensor_is_named_by_dtype_shape_and_place() -> None:
    assert what(COLUMN) == "int64 (2, 1)"
    assert what(Value("tensor", "torch.Tensor", "", "torch.float32", (), "cuda:0", True)) == (
        "float32 () on cuda:0 requires grad"
    )
    assert what(Value("array", "numpy.ndarray", "", "uint8", (3,))) == "uint8 (3,) array"


def test_a_number_needs_no_type_and_a_list_does() -> None:
    assert summary(Value("number", "int", "3")).plain == "3"
    assert summary(Value("sequence", "list", "[1, 2]")).plain == "list  [1, 2]"


def test_a_big_tensor_is_summed_up() -> None:
    big = Value(
        "tensor", "torch.Tensor", "...", "torch.float32", (1000, 1000), stats=Stats("-4.1", "4.3", "0.01", 7)
    )
    assert summary(big).plain == "float32 (1000, 1000)  min -4.1 · max 4.3 · mean 0.01 · 7 NaN"


def test_cells_that_differ_bear_a_sign() -> None:
    assert [line.split() for line in lines_of(COLUMN, OTHER)[1:]] == [["1", "1"], ["≠2", "≠3"]]


def test_different_shapes_are_not_compared_cell_by_cell() -> None:
    row = Value("tensor", "torch.Tensor", "[[1, 2]]", "torch.int64", (1, 2), grid=(("1", "2"),))
    assert not any("≠" in line for line in lines_of(row, COLUMN))


def test_images_stand_side_by_side_at_one_scale() -> None:
    small, large = Image(2, 2, bytes(12)), Image(4, 8, bytes(96))
    assert max(line.cell_length for line in picture_lines(large, (small, large), 40)) == 2 + 24
    assert max(line.cell_length for line in picture_lines(small, (small, large), 40)) == 2 + 6


@given(st.integers(0, 48), st.integers(0, 64), st.integers(3, 120), st.integers(0, 400))
def test_an_image_of_any_size_fits_even_with_pixels_missing(
    rows: int, cols: int, width: int, given: int
) -> None:
    lines = picture_lines(Image(rows, cols, bytes(given)), (), width)
    assert len(lines) <= 13
    if rows and cols:
        assert max(line.cell_length for line in lines) <= max(width, 3)


def test_half_blocks_hold_two_pixels_each() -> None:
    image = Image(2, 1, bytes([255, 0, 0, 0, 0, 255]))
    line = picture_lines(image, (), 3)[0]
    style = line.spans[-1].style
    assert not isinstance(style, str)
    assert style.foreground is not None
    assert style.background is not None
    assert (style.foreground.rgb, style.background.rgb) == ((255, 0, 0), (0, 0, 255))
