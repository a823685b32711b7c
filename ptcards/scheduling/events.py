"""What happened, as facts, the fold over a card's events, and why a card is due then: one road for all."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple

from ptcards.language import _, later
from ptcards.scheduling import sm2
from ptcards.scheduling.days import Moment, date_of, time_of
from ptcards.scheduling.sm2 import GOOD, NEW, PASS, Schedule

_LABELS = later("Again Again Again Hard Good Easy")  # the name of each grade from 0 to 5
_DAYS_IN_A_ROW = 4
RULES = 1  # the version of the rules that grades are given under now
Kind = StrEnum(
    "Kind",
    "GRADED DRILLED CRAMMED UNDONE REDONE SUSPENDED RESUMED BURIED UNBURIED MARKED UNMARKED RESET DUE_SET "
    "SCHEDULE_SET RENAMED RECORDED",
)
"""What an event says."""
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
    action: str  # the id of the first event that the same key press made
    card: str  # the card's key as it was called then; "" for `undone` and `redone`
    kind: str
    at: int  # UTC milliseconds
    offset: int  # minutes east of UTC
    day: int  # the study day as reckoned then
    q: int | None = None
    rules: int | None = None
    fuzz_days: int = 0
    seconds: float | None = None
    attempts: int | None = None
    hints: int | None = None
    verdict: str | None = None  # `pass`, `fail`, `taught`, `shown` or `none`
    why: str | None = None
    seed: int | None = None
    target: str | None = None
    """What `undone` (an action) and `redone` (an undo) aim at; the new key for `renamed`."""
    to_day: int | None = None
    """The due day of `due_set`; the first day on which a `buried` card is offered again."""
    disputed: str | None = None  # the learner's reason why the card was wrong
    versions: str | None = None  # a JSON object: what ran the answer
    shown: str | None = None
    """JSON of the schedule before and after as the learner saw it; never read by replay."""
    details: str | None = None  # A JSON object: all other keys, the schedule of `schedule_set` among them

    @property
    def time(self) -> datetime:
        return time_of(Moment(self.at, self.offset))

    @property
    def label(self) -> str:
        """The name of its grade; "" where it has none."""
        return "" if self.q is None else label_of(self.q)


def label_of(q: int) -> str:
    return _(_LABELS).split()[q]


def event(kind: Kind, card: str, moment: Moment, day: int, **facts: Any) -> Event:
    """An event still to be recorded, with the facts that only its kind has."""
    return Event("", "", "", card, kind, *moment, day, **facts)


def grade_kind(schedule: Schedule, day: int, *, cram: bool = False) -> Kind:
    """What a grade given on `day` is recorded as: to a card in its drill it is `drilled`, wherever given."""
    if sm2.in_drill(schedule, day):
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
    return str(sides).replace(" ", "").replace("None", "null")


Role = StrEnum("Role", "FIRST REPETITION PRACTICE DRILL CRAM NONE")
"""What an event is to its card's schedule: `first` made a new card known, `none` is no grade in force."""


def _schedule_set(schedule: Schedule, event: Event) -> Schedule:
    if schedule.answers or not event.details:
        return schedule
    facts = json.loads(event.details)
    names = ("repetitions", "interval_days", "ease", "lapses", "due_day")
    return schedule._replace(**{name: facts[name] for name in names})


# Plain texts as keys: finding one of them by another is twice as fast.
_EFFECTS: Mapping[str, Callable[[Schedule, Event], Schedule]] = {
    "graded": lambda was, event: (
        was
        if event.q is None
        else sm2.grade(was, event.q, event.day, fuzz_days=event.fuzz_days, taught=event.verdict == "taught")
    ),
    "drilled": lambda was, event: was if event.q is None else sm2.drill(was, event.q, event.day),
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
    code: str | None = None  # the learner's answer, where one was kept and asked for

    @property
    def failed(self) -> bool:
        """It was graded below 3, and the card was not just taught."""
        return self.event.q is not None and self.event.q < PASS and self.event.verdict != "taught"

    @property
    def leech(self) -> bool:
        """It was the lapse that makes the card a leech, or marks it as one again."""
        beyond = self.after.lapses - sm2.LEECH
        return self.after.lapses > self.before.lapses and beyond >= 0 and beyond % sm2.LEECH_AGAIN == 0


def step(before: Schedule, event: Event, withdrawn: frozenset[str]) -> Step:
    """What an event did to `before`: nothing if its kind is unknown, or its action among the `withdrawn`."""
    if event.action in withdrawn and event.kind not in NO_ACTIONS:
        after = before._replace(head=event.id) if event.kind in ACTIONS else before
        return Step(event, False, Role.NONE, before, after)
    kind, due, effect = event.kind, before.due_day, _EFFECTS.get(event.kind)
    role = Role.DRILL if kind == "drilled" else Role.CRAM if kind == "crammed" else Role.NONE
    if kind == "graded":
        role = Role.FIRST if due is None else Role.REPETITION if due <= event.day else Role.PRACTICE
    after = before if effect is None else effect(before, event)._replace(head=event.id)
    return Step(event, True, role, before, after)


def keeps_failing(history: Iterable[Step]) -> bool:
    """Whether a card failed on the last four study days on which it was asked, and these are in a row."""
    days = dict[int, bool]()
    for one in history:
        if one.in_force and one.event.kind == Kind.GRADED:
            days[one.event.day] = days.get(one.event.day, False) or one.failed
    last = sorted(days)[-_DAYS_IN_A_ROW:]
    return len(last) == _DAYS_IN_A_ROW == last[-1] - last[0] + 1 and all(map(days.get, last))


def roots(renames: Iterable[Event]) -> dict[str, str]:
    """For each old key the key under which its history is kept now.

    Of two renames of one key the later holds; one that would close a circle has no effect.
    """
    latest = {rename.card: rename for rename in sorted(renames, key=lambda event: event.id)}
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


# -- ids: UUIDs whose first 48 bits are milliseconds, so that their text sorts as time does ---------------

_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
LATEST = 253_402_300_799_999
"""The last millisecond of the year 9999; leaves ids enough room to keep rising after it."""


def next_id(wall_ms: int, newest: str, entropy: int) -> str:
    """A UUIDv7 later than `newest` ("" for an empty log), even if the clock is before it.

    `entropy` is any integer; its low 74 bits are used.
    """
    return _text(max(wall_ms, milliseconds_of(newest) + 1 if newest else 0), 7, entropy)


def imported_id(kind: Kind, source: str, card: str, at: int) -> str:
    """The id of what comes from elsewhere: always the same.

    One of a `recorded` review is before every id that carries a time, one of a `schedule_set` in its place.
    """
    name = "\0".join((kind, source, card, str(at))).encode()
    milliseconds = 0 if kind is Kind.RECORDED else min(max(at, 0), LATEST)
    return _text(milliseconds, 8, int.from_bytes(blake2b(name, digest_size=16).digest()))


def milliseconds_of(event_id: str) -> int:
    return int(event_id[:8] + event_id[9:13], 16)


def is_id(text: str) -> bool:
    """Whether it is an id that this program could have made or can sort after."""
    return _FORM.fullmatch(text) is not None and milliseconds_of(text) <= LATEST + 1_000_000_000


def _text(milliseconds: int, version: int, entropy: int) -> str:
    value = (
        milliseconds << 80 | version << 76 | (entropy >> 62 & 0xFFF) << 64 | 2 << 62 | entropy & (1 << 62) - 1
    )
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


# -- why a card is due when it is --------------------------------------------------------------------------

_CHANGES = {3: "- 0.14", 4: "+ 0.00", 5: "+ 0.10"}
_WORDS: Mapping[str, Callable[[Step], str]] = {
    later("suspended"): lambda _step: _("suspended: in no queue until it is resumed"),
    later("buried"): lambda step: _("buried until {}", _date(step.after.buried_until or step.event.day)),
    later("resumed"): lambda step: _(step.event.kind),
    later("unburied"): lambda step: _(step.event.kind),
    later("marked"): lambda step: _(step.event.kind),
    later("unmarked"): lambda step: _(step.event.kind),
    later("reset"): lambda _step: _("reset: the card is new again, EF 2.50"),
    later("due_set"): lambda step: _("due day set to {}", _date(step.after.due_day)),
    Kind.SCHEDULE_SET: lambda step: (
        _("a schedule from elsewhere: no effect, the card had grades of its own")
        if step.before[:-1] == step.after[:-1]
        else _("a schedule from elsewhere: {}", _state(step.after))
    ),
    Kind.RENAMED: lambda step: _("{} renamed to {}", step.event.card, step.event.target),
    Kind.RECORDED: lambda _step: _("a review made elsewhere: for the statistics only"),
}


def explain(steps: Iterable[Step], today: int) -> list[str]:
    """The lines, oldest event first; the last gives the schedule on study day `today`."""
    lines, after = list[str](), NEW
    for step in steps:
        event, after = step.event, step.after
        is_grade = event.kind in GRADE_KINDS and event.q is not None
        name = _("{} ({})", event.label, event.q) if is_grade else _(event.kind)
        if not step.in_force:
            text = _("{}: undone, counts for nothing", name)
        elif event.kind in GRADE_KINDS:
            text = _("{}: {}", name, _graded(step))
        elif effect := _WORDS.get(event.kind):
            text = effect(step)
        else:
            text = _("{}: unknown here, no effect", event.kind)
        lines.append(f"{_date(event.day)}  {text}")
    now = _("the card is new") if after.due_day is None else _state(after)
    return [*lines, f"{_date(today)}  {_('today: {}', now)}"]


def _graded(step: Step) -> str:
    before, after, event, role, q = step.before, step.after, step.event, step.role, step.event.q or 0
    old, new = f"{before.ease / 100:.2f}", f"{after.ease / 100:.2f}"
    if role is Role.CRAM:
        return _("crammed: moves nothing")
    if role is Role.DRILL:
        stays = _("; below 4, so it stays in today's drill") if q < GOOD else _("; its drill is over")
        return _("drill: EF and interval stay") + stays
    drill = _("; below 4: comes back today") if q < GOOD else ""
    due = _("; due {}", _date(after.due_day)) + drill
    if q < PASS:
        practice = _("practice, but below 3: ") if role is Role.PRACTICE else ""
        taught = _("taught, no lapse: ") if event.verdict == "taught" else ""
        lapse = _(", lapse {}", after.lapses) if after.lapses > before.lapses else ""
        restart = _("below 3, repetitions restart{}: interval 1 day, EF stays {}", lapse, old)
        return practice + taught + restart + due
    if role is Role.PRACTICE:
        return _("not due until {}: practice, moves nothing", _date(before.due_day)) + drill
    late = event.day - (event.day if before.due_day is None else before.due_day)
    state = _("due, {} d late (the planned interval counts)", late) if late else _("due")
    state = _("new") if before.due_day is None else state
    ease = f"EF {old} {_CHANGES[q]} = {new}"
    if after.ease == sm2.LOWEST_EASE and q == PASS:
        ease += _(" (never under 1.30)")
    number, days = after.repetitions, after.interval_days
    interval = _("I({}) = {} d", number, days)
    if number > 2:  # noqa: PLR2004 (I(1) and I(2) are given, not reckoned)
        interval = _("I({}) = {} x {}, rounded up = {} d", number, before.interval_days, new, days)
        interval += _(" (never longer)") if days == sm2.LONGEST_INTERVAL else ""
    fuzz = _("; {} d of fuzz", f"{event.fuzz_days:+d}") if event.fuzz_days else ""
    return _("{}: {}; {}", state, ease, interval) + fuzz + due


def _state(schedule: Schedule) -> str:
    numbers = schedule.repetitions, schedule.interval_days, f"{schedule.ease / 100:.2f}", schedule.lapses
    return _("repetitions {}, interval {} d, EF {}, lapses {}, due {}", *numbers, _date(schedule.due_day))


def _date(day: int | None) -> str:
    return _("never") if day is None else date_of(day).isoformat()
