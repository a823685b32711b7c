"""The lines of a text file of any size, decoded one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Self

from ptcards.errors import DeckError, Problem

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_LINE = 2**20
MOST_BYTES = 256 * 2**20
_BOM = b"\xef\xbb\xbf"


class TextLines:
    """An iterator of lines with their ends; `number` is the last one's, from 1, `bytes` how much was read.

    DeckError names the line that is too long, binary or of another encoding than UTF-8.
    """

    def __init__(self, file: BinaryIO, path: Path) -> None:
        self.number = 0
        self._file = file
        self._path = path
        self.bytes = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        raw = self._file.readline(LONGEST_LINE + 1)
        if not raw:
            raise StopIteration
        self.number += 1
        self.bytes += len(raw)
        if self.number == 1:
            if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise self.refusal("not-text", "is UTF-16: save it as UTF-8")
            raw = raw.removeprefix(_BOM)
        if len(raw) > LONGEST_LINE:
            raise self.refusal("too-big", f"a line longer than {LONGEST_LINE // 2**20} MiB: this is no table")
        if self.bytes > MOST_BYTES:
            raise self.refusal("too-big", f"is larger than {MOST_BYTES // 2**20} MiB: split it")
        if b"\0" in raw:
            raise self.refusal("not-text", "is a binary file, not a table")
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            byte = raw[error.start]
            raise self.refusal(
                "not-text", f"byte 0x{byte:02x} is not UTF-8: save the file as UTF-8"
            ) from None

    def refusal(self, kind: str, message: str, line: int | None = None) -> DeckError:
        """The error that names a line, the last one read where none is said."""
        return DeckError((Problem(self._path, line or max(self.number, 1), "", kind, message),))
