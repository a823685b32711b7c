from pathlib import Path
from zipfile import ZipFile

import pytest

from ptcards.deck.card import Accepts, Markup
from ptcards.errors import DeckError
from ptcards.exchange.incoming import Names
from ptcards.exchange.tables import read_markdown
from tests.exchange.homes import Home

HASHCARDS = """---
name = "Chemistry"
---

Some words that are no card.

Q: List two
PGM minerals.
A:

- ruthenium
- rhodium

---

C: The [order] of a group is [the cardinality of its \\[underlying\\] set]. ![a](b.png)
Q: What?
Q: Is lost?
C: Nothing hidden.
A: Nothing asked.
Q: Twice?
A: one
Q: Twice?
A: two
"""


def test_hashcards_markdown_is_read(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(HASHCARDS, newline="\r\n")
    found = read_markdown(path, None, Names())
    (deck,) = found.decks
    whole = "The order of a group is the cardinality of its [underlying] set. ![a](b.png)"
    assert [(card.question, card.solution) for card in deck.cards] == [
        ("List two\nPGM minerals.", "- ruthenium\n- rhodium"),
        ("The [...] of a group is the cardinality of its [underlying] set. ![a](b.png)", whole),
        ("The order of a group is [...]. ![a](b.png)", whole),
        ("Twice?", "one"),
        ("Twice?", "two"),
    ]
    assert {(card.accepts, card.markup) for card in deck.cards} == {(Accepts.RECALL, Markup.MARKDOWN)}
    assert [problem.line for problem in found.problems] == [17, 18, 19, 20]
    report = home.take(path)
    assert [(home.desk.deck(one.deck).title, one.new) for one in report.decks] == [("Chemistry", 5)]
    assert len(report.errors) == 4
    twice = "Q: Twice?\nA: one\n"
    path.write_text(HASHCARDS.replace(twice, "") + twice * 2)
    assert home.take(path).decks[0].same == 5
    assert home.take(path).decks[0].notes == ("cards that are there twice, left out: 1",)
    path.write_text("# A page\n\nNothing: to learn.\n")
    with pytest.raises(DeckError, match="holds no card"):
        read_markdown(path, None, Names())


FOREIGN = {
    "deck.mochi": ("data.json in a package", "a Mochi export"),
    "data.json": ('{"~:version":2,"~:decks":[{"~:name":"x"}]}', "a Mochi export"),
    "bare.json": ('{"version": 2, "decks": [{"name": "x", "cards": []}]}', "a Mochi export"),
    "data.edn": ('{:version 2, :decks [{:name "x"}]}', "a Mochi export"),
    "memory.xml": ('<?xml version="1.0"?>\n<openSM2sync number_of_entries="1">', "a Mnemosyne export"),
    "mnemosyne.zip": ("cards.xml in a package", "a Mnemosyne export"),
    "words.org": ("* Noun :fc:\n:PROPERTIES:\n:FC_CREATED: 2020\n:END:\n", "an org-fc file"),
    "todo.org": ("* To do\n", "an Org file"),
    "rem.json": ('{"userId":"u","knowledgebaseId":"k","docs":[]}', "a RemNote export"),
    "sm.xml": ("<SuperMemoCollection>", "a SuperMemo export"),
}


def test_files_of_other_programs_are_called_by_their_names(home: Home, tmp_path: Path) -> None:
    for name, (text, _) in FOREIGN.items():
        (tmp_path / name).write_text(text)
        if text.endswith("in a package"):
            with ZipFile(tmp_path / name, "w") as package:
                package.writestr(text.split()[0], "{}")
    errors = home.take(*(tmp_path / name for name in FOREIGN)).errors
    said = {error.file.name: error.message.partition(": export it there")[0] for error in errors}
    read = "ptcards reads YAML decks, CSV and TSV, Anki's packages and text files, and hashcards' Markdown"
    assert said == {name: f"this is {what}; {read}" for name, (_, what) in FOREIGN.items()}
