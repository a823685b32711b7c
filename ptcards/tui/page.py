"""The one road from text to the screen: texts that stay texts, in blocks laid out for any width."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, zip_longest

from rich.cells import cell_len
from textual.content import Content

from ptcards.text import padded
from ptcards.text import visible as escaped

DIM = "$foreground 60%"
HEAT = (
    ("·", "$foreground 30%"),
    *((sign, f"$text-primary {40 + 15 * level}%") for level, sign in enumerate("░▒▓█", 1)),
)
"""Sign and style of a day by how much was done, from nothing to the most."""
Lines = Callable[[int], list[Content]]  # lays something out at so many cells, no line wider

_WIDE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60"
"""Signs of Chinese, Japanese and Korean: a line may be broken behind each of them."""
_OPENING = "（【《「『“‘"  # noqa: RUF001 - meant
_CLOSING = "，。、；：？！）】》」』”’…,.;:!?)"  # noqa: RUF001 - meant
"""What does not end a line, what does not begin one."""
_UNIT = re.compile(rf"[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)[{_CLOSING}]*\s*|\s+")

_TOKEN = re.compile(r"[^\w\s]*\w+(?:\.\w+)*(?:=(?!=)[\w.+-]+)?[()\[\]{},:;]*\s*|[^\w\s]+\s*|\s+")
"""A name or number of code, with the signs that cling to it and, in a call, the value it is given."""
GOES_ON = "↪ "
LEAST_CODE = 12  # cells below which code has no room for a mark
LEAST_BESIDE = 8  # cells that a text needs beside its mark at the right end
GAP = 2  # cells between things beside each other


def visible(text: str) -> str:
    """The text with tabs as spaces and every other control or direction character shown as its escape."""
    return escaped(text.replace("\r\n", "\n").expandtabs(4))


def plain(text: str, style: str = "") -> Content:
    return Content.styled(visible(text), style) if style else Content(visible(text))


def one_line(text: str, style: str = "") -> Content:
    """`text` on one line, blanks and newlines drawn together."""
    return plain(" ".join(text.split()), style)


def is_wide(sign: str) -> bool:
    """Whether it is a sign of a script that puts no blanks between words."""
    return re.fullmatch(f"[{_WIDE}]", sign) is not None


def folded(line: Content, width: int) -> list[Content]:
    """A line of code in pieces, calls kept whole where they fit, each but the first marked as going on."""
    if line.cell_length <= width:
        return [line]
    if width < LEAST_CODE:
        return line.fold(width)
    later = width - len(GOES_ON)
    first, *others = _broken(line, _units(line.plain, later), width, later)
    return [first, *(Content.styled(GOES_ON, DIM) + other for other in others)]


def _units(text: str, room: int) -> list[str]:
    """Names and signs of code; a call, and whatever else is in brackets, is one where it has room."""
    groups, depth = list[str](), 0
    for token in _TOKEN.findall(text):
        groups[-1:] = [groups[-1] + token] if depth else [*groups[-1:], token]
        depth = max(0, depth + sum(map(token.count, "([{")) - sum(map(token.count, ")]}")))
    found = list[str]()
    for group in groups:
        token = group if cell_len(group.rstrip()) <= room else _TOKEN.findall(group)[0]
        found += [token, *_units(group[len(token) :], room)]
    return found


def wrapped(text: Content, width: int) -> list[Content]:
    """The lines of `text` at `width` cells, broken at blanks, and within Chinese between any two signs."""
    if not re.search(f"[{_WIDE}]", text.plain):
        return text.wrap(width)
    lines = text.split("\n", allow_blank=True)
    return [piece for line in lines for piece in _broken(line, _UNIT.findall(line.plain), width, width)]


def _broken(line: Content, units: Iterable[str], first: int, later: int) -> list[Content]:
    """The line in pieces, broken between units: of at most `first` cells, then of `later`."""
    cuts, start, used, room, begun = [], 0, 0, first, False
    for unit in units:
        long = cell_len(unit.rstrip())
        if begun and used + long > room:
            cuts.append(start)
            used, room = 0, later
        start, used, begun = start + len(unit), used + cell_len(unit), begun or bool(long)
    pieces = [piece.rstrip() for piece in line.divide(cuts)]
    fits = (piece.cell_length <= (later if number else first) for number, piece in enumerate(pieces))
    parts = ([piece] if fit else piece.fold(later) for piece, fit in zip(pieces, fits, strict=True))
    return [*chain.from_iterable(parts)]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a piece of code."""

    text: Content
    indent: int = 0
    first: str = ""  # in the indent of the first line: a bullet, a number
    right: Content | None = None  # at the right end of the first line, or below it where there is no room
    code: bool = False  # broken between names and signs, what goes on marked

    def __call__(self, width: int) -> list[Content]:
        room, given = max(1, width - self.indent), self.text.split("\n")
        pieces = chain.from_iterable(folded(line, room) for line in given)
        body = list(pieces) if self.code else wrapped(self.text, room)
        if self.indent:
            blank = " " * self.indent
            start = padded(self.first, 1 - self.indent) + " " if self.first else blank
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


def stack(*parts: Lines) -> Lines:
    return lambda width: [line for part in parts for line in part(width)]


def facing(*parts: Lines, least: int = 30) -> Lines:
    """Things beside each other, as many as fit with `least` cells for each, the others below them."""

    def lines(width: int) -> list[Content]:
        columns = max(1, min(len(parts), (width + GAP) // (least + GAP)))
        each = (width - GAP * (columns - 1)) // columns
        found: list[Content] = []
        for start in range(0, len(parts), columns):
            row = [part(each) for part in parts[start : start + columns]]
            for *cells, last in zip_longest(*row, fillvalue=Content("")):
                padded = (cell.pad_right(each + GAP - cell.cell_length) for cell in cells)
                found.append(Content.assemble(*padded, last))
        return found

    return lines
