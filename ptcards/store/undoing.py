"""Undo and redo: events of their own, after which the touched cards are replayed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.errors import StaleAnswerError
from ptcards.scheduling.events import ACTIONS, Event, Kind, event
from ptcards.scheduling.ids import next_id
from ptcards.store.replaying import (
    Replayed,
    read_aims,
    read_events,
    read_roots,
    replay_card,
    rewrite_card,
    roles,
)
from ptcards.store.rows import EVENT, newest_id, write_event
from ptcards.store.values import RoleChange, Undone

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from ptcards.scheduling.days import Moment

_KINDS = ", ".join(f"'{kind}'" for kind in sorted(ACTIONS))
_NEWEST_ACTIONS = (
    f"SELECT action FROM events WHERE device = ? AND id < ? AND kind IN ({_KINDS}) ORDER BY id DESC LIMIT 100"
)
_NEWEST_UNDOS = (
    f"SELECT {EVENT} FROM events WHERE device = ? AND id < ? AND kind = 'undone' AND target IS NOT NULL "
    "ORDER BY id DESC LIMIT 100"
)
_BEYOND = "~"
"""Sorts after every id."""


def newest_action(connection: sqlite3.Connection, device: str) -> tuple[Event, ...]:
    """The events of the device's newest action in force; empty where there is none."""
    before = _BEYOND
    while actions := [str(row[0]) for row in connection.execute(_NEWEST_ACTIONS, (device, before))]:
        withdrawn = read_aims(connection, actions).withdrawn
        for action in actions:
            if action not in withdrawn:
                return events_of(connection, action)
        before = min(actions)
    return ()


def newest_undo(connection: sqlite3.Connection, device: str) -> Event | None:
    """The device's newest undo that no redo took back, where no action of the device came after it."""
    row = connection.execute(_NEWEST_ACTIONS, (device, _BEYOND)).fetchone()
    last_action = str(row[0]) if row else ""
    before = _BEYOND
    while undos := [Event._make(found) for found in connection.execute(_NEWEST_UNDOS, (device, before))]:
        redone = _redone(connection, undos)
        for undo in undos:
            if undo.id < last_action:
                return None
            if undo.id not in redone:
                return undo
        before = undos[-1].id
    return None


def undo(
    connection: sqlite3.Connection,
    device: str,
    entropy: Callable[[], int],
    moment: Moment,
    day: int,
    action: str | None,
) -> Undone | None:
    """Take back the newest action within the transaction that is open; see `Store.undo`."""
    events = newest_action(connection, device)
    if not events:
        return None
    if action is not None and events[0].action != action:
        raise StaleAnswerError("something else was done since; look again at what undo would take back")
    draft = event(Kind.UNDONE, "", moment, day)._replace(target=events[0].action)
    return _turn(connection, device, entropy, draft, events)


def redo(
    connection: sqlite3.Connection, device: str, entropy: Callable[[], int], moment: Moment, day: int
) -> Undone | None:
    """Bring back what the newest undo took, within the transaction that is open; see `Store.redo`."""
    found = newest_undo(connection, device)
    if found is None or found.target is None:
        return None
    draft = event(Kind.REDONE, "", moment, day)._replace(target=found.id)
    return _turn(connection, device, entropy, draft, events_of(connection, found.target))


def events_of(connection: sqlite3.Connection, action: str) -> tuple[Event, ...]:
    """The events of one action. They follow its id closely, which spares an index."""
    events: list[Event] = []
    rows = connection.execute(f"SELECT {EVENT} FROM events WHERE id >= ? ORDER BY id", (action,))
    for row in rows:
        found = Event._make(row)
        if found.action == action:
            events.append(found)
        elif found.device == (events[0].device if events else found.device):
            break
    return tuple(events)


def _turn(
    connection: sqlite3.Connection,
    device: str,
    entropy: Callable[[], int],
    draft: Event,
    events: tuple[Event, ...],
) -> Undone:
    """Write an undo or redo, replay the cards it touches, and say what counts differently now."""
    known = read_roots(connection)
    touched = sorted({known.get(one.card, one.card) for one in events})
    before = {root: replay_card(connection, root, known) for root in touched}
    new = next_id(draft.at, newest_id(connection), entropy())
    written = draft._replace(id=new, device=device, action=new)
    write_event(connection, written)
    changes: list[RoleChange] = []
    for root, was in before.items():
        now = replay_card(connection, root, known)
        rewrite_card(connection, root, was, now)
        changes += role_changes(was, now)
    return Undone(events, written, tuple(changes))


def role_changes(before: Replayed, after: Replayed) -> list[RoleChange]:
    """The events that are in force on both sides and count differently."""
    now = roles(after)
    return [
        RoleChange(one, role, now[key][1])
        for key, (one, role) in roles(before).items()
        if key in now and now[key][1] is not role
    ]


def _redone(connection: sqlite3.Connection, undos: list[Event]) -> frozenset[str]:
    """Of these undos the ones that a redo took back."""
    places = ", ".join("?" * len(undos))
    redos = read_events(connection, f"kind = 'redone' AND target IN ({places})", [one.id for one in undos])
    return frozenset(redo.target for redo in redos if redo.target)
