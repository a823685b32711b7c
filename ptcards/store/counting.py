"""How many cards of each deck stand where: kept as cards move, and a function of the schedules alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from ptcards.scheduling.sm2 import Schedule

_MEASURED = {"interval": "interval_days", "ease": "ease", "lapses": "lapses", "due": "due_day"}
_SEEN = "deck IS NOT NULL AND due_day IS NOT NULL"
_COLUMNS = "what, value, deck, suspended, cards"
PLACE = f"deck, suspended, {', '.join(_MEASURED.values())}"
_PLACE_OF_ONE = f"SELECT {PLACE} FROM schedules WHERE card = ?"
_ADD = (
    f"INSERT INTO standings ({_COLUMNS}) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (what, value, deck, suspended) DO UPDATE SET cards = cards + excluded.cards"
)
_DROP_EMPTY = (
    "DELETE FROM standings WHERE what = ? AND value = ? AND deck = ? AND suspended = ? AND cards = 0"
)


class Place(NamedTuple):
    """Where a card stands, as far as it is counted; in the order of `PLACE`."""

    deck: str | None
    suspended: bool
    interval_days: int
    ease: int
    lapses: int
    due_day: int | None


Move = tuple[Place | None, Place | None]
"""From where to where; None is nowhere."""


def place(deck: str | None, stands: Schedule) -> Place:
    return Place(deck, stands.suspended, stands.interval_days, stands.ease, stands.lapses, stands.due_day)


def place_of(connection: sqlite3.Connection, root: str) -> Place | None:
    """Where a card stands; None where it has no schedule."""
    row = connection.execute(_PLACE_OF_ONE, (root,)).fetchone()
    return row and Place._make(row)


def count_moves(connection: sqlite3.Connection, moves: Iterable[Move]) -> None:
    """Count that cards stand no longer where they did, but elsewhere."""
    change: dict[tuple[object, ...], int] = {}
    for before, after in moves:
        for place, sign in ((before, -1), (after, 1)):
            if place and place.deck is not None and place.due_day is not None:
                deck, suspended, *values = place
                for what, value in zip(_MEASURED, values, strict=True):
                    key = (what, value, deck, suspended)
                    change[key] = change.get(key, 0) + sign
    connection.executemany(_ADD, [(*key, cards) for key, cards in change.items() if cards])
    connection.executemany(_DROP_EMPTY, [key for key, cards in change.items() if cards < 0])


def counts(where: str = _SEEN) -> str:
    """The question that counts the schedules themselves, of which the table `standings` keeps the answer."""
    each = (
        f"SELECT '{what}' AS what, {column} AS value, deck, suspended, count(*) AS cards FROM schedules "
        f"WHERE {_SEEN} AND {where} GROUP BY value, deck, suspended"
        for what, column in _MEASURED.items()
    )
    return " UNION ALL ".join(each)


def recount(connection: sqlite3.Connection) -> None:
    """Count all schedules anew."""
    connection.execute("DELETE FROM standings")
    connection.execute(f"INSERT INTO standings ({_COLUMNS}) {counts()}")


def miscounted(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Deck and measure of each count that is not what its schedules add up to."""
    kept = f"SELECT {_COLUMNS} FROM standings"
    question = (
        f"SELECT DISTINCT deck, what FROM (SELECT * FROM ({counts()} EXCEPT {kept}) "
        f"UNION ALL SELECT * FROM ({kept} EXCEPT SELECT * FROM ({counts()}))) ORDER BY deck, what"
    )
    return [(str(deck), str(what)) for deck, what in connection.execute(question)]
