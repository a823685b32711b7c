"""What fails most and what takes longest, from answers looked at one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from ptcards.statistics.rates import Rate
from ptcards.statistics.report import Failing, Slow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MOST = 8
"""Names of each kind that are listed."""
_LOWEST_PASS = 3
_TAUGHT = "taught"
_SHOWN = "shown"
GIVEN_UP = "given up"


@dataclass(frozen=True, slots=True)
class Answered:
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
    return _worst((answer.card, answer.failed) for answer in _asked(answers))


def failing_tags(answers: Iterable[Answered]) -> tuple[Failing, ...]:
    """The tags with the greatest share of failed answers, of those that failed at least twice."""
    found = _count((tag, answer.failed) for answer in _asked(answers) for tag in answer.tags)
    kept = [one for one in found if one.answers.hits > 1]
    kept.sort(key=lambda one: (-(one.answers.share or 0), -one.answers.hits, one.name))
    return tuple(kept[:MOST])


def _asked(answers: Iterable[Answered]) -> list[Answered]:
    return [answer for answer in answers if answer.verdict != _TAUGHT]


def _worst(seen: Iterable[tuple[str, bool]]) -> tuple[Failing, ...]:
    found = [one for one in _count(seen) if one.answers.hits]
    found.sort(key=lambda one: (-one.answers.hits, one.answers.of, one.name))
    return tuple(found[:MOST])


def _count(seen: Iterable[tuple[str, bool]]) -> list[Failing]:
    every: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    for name, bad in seen:
        every[name] += 1
        failed[name] += bad
    return [Failing(name, Rate(failed[name], count)) for name, count in every.items()]


def kinds(answers: Iterable[Answered]) -> tuple[tuple[str, int], ...]:
    """How answers went wrong: the kind of each one's first failed check, or that it was given up."""
    words = [answer.why or GIVEN_UP for answer in _asked(answers) if answer.why or answer.verdict == _SHOWN]
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
    found = [Slow(key, len(each), median(each)) for key, each in times.items()]
    found.sort(key=lambda one: (-one.seconds, one.key))
    return tuple(found[:MOST])


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
