"""Numbers as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from ptcards.statistics.rates import Rate

_MINUTE, _HOUR = 60, 3600
_SHORT = 10
NONE = "-"


def percent(rate: Rate) -> str:
    """`94 %`; a dash for a share of nothing."""
    return NONE if rate.share is None else f"{100 * rate.share:.0f} %"


def trusted(rate: Rate) -> str:
    """`91-96 %`, where the true share lies; or that there is too little to say."""
    return f"{_range(rate)}, too few reviews to say" if rate.too_few else _range(rate)


def ranged(rate: Rate) -> str:
    """The same for a table: a question mark where there is too little to say."""
    if not rate.of:
        return NONE
    return f"{_range(rate)} ?" if rate.too_few else _range(rate)


def _range(rate: Rate) -> str:
    low, high = rate.interval
    return f"{100 * low:.0f}-{100 * high:.0f} %"


def lasting(seconds: float) -> str:
    """`8 s`, `12 min`, `31 h`."""
    if seconds < 2 * _MINUTE:
        return f"{seconds:.1f} s" if 0 < seconds < _SHORT else f"{seconds:.0f} s"
    if seconds < 2 * _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:,.0f} h"


def each(seconds: float, answers: int) -> str:
    """The mean time of an answer."""
    return lasting(seconds / answers) if answers else NONE


def dated(day: date | None) -> str:
    """`23 Nov 2026`."""
    return NONE if day is None else f"{day.day} {day:%b %Y}"


def between(first: int, last: int | None) -> str:
    """`4-6`, `21`, `730+`."""
    if last is None:
        return f"{first:,}+"
    return f"{first:,}" if first == last else f"{first:,}-{last:,}"


def hundredths(value: int) -> str:
    return f"{value / 100:.2f}"
