from __future__ import annotations

import pytest

from ptcards.checking.answers import mutants_of
from ptcards.checking.check import lint
from ptcards.deck.card import Accepts, Card, Wrong

SOUND = {"hints": ("h",), "explanation": "e", "wrong": (Wrong("y", "b"),), "check": "assert answer, 'm'"}


def found(**changes: object) -> list[tuple[str, int, str]]:
    card = Card("a", "What?", **{"solution": "x", **SOUND, **changes})  # type: ignore[arg-type]
    return [(field, line, kind) for field, kind, _, line in lint(card)]


def test_a_sound_card_has_nothing_to_mend_and_recall_cards_need_no_hints() -> None:
    assert found() == []
    assert list(lint(Card("a", "What?", "x", accepts=Accepts.RECALL))) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"hints": ()}, ("", 1, "no-hint")),
        ({"explanation": " "}, ("", 1, "no-explanation")),
        ({"explanation": "word " * 121}, ("explanation", 1, "long-explanation")),
        ({"wrong": ()}, ("", 1, "no-wrong")),
        ({"check": "x = answer"}, ("check", 1, "no-assertion")),
        ({"check": "assert answer, 'm'\nagree(f, g, c)"}, ("check", 2, "no-assertion")),
        ({"check": "x = 1\nassert answer"}, ("check", 2, "no-message")),
        ({"check": "\nassert (answer, 'm')"}, ("check", 2, "tuple-assertion")),
        ({"given": "x = 1\n" * 12}, ("question", 1, "long-question")),
        ({"given": "x = 1\ny = '" + "a" * 80 + "'"}, ("given", 2, "long-line")),
        ({"given": "y = '" + "漢" * 40 + "'"}, ("given", 1, "long-line")),
        ({"given": "import requests"}, ("given", 1, "network")),
        ({"solution": "from urllib.request import urlopen"}, ("solution", 1, "network")),
        ({"given": "x = MNIST('.', download=True)"}, ("given", 1, "network")),
        ({"solution": "torch.hub.load('a/b', 'tiny')"}, ("solution", 1, "network")),
        (
            {"solution": "from torch import hub\nhub.load('a/b', 't', source='github')"},
            ("solution", 2, "network"),
        ),
        ({"also": ("import time\ntime.time()",)}, ("also[0]", 2, "clock")),
        ({"check": "from time import perf_counter as t\nassert t(), 'm'"}, ("check", 2, "clock")),
        ({"check": "import datetime as d\nassert d.datetime.now(), 'm'"}, ("check", 2, "clock")),
    ],
)
def test_what_an_author_should_mend_is_found_at_its_line(
    changes: dict[str, object], expected: tuple[str, int, str]
) -> None:
    assert found(**changes) == [expected]


def changes(solution: str, **more: object) -> set[str]:
    return {mutant.change for mutant in mutants_of(Card("a", "q", solution, **more))}  # type: ignore[arg-type]


ONE_THING = {
    "x.sum(dim=1)": ("1 -> 2", "1 -> 0", "x.sum(dim=1) -> x.sum()", "x.sum(dim=1) -> x"),
    "a < b": ("a < b -> a <= b", "a < b -> a > b"),
    "a - b": ("a - b -> a + b", "a - b -> b - a", "a - b -> a"),
    "with f():\n    g()": ("with f(): g() -> if True: g()",),
    "x += 1": ("x += 1 -> x -= 1",),
}


@pytest.mark.parametrize("solution", ONE_THING)
def test_mutants_change_one_thing_each(solution: str) -> None:
    assert set(ONE_THING[solution]) <= changes(solution)


COUNTER = "class C:\n def __init__(self):\n  self.n = 0\n def add(self):\n  self.n += 1\n  return self.n"


@pytest.mark.parametrize(
    ("solution", "operator", "now"),
    [
        ("def f(d):\n return d.get(1, 2)", "truth", "return d.get(1) or 2"),
        ("def f(x, by=2):\n return x * by", "default by or", "by = by or 2"),
        ("def f(x):\n return g(x)", "nothing for false", "return g(x) or None"),
        ("f(x)", "rounded", "round(f(x), 2)"),
        ("f(x)", "truncated", "int(f(x))"),
        ("f(x)", "clamped", "max(f(x), 0)"),
        ("def f(x):\n return x / 255", "in place", "x /= 255\n    return x"),
        ("def f(x):\n return x.relu()", "in place", "return x.relu_()"),
        ("copy.deepcopy(x)", "copy left out", "copy.copy(x)"),
        ("x.detach().clone()", "copy left out", "x.detach()"),
        ("torch.tensor(x)", "copy left out", "torch.from_numpy(x)"),
        ("def f(x):\n a.append(x)", "only if new", "if x not in a:\n        a.append(x)"),
        ("try:\n f()\nexcept KeyError:\n pass", "swallowed", "except Exception:"),
        ("def f(x):\n return g(x)", "swallowed", "except Exception:\n        return"),
        ("def f(x):\n return g(x)", "cached", "@__import__('functools').cache\ndef f(x):"),
        (COUNTER, "order", "was = self.n\n        self.n += 1\n        return was"),
        (COUNTER, "shared", "C.n += 1\n        return C.n"),
        ("isinstance(x, A)", "class asked", "type(x) is A"),
        ("f(x)", "dimension", "f(x)[None]"),
        ("torch.zeros(2, dtype=torch.int64)", "name", "torch.int32"),
        ("f(x, keepdim=True)", "keyword", "f(x)"),
    ],
)
def test_mutants_are_the_mistakes_that_people_make(solution: str, operator: str, now: str) -> None:
    made = [one.code for one in mutants_of(Card("a", "q", solution)) if one.operator == operator]
    assert any(now in code for code in made), made


def test_a_product_of_matrices_binds_anew_and_is_no_change_in_place() -> None:
    made = mutants_of(Card("a", "q", "def f(x, w):\n return x @ w + x"))
    assert not [one.code for one in made if one.operator == "in place" and "@=" in one.code]


def test_a_copy_more_is_a_mistake_where_memory_is_spoken_of() -> None:
    assert "x[1] -> x[1].clone()" not in changes("x[1]", given="x = f()")
    card = Card("a", "Look into the memory of `x`.", "x[1]", given="x = f()")
    made = {one.change for one in mutants_of(card) if one.operator == "copied"}
    assert {"x[1] -> x[1].clone()", "x[1] -> x.clone()[1]"} <= made


def test_other_right_answers_are_changed_too_and_known_ones_are_no_mutants() -> None:
    mutants = mutants_of(Card("a", "q", "g(x)", also=("copy.deepcopy(x)",)))
    assert {one.field for one in mutants if one.operator == "copy left out"} == {"also[0]"}
    assert "1 -> 2" not in changes("x[1]", also=("x[ 2 ]",))
    for equivalent in ({"code": "x[2]", "reason": "r"}, {"operators": ["value"], "reason": "r"}):
        assert "1 -> 2" not in changes("x[1]", extras={"x-equivalent": [equivalent]})
    assert changes("3", accepts=Accepts.LITERAL) == set()  # only code is changed
