"""Where an export goes: a new file that appears whole or not at all, or a stream."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ptcards.errors import ExchangeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

STDOUT = Path("-")


@contextmanager
def opened(target: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A binary file to write: beside the target, and renamed to it when all is well; `-` is stdout.

    UsageError where the target exists and `force` was not given, ExchangeError where it cannot be written.
    """
    if target == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif _is_stream(target):
        with _explained(target), target.open("wb") as stream:
            yield stream
    else:
        refuse_existing(target, force=force)
        with _explained(target), _beside(target) as file:
            yield file
            refuse_existing(target, force=force)


def refuse_existing(target: Path, *, force: bool) -> None:
    if target.is_dir():
        raise UsageError(f"{target} is a folder: name a file in it")
    if not force and os.path.lexists(target):
        raise UsageError(
            f"{target} is there already: name another file with -o, or overwrite it with --force"
        )


def _is_stream(target: Path) -> bool:
    """A pipe or a device is written to as it is."""
    try:
        mode = target.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextmanager
def _beside(target: Path) -> Iterator[BinaryIO]:
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExchangeError(
            f"{target}: cannot be written: {error.strerror or error}; nothing was left there"
        ) from None
