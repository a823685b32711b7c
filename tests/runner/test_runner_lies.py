from __future__ import annotations

from dataclasses import replace

import pytest

from ptcards.runner.protocol import Job, Verdict
from ptcards.runner.runner import Runner
from tests.runner.runner_cases import PREAMBLE, Case, torch_job

ONES = "x = torch.ones(3)"
EQUAL = "assert torch.equal(x, torch.ones(3))"
SAME = "assert same(x, torch.ones(3))"
ARRAY = "assert (x == np.ones(3)).all()"
IS_TENSOR = "assert isinstance(x, torch.Tensor)"

LIES = (
    Case(
        "class-of-another-inherited",
        "class A:\n    __class__ = torch.Tensor\nclass B(A): pass\nx = B()",
        says="another's",
        check=IS_TENSOR,
        solution=ONES,
    ),
    Case(
        "class-of-another-by-attribute",
        "class A:\n    def __getattribute__(self, name):\n"
        "        return torch.Tensor if name == '__class__' else object.__getattribute__(self, name)\nx = A()",
        says="another's",
        check=IS_TENSOR,
        solution=ONES,
    ),
    Case(
        "class-equal-to-any-class",
        "class M(type):\n    def __eq__(cls, other): return True\n    __hash__ = type.__hash__\n"
        "class x(metaclass=M): pass",
        check="assert x == int",
        solution="x = int",
        says="equals anything",
    ),
    Case(
        "no-tensor-but-answers-for-one",
        "class D:\n    @classmethod\n    def __torch_function__(cls, f, types, args=(), kwargs=None): return True\n"
        "x = D()",
        says="answers for torch",
        check=EQUAL,
        solution=ONES,
    ),
    Case(
        "no-array-but-answers-for-one",
        "class D:\n    def __array_function__(self, *rest): return True\nx = D()",
        check="assert np.allclose(x, np.ones(3))",
        solution="x = np.ones(3)",
        says="answers for NumPy",
    ),
    Case(
        "no-array-but-computes-like-one",
        "class D:\n    def __array_ufunc__(self, *rest, **named): return np.array([True])\nx = D()",
        says="answers for NumPy",
        check=ARRAY,
        solution="x = np.ones(3)",
    ),
    Case(
        "array-that-computes-lies",
        "class A(np.ndarray):\n    def __array_ufunc__(self, *rest, **named): return np.ones(3, bool)\n"
        "x = np.zeros(3).view(A)",
        says="lies",
        check=ARRAY,
        solution="x = np.ones(3)",
    ),
    Case(
        "tensor-close-to-anything",
        "class T(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, f, types, args=(), kwargs=None):\n"
        "        if f.__name__ == 'allclose': return True\n"
        "        return super().__torch_function__(f, types, args, kwargs or {})\n"
        "x = torch.zeros(3).as_subclass(T)",
        check="assert torch.allclose(x, torch.ones(3))",
        solution="x = torch.ones(3)",
        says="lies",
    ),
    Case(
        "tensor-with-a-method-of-its-own",
        "x = torch.zeros(3)\nx.sum = lambda: torch.tensor(3.)",
        check="assert x.sum() == 3",
        solution="x = torch.ones(3)",
        says="`sum`",
    ),
    Case(
        "function-mode-left-on",
        "from torch.overrides import TorchFunctionMode\nclass M(TorchFunctionMode):\n"
        "    def __torch_function__(self, f, types, args=(), kwargs=None):\n"
        "        return True if f is torch.equal else f(*args, **(kwargs or {}))\n"
        "M().__enter__()\nx = torch.zeros(3)",
        says="left a torch mode",
        slip=True,
        check=EQUAL,
        solution=ONES,
    ),
    Case(
        "dispatch-mode-left-on",
        "from torch.utils._python_dispatch import TorchDispatchMode\nclass M(TorchDispatchMode):\n"
        "    def __torch_dispatch__(self, f, types, args=(), kwargs=None):\n"
        "        return True if 'equal' in str(f) else f(*args, **(kwargs or {}))\n"
        "M().__enter__()\nx = torch.zeros(3)",
        says="left a torch mode",
        slip=True,
        check=EQUAL,
        solution=ONES,
    ),
    Case(
        "no-values-by-default",
        "torch.set_default_device('meta')\nx = torch.zeros(3)",
        check=SAME,
        solution=ONES,
    ),
    Case(
        "no-values-by-a-device-left-on",
        "torch.device('meta').__enter__()\nx = torch.zeros(3)",
        check=SAME,
        solution=ONES,
    ),
    Case(
        "patched-loss",
        "torch.nn.MSELoss.forward = lambda self, a, b: torch.tensor(0.)\nx = torch.zeros(3)",
        check="assert torch.nn.MSELoss()(x, torch.ones(3)) == 0",
        solution="x = torch.ones(3)",
        says="replaced torch.nn.MSELoss.forward",
    ),
    Case(
        "patched-transform",
        "torch.fft.fft = lambda t: t\nx = torch.ones(3)",
        check="assert torch.equal(x, torch.fft.fft(x))",
        solution="x = torch.zeros(3, dtype=torch.complex64)",
        says="replaced torch.fft.fft",
    ),
    Case(
        "patched-class-of-an-imported-module",
        "import fractions\nfractions.Fraction.__new__ = lambda cls, *rest: 3\nx = 3",
        check="from fractions import Fraction\nassert x == Fraction(1, 2)",
        solution="x = 0.5",
        says="replaced fractions.Fraction.__new__",
    ),
    Case("added-builtin", "import builtins\nbuiltins.x = 1\nx = 2", says="x is one"),
)


@pytest.mark.parametrize("case", LIES, ids=lambda case: case.name)
def test_a_lie_does_not_pass(case: Case, runner: Runner) -> None:
    case.judge(runner.run(case.job()))


FETCH = "def f():\n    import colorsys\n    return colorsys.rgb_to_hsv(1, 1, 1)\n"
FAKE = "import sys, types\nm = types.ModuleType('colorsys')\nm.rgb_to_hsv = lambda *a: 2\nsys.modules['colorsys'] = m\n"
HIDDEN = {
    "a builtin": ("def total(v): return sum(v)", "sum = lambda v: 6\n[1]", "total(answer) == 6", "[6]"),
    "a constant": ("LIMIT = 5\ndef small(v): return v < LIMIT", "LIMIT = 99\n50", "small(answer)", "3"),
    "a method's constant": (
        "LIMIT = 5\nclass Gate:\n    def lets(self, v): return v < LIMIT",
        "LIMIT = 99\n50",
        "Gate().lets(answer)",
        "3",
    ),
    "a list in a tuple": (
        "DATA = ([1, 2], [3])",
        "DATA[0].append(9)\n[1, 2, 9]",
        "answer == DATA[0]",
        "[1, 2]",
    ),
    "a deque": (
        "from collections import deque\nQUEUE = deque([1, 2])",
        "QUEUE.append(9)\n3",
        "answer == len(QUEUE)",
        "2",
    ),
    "a dict with a default": (
        "from collections import defaultdict\nCOUNT = defaultdict(int, a=1)",
        "COUNT['z'] += 1\n2",
        "answer == len(COUNT)",
        "1",
    ),
    "a module imported late": (FETCH, FAKE + "2", "f() == answer", "(0.0, 0.0, 1)"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_the_preamble_rests_on_is_as_it_was_in_the_check(name: str, runner: Runner) -> None:
    preamble, answer, check, solution = HIDDEN[name]
    job = Job("d/c", preamble=preamble, answer=answer, check=f"assert {check}", solution=solution)
    assert runner.run(job).verdict is Verdict.FAIL
    assert runner.run(replace(job, answer=solution)).passed


HONEST = {
    "a hidden builtin in a function of the answer": (
        "sum = lambda v: 6\ndef f(v): return sum(v)\nf",
        "assert answer([1]) == 6",
    ),
    "a hidden builtin beside the preamble's function": (
        "sum = total([1, 2])\nsum",
        "assert total([1, 2]) == answer",
    ),
    "a hidden builtin in a function made from text": (
        "pow = lambda n: 7\nexec('def f(): return pow(1)')\nf",
        "assert answer() == 7",
    ),
    "a hidden builtin looked up": ("sum = 9\ndef f(): return globals()['sum']\nf", "assert answer() == 9"),
    "arithmetic of a tensor class": (
        "class T(torch.Tensor):\n    def __add__(self, other): return super().__add__(other) * 10\n"
        "torch.ones(2).as_subclass(T) + 1",
        "assert torch.equal(answer, torch.full((2,), 20.))",
    ),
    "NumPy set to raise": (
        "np.seterr(all='raise')\nnp.array([1e-310, 1., np.inf, np.nan])",
        "want = np.array([1e-310, 1., np.inf, np.nan])\nassert close(answer, want) and same(answer, want)",
    ),
    "warnings as errors": (
        "import warnings\nwarnings.simplefilter('error')\n1",
        "assert answer == 1 and '\\d'",
    ),
    "no time": ("np.array(['NaT'], 'M8[D]')", "assert same(answer, np.array(['NaT'], 'M8[D]'))"),
    "a byte order mark": ("\ufeffx = 1\nx", "assert answer == 1"),
    "a low recursion limit": (
        "import sys\nsys.setrecursionlimit(70)\n1",
        "assert same([[[answer]]], [[[1]]])",
    ),
    "a class that computes for itself": (
        "class D(np.lib.mixins.NDArrayOperatorsMixin):\n    def __init__(self, v): self.v = np.asarray(v)\n"
        "    def __array_ufunc__(self, f, how, *args, **named):\n"
        "        return D(getattr(f, how)(*[a.v if isinstance(a, D) else a for a in args], **named))\nD([1]) + 1",
        "assert (answer.v == [2]).all() and (answer == 2).v.all()",
    ),
    "a mode in a with": (
        "from torch.overrides import TorchFunctionMode\nclass M(TorchFunctionMode):\n"
        "    def __torch_function__(self, f, types, args=(), kwargs=None):\n"
        "        return f(*args, **(kwargs or {}))\nwith M(): x = torch.ones(1)\nx",
        "assert same(answer, torch.ones(1))",
    ),
    "a default device": (
        "torch.set_default_device('cpu')\ntorch.ones(1)",
        "assert same(answer, torch.ones(1))",
    ),
    "a new optimizer": (
        "p = torch.nn.Parameter(torch.ones(1))\no = torch.optim.RMSprop([p])\np.sum().backward()\no.step()\np",
        "assert answer < 1",
    ),
    "an attribute of a tensor": ("x = torch.ones(1)\nx.label = 'a'\nx", "assert answer.label == 'a'"),
    "a hidden class": ("class A: pass\nA", "class B(A): pass\nassert isinstance(B(), answer)"),
}


@pytest.mark.parametrize("name", HONEST)
def test_what_only_looks_like_a_lie_passes(name: str, runner: Runner) -> None:
    answer, check = HONEST[name]
    preamble = PREAMBLE + "def total(v): return sum(v)\n"
    outcome = runner.run(replace(torch_job(answer, check), preamble=preamble))
    assert outcome.passed, outcome
