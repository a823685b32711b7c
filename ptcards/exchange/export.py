"""Progress and decks out, in every format there is."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ptcards.deck.reading import nearest
from ptcards.errors import ExchangeError, UsageError
from ptcards.exchange.anki_out import write_anki_text, write_apkg
from ptcards.exchange.library import Selection, chosen_decks, write_csv, write_fsrs, write_json, write_yaml
from ptcards.exchange.log import STDOUT, write_log
from ptcards.exchange.origin import write_patch
from ptcards.paths import replacing
from ptcards.scheduling.days import time_of
from ptcards.study.desk import Desk


class Format(NamedTuple):
    """One way out: what writes it, the file it makes where none is named, and what to do with that file."""

    write: Callable[[Desk, Selection], tuple[bytes, str]]
    """Gives the file's bytes and, in words, what is in it."""
    name: str
    after: str = ""


FORMATS = {
    "jsonl": Format(
        write_log,
        "ptcards-{date}.jsonl",
        "To restore it, here or on another machine with the same decks: ptcards merge {file}",
    ),
    "json": Format(write_json, "ptcards-{date}.json"),
    "csv": Format(write_csv, "ptcards-reviews-{date}.csv"),
    "fsrs-csv": Format(
        write_fsrs,
        "ptcards-fsrs-{date}.csv",
        "fsrs-optimizer also asks for your time zone's name; the offset of each review is in utc_offset",
    ),
    "anki-txt": Format(
        write_anki_text, "ptcards-{date}.txt", "In Anki: File, Import, {file}; again to update"
    ),
    "apkg": Format(
        write_apkg,
        "ptcards-{date}.apkg",
        'In Anki: File, Import, {file}, with "Import any learning progress" switched on',
    ),
    "yaml": Format(write_yaml, "{slug}.yaml", "To bring it in again: ptcards import --replace {file}"),
    "patch": Format(write_patch, "{slug}.patch", "For the deck's author: git apply {file}"),
}
"""By name, the default first."""


def export_to(
    desk: Desk, form: str, output: Path | None, selection: Selection, *, force: bool = False
) -> Iterator[str]:
    """Write an export and say, line by line, what is in it and what to do with it.

    `output` is a file, a folder for a dated name in it, or `-` for stdout; None is the current folder.
    UsageError for what is not there or would be overwritten, ExchangeError where it cannot be written.
    """
    if form not in FORMATS:
        raise UsageError(f"There is no format {form!r}{nearest(form, {*FORMATS})}.")
    is_folder = output is None or (output != STDOUT and output.is_dir())
    folder = output or Path()
    name = FORMATS[form].name
    if form in ("yaml", "patch"):
        # A file a deck.
        slugs = [deck.slug for deck in chosen_decks(desk, selection)]
        if len(slugs) != 1 and not is_folder:
            raise UsageError(
                "Such a file holds one deck: choose it with --deck, or name a folder. "
                f"There are: {', '.join(slugs) or 'none'}."
            )
        parts = [(replace(selection, decks=(slug,)), name.format(slug=slug)) for slug in slugs]
    else:
        parts = [(selection, name.format(date=time_of(desk.clock()).date().isoformat()))]
    targets = [folder / name if is_folder else folder for _, name in parts]
    for target in targets:
        _refuse_existing(target, force=force)
    for (part, _), target in zip(parts, targets, strict=True):
        data, said = FORMATS[form].write(desk, part)
        _put(target, data, force=force)
        yield f"{target}: {said}" if target != STDOUT else said
        if FORMATS[form].after:
            yield FORMATS[form].after.format(file=target if target != STDOUT else "FILE")


def _put(target: Path, data: bytes, *, force: bool) -> None:
    """Write a file that appears whole or not at all; a pipe or device is written to as it is."""
    try:
        if target == STDOUT:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        elif _is_stream(target):
            target.write_bytes(data)
        else:
            with replacing(target) as unfinished:
                unfinished.write_bytes(data)
                _refuse_existing(target, force=force)
    except OSError as error:
        if target == STDOUT or isinstance(error, BrokenPipeError):
            raise
        what = f"cannot be written: {error.strerror or error}; nothing was left there"
        raise ExchangeError(f"{target}: {what}") from None


def _refuse_existing(target: Path, *, force: bool) -> None:
    if target.is_dir():
        raise UsageError(f"{target} is a folder: name a file in it")
    if not force and target != STDOUT and os.path.lexists(target) and not _is_stream(target):
        raise UsageError(f"{target} is there already: name another with -o, or overwrite it with --force")


def _is_stream(target: Path) -> bool:
    return target.exists() and not target.is_file() and not target.is_dir()
