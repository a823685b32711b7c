"""What the log gives a comparison, and what is adopted of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ptcards.scheduling.events import Event, Kind, imported_id, json_text
from ptcards.scheduling.fsrs import DEFAULTS
from ptcards.statistics.verdict import Comparison
from ptcards.study import actions, comparing
from ptcards.study.comparing import RefusedError, TooEarlyError, past_of
from ptcards.study.desk import COMPARISON
from ptcards.study.scheduler import parameters
from tests.statistics.learner import learned
from tests.statistics.test_statistics_verdict import compared
from tests.study.conftest import WORDS, Bench

FITTED = (0.5, *DEFAULTS[1:])
Open = Callable[..., Bench]


def test_answers_in_force_are_asked_for_and_next_day_reviews_scored(open_bench: Open) -> None:
    bench = open_bench(WORDS)
    desk, day = bench.desk, bench.desk.now().day
    moment, key = desk.now().moment, "words/one"
    at = moment.at - 9 * 86_400_000
    old = imported_id(Kind.RECORDED, "elsewhere", key, at)
    recorded = Event(old, "other", old, key, Kind.RECORDED, at, 60, day - 9, q=5)
    crammed = imported_id(Kind.RECORDED, "elsewhere", key, at + 1)
    cramming = json_text({"revlog_type": 3, "ease_permille": 0})
    in_anki = recorded._replace(id=crammed, action=crammed, at=at + 1, q=1, details=cramming)
    desk.store.log.merge([(recorded, None), (in_anki, None)])
    for days, q in ((0, 4), (0, 4), (1, 1), (0, 4), (1, 4), (3, 3), (3, 3)):
        bench.pass_days(days)
        actions.grade(desk, key, q)
    actions.grade(desk, "words/two", 4)
    actions.undo(desk)
    actions.act(desk, key, action="reset")
    actions.grade(desk, key, 4)
    past = past_of(desk)
    first, again = past.cards
    assert [(on - day, rating, scored, planned) for _at, on, rating, scored, planned in first] == [
        (-9, 4, 0, 0),
        (0, 3, 0, 0),  # nothing had been planned
        (0, 3, 0, 0),  # practice
        (1, 1, 1, 1),
        (1, 3, 0, 0),  # the drill
        (2, 3, 1, 1),
        (5, 2, 1, 1),
        (8, 2, 0, 0),  # practice, not due before day 11
    ]
    assert [one[1:] for one in again] == [(day + 8, 3, 0, 0)]
    assert past.scored == 3
    assert past_of(desk).log == past.log
    with pytest.raises(TooEarlyError, match=r"^Too early: 3 of 400 next-day reviews\.$"):
        comparing.compare(desk)


def keep(bench: Bench, found: Comparison) -> None:
    found = found._replace(log=past_of(bench.desk).log)
    bench.desk.store.library.save_note(COMPARISON, str(found))


def test_what_was_compared_of_this_log_is_not_compared_again_and_is_adopted_if_asked(
    open_bench: Open,
) -> None:
    bench = open_bench()
    desk = bench.desk  # which has no runner
    desk.store.log.merge([(event, None) for event in learned(1000, trial=True).events])
    assert desk.store.sums.scored() == past_of(desk).scored == 1000
    keep(bench, compared(500))
    assert "doubled (500 to 1,000)" in comparing.notices(desk)[0]
    assert comparing.notices(desk) == ()  # it is told once
    keep(bench, compared()._replace(weights=FITTED))
    found = comparing.compare(desk)
    assert found.trial is not None
    assert {*found.trial} == {"sm2", "fsrs"}
    assert "Adopted" in comparing.adopt(desk, found)
    assert parameters(desk) == FITTED
    adopted = desk.standing(1000).adopted
    assert adopted is not None
    assert adopted.reviews == 1000
    assert adopted.figures["log_loss"]["fsrs-fitted"] == 0.47
    assert "already" in comparing.adopt(desk, found)
    assert "defaults" in comparing.adopt_defaults(desk)
    assert parameters(desk) == DEFAULTS
    assert "already" in comparing.adopt_defaults(desk)
    (many,) = (count for kind, count, *_ in desk.store.log.sizes() if kind == Kind.ADOPTED)
    assert many == 2


def test_what_does_not_predict_better_or_is_out_of_bounds_is_refused(open_bench: Open) -> None:
    desk = open_bench().desk
    for wrong in (compared(fitted=(-0.02, 0.01)), compared()._replace(weights=(0.0, *FITTED[1:]))):
        with pytest.raises(RefusedError):
            comparing.adopt(desk, wrong)
    assert desk.store.log.adopted() is None
