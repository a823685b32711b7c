"""As much of protocol buffers as Anki's files need: the fields of one message, by number."""

from __future__ import annotations

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_MOST_FIELDS = 10_000


def fields_of(message: bytes) -> dict[int, int | bytes]:
    """The last value of each field, numbers as integers and all else as bytes; ValueError for noise."""
    fields: dict[int, int | bytes] = {}
    place = count = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, wire = key >> 3, key & 7
        count += 1
        if number == 0 or count > _MOST_FIELDS:
            raise ValueError("this is no message")
        if wire == _VARINT:
            fields[number], place = _varint(message, place)
            continue
        length = {_FIXED64: 8, _FIXED32: 4}.get(wire)
        if wire == _BYTES:
            length, place = _varint(message, place)
        if length is None or place + length > len(message):
            raise ValueError("this is no message")
        fields[number] = message[place : place + length]
        place += length
    return fields


def text_field(fields: dict[int, int | bytes], number: int) -> str:
    """A text; "" where it is not there."""
    value = fields.get(number, b"")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def whole_field(fields: dict[int, int | bytes], number: int) -> int:
    value = fields.get(number, 0)
    return value if isinstance(value, int) else 0


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = 0
    for count in range(_LONGEST_VARINT):
        if place >= len(message):
            break
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << 7 * count
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            return value, place
    raise ValueError("this is no message")
