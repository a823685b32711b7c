"""Anki's packages made from a few words, in the form that every version wrote."""

import sqlite3
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from ptcards.exchange import anki_out

BASIC, REVERSED, CLOZE, ODD = 11, 12, 13, 14
_TYPES = {
    BASIC: ("Basic", 0, [("{{Front}}", "{{FrontSide}}<hr id=answer>{{Back}}")]),
    REVERSED: ("Both ways", 0, [("{{Front}}", "{{Back}}"), ("{{Back}}", "{{Front}}")]),
    CLOZE: ("Cloze", 1, [("{{cloze:Front}}", "{{cloze:Front}}<br>{{Back}}")]),
    ODD: ("Odd", 0, [("{{magic:Front}}", "{{Back}}")]),
}


class Note(NamedTuple):
    guid: str
    fields: tuple[str, ...] = ("one", "two")
    kind: int = BASIC
    deck: str = "Words"
    tags: str = ""
    numbers: tuple[int, ...] = (0,)
    """Which cards there are of it."""
    state: tuple[int, ...] = (0, 0, 0, 0, 0, 0)
    """Of its cards: type, queue, due, interval, ease in permille, lapses."""
    changed: int = 1_700_000_000
    """When its cards were, in seconds."""
    reviews: Sequence[tuple[int, int]] = ()
    """Of its first card: milliseconds and button."""
    data: str = ""
    """Of its cards: what FSRS remembers, in JSON."""


def collection_of(
    notes: Iterable[Note], created: int = 1_600_000_000, options: Any = None, **conf: Any
) -> bytes:
    """A database of these notes, in their order; `options` are its decks', `conf` is the collection's."""
    forms = {
        str(number): {
            "name": name,
            "type": cloze,
            "css": "",
            "flds": [{"name": "Front"}, {"name": "Back"}],
            "tmpls": [
                {"name": f"Card {at}", "qfmt": one, "afmt": two} for at, (one, two) in enumerate(sides)
            ],
        }
        for number, (name, cloze, sides) in _TYPES.items()
    }
    decks: dict[str, int] = {}
    with closing(sqlite3.connect(":memory:")) as db:
        for table, columns in anki_out._EMPTY["tables"].items():
            db.execute(f"CREATE TABLE {table} ({columns})")

        def put(table: str, *row: object) -> None:
            db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)

        card = 0
        for number, note in enumerate(notes, 1):
            put(
                "notes", number, note.guid, note.kind, 0, 0, note.tags, "\x1f".join(note.fields), "", 0, 0, ""
            )
            for at in note.numbers:
                card += 1
                kind, queue, due, *rest, lapses = note.state
                own = (decks.setdefault(note.deck, 100 + len(decks)), at, note.changed, 0, kind, queue)
                put("cards", card, number, *own, due or card, *rest, 0, lapses, 0, 0, 0, 0, note.data)
                for moment, ease in note.reviews if at == note.numbers[0] else ():
                    put("revlog", moment, card, 0, ease, 1, 0, 2500, 1000, 1)
        names = {str(number): {"id": number, "name": name} for name, number in decks.items()}
        texts = [orjson.dumps(one).decode() for one in (conf, forms, names, options or {}, {})]
        put("col", 1, created, 0, 0, 11, 0, 0, 0, *texts)
        db.commit()
        return db.serialize()


def write_package(path: Path, notes: Iterable[Note], **made: Any) -> Path:
    """A package of what `collection_of` makes."""
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("collection.anki2", collection_of(notes, **made))
        package.writestr("media", "{}")
    return path
