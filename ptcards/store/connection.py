"""SQLite alone: a connection, its transactions, what goes wrong with it in words, and copies of the file.

A shell prompt and the first paint read through this and `glance`; everything else speaks SQLAlchemy.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

from ptcards.errors import DamagedError, StoreError
from ptcards.language import _, later
from ptcards.paths import replacing

SCHEMA = "0006"
"""The newest: the number of the last migration."""
PATIENCE = 30.0
"""Seconds to wait for another process to finish writing."""
OWNER_ONLY = 0o600
MOUNTS = Path("/proc/self/mountinfo")
NETWORK = (
    "9p afs beegfs ceph ceph-fuse cifs coda curlftpfs davfs drvfs gcsfuse glusterfs gpfs juicefs lustre mfs "
    "ncpfs nfs nfs4 ocfs2 orangefs panfs rclone s3fs smb3 smbfs sshfs wekafs"
)
_CHECKPOINT = 250
"""Pages of the write-ahead log after which it is folded into the database, which one answer waits for.

A log that is written over takes a fifth less of an answer's time than one that grows: it is so after some
thirty answers. SQLite's own 1000 are more than most sittings write.
"""
_FULL = later("the disk is full; this was not recorded, all before it is safe: make room, try again")
_BUSY = later("another program keeps writing to it; try again when that is done")
_DAMAGED = later("the file is damaged ({error}); {backups}")
EMPTY = later("the file is damaged: there is nothing in it any more")
_SHUT = later("cannot be opened; check that the folder exists and that you may read and write in it")
_FIXED = later("cannot be written to; nothing was recorded: check the permissions of file and folder")
CLOSED = later("it was closed while this was going on; nothing of this was recorded")
_MESSAGES = {
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_FULL": _FULL,
    # A quota or a limit on the size of files shows itself as a write that failed.
    "SQLITE_IOERR_WRITE": _FULL,
    "SQLITE_IOERR_SHM": _FULL,
    "SQLITE_IOERR": later("the disk failed ({error}); nothing of this was recorded; {backups}"),
    "SQLITE_READONLY": _FIXED,
    "SQLITE_CANTOPEN": _SHUT,
    "": later("the database failed: {error}; `ptcards doctor` looks for what is wrong"),
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
    # Home's numbers at 100,000 cards read 500 pages: as memory a fifth of their time less than one by one.
    connection.execute("PRAGMA mmap_size = 268435456")
    connection.execute("PRAGMA query_only = ON")
    return connection


def network_of(path: Path) -> str:
    """The kind of network file system that a path lies on; "" for others, and where nothing says so."""
    kinds, folder = {"/": ""}, path.absolute().resolve()
    with suppress(OSError):
        for line in MOUNTS.read_bytes().splitlines():
            mount, kind = line.split(b" - ", 1)
            at = mount.split()[4].decode("unicode_escape").encode("latin-1")
            kinds[os.fsdecode(at)] = kind.split()[0].removeprefix(b"fuse.").decode()
    found = next(kinds[str(one)] for one in (folder, *folder.parents) if str(one) in kinds)
    return found if found in NETWORK.split() else ""


def set_journal(connection: sqlite3.Connection, path: Path) -> None:
    """Write changes ahead (WAL), but not on a network; where others have it open, a later start does it."""
    wanted = "delete" if network_of(path) else "wal"
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != wanted:
        connection.execute("PRAGMA busy_timeout = 0")
        with suppress(sqlite3.OperationalError):
            connection.execute(f"PRAGMA journal_mode = {wanted}")


def _open(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=True)


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
        none = _("{}: this is a database, but not one of ptcards; name another with --database", path)
        raise StoreError(none)
    if revision > SCHEMA:
        newer = _("written by a newer ptcards (schema {}, this one knows {})", revision, SCHEMA)
        raise StoreError(f"{path}: {newer}{_('; update ptcards, or restore a backup made before')}")
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
        return _("there is no backup in the backups folder beside it; move the file away to start afresh")
    return _("the newest backup is {}: `ptcards restore` shows what it holds", newest)


@contextmanager
def opened(path: Path, *, read_only: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection that is closed at the end, its errors said in words."""
    with as_store_error(path), closing(connect(path, read_only=read_only)) as connection:
        yield connection


class as_store_error:  # noqa: N801 - read as what a `with` does, and entered by each answer several times
    """Turn the database's errors into StoreErrors that say what to do."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        # SQLAlchemy wraps the driver's errors; it is not imported only to ask.
        origin = error if isinstance(error, sqlite3.Error) else getattr(error, "orig", None)
        if not isinstance(origin, Exception):
            return
        path = self._path
        if not isinstance(origin, sqlite3.Error):
            raise StoreError(_("the database failed: {}", origin)) from error
        name = getattr(origin, "sqlite_errorname", "")
        message = next(text for start, text in _MESSAGES.items() if name.startswith(start))
        kind = DamagedError if message == _DAMAGED else StoreError
        if path.is_dir():
            message = later("this is a folder; name the database in it, which is a file")
        elif isinstance(origin, sqlite3.ProgrammingError) and "closed" in str(origin):
            message = CLOSED
        named = {"error": origin, "backups": offer_backups(path)} if "{" in message else {}
        raise kind(f"{path}: {_(message, **named)}") from error


# -- backups -----------------------------------------------------------------------------------------------

Progress = Callable[[str], None]
"""Is called now and then with what is being done, in words."""
_PIECE = 1000
"""Pages that are copied between two reports."""


class Backup(NamedTuple):
    """A copy of the database."""

    path: Path
    made: str  # When, as ISO local time of the copying machine
    schema: str
    events: int
    decks: int


def in_silence(what: str) -> None:
    """Report no progress."""


def copy_database(path: Path, target: Path, progress: Progress = in_silence) -> Path:
    """Copy a database to `target`, which is replaced only by a whole copy."""

    def step(_status: int, left: int, total: int) -> None:
        progress(_("backing up {} %", 100 - 100 * left // max(total, 1)))

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
                source.execute("BEGIN")
                source.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
                source.backup(copy, pages=_PIECE, progress=step)
                # One file and nothing beside it; it becomes a write-ahead database again when it is restored.
                copy.execute("PRAGMA journal_mode = DELETE")
    except OSError as error:
        raise StoreError(_("{}: no copy can be made there: {}", target, error.strerror)) from error
    return target


def back_up_as(path: Path, reason: str) -> Path:
    """Copy the database before something risky is done to it, under a name of its own."""
    return copy_database(path, _unused(path, f"before-{reason}"))


def _unused(path: Path, what: str) -> Path:
    """A name in the backups folder that no file has yet."""
    names = (path.parent / "backups" / f"{path.stem}-{what}-{number}.db" for number in count(1))
    return next(name for name in names if not name.exists())


def look_at(path: Path) -> Backup:
    """What a database file holds; StoreError where it is damaged or none of ours."""
    with opened(path, read_only=True) as connection:
        if (verdict := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise DamagedError(_("{}: the file is damaged: {}", path, verdict))
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not tables:
            raise DamagedError(f"{path}: {_(EMPTY)}")
        if not tables.issuperset(("alembic_version", "events", "decks")):
            raise StoreError(_("{}: this is a database, but not one of ptcards", path))
        wanted = ("version_num FROM alembic_version", "count(*) FROM events", "count(*) FROM decks")
        schema, events, decks = (connection.execute(f"SELECT {one}").fetchone()[0] for one in wanted)
    made = datetime.fromtimestamp(path.stat().st_mtime).astimezone().isoformat(timespec="seconds")
    return Backup(path, made, str(schema), events, decks)


def preview_restore(path: Path, backup: Path) -> tuple[Backup, int, int]:
    """A backup, how many events of the log it lacks, and how many of its own the log lacks.

    A database that cannot be read has nothing to lose.
    """
    found = look_at(backup)
    try:
        with opened(path, read_only=True) as connection:
            connection.execute("ATTACH DATABASE ? AS other", (f"{backup.absolute().as_uri()}?mode=ro",))
            only = "SELECT count(*) FROM (SELECT id FROM {0}.events EXCEPT SELECT id FROM {1}.events)"
            lost = connection.execute(only.format("main", "other")).fetchone()[0]
            gained = connection.execute(only.format("other", "main")).fetchone()[0]
    except StoreError:
        return found, 0, found.events
    return found, lost, gained


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
            with opened(path) as target, opened(backup, read_only=True) as source:
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
        set_journal(connection, path)
    return kept
