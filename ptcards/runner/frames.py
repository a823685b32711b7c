"""Messages between processes: a length of four bytes, then a JSON object."""

from __future__ import annotations

import struct
from json import dumps, loads
from os import read, write
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADER = struct.Struct("!I")
FROM_CHILD = 1 << 20
"""The longest frame taken from a child, in bytes."""
FROM_PEER = 16 << 20
"""The longest frame between the app and the warm process."""


class FrameError(Exception):
    """What arrived is no message: too long, no JSON, or not an object."""


def encode(message: Mapping[str, Any]) -> bytes:
    body = dumps(message).encode()
    return HEADER.pack(len(body)) + body


def decode(body: bytes) -> dict[str, Any]:
    try:
        message = loads(body)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if not isinstance(message, dict):
        raise FrameError("not an object")
    return message


class Inbox:
    """Bytes in, whole messages out."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        self._bytes += data

    def take(self) -> dict[str, Any] | None:
        """The next whole message, or None; raises FrameError at the first that cannot be one."""
        if len(self._bytes) < HEADER.size:
            return None
        (length,) = HEADER.unpack_from(self._bytes)
        if length > self._cap:
            raise FrameError("too long")
        end = HEADER.size + length
        if len(self._bytes) < end:
            return None
        body = bytes(self._bytes[HEADER.size : end])
        del self._bytes[:end]
        return decode(body)

    @property
    def empty(self) -> bool:
        return not self._bytes


def write_frame(fd: int, message: Mapping[str, Any]) -> None:
    data = memoryview(encode(message))
    while data:
        data = data[write(fd, data) :]


def read_frame(fd: int, cap: int = FROM_PEER) -> dict[str, Any]:
    """Block until one message is there; raises EOFError at the end and FrameError on nonsense."""
    (length,) = HEADER.unpack(_exactly(fd, HEADER.size))
    if length > cap:
        raise FrameError("too long")
    return decode(_exactly(fd, length))


def _exactly(fd: int, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = read(fd, min(size - len(data), 1 << 20))
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)
