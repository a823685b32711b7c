"""Where the cards stand: from the counts that are kept, or for some cards alone from their schedules."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

import orjson

from ptcards.scheduling.sm2 import LEECH, LOWEST_EASE
from ptcards.statistics.sums import LEECHES, LOW
from ptcards.store.counting import counts
from ptcards.store.rows import marks

if TYPE_CHECKING:
    import sqlite3

# A plus sign before a column keeps SQLite from an index that would lead it past every card.
_SUM = "SELECT what, value, suspended, sum(cards) FROM {} GROUP BY what, value, suspended"
_BURIED = (
    "SELECT due_day, buried_until FROM schedules "
    "WHERE NOT +suspended AND buried_until > ? AND buried_until > due_day AND {}"
)
_LOW = (
    f"SELECT card FROM schedules WHERE ease <= {LOWEST_EASE} AND due_day IS NOT NULL AND {{}} "
    f"ORDER BY +card LIMIT {LOW}"
)
_LEECHES = (
    f"SELECT lapses, card FROM schedules WHERE lapses >= {LEECH} AND due_day IS NOT NULL AND {{}} "
    f"ORDER BY lapses DESC, card LIMIT {LEECHES}"
)


class Standings(NamedTuple):
    """The cards of decks that are not disabled, counted by where they stand."""

    unseen: int
    intervals: Counter[int]
    awake: Counter[int]
    """Intervals of the cards that are not suspended."""
    eases: Counter[int]
    lapses: Counter[int]
    due: Counter[int]
    """Due days of the cards that are not suspended; of a buried card the day it is back."""
    low: list[tuple[str, int, int]]
    """The first cards at the lowest ease: key, interval and lapses, by key."""
    leeches: list[tuple[int, str]]
    """Lapses and key of the worst, the most first."""


class _Which(NamedTuple):
    """A condition on rows that have a deck, and its values."""

    where: str
    values: tuple[str, ...]


def standings(
    connection: sqlite3.Connection, today: int, deck: str | None = None, roots: frozenset[str] | None = None
) -> Standings:
    """Where the cards stand that are in a deck; a disabled deck counts only if it is the one asked for."""
    if roots is not None:
        some = "(SELECT value FROM json_each(?))"
        which = _Which(f"deck IS NOT NULL AND card IN {some}", (orjson.dumps(sorted(roots)).decode(),))
        counted = _count(connection, f"({counts(f'card IN {some}')})", which.values * 4)
        cards = len(roots)
    else:
        which = _Which("deck = ?", (deck,)) if deck else _enabled(connection)
        counted = _count(connection, f"standings WHERE {which.where}", which.values)
        question = "SELECT sum(cards) FROM decks WHERE slug = ? OR (? IS NULL AND NOT disabled)"
        cards = connection.execute(question, (deck, deck)).fetchone()[0] or 0
    for day, back in connection.execute(_BURIED.format(which.where), (today, *which.values)):
        counted.due[day] -= 1
        counted.due[back] += 1
    low = [str(row[0]) for row in connection.execute(_LOW.format(which.where), which.values)]
    question = f"SELECT card, interval_days, lapses FROM schedules WHERE card IN ({marks(low)}) ORDER BY card"
    return counted._replace(
        unseen=max(0, cards - sum(counted.intervals.values())),
        low=connection.execute(question, low).fetchall(),
        leeches=connection.execute(_LEECHES.format(which.where), which.values).fetchall(),
    )


def _enabled(connection: sqlite3.Connection) -> _Which:
    disabled = [str(row[0]) for row in connection.execute("SELECT slug FROM decks WHERE disabled")]
    return _Which(f"deck IS NOT NULL AND deck NOT IN ({marks(disabled)})", tuple(disabled))


def _count(connection: sqlite3.Connection, source: str, values: tuple[str, ...]) -> Standings:
    """Add up the counts of a table."""
    found: dict[tuple[str, int], dict[int, int]] = defaultdict(dict)
    for what, value, suspended, cards in connection.execute(_SUM.format(source), values):
        found[what, suspended][value] = cards
    awake = {what: Counter(found[what, 0]) for what in ("interval", "ease", "lapses", "due")}
    every = {what: counted.copy() for what, counted in awake.items()}
    for what, counted in every.items():
        counted.update(found[what, 1])
    return Standings(
        0, every["interval"], awake["interval"], every["ease"], every["lapses"], awake["due"], [], []
    )
