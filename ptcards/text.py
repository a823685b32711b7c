"""Words and texts that are the same in every room: names, numbers, tables, what a terminal may show."""

import re
import unicodedata
from collections.abc import Collection, Sequence

SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")  # what a deck or a card may be called

_KEPT = "\n\t\u200c\u200d"  # with the joiners, which scripts and emoji need


def visible(text: str) -> str:
    """The text with every control and direction character but newline and tab shown as its escape."""
    text = text.replace("\r\n", "\n")
    if text.isprintable():
        return text
    odd = {one for one in set(text) if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    return text.translate({ord(one): one.encode("unicode_escape").decode() for one in odd - {*_KEPT}})


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 card`, `1,204 cards`, `2 entries`."""
    if count == 1:
        return f"{count} {noun}"
    if noun.endswith("y") and noun[-2] not in "aeiou":
        plural = plural or f"{noun[:-1]}ies"
    return f"{count:,} {plural or f'{noun}s'}"


def cells(text: str) -> int:
    """How many cells a terminal gives a text."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) > 0 for one in text)


def padded(text: str, width: int) -> str:
    """The text with blanks after it up to `width` cells, before it where that is negative."""
    gap = " " * (abs(width) - cells(text))
    return gap + text if width < 0 else text + gap


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells."""
    short = text
    while cells(short) > width - (short != text):
        short = short[:-1]
    return short if short == text else f"{short}…"


def columns(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """A table's lines, a column as wide as its widest cell; `right` has the numbers of those flush right."""
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    widths = [-width if number in right else width for number, width in enumerate(widths)]
    return ["  ".join(map(padded, row, widths)).rstrip() for row in rows]
