"""The statements of the road that every answer takes, on the bare driver, and the order of their columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.scheduling.events import Event
from ptcards.scheduling.queue import shuffle_of
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.scheduling.tallies import Tally, TallyKey, by_outcome
from ptcards.store.columns import SCHEDULE
from ptcards.store.counting import Move, Place, count_moves, place, place_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

EVENT = ", ".join(f'"{name}"' for name in Event._fields)
_TALLY = ", ".join(Tally._fields)

INSERT_EVENT = f"INSERT INTO events ({EVENT}) VALUES ({', '.join('?' * len(Event._fields))})"
_UPDATE_SCHEDULE = (
    f"UPDATE schedules SET {', '.join(f'{name} = ?' for name in Schedule._fields)} WHERE card = ?"
)
_INSERT_SCHEDULE = (
    f"INSERT INTO schedules ({SCHEDULE}, card, deck, place, shuffle) "
    f"VALUES ({', '.join('?' * len(Schedule._fields))}, ?, ?, ?, ?)"
)
# To bind what is the same for every new card would double the time.
NEW_VALUES = ", ".join("NULL" if value is None else repr(value) for value in NEW)
_INSERT_NEW = f"INSERT INTO schedules ({SCHEDULE}, card, place, shuffle) VALUES ({NEW_VALUES}, ?, 0, ?)"
_ADD_TALLY = (
    f"INSERT INTO totals (day, deck, {_TALLY}) VALUES ({', '.join('?' * (2 + len(Tally._fields)))}) "
    "ON CONFLICT (day, deck) DO UPDATE SET "
    f"{', '.join(f'{name} = {name} + excluded.{name}' for name in Tally._fields)}"
)
_ADD_HOUR = (
    "INSERT INTO hours (day, deck, hour, passed, failed) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (day, deck, hour) DO UPDATE SET "
    "passed = passed + excluded.passed, failed = failed + excluded.failed"
)
_EMPTY = " AND ".join(f"{name} = 0" for name in Tally._fields)
_DROP_EMPTY_DAY = f"DELETE FROM totals WHERE day = ? AND deck = ? AND {_EMPTY}"
_DROP_EMPTY_HOUR = "DELETE FROM hours WHERE day = ? AND deck = ? AND hour = ? AND passed = 0 AND failed = 0"
_PIECE = 500


def write_schedule(
    connection: sqlite3.Connection, root: str, schedule: Schedule, was: Place | None = None
) -> None:
    """Write where a card stands and count it there; `was` is where it stood, where that is known already."""
    count_moves(connection, [_write(connection, root, schedule, was or place_of(connection, root))])


def write_schedules(connection: sqlite3.Connection, schedules: Iterable[tuple[str, Schedule]]) -> None:
    """Write where cards stand, and count at once how many stand where."""
    moves = [_write(connection, root, schedule, place_of(connection, root)) for root, schedule in schedules]
    count_moves(connection, moves)


def _write(connection: sqlite3.Connection, root: str, schedule: Schedule, was: Place | None) -> Move:
    if was is None:
        connection.execute(_INSERT_SCHEDULE, (*schedule, root, None, 0, shuffle_of(root)))
        return None, None
    connection.execute(_UPDATE_SCHEDULE, (*schedule, root))
    return was, place(was.deck, schedule)


def drop_schedule(connection: sqlite3.Connection, root: str) -> None:
    count_moves(connection, [(place_of(connection, root), None)])
    connection.execute("DELETE FROM schedules WHERE card = ?", (root,))


def write_new_schedules(connection: sqlite3.Connection, roots: Iterable[str]) -> None:
    """Rows for cards that nothing has happened to and that no deck offers yet."""
    connection.executemany(_INSERT_NEW, ((root, shuffle_of(root)) for root in roots))


def write_event(connection: sqlite3.Connection, event: Event) -> None:
    connection.execute(INSERT_EVENT, event)


def add_tally(connection: sqlite3.Connection, key: TallyKey, tally: Tally) -> None:
    """Add to the totals of a day, and to those of its hour."""
    connection.execute(_ADD_TALLY, (*key[:2], *tally))
    passed, failed = by_outcome(tally)
    if passed or failed:
        connection.execute(_ADD_HOUR, (*key, passed, failed))


def drop_empty(connection: sqlite3.Connection, key: TallyKey) -> None:
    """Delete a day and an hour in which nothing is left, so that totals are the same whatever was undone."""
    connection.execute(_DROP_EMPTY_DAY, key[:2])
    connection.execute(_DROP_EMPTY_HOUR, key)


def newest_id(connection: sqlite3.Connection) -> str:
    """The newest id in the log, "" for an empty one."""
    return str(connection.execute("SELECT coalesce(max(id), '') FROM events").fetchone()[0])


def in_pieces(items: Iterable[str]) -> list[list[str]]:
    """Lists short enough for one statement's parameters."""
    every = list(items)
    return [every[start : start + _PIECE] for start in range(0, len(every), _PIECE)]


def marks(items: Sequence[object]) -> str:
    return ", ".join("?" * len(items))
