"""Sums over the daily totals and the hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_REPETITIONS = "q0 + q1 + q2 + q3 + q4 + q5"
_ANSWERS = f"{_REPETITIONS} + practised + drilled + crammed + recorded"
_DAY = f"day, sum({_ANSWERS}), sum(milliseconds)"
_HOUR = "hour, sum(passed), sum(failed)"
_LIFE = ("young", "young_lost", "mature", "mature_lost", "milliseconds")


class Life(NamedTuple):
    """The few numbers that all history is summed up in."""

    answers: int = 0
    young: int = 0
    young_lost: int = 0
    mature: int = 0
    mature_lost: int = 0
    milliseconds: int = 0


class Effort(NamedTuple):
    """The numbers of a period."""

    q0: int = 0
    q1: int = 0
    q2: int = 0
    q3: int = 0
    q4: int = 0
    q5: int = 0
    introduced: int = 0
    taught: int = 0
    practised: int = 0
    drilled: int = 0
    crammed: int = 0
    first_try: int = 0
    recorded: int = 0
    milliseconds: int = 0


class DaySum(NamedTuple):
    day: int
    answers: int
    milliseconds: int


class HourSum(NamedTuple):
    """Repetitions in one hour on the wall."""

    hour: int
    passed: int
    failed: int


class History(NamedTuple):
    """Sums over the totals."""

    days: list[DaySum]
    """From the calendar's first day on; days with nothing are left out."""
    lives: list[Life]
    """Of each span asked for."""
    now: Effort
    period: Effort
    hours: list[HourSum]
    streak: list[int]
    """Days with answers, newest first, as far as the first gap."""
    first_day: int | None


class Spans(NamedTuple):
    """The days that sums are wanted of."""

    today: int
    since: int
    """The period's first day."""
    calendar: int
    """The calendar's first day."""
    starts: tuple[int, ...]
    """First days of spans that end today, the shortest first; a last one is from the beginning."""


def history(connection: sqlite3.Connection, spans: Spans, deck: str | None = None) -> History:
    """Sums over the tables `totals` and `hours`."""
    sums, _hours = _Sums(connection, deck), _Sums(connection, deck, "hours")
    return History(
        days=[DaySum._make(row) for row in sums.of(_DAY, spans.calendar, spans.today, "day")],
        lives=_lives(sums, spans),
        now=sums.effort(spans.today, spans.today),
        period=sums.effort(spans.since, spans.today),
        hours=[
            HourSum._make(row)
            for row in _Sums(connection, deck, "hours").of(_HOUR, spans.since, spans.today, "hour")
        ],
        streak=_streak(sums, spans.today),
        first_day=sums.of("min(day)")[0][0],
    )


class _Sums:
    """Asks the totals of one deck, or of all."""

    def __init__(self, connection: sqlite3.Connection, deck: str | None, table: str = "totals") -> None:
        self._connection = connection
        self._deck = deck
        self._table = table

    def of(
        self, columns: str, first: int | None = None, last: int | None = None, group: str = ""
    ) -> list[Sequence[int]]:
        return self.rows(columns, first, last, f" GROUP BY {group}" if group else "").fetchall()

    def rows(self, columns: str, first: int | None, last: int | None, rest: str = "") -> sqlite3.Cursor:
        wanted = [("day >= ?", first), ("day <= ?", last), ("deck = ?", self._deck)]
        where = " AND ".join(term for term, value in wanted if value is not None) or "1"
        values = [value for _, value in wanted if value is not None]
        return self._connection.execute(f"SELECT {columns} FROM {self._table} WHERE {where}{rest}", values)

    def effort(self, first: int, last: int) -> Effort:
        row = self.of(", ".join(f"sum({name})" for name in Effort._fields), first, last)[0]
        return Effort._make(value or 0 for value in row)

    def life(self, first: int | None, last: int) -> Life:
        row = self.of(", ".join((f"sum({_ANSWERS})", *(f"sum({name})" for name in _LIFE))), first, last)[0]
        return Life._make(value or 0 for value in row)


def _lives(sums: _Sums, spans: Spans) -> list[Life]:
    """The sums of spans that lie one in the other, from what each adds to the one before."""
    lives: list[Life] = []
    last = spans.today
    for first in (*spans.starts, None):
        added = sums.life(first, last)
        lives.append(Life._make(map(int.__add__, added, lives[-1])) if lives else added)
        last = last if first is None else first - 1
    return lives


def _streak(sums: _Sums, today: int) -> list[int]:
    days: list[int] = []
    for (day,) in sums.rows("DISTINCT day", None, today, " ORDER BY day DESC"):
        if days and day < days[-1] - 1:
            break
        days.append(day)
    return days
