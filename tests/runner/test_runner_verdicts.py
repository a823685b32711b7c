from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import pytest

from ptcards.deck.card import Limits, Wrong
from ptcards.runner.protocol import Phase, Verdict
from ptcards.runner.runner import Job, Runner
from tests.runner.runner_cases import plain_job, torch_job


def fails(answer: str, check: str, solution: str = "1", **facts: Any) -> tuple[Job, dict[str, Any]]:
    """A job, some of whose parts are among the facts, and the rest of these, which its outcome must have."""
    parts = {name: facts.pop(name) for name in ("expects", "limits") if name in facts}
    return torch_job(answer, check, solution, **parts), facts


VERDICTS = {
    "a value that the check needs and the answer lacks": fails(
        "for _ in (): pass", "assert answer == 1", slip=True, message="end with an expression"
    ),
    "print alone where the check needs a value": fails(
        "print(8)", "assert answer == 8", "8", slip=True, message="print gives None: end with the value"
    ),
    "nothing at all": fails("# nothing yet\n", "assert answer == 1", slip=True),
    "a name that the answer must define": fails(
        *("def lod(): pass", "assert load() == 1", "def load(): return 1"),
        expects=("load",),
        slip=True,
        message="`load`",
    ),
    "an exception in the check": fails(
        *("def f(n):\n    return n + 'a'", "assert f(1) == 1", "def f(n): return n"),
        slip=False,
        phase=Phase.CHECK,
        message="the check could not use your answer: TypeError",
        line=1,
        answer_line=2,
        source_line="return n + 'a'",
    ),
    "a failed assert": fails(
        "x = torch.ones(2, 3)\nx[1, 2] = 5\nx",
        "want = torch.ones(2, 3)\nassert same(answer, want), 'all ones'",
        "torch.ones(2, 3)",
        line=2,
        assertion="same(answer, want)",
        message="all ones",
        left="5.",
        difference="('1 of 6 elements differ', 'first at [1, 2]: 5.0 and 1.0'",
        wanted_value="shape=(2, 3)",
        answer_value="shape=(2, 3)",
    ),
    "values that match only by broadcasting": fails(
        *("torch.ones(3)", "assert same(answer, torch.ones(2, 3))", "torch.ones(2, 3)"),
        difference="these only match by broadcasting",
    ),
    "a sparse tensor for a dense one": fails(
        *("torch.eye(3).to_sparse()", "assert same(answer, torch.eye(3))", "torch.eye(3)"),
        difference=("layout: torch.sparse_coo and torch.strided",),
    ),
    "what is made under another default dtype": fails(
        "torch.set_default_dtype(torch.float64)\ntorch.ones(2)",
        "assert same(answer, torch.ones(2))",
        "torch.ones(2)",
    ),
    "control characters": fails(
        *("print('\\x1b[31mred\\x07 \\u202e')\n'\\x1b]0;t\\x07'", "assert answer == 1"),
        stdout="\\x1b[31mred\\x07 \\u202e",
        left="\\x1b]0;t\\x07",
    ),
    "an attribute that is misspelt": fails(
        *("x = torch.ones(2)\nx.unsqueze(0)", "assert answer"),
        slip=True,
        message="Did you mean: 'unsqueeze'",
        line=2,
        source_line="x.unsqueze(0)",
    ),
    "a time-out": fails(
        *("n = 0\nwhile True: n += 1", "assert 1"),
        limits=Limits(0.4),
        slip=True,
        line=2,
        source_line="while True: n += 1",
    ),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_a_failure_is_reported_with_what_helps(name: str, runner: Runner) -> None:
    job, expected = VERDICTS[name]
    outcome = runner.run(job)
    assert outcome.verdict is Verdict.FAIL, outcome
    for part, value in expected.items():
        found = getattr(outcome, part)
        assert value in str(found) if isinstance(value, str) else found == value, outcome
    assert "\x1b" not in repr(outcome)


PASSING = {
    "no value where none is needed": torch_job("def f(): return 1", "assert f() == 1"),
    "print where no value is needed": torch_job("print(8)", "assert True is not False"),
    "None that an expression gives": torch_job("{}.get('a')", "assert answer is None"),
    "given, run afresh for the check with the same chance": torch_job(
        "x.add_(1)\ny.append(4)\nx",
        "assert same(answer, given().x + 1)\nassert given()['y'] == [3] and y == [3, 4]",
        given="x = torch.rand(3)\ny = [3]",
    ),
    **{
        f"the last binding where the last line gives nothing: {answer}": torch_job(
            answer, "assert same(answer, torch.tensor(8))", "torch.tensor(8)"
        )
        for answer in (
            "t = torch.tensor(8)\nprint(t)",
            "t = torch.tensor(8)\nt += 0\nprint(t)",
            "answer = torch.tensor(8)\nother = 2\nprint(other)",
            "with torch.no_grad():\n    t = torch.tensor(0)\n    for n in range(2):\n        t = t + 4\nprint(t)",
            "t = torch.zeros((), dtype=torch.int64)\nt[()] = 8",
            "def f(): pass\nt = torch.tensor(8)\ndef g():\n    u = 1\n[1].sort()",
        )
    },
}


@pytest.mark.parametrize("name", PASSING)
def test_passes(name: str, runner: Runner) -> None:
    outcome = runner.run(PASSING[name])
    assert outcome.passed, outcome


def test_a_builtin_is_hidden_only_where_the_card_expects_it(runner: Runner) -> None:
    job = torch_job("def input(): return 'typed'", "assert input() == 'typed'")
    assert not runner.run(job).passed
    assert runner.run(replace(job, expects=("input",))).passed


def test_chance_is_the_same_for_the_same_seed(runner: Runner) -> None:
    chance = "[random.random(), float(np.random.rand()), float(torch.rand(1)), hash('a')]"
    job = torch_job(f"import random\n{chance}", "assert answer")
    first, again, other = runner.value(job), runner.value(job), runner.value(replace(job, seed=1))
    assert first.answer_value == again.answer_value != other.answer_value


def test_a_mistake_the_card_knows_is_explained(runner: Runner) -> None:
    job = torch_job(
        "x.unsqueeze(0)",
        "assert answer.shape == (4, 1), 'the new dimension goes last'",
        "x.unsqueeze(1)",
        given="x = torch.arange(4)",
        wrong=(
            Wrong("x[None, :]", "dim 0 comes first"),
            Wrong("x.unsqueeze(2)", "dims end at 1", "IndexError"),
        ),
    )
    assert runner.run(job).because == "dim 0 comes first"
    raising = runner.run(replace(job, answer="y = x\ny.unsqueeze(2)"))
    assert (raising.because, raising.slip, raising.error) == ("dims end at 1", True, "IndexError")
    assert runner.run(replace(job, answer="x.reshape(2, 2)")).because is None
    typo = (Wrong("def f(n):\n    return n.shape", "an int has no shape", "AttributeError"),)
    job = torch_job("def f(m):\n    y = m\n    return y.shape", "assert f(3) == ()", "def f(n): return ()")
    outcome = runner.run(replace(job, wrong=typo))
    assert (outcome.slip, outcome.because, outcome.line) == (True, "an int has no shape", 3)


TYPOS = {
    "a module's function": ("return torch.rnd(3)", "f(3) == 1", 2),
    "a name": ("a = 1\n    return sum(numz)", "f(3) == 1", 3),
    "a module's attribute": ("return torch.nn.Linear(1, 1).wieght", "f(3) == 1", 2),
    "within raises": ("return numz", "raises(ValueError, f, 3)", 2),
    "within agree": ("return numz", "agree(f, solution().f, [(3,)])", 2),
    "of None": ("return {}.get(n).shape", "f(3) == 3", None),
    "the check's own": ("return n", "f(3).missing", None),
    "raised on purpose": ("raise AttributeError(n)", "f(3) == 3", None),
    "of another's code": ("import types\n    return types.resolve_bases(n)", "f(3) == 3", None),
    "what the check passes": ("return n", "f(missing) == 3", None),
}
"""What a function does, what is asserted of it, and the line of the typo where it is one of the answer's."""


@pytest.mark.parametrize("name", TYPOS)
def test_a_typo_in_a_function_is_a_slip_with_its_line_and_nothing_else_is(name: str, runner: Runner) -> None:
    body, check, line = TYPOS[name]
    solution = "def f(n):\n    raise ValueError" if "raises" in check else "def f(n): return 1"
    solution = solution if line else "class f(int): missing = 1"
    outcome = runner.run(torch_job(f"def f(n):\n    {body}", f"assert {check}, 'no'", solution))
    if line:
        assert (outcome.verdict, outcome.slip, outcome.phase) == (Verdict.FAIL, True, Phase.ANSWER), outcome
        assert (outcome.line, outcome.answer_line) == (line, line)
    else:
        assert outcome.error or outcome.verdict is Verdict.BROKEN
        assert not outcome.slip, outcome


def test_an_explanation_is_only_given_where_it_is_true(runner: Runner) -> None:
    """The same code; else the same values on both sides; and nothing where two mistakes match alike."""
    job = torch_job("4", "assert answer % 3 == 0, 'no'", "3", wrong=(Wrong("1", "one"), Wrong("7", "seven")))
    for answer, because in {"1  # or": "one", "(7)": "seven", "4": None, "5": None}.items():
        assert runner.run(replace(job, answer=answer)).because == because
    job = torch_job("4", "assert str(answer).startswith('3'), 'no'", "3", wrong=(Wrong("1", "one"),))
    assert [runner.run(replace(job, answer=answer)).because for answer in ("2 - 1", "4")] == ["one", None]
    job = torch_job("4", "assert answer == 3, 'no'", "3", wrong=(Wrong("1", "one"), Wrong("2 - 1", "one")))
    assert runner.run(replace(job, answer="3 - 2")).because == "one"


MEANT = {
    "torch.unsqueze(1)": "Did you mean: 'unsqueeze'",
    "itertools.count()": "Did you forget to import 'itertools'?",
    "x1 + 1": "Did you mean: 'x'?",
    "from torch.nn import Linaer": "Did you mean: 'Linear'?" if sys.version_info >= (3, 12) else "",
    "class C:\n    n = 1\n    def f(self): return n\nC().f()": "Did you mean: 'self.n'?",
    "torch.nn.Linear(1, 1).weigth": "Did you mean: 'weight'?",
    "nothing_like_it": "is not defined",
}


@pytest.mark.parametrize("answer", MEANT)
def test_python_is_asked_what_was_meant(answer: str, runner: Runner) -> None:
    assert MEANT[answer] in runner.run(torch_job(answer, "assert 1", "1", given="x = 1")).message


def test_a_value_is_shown_without_a_verdict(runner: Runner) -> None:
    outcome = runner.value(torch_job("print('hi')\ntorch.eye(2)", ""))
    assert outcome.answer_value is not None
    assert outcome.answer_value.grid == (("1", "0"), ("0", "1"))
    assert (outcome.verdict, outcome.stdout) == (Verdict.SKIPPED, "hi\n")


VALUES = [
    "torch.ones(1).expand(10**9)", "torch.ones(3, device='meta')", "torch.eye(3).to_sparse()",
    "torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.quint8)",
    "torch.complex(torch.ones(3), torch.ones(3)).conj()", "torch.tensor([float('nan'), float('inf')])",
    "torch.arange(12).reshape(3, 4).T", "torch.empty(0)", "np.zeros((0, 3))", "torch.ones(3).bfloat16()",
    "np.array([1, 'a', None], dtype=object)", "np.broadcast_to(np.float32(1), (40000, 40000))",
    "'x' * 10**7", "list(range(10**6))",
]  # fmt: skip


@pytest.mark.parametrize("code", VALUES)
def test_any_value_has_a_bounded_picture(code: str, runner: Runner) -> None:
    outcome = runner.value(torch_job(code, "", limits=Limits(5.0)))
    assert outcome.answer_value is not None, outcome
    assert len(outcome.answer_value.text) <= 300


def test_an_image_becomes_a_small_picture(runner: Runner) -> None:
    outcome = runner.value(torch_job("a = np.zeros((100, 200, 3), np.uint8)\na[..., 0] = 255\na", ""))
    image = outcome.answer_value.image if outcome.answer_value else None
    assert image is not None
    assert (image.rows, image.cols, image.pixels[:3]) == (48, 64, b"\x00\x00\xff")


def test_an_object_is_shown_by_what_it_holds_never_by_its_address(runner: Runner) -> None:
    thing = "class Thing:\n    def __init__(self, n): self.n = n\n"
    outcome = runner.run(plain_job(f"{thing}Thing([3])", "assert answer is 1, f'no {answer}'"))
    assert (outcome.left, outcome.message) == ("<Thing n=[3]>", "no <__main__.Thing object>")
    twins = runner.run(plain_job("lambda: 1", "assert answer == (lambda: 1)"))
    assert twins.left == "<function <lambda>>"
    alike = runner.run(plain_job(f"{thing}answer = Thing(1)", "assert answer is type(answer)(1)"))
    assert (alike.left, alike.right) == ("<Thing n=1>", "<Thing n=1>")
    assert alike.difference == ("they look alike, but are two objects",)


def test_preparing_gives_what_given_binds_or_says_how_it_fails(runner: Runner) -> None:
    shown = runner.prepare(torch_job("x.sum()", "assert answer == 6", given="x = torch.arange(4)"))
    assert (shown.message, shown.values["x"].text) == ("", "tensor([0, 1, 2, 3])")
    failed = runner.prepare(torch_job("1", "assert 1", given="nothing"))
    assert "nothing" in failed.message
    assert failed.verdict is Verdict.BROKEN


KINDS = "from collections import defaultdict, deque\n"
HIDDEN = {
    "a builtin": ("def total(v): return sum(v)", "sum = lambda v: 6\n[1]", "total(answer) == 6", "[6]"),
    "a constant": ("LIMIT = 5\ndef small(v): return v < LIMIT", "LIMIT = 99\n50", "small(answer)", "3"),
    "a method's constant": (
        "LIMIT = 5\nclass Gate:\n    def lets(self, v): return v < LIMIT",
        "LIMIT = 99\n50",
        "Gate().lets(answer)",
        "3",
    ),
    "a list": ("TABLE = [1, 2]", "TABLE.append(9)\nTABLE = 5\n3", "answer == len(TABLE)", "2"),
    "a list in a tuple": (
        "DATA = ([1, 2], [3])",
        "DATA[0].append(9)\n[1, 2, 9]",
        "answer == DATA[0]",
        "[1, 2]",
    ),
    "a deque": (f"{KINDS}QUEUE = deque([1, 2])", "QUEUE.append(9)\n3", "answer == len(QUEUE)", "2"),
    "a dict with a default": (
        f"{KINDS}COUNT = defaultdict(int, a=1)",
        "COUNT['z'] += 1\n2",
        "answer == len(COUNT)",
        "1",
    ),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_the_preamble_rests_on_is_as_it_was_in_the_check(name: str, runner: Runner) -> None:
    preamble, answer, check, solution = HIDDEN[name]
    job = torch_job(answer, f"assert {check}", solution, preamble)
    assert runner.run(job).verdict is Verdict.FAIL
    assert runner.run(replace(job, answer=solution)).passed
