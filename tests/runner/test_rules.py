"""What a card forbids (`forbid`): found where it is written, and where the answer's own code calls it as it runs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ptcards.deck.card import Card, Limits, Wrong
from ptcards.runner.interpreter import choose
from ptcards.runner.protocol import Outcome, Verdict
from ptcards.runner.rules import WORDS, said_of
from ptcards.runner.runner import Job, Runner
from tests.conftest import running
from tests.runner.runner_cases import plain_job, torch_job

PYTHONS = [one for one in os.environ.get("PTCARDS_TEST_PYTHONS", "").split(os.pathsep) if one]
PREAMBLE = "import torch\nimport numpy as np\nimport torch.nn.functional as F\nfrom torch import nn\n"
GIVEN = "x = torch.tensor([[1.0, 2.0]])\ndef helper(v):\n    return v.softmax(-1)\n"


def asked(answer: str, *forbid: str, check: str = "assert True, 'as it is'", expects: str = "") -> Job:
    """A card that any answer passes, but for what is forbidden."""
    job = torch_job(answer, check.replace("True", "callable(f)" if expects else "answer is not None"), "7")
    job = replace(job, preamble=PREAMBLE, given=GIVEN, forbid=forbid, expects=tuple(expects.split()))
    return replace(job, solution="def f(v=0):\n    return v\n7")


def breach(outcome: Outcome) -> tuple[str | None, int | None]:
    """The rule and the line of a breach, which is a fail that counts."""
    if outcome.rule:
        assert (outcome.verdict, outcome.slip, outcome.error) == (Verdict.FAIL, False, None), outcome
    else:
        assert outcome.passed, outcome
    return outcome.rule, outcome.answer_line


STATEMENTS = {
    "loop": [
        *(
            "for _ in [1]:\n    pass\n7",
            "n = 1\nwhile n:\n    n = 0\n7",
            "[v for v in [1]]",
            "{v for v in [1]}",
        ),
        *("{v: v for v in [1]}", "sum(v for v in [1])", "list(map(abs, [1]))", "[*filter(None, [1])]"),
        *("from functools import reduce\nreduce(max, [1])", "import functools as ft\nft.reduce(max, [1])"),
    ],
    "for": ["for _ in [1]:\n    pass\n7"],
    "while": ["n = 1\nwhile n:\n    n = 0\n7"],
    "comprehension": ["[v for v in [1]]", "sum(v for v in [1])"],
    "if": ["if x is not None:\n    pass\n7", "1 if x is None else 2", "[v for v in [1] if v]"],
    "lambda": ["(lambda: 1)()"],
    "def": ["def f():\n    return 1\nf()"],
    "class": ["class A:\n    pass\n7"],
    "import": ["import math\n7", "from math import pi\npi"],
    "try": ["try:\n    7\nfinally:\n    pass\n7"],
    "with": ["with torch.no_grad():\n    pass\n7"],
    "del": ["y = 1\ndel y\n7"],
    "assert": ["assert x is not None\n7"],
    "assignment": ["y = 1\ny", "y: int = 1\ny", "y = 1\ny += 1\ny", "(y := 7)"],
    "statement": ["y = 1\ny", "7\n8", "answer = 7"],
}


def test_every_word_is_tried() -> None:
    assert STATEMENTS.keys() == WORDS.keys()


@pytest.mark.parametrize("word", STATEMENTS)
def test_a_statement_is_found_where_it_is_written_and_nothing_else_is(word: str, runner: Runner) -> None:
    broken = STATEMENTS[word]
    jobs = [asked(one, word) for one in (*broken, "torch.stack([x, x])")]
    found = [breach(outcome)[0] for outcome in runner.run_all(jobs)]
    assert found == [word] * len(broken) + [None]


def test_a_breach_names_its_rule_and_its_line_as_a_person_would(runner: Runner) -> None:
    found = runner.run(asked("y = 0\n\nfor v in x:\n    y = y + v\ny", "loop"))
    assert found.message == "line 3: this card is to be answered without loops (`for`)"
    assert (found.answer_line, found.source_line) == (3, "for v in x:")
    assert (found.because, found.wanted_value) == (None, None)
    for rule, answer, said in (
        ("comprehension", "[v for v in x]", "comprehensions"),
        ("lambda", "(lambda: 1)()", "`lambda`"),
        ("statement", "y = x\ny", "statements, as one expression"),
        (".softmax", "x.softmax(-1)", "`.softmax`"),
        ("torch.nn.functional.softmax", "F.softmax(x, -1)", "`torch.nn.functional.softmax` (`F.softmax`)"),
    ):
        (outcome,) = runner.run_all([asked(answer, rule)])
        assert outcome.message == f"line 1: this card is to be answered without {said}"
    assert said_of(Card("a", "?", "1", forbid=("loop", ".softmax"))) == "Without: loops, `.softmax`"
    assert said_of(Card("a", "?", "1")) == ""


def test_many_names_are_told_shortly() -> None:
    """The question says in words what is meant."""
    card = Card("a", "?", "1", forbid=("loop", *(f".max_pool{number}d" for number in range(16))))
    assert said_of(card) == "Without: loops, `.max_pool0d`, `.max_pool1d`, `.max_pool2d` and 13 more"
    assert said_of(card, whole=True).endswith(", `.max_pool14d`, `.max_pool15d`")
    long = ".scaled_dot_product_attention_of_all_that_there_was_and_will_be_one_day"
    assert said_of(Card("a", "?", "1", forbid=(long, "loop"))) == f"Without: `{long}` and 1 more"


def test_a_long_chain_hides_nothing(runner: Runner) -> None:
    assert breach(runner.run(asked("x.T" + ".exp()" * 300, ".T")))[0] == ".T"


NAMED = {
    ".softmax": (
        [
            *("x.softmax(-1)", "torch.softmax(x, -1)", "F.softmax(x, dim=-1)", "x.softmax"),
            *("from torch import softmax\nsoftmax(x, -1)", "from torch import softmax as s\ns(x, -1)"),
            *(
                "from torch import *\nsoftmax(x, -1)",
                "getattr(x, 'softmax')(-1)",
                "getattr(torch, 'softmax')",
            ),
            *("op = getattr(torch, 'soft' + 'max')\nop(x, -1)", "getattr(x, 'soft' + 'max')(-1)"),
            *("getattr(F, 'soft' + 'max')(x, -1)", "[*map(getattr(F, 'soft' + 'max'), [x], [-1])]"),
            *(
                "list(map(torch.softmax, [x], [-1]))",
                "from torch.nn import functional as G\nG.softmax(x, -1)",
            ),
            "class A:\n    def softmax(self, v):\n        return v.softmax(-1)\nA().softmax(x)",
        ],
        [
            *(
                "nn.Softmax(-1)(x)",
                "x.log_softmax(-1)",
                "helper(x)",
                "softmax = 1\nsoftmax",
                "'x.softmax(-1)'",
            ),
            *("def softmax(v):\n    return v.exp()\nsoftmax(x)", "torch.nn.CrossEntropyLoss()(x, x)"),
            "class A:\n    def softmax(self, v):\n        return v\n"
            "    def run(self, v):\n        return self.softmax(v)\nA().run(x)",
            "class A(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
            "        self.softmax = nn.Linear(2, 2)\n    def forward(self, v):\n        return self.softmax(v)\nA()(x)",
            "class A:\n    def softmax(this, v):\n        return v\na = A()\na.softmax(x)",
            "class A:\n    @staticmethod\n    def softmax(v):\n        return v\nA.softmax(x)",
            "class A:\n    softmax: int = 3\nA().softmax",
            "class A:\n    def __init__(self, softmax):\n        self.softmax = softmax\nb = A(3)\nb.softmax",
            "class A:\n    @property\n    def softmax(self):\n        return 3\n[a.softmax for a in [A()]]",
        ],
    ),
    ".backward": (
        [
            "x.requires_grad_().sum().backward()\n7",
            "class A:\n    def backward(self, v):\n        v.sum().backward()\nA().backward(x.requires_grad_())\n7",
            "class A:\n    def backward(self):\n        pass\nx.requires_grad_()\nx.backward(x)\n7",
        ],
        [
            "class Layer:\n    def backward(self, g):\n        return g\n"
            "for layer in [Layer(), Layer()]:\n    x = layer.backward(x)\nx",
            "class Twice(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, v):\n"
            "        return v * 2\n    @staticmethod\n    def backward(ctx, g):\n        return g * 2\nTwice.apply(x)",
        ],
    ),
    ".Softmax": (
        ["nn.Softmax(-1)(x)", "getattr(nn, 'Soft' + 'max')(-1)", "class A(nn.Softmax):\n    pass\n7"],
        ["x.softmax(-1)", "class Softmax:\n    pass\nSoftmax()", "class A(nn.Module):\n    pass\nA()"],
    ),
    ".optim": (
        [
            *("torch.optim.SGD", "import torch.optim as o\no.SGD", "from torch import optim\noptim.SGD"),
            *("from torch.optim import SGD\nSGD", "import torch.optim.sgd as o\no"),
        ],
        ["optim = 1\noptim", "'torch.optim'"],
    ),
    ".T": (["x.T", "x.T.T"], ["x.t()", "x.mT"]),
    ".clone": (["x.clone()", "torch.clone(x)", "x.clone"], ["x.detach()", "x + 0"]),
    ".sum": (
        ["x.sum()", "torch.sum(x)", "np.sum([1])", "getattr(np, 'su' + 'm')([1])"],
        ["sum([1])", "x.mean()"],
    ),
    "sorted": (
        *(
            [
                "sorted([2, 1])",
                "s = sorted\ns([2, 1])",
                "import builtins\nbuiltins.sorted([1])",
                "max([1], key=abs, default=sorted)",
            ],
        ),
        *(["[2, 1].sort()\n7", "sorted = list\nsorted([1])", "def sorted(v):\n    return v\nsorted(1)"],),
    ),
    "set": (["set([1])", "[*map(set, ['a'])]"], ["{1}", "frozenset([1])"]),
    "torch.nn.Softmax": (
        [
            *(
                "nn.Softmax(-1)(x)",
                "s = torch.nn.Softmax\ns(-1)(x)",
                "from torch.nn import Softmax as S\nS(-1)(x)",
            ),
            *("M = nn.modules\nM.activation.Softmax(-1)", "class A(nn.Softmax):\n    pass\n7"),
            *("getattr(torch.nn, 'Soft' + 'max')(-1)(x)", "import torch.nn as n\nn.Softmax(-1)"),
        ],
        ["nn.LogSoftmax(-1)(x)", "x.softmax(-1)", "nn = 1\nnn", "class Softmax:\n    pass\nSoftmax()"],
    ),
    "torch.nn.functional.softmax": (
        [
            *("F.softmax(x, -1)", "from torch.nn import functional as G\nG.softmax(x, -1)"),
            *("f = F\nf.softmax(x, -1)", "getattr(F, 'soft' + 'max')(x, -1)", "nn.functional.softmax(x, -1)"),
        ],
        ["x.softmax(-1)", "torch.softmax(x, -1)", "nn.Softmax(-1)(x)"],
    ),
    "torch.nn.functional.max_pool2d": (
        ["F.max_pool2d(x[None], 1)", "getattr(F, 'max_' + 'pool2d')(x[None], 1)"],
        ["F.max_pool1d(x, 1)", "getattr(F, 'max_' + 'pool1d')(x, 1)", "nn.MaxPool2d(1)(x[None])"],
    ),
    "torch.softmax": (["torch.softmax(x, -1)", "getattr(torch, 'soft' + 'max')(x, -1)"], ["x.softmax(-1)"]),
    "torch.Tensor.softmax": (
        ["torch.Tensor.softmax(x, -1)", "getattr(x, 'soft' + 'max')(-1)", "x.softmax(-1)"],
        ["torch.softmax(x, -1)"],
    ),
    "numpy.sort": (["np.sort([1])", "from numpy import sort\nsort([1])"], ["np.array([1]).sort()\n7"]),
    "np": (["np.sort([1])", "np", "from numpy import sort\nsort([1])"], ["import math\nmath.pi"]),
    "functools.reduce": (
        ["import functools\nfunctools.reduce(max, [1])", "from functools import reduce as r\nr(max, [1])"],
        ["import functools\nfunctools.partial(max, 1)(2)"],
    ),
}


@pytest.mark.parametrize("rule", NAMED)
def test_a_name_is_found_however_it_was_reached_and_never_inside_the_library(
    rule: str, runner: Runner
) -> None:
    broken, kept = NAMED[rule]
    outcomes = runner.run_all([asked(one, rule) for one in (*broken, *kept)])
    found = {answer: breach(one)[0] for answer, one in zip((*broken, *kept), outcomes, strict=True)}
    assert found == dict.fromkeys(broken, rule) | dict.fromkeys(kept)


def test_what_a_function_calls_is_found_when_the_check_runs_it(runner: Runner) -> None:
    hidden = "def f(v):\n    name = 'soft' + 'max'\n    return getattr(v, name)(-1)"
    check = "assert True, 'no'\nassert given().x is not None, 'no'\nassert solution().answer, 'no'\n"
    job = asked(hidden, ".softmax", check=check + "assert same(f(x), x), 'no'", expects="f")
    found = runner.run(job)
    assert breach(found) == (".softmax", 3), "it outranks the check, which fails"
    assert found.left is None
    passed = runner.run(replace(job, check=check, forbid=(".exp",)))
    assert passed.passed, passed
    assert breach(runner.run(replace(job, check=check + "assert f(x).shape == (1, 2), 'no'"))) == (
        ".softmax",
        3,
    ), "and one that passes"


def test_an_answer_that_does_not_run_says_so_first(runner: Runner) -> None:
    for answer in ("for v in x:\n    v.nothing()", "for v in x\n    pass"):
        outcome = runner.run(asked(answer, "loop"))
        assert (outcome.slip, outcome.rule) == (True, None)
        assert outcome.error, outcome
    missing = runner.run(asked("for v in x:\n    pass", "loop", expects="f"))
    assert (missing.slip, missing.rule) == (True, None)


def test_a_value_that_is_tried_without_a_verdict_breaks_no_rule_and_its_steps_are_seen(
    runner: Runner,
) -> None:
    job = asked("x.exp().softmax(-1)", ".softmax", ".log")
    tried = runner.value(job)
    assert (tried.verdict, tried.rule) == (Verdict.SKIPPED, None)
    assert [step.code for step in tried.steps] == ["x", "x.exp()", "x.exp().softmax(-1)"]
    assert [step.code for step in runner.run(replace(job, forbid=(".log",))).steps]


def test_the_same_code_as_a_mistake_is_told_its_reason(runner: Runner) -> None:
    wrong = (Wrong("x . softmax(-1)", "written out is the point"), Wrong("torch.softmax(x, -1)", "as well"))
    job = replace(asked("x.softmax(-1)", ".softmax"), wrong=wrong)
    assert runner.run(job).because == "written out is the point"
    assert runner.run(replace(job, answer="x.softmax(1)")).because is None


def test_a_solution_that_breaks_its_own_rule_is_the_cards_fault(runner: Runner) -> None:
    job = replace(asked("x.softmax(-1)", ".softmax"), solution="x.softmax(-1)")
    outcome = runner.run(job)
    assert outcome.verdict is Verdict.BROKEN
    assert "line 1: this card is to be answered without `.softmax`" in outcome.message


def test_what_is_not_there_is_forbidden_in_vain(runner: Runner) -> None:
    assert runner.run(asked("x.exp()", "torch.nn.functional.sofmax", "nosuch.module", "lop")).passed


@pytest.fixture(scope="session", params=["", *PYTHONS], ids=lambda path: path or "own")
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Runner]:
    """Each Python that is named to the tests, without a library."""
    there = choose({"python": request.param})
    with running(mode="fork", libraries=(), interpreter=there) as one:
        yield one


def test_rules_hold_in_every_python(elsewhere: Runner) -> None:
    for answer, rule in {
        "sorted([1])": "sorted",
        "getattr(__builtins__, 'sort' + 'ed')([1])": "sorted",
        "import json\ngetattr(json, 'du' + 'mps')(1)": ".dumps",
        "from json import dumps as d\nd(1)": "json.dumps",
        "import json\ngetattr(json, 'JSON' + 'Decoder')()": "json.JSONDecoder",
        "getattr([], 'app' + 'end')(1)\n7": "list.append",
        "[1].append(2)\n7": ".append",
        "f = [].append\n[*map(f, [1])]": ".append",
        "try:\n    7\nexcept* ValueError:\n    pass\n7"
        if elsewhere.interpreter.version >= "3.11" and "3.9" not in elsewhere.interpreter.version
        else "try:\n    7\nfinally:\n    7\n7": "try",
    }.items():
        job = plain_job(answer, "assert answer is not None", "7", forbid=(rule,), limits=Limits(20.0))
        assert breach(elsewhere.run(job))[0] == rule, answer
        assert elsewhere.run(replace(job, answer="import json\njson.loads('1')")).passed
