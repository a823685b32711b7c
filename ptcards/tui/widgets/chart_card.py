"""A card's history as a small chart: its interval and its ease after each answer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptcards.study.views import PastAnswer

_BARS = " ▁▂▃▄▅▆▇█"
_HEIGHT = 4
_LOWEST, _START = 1.3, 2.5
_LABEL = 11
FEWEST = 2
"""Answers that make a chart."""


@dataclass(frozen=True, slots=True)
class CardChart:
    """The newest answers that fit, the oldest on the left; intervals on a logarithmic scale."""

    reviews: tuple[PastAnswer, ...]

    def lines(self, width: int) -> list[Content]:
        if len(self.reviews) < FEWEST:
            return []
        room = max(8, width - _LABEL)
        reviews = self.reviews[-room:]
        each = max(1, min(4, room // len(reviews)))
        intervals = [math.log1p(review.interval_days) for review in reviews]
        longest = max(review.interval_days for review in reviews)
        eases = [review.ease for review in reviews]
        high = max(_START, *eases)
        return [
            *_bars("interval", f"{longest} d", intervals, max(intervals) or 1.0, each),
            *_bars("ease", f"{high:.2f}", [ease - _LOWEST for ease in eases], high - _LOWEST, each, height=2),
            _row("grade", "".join(_grade(review).ljust(each) for review in reviews), "$foreground 60%"),
            _row("", _dates(reviews, each * len(reviews)), "$foreground 60%"),
        ]


def _bars(
    name: str, most: str, values: Sequence[float], top: float, each: int, height: int = _HEIGHT
) -> list[Content]:
    lines = []
    for row in range(height, 0, -1):
        bars = ""
        for value in values:
            eighths = max(1, round(value / top * 8 * height))
            filled = min(8, max(0, eighths - 8 * (row - 1)))
            bars += (_BARS[filled] * max(1, each - 1)).ljust(each)
        lines.append(_row(_label(row, height, name, most), bars))
    return lines


def _label(row: int, height: int, name: str, most: str) -> str:
    if row == height:
        return name
    return most if row == height - 1 else ""


def _row(label: str, text: str, style: str = "$text-primary") -> Content:
    return Content.assemble((label.ljust(_LABEL), "$foreground 60%"), (text, style))


def _grade(review: PastAnswer) -> str:
    return "-" if review.grade is None else str(review.grade)


def _dates(reviews: Sequence[PastAnswer], room: int) -> str:
    first, last = reviews[0].at[:10], reviews[-1].at[:10]
    return f"{first}{last.rjust(room - len(first))}" if room > len(first) + len(last) else last
