"""Other machines' exported logs into this one: the union of both."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from ptcards.errors import ExchangeError, PtcardsError
from ptcards.exchange.log_lines import LONGEST_LINE, LineError, read_event, read_header
from ptcards.exchange.output import STDOUT
from ptcards.scheduling.days import date_of
from ptcards.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ptcards.scheduling.events import Event
    from ptcards.store.values import Merged
    from ptcards.study.study import Study
    from ptcards.study.workspace import Workspace

_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class MergedFile:
    """What one file brought."""

    file: str
    read: int
    new: int
    answers: int
    """Answers whose code was filled in."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A card that is now due on another day."""

    card: str
    before: int | None
    """Study days; None for a card that is new."""
    after: int | None


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What came in, what is due on another day now, and which files were refused."""

    files: tuple[MergedFile, ...]
    moved: tuple[Moved, ...]
    changes: tuple[str, ...]
    """Answers that count differently now, in words."""
    errors: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The report as a person reads it."""
        for one in self.files:
            filled = f", code of {counted(one.answers, 'answer')} filled in" if one.answers else ""
            yield f"{one.file}: {counted(one.read, 'event')}, {one.new:,} of them new{filled}"
        if self.moved:
            yield f"{counted(len(self.moved), 'card')} due on another day now:"
        for move in self.moved[:_MOST_TOLD]:
            yield f"  {move.card}: {_day(move.after)} (was {_day(move.before)})"
        if len(self.moved) > _MOST_TOLD:
            yield f"  and {len(self.moved) - _MOST_TOLD:,} more: ptcards cards"
        for change in self.changes[:_MOST_TOLD]:
            yield f"  {change}"
        if len(self.changes) > _MOST_TOLD:
            yield f"  and {len(self.changes) - _MOST_TOLD:,} more answers that count differently"
        if self.files and not any(one.new or one.answers for one in self.files):
            yield "nothing was new"

    def to_json(self) -> dict[str, Any]:
        return {
            "files": [
                {"file": one.file, "read": one.read, "new": one.new, "answers": one.answers}
                for one in self.files
            ],
            "due": [
                {"card": move.card, "before": _iso(move.before), "due": _iso(move.after)}
                for move in self.moved
            ],
            "errors": list(self.errors),
        }


@dataclass(slots=True)
class _Reading:
    """Where in a file the reader stands, so that damage found later can be named by its line."""

    line: int = 0


@dataclass(slots=True)
class _Gathered:
    files: list[MergedFile] = field(default_factory=list)
    cards: set[str] = field(default_factory=set)
    changes: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def merge_files(study: Study, files: Sequence[Path]) -> MergeReport:
    """Merge each file, all of it or nothing; a damaged one is refused and the others are taken."""
    workspace = study.workspace
    before = {card.key: card.schedule.due_day for card in workspace.store.library.cards()}
    gathered = _Gathered()
    for path in files:
        try:
            merged = _merge_one(workspace, path)
        except ExchangeError as error:
            gathered.errors.append(f"{error}; nothing of this file was taken")
            continue
        gathered.files.append(MergedFile(str(path), merged.read, merged.new, merged.answers))
        gathered.cards.update(merged.cards)
        gathered.changes += [
            f"{change.event.card}: the answer of {date_of(change.event.day)} counts as {change.after} now"
            f" (was {change.before})"
            for change in merged.changes
        ]
    moved = _moved(workspace, before, gathered.cards)
    return MergeReport(tuple(gathered.files), moved, tuple(gathered.changes), tuple(gathered.errors))


def _merge_one(workspace: Workspace, path: Path) -> Merged:
    reading = _Reading()
    try:
        if path == STDOUT:
            return workspace.store.log.merge(read_log(sys.stdin.buffer, reading))
        if not path.is_file():
            raise ExchangeError(f"{path}: there is no such file")
        with path.open("rb") as file:
            return workspace.store.log.merge(read_log(file, reading))
    except LineError as error:
        raise ExchangeError(f"{path}:{reading.line}: {error}") from None
    except OSError as error:
        raise ExchangeError(f"{path}: cannot be read: {error.strerror or error}") from None
    except PtcardsError as error:
        position = getattr(error, "position", None)
        if position is None:
            raise
        raise ExchangeError(f"{path}:{position + 2}: {error}") from None


def read_log(file: BinaryIO, reading: _Reading | None = None) -> Iterator[tuple[Event, str | None]]:
    """The events of an exported log, one line in memory at a time; LineError at the first damage."""
    reading = reading or _Reading()
    reading.line = 1
    header = read_header(_next_line(file))
    while line := _next_line(file):
        reading.line += 1
        yield read_event(line)
    found = reading.line - 1
    if header.events is not None and header.events != found:
        reading.line += 1
        raise LineError(f"the file ends after {found:,} events of {header.events:,}: it is only half here")


def _next_line(file: BinaryIO) -> bytes:
    line = file.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        raise LineError(f"a line longer than {LONGEST_LINE // 2**20} MiB is no event")
    return line


def _moved(workspace: Workspace, before: dict[str, int | None], cards: set[str]) -> tuple[Moved, ...]:
    moved = []
    for key in sorted(cards & before.keys()):
        due = workspace.store.library.schedule(key).due_day
        if due != before[key]:
            moved.append(Moved(key, before[key], due))
    return tuple(moved)


def _iso(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()


def _day(day: int | None) -> str:
    return _iso(day) or "new"
