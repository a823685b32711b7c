"""One database through SQLAlchemy: its transactions, and statements that are compiled once."""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Boolean, Connection, Engine, Executable, Select, create_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.types import NULLTYPE

from ptcards.store.connection import as_store_error, connect
from ptcards.store.server import Where

Item = TypeVar("Item")
_NOTHING = nullcontext()
_Processes = list[tuple[int, Callable[[Any], Any]]]
# The driver would look long for another form of each before it takes it as it is.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(bool, int)
sqlite3.register_adapter(type(None), {None: None}.get)


_file: ContextVar[tuple[Any, bool]] = ContextVar(
    "_file"
)  # that a connection is made to, and whether to read only


@cache
def _files() -> Engine:
    """SQLAlchemy on whatever file is in `_file`: one for all, which compiles a statement once in a process.

    What it executes begins and ends no transaction.
    """
    return create_engine(
        "sqlite://",
        creator=lambda: connect(_file.get()[0], read_only=_file.get()[1]),
        poolclass=NullPool,
        paramstyle="named",
        isolation_level="AUTOCOMMIT",
    )


class Database:
    """A connection that threads take in turn, and others that only read."""

    def __init__(self, where: Where, *, read_only: bool = False) -> None:
        self.where = where
        self.path = where if isinstance(where, Path) else None
        """None where it is on a server: `remote.Remote`."""
        self.read_only = read_only
        self.writes = 0
        """How often this object wrote what a queue or a deck has to be read again for."""
        self._turn = threading.RLock()
        self._safely = self._in_words()
        with self._safely:
            self._connection = self._connect(read_only=read_only)
            self.driver: Any = self._connection.connection.driver_connection

    def _in_words(self) -> AbstractContextManager[None]:
        """What goes wrong, said in words."""
        return as_store_error(self.path or Path())

    def _connect(self, *, read_only: bool) -> Connection:
        before = _file.set((self.path, read_only))
        try:
            return _files().connect()
        finally:
            _file.reset(before)

    def reading(self) -> AbstractContextManager[Connection]:
        """A snapshot: what is read within it is of one moment."""
        return self._transaction("BEGIN", keep=False, quiet=True)

    def writing(self, *, keep: bool = True, quiet: bool = False) -> AbstractContextManager[Connection]:
        """One transaction and one writer at a time: all of it is kept, or on any error nothing.

        Nothing in any case without `keep`. `quiet` is for what no queue depends on, or is kept in step with.
        """
        return self._transaction("BEGIN IMMEDIATE", keep=keep, quiet=quiet)

    def at_once(self) -> AbstractContextManager[object]:
        """Around statements that write: what lies on a server gets them all in one message."""
        return _NOTHING

    @contextmanager
    def _transaction(self, begin: str, *, keep: bool, quiet: bool) -> Iterator[Connection]:
        with self._turn, self._safely:
            kept = False
            try:
                self.driver.execute(begin)
                yield self._connection
                self.writes += not quiet
                if keep:
                    self.driver.execute("COMMIT")
                    kept = True
            finally:
                if not kept:
                    # An error that already ended the transaction must not be hidden by this one.
                    with suppress(Exception):
                        self.driver.execute("ROLLBACK")

    def ask(self, question: "Prepared", **values: object) -> list[Any]:
        """The rows that one question finds, in a snapshot of its own."""
        with self._turn, self._safely:
            return question.run(self._connection, **values)

    @property
    def version(self) -> tuple[object, int]:
        """Is another when something was written: here, but for answers, or by another connection."""
        with self._turn, self._safely:
            return self.driver.execute("PRAGMA data_version").fetchone()[0], self.writes

    @contextmanager
    def streaming(self) -> Iterator[Connection]:
        """A connection of its own that only reads, in a snapshot: for what takes long."""
        with self._safely, self._connect(read_only=True) as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("BEGIN")  # it ends with the connection
            yield connection

    def compact(self) -> None:
        """Leave no gaps in the file, a tenth of it, unless another program is busy with it."""
        with self._turn, suppress(sqlite3.Error):
            self.driver.execute("VACUUM")

    def close(self) -> None:
        """Close for good; the last one out folds the write-ahead log into the database."""
        with self._turn, self._safely:
            self._connection.close()


class Prepared:
    """A statement of the road of an answer or a merge: written in Core, compiled once, run by the driver.

    SQLAlchemy would take longer over each than SQLite does over all of them. Values go by position: SQLite's
    driver looks up the name of each in each row, which doubles its time.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._ready: dict[str, tuple[str, list[str], dict[str, Any], _Processes, _Processes]] = {}

    def run(self, db: Connection, **values: object) -> list[Any]:
        """The rows; a list where a column needs to be made a value of Python's, else a tuple each."""
        text, names, fixed, given, made = self._ready.get(db.dialect.name) or self._compile(db.dialect)
        parameters = fixed | values
        driver: Any = db.connection.dbapi_connection
        cursor = driver.execute(text, _processed([*map(parameters.__getitem__, names)], given))
        if cursor.description is None:
            return []
        rows: list[Any] = cursor.fetchall()
        return [_processed(list(row), made) for row in rows] if made else rows

    def many(self, db: Connection, rows: Iterable[Iterable[Any]]) -> None:
        """The same for each row, which holds a value for every parameter, in their order."""
        text, _, _, given, _ = self._ready.get(db.dialect.name) or self._compile(db.dialect)
        driver: Any = db.connection.dbapi_connection
        rows = (_processed(list(row), given) for row in rows) if given else rows
        driver.cursor().executemany(text, rows)

    def _compile(self, dialect: Any) -> Any:
        dialect = type(dialect)(paramstyle="qmark" if dialect.name == "sqlite" else "format")
        compiled: Any = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # all of ours can
        # Drivers take a Boolean as it is.
        types = ((name, bind.type) for bind, name in compiled.bind_names.items())
        kinds = {name: kind for name, kind in types if not isinstance(kind, Boolean)}
        impls = (kinds.get(name, NULLTYPE).dialect_impl(dialect) for name in compiled.positiontup)
        given = [kind.bind_processor(dialect) for kind in impls]
        columns = list(self._statement.selected_columns) if isinstance(self._statement, Select) else []
        made = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._ready[dialect.name] = ready = (
            str(compiled),
            compiled.positiontup,
            dict(compiled.params),
            *([(at, process) for at, process in enumerate(every) if process] for every in (given, made)),
        )
        return ready


def _processed(row: list[Any], processes: _Processes) -> list[Any]:
    for position, process in processes:
        row[position] = process(row[position])
    return row


def pieces(items: Iterable[Item], size: int = 500) -> Iterator[list[Item]]:
    """Lists short enough for one statement."""
    every = iter(items)
    while piece := list(islice(every, size)):
        yield piece


def pairs(db: Connection, statement: Executable) -> dict[Any, Any]:
    """What a question for two columns finds, the second by the first."""
    return dict(db.execute(statement).all())
