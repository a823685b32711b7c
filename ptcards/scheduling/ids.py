"""Event ids: UUIDs whose first 48 bits are milliseconds, so that their text sorts as time does."""

import re
from hashlib import blake2b

_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999; leaves ids enough room to keep rising after it."""


def next_id(wall_ms: int, newest: str, entropy: int) -> str:
    """A UUIDv7 later than `newest` ("" for an empty log), even if the clock is before it.

    `entropy` is any integer; its low 74 bits are used.
    """
    milliseconds = max(wall_ms, 0)
    if newest:
        milliseconds = max(milliseconds, milliseconds_of(newest) + 1)
    return _text(milliseconds, 7, entropy)


def recorded_id(source: str, card: str, at: int) -> str:
    """The id of a review made elsewhere: always the same, and before every id that carries a time."""
    return _text(0, 8, _digest("recorded", source, card, at))


def schedule_set_id(source: str, card: str, at: int) -> str:
    """The id of a schedule brought in: always the same, ordered by the time it was true at."""
    return _text(min(max(at, 0), LATEST), 8, _digest("schedule_set", source, card, at))


def milliseconds_of(event_id: str) -> int:
    return int(event_id[:8] + event_id[9:13], 16)


def is_id(text: str) -> bool:
    """Whether it is an id that this program could have made or can sort after."""
    return _FORM.fullmatch(text) is not None and milliseconds_of(text) <= LATEST + 1_000_000_000


def _digest(*parts: object) -> int:
    joined = "\0".join(str(part) for part in parts)
    return int.from_bytes(blake2b(joined.encode(), digest_size=16).digest())


def _text(milliseconds: int, version: int, entropy: int) -> str:
    value = (
        milliseconds << 80 | version << 76 | (entropy >> 62 & 0xFFF) << 64 | 2 << 62 | entropy & (1 << 62) - 1
    )
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
