"""What is said about an answer, and how."""

from __future__ import annotations

from dataclasses import replace

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


def verdict_of(outcome: Outcome, answer: str = "x", **counts: int) -> VerdictView:
    attempt = Attempt(counts.get("attempts", 1), slips=counts.get("slips", 0), hints=counts.get("hints", 0))
    return judged_view(outcome, CARD, attempt, answer, 8.0)


def text_of(verdict: VerdictView, width: int = 78) -> str:
    return "\n".join(line.plain.rstrip() for line in stack(*verdict.blocks)(width))


def test_a_pass_says_so_with_a_word_and_a_sign() -> None:
    verdict = verdict_of(Outcome("d/c", Verdict.PASS), "x.unsqueeze(1)")
    assert verdict.sign.plain == "✓ Right"
    assert verdict.marks == "first check · no hint · 8 s"


def test_a_pass_shows_ones_own_answer_other_ways_and_why() -> None:
    shown = text_of(verdict_of(Outcome("d/c", Verdict.PASS), "x.unsqueeze(1)"))
    assert shown.splitlines() == [
        "  yours     x.unsqueeze(1)",
        "  also      x[:, None]",
        "",
        "It inserts an axis.",
        " " * 64 + "notes, item 13",
    ]


def test_what_a_right_answer_printed_is_right_below_it() -> None:
    shown = text_of(verdict_of(Outcome("d/c", Verdict.PASS, stdout="torch.Size([4])\n"), "x.unsqueeze(1)"))
    assert shown.splitlines()[:6] == [
        "  yours     x.unsqueeze(1)",
        "",
        "  printed",
        "    torch.Size([4])",
        "",
        "  also      x[:, None]",
    ]


def test_other_answers_of_several_lines_do_not_push_the_explanation_away() -> None:
    card = CARD._replace(solution="y = x\ny[:, None]", also=("z = x\nz.unsqueeze(1)",))
    shown = text_of(shown_view(card, "", taught=True, hints=0))
    assert shown.index("y[:, None]") < shown.index("It inserts an axis.") < shown.index("z.unsqueeze(1)")


def test_a_check_that_passes_after_the_solution_was_shown_is_not_called_the_first() -> None:
    attempt = Attempt(verdicts=1, shown=True)
    verdict = judged_view(Outcome("d/c", Verdict.PASS), CARD, attempt, "x.unsqueeze(1)", 8.0)
    assert verdict.marks == "solution shown · no hint · 8 s"


def test_the_solution_is_beside_another_answer_that_passed() -> None:
    shown = text_of(verdict_of(Outcome("d/c", Verdict.PASS), "x.view(-1, 1)"))
    assert shown.splitlines()[:2] == ["  yours     x.view(-1, 1)", "  solution  x.unsqueeze(1)"]


def test_an_answer_of_several_lines_faces_the_solution_where_it_is_wide() -> None:
    verdict = verdict_of(Outcome("d/c", Verdict.PASS), "y = x\ny[:, None]")
    assert any("y = x" in line and "x.unsqueeze(1)" in line for line in text_of(verdict, 110).splitlines())
    assert not any("y = x" in line and "x.unsqueeze(1)" in line for line in text_of(verdict, 70).splitlines())


def test_a_fail_tells_the_assertion_with_both_values_and_the_mistake() -> None:
    outcome = Outcome(
        "d/c",
        Verdict.FAIL,
        "the new dimension goes last",
        assertion="answer.shape == (4, 1)",
        left="torch.Size([1, 4])",
        right="(4, 1)",
        equality=True,
        because="dim 0 puts the new axis `first`",
        difference=("the shapes differ",),
        stdout="hello [red]x[/]",
    )
    verdict = verdict_of(outcome, attempts=2, hints=1)
    shown = text_of(verdict)
    assert verdict.sign.plain == "✗ Not yet"
    assert verdict.marks == "attempt 2 · 1 hint"
    assert "yours (1, 4)   wanted (4, 1)" in shown
    assert "Common mistake: dim 0 puts the new axis first" in shown
    assert "hello [red]x[/]" in shown


def test_a_slip_is_drawn_differently_and_names_its_line() -> None:
    outcome = Outcome(
        "d/c",
        Verdict.FAIL,
        "NameError: name 'troch'",
        slip=True,
        phase=Phase.ANSWER,
        answer_line=2,
        source_line="troch",
        because="it is `torch`",
    )
    verdict = verdict_of(outcome, slips=1, attempts=0)
    assert verdict.sign.plain == "↺ A slip, not counted"
    assert verdict.marks == "1 slip · no hint"
    assert text_of(verdict).splitlines()[0].endswith("line 2")
    assert "Common mistake: it is torch" in text_of(verdict)


def test_a_broken_card_is_not_the_learners_fault() -> None:
    verdict = verdict_of(
        Outcome("d/c", Verdict.BROKEN, "given raises", phase=Phase.GIVEN, line=1), attempts=0
    )
    assert "not your answer" in verdict.sign.plain
    assert "Nothing is counted" in text_of(verdict)


def test_an_untrusted_deck_says_what_to_do() -> None:
    verdict = verdict_of(Outcome("d/c", Verdict.SKIPPED, "not agreed to", why=Why.UNTRUSTED), attempts=0)
    assert "nothing is counted" in verdict.sign.plain
    assert "then t on the home screen" in text_of(verdict)


def test_long_output_is_cut() -> None:
    shown = text_of(verdict_of(Outcome("d/c", Verdict.FAIL, "no", stdout="a\n" * 50)))
    assert "… 38 lines more" in shown


def test_what_is_taught_is_shown_with_its_explanation() -> None:
    verdict = shown_view(CARD, "", taught=True, hints=0)
    assert verdict.sign.plain.startswith("◆ Taught")
    assert text_of(verdict).startswith("  solution  x.unsqueeze(1)\n  also      x[:, None]")


def test_a_recall_card_reveals_its_solution_as_text() -> None:
    assert text_of(revealed_view(Card(id="r", question="?", solution="*It* is"))).startswith("It is")


def test_a_try_shows_the_value_and_no_verdict() -> None:
    value = Value("tensor", "torch.Tensor", "[1, 2]", "torch.int64", (2,), grid=(("1", "2"),))
    verdict = tried_view(Outcome("d/c", Verdict.PASS, answer_value=value))
    assert "not checked" in verdict.sign.plain
    assert "int64 (2,)  [1, 2]" in text_of(verdict)


def test_images_of_a_fail_are_drawn_with_the_one_sentence_of_difference() -> None:
    image = Image(2, 2, bytes(12))
    value = Value("array", "numpy.ndarray", "", "uint8", (2, 2, 3), image=image)
    outcome = Outcome(
        "d/c", Verdict.FAIL, "no", answer_value=value, wanted_value=value, difference=("first differs at",)
    )
    lines = text_of(verdict_of(outcome)).splitlines()
    assert any(line.count("▀") > 4 for line in lines)
    assert lines[-1] == "  first differs at"


def test_where_it_is_wide_the_heading_is_part_of_the_pane() -> None:
    lines = stack(*verdict_of(Outcome("d/c", Verdict.PASS)).headed())(60)
    assert lines[0].plain.startswith("✓ Right")
    assert lines[0].plain.endswith("8 s")


def test_a_value_and_the_type_it_should_have_are_not_compared() -> None:
    outcome = Outcome(
        "d/c",
        Verdict.FAIL,
        "an array is asked for",
        assertion="isinstance(answer, np.ndarray)",
        left="tensor([0.])",
        right="<class 'numpy.ndarray'>",
        difference=("types: torch.Tensor and type",),
    )
    assert text_of(verdict_of(outcome)) == "an array is asked for"


def test_an_assertion_that_compares_nothing_is_not_shown_as_if_it_did() -> None:
    outcome = Outcome(
        "d/c",
        Verdict.FAIL,
        "every row sums to 1",
        assertion="all(one == 1 for one in answer.sum(1))",
        left="False",
    )
    assert text_of(verdict_of(outcome)) == "every row sums to 1"
    same = replace(outcome, assertion="answer.shape != (1, 4)", left="torch.Size([1, 4])", right="(1, 4)")
    assert text_of(verdict_of(same)) == "every row sums to 1"
