"""Small packages as people have them (data/people): what they show, where it goes, and what another changes."""

import orjson
import pytest

from ptcards.deck.card import Markup
from ptcards.exchange.anki_in import read_package
from tests.exchange.homes import DATA, Home

PEOPLE = DATA / "people"
MEMORY = "How is memory asked for?"
SHOWN = {
    "signs-of-markdown.apkg": {
        "Text": [
            ("Regex for a dot?", "\\."),
            ("A share in Windows?", "\\\\host\\share"),
            ("How is < written in HTML?", "&lt;"),
            ("A set in LaTeX", "\\(\\{1,2\\}\\)"),
            ("A comment in Python", "# so"),
            ("A prompt", ">>> x"),
            ("Index, then call", "f[0](1)"),
            ("Tildes", "~~a~~"),
            ("A command in backticks", "`date`"),
            ("Two lines of an underlined title", "Title\n===="),
            ("A picture in Markdown", "![a](b.png)"),
            ("A line of minus signs", "---"),
        ]
    },
    "numbers-at-line-starts.apkg": {
        "Numbers": [
            ("Two years", "1914. war begins\n1918. war ends"),
            ("Numbered by hand", "1) one\n2) two"),
        ]
    },
    "reading-and-speech.apkg": {"Front": [("食べる", "たべる to eat"), ("(speech)listen", "たべる")]},
    "cloze-of-two-numbers.apkg": {
        "Cloze of two": [
            ("[...] is the capital of Norway", "Oslo is the capital of Norway"),
            ("[...] is the capital of [...]", "Oslo is the capital of Norway"),
        ]
    },
    "decks-c-and-c++.apkg": {
        "C": [(MEMORY, "malloc")],
        "C++": [(MEMORY, "new")],
        "C#": [(MEMORY, "new, and a collector")],
    },
    "formula.apkg": {"Bio::Zelle": [("What is \\(a_1\\)?", "a number")]},
}  # fmt: skip
"""By file and title of deck, which is else the file's own name: question and answer of each card."""


@pytest.mark.parametrize("name", SHOWN)
def test_a_package_shows_what_it_says(name: str) -> None:
    found = read_package(PEOPLE / name)
    decks = {deck.title: [(card.question, card.solution) for card in deck.cards] for deck in found.decks}
    assert decks == SHOWN[name]
    assert {card.markup for deck in found.decks for card in deck.cards} == {Markup.PLAIN}
    assert len({deck.slug for deck in found.decks}) == len(found.decks)
    assert not found.problems


def test_a_deck_renamed_in_anki_takes_its_history_along(home: Home) -> None:
    (before,) = home.take(PEOPLE / "deck-before-its-renaming.apkg").decks
    key = home.cards(before.deck)[0]
    home.answer(key, 4)
    (after,) = home.take(PEOPLE / "deck-after-its-renaming.apkg").decks
    assert (after.new, after.changed, after.same, after.renamed) == (0, 2, 0, 2)
    assert "moved here from another deck, with their history: 2 cards" in after.notes
    assert home.schedule(f"{after.deck}/{key.partition('/')[2]}").answers == 1
    assert home.desk.store.library.deck(before.deck) is None
    assert home.counts(PEOPLE / "deck-after-its-renaming.apkg") == [(0, 0, 2, 0)]


def test_a_note_goes_out_and_comes_back_as_the_same_under_the_title_of_its_deck(home: Home) -> None:
    home.take(PEOPLE / "formula.apkg")
    back = home.export("apkg", decks=("bio.zelle",))
    (change,) = home.take(back).decks
    assert (change.deck, change.new, change.changed, change.same) == ("bio.zelle", 0, 0, 1)
    (deck,) = read_package(back).decks
    assert {deck.title: [(card.question, card.solution) for card in deck.cards]} == SHOWN["formula.apkg"]
    assert '"guid":"Hq,2:Obsgf"' in orjson.dumps(deck.cards[0].extras).decode()
