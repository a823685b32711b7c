"""Answers that deceive the check inside their own process: who writes one deceives only themself.

Nothing here is refused, because what would refuse it also refused honest answers: importing a package changes the
import system, and comparing an object runs the learner's code. Objects that equal everything, tensors and arrays
that lie, patched torch or NumPy aimed at the check, finders, modules and torch modes left behind for it.
"""

from __future__ import annotations

from tests.runner.runner_cases import Case

ONES = "x = torch.ones(3)"
EQUAL = "assert torch.equal(x, torch.ones(3))"
ARRAY = "assert (x == np.ones(3)).all()"
IS_TENSOR = "assert isinstance(x, torch.Tensor)"

NOT_PROMISED = (
    Case(
        "equal-to-everything",
        "class E:\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\n"
        "    def __hash__(self): return 0\nx = E()",
    ),
    Case(
        "equal-to-everything-in-a-list",
        "class E:\n    def __eq__(self, o): return True\nx = [E(), [E()]]",
        check="assert x == [1, [2]]",
        solution="x = [1, [2]]",
    ),
    Case(
        "equal-to-everything-from-a-function",
        "class E:\n    def __eq__(self, o): return [1]\ndef f(): return E()",
        check="assert all(f() == n for n in (1, 2))",
        solution="class Two(int):\n    def __eq__(self, o): return o in (1, 2)\n    __hash__ = None\ndef f(): return Two(1)",
    ),
    Case("mock-any", "from unittest.mock import ANY\nx = ANY"),
    Case(
        "says-it-is-a-tensor",
        "class T:\n    __class__ = torch.Tensor\nx = T()",
        check="assert isinstance(x, torch.Tensor)",
        solution="x = torch.ones(1)",
    ),
    Case(
        "tensor-that-lies",
        "class T(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, f, types, args=(), kwargs=None):\n"
        "        if f.__name__ in ('equal', 'allclose'): return True\n"
        "        return super().__torch_function__(f, types, args, kwargs or {})\n"
        "x = torch.zeros(3).as_subclass(T)",
        check="assert torch.equal(x, torch.ones(3))",
        solution="x = torch.ones(3)",
    ),
    Case(
        "tensor-with-its-own-shape",
        "class T(torch.Tensor):\n    shape = (1, 3)\nx = torch.zeros(3).as_subclass(T)",
        check="assert x.shape == (1, 3)",
        solution="x = torch.ones(1, 3)",
    ),
    Case(
        "finder-left-behind",
        "import sys, importlib.abc\nclass F(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, *a): return None\nsys.meta_path.insert(0, F())\nx = 1",
    ),
    Case(
        "fake-module-left-behind",
        "import sys, types\nm = types.ModuleType('fractions')\nm.Fraction = lambda *a: 2\nsys.modules['fractions'] = m\nx = 2",
        check="from fractions import Fraction\nassert Fraction(x, 2) == 2",
        solution="x = 4",
    ),
    Case(
        "class-of-another-inherited",
        "class A:\n    __class__ = torch.Tensor\nclass B(A): pass\nx = B()",
        check=IS_TENSOR,
        solution=ONES,
    ),
    Case(
        "class-of-another-by-attribute",
        "class A:\n    def __getattribute__(self, name):\n"
        "        return torch.Tensor if name == '__class__' else object.__getattribute__(self, name)\nx = A()",
        check=IS_TENSOR,
        solution=ONES,
    ),
    Case(
        "class-equal-to-any-class",
        "class M(type):\n    def __eq__(cls, other): return True\n    __hash__ = type.__hash__\n"
        "class x(metaclass=M): pass",
        check="assert x == int",
        solution="x = int",
    ),
    Case(
        "no-tensor-but-answers-for-one",
        "class D:\n    @classmethod\n    def __torch_function__(cls, f, types, args=(), kwargs=None): return True\n"
        "x = D()",
        check=EQUAL,
        solution=ONES,
    ),
    Case(
        "no-array-but-answers-for-one",
        "class D:\n    def __array_function__(self, *rest): return True\nx = D()",
        check="assert np.allclose(x, np.ones(3))",
        solution="x = np.ones(3)",
    ),
    Case(
        "no-array-but-computes-like-one",
        "class D:\n    def __array_ufunc__(self, *rest, **named): return np.array([True])\nx = D()",
        check=ARRAY,
        solution="x = np.ones(3)",
    ),
    Case(
        "array-that-computes-lies",
        "class A(np.ndarray):\n    def __array_ufunc__(self, *rest, **named): return np.ones(3, bool)\n"
        "x = np.zeros(3).view(A)",
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
    ),
    Case(
        "tensor-with-a-method-of-its-own",
        "x = torch.zeros(3)\nx.sum = lambda: torch.tensor(3.)",
        check="assert x.sum() == 3",
        solution="x = torch.ones(3)",
    ),
    Case(
        "function-mode-left-on",
        "from torch.overrides import TorchFunctionMode\nclass M(TorchFunctionMode):\n"
        "    def __torch_function__(self, f, types, args=(), kwargs=None):\n"
        "        return True if f is torch.equal else f(*args, **(kwargs or {}))\n"
        "M().__enter__()\nx = torch.zeros(3)",
        check=EQUAL,
        solution=ONES,
    ),
    Case(
        "dispatch-mode-left-on",
        "from torch.utils._python_dispatch import TorchDispatchMode\nclass M(TorchDispatchMode):\n"
        "    def __torch_dispatch__(self, f, types, args=(), kwargs=None):\n"
        "        return True if 'equal' in str(f) else f(*args, **(kwargs or {}))\n"
        "M().__enter__()\nx = torch.zeros(3)",
        check=EQUAL,
        solution=ONES,
    ),
    Case(
        "patched-loss",
        "torch.nn.MSELoss.forward = lambda self, a, b: torch.tensor(0.)\nx = torch.zeros(3)",
        check="assert torch.nn.MSELoss()(x, torch.ones(3)) == 0",
        solution="x = torch.ones(3)",
    ),
    Case(
        "patched-transform",
        "torch.fft.fft = lambda t: t\nx = torch.ones(3)",
        check="assert torch.equal(x, torch.fft.fft(x))",
        solution="x = torch.zeros(3, dtype=torch.complex64)",
    ),
    Case(
        "patched-class-of-an-imported-module",
        "import fractions\nfractions.Fraction.__new__ = lambda cls, *rest: 3\nx = 3",
        check="from fractions import Fraction\nassert x == Fraction(1, 2)",
        solution="x = 0.5",
    ),
)
