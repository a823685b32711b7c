"""A deck as YAML that a person likes to read, and that reads back as an equal deck."""

import json
import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from ptcards.deck.card import Card, Deck
from ptcards.deck.content import card_to_data, deck_to_data
from ptcards.deck.reading import CARD, DECK, Field, is_drawn_bare, meaning

_MAP, _SEQ, _STR = (f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str"))
_SHORT = 60
_END = "\n...\n"
_LINE = re.compile("(?<=[\n\x85\u2028\u2029])(?=[^\n\x85\u2028\u2029])")


def write_deck(deck: Deck) -> str:
    """The deck's file: code in block style, templates as they are; reading it gives an equal deck."""
    head = _block(_node(_ordered(deck_to_data(deck), DECK)))
    return f"{head}cards:\n{''.join(map(write_card, deck.cards))}"


def write_card(card: Card) -> str:
    """One card as an item of `cards`, indented as `write_deck` does."""
    text = _block(_node(_ordered(card_to_data(card), CARD)))
    return f"  - {_indented(text, '    ')}"


def _ordered(data: Mapping[str, Any], known: tuple[Field, ...]) -> dict[str, Any]:
    order = [field.key for field in known]
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


def _block(node: Node) -> str:
    """A list or mapping a line or more an item, lists indented below their key, which libyaml does not do."""

    def nested(item: Node | tuple[Node, Node]) -> bool:
        value = item[1] if isinstance(item, tuple) else item
        return isinstance(value, CollectionNode) and not value.flow_style

    parts = []
    for takes_lines, items in groupby(node.value, nested):
        if not takes_lines:
            kind = MappingNode if isinstance(node, MappingNode) else SequenceNode
            parts.append(_dump(kind(node.tag, list(items), flow_style=False)))
        elif isinstance(node, MappingNode):
            for key, value in items:  # up to its colon a key may be of several lines
                pair = key, SequenceNode(_SEQ, [], flow_style=True)
                name = _dump(MappingNode(_MAP, [pair], flow_style=False)).removesuffix(" []\n")
                parts.append(f"{name}\n  {_indented(_block(value), '  ')}")
        else:
            parts += [f"- {_indented(_block(item), '  ')}" for item in items]
    return "".join(parts)


def _indented(text: str, by: str) -> str:
    """The text with all lines but the first further to the right; lines as YAML 1.1 has them."""
    return _LINE.sub(by, text)


def _dump(node: Node) -> str:
    # libyaml, ten times as fast, escapes emoji, and in quotes lines are not one below the other.
    dumpers: tuple[Any, ...] = (yaml.CSafeDumper, yaml.SafeDumper)
    texts = (yaml.serialize(node, Dumper=one, allow_unicode=True, width=100_000, indent=2) for one in dumpers)
    first = str(next(texts))
    text = str(next(texts)) if "\\U" in first else first
    # The end of a document is marked where its last text keeps its empty lines; the deck goes on there.
    return f"{text.removesuffix(_END)}\n" if text.endswith(_END) else text
