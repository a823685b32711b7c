"""The log, read: one card's past, disputed answers, and all of it in pieces."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ptcards.scheduling.events import Event
from ptcards.scheduling.ids import earliest_id
from ptcards.scheduling.replay import step
from ptcards.scheduling.sm2 import NEW
from ptcards.store.columns import root_of
from ptcards.store.replaying import read_aims, read_roots, replay_card
from ptcards.store.rows import EVENT, in_pieces, marks
from ptcards.store.values import Past

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from ptcards.scheduling.replay import Step
    from ptcards.store.database import Database
    from ptcards.store.values import Choice

_PIECE = 500
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
_EVENT = ", ".join(f"e.{name.strip()}" for name in EVENT.split(","))
_ROOT = "coalesce(root_of(e.card), e.card)"
_IN_ORDER = (
    f"SELECT {_EVENT}, a.code FROM events e LEFT JOIN answers a ON a.event = e.id WHERE {{}} ORDER BY e.id"
)
_BY_CARD = (
    f"SELECT {_EVENT}, a.code, {_ROOT}, {{}} FROM events e LEFT JOIN answers a ON a.event = e.id "
    f"WHERE e.card != '' ORDER BY {_WIDTH + 2}, e.id"
)


def history(connection: sqlite3.Connection, key: str) -> tuple[Past, ...]:
    """Everything that happened to a card; see `Store.history`."""
    replayed = replay_card(connection, root_of(connection, key), read_roots(connection))
    return _with_code(connection, replayed.steps)


def disputed(connection: sqlite3.Connection) -> dict[str, tuple[Past, ...]]:
    """Answers in force that were disputed; see `Store.disputed`."""
    rows = connection.execute("SELECT id, card FROM events WHERE disputed IS NOT NULL").fetchall()
    known = read_roots(connection)
    wanted = {str(row[0]) for row in rows}
    found: dict[str, tuple[Past, ...]] = {}
    for root in {known.get(row[1], row[1]) for row in rows}:
        walked = reversed(replay_card(connection, root, known).steps)
        if steps := [step for step in walked if step.event.id in wanted and step.in_force]:
            found[root] = _with_code(connection, steps)
    return found


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
    for piece in in_pieces(one.event.id for one in walked):
        question = f"SELECT event, code FROM answers WHERE event IN ({marks(piece)})"
        code.update(connection.execute(question, piece))
    return tuple(
        Past(step.event, step.in_force, step.role, step.before, step.after, code.get(step.event.id))
        for step in walked
    )


def events(database: Database, choice: Choice | None) -> Iterator[tuple[Event, str | None]]:
    """Events with their answers; see `Store.events`."""
    condition, values = _condition(choice)
    with database.apart() as connection:
        _tell_roots(connection)
        rows = connection.execute(_IN_ORDER.format(condition), values)
        while piece := rows.fetchmany(_PIECE):
            for row in piece:
                yield Event._make(row[:_WIDTH]), row[_WIDTH]


def pasts(database: Database, choice: Choice | None) -> Iterator[tuple[str, Step, str | None]]:
    """What every event did to its card; see `Store.pasts`."""
    condition, values = _condition(choice)
    with database.apart() as connection:
        _tell_roots(connection)
        rows = connection.execute(_BY_CARD.format(condition), values)
        root, schedule = "", NEW
        while piece := rows.fetchmany(_PIECE):
            pieces = [(Event._make(row[:_WIDTH]), *row[_WIDTH:]) for row in piece]
            withdrawn = read_aims(connection, (event.action for event, *_ in pieces)).withdrawn
            for event, code, card, chosen in pieces:
                if card != root:
                    root, schedule = card, NEW
                one = step(schedule, event, withdrawn)
                schedule = one.after
                if chosen:
                    yield root, one, code


def _tell_roots(connection: sqlite3.Connection) -> None:
    """Let SQL ask for the key that a key's history is kept under, where that is another."""
    connection.create_function("root_of", 1, read_roots(connection).get, deterministic=True)


def _condition(choice: Choice | None) -> tuple[str, list[object]]:
    """Whether an event `e` is chosen, as SQL and its values."""
    terms, values = list[str](), list[object]()
    if choice is None:
        return "TRUE", values
    if choice.since is not None:
        terms.append("e.day >= ?")
        values.append(choice.since)
    if choice.decks is not None or choice.tag is not None:
        cards, its = _card_condition(choice)
        terms.append(f"(e.card = '' OR {cards})")
        values += its
    return " AND ".join(terms) or "TRUE", values


def _card_condition(choice: Choice) -> tuple[str, list[object]]:
    decks = sorted(choice.decks or ())
    listed, which, values = marks(decks), "present", list[object]()
    if choice.decks is not None:
        which += f" AND deck IN ({listed})"
        values += decks
    if choice.tag is not None:
        which += " AND instr(tags, ?)"
        values.append(f"\n{choice.tag}\n")
    condition = f"{_ROOT} IN (SELECT root FROM cards WHERE {which})"
    if choice.tag is None:
        condition += f" OR substr(e.card, 1, instr(e.card, '/') - 1) IN ({listed})"
        values += decks
    return condition, values
