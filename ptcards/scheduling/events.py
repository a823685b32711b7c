"""What happened, as facts: the rows of the log."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ptcards.scheduling.sm2 import Schedule, in_drill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ptcards.scheduling.days import Moment

RULES = 1
"""The version of the rules that grades are given under now."""


class Kind(StrEnum):
    """What an event says."""

    GRADED = "graded"
    DRILLED = "drilled"
    CRAMMED = "crammed"
    UNDONE = "undone"
    REDONE = "redone"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    BURIED = "buried"
    UNBURIED = "unburied"
    MARKED = "marked"
    UNMARKED = "unmarked"
    RESET = "reset"
    DUE_SET = "due_set"
    SCHEDULE_SET = "schedule_set"
    RENAMED = "renamed"
    RECORDED = "recorded"


GRADE_KINDS = frozenset((Kind.GRADED, Kind.DRILLED, Kind.CRAMMED))
NO_ACTIONS = frozenset((Kind.UNDONE, Kind.REDONE, Kind.RENAMED, Kind.SCHEDULE_SET, Kind.RECORDED))
"""Kinds that no undo takes back."""
ACTIONS = frozenset(Kind) - NO_ACTIONS


class Event(NamedTuple):
    """One row of the log: facts, nothing computed. A named tuple in the order of the table's columns.

    The store fills in `id`, `device` and `action` of events that are to be recorded.
    """

    id: str
    device: str
    action: str
    """The id of the first event that the same key press made."""
    card: str
    """The card's key as it was called then; "" for `undone` and `redone`."""
    kind: str
    at: int
    """UTC milliseconds."""
    offset: int
    """Minutes east of UTC."""
    day: int
    """The study day as reckoned then."""
    q: int | None = None
    rules: int | None = None
    fuzz_days: int = 0
    seconds: float | None = None
    attempts: int | None = None
    hints: int | None = None
    verdict: str | None = None
    """`pass`, `fail`, `taught`, `shown` or `none`."""
    why: str | None = None
    seed: int | None = None
    target: str | None = None
    """What `undone` (an action) and `redone` (an undo) aim at; the new key for `renamed`."""
    to_day: int | None = None
    """The due day of `due_set`; the first day on which a `buried` card is offered again."""
    disputed: str | None = None
    """The learner's reason why the card was wrong."""
    versions: str | None = None
    """A JSON object: what ran the answer."""
    shown: str | None = None
    """JSON of the schedule before and after as the learner saw it; never read by replay."""
    details: str | None = None
    """A JSON object: all other keys, the schedule of `schedule_set` among them."""


def event(kind: Kind, card: str, moment: Moment, day: int) -> Event:
    """An event still to be recorded; use `_replace` for the facts that only its kind has."""
    return Event("", "", "", card, kind, moment.at, moment.offset, day)


def grade_kind(schedule: Schedule, day: int, *, cram: bool = False) -> Kind:
    """What a grade given on `day` is recorded as: to a card in its drill it is `drilled`, wherever given."""
    if in_drill(schedule, day):
        return Kind.DRILLED
    return Kind.CRAMMED if cram else Kind.GRADED


def json_text(value: Mapping[str, object]) -> str:
    """The one text of a JSON object: sorted, compact, so that equal facts are equal texts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def mistakes_of(details: str | None) -> tuple[str, ...]:
    """Named misconceptions among an event's other facts, which may be another version's."""
    if not details:
        return ()
    found = json.loads(details)
    named = found.get("mistakes") if isinstance(found, dict) else None
    return tuple(str(one) for one in named) if isinstance(named, list) else ()


def shown_text(before: Schedule, after: Schedule) -> str:
    """`shown` of a grade: repetitions, interval in days, ease in hundredths, due day; before and after."""
    sides = [[side.repetitions, side.interval_days, side.ease, side.due_day] for side in (before, after)]
    return json.dumps(sides, separators=(",", ":"))
