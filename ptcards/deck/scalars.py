"""What YAML makes of a text without quotes."""

from __future__ import annotations

import re

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"(?:true|false|yes|no|on|off)", re.IGNORECASE)
_NUMBER = re.compile(
    r"""[-+]?(?:
        0b[01_]+ | 0o?[0-7_]+ | 0x[0-9a-fA-F_]+
      | [0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?
      | [0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?
      | \.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?
      | \.(?:inf|Inf|INF)
    )|\.(?:nan|NaN|NAN)""",
    re.VERBOSE,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def meaning(plain: str) -> str:
    """What some YAML reader takes a text without quotes for, in words; "" where all read the text itself."""
    if _NULL.fullmatch(plain):
        return "nothing"
    if _BOOL.fullmatch(plain):
        return "yes or no"
    if _NUMBER.fullmatch(plain):
        return "a number"
    if _DATE.fullmatch(plain):
        return "a date"
    return "a special sign" if plain in {"<<", "="} else ""


def is_number(plain: str) -> bool:
    """Whether YAML, JSON and Python all read this as the same number."""
    return _PLAIN_NUMBER.fullmatch(plain) is not None


def plain_value(plain: str) -> object:
    """What a text without quotes stands for in YAML 1.2: nothing, a truth, a number or itself."""
    if _NULL.fullmatch(plain):
        return None
    if plain.lower() in {"true", "false"}:
        return plain.lower() == "true"
    if is_number(plain):
        try:
            return int(plain)
        except ValueError:
            return float(plain)
    return plain
