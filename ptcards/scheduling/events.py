"""What happened, as facts, the fold over a card's events, and why a card is due then: one road for all."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from heapq import heappop, heappush
from math import inf
from typing import Any, NamedTuple

from ptcards.language import _, later
from ptcards.scheduling import sm2
from ptcards.scheduling.days import Moment, date_of, time_of
from ptcards.scheduling.fsrs import Memory, Rules, from_sm2, stated
from ptcards.scheduling.sm2 import GOOD, NEW, PASS, Schedule

_LABELS = later("Again Again Again Hard Good Easy")  # the name of each grade from 0 to 5
_DAYS_IN_A_ROW = 4
SM2, FSRS = 1, 2  # the rules that a grade was given under
Kind = StrEnum(
    "Kind",
    "GRADED DRILLED CRAMMED UNDONE REDONE SUSPENDED RESUMED BURIED UNBURIED MARKED UNMARKED RESET DUE_SET "
    "SCHEDULE_SET RENAMED RECORDED ADOPTED",
)
"""What an event says."""
GRADE_KINDS = frozenset((Kind.GRADED, Kind.DRILLED, Kind.CRAMMED))
NO_ACTIONS = frozenset(
    (Kind.UNDONE, Kind.REDONE, Kind.RENAMED, Kind.SCHEDULE_SET, Kind.RECORDED, Kind.ADOPTED)
)
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
    fsrs: str | None = None  # by what its interval is reckoned where FSRS gave it: a text of `fsrs.Rules`

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


_Memories = tuple[Memory, Memory] | None


def _grade(was: Schedule, event: Event, memory: _Memories) -> Schedule:
    if event.q is None:
        return was
    taught = event.verdict == "taught"
    if memory is None:
        return sm2.grade(was, event.q, event.day, fuzz_days=event.fuzz_days, taught=taught)
    days = memory[1].interval
    return sm2.grade(was, event.q, event.day, fuzz_days=event.fuzz_days, taught=taught, own_interval=days)


# Plain texts as keys: finding one of them by another is twice as fast.
_EFFECTS: Mapping[str, Callable[[Schedule, Event, _Memories], Schedule]] = {
    "graded": _grade,
    "drilled": lambda was, event, _: was if event.q is None else sm2.drill(was, event.q, event.day),
    "crammed": lambda was, *_: was._replace(answers=was.answers + 1),
    "suspended": lambda was, *_: was._replace(suspended=True),
    "resumed": lambda was, *_: was._replace(suspended=False),
    "buried": lambda was, event, _: was._replace(
        buried_until=event.day + 1 if event.to_day is None else event.to_day
    ),
    "unburied": lambda was, *_: was._replace(buried_until=None),
    "marked": lambda was, *_: was._replace(marked=True),
    "unmarked": lambda was, *_: was._replace(marked=False),
    "reset": lambda was, *_: NEW._replace(
        answers=was.answers, buried_until=was.buried_until, suspended=was.suspended, marked=was.marked
    ),
    "due_set": lambda was, event, _: was._replace(due_day=event.to_day),
    "schedule_set": lambda was, event, _: _schedule_set(was, event),
    "renamed": lambda was, *_: was,
}


_REMEMBERED = frozenset((Kind.GRADED, Kind.DRILLED, Kind.RECORDED))


class Step(NamedTuple):
    """One event of a card, and what it did."""

    event: Event
    in_force: bool
    role: Role
    before: Schedule
    after: Schedule
    code: str | None = None  # the learner's answer, where one was kept and asked for
    memory: tuple[Memory, Memory] | None = None  # before and after a grade whose interval FSRS gave

    @property
    def failed(self) -> bool:
        """It was graded below 3, and the card was not just taught."""
        return self.event.q is not None and self.event.q < PASS and self.event.verdict != "taught"

    @property
    def leech(self) -> bool:
        """It was the lapse that makes the card a leech, or marks it as one again."""
        beyond = self.after.lapses - sm2.LEECH
        return self.after.lapses > self.before.lapses and beyond >= 0 and beyond % sm2.LEECH_AGAIN == 0


class Memories:
    """What a card's answers leave behind in memory, by whatever rules of FSRS; `steps` may grow meanwhile.

    All answers in force count, by whatever scheduler they were planned, but cramming; a reset forgets.
    """

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        self._steps = steps
        self._known: dict[str, tuple[int, Memory, list[tuple[int, str, Step]]]] = {}

    def under(self, rules: str, at: float = inf) -> Memory:
        """The memory at a time, in UTC milliseconds; ValueError where `rules` are no text of `fsrs.Rules`."""
        done, memory, elsewhere = self._known.get(rules) or (0, Memory(Rules.read(rules)), [])
        for one in self._steps[done:]:
            if one.event.kind == Kind.RECORDED:
                # Their ids carry no time: they wait until ours of a later time comes.
                heappush(elsewhere, (one.event.at, one.event.id, one))
            elif one.in_force:
                # Anki says in seconds when a review made a schedule so.
                until = (
                    one.event.at // 1000 * 1000 + 999 if one.event.kind == Kind.SCHEDULE_SET else one.event.at
                )
                memory = _remember(_catch_up(memory, elsewhere, until), one)
        memory = _catch_up(memory, elsewhere, at)
        self._known[rules] = len(self._steps), memory, elsewhere
        return memory


def _catch_up(memory: Memory, elsewhere: list[tuple[int, str, Step]], at: float) -> Memory:
    while elsewhere and elsewhere[0][0] <= at:
        memory = _remember(memory, heappop(elsewhere)[-1])
    return memory


def _remember(memory: Memory, one: Step) -> Memory:
    kind, q, details = one.event.kind, one.event.q, one.event.details
    if one.memory and one.memory[0] == memory:
        return one.memory[1]
    if q is not None and is_remembered(one.event):
        return memory.grade(q, one.event.day)
    if kind == Kind.RESET:
        return Memory(memory.rules)
    if kind != Kind.SCHEDULE_SET or one.before.answers or not details:
        return memory
    after, facts = one.after, json.loads(details)
    if after.due_day is None:
        return Memory(memory.rules)
    last = facts.get("last_day")
    last = min(one.event.day, last if type(last) is int else after.due_day - after.interval_days)
    if known := stated(memory.rules, facts.get("stability"), facts.get("difficulty"), last):
        return known
    if memory.day is not None or not after.interval_days:
        return memory
    return from_sm2(memory.rules, after.interval_days, after.ease, last)


def is_remembered(event: Event) -> bool:
    """Whether it is an answer that moves a memory: no cramming, here or in Anki."""
    if event.kind not in _REMEMBERED or event.q is None:
        return False
    if event.kind != Kind.RECORDED or '"revlog_type":3' not in (event.details or ""):
        return True
    facts = json.loads(event.details or "{}")
    return (facts.get("revlog_type"), facts.get("ease_permille")) != (3, 0)


def step(before: Schedule, event: Event, withdrawn: frozenset[str], past: Memories) -> Step:
    """What an event did to `before`: nothing if its kind is unknown, or its action among the `withdrawn`.

    `past` are the memories that the card's earlier events left.
    """
    if event.action in withdrawn and event.kind not in NO_ACTIONS:
        after = before._replace(head=event.id) if event.kind in ACTIONS else before
        return Step(event, False, Role.NONE, before, after)
    kind, due, effect, memory = event.kind, before.due_day, _EFFECTS.get(event.kind), None
    role = Role.DRILL if kind == "drilled" else Role.CRAM if kind == "crammed" else Role.NONE
    if kind == "graded":
        role = Role.FIRST if due is None else Role.REPETITION if due <= event.day else Role.PRACTICE
        if event.fsrs is not None and event.q is not None:
            known = past.under(event.fsrs, event.at)
            memory = known, known.grade(event.q, event.day)
    after = before if effect is None else effect(before, event, memory)._replace(head=event.id)
    return Step(event, True, role, before, after, memory=memory)


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
_LAST = "{:.8}-{:.4}".format(*[(digits := f"{LATEST + 1_000_000_000:012x}"), digits[8:]])


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
    return _FORM.fullmatch(text) is not None and text[:13] <= _LAST


def _text(milliseconds: int, version: int, entropy: int) -> str:
    value = (
        milliseconds << 80 | version << 76 | (entropy >> 62 & 0xFFF) << 64 | 2 << 62 | entropy & (1 << 62) - 1
    )
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


# -- why a card is due when it is --------------------------------------------------------------------------

_CHANGES = {3: "- 0.14", 4: "+ 0.00", 5: "+ 0.10"}


def _set_elsewhere(step: Step) -> str:
    if step.before.answers:
        return _("a schedule from elsewhere: no effect, the card had grades of its own")
    facts, said = (
        json.loads(step.event.details or "{}"),
        _("a schedule from elsewhere: {}", _state(step.after)),
    )
    known = stated(Rules(), facts.get("stability"), facts.get("difficulty"), 0)
    if known is not None:
        numbers = f"{known.stability:.2f}", f"{known.difficulty:.2f}"
        said += _("; FSRS: stability {} d, difficulty {}", *numbers)
    return said


_WORDS: Mapping[str, Callable[[Step], str]] = {
    later("suspended"): lambda _step: _("suspended: in no queue until it is resumed"),
    later("buried"): lambda step: _("buried until {}", _date(step.after.buried_until or step.event.day)),
    later("resumed"): lambda step: _(step.event.kind),
    later("unburied"): lambda step: _(step.event.kind),
    later("marked"): lambda step: _(step.event.kind),
    later("unmarked"): lambda step: _(step.event.kind),
    later("reset"): lambda _step: _("reset: the card is new again, EF 2.50"),
    later("due_set"): lambda step: _("due day set to {}", _date(step.after.due_day)),
    Kind.SCHEDULE_SET: _set_elsewhere,
    Kind.RENAMED: lambda step: _("{} renamed to {}", step.event.card, step.event.target),
    Kind.RECORDED: lambda _step: _("a review made elsewhere: for the statistics, and for FSRS"),
}


def explain(steps: Iterable[Step], today: int, memory: Memory | None = None) -> list[str]:
    """The lines, oldest event first; the last gives the schedule on study day `today`.

    `memory` is the card's where FSRS schedules it now.
    """
    lines, after, known = list[str](), NEW, None
    for one in steps:
        step, event, after = one, one.event, one.after
        if event.kind == Kind.GRADED:
            known = step.memory and step.memory[1]
        elif step.role is Role.DRILL and known and event.q is not None:
            # What a drill moves is said by the rules of the answer that led to it.
            step = step._replace(memory=(known, known.grade(event.q, event.day)))
            known = step.memory and step.memory[1]
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
    if memory is not None and memory.day is not None:
        recall, stability, hard = (
            f"{memory.recall(today) * 100:.0f}",
            f"{memory.stability:.2f}",
            f"{memory.difficulty:.2f}",
        )
        now += _("; FSRS: recall {} %, stability {} d, difficulty {}", recall, stability, hard)
    return [*lines, f"{_date(today)}  {_('today: {}', now)}"]


def _graded(step: Step) -> str:
    before, after, event, role, q = step.before, step.after, step.event, step.role, step.event.q or 0
    old, new = f"{before.ease / 100:.2f}", f"{after.ease / 100:.2f}"
    if role is Role.CRAM:
        return _("crammed: moves nothing")
    if role is Role.DRILL:
        stays = _("; below 4, so it stays in today's drill") if q < GOOD else _("; its drill is over")
        moved = _("; ") + _remembered(*step.memory, event.day)[0] if step.memory else ""
        return _("drill: EF and interval stay") + moved + stays
    drill = _("; below 4: comes back today") if q < GOOD else ""
    due = _("; due {}", _date(after.due_day)) + drill
    memory = step.memory and _remembered(*step.memory, event.day)
    if q < PASS:
        practice = _("practice, but below 3: ") if role is Role.PRACTICE else ""
        taught = _("taught, no lapse: ") if event.verdict == "taught" else ""
        lapse = _(", lapse {}", after.lapses) if after.lapses > before.lapses else ""
        restart = _("below 3, repetitions restart{}: interval 1 day, EF stays {}", lapse, old)
        if memory:
            restart = _("below 3, repetitions restart{}; {}", lapse, _("; ").join(memory))
        return practice + taught + restart + due
    if role is Role.PRACTICE:
        if memory:
            stays = _("not due until {}: practice, the due day stays; {}", _date(before.due_day), memory[0])
            return stays + drill
        return _("not due until {}: practice, moves nothing", _date(before.due_day)) + drill
    late = event.day - (event.day if before.due_day is None else before.due_day)
    state = _("due") if before.due_day is not None else _("new")
    fuzz = _("; {} d of fuzz", f"{event.fuzz_days:+d}") if event.fuzz_days else ""
    if memory:
        state = _("due, {} d late", late) if late else state
        return _("; ").join((state, *memory)) + fuzz + due
    state = _("due, {} d late (the planned interval counts)", late) if late else state
    ease = f"EF {old} {_CHANGES[q]} = {new}"
    if after.ease == sm2.LOWEST_EASE and q == PASS:
        ease += _(" (never under 1.30)")
    number, days = after.repetitions, after.interval_days
    interval = _("I({}) = {} d", number, days)
    if number > 2:  # noqa: PLR2004 (I(1) and I(2) are given, not reckoned)
        interval = _("I({}) = {} x {}, rounded up = {} d", number, before.interval_days, new, days)
        interval += _(" (never longer)") if days == sm2.LONGEST_INTERVAL else ""
    return _("{}: {}; {}", state, ease, interval) + fuzz + due


def _remembered(before: Memory, after: Memory, day: int) -> tuple[str, str]:
    """What FSRS makes of a grade: recall, stability and difficulty; and the interval that follows."""
    stability, difficulty = f"{after.stability:.2f}", f"{after.difficulty:.2f}"
    wanted = _("recall of {} % wanted: interval {} d", f"{after.rules.retention * 100:g}", after.interval)
    if before.day is None:
        return _("FSRS: stability {} d, difficulty {}", stability, difficulty), wanted
    words = later("FSRS: recall was {} %, stability {} -> {} d, difficulty {} -> {}")
    old = f"{before.recall(day) * 100:.0f}", f"{before.stability:.2f}", f"{before.difficulty:.2f}"
    return _(words, *old[:2], stability, old[2], difficulty), wanted


def _state(schedule: Schedule) -> str:
    numbers = schedule.repetitions, schedule.interval_days, f"{schedule.ease / 100:.2f}", schedule.lapses
    return _("repetitions {}, interval {} d, EF {}, lapses {}, due {}", *numbers, _date(schedule.due_day))


def _date(day: int | None) -> str:
    return _("never") if day is None else date_of(day).isoformat()
