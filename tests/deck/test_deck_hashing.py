from __future__ import annotations

import pytest

from ptcards.deck.card import (
    Accepts,
    Card,
    Deck,
    Limits,
    Markup,
    Within,
    Wrong,
    code_hash,
    json_text,
    runs_code,
    to_data,
)

CARD = Card("a", "What?", "x", check="assert answer", wrong=(Wrong("y", "no"),))
DECK = Deck("d", (CARD, CARD._replace(id="b", solution="z")), preamble="import torch\n")


def with_card(**changes: object) -> Deck:
    return DECK._replace(cards=(CARD._replace(**changes), DECK.cards[1]))  # type: ignore[arg-type]


RUN = (
    DECK._replace(preamble="import os\n"),
    DECK._replace(requires={"torch": "*"}),
    *(with_card(**{name: "x = 1"}) for name in ("given", "starter", "check", "solution")),
    with_card(also=("w",)),
    with_card(wrong=(Wrong("w", "no"),)),
    with_card(vary={"n": ("1",)}),
    with_card(expects=("f",)),
    with_card(limits=Limits(seconds=6)),
    with_card(requires={"cv2": "*"}),
    with_card(within=Within(time=2, setup="n = 9")),
)
ONLY_READ = (
    DECK._replace(title="Other"),
    DECK._replace(cards=DECK.cards[::-1]),
    with_card(question="Else?"),
    with_card(explanation="so", hints=("h",), tags=("t",)),
    with_card(wrong=(Wrong("y", "another reason"),)),
    with_card(check="assert answer\r\n".strip()),
    with_card(forbid=("loop",)),
    DECK._replace(cards=(*DECK.cards, Card("c", "q", "anything", accepts=Accepts.RECALL))),
    DECK._replace(cards=(*DECK.cards, Card("c", "q", "anything", accepts=Accepts.TEXT))),
)


@pytest.mark.parametrize("changed", [*RUN, *ONLY_READ])
def test_whatever_is_run_counts_for_trust_and_what_is_only_read_does_not(changed: Deck) -> None:
    assert (code_hash(changed) == code_hash(DECK)) is (changed in ONLY_READ)


def test_line_ends_and_unicode_forms_do_not_count() -> None:
    assert code_hash(with_card(given="s = 'é'\r\n")) == code_hash(with_card(given="s = 'e\u0301'\n"))


def test_a_deck_without_code_has_no_hash() -> None:
    card = Card("a", "q", "x", accepts=Accepts.LITERAL)
    assert code_hash(Deck("d", (card,), preamble="import os")) == ""
    assert not runs_code(card)
    assert runs_code(card._replace(check="assert answer"))


def test_a_change_of_any_part_changes_the_content() -> None:
    plain = Card("a", 'q "é"\n', "\\", Accepts.RECALL, Markup.PLAIN)
    for card in (CARD, plain):
        texts = {json_text(one) for one in (card, Card(*card), card._replace(tags=("t",)))}
        assert texts == {json_text(to_data(one)) for one in (card, card._replace(tags=("t",)))}
        assert len(texts) == 2
