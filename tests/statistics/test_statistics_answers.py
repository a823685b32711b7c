"""From a grade being given to the figures that change by it."""

from __future__ import annotations

from typing import Any

import pytest

from ptcards.scheduling.days import date_of
from ptcards.scheduling.sm2 import NEW
from ptcards.study.actions import act, record_grade
from ptcards.study.attempt import Attempt
from tests.statistics.conftest import NOON, Kept
from tests.statistics.histories import TODAY, deck

NOTHING = Attempt()
MET = Attempt(why="shape", verdicts=2, mistakes=("dim 0 comes first", "and another"))


def grade(kept: Kept, q: int, verdict: str, attempt: Attempt = NOTHING, card: int = 0) -> None:
    record_grade(kept.desk, f"deck-0/card-{card:03}", NEW, q, attempt, verdict=verdict, seconds=8.0)


COUNTED: dict[str, tuple[list[tuple[int, str, Attempt]], dict[str, Any]]] = {
    "misconceptions that were met, by their names": (
        [(2, "fail", MET)],
        {"failures kinds": {"shape": 1}, "failures mistakes": dict.fromkeys(MET.mistakes, 1)},
    ),
    "what went wrong before the teaching": (
        [(0, "taught", MET)],
        {"failures kinds": {"shape": 1}, "failures mistakes": dict.fromkeys(MET.mistakes, 1)},
    ),
    "being taught, which is no failure": (
        [(0, "taught", NOTHING)],
        {"today taught": 1, "today passed of": 0, "failures cards": [], "cards lapses": {"0": 1}},
    ),
    "a taught card that is graded good, which hides no failure": (
        [(4, "taught", NOTHING), (0, "taught", NOTHING), (2, "fail", Attempt(verdicts=2))],
        {"today passed hits": 1, "today passed of": 2, "today taught": 1},
    ),
}


@pytest.mark.parametrize("name", COUNTED)
def test_an_answer_is_counted_as_what_it_was(name: str, fresh: Kept) -> None:
    answers, expected = COUNTED[name]
    for number, answer in enumerate(answers):
        grade(fresh, *answer, card=number)
    for path, value in expected.items():
        found: Any = fresh.figures
        for key in path.split():
            found = found[key]
        assert found == value, path


def test_an_undone_answer_counts_nowhere_and_a_redone_one_again(fresh: Kept) -> None:
    grade(fresh, 4, "pass", Attempt(verdicts=1))
    once, log = fresh.figures, fresh.desk.store.log
    log.undo(NOON, TODAY)
    undone = fresh.figures
    assert (undone["today"]["answers"], undone["failures"]["answers"], undone["cards"]["seen"]) == (0, 0, 0)
    log.redo(NOON, TODAY)
    assert fresh.figures == once
    assert once["today"]["first_try"]["hits"] == 1


def test_a_renamed_card_is_listed_by_its_name_of_today(fresh: Kept) -> None:
    grade(fresh, 1, "fail", Attempt(why="values", verdicts=1))
    first, *others = deck("deck-0").cards
    moved = first._replace(id="card-new", was=("card-000",), content="{}")
    fresh.desk.store.library.save([deck("deck-0")._replace(cards=(moved, *others))])
    failing = fresh.figures["failures"]["cards"]
    assert [(one["card"], one["hits"]) for one in failing] == [("deck-0/card-new", 1)]


def test_what_is_due_today_is_not_overdue(fresh: Kept) -> None:
    for number, day in enumerate((TODAY - 1, TODAY, TODAY, TODAY + 1)):
        act(fresh.desk, f"deck-0/card-{number:03}", action="due_set", day=date_of(day))
    forecast = fresh.figures["forecast"]
    assert (forecast["overdue"], forecast["due"][:2]) == (1, [2, 1])
