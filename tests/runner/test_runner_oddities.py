from __future__ import annotations

from dataclasses import replace

import pytest

from ptcards.runner.protocol import Verdict
from ptcards.runner.runner import Runner
from tests.runner.runner_cases import plain_job

ERRORS = {
    "def __str__(self): raise ValueError": "E",
    "def __str__(self): return 3": "E",
    "def __str__(self): raise SystemExit": "E",
    "pass\nE.__name__ = 'E' * 10**6": "E" * 100,
}
REPRS = ("raise SystemExit", "raise KeyboardInterrupt", "raise BaseException", "return 3")


@pytest.mark.parametrize("body", ERRORS)
def test_an_exception_that_cannot_say_what_it_is_is_still_reported(body: str, bare: Runner) -> None:
    outcome = bare.run(plain_job(f"class E(Exception):\n    {body}\nraise E"))
    assert (outcome.slip, outcome.error) == (True, ERRORS[body]), outcome


@pytest.mark.parametrize("body", REPRS)
def test_a_value_that_cannot_be_shown_is_still_judged(body: str, bare: Runner) -> None:
    outcome = bare.run(plain_job(f"class R:\n    def __repr__(self): {body}\nR()"))
    assert (outcome.verdict, outcome.line) == (Verdict.FAIL, 1), outcome
    assert "whose repr raises" in (outcome.left or "")


def test_code_that_is_no_text_breaks_its_card_and_is_a_slip_in_an_answer(bare: Runner) -> None:
    code = "x = '\ud800'\nassert True is not False"
    one = plain_job("1")
    for job in (replace(one, preamble=code), replace(one, given=code), replace(one, check=code)):
        assert bare.run(job).verdict is Verdict.BROKEN, job
    assert bare.run(plain_job("'\ud800'")).slip
