"""What kind of file a file is: by its first bytes, then by its name."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FIRST = 512
_ZIP = b"PK\x03\x04"
_TABLES = {".csv", ".tsv", ".txt"}
_PACKAGES = {".apkg", ".colpkg", ".zip"}
INSIDE_FOLDERS = {".yaml", ".yml", ".csv", ".tsv", ".apkg"}
"""What is looked for in a folder."""


class FileKind(Enum):
    """What reads it."""

    YAML = auto()
    TABLE = auto()
    PACKAGE = auto()
    LOG = auto()


def kind_of(path: Path) -> FileKind:
    """The kind of a file; one that cannot be opened is what its name says, and refused by its reader."""
    try:
        if not path.is_file():
            return _by_name(path)
        with path.open("rb") as file:
            first = file.read(_FIRST)
    except OSError:
        return _by_name(path)
    if first.startswith(_ZIP) or path.suffix.lower() in _PACKAGES:
        return FileKind.PACKAGE
    if first.startswith(b'{"format":"ptcards-log"'):
        return FileKind.LOG
    return _by_name(path)


def _by_name(path: Path) -> FileKind:
    suffix = path.suffix.lower()
    if suffix in _PACKAGES:
        return FileKind.PACKAGE
    if suffix == ".jsonl":
        return FileKind.LOG
    return FileKind.TABLE if suffix in _TABLES else FileKind.YAML
