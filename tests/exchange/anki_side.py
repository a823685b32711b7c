"""Anki's own library at work: makes packages, and says what it finds in one. Runs where `anki` is installed.

python anki_side.py make FOLDER      writes legacy.apkg, latest.apkg and facts.json
python anki_side.py read FILE...     imports packages and text files into one fresh collection; facts as JSON on stdout
python anki_side.py tables           of each file named on stdin, the fields of its notes as a line of JSON
python anki_side.py notes FOLDER     makes the notes of notes.json: given.apkg and facts.json
python anki_side.py move FOLDER      of the same, a deck renamed and cards in other decks: moved.apkg and facts.json
python anki_side.py memory FILE FOLDER
                                     imports a package where FSRS is on, lets FSRS reckon each memory anew from the
                                     reviews, and exports it: there.apkg; on stdout what was in it, and what was reckoned
"""

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from anki.cards_pb2 import FsrsMemoryState
from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
    ImportCsvRequest,
)

_CODE = "a &lt; b &amp; c", "<pre><code>if a:<br>    b</code></pre>"
_NOTES = (
    ("Basic", "Python::Torch", ("<b>What</b> does <code>x.T</code> do?", "It <i>transposes</i> x."), "torch shape"),
    ("Basic (and reversed card)", "Python::Torch", ("rank", "number of dimensions"), "words"),
    ("Cloze", "Python", ("{{c1::NumPy::library}} and {{c2::OpenCV}} share arrays.", "see notes"), ""),
    ("Basic", "Python", ('<img src="a.png">Which axis?', "1 [sound:b.mp3]<br>the second"), ""),
    ("Basic", "Default", _CODE, "leech"),
)  # fmt: skip
_ODD = {
    "Filters": "{{kanji:Front}} | {{kana:Front}} | {{furigana:Front}}",
    "Speech": "{{tts en_US:Front}} {{#Back}}there{{/Back}}{{^Back}}none{{/Back}} {{Tags}} {{Deck}} {{Card}}",
    "Add-on": "{{magic:Front}}",
}
"""Note types by name with what their fronts are."""


def main() -> None:
    command, *rest = sys.argv[1:]
    match command, [Path(one) for one in rest]:
        case "make", [folder]:
            make(folder)
        case "notes", [folder]:
            make(folder, "given")
        case "move", [folder]:
            make(folder, "moved", move)
        case "memory", [file, folder]:
            print(json.dumps(memory(file, folder)))  # noqa: T201 - its output
        case "tables", []:
            read_tables()
        case _, paths:
            print(json.dumps(read(paths), indent=1))  # noqa: T201 - its output


def fresh(folder: str) -> Collection:
    return Collection(str(Path(folder) / "collection.anki2"))


def move(collection: Collection) -> None:
    collection.decks.rename(collection.decks.id("C++"), "C++::Renamed")
    cards = sorted(collection.find_cards("deck:Words"))[::3]
    collection.set_deck(cards, collection.decks.id("Moved::To a new one"))


def make(folder: Path, name: str = "", change: Callable[[Collection], None] = lambda one: None) -> None:
    """The packages of a collection with these notes, studied, or with those of notes.json, new."""
    with tempfile.TemporaryDirectory() as home:
        collection = fresh(home)
        for kind, front in _ODD.items():
            notetype = collection.models.copy(collection.models.by_name("Basic"))
            notetype["name"], notetype["tmpls"][0]["qfmt"] = kind, front
            collection.models.update_dict(notetype)
        note_count = 0
        for notetype, deck, fields, tags in (
            json.loads((folder / "notes.json").read_text()) if name else _NOTES
        ):
            note = collection.new_note(collection.models.by_name(notetype))
            note.fields[: len(fields)] = fields
            note.tags = tags.split()
            if name:
                # The same in every collection that is made of them.
                note.guid = f"guid {sum(map(len, fields))} {note_count}"
                note_count += 1
            collection.add_note(note, collection.decks.id(deck))
        if not name:
            _study(collection)
        change(collection)
        facts = facts_of(collection)
        for form, legacy in ((name, False),) if name else (("legacy", True), ("latest", False)):
            options = ExportAnkiPackageOptions(
                with_scheduling=True, with_deck_configs=True, with_media=True, legacy=legacy
            )
            collection.export_anki_package(out_path=str(folder / f"{form}.apkg"), options=options, limit=None)
        collection.close()
    (folder / "facts.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


def _study(collection: Collection) -> None:
    """Two cards in review, one of them suspended, one relearning; the rest stays new."""
    cards = sorted(collection.find_cards(""))
    first = int(datetime(2026, 1, 5, 8, 30, tzinfo=UTC).timestamp() * 1000)
    day = 86_400_000
    states = ((2, 2, 12, 30, 2360, 5, 1), (2, -1, -3, 6, 2500, 2, 0), (3, 3, 1, 9, 2180, 4, 2))
    for card, state in zip(cards, states, strict=False):
        change = "update cards set type=?, queue=?, due=?, ivl=?, factor=?, reps=?, lapses=? where id=?"
        collection.db.execute(change, *state, card)
    log = (
        (cards[0], first, 3, 1, -600, 0, 4200, 0),
        (cards[0], first + day, 1, 1, 1, 2500, 9100, 1),
        (cards[0], first + 2 * day, 3, 4, 1, 2360, 3000, 2),
        (cards[0], first + 6 * day, 2, 12, 4, 2360, 5500, 1),
        (cards[0], first + 18 * day, 4, 30, 12, 2360, 2500, 1),
        (cards[0], first + 19 * day, 0, 30, 30, 2360, 0, 4),
        (cards[1], first + 5, 4, 4, 0, 2500, 1000, 0),
        (cards[1], first + 4 * day, 3, 6, 4, 2500, 1500, 1),
    )
    for card, at, *facts in log:
        collection.db.execute("insert into revlog values (?, ?, -1, ?, ?, ?, ?, ?, ?)", at, card, *facts)


def read(paths: list[Path]) -> list[dict[str, Any]]:
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False)
    with tempfile.TemporaryDirectory() as home:
        collection = fresh(home)
        for path in map(str, paths):
            if path.endswith(".apkg"):
                request = ImportAnkiPackageRequest(package_path=path, options=options)
                collection.import_anki_package(request)
            else:
                collection.import_csv(
                    ImportCsvRequest(path=path, metadata=collection.get_csv_metadata(path, None))
                )
        facts = facts_of(collection)
        collection.close()
    return facts


def memory(file: Path, folder: Path) -> dict[str, Any]:
    """By guid: stability, difficulty, wanted recall and decay as they came; and the first two as reckoned."""
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False)
    with tempfile.TemporaryDirectory() as home:
        collection, found = fresh(home), dict[str, Any]()
        collection.set_config("fsrs", True)
        collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(file), options=options))
        for number in collection.find_cards(""):
            card = collection.get_card(number)
            known, own = card.memory_state, collection.compute_memory_state(number)
            facts = [known.stability, known.difficulty, card.desired_retention, card.decay] if known else []
            found[f"{card.note().guid} {card.ord}"] = [facts, [own.stability, own.difficulty]]
            if own.stability and own.difficulty:
                state = FsrsMemoryState(stability=own.stability, difficulty=own.difficulty)
                card.memory_state = state
                collection.update_card(card)
        export = ExportAnkiPackageOptions(with_scheduling=True, legacy=True)
        collection.export_anki_package(out_path=str(folder / "there.apkg"), options=export, limit=None)
        collection.close()
    return found


def facts_of(collection: Collection) -> list[dict[str, Any]]:
    """What Anki says of each card, its reviews among it."""
    facts = []
    today = collection.sched.today
    for number in sorted(collection.find_cards("")):
        card = collection.get_card(number)
        note, shown = card.note(), card.render_output()
        reviews = "select id, ease, ivl, lastIvl, factor, time, type from revlog where cid = ? order by id"
        due = _today(collection) + timedelta(days=card.due - today) if card.type in (2, 3) else None
        fact = {
            "guid": note.guid,
            "ord": card.ord,
            "deck": collection.decks.name(card.did),
            "tags": note.tags,
        }
        fact |= {"type": card.type, "queue": card.queue, "due": due.isoformat() if due else None}
        fact |= {"interval_days": card.ivl, "ease": card.factor, "reps": card.reps, "lapses": card.lapses}
        fact |= {"notetype": note.note_type()["name"], "fields": note.fields, "question": shown.question_text}
        facts.append(fact | {"answer": shown.answer_text, "reviews": collection.db.all(reviews, number)})
    return facts


def _today(collection: Collection) -> date:
    """The date of Anki's study day, which begins at four."""
    cutoff = datetime.fromtimestamp(collection.sched.day_cutoff, tz=UTC).astimezone()
    return (cutoff - timedelta(days=1)).date()


def read_tables() -> None:
    """In one collection, which is empty again before the next file."""
    with tempfile.TemporaryDirectory() as home:
        collection = fresh(home)
        for line in sys.stdin:
            path = line.rstrip("\n")
            try:
                metadata = collection.get_csv_metadata(path, None)
                metadata.dupe_resolution = metadata.DUPLICATE
                collection.import_csv(ImportCsvRequest(path=path, metadata=metadata))
                notes = collection.find_notes("")
                found: Any = sorted(collection.get_note(number).fields for number in notes)
                collection.remove_notes(notes)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer
                found = str(error)
            print(json.dumps(found), flush=True)  # noqa: T201 - its output
        collection.close()


if __name__ == "__main__":
    main()
