"""The log, read: one card's past, disputed answers, and all of it in pieces."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ptcards.scheduling.events import Event
from ptcards.scheduling.ids import earliest_id
from ptcards.store.columns import root_of
from ptcards.store.replaying import read_roots, replay_card
from ptcards.store.rows import EVENT, in_pieces, marks
from ptcards.store.values import Past

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from ptcards.scheduling.replay import Step
    from ptcards.store.database import Database

_PIECE = 2000
_WIDTH = len(Event._fields)
_DAY = 86_400_000
"""Milliseconds."""
_SLACK = 2
"""Days: the clock that a study day goes by may be half a day from UTC, the day's end some hours more."""
_ANSWERED = (
    "SELECT card, q, action FROM events WHERE (id >= ? OR id < ?) AND day >= ? "
    "AND kind IN ('graded', 'drilled', 'crammed', 'recorded') AND q IS NOT NULL"
)
_UNDONE = "SELECT target FROM events WHERE target IS NOT NULL AND kind = 'undone'"


def history(connection: sqlite3.Connection, key: str) -> tuple[Past, ...]:
    """Everything that happened to a card; see `Store.history`."""
    replayed = replay_card(connection, root_of(connection, key), read_roots(connection))
    return _with_code(connection, replayed.steps)


def disputed(connection: sqlite3.Connection) -> tuple[Past, ...]:
    """Answers in force that were disputed; see `Store.disputed`."""
    rows = connection.execute("SELECT id, card FROM events WHERE disputed IS NOT NULL").fetchall()
    known = read_roots(connection)
    wanted = {str(row[0]) for row in rows}
    found: list[Step] = []
    for root in {known.get(row[1], row[1]) for row in rows}:
        steps = replay_card(connection, root, known).steps
        found += [step for step in steps if step.event.id in wanted and step.in_force]
    found.sort(key=lambda step: step.event.id, reverse=True)
    return _with_code(connection, found)


def answered(connection: sqlite3.Connection, since: int) -> dict[str, set[int]]:
    """The grades in force given on a study day from `since` on; see `Store.answered`."""
    # An id is never before its event's time; those of reviews made elsewhere alone carry none.
    rows = connection.execute(_ANSWERED, (earliest_id((since - _SLACK) * _DAY), earliest_id(1), since))
    known = read_roots(connection)
    taken_back = {row[0] for row in connection.execute(_UNDONE)}
    found: defaultdict[str, set[int]] = defaultdict(set)
    doubtful = set()
    for card, q, action in rows:
        root = known.get(card, card)
        found[root].add(q)
        if action in taken_back:
            doubtful.add(root)
    for root in doubtful:
        steps = replay_card(connection, root, known).steps
        events = (step.event for step in steps if step.in_force and step.event.day >= since)
        found[root] = {event.q for event in events if event.q is not None}
    return found | {key: found[root] for key, root in known.items() if root in found}


def _with_code(connection: sqlite3.Connection, steps: Iterable[Step]) -> tuple[Past, ...]:
    walked = list(steps)
    code: dict[str, str] = {}
    for piece in in_pieces(step.event.id for step in walked):
        question = f"SELECT event, code FROM answers WHERE event IN ({marks(piece)})"
        code.update(connection.execute(question, piece))
    return tuple(
        Past(step.event, step.in_force, step.role, step.before, step.after, code.get(step.event.id))
        for step in walked
    )


def events(database: Database) -> Iterator[tuple[Event, str | None]]:
    """The whole log with its answers; see `Store.events`."""
    columns = ", ".join(f"e.{name.strip()}" for name in EVENT.split(","))
    question = f"SELECT {columns}, a.code FROM events e LEFT JOIN answers a ON a.event = e.id ORDER BY e.id"
    with database.apart() as connection:
        rows = connection.execute(question)
        while piece := rows.fetchmany(_PIECE):
            for row in piece:
                yield Event._make(row[:_WIDTH]), row[_WIDTH]
