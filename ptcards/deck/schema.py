"""The JSON schema of a deck file, made from the keys that the reader takes; editors flag with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ptcards.deck import fields
from ptcards.deck.card import FORMAT, MOST_MEMORY_MB, MOST_SECONDS, Accepts
from ptcards.deck.fields import Field, Kind
from ptcards.text import SLUG

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT: Mapping[str, Any] = {"type": "string"}


def deck_schema() -> dict[str, Any]:
    """What `decks/deck.schema.json` holds."""
    card = _keys(fields.CARD)
    card["allOf"] = [_check_where_it_is_needed()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ptcards deck",
        **_keys(fields.DECK),
        "$defs": {"card": card, "wrong": _keys(fields.WRONG)},
    }


def translation_schema() -> dict[str, Any]:
    """The same for a translation, `NAME.zh.yaml`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ptcards translation",
        **_keys(fields.TRANSLATION),
        "$defs": {"translated": _keys(fields.TRANSLATED_CARD)},
    }


def _keys(known: tuple[Field, ...]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.key: {"description": field.about, **_SCHEMAS[field.kind]} for field in known},
        "required": [field.key for field in known if field.required],
    }
    return schema if known is fields.WRONG else {**schema, "patternProperties": {"^x-": {}}}


def _check_where_it_is_needed() -> dict[str, Any]:
    without = [str(each) for each in Accepts if each is not Accepts.CODE]
    return {
        "if": {"properties": {"accepts": {"enum": without}}, "required": ["accepts"]},
        "then": {
            "if": {"properties": {"accepts": {"const": "recall"}}},
            "then": {"not": {"required": ["check"]}},
        },
        "else": {"required": ["check"]},
    }


def _matching(pattern: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^({pattern})$"}


def _list_of(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}


def _above_zero(kind: str, most: float) -> dict[str, Any]:
    return {"type": kind, "exclusiveMinimum": 0, "maximum": most}


_SCHEMAS: Mapping[Kind, Mapping[str, Any]] = {
    Kind.FORMAT: {"type": "integer", "minimum": 1, "maximum": FORMAT},
    Kind.SLUG: _matching(SLUG.pattern),
    Kind.LANGUAGE: _matching(fields.LANGUAGE.pattern),
    Kind.ACCEPTS: {"enum": [str(each) for each in Accepts]},
    Kind.TEXT: _TEXT,
    Kind.CODE: _TEXT,
    Kind.RAISES: _matching(fields.DOTTED.pattern),
    Kind.TEXTS: _list_of(_TEXT),
    Kind.CODES: _list_of(_TEXT),
    Kind.NAMES: _list_of(_matching(fields.NAME.pattern)),
    Kind.OLD_IDS: _list_of(_matching(fields.OLD_ID.pattern)),
    Kind.WRONG: _list_of({"$ref": "#/$defs/wrong"}),
    Kind.LIMITS: {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "seconds": _above_zero("number", MOST_SECONDS),
            "memory_mb": _above_zero("integer", MOST_MEMORY_MB),
        },
    },
    Kind.REQUIRES: {
        "type": "object",
        "properties": {"cuda": {"type": "boolean"}},
        "additionalProperties": {"type": "string"},
    },
    Kind.VARY: {
        "type": "object",
        "propertyNames": {"pattern": f"^{fields.NAME.pattern}$"},
        "additionalProperties": {
            "type": "array",
            "minItems": 1,
            "items": {"type": ["string", "number", "boolean"]},
        },
    },
    Kind.CARDS: {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/card"}},
    Kind.MESSAGES: {"type": "object", "additionalProperties": dict(_TEXT)},
    Kind.TRANSLATED_CARDS: {"type": "object", "additionalProperties": {"$ref": "#/$defs/translated"}},
}
