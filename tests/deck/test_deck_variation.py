from __future__ import annotations

from ptcards.deck.card import Card, Within, Wrong, default_seed, draw

CARD = Card(
    "a",
    "Give $n of $what for $$5",
    "f($n)",
    check="assert answer == $n",
    also=("g($n)",),
    wrong=(Wrong("$n", "not $n"),),
    hints=("$what",),
    explanation="${n}x",
    source="costs $5",
    within=Within(2, setup="m = $n", run="f(m)"),
    vary={"n": ("3", "4", "7"), "what": ("a", "b")},
)
SEED = 1946876175


def test_a_draw_fills_in_every_text_and_code() -> None:
    drawn = draw(CARD, 1)
    n, what = drawn.check.split()[-1], drawn.hints[0]
    assert n in CARD.vary["n"]
    assert drawn == Card(
        "a",
        f"Give {n} of {what} for $5",
        f"f({n})",
        check=f"assert answer == {n}",
        also=(f"g({n})",),
        wrong=(Wrong(n, f"not {n}"),),
        hints=(what,),
        explanation=f"{n}x",
        source="costs $5",
        within=Within(2, setup=f"m = {n}", run="f(m)"),
    )


def test_the_same_seed_draws_the_same_on_every_machine_and_names_are_drawn_independently() -> None:
    questions = [draw(CARD, seed).question for seed in range(100)]
    assert [question[5] for question in questions[:4]] == ["7", "7", "4", "7"]
    assert [question[10] for question in questions[:4]] == ["b", "b", "b", "b"]
    assert len(set(questions)) == 6


def test_a_card_that_does_not_vary_keeps_its_dollars() -> None:
    card = Card("a", "what is $x?", "x")
    assert draw(card, 1) is card


def test_the_seed_changes_with_each_answer_and_fits_every_generator() -> None:
    seeds = {default_seed("d/a", answers) for answers in range(100)} | {default_seed("d/b", 0)}
    assert len(seeds) == 101
    assert all(0 <= seed < 2**31 for seed in seeds)
    assert default_seed("d/a", 0) == SEED
