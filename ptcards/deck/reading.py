"""A deck file, read strictly: a whole `Deck`, or every problem in it at once."""

import gc
from collections.abc import Iterator
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode

from ptcards.deck.card import Card, Deck, Markup
from ptcards.deck.format import CARD, DECK, Context, read_keys, read_list, read_values
from ptcards.deck.nodes import Findings, Sources, compose, plain_lines, read_text_of
from ptcards.deck.validation import validate
from ptcards.text import SLUG


def read_deck(path: Path) -> Deck:
    """Read a deck file; DeckError holds everything that is wrong with it."""
    return read_with_sources(path)[0]


def read_with_sources(path: Path) -> tuple[Deck, Sources]:
    """Read a deck file, and keep where in it every part is."""
    return _read(read_text_of(path), path)


def read_deck_text(text: str, path: Path) -> Deck:
    """Read the text of a deck; `path` is what errors name. Raises nothing but DeckError."""
    return _read(plain_lines(text), path)[0]


def _read(text: str, path: Path) -> tuple[Deck, Sources]:
    # A large deck makes a million objects and no garbage: looking for it would double the time.
    was_on = gc.isenabled()
    gc.disable()
    try:
        findings = Findings(path, text)
        root = compose(findings, text)
        context = Context(findings, "", "the deck")
        nodes = read_keys(context, root, DECK)
        values = read_values(context, nodes, DECK)
        markup = values.pop("markup", Markup.MARKDOWN)
        unread: dict[str, set[str]] = {}
        cards: dict[str, Node] = {}
        if "cards" in nodes:
            values["cards"] = tuple(
                _read_cards(context.named("`cards`"), nodes["cards"], markup, cards, unread)
            )
        deck = Deck(**{"slug": values.pop("deck", ""), "cards": (), **values})
        sources = Sources(findings, root, cards)
        validate(deck, sources, findings, unread)
        findings.raise_if_any()
        return deck, sources
    finally:
        if was_on:
            gc.enable()


def _read_cards(
    context: Context, node: Node, markup: Markup, nodes: dict[str, Node], unread: dict[str, set[str]]
) -> Iterator[Card]:
    """The cards as far as they can be read; fills in their nodes, and the keys that are no good, by id."""
    items = read_list(context, node)
    if not items and isinstance(node.value, list):
        context.problem(node, "missing", "`cards` is empty: a deck needs at least one card")
    for number, item in enumerate(items, 1):
        pairs = item.value if isinstance(item, MappingNode) else ()
        ids = [value.value for key, value in pairs if key.value == "id" and isinstance(value, ScalarNode)]
        # What errors call a card: its id, or `#` and its position where it has none that can be read.
        label = next((str(one) for one in ids if SLUG.fullmatch(one)), f"#{number}")
        if label in nodes:
            first = context.findings.line(nodes[label])
            message = f"a second card has this id (first on line {first}): give it another"
            context.findings.add(item, label, "duplicate-id", message)
            label = f"#{number}"
        nodes[label] = item
        unread[label] = bad = set[str]()
        here = Context(context.findings, label, "the card")
        found = read_keys(here, item, CARD)
        bad |= {each.key for each in CARD if each.required and each.key not in found}
        if not isinstance(item, MappingNode):
            bad.add("accepts")
        values = read_values(here, found, CARD, bad)
        yield Card(**{"question": "", "solution": "", "markup": markup, **values, "id": label})
