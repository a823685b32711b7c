"""What the answer should have been, beside what it was."""

from __future__ import annotations

import pytest

from ptcards.runner.protocol import Job, Verdict
from ptcards.runner.runner import Runner

COLUMN = "x = [1, 2, 3]"


@pytest.mark.parametrize(
    ("assertion", "equality", "about_answer"),
    [
        ("answer == 3", True, True),
        ("same(answer, 3)", True, True),
        ("3 == answer", True, True),
        ("not close(answer, 4)", False, True),
        ("answer != 4", False, True),
        ("answer < 4", False, True),
        ("abs(answer) == 3", True, False),
        ("same(answer + 1, 4)", True, False),
        ("answer - 4", False, True),
    ],
)
def test_a_failure_says_what_its_assertion_compares(
    runner: Runner, assertion: str, *, equality: bool, about_answer: bool
) -> None:
    outcome = runner.run(Job("d/c", check=f"assert {assertion}, 'x'", solution="3", answer="4"))
    assert outcome.verdict is Verdict.FAIL
    assert (outcome.assertion, outcome.equality, outcome.about_answer) == (assertion, equality, about_answer)


def test_what_is_wanted_may_be_on_either_side(runner: Runner) -> None:
    outcome = runner.run(Job("d/c", check="assert [1, 2] == answer", solution="[1, 2]", answer="[2, 1]"))
    assert outcome.wanted_value is not None
    assert outcome.wanted_value.text == "[1, 2]"


@pytest.mark.parametrize(
    "check",
    [
        "assert answer != [3, 2, 1, 0], 'longer'",
        "assert len(answer) == 3, 'three'",
        "assert answer == [1, 2, 3], 'x'",
    ],
)
def test_what_is_shown_as_wanted_is_never_what_an_assertion_refuses(runner: Runner, check: str) -> None:
    job = Job("d/c", given=COLUMN, check=check, solution="list(x)", answer="[3, 2, 1, 0]")
    outcome = runner.run(job)
    assert outcome.verdict is Verdict.FAIL
    assert outcome.wanted_value is not None
    assert outcome.wanted_value.text == "[1, 2, 3]"


def test_nothing_is_shown_as_wanted_beside_an_answer_of_which_a_part_was_compared(runner: Runner) -> None:
    given = "class Box:\n    def __init__(self, size):\n        self.size = size"
    job = Job("d/c", given=given, check="assert answer.size == 7", solution="Box(7)", answer="Box(3)")
    outcome = runner.run(job)
    assert (outcome.verdict, outcome.left, outcome.right) == (Verdict.FAIL, "3", "7")
    assert outcome.answer_value is not None
    assert outcome.wanted_value is None


@pytest.mark.parametrize(
    ("check", "wanted"),
    [
        ("assert None not in throws, 'x'", None),
        ("assert throws != [None, None], 'x'", None),
        ("assert not same(throws, [None, None]), 'x'", None),
        ("assert throws == [1, 2], 'x'", "[1, 2]"),
        ("assert same(throws, [1, 2]), 'x'", "[1, 2]"),
    ],
)
def test_of_an_answer_without_a_value_only_what_should_be_equal_is_shown_as_wanted(
    runner: Runner, check: str, wanted: str | None
) -> None:
    job = Job(
        "d/c",
        check=f"throws = [roll(1), roll(2)]\n{check}",
        solution="def roll(n):\n    return n",
        answer="def roll(n):\n    print(n)",
        expects=("roll",),
    )
    outcome = runner.run(job)
    assert (outcome.verdict, outcome.answer_value) == (Verdict.FAIL, None)
    assert (outcome.wanted_value and outcome.wanted_value.text) == wanted
