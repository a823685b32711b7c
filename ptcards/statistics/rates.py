"""Shares, and how far they can be trusted."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z = 1.959964
"""Standard deviations on each side that hold 95 %."""
_WIDEST = 0.2


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    hits: int = 0
    of: int = 0

    @property
    def share(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies with 95 % confidence (Wilson's score interval); 0 to 1 of nothing."""
        return wilson(self.hits, self.of)

    @property
    def too_few(self) -> bool:
        """The interval is wider than 20 percentage points: there is too little to go by."""
        low, high = self.interval
        return high - low > _WIDEST

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.hits + other.hits, self.of + other.of)


NO_RATE = Rate()


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's score interval at 95 %."""
    if not of:
        return 0.0, 1.0
    share = hits / of
    square = _Z * _Z / of
    centre = share + square / 2
    half = _Z * math.sqrt(share * (1 - share) / of + square / (4 * of))
    low, high = (centre - half) / (1 + square), (centre + half) / (1 + square)
    # At 0 and 1 the bound is exactly that; rounding must not say otherwise.
    return (low if hits else 0.0), (high if hits < of else 1.0)
