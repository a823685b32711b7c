"""The few numbers a home screen shows: days in a row, and what the next days bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def streak(days: Iterable[int], today: int) -> int:
    """Days in a row with at least one answer, ending today, or yesterday while today has none yet.

    `days` holds the days with answers up to today, newest first; it is read no further than the first gap.
    """
    length = 0
    wanted = today
    for day in days:
        if day == today - 1 and length == 0:
            wanted = day
        if day != wanted:
            break
        length += 1
        wanted -= 1
    return length


def forecast(due: Mapping[int, int], today: int, days: int) -> tuple[int, ...]:
    """Cards due on each of the next `days` days, today first; what is overdue counts for today."""
    backlog = sum(count for day, count in due.items() if day <= today)
    return (backlog, *(due.get(today + ahead, 0) for ahead in range(1, days)))[:days]
