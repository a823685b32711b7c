"""Why a card is due when it is: the arithmetic, a line an event, each with the rule it applies."""

from collections.abc import Callable, Iterable, Mapping

from ptcards.scheduling.days import date_of
from ptcards.scheduling.events import GRADE_KINDS, Kind, Role, Step, role_of
from ptcards.scheduling.sm2 import GOOD, LONGEST_INTERVAL, LOWEST_EASE, NEW, PASS, Schedule

_NAMES = ("Again (0)", "Again (1)", "Again (2)", "Hard (3)", "Good (4)", "Easy (5)")
_CHANGES = {3: "- 0.14", 4: "+ 0.00", 5: "+ 0.10"}
_EFFECTS: Mapping[str, Callable[[Step], str]] = {
    Kind.SUSPENDED: lambda _: "suspended: in no queue until it is resumed",
    Kind.RESUMED: lambda _: "resumed",
    Kind.BURIED: lambda step: f"buried until {_date(step.after.buried_until or step.event.day)}",
    Kind.UNBURIED: lambda _: "unburied",
    Kind.MARKED: lambda _: "marked",
    Kind.UNMARKED: lambda _: "unmarked",
    Kind.RESET: lambda _: "reset: the card is new again, EF 2.50",
    Kind.DUE_SET: lambda step: f"due day set to {_date(step.after.due_day)}",
    Kind.SCHEDULE_SET: lambda step: (
        "a schedule from elsewhere: "
        + (
            "no effect, the card had grades of its own"
            if step.before[:-1] == step.after[:-1]
            else _state(step.after)
        )
    ),
    Kind.RENAMED: lambda step: f"{step.event.card} renamed to {step.event.target}",
    Kind.RECORDED: lambda _: "a review made elsewhere: for the statistics only",
}


def explain(steps: Iterable[Step], today: int) -> list[str]:
    """The lines, oldest event first; the last gives the schedule on study day `today`."""
    lines, after = list[str](), NEW
    for step in steps:
        event, after = step.event, step.after
        grade = f"{_NAMES[event.q]}: " if event.kind in GRADE_KINDS and event.q is not None else ""
        if not step.in_force:
            text = f"{grade or event.kind + ': '}undone, counts for nothing"
        elif event.kind in GRADE_KINDS:
            text = f"{grade}{_graded(step)}"
        elif effect := _EFFECTS.get(event.kind):
            text = effect(step)
        else:
            text = f"{event.kind}: unknown here, no effect"
        lines.append(f"{_date(event.day)}  {text}")
    return [*lines, f"{_date(today)}  today: {'the card is new' if after.due_day is None else _state(after)}"]


def _graded(step: Step) -> str:
    role, q = role_of(step.before, step.event), step.event.q or 0
    stays = "; below 4, so it stays in today's drill" if q < GOOD else ""
    if role is Role.CRAM:
        return "crammed: moves nothing"
    if role is Role.DRILL:
        return f"drill: EF and interval stay{stays or '; its drill is over'}"
    drill = "; below 4: comes back today" if q < GOOD else ""
    if q < PASS:
        practice = "practice, but below 3: " if role is Role.PRACTICE else ""
        taught = "taught, no lapse: " if step.event.verdict == "taught" else ""
        lapse = f", lapse {step.after.lapses}" if step.after.lapses > step.before.lapses else ""
        return (
            f"{practice}{taught}below 3, repetitions restart{lapse}: interval 1 day, "
            f"EF stays {_ease(step.before.ease)}; due {_date(step.after.due_day)}{drill}"
        )
    if role is Role.PRACTICE:
        return f"not due until {_date(step.before.due_day)}: practice, moves nothing{drill}"
    return _passed(step, q) + drill


def _passed(step: Step, q: int) -> str:
    before, after, event = step.before, step.after, step.event
    late = event.day - (event.day if before.due_day is None else before.due_day)
    due = f"due, {late} d late (the planned interval counts)" if late else "due"
    ease = f"EF {_ease(before.ease)} {_CHANGES[q]} = {_ease(after.ease)}"
    if after.ease == LOWEST_EASE and q == PASS:
        ease += " (never under 1.30)"
    interval = f"I({after.repetitions}) = {after.interval_days} d"
    if after.repetitions > 2:  # noqa: PLR2004 (I(1) and I(2) are given, not reckoned)
        product = f"{before.interval_days} x {_ease(after.ease)}, rounded up"
        interval = f"I({after.repetitions}) = {product} = {after.interval_days} d"
        if after.interval_days == LONGEST_INTERVAL:
            interval += " (never longer)"
    fuzz = f"; {event.fuzz_days:+d} d of fuzz" if event.fuzz_days else ""
    state = "new" if before.due_day is None else due
    return f"{state}: {ease}; {interval}{fuzz}; due {_date(after.due_day)}"


def _state(schedule: Schedule) -> str:
    return (
        f"repetitions {schedule.repetitions}, interval {schedule.interval_days} d, "
        f"EF {_ease(schedule.ease)}, lapses {schedule.lapses}, due {_date(schedule.due_day)}"
    )


def _ease(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _date(day: int | None) -> str:
    return "never" if day is None else date_of(day).isoformat()
