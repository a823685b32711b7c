"""Shares, quantiles, times and days, and how they are written."""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from ptcards.language import _, later, month_in_words
from ptcards.scheduling.days import date_of
from ptcards.text import visible

_Z = 1.959964
"""Standard deviations on each side that hold 95 %."""
_WIDEST = 0.2
_SHORT, _MINUTE, _HOUR = 10, 60, 3600
NONE = "-"


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
        if not self.of:
            return 0.0, 1.0
        share, square = self.hits / self.of, _Z * _Z / self.of
        half = _Z * math.sqrt(share * (1 - share) / self.of + square / (4 * self.of))
        low, high = ((share + square / 2 + sign * half) / (1 + square) for sign in (-1, 1))
        # At 0 and 1 the bound is exactly that; rounding must not say otherwise.
        return (low if self.hits else 0.0), (high if self.hits < self.of else 1.0)

    @property
    def too_few(self) -> bool:
        """The interval is wider than 20 percentage points: there is too little to go by."""
        return self.interval[1] - self.interval[0] > _WIDEST

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


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest of `values` that at least `share` of them do not exceed; None of nothing."""
    rank = -(-len(values) * round(share * 100) // 100)
    return sorted(values)[max(0, rank - 1)] if values else None


def lasting(seconds: float) -> str:
    """`8 s`, `12 min`, `31 h`."""
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
