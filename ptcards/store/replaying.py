"""Cards rebuilt from their events, and the totals with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ptcards.scheduling.events import Event, Kind
from ptcards.scheduling.replay import Role, Step, roots, steps, withdrawn_by
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.scheduling.tallies import NOTHING, Tally, TallyKey, add_up, negative, tally_key, tally_step
from ptcards.store.rows import EVENT, add_tally, drop_empty, in_pieces, marks, write_schedule

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

Totals = dict[TallyKey, Tally]


class Replayed(NamedTuple):
    """What the log says of one card."""

    schedule: Schedule
    steps: tuple[Step, ...]


class Aims(NamedTuple):
    """What undos and redos do to a set of actions."""

    withdrawn: frozenset[str]
    newest: Mapping[str, str]
    """By action, the id of the newest undo aimed at it or redo aimed at one of those."""


def read_events(connection: sqlite3.Connection, condition: str, values: Iterable[object] = ()) -> list[Event]:
    """Events that meet a condition, in the order of their ids."""
    # The plus keeps SQLite from walking the whole log in its order where a small index has what is asked for.
    question = f"SELECT {EVENT} FROM events WHERE {condition} ORDER BY +id"
    return [Event._make(row) for row in connection.execute(question, tuple(values))]


def read_roots(connection: sqlite3.Connection) -> dict[str, str]:
    """For each key that was renamed, the key its history is kept under."""
    return roots(read_events(connection, "kind = 'renamed'"))


def keys_under(known: Mapping[str, str], root: str) -> list[str]:
    """All keys whose history is kept under `root`."""
    return [root, *(key for key, end in known.items() if end == root)]


def read_aiming(connection: sqlite3.Connection, actions: Iterable[str]) -> list[Event]:
    """The undos aimed at these actions, and the redos aimed at those."""
    undone: list[Event] = []
    redone: list[Event] = []
    for piece in in_pieces(set(actions)):
        undone += read_events(connection, f"kind = 'undone' AND target IN ({marks(piece)})", piece)
    for piece in in_pieces(event.id for event in undone):
        redone += read_events(connection, f"kind = 'redone' AND target IN ({marks(piece)})", piece)
    return undone + redone


def read_aims(connection: sqlite3.Connection, actions: Iterable[str]) -> Aims:
    """What undos and redos do to these actions."""
    return split_aims(read_aiming(connection, actions))


def read_all_aims(connection: sqlite3.Connection) -> Aims:
    """What the undos and redos of the whole log do."""
    return split_aims(read_events(connection, "target IS NOT NULL AND kind IN ('undone', 'redone')"))


def split_aims(aiming: Iterable[Event]) -> Aims:
    undone: list[Event] = []
    redone: list[Event] = []
    for event in aiming:
        (undone if event.kind == Kind.UNDONE else redone).append(event)
    newest: dict[str, str] = {}
    action_of = {event.id: event.target or "" for event in undone}
    for event in undone:
        newest[event.target or ""] = max(event.id, newest.get(event.target or "", ""))
    for event in redone:
        if action := action_of.get(event.target or ""):
            newest[action] = max(event.id, newest[action])
    return Aims(withdrawn_by(undone, redone), newest)


def replay(events: list[Event], known: Aims) -> Replayed:
    """A card from all its events, in the order of their ids."""
    walked = tuple(steps(events, known.withdrawn))
    schedule = walked[-1].after if walked else NEW
    touched = max((known.newest.get(event.action, "") for event in events), default="")
    if touched > schedule.head:
        schedule = schedule._replace(head=touched)
    return Replayed(schedule, walked)


def read_card(connection: sqlite3.Connection, keys: Iterable[str]) -> list[Event]:
    """All events of a card that had these keys, in the order of their ids."""
    events: list[Event] = []
    for piece in in_pieces(keys):
        events += read_events(connection, f"card IN ({marks(piece)})", piece)
    events.sort(key=lambda event: event.id)
    return events


def replay_card(connection: sqlite3.Connection, root: str, known_roots: Mapping[str, str]) -> Replayed:
    """A card, read and replayed."""
    events = read_card(connection, keys_under(known_roots, root))
    return replay(events, read_aims(connection, (event.action for event in events)))


def count(totals: Totals, replayed: Replayed, root: str, sign: int = 1) -> None:
    """Add what a card's events count for to `totals`, or with `sign` -1 take it away."""
    for step in replayed.steps:
        if counts := tally_step(step):
            key = tally_key(step.event, root)
            totals[key] = add_up(totals.get(key, NOTHING), counts if sign > 0 else negative(counts))


def write_totals(connection: sqlite3.Connection, totals: Totals) -> None:
    """Add differences to the totals; hours in which nothing is left disappear."""
    for key, counts in totals.items():
        if counts != NOTHING:
            add_tally(connection, key, counts)
            drop_empty(connection, key)


def roles(replayed: Replayed) -> dict[str, tuple[Event, Role]]:
    """What each event of a card is, by id; events not in force are left out."""
    return {step.event.id: (step.event, step.role) for step in replayed.steps if step.in_force}


def rewrite_card(connection: sqlite3.Connection, root: str, before: Replayed, after: Replayed) -> None:
    """Make a card and the totals what a replay says, knowing what was counted before."""
    totals: Totals = {}
    count(totals, before, root, -1)
    count(totals, after, root)
    write_schedule(connection, root, after.schedule)
    write_totals(connection, totals)
