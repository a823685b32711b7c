"""What the statistics are made from, as the store fills it in; shares, times and days as they are written."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ptcards.language import _, later, month_in_words
from ptcards.scheduling.days import date_of
from ptcards.text import visible

_Z = 1.959964
"""Standard deviations on each side that hold 95 %."""
WIDEST = 0.2
"""An interval beyond this says little."""
_SHORT, _MINUTE, _HOUR = 10, 60, 3600
NONE = "-"
NEWEST = 1000
"""Answers that are read one by one, at most."""
LOW, LEECHES, FAILURES = 10, 5, 3
"""Cards at the lowest ease that are named, leeches that are, and failed answers of each."""


def wilson(share: float, of: int) -> tuple[float, float]:
    """Where the true share lies with 95 % confidence (Wilson's score interval); 0 to 1 of nothing.

    Of shares of their own, each 0 to 1, `share` is the mean: the interval is wider then than it need be.
    """
    if not of:
        return 0.0, 1.0
    square = _Z * _Z / of
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of))
    low, high = ((share + square / 2 + sign * half) / (1 + square) for sign in (-1, 1))
    # At 0 and 1 the bound is exactly that; rounding must not say otherwise.
    return (low if share else 0.0), (high if share < 1 else 1.0)


class Rate(NamedTuple):
    """So many of so many."""

    hits: int = 0
    of: int = 0

    @property
    def share(self) -> float:
        """0 to 1; of nothing 0."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies with 95 % confidence (Wilson's score interval); 0 to 1 of nothing."""
        return wilson(self.share, self.of)

    @property
    def too_few(self) -> bool:
        """The interval is wider than 20 percentage points: there is too little to go by."""
        return self.interval[1] - self.interval[0] > WIDEST

    @property
    def percent(self) -> str:
        return f"{100 * self.share:.0f} %" if self.of else NONE

    @property
    def cells(self) -> tuple[str, str, str]:
        """Of how many, the share, its range, with a question mark where there is too little to go by."""
        low, high = self.interval
        range_ = f"{100 * low:.0f}-{100 * high:.0f} %{' ?' if self.too_few else ''}"
        return f"{self.of:,}", self.percent, range_ if self.of else NONE

    @property
    def figures(self) -> dict[str, Any]:
        """As JSON."""
        share = round(self.share, 4) if self.of else None
        return {**self._asdict(), "share": share, "interval": [round(bound, 4) for bound in self.interval]}


class Day(NamedTuple):
    """What the answers in force of one study day, or of several, come to.

    A repetition is an answer that moved a schedule: q0 to q5 are these by grade, `introduced` those of new
    cards, `taught` those taught and graded below 3, `first_try` those that passed at the first check with
    no hint. `young` and `mature` are those of cards with at least two in a row and an interval below 21
    days, or not; `_lost` those of them graded below 3 and not taught. `recorded` are reviews made elsewhere.
    """

    day: int
    q0: int = 0
    q1: int = 0
    q2: int = 0
    q3: int = 0
    q4: int = 0
    q5: int = 0
    introduced: int = 0
    taught: int = 0
    first_try: int = 0
    young: int = 0
    young_lost: int = 0
    mature: int = 0
    mature_lost: int = 0
    practised: int = 0
    drilled: int = 0
    crammed: int = 0
    recorded: int = 0
    milliseconds: int = 0

    @property
    def repetitions(self) -> int:
        return sum(self[1:7])

    @property
    def answers(self) -> int:
        return self.repetitions + self.practised + self.drilled + self.crammed + self.recorded

    @property
    def seconds(self) -> float:
        return self.milliseconds / 1000


class LowCard(NamedTuple):
    """A card whose ease is the lowest there is."""

    card: str
    interval_days: int
    lapses: int


class Failure(NamedTuple):
    """A failed answer whose code was kept."""

    day: int
    why: str
    code: str


class Leech(NamedTuple):
    """A card that keeps failing, with its newest failed answers; those that were taught are left out."""

    card: str
    lapses: int
    failed: tuple[Failure, ...]


class Answer(NamedTuple):
    """One of the newest answers, by the key and the tags that its card has now."""

    card: str
    tags: tuple[str, ...]
    day: int
    q: int
    verdict: str
    why: str
    seconds: float | None
    mistakes: tuple[str, ...] = ()


class Cards(NamedTuple):
    """Cards of decks that are not disabled, or of the deck asked for, counted by their schedules."""

    unseen: int
    intervals: Mapping[int, int]
    eases: Mapping[int, int]
    lapses: Mapping[int, int]  # Of every card that was answered, suspended or not; ease in hundredths
    awake: Mapping[int, int]  # Intervals of those that are not suspended
    due: Mapping[int, int]  # Due days of the same; of a buried card the day it is back
    low: Sequence[LowCard]  # The first of those at the lowest ease, by key
    leeches: Sequence[Leech]  # The worst: the most lapses first, then by key
    failing: int = 0  # Leeches with fewer lapses, that failed on four days in a row


class Sums(NamedTuple):
    """All of it, read at one moment: of everything, of one deck, or of the cards with a tag."""

    today: int
    since: int  # The first day of the period
    days: Sequence[Day]  # Every day with an answer, the oldest first
    hours: Mapping[int, Rate]
    """Repetitions of the period that passed, by the hour on the wall; hours with nothing may be left out."""
    cards: Cards
    answers: Sequence[Answer]  # The newest of the period that were graded, drilled or crammed, newest first

    @property
    def scored(self) -> int:
        """Repetitions of cards that were known already: by these predictions are judged."""
        return sum(day.repetitions - day.introduced for day in self.days)

    def work(self, first: int) -> Day:
        """What the days from `first` on come to."""
        return Day(0, *map(sum, zip(*(day[1:] for day in self.days if day.day >= first), strict=True)))


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest of `values` that at least `share` of them do not exceed; None of nothing."""
    rank = -(-len(values) * round(share * 100) // 100)
    return sorted(values)[max(0, rank - 1)] if values else None


def lasting(seconds: float | None) -> str:
    """`8 s`, `12 min`, `31 h`."""
    if seconds is None:
        return NONE
    if seconds < 2 * _MINUTE:
        return _("{} s", f"{seconds:.1f}" if 0 < seconds < _SHORT else round(seconds))
    minutes, hours = _("{} min", round(seconds / _MINUTE)), _("{} h", f"{seconds / _HOUR:,.0f}")
    return minutes if seconds < 2 * _HOUR else hours


def dated(day: int | None) -> str:
    """`23 Nov 2026`."""
    if day is None:
        return NONE
    when = date_of(day)
    return _("{day} {month} {year}", day=when.day, month=month_in_words(when), year=when.year)


def clean(text: str) -> str:
    """A deck's or a learner's text on one line, with whatever a terminal might obey made visible."""
    return visible(" ".join(text.split()))


GIVEN_UP = "given up"
_KINDS = {
    "shape": later("wrong shape"),
    "dtype": later("wrong dtype"),
    "type": later("wrong type"),
    "values": later("wrong values"),
    "exception": later("an exception in the check"),
    "timeout": later("time-out"),
    "cpu": later("processor time used up"),
    "memory": later("memory used up"),
    "signal": later("ended by a signal"),
    "exited": later("left the program"),
    "output": later("too much output"),
    "disk": later("too much written"),
    "protocol": later("meddled with the runner"),
    GIVEN_UP: later("given up: the solution was shown"),
}


def kind_in_words(why: str) -> str:
    """How an answer went wrong, for people."""
    return _(_KINDS[why]) if why in _KINDS else clean(why)
