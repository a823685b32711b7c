"""Merge: the union of two logs, then every touched card replayed from its first event."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from ptcards.errors import ExchangeError
from ptcards.scheduling.events import Event
from ptcards.scheduling.sm2 import NEW
from ptcards.store.answering import cut
from ptcards.store.replaying import (
    Aims,
    Replayed,
    Totals,
    count,
    keys_under,
    read_aiming,
    read_card,
    read_events,
    read_roots,
    replay,
    split_aims,
    write_totals,
)
from ptcards.store.rooting import adopt_roots, affected_roots
from ptcards.store.rows import EVENT, drop_schedule, in_pieces, marks, write_schedule
from ptcards.store.undoing import role_changes
from ptcards.store.values import Merged, RoleChange

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from ptcards.store.database import Database

_PIECE = 2000
_STAGE = f"CREATE TEMP TABLE incoming ({EVENT}, code TEXT, position INTEGER, PRIMARY KEY (id)) WITHOUT ROWID"
_MANY = 1000
_TOUCHED = """
SELECT card FROM temp.incoming WHERE kind NOT IN ('undone', 'redone')
UNION SELECT target FROM temp.incoming WHERE kind = 'renamed'
UNION SELECT card FROM main.events WHERE id IN (
  SELECT target FROM temp.incoming WHERE kind = 'undone'
  UNION SELECT u.target FROM temp.incoming r JOIN main.events u ON r.target = u.id WHERE r.kind = 'redone'
  UNION SELECT u.target FROM temp.incoming r JOIN temp.incoming u ON r.target = u.id WHERE r.kind = 'redone'
  UNION SELECT u.target FROM main.events r JOIN temp.incoming u ON r.target = u.id WHERE u.kind = 'undone'
)
"""


class DamagedLogError(ExchangeError):
    """An id that is known stands for other facts: one of the two logs is damaged. Nothing was taken."""

    def __init__(self, position: int, event_id: str) -> None:
        super().__init__(f"event {event_id} is known with other facts: one of the two logs is damaged")
        self.position = position
        """Counts the events that came in, from 0."""
        self.event_id = event_id


def merge(
    database: Database,
    incoming: Iterable[tuple[Event, str | None]],
    first: Callable[[], None] = lambda: None,
    *,
    keep: bool = True,
) -> Merged:
    """Take in another log; see `Store.merge`. All is read first, so that others wait only a moment.

    `first` is called within the transaction that writes: what it writes stands or falls with the events.
    Without `keep` nothing is written and the same is said.
    """
    with database.free() as connection:
        connection.execute("DROP TABLE IF EXISTS temp.incoming")
        connection.execute(_STAGE)
        try:
            read = _stage(connection, incoming)
            with database.writing(keep=keep):
                first()
                return _take(connection, read)
        finally:
            connection.execute("DROP TABLE IF EXISTS temp.incoming")


def _stage(connection: sqlite3.Connection, incoming: Iterable[tuple[Event, str | None]]) -> int:
    """Put what comes in beside the log; the same event twice is one, unless its facts differ."""
    places = ", ".join("?" * (len(Event._fields) + 2))
    insert = f"INSERT INTO temp.incoming VALUES ({places}) ON CONFLICT DO NOTHING"
    read = 0
    numbered = enumerate(incoming)
    while piece := list(islice(numbered, _PIECE)):
        rows = [(*event, None if code is None else cut(code), position) for position, (event, code) in piece]
        connection.execute("BEGIN")
        added = connection.executemany(insert, rows).rowcount
        if added != len(rows):
            _check_doubles(connection, rows)
        connection.execute("COMMIT")
        read += len(rows)
    return read


def _check_doubles(connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    facts = len(Event._fields)
    for row in rows:
        known = connection.execute("SELECT * FROM temp.incoming WHERE id = ?", (row[0],)).fetchone()
        if known[:facts] != row[:facts]:
            connection.execute("ROLLBACK")
            raise DamagedLogError(int(str(row[-1])), str(row[0]))
        if known[-1] != row[-1]:
            connection.execute(
                "UPDATE temp.incoming SET code = max(coalesce(code, ''), ?) WHERE id = ? AND ? IS NOT NULL",
                (row[-2], row[0], row[-2]),
            )


def _take(connection: sqlite3.Connection, read: int) -> Merged:
    """The union, within the transaction that is open."""
    _refuse_damage(connection)
    answers = _fill_in_answers(connection)
    connection.execute("DELETE FROM temp.incoming WHERE id IN (SELECT id FROM main.events)")
    old = read_roots(connection)
    touched = {str(row[0]) for row in connection.execute(_TOUCHED)}
    new = connection.execute(
        f"INSERT INTO main.events ({EVENT}) SELECT {EVENT} FROM temp.incoming ORDER BY id"
    ).rowcount
    connection.execute(
        "INSERT INTO main.answers (event, code) SELECT id, code FROM temp.incoming WHERE code IS NOT NULL"
    )
    roots = Roots(old, read_roots(connection))
    cards, changes = _rebuild(connection, touched, roots)
    adopt_roots(connection, roots.old, roots.new)
    return Merged(read, new, answers, cards, changes)


def _refuse_damage(connection: sqlite3.Connection) -> None:
    differ = " OR ".join(f'i."{name}" IS NOT k."{name}"' for name in Event._fields if name != "id")
    row = connection.execute(
        f"SELECT i.position, i.id FROM temp.incoming i JOIN main.events k USING (id) WHERE {differ} "
        "ORDER BY i.position LIMIT 1"
    ).fetchone()
    if row is not None:
        raise DamagedLogError(int(row[0]), str(row[1]))


def _fill_in_answers(connection: sqlite3.Connection) -> int:
    """Take the code of events that are known without it; of two that differ both sides keep the same one."""
    return connection.execute(
        "INSERT INTO main.answers (event, code) SELECT i.id, i.code FROM temp.incoming i "
        "JOIN main.events k USING (id) LEFT JOIN main.answers a ON a.event = i.id "
        "WHERE i.code IS NOT NULL AND i.code > coalesce(a.code, '') "
        "ON CONFLICT (event) DO UPDATE SET code = excluded.code"
    ).rowcount


class Roots(NamedTuple):
    """Under which key each history is kept, before and after."""

    old: dict[str, str]
    new: dict[str, str]


def _rebuild(
    connection: sqlite3.Connection, touched: set[str], roots: Roots
) -> tuple[tuple[str, ...], tuple[RoleChange, ...]]:
    """Replay every touched card, one at a time, with and without what came in."""
    joined = affected_roots(roots.old, roots.new)
    wanted = {known.get(card, card) for card in touched for known in roots} | joined
    aims_of = Aiming(connection, everything=len(wanted) > _MANY)
    totals: Totals = {}
    changed: list[str] = []
    changes: list[RoleChange] = []
    for root in sorted(wanted):
        before, after = _both(connection, root, roots, aims_of)
        if before is not None:
            count(totals, before, root, -1)
        if after is None:
            drop_schedule(connection, root)
            continue
        count(totals, after, root)
        was = NEW if before is None else before.schedule
        if after.schedule != was or before is None:
            write_schedule(connection, root, after.schedule)
        if after.schedule[:-1] != was[:-1]:
            changed.append(root)
        if before is not None and before.steps:
            changes += role_changes(before, after)
    write_totals(connection, totals)
    return tuple(changed), tuple(changes)


def _both(
    connection: sqlite3.Connection, root: str, roots: Roots, aims_of: Aiming
) -> tuple[Replayed | None, Replayed | None]:
    """The card without and with what came in; None on a side where it is no root."""
    sides: list[Replayed | None] = []
    read: dict[tuple[str, ...], list[Event]] = {}
    for known, with_fresh in ((roots.old, False), (roots.new, True)):
        if known.get(root, root) != root:
            sides.append(None)
            continue
        keys = tuple(keys_under(known, root))
        events = read.get(keys) or read.setdefault(keys, read_card(connection, keys))
        sides.append(replay(*aims_of(events, with_fresh=with_fresh)))
    return sides[0], sides[1]


class Aiming:
    """Finds the undos and redos of a card's actions; where many cards are to be done, all of them at once."""

    def __init__(self, connection: sqlite3.Connection, *, everything: bool) -> None:
        self._connection = connection
        self._all: tuple[Aims, Aims] | None = None
        if everything:
            aiming = read_events(connection, "target IS NOT NULL AND kind IN ('undone', 'redone')")
            fresh = self._fresh(aiming)
            self._all = (split_aims([one for one in aiming if one.id not in fresh]), split_aims(aiming))

    def __call__(self, events: list[Event], *, with_fresh: bool) -> tuple[list[Event], Aims]:
        """The events and their aims, with or without what came in."""
        known = None if self._all is None else self._all[with_fresh]
        if with_fresh:
            return events, known or split_aims(self._aiming(events))
        fresh = self._fresh(events)
        events = [event for event in events if event.id not in fresh]
        if known is None:
            aiming = self._aiming(events)
            fresh = self._fresh(aiming)
            known = split_aims([one for one in aiming if one.id not in fresh])
        return events, known

    def _aiming(self, events: list[Event]) -> list[Event]:
        return read_aiming(self._connection, (event.action for event in events))

    def _fresh(self, events: list[Event]) -> set[str]:
        found: set[str] = set()
        for piece in in_pieces(event.id for event in events):
            question = f"SELECT id FROM temp.incoming WHERE id IN ({marks(piece)})"
            found.update(str(row[0]) for row in self._connection.execute(question, piece))
        return found
