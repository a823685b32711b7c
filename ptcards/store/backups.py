"""Copies of the database: made with SQLite's own backup, owner-only, thinned; and the way back."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ptcards.errors import DamagedError, StoreError, UsageError
from ptcards.scheduling.days import Moment, date_of, time_of
from ptcards.store.connection import as_store_error, connect, transaction

if TYPE_CHECKING:
    from pathlib import Path

Progress = Callable[[str], None]
"""Is told in words what is being done, now and then."""
DAILY = 14
"""So many of the newest daily backups are kept, and of older ones the first of each month."""
_DATE = r"-(\d{4}-\d{2})-\d{2}\.db"
_PIECE = 1000
"""Pages that are copied between two tellings."""


def in_silence(what: str) -> None:
    """Go on in silence."""


def copy_database(connection: sqlite3.Connection, target: Path, progress: Progress = in_silence) -> Path:
    """Copy what `connection` sees to `target`, which is replaced only by a whole copy."""
    try:
        return _copy(connection, target, progress)
    except OSError as error:
        raise StoreError(f"{target}: no copy can be made there: {error.strerror}") from error


def _copy(connection: sqlite3.Connection, target: Path, progress: Progress) -> Path:
    def step(_: int, left: int, total: int) -> None:
        progress(f"backing up {100 - 100 * left // max(total, 1)} %")

    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(unfinished)) as copy:
            # In a snapshot: what others write meanwhile would make it begin anew.
            with transaction(connection, "BEGIN", keep=False):
                connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
                connection.backup(copy, pages=_PIECE, progress=step)
            # One file and nothing beside it; it becomes a write-ahead database again when it is restored.
            copy.execute("PRAGMA journal_mode = DELETE")
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def back_up(connection: sqlite3.Connection, path: Path, moment: Moment, target: Path | None = None) -> Path:
    """Copy the database, to the backups folder unless told where; UsageError for a file that exists."""
    if target is None:
        target = path.parent / "backups" / f"{path.stem}-{time_of(moment):%Y-%m-%d-%H%M%S}.db"
    if target.exists():
        raise UsageError(f"{target}: there is a file of that name already; choose another")
    return copy_database(connection, target)


def back_up_as(connection: sqlite3.Connection, path: Path, reason: str) -> Path:
    """Copy the database before something risky is done to it, under a name of its own."""
    folder = path.parent / "backups"
    number = 1
    while (target := folder / f"{path.stem}-before-{reason}-{number}.db").exists():
        number += 1
    return copy_database(connection, target)


def back_up_daily(
    connection: sqlite3.Connection, path: Path, day: int, progress: Progress = in_silence
) -> None:
    """Make the study day's backup unless it is there, and thin the older ones."""
    target = path.parent / "backups" / f"{path.stem}-{date_of(day).isoformat()}.db"
    if not target.exists():
        copy_database(connection, target, progress)
        thin(path)


def thin(path: Path) -> None:
    """Delete daily backups beyond the newest 14, but for the first of each month."""
    name = re.compile(re.escape(path.stem) + _DATE)
    found = ((file, name.fullmatch(file.name)) for file in (path.parent / "backups").glob("*.db"))
    daily = sorted((file, match[1]) for file, match in found if match)
    months: set[str] = set()
    for file, month in daily[:-DAILY]:
        if month in months:
            file.unlink()
        months.add(month)


def look_at(path: Path) -> Backup:
    """What a database file holds; StoreError where it is damaged or none of ours."""
    with as_store_error(path), closing(connect(path, read_only=True)) as connection:
        if (verdict := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise DamagedError(f"{path}: the file is damaged: {verdict}")
        if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
            raise DamagedError(f"{path}: the file is damaged: there is nothing in it any more")
        try:
            schema = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            events = connection.execute("SELECT count(*), coalesce(max(id), '') FROM events").fetchone()
            decks = connection.execute("SELECT count(*) FROM decks").fetchone()[0]
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                raise StoreError(f"{path}: this is a database, but not one of ptcards") from error
            raise
    made = datetime.fromtimestamp(path.stat().st_mtime).astimezone().isoformat(timespec="seconds")
    return Backup(path, made, str(schema), int(events[0]), int(decks))


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
    return Restoration(found, int(lost), int(gained))


def restore(path: Path, backup: Path) -> Path | None:
    """Make the database what a backup holds; says where what was there is kept, None if nothing was.

    A sound database is overwritten in one transaction, so that another process that has it open goes on
    with what was restored; a damaged one is moved away.
    """
    look_at(backup)
    kept = None
    if path.exists():
        try:
            with as_store_error(path), closing(connect(path)) as connection:
                look_at(path)
                kept = back_up_as(connection, path, "restore")
                with as_store_error(backup), closing(connect(backup, read_only=True)) as source:
                    source.backup(connection)
            return kept
        except DamagedError:
            kept = _put_aside(path)
    with as_store_error(backup), closing(connect(backup, read_only=True)) as source:
        copy_database(source, path)
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    return kept


def _put_aside(path: Path) -> Path:
    """Move a damaged database into the backups folder."""
    folder = path.parent / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = 1
    while (kept := folder / f"{path.stem}-damaged-{number}.db").exists():
        number += 1
    for suffix in ("", "-wal", "-shm"):
        if (file := path.with_name(path.name + suffix)).exists():
            file.replace(kept.with_name(kept.name + suffix))
    return kept
