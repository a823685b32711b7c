"""What is said about an answer, and how values are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.deck.card import Card
from ptcards.runner.protocol import Image, Outcome, Phase, Step, Value, Verdict, Why
from ptcards.runner.runner import Job, Runner
from ptcards.scheduling.queue import Counts
from ptcards.scheduling.sm2 import NEW
from ptcards.study.attempt import Attempt
from ptcards.study.session import Question
from ptcards.tui.page import stack
from ptcards.tui.verdicts import (
    VerdictView,
    compared,
    judged_view,
    names_in,
    picture_lines,
    question_blocks,
    revealed_view,
    shown_view,
    summary,
    tried_view,
    what,
)

CARD = Card(
    id="column",
    question="?",
    solution="x.unsqueeze(1)",
    also=("x[:, None]",),
    explanation="It inserts an *axis*.",
    source="notes, item 13",
)
IMAGE = Value("array", "numpy.ndarray", "", "uint8", (2, 2, 3), image=Image(2, 2, bytes(12)))


def text_of(verdict: VerdictView, width: int = 78) -> str:
    return "\n".join(line.plain.rstrip() for line in stack(*verdict.blocks)(width))


def heading_of(verdict: VerdictView) -> str:
    """The first line of the pane where that is wide: the sign, and the marks at its right end."""
    return " ".join(stack(*verdict.headed())(78)[0].plain.split())


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("x[0] = 1", "  x[0] = 1                                                               x  17"),
        ("x.y = 1", "  x.y = 1"),
        (f"x{'[0]' * 900} = 1", f"  x{'[0]' * 24}["),
        (f"y = x{'.y' * 900}", "  y ="),
    ],
)
def test_code_that_is_given_is_shown_with_the_values_of_the_names_that_it_binds(
    code: str, shown: str
) -> None:
    question = Question("d/c", "d", CARD._replace(given=code), NEW, "", 1, 1, Counts())
    values = Outcome("d/c", Verdict.PASS, values={"x": Value("number", "int", "17")})
    lines = stack(*question_blocks(question, values, ()))(78)
    assert shown in [line.plain.rstrip() for line in lines]
    assert names_in(question.card, "x.z", solved=False)[0] == "x.z"


def test_what_is_forbidden_stands_below_the_question_and_a_breach_names_it_with_the_line() -> None:
    card = CARD._replace(forbid=("loop", ".sum"))
    question = Question("d/c", "d", card, NEW, "", 1, 1, Counts())
    lines = [line.plain.rstrip() for line in stack(*question_blocks(question, None, ["Look."]))(78)]
    assert lines == ["?", "", "Without: loops, .sum", "", "Hint 1  Look."]
    value = Value("number", "int", "17")
    said = {**FAIL, "message": "line 2: without loops", "answer_line": 2, "source_line": "for row in x:"}
    outcome = Outcome("d/c", **said, rule="loop", answer_value=value, wanted_value=value)
    shown = text_of(judged_view(outcome, card, Attempt(1), "x", 8.0)).split("\n")
    assert shown == ["line 2: without loops", "  for row in x:"]


YOURS, OTHER = "  yours     x.unsqueeze(1)", "  yours     x.view(-1, 1)"
SOLUTION, ALSO = "  solution  x.unsqueeze(1)", "  also      x[:, None]"
PRINTED = ["", "  printed", "    one", ""]


@pytest.mark.parametrize(
    ("answer", "printed", "attempt", "marks", "lines"),
    [
        ("x.unsqueeze(1)", "", Attempt(1), "first check · no hint", [YOURS, ALSO]),
        (
            "x.unsqueeze(1)",
            "one\n",
            Attempt(1, shown=True),
            "solution shown · no hint",
            [YOURS, *PRINTED, ALSO],
        ),
        ("x.view(-1, 1)", "", Attempt(2, hints=2), "check 2 · 2 hints", [OTHER, SOLUTION, ALSO]),
    ],
)
def test_a_pass_shows_ones_own_answer_what_it_printed_other_ways_and_why(
    answer: str, printed: str, attempt: Attempt, marks: str, lines: list[str]
) -> None:
    verdict = judged_view(Outcome("d/c", Verdict.PASS, stdout=printed), CARD, attempt, answer, 8.0)
    assert heading_of(verdict) == f"✓ Right {marks} · 8 s"
    assert text_of(verdict).splitlines() == [*lines, "", "It inserts an axis.", " " * 64 + "notes, item 13"]


def test_an_answer_of_several_lines_faces_the_solution_where_it_is_wide() -> None:
    verdict = judged_view(Outcome("d/c", Verdict.PASS), CARD, Attempt(1), "y = x\ny[:, None]", 8.0)
    for width, side_by_side in ((110, True), (70, False)):
        lines = text_of(verdict, width).splitlines()
        assert any("y = x" in line and "x.unsqueeze(1)" in line for line in lines) is side_by_side


def test_a_solution_is_shown_with_its_explanation_before_other_ways_of_several_lines() -> None:
    verdict = shown_view(CARD, "", taught=True, hints=0)
    assert verdict.sign.plain.startswith("◆ Taught")
    assert text_of(verdict).startswith("  solution  x.unsqueeze(1)\n  also      x[:, None]")
    card = CARD._replace(solution="y = x\ny[:, None]", also=("z = x\nz.unsqueeze(1)",))
    shown = text_of(shown_view(card, "", taught=True, hints=0))
    assert shown.index("y[:, None]") < shown.index("It inserts an axis.") < shown.index("z.unsqueeze(1)")
    assert text_of(revealed_view(Card(id="r", question="?", solution="*It* is"))).startswith("It is")


FAIL: dict[str, Any] = {"verdict": Verdict.FAIL, "message": "no"}
SHAPES = {
    **FAIL,
    "message": "the new dimension goes last",
    "assertion": "answer.shape == (4, 1)",
    "left": "torch.Size([1, 4])",
    "right": "(4, 1)",
    "equality": True,
    "because": "dim 0 puts the new axis `first`",
    "difference": ("the shapes differ",),
    "stdout": "hello [red]x[/]",
}
SLIP = {
    **FAIL,
    "message": "NameError: name 'troch'",
    "slip": True,
    "phase": Phase.ANSWER,
    "answer_line": 2,
    "source_line": "troch",
    "because": "it is `torch`",
}
BROKEN = {"verdict": Verdict.BROKEN, "message": "given raises", "phase": Phase.GIVEN, "line": 1}
UNTRUSTED = {"verdict": Verdict.SKIPPED, "message": "not agreed to", "why": Why.UNTRUSTED}


SAID_OF_SHAPES = (
    "yours (1, 4)   wanted (4, 1)",
    "Common mistake: dim 0 puts the new axis first",
    "hello [red]x[/]",
)
SAID_OF_SLIP = "NameError: name 'troch'", "line 2  troch", "Common mistake: it is torch"


@pytest.mark.parametrize(
    ("outcome", "attempt", "heading", "said"),
    [
        (SHAPES, Attempt(2, hints=1), "✗ Not yet attempt 2 · 1 hint", SAID_OF_SHAPES),
        ({**FAIL, "stdout": "a\n" * 50}, Attempt(1), "✗ Not yet attempt 1 · no hint", ["… 38 lines more"]),
        (SLIP, Attempt(slips=1), "↺ A slip, not counted 1 slip · no hint", SAID_OF_SLIP),
        (
            BROKEN,
            Attempt(),
            "! This card is broken, it is not your answer no hint",
            ["In its given, line 1. Nothing"],
        ),
        (UNTRUSTED, Attempt(), "○ Not run here, nothing is counted no hint", ["then t on the home screen"]),
    ],
)
def test_what_is_no_pass_says_why_and_whether_it_counts(
    outcome: dict[str, Any], attempt: Attempt, heading: str, said: Sequence[str]
) -> None:
    verdict = judged_view(Outcome("d/c", **outcome), CARD, attempt, "x", 8.0)
    assert heading_of(verdict) == heading
    assert [words for words in said if words not in text_of(verdict)] == []


@pytest.mark.parametrize(
    "compared",
    [
        {
            "assertion": "isinstance(answer, np.ndarray)",
            "left": "tensor([0.])",
            "right": "<class 'numpy.ndarray'>",
            "difference": ("types: torch.Tensor and type",),
        },
        {"assertion": "all(one == 1 for one in answer.sum(1))", "left": "False"},
        {"assertion": "answer.shape != (1, 4)", "left": "torch.Size([1, 4])", "right": "(1, 4)"},
    ],
)
def test_what_holds_no_two_values_against_each_other_is_not_shown_as_if_it_did(
    compared: dict[str, Any],
) -> None:
    outcome = Outcome("d/c", **FAIL, **compared)
    assert text_of(judged_view(outcome, CARD, Attempt(1), "x", 8.0)) == "no"


def test_a_try_shows_the_value_and_no_verdict_and_images_are_drawn_with_their_difference() -> None:
    value = Value("tensor", "torch.Tensor", "[1, 2]", "torch.int64", (2,), grid=(("1", "2"),))
    verdict = tried_view(Outcome("d/c", Verdict.PASS, answer_value=value))
    assert "not checked" in verdict.sign.plain
    assert "int64 (2,)  [1, 2]" in text_of(verdict)
    outcome = Outcome("d/c", **FAIL, answer_value=IMAGE, wanted_value=IMAGE, difference=("first differs at",))
    lines = text_of(judged_view(outcome, CARD, Attempt(1), "x", 8.0)).splitlines()
    assert any(line.count("▀") > 4 for line in lines)
    assert lines[-1] == "  first differs at"


# -- values as pictures -------------------------------------------------------------------------------------

TENSOR = Value("tensor", "torch.Tensor", "[[1], [2]]", "torch.int64", (2, 1), grid=(("1",), ("2",)))
BIG = Value(
    "tensor",
    "torch.Tensor",
    "...",
    "torch.float32",
    (1000, 1000),
    stats="min -4.1 · max 4.3 · mean 0.01 · 7 NaN",
)


def test_a_value_is_named_by_dtype_shape_and_place_and_a_number_by_itself() -> None:
    assert what(TENSOR) == "int64 (2, 1)"
    assert what(Value("tensor", "torch.Tensor", "", "torch.float32", (), "cuda:0", True)) == (
        "float32 () on cuda:0 requires grad"
    )
    assert what(Value("array", "numpy.ndarray", "", "uint8", (3,))) == "uint8 (3,) array"
    assert summary(Value("number", "int", "3")).plain == "3"
    assert summary(Value("sequence", "list", "[1, 2]")).plain == "list  [1, 2]"
    assert summary(BIG).plain == "float32 (1000, 1000)  min -4.1 · max 4.3 · mean 0.01 · 7 NaN"


def test_cells_that_differ_bear_a_sign_but_not_where_shapes_do() -> None:
    other = replace(TENSOR, grid=(("1",), ("3",)))
    row = replace(TENSOR, shape=(1, 2), grid=(("1", "2"),))
    lines = [line.plain for line in stack(*compared(TENSOR, other))(78)]
    assert [line.split() for line in lines[1:]] == [["1", "1"], ["≠2", "≠3"]]
    assert not any("≠" in line.plain for line in stack(*compared(row, TENSOR))(78))


def test_images_are_beside_each_other_at_one_scale_and_half_blocks_hold_two_pixels_each() -> None:
    small, large = Image(2, 2, bytes(12)), Image(4, 8, bytes(96))
    assert max(line.cell_length for line in picture_lines(large, (small, large), 40)) == 2 + 24
    assert max(line.cell_length for line in picture_lines(small, (small, large), 40)) == 2 + 6
    style = picture_lines(Image(2, 1, bytes([255, 0, 0, 0, 0, 255])), (), 3)[0].spans[-1].style
    assert not isinstance(style, str)
    assert style.foreground is not None
    assert style.background is not None
    assert (style.foreground.rgb, style.background.rgb) == ((255, 0, 0), (0, 0, 255))


@given(st.integers(0, 48), st.integers(0, 64), st.integers(3, 120), st.integers(0, 400))
def test_an_image_of_any_size_fits_even_with_pixels_missing(
    rows: int, cols: int, width: int, given: int
) -> None:
    lines = picture_lines(Image(rows, cols, bytes(given)), (), width)
    assert len(lines) <= 13
    if rows and cols:
        assert max(line.cell_length for line in lines) <= max(width, 3)


ODD = {
    "not a number": "torch.tensor([float('nan'), float('inf'), -float('inf')])",
    "an image of no numbers": "torch.full((8, 8, 3), float('nan'))",
    "an image with infinity": "torch.rand(8, 8) / torch.zeros(8, 8)",
    "a thousand million elements": "torch.zeros(1).expand(10**9)",
    "a huge array": "np.broadcast_to(np.uint8(1), (40_000, 40_000, 3))",
    "complex": "torch.ones(2, 3, dtype=torch.complex64)",
    "half of half precision": "torch.rand(3).to(torch.bfloat16)",
    "a byte of precision": "torch.rand(3).to(torch.float8_e4m3fn)",
    "empty": "torch.zeros(0, 3)",
    "no dimensions": "torch.tensor(3.5)",
    "many dimensions": "torch.zeros(1, 2, 1, 2, 1, 2)",
    "not contiguous": "torch.arange(12).reshape(3, 4).T[::2]",
    "meta": "torch.zeros(3, 4, device='meta')",
    "sparse": "torch.eye(4).to_sparse()",
    "sparse by rows": "torch.eye(4).to_sparse_csr()",
    "quantised": "torch.quantize_per_tensor(torch.rand(3, 3), 0.1, 0, torch.quint8)",
    "nested": "torch.nested.nested_tensor([torch.zeros(2), torch.zeros(3)])",
    "with a gradient": "torch.ones(2, 2, requires_grad=True) * 2",
    "truth values": "torch.eye(3) > 0",
    "objects": "np.array([object(), None], dtype=object)",
    "fields": "np.zeros(2, dtype=[('a', 'i4'), ('b', 'f8')])",
    "dates": "np.array(['2026-01-01', 'NaT'], dtype='M8[D]')",
    "words with control characters": "np.array(['[red]x[/]', '\\x1b[2J'])",
    "masked": "np.ma.masked_equal([1, 2, 3], 2)",
}


@pytest.mark.parametrize("name", ODD)
def test_a_value_of_any_kind_is_drawn_at_any_width(runner: Runner, name: str) -> None:
    check = "assert answer.shape == (4, 1), 'the new dimension goes last'"
    head = "import numpy as np\nimport torch"
    job = Job("shapes/column", preamble=head, answer=ODD[name], check=check, given="x = torch.arange(4)")
    tried = tried_view(runner.value(job))
    outcome = runner.run(job)
    assert outcome.verdict is not Verdict.ERROR
    judged = judged_view(outcome, CARD, Attempt(1), ODD[name], 1.0)
    for width in (1, 20, 40, 80, 120):
        for line in stack(*tried.blocks, *judged.blocks)(width):
            assert not {"\x1b", "\x9b"} & set(line.plain)
            assert width < 20 or line.cell_length <= width


def test_steps_are_shown_after_a_pass_and_wait_for_a_key_after_a_fail() -> None:
    grid = Value("tensor", "Tensor", "", "torch.int64", (2, 1), grid=(("1",), ("2",)))
    steps = (Step("x[bold]hi[/]", TENSOR), Step("len(x)", Value("number", "int", "2")), Step("x.T", grid))
    outcome = Outcome("d/c", Verdict.PASS, steps=steps)
    passed = judged_view(outcome, CARD, Attempt(1), "x", 8.0)
    failed = judged_view(replace(outcome, verdict=Verdict.FAIL), CARD, Attempt(1), "x", 8.0)
    shown = "\n".join(line.plain for line in stack(*passed.steps)(80))
    for text in ("steps", "x[bold]hi[/]", "int64 (2, 1)", "len(x)"):
        assert text in shown
    assert "number" not in shown
    assert (failed.steps, len(failed.later)) == ((), len(passed.steps))
    alone = judged_view(replace(outcome, steps=steps[:1]), CARD, Attempt(1), "x", 8.0)
    assert not alone.steps
