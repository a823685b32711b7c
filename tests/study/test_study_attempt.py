"""From verdict to grade."""

from __future__ import annotations

from typing import Any

import pytest

from ptcards.runner.protocol import Outcome, Value, Verdict, Why
from ptcards.study.attempt import Attempt, kind_of_failure

PASS = Outcome("d/c", Verdict.PASS)
FAIL = Outcome("d/c", Verdict.FAIL, assertion="answer.shape == (4, 1)")
SLIP = Outcome("d/c", Verdict.FAIL, slip=True, error="NameError")
SKIPPED = Outcome("d/c", Verdict.SKIPPED)


def after(*steps: object) -> Attempt:
    attempt = Attempt()
    for step in steps:
        if isinstance(step, Outcome):
            attempt = attempt.judged(step)
        else:
            attempt = attempt.hinted() if step == "hint" else attempt.with_solution()
    return attempt


@pytest.mark.parametrize(
    ("steps", "repetitions", "proposed"),
    [
        ([PASS], 3, (4, "pass")),
        ([SLIP, SLIP, PASS], 3, (4, "pass")),
        (["hint", PASS], 2, (3, "pass")),
        (["hint", PASS], 1, (4, "pass")),  # free while a card is young
        ([FAIL, PASS], 3, (2, "fail")),
        ([FAIL, "hint", FAIL, PASS], 3, (2, "fail")),
        ([FAIL, "show"], 3, (1, "shown")),
        ([FAIL, "show", PASS], 3, (1, "shown")),
        (["show"], 3, (0, "shown")),
        ([SLIP, "show"], 3, (0, "shown")),
        (["show", FAIL, PASS], 3, (0, "shown")),
        (["show"], None, (0, "taught")),
        *(([*steps], None, None) for steps in ([], [SLIP], [FAIL], ["hint"], [SKIPPED])),
    ],
)
def test_the_proposed_grade_follows_the_scale_s_own_words(
    steps: list[object], repetitions: int | None, proposed: tuple[int, str] | None
) -> None:
    proposal = after(*steps).proposal(repetitions=repetitions or 0, is_new=repetitions is None)
    assert (proposal and proposal[:2]) == proposed
    assert proposal is None or proposal.reason


def test_what_is_not_the_learner_s_doing_is_no_attempt_and_a_misconception_is_remembered_once() -> None:
    for verdict in (Verdict.BROKEN, Verdict.ERROR, Verdict.SKIPPED):
        assert Attempt().judged(Outcome("d/c", verdict)) == Attempt()
    named = Outcome("d/c", Verdict.FAIL, because="dim 0 puts the new axis first")
    assert after(named, named).mistakes == ("dim 0 puts the new axis first",)
    assert after(PASS).hinted() == after(PASS)


def tensor(dtype: str, *shape: int) -> Value:
    return Value("tensor", "Tensor", "…", dtype=dtype, shape=shape)


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"why": Why.TIMEOUT}, "timeout"),
        ({"error": "ValueError"}, "exception"),
        ({"answer_value": tensor("int64", 4), "wanted_value": tensor("int64", 4, 1)}, "shape"),
        ({"answer_value": tensor("int32", 4), "wanted_value": tensor("int64", 4)}, "dtype"),
        ({"assertion": "isinstance(answer, torch.Tensor)"}, "type"),
        ({"assertion": "answer == 3"}, "values"),
    ],
)
def test_a_failure_has_a_kind_for_the_statistics(facts: dict[str, Any], kind: str) -> None:
    assert kind_of_failure(Outcome("d/c", Verdict.FAIL, **facts)) == kind
