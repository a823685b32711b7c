"""Days as they are lived: around clock changes, the date line, and changes of the hour that a day starts at."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from ptcards.config import Config
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import Kind, Role, event, grade_kind
from ptcards.store.store import Store
from tests.store.steps import NO_LIMITS, graded, save, shown

CHANGES = [
    ("Europe/Berlin", "2026-03-29"),  # 02:00 to 03:00 is missing
    ("Europe/Berlin", "2026-10-25"),  # 02:00 to 03:00 comes twice
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),  # half an hour
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Santiago", "2026-04-05"),  # midnight comes twice
    ("America/Santiago", "2026-09-06"),  # midnight is missing
    ("Asia/Beirut", "2026-03-29"),
    ("Asia/Kathmandu", "2026-11-22"),  # no change at all, +05:45
    ("Pacific/Kiritimati", "2026-11-22"),
    ("Pacific/Pago_Pago", "2026-11-22"),
]
STARTS = [0, 2, 3, 4, 23]


def moment_of(time: datetime) -> Moment:
    offset = time.utcoffset()
    assert offset is not None
    return Moment(round(time.timestamp() * 1000), round(offset / timedelta(minutes=1)))


class Wall:
    """A clock on the wall of one place."""

    def __init__(self, zone: str, start: int) -> None:
        self.zone = ZoneInfo(zone)
        self.start = start

    def __call__(self, date: str, time: str, days: int = 0) -> Moment:
        wall = datetime.fromisoformat(f"{date}T{time}") + timedelta(days=days)
        return moment_of(wall.replace(tzinfo=self.zone))

    def day(self, moment: Moment) -> int:
        return study_day(moment, self.start)


def give(store: Store, key: str, q: int, moment: Moment, day: int) -> Role:
    before = store.library.schedule(key)
    draft = graded(key, q, moment, grade_kind(before, day))._replace(day=day)
    return store.log.record([draft], expected_head=before.head)[0].role


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize(("zone", "date"), CHANGES)
def test_around_a_clock_change_the_next_day_begins_once_at_its_hour(zone: str, date: str, start: int) -> None:
    wall = Wall(zone, start)
    for days in (-1, 0, 1):
        evening = wall(date, "22:30", days)
        # Every quarter of an hour for two days: by the instant, so that no hour is left out or comes twice.
        quarters = [
            datetime.fromtimestamp(evening.at / 1000 + quarter * 900, wall.zone) for quarter in range(2 * 96)
        ]
        seen = [wall.day(moment_of(when)) - wall.day(evening) for when in quarters]
        assert all(later - earlier in {0, 1} for earlier, later in pairwise(seen))
        assert abs(quarters[seen.index(1)].hour - start) <= 1


def test_a_card_learned_around_a_clock_change_is_due_the_next_day_and_once(store: Store) -> None:
    lived = [(zone, date, start) for zone, date in CHANGES for start in STARTS]
    save(store, "d", *map(str, range(len(lived))))
    for number, (zone, date, start) in enumerate(lived):
        key, wall = f"d/{number}", Wall(zone, start)
        evening, morning = wall(date, "22:30"), wall(date, "23:30", 1)
        assert give(store, key, 4, evening, wall.day(evening)) is Role.FIRST
        assert store.library.schedule(key).due_day == wall.day(evening) + 1
        assert give(store, key, 4, morning, wall.day(morning)) is Role.REPETITION
        assert give(store, key, 4, morning, wall.day(morning)) is Role.PRACTICE
    assert store.log.check() == ()


@pytest.mark.parametrize(("zone", "date"), CHANGES[::3])
def test_limits_burials_and_the_drill_end_with_their_study_day(store: Store, zone: str, date: str) -> None:
    save(store, "d", "a", "b", "c", "e")
    wall, limits = Wall(zone, 4), Config(new_per_day=2)
    evening, night, morning = wall(date, "23:50"), wall(date, "03:59", 1), wall(date, "04:00", 1)
    today = wall.day(evening)
    assert wall.day(night) == today
    assert wall.day(morning) == today + 1
    give(store, "d/a", 4, evening, today)
    give(store, "d/b", 2, night, today)
    store.log.record([event(Kind.BURIED, "d/c", night, today)])
    now = shown(store, today, limits).counts
    assert (now.due, now.new, now.drill, now.held_back.buried, now.held_back.new) == (0, 0, 1, 1, 1)
    then = shown(store, today + 1, limits).counts
    assert (then.due, then.new, then.drill, then.held_back.buried) == (2, 2, 0, 0)


def test_suspended_beats_buried(store: Store) -> None:
    save(store, "d", "a")
    moment = Moment(1_795_000_000_000, 60)
    day = study_day(moment)
    store.log.record([event(Kind.BURIED, "d/a", moment, day)])
    store.log.record([event(Kind.SUSPENDED, "d/a", moment, day)])
    held = shown(store, day, NO_LIMITS).counts.held_back
    assert (held.suspended, held.buried) == (1, 0)
    assert store.queue.of_day(day + 1, NO_LIMITS) == ({}, {}, {})
    store.log.record([event(Kind.RESUMED, "d/a", moment, day)])
    assert store.queue.of_day(day, NO_LIMITS) == ({}, {}, {})
    assert store.queue.of_day(day + 1, NO_LIMITS).new == {"d/a": None}


@pytest.mark.parametrize(
    ("from_zone", "to_zone", "hours", "days"),
    [
        ("Europe/Berlin", "America/New_York", 9, 0),  # west: the same day goes on
        ("America/New_York", "Europe/Berlin", 8, 1),
        ("Asia/Tokyo", "Pacific/Honolulu", 6, -1),  # over the date line: the day before comes again
        ("Pacific/Honolulu", "Asia/Tokyo", 9, 1),
        ("Pacific/Kiritimati", "Pacific/Pago_Pago", 2, -1),
    ],
)
def test_travel_makes_no_card_due_twice_and_skips_none(
    store: Store, from_zone: str, to_zone: str, hours: int, days: int
) -> None:
    save(store, "d", "a", "b")
    leaving = moment_of(datetime(2026, 11, 22, 16, tzinfo=ZoneInfo(from_zone)))
    landed = moment_of(datetime.fromtimestamp(leaving.at / 1000 + hours * 3600, ZoneInfo(to_zone)))
    home, there = study_day(leaving), study_day(landed)
    assert there - home == days
    give(store, "d/a", 4, leaving, home)
    assert shown(store, there, NO_LIMITS).counts.due == (days >= 1)
    give(store, "d/b", 4, landed, there)
    assert store.library.schedule("d/b").due_day == there + 1
    assert store.library.schedule("d/a").due_day == home + 1
    assert store.log.check() == ()


@pytest.mark.parametrize(("before", "after"), [(4, 0), (0, 4), (4, 6), (6, 3), (3, 5)])
def test_another_hour_of_the_rollover_moves_no_day_that_is_not_in_between(
    store: Store, before: int, after: int
) -> None:
    save(store, "d", "a", "b")
    noon = moment_of(datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Europe/Berlin")))
    limits = Config(new_per_day=1)
    give(store, "d/a", 4, noon, study_day(noon, before))
    late = Moment(noon.at + 6 * 3_600_000, noon.offset)
    now = shown(store, study_day(late, after), limits).counts
    assert (now.due, now.new) == (0, 0)
    tomorrow = Moment(noon.at + 24 * 3_600_000, noon.offset)
    then = shown(store, study_day(tomorrow, after), limits).counts
    assert (then.due, then.new) == (1, 1)


@pytest.mark.parametrize("back", [1, 3, 400, 20_000])
def test_a_clock_set_back_gives_no_negative_time_and_no_card_twice(store: Store, back: int) -> None:
    save(store, "d", "a")
    moment = Moment(1_795_000_000_000, 60)
    ahead = Moment(moment.at + back * 86_400_000, 60)
    assert give(store, "d/a", 4, ahead, study_day(ahead)) is Role.FIRST
    assert give(store, "d/a", 4, moment, study_day(moment)) is Role.PRACTICE
    assert store.library.schedule("d/a").due_day == study_day(ahead) + 1
    ids = [one.id for one, _ in store.log.events()]
    assert ids == sorted(ids)
    # The way out of a clock that stood wrong: what was done then is taken back.
    store.log.undo(moment, study_day(moment))
    store.log.undo(moment, study_day(moment))
    assert give(store, "d/a", 4, moment, study_day(moment)) is Role.FIRST
    assert store.library.schedule("d/a").due_day == study_day(moment) + 1
    assert store.log.check() == ()
