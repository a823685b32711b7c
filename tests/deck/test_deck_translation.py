from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.deck import translation
from ptcards.deck.card import Card, Deck, Wrong, draw
from ptcards.errors import DeckError

CARD = Card("a", "What?", "x", check="assert x, 'not so'", wrong=(Wrong("y", "no"),), hints=("one", "two"))
DECK = Deck("d", (CARD, CARD._replace(id="b")), title="Deck")
ZH = translation.Translation(
    "d",
    "zh",
    "牌组",
    "",
    {"a": translation.TranslatedCard("什么.", ("一", "二"), "", ("不对",), {"not so": "不是"})},
)


def test_a_translated_deck_falls_back_where_nothing_is_translated() -> None:
    deck = translation.apply(DECK, ZH)
    assert (deck.title, deck.language) == ("牌组", "zh")
    assert {one.id: one for one in deck.cards}["a"] == CARD._replace(
        question="什么.", hints=("一", "二"), wrong=(Wrong("y", "不对"),)
    )
    assert {one.id: one for one in deck.cards}["b"] == {one.id: one for one in DECK.cards}["b"]


def test_what_no_longer_fits_or_is_of_another_deck_is_not_used() -> None:
    stale = ZH._replace(cards={"a": translation.TranslatedCard("什么.", ("一",), "", ("不对", "也不对"))})
    assert {one.id: one for one in translation.apply(DECK, stale).cards}["a"] == CARD._replace(
        question="什么."
    )
    assert translation.apply(DECK, ZH._replace(deck="e")) == DECK


def translated(message: str, words: str, said: str, card: Card) -> str:
    texts = translation.TranslatedCard(messages={message: words})
    return translation.translate_message(ZH._replace(cards={"a": texts}), card, 7, said)


def test_messages_are_translated_with_the_values_drawn() -> None:
    card = CARD._replace(check="assert x, 'not $n'", vary={"n": ("3", "4")})
    said = draw(card, 7).check.split("'")[1]
    assert translated("not $n", "不是 $n", said, card) == said.replace("not", "不是")
    assert translated("not $n", "不是 $n", "else", card) == "else"
    found = translated("not $n", "不是 $n", said + " (for f(1): yours 1, wanted 2)", card)
    assert found == said.replace("not", "不是") + " (for f(1): yours 1, wanted 2)"


FILLED = CARD._replace(check="assert x, f'{a!r} and {b}, not {c[0]:.2f}'")


def test_a_message_keeps_the_values_it_was_filled_with() -> None:
    pair = "{a!r} and {b}, not {c[0]:.2f}", "不是 {c[0]:.2f}, 而是 {a!r} 和 {b}"
    assert translated(*pair, "'$n' and {b}, not 0.25", FILLED) == "不是 0.25, 而是 '$n' 和 {b}"
    assert translated(*pair, "'$n' and {b}", FILLED) == "'$n' and {b}"


@given(st.lists(st.text("ab,"), min_size=3, max_size=3))
def test_values_of_a_message_are_found_whatever_they_hold(values: list[str]) -> None:
    first, second, third = values
    said = translated("{a}: {b}; {c}", "{c} 和 {b} 和 {a}", f"{first}: {second}; {third}", FILLED)
    assert said == f"{third} 和 {second} 和 {first}"


def test_a_hostile_message_costs_no_more_than_its_length() -> None:
    long = "x" * 50_000
    assert translated("{a}x" * 40 + "y", "{a}", long, FILLED) == long


def test_a_translation_survives_being_kept_as_plain_data() -> None:
    assert translation.translation_from_data(translation.translation_to_data(ZH)) == ZH


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ("  a:\n    hints: [一]\n", (5, "a", "")),
        ("  a:\n    hints: [一, 二]\n  gone:\n    question: 什么.\n", (7, "gone", "")),
        (
            "  a:\n    messages:\n      'not {b}': '不是 {a}'\n",
            (6, "a", "the translation of 'not {b}' says {a}, which is not in it"),
        ),
    ],
)
def test_stale_parts_are_reported_at_their_lines(
    tmp_path: Path, cards: str, expected: tuple[int, str, str]
) -> None:
    path = tmp_path / "d.zh.yaml"
    path.write_text(f"translation-of: d\nlanguage: zh\ncards:\n{cards}", "utf-8")
    deck = DECK._replace(cards=(CARD._replace(check="assert x, f'not {b}'"),))
    (problem,) = translation.stale_parts(deck, *translation.read_translation(path), path)
    assert (problem.line, problem.card, problem.kind) == (*expected[:2], "stale")
    assert problem.message == (expected[2] or problem.message)


def test_code_in_a_translation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "d.zh.yaml"
    path.write_text("translation-of: d\nlanguage: zh\ncards:\n  a:\n    check: assert True\n")
    with pytest.raises(DeckError, match="unknown key 'check'"):
        translation.read_translation(path)


def test_a_long_message_that_has_no_good_translation_is_named_in_a_few_words(tmp_path: Path) -> None:
    path = tmp_path / "d.zh.yaml"
    key = f'"\\e[31mred\\nhere {"x" * 999}"'
    path.write_text(f"translation-of: d\nlanguage: zh\ncards: {{a: {{messages: {{{key}: 1}}}}}}\n")
    with pytest.raises(DeckError, match=r"`\\x1b\[31mred\\nhere x{20,40}…` in `messages` is '1', which"):
        translation.read_translation(path)


def test_translations_are_found_beside_their_deck(tmp_path: Path) -> None:
    for name in ("d.yaml", "d.zh.yaml", "d.pt-BR.yaml", "e.zh.yaml", "d.zh.txt"):
        (tmp_path / name).write_text("translation-of: d\n")
    (tmp_path / "d.old.yaml").write_text("deck: d\n")
    assert [path.name for path in translation.translations_of(tmp_path / "d.yaml")] == [
        "d.pt-BR.yaml",
        "d.zh.yaml",
    ]
    assert not translation.is_translation(tmp_path / "d.yaml")
    for text in ("deck: d-zh\n", '"deck": d-zh\n', "{deck: d-zh, cards: []}\n", "\ufeffdeck : d-zh\n"):
        (tmp_path / "d.zh.yaml").write_text(text)
        assert not translation.is_translation(tmp_path / "d.zh.yaml")
