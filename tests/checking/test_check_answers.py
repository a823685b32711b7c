"""Answers that people gave to the questions of the built-in decks, right and wrong: each gets its verdict.

A file a card; `=== right` or `=== wrong` is above each answer. The values are those of the first draw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from ptcards.deck.card import default_seed, draw
from ptcards.deck.reading import read_deck
from ptcards.paths import shipped
from ptcards.study.desk import job_for

if TYPE_CHECKING:
    from ptcards.deck.card import Deck
    from ptcards.runner.runner import Runner

DECKS = [read_deck(shipped("decks") / f"{name}.yaml")[0] for name in ("pytorch-notes", "tensor-shapes")]
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


@pytest.mark.parametrize("deck", DECKS, ids=["notes", "shapes"])
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
            for one in given
        ]
        # What fails beside others fails alone; what is to pass is run as a learner's answer is.
        wrong = [(one, job) for one, job in asked if not one.right]
        together = runner.run_all([job for _, job in wrong])
        passing = [pair for pair, outcome in zip(wrong, together, strict=True) if outcome.passed]
        for one, job in (*passing, *(pair for pair in asked if pair[0].right)):
            outcome = runner.run(replace(job, wrong=()))  # nobody asks for a `because` here
            if outcome.passed is not one.right:
                misjudged.append(f"{card_id}: {outcome.verdict} {outcome.message}\n{one.code}")
    assert not misjudged, "\n\n".join(misjudged)
