"""From verdict to grade."""

from __future__ import annotations

import pytest

from ptcards.runner.protocol import Outcome, Value, Verdict, Why
from ptcards.study.attempt import Attempt, kind_of_failure

PASS = Outcome("d/c", Verdict.PASS)
FAIL = Outcome("d/c", Verdict.FAIL, assertion="answer.shape == (4, 1)")
SLIP = Outcome("d/c", Verdict.FAIL, slip=True, error="NameError")


def after(*steps: object) -> Attempt:
    attempt = Attempt()
    for step in steps:
        if isinstance(step, Outcome):
            attempt = attempt.judged(step)
        else:
            attempt = attempt.hinted() if step == "hint" else attempt.with_solution()
    return attempt


@pytest.mark.parametrize(
    ("steps", "q", "verdict"),
    [
        ([PASS], 4, "pass"),
        ([SLIP, SLIP, PASS], 4, "pass"),
        (["hint", PASS], 3, "pass"),
        ([FAIL, PASS], 2, "fail"),
        ([FAIL, "hint", FAIL, PASS], 2, "fail"),
        ([FAIL, "show"], 1, "shown"),
        ([FAIL, "show", PASS], 1, "shown"),
        (["show"], 0, "shown"),
        ([SLIP, "show"], 0, "shown"),
        (["show", FAIL, PASS], 0, "shown"),
    ],
)
def test_the_proposed_grade_follows_the_scale_s_own_words(steps: list[object], q: int, verdict: str) -> None:
    proposal = after(*steps).proposal(repetitions=3, is_new=False)
    assert proposal is not None
    assert (proposal.q, proposal.verdict) == (q, verdict)
    assert proposal.reason


def test_a_hint_is_free_while_the_card_has_fewer_than_two_repetitions() -> None:
    young, older = (after("hint", PASS).proposal(repetitions=n, is_new=False) for n in (1, 2))
    assert young is not None
    assert older is not None
    assert (young.q, older.q) == (4, 3)


def test_show_me_on_a_new_card_is_teach_me() -> None:
    proposal = after("show").proposal(repetitions=0, is_new=True)
    assert proposal is not None
    assert (proposal.q, proposal.verdict) == (0, "taught")


@pytest.mark.parametrize("steps", [[], [SLIP], [FAIL], ["hint"], [Outcome("d/c", Verdict.SKIPPED)]])
def test_without_a_pass_or_the_solution_no_grade_is_proposed(steps: list[object]) -> None:
    assert after(*steps).proposal(repetitions=0, is_new=True) is None


@pytest.mark.parametrize("verdict", [Verdict.BROKEN, Verdict.ERROR, Verdict.SKIPPED])
def test_what_is_not_the_learner_s_doing_is_no_attempt(verdict: Verdict) -> None:
    assert Attempt().judged(Outcome("d/c", verdict)) == Attempt()


def test_a_misconception_is_remembered_once() -> None:
    named = Outcome("d/c", Verdict.FAIL, because="dim 0 puts the new axis first")
    assert after(named, named).mistakes == ("dim 0 puts the new axis first",)


def test_a_hint_after_the_pass_changes_nothing() -> None:
    assert after(PASS).hinted() == after(PASS)


def tensor(dtype: str, shape: tuple[int, ...]) -> Value:
    return Value("tensor", "Tensor", "…", dtype=dtype, shape=shape)


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Outcome("d/c", Verdict.FAIL, why=Why.TIMEOUT), "timeout"),
        (Outcome("d/c", Verdict.FAIL, error="ValueError"), "exception"),
        (
            Outcome(
                "d/c", Verdict.FAIL, answer_value=tensor("int64", (4,)), wanted_value=tensor("int64", (4, 1))
            ),
            "shape",
        ),
        (
            Outcome(
                "d/c", Verdict.FAIL, answer_value=tensor("int32", (4,)), wanted_value=tensor("int64", (4,))
            ),
            "dtype",
        ),
        (Outcome("d/c", Verdict.FAIL, assertion="isinstance(answer, torch.Tensor)"), "type"),
        (Outcome("d/c", Verdict.FAIL, assertion="answer == 3"), "values"),
    ],
)
def test_a_failure_has_a_kind_for_the_statistics(outcome: Outcome, kind: str) -> None:
    assert kind_of_failure(outcome) == kind
