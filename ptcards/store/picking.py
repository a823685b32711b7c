"""The next card: a walk along an index to the first that may be asked."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

from ptcards.scheduling.queue import (
    Allowance,
    Done,
    Limits,
    Part,
    Selection,
    new_allowance,
    review_allowance,
)
from ptcards.scheduling.sm2 import Schedule
from ptcards.store.columns import SCHEDULE, read_schedule, root_of, schedule_of, split_tags

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from ptcards.store.values import Pick, StoredCard

_COLUMNS = f"c.key, c.content, {', '.join(f's.{name}' for name in Schedule._fields)}"
# CROSS JOIN keeps SQLite from walking the cards first, which would need a sort.
_FROM = (
    "FROM schedules s CROSS JOIN cards c ON c.root = s.card AND c.present "
    "WHERE s.deck = ? AND NOT s.suspended"
)
_NOT_BURIED = "(s.buried_until IS NULL OR s.buried_until <= ?)"
_DUE = (
    f"SELECT s.due_day, s.shuffle, s.card, s.deck, {_COLUMNS} {_FROM} AND s.due_day <= ? AND {_NOT_BURIED} "
    "ORDER BY s.due_day, s.shuffle, s.card"
)
_NEW = (
    f"SELECT s.place, 0, s.card, s.deck, {_COLUMNS} {_FROM} AND s.due_day IS NULL AND {_NOT_BURIED} "
    "ORDER BY s.place, s.card"
)
_DRILL = (
    f"SELECT s.head, 0, s.card, s.deck, {_COLUMNS} {_FROM} AND s.drill_day = ? "
    f"AND +s.due_day > ? AND {_NOT_BURIED} "
    "ORDER BY s.head, s.card"
)
_DONE = (
    "SELECT deck, sum(introduced), sum(q0 + q1 + q2 + q3 + q4 + q5 - introduced) "
    "FROM totals WHERE day = ? GROUP BY deck"
)
_CARD = (
    f"SELECT c.deck, c.place, c.content, c.content_hash, c.tags, c.present, c.root, {SCHEDULE} "
    "FROM cards c LEFT JOIN schedules s ON s.card = c.root WHERE c.key = ?"
)

Row = tuple[object, ...]
_FIRST_OF_CARD = 4


def next_card(
    connection: sqlite3.Connection,
    day: int,
    limits: Limits,
    selection: Selection,
    *,
    after: str | None,
    drill: bool,
) -> Pick | None:
    """The first card of the queue that may be asked; see `Store.next_card`."""
    decks = open_decks(connection, selection)
    done = done_on(connection, day)
    for excluded in (after, None) if after is not None else (None,):
        for part, rows in _parts(connection, decks, day, limits, done, drill=drill):
            for row in rows:
                key = str(row[_FIRST_OF_CARD])
                if key != excluded and may_ask(key, selection):
                    return _pick(row, part)
    return None


def _parts(
    connection: sqlite3.Connection,
    decks: list[str],
    day: int,
    limits: Limits,
    done: dict[str, Done],
    *,
    drill: bool,
) -> Iterator[tuple[Part, Iterator[Row]]]:
    """The rows of the queue's parts in their order, read only as far as they are asked for."""
    reviews, new = review_allowance(limits, done), new_allowance(limits, done)
    yield Part.DUE, due_rows(connection, _with_room(decks, reviews), day)
    yield Part.NEW, (row for deck in _with_room(decks, new) for row in connection.execute(_NEW, (deck, day)))
    if drill:
        yield Part.DRILL, drill_rows(connection, decks, day)


def due_rows(connection: sqlite3.Connection, decks: list[str], day: int) -> Iterator[Row]:
    """Due cards of several decks in one order: by due day, then shuffle."""
    walks = [connection.execute(_DUE, (deck, day, day)) for deck in decks]
    return iter(walks[0]) if len(walks) == 1 else heapq.merge(*walks)


def drill_rows(connection: sqlite3.Connection, decks: list[str], day: int) -> Iterator[Row]:
    """The drill: what was touched longest ago comes first, which keeps its cards apart."""
    return heapq.merge(*(connection.execute(_DRILL, (deck, day, day, day)) for deck in decks))


def open_decks(connection: sqlite3.Connection, selection: Selection) -> list[str]:
    """The decks that may be asked from, in their order."""
    slugs = [
        str(row[0]) for row in connection.execute("SELECT slug FROM decks WHERE NOT disabled ORDER BY slug")
    ]
    return [
        slug
        for slug in slugs
        if (selection.decks is None or slug in selection.decks) and slug not in selection.unmet_decks
    ]


def done_on(connection: sqlite3.Connection, day: int) -> dict[str, Done]:
    """What each deck has used of the day's limits."""
    return {str(deck): Done(new, reviews) for deck, new, reviews in connection.execute(_DONE, (day,))}


def may_ask(key: str, selection: Selection) -> bool:
    return (
        key not in selection.skip
        and key not in selection.unmet
        and (selection.cards is None or key in selection.cards)
    )


def _with_room(decks: list[str], allowance: Allowance) -> list[str]:
    return [deck for deck in decks if allowance.left(deck) != 0]


def _pick(row: Row, part: Part) -> Pick:
    from ptcards.store.values import Pick

    return Pick(str(row[4]), str(row[3]), part, str(row[5]), schedule_of(row[6:]))


def card(connection: sqlite3.Connection, key: str) -> StoredCard | None:
    """One card by its key; see `Store.card`."""
    row = connection.execute(_CARD, (key,)).fetchone()
    if row is None:
        return None
    from ptcards.store.values import StoredCard

    standing = Schedule() if row[7] is None else schedule_of(row[7:])
    deck, place, content, content_hash, tags, present, root = row[:7]
    return StoredCard(
        key, deck, place, content, content_hash, split_tags(tags), bool(present), root, standing
    )


def schedule(connection: sqlite3.Connection, key: str) -> Schedule:
    return read_schedule(connection, root_of(connection, key))
