"""Where the cards stand, in one walk over the schedules."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import orjson

from ptcards.scheduling.sm2 import LEECH, LOWEST_EASE
from ptcards.store.rows import in_pieces, marks

if TYPE_CHECKING:
    import sqlite3

# A sorted GROUP BY for each of these takes three times as long, and so does a row a card: SQLite lists the
# values instead, in one row, and they are counted here.
_STANDINGS = (
    "SELECT count(*), json_group_array(2 * interval_days + suspended), "
    "json_group_array(1000000 * ease + lapses), "
    "json_group_array(due_day) FILTER (WHERE NOT suspended), "
    "json_group_array(json_array(due_day, buried_until)) "
    "FILTER (WHERE NOT suspended AND buried_until > ? AND buried_until > due_day), "
    f"json_group_array(json_array(card, interval_days, lapses)) FILTER (WHERE ease <= {LOWEST_EASE}), "
    f"json_group_array(json_array(lapses, card)) FILTER (WHERE lapses >= {LEECH}) "
    "FROM schedules WHERE due_day IS NOT NULL AND "
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
    """Cards at the lowest ease: key, interval and lapses, by key."""
    leeches: list[tuple[int, str]]
    """Lapses and key, the most first."""


def standings(
    connection: sqlite3.Connection, today: int, deck: str | None = None, roots: frozenset[str] | None = None
) -> Standings:
    """Where the cards stand that are in a deck; a disabled deck counts only if it is the one asked for."""
    counted = Standings(0, Counter(), Counter(), Counter(), Counter(), Counter(), [], [])
    seen = 0
    if roots is not None:
        for piece in in_pieces(sorted(roots)):
            seen += _count(
                connection, counted, f"deck IS NOT NULL AND card IN ({marks(piece)})", today, *piece
            )
        cards = len(roots)
    else:
        where, values = ("deck = ?", [deck]) if deck else _enabled(connection)
        seen = _count(connection, counted, where, today, *values)
        question = "SELECT sum(cards) FROM decks WHERE slug = ? OR (? IS NULL AND NOT disabled)"
        cards = connection.execute(question, (deck, deck)).fetchone()[0] or 0
    counted.low.sort()
    counted.leeches.sort(key=lambda one: (-one[0], one[1]))
    return counted._replace(unseen=max(0, cards - seen))


def _enabled(connection: sqlite3.Connection) -> tuple[str, list[str]]:
    disabled = [str(row[0]) for row in connection.execute("SELECT slug FROM decks WHERE disabled")]
    return (f"deck NOT IN ({marks(disabled)})" if disabled else "deck IS NOT NULL"), disabled


def _count(connection: sqlite3.Connection, into: Standings, where: str, today: int, *values: object) -> int:
    """Count the cards that meet a condition into `into`; says how many."""
    row = connection.execute(_STANDINGS + where, (today, *values)).fetchone()
    intervals, eases, due, buried, low, leeches = map(orjson.loads, row[1:])
    for packed, count in Counter(intervals).items():
        interval, suspended = divmod(packed, 2)
        into.intervals[interval] += count
        if not suspended:
            into.awake[interval] += count
    for packed, count in Counter(eases).items():
        ease, lapses = divmod(packed, 1_000_000)
        into.eases[ease] += count
        into.lapses[lapses] += count
    into.due.update(due)
    into.due.subtract(day for day, _ in buried)
    into.due.update(day for _, day in buried)
    into.low.extend((card, interval, lapses) for card, interval, lapses in low)
    into.leeches.extend((lapses, card) for lapses, card in leeches)
    return int(row[0])
