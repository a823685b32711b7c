"""The one road from text to the screen: texts that stay texts, in blocks laid out for any width."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, chain, zip_longest
from typing import Protocol

from rich.cells import cell_len
from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from ptcards.text import visible as escaped

DIM = "$foreground 60%"

_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60"
"""Signs of Chinese, Japanese and Korean: a line may be broken behind each of them."""
_OPENING = "（【《「『“‘"  # noqa: RUF001 - meant
_CLOSING = "，。、；：？！）】》」』”’…,.;:!?)"  # noqa: RUF001 - meant
"""What does not end a line, what does not begin one."""
_UNIT = re.compile(rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*\s*|\s+")

_TOKEN = re.compile(r"[^\w\s]*\w+(?:\.\w+)*(?:=(?!=)[\w.+-]+)?[()\[\]{},:;]*\s*|[^\w\s]+\s*|\s+")
"""A name or number of code, with the signs that cling to it and, in a call, the value it is given."""
GOES_ON = "↪ "
LEAST_CODE = 12
"""Cells below which code has no room for a mark."""


def visible(text: str) -> str:
    """The text with tabs as spaces and every other control or direction character shown as its escape."""
    return escaped(text.replace("\r\n", "\n").expandtabs(4))


def plain(text: str, style: str = "") -> Content:
    """`text` as it is, in one style."""
    return Content.styled(visible(text), style) if style else Content(visible(text))


def one_line(text: str, style: str = "") -> Content:
    """`text` on one line, blanks and newlines drawn together."""
    return plain(" ".join(text.split()), style)


def is_wide(sign: str) -> bool:
    """Whether it is a sign of a script that puts no blanks between words."""
    return re.fullmatch(f"[{_WIDE}]", sign) is not None


def folded(line: Content, width: int) -> list[Content]:
    """A line of code in pieces of at most `width` cells, each but the first marked as going on.

    It is broken between names and signs; within one, or where there is next to no room, anywhere.
    """
    if line.cell_length <= width:
        return [line]
    if width < LEAST_CODE:
        return line.fold(width)
    first, *others = _broken(line, _TOKEN, width, width - len(GOES_ON))
    mark = Content.styled(GOES_ON, "$foreground 60%")
    return [first, *(mark + other for other in others)]


def wrapped(text: Content, width: int) -> list[Content]:
    """The lines of `text` at `width` cells, broken at blanks, and within Chinese between any two signs."""
    if not re.search(f"[{_WIDE}]", text.plain):
        return text.wrap(width)
    return [
        piece for line in text.split("\n", allow_blank=True) for piece in _broken(line, _UNIT, width, width)
    ]


def _broken(line: Content, unit: re.Pattern[str], first: int, later: int) -> list[Content]:
    """The line in pieces, broken between units: of at most `first` cells, then of `later`."""
    cuts, used, room, begun = [], 0, first, False
    for found in unit.finditer(line.plain):
        long = cell_len(found[0].rstrip())
        if begun and used + long > room:
            cuts.append(found.start())
            used, room = 0, later
        used += cell_len(found[0])
        begun = begun or bool(long)
    pieces = [piece.rstrip() for piece in line.divide(cuts)]
    rooms = [first, *[later] * len(cuts)]
    return [
        part
        for piece, room in zip(pieces, rooms, strict=True)
        for part in (piece.fold(later) if piece.cell_length > room else [piece])
    ]


LEAST_BESIDE = 8
"""Cells that a text needs beside its mark at the right end."""


class Lines(Protocol):
    def lines(self, width: int) -> list[Content]:
        """What is laid out at `width` cells, no line wider."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a piece of code."""

    text: Content
    indent: int = 0
    first: str = ""
    """In the indent of the first line: a bullet, a number."""
    right: Content | None = None
    """At the right end of the first line, or below it where there is no room."""
    code: bool = False
    """Broken between names and signs, what goes on marked."""

    def lines(self, width: int) -> list[Content]:
        room, given = max(1, width - self.indent), self.text.split("\n")
        pieces = chain.from_iterable(folded(line, room) for line in given)
        body = list(pieces) if self.code else wrapped(self.text, room)
        if self.indent:
            blank = " " * self.indent
            start = self.first.rjust(self.indent - 1) + " " if self.first else blank
            body = [Content(blank if number else start) + line for number, line in enumerate(body)]
        if self.right is None:
            return body
        beside = room - self.right.cell_length - 2
        if beside < LEAST_BESIDE or any(line.cell_length > beside for line in given):
            right = self.right.truncate(width, ellipsis=True)
            return [*body, right.pad_left(max(0, width - right.cell_length))]
        gap = width - body[0].cell_length - self.right.cell_length
        return [Content.assemble(body[0], " " * gap, self.right), *body[1:]]


BLANK = Block(Content(""))


def heading(text: str) -> Block:
    return Block(Content.styled(text, "bold"))


@dataclass(frozen=True, slots=True)
class Facing:
    """Things beside each other, as many as fit, the others below them."""

    parts: tuple[Lines, ...]
    least: int = 30
    """Cells that each needs at least."""
    gap: int = 2

    def lines(self, width: int) -> list[Content]:
        columns = max(1, min(len(self.parts), (width + self.gap) // (self.least + self.gap)))
        each = (width - self.gap * (columns - 1)) // columns
        found: list[Content] = []
        for start in range(0, len(self.parts), columns):
            row = [part.lines(each) for part in self.parts[start : start + columns]]
            for *cells, last in zip_longest(*row, fillvalue=Content("")):
                padded = (cell.pad_right(each + self.gap - cell.cell_length) for cell in cells)
                found.append(Content.assemble(*padded, last))
        return found


@dataclass(frozen=True, slots=True)
class Stack:
    """Things below each other, as one."""

    parts: tuple[Lines, ...]

    def lines(self, width: int) -> list[Content]:
        return [line for part in self.parts for line in part.lines(width)]


class Page(Visual):
    """Blocks as something a widget can draw."""

    def __init__(self, parts: Iterable[Lines]) -> None:
        self._parts = tuple(parts)
        self._cached: tuple[int, list[Content]] = (-1, [])
        self.starts: list[int] = []
        """The line that each part begins on, for the width it was drawn at last."""

    def lines(self, width: int) -> list[Content]:
        if self._cached[0] != width:
            parts = [part.lines(max(1, width)) for part in self._parts]
            self.starts = [0, *accumulate(map(len, parts))][:-1]
            self._cached = (width, [*chain.from_iterable(parts)])
        return self._cached[1]

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        strips = Content("\n").join(self.lines(width)).render_strips(width, None, style, options)
        return strips if height is None else strips[:height]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:  # noqa: ARG002 - the protocol's
        return max((line.cell_length for line in self.lines(container_width)), default=1)

    def get_height(self, rules: RulesMap, width: int) -> int:  # noqa: ARG002 - the protocol's
        return max(1, len(self.lines(width)))
