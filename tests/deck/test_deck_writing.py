from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings

from ptcards.deck.card import Accepts, Card, Deck, deck_to_data, from_data, to_data
from ptcards.deck.reading import read_deck, write_deck
from tests.deck.deck_strategies import decks

HERE = Path("deck.yaml")


@settings(max_examples=25, deadline=None)
@given(decks())
def test_a_deck_survives_being_written_and_being_kept_as_plain_data(deck: Deck) -> None:
    assert read_deck(HERE, write_deck(deck))[0] == deck
    cards = tuple(from_data(Card, to_data(card)) for card in deck.cards)
    assert from_data(Deck, deck_to_data(deck))._replace(cards=cards) == deck


LONG = ("long " * 12).strip()
WRITTEN = f"""\
format: 1
deck: d
language: en
requires: {{cuda: true}}
cards:
  - id: a
    question: What?
    given: |
      x = 1
      y = 2
    check: |
      assert x
    solution: x[0]
    tags: [torch, shape]
  - id: b
    question: |
      漢字 😀?
      yes
    accepts: recall
    solution: x
    hints:
      - {LONG} one
      - 😀
    explanation: |+
      keeps its end


    x-deep:
      'a: b':
        list:
          - {LONG} one
          - - |
              😀
              b
  - id: c
    question: What?
    accepts: recall
    solution: x
"""


def test_code_is_written_as_a_block_short_lists_on_one_line_and_all_is_readable_in_every_script() -> None:
    code = Card("a", "What?", "x[0]", given="x = 1\ny = 2\n", check="assert x\n", tags=("torch", "shape"))
    recall = Card("c", "What?", "x", accepts=Accepts.RECALL)
    deep = recall._replace(
        id="b",
        question="漢字 😀?\nyes\n",
        hints=(f"{LONG} one", "😀"),
        explanation="keeps its end\n\n\n",
        extras={"x-deep": {"a: b": {"list": [f"{LONG} one", ["😀\nb\n"]]}}},
    )
    assert write_deck(Deck("d", (code, deep, recall), requires={"cuda": "true"})) == WRITTEN
