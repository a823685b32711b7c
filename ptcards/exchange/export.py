"""Progress and decks out, in every format there is."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ptcards.errors import UsageError
from ptcards.exchange.output import STDOUT, opened
from ptcards.exchange.selection import Selection
from ptcards.scheduling.days import time_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ptcards.study.study import Study
    from ptcards.study.workspace import Workspace

__all__ = ["FORMATS", "Selection", "export_to"]


def export_to(
    study: Study, form: str, output: Path | None, selection: Selection, *, force: bool = False
) -> Iterator[str]:
    """Write an export and say, line by line, what is in it and what to do with it.

    `output` is a file, a folder for a dated name in it, or `-` for stdout; None is the current folder.
    """
    if form not in FORMATS:
        near = difflib.get_close_matches(form, FORMATS, 1)
        maybe = f" Did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"There is no format {form!r}.{maybe} There are: {', '.join(FORMATS)}.")
    workspace = study.workspace
    write, name, after = FORMATS[form]
    target = _target(output, name.format(date=time_of(workspace.clock()).date().isoformat()))
    with opened(target, force=force) as out:
        said = write(workspace, selection, out)
    where = "" if target == STDOUT else f"{target}: "
    yield f"{where}{said}"
    if after:
        yield after.format(file=target if target != STDOUT else "FILE")


def _target(output: Path | None, name: str) -> Path:
    if output is None:
        return Path(name)
    return output / name if output != STDOUT and output.is_dir() else output


def _jsonl(workspace: Workspace, selection: Selection, out: BinaryIO) -> str:
    from ptcards.exchange.log_writing import write_log

    return write_log(workspace, selection, out)


FORMATS: dict[str, tuple[Callable[[Workspace, Selection, BinaryIO], str], str, str]] = {
    "jsonl": (
        _jsonl,
        "ptcards-{date}.jsonl",
        "To restore it, here or on another machine with the same decks: ptcards merge {file}",
    ),
}
"""By name: the writer, the file it makes where none is named, and what to do with it."""
