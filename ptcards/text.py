"""Words and texts that are the same in every room: names, numbers, what a terminal may show."""

import re
import unicodedata

SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
"""What a deck or a card may be called."""

_KEPT = "\n\t\u200c\u200d"
"""With the joiners, which scripts and emoji need."""


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
