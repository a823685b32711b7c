"""Honest answers, usual and unusual: none is refused, and none costs an attempt."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ptcards.runner.runner import Runner
from tests.runner.runner_cases import PREAMBLE, torch_job

LOGGING = (
    "log = []\nclass L(torch.Tensor):\n    @classmethod\n"
    "    def __torch_function__(cls, function, types, args=(), kwargs=None):\n"
    "        log.append(function.__name__)\n"
    "        return super().__torch_function__(function, types, args, kwargs or {})\n"
    "x = torch.ones(2).as_subclass(L)\n_ = x.sum()\n"
)
ANSWERS = {
    "last expression": "2 + 2\n? answer == 4",
    "bound answer": "answer = 4\nother = 5\n? answer == 4 and other == 5",
    "last assignment": "x = 3\ny = x + 1\n? answer == 4",
    "annotated assignment": "y: int = 4\n? answer == 4",
    "module": "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.fc = torch.nn.Linear(3, 2)\n    def forward(self, x):\n        return self.fc(x)\n"
    "? Net()(torch.ones(5, 3)).shape == (5, 2)",
    "training": "model = torch.nn.Linear(2, 1)\nopt = torch.optim.Adam(model.parameters(), 0.1)\n"
    "for _ in range(40):\n    opt.zero_grad()\n    loss = (model(torch.ones(4, 2)) - 3).square().mean()\n"
    "    loss.backward()\n    opt.step()\nfloat(loss)\n? answer < 0.1",
    "a compiler that is there when an optimizer asks for it": "import sys  # for torch.optim\n"
    "'torch._dy' + 'namo' in sys.modules\n? answer",
    "hooks": "x = torch.ones(2, requires_grad=True)\nx.register_hook(lambda g: g * 3)\nx.sum().backward()\n"
    "x.grad\n? same(answer, torch.full((2,), 3.0))",
    "loader": "from torch.utils.data import DataLoader\nDataLoader(list(range(10)), batch_size=4)\n"
    "? [len(batch) for batch in answer] == [4, 4, 2]",
    "file": "cv2.imwrite('a.png', np.zeros((4, 6), np.uint8))\ncv2.imread('a.png', 0)\n"
    "? answer.shape == (4, 6)",
    "own equality": "class P:\n    def __init__(self, x): self.x = x\n"
    "    def __eq__(self, o): return isinstance(o, P) and o.x == self.x\n? P(1) == P(1)\n? P(1) != P(2)\n"
    "? [P(1)] == [P(1)]",
    "own truth": "class B(list):\n    def __bool__(self): return len(self) > 1\n? B([1, 2])\n? not B([1])",
    "expression objects": "class E:\n    def __init__(self, op='='): self.op = op\n"
    "    def __eq__(self, o): return E('eq')\n? (E() == 3).op == 'eq'",
    "dataclass": "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: 'int'\nP(2)\n"
    "? answer == P(2)",
    "generator": "def f():\n    yield from range(3)\nf()\n? list(answer) == [0, 1, 2]",
    "big print": "for i in range(3000): print('line', i)\n1\n? answer == 1",
    "warning": "import warnings\nwarnings.warn('careful')\n1\n? answer == 1",
    "event loop": "import asyncio\nasync def f(): return 3\nasyncio.run(f())\n? answer == 3",
    "threads that end": "from concurrent.futures import ThreadPoolExecutor\n"
    "with ThreadPoolExecutor(2) as pool:\n    found = list(pool.map(abs, [-1, 2]))\nfound\n"
    "? answer == [1, 2]",
    "more torch threads": "torch.set_num_threads(2)\na = torch.ones(400, 400)\n(a @ a)[0, 0].item()\n"
    "? answer == 400",
    "pickle": "import pickle\nclass A: pass\npickle.loads(pickle.dumps(A()))\n? type(answer) is A",
    "pickled parameter": "import pickle\np = torch.nn.Parameter(torch.ones(2))\n"
    "pickle.loads(pickle.dumps(p))\n? same(answer.data, torch.ones(2))",
    "plain subclass": "class T(torch.Tensor): pass\ntorch.ones(2).as_subclass(T)\n"
    "? torch.equal(answer, torch.ones(2))",
    "default dtype": "torch.set_default_dtype(torch.float64)\ntorch.ones(1)\n? answer.dtype == torch.float64",
    "patched for a while": "from unittest.mock import patch\n"
    "with patch('torch.equal', lambda *a: 5): y = torch.equal(1, 2)\ny\n? answer == 5",
    "hidden builtins": "total = sum = 6\ninput = torch.ones(2)\ntotal\n? answer == 6",
    "path changed": "import sys\nsys.path.insert(0, 'x')\n1\n? __import__('fractions') and answer == 1",
    "chained comparison": "3\n? 1 < answer <= 3 != 4",
    "comprehension": "[1, 2]\n? all(n in answer for n in (1, 2)) and {n for n in answer} == {1, 2}",
    "asserts in a function": "3\n? answer == 3\ndef check(n):\n    assert n == 3, 'three'\ncheck(answer)",
    "a hidden builtin in a function of the answer": "sum = lambda v: 6\ndef f(v): return sum(v)\nf\n"
    "? answer([1]) == 6",
    "a hidden builtin beside the preamble's function": "sum = total([1, 2])\nsum\n? total([1, 2]) == answer",
    "a hidden builtin in a function made from text": "pow = lambda n: 7\nexec('def f(): return pow(1)')\nf\n"
    "? answer() == 7",
    "a hidden builtin looked up": "sum = 9\ndef f(): return globals()['sum']\nf\n? answer() == 9",
    "arithmetic of a tensor class": "class T(torch.Tensor):\n"
    "    def __add__(self, other): return super().__add__(other) * 10\ntorch.ones(2).as_subclass(T) + 1\n"
    "? torch.equal(answer, torch.full((2,), 20.))",
    "NumPy set to raise": "np.seterr(all='raise')\nnp.array([1e-310, 1., np.inf, np.nan])\n"
    "? (want := np.array([1e-310, 1., np.inf, np.nan])) is not None\n"
    "? close(answer, want) and same(answer, want)",
    "warnings as errors": "import warnings\nwarnings.simplefilter('error')\n1\n? answer == 1 and '\\d'",
    "no time": "np.array(['NaT'], 'M8[D]')\n? same(answer, np.array(['NaT'], 'M8[D]'))",
    "a byte order mark": "\ufeffx = 1\nx\n? answer == 1",
    "a low recursion limit": "import sys\nsys.setrecursionlimit(70)\n1\n? same([[[answer]]], [[[1]]])",
    "a class that computes for itself": "class D(np.lib.mixins.NDArrayOperatorsMixin):\n"
    "    def __init__(self, v): self.v = np.asarray(v)\n"
    "    def __array_ufunc__(self, f, how, *args, **named):\n"
    "        return D(getattr(f, how)(*[a.v if isinstance(a, D) else a for a in args], **named))\n"
    "D([1]) + 1\n? (answer.v == [2]).all() and (answer == 2).v.all()",
    "a mode in a with": "from torch.overrides import TorchFunctionMode\nclass M(TorchFunctionMode):\n"
    "    def __torch_function__(self, f, types, args=(), kwargs=None):\n"
    "        return f(*args, **(kwargs or {}))\nwith M(): x = torch.ones(1)\nx\n"
    "? same(answer, torch.ones(1))",
    "a default device": "torch.set_default_device('cpu')\ntorch.ones(1)\n? same(answer, torch.ones(1))",
    "a new optimizer": "p = torch.nn.Parameter(torch.ones(1))\no = torch.optim.RMSprop([p])\n"
    "p.sum().backward()\no.step()\np\n? answer < 1",
    "an attribute of a tensor": "x = torch.ones(1)\nx.label = 'a'\nx\n? answer.label == 'a'",
    "a hidden class": "class A: pass\nA\n? answer is A\nclass B(A): pass\n? isinstance(B(), answer)",
    "a package that finds modules by itself": "import finding\nfinding.moved.__name__\n"
    "? answer == 'finding.moved'",
    "a package that needs such a package": "import dates\ndates.frame([1, 2])\n"
    "? same(answer, np.array([1, 2]))",
    "a thread of a package": "import bars\n[n for n in bars.bar([1, 2])]\n? answer == [1, 2]",
    "an executor left idle": "from concurrent.futures import ThreadPoolExecutor\n"
    "pool = ThreadPoolExecutor(2)\nlist(pool.map(abs, [-1, 2]))\n? answer == [1, 2]",
    "a tensor class with its own clone": "class T(torch.Tensor):\n"
    "    def clone(self, *, memory_format=None): return super().clone().as_subclass(type(self))\n"
    "torch.ones(2).as_subclass(T)\n? torch.equal(answer.clone(), torch.ones(2))",
    "a tensor class with its own mean": "class T(torch.Tensor):\n"
    "    def mean(self, *args, **named): return super().mean(*args, **named)\ntorch.ones(2).as_subclass(T)\n"
    "? float(answer.mean()) == 1",
    "an array class with its own mean": "class A(np.ndarray):\n"
    "    def mean(self, *args, **named): return super().mean(*args, **named)\nnp.ones(2).view(A)\n"
    "? float(answer.mean()) == 1 and (answer == 1).all()",
    "an array class that hands on what it computes": "class A(np.ndarray):\n"
    "    def __array_ufunc__(self, function, how, *args, **named):\n"
    "        return getattr(function, how)(*map(np.asarray, args), **named)\nnp.ones(3).view(A) + 1\n"
    "? (answer == 2).all()",
    "calls of torch that a class writes down": f"{LOGGING}log\n? answer == ['sum']",
    "calls written down beside the value": f"{LOGGING}x\n? log == ['sum']\n? isinstance(answer, torch.Tensor)\n? log == ['sum']",
    "a class that counts its comparisons": "class Counted:\n"
    "    def __init__(self, n): self.n, self.compared = n, 0\n    def __eq__(self, other):\n"
    "        self.compared += 1\n        return self.n == getattr(other, 'n', other)\n    __hash__ = None\n"
    "answer = Counted(3)\n? answer == 3\n? answer.compared == 1\n? answer == 3 and answer.compared == 2",
    "a container that writes down what was asked": "class Seen:\n    def __init__(self): self.asked = []\n"
    "    def __contains__(self, item):\n        self.asked.append(item)\n        return True\nSeen()\n"
    "? 3 in answer\n? answer.asked == [3]",
    "an object that counts how often its truth was asked": "class Truth:\n    asked = 0\n"
    "    def __bool__(self):\n        self.asked += 1\n        return True\nTruth()\n? answer\n"
    "? answer.asked == 1",
    "an object that writes down its attributes": "class Calls:\n    def __init__(self): self.names = []\n"
    "    def __getattr__(self, name):\n        self.names.append(name)\n        return self\n"
    "    def __getattribute__(self, name):\n        return object.__getattribute__(self, name)\n"
    "c = Calls()\nc.a.b\nc\n? answer.names == ['a', 'b']",
    "a number that compares with tolerance": "class Metre(float):\n"
    "    def __eq__(self, other): return abs(float(self) - float(other)) < 1e-9\n"
    "    __hash__ = float.__hash__\nMetre(1.0)\n? answer == 1.0",
    "a function of torch replaced on purpose": "import torch.nn.functional as F\ncalls, relu = [], F.relu\n"
    "def traced(x):\n    calls.append(1)\n    return relu(x)\nF.relu = traced\nF.relu(torch.ones(1))\n"
    "calls\n? answer == [1] and same(torch.relu(torch.ones(1)), torch.ones(1))",
    "a method of a layer replaced on purpose": "torch.nn.Linear.reset_parameters = lambda self: torch.nn.init.ones_(self.weight)\n"
    "torch.nn.Linear(2, 1, bias=False)\n? answer.weight.sum() == 2",
    "a hook for all modules": "calls = []\n"
    "torch.nn.modules.module.register_module_forward_hook(lambda m, i, o: calls.append(type(m).__name__))\n"
    "torch.nn.Linear(2, 1)(torch.ones(1, 2))\ncalls\n? answer == ['Linear']",
    "an attribute of a tensor named as a method": "x = torch.ones(2)\nx.std = 1.0\nx\n? answer.std == 1.0",
    "a constant added to a module": "import math\nmath.tau2 = 2 * math.tau\nmath.tau2\n? answer > 12",
    "a function of its own for autograd": "class F(torch.autograd.Function):\n    @staticmethod\n"
    "    def forward(ctx, x): return x * 2\n    @staticmethod\n    def backward(ctx, g): return g * 2\n"
    "x = torch.ones(2, requires_grad=True)\nF.apply(x).sum().backward()\nx.grad\n"
    "? same(answer, torch.full((2,), 2.))",
    "vmap": "torch.func.vmap(lambda x: x * 2)(torch.ones(2))\n? same(answer, torch.full((2,), 2.))",
    "a scripted function": "@torch.jit.script\ndef f(x: torch.Tensor):\n    return x + 1\nf(torch.ones(2))\n"
    "? same(answer, torch.full((2,), 2.))",
    "an operator of its own": "@torch.library.custom_op('own::twice', mutates_args=())\n"
    "def twice(x: torch.Tensor) -> torch.Tensor:\n    return x * 2\ntwice(torch.ones(2))\n"
    "? same(answer, torch.full((2,), 2.))",
    "NumPy's printing changed": "np.set_printoptions(precision=2)\n1\n? answer == 1",
    "a masked array": "import numpy.ma as ma\nma.array([1, 2], mask=[0, 1]).sum()\n? answer == 1",
    "distributions": "import torch.distributions as D\nD.Normal(0., 1.).mean\n? answer == 0",
    "one name of given extended": "x = [1]\nx.append(2)\nx\n? answer == [1, 2]",
    "a hundred thousand comparisons": "[*range(100_000)]\n? answer[0] == 0\nfor n, m in enumerate(answer):\n"
    "    if n != m: raise ValueError",
}
"""An answer, and after `?` what its check asserts."""
LEFT = {
    "the default dtype": "torch.set_default_dtype(torch.float64)\n1\n? torch.ones(1).dtype == torch.float32",
    "the default device": "torch.set_default_device('meta')\n1\n? torch.ones(1).device.type == 'cpu'",
    "no gradients": "torch.set_grad_enabled(False)\n1\n? torch.is_grad_enabled()",
    "a seed": "torch.manual_seed(5)\n1\n? torch.rand(1) != torch.rand(1)",
    "a seed bound, not set": "torch.manual_seed = np.random.seed = 0\n1\n? torch.manual_seed(3) and True",
    "a builtin replaced": "import builtins\nbuiltins.len = lambda of: 7\n1\n? len([1]) == 1",
    "a trace": "import sys\nsys.settrace(lambda *_: None)\n1\n? __import__('sys').gettrace() is None",
    "the output": "import sys, io\nsys.stdout = io.StringIO()\n1\n? print('seen') is None",
    "a name that is no text": "globals()[3] = 1\n1\n? answer == 1",
    "no module path": "import sys\nsys.path = None\n1\n? answer == 1",
    "another module path": "import sys\nsys.path = ['x']\n1\n? answer == 1",
    "no streams": "import sys\nsys.stdout = sys.stderr = None\n1\n? answer == 1",
    "a name with control characters": "globals()['\\x1b[31m'] = 1\n1\n? answer == 1",
}
"""What an answer leaves changed or strange, and the check finds as it was."""


@pytest.mark.parametrize("name", [*ANSWERS, *LEFT])
def test_an_honest_answer_passes(name: str, runner: Runner) -> None:
    answer, _, check = (ANSWERS | LEFT)[name].partition("\n? ")
    check = "assert " + check.replace("\n? ", "\nassert ")
    outcome = runner.run(torch_job(answer, check, preamble=PREAMBLE + "def total(v): return sum(v)\n"))
    assert outcome.passed, outcome


@pytest.mark.parametrize("package", ["finding", "dates", "bars"])
def test_a_card_may_rest_on_any_package(package: str, runner: Runner) -> None:
    job = torch_job("1", "assert answer == 1", preamble=f"import {package}\n")
    assert runner.run(job).passed
    assert not runner.run(replace(job, answer="2")).passed
