"""The steps of an answer that is an expression: what each gave, recorded as the answer ran."""

from __future__ import annotations

import pytest

from ptcards.deck.card import Limits
from ptcards.runner.protocol import Step, Verdict, Why
from ptcards.runner.runner import Runner
from tests.runner.runner_cases import torch_job

GIVEN = (
    "x = torch.arange(3)\nwords = ['b', 'a']\ncalls = []\ndef seen(v):\n    calls.append(v)\n    return v\n"
)
STEPS = {
    "x[:, None]": ["x = int64 (3,) 0 1 2", "x[:, None] = int64 (3, 1) 0/1/2"],
    "x.float().mean().item()": [
        *("x = int64 (3,) 0 1 2", "x.float() = float32 (3,) 0 1 2", "x.float().mean() = float32 () 1.0"),
        "x.float().mean().item() = 1.0",
    ],
    "torch.maximum(x - 1, -x)": [
        *("x = int64 (3,) 0 1 2", "x - 1 = int64 (3,) -1 0 1", "-x = int64 (3,) 0 -1 -2"),
        "torch.maximum(x - 1, -x) = int64 (3,) 0 0 1",
    ],
    "x.add_(1).mul_(2)": [
        *("x = int64 (3,) 0 1 2", "x.add_(1) = int64 (3,) 1 2 3", "x.add_(1).mul_(2) = int64 (3,) 2 4 6")
    ],
    "[n * 2 for n in seen([1])]": ["[n * 2 for n in seen([1])] = [2]"],
    "sorted(words, key=lambda w: seen(w))[0]": [
        *("words = ['b', 'a']", "sorted(words, key=lambda w: seen(w)) = ['a', 'b']"),
        "sorted(words, key=lambda w: seen(w))[0] = 'a'",
    ],
    "False and seen(1) or seen(2)": [
        *("False and seen(1) = False", "seen(2) = 2", "False and seen(1) or seen(2) = 2")
    ],
    "seen(1) if len(x) > 5 else seen(3)": [
        *("x = int64 (3,) 0 1 2", "len(x) = 3", "len(x) > 5 = False", "seen(3) = 3"),
        "seen(1) if len(x) > 5 else seen(3) = 3",
    ],
    "1 < seen(0) < seen(4)": ["seen(0) = 0", "1 < seen(0) < seen(4) = False"],
    "(y := x[1:]) + y": [
        *(
            "x = int64 (3,) 0 1 2",
            "x[1:] = int64 (2,) 1 2",
            "y = int64 (2,) 1 2",
            "(y := x[1:]) + y = int64 (2,) 2 4",
        )
    ],
    "f'{seen(7):>{seen(3)}}'": ["seen(7) = 7", "f'{seen(7):>{seen(3)}}' = '  7'"],
    "seen(*[1])": ["seen(*[1]) = 1"],
    "z = x * 2\nz[0]": ["z = int64 (3,) 0 2 4", "z[0] = int64 () 0"],
    "{'a': [x, {1}, (2,)], 'b': seen}['a']": [
        *("x = int64 (3,) 0 1 2", "{'a': [x, {1}, (2,)], 'b': seen}['a'] = [Tensor (3,), {1}, (2,)]")
    ],
    "np.zeros((2, 2), complex)[0]": [
        *("np.zeros((2, 2), complex) = complex128 (2, 2) 0+0j 0+0j/0+0j 0+0j",),
        "np.zeros((2, 2), complex)[0] = complex128 (2,) 0+0j 0+0j",
    ],
    "x.to_sparse().shape": [
        "x = int64 (3,) 0 1 2",
        "x.to_sparse() = int64 (3,) 0 1 2",
        "x.to_sparse().shape = (3,)",
    ],
    "-1": [],
    "y = x[0]": [],
    "answer = x[0]\ndef f(): return x[0]": [],
}
"""An answer, and its steps."""
UNHARMED = {
    "repr that hangs": "class A:\n    def __repr__(self):\n        while True: pass\n    def __add__(self, other): return 3\nA() + 1",
    "repr that raises": "class A:\n    def __repr__(self): raise SystemExit\n    def __add__(self, other): return 3\n[A()] and A() + 1",
    "class that says it is another": "class M(type):\n    def __eq__(self, other): seen(1)\n    def __hash__(self): seen(1)\n"
    "class A(metaclass=M):\n    def __getattribute__(self, name): seen(1)\n    def __iter__(self): seen(1)\nA() and 3 + len(calls)",
    "tensors that write down what is asked": "class T(torch.Tensor):\n    @classmethod\n"
    "    def __torch_function__(cls, f, types, args=(), kwargs=None):\n        calls.append(f.__name__)\n"
    "        return super().__torch_function__(f, types, args, kwargs or {})\nt = torch.ones(1).as_subclass(T)\n"
    "(t, [t]) and 3 + len(calls)",
    "a mode left on": "from torch.overrides import TorchFunctionMode\nclass M(TorchFunctionMode):\n"
    "    def __torch_function__(self, f, types, args=(), kwargs=None):\n        calls.append(f.__name__)\n"
    "        return f(*args, **(kwargs or {}))\nM().__enter__()\n(x.shape, 3 + len(calls))[1] - 1",
    "a trace left on": "import sys\nsys.settrace(lambda f, *_: seen(None) if f.f_code.co_name == 'record' else None)\n3 + len(calls)",
    "builtins replaced": "import builtins\nwas = builtins.len\nbuiltins.len = lambda v: was(seen(v))\nx[0]\n3 + was(calls)",
    "a tensor that is to grow": "x[:1].resize_(3).resize_(40).shape[0] - 37",
    "names there are": "3 + (set(dir()) != set(dir()) | set(locals()) | set(globals()))",
    "an iterator": "sum(iter([1, 2]))",
    "a short stack": "import sys\nsys.setrecursionlimit(60)\nabs(abs(abs(3)))",
    "many steps": "3" + " + seen(0)" * 200,
    "a long chain": "3" + " + 0" * 600,
    "warnings as errors": "import warnings\nwarnings.simplefilter('error')\nabs(3)",
}
"""Answers that give 3, and would not if their steps were recorded without thought."""


def told(step: Step) -> str:
    value = step.value
    shape = f"{value.dtype.removeprefix('torch.')} {value.shape}" if value.dtype else ""
    shown = value.text or "/".join(map(" ".join, value.grid or ()))
    return f"{step.code} = {f'{shape} {shown}'.strip()}"


@pytest.mark.parametrize("answer", STEPS)
def test_each_step_shows_what_it_gave(answer: str, runner: Runner) -> None:
    outcome = runner.run(torch_job(answer, "assert answer is not None", given=GIVEN))
    assert outcome.passed, outcome
    assert [told(step) for step in outcome.steps] == STEPS[answer]


@pytest.mark.parametrize("name", UNHARMED)
def test_no_verdict_hangs_on_the_recording(name: str, runner: Runner) -> None:
    outcome = runner.run(torch_job(UNHARMED[name], "assert answer == 3", "3", given=GIVEN))
    assert outcome.passed, outcome
    assert len(outcome.steps) <= 12


def test_an_answer_that_raises_shows_its_steps_until_there(runner: Runner) -> None:
    answer = "seen(\n    x[:2]\n).bogus(1)"
    outcome = runner.run(torch_job(answer, "assert answer == 1", "1", given=GIVEN))
    assert [step.code for step in outcome.steps] == ["x", "x[:2]", "seen( x[:2] )"]
    assert (outcome.slip, outcome.error, outcome.line) == (True, "AttributeError", 3)
    assert runner.run(torch_job("await x", "assert answer == 1", "1", given=GIVEN)).error == "SyntaxError"


def test_large_values_are_small_in_a_story(runner: Runner) -> None:
    answer = "(torch.zeros(3000, 3000), 'a' * 10**7, [*range(10**6)], 7 ** 9999, np.ones((9999, 400), np.uint8))[0]"
    outcome = runner.run(torch_job(f"{answer}.add(1)", "assert answer.ndim == 2", given=GIVEN))
    assert outcome.passed
    assert len(repr(outcome.steps)) < 250_000
    assert [step.value.shape for step in outcome.steps if step.code.endswith(".add(1)")] == [(3000, 3000)]
    assert outcome.peak_mb is None or outcome.peak_mb < 1000


def test_only_a_single_answer_has_a_story(runner: Runner) -> None:
    job = torch_job("x[0]", "assert answer == 0", given=GIVEN)
    assert [outcome.steps for outcome in runner.run_all([job, job])] == [(), ()]
    slow = runner.run(torch_job("seen(1) and [*iter(int, 1)]", "assert 0", given=GIVEN, limits=Limits(0.3)))
    assert (slow.verdict, slow.steps) == (Verdict.FAIL, ())
    assert slow.why in (Why.TIMEOUT, Why.MEMORY)
