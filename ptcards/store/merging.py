"""Merge: the union of two logs, then every touched card as its events say.

What takes long (reading, comparing, replaying) is done beside the log; others wait only while the result is
written. What they wrote in the meantime is replayed once more, and that alone.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ptcards.scheduling.events import Event
from ptcards.scheduling.replay import roots
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store.database import transaction
from ptcards.store.replaying import Aims, Replayed, Totals, count, replay, split_aims, write_totals
from ptcards.store.rooting import adopt_roots, affected_roots
from ptcards.store.rows import EVENT, drop_schedule, in_pieces, marks, newest_id, write_schedules
from ptcards.store.staging import set_known_apart, staged, take_rows
from ptcards.store.undoing import role_changes
from ptcards.store.values import Merged, RoleChange

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ptcards.store.database import Database

_BEYOND = "~"
"""Sorts after every id."""
_CACHE = 64 * 1024
"""KiB of the database that are kept in memory meanwhile: indexes grow at random places."""
_NAMED = (
    "SELECT card FROM {0} WHERE id > :after "
    "UNION SELECT target FROM {0} WHERE id > :after AND kind = 'renamed'"
)
_AIMED_AT = (
    "SELECT target FROM {0} WHERE id > :after AND kind = 'undone' "
    "UNION SELECT u.target FROM {0} r CROSS JOIN main.events u ON u.id = r.target "
    "WHERE r.id > :after AND r.kind = 'redone' "
    "UNION SELECT u.target FROM {0} r CROSS JOIN temp.incoming u ON u.id = r.target "
    "WHERE r.id > :after AND r.kind = 'redone'"
)


class _Side(NamedTuple):
    """Under which key each history is kept."""

    ends: Mapping[str, str]
    keys: Mapping[str, list[str]]
    """By root, the other keys whose history is kept under it."""

    def is_root(self, key: str) -> bool:
        return key not in self.ends

    def all_keys(self, root: str) -> list[str]:
        return [root, *self.keys.get(root, ())]


class _Outcome(NamedTuple):
    """What becomes of one card."""

    schedule: Schedule | None
    """None where it is no card of its own any more."""
    write: bool
    moved: bool
    changes: list[RoleChange]


@dataclass(slots=True)
class _Plan:
    """What is to be written, as the log stood when it was made."""

    version: int
    newest: str
    events: int
    old: _Side
    new: _Side
    cards: dict[str, _Outcome] = field(default_factory=dict)
    totals: Totals = field(default_factory=dict)


def merge(
    database: Database,
    incoming: Iterable[tuple[Event, str | None]],
    first: Callable[[], None] = lambda: None,
    *,
    keep: bool = True,
) -> Merged:
    """Take in another log; see `Store.merge`.

    `first` is called within the transaction that writes: what it writes stands or falls with the events.
    Without `keep` nothing is written and the same is said.
    """
    with database.free() as connection, _roomy(connection), staged(connection, incoming) as read:
        with transaction(connection, "BEGIN", keep=True):
            set_known_apart(connection)
            plan = _make_plan(connection)
        with database.writing(keep=keep):
            first()
            return _take(connection, read, _up_to_date(connection, plan))


@contextmanager
def _roomy(connection: sqlite3.Connection) -> Iterator[None]:
    usual = connection.execute("PRAGMA cache_size").fetchone()[0]
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size = {usual}")


def _make_plan(connection: sqlite3.Connection) -> _Plan:
    renames = _read(connection, "kind = 'renamed'")
    plan = _Plan(
        version=_version(connection),
        newest=newest_id(connection),
        events=_events(connection),
        old=_side(event for event, fresh in renames if not fresh),
        new=_side(event for event, _ in renames),
    )
    joined = affected_roots(plan.old.ends, plan.new.ends)
    _work_out(connection, plan, _touched(connection, plan, "temp.incoming") | joined)
    return plan


def _version(connection: sqlite3.Connection) -> int:
    """A number that changes when another connection commits."""
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


def _events(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT count(*) FROM main.events").fetchone()[0])


def _side(renames: Iterable[Event]) -> _Side:
    ends = roots(renames)
    keys: dict[str, list[str]] = {}
    for key, root in ends.items():
        keys.setdefault(root, []).append(key)
    return _Side(ends, keys)


def _touched(connection: sqlite3.Connection, plan: _Plan, table: str, after: str = "") -> set[str]:
    """The roots of cards that the events of a table are about, or about whose actions they are."""
    values = {"after": after}
    cards = {str(row[0]) for row in connection.execute(_NAMED.format(table), values)}
    aimed_at = [str(row[0]) for row in connection.execute(_AIMED_AT.format(table), values)]
    for piece in in_pieces(aimed_at):
        # No event of an action is older than the action's id.
        question = f"SELECT DISTINCT card FROM temp.log WHERE id >= ? AND action IN ({marks(piece)})"
        cards.update(str(row[0]) for row in connection.execute(question, (min(piece), *piece)))
    return {side.ends.get(card, card) for card in cards - {""} for side in (plan.old, plan.new)}


def _work_out(
    connection: sqlite3.Connection,
    plan: _Plan,
    wanted: Iterable[str],
    *,
    up_to: str = _BEYOND,
    sign: int = 1,
) -> None:
    """Replay cards with and without what came in; with `sign` -1 take back what they count for.

    `up_to` is the newest id of the log that is looked at.
    """
    for piece in in_pieces(sorted(wanted)):
        for root, before, after in _both(connection, plan, piece, up_to):
            if before is not None:
                count(plan.totals, before, root, -sign)
            if after is not None:
                count(plan.totals, after, root, sign)
            if sign > 0:
                plan.cards[root] = _outcome(before, after)


def _outcome(before: Replayed | None, after: Replayed | None) -> _Outcome:
    if after is None:
        return _Outcome(None, write=True, moved=False, changes=[])
    was = NEW if before is None else before.schedule
    return _Outcome(
        after.schedule,
        write=before is None or after.schedule != was,
        moved=after.schedule[:-1] != was[:-1],
        changes=role_changes(before, after) if before is not None and before.steps else [],
    )


def _both(
    connection: sqlite3.Connection, plan: _Plan, piece: Sequence[str], up_to: str
) -> Iterator[tuple[str, Replayed | None, Replayed | None]]:
    """Each card without and with what came in; None on a side where it is no root."""
    keys = {key for root in piece for side in (plan.old, plan.new) for key in side.all_keys(root)}
    events: dict[str, list[tuple[Event, bool]]] = {}
    for some in in_pieces(keys):
        for one in _read(connection, f"card IN ({marks(some)})", some, up_to):
            events.setdefault(one[0].card, []).append(one)
    aims, aims_then = _aims(connection, events, up_to)
    for root in piece:
        now = then = None
        if plan.old.is_root(root):
            mine = _joined(events, plan.old, root)
            now = replay([event for event, fresh in mine if not fresh], aims)
        if plan.new.is_root(root):
            then = replay([event for event, _ in _joined(events, plan.new, root)], aims_then)
        yield root, now, then


def _joined(
    events: Mapping[str, list[tuple[Event, bool]]], side: _Side, root: str
) -> list[tuple[Event, bool]]:
    return sorted(one for key in side.all_keys(root) for one in events.get(key, ()))


def _aims(
    connection: sqlite3.Connection, events: Mapping[str, list[tuple[Event, bool]]], up_to: str
) -> tuple[Aims, Aims]:
    """What undos and redos do to these events' actions, without and with what came in."""
    found: list[tuple[Event, bool]] = []
    aimed_at = {event.action for every in events.values() for event, _ in every}
    for kind in ("undone", "redone"):
        aiming: list[tuple[Event, bool]] = []
        for piece in in_pieces(aimed_at):
            aiming += _read(connection, f"kind = '{kind}' AND target IN ({marks(piece)})", piece, up_to)
        aimed_at = {event.id for event, _ in aiming}
        found += aiming
    return split_aims(event for event, fresh in found if not fresh), split_aims(event for event, _ in found)


def _read(
    connection: sqlite3.Connection, condition: str, values: Sequence[str] = (), up_to: str = _BEYOND
) -> list[tuple[Event, bool]]:
    """Events of the log up to an id, and of what came in, in no order; each with whether it came in."""
    rows = connection.execute(f"SELECT fresh, {EVENT} FROM temp.log WHERE {condition}", values)
    return [(Event._make(row[1:]), row[0] == 1) for row in rows if row[0] or row[1] <= up_to]


def _up_to_date(connection: sqlite3.Connection, plan: _Plan) -> _Plan:
    """The plan, with what was written since it was made; within the transaction that writes."""
    if _version(connection) == plan.version and newest_id(connection) == plan.newest:
        return plan
    question = "SELECT count(*), coalesce(sum(kind = 'renamed'), 0) FROM main.events WHERE id > ?"
    added, renamed = connection.execute(question, (plan.newest,)).fetchone()
    if renamed or set_known_apart(connection, plan.newest) or plan.events + added != _events(connection):
        # Another merge, a rename or a restore: anything may have changed.
        set_known_apart(connection)
        return _make_plan(connection)
    touched = _touched(connection, plan, "main.events", plan.newest)
    _work_out(connection, plan, touched & plan.cards.keys(), up_to=plan.newest, sign=-1)
    _work_out(connection, plan, touched)
    return plan


def _take(connection: sqlite3.Connection, read: int, plan: _Plan) -> Merged:
    """Write the union and what follows from it, within the transaction that is open."""
    new, filled = take_rows(connection)
    written = {root: outcome.schedule for root, outcome in plan.cards.items() if outcome.write}
    for root in [root for root, schedule in written.items() if schedule is None]:
        drop_schedule(connection, root)
    write_schedules(connection, ((root, schedule) for root, schedule in written.items() if schedule))
    write_totals(connection, plan.totals)
    adopt_roots(connection, plan.old.ends, plan.new.ends)
    outcomes = sorted(plan.cards.items())
    return Merged(
        read,
        new,
        filled,
        tuple(root for root, outcome in outcomes if outcome.moved),
        tuple(change for _, outcome in outcomes for change in outcome.changes),
    )
