"""Cards and decks as plain JSON data, as the database keeps them, and the hashes of what they say and run."""

import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from itertools import compress
from operator import ne
from typing import Any, TypeVar

import orjson

from ptcards.deck.card import Accepts, Card, Deck, Limits, Markup, Wrong, runs_code

_Value = TypeVar("_Value")
_NONE = object()
_PLAIN = Card("", "", "", Accepts.RECALL, Markup.PLAIN)[3:]
_AS_JSON = b'{"accepts":"recall","id":%b,"markup":"plain","question":%b,"solution":%b}'
_RUN = ("given", "starter", "check", "solution", "also", "vary", "expects", "limits", "requires")


def to_data(value: Any) -> dict[str, Any]:
    """A card, deck, translation or part of one as JSON-able data; what is default is left out."""
    kind: Any = type(value)
    said = compress(zip(kind._fields, value, strict=True), map(ne, value, _defaults(kind)))
    data: dict[str, Any] = {name: found if type(found) is str else _plain(found) for name, found in said}
    return data | data.pop("extras") if "extras" in data else data


@cache
def _defaults(kind: Any) -> tuple[Any, ...]:
    return tuple(kind._field_defaults.get(name, _NONE) for name in kind._fields)


def _plain(value: Any) -> Any:
    """As JSON has it."""
    parts: Any = lambda one: one._asdict() if isinstance(one, Limits) else to_data(one)  # noqa: E731
    return orjson.loads(orjson.dumps(value, default=parts))


_MADE: Mapping[str, Callable[[Any], Any]] = {
    "accepts": Accepts,
    "markup": Markup,
    "limits": lambda value: from_data(Limits, value),
    "wrong": lambda value: tuple(from_data(Wrong, one) for one in value),
    "vary": lambda value: {name: tuple(drawn) for name, drawn in value.items()},
}


def from_data(kind: Callable[..., _Value], data: Mapping[str, Any], **given: Any) -> _Value:
    """The value that `to_data` made the data from, some fields as given; unknown keys are ignored."""
    fields = kind.__annotations__
    values = {name: value for name, value in data.items() if name in fields}
    if "extras" in fields:
        values["extras"] = {key: value for key, value in data.items() if key.startswith("x-")}
    for name, value in values.items():
        if name in _MADE:
            values[name] = _MADE[name](value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    return kind(**values | given)


def deck_to_data(deck: Deck) -> dict[str, Any]:
    """The deck without its cards, which are kept by themselves, as JSON-able data."""
    data = to_data(deck._replace(cards=()))
    del data["slug"], data["cards"]
    return {"format": deck.format, "deck": deck.slug, "language": deck.language, **data}


def deck_from_data(data: Mapping[str, Any]) -> Deck:
    """The deck, without cards, that `deck_to_data` made the data from."""
    return from_data(Deck, data, slug=data["deck"], cards=())


def json_text(data: Mapping[str, Any] | Card) -> str:
    """A card or plain data as JSON with its keys in order, so that equal ones are equal texts."""
    if not isinstance(data, Card):
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
    # Tables have a hundred thousand of the plain ones: a third of the time.
    plain = _AS_JSON % tuple(map(orjson.dumps, data[:3])) if data[3:] == _PLAIN else b""
    return plain.decode() or json_text(to_data(data))


def hash_of(data: Mapping[str, Any] | Card) -> str:
    """The sha256 (hex) of plain data."""
    return sha256(json_text(data).encode()).hexdigest()


def code_hash(deck: Deck) -> str:
    """What trust is given to: changes whenever anything that is run changes; "" where nothing is run.

    Cards count in the order of their ids, so that moving one, or renaming its text, asks nothing again.
    """
    cards = sorted(filter(runs_code, deck.cards), key=lambda card: card.id)
    if not cards:
        return ""
    codes = []
    for card in cards:
        data = to_data(card)
        wrong = {"wrong": [each.code for each in card.wrong]} if card.wrong else {}
        codes.append({name: data[name] for name in _RUN if name in data} | wrong)
    run = {"preamble": deck.preamble, "requires": deck.requires, "cards": codes}
    return hash_of(_canonical(run))


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, dict):
        return {_canonical(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return value
