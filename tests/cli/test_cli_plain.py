"""The session line by line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.shell import Shell


def test_a_session_can_be_had_line_by_line(ptcards: Shell, write_deck: Callable[..., Path]) -> None:
    ptcards("import", write_deck())
    done = ptcards("review", "mine", "--plain", stdin="London\n:h\nParis\n\ny\nParis\n\n")
    assert done.code == 0
    for said in (
        "Card 1 of 1, mine/capital.",
        "Not yet.",
        "It stands on the Seine.",
        "Right.",
        "1 Again: 1 day, again today (Enter)",
        "1 card is below Good today. Drill now?",
        "Done: 1 card in 0 minutes, 0 right at the first check,",
    ):
        assert said in done.out
    assert [past["grade"] for past in ptcards("show", "mine/capital", "--json").json["reviews"]] == [2, 4]


def test_leaving_in_the_middle_keeps_what_was_graded(ptcards: Shell) -> None:
    done = ptcards("review", "--plain", stdin="opencv-python\n\n")
    assert done.code == 0
    assert "Good, due 2026-11-24." in done.out
    assert ptcards("due", "--json").json["new"] == 4


def test_teach_me_is_no_lapse(ptcards: Shell) -> None:
    ptcards("review", "--plain", stdin=":g\n\n:q\n")
    (past,) = ptcards("show", "install-opencv", "--json").json["reviews"]
    assert (past["verdict"], past["grade"]) == ("taught", 0)
    assert ptcards("show", "install-opencv", "--json").json["lapses"] == 0
