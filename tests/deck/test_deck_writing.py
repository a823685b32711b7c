from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings

from ptcards.deck.card import Card, Deck
from ptcards.deck.content import deck_from_data, deck_to_data
from ptcards.deck.reading import read_deck_text
from ptcards.deck.writing import write_deck
from tests.deck.deck_strategies import decks

HERE = Path("deck.yaml")


@settings(max_examples=40, deadline=None)
@given(decks())
def test_a_written_deck_reads_back_as_an_equal_deck(deck: Deck) -> None:
    assert read_deck_text(write_deck(deck), HERE) == deck


@settings(max_examples=40, deadline=None)
@given(decks())
def test_a_deck_survives_being_kept_as_plain_data(deck: Deck) -> None:
    assert deck_from_data(deck_to_data(deck)) == deck


def test_code_of_several_lines_is_written_as_a_block_and_short_lists_on_one_line() -> None:
    card = Card("a", "What?", "x[0]", given="x = 1\ny = 2\n", check="assert x\n", tags=("torch", "shape"))
    assert write_deck(Deck("d", (card,), requires={"cuda": "true"})) == (
        "format: 1\n"
        "deck: d\n"
        "language: en\n"
        "requires: {cuda: true}\n"
        "cards:\n"
        "  - id: a\n"
        "    question: What?\n"
        "    given: |\n"
        "      x = 1\n"
        "      y = 2\n"
        "    check: |\n"
        "      assert x\n"
        "    solution: x[0]\n"
        "    tags: [torch, shape]\n"
    )
