"""What Anki's notes and cards look like: note types and decks, in both of the forms they are stored in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from ptcards.errors import ExchangeError
from ptcards.exchange.protobuf import fields_of, text_field, whole_field

if TYPE_CHECKING:
    import sqlite3

_CLOZE = 1


@dataclass(frozen=True, slots=True)
class Template:
    """One card of a note."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class NoteType:
    """How notes become cards."""

    name: str
    cloze: bool
    fields: tuple[str, ...]
    templates: dict[int, Template]


@dataclass(frozen=True, slots=True)
class Collection:
    """What is said once for the whole collection."""

    created: int
    """Seconds since 1970."""
    offset: int
    """Minutes east of UTC where it was created."""
    notetypes: dict[int, NoteType]
    decks: dict[int, str]
    """Names by id, levels joined by `::`."""


def read_collection(connection: sqlite3.Connection) -> Collection:
    """ExchangeError where it is not as Anki writes it."""
    try:
        names = {
            str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        return _read_tables(connection) if "notetypes" in names else _read_json(connection)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ExchangeError(f"its collection is damaged: {type(error).__name__}: {error}") from None


def _read_json(connection: sqlite3.Connection) -> Collection:
    """Schema 11: everything as JSON in one row."""
    row = connection.execute("SELECT crt, conf, models, decks FROM col LIMIT 1").fetchone()
    if row is None:
        raise ExchangeError("its collection is empty")
    created, conf, models, decks = row
    return Collection(
        created=_whole(created),
        offset=_offset(orjson.loads(conf or "{}")),
        notetypes={int(key): _notetype(model) for key, model in orjson.loads(models).items()},
        decks={int(key): str(deck["name"]) for key, deck in orjson.loads(decks).items()},
    )


def _notetype(model: dict[str, Any]) -> NoteType:
    return NoteType(
        name=str(model.get("name", "")),
        cloze=model.get("type") == _CLOZE,
        fields=tuple(str(field["name"]) for field in model["flds"]),
        templates={
            int(one.get("ord", place)): Template(str(one["qfmt"]), str(one["afmt"]))
            for place, one in enumerate(model["tmpls"])
        },
    )


def _read_tables(connection: sqlite3.Connection) -> Collection:
    """Schema 15 and later: tables, their details in protocol buffers."""
    created = connection.execute("SELECT crt FROM col LIMIT 1").fetchone()
    conf = {
        str(key): value
        for key, value in connection.execute("SELECT KEY, val FROM config")
        if key == "creationOffset"
    }
    fields: dict[int, list[tuple[int, str]]] = {}
    for notetype, place, name in connection.execute("SELECT ntid, ord, name FROM fields"):
        fields.setdefault(_whole(notetype), []).append((_whole(place), str(name)))
    templates: dict[int, dict[int, Template]] = {}
    for notetype, place, config in connection.execute("SELECT ntid, ord, config FROM templates"):
        parts = fields_of(bytes(config))
        one = Template(text_field(parts, 1), text_field(parts, 2))
        templates.setdefault(_whole(notetype), {})[_whole(place)] = one
    notetypes = {}
    for number, name, config in connection.execute("SELECT id, name, config FROM notetypes"):
        key = _whole(number)
        cloze = whole_field(fields_of(bytes(config)), 1) == _CLOZE
        named = tuple(text for _, text in sorted(fields.get(key, [])))
        notetypes[key] = NoteType(str(name), cloze, named, templates.get(key, {}))
    decks = {
        _whole(number): str(name).replace("\x1f", "::")
        for number, name in connection.execute("SELECT id, name FROM decks")
    }
    offset = orjson.loads(conf["creationOffset"]) if "creationOffset" in conf else None
    return Collection(_whole(created[0]), _offset({"creationOffset": offset}), notetypes, decks)


def _offset(conf: dict[str, Any]) -> int:
    """Minutes east; Anki counts them west."""
    west = conf.get("creationOffset")
    return -west if isinstance(west, int) and abs(west) < 24 * 60 else 0


def _whole(value: object) -> int:
    if isinstance(value, int):
        return value
    raise ValueError(f"a number is wanted where {str(value)[:40]!r} stands")
