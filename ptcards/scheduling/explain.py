"""Why a card is due when it is: the arithmetic, a line an event, each with the rule it applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.scheduling.days import date_of
from ptcards.scheduling.events import GRADE_KINDS, Kind, Role, role_of
from ptcards.scheduling.sm2 import GOOD, LONGEST_INTERVAL, LOWEST_EASE, PASS, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ptcards.scheduling.events import Event, Step

_NAMES = ("Again (0)", "Again (1)", "Again (2)", "Hard (3)", "Good (4)", "Easy (5)")
_CHANGES = {3: "- 0.14", 4: "+ 0.00", 5: "+ 0.10"}
_PLAIN = {
    Kind.SUSPENDED: "suspended: in no queue until it is resumed",
    Kind.RESUMED: "resumed",
    Kind.UNBURIED: "unburied",
    Kind.MARKED: "marked",
    Kind.UNMARKED: "unmarked",
    Kind.RESET: "reset: the card is new again, EF 2.50",
}


def explain(steps: Iterable[Step], today: int) -> list[str]:
    """The lines, oldest event first; the last says where the card stands on study day `today`."""
    walked = list(steps)
    lines = [_line(step) for step in walked]
    return [*lines, _standing(walked[-1].after if walked else Schedule(), today)]


def _line(step: Step) -> str:
    event = step.event
    when = date_of(event.day).isoformat()
    grade = f"{_NAMES[event.q]}: " if event.kind in GRADE_KINDS and event.q is not None else ""
    if not step.in_force:
        return f"{when}  {grade or event.kind + ': '}undone, counts for nothing"
    return f"{when}  {grade}{_effect(step)}"


def _effect(step: Step) -> str:
    event = step.event
    if event.kind in GRADE_KINDS:
        return _graded(step)
    if event.kind == Kind.BURIED:
        return f"buried until {date_of(step.after.buried_until or event.day).isoformat()}"
    if event.kind == Kind.DUE_SET:
        return f"due day set to {_date(step.after.due_day)}"
    if event.kind == Kind.SCHEDULE_SET:
        if step.before[:-1] == step.after[:-1]:
            return "a schedule from elsewhere: no effect, the card had grades of its own"
        return f"a schedule from elsewhere: {_state(step.after)}"
    if event.kind == Kind.RENAMED:
        return f"{event.card} renamed to {event.target}"
    if event.kind == Kind.RECORDED:
        return "a review made elsewhere: for the statistics only"
    return (
        _PLAIN.get(Kind(event.kind), "") if event.kind in _PLAIN else f"{event.kind}: unknown here, no effect"
    )


def _graded(step: Step) -> str:
    role, q = role_of(step.before, step.event), step.event.q or 0
    stays = "; below 4, so it stays in today's drill" if q < GOOD else ""
    if role is Role.CRAM:
        return "crammed: moves nothing"
    if role is Role.DRILL:
        return f"drill: EF and interval stay{stays or '; its drill is over'}"
    drill = "; below 4: comes back today" if q < GOOD else ""
    if q < PASS:
        return _failed(step, role) + drill
    if role is Role.PRACTICE:
        return f"not due until {_date(step.before.due_day)}: practice, moves nothing{drill}"
    return _passed(step, q, step.event) + drill


def _failed(step: Step, role: Role) -> str:
    practice = "practice, but below 3: " if role is Role.PRACTICE else ""
    taught = "taught, no lapse: " if step.event.verdict == "taught" else ""
    lapse = f", lapse {step.after.lapses}" if step.after.lapses > step.before.lapses else ""
    return (
        f"{practice}{taught}below 3, repetitions restart{lapse}: interval 1 day, "
        f"EF stays {_ease(step.before.ease)}; due {_date(step.after.due_day)}"
    )


def _passed(step: Step, q: int, event: Event) -> str:
    before, after = step.before, step.after
    ease = f"EF {_ease(before.ease)} {_CHANGES[q]} = {_ease(after.ease)}"
    if after.ease == LOWEST_EASE and q == PASS:
        ease += " (never under 1.30)"
    n = after.repetitions
    if n <= 2:  # noqa: PLR2004 (I(1) and I(2) are given, not reckoned)
        interval = f"I({n}) = {after.interval_days} d"
    else:
        interval = (
            f"I({n}) = {before.interval_days} x {_ease(after.ease)}, rounded up = {after.interval_days} d"
        )
        if after.interval_days == LONGEST_INTERVAL:
            interval += " (never longer)"
    fuzz = f"; {event.fuzz_days:+d} d of fuzz" if event.fuzz_days else ""
    late = _lateness(before, event.day)
    return f"{late}{ease}; {interval}{fuzz}; due {_date(after.due_day)}"


def _lateness(before: Schedule, day: int) -> str:
    if before.due_day is None:
        return "new: "
    late = day - before.due_day
    return f"due, {late} d late (the planned interval counts): " if late else "due: "


def _standing(schedule: Schedule, today: int) -> str:
    when = date_of(today).isoformat()
    if schedule.due_day is None:
        return f"{when}  today: the card is new"
    return f"{when}  today: {_state(schedule)}"


def _state(schedule: Schedule) -> str:
    return (
        f"repetitions {schedule.repetitions}, interval {schedule.interval_days} d, "
        f"EF {_ease(schedule.ease)}, lapses {schedule.lapses}, due {_date(schedule.due_day)}"
    )


def _ease(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _date(day: int | None) -> str:
    return "never" if day is None else date_of(day).isoformat()
