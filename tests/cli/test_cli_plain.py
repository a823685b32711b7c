"""The session line by line."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shell import MORNING, Shell
from tests.store.steps import logged

MORE = """\
  - id: river
    question: The river of Paris?
    accepts: text
    solution: Seine
    hints: [Four letters and an e., S-e-i-n-e]
  - id: why
    question: Why Paris?
    accepts: recall
    solution: It lies on an island.
"""


@pytest.fixture
def mine(ptcards: Shell, write_deck: Callable[..., Path]) -> Shell:
    """A home with three cards: two that are typed, one that is judged by oneself."""
    assert ptcards("import", write_deck(extra=MORE)).code == 0
    return ptcards


def grades(ptcards: Shell) -> list[tuple[str, str, int | None]]:
    """What lies in the log: card, kind, grade."""
    return [(one.card.partition("/")[2], one.kind, one.q) for one in logged(ptcards.home / "ptcards.db")]


def drafts(ptcards: Shell) -> dict[str, str]:
    with sqlite3.connect(ptcards.home / "ptcards.db") as connection:
        return dict(
            connection.execute("SELECT text, code FROM drafts JOIN texts ON number = card").fetchall()
        )


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
        "Done today: 1 card in 0 minutes, 1 after a mistake.",
    ):
        assert said in done.out
    assert [past["grade"] for past in ptcards("show", "mine/capital", "--json").json["reviews"]] == [2, 4]


FUNCTION = """\
  - id: area
    question: Write `area(r)`, of a circle.
    expects: [area]
    check: 'assert area(1) == math.pi, "pi times the square of r"'
    solution: |
      import math

      def area(r):
          return math.pi * r**2
"""


def test_an_answer_may_begin_with_a_complete_line_and_have_empty_ones(
    ptcards: Shell, write_deck: Callable[..., Path]
) -> None:
    ptcards("import", write_deck(extra=FUNCTION), "--trust")
    typed = "Paris\n\n:m\nimport math\n\ndef area(r):\n    return math.pi * r**2\n:.\n\n"
    done = ptcards("review", "mine", "--plain", stdin=typed)
    assert grades(ptcards) == [("capital", "graded", 4), ("area", "graded", 4)]
    assert "slip" not in done.out


def test_the_proposed_grade_is_given_its_reason(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", stdin="London\nParis\n\n:q\n")
    assert "Proposed because: right after one mistake, without the solution." in done.out


def test_leaving_in_the_middle_keeps_what_was_graded(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", stdin="Paris\n\n")
    assert done.code == 0
    assert "Good, due 2026-11-24." in done.out
    assert mine("due", "--json").json["new"] == 4


def test_teach_me_is_no_lapse(ptcards: Shell) -> None:
    ptcards("review", "--plain", "--limit", "1", stdin=":g\n\n:q\n")
    (past,) = ptcards("show", "unsqueeze-column", "--json").json["reviews"]
    assert (past["verdict"], past["grade"]) == ("taught", 0)
    assert ptcards("show", "unsqueeze-column", "--json").json["lapses"] == 0


def test_cramming_says_how_many_are_left_and_moves_nothing(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", "--cram", stdin="Paris\n\nSeine\n\n\n\n")
    assert done.code == 0
    for number in (1, 2, 3):
        assert f"Card {number} of 3" in done.out
        assert f"{4 - number} left." in done.out
    assert "the schedule stays" in done.out
    assert {kind for _, kind, _ in grades(mine)} == {"crammed"}
    assert mine("due", "--json").json["decks"]["mine"]["new"] == 3


RIVER = """\
  - id: port
    question: The river of Rouen?
    accepts: text
    check: 'assert answer == "Seine"'
    solution: Seine
    wrong: [{code: Rhine, because: 'The "Rhine" flows to Rotterdam'}]
"""


def test_a_misconception_is_studied_by_its_name(ptcards: Shell, write_deck: Callable[..., Path]) -> None:
    ptcards("import", write_deck(extra=RIVER), "--trust")
    assert ptcards("answer", "mine/port", "--grade", "auto", stdin="Rhine").code == 1
    assert 'The "Rhine" flows to Rotterdam' in ptcards("stats").out
    assert [card["card"] for card in ptcards("cards", "mistake:rotterdam", "--json").json] == ["mine/port"]
    done = ptcards("review", "--plain", "-q", 'mistake:"the *rhine* flows"', stdin="Seine\n\n")
    assert "Card 1 of 1, mine/port. 1 left." in done.out
    assert "Card 2" not in done.out
    none = ptcards("review", "--plain", "-q", "mistake:london")
    assert (none.code, none.err) == (2, "No card matches 'mistake:london'.\n")


def test_hints_come_one_by_one_until_there_are_no_more(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", stdin=":n\n:h\n:h\n:h\nSeine\n\n")
    first, second, third = (
        done.out.index(said) for said in ("Four letters", "S-e-i-n-e", "There are no more hints.")
    )
    assert first < second < third
    assert grades(mine) == [("river", "graded", 4)]


def test_hints_that_were_taken_are_shown_again_and_prose_is_broken_between_words(
    ptcards: Shell, write_deck: Callable[..., Path]
) -> None:
    ptcards("import", write_deck(question=" ".join(["A somewhat longer question?"] * 6)))
    assert "Hint:" not in ptcards("review", "mine", "--plain", stdin=":h\n:q\n").out
    done = ptcards("review", "mine", "--plain", stdin=":q\n")
    assert "Hint: It stands on the Seine." in done.out
    asked = done.out.partition("new, 0 drill.\n")[2].partition("\nHint:")[0].splitlines()
    assert max(map(len, asked)) < 80
    assert " ".join(asked).count("A somewhat longer question?") == 6


def test_undo_takes_back_the_last_grade_and_asks_the_card_again(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", stdin="Paris\n1\n:u\nParis\n\n:q\n")
    assert "Undone: Again on capital" in done.out
    assert done.out.count("mine/capital.") == 2
    assert grades(mine) == [("capital", "graded", 1), ("", "undone", None), ("capital", "graded", 4)]


def test_undo_with_nothing_to_take_back_says_so_and_the_card_stays(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", stdin=":u\nParis\n\n")
    assert "Nothing to undo." in done.out
    assert grades(mine) == [("capital", "graded", 4)]


def test_a_dispute_is_graded_by_hand_and_kept_with_its_reason(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", stdin="Lutetia\n:! it was called so\n3\n:q\n")
    assert done.code == 0
    assert grades(mine) == [("capital", "graded", 4)]
    assert [card["card"] for card in mine("cards", "--disputed", "--json").json] == ["mine/capital"]
    assert "it was called so" in mine("report", "mine/capital").out


def test_a_card_that_is_skipped_comes_last_and_no_event_is_made_of_it(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", stdin=":n\nSeine\n\n:n\nParis\n\n:q\n")
    assert "Skipped." in done.out
    assert [card for card, _, _ in grades(mine)] == ["river", "capital"]


@pytest.mark.parametrize(("word", "kind"), [(":-", "buried"), (":@", "suspended")])
def test_a_card_is_put_away_by_a_word_even_where_one_judges_oneself(
    mine: Shell, word: str, kind: str
) -> None:
    mine("review", "mine", "--plain", stdin=f":n\n:n\n{word}\n:q\n")
    assert grades(mine) == [("why", kind, None)]


def test_an_unknown_word_or_grade_is_answered_with_those_there_are(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", stdin=":what\nParis\n7\n2\n:q\n")
    assert ":h hint" in done.out
    assert "Type 1, 2, 3, 4, or :q to leave it ungraded." in done.out
    assert grades(mine) == [("capital", "graded", 3)]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", {}),
        ("London\n", {"mine/capital": "London"}),
        ("Paris\n", {"mine/capital": "Paris"}),
        ("Paris", {"mine/capital": "Paris"}),
        ("Paris\n:q\n", {"mine/capital": "Paris"}),
        (":n\n:n\n\n", {}),
    ],
    ids=["question", "fail", "grade", "no newline", "quit at the grade", "recall"],
)
def test_the_end_of_input_anywhere_quits_and_loses_nothing(
    mine: Shell, typed: str, kept: dict[str, str]
) -> None:
    done = mine("review", "mine", "--plain", stdin=typed)
    assert done.code == 0
    assert "Done today: 0 cards" in done.out
    assert grades(mine) == []
    assert drafts(mine) == kept
    if kept:
        again = mine("review", "mine", "--plain", stdin="Paris\n\n:q\n")
        assert f"Typed before:\n{kept['mine/capital']}\n" in again.out
        assert drafts(mine) == {}


def test_the_end_of_input_at_the_offer_of_the_drill_leaves_it_for_later(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", "--limit", "1", stdin="London\nParis\n\n")
    assert done.code == 0
    assert "Drill now?" in done.out
    assert "1 waits in the drill." in done.out
    assert mine("due", "--json").json["drill"] == 1


def interrupt_when(mine: Shell, typed: str, said: str, *arguments: str) -> tuple[int, str]:
    """Type, wait until something is said, and press Ctrl+C as a terminal sends it."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "ptcards", "review", *arguments, "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PTCARDS_HOME": str(mine.home), "PTCARDS_NOW": MORNING},
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(typed)
    process.stdin.flush()
    out = ""
    while not out.endswith(said):
        sign = process.stdout.read(1)
        assert sign, out
        out += sign
    os.killpg(process.pid, signal.SIGINT)
    out += process.communicate(timeout=60)[0]
    return process.returncode, out


def test_ctrl_c_at_a_question_keeps_what_was_graded(mine: Shell) -> None:
    code, out = interrupt_when(mine, "Paris\n\n", "The river of Paris?\n> ", "mine")
    assert code == 130
    assert "Traceback" not in out
    assert grades(mine) == [("capital", "graded", 4)]


def test_ctrl_c_at_a_grade_keeps_the_answer(mine: Shell) -> None:
    code, out = interrupt_when(mine, "Paris\n", "Grade: ", "mine")
    assert code == 130
    assert "Traceback" not in out
    assert grades(mine) == []
    assert drafts(mine) == {"mine/capital": "Paris"}


def test_ctrl_c_in_the_middle_of_an_answer_keeps_its_lines(ptcards: Shell) -> None:
    for card in ("unsqueeze-column", "install-opencv", "dataloader-full-batches"):
        ptcards("bury", card)
    code, out = interrupt_when(ptcards, "class D:\n    pass\n", "... ... ")
    assert code == 130
    assert "Traceback" not in out
    assert drafts(ptcards) == {"pytorch-notes/getitem-class": "class D:\n    pass"}
