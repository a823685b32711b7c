"""Histograms: exact counts by value put into a few bins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Bin:
    """Values from `first` to `last`, both included; None: and all above."""

    first: int
    last: int | None
    count: int


_INTERVALS = (0, 2, 4, 7, 14, 21, 30, 60, 90, 180, 365, 730)
_LAPSES = (0, 1, 2, 3, 4, 6, 8, 12, 16)
_EASE_STEP = 10
_FLOOR = 130
"""The lowest ease there is."""
_HIGH = 350
"""From here on eases stand together."""


def in_bins(counts: Mapping[int, int], starts: Sequence[int]) -> tuple[Bin, ...]:
    """Counts in bins that begin at `starts`, the last without an end; empty ones at the end are left out."""
    ends = [*(start - 1 for start in starts[1:]), None]
    bins = [Bin(first, last, _between(counts, first, last)) for first, last in zip(starts, ends, strict=True)]
    while bins and not bins[-1].count:
        bins.pop()
    return tuple(bins)


def _between(counts: Mapping[int, int], first: int, last: int | None) -> int:
    return sum(count for value, count in counts.items() if first <= value and (last is None or value <= last))


def interval_bins(intervals: Mapping[int, int]) -> tuple[Bin, ...]:
    return in_bins(intervals, _INTERVALS)


def lapse_bins(lapses: Mapping[int, int]) -> tuple[Bin, ...]:
    return in_bins(lapses, _LAPSES)


def ease_bins(eases: Mapping[int, int]) -> tuple[Bin, ...]:
    """Tenths; the lowest ease stands alone, since there cards pile up."""
    if not eases:
        return ()
    lowest, most = min(eases), max(eases)
    first = lowest - lowest % _EASE_STEP
    starts = [first, *([first + 1] if lowest == first == _FLOOR else [])]
    starts += range(first + _EASE_STEP, min(most + 1, _HIGH), _EASE_STEP)
    if most < _HIGH:
        return in_bins(eases, [*starts, most + 1])
    return in_bins(eases, [*(start for start in starts if start < _HIGH), _HIGH])
