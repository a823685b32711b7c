from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from ptcards.deck.card import draw, drawn_values, substituter
from ptcards.deck.reading import read_deck
from ptcards.deck.translation import read_translation, stale_parts
from ptcards.paths import built_in_decks, shipped
from ptcards.runner.runner import Job, Runner
from ptcards.study.desk import job_for

if TYPE_CHECKING:
    from ptcards.deck.card import Deck

DECKS = shipped("decks")
NOTES, *MORE = (read_deck(path)[0] for path in built_in_decks())
SHAPES = read_deck(DECKS / "tensor-shapes.yaml")[0]
LEVELS = {"easy", "medium", "hard"}
EXAMPLE = re.compile(r"```python\n(.*?)```", re.DOTALL)
RAISING = re.compile(r"(?m)^(\S.*?) +# (\w+Error)\b.*")
"""A line of an example that raises what its comment says."""
CAUGHT = (
    r"try:\n    \1\nexcept Exception as error:\n    assert type(error).__name__ == '\2'\n"
    r"else:\n    raise SystemExit('\2')"
)
UNSHOWN = {
    "copy-leaf": "import pickle\npickle.loads(pickle.dumps(t))",
    "sgd-step-by-hand": "torch.set_grad_enabled(False)\nw -= lr * w.grad",
    "dataloader-full-batches": "DataLoader(ds, $b, drop_last=True, collate_fn=lambda batch: batch)",
    "roll-die": "def roll():\n    return torch.randint(1, 7, (1,))",
}
"""Right answers that no learner need be shown."""
ERRING = (2, 4, 6, 8, 10, 11, 12, 16, 28)
CHINESE = re.compile(r"[\u4e00-\u9fff]{3}")


def test_each_item_of_the_notes_has_its_card_and_where_they_err_they_are_quoted_in_chinese() -> None:
    cards = NOTES.cards
    assert [card.source for card in sorted(cards, key=lambda card: int(card.source[12:]))] == [
        f"notes, item {number}" for number in range(1, 31)
    ]
    assert (cards[0].id, str(cards[0].accepts)) == ("unsqueeze-column", "code")
    quoting = {card.source for card in cards if CHINESE.search(card.explanation)}
    assert {f"notes, item {number}" for number in ERRING} <= quoting


def test_the_decks_take_many_kinds_of_answers_and_vary_and_every_card_has_what_it_needs() -> None:
    assert {str(card.accepts) for card in NOTES.cards} == {"code", "literal", "text"}
    assert sum(bool(card.vary) for card in NOTES.cards) >= 10
    assert len(SHAPES.cards) == 12
    every = [card for deck in (NOTES, SHAPES, *MORE) for card in deck.cards]
    assert [one.id for one in every if not one.tags or not (one.check or one.accepts == "literal")] == []
    assert [one.id for one in every if len(one.hints) != 2 or len(one.wrong) < 3] == []


@pytest.mark.parametrize("deck", MORE, ids=lambda deck: deck.slug)
def test_a_deck_that_is_offered_has_thirty_cards_from_easy_to_hard_that_hold_for_more_than_one_value(
    deck: Deck,
) -> None:
    assert len(deck.cards) == 30
    assert [card.id for card in deck.cards if len(LEVELS.intersection(card.tags)) != 1] == []
    varied = [card for card in deck.cards if card.vary or "agree(" in card.check or " for " in card.check]
    assert len(varied) > len(deck.cards) / 2
    if deck.slug == "by-hand":
        assert sum(bool(card.forbid) for card in deck.cards) >= 20


@pytest.mark.parametrize("deck", [NOTES, SHAPES, *MORE], ids=lambda deck: deck.slug)
def test_every_explanation_has_one_example_and_it_runs(deck: Deck, runner: Runner) -> None:
    jobs = []
    for card in deck.cards:
        (example,) = EXAMPLE.findall(draw(card, 1).explanation)
        example, ending = RAISING.sub(CAUGHT, example), "\nassert True, 'it ran'"
        jobs.append(Job(card.id, preamble=deck.preamble, answer=example, check=ending))
    for job, beside in zip(jobs, runner.run_all(jobs), strict=True):
        outcome = beside if beside.passed else runner.run(job)
        assert outcome.passed, f"{job.card}: {outcome.message}"


@pytest.mark.parametrize("name", UNSHOWN)
def test_right_answers_that_the_card_does_not_name_pass_too(name: str, runner: Runner) -> None:
    (card,) = (card for card in NOTES.cards if card.id == name)
    answer = substituter(drawn_values(card, 1))(UNSHOWN[name])
    outcome = runner.run(job_for(NOTES, draw(card, 1), answer, seed=1, fail_closed=False))
    assert outcome.passed, outcome.message


@pytest.mark.parametrize("deck", [NOTES, *MORE], ids=lambda deck: deck.slug)
def test_a_deck_is_translated_whole_with_what_its_assertions_say_and_nothing_is_stale(deck: Deck) -> None:
    path = DECKS / f"{deck.slug}.zh.yaml"
    translation, sources = read_translation(path)
    assert stale_parts(deck, translation, sources, path) == ()
    for card in deck.cards:
        texts = translation.cards[card.id]
        assert texts.question, card.id
        assert (len(texts.hints), len(texts.because)) == (len(card.hints), len(card.wrong)), card.id
        assert _code_of(texts.explanation) == _code_of(card.explanation), card.id
        assert [said for said in _sayings(card.check) if said not in texts.messages] == [], card.id


def _sayings(check: str) -> list[str]:
    """The words of each assertion's message as they stand in the check, the values of `vary` not drawn."""
    named = check.replace("$", "DOLLAR_")
    every = (node.msg for node in ast.walk(ast.parse(named)) if isinstance(node, ast.Assert))
    messages = [said for said in every if isinstance(said, ast.Constant | ast.JoinedStr)]
    sources = [ast.get_source_segment(named, message) or "" for message in messages]
    return [source.removeprefix("f")[1:-1].replace("DOLLAR_", "$") for source in sources]


def _code_of(explanation: str) -> list[str]:
    """The lines of the example without their comments, which are translated."""
    (example,) = EXAMPLE.findall(explanation)
    return [re.sub(r"\s*#.*", "", line) for line in example.splitlines()]
