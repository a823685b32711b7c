"""A learner's schema on a server through SQLAlchemy: what `Database` is of a file; a connection may break."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.pool import NullPool

from ptcards.errors import AwayError, StoreError
from ptcards.language import _
from ptcards.store import postgres
from ptcards.store.connection import CLOSED, SCHEMA, Progress
from ptcards.store.database import Database, Prepared
from ptcards.store.server import Server
from ptcards.store.tables import metadata
from ptcards.store.upgrade import make_tables, migrate

_COMING_BACK = 10.0
"""Seconds in which a server that went away while something was recorded is asked what became of it."""
_AGAIN = 0.2
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITES = "SELECT value FROM notes WHERE name = 'writes'"
_REMEMBERED = 12
_place: ContextVar[tuple[Server, bool]] = ContextVar("_place")


@cache
def _servers() -> Engine:
    """SQLAlchemy on whatever place is in `_place`: it sees no address, and compiles a statement once."""
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: postgres.connect(_place.get()[0], read_only=_place.get()[1]),
        poolclass=NullPool,
        # Nothing is left to take back on a connection that is closed; on one that broke trying it fails, and
        # SQLAlchemy would write a traceback of that over the screen.
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
        use_native_hstore=False,
    )


class Remote(Database):
    """A learner's schema on a server.

    The note `writes` has the number of the last transaction that wrote here, and whose the last twelve were,
    the newest first. So it is seen when others wrote, and what became of one whose end nobody heard of:
    PostgreSQL's own numbers do not tell, since a server that crashed gives those it had not written again.
    """

    where: Server

    def __init__(self, server: Server, *, read_only: bool = False) -> None:
        self._lock = postgres.lock_of(server.learner)
        self._name = secrets.token_hex(4)
        self._number, self._own = 0, 0
        """Of the transaction that is open; and how many were kept that are this object's."""
        self._shut = False
        super().__init__(server, read_only=read_only)

    def _in_words(self) -> AbstractContextManager[None]:
        return postgres.as_said(self.where)

    def _connect(self, *, read_only: bool) -> Connection:
        before = _place.set((self.where, read_only))
        try:
            return _servers().connect()
        finally:
            _place.reset(before)

    def _renew(self) -> None:
        """Another connection for one that broke."""
        with suppress(Exception):
            self._connection.close()
        self._connection = self._connect(read_only=self.read_only)
        self.driver = self._connection.connection.driver_connection

    def _first(self, work: Callable[[], Any]) -> Any:
        """What a transaction or a question begins with: on another connection where this one has broken."""
        if self._shut:
            raise StoreError(f"{self.where}: {_(CLOSED)}")
        if not self.driver.closed:
            try:
                return work()
            except postgres.BrokenError as error:
                # Nothing was done yet. But who waited long once is not made to wait twice.
                if not self.driver.closed or isinstance(error, postgres.Silence):
                    raise
        self._renew()
        return work()

    def reading(self) -> AbstractContextManager[Connection]:
        return self._transaction(_SNAPSHOT, keep=False, quiet=True)

    def writing(self, *, keep: bool = True, quiet: bool = False) -> AbstractContextManager[Connection]:
        before = f"left(substr(notes.value, strpos(notes.value, ' ')), {(_REMEMBERED - 1) * 9})"
        mine = (
            f"INSERT INTO notes VALUES ('writes', '1 {self._name}') ON CONFLICT (name) DO UPDATE SET value = "
            f"CAST(split_part(notes.value, ' ', 1) AS bigint) + 1 || ' {self._name}' || {before}"
        )
        return self._transaction(f"BEGIN; {self._lock}; {mine} RETURNING value", keep=keep, quiet=quiet)

    def at_once(self) -> AbstractContextManager[object]:
        at_once: AbstractContextManager[object] = self.driver.pipeline()
        return at_once

    @contextmanager
    def preparing(self) -> Iterator[Connection]:
        """As `writing`, where there may be no table yet, and for as long as it takes."""
        usual, self.driver.patience = self.driver.patience, 24 * 3600
        begin = f"BEGIN; SET LOCAL statement_timeout = 0; {self._lock}"
        try:
            with self._transaction(begin, keep=True, quiet=False) as db:
                yield db
        finally:
            self.driver.patience = usual

    @contextmanager
    def _transaction(self, begin: str, *, keep: bool, quiet: bool) -> Iterator[Connection]:
        with self._turn, self._safely:
            kept = False
            try:
                begun = self._first(lambda: self.driver.execute(begin)).set_result(-1)
                row = begun.fetchone() if begun.description else None
                self._number = int(row[0].partition(" ")[0] or 0) if row else 0
                yield self._connection
                self.writes += not quiet
                if keep:
                    self._keep()
                    kept = True
            finally:
                if not kept:
                    with suppress(Exception):
                        self.driver.execute("ROLLBACK")

    def _keep(self) -> None:
        number, self._number = self._number, 0
        try:
            if self.driver.execute("COMMIT").statusmessage != "COMMIT":
                raise StoreError(_("{}: nothing of this was recorded", self.where))
        except postgres.BrokenError:
            # Nobody heard whether it was kept.
            if not self.driver.closed or not self._was_kept(number):
                raise
        self._own += number > 0

    def _was_kept(self, number: int) -> bool:
        """What became of a transaction of that number; StoreError where that cannot be known."""
        unknown = _("{}: the connection was lost while this was being recorded", self.where)
        unknown += _("; whether it was is not known yet: look when the server is back")
        until = time.monotonic() + _COMING_BACK
        while True:
            try:
                self._renew()
                # It waits for the lock until the transaction has come to its end, on the other side, too.
                self.driver.execute(f"BEGIN; {self._lock}")
                row = self.driver.execute(_WRITES).fetchone()
                self.driver.execute("ROLLBACK")
                break
            except (AwayError, postgres.BrokenError):
                if time.monotonic() > until:
                    raise AwayError(unknown) from None
                time.sleep(_AGAIN)
        last, *whose = row[0].split() if row else ("0",)
        since = int(last) - number
        if number == 0 or since >= len(whose) > 0:
            raise StoreError(unknown)
        return since >= 0 and whose[since:][:1] == [self._name]

    def ask(self, question: Prepared, **values: object) -> list[Any]:
        with self._turn, self._safely:
            return list(self._first(lambda: question.run(self._connection, **values)))

    @property
    def version(self) -> tuple[object, int]:
        with self._turn, self._safely:
            row = self._first(lambda: self.driver.execute(_WRITES)).fetchone()
            return (int(row[0].partition(" ")[0]) if row else 0) - self._own, self.writes

    @contextmanager
    def streaming(self) -> Iterator[Connection]:
        with self._safely, self._connect(read_only=True) as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(_SNAPSHOT)
            yield connection

    def close(self) -> None:
        self._shut = True
        with self._turn, suppress(Exception):
            self._connection.close()

    def compact(self) -> None:
        """Let the server look at what is there, to plan by; it fills gaps by itself."""
        with self._turn, self._safely:
            self._first(lambda: self.driver.execute(f"ANALYZE {', '.join(metadata.tables)}"))


def prepared(server: Server, progress: Progress, *, read_only: bool) -> Remote:
    """Have a learner's tables of the newest schema there."""
    database = Remote(server, read_only=read_only)
    try:
        with postgres.as_said(server):
            revision = postgres.schema_of(database.driver, server)
        if read_only and not revision:
            none = _("there is nothing of this learner yet; any command that writes begins it")
            raise StoreError(f"{server}: {none}")
        if read_only and revision != SCHEMA:
            old = _("has an older schema, and cannot be brought up to date where nothing can be written")
            raise StoreError(f"{server}: {old}")
        if revision != SCHEMA:
            _make_or_migrate(database, progress)
    except BaseException:
        database.close()
        raise
    return database


def _make_or_migrate(database: Remote, progress: Progress) -> None:
    """What another may just have done."""
    server = database.where
    with database.preparing() as db:
        revision = postgres.schema_of(database.driver, server)
        if revision is None:
            try:
                database.driver.execute(f'CREATE SCHEMA "{server.learner}"')
            except postgres.NotAllowedError:
                nobody = _(
                    "there is no such learner yet; ask your teacher: ptcards class add {}", server.learner
                )
                raise StoreError(f"{server}: {nobody}") from None
        if not revision:
            make_tables(db)
        elif revision != SCHEMA:
            migrate(db, server, revision, progress)
