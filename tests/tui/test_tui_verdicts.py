"""What is said about an answer, and how."""

from __future__ import annotations

from typing import Any

import pytest

from ptcards.deck.card import Card
from ptcards.runner.protocol import Image, Outcome, Phase, Value, Verdict, Why
from ptcards.study.attempt import Attempt
from ptcards.tui.page import stack
from ptcards.tui.verdicts import VerdictView, judged_view, revealed_view, shown_view, tried_view

CARD = Card(
    id="column",
    question="?",
    solution="x.unsqueeze(1)",
    also=("x[:, None]",),
    explanation="It inserts an *axis*.",
    source="notes, item 13",
)
BEYOND = ["", "It inserts an axis.", " " * 64 + "notes, item 13"]
IMAGE = Value("array", "numpy.ndarray", "", "uint8", (2, 2, 3), image=Image(2, 2, bytes(12)))


def text_of(verdict: VerdictView, width: int = 78) -> str:
    return "\n".join(line.plain.rstrip() for line in stack(*verdict.blocks)(width))


@pytest.mark.parametrize(
    ("answer", "printed", "attempt", "marks", "lines"),
    [
        (
            "x.unsqueeze(1)",
            "",
            Attempt(1),
            "first check · no hint · 8 s",
            ["  yours     x.unsqueeze(1)", "  also      x[:, None]", *BEYOND],
        ),
        (
            "x.unsqueeze(1)",
            "torch.Size([4])\n",
            Attempt(1, shown=True),
            "solution shown · no hint · 8 s",
            ["  yours     x.unsqueeze(1)", "", "  printed", "    torch.Size([4])", "", "  also      x[:, None]", *BEYOND],
        ),
        (
            "x.view(-1, 1)",
            "",
            Attempt(2, hints=2),
            "check 2 · 2 hints · 8 s",
            ["  yours     x.view(-1, 1)", "  solution  x.unsqueeze(1)", "  also      x[:, None]", *BEYOND],
        ),
    ],
)  # fmt: skip
def test_a_pass_shows_ones_own_answer_what_it_printed_other_ways_and_why(
    answer: str, printed: str, attempt: Attempt, marks: str, lines: list[str]
) -> None:
    verdict = judged_view(Outcome("d/c", Verdict.PASS, stdout=printed), CARD, attempt, answer, 8.0)
    assert (verdict.sign.plain, verdict.marks) == ("✓ Right", marks)
    assert text_of(verdict).splitlines() == lines
    heading = stack(*verdict.headed())(60)[0].plain  # part of the pane where that is wide
    assert (heading[:7], heading[-3:]) == ("✓ Right", "8 s")


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


@pytest.mark.parametrize(
    ("outcome", "attempt", "sign", "marks", "said"),
    [
        (
            SHAPES,
            Attempt(2, hints=1),
            "✗ Not yet",
            "attempt 2 · 1 hint",
            [
                "yours (1, 4)   wanted (4, 1)",
                "Common mistake: dim 0 puts the new axis first",
                "hello [red]x[/]",
            ],
        ),
        (
            SLIP,
            Attempt(slips=1),
            "↺ A slip, not counted",
            "1 slip · no hint",
            ["NameError: name 'troch'" + " " * 49 + "line 2\n", "Common mistake: it is torch"],
        ),
        (
            BROKEN,
            Attempt(),
            "! This card is broken, it is not your answer",
            "no hint",
            ["In its given, line 1. Nothing is counted."],
        ),
        (
            UNTRUSTED,
            Attempt(),
            "○ Not run here, nothing is counted",
            "no hint",
            ["then t on the home screen"],
        ),
        ({**FAIL, "stdout": "a\n" * 50}, Attempt(1), "✗ Not yet", "attempt 1 · no hint", ["… 38 lines more"]),
    ],
)
def test_what_is_no_pass_says_why_and_whether_it_counts(
    outcome: dict[str, Any], attempt: Attempt, sign: str, marks: str, said: list[str]
) -> None:
    verdict = judged_view(Outcome("d/c", **outcome), CARD, attempt, "x", 8.0)
    assert (verdict.sign.plain, verdict.marks) == (sign, marks)
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
