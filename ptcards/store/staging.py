"""What a merge brings, put beside the log in temporary tables, so that nobody waits while it is read."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from ptcards.errors import ExchangeError
from ptcards.scheduling.events import Event
from ptcards.store.answering import cut
from ptcards.store.rows import EVENT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

_PIECE = 2000
_FACTS = len(Event._fields)
_MAKE = (
    f"CREATE TEMP TABLE incoming ({EVENT}, code, position INTEGER, PRIMARY KEY (id)) WITHOUT ROWID",
    "CREATE TEMP TABLE filling (event PRIMARY KEY, code) WITHOUT ROWID",
    f"CREATE TEMP VIEW log AS SELECT {EVENT}, 0 AS fresh FROM main.events "
    f"UNION ALL SELECT {EVENT}, 1 FROM temp.incoming",
)
_INDEX = (
    "CREATE INDEX temp.incoming_card ON incoming (card)",
    "CREATE INDEX temp.incoming_target ON incoming (target) WHERE target IS NOT NULL",
)
_DROP = (
    "DROP VIEW IF EXISTS temp.log",
    "DROP TABLE IF EXISTS temp.filling",
    "DROP TABLE IF EXISTS temp.incoming",
)
_INSERT = f"INSERT INTO temp.incoming VALUES ({', '.join('?' * (_FACTS + 2))}) ON CONFLICT DO NOTHING"
_DIFFER = " OR ".join(f'i."{name}" IS NOT k."{name}"' for name in Event._fields if name != "id")
_DAMAGED = (
    "SELECT i.position, i.id FROM temp.incoming i CROSS JOIN main.events k ON k.id = i.id "
    f"WHERE i.id > ? AND ({_DIFFER}) ORDER BY i.position LIMIT 1"
)
# Of two texts of one answer both sides keep the same one.
_KEEP_CODE = (
    "INSERT INTO temp.filling SELECT i.id, i.code FROM temp.incoming i "
    "CROSS JOIN main.events k ON k.id = i.id WHERE i.id > ? AND i.code IS NOT NULL "
    "AND NOT EXISTS (SELECT 1 FROM main.answers a WHERE a.event = i.id AND a.code >= i.code)"
)
_DROP_KNOWN = (
    "DELETE FROM temp.incoming WHERE id > ? AND EXISTS (SELECT 1 FROM main.events k WHERE k.id = incoming.id)"
)
_FILL_IN = (
    "INSERT INTO main.answers (event, code) SELECT event, code FROM temp.filling WHERE true "
    "ON CONFLICT (event) DO UPDATE SET code = excluded.code WHERE excluded.code > answers.code"
)
_TAKE_EVENTS = f"INSERT INTO main.events ({EVENT}) SELECT {EVENT} FROM temp.incoming ORDER BY id"
_TAKE_ANSWERS = (
    "INSERT INTO main.answers (event, code) SELECT id, code FROM temp.incoming WHERE code IS NOT NULL"
)


class DamagedLogError(ExchangeError):
    """An id that is known stands for other facts: one of the two logs is damaged. Nothing was taken."""

    def __init__(self, position: int, event_id: str) -> None:
        super().__init__(f"event {event_id} is known with other facts: one of the two logs is damaged")
        self.position = position
        """Counts the events that came in, from 0."""
        self.event_id = event_id


@contextmanager
def staged(connection: sqlite3.Connection, incoming: Iterable[tuple[Event, str | None]]) -> Iterator[int]:
    """Hold what comes in as `temp.incoming`; says how many events that were.

    `temp.log` is the union of the log and it, with a column `fresh` that is 1 for what comes in.
    """
    _do(connection, _DROP + _MAKE)
    try:
        read = _stage(connection, incoming)
        _do(connection, _INDEX)
        yield read
    finally:
        _do(connection, _DROP)


def _do(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _stage(connection: sqlite3.Connection, incoming: Iterable[tuple[Event, str | None]]) -> int:
    """The same event twice is one, unless its facts differ."""
    read = 0
    numbered = enumerate(incoming)
    while piece := list(islice(numbered, _PIECE)):
        rows = [(*event, None if code is None else cut(code), position) for position, (event, code) in piece]
        connection.execute("BEGIN")
        added = connection.executemany(_INSERT, rows).rowcount
        if added != len(rows):
            _check_doubles(connection, rows)
        connection.execute("COMMIT")
        read += len(rows)
    return read


def _check_doubles(connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    for row in rows:
        known = connection.execute("SELECT * FROM temp.incoming WHERE id = ?", (row[0],)).fetchone()
        if known[:_FACTS] != row[:_FACTS]:
            connection.execute("ROLLBACK")
            raise DamagedLogError(int(str(row[-1])), str(row[0]))
        if known[-1] != row[-1]:
            connection.execute(
                "UPDATE temp.incoming SET code = max(coalesce(code, ''), ?) WHERE id = ? AND ? IS NOT NULL",
                (row[-2], row[0], row[-2]),
            )


def set_known_apart(connection: sqlite3.Connection, after: str = "") -> int:
    """Leave in `temp.incoming` what the log does not have, of the ids after `after`; says how many it had.

    DamagedLogError where the log has other facts. Code that the log may lack is kept for `take_rows`.
    """
    row = connection.execute(_DAMAGED, (after,)).fetchone()
    if row is not None:
        raise DamagedLogError(int(row[0]), str(row[1]))
    connection.execute(_KEEP_CODE, (after,))
    return connection.execute(_DROP_KNOWN, (after,)).rowcount


def take_rows(connection: sqlite3.Connection) -> tuple[int, int]:
    """Put what is new into the log; says how many events, and of how many known ones the code."""
    filled = connection.execute(_FILL_IN).rowcount
    taken = connection.execute(_TAKE_EVENTS).rowcount
    connection.execute(_TAKE_ANSWERS)
    return taken, filled
