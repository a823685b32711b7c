from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.deck.card import Card, Deck, Wrong, draw
from ptcards.deck.translation import (
    TranslatedCard,
    Translation,
    apply,
    is_translation,
    read_translation,
    stale_parts,
    translate_message,
    translation_from_data,
    translation_to_data,
    translations_of,
)
from ptcards.errors import DeckError

if TYPE_CHECKING:
    from pathlib import Path

CARD = Card("a", "What?", "x", check="assert x, 'not so'", wrong=(Wrong("y", "no"),), hints=("one", "two"))
DECK = Deck("d", (CARD, CARD._replace(id="b")), title="Deck")
ZH = Translation(
    "d", "zh", "牌组", "", {"a": TranslatedCard("什么.", ("一", "二"), "", ("不对",), {"not so": "不是"})}
)


def test_a_translated_deck_falls_back_where_nothing_is_translated() -> None:
    deck = apply(DECK, ZH)
    assert (deck.title, deck.language) == ("牌组", "zh")
    assert deck.card("a") == CARD._replace(question="什么.", hints=("一", "二"), wrong=(Wrong("y", "不对"),))
    assert deck.card("b") == DECK.card("b")


def test_what_no_longer_fits_is_not_used() -> None:
    stale = ZH._replace(cards={"a": TranslatedCard("什么.", ("一",), "", ("不对", "也不对"))})
    assert apply(DECK, stale).card("a") == CARD._replace(question="什么.")


def test_a_translation_of_another_deck_changes_nothing() -> None:
    assert apply(DECK, ZH._replace(deck="e")) == DECK


def test_messages_are_translated_with_the_values_drawn() -> None:
    card = CARD._replace(check="assert x, 'not $n'", vary={"n": ("3", "4")})
    translation = ZH._replace(cards={"a": TranslatedCard(messages={"not $n": "不是 $n"})})
    said = draw(card, 7).check.split("'")[1]
    assert translate_message(translation, card, 7, said) == said.replace("not", "不是")
    assert translate_message(translation, card, 7, "else") == "else"


FILLED = CARD._replace(check="assert x, f'{a!r} and {b}, not {c[0]:.2f}'")


def test_a_message_keeps_the_values_it_was_filled_with() -> None:
    texts = TranslatedCard(messages={"{a!r} and {b}, not {c[0]:.2f}": "不是 {c[0]:.2f}, 而是 {a!r} 和 {b}"})
    translation = ZH._replace(cards={"a": texts})
    assert (
        translate_message(translation, FILLED, 7, "'$n' and {b}, not 0.25") == "不是 0.25, 而是 '$n' 和 {b}"
    )
    assert translate_message(translation, FILLED, 7, "'$n' and {b}") == "'$n' and {b}"


@given(st.lists(st.text("ab,"), min_size=3, max_size=3))
def test_values_of_a_message_are_found_whatever_they_hold(values: list[str]) -> None:
    texts = TranslatedCard(messages={"{a}: {b}; {c}": "{c} 和 {b} 和 {a}"})
    first, second, third = values
    said = translate_message(ZH._replace(cards={"a": texts}), FILLED, 7, f"{first}: {second}; {third}")
    assert said == f"{third} 和 {second} 和 {first}"


def test_a_hostile_message_costs_no_more_than_its_length() -> None:
    texts = TranslatedCard(messages={"{a}x" * 40 + "y": "{a}"})
    long = "x" * 50_000
    assert translate_message(ZH._replace(cards={"a": texts}), FILLED, 7, long) == long


def test_a_value_that_a_message_is_not_filled_with_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "d.zh.yaml"
    path.write_text(
        "translation-of: d\nlanguage: zh\ncards:\n  a:\n    messages:\n      'not {b}': '不是 {a}'\n", "utf-8"
    )
    translation, sources = read_translation(path)
    card = CARD._replace(check="assert x, f'not {b}'")
    (problem,) = stale_parts(DECK._replace(cards=(card,)), translation, sources, path)
    assert problem.message == "the translation of 'not {b}' says {a}, which is not in it"
    assert problem.line == 6


def test_a_translation_survives_being_kept_as_plain_data() -> None:
    assert translation_from_data(translation_to_data(ZH)) == ZH


def test_stale_parts_are_reported_at_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "d.zh.yaml"
    path.write_text(
        "translation-of: d\nlanguage: zh\ncards:\n  a:\n    hints: [一]\n  gone:\n    question: 什么.\n"
    )
    translation, sources = read_translation(path)
    found = stale_parts(DECK, translation, sources, path)
    assert [(problem.line, problem.card, problem.kind) for problem in found] == [
        (5, "a", "stale"),
        (7, "gone", "stale"),
    ]


def test_code_in_a_translation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.zh.yaml"
    path.write_text("translation-of: d\nlanguage: zh\ncards:\n  a:\n    check: assert True\n")
    with pytest.raises(DeckError, match="unknown key 'check'"):
        read_translation(path)


def test_translations_are_found_beside_their_deck(tmp_path: Path) -> None:
    for name in ("d.yaml", "d.zh.yaml", "d.pt-BR.yaml", "e.zh.yaml", "d.zh.txt"):
        (tmp_path / name).write_text("translation-of: d\n")
    (tmp_path / "d.old.yaml").write_text("deck: d\n")
    assert [path.name for path in translations_of(tmp_path / "d.yaml")] == ["d.pt-BR.yaml", "d.zh.yaml"]
    assert not is_translation(tmp_path / "d.yaml")
    for text in ("deck: d-zh\n", '"deck": d-zh\n', "{deck: d-zh, cards: []}\n", "\ufeffdeck : d-zh\n"):
        (tmp_path / "d.zh.yaml").write_text(text)
        assert not is_translation(tmp_path / "d.zh.yaml")
