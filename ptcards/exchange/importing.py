"""Decks in, from whatever people have: YAML, tables, Anki's packages."""

from __future__ import annotations

import dataclasses
from functools import partial
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING

from ptcards.deck.content import deck_to_data
from ptcards.errors import DeckError, ExchangeError, Problem, PtcardsError, UsageError
from ptcards.exchange.kinds import INSIDE_FOLDERS, FileKind, kind_of
from ptcards.study.importing import take_in
from ptcards.study.library import deck_content
from ptcards.study.progress import part_of
from ptcards.study.views import DeckChange, ImportReport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ptcards.exchange.incoming import Incoming
    from ptcards.store.arriving import Arriving
    from ptcards.store.values import DeckContent
    from ptcards.study.progress import Progress
    from ptcards.study.study import Study
    from ptcards.study.workspace import Workspace


def import_paths(  # noqa: PLR0913 (what, and everything that may be done with it)
    study: Study,
    chosen: Sequence[Path],
    *,
    deck: str | None = None,
    dry_run: bool = False,
    trust: bool = False,
    replace: bool = False,
    with_progress: bool = False,
    progress: Progress = lambda done, total: None,
) -> ImportReport:
    """Bring in files, folders and patterns; repeating it changes nothing, a bad file is left out whole.

    `progress` is told now and then how much is done of how much, all only when it is, and may raise: what
    was not finished is left out whole then. `deck` names the deck of files that name none, `replace` lets
    cards go that a file no longer has, `with_progress` brings in Anki's schedules and reviews.
    """
    files, missing = _files(chosen)
    yaml = [path for path, kind in files if kind is FileKind.YAML]
    others = [(path, kind) for path, kind in files if kind is not FileKind.YAML]
    if deck is not None and yaml:
        raise UsageError("a YAML deck names itself (deck: NAME); --deck is for files that do not")
    report = ImportReport()
    if yaml:
        report = study.import_paths(
            yaml,
            dry_run=dry_run,
            trust=trust,
            replace=replace,
            progress=lambda done, total: progress(len(yaml) * done, len(files) * total),
        )
    wanted = _Wanted(deck, dry_run, trust, replace, with_progress)
    for number, (path, kind) in enumerate(others, len(yaml)):
        progress(number, len(files))
        inside = part_of(progress, number, len(files))
        report = _and_one(report, path, partial(_take, study.workspace, path, kind, wanted, inside))
    progress(len(files), len(files))
    return dataclasses.replace(report, errors=(*missing, *report.errors))


@dataclasses.dataclass(frozen=True, slots=True)
class _Wanted:
    """What `import_paths` was asked for."""

    deck: str | None
    dry_run: bool
    trust: bool
    replace: bool
    with_progress: bool


def _and_one(report: ImportReport, path: Path, take: Callable[[], list[DeckChange]]) -> ImportReport:
    """The report with one more file in it, taken whole or refused."""
    try:
        return dataclasses.replace(report, decks=(*report.decks, *take()))
    except DeckError as error:
        return dataclasses.replace(report, errors=(*report.errors, *error.problems))
    except PtcardsError as error:
        if error.exit_code != UsageError.exit_code:
            raise
        refused = Problem(path, 1, "", "refused", str(error))
        return dataclasses.replace(report, errors=(*report.errors, refused))


def _take(
    workspace: Workspace, path: Path, kind: FileKind, wanted: _Wanted, progress: Progress
) -> list[DeckChange]:
    with workspace.store.library.arriving() as cards:
        incoming = _read(path, kind, cards, wanted, part_of(progress, 0, 2))
        return _take_all(workspace, path, incoming, wanted, part_of(progress, 1, 2))


def _read(path: Path, kind: FileKind, cards: Arriving, wanted: _Wanted, progress: Progress) -> list[Incoming]:
    if not path.is_file():
        # A pipe would be waited for, a device read without end.
        raise ExchangeError("is not a regular file")
    try:
        if kind is FileKind.PACKAGE:
            from ptcards.exchange.anki_reading import read_package

            return read_package(path, cards, wanted.deck, progress, with_progress=wanted.with_progress)
        if kind is FileKind.TABLE:
            from ptcards.exchange.tables import read_table

            return read_table(path, cards, wanted.deck, progress)
    except OSError as error:
        raise ExchangeError(f"cannot be read: {error.strerror or error}") from None
    raise ExchangeError("this is an exported log, not a deck: ptcards merge takes it in")


def _take_all(
    workspace: Workspace, path: Path, incoming: list[Incoming], wanted: _Wanted, progress: Progress
) -> list[DeckChange]:
    """Save the decks of one file, all of them or none."""
    for one in incoming:
        stored = workspace.store.library.deck(one.deck.slug)
        if stored is not None and stored.path is not None and not wanted.replace:
            raise UsageError(
                f"deck {one.deck.slug!r} is registered from {stored.path} already; name another with --deck, "
                f"or take it over: ptcards import --replace {path}"
            )
    ready = [(one.deck, _content(one)) for one in incoming]
    room = incoming[0].cards
    changes = take_in(
        workspace,
        ready,
        dry_run=wanted.dry_run,
        trust=wanted.trust,
        keep_absent=not wanted.replace,
        events=room.events() if room.has_events else None,
        progress=progress,
    )
    return [
        dataclasses.replace(change, notes=(*change.notes, *one.notes))
        for one, change in zip(incoming, changes, strict=True)
    ]


def _content(one: Incoming) -> DeckContent:
    data = deck_to_data(one.deck, with_cards=False)
    return deck_content(one.deck, data, path=None, stamp="", cards=one.cards)


def _files(chosen: Sequence[Path]) -> tuple[list[tuple[Path, FileKind]], list[Problem]]:
    """The files that paths mean, each once, and the paths that mean none; UsageError where none does."""
    found: dict[Path, FileKind] = {}
    missing: list[Problem] = []
    for path in chosen:
        files = _expanded(path)
        found.update((file, kind_of(file)) for file in files if file not in found)
        if not files:
            missing.append(Problem(path, 1, "", "missing", _why_none(path)))
    if not found:
        raise UsageError("\n".join(f"{problem.file}: {problem.message}" for problem in missing))
    return [(file, kind) for file, kind in found.items() if _translated(file, kind) not in found], missing


def _expanded(path: Path) -> list[Path]:
    if path.is_dir():
        root = path.resolve()
        inside = (file for file in sorted(path.rglob("*")) if file.suffix.lower() in INSIDE_FOLDERS)
        return [file for file in inside if file.is_file() and file.resolve().is_relative_to(root)]
    if path.exists():
        return [path]
    anchor = Path(path.anchor)
    found = sorted(anchor.glob(str(path.relative_to(anchor)))) if has_magic(str(path)) else []
    return [match for match in found if match.is_file()]


def _why_none(path: Path) -> str:
    if path.is_dir():
        return "there is no deck file in it"
    return "there is no such file" + (" (a link to nothing)" if path.is_symlink() else "")


def _translated(path: Path, kind: FileKind) -> Path | None:
    """The deck that comes along with this translation of it: `NAME.yaml` for `NAME.zh.yaml`."""
    from ptcards.deck.fields import LANGUAGE

    language = Path(path.stem).suffix[1:]
    if kind is not FileKind.YAML or not LANGUAGE.fullmatch(language):
        return None
    return path.with_name(Path(path.stem).stem + path.suffix)
