from __future__ import annotations

from dataclasses import replace

import pytest

from ptcards.runner.protocol import Job, Limits, Mistake, Phase, Verdict, Why
from ptcards.runner.runner import Runner
from tests.runner.runner_cases import torch_job

HONEST = {
    "last expression": ("2 + 2", "assert answer == 4"),
    "bound answer": ("answer = 4\nother = 5", "assert answer == 4 and other == 5"),
    "last assignment": ("x = 3\ny = x + 1", "assert answer == 4"),
    "annotated assignment": ("y: int = 4", "assert answer == 4"),
    "module": (
        "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc = torch.nn.Linear(3, 2)\n    def forward(self, x):\n        return self.fc(x)",
        "assert Net()(torch.ones(5, 3)).shape == (5, 2)",
    ),
    "training": (
        "model = torch.nn.Linear(2, 1)\nopt = torch.optim.Adam(model.parameters(), 0.1)\n"
        "for _ in range(40):\n    opt.zero_grad()\n    loss = (model(torch.ones(4, 2)) - 3).square().mean()\n"
        "    loss.backward()\n    opt.step()\nfloat(loss)",
        "assert answer < 0.1",
    ),
    "hooks": (
        "x = torch.ones(2, requires_grad=True)\nx.register_hook(lambda g: g * 3)\nx.sum().backward()\nx.grad",
        "assert same(answer, torch.full((2,), 3.0))",
    ),
    "loader": (
        "from torch.utils.data import DataLoader\nDataLoader(list(range(10)), batch_size=4)",
        "assert [len(batch) for batch in answer] == [4, 4, 2]",
    ),
    "file": (
        "cv2.imwrite('a.png', np.zeros((4, 6), np.uint8))\ncv2.imread('a.png', 0)",
        "assert answer.shape == (4, 6)",
    ),
    "own equality": (
        "class P:\n    def __init__(self, x): self.x = x\n"
        "    def __eq__(self, o): return isinstance(o, P) and o.x == self.x",
        "assert P(1) == P(1)\nassert P(1) != P(2)\nassert [P(1)] == [P(1)]",
    ),
    "own truth": (
        "class B(list):\n    def __bool__(self): return len(self) > 1",
        "assert B([1, 2])\nassert not B([1])",
    ),
    "expression objects": (
        "class E:\n    def __init__(self, op='='): self.op = op\n    def __eq__(self, o): return E('eq')",
        "assert (E() == 3).op == 'eq'",
    ),
    "dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: 'int'\nP(2)",
        "assert answer == P(2)",
    ),
    "generator": ("def f():\n    yield from range(3)\nf()", "assert list(answer) == [0, 1, 2]"),
    "big print": ("for i in range(3000): print('line', i)\n1", "assert answer == 1"),
    "warning": ("import warnings\nwarnings.warn('careful')\n1", "assert answer == 1"),
    "event loop": ("import asyncio\nasync def f(): return 3\nasyncio.run(f())", "assert answer == 3"),
    "threads that end": (
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n"
        "    found = list(pool.map(abs, [-1, 2]))\nfound",
        "assert answer == [1, 2]",
    ),
    "more torch threads": (
        "torch.set_num_threads(2)\na = torch.ones(400, 400)\n(a @ a)[0, 0].item()",
        "assert answer == 400",
    ),
    "pickle": ("import pickle\nclass A: pass\npickle.loads(pickle.dumps(A()))", "assert type(answer) is A"),
    "pickled parameter": (
        "import pickle\np = torch.nn.Parameter(torch.ones(2))\npickle.loads(pickle.dumps(p))",
        "assert same(answer.data, torch.ones(2))",
    ),
    "plain subclass": (
        "class T(torch.Tensor): pass\ntorch.ones(2).as_subclass(T)",
        "assert torch.equal(answer, torch.ones(2))",
    ),
    "default dtype": (
        "torch.set_default_dtype(torch.float64)\ntorch.ones(1)",
        "assert answer.dtype == torch.float64",
    ),
    "patched for a while": (
        "from unittest.mock import patch\nwith patch('torch.equal', lambda *a: 5): y = torch.equal(1, 2)\ny",
        "assert answer == 5",
    ),
    "hidden builtins": ("total = sum = 6\ninput = torch.ones(2)\ntotal", "assert answer == 6"),
    "path changed": ("import sys\nsys.path.insert(0, 'x')\n1", "import fractions\nassert answer == 1"),
    "chained comparison": ("3", "assert 1 < answer <= 3 != 4"),
    "comprehension": ("[1, 2]", "assert all(n in answer for n in (1, 2)) and {n for n in answer} == {1, 2}"),
    "asserts in a function": ("3", "def check(n):\n    assert n == 3, 'three'\ncheck(answer)"),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_answer_passes(name: str, runner: Runner) -> None:
    answer, check = HONEST[name]
    outcome = runner.run(torch_job(answer, check))
    assert outcome.passed, outcome
    assert outcome.assertions > 0


def test_given_runs_afresh_for_the_check_with_the_same_chance(runner: Runner) -> None:
    job = torch_job(
        "x.add_(1)\ny.append(4)\nx",
        "assert same(answer, given().x + 1)\nassert given()['y'] == [3] and y == [3, 4]",
        given="x = torch.rand(3)\ny = [3]",
    )
    assert runner.run(job).passed


def test_what_the_preamble_defines_is_pristine_in_the_check(runner: Runner) -> None:
    check = "assert TABLE == [1, 2], 'the table stays'\nassert answer == 2"
    job = torch_job("TABLE.append(9)\nTABLE = 5\n2", check)
    assert runner.run(replace(job, preamble="TABLE = [1, 2]")).passed


def test_an_assert_in_a_function_of_the_preamble_counts(runner: Runner) -> None:
    job = Job(
        "d/c",
        preamble="def small(n):\n    assert n < 5, 'too large'",
        answer="7",
        check="small(answer)",
        solution="3",
    )
    outcome = runner.run(job)
    assert (outcome.verdict, outcome.message) == (Verdict.FAIL, "too large")
    assert runner.run(replace(job, answer="4")).passed


def test_chance_is_the_same_for_the_same_seed(runner: Runner) -> None:
    job = torch_job(
        "import random\n[random.random(), float(np.random.rand()), float(torch.rand(1)), hash('a')]",
        "assert answer",
    )
    first, again, other = runner.value(job), runner.value(job), runner.value(replace(job, seed=1))
    assert first.answer_value == again.answer_value != other.answer_value


def test_a_name_the_answer_must_define_is_missed_for_free(runner: Runner) -> None:
    outcome = runner.run(
        torch_job("def lod(): pass", "assert load() == 1", "def load(): return 1", expects=("load",))
    )
    assert (outcome.verdict, outcome.slip) == (Verdict.FAIL, True)
    assert "`load`" in outcome.message


def test_a_missing_value_is_a_slip_only_where_the_check_needs_it(runner: Runner) -> None:
    needed = runner.run(torch_job("for _ in (): pass", "assert answer == 1", "1"))
    assert needed.slip
    assert "end with an expression" in needed.message
    assert runner.run(torch_job("def f(): return 1", "assert f() == 1")).passed


def test_an_empty_answer_is_a_slip(runner: Runner) -> None:
    assert runner.run(torch_job("# nothing yet\n", "assert answer == 1", "1")).slip


def test_a_builtin_is_hidden_only_where_the_card_expects_it(runner: Runner) -> None:
    job = torch_job("def input(): return 'typed'", "assert input() == 'typed'")
    assert not runner.run(job).passed
    assert runner.run(replace(job, expects=("input",))).passed


def test_an_exception_in_the_check_is_a_fail_that_names_the_answers_line(runner: Runner) -> None:
    outcome = runner.run(
        torch_job("def f(n):\n    return n.missing", "assert f(1) == 1", "def f(n): return n")
    )
    assert (outcome.verdict, outcome.slip, outcome.phase) == (Verdict.FAIL, False, Phase.CHECK)
    assert outcome.message.startswith("the check could not use your answer: AttributeError")
    assert (outcome.line, outcome.answer_line, outcome.source_line) == (1, 2, "return n.missing")


def test_a_mistake_the_card_knows_is_explained(runner: Runner) -> None:
    job = torch_job(
        "x.unsqueeze(0)",
        "assert answer.shape == (4, 1), 'the new dimension goes last'",
        "x.unsqueeze(1)",
        given="x = torch.arange(4)",
        wrong=(
            Mistake("x[None, :]", "dim 0 comes first"),
            Mistake("x.unsqueeze(2)", "dims end at 1", "IndexError"),
        ),
    )
    assert runner.run(job).because == "dim 0 comes first"
    raising = runner.run(replace(job, answer="y = x\ny.unsqueeze(2)"))
    assert (raising.because, raising.slip, raising.error) == ("dims end at 1", True, "IndexError")
    assert runner.run(replace(job, answer="x.reshape(2, 2)")).because is None


def test_a_failed_assert_tells_line_text_values_and_difference(runner: Runner) -> None:
    check = "want = torch.ones(2, 3)\nassert same(answer, want), 'all ones'"
    outcome = runner.run(torch_job("x = torch.ones(2, 3)\nx[1, 2] = 5\nx", check, "torch.ones(2, 3)"))
    assert (outcome.line, outcome.assertion, outcome.message) == (2, "same(answer, want)", "all ones")
    assert "5." in (outcome.left or "")
    assert "1 of 6 elements differ" in outcome.difference
    assert "first at [1, 2]: 5.0 and 1.0" in outcome.difference
    assert outcome.answer_value is not None
    assert outcome.wanted_value is not None
    assert outcome.wanted_value.shape == (2, 3)


def test_values_that_match_only_by_broadcasting_are_told_so(runner: Runner) -> None:
    outcome = runner.run(
        torch_job("torch.ones(3)", "assert same(answer, torch.ones(2, 3))", "torch.ones(2, 3)")
    )
    assert "these only match by broadcasting" in outcome.difference


def test_python_is_asked_what_was_meant(runner: Runner) -> None:
    method = runner.run(torch_job("x = torch.ones(2)\nx.unsqueze(0)", "assert answer", "1"))
    function = runner.run(torch_job("torch.unsqueze(1)", "assert answer", "1"))
    assert "Did you mean: 'unsqueeze'" in method.message
    assert "Did you mean: 'unsqueeze'" in function.message
    assert (method.line, method.source_line) == (2, "x.unsqueze(0)")


def test_control_characters_are_made_visible(runner: Runner) -> None:
    outcome = runner.run(
        torch_job("print('\\x1b[31mred\\x07 \\u202e')\n'\\x1b]0;t\\x07'", "assert answer == 1", "1")
    )
    assert "␛[31mred␇ <U+202E>" in outcome.stdout
    assert "\x1b" not in repr(outcome)


def test_a_sparse_tensor_is_told_from_a_dense_one(runner: Runner) -> None:
    outcome = runner.run(
        torch_job("torch.eye(3).to_sparse()", "assert same(answer, torch.eye(3))", "torch.eye(3)")
    )
    assert outcome.verdict is Verdict.FAIL
    assert outcome.difference == ("layout: torch.sparse_coo and torch.strided",)


def test_a_value_is_shown_without_a_verdict(runner: Runner) -> None:
    outcome = runner.value(torch_job("print('hi')\ntorch.eye(2)", ""))
    assert outcome.answer_value is not None
    assert outcome.answer_value.grid == (("1", "0"), ("0", "1"))
    assert (outcome.verdict, outcome.stdout) == (Verdict.SKIPPED, "hi\n")


@pytest.mark.parametrize(
    "code",
    [
        "torch.ones(1).expand(10**9)",
        "torch.ones(3, device='meta')",
        "torch.eye(3).to_sparse()",
        "torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.quint8)",
        "torch.complex(torch.ones(3), torch.ones(3)).conj()",
        "torch.tensor([float('nan'), float('inf')])",
        "torch.arange(12).reshape(3, 4).T",
        "torch.empty(0)",
        "np.zeros((0, 3))",
        "np.array([1, 'a', None], dtype=object)",
        "torch.ones(3).bfloat16()",
        "np.broadcast_to(np.float32(1), (40000, 40000))",
        "'x' * 10**7",
        "list(range(10**6))",
    ],
)
def test_any_value_has_a_bounded_picture(code: str, runner: Runner) -> None:
    outcome = runner.value(torch_job(code, "", limits=Limits(5.0)))
    assert outcome.answer_value is not None, outcome
    assert len(outcome.answer_value.text) <= 300


def test_an_image_becomes_a_small_picture(runner: Runner) -> None:
    outcome = runner.value(torch_job("a = np.zeros((100, 200, 3), np.uint8)\na[..., 0] = 255\na", ""))
    image = outcome.answer_value.image if outcome.answer_value else None
    assert image is not None
    assert (image.rows, image.cols, image.pixels[:3]) == (48, 64, b"\x00\x00\xff")


def test_preparing_tells_what_given_binds_and_speeds_the_answer(runner: Runner) -> None:
    job = torch_job(
        "x.sum()", "assert answer == 6", given="import time\ntime.sleep(0.3)\nx = torch.arange(4)"
    )
    told = runner.prepare(job)
    assert told.problem is None
    assert told.values["x"].text == "tensor([0, 1, 2, 3])"
    outcome = runner.run(job)
    assert outcome.passed
    assert outcome.seconds < 0.25


def test_preparing_a_card_that_fails_says_how(runner: Runner) -> None:
    told = runner.prepare(torch_job("1", "assert 1", given="nothing"))
    assert told.problem is not None
    assert told.problem.verdict is Verdict.BROKEN


def test_a_prepared_process_serves_no_other_card(runner: Runner) -> None:
    runner.prepare(torch_job("x", "assert answer == 1", given="x = 1"))
    assert runner.run(torch_job("x", "assert answer == 2", given="x = 2")).passed


def test_a_literal_with_a_check_arrives_as_data(runner: Runner) -> None:
    job = Job(
        "d/c",
        accepts="literal",
        answer="torch.Size([4, 1])",
        check="assert answer == (4, 1)",
        solution="(4, 1)",
    )
    assert runner.run(job).passed
    assert runner.run(replace(job, answer="(4, 1")).slip


def test_limits_are_told_with_the_line(runner: Runner) -> None:
    outcome = runner.run(torch_job("n = 0\nwhile True:\n    n += 1", "assert 1", "1", limits=Limits(0.5)))
    assert (outcome.why, outcome.slip) == (Why.TIMEOUT, True)
    assert outcome.line in (2, 3)
    assert outcome.source_line
