from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.scheduling.events import Kind, grade_kind
from ptcards.scheduling.sm2 import (
    LONGEST_INTERVAL,
    LOWEST_EASE,
    NEW,
    Schedule,
    drill,
    fuzz_for,
    grade,
    in_drill,
    outlook,
)

GRADES = range(6)
schedules = st.builds(
    Schedule,
    repetitions=st.integers(0, 50),
    interval_days=st.integers(0, LONGEST_INTERVAL),
    ease=st.integers(LOWEST_EASE, 500),
    lapses=st.integers(0, 20),
    due_day=st.none() | st.integers(0, 60_000),
    drill_day=st.none() | st.integers(0, 60_000),
    answers=st.integers(0, 100),
)
days = st.integers(0, 60_000)
grades = st.sampled_from(GRADES)


@pytest.mark.parametrize(
    ("given_grades", "intervals", "ease"),
    [
        ("555555", [1, 6, 17, 50, 150, 465], 310),
        ("333333", [1, 6, 13, 26, 47, 79], 166),
        ("4442444", [1, 6, 15, 1, 1, 6, 15], 250),
        ("55505555", [1, 6, 17, 1, 1, 6, 19, 61], 320),
        ("4454554", [1, 6, 16, 42, 114, 320, 896], 280),
    ],
)
def test_the_table_of_the_design(given_grades: str, intervals: list[int], ease: int) -> None:
    schedule, day = NEW, 20_000
    for q, interval in zip(given_grades, intervals, strict=True):
        schedule, before = grade(schedule, int(q), day), day
        day = schedule.due_day or 0
        assert day - before == interval
    assert schedule.ease == ease


def test_whole_hundredths_agree_with_exact_fractions_in_every_history_of_seven_passes() -> None:
    for history in product((3, 4, 5), repeat=7):
        schedule, interval, ease = NEW, 0, Fraction(5, 2)
        for n, q in enumerate(history, 1):
            schedule = grade(schedule, q, 0 if schedule.due_day is None else schedule.due_day)
            ease = max(Fraction(13, 10), ease + Fraction({3: -14, 4: 0, 5: 10}[q], 100))
            interval = {1: 1, 2: 6}.get(n) or ceil(interval * ease)
            assert (schedule.interval_days, Fraction(schedule.ease)) == (interval, ease * 100)


@given(schedules, grades, days)
def test_the_e_factor_never_falls_under_its_floor_and_a_fail_leaves_it_alone(
    schedule: Schedule, q: int, day: int
) -> None:
    ease = grade(schedule, q, day).ease
    assert ease >= LOWEST_EASE
    assert q >= 3 or ease == schedule.ease


@given(schedules, days, st.booleans(), st.text(max_size=5))
def test_a_better_grade_never_gives_a_shorter_interval(
    schedule: Schedule, day: int, with_fuzz: bool, key: str
) -> None:
    if schedule.due_day is not None and schedule.due_day > day:
        schedule = schedule._replace(due_day=day)
    fuzz = fuzz_for(key, schedule.answers) if with_fuzz else None
    intervals = [outlook(schedule, q, day, fuzz).interval_days for q in GRADES]
    assert intervals == sorted(intervals)


@given(schedules, grades, days, st.integers(-5000, 5000))
def test_no_interval_is_longer_than_the_cap_or_shorter_than_a_day(
    schedule: Schedule, q: int, day: int, fuzz: int
) -> None:
    if schedule.due_day is not None and schedule.due_day > day:
        return
    after = grade(schedule, q, day, fuzz_days=fuzz)
    assert after.due_day is not None
    assert 1 <= after.due_day - day <= LONGEST_INTERVAL
    assert after.interval_days <= LONGEST_INTERVAL


def test_a_card_answered_right_for_ever_never_leaves_the_calendar() -> None:
    schedule, day = NEW, 20_000
    for _ in range(500):
        schedule = grade(schedule, 5, day)
        assert schedule.due_day is not None
        day = schedule.due_day


@given(schedules, grades, days, st.integers(1, 30))
def test_practice_moves_nothing_but_restarts_the_card_below_three(
    schedule: Schedule, q: int, day: int, early: int
) -> None:
    planned = schedule._replace(due_day=day + early)
    after = grade(planned, q, day)
    if q >= 3:
        assert after[:5] == planned[:5]
    else:
        assert (after.repetitions, after.interval_days, after.due_day) == (0, 1, day + 1)


def test_only_a_fail_with_a_repetition_behind_it_is_a_lapse() -> None:
    assert grade(NEW, 0, 5).lapses == 0
    assert grade(grade(NEW, 4, 5), 1, 6).lapses == 1
    assert grade(grade(NEW, 4, 5), 0, 6, taught=True).lapses == 0


def test_the_planned_interval_counts_however_late() -> None:
    known = Schedule(3, 15, 250, due_day=100)
    assert grade(known, 4, 100).interval_days == grade(known, 4, 400).interval_days == 38


def test_the_drill_changes_neither_ease_nor_interval_and_ends_at_four_or_with_the_day() -> None:
    failed = grade(NEW, 3, 10)
    again = drill(failed, 3, 10)
    done = drill(again, 4, 10)
    assert [in_drill(one, 10) for one in (failed, again, done)] == [True, True, False]
    assert not in_drill(failed, 11)
    assert done[:5] == failed[:5]


def test_a_grade_in_the_drill_is_drilled_wherever_it_is_given() -> None:
    failed = grade(NEW, 2, 10)
    assert [grade_kind(failed, 10, cram=cram) for cram in (False, True)] == [Kind.DRILLED] * 2
    assert (grade_kind(failed, 11), grade_kind(NEW, 10, cram=True)) == (Kind.GRADED, Kind.CRAMMED)


def test_the_outlook_says_what_then_happens_and_moves_nothing_in_a_drill() -> None:
    known = Schedule(3, 15, 250, due_day=100)
    soon = [(1, 1, True)] * 3
    assert [outlook(known, q, 100) for q in GRADES] == [
        *soon,
        (36, 85, True),
        (38, 95, False),
        (39, 102, False),
    ]
    failed = grade(NEW, 2, 10)
    assert [outlook(failed, q, 10) for q in GRADES] == [(0, 0, True)] * 4 + [(0, 0, False)] * 2


@given(st.text(max_size=10), st.integers(0, 1000), st.integers(0, LONGEST_INTERVAL))
def test_fuzz_stays_within_five_percent_and_is_the_same_each_time(
    key: str, answers: int, interval: int
) -> None:
    days = fuzz_for(key, answers)(interval)
    assert abs(days) * 20 <= interval
    assert fuzz_for(key, answers)(interval) == days
