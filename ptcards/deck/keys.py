"""The keys of a deck file and the plain values below them: what is common to all that is read."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ptcards.deck import fields
from ptcards.deck.nodes import Findings, kind_of, shown
from ptcards.deck.scalars import meaning, plain_value

if TYPE_CHECKING:
    from ptcards.deck.fields import Field

MOST_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: the findings to tell, the card's id and the key's name in words."""

    findings: Findings
    card: str
    name: str = ""

    def of(self, name: str) -> Place:
        return Place(self.findings, self.card, name)

    def tell(self, node: Node, kind: str, message: str) -> None:
        self.findings.add(node, self.card, kind, message)


def read_keys(place: Place, node: Node, known: tuple[Field, ...]) -> dict[str, Node]:
    """The nodes by key: `x-...` and known ones; duplicates, unknown and missing ones are told."""
    if not isinstance(node, MappingNode):
        place.tell(node, "type", f"{place.name} must be keys with values, not {kind_of(node)}")
        return {}
    found = pairs_of(place, node)
    names = {field.key for field in known}
    for key in list(found):
        if key not in names and not key.startswith("x-"):
            place.tell(found.pop(key)[0], "unknown-key", f"unknown key {shown(key)}{nearest(key, names)}")
    for field in known:
        if field.required and field.key not in found:
            place.tell(node, "missing", f"{place.name} has no `{field.key}`: {_lower(field.about)}")
    return {key: value for key, (_, value) in found.items()}


def read_text(place: Place, node: Node) -> str:
    """A text; one without quotes that some YAML reader takes for something else is refused."""
    if not isinstance(node, ScalarNode):
        place.tell(node, "type", f"{place.name} must be text, not {kind_of(node)}")
        return ""
    text: str = node.value
    if not node.style and (other := meaning(text)):
        if text:
            advice = f"put it in quotes: {_quoted(text)}"
            place.tell(
                node, "quotes", f"{place.name} is {shown(text)}, which YAML reads as {other}: {advice}"
            )
        else:
            place.tell(node, "type", f"{place.name} is empty: write a text, or leave the key out")
        return ""
    if len(text) > MOST_TEXT:
        place.tell(node, "too-big", f"{place.name} is longer than {MOST_TEXT:,} characters: shorten it")
        return ""
    return text


def read_list(place: Place, node: Node) -> list[Node]:
    if isinstance(node, SequenceNode):
        items: list[Node] = node.value
        return items
    place.tell(node, "type", f"{place.name} must be a list, not {kind_of(node)}: write it as [one, two]")
    return []


def plain_data(place: Place, node: Node) -> Any:
    """What an `x-...` key holds, as JSON would."""
    if place.findings.has_references:
        return None
    if isinstance(node, ScalarNode):
        return node.value if node.style else plain_value(node.value)
    if isinstance(node, SequenceNode):
        return [plain_data(place, item) for item in node.value]
    return {key: plain_data(place, value) for key, (_, value) in mapping_of(place, node).items()}


def mapping_of(place: Place, node: Node) -> dict[str, tuple[Node, Node]]:
    """Key and value nodes by key; what is no mapping is told."""
    if isinstance(node, MappingNode):
        return pairs_of(place, node)
    place.tell(node, "type", f"{place.name} must be keys with values, not {kind_of(node)}")
    return {}


def pairs_of(place: Place, node: MappingNode) -> dict[str, tuple[Node, Node]]:
    """Key and value nodes by key; the first of two equal keys is kept, the second told."""
    found: dict[str, tuple[Node, Node]] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            place.tell(key, "type", f"a key must be a word, not {kind_of(key)}")
        elif key.value in found:
            first = place.findings.line(found[key.value][0])
            place.tell(
                key, "duplicate-key", f"the key {shown(key.value)} stands here again (first on line {first})"
            )
        else:
            found[key.value] = key, value
    return found


def item_of(place: Place) -> Place:
    return place.of(f"an item of {place.name}")


def nearest(word: str, known: set[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    if near:
        return f" (did you mean `{near[0]}`?)"
    return f"; known are {', '.join(sorted(known))}" if len(known) <= len(fields.CARD) else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:].rstrip(".")
