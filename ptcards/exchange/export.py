"""Progress and decks out, in every format there is."""

from __future__ import annotations

import difflib
import shutil
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from ptcards.errors import UsageError
from ptcards.exchange.output import STDOUT, opened, refuse_existing
from ptcards.exchange.selection import Selection, chosen_decks
from ptcards.scheduling.days import time_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ptcards.store.values import StoredDeck
    from ptcards.study.study import Study
    from ptcards.study.workspace import Workspace

__all__ = ["FORMATS", "Selection", "export_to"]


@dataclass(frozen=True, slots=True)
class Format:
    """One way out: who writes it, the file it makes where none is named, and what to do with that file."""

    module: str
    writer: str
    name: str
    after: str = ""


FORMATS = {
    "jsonl": Format(
        "log_writing",
        "write_log",
        "ptcards-{date}.jsonl",
        "To restore it, here or on another machine with the same decks: ptcards merge {file}",
    ),
    "json": Format("library_json", "write_json", "ptcards-{date}.json"),
    "csv": Format("review_sheets", "write_reviews", "ptcards-reviews-{date}.csv"),
    "fsrs-csv": Format(
        "review_sheets",
        "write_fsrs",
        "ptcards-fsrs-{date}.csv",
        "fsrs-optimizer also asks for your time zone's name; the offset of each review is in utc_offset",
    ),
    "anki-txt": Format(
        "anki_text", "write_anki_text", "ptcards-{date}.txt", "In Anki: File, Import, {file}; again to update"
    ),
    "apkg": Format(
        "anki_writing",
        "write_apkg",
        "ptcards-{date}.apkg",
        'In Anki: File, Import, {file}, with "Import any learning progress" switched on',
    ),
    "yaml": Format(
        "deck_files", "write_deck_file", "{slug}.yaml", "To bring it in again: ptcards import {file}"
    ),
}
"""By name, the default first."""


def export_to(
    study: Study, form: str, output: Path | None, selection: Selection, *, force: bool = False
) -> Iterator[str]:
    """Write an export and say, line by line, what is in it and what to do with it.

    `output` is a file, a folder for a dated name in it, or `-` for stdout; None is the current folder.
    UsageError for what is not there or would be overwritten, ExchangeError where it cannot be written.
    """
    if form not in FORMATS:
        near = difflib.get_close_matches(form, FORMATS, 1)
        maybe = f" Did you mean {near[0]!r}?" if near else ""
        raise UsageError(f"There is no format {form!r}.{maybe} There are: {', '.join(FORMATS)}.")
    workspace = study.workspace
    if form == "yaml":
        yield from _export_decks(workspace, output, selection, force=force)
        return
    date = time_of(workspace.clock()).date().isoformat()
    yield from _export_one(
        workspace,
        FORMATS[form],
        _target(output, FORMATS[form].name.format(date=date)),
        selection,
        force=force,
    )


def _export_decks(
    workspace: Workspace, output: Path | None, selection: Selection, *, force: bool
) -> Iterator[str]:
    """A YAML file a deck."""
    decks = chosen_decks(workspace, selection)
    many = output is None or (output != STDOUT and output.is_dir())
    if len(decks) != 1 and not many:
        slugs = ", ".join(deck.slug for deck in decks) or "none"
        raise UsageError(
            f"A YAML file holds one deck: choose it with --deck, or name a folder. There are: {slugs}."
        )
    targets = [_target(output, f"{deck.slug}.yaml") for deck in decks]
    for target in targets:
        if target != STDOUT:
            refuse_existing(target, force=force)
    for deck, target in zip(decks, targets, strict=True):
        yield from _export_one(workspace, FORMATS["yaml"], target, _only(selection, deck), force=force)


def _only(selection: Selection, deck: StoredDeck) -> Selection:
    return Selection((deck.slug,), selection.tag, selection.since, selection.answers)


def _export_one(
    workspace: Workspace, form: Format, target: Path, selection: Selection, *, force: bool
) -> Iterator[str]:
    writer = getattr(import_module(f"ptcards.exchange.{form.module}"), form.writer)
    with opened(target, force=force) as out:
        if form.name.endswith(".apkg") and not out.seekable():
            with TemporaryFile(prefix="ptcards-") as whole:
                said = writer(workspace, selection, whole)
                whole.seek(0)
                shutil.copyfileobj(whole, out)
        else:
            said = writer(workspace, selection, out)
    yield f"{target}: {said}" if target != STDOUT else said
    if form.after:
        yield form.after.format(file=target if target != STDOUT else "FILE")


def _target(output: Path | None, name: str) -> Path:
    if output is None:
        return Path(name)
    return output / name if output != STDOUT and output.is_dir() else output
