from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.scheduling.days import LAST_DAY, Moment, date_of, day_of, study_day, time_of


def moment_of(time: datetime) -> Moment:
    offset = time.utcoffset()
    assert offset is not None
    return Moment(round(time.timestamp() * 1000), round(offset / timedelta(minutes=1)))


@pytest.mark.parametrize(
    ("zone", "wall", "start", "day"),
    [
        ("Europe/Berlin", "2026-11-22T23:30", 4, "2026-11-22"),
        ("Europe/Berlin", "2026-11-23T00:30", 4, "2026-11-22"),
        ("Europe/Berlin", "2026-11-23T03:59", 4, "2026-11-22"),
        ("Europe/Berlin", "2026-11-23T04:00", 4, "2026-11-23"),
        ("Europe/Berlin", "2026-03-29T01:59", 2, "2026-03-28"),  # 02:00 to 03:00 does not exist
        ("Europe/Berlin", "2026-03-29T03:00", 2, "2026-03-29"),
        ("Europe/Berlin", "2026-10-25T02:30", 4, "2026-10-24"),  # 02:30 happens twice
        ("Europe/Berlin", "2026-10-25T02:30+fold", 4, "2026-10-24"),
        ("America/New_York", "2026-03-08T03:30", 4, "2026-03-07"),
        ("America/New_York", "2026-11-01T01:30+fold", 1, "2026-11-01"),
        ("Australia/Lord_Howe", "2026-04-05T01:45+fold", 4, "2026-04-04"),  # half an hour back
        ("Asia/Kathmandu", "2026-11-23T04:00", 4, "2026-11-23"),  # +05:45
        ("Pacific/Kiritimati", "2026-11-23T03:00", 4, "2026-11-22"),  # +14:00
        ("Pacific/Pago_Pago", "2026-11-23T05:00", 4, "2026-11-23"),  # -11:00
        ("UTC", "1970-01-01T03:59", 4, "1969-12-31"),
        ("UTC", "2026-11-23T00:00", 0, "2026-11-23"),
        ("UTC", "2026-11-23T22:59", 23, "2026-11-22"),
    ],
)
def test_the_study_day_is_the_one_on_the_wall(zone: str, wall: str, start: int, day: str) -> None:
    text, _, fold = wall.partition("+")
    time = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=bool(fold))
    assert date_of(study_day(moment_of(time), start)).isoformat() == day


@pytest.mark.parametrize("zone", ["Australia/Lord_Howe", "America/Santiago"])
def test_no_study_day_is_skipped_or_comes_twice_in_a_year_of_half_hours(zone: str) -> None:
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    seen = []
    for half_hour in range(365 * 48):
        time = datetime.fromtimestamp(start + half_hour * 1800, ZoneInfo(zone))
        seen.append(study_day(moment_of(time)))
    assert all(later - earlier in {0, 1} for earlier, later in pairwise(seen))


def test_flying_west_over_the_date_line_gives_the_day_of_where_one_is() -> None:
    at = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp() * 1000)
    assert study_day(Moment(at, 13 * 60)) - study_day(Moment(at, -11 * 60)) == 1


moments = st.builds(Moment, st.integers(0, 4_000_000_000_000), st.integers(-14 * 60, 14 * 60))


@given(moments, st.dates())
def test_a_moment_is_the_time_it_was_made_of_and_a_day_is_its_date(moment: Moment, when: date) -> None:
    assert moment_of(time_of(moment)) == moment
    assert date_of(day_of(when)) == when
    assert date_of(LAST_DAY + 5) == date.max  # what lies beyond the calendar is its last day
