"""What the answer should have been, beside what it was."""

from __future__ import annotations

import pytest

from ptcards.runner.protocol import Verdict
from ptcards.runner.runner import Runner
from tests.runner.runner_cases import plain_job

COMPARED = {
    "answer == 3": (True, True),
    "same(answer, 3)": (True, True),
    "3 == answer": (True, True),
    "not close(answer, 4)": (False, True),
    "answer != 4": (False, True),
    "answer < 4": (False, True),
    "abs(answer) == 3": (True, False),
    "same(answer + 1, 4)": (True, False),
    "answer - 4": (False, True),
}
"""An assertion: whether it asks for equality, and whether of the answer itself."""


@pytest.mark.parametrize("assertion", COMPARED)
def test_a_failure_says_what_its_assertion_compares(bare: Runner, assertion: str) -> None:
    outcome = bare.run(plain_job("4", f"assert {assertion}, 'x'", "3"))
    assert (outcome.verdict, outcome.assertion) == (Verdict.FAIL, assertion)
    assert (outcome.equality, outcome.about_answer) == COMPARED[assertion]


LIST = "[1, 2, 3]"
ROLLS = "def roll(n):\n    print(n)", "def roll(n):\n    return n"
WANTED = {
    # It may be on either side, and is never what an assertion refuses.
    "[1, 2, 3] == answer": ("[3, 2]", LIST, LIST),
    "answer != [3, 2, 1, 0]": ("[3, 2, 1, 0]", LIST, LIST),
    "len(answer) == 3": ("[3, 2, 1, 0]", LIST, LIST),
    "answer == [1, 2, 3]": ("[3, 2, 1, 0]", LIST, LIST),
    # Of an answer without a value only what should be equal is shown.
    "None not in [roll(1), roll(2)]": (*ROLLS, None),
    "[roll(1), roll(2)] != [None, None]": (*ROLLS, None),
    "not same([roll(1), roll(2)], [None, None])": (*ROLLS, None),
    "[roll(1), roll(2)] == [1, 2]": (*ROLLS, "[1, 2]"),
    "same([roll(1), roll(2)], [1, 2])": (*ROLLS, "[1, 2]"),
}
"""An assertion, the answer, the solution, and what is shown as wanted."""


@pytest.mark.parametrize("assertion", WANTED)
def test_what_is_shown_as_wanted_is_what_the_assertion_asks_for(bare: Runner, assertion: str) -> None:
    answer, solution, wanted = WANTED[assertion]
    expects = ("roll",) if "roll" in assertion else ()
    outcome = bare.run(plain_job(answer, f"assert {assertion}, 'x'", solution, expects=expects))
    assert outcome.verdict is Verdict.FAIL
    assert (outcome.answer_value is None) == bool(expects)
    assert (outcome.wanted_value and outcome.wanted_value.text) == wanted


def test_nothing_is_shown_as_wanted_beside_an_answer_of_which_a_part_was_compared(bare: Runner) -> None:
    given = "class Box:\n    def __init__(self, size):\n        self.size = size"
    outcome = bare.run(plain_job("Box(3)", "assert answer.size == 7", "Box(7)", given=given))
    assert (outcome.verdict, outcome.left, outcome.right) == (Verdict.FAIL, "3", "7")
    assert outcome.answer_value is not None
    assert outcome.wanted_value is None
