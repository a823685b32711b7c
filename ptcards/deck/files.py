"""The text of a deck file, or one clear sentence why there is none."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from ptcards.deck.nodes import MOST_BYTES
from ptcards.errors import DeckError, Problem

if TYPE_CHECKING:
    from pathlib import Path


def read_text_of(path: Path) -> str:
    """The file's text with plain line ends; DeckError (kind `unreadable` or `not-text`) where it is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            what = "is a folder: name a deck file in it" if path.is_dir() else "is not a regular file"
            raise _refusal(path, "unreadable", what)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _refusal(path, "unreadable", _why_unreadable(path, error)) from None
    return decode(data, path)


def decode(data: bytes, path: Path) -> str:
    """Bytes as text; DeckError where they are too many, binary or of another encoding than UTF-8."""
    if len(data) > MOST_BYTES:
        raise _refusal(path, "too-big", f"is larger than {MOST_BYTES // 2**20} MiB: split the deck")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refusal(path, "not-text", "is UTF-16: save it as UTF-8")
    if b"\0" in data:
        raise _refusal(path, "not-text", "is a binary file, not a deck")
    try:
        return plain_lines(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{data[error.start]:02x} is not UTF-8: save the file as UTF-8"
        raise _refusal(path, "not-text", message, line) from None


def plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _why_unreadable(path: Path, error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        if path.is_symlink():
            return f"is a link to {path.readlink()}, which does not exist"
        return "does not exist"
    if isinstance(error, PermissionError):
        return "may not be read: change its permissions"
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"cannot be read: {reason}"


def _refusal(path: Path, kind: str, message: str, line: int = 1) -> DeckError:
    return DeckError((Problem(path, line, "", kind, message),))
