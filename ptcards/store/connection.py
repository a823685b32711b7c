"""SQLite alone: a connection, its transactions, and what goes wrong with it in words for the user.

A shell prompt and the first paint read through this and `glance`; everything else speaks SQLAlchemy.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ptcards.errors import DamagedError, StoreError

SCHEMA = "0003"
"""The newest: the number of the last migration."""
PATIENCE = 30.0
"""Seconds to wait for another process to finish writing."""
OWNER_ONLY = 0o600
_CHECKPOINT = 1500
"""Pages of the write-ahead log after which it is folded into the database, which one answer waits for.

SQLite's own 1000 make that one answer in a hundred, whose milliseconds are then what the slowest hundredth
takes. A much longer log costs every answer a little: a file that grows is slower than one written over.
"""
_FULL = "the disk is full; this was not recorded, all before it is safe: make room, try again"
_BUSY = "another program keeps writing to it; try again when that is done"
_DAMAGED = "the file is damaged ({error}); {backups}"
_MESSAGES = {
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_FULL": _FULL,
    # A quota or a limit on the size of files shows itself as a write that failed.
    "SQLITE_IOERR_WRITE": _FULL,
    "SQLITE_IOERR_SHM": _FULL,
    "SQLITE_IOERR": "the disk failed ({error}); nothing of this was recorded; {backups}",
    "SQLITE_READONLY": "cannot be written to; nothing was recorded: check the permissions of file and folder",
    "SQLITE_CANTOPEN": "cannot be opened; check that the folder exists and that you may read and write in it",
    "": "the database failed: {error}; `ptcards doctor` looks for what is wrong",
}
"""By how SQLite's name of an error begins."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection whose transactions are begun by hand; durable to the last commit (WAL, FULL)."""
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    connection = _open(address)
    if not read_only:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        return connection
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.OperationalError as error:
        # In a folder that cannot be written, or on a full disk, there is nowhere to put the shared memory
        # of the write-ahead log; with no log left over the file alone is the whole database.
        connection.close()
        log = path.with_name(path.name + "-wal")
        if error.sqlite_errorname.startswith("SQLITE_BUSY") or (log.exists() and log.stat().st_size):
            raise
        connection = _open(f"{address}&immutable=1")
    connection.execute("PRAGMA query_only = ON")
    return connection


def _open(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=True)


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str, *, keep: bool) -> Iterator[None]:
    """Begin; commit if all went well and `keep`, else roll back."""
    connection.execute(begin)
    kept = False
    try:
        yield
        if keep:
            connection.execute("COMMIT")
            kept = True
    finally:
        if not kept:
            # An error that already ended the transaction must not be hidden by this one.
            with suppress(Exception):
                connection.execute("ROLLBACK")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes from making or migrating a database in the same folder meanwhile."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            os.close(handle)


def schema_of(connection: sqlite3.Connection, path: Path) -> str:
    """The schema a database has, "" where it is empty; StoreError for a newer one, or another program's."""
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return ""
    known = "alembic_version" in tables
    revision = (
        connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0] if known else None
    )
    if revision is None:
        raise StoreError(f"{path}: this is a database, but not one of ptcards; name another with --database")
    if revision > SCHEMA:
        raise StoreError(
            f"{path}: written by a newer ptcards (schema {revision}, this one knows {SCHEMA}); "
            "update ptcards, or restore a backup made before"
        )
    return str(revision)


def backups(path: Path) -> list[Path]:
    """The backups of a database, newest first; what was put aside because it was damaged is none."""
    found = (path.parent / "backups").glob(f"{path.stem}-*.db")
    files = [file for file in found if not file.name.startswith(f"{path.stem}-damaged-")]
    return sorted(files, key=lambda file: (file.stat().st_mtime, file.name), reverse=True)


def offer_backups(path: Path) -> str:
    """Where to go from a damaged database, in words."""
    newest = next(iter(backups(path)), None)
    if newest is None:
        return "there is no backup in the backups folder beside it; move the file away to start afresh"
    return f"the newest backup is {newest}: `ptcards restore` shows what it holds"


@contextmanager
def as_store_error(path: Path | None) -> Iterator[None]:
    """Turn the database's errors into StoreErrors that say what to do."""
    try:
        yield
    except Exception as error:
        # SQLAlchemy wraps the driver's errors; it is not imported only to ask.
        origin = error if isinstance(error, sqlite3.Error) else getattr(error, "orig", None)
        if not isinstance(origin, Exception):
            raise
        if path is None or not isinstance(origin, sqlite3.Error):
            raise StoreError(f"the database failed: {origin}") from error
        name = getattr(origin, "sqlite_errorname", "")
        message = next(text for start, text in _MESSAGES.items() if name.startswith(start))
        kind = DamagedError if message == _DAMAGED else StoreError
        if path.is_dir():
            message = "this is a folder; name the database in it, which is a file"
        elif isinstance(origin, sqlite3.ProgrammingError) and "closed" in str(origin):
            message = "it was closed while this was going on; nothing of this was recorded"
        text = message.format(error=origin, backups=offer_backups(path)) if "{" in message else message
        raise kind(f"{path}: {text}") from error
