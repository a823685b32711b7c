"""Opening the database: made, checked, brought up to date; the owner's alone."""

from __future__ import annotations

import fcntl
import os
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from ptcards.errors import DamagedError, StoreError
from ptcards.store.database import Database, connect, offer_backups, spoken, transaction
from ptcards.store.migrate import bring_up_to_date, check_revision, revision_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ptcards.store.backups import Tell

OWNER_ONLY = 0o600


def open_database(
    path: Path, *, read_only: bool, entropy: Callable[[], int], day: int | None, tell: Tell | None = None
) -> tuple[Database, str]:
    """The database and the device it is; see `Store.open`."""
    with spoken(path):
        if read_only:
            connection = _open_as_it_is(path)
        else:
            if not path.exists():
                _make(path)
            connection = _open_current(path, tell)
        device = _device(connection, entropy, read_only=read_only)
        if day is not None and not read_only:
            from ptcards.store.backups import back_up_daily, tell_nobody

            try:
                back_up_daily(connection, path, day, tell or tell_nobody)
            except BaseException:
                connection.close()
                raise
    return Database(path, connection), device


def _open_as_it_is(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise StoreError(f"{path}: there is no database yet; any command that writes makes it")
    connection = connect(path, read_only=True)
    if not check_revision(connection, path):
        raise StoreError(
            f"{path}: it has an older schema and cannot be brought up to date where nothing can be written"
        )
    return connection


def _open_current(path: Path, tell: Tell | None) -> sqlite3.Connection:
    connection = connect(path)
    try:
        current = check_revision(connection, path)
        if not current:
            connection.close()
            with _alone(path.parent), closing(connect(path)) as again:
                if not check_revision(again, path):
                    _refuse_emptied(again, path)
                    bring_up_to_date(path, tell=tell)
            connection = connect(path)
        if path.stat().st_mode & 0o077:
            path.chmod(OWNER_ONLY)
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_emptied(connection: sqlite3.Connection, path: Path) -> None:
    """A database that lost everything must not look like a fresh start."""
    from ptcards.store.backups import backups

    if revision_of(connection) is None and backups(path):
        raise DamagedError(
            f"{path}: the file is damaged: there is nothing in it any more; {offer_backups(path)}"
        )


def _make(path: Path) -> None:
    """An empty database in write-ahead mode; the folder too, where there is none."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(path.parent):
            if path.exists():
                return
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, OWNER_ONLY))
            with closing(connect(path)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
            bring_up_to_date(path)
    except OSError as error:
        raise StoreError(f"{path}: no database can be made there: {error.strerror}") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from making or migrating a database in the same folder meanwhile."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            os.close(handle)


def _device(connection: sqlite3.Connection, entropy: Callable[[], int], *, read_only: bool) -> str:
    """The id that this database signs events with; made up when it is first opened for writing."""
    question = "SELECT value FROM meta WHERE name = 'device'"
    if row := connection.execute(question).fetchone():
        return str(row[0])
    if read_only:
        return ""
    with transaction(connection, "BEGIN IMMEDIATE", keep=True):
        connection.execute(
            "INSERT INTO meta (name, value) VALUES ('device', ?) ON CONFLICT DO NOTHING",
            (f"{entropy() & 0xFFFFFFFFFFFFFFFF:016x}",),
        )
        return str(connection.execute(question).fetchone()[0])
