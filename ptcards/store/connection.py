"""SQLite alone: a connection, its transactions, and what goes wrong with it in words for the user.

A shell prompt and the first paint read through this and `glance`; everything else speaks SQLAlchemy.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from contextlib import contextmanager, suppress
from functools import cache
from tempfile import gettempdir
from typing import TYPE_CHECKING

from ptcards.errors import DamagedError, StoreError
from ptcards.paths import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 30.0
"""Seconds to wait for another process to finish writing."""
OWNER_ONLY = 0o600
_CHECKPOINT = 1500
"""Pages of the write-ahead log after which it is folded into the database, which one answer waits for.

SQLite's own 1000 make that one answer in a hundred, whose milliseconds are then what the slowest hundredth
takes. A much longer log costs every answer a little: a file that grows is slower than one written over.
"""
_LEAST_ROOM = 64 * 1024
"""Bytes."""
_REVISION = re.compile(r"(\d{4})_\w+\.py")


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection whose transactions are begun by hand; durable to the last commit (WAL, FULL)."""
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    connection = open_address(address)
    if read_only:
        try:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except sqlite3.OperationalError:
            # In a folder that cannot be written, or on a full disk, there is nowhere to put the shared memory
            # of the write-ahead log; with no log left over the file alone is the whole database.
            connection.close()
            log = path.with_name(path.name + "-wal")
            left = log.exists() and log.stat().st_size > 0
            if left or (os.access(path.parent, os.W_OK) and _has_room(path)):
                raise
            connection = open_address(f"{address}&immutable=1")
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
    return connection


def open_address(address: str) -> sqlite3.Connection:
    return sqlite3.connect(
        address,
        timeout=PATIENCE,
        isolation_level=None,
        check_same_thread=False,
        uri=True,
        cached_statements=256,
    )


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
def alone(folder: Path) -> Iterator[None]:
    """Keep other processes from making or migrating a database in the same folder meanwhile."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            os.close(handle)


@cache
def newest_revision() -> str:
    """The newest schema, read from the names of the migrations so that Alembic need not be imported."""
    files = (shipped("migrations") / "versions").iterdir()
    return max(match[1] for file in files if (match := _REVISION.fullmatch(file.name)))


def revision_of(connection: sqlite3.Connection) -> str | None:
    """The schema a database has; None for one that has none yet."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        return None
    return None if row is None else str(row[0])


def is_current(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether it has the newest schema; StoreError for a newer one, or a database that is not ours."""
    revision = revision_of(connection)
    if revision == newest_revision():
        return True
    if revision is None and connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise StoreError(f"{path}: this is a database, but not one of ptcards; name another with --database")
    if revision is not None and revision > newest_revision():
        raise StoreError(
            f"{path}: written by a newer ptcards (schema {revision}, this one knows {newest_revision()}); "
            "update ptcards, or restore a backup made before"
        )
    return False


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
        if isinstance(origin, sqlite3.Error) and path is not None:
            raise _as_store_error(origin, path) from error
        if isinstance(origin, Exception):
            raise StoreError(f"the database failed: {origin}") from error
        raise


@contextmanager
def only_reading() -> Iterator[None]:
    """For a long reading: what it cannot write is a temporary file, who interrupts it is the user."""
    try:
        yield
    except sqlite3.OperationalError as error:
        name = getattr(error, "sqlite_errorname", "")
        if name == "SQLITE_INTERRUPT":
            raise KeyboardInterrupt from error
        if not name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE")):
            raise
        raise StoreError(
            f"{gettempdir()}: no temporary file can be written ({error}); "
            "make room there, or name another folder in TMPDIR"
        ) from error


def _as_store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """What an error of SQLite's means for the user, and what to do about it."""
    name = getattr(error, "sqlite_errorname", "") or ""
    full = name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE"))
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DamagedError(f"{path}: the file is damaged ({error}); {offer_backups(path)}")
    if path.is_dir():
        message = "this is a folder; name the database in it, which is a file"
    elif name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        message = "another program keeps writing to it; try again when that is done"
    # A quota or a limit on the size of files shows itself as a write that failed.
    elif full or (name.startswith("SQLITE_IOERR") and not _has_room(path)):
        message = "the disk is full; this was not recorded, all before it is safe: make room, try again"
    elif name.startswith("SQLITE_READONLY"):
        message = "it cannot be written to; nothing was recorded: check the permissions of file and folder"
    elif name.startswith("SQLITE_CANTOPEN"):
        message = "cannot be opened; check that the folder exists and that you may read and write in it"
    elif name.startswith("SQLITE_IOERR"):
        message = f"the disk failed ({error}); nothing of this was recorded; {offer_backups(path)}"
    elif isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        message = "it was closed while this was going on; nothing of this was recorded"
    else:
        message = f"the database failed: {error}; `ptcards doctor` looks for what is wrong"
    return StoreError(f"{path}: {message}")


def _has_room(path: Path) -> bool:
    """Whether SQLite's smallest files fit on the disk of `path`."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return True
    return disk.f_bavail * disk.f_frsize > _LEAST_ROOM
