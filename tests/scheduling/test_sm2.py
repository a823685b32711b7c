from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.scheduling import sm2
from ptcards.scheduling.events import Kind, grade_kind

GRADES = range(6)
schedules = st.builds(
    sm2.Schedule,
    repetitions=st.integers(0, 50),
    interval_days=st.integers(0, sm2.LONGEST_INTERVAL),
    ease=st.integers(sm2.LOWEST_EASE, 500),
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
    schedule, day = sm2.NEW, 20_000
    for q, interval in zip(given_grades, intervals, strict=True):
        schedule, before = sm2.grade(schedule, int(q), day), day
        day = schedule.due_day or 0
        assert day - before == interval
    assert schedule.ease == ease


def test_whole_hundredths_agree_with_exact_fractions_in_every_history_of_seven_passes() -> None:
    for history in product((3, 4, 5), repeat=7):
        schedule, interval, ease = sm2.NEW, 0, Fraction(5, 2)
        for n, q in enumerate(history, 1):
            schedule = sm2.grade(schedule, q, 0 if schedule.due_day is None else schedule.due_day)
            ease = max(Fraction(13, 10), ease + Fraction({3: -14, 4: 0, 5: 10}[q], 100))
            interval = {1: 1, 2: 6}.get(n) or ceil(interval * ease)
            assert (schedule.interval_days, Fraction(schedule.ease)) == (interval, ease * 100)


@given(schedules, grades, days)
def test_the_e_factor_never_falls_under_its_floor_and_a_fail_leaves_it_alone(
    schedule: sm2.Schedule, q: int, day: int
) -> None:
    ease = sm2.grade(schedule, q, day).ease
    assert ease >= sm2.LOWEST_EASE
    assert q >= 3 or ease == schedule.ease


@given(schedules, days, st.booleans(), st.text(max_size=5))
def test_a_better_grade_never_gives_a_shorter_interval(
    schedule: sm2.Schedule, day: int, with_fuzz: bool, key: str
) -> None:
    if schedule.due_day is not None and schedule.due_day > day:
        schedule = schedule._replace(due_day=day)
    fuzz = sm2.fuzz_for(key, schedule.answers) if with_fuzz else None
    intervals = [sm2.outlook(schedule, q, day, fuzz).interval_days for q in GRADES]
    assert intervals == sorted(intervals)


@given(schedules, grades, days, st.integers(-5000, 5000))
def test_no_interval_is_longer_than_the_cap_or_shorter_than_a_day(
    schedule: sm2.Schedule, q: int, day: int, fuzz: int
) -> None:
    if schedule.due_day is not None and schedule.due_day > day:
        return
    after = sm2.grade(schedule, q, day, fuzz_days=fuzz)
    assert after.due_day is not None
    assert 1 <= after.due_day - day <= sm2.LONGEST_INTERVAL
    assert after.interval_days <= sm2.LONGEST_INTERVAL


def test_a_card_answered_right_for_ever_never_leaves_the_calendar() -> None:
    schedule = sm2.NEW
    for _ in range(500):
        schedule = sm2.grade(schedule, 5, schedule.due_day or 20_000)
        assert schedule.due_day is not None


@given(schedules, grades, days, st.integers(1, 30))
def test_practice_moves_nothing_but_restarts_the_card_below_three(
    schedule: sm2.Schedule, q: int, day: int, early: int
) -> None:
    planned = schedule._replace(due_day=day + early)
    after = sm2.grade(planned, q, day)
    if q >= 3:
        assert after[:5] == planned[:5]
    else:
        assert (after.repetitions, after.interval_days, after.due_day) == (0, 1, day + 1)


def test_only_a_fail_with_a_repetition_behind_it_is_a_lapse() -> None:
    assert sm2.grade(sm2.NEW, 0, 5).lapses == 0
    assert sm2.grade(sm2.grade(sm2.NEW, 4, 5), 1, 6).lapses == 1
    assert sm2.grade(sm2.grade(sm2.NEW, 4, 5), 0, 6, taught=True).lapses == 0


def test_the_planned_interval_counts_however_late() -> None:
    known = sm2.Schedule(3, 15, 250, due_day=100)
    assert sm2.grade(known, 4, 100).interval_days == sm2.grade(known, 4, 400).interval_days == 38


def test_the_drill_changes_neither_ease_nor_interval_and_ends_at_four_or_with_the_day() -> None:
    failed = sm2.grade(sm2.NEW, 3, 10)
    again = sm2.drill(failed, 3, 10)
    done = sm2.drill(again, 4, 10)
    assert [sm2.in_drill(one, 10) for one in (failed, again, done)] == [True, True, False]
    assert not sm2.in_drill(failed, 11)
    assert done[:5] == failed[:5]


def test_a_grade_in_the_drill_is_drilled_wherever_it_is_given() -> None:
    failed = sm2.grade(sm2.NEW, 2, 10)
    assert [grade_kind(failed, 10, cram=cram) for cram in (False, True)] == [Kind.DRILLED] * 2
    assert (grade_kind(failed, 11), grade_kind(sm2.NEW, 10, cram=True)) == (Kind.GRADED, Kind.CRAMMED)


def test_the_outlook_says_what_then_happens_and_moves_nothing_in_a_drill() -> None:
    known = sm2.Schedule(3, 15, 250, due_day=100)
    soon = [(1, 1, True)] * 3
    assert [sm2.outlook(known, q, 100) for q in GRADES] == [
        *soon,
        (36, 85, True),
        (38, 95, False),
        (39, 102, False),
    ]
    failed = sm2.grade(sm2.NEW, 2, 10)
    assert [sm2.outlook(failed, q, 10) for q in GRADES] == [(0, 0, True)] * 4 + [(0, 0, False)] * 2


@given(st.text(max_size=10), st.integers(0, 1000), st.integers(0, sm2.LONGEST_INTERVAL))
def test_fuzz_stays_within_five_percent_and_is_the_same_each_time(
    key: str, answers: int, interval: int
) -> None:
    days = sm2.fuzz_for(key, answers)(interval)
    assert abs(days) * 20 <= interval
    assert sm2.fuzz_for(key, answers)(interval) == days
