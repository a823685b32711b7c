"""A pass must hold for other values, where a card has any."""

from __future__ import annotations

from typing import Any

import pytest

from ptcards.deck.card import Accepts, Card, Deck, draw
from ptcards.runner.protocol import ONLY_THESE, Outcome, Verdict
from ptcards.runner.runner import Runner
from ptcards.study.desk import job_for

CARD = Card(
    "size",
    "How many elements has `x`?",
    "x.numel()",
    given="x = torch.zeros($rows, 4)",
    check="assert answer == $rows * 4, 'all of them'",
    vary={"rows": ("3", "5", "7")},
)
RANDOM = Card(
    "sum", "q", "x.sum()", given="x = torch.rand(3)", check="assert close(answer, given().x.sum()), 'no'"
)


def run(runner: Runner, answer: str, card: Card = CARD, **changes: Any) -> Outcome:
    card = card._replace(**changes)
    deck = Deck("d", (card,), preamble="import torch, random\nimport numpy as np")
    return runner.run(job_for(deck, draw(card, 1), answer, seed=1, fail_closed=True, template=card))


def test_a_constant_that_was_typed_is_right_for_these_values_only(runner: Runner) -> None:
    right = run(runner, "x.shape[0] * 4")
    assert right.passed
    assert right.answer_value is not None
    outcome = run(runner, right.answer_value.text)
    assert (outcome.verdict, outcome.slip, outcome.seed) == (Verdict.FAIL, False, 1)
    assert outcome.message == f"{ONLY_THESE}all of them"
    assert outcome.left == right.answer_value.text != outcome.right
    typed = f"answer = {right.answer_value.text}"
    assert run(runner, typed, fixed=True).passed
    assert run(runner, typed, question="`x` has $rows rows. How many elements?").passed
    assert run(runner, typed, starter="# $rows").passed


@pytest.mark.parametrize(
    "given", ["x = torch.rand(3)", "x = torch.tensor(np.random.rand(3))", "x = torch.tensor(random.random())"]
)
def test_where_given_draws_at_random_another_draw_is_tried(given: str, runner: Runner) -> None:
    value = run(runner, "x.sum().item()", RANDOM, given=given, check="assert True is not False").answer_value
    assert value is not None
    typed = f"torch.tensor({value.text}, dtype=x.dtype)"
    assert run(runner, "x.sum()", RANDOM, given=given).passed
    assert run(runner, typed, RANDOM, given=given).message == f"{ONLY_THESE}no"
    assert run(runner, typed, RANDOM, given=given, fixed=True).passed


def test_a_pass_counts_where_the_solution_itself_holds_the_values(runner: Runner) -> None:
    card = CARD._replace(solution="x.reshape($rows, 4)", given="x = torch.zeros($rows * 4)")
    card = card._replace(check="assert answer.shape == ($rows, 4)")
    assert run(runner, draw(card, 1).solution, card).passed
    assert run(runner, "x[None]", card).verdict is Verdict.FAIL


def test_nothing_is_run_twice_where_nothing_differs(runner: Runner) -> None:
    card = CARD._replace(given="x = torch.zeros(3, 4)", check="assert answer == 12", vary={})
    assert not run(runner, "x.numel()", card).drew
    assert run(runner, "12", card).passed
    assert run(runner, "12", card, accepts=Accepts.LITERAL).passed
