"""Answers that people gave to the questions of the built-in decks, right and wrong: each gets its verdict.

A file a card; `=== right` or `=== wrong` is above each answer. The values are those of the first draw.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
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

FILES = {path.stem: path for path in (*built_in_decks(), shipped("decks") / "tensor-shapes.yaml")}
CONFIRMED = "PTCARDS_EVERY_ANSWER" in os.environ
"""Each right one is tried as a learner's is: alone, and confirmed."""
PART = int(os.environ.get("PTCARDS_EVERY_ANSWER", "30"))
"""Of three thousand, every so manieth is tried; 1 tries all."""
ABOVE = re.compile(r"^=== (right|wrong).*\n", re.MULTILINE)


@cache
def read(path: Path) -> Deck:
    return read_deck(path)[0]


class Answer(NamedTuple):
    right: bool
    code: str


def answers() -> Iterator[tuple[str, list[Answer]]]:
    """Of each card, in the order of the files' names."""
    for path in sorted((Path(__file__).parent / "answers").glob("*.txt")):
        _, *parts = ABOVE.split(path.read_text(encoding="utf-8"))
        given = zip(parts[::2], parts[1::2], strict=True)
        yield path.stem, [Answer(kind == "right", code.rstrip("\n")) for kind, code in given]


def test_a_file_of_answers_is_called_like_a_card() -> None:
    assert {name for name, _ in answers()} <= {
        card.id for path in FILES.values() for card in read(path).cards
    }


@pytest.mark.parametrize("name", FILES)
def test_no_right_answer_fails_and_no_wrong_one_passes(name: str, runner: Runner) -> None:
    deck = read(FILES[name])
    cards = {card.id: card for card in deck.cards}
    given: list[tuple[str, Answer]] = []
    for card_id, those in answers():
        given += [(card_id, one) for one in those if card_id in cards]
    asked, misjudged = [], []
    for card_id, one in given[::PART] if len(given) > 2 * PART else given:
        card, seed = cards[card_id], default_seed(deck.key(cards[card_id]), 0)
        drawn = draw(card, seed)
        asked.append((one, job_for(deck, drawn, one.code, seed=seed, fail_closed=False, template=card)))
    assert {one.right for one, _ in asked} == {True, False}
    # What is judged beside others as it should be would be alone, too: but a pass is confirmed with other values.
    for start in range(0, len(asked), 30):
        some = asked[start : start + 30]
        together = zip(some, runner.run_all([job for _, job in some]), strict=True)
        for (one, job), found in together:
            if found.passed is one.right and not (CONFIRMED and found.passed):
                continue
            outcome = runner.run(replace(job, wrong=()))  # nobody asks for a `because` here
            if outcome.passed is not one.right:
                misjudged.append(f"{job.card}: {outcome.verdict} {outcome.message}\n{one.code}")
    assert not misjudged, "\n\n".join(misjudged)
