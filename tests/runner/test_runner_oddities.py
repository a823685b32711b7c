from __future__ import annotations

from dataclasses import replace

import pytest

from ptcards.runner.protocol import Job, Verdict
from ptcards.runner.runner import Runner

ONE = Job("d/c", answer="1", check="assert answer == 1", solution="1")
ERRORS = {
    "a text that raises": ("    def __str__(self): raise ValueError", "E"),
    "a text that is none": ("    def __str__(self): return 3", "E"),
    "a text that ends the process": ("    def __str__(self): raise SystemExit", "E"),
    "a very long name": ("    pass\nE.__name__ = 'E' * 10**6", "E" * 100),
}
REPRS = ("raise SystemExit", "raise KeyboardInterrupt", "raise BaseException", "return 3")
STRANGE = {
    "a name that is no text": "globals()[3] = 1\n1",
    "no module path": "import sys\nsys.path = None\n1",
    "another module path": "import sys\nsys.path = ['x']\n1",
    "no streams": "import sys\nsys.stdout = sys.stderr = None\n1",
    "a name with control characters": "globals()['\\x1b[31m'] = 1\n1",
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_exception_that_cannot_say_what_it_is_is_still_reported(name: str, runner: Runner) -> None:
    body, error = ERRORS[name]
    outcome = runner.run(replace(ONE, answer=f"class E(Exception):\n{body}\nraise E"))
    assert (outcome.slip, outcome.error) == (True, error), outcome


@pytest.mark.parametrize("body", REPRS)
def test_a_value_that_cannot_be_shown_is_still_judged(body: str, runner: Runner) -> None:
    outcome = runner.run(replace(ONE, answer=f"class R:\n    def __repr__(self): {body}\nR()"))
    assert (outcome.verdict, outcome.line) == (Verdict.FAIL, 1), outcome
    assert "whose repr raises" in (outcome.left or "")


@pytest.mark.parametrize("name", STRANGE)
def test_what_an_answer_leaves_strange_is_put_right_for_the_check(name: str, runner: Runner) -> None:
    outcome = runner.run(replace(ONE, answer=STRANGE[name]))
    assert outcome.passed, outcome


@pytest.mark.parametrize("part", ["preamble", "given", "check"])
def test_a_card_whose_code_is_no_text_is_broken(part: str, runner: Runner) -> None:
    job = replace(ONE, **{part: "x = '\ud800'\nassert answer == 1"})  # type: ignore[arg-type]
    assert runner.run(job).verdict is Verdict.BROKEN


def test_an_answer_that_is_no_text_is_a_slip(runner: Runner) -> None:
    assert runner.run(replace(ONE, answer="'\ud800'")).slip
