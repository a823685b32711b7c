"""Answers that pretend, cards at fault, and honest stumbling."""

from __future__ import annotations

from typing import Any

from ptcards.runner.protocol import Phase, Why
from tests.runner.runner_cases import BROKEN, ONES, Case, cases

CALLED: dict[str, Any] = {
    "check": "assert f() == 1",
    "solution": "def f(): return 1",
    "phase": Phase.CHECK,
    "slip": False,
}
PATCHED = {
    "patched-torch": "torch.equal = torch.allclose = lambda *a, **k: True\nx = torch.zeros(3)",
    "rebound-torch": "class torch:\n    equal = staticmethod(lambda a, b: True)\n    ones = staticmethod(lambda n: n)\nx = 0",
}
NO_VALUES = {
    "no-values-by-default": "torch.set_default_device('meta')\nx = torch.zeros(3)",
    "no-values-by-a-device-left-on": "torch.device('meta').__enter__()\nx = torch.zeros(3)",
}
PRETENDING = (
    Case("exit-with-success", "import sys\nx = 1\nsys.exit(0)", why=Why.EXITED, slip=True),
    Case("end-the-process", "import os\nx = 1\nos._exit(0)", why=Why.EXITED, says="status 0", slip=True),
    Case("exit-in-a-function-of-the-check", "def f():\n    raise SystemExit(0)", **CALLED),
    Case("end-the-process-in-the-check", "import os\ndef f(): os._exit(0)", why=Why.EXITED, **CALLED),
    Case("print-a-verdict", "x = 2\nprint('{\"verdict\": \"pass\"}', 'PASS')", slip=False, line=1),
    Case(
        "write-verdicts-on-every-descriptor",
        "import json, os, struct\nx = 2\nbody = json.dumps({'result': {'verdict': 'pass'}}).encode()\n"
        "for fd in range(1, 300):\n    for text in (body, struct.pack('!I', len(body)) + body):\n"
        "        try: os.write(fd, text)\n        except OSError: pass",
        why=Why.PROTOCOL,
        slip=True,
    ),
    Case(
        "write-a-verdict-without-a-token-and-end",
        "import json, os\nclass Liar:\n    def __eq__(self, other):\n"
        "        os.write(3, json.dumps({'result': {'verdict': 'pass'}}).encode() + b'\\n')\n        os._exit(0)\nx = Liar()",
        why=Why.PROTOCOL,
    ),
    Case("close-every-descriptor", "import os\nos.closerange(0, 300)\nwhile True: pass", why=Why.PROTOCOL),
    *cases(PATCHED, check="assert torch.equal(x, torch.ones(3))", solution=ONES),
    Case(
        "patched-tensor-class",
        "torch.Tensor.all = lambda self: torch.tensor(True)\nx = torch.zeros(3)",
        check="assert (x == 1).all()",
        solution=ONES,
    ),
    Case(
        "patched-numpy",
        "np.allclose = lambda *a, **k: True\nx = np.zeros(3)",
        check="assert np.allclose(x, 1)",
        solution="x = np.ones(3)",
    ),
    Case(
        "patched-builtins",
        "import builtins\nbuiltins.AssertionError = SystemExit\nbuiltins.all = lambda *a: True\n"
        "builtins.len = lambda o: 2\nbuiltins.isinstance = lambda *a: True\nx = [1]",
        check="assert len(x) == 2\nassert all(v == 2 for v in x)",
        solution="x = [2, 2]",
    ),
    Case(
        "rebound-sum", "sum = lambda xs: 6\nx = [1]", check="assert sum(x) == 6", solution="x = [6]", line=1
    ),
    Case(
        "shadowing-module-on-the-path",
        "import sys\nopen('fractions.py', 'w').write('Fraction = lambda *a: 2')\nsys.path.insert(0, '.')\nx = 2",
        check="from fractions import Fraction\nassert Fraction(x, 2) == 2",
        solution="x = 4",
        phase=Phase.CHECK,
    ),
    Case(
        "thread-left-behind",
        "import threading, time\nx = 2\nnames = globals()\ndef later():\n    while True:\n"
        "        names['x'] = 1; time.sleep(0.001)\nthreading.Thread(target=later, daemon=True).start()",
        says="thread",
    ),
    Case(
        "search-for-the-check",
        "import gc, sys\nmarker = ''.join(reversed('lla_ta_erehwon'))\nfound = []\n"
        "def look(v):\n    if isinstance(v, str) and v is not marker and marker in v: found.append(v)\n"
        "frame = sys._getframe()\nwhile frame:\n"
        "    for v in [*frame.f_locals.values(), *frame.f_globals.values(), *frame.f_code.co_consts]: look(v)\n"
        "    frame = frame.f_back\n"
        "for o in gc.get_objects():\n"
        "    for w in list(o.values()) if type(o) is dict else o if type(o) in (list, tuple) else (): look(w)\n"
        "x = 1 if found else 2",
        check="assert x == 1, 'nowhere_at_all'",
        says="nowhere_at_all",
    ),
    *cases(NO_VALUES, check="assert same(x, torch.ones(3))", solution=ONES),
    Case("added-builtin", "import builtins\nbuiltins.x = 1\nx = 2", says="x is one"),
    Case("nan", "x = float('nan')", check="assert x", says="nan"),
    Case("nan-in-a-tensor", "x = torch.tensor(float('nan'))", check="assert x", says="nan"),
)

CARDS_FAULT = (
    Case(
        "tensors-compared",
        "x = torch.tensor([1, 2])",
        check="assert x == torch.tensor([1, 2])",
        verdict=BROKEN,
        solution="x = torch.tensor([1, 2])",
        says="2 truth values",
    ),
    Case("tuple-asserted", "x = 2", "assert (x == 1, 'one')", BROKEN, says="tuple", line=1),
    Case("nothing-asserted", "x = 2", "x == 1", BROKEN, says="without an assert"),
    Case("assert-not-reached", "x = 2", "if x == 1:\n    assert x == 1", BROKEN, says="without an assert"),
    Case(
        "failure-swallowed", "x = 2", "try:\n    assert x == 1\nexcept Exception:\n    pass", BROKEN, line=2
    ),
    Case(
        "failure-swallowed-bare", "x = 2", "try:\n    assert x == 1\nexcept:\n    pass\nassert True", BROKEN
    ),
    Case("given-raises", "x = 1", given="1 / 0", verdict=BROKEN, phase=Phase.GIVEN, line=1),
    Case(
        "given-hangs",
        "x = 1",
        given="y = 1\nwhile True: pass",
        verdict=BROKEN,
        why=Why.TIMEOUT,
        seconds=0.4,
        phase=Phase.GIVEN,
        line=2,
    ),
    Case("solution-does-not-pass", "x = 2", solution="x = 3", verdict=BROKEN, says="own solution"),
)

NO_PROCESSES = {
    "workers": "from torch.utils.data import DataLoader\nx = len(list(DataLoader([1, 2], num_workers=2)))",
    "compile": "x = torch.compile(lambda t: t.sin() + 1)(torch.ones(8))",
}
STUMBLING = (
    *cases(NO_PROCESSES, says="start no processes here", slip=True),
    Case("syntax", "x = 1\ny = = 2", says="SyntaxError", line=2, slip=True),
    Case("asks-for-input", "x = int(input())", says="EOFError", slip=True),
    Case(
        "repr-raises",
        "class V:\n    def __repr__(self): raise RuntimeError\nx = V()\ny = list(range(10**6))",
        check="assert y is x",
        solution="x = y = 1",
        slip=False,
    ),
    Case("image-not-there", "x = cv2.imread('nope.png').shape[0]", says="NoneType", slip=True),
    Case("window", "cv2.imshow('a', np.zeros((4, 4), np.uint8))\nx = 1", slip=True),
)
