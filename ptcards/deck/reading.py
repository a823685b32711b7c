"""A deck file, read strictly: a whole `Deck`, or every problem in it at once."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from yaml.nodes import MappingNode, Node, ScalarNode

from ptcards.deck import fields
from ptcards.deck.card import Card, Deck
from ptcards.deck.files import plain_lines, read_text_of
from ptcards.deck.keys import Place, read_keys, read_list
from ptcards.deck.nodes import Findings, Progress, Stage, compose
from ptcards.deck.sense import find_nonsense
from ptcards.deck.sources import Sources
from ptcards.deck.values import read_values
from ptcards.text import SLUG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read_deck(path: Path, progress: Progress = lambda done, total: None) -> Deck:
    """Read a deck file; DeckError holds everything that is wrong with it.

    `progress` is told now and then how much is done of how much, and may raise.
    """
    text = read_text_of(path)
    with _no_collection():
        return _read(text, path, progress)[0]


def read_with_sources(path: Path) -> tuple[Deck, Sources]:
    """Read a deck file, and keep where in it everything stands."""
    return read_text_with_sources(read_text_of(path), path)


def read_deck_text(text: str, path: Path) -> Deck:
    """Read the text of a deck; `path` is what errors name. Raises nothing but DeckError."""
    return read_text_with_sources(text, path)[0]


def read_text_with_sources(text: str, path: Path) -> tuple[Deck, Sources]:
    """`read_deck_text`, and where in the text everything stands."""
    with _no_collection():
        return _read(plain_lines(text), path, lambda done, total: None)


@contextmanager
def _no_collection() -> Iterator[None]:
    """A large deck makes a million objects and no garbage: looking for it would double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(text: str, path: Path, progress: Progress) -> tuple[Deck, Sources]:
    findings = Findings(path, text, progress)
    root = compose(findings, text)
    place = Place(findings, "", "the deck")
    nodes = read_keys(place, root, fields.DECK)
    values = read_values(place, nodes, fields.DECK)
    read = _Cards()
    if "cards" in nodes:
        _read_cards(place.of("`cards`"), nodes["cards"], read)
    deck = Deck(slug=values.pop("deck", ""), cards=tuple(read.cards), **values)
    sources = Sources(findings, root, read.nodes)
    find_nonsense(deck, sources, findings, read.unread)
    findings.raise_if_any()
    return deck, sources


@dataclass(slots=True)
class _Cards:
    """The cards as far as they can be read, their nodes by id, and by id the keys that are no good."""

    cards: list[Card] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    unread: dict[str, set[str]] = field(default_factory=dict)


def _read_cards(place: Place, node: Node, read: _Cards) -> None:
    items = read_list(place, node)
    if not items and isinstance(node.value, list):
        place.tell(node, "missing", "`cards` is empty: a deck needs at least one card")
    for number, item in enumerate(items, 1):
        place.findings.come_to(Stage.CARDS, number, len(items))
        label = _label(item, number)
        if label in read.nodes:
            first = place.findings.line(read.nodes[label])
            message = f"a second card has this id (first on line {first}): give it another"
            place.findings.add(item, label, "duplicate-id", message)
            label = f"#{number}"
        card, unread = _read_card(Place(place.findings, label, "the card"), item)
        read.cards.append(card)
        read.nodes[label] = item
        if unread:
            read.unread[label] = unread


def _read_card(place: Place, node: Node) -> tuple[Card, set[str]]:
    """The card as far as it can be read, and the keys that are missing or no good."""
    nodes = read_keys(place, node, fields.CARD)
    unread = {each.key for each in fields.CARD if each.required and each.key not in nodes}
    if not isinstance(node, MappingNode):
        unread.add("accepts")
    values = read_values(place, nodes, fields.CARD, unread)
    needed = {"question": "", "solution": ""}
    return Card(**{**needed, **values, "id": place.card}), unread


def _label(node: Node, number: int) -> str:
    """What errors call a card: its id, or `#` and its place where it has none that can be read."""
    pairs = node.value if isinstance(node, MappingNode) else ()
    for key, value in pairs:
        if key.value == "id" and isinstance(value, ScalarNode) and SLUG.fullmatch(value.value):
            return str(value.value)
    return f"#{number}"
