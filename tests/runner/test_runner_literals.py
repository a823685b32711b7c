from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.deck.card import Wrong
from ptcards.runner.helpers import NotALiteralError, parse_literal, same
from ptcards.runner.protocol import Outcome, Verdict
from ptcards.runner.runner import Job, judge_plain

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers()
LITERALS = st.recursive(
    SCALARS | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(LITERALS)
def test_any_literal_is_read_back_from_its_repr(value: object) -> None:
    text = repr(value)
    if "j" not in text or not ("nan" in text or "inf" in text):
        assert same(parse_literal(text), value)


@given(st.text(max_size=200))
def test_any_text_is_a_literal_or_refused(text: str) -> None:
    try:
        parse_literal(text)
    except NotALiteralError:
        return


OF_THE_TRADE = {
    "torch.int64": "torch.int64",
    "IndexError": "IndexError",
    "torch.Size([4, 1])": (4, 1),
    "torch.Size((2,))": (2,),
    "-inf": -math.inf,
    "+3": 3,
    " (4, 1) ": (4, 1),
    "[nan, torch.float32]": [math.nan, "torch.float32"],
    "{1, 2}": {1, 2},
    "set()": set(),
    "1 + 2j": 1 + 2j,
    "'a' 'b'": "ab",
}
NO_LITERALS = [
    "", "1 +", "print(1)", "1 + 2", "[x for x in y]", "-True", "-'a'", "f'{1}'", "...", "torch.ones(2)", "a.b()",
    "{**{}}", "(" * 500, "-" * 5000 + "1", "lambda: 0", "x = 1", "9" * 30_000,
]  # fmt: skip


@pytest.mark.parametrize("text", OF_THE_TRADE)
def test_literals_of_the_trade_are_understood(text: str) -> None:
    assert same(parse_literal(text), OF_THE_TRADE[text])


@pytest.mark.parametrize("text", NO_LITERALS)
def test_what_would_have_to_be_run_is_no_literal(text: str) -> None:
    with pytest.raises(NotALiteralError):
        parse_literal(text)


OTHER_TYPES = [(True, 1), (1, 1.0), ((1,), [1]), ({1: 2}, {1: 2.0}), ({1}, {True}), ([True], [1]), ("1", 1)]


@pytest.mark.parametrize(("left", "right"), OTHER_TYPES)
def test_equal_values_of_other_types_are_not_the_same(left: object, right: object) -> None:
    assert not same(left, right)


def judged(answer: str, solution: str = "(4, 1)", accepts: str = "literal", **more: Any) -> Outcome:
    return judge_plain(Job("d/c", accepts=accepts, answer=answer, solution=solution, **more))


def test_a_literal_is_right_when_it_equals_the_solution_or_another_right_one() -> None:
    assert judged("(4,  1)").passed
    assert judged("[4, 1]", also=("[4, 1]",)).passed
    assert judged("nan", "nan").passed


def test_a_wrong_literal_fails_with_both_values_and_the_cards_reason() -> None:
    outcome = judged("(1, 4)", wrong=(Wrong("torch.Size([1, 4])", "dim 0 comes first"),))
    assert (outcome.verdict, outcome.slip) == (Verdict.FAIL, False)
    assert (outcome.left, outcome.right, outcome.because) == ("(1, 4)", "(4, 1)", "dim 0 comes first")


def test_what_cannot_be_parsed_is_a_slip_or_the_cards_fault() -> None:
    assert judged("(4, 1").slip
    assert judged("1", "1 + 1").verdict is Verdict.BROKEN


def test_text_is_stripped_and_else_exact() -> None:
    assert judged("  opencv-python\n", "opencv-python", "text").passed
    assert not judged("Opencv-Python", "opencv-python", "text").passed
    assert judged(" ", "x", "text").slip
