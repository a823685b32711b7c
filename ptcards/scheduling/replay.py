"""The fold over a card's events: live answering and replay take the same road."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ptcards.scheduling.events import ACTIONS, NO_ACTIONS, Event, Kind
from ptcards.scheduling.sm2 import NEW, Schedule, drill, grade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


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
    """What `event` is to a card that stands at `schedule` just before it."""
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
    return schedule if effect is None else effect(schedule, event)


def _touched(schedule: Schedule, event: Event) -> Schedule:
    return tuple.__new__(Schedule, (*schedule[:-1], event.id))


def _graded(schedule: Schedule, event: Event) -> Schedule:
    q = event.q
    if q is None:
        return _touched(schedule, event)
    taught = event.verdict == "taught"
    return grade(schedule, q, event.day, fuzz_days=event.fuzz_days, taught=taught, head=event.id)


def _drilled(schedule: Schedule, event: Event) -> Schedule:
    return _touched(schedule if event.q is None else drill(schedule, event.q, event.day), event)


def _crammed(schedule: Schedule, event: Event) -> Schedule:
    return schedule._replace(answers=schedule.answers + 1, head=event.id)


def _suspended(schedule: Schedule, event: Event) -> Schedule:
    return schedule._replace(suspended=True, head=event.id)


def _resumed(schedule: Schedule, event: Event) -> Schedule:
    return schedule._replace(suspended=False, head=event.id)


def _buried(schedule: Schedule, event: Event) -> Schedule:
    until = event.day + 1 if event.to_day is None else event.to_day
    return schedule._replace(buried_until=until, head=event.id)


def _unburied(schedule: Schedule, event: Event) -> Schedule:
    return schedule._replace(buried_until=None, head=event.id)


def _marked(schedule: Schedule, event: Event) -> Schedule:
    return schedule._replace(marked=True, head=event.id)


def _unmarked(schedule: Schedule, event: Event) -> Schedule:
    return schedule._replace(marked=False, head=event.id)


def _reset(schedule: Schedule, event: Event) -> Schedule:
    return NEW._replace(
        answers=schedule.answers,
        buried_until=schedule.buried_until,
        suspended=schedule.suspended,
        marked=schedule.marked,
        head=event.id,
    )


def _due_set(schedule: Schedule, event: Event) -> Schedule:
    return schedule._replace(due_day=event.to_day, head=event.id)


def _schedule_set(schedule: Schedule, event: Event) -> Schedule:
    if schedule.answers or not event.details:
        return _touched(schedule, event)
    facts = json.loads(event.details)
    return schedule._replace(
        repetitions=facts["repetitions"],
        interval_days=facts["interval_days"],
        ease=facts["ease"],
        lapses=facts["lapses"],
        due_day=facts["due_day"],
        head=event.id,
    )


_BY_KIND: Mapping[Kind, Callable[[Schedule, Event], Schedule]] = {
    Kind.GRADED: _graded,
    Kind.DRILLED: _drilled,
    Kind.CRAMMED: _crammed,
    Kind.SUSPENDED: _suspended,
    Kind.RESUMED: _resumed,
    Kind.BURIED: _buried,
    Kind.UNBURIED: _unburied,
    Kind.MARKED: _marked,
    Kind.UNMARKED: _unmarked,
    Kind.RESET: _reset,
    Kind.DUE_SET: _due_set,
    Kind.SCHEDULE_SET: _schedule_set,
    Kind.RENAMED: _touched,
}
# Plain texts as keys: looking one of them up by another is twice as fast.
_EFFECTS = {kind.value: effect for kind, effect in _BY_KIND.items()}


class Step(NamedTuple):
    """One event of a card, and what it did."""

    event: Event
    in_force: bool
    role: Role
    before: Schedule
    after: Schedule


def steps(events: Iterable[Event], withdrawn: frozenset[str]) -> Iterator[Step]:
    """Walk one card's events, in the order of their ids; `withdrawn` holds the actions not in force."""
    schedule = NEW
    for event in events:
        one = step(schedule, event, withdrawn)
        schedule = one.after
        yield one


def step(before: Schedule, event: Event, withdrawn: frozenset[str]) -> Step:
    """One event of a card that stands at `before`; `withdrawn` as for `steps`."""
    if event.action in withdrawn and event.kind not in NO_ACTIONS:
        after = _touched(before, event) if event.kind in ACTIONS else before
        return Step(event, False, Role.NONE, before, after)
    return Step(event, True, role_of(before, event), before, apply(before, event))


def withdrawn_by(undone: Iterable[Event], redone: Iterable[Event]) -> frozenset[str]:
    """The actions at which an undo aims that no redo aims at."""
    taken_back = {redo.target for redo in redone}
    return frozenset(undo.target for undo in undone if undo.target and undo.id not in taken_back)


def roots(renames: Iterable[Event]) -> dict[str, str]:
    """For each old key the key under which its history is kept now.

    Of two renames of one key the later holds; one that would close a circle has no effect.
    """
    latest: dict[str, Event] = {}
    for rename in sorted(renames, key=lambda event: event.id):
        latest[rename.card] = rename
    onward: dict[str, str] = {}
    for rename in sorted(latest.values(), key=lambda event: event.id):
        if rename.target and _end(onward, rename.target) != rename.card:
            onward[rename.card] = rename.target
    return {key: _end(onward, key) for key in onward}


def _end(onward: Mapping[str, str], key: str) -> str:
    while key in onward:
        key = onward[key]
    return key
