"""What one event adds to the daily totals."""

from __future__ import annotations

from typing import NamedTuple

from ptcards.scheduling.days import local_hour
from ptcards.scheduling.events import Event, Kind
from ptcards.scheduling.replay import Role, Step
from ptcards.scheduling.sm2 import LEARNED, PASS, Schedule

MATURE = 21
"""Days: a card whose interval is at least this long is mature."""


class TallyKey(NamedTuple):
    """What totals are kept by."""

    day: int
    deck: str
    hour: int
    """On the wall, 0 to 23."""


class Tally(NamedTuple):
    """Numbers that add up; in the order of the table's columns."""

    q0: int = 0
    q1: int = 0
    q2: int = 0
    q3: int = 0
    q4: int = 0
    q5: int = 0
    """Repetitions, by grade."""
    introduced: int = 0
    """Repetitions of new cards."""
    taught: int = 0
    """Repetitions in which a card was taught, and not graded 3 or more all the same."""
    young: int = 0
    young_lost: int = 0
    """Repetitions of learned cards with an interval under 21 days, and those below 3."""
    mature: int = 0
    mature_lost: int = 0
    practised: int = 0
    drilled: int = 0
    crammed: int = 0
    first_try: int = 0
    """Repetitions that passed at the first check with no hint."""
    recorded: int = 0
    recorded_lost: int = 0
    """Reviews made elsewhere."""
    milliseconds: int = 0
    """Time over everything counted here."""


NOTHING = Tally()
_AT = {name: place for place, name in enumerate(Tally._fields)}
_COUNTED_AS = {Role.PRACTICE: "practised", Role.DRILL: "drilled", Role.CRAM: "crammed"}


def by_outcome(one: Tally) -> tuple[int, int]:
    """Repetitions passed, and failed."""
    return one.q3 + one.q4 + one.q5, one.q0 + one.q1 + one.q2


def deck_of(key: str) -> str:
    """The deck of a card's key."""
    return key.partition("/")[0]


def tally_key(event: Event, root: str) -> TallyKey:
    """Where the event counts; `root` is the key that its card's history is kept under."""
    return TallyKey(event.day, deck_of(root), local_hour(event.at, event.offset))


def tally(event: Event, role: Role, before: Schedule) -> Tally | None:
    """What the event adds to its hour; None for what is not counted."""
    if role is Role.NONE:
        return _recorded(event) if event.kind == Kind.RECORDED else None
    counts = [0] * len(_AT)
    counts[_AT["milliseconds"]] = _milliseconds(event)
    if name := _COUNTED_AS.get(role):
        counts[_AT[name]] = 1
        return Tally._make(counts)
    q = event.q or 0
    counts[q] = 1
    counts[_AT["taught"]] = int(event.verdict == "taught" and q < PASS)
    counts[_AT["first_try"]] = int(event.verdict == "pass" and event.attempts == 1 and not event.hints)
    if role is Role.FIRST:
        counts[_AT["introduced"]] = 1
    elif before.repetitions >= LEARNED:
        age = "mature" if before.interval_days >= MATURE else "young"
        counts[_AT[age]] = 1
        counts[_AT[f"{age}_lost"]] = int(q < PASS and event.verdict != "taught")
    return Tally._make(counts)


def tally_step(step: Step) -> Tally | None:
    return tally(step.event, step.role, step.before)


def add_up(one: Tally, other: Tally) -> Tally:
    return Tally._make(map(int.__add__, one, other))


def negative(one: Tally) -> Tally:
    return Tally._make(-count for count in one)


def _milliseconds(event: Event) -> int:
    return round((event.seconds or 0) * 1000)


def _recorded(event: Event) -> Tally:
    lost = int(event.q is not None and event.q < PASS)
    return Tally(recorded=1, recorded_lost=lost, milliseconds=_milliseconds(event))
