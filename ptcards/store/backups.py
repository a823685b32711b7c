"""Copies of the database: made with SQLite's own backup, owner-only, thinned; and the way back."""

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from ptcards.errors import DamagedError, StoreError, UsageError
from ptcards.paths import replacing
from ptcards.scheduling.days import Moment, date_of, time_of
from ptcards.store.connection import OWNER_ONLY, as_store_error, connect, transaction

Progress = Callable[[str], None]
"""Is called now and then with what is being done, in words."""
DAILY = 14
"""So many of the newest daily backups are kept, and of older ones the first of each month."""
_PIECE = 1000
"""Pages that are copied between two reports."""


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the database."""

    path: Path
    made: str
    """When, as ISO local time of the copying machine."""
    schema: str
    events: int
    decks: int


@dataclass(frozen=True, slots=True)
class Restoration:
    """What going back to a backup would change."""

    backup: Backup
    lost: int
    """Events of the log that the backup does not have."""
    gained: int
    """Events of the backup that the log does not have."""


def in_silence(what: str) -> None:
    """Report no progress."""


def copy_database(path: Path, target: Path, progress: Progress = in_silence) -> Path:
    """Copy a database to `target`, which is replaced only by a whole copy."""

    def step(_: int, left: int, total: int) -> None:
        progress(f"backing up {100 - 100 * left // max(total, 1)} %")

    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with as_store_error(path), replacing(target) as unfinished:
            unfinished.unlink(missing_ok=True)
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
            with (
                closing(connect(path, read_only=True)) as source,
                closing(sqlite3.connect(unfinished)) as copy,
            ):
                # In a snapshot: what others write meanwhile would make it begin anew.
                with transaction(source, "BEGIN", keep=False):
                    source.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
                    source.backup(copy, pages=_PIECE, progress=step)
                # One file and nothing beside it; it becomes a write-ahead database again when it is restored.
                copy.execute("PRAGMA journal_mode = DELETE")
    except OSError as error:
        raise StoreError(f"{target}: no copy can be made there: {error.strerror}") from error
    return target


def back_up(path: Path, moment: Moment, target: Path | None = None) -> Path:
    """Copy the database, to the backups folder unless told where; UsageError for a file that exists."""
    if target is None:
        target = path.parent / "backups" / f"{path.stem}-{time_of(moment):%Y-%m-%d-%H%M%S}.db"
    if target.exists():
        raise UsageError(f"{target}: there is a file of that name already; choose another")
    return copy_database(path, target)


def back_up_as(path: Path, reason: str) -> Path:
    """Copy the database before something risky is done to it, under a name of its own."""
    return copy_database(path, _unused(path, f"before-{reason}"))


def _unused(path: Path, what: str) -> Path:
    """A name in the backups folder that no file has yet."""
    names = (path.parent / "backups" / f"{path.stem}-{what}-{number}.db" for number in count(1))
    return next(name for name in names if not name.exists())


def back_up_daily(path: Path, day: int, progress: Progress = in_silence) -> None:
    """Make the study day's backup unless it is there; thin older ones to 14 and the first of each month."""
    target = path.parent / "backups" / f"{path.stem}-{date_of(day).isoformat()}.db"
    if target.exists():
        return
    copy_database(path, target, progress)
    name = re.compile(re.escape(path.stem) + r"-(\d{4}-\d{2})-\d{2}\.db")
    found = ((file, name.fullmatch(file.name)) for file in target.parent.glob("*.db"))
    months: set[str] = set()
    for file, month in sorted((file, match[1]) for file, match in found if match)[:-DAILY]:
        if month in months:
            file.unlink()
        months.add(month)


def look_at(path: Path) -> Backup:
    """What a database file holds; StoreError where it is damaged or none of ours."""
    with as_store_error(path), closing(connect(path, read_only=True)) as connection:
        if (verdict := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise DamagedError(f"{path}: the file is damaged: {verdict}")
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not tables:
            raise DamagedError(f"{path}: the file is damaged: there is nothing in it any more")
        if not tables.issuperset(("alembic_version", "events", "decks")):
            raise StoreError(f"{path}: this is a database, but not one of ptcards")
        wanted = ("version_num FROM alembic_version", "count(*) FROM events", "count(*) FROM decks")
        schema, events, decks = (connection.execute(f"SELECT {one}").fetchone()[0] for one in wanted)
    made = datetime.fromtimestamp(path.stat().st_mtime).astimezone().isoformat(timespec="seconds")
    return Backup(path, made, str(schema), events, decks)


def preview_restore(path: Path, backup: Path) -> Restoration:
    """Compare a backup with the database; a database that cannot be read has nothing to lose."""
    found = look_at(backup)
    try:
        with as_store_error(path), closing(connect(path, read_only=True)) as connection:
            connection.execute("ATTACH DATABASE ? AS other", (f"{backup.absolute().as_uri()}?mode=ro",))
            only = "SELECT count(*) FROM (SELECT id FROM {0}.events EXCEPT SELECT id FROM {1}.events)"
            lost = connection.execute(only.format("main", "other")).fetchone()[0]
            gained = connection.execute(only.format("other", "main")).fetchone()[0]
    except StoreError:
        return Restoration(found, 0, found.events)
    return Restoration(found, lost, gained)


def restore(path: Path, backup: Path) -> Path | None:
    """Make the database what a backup holds; gives where what was there is kept, None if nothing was.

    A sound database is overwritten in one transaction, so that another process that has it open goes on
    with what was restored; a damaged one is moved away.
    """
    look_at(backup)
    kept = None
    if path.exists():
        try:
            look_at(path)
            kept = back_up_as(path, "restore")
            with (
                as_store_error(path),
                closing(connect(path)) as target,
                as_store_error(backup),
                closing(connect(backup, read_only=True)) as source,
            ):
                source.backup(target)
            return kept
        except DamagedError:
            kept = _unused(path, "damaged")
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for suffix in ("", "-wal", "-shm"):
                if (file := path.with_name(path.name + suffix)).exists():
                    file.replace(kept.with_name(kept.name + suffix))
    copy_database(backup, path)
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    return kept
