from __future__ import annotations

import pytest

from ptcards.runner.protocol import Job, Verdict
from ptcards.runner.runner import Runner

VALIDATE = "def validate(n):\n    assert n > 0, 'positive, please'\n    return n\n"
NOT_TRUTHS = {
    "a function that nobody called": "def ok(): return answer == 1\nassert ok",
    "a method that nobody called": "assert answer.__eq__",
    "what a method could not say": "assert answer.__eq__('1')",
    "a generator": "assert (n == 1 for n in [answer])",
    "an iterator": "assert map(bool, [answer == 1])",
    "a coroutine": "async def ok(): return answer == 1\nmade = ok()\nassert made",
    "a text": "assert 'answer == 1'",
    "a text with values": "assert f'{answer} == 1'",
    "a list written out": "assert [answer == 1]",
    "a text as the other way out": "assert answer == 1 or 'it must be 1'",
    "a negated text": "assert not 'x' or 'y'",
    "a function written out": "assert lambda: answer == 1",
}


def job(answer: str, check: str, solution: str = "1", preamble: str = "") -> Job:
    return Job("d/c", preamble=preamble, answer=answer, check=check, solution=solution)


@pytest.mark.parametrize("name", NOT_TRUTHS)
def test_an_assert_on_what_is_always_true_breaks_the_card(name: str, runner: Runner) -> None:
    outcome = runner.run(job("2", NOT_TRUTHS[name]))
    assert outcome.verdict is Verdict.BROKEN, outcome


def test_an_answer_may_catch_what_the_preamble_asserts(runner: Runner) -> None:
    answer = "def safe(n):\n    try: return validate(n)\n    except AssertionError: return None"
    outcome = runner.run(job(answer, "assert safe(-1) is None and safe(2) == 2", answer, VALIDATE))
    assert outcome.passed, outcome


def test_an_assert_of_the_preamble_that_stops_the_answer_is_an_assertion_error(runner: Runner) -> None:
    at_once = runner.run(job("validate(-1)", "assert answer == 1", preamble=VALIDATE))
    assert (at_once.slip, at_once.error, at_once.line) == (True, "AssertionError", 1)
    later = runner.run(job("def f(): return validate(-1)", "assert f() == 1", "def f(): return 1", VALIDATE))
    assert (later.verdict, later.error, later.answer_line) == (Verdict.FAIL, "AssertionError", 1)
    assert "positive, please" in later.message


def test_an_assert_in_a_function_that_an_assert_calls_leaves_the_outer_ones_line(runner: Runner) -> None:
    check = (
        "def three(n):\n    assert isinstance(n, int)\n    return n == 3\nassert three(answer), 'it is three'"
    )
    outcome = runner.run(job("2", check, "3"))
    assert (outcome.line, outcome.assertion, outcome.message) == (4, "three(answer)", "it is three")


def test_the_inner_assert_is_reported_where_it_is_the_one_that_fails(runner: Runner) -> None:
    check = (
        "def three(n):\n    assert n != 2, 'not two'\n    return n == 3\nassert three(answer), 'it is three'"
    )
    outcome = runner.run(job("2", check, "3"))
    assert (outcome.line, outcome.assertion, outcome.message) == (2, "n != 2", "not two")


def test_waiting_for_one_failure_forgets_no_other(runner: Runner) -> None:
    check = (
        "def small(n):\n    assert n < 5\ntry:\n    assert answer == 1\nexcept Exception:\n    pass\n"
        "assert raises(AssertionError, small, 7)"
    )
    assert runner.run(job("2", check)).verdict is Verdict.BROKEN
    assert runner.run(job("1", check)).passed


def test_an_answer_that_swallows_the_checks_assert_fails_by_itself(runner: Runner) -> None:
    answer = "def each(visit):\n    try: visit(2)\n    except Exception: pass\n    return 1"
    check = "def visit(n):\n    assert n == 1, 'one is visited'\nassert each(visit) == 1"
    outcome = runner.run(job(answer, check, "def each(visit): visit(1); return 1"))
    assert (outcome.verdict, outcome.line, outcome.message) == (Verdict.FAIL, 2, "one is visited")
