"""Names looked up in the process of an answer: what comes back is a page of text, or names."""

from __future__ import annotations

import pytest

from ptcards.deck.card import Limits
from ptcards.runner.lookup import expression
from ptcards.runner.protocol import Outcome, Verdict
from ptcards.runner.runner import Job, Runner

PREAMBLE = '''\
import torch
import numpy as np
print("␞", "printed by the card")
class Box:
    """A box.

    Sizes
    -----
    See :class:`~torch.Tensor`, ``x`` and `the text <http://there>`_, [red]not
    this[/].

    side : int
        Of the box.

        >>> 1 + 1
        3
        >>> Box.nothing
        "as written"

    \x1b[31mred
    """
    def __init__(self, side: int = 1): ...
    def __getattr__(self, name):
        if name == "slow":
            while True: pass
        raise AttributeError(name)
'''
JOB = Job("deck/card", "literal", PREAMBLE, given="x = torch.arange(4)\nbox = Box()", expects=("f",))


def test_the_longest_expression_at_the_end_of_a_line_is_what_is_meant() -> None:
    for line, found in (
        ("y = f(x.uns", "x.uns"),
        ("f(a, x.flatten()[0].T", "x.flatten()[0].T"),
        ("    return not x.a + b.c", "b.c"),
        ("for é in fé.x", "fé.x"),
        ("'a'.up", "'a'.up"),
        ("if", ""),
        ("", ""),
    ):
        assert expression(line) == found, line


def look(runner: Runner, what: str, line: str, code: str = "") -> Outcome:
    return runner.look_up(JOB, what, code, line)


@pytest.mark.parametrize(
    ("line", "code", "lines"),
    [
        (
            "f(x.unsqueeze",
            "",
            [
                "hx.unsqueeze",
                "tunsqueeze(dim) -> Tensor",
                "c>>> torch.unsqueeze(x, 0)",
                "ctensor([[1, 2, 3, 4]])",  # it ran; the docstring has more blanks
                "tReturns a new tensor with a dimension of size one inserted at the specified position.",
                "hArgs:",
                "t    input (Tensor): the input tensor.",
            ],
        ),
        (
            "Box",
            "",
            [
                "hBox",
                "tBox(side: int = 1)",
                "c>>> 1 + 1",
                "c2",
                "hSizes",
                "tSee torch.Tensor, x and the text, [red]not this[/].",
                "tside : int",
                "t    Of the box.",
                "t\\x1b[31mred",
            ],
        ),
        ("F.pad", "import torch.nn.functional as F\nF.pad(", ['tpad(input, pad, mode="constant", value=None) -> Tensor']),
        ("x", "", ["hx", "ttorch.Tensor  tensor([0, 1, 2, 3])"]),
        ("x", "import os; x = 5", ["hx", "ttorch.Tensor  tensor([0, 1, 2, 3])"]),  # an import is all that is run
        ("x.T", "", ["tReturns a view of this tensor with its dimensions reversed."]),
        ("np.flip", "", ["hParameters", "hExamples"]),
        ("len", "", ["tlen(obj, /)"]),
    ],
)  # fmt: skip
def test_a_page_has_signature_example_and_docstring(
    runner: Runner, line: str, code: str, lines: list[str]
) -> None:
    shown = look(runner, "page", line, code).stdout.split("\n")
    assert [one for one in shown if one in lines] == [one for one in lines if one in shown] == lines
    assert not any("printed by" in one or "----" in one for one in shown)


def test_names_are_those_of_the_object_or_of_card_answer_and_python(runner: Runner) -> None:
    for line, code, some in (
        ("x.flatten().unsq", "", ["unsqueeze", "unsqueeze_"]),
        ("y = np.arange", "", ["arange"]),
        ("F.padd", "import torch.nn.functional as F", []),
        ("bo", "bond = 1\nx.boom\nbo", ["bond", "bool", "box"]),
        ("lam", "", ["lambda"]),
        ("box.__ini", "", ["__init__", "__init_subclass__"]),
    ):
        assert look(runner, "names", line, code).stdout.split() == some, line
    assert "__init__" not in look(runner, "names", "x.").stdout.split()
    long = look(
        runner, "names", "type('', (), {'n' + 'z' * 300 + str(one): 1 for one in range(400)}).n"
    ).stdout
    assert all(name.startswith("nz") for name in long.split())  # and no note of what was left out


def test_a_spawned_process_looks_names_up_too(spawning: Runner) -> None:
    assert spawning.look_up(Job("deck/card"), "names", "", "'a'.isalp").stdout == "isalpha"


def test_what_does_not_exist_or_does_not_end_is_said(runner: Runner) -> None:
    for line, message in (("nothing.x", "'nothing' is not defined"), ("if", "there is no name in 'if'")):
        outcome = look(runner, "page", line)
        assert (message in outcome.message, outcome.stdout) == (True, "")
    job = Job("deck/card", preamble=PREAMBLE, given="box = Box()", limits=Limits(0.5))
    outcome = runner.look_up(job, "page", "", "box.slow")
    assert (outcome.verdict, outcome.stdout) == (Verdict.FAIL, "")
    assert "took longer" in outcome.message
    broken = runner.look_up(Job("deck/card", given="1 / 0"), "names", "", "x")
    assert "ZeroDivisionError" in broken.message
