"""Study days: integers since 1970-01-01, reckoned once from an instant and the offset it was made at."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

_EPOCH = date(1970, 1, 1).toordinal()
_HOUR = 3_600_000
_DAY = 24 * _HOUR
LAST_DAY = date.max.toordinal() - _EPOCH  # 9999-12-31; no card is due later


class Moment(NamedTuple):
    """An instant, and where on earth it was lived."""

    at: int  # UTC milliseconds since 1970
    offset: int  # minutes east of UTC then and there


def moment_of(when: datetime) -> Moment:
    """The moment of an aware datetime."""
    return Moment(round(when.timestamp() * 1000), (when.utcoffset() or timedelta()) // timedelta(minutes=1))


def time_of(moment: Moment) -> datetime:
    """The aware datetime of a moment, in the offset it was made at."""
    zone = timezone(timedelta(minutes=moment.offset))
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=moment.at)).astimezone(zone)


def study_day(moment: Moment, day_start_hour: int = 4) -> int:
    """The day since 1970-01-01 a moment belongs to; the small hours belong to the day before.

    The moment's own offset decides, so that a daylight-saving gap or overlap needs no rule of its own.
    """
    return (moment.at + moment.offset * 60_000 - day_start_hour * _HOUR) // _DAY


def day_of(when: date) -> int:
    return when.toordinal() - _EPOCH


def date_of(day: int) -> date:
    """The date of a day; what lies beyond the calendar is its last day."""
    return date.fromordinal(max(1, min(day, LAST_DAY) + _EPOCH))


def iso(day: int | None) -> str | None:
    """The date of a study day."""
    return None if day is None else date_of(day).isoformat()


def streak(days: Iterable[int], today: int) -> int:
    """Days in a row with at least one answer, ending today, or yesterday while today has none yet.

    `days` holds the days with answers up to today, newest first; it is read no further than the first gap.
    """
    first, length = today, 0
    for day in days:
        first = first if length else max(day, today - 1)
        if day != first - length:
            break
        length += 1
    return length
