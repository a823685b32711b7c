"""Fingerprints: what a card says, and what of a deck is run."""

from __future__ import annotations

import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from ptcards.deck.card import Accepts, Card, Deck
from ptcards.deck.content import card_to_data

if TYPE_CHECKING:
    from collections.abc import Mapping

_RUN = ("given", "starter", "check", "solution", "also", "vary", "expects", "limits", "requires")


def runs_code(card: Card) -> bool:
    """Whether anything of this card is run: not of `recall`, nor of `literal` and `text` without a check."""
    return card.accepts is Accepts.CODE or (card.accepts is not Accepts.RECALL and bool(card.check))


def content_hash(card: Card) -> str:
    """Changes whenever anything of the card changes (hex sha256)."""
    return hash_of_data(card_to_data(card))


def hash_of_data(data: Mapping[str, Any]) -> str:
    """The content hash of a card that is plain data already."""
    return json_and_hash(data)[1]


def json_and_hash(data: Mapping[str, Any]) -> tuple[str, str]:
    """Plain data as the one JSON text that its content hash is of, and that hash."""
    text = orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    return text.decode(), sha256(text).hexdigest()


def code_hash(deck: Deck) -> str:
    """What trust is given to: changes whenever anything that is run changes; "" where nothing is run.

    Cards count in the order of their ids, so that moving one, or renaming its text, asks nothing again.
    """
    cards = sorted((card for card in deck.cards if runs_code(card)), key=lambda card: card.id)
    if not cards:
        return ""
    run = {
        "preamble": deck.preamble,
        "requires": dict(deck.requires),
        "cards": [code_of(card) for card in cards],
    }
    return sha256(orjson.dumps(_canonical(run), option=orjson.OPT_SORT_KEYS)).hexdigest()


def code_of(card: Card) -> dict[str, Any]:
    """What of a card is run, as plain data: what trust covers and what a diff of changed code shows."""
    data = card_to_data(card)
    run = {name: data[name] for name in _RUN if name in data}
    if card.wrong:
        run["wrong"] = [wrong.code for wrong in card.wrong]
    return run


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, dict):
        return {_canonical(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return value
