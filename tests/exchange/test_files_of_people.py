"""Small files as people have them (data/people): what they show, where it goes, and what another of them changes."""

from __future__ import annotations

import time

import orjson
import pytest

from ptcards.deck.card import Markup
from ptcards.scheduling.days import date_of
from tests.exchange.conftest import DATA
from tests.exchange.homes import Home
from tests.exchange.readers import read_package, read_table

PEOPLE = DATA / "people"
MEMORY = "How is memory asked for?"
DISK = ('5" disk', "floppy")
SHOWN: dict[str, dict[str, list[tuple[str, ...]]]] = {
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
    "remark-among-headers.txt": {"Rivers": [("Longest in Europe?", "Volga", "water", "europe")]},
    "remark-before-headers.txt": {"": [("front", "back")]},
    "remark-inside-quotes.txt": {
        "": [DISK, ("How is a line remarked? # like this in Python", "with a hash")]
    },
    "remark-below-a-lone-quote.txt": {"": [DISK, ("last", "one")]},
    "empty-back.txt": {
        "": [("one", "1"), ("two", "(the back is empty)", "see", "picture"), ("three", "3")]
    },
    "row-of-blanks.csv": {"": [("one", "1"), ("two", "2")]},
    "carriage-returns.csv": {"": [("one", "1"), ("two", "2")]},
    "underscores-and-angles.txt": {
        "": [("Which method makes an object?", "__init__, see https://example.com/a_b and <b>")]
    },
}  # fmt: skip
"""By file and title of deck, which is else the file's own name: question, answer and tags of each card."""
KEPT = "no longer in the file, and kept (--replace lets them go): 1 card"
MOVED = "moved here from another deck, with their history: 2 cards"
AFTERWARDS: list[tuple[str, str, str | None, tuple[int, int, int, int], str]] = [
    ("C.csv", "C++.csv", None, (1, 0, 0, 0), ""),
    ("deck-before-its-renaming.apkg", "deck-after-its-renaming.apkg", None, (0, 2, 0, 2), MOVED),
    ("accent-composed.csv", "accent-decomposed.csv", "words", (0, 0, 1, 0), ""),
    ("question-misspelt.csv", "question-mended.csv", "towns", (1, 0, 0, 0), KEPT),
]
"""Two files, the deck that they are given; of the second new, changed, same, renamed, and what is said of it."""


@pytest.mark.parametrize("name", SHOWN)
def test_a_file_shows_what_it_says(name: str) -> None:
    path = PEOPLE / name
    found = read_package(path) if path.suffix == ".apkg" else read_table(path)
    decks = {
        one.deck.title.replace(path.stem, ""): [(c.question, c.solution, *c.tags) for c in one.cards]
        for one in found
    }
    assert decks == SHOWN[name]
    assert {card.markup for one in found for card in one.cards} == {Markup.PLAIN}
    assert len({one.deck.slug for one in found}) == len(found)
    assert not any(one.problems for one in found)


def test_a_file_after_another_takes_the_history_along_and_says_what_it_lacks(home: Home) -> None:
    for first, second, deck, counts, said in AFTERWARDS:
        (one,) = home.take(PEOPLE / first, deck=deck).decks
        key = home.desk.store.library.keys(one.deck)[0]
        home.answer(key, 4)
        (two,) = home.take(PEOPLE / second, deck=deck).decks
        assert (two.new, two.changed, two.same, two.renamed) == counts, second
        assert said in two.notes or not said
        now = key if counts[0] else f"{two.deck}/{key.partition('/')[2]}"
        assert home.desk.store.library.schedule(now).answers == 1


def test_a_note_goes_out_and_comes_back_as_the_same_under_the_title_of_its_deck(home: Home) -> None:
    home.take(PEOPLE / "formula.apkg")
    back = home.export("apkg", decks=("bio.zelle",))
    (change,) = home.take(back).decks
    assert (change.deck, change.new, change.changed, change.same) == ("bio.zelle", 0, 0, 1)
    (shown,) = read_package(back)
    assert {shown.deck.title: [(c.question, c.solution) for c in shown.cards]} == SHOWN["formula.apkg"]
    assert '"guid":"Hq,2:Obsgf"' in orjson.dumps(shown.cards[0].extras).decode()


def test_a_collection_that_does_not_say_its_zone_has_the_days_of_here(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as moved:
        moved.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        home.take(PEOPLE / "collection-without-offset.apkg", with_progress=True)
    time.tzset()
    (key,) = home.desk.store.library.keys("old")
    assert date_of(home.desk.store.library.schedule(key).due_day or 0).isoformat() == "2026-12-10"
