"""The session line by line."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ptcards import language
from tests.cli.shell import Shell
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


RULED = """\
  - id: total
    question: Add them up.
    given: x = [1, 2]
    check: assert answer == 3, 'all of them'
    solution: x[0] + x[1]
    forbid: [loop, sum]
"""


def test_the_rules_of_a_card_are_told_with_its_question_and_a_breach_by_its_rule(
    ptcards: Shell, write_deck: Callable[..., Path]
) -> None:
    ptcards("import", write_deck(extra=RULED))
    ptcards("trust", "mine")
    rules = "Without: loops, `sum`"
    assert f"Add them up.\n\n{rules}\n" in ptcards("show", "mine/total").out
    done = ptcards("review", "mine", "--plain", stdin="Paris\n\nsum(x)\nx[0] + x[1]\n\n:q\n")
    assert f"Add them up.\n{rules}\nGiven:" in done.out
    assert "line 1: this card is to be answered without `sum`" in done.out
    assert grades(ptcards)[-1] == ("total", "graded", 2)


NO_ENGLISH = "Enter It Paris Seine capital mine on stands the torch"


def test_a_session_line_by_line_is_in_chinese_but_for_the_deck(
    ptcards: Shell, write_deck: Callable[..., Path]
) -> None:
    ptcards("import", write_deck())
    typed = "London\n:?\n:t x\n:h\n:h\n:!\n9\n1\n:u\n:g\n\nn\n"
    try:
        done = ptcards("--language", "zh", "review", "mine", "--plain", stdin=typed)
    finally:
        language.use("en")
    words = {*re.findall("[A-Za-z]{2,}", done.out.replace("The capital of France?", ""))}
    assert words <= {*NO_ENGLISH.split()}, done.out


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


CAPITAL, SEINE = ("capital", "graded", 4), ("river", "graded", 4)
SESSIONS: dict[str, tuple[list[str], list[tuple[str, str, int | None]]]] = {
    "London\nParis\n\n:q\n": (
        ["Not yet.", "Proposed because: right after one mistake, without the solution."],
        [("capital", "graded", 2)],
    ),
    # Leaving in the middle keeps what was graded.
    "Paris\n\n": (["Good, due 2026-11-24."], [CAPITAL]),
    ":n\n:h\n:h\n:h\nSeine\n\n": (["Four letters", "S-e-i-n-e", "There are no more hints."], [SEINE]),
    "Paris\n1\n:u\nParis\n\n:q\n": (
        ["mine/capital.", "Undone: Again on capital", "mine/capital."],
        [("capital", "graded", 1), ("", "undone", None), CAPITAL],
    ),
    ":u\nParis\n\n": (["Nothing to undo."], [CAPITAL]),
    # A card that is skipped comes last.
    ":n\nSeine\n\n:n\nParis\n\n:q\n": (["Skipped."], [SEINE, CAPITAL]),
    ":n\n:n\n:-\n:q\n": ([], [("why", "buried", None)]),
    ":n\n:n\n:@\n:q\n": ([], [("why", "suspended", None)]),
    ":what\nParis\n7\n2\n:q\n": (
        [":h hint", "Type 1, 2, 3, 4, or :q to leave it ungraded."],
        [("capital", "graded", 3)],
    ),
}
"""By what is typed: what is said, in this order, and what lies in the log."""


@pytest.mark.parametrize("typed", SESSIONS)
def test_each_word_is_answered_and_each_grade_is_kept(mine: Shell, typed: str) -> None:
    done, (said, logged) = mine("review", "mine", "--plain", stdin=typed), SESSIONS[typed]
    assert done.code == 0
    position = 0
    for words in said:
        position = done.out.index(words, position) + 1
    assert grades(mine) == logged


def test_a_dispute_is_graded_by_hand_and_kept_with_its_reason(mine: Shell) -> None:
    done = mine("review", "mine", "--plain", stdin="Lutetia\n:! it was called so\n3\n:q\n")
    assert done.code == 0
    assert grades(mine) == [("capital", "graded", 4)]
    assert [card["card"] for card in mine("cards", "--disputed", "--json").json] == ["mine/capital"]
    assert "it was called so" in mine("report", "mine/capital").out


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


def interrupt_when(mine: Shell, typed: str, said: str) -> tuple[int, str]:
    """Type, wait until something is said, and press Ctrl+C as a terminal sends it."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "ptcards", "review", "mine", "--plain"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=mine.environment(None),
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


@pytest.mark.parametrize(
    ("typed", "awaited", "logged", "kept"),
    [
        ("Paris\n\n", "The river of Paris?\n> ", [CAPITAL], {}),
        ("Paris\n", "Grade: ", [], {"mine/capital": "Paris"}),
        (":n\n:n\n:n\nclass D:\n    pass\n", "... ... ", [], {"mine/area": "class D:\n    pass"}),
    ],
    ids=["at a question", "at a grade", "in an answer"],
)
def test_ctrl_c_keeps_what_was_graded_and_what_was_typed(
    mine: Shell,
    write_deck: Callable[..., Path],
    typed: str,
    awaited: str,
    logged: list[tuple[str, str, int | None]],
    kept: dict[str, str],
) -> None:
    mine("import", write_deck(extra=MORE + FUNCTION), "--trust")
    code, out = interrupt_when(mine, typed, awaited)
    assert code == 130
    assert "Traceback" not in out
    assert (grades(mine), drafts(mine)) == (logged, kept)
