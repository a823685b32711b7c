from __future__ import annotations

import pytest

from ptcards.runner.protocol import Verdict
from ptcards.runner.runner import Runner
from tests.runner.runner_cases import plain_job, torch_job

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


OUTER_AND_INNER = {
    "the outer": ("isinstance(n, int)", (4, "three(answer)", "it is three")),
    "the inner": ("n != 2, 'not two'", (2, "n != 2", "not two")),
}


@pytest.mark.parametrize("name", NOT_TRUTHS)
def test_an_assert_on_what_is_always_true_breaks_the_card(name: str, bare: Runner) -> None:
    assert bare.run(plain_job("2", NOT_TRUTHS[name])).verdict is Verdict.BROKEN


def test_an_answer_may_catch_what_the_preamble_asserts(bare: Runner) -> None:
    answer = "def safe(n):\n    try: return validate(n)\n    except AssertionError: return None"
    job = torch_job(answer, "assert safe(-1) is None and safe(2) == 2", preamble=VALIDATE)
    assert bare.run(job).passed


def test_an_assert_of_the_preamble_that_stops_the_answer_is_an_assertion_error(bare: Runner) -> None:
    at_once = bare.run(torch_job("validate(-1)", "assert answer == 1", "1", VALIDATE))
    assert (at_once.slip, at_once.error, at_once.line) == (True, "AssertionError", 1)
    called = "def f(): return validate(-1)", "assert f() == 1", "def f(): return 1"
    later = bare.run(torch_job(*called, VALIDATE))
    assert (later.verdict, later.error, later.answer_line) == (Verdict.FAIL, "AssertionError", 1)
    assert "positive, please" in later.message


def test_an_assert_of_the_preamble_that_the_check_calls_counts(bare: Runner) -> None:
    outcome = bare.run(torch_job("-7", "validate(answer)", "3", VALIDATE))
    assert (outcome.verdict, outcome.message) == (Verdict.FAIL, "positive, please")
    assert bare.run(torch_job("4", "validate(answer)", "3", VALIDATE)).passed


def test_of_two_asserts_that_fail_the_first_is_reported(bare: Runner) -> None:
    check = "try: assert answer == 2, 'first'\nexcept AssertionError: pass\nassert answer == 3, 'second'"
    outcome = bare.run(plain_job("1", check, "2"))
    assert (outcome.line, outcome.right) == (1, "2")


@pytest.mark.parametrize("name", OUTER_AND_INNER)
def test_of_asserts_in_each_other_the_one_that_fails_is_reported(name: str, bare: Runner) -> None:
    inner, expected = OUTER_AND_INNER[name]
    check = f"def three(n):\n    assert {inner}\n    return n == 3\nassert three(answer), 'it is three'"
    outcome = bare.run(plain_job("2", check, "3"))
    assert (outcome.line, outcome.assertion, outcome.message) == expected


def test_waiting_for_one_failure_forgets_no_other(bare: Runner) -> None:
    check = (
        "def small(n):\n    assert n < 5\ntry:\n    assert answer == 1\nexcept Exception:\n    pass\n"
        "assert raises(AssertionError, small, 7)"
    )
    assert bare.run(plain_job("2", check)).verdict is Verdict.BROKEN
    assert bare.run(plain_job("1", check)).passed


def test_an_answer_that_swallows_the_checks_assert_fails_by_itself(bare: Runner) -> None:
    answer = "def each(visit):\n    try: visit(2)\n    except Exception: pass\n    return 1"
    check = "def visit(n):\n    assert n == 1, 'one is visited'\nassert each(visit) == 1"
    outcome = bare.run(plain_job(answer, check, "def each(visit): visit(1); return 1"))
    assert (outcome.verdict, outcome.line, outcome.message) == (Verdict.FAIL, 2, "one is visited")
