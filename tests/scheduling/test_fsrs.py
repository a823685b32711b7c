"""FSRS is what py-fsrs, its authors' library, makes of the same answers; and what it makes is the same everywhere."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import fsrs as library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.scheduling import fsrs
from ptcards.scheduling.fsrs import DEFAULTS, HIGH, LOW, RATINGS, SPREAD, Memory, Rules, from_sm2
from ptcards.scheduling.sm2 import NEW, grade, outlook

START = datetime(2026, 1, 1, tzinfo=UTC)
weights = st.tuples(
    *(st.floats(low, high).map(lambda w: round(w, 4)) for low, high in zip(LOW, HIGH, strict=True))
)
answers = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from((0, 0, 1, 1, 2, 7, 40, 400))), min_size=1, max_size=30
)


@given(st.one_of(st.just(DEFAULTS), weights), answers, st.sampled_from((0.7, 0.8, 0.9, 0.97)))
def test_each_answer_leaves_what_the_library_says(
    w: tuple[float, ...], given_: list[tuple[int, int]], retention: float
) -> None:
    scheduler = library.Scheduler(w, retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, memory, day = library.Card(), Memory(Rules(retention, w)), 0
    for q, later in given_:
        day += later
        when = START + timedelta(days=day)
        if card.last_review is not None:
            assert memory.recall(day) == pytest.approx(
                scheduler.get_card_retrievability(card, when), rel=1e-9
            )
        card, _ = scheduler.review_card(card, library.Rating(RATINGS[q]), when)
        memory = memory.grade(q, day)
        assert card.stability is not None
        if card.stability > 36_500:
            # The library lets a memory last for longer than a life.
            card.stability = memory.stability
        assert memory.stability == pytest.approx(card.stability, rel=1e-9)
        assert memory.difficulty == pytest.approx(card.difficulty, rel=1e-9)
        planned, exactly = (card.due - when).days, memory.stability * memory.rules.constants.days
        # A half may be rounded either way.
        assert memory.interval == planned or abs(exactly % 1 - 0.5) < 1e-6


@given(st.floats(-12, 12), st.floats(1e-4, 1e10))
def test_exp_and_log_are_those_of_mathematics(x: float, y: float) -> None:
    assert fsrs._exp(x) == pytest.approx(math.exp(x), rel=4e-16)
    assert fsrs._log(y) == pytest.approx(math.log(y), rel=1e-15, abs=1e-15)


def test_a_history_has_one_result_to_the_last_digit() -> None:
    memory, days = Memory(), []
    for q in (4, 4, 4, 4, 1, 3, 5, 4):
        day = 0 if memory.day is None else memory.day + memory.interval
        memory = memory.grade(q, day)
        days.append(memory.interval)
    assert days == [2, 11, 46, 163, 5, 9, 27, 55]
    assert memory.stability.hex() == "0x1.b48fb0b0158acp+5"
    assert memory.difficulty.hex() == "0x1.e8ed072abaf25p+2"


@given(st.floats(0.7, 0.99), weights)
def test_rules_are_read_as_they_are_written(retention: float, w: tuple[float, ...]) -> None:
    rules = Rules(retention, w)
    assert Rules.read(str(rules)) == rules


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "could not convert"),
        ("0", "a retention from 0.7 to 0.99"),
        ("1.0", "a retention from 0.7 to 0.99"),
        ("nan", "a retention from 0.7 to 0.99"),
        ("0.9 1 2 3", "21 parameters are wanted, not 3"),
        (str(Rules(0.9, (*DEFAULTS[:-1], 0.9))), "w20 = 0.9 is not from 0.1 to 0.8"),
        (str(Rules(0.9, (float("nan"), *DEFAULTS[1:]))), "w0 = nan is not from 0.001 to 100"),
    ],
)
def test_what_is_no_rule_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Rules.read(text)


def test_the_tables_belong_together() -> None:
    assert len(DEFAULTS) == len(LOW) == len(HIGH) == len(SPREAD) == 21
    assert not fsrs.out_of_bounds(DEFAULTS)
    assert tuple(library.Scheduler().parameters) == DEFAULTS


def test_a_better_grade_never_comes_back_sooner_and_more_recall_never_later() -> None:
    for retention in (0.7, 0.9, 0.99):
        memory = Memory(Rules(retention)).grade(4, 0).grade(4, 3)
        intervals = [memory.grade(q, 15).interval for q in range(6)]
        assert intervals == sorted(intervals)
    assert [Memory(Rules(r)).grade(4, 0).grade(4, 3).interval for r in (0.7, 0.8, 0.9, 0.99)] == [
        128,
        46,
        14,
        1,
    ]


def test_a_schedule_of_sm2_alone_becomes_a_memory_as_long_as_its_interval() -> None:
    memory = from_sm2(Rules(), 30, 250, 100)
    assert (memory.stability, memory.day) == (30, 100)
    assert from_sm2(Rules(), 30, 130, 100).difficulty > memory.difficulty
    assert memory.recall(130) == pytest.approx(0.9)


def test_the_preview_is_what_the_answer_does_and_sm2_goes_on_underneath() -> None:
    memory, schedule = Memory().grade(4, 0), grade(NEW, 4, 0, own_interval=2)
    for q in range(6):
        seen = outlook(schedule, q, 2, planner=memory)
        after = memory.grade(q, 2)
        assert seen.interval_days == after.interval
        assert seen.then_days == after.grade(4, 2 + after.interval).interval
        done = grade(schedule, q, 2, own_interval=after.interval)
        plain = grade(schedule, q, 2)
        assert (done.repetitions, done.ease, done.lapses) == (plain.repetitions, plain.ease, plain.lapses)
