"""The next two weeks as numbers over bars."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from textual.content import Content

_BARS = " ▁▂▃▄▅▆▇█"
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@dataclass(frozen=True, slots=True)
class Forecast:
    """Due cards a day, the first being `day`; shows as many days as fit."""

    day: date
    due: tuple[int, ...]

    def lines(self, width: int) -> list[Content]:
        room = max(4, max((len(str(count)) for count in self.due), default=1) + 2)
        due = self.due[: max(1, (width - 1) // room)]
        most = max(due, default=0) or 1
        numbers = bars = days = ""
        for number, count in enumerate(due):
            bar = _BARS[min(8, -(-count * 8 // most))]
            weekday = _DAYS[(self.day + timedelta(days=number)).weekday()]
            numbers += str(count).rjust(room)
            bars += bar.rjust(room)
            days += weekday.rjust(room)
        return [
            Content(numbers),
            Content.styled(bars, "$text-primary"),
            Content.styled(days, "$foreground 60%"),
        ]
