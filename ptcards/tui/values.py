"""Pictures of values: images as half-blocks, small grids with what differs marked, summaries of the rest."""

import re
from dataclasses import dataclass

from textual.content import Content
from textual.style import Style

from ptcards.runner.protocol import Image, Value
from ptcards.tui.page import DIM, Block, Facing, Lines, Stack, one_line, plain

MOST_ROWS = 12
"""Lines that a picture may take; an image has two pixels a line."""
ENLARGED_ROWS = 7
"""Lines up to which a small image is enlarged: so many are free below a verdict on 24 lines."""
LEAST_WIDTH = 26
"""Cells that each of two values beside each other needs."""


def what(value: Value, *, kind: bool = True) -> str:
    """Type, shape and where it lies, in few words: `int64 (4, 1)`, `list`, `uint8 (24, 16, 3) array`.

    `kind` distinguishes an array from a tensor.
    """
    if value.shape is None:
        return value.type
    words = [(value.dtype or value.type).removeprefix("torch."), str(value.shape)]
    if kind and value.kind == "array":
        words.append("array")
    if value.device not in (None, "cpu"):
        words.append(f"on {value.device}")
    if value.requires_grad:
        words.append("requires grad")
    return " ".join(words)


_WRAPPED = re.compile(
    r"(?:tensor|array)\((.*?)(?:, (?:dtype|device|requires_grad|grad_fn)=[^\]]*)*\)", re.DOTALL
)


def summary(value: Value) -> Content:
    """The value on one line."""
    text = value.text
    if value.shape is not None and (wrapped := _WRAPPED.fullmatch(text)):
        text = wrapped[1]  # without what is said about it already
    if value.stats is not None and (value.grid is None or value.image is not None):
        text = _stats(value)
    if value.kind in ("number", "text", "none", "callable", "module"):
        return one_line(text)
    return Content.assemble(one_line(what(value), DIM), "  ", one_line(text))


def _stats(value: Value) -> str:
    stats = value.stats
    if stats is None:
        return ""
    nans = f" · {stats.nans} NaN" if stats.nans else ""
    return f"min {stats.least} · max {stats.most} · mean {stats.mean}{nans}"


def compared(
    answer: Value | None, wanted: Value | None, names: tuple[str, str] = ("answer", "wanted")
) -> list[Lines]:
    """Both values as they can be seen best: images and grids beside each other, else a line each."""
    values = [(name, value) for name, value in zip(names, (answer, wanted), strict=True) if value is not None]
    tables = [value for _, value in values if len(value.grid or ()) > 1 and len(value.shape or ()) > 1]
    if tables or any(value.image for _, value in values):
        drawn = [_drawn(name, value, answer, wanted) for name, value in values]
        return drawn if len(drawn) == 1 else [Facing(tuple(drawn), least=LEAST_WIDTH)]
    width = max((len(name) for name, _ in values), default=0)
    return [
        Block(summary(value), indent=width + 5, first=f"  {name.ljust(width)}  ", code=True)
        for name, value in values
    ]


def _drawn(name: str, value: Value, answer: Value | None, wanted: Value | None) -> Lines:
    alike = answer is None or wanted is None or answer.kind == wanted.kind
    head = Content.assemble((f"{name}  ", "bold"), one_line(what(value, kind=not alike), DIM))
    shown: Lines
    if value.image is not None:
        images = [one.image for one in (answer, wanted) if one is not None and one.image is not None]
        shown = Picture(value.image, tuple(images))
    elif value.grid is not None:
        other = wanted if value is answer else answer
        shown = _grid(value.grid, other.grid if other is not None and other.shape == value.shape else None)
    else:
        shown = Block(one_line(_stats(value) or value.text), indent=4)
    return Stack((Block(head, indent=2), shown))


def _grid(cells: tuple[tuple[str, ...], ...], other: tuple[tuple[str, ...], ...] | None) -> Lines:
    """Cells in columns; one that differs from `other` has a sign before it and a colour."""
    width = max((len(cell) for row in cells for cell in row), default=1)
    lines = []
    for y, row in enumerate(cells):
        parts = []
        for x, cell in enumerate(row):
            differs = other is not None and (y >= len(other) or x >= len(other[y]) or other[y][x] != cell)
            text = ("≠" if differs else " ") + cell.rjust(width)
            parts.append(plain(text, "bold $text-error" if differs else ""))
        lines.append(Content(" ").join(parts))
    return Block(Content("\n").join(lines), indent=3, code=True)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as half-blocks, at the scale that also suits the images it is seen beside."""

    image: Image
    beside: tuple[Image, ...] = ()

    def lines(self, width: int) -> list[Content]:
        room = max(1, width - 2)
        cols = max([self.image.cols, *(image.cols for image in self.beside)])
        rows = max([self.image.rows, *(image.rows for image in self.beside)])
        if not rows or not cols:
            return [Content("  (empty)")]
        bigger = max(1, min(room // cols, ENLARGED_ROWS * 2 // rows, 8))
        smaller = max(1, -(-cols // room), -(-rows // (MOST_ROWS * 2))) if bigger == 1 else 1
        high, wide = self.image.rows * bigger // smaller, self.image.cols * bigger // smaller

        def colour(x: int, y: int) -> str:
            row = min(self.image.rows - 1, y * smaller // bigger)
            column = min(self.image.cols - 1, x * smaller // bigger)
            start = (row * self.image.cols + column) * 3
            return "#" + self.image.pixels[start : start + 3].ljust(3, b"\0").hex()

        lines = []
        for y in range(0, max(1, high), 2):
            cells = []
            for x in range(max(1, wide)):
                below = f" on {colour(x, y + 1)}" if y + 1 < high else ""
                cells.append(Content.styled("▀", Style.parse(colour(x, y) + below)))
            lines.append(Content.assemble("  ", *cells))
        return lines
