"""Texts of decks and learners as content: never markup, no control character left in them."""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len
from textual.content import Content

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
    text = text.replace("\r\n", "\n").expandtabs(4)
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    return "".join(_visible(character) for character in text)


def _visible(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf", "Cs"):
        return character
    if character in "\u200c\u200d":  # joiners that scripts and emoji need
        return character
    return repr(character)[1:-1] if character.isascii() else character.encode("unicode_escape").decode()


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
