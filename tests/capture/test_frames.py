"""What a failing statement saw, made small: by the real runner, the script run again in the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from ptcards.runner import frames
from ptcards.runner.runner import Runner

NET = """\
import torch
import torch.nn as nn
class Net(nn.Module):
    def __init__(self, hidden=128):
        super().__init__()
        self.fc1 = nn.Linear(784, hidden)
        self.fc2 = nn.Linear(256, 10)
    def forward(self, x):
        x = torch.relu(self.fc1(x))
        return self.fc2(x)
net = Net()
print(net(torch.randn(64, 784)))
"""


def captured(
    runner: Runner, script: str, line: int, error: str, fix: str = "", **more: Any
) -> dict[str, Any]:
    request = {"script": script, "name": "train.py", "at": ["train.py", line], "error": error, "fix": fix}
    return runner.capture(request | more)


def test_a_matmul_of_large_tensors_fails_the_same_way_with_small_ones(runner: Runner) -> None:
    script = "import torch\na = torch.randn(64, 784)\nb = torch.randn(64, 784)\nc = a @ b\n"
    found = captured(runner, script, 4, "RuntimeError", "c = a @ b.T")
    assert found["given"] == "a = torch.randn(2, 3)\nb = torch.randn(2, 3)"
    assert (found["failing"], found["fix"], found["why"]) == ("c = a @ b", "c = a @ b.T", "")
    assert found["message"] == "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)"


def test_of_self_only_the_layer_that_the_line_uses_is_given(runner: Runner) -> None:
    found = captured(runner, NET, 10, "RuntimeError")
    assert (found["failing"], found["why"]) == ("self.fc2(x)", "")
    lines = [
        "from types import SimpleNamespace",
        "self = SimpleNamespace(fc2=torch.nn.Linear(5, 2))",
        "x = torch.randn(3, 4)",
    ]
    assert found["given"].splitlines() == lines  # no gradient, which does not matter


@pytest.mark.parametrize(
    ("statement", "form"),
    [
        ("    x = f(y)", "x = f(y)"),
        ("x += y", "x += y"),
        ("return self.fc(x)  # so", "self.fc(x)"),
        ("yield x", "x"),
        ("x = await f(y)", "x = f(y)"),
        ("assert x.sum(), 'm'", "bool(x.sum())"),
        ("if x > 0:", "bool(x > 0)"),
        ("while x:", "bool(x)"),
        ("for batch in loader:", "next(iter(loader))"),
        ("for x, y in loader:", "x, y = next(iter(loader))"),
        ("with torch.no_grad() as g:", "torch.no_grad()"),
        ("y = f(\n    x,\n)", "y = f(\n    x,\n)"),
        ("return f(\n    x,  # one\n    2)", "f(\n    x,  # one\n    2)"),
    ],
)
def test_a_statement_becomes_an_answer_that_stands_alone(statement: str, form: str) -> None:
    assert frames.card_form(statement) == form


def test_the_statement_over_a_line_is_the_innermost_one() -> None:
    source = (
        "def f(x):\n    for a in g(\n        x\n    ):\n        y = h(\n            a)\n    return y; z = 1\n"
    )
    assert frames.statement_at(source, 3) == (2, 4, "for a in g(x): pass")
    assert frames.statement_at(source, 6) == (5, 6, "y = h(\n    a)")
    assert frames.statement_at(source, 7)[2] == "return y"
    assert frames.statement_at("x = (", 1) == (1, 1, "")


LINE = "import torch\nx = torch.randn(32, 10)\n{}\ny = x @ x\n"


@pytest.mark.parametrize(
    ("before", "given", "why"),
    [
        ("import os; os.write(1, b'x' * 200_000); print('␞ {}')", "x = torch.randn(3, 2)", ""),
        ("import builtins; builtins.len = builtins.isinstance = None", "x = torch.randn(3, 2)", ""),
        ("import not_here.pyplot as plt; plt.plot([1], label=plt.x)", "x = torch.randn(3, 2)", ""),
        ("x = [x for _ in range(9)][0]; torch.set_grad_enabled(False)", "x = torch.randn(3, 2)", ""),
        ("import os; os._exit(3)", "", "run again, it ends the process"),
        ("open('data.csv')", "", "run again, the script ends otherwise: FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'"),
    ],
)  # fmt: skip
def test_whatever_a_script_does_its_line_is_reached_or_it_is_said_why_not(
    runner: Runner, before: str, given: str, why: str
) -> None:
    line = 4 + before.count("\n")
    found = captured(runner, LINE.format(before), line, "RuntimeError", "y = x @ x.T")
    assert (found["given"], found["why"]) == (given, why)


def test_what_was_seen_elsewhere_is_made_small_without_a_script(runner: Runner) -> None:
    """As in a kernel, or in a process of pytest's."""
    described = {
        "names": {
            "n": {"is": "number", "value": 64},
            "x": {"is": "tensor", "shape": [64, 3, 28, 28], "dtype": "float32", "grad": False, "leaf": True}
            | {"parameter": False, "device": "cpu", "order": [0, 2, 3, 1]},
        },
        "cannot": {},
    }
    request = {"described": described, "failing": "return x.view(n, -1)", "fix": "return x.reshape(n, -1)"}
    found = runner.capture({**request, "error": "RuntimeError", "message": "view size is not compatible"})
    assert found["why"] == ""
    assert found["given"] == "n = 4\nx = torch.randn(4, 2, 2, 3).permute(0, 3, 1, 2)"
    assert found["failing"] == "x.view(n, -1)"


def test_a_label_stays_out_of_the_range_that_it_was_out_of(runner: Runner) -> None:
    script = (
        "import torch\nfrom torch import nn\nlogits = torch.randn(64, 10)\nlabels = torch.arange(64) % 11\n"
        "loss = nn.functional.cross_entropy(logits, labels)\n"
    )
    found = captured(
        runner, script, 5, "IndexError", "nn.functional.cross_entropy(logits, labels % logits.shape[1])"
    )
    assert (found["why"], found["message"]) == ("", "Target 2 is out of bounds.")
    assert "logits = torch.randn(3, 2)" in found["given"]


def test_a_silent_mistake_still_gives_something_else_than_the_fix(runner: Runner) -> None:
    script = "import torch\na = torch.randn(64, 1)\nb = torch.randn(64)\nloss = ((a - b) ** 2).mean()\n"
    found = captured(runner, script, 4, "", "loss = ((a.squeeze(1) - b) ** 2).mean()")
    assert (found["why"], found["error"]) == ("", "")
    assert found["given"] == "a = torch.randn(2, 1)\nb = torch.randn(2)"
    same = captured(runner, script, 4, "", "loss = torch.square(a - b).mean()")
    assert (same["given"], same["why"]) == ("", "the statement and the fix give the same")
