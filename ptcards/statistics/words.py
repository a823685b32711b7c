"""Shares, times and days as they are written, and what each figure means."""

import math
import re
from datetime import date
from typing import Any, NamedTuple

from ptcards.text import visible

_Z = 1.959964
"""Standard deviations on each side that hold 95 %."""
_WIDEST = 0.2
_SHORT, _MINUTE, _HOUR = 10, 60, 3600
_EPOCH = date(1970, 1, 1).toordinal()
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
        square = _Z * _Z / self.of
        half = _Z * math.sqrt(self.share * (1 - self.share) / self.of + square / (4 * self.of))
        low, high = ((self.share + square / 2 + sign * half) / (1 + square) for sign in (-1, 1))
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
        interval = [round(bound, 4) for bound in self.interval]
        return {"hits": self.hits, "of": self.of, "share": share, "interval": interval}


def lasting(seconds: float) -> str:
    """`8 s`, `12 min`, `31 h`."""
    if seconds < 2 * _MINUTE:
        return f"{seconds:.1f} s" if 0 < seconds < _SHORT else f"{seconds:.0f} s"
    return f"{seconds / _MINUTE:.0f} min" if seconds < 2 * _HOUR else f"{seconds / _HOUR:,.0f} h"


def date_of(day: int) -> date:
    """The date of a study day, which is counted from 1970-01-01."""
    return date.fromordinal(_EPOCH + day)


def dated(day: int | None) -> str:
    """`23 Nov 2026`."""
    return NONE if day is None else f"{date_of(day).day} {date_of(day):%b %Y}"


def clean(text: str) -> str:
    """A deck's or a learner's text on one line, with whatever a terminal might obey made visible."""
    return visible(" ".join(text.split()))


GIVEN_UP = "given up"
_KINDS = {
    **{why: f"wrong {why}" for why in ("shape", "dtype", "type", "values")},
    "exception": "an exception in the check",
    "timeout": "time-out",
    "cpu": "processor time used up",
    "memory": "memory used up",
    "signal": "ended by a signal",
    "exited": "left the program",
    "output": "too much output",
    "disk": "too much written",
    "protocol": "meddled with the runner",
    GIVEN_UP: "given up: the solution was shown",
}


def kind_in_words(why: str) -> str:
    """How an answer went wrong, for people."""
    return _KINDS.get(why, clean(why))


_SECTIONS = """\
today | Today | Passed: graded 3 or more. At the first try: right at the first check, with no hint. Both of
  the reviews that moved a card's schedule, less those in which a card was taught and graded below 3.
calendar | A year of days | Answers of every kind on each study day of the last 53 weeks. A streak is days
  in a row with an answer, up to today, or to yesterday while today has none.
forecast | The next 30 days | Cards due on each day if nothing is answered until then; limits are not
  applied, what is overdue counts for today, suspended and new cards are left out. Daily load: the sum of 1
  / interval, so many reviews a day in the long run.
retention | True retention | How often a card that was due was known: the first review of a day, of cards
  with at least two repetitions in a row. Young: an interval below 21 days; mature: 21 or more. The range is
  where the true share lies with 95 % confidence (Wilson); where it is wider than 20 points there are too
  few reviews to say, which a question mark says too.
kinds | How answers go wrong | Each of the newest answers that met a failed check counts once, by what its
  first one saw; slips are free. Up to 1,000 answers are looked at one by one.
mistakes | Misconceptions | Of the same answers: they failed in the same way as a mistake that the card
  names.
cards | Cards that fail most | Of the same answers, those graded below 3; being taught is left out.
tags | Tags that fail most | Of the same answers, by the share graded below 3; tags that failed at least
  twice.
year-ahead | The next year | The forecast by week, from today on.
intervals | Intervals | Cards that were answered at least once, by the days between one review and the next;
  suspended ones included.
ease | Ease | SM-2's E-Factor: how many times longer each interval is than the last. Cards start at 2.50,
  none falls below 1.30.
lapses | Lapses | Grades below 3 on a card that had at least one repetition; being taught is none.
time | Time per card | Seconds from question to grade, at most 20 minutes an answer, running it left out.
  The chart has the cards that took longest of the newest answers, by the median of each.
hours | Hours of the day | Reviews that moved a schedule by the hour on the wall, and the share graded 3 or
  more.
grades | Grades | Reviews that moved a schedule, by grade. The button Again is 0, 1 or 2.
leeches | Leeches | Cards with 8 lapses or more, the worst first, each with its newest failed answers: they
  show what the card should ask instead.
"""
SECTIONS = [re.sub(r"\s+", " ", one).split(" | ") for one in re.split(r"\n(?=\S)", _SECTIONS.strip())]
"""Every section's name, title, and definition in a sentence or two."""
DEFINITIONS = {name: about for name, _, about in SECTIONS}
