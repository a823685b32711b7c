"""What happened, as facts, and the fold over a card's events: an answer and a replay take the same road."""

import json
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from ptcards.scheduling.days import Moment
from ptcards.scheduling.sm2 import NEW, Schedule, drill, grade, in_drill

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


class Role(StrEnum):
    """What an event is to its card's schedule."""

    FIRST = "first"
    """The repetition that made a new card known."""
    REPETITION = "repetition"
    PRACTICE = "practice"
    DRILL = "drill"
    CRAM = "cram"
    NONE = "none"
    """No grade, or one that is not in force."""


def role_of(schedule: Schedule, event: Event) -> Role:
    """What `event` is to a card that has `schedule` just before it."""
    kind = event.kind
    if kind == Kind.GRADED:
        if schedule.due_day is None:
            return Role.FIRST
        return Role.REPETITION if schedule.due_day <= event.day else Role.PRACTICE
    if kind == Kind.DRILLED:
        return Role.DRILL
    return Role.CRAM if kind == Kind.CRAMMED else Role.NONE


def apply(schedule: Schedule, event: Event) -> Schedule:
    """The schedule after `event`, which is in force; kinds that are unknown change nothing."""
    effect = _EFFECTS.get(event.kind)
    return schedule if effect is None else effect(schedule, event)._replace(head=event.id)


def _schedule_set(schedule: Schedule, event: Event) -> Schedule:
    if schedule.answers or not event.details:
        return schedule
    facts = json.loads(event.details)
    names = ("repetitions", "interval_days", "ease", "lapses", "due_day")
    return schedule._replace(**{name: facts[name] for name in names})


# Plain texts as keys: looking one of them up by another is twice as fast.
_EFFECTS: Mapping[str, Callable[[Schedule, Event], Schedule]] = {
    "graded": lambda was, event: (
        was
        if event.q is None
        else grade(was, event.q, event.day, fuzz_days=event.fuzz_days, taught=event.verdict == "taught")
    ),
    "drilled": lambda was, event: was if event.q is None else drill(was, event.q, event.day),
    "crammed": lambda was, _: was._replace(answers=was.answers + 1),
    "suspended": lambda was, _: was._replace(suspended=True),
    "resumed": lambda was, _: was._replace(suspended=False),
    "buried": lambda was, event: was._replace(
        buried_until=event.day + 1 if event.to_day is None else event.to_day
    ),
    "unburied": lambda was, _: was._replace(buried_until=None),
    "marked": lambda was, _: was._replace(marked=True),
    "unmarked": lambda was, _: was._replace(marked=False),
    "reset": lambda was, _: NEW._replace(
        answers=was.answers, buried_until=was.buried_until, suspended=was.suspended, marked=was.marked
    ),
    "due_set": lambda was, event: was._replace(due_day=event.to_day),
    "schedule_set": _schedule_set,
    "renamed": lambda was, _: was,
}


class Step(NamedTuple):
    """One event of a card, and what it did."""

    event: Event
    in_force: bool
    role: Role
    before: Schedule
    after: Schedule
    code: str | None = None
    """The learner's answer, where one was kept and asked for."""


def step(before: Schedule, event: Event, withdrawn: frozenset[str]) -> Step:
    """One event of a card that has `before`; `withdrawn` holds the actions not in force."""
    if event.action in withdrawn and event.kind not in NO_ACTIONS:
        after = before._replace(head=event.id) if event.kind in ACTIONS else before
        return Step(event, False, Role.NONE, before, after)
    return Step(event, True, role_of(before, event), before, apply(before, event))


def roots(renames: Iterable[Event]) -> dict[str, str]:
    """For each old key the key under which its history is kept now.

    Of two renames of one key the later holds; one that would close a circle has no effect.
    """
    latest: dict[str, Event] = {}
    for rename in sorted(renames, key=lambda event: event.id):
        latest[rename.card] = rename
    onward: dict[str, str] = {}
    for rename in sorted(latest.values(), key=lambda event: event.id):
        if rename.target and end_of(onward, rename.target) != rename.card:
            onward[rename.card] = rename.target
    return {key: end_of(onward, key) for key in onward}


def end_of(onward: Mapping[str, str], key: str) -> str:
    """Where a key leads to."""
    while key in onward:
        key = onward[key]
    return key
