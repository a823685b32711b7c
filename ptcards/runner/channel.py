"""Messages between processes: a length of four bytes, then a JSON object."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from json import dumps, loads
from os import read, write
from typing import Any

HEADER = struct.Struct("!I")
FROM_CHILD, FROM_PEER = 1 << 20, 16 << 20
"""The longest message taken from a child, and between the app and the warm process, in bytes."""


class MessageError(Exception):
    """What arrived is no message: too long, no JSON, or not an object."""


def encode(message: Mapping[str, Any]) -> bytes:
    body = dumps(message).encode()
    return HEADER.pack(len(body)) + body


class Inbox:
    """Bytes in, whole messages out."""

    def __init__(self, longest: int = FROM_PEER) -> None:
        self._longest = longest
        self._bytes = bytearray()

    def feed(self, data: bytes) -> None:
        self._bytes += data

    def take(self) -> dict[str, Any] | None:
        """The next whole message, or None; raises MessageError at the first that cannot be one."""
        if len(self._bytes) < HEADER.size:
            return None
        (length,) = HEADER.unpack_from(self._bytes)
        if length > self._longest:
            raise MessageError("too long")
        end = HEADER.size + length
        if len(self._bytes) < end:
            return None
        body = bytes(self._bytes[HEADER.size : end])
        del self._bytes[:end]
        try:
            message = loads(body)
        except (ValueError, RecursionError) as error:
            raise MessageError("not JSON") from error
        if not isinstance(message, dict):
            raise MessageError("not an object")
        return message

    @property
    def empty(self) -> bool:
        return not self._bytes


def send(fd: int, message: Mapping[str, Any]) -> None:
    data = memoryview(encode(message))
    while data:
        data = data[write(fd, data) :]


def receive(fd: int, inbox: Inbox) -> dict[str, Any]:
    """Block until one message is there; raises EOFError at the end and MessageError on nonsense."""
    while (message := inbox.take()) is None:
        if not (data := read(fd, 1 << 16)):
            raise EOFError
        inbox.feed(data)
    return message
