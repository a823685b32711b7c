"""Answers that deceive the check inside their own process: who writes one deceives only themself.

Nothing here is refused, because what would refuse it also refused honest answers: importing a package changes the
import system, and comparing an object runs the learner's code.
"""

from __future__ import annotations

from tests.runner.runner_cases import ONES, Case, cases

EQUAL = "assert torch.equal(x, torch.ones(3))"
LYING = "    @classmethod\n    def __torch_function__(cls, f, types, args=(), kwargs=None):\n"
THEN = "        return super().__torch_function__(f, types, args, kwargs or {})\n"
TO_ONES = {
    "equal-to-everything": "class E:\n    def __eq__(self, o): return True\n"
    "    def __ne__(self, o): return False\n    def __hash__(self): return 0\nx = E()",
    "mock-any": "from unittest.mock import ANY\nx = ANY",
    "finder-left-behind": "import sys, importlib.abc\nclass F(importlib.abc.MetaPathFinder):\n"
    "    def find_spec(self, *a): return None\nsys.meta_path.insert(0, F())\nx = 1",
}
NO_TENSORS = {
    "says-it-is-a-tensor": "class T:\n    __class__ = torch.Tensor\nx = T()",
    "class-of-another-inherited": "class A:\n    __class__ = torch.Tensor\nclass B(A): pass\nx = B()",
    "class-of-another-by-attribute": "class A:\n    def __getattribute__(self, name):\n"
    "        return torch.Tensor if name == '__class__' else object.__getattribute__(self, name)\nx = A()",
}
NOT_EQUAL = {
    "tensor-that-lies": f"class T(torch.Tensor):\n{LYING}"
    f"        if f.__name__ in ('equal', 'allclose'): return True\n{THEN}x = torch.zeros(3).as_subclass(T)",
    "no-tensor-but-answers-for-one": f"class D:\n{LYING}        return True\nx = D()",
    "function-mode-left-on": "from torch.overrides import TorchFunctionMode\nclass M(TorchFunctionMode):\n"
    "    def __torch_function__(self, f, types, args=(), kwargs=None):\n"
    "        return True if f is torch.equal else f(*args, **(kwargs or {}))\n"
    "M().__enter__()\nx = torch.zeros(3)",
    "dispatch-mode-left-on": "from torch.utils._python_dispatch import TorchDispatchMode\n"
    "class M(TorchDispatchMode):\n    def __torch_dispatch__(self, f, types, args=(), kwargs=None):\n"
    "        return True if 'equal' in str(f) else f(*args, **(kwargs or {}))\n"
    "M().__enter__()\nx = torch.zeros(3)",
}
NO_ARRAYS = {
    "no-array-but-computes-like-one": "class D:\n"
    "    def __array_ufunc__(self, *rest, **named): return np.array([True])\nx = D()",
    "array-that-computes-lies": "class A(np.ndarray):\n"
    "    def __array_ufunc__(self, *rest, **named): return np.ones(3, bool)\nx = np.zeros(3).view(A)",
}
OTHERS = {
    "equal-to-everything-in-a-list": (
        "class E:\n    def __eq__(self, o): return True\nx = [E(), [E()]]",
        "assert x == [1, [2]]",
        "x = [1, [2]]",
    ),
    "equal-to-everything-from-a-function": (
        "class E:\n    def __eq__(self, o): return [1]\ndef f(): return E()",
        "assert all(f() == n for n in (1, 2))",
        "class Two(int):\n    def __eq__(self, o): return o in (1, 2)\n    __hash__ = None\ndef f(): return Two(1)",
    ),
    "tensor-with-its-own-shape": (
        "class T(torch.Tensor):\n    shape = (1, 3)\nx = torch.zeros(3).as_subclass(T)",
        "assert x.shape == (1, 3)",
        "x = torch.ones(1, 3)",
    ),
    "fake-module-left-behind": (
        "import sys, types\nm = types.ModuleType('fractions')\nm.Fraction = lambda *a: 2\nsys.modules['fractions'] = m\nx = 2",
        "from fractions import Fraction\nassert Fraction(x, 2) == 2",
        "x = 4",
    ),
    "class-equal-to-any-class": (
        "class M(type):\n    def __eq__(cls, other): return True\n    __hash__ = type.__hash__\n"
        "class x(metaclass=M): pass",
        "assert x == int",
        "x = int",
    ),
    "no-array-but-answers-for-one": (
        "class D:\n    def __array_function__(self, *rest): return True\nx = D()",
        "assert np.allclose(x, np.ones(3))",
        "x = np.ones(3)",
    ),
    "tensor-close-to-anything": (
        f"class T(torch.Tensor):\n{LYING}        if f.__name__ == 'allclose': return True\n{THEN}"
        "x = torch.zeros(3).as_subclass(T)",
        "assert torch.allclose(x, torch.ones(3))",
        ONES,
    ),
    "tensor-with-a-method-of-its-own": (
        "x = torch.zeros(3)\nx.sum = lambda: torch.tensor(3.)",
        "assert x.sum() == 3",
        ONES,
    ),
    "patched-loss": (
        "torch.nn.MSELoss.forward = lambda self, a, b: torch.tensor(0.)\nx = torch.zeros(3)",
        "assert torch.nn.MSELoss()(x, torch.ones(3)) == 0",
        ONES,
    ),
    "patched-transform": (
        "torch.fft.fft = lambda t: t\nx = torch.ones(3)",
        "assert torch.equal(x, torch.fft.fft(x))",
        "x = torch.zeros(3, dtype=torch.complex64)",
    ),
    "patched-class-of-an-imported-module": (
        "import fractions\nfractions.Fraction.__new__ = lambda cls, *rest: 3\nx = 3",
        "from fractions import Fraction\nassert x == Fraction(1, 2)",
        "x = 0.5",
    ),
}
NOT_PROMISED = (
    *cases(TO_ONES),
    *cases(NO_TENSORS, check="assert isinstance(x, torch.Tensor)", solution=ONES),
    *cases(NOT_EQUAL, check=EQUAL, solution=ONES),
    *cases(NO_ARRAYS, check="assert (x == np.ones(3)).all()", solution="x = np.ones(3)"),
    *(Case(name, answer, check, solution=solution) for name, (answer, check, solution) in OTHERS.items()),
)
