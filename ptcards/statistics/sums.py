"""What the statistics are made from: the store fills these values, `report` makes figures of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ptcards.statistics.numbers import Rate

NEWEST = 1000
"""Answers that are read one by one, at most."""
LOW, LEECHES, FAILURES = 10, 5, 3
"""Cards at the lowest ease that are named, leeches that are, and failed answers of each."""


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
    lapses: Mapping[int, int]
    """Of every card that was answered, suspended or not; ease in hundredths."""
    awake: Mapping[int, int]
    """Intervals of those that are not suspended."""
    due: Mapping[int, int]
    """Due days of the same; of a buried card the day it is back."""
    low: Sequence[LowCard]
    """The first of those at the lowest ease, by key."""
    leeches: Sequence[Leech]
    """The worst: the most lapses first, then by key."""
    failing: int = 0
    """Leeches with fewer lapses, that failed on four days in a row."""


class Sums(NamedTuple):
    """All of it, read at one moment: of everything, of one deck, or of the cards with a tag."""

    today: int
    since: int
    """The first day of the period."""
    days: Sequence[Day]
    """Every day with an answer, the oldest first."""
    hours: Mapping[int, Rate]
    """Repetitions of the period that passed, by the hour on the wall; hours with nothing may be left out."""
    cards: Cards
    answers: Sequence[Answer]
    """The newest of the period that were graded, drilled or crammed, newest first."""
