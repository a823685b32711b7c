"""One SQLite connection, its transactions, and what goes wrong with it in words for the user."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from ptcards.errors import DamagedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

PATIENCE = 30.0
"""Seconds to wait for another process to finish writing."""
_CHECKPOINT = 1500
"""Pages of the write-ahead log after which it is folded into the database, which one answer waits for.

SQLite's own 1000 make that one answer in a hundred, whose milliseconds are then what the slowest hundredth
takes. A much longer log costs every answer a little: a file that grows is slower than one written over.
"""
_LEAST_ROOM = 64 * 1024
"""Bytes."""
_HEARD_AFTER = 100_000
"""Steps of SQLite's machine, some milliseconds."""


class Database:
    """A connection that threads take in turn; SQLAlchemy joins it when it is first wanted."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._core: Connection | None = None
        self._turn = threading.RLock()

    def reading(self) -> Transaction:
        """A snapshot: what is read within it is of one moment."""
        return Transaction(self.path, self._connection, self._turn, "BEGIN", keep=False)

    def writing(self, *, keep: bool = True) -> Transaction:
        """One transaction: all of it is kept, or on any error nothing; nothing in any case without `keep`."""
        return Transaction(self.path, self._connection, self._turn, "BEGIN IMMEDIATE", keep=keep)

    @contextmanager
    def core(self, *, write: bool = False, keep: bool = True) -> Iterator[Connection]:
        """The same connection and transaction, spoken to through SQLAlchemy."""
        with self._turn, spoken(self.path):
            core = self.alchemy()
            begin = "BEGIN IMMEDIATE" if write else "BEGIN"
            with transaction(self._connection, begin, keep=write and keep):
                yield core

    @contextmanager
    def apart(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own that only reads, in a snapshot: for what takes long, and may be sorted."""
        with (
            spoken(self.path),
            _reading(),
            closing(connect(self.path, read_only=True)) as connection,
            transaction(connection, "BEGIN", keep=False),
        ):
            # Python hears Ctrl+C only where Python runs, and SQLite may be at work for seconds.
            connection.set_progress_handler(lambda: 0, _HEARD_AFTER)
            yield connection

    @contextmanager
    def free(self) -> Iterator[sqlite3.Connection]:
        """The connection with no transaction open."""
        with self._turn, spoken(self.path):
            yield self._connection

    def close(self) -> None:
        """Close for good; the last one out folds the write-ahead log into the database."""
        with self._turn, spoken(self.path):
            if self._core is not None:
                self._core.close()
            self._connection.close()

    def alchemy(self) -> Connection:
        """SQLAlchemy on this connection. It begins and ends no transaction: they are this class's.

        To be asked for before one begins: the first time it rolls back what is open.
        """
        if self._core is None:
            from sqlalchemy import create_engine
            from sqlalchemy.pool import StaticPool

            engine = create_engine(
                "sqlite://", creator=lambda: self._connection, poolclass=StaticPool, pool_reset_on_return=None
            )
            self._core = engine.connect()
        return self._core


class Transaction:
    """`transaction` on a connection that threads take in turn, its errors `spoken`.

    A class, and not the three one within the other: every answer enters two of them.
    """

    __slots__ = ("_begin", "_connection", "_keep", "_path", "_turn")

    def __init__(
        self, path: Path, connection: sqlite3.Connection, turn: threading.RLock, begin: str, *, keep: bool
    ) -> None:
        self._path, self._connection, self._turn = path, connection, turn
        self._begin, self._keep = begin, keep

    def __enter__(self) -> sqlite3.Connection:
        self._turn.acquire()
        try:
            self._connection.execute(self._begin)
        except BaseException as error:
            self._turn.release()
            _raise_told(error, self._path)
            raise
        return self._connection

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        try:
            if error is None and self._keep:
                self._connection.execute("COMMIT")
        except sqlite3.Error as refused:
            _raise_told(refused, self._path)
        finally:
            _roll_back(self._connection)
            self._turn.release()
        if error is not None:
            _raise_told(error, self._path)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection whose transactions are begun by hand; durable to the last commit (WAL, FULL)."""
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    connection = _open(address)
    if read_only:
        try:
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except sqlite3.OperationalError:
            # In a folder that cannot be written, or on a full disk, there is nowhere to put the shared memory
            # of the write-ahead log; with no log left over the file alone is the whole database.
            connection.close()
            if _log_left(path) or (os.access(path.parent, os.W_OK) and _has_room(path)):
                raise
            connection = _open(f"{address}&immutable=1")
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _open(address: str) -> sqlite3.Connection:
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
    try:
        yield
        if keep:
            connection.execute("COMMIT")
    finally:
        _roll_back(connection)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        # An error that already ended the transaction must not be hidden by this one.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


@contextmanager
def _reading() -> Iterator[None]:
    """For what only reads: what it cannot write is a temporary file, who interrupts it is the user."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname == "SQLITE_INTERRUPT":
            raise KeyboardInterrupt from error
        if not error.sqlite_errorname.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE")):
            raise
        from tempfile import gettempdir

        raise StoreError(
            f"{gettempdir()}: no temporary file can be written ({error}); "
            "make room there, or name another folder in TMPDIR"
        ) from error


@contextmanager
def spoken(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into StoreErrors that say what to do."""
    try:
        yield
    except Exception as error:
        _raise_told(error, path)
        raise


def _raise_told(error: BaseException, path: Path) -> None:
    """Raise a StoreError for an error of SQLite's; of any other there is nothing to say here."""
    # SQLAlchemy wraps SQLite's errors; it is not imported only to be told apart.
    origin = error if isinstance(error, sqlite3.Error) else getattr(error, "orig", None)
    if isinstance(origin, sqlite3.Error):
        raise _told(origin, path) from error


def _told(error: sqlite3.Error, path: Path) -> StoreError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DamagedError(f"{path}: the file is damaged ({error}); {offer_backups(path)}")
    return StoreError(_explain(error, name, path))


def _explain(error: sqlite3.Error, name: str, path: Path) -> str:
    """What an error of SQLite's means for the user, and what to do about it."""
    if path.is_dir():
        return f"{path}: this is a folder; name the database in it, which is a file"
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return f"{path}: another program keeps writing to it; try again when that is done"
    full = name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE"))
    # A quota or a limit on the size of files shows itself as a write that failed.
    if full or (name.startswith("SQLITE_IOERR") and not _has_room(path)):
        return f"{path}: the disk is full; this was not recorded, all before it is safe: make room, try again"
    if name.startswith("SQLITE_READONLY"):
        return (
            f"{path}: it cannot be written to; nothing was recorded: check the permissions of file and folder"
        )
    if name.startswith("SQLITE_CANTOPEN"):
        return f"{path}: cannot be opened; check that the folder exists and that you may read and write in it"
    if name.startswith("SQLITE_IOERR"):
        return f"{path}: the disk failed ({error}); nothing of this was recorded; {offer_backups(path)}"
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        return f"{path}: it was closed while this was going on; nothing of this was recorded"
    return f"{path}: the database failed: {error}; `ptcards doctor` looks for what is wrong"


def _log_left(path: Path) -> bool:
    """Whether a write-ahead log holds something."""
    log = path.with_name(path.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _has_room(path: Path) -> bool:
    """Whether SQLite's smallest files fit on the disk of `path`."""
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return True
    return disk.f_bavail * disk.f_frsize > _LEAST_ROOM


def offer_backups(path: Path) -> str:
    """Where to go from a damaged database, in words."""
    from ptcards.store.backups import backups

    newest = next(iter(backups(path)), None)
    if newest is None:
        return "there is no backup in the backups folder beside it; move the file away to start afresh"
    return f"the newest backup is {newest}: `ptcards restore` shows what it holds"
