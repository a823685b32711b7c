"""Answers that people gave to the questions of the built-in decks, right and wrong: each gets its verdict.

A file a card; `=== right` or `=== wrong` is above each answer. The values are those of the first draw.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from ptcards.deck.card import default_seed, draw
from ptcards.deck.reading import read_deck
from ptcards.paths import built_in_decks, shipped
from ptcards.study.desk import job_for

if TYPE_CHECKING:
    from ptcards.deck.card import Deck
    from ptcards.runner.runner import Runner

DECKS = [read_deck(path)[0] for path in (*built_in_decks(), shipped("decks") / "tensor-shapes.yaml")]
EVERY = os.environ.get("PTCARDS_EVERY_ANSWER")
"""All of the three thousand are tried, each right one as a learner's is: alone, and confirmed; else a part of them."""
PART = 30
ABOVE = re.compile(r"^=== (right|wrong).*\n", re.MULTILINE)


class Answer(NamedTuple):
    right: bool
    code: str


def answers() -> Iterator[tuple[str, list[Answer]]]:
    """Of each card, in the order of the files' names."""
    for path in sorted((Path(__file__).parent / "answers").glob("*.txt")):
        _, *parts = ABOVE.split(path.read_text(encoding="utf-8"))
        given = zip(parts[::2], parts[1::2], strict=True)
        yield path.stem, [Answer(kind == "right", code.rstrip("\n")) for kind, code in given]


@pytest.mark.parametrize("deck", DECKS, ids=lambda deck: deck.slug)
def test_no_right_answer_fails_and_no_wrong_one_passes(deck: Deck, runner: Runner) -> None:
    cards, slugs = {card.id: card for card in deck.cards}, {card.id for one in DECKS for card in one.cards}
    misjudged = []
    for card_id, given in answers():
        assert card_id in slugs, "the file is called like a card"
        if card_id not in cards:
            continue
        card, seed = cards[card_id], default_seed(deck.key(cards[card_id]), 0)
        asked = [
            (one, job_for(deck, draw(card, seed), one.code, seed=seed, fail_closed=False, template=card))
            for one in (given if EVERY or len(given) < 2 * PART else given[len(card_id) % PART :: PART])
        ]
        # What is judged beside others as it should be would be alone, too: but a pass is confirmed with other values.
        together = zip(asked, runner.run_all([job for _, job in asked]), strict=True)
        doubtful = [
            pair for pair, found in together if found.passed is not pair[0].right or (EVERY and found.passed)
        ]
        for one, job in doubtful:
            outcome = runner.run(replace(job, wrong=()))  # nobody asks for a `because` here
            if outcome.passed is not one.right:
                misjudged.append(f"{card_id}: {outcome.verdict} {outcome.message}\n{one.code}")
    assert not misjudged, "\n\n".join(misjudged)
