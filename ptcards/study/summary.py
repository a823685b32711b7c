"""The end of a session: what the day came to."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from ptcards.language import later
from ptcards.scheduling.events import Kind, keeps_failing, mistakes_of
from ptcards.scheduling.queue import Counts
from ptcards.store.glance import Glance
from ptcards.study.desk import Desk

_MOST_MISTAKES = 5
_ENDS = {
    "pass": later("right at the first check"),
    "fail": later("after a mistake"),
    "taught": later("taught"),
    "shown": later("solution shown"),
}


class Summary(NamedTuple):
    """A study day up to the end of a session, in numbers and names."""

    cards: int
    ends: Mapping[str, int]  # How they ended, in English, and how many did; the most frequent first
    below_good: int  # Cards that wait in today's drill
    seconds: float
    mistakes: tuple[tuple[str, int], ...]  # Misconceptions met, with how often
    tomorrow: Glance
    went_badly: tuple[str, ...] = ()
    left: tuple[int, int] = (0, 0)  # Cards due and new that the session had not come to
    cram: bool = False
    leeches: tuple[str, ...] = ()
    """Cards that failed for the 8th time, or the 4th since, or on the fourth day in a row."""


def sum_up(desk: Desk, since: int, left: Counts, kinds: Collection[Kind]) -> Summary:
    """All answers of some kinds in force since a day, whichever session, device or command they came from."""
    log, cram = desk.store.log, Kind.GRADED not in kinds
    steps = (step for step in log.history(*log.answered(since)) if step.in_force and step.event.day >= since)
    answered = sorted(steps, key=lambda step: step.event.id)
    asked = [step for step in answered if step.event.kind in kinds]
    ends = Counter(_ENDS.get(step.event.verdict or "", later("self-graded")) for step in asked)
    mistakes = Counter(mistake for step in answered for mistake in mistakes_of(step.event.details))
    badly = dict.fromkeys(step.event.card for step in asked if step.failed)
    failing = (key for key in badly if keeps_failing(log.history(key)))
    return Summary(
        cards=len(asked),
        ends=dict(ends.most_common()),
        below_good=left.drill,
        seconds=sum(step.event.seconds or 0 for step in answered),
        mistakes=tuple(mistakes.most_common(_MOST_MISTAKES)),
        tomorrow=desk.home(days_ahead=1),
        went_badly=tuple(badly),
        left=(left.due, left.new),
        cram=cram,
        leeches=tuple(dict.fromkeys([*(step.event.card for step in asked if step.leech), *failing])),
    )
