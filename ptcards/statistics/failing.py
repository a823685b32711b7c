"""What fails most and what takes longest, from answers looked at one by one."""

from __future__ import annotations

from collections import Counter
from heapq import nsmallest
from typing import TYPE_CHECKING, NamedTuple

from ptcards.statistics.rates import Rate
from ptcards.statistics.report import Failing, Slow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

MOST = 8
"""Names of each kind that are listed."""
_LOWEST_PASS = 3
_TAUGHT = "taught"
_SHOWN = "shown"
GIVEN_UP = "given up"


class Answered(NamedTuple):
    """One answer, by the name its card has now."""

    card: str
    tags: tuple[str, ...]
    q: int
    verdict: str
    why: str
    seconds: float | None
    mistakes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return self.q < _LOWEST_PASS


def failing_cards(answers: Iterable[Answered]) -> tuple[Failing, ...]:
    """The cards with the most failed answers, the worst first; being taught is no answer."""
    every, failed = _count(answers, lambda answer: (answer.card,))
    worst = nsmallest(MOST, failed, key=lambda card: (-failed[card], every[card], card))
    return tuple(Failing(card, Rate(failed[card], every[card])) for card in worst)


def failing_tags(answers: Iterable[Answered]) -> tuple[Failing, ...]:
    """The tags with the greatest share of failed answers, of those that failed at least twice."""
    every, failed = _count(answers, lambda answer: answer.tags)
    tags = [tag for tag, count in failed.items() if count > 1]
    worst = nsmallest(MOST, tags, key=lambda tag: (-failed[tag] / every[tag], -failed[tag], tag))
    return tuple(Failing(tag, Rate(failed[tag], every[tag])) for tag in worst)


def _asked(answers: Iterable[Answered]) -> list[Answered]:
    return [answer for answer in answers if answer.verdict != _TAUGHT]


def _count(
    answers: Iterable[Answered], names: Callable[[Answered], tuple[str, ...]]
) -> tuple[Counter[str], Counter[str]]:
    """By name: all answers, and those that failed."""
    asked = _asked(answers)
    every = Counter(name for answer in asked for name in names(answer))
    return every, Counter(name for answer in asked if answer.failed for name in names(answer))


def kinds(answers: Iterable[Answered]) -> tuple[tuple[str, int], ...]:
    """How answers went wrong: the kind of each one's first failed check, or that it was given up."""
    words = [answer.why or GIVEN_UP for answer in answers if answer.why or answer.verdict == _SHOWN]
    return most_common(words)


def mistakes(answers: Iterable[Answered]) -> tuple[tuple[str, int], ...]:
    """The misconceptions met, as the cards name them."""
    return most_common(mistake for answer in answers for mistake in answer.mistakes)[:MOST]


def most_common(words: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Words and how often, the most frequent first, equals by name."""
    return tuple(sorted(Counter(words).items(), key=lambda one: (-one[1], one[0])))


def slowest(answers: Iterable[Answered]) -> tuple[Slow, ...]:
    """The cards that take longest, by the median of their answers."""
    times: dict[str, list[float]] = {}
    for answer in answers:
        if answer.seconds is not None:
            times.setdefault(answer.card, []).append(answer.seconds)
    middle = {card: _median(each) for card, each in times.items()}
    worst = nsmallest(MOST, middle, key=lambda card: (-middle[card], card))
    return tuple(Slow(card, len(times[card]), middle[card]) for card in worst)


def _median(values: Sequence[float]) -> float:
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest of `values` that at least `share` of them do not exceed; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    rank = -(-len(ordered) * round(share * 100) // 100)
    return ordered[max(0, rank - 1)]


def mean_of(counts: Mapping[int, int]) -> float | None:
    """The mean of values that are counted."""
    of = sum(counts.values())
    return sum(value * count for value, count in counts.items()) / of if of else None


def median_of(counts: Mapping[int, int]) -> int | None:
    """The lower median of values that are counted."""
    half, seen = (sum(counts.values()) + 1) // 2, 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= half > 0:
            return value
    return None
