"""From a grade being given to the figures that change by it."""

from __future__ import annotations

from pathlib import Path

from ptcards.config import Config
from ptcards.scheduling.sm2 import NEW
from ptcards.study.actions import record_grade
from ptcards.study.attempt import Attempt
from ptcards.study.desk import Desk
from tests.statistics.conftest import NOON, Keep, Kept
from tests.statistics.histories import TODAY, deck, make_history

NOTHING = Attempt()


def grade(kept: Kept, key: str, q: int, verdict: str, attempt: Attempt = NOTHING) -> None:
    desk = Desk(kept.store, Path(), Config(), lambda: NOON)
    record_grade(desk, key, NEW, q, attempt, verdict=verdict, seconds=8.0)


def test_a_misconception_that_was_met_is_counted_by_its_name(keep: Keep) -> None:
    kept = keep(make_history(0, days=0))
    attempt = Attempt(why="shape", verdicts=2, mistakes=("dim 0 comes first", "and another"))
    grade(kept, "deck-0/card-000", 2, "fail", attempt)
    failures = kept.figures["failures"]
    assert failures["mistakes"] == {"dim 0 comes first": 1, "and another": 1}
    assert failures["kinds"] == {"shape": 1}


def test_an_undone_answer_counts_nowhere_and_a_redone_one_again(keep: Keep) -> None:
    kept = keep(make_history(0, days=0))
    grade(kept, "deck-0/card-000", 4, "pass", Attempt(verdicts=1))
    once = kept.figures
    kept.store.log.undo(NOON, TODAY)
    undone = kept.figures
    assert (undone["today"]["answers"], undone["failures"]["answers"], undone["cards"]["seen"]) == (0, 0, 0)
    kept.store.log.redo(NOON, TODAY)
    assert kept.figures == once
    assert once["today"]["first_try"]["hits"] == 1


def test_being_taught_is_no_failure(keep: Keep) -> None:
    kept = keep(make_history(0, days=0))
    grade(kept, "deck-0/card-000", 0, "taught")
    found = kept.figures
    assert (found["today"]["taught"], found["today"]["passed"]["of"]) == (1, 0)
    assert (found["failures"]["cards"], found["cards"]["lapses"]) == ([], {"0": 1})


def test_a_taught_card_that_is_graded_good_hides_no_failure(keep: Keep) -> None:
    kept = keep(make_history(0, days=0))
    grade(kept, "deck-0/card-000", 4, "taught")
    grade(kept, "deck-0/card-001", 0, "taught")
    grade(kept, "deck-0/card-002", 2, "fail", Attempt(verdicts=2))
    found = kept.figures["today"]
    assert (found["passed"]["hits"], found["passed"]["of"], found["taught"]) == (1, 2, 1)


def test_what_went_wrong_before_the_teaching_is_counted_with_its_misconception(keep: Keep) -> None:
    kept = keep(make_history(0, days=0))
    attempt = Attempt(why="values", verdicts=1, mistakes=("dim 0 comes first",))
    grade(kept, "deck-0/card-000", 0, "taught", attempt)
    failures = kept.figures["failures"]
    assert (failures["kinds"], failures["mistakes"]) == ({"values": 1}, {"dim 0 comes first": 1})


def test_a_renamed_card_is_listed_by_its_name_of_today(keep: Keep) -> None:
    kept = keep(make_history(0, days=0))
    grade(kept, "deck-0/card-000", 1, "fail", Attempt(why="values", verdicts=1))
    cards = deck("deck-0", 30).cards
    assert isinstance(cards, tuple)
    first, *others = cards
    moved = first._replace(id="card-new", was=("card-000",), content_hash="other")
    kept.store.library.save([deck("deck-0", 30)._replace(cards=(moved, *others))])
    failing = kept.figures["failures"]["cards"]
    assert [(one["card"], one["hits"]) for one in failing] == [("deck-0/card-new", 1)]
