"""How much more an answer takes than the card's solution (`within`): of time, and of memory at the peak."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ptcards.deck.card import Card, Limits, Within
from ptcards.runner.protocol import Verdict
from ptcards.runner.rules import said_of
from ptcards.runner.runner import Job, Runner
from tests.runner.runner_cases import plain_job, torch_job

MIB, PREAMBLE = 1 << 20, "import torch\nimport numpy as np\n"
SOLUTION, LOOP = "def total(n):\n    return n * (n - 1) // 2", "def total(n):\n    return sum(range(n))"
CHECK = "assert total(4) == 6, 'no'"


def total(answer: str, **within: Any) -> Job:
    job = plain_job(answer, CHECK, SOLUTION, expects=("total",), limits=Limits(20.0))
    return replace(job, within=Within(**{"setup": "n = 200_000", "run": "total(n)"} | within))


def test_what_is_right_and_too_slow_is_a_fail_that_says_how_slow(bare: Runner) -> None:
    found = bare.run(total(LOOP, time=10))
    assert (found.verdict, found.slip, found.rule) == (Verdict.FAIL, False, "within.time")
    assert found.message == (
        f"right, but {found.took['time']:.0f} times as slow as the solution: at most 10 times is asked for"
    )
    assert bare.run(total(SOLUTION, time=10)).passed
    assert bare.run(total(LOOP, time=10, setup="n = 3")).passed, "the setup says how large its input is"
    wrong = bare.run(total(LOOP.replace("sum", "max"), time=10))
    assert (wrong.message, wrong.rule, dict(wrong.took)) == ("no", None, {}), "only what is right is measured"


def test_waiting_is_not_slow(bare: Runner) -> None:
    slept = "import time\n" + LOOP.replace("return", "time.sleep(0.001)\n    return")
    job = replace(total(slept, time=3), solution=LOOP)
    assert bare.run(job).passed


def test_an_answer_without_a_function_is_measured_on_a_fresh_given(runner: Runner) -> None:
    within = Within(10, 3, setup="x = torch.randn(30_000)")
    job = torch_job("x * 2", "assert close(answer, given().x * 2), 'no'", "x * 2", given="x = torch.randn(4)")
    job = replace(job, within=within, limits=Limits(20.0))
    assert runner.run(job).passed
    assert runner.run(replace(job, answer="x.mul_(2)\nx")).passed, "it may change what it is given"
    slow = runner.run(replace(job, answer="torch.tensor([float(v) * 2 for v in x])"))
    assert slow.rule == "within.time"
    job = replace(job, within=within._replace(time=None))
    large = runner.run(replace(job, answer="x.expand(9, -1).clone()[0] * 2"))
    assert large.rule == "within.memory"
    assert large.message.startswith(
        "right, but it needs 10 times the memory of the solution: at most 3 times"
    )


PEAKS = {
    "x.view(-1)": 0,
    "x.T.expand(4, -1, -1)": 0,
    "x.clone()": 1,
    "x + 1": 1,
    "(((x + 1) * 2) + 3) * 4": 2,
    "y = x + 1\nz = y * 2\nw = z + y\nw": 3,
    "y = x.clone()\ny.add_(1).mul_(2)": 1,
    "torch.add(x, 1, out=torch.empty(0))": 1,
    "torch.zeros(512, 512)": 1,
    "torch.stack([row + 1 for row in x])": 2,
    "(x[:32, None] - x[None, :32]).pow(2).sum(-1)": 4,
    "y = x.detach().requires_grad_()\ny.exp().sum().backward()": 2,
    "y = x.detach()\ny.exp().sum()": 1,
    "a + 1": 1,
    "a.T[::2]": 0,
    "b = (a + 1) * 2\nb.copy()": 2,
    "torch.from_numpy(a)": 0,
    "torch.from_numpy(a) + 1": 1,
    "torch.tensor(a)": 1,
    "cv2.blur(a, (3, 3))": 1,
    "bytearray(1 << 20)": 1,
}
"""MiB at the peak of `x` and `a`, which have one each."""


@pytest.mark.parametrize("answer", PEAKS)
def test_the_peak_of_memory_is_counted_and_the_same_each_time(answer: str, runner: Runner) -> None:
    given = "import cv2\nx = torch.ones(512, 512)\na = np.ones((512, 512), np.float32)"
    job = torch_job(answer, "assert True or answer, 'no'", "bytearray(1 << 20)", PREAMBLE, given=given)
    job = replace(job, check="assert len(x) == 512, 'no'", within=Within(memory=100), limits=Limits(20.0))
    found = [outcome.took["memory"] for outcome in runner.run_all([job, job])]
    assert found == [pytest.approx(max(PEAKS[answer], 1 / 16), rel=0.1)] * 2


def test_small_things_are_alike(runner: Runner) -> None:
    job = torch_job(
        "[x.clone() for _ in range(40)]", "assert len(x) == 9, 'no'", "x", given="x = torch.ones(9)"
    )
    found = runner.run(replace(job, within=Within(memory=1)))
    assert (found.verdict, found.took["memory"]) == (Verdict.PASS, 1)


def test_what_cannot_be_measured_is_the_cards_fault_or_the_answers(bare: Runner) -> None:
    for broken in ({"setup": "n = 1 / 0"}, {"run": "total(m)"}):
        found = bare.run(total(SOLUTION, time=10, **broken))
        assert found.verdict is Verdict.BROKEN
        assert "the card's within fails: " in found.message
    found = bare.run(total("def total(n):\n    return [0, 0, 1, 3, 6][n]", time=10))
    assert (found.verdict, found.error, found.answer_line) == (Verdict.FAIL, "IndexError", 2)


def test_other_values_are_not_measured_and_nothing_of_the_measuring_is_seen(bare: Runner) -> None:
    job = total("print('once')\n" + LOOP, time=10, setup="n = 3")
    job = replace(job, given="import random\nseen = random.random()")
    again = replace(job, seed=2, within=Within(time=10, setup="1 / 0"))
    found = bare.run(replace(job, again=replace(again, within=Within())))
    assert found.passed, found
    assert found.stdout == "once\n"


def test_the_limits_stand_below_the_question() -> None:
    card = Card("a", "?", "1", within=Within(5, 2.5))
    assert said_of(card) == (
        "At most 5 times as slow as the solution; at most 2.5 times the memory of the solution"
    )
    assert said_of(card._replace(forbid=("loop",), within=Within(5))) == (
        "Without: loops; at most 5 times as slow as the solution"
    )
