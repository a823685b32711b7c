"""A deck as YAML that a person likes to read, and that reads back as an equal deck."""

import json
from collections.abc import Mapping
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ptcards.deck.card import Card, Deck
from ptcards.deck.content import card_to_data, deck_to_data
from ptcards.deck.reading import CARD, SCHEMA, is_drawn_bare, meaning

_MAP, _SEQ, _STR = (f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str"))
_SHORT = 60
_END = "\n...\n"


def write_deck(deck: Deck) -> str:
    """The deck's file: code in block style, templates as they are; reading it gives an equal deck."""
    cards = [_ordered(card_to_data(card), CARD) for card in deck.cards]
    return _dump({**_ordered(deck_to_data(deck), SCHEMA), "cards": cards})


def write_card(card: Card) -> str:
    """One card as an item of `cards`, indented as `write_deck` does."""
    return _dump({"cards": [_ordered(card_to_data(card), CARD)]}).removeprefix("cards:\n")


def _ordered(data: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    order = [*schema["properties"]]
    keys = sorted(data, key=lambda key: order.index(key) if key in order else len(order))
    ordered = {key: data[key] for key in keys}
    if vary := ordered.get("vary"):
        ordered["vary"] = {
            name: [_Plain(value) if is_drawn_bare(value) else value for value in values]
            for name, values in vary.items()
        }
    if "cuda" in ordered.get("requires", ()):
        ordered["requires"] = {**ordered["requires"], "cuda": True}
    return ordered


class _Plain(str):
    """A text written without quotes though YAML reads a number or a truth."""

    __slots__ = ()


def _node(value: Any) -> Node:
    if isinstance(value, Mapping):
        pairs = [(_scalar(str(key)), _node(item)) for key, item in value.items()]
        return MappingNode(_MAP, pairs, flow_style=_is_short(value.values()) and _is_short(value))
    if isinstance(value, (list, tuple)):
        return SequenceNode(_SEQ, [_node(item) for item in value], flow_style=_is_short(value))
    if isinstance(value, str) and not isinstance(value, _Plain):
        return _scalar(value)
    # Without quotes, with the tag that YAML itself would give it, so that none is written.
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        value = int(value)
    text = json.dumps(value) if value is None or isinstance(value, bool) else str(value)
    resolver: Any = yaml.resolver.Resolver()
    return ScalarNode(resolver.resolve(ScalarNode, text, (True, False)), text)


def _scalar(text: str) -> ScalarNode:
    if "\n" in text:
        return ScalarNode(_STR, text, style="|")
    return ScalarNode(_STR, text, style="'" if meaning(text) else None)


def _is_short(values: Any) -> bool:
    """Whether a list or mapping stays readable on one line: few, short, plain values."""
    items = list(values)
    if not all(isinstance(item, (str, int, float, bool)) and "\n" not in str(item) for item in items):
        return False
    return sum(len(str(item)) + 4 for item in items) <= _SHORT


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        super().increase_indent(flow, indentless=False)


def _dump(data: Mapping[str, Any]) -> str:
    node: Any = _node(data)
    cards = node.value[-1][1]
    node.flow_style = cards.flow_style = False
    for card in cards.value:
        card.flow_style = False
    text = str(yaml.serialize(node, Dumper=_Dumper, allow_unicode=True, width=100_000, indent=2))
    # The end of a document is marked where its last text keeps its empty lines.
    return f"{text.removesuffix(_END)}\n" if text.endswith(_END) else text
