from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings

from ptcards.deck.card import Accepts, Card, Deck
from ptcards.deck.content import card_from_data, card_to_data, deck_from_data, deck_to_data
from ptcards.deck.reading import read_deck_text
from ptcards.deck.writing import write_deck
from tests.deck.deck_strategies import decks

HERE = Path("deck.yaml")


@settings(max_examples=25, deadline=None)
@given(decks())
def test_a_deck_survives_being_written_and_being_kept_as_plain_data(deck: Deck) -> None:
    assert read_deck_text(write_deck(deck), HERE) == deck
    cards = tuple(card_from_data(card_to_data(card)) for card in deck.cards)
    assert deck_from_data(deck_to_data(deck))._replace(cards=cards) == deck


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


def test_what_is_written_stays_readable_in_every_script_and_at_every_depth() -> None:
    card = Card(
        "a",
        "漢字 😀?\nyes\n",
        "x",
        accepts=Accepts.RECALL,
        hints=("long " * 12 + "one", "😀"),
        explanation="keeps its end\n\n\n",
        extras={"x-deep": {"a: b": {"list": ["long " * 12 + "one", ["😀\nb\n"]]}}},
    )
    long = ("long " * 12).strip()
    assert write_deck(Deck("d", (card, card._replace(id="b", hints=(), explanation="", extras={})))) == (
        "format: 1\n"
        "deck: d\n"
        "language: en\n"
        "cards:\n"
        "  - id: a\n"
        "    question: |\n"
        "      漢字 😀?\n"
        "      yes\n"
        "    accepts: recall\n"
        "    solution: x\n"
        "    hints:\n"
        f"      - {long} one\n"
        "      - 😀\n"
        "    explanation: |+\n"
        "      keeps its end\n"
        "\n"
        "\n"
        "    x-deep:\n"
        "      'a: b':\n"
        "        list:\n"
        f"          - {long} one\n"
        "          - - |\n"
        "              😀\n"
        "              b\n"
        "  - id: b\n"
        "    question: |\n"
        "      漢字 😀?\n"
        "      yes\n"
        "    accepts: recall\n"
        "    solution: x\n"
    )
