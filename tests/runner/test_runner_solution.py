"""What a check has to compare an answer with: the card's own solution, many cases, and a catalogue of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ptcards.runner.protocol import Verdict
from ptcards.runner.runner import Job, Runner
from tests.runner.runner_cases import plain_job, torch_job

TOTAL = "def total(x, scale=1):\n    return x * scale"


def total(answer: str, cases: str, solution: str = TOTAL) -> Job:
    check = f"assert agree(total, solution().total, {cases}), 'scaled'"
    return torch_job(answer, check, solution, expects=("total",))


def test_the_solution_is_made_afresh_with_the_chance_of_the_answer(runner: Runner) -> None:
    check = (
        "ours = solution()\nassert same(answer, ours['answer'])\nassert same(z, ours.z) and z is not ours.z"
    )
    job = torch_job("z = x + torch.rand(3)\nprint(z)\nz * 2", check, given="x = torch.rand(3)")
    outcome = runner.run(replace(job, answer=job.solution + "\n"))
    assert outcome.passed, outcome
    assert outcome.stdout.count("tensor") == 1
    assert runner.run(replace(job, answer="z = x + torch.rand(3)\nz * 3")).verdict is Verdict.FAIL


def test_the_solution_sees_none_of_what_the_answer_changed(runner: Runner) -> None:
    job = torch_job(
        "TABLE.append(3)\nTABLE = 7\nx.append(1)\nsize = len\n2",
        "ours = solution()\nassert (ours.answer, ours.found, ours.x) == (2, [1, 2], [1])\nassert answer == 2",
        "found = list(TABLE)\nsize() if x == [1] else 0",
        "TABLE = [1, 2]\ndef size(): return len(TABLE)",
        given="x = [1]",
    )
    assert runner.run(job).passed, runner.run(job)


def test_what_the_solution_writes_hides_no_file_of_the_answer(runner: Runner) -> None:
    job = torch_job(
        "open('out', 'w').write('8')",
        "assert solution().number == given().number == '7'\nassert open('out').read() == '7', 'copied'",
        "open('out', 'x').write(number)",
        "open('table', 'w').write('7')",
        given="number = open('table').read()",
    )
    assert runner.run(job).message == "copied"
    assert runner.run(replace(job, answer=job.solution)).passed


@pytest.mark.parametrize(("accepts", "text"), [("literal", "torch.Size([4, 1])"), ("text", "a b")])
def test_the_solution_of_what_is_not_run_is_its_value(accepts: str, text: str, runner: Runner) -> None:
    job = plain_job(text, "assert answer == solution().answer", text, accepts=accepts)
    assert runner.run(job).passed
    assert not runner.run(replace(job, answer="7")).passed
    assert runner.run(replace(job, answer="(4, 1")).slip is (accepts == "literal")


def test_the_first_case_that_differs_is_named_with_both_values(runner: Runner) -> None:
    job = total("def total(x, scale=1):\n    return x * (scale or 1)", "[(2,), call(2, scale=0), (5, 0)]")
    outcome = runner.run(job)
    assert (outcome.verdict, outcome.left, outcome.right) == (Verdict.FAIL, "2", "0")
    assert outcome.message == "scaled (for total(2, scale=0): yours 2, wanted 0)"
    assert (outcome.equality, outcome.about_answer, outcome.line) == (True, True, 1)
    assert outcome.wanted_value is not None
    assert outcome.wanted_value.text == "0"
    assert runner.run(replace(job, answer=TOTAL)).passed


DISAGREE = {
    "a type": ("return float(x)", "return x", "2", "yours 2.0, wanted 2"),
    "a value that is none": ("pass", "return x", "0", "yours None, wanted 0"),
    "an exception's type": (
        "raise KeyError(x)",
        "raise OSError(x)",
        "2",
        "raises KeyError: 2, wanted OSError: 2",
    ),
    "no exception": ("return 1", "raise ValueError('no')", "2", "yours 1, wanted ValueError: no"),
    "an argument that is changed": (
        "x.sort(); return len(x)",
        "return len(x)",
        "[2, 1]",
        "for total([2, 1]): the argument is then [1, 2], wanted [2, 1]",
    ),
    "a tensor that is changed": ("return x.add_(1)", "return x + 1", "torch.ones(2)", "the argument is then"),
    "what an iterator gives": (
        "yield x",
        "yield x + 1",
        "2",
        "an iterator over [2], wanted an iterator over [3]",
    ),
}
AGREE = {
    "exceptions of one type": ("raise ValueError('a')", "raise ValueError('b')", "2"),
    "an exception of the answer's own": ("raise Own('a')", "raise Own('b')", "2"),
    "objects of the answer's own": ("o = Thing(); o.n = x; return o", "o = Thing(); o.n = x; return o", "2"),
    "iterators": ("return map(lambda n: n, [x])", "yield x", "2"),
    "changed arguments": ("x.append(1)", "x += [1]", "[2]"),
    "chance": ("return torch.rand(2)", "return torch.rand(2)", "2,), (3"),
    "what the other prints": ("return x", "print('ours'); return x", "2"),
}


@pytest.mark.parametrize("name", [*DISAGREE, *AGREE])
def test_functions_agree_or_disagree_in(name: str, runner: Runner) -> None:
    theirs, ours, case, *differs = (DISAGREE | AGREE)[name]
    head = "class Own(Exception): pass\nclass Thing: pass\ndef total(x):\n    "
    outcome = runner.run(total(head + theirs, f"[({case},)]", head + ours))
    assert (outcome.passed, outcome.slip) == (not differs, False), outcome
    assert not differs or differs[0] in outcome.message
    assert "ours" not in outcome.stdout


def test_floats_agree_by_close(runner: Runner) -> None:
    both = "def total(x): return x / 10 * 3", "def total(x): return x * 3 / 10"
    assert runner.run(total(both[0], "[(1,)], by=close", both[1])).passed
    assert not runner.run(total(both[0], "[(1,)]", both[1])).passed


@pytest.mark.parametrize("cases", ["[]", "[2]", "cases.ints()"])
def test_cases_that_are_none_or_no_arguments_break_the_card(cases: str, runner: Runner) -> None:
    assert runner.run(total("def total(x, scale=1): return 0", cases)).verdict is Verdict.BROKEN


def test_the_catalogue_holds_the_values_that_mistakes_forget(runner: Runner) -> None:
    check = """\
assert answer and all(type(one) is list for one in (cases.ints(), cases.falsy(), cases.shapes()))
assert {0, -1} <= set(cases.ints()) and all(type(n) is int for n in cases.ints())
assert 0.0 in cases.floats() and min(cases.floats()) < 0 and not any(f != f for f in cases.floats())
assert any(f != f for f in cases.floats(nan=True))
assert "" in cases.texts() and all(any(c in t for t in cases.texts()) for c in "'\\"\\\\\\n")
assert not any(cases.falsy()) and {type(v).__name__ for v in cases.falsy()} >= {"NoneType", "list", "str", "bool"}
assert () in cases.shapes() and (0,) in cases.shapes() and max(map(len, cases.shapes())) > 3
for made, kind in ((cases.tensors(), torch.Tensor), (cases.arrays(), np.ndarray)):
    assert all(isinstance(one, kind) for one in made) and {one.ndim for one in made} >= {0, 1, 2, 3}
    assert len({one.dtype for one in made}) > 3 and any(0 in one.shape for one in made)
    assert all((one[0] != one[1]).any() for one in made if one.ndim and len(one) > 1)
assert cases.tensors()[-1] is not cases.tensors()[-1]
"""
    outcome = runner.run(torch_job("1", check))
    assert outcome.passed, outcome.message


def test_names_of_the_card_win_over_helpers(runner: Runner) -> None:
    job = torch_job(
        "def agree(n): return n",
        "assert (call(), cases, agree(3)) == (1, [1, 2], 3)",
        preamble="def call(): return 1",
        given="cases = [1, 2]",
        expects=("agree",),
    )
    assert runner.run(job).passed, runner.run(job)
