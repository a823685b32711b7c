"""The one door to the database: four rooms over one connection."""

import fcntl
import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Self

from sqlalchemy import delete, insert, select

from ptcards.errors import DamagedError, StoreError, UsageError
from ptcards.language import _
from ptcards.scheduling.days import Moment, date_of, time_of
from ptcards.store import connection
from ptcards.store.connection import SCHEMA, Progress, as_store_error, connect, in_silence, schema_of
from ptcards.store.database import Database
from ptcards.store.fold import say
from ptcards.store.library import Library
from ptcards.store.log import Log
from ptcards.store.queue import DailyQueue
from ptcards.store.server import Server, Where
from ptcards.store.sums import Sums
from ptcards.store.tables import notes
from ptcards.store.upgrade import make_tables, migrate

_DAILY = 14


def random_bits() -> int:
    """Entropy for one event id."""
    return int.from_bytes(os.urandom(10))


class Store(AbstractContextManager["Store"]):
    """An open database. Safe to call from several threads; several processes may have one open at once.

    `log` is what happened, `library` what can be asked, `queue` today's cards, `sums` the statistics.
    Every method may raise StoreError, with a sentence for the user: locked, full, read-only, damaged.
    """

    def __init__(self, database: Database, device: str, entropy: Callable[[], int]) -> None:
        self._database = database
        self.device = device
        """This database's id: what its events are signed with."""
        self.queue = DailyQueue(database)
        self.log = Log(database, device, entropy, self.queue)
        self.library = Library(database)
        self.sums = Sums(database)

    @classmethod
    def open(
        cls,
        where: Where,
        *,
        read_only: bool = False,
        entropy: Callable[[], int] = random_bits,
        day: int | None = None,
        progress: Progress = in_silence,
    ) -> Self:
        """Open the database, made or brought up to date first; `day` also makes that study day's backup.

        A file, or a learner's place on a server. `progress` hears of what takes long. Folder and file are the
        owner's alone. StoreError: a newer schema, no database (read-only), damage; AwayError: no server now.
        """
        if isinstance(where, Server):
            from ptcards.store.remote import prepared  # noqa: PLC0415 - who has no server loads nothing for one

            database: Database = prepared(where, progress, read_only=read_only)
        else:
            with as_store_error(where):
                _prepare(where, progress, read_only=read_only)
            database = Database(where, read_only=read_only)
        opened = cls(database, _device(database, entropy), entropy)
        if day is not None:
            try:
                opened.back_up_daily(day, progress)
            except BaseException:
                opened.close()
                raise
        return opened

    def close(self) -> None:
        self._database.close()

    def __exit__(self, *_: object) -> None:
        self.close()

    def renew_device(self, entropy: Callable[[], int] = random_bits) -> str:
        """Sign with another id from now on, since another database signs with this one; says which."""
        with self._database.writing() as db:
            db.execute(delete(notes).where(notes.c.name == "device"))
        self.device = _device(self._database, entropy)
        self.log.sign_as(self.device)
        return self.device

    def back_up_daily(self, day: int, progress: Progress = in_silence) -> None:
        """Make the study day's backup unless it is there; a store that only reads makes none.

        Of older ones 14 are kept, and the first of each month.
        """
        path = self._database.path
        if path is None or self._database.read_only:
            return
        target = path.parent / "backups" / f"{path.stem}-{date_of(day).isoformat()}.db"
        if target.exists():
            return
        connection.copy_database(path, target, progress)
        name = re.compile(re.escape(path.stem) + r"-(\d{4}-\d{2})-\d{2}\.db")
        found = ((file, name.fullmatch(file.name)) for file in target.parent.glob("*.db"))
        months: set[str] = set()
        for file, month in sorted((file, match[1]) for file, match in found if match)[:-_DAILY]:
            if month in months:
                file.unlink()
            months.add(month)

    def back_up(self, moment: Moment, target: Path | None = None) -> Path:
        """Copy the database, to the backups folder unless named; UsageError where it exists."""
        path = self._database.path
        if path is None:
            raise StoreError(_("this database is PostgreSQL's: back it up with pg_dump"))
        target = target or path.parent / "backups" / f"{path.stem}-{time_of(moment):%Y-%m-%d-%H%M%S}.db"
        if target.exists():
            raise UsageError(_("{}: there is a file of that name already; choose another", target))
        return connection.copy_database(path, target)


def _prepare(path: Path, progress: Progress, *, read_only: bool) -> None:
    """Have a database of the newest schema there."""
    there = path.exists()
    if there:
        with closing(connect(path, read_only=read_only)) as opened:
            if not read_only and connection.network_of(path):
                opened.execute("PRAGMA locking_mode = EXCLUSIVE")  # which reads WAL without shared memory
            current = schema_of(opened, path) == SCHEMA
            if current and not read_only:
                connection.set_journal(opened, path)
    elif read_only:
        raise StoreError(_("{}: there is no database yet; any command that writes makes it", path))
    if read_only and not current:
        old = _("has an older schema, and cannot be brought up to date where nothing can be written")
        raise StoreError(f"{path}: {old}")
    if not there or not current:
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder = os.open(path.parent, os.O_RDONLY)
            try:
                # No two processes make or migrate a database in one folder at once.
                fcntl.flock(folder, fcntl.LOCK_EX)
                _make_or_migrate(path, progress)
            finally:
                os.close(folder)
        except OSError as error:
            raise StoreError(_("{}: no database can be made there: {}", path, error.strerror)) from error
    if not read_only and path.stat().st_mode & 0o077:
        path.chmod(connection.OWNER_ONLY)


def _make_or_migrate(path: Path, progress: Progress) -> None:
    """What another process may just have done; a migration is one transaction, after a backup."""
    if made := not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, connection.OWNER_ONLY))
    with closing(connect(path)) as opened:
        revision = schema_of(opened, path)
        if not revision and not made and connection.backups(path):
            raise DamagedError(f"{path}: {_(connection.EMPTY)}; {connection.offer_backups(path)}")
        if not revision:
            connection.set_journal(opened, path)
    if not revision:
        with closing(Database(path)) as database, database.writing() as db:
            make_tables(db)
    if revision in ("", SCHEMA):
        return
    connection.copy_database(path, path.parent / "backups" / f"{path.stem}-schema-{revision}.db", progress)
    with closing(Database(path)) as database:
        with database.writing() as db:
            migrate(db, path, revision, progress)
        database.compact()


def _device(database: Database, entropy: Callable[[], int]) -> str:
    """The id that this database signs events with; made up when it is first opened for writing."""
    known = select(notes.c.value).where(notes.c.name == "device")
    with database.reading() as db:
        device = db.scalar(known)
    if device is None and not database.read_only:
        with database.writing() as db:
            device = db.scalar(known)
            if device is None:
                device = f"{entropy() & 0xFFFFFFFFFFFFFFFF:016x}"
                db.execute(insert(notes), {"name": "device", "value": device})
                say(db, [device])
    return device or ""
