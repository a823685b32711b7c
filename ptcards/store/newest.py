"""The newest answers, one by one: a bounded number of them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ptcards.statistics.sums import NEWEST
from ptcards.store.columns import split_tags
from ptcards.store.replaying import keys_under, read_aims, read_events, read_roots, split_aims
from ptcards.store.rows import in_pieces, marks

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_BEFORE_REACH = "SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET ?"
_NEWEST_ANSWERS = (
    "SELECT id, action, card, day, q, verdict, why, seconds, details FROM events "
    "WHERE kind IN ('graded', 'drilled', 'crammed') AND q IS NOT NULL AND id > ? "
    "AND (? IS NULL OR card >= ? || '/' AND card < ? || '0') ORDER BY id DESC LIMIT ?"
)
_REACH = 40 * NEWEST
"""Events that are looked through, at most, for the newest answers of one deck."""
_FAILED = (
    "SELECT e.action, e.day, e.why, a.code FROM events e JOIN answers a ON a.event = e.id "
    "WHERE e.card IN ({}) AND e.q < 3 AND (e.verdict IS NULL OR e.verdict <> 'taught') "
    "ORDER BY e.id DESC LIMIT ?"
)


class Newest(NamedTuple):
    """One of the newest answers in force."""

    root: str
    day: int
    q: int
    verdict: str | None
    why: str | None
    seconds: float | None
    details: str | None


class Failed(NamedTuple):
    """A failed answer of a card, with its code."""

    day: int
    why: str | None
    code: str


def newest_answers(connection: sqlite3.Connection, since: int, deck: str | None = None) -> list[Newest]:
    """The newest answers in force, newest first, from the day `since` on."""
    reach = connection.execute(_BEFORE_REACH, (_REACH,)).fetchone() if deck else None
    # Some more than are wanted, since a few may have been undone.
    values = (reach[0] if reach else "", deck, deck, deck, NEWEST + NEWEST // 4)
    rows = connection.execute(_NEWEST_ANSWERS, values).fetchall()
    withdrawn = _withdrawn(connection, min((row[1] for row in rows), default=""))
    known = read_roots(connection)
    answers = (
        Newest(known.get(card, card), *rest)
        for _, action, card, *rest in rows
        if action not in withdrawn and rest[0] >= since
    )
    return list(islice(answers, NEWEST))


def _withdrawn(connection: sqlite3.Connection, oldest: str) -> frozenset[str]:
    """The actions from `oldest` on that are not in force; an undo is newer than what it aims at."""
    condition = "target IS NOT NULL AND target >= ? AND kind IN ('undone', 'redone')"
    both = read_events(connection, condition, (oldest,))
    return split_aims(both).withdrawn


def failed_answers(connection: sqlite3.Connection, root: str, most: int) -> list[Failed]:
    """The newest answers below 3 of a card whose code was kept, newest first."""
    keys = keys_under(read_roots(connection), root)
    rows = connection.execute(_FAILED.format(marks(keys)), (*keys, 2 * most)).fetchall()
    withdrawn = read_aims(connection, {row[0] for row in rows}).withdrawn
    return [Failed(*row[1:]) for row in rows if row[0] not in withdrawn][:most]


def labels(connection: sqlite3.Connection, roots: Iterable[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """By root: the key of the card that is present, and its tags."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for piece in in_pieces(set(roots)):
        question = f"SELECT root, key, tags FROM cards WHERE present AND root IN ({marks(piece)})"
        for root, key, tags in connection.execute(question, piece):
            found[str(root)] = (str(key), split_tags(tags))
    return found
