"""Temporary files: SQLite's errors there in words, and rows sorted where memory does not grow with them."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any

from ptcards.errors import ExchangeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@contextmanager
def temporary() -> Iterator[None]:
    """Turn what goes wrong with a temporary database into an ExchangeError that says what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise ExchangeError(
            f"{gettempdir()}: no temporary file can be written ({error}); "
            "make room there, or name another folder in TMPDIR"
        ) from None


def in_order(rows: Iterable[Sequence[object]], width: int) -> Iterator[tuple[Any, ...]]:
    """Rows of `width` values each, in the order of their first two; ExchangeError where there is no room."""
    places = ", ".join(f"c{number}" for number in range(width))
    # What has no name is a database in the folder for temporary files, and gone when it is closed.
    with temporary(), closing(sqlite3.connect("")) as apart:
        apart.execute(f"CREATE TABLE unsorted ({places})")
        apart.executemany(f"INSERT INTO unsorted VALUES ({', '.join('?' * width)})", rows)  # noqa: S608 (marks)
        yield from apart.execute("SELECT * FROM unsorted ORDER BY c0, c1")
