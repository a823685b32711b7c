"""Everything the statistics know, as frozen values: made by `study`, drawn by `sections`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptcards.statistics.rates import NO_RATE, Rate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

YOUNG_BELOW = 21
"""Days: cards with a shorter interval are young, all others mature."""


@dataclass(frozen=True, slots=True)
class Span:
    """What happened from one day to today."""

    name: str
    since: date | None
    """None: from the first answer on."""
    answers: int
    """Of every kind, those brought in from other programs included."""
    seconds: float
    young: Rate
    mature: Rate

    @property
    def retention(self) -> Rate:
        return self.young + self.mature


@dataclass(frozen=True, slots=True)
class Work:
    """What was done in a span of days, in more detail."""

    answers: int = 0
    seconds: float = 0.0
    repetitions: int = 0
    """Graded answers that moved a schedule: at most one a card and day."""
    passed: Rate = NO_RATE
    """Repetitions graded 3 or more, of those that were not taught."""
    first_try: Rate = NO_RATE
    """Repetitions right at the first check with no hint, of those that were not taught."""
    introduced: int = 0
    taught: int = 0
    drilled: int = 0
    practised: int = 0
    crammed: int = 0
    recorded: int = 0
    grades: tuple[int, ...] = (0,) * 6
    """Repetitions by grade, 0 to 5."""


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour on the wall, over the whole period."""

    hour: int
    repetitions: Rate
    """Graded 3 or more, of all."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Answers of each day of the last 53 weeks, the first being a Monday and the last today."""

    first: date
    answers: tuple[int, ...]
    seconds: tuple[float, ...]
    streak: int
    longest: int
    """The longest streak among these days."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the cards that are known now come back, if nothing is answered; limits are not applied."""

    backlog: int
    """Due before today."""
    due: tuple[int, ...]
    """On each of 365 days, today first; the backlog is not in it."""
    later: int
    daily_load: float
    """Reviews a day in the long run: the sum of 1 / interval over all cards that are not suspended."""


@dataclass(frozen=True, slots=True)
class LowCard:
    """A card whose ease is the lowest there is."""

    key: str
    interval_days: int
    lapses: int


@dataclass(frozen=True, slots=True)
class Attempted:
    """One failed answer, with its code."""

    day: date
    why: str
    code: str


@dataclass(frozen=True, slots=True)
class Leech:
    """A card that keeps failing, with its newest failed answers."""

    key: str
    lapses: int
    answers: tuple[Attempted, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the cards that were answered stand now: how many, by value."""

    cards: int
    unseen: int
    intervals: Mapping[int, int]
    """Days."""
    eases: Mapping[int, int]
    """Hundredths."""
    lapses: Mapping[int, int]
    at_floor: int
    """Cards with an ease of 1.30."""
    low: tuple[LowCard, ...]
    """The first of those, by key."""
    leeches_in_all: int
    leeches: tuple[Leech, ...]
    """The worst of them."""


@dataclass(frozen=True, slots=True)
class Failing:
    """One card or tag: answers below 3, of all."""

    name: str
    answers: Rate
    """Failed, of all."""


@dataclass(frozen=True, slots=True)
class Slow:
    """One card, and how long it takes."""

    key: str
    answers: int
    seconds: float
    """The median."""


@dataclass(frozen=True, slots=True)
class Recent:
    """What the newest answers say, one by one; a bounded number of them."""

    answers: int
    since: date | None
    """The day of the oldest."""
    cards: tuple[Failing, ...]
    tags: tuple[Failing, ...]
    kinds: tuple[tuple[str, int], ...]
    """Words such as `shape`, `dtype`, `values`, `exception`, `timeout`, with how many answers."""
    mistakes: tuple[tuple[str, int], ...]
    """Named misconceptions."""
    median_seconds: float | None
    slow_seconds: float | None
    """Nine of ten answers took at most so long."""
    slowest: tuple[Slow, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """One look at everything."""

    today: date
    since: date
    """The first day of the period."""
    deck: str | None
    tag: str | None
    now: Work
    """Today's."""
    period: Work
    spans: tuple[Span, ...]
    """Today, 7 days, 30 days, a year, everything."""
    hours: tuple[Hour, ...]
    """All 24."""
    calendar: Calendar
    forecast: Forecast
    standing: Standing
    recent: Recent
