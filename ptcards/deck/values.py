"""From YAML nodes to the values of a deck, one function a kind; what is wrong goes to the findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yaml.nodes import Node, ScalarNode, SequenceNode

from ptcards.deck import fields
from ptcards.deck.card import FORMAT, MOST_MEMORY_MB, MOST_SECONDS, Accepts, Limits, Wrong
from ptcards.deck.fields import Field, Kind
from ptcards.deck.keys import (
    Place,
    item_of,
    mapping_of,
    nearest,
    plain_data,
    read_keys,
    read_list,
    read_text,
)
from ptcards.deck.nodes import shown
from ptcards.deck.scalars import is_number, plain_value
from ptcards.text import SLUG

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def read_values(
    place: Place, nodes: Mapping[str, Node], known: tuple[Field, ...], unread: set[str] | None = None
) -> dict[str, Any]:
    """The values by key, each read as its kind says, and `extras` where there are `x-...` keys.

    Keys whose values are no good are added to `unread`.
    """
    values: dict[str, Any] = {}
    for field in known:
        if (node := nodes.get(field.key)) is not None and field.kind in READERS:
            before = place.findings.count
            values[field.key] = READERS[field.kind](place.of(f"`{field.key}`"), node)
            if unread is not None and place.findings.count > before:
                unread.add(field.key)
    extras = {key: plain_data(place, node) for key, node in nodes.items() if key.startswith("x-")}
    return {**values, "extras": extras} if extras else values


def _texts(place: Place, node: Node) -> tuple[str, ...]:
    return tuple(read_text(item_of(place), item) for item in read_list(place, node))


def _matching(pattern: Any, what: str) -> Callable[[Place, Node], str]:
    def read(place: Place, node: Node) -> str:
        text = read_text(place, node)
        if text and not pattern.fullmatch(text):
            place.tell(node, "form", f"{place.name} is {shown(text)}: {what}")
        return text

    return read


_SLUG_FORM = "use a-z, 0-9, dot, dash and underscore, beginning with a letter or digit, at most 64"
_slug = _matching(SLUG, _SLUG_FORM)
_old_id = _matching(fields.OLD_ID, f"an earlier id, or deck/id; {_SLUG_FORM}")
_language = _matching(fields.LANGUAGE, "a language is written as en, zh or pt-BR")
_name = _matching(fields.NAME, "a Python name is wanted")
_raises = _matching(fields.DOTTED, "the name of an exception is wanted, such as IndexError")


def _old_ids(place: Place, node: Node) -> tuple[str, ...]:
    return tuple(_old_id(item_of(place), item) for item in read_list(place, node))


def _names(place: Place, node: Node) -> tuple[str, ...]:
    return tuple(_name(item_of(place), item) for item in read_list(place, node))


def _accepts(place: Place, node: Node) -> Accepts:
    text = read_text(place, node)
    if text in set(Accepts):
        return Accepts(text)
    if text:
        words = ", ".join(Accepts)
        place.tell(
            node, "form", f"{place.name} is {shown(text)}{nearest(text, set(Accepts))}: one of {words}"
        )
    return Accepts.CODE


def _format(place: Place, node: Node) -> int:
    value = plain_value(node.value) if isinstance(node, ScalarNode) and not node.style else None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        place.tell(node, "type", f"`format` must be a whole number; this program reads {FORMAT}")
    elif value > FORMAT:
        message = f"format {value} is newer than this program reads ({FORMAT}): update ptcards"
        place.tell(node, "newer-format", message)
    return FORMAT


def _wrong(place: Place, node: Node) -> tuple[Wrong, ...]:
    found = []
    for item in read_list(place, node):
        here = place.of("an item of `wrong`")
        values = read_values(here, read_keys(here, item, fields.WRONG), fields.WRONG)
        values.pop("extras", None)
        found.append(Wrong(values.get("code", ""), values.get("because", ""), values.get("raises")))
    return tuple(found)


def _limits(place: Place, node: Node) -> Limits:
    values: dict[str, Any] = {}
    for key, (key_node, value_node) in mapping_of(place, node).items():
        value = plain_value(value_node.value) if isinstance(value_node, ScalarNode) else None
        most = {"seconds": MOST_SECONDS, "memory_mb": MOST_MEMORY_MB}.get(key)
        if most is None:
            near = nearest(key, set(fields.LIMITS))
            place.tell(key_node, "unknown-key", f"unknown key {shown(key)} in `limits`{near}")
        elif isinstance(value, bool) or not isinstance(value, int if key == "memory_mb" else (int, float)):
            place.tell(value_node, "type", f"`{key}` must be a number without quotes")
        elif not 0 < value <= most:
            place.tell(value_node, "form", f"`{key}` is {value:g}: more than 0 and at most {most:g}")
        else:
            values[key] = float(value) if key == "seconds" else value
    return Limits(**values)


def _requires(place: Place, node: Node) -> dict[str, str]:
    needs: dict[str, str] = {}
    for key, (key_node, value_node) in mapping_of(place, node).items():
        if not fields.DOTTED.fullmatch(key):
            place.tell(key_node, "form", f"{shown(key)} in `requires` is not an import name")
        elif key == "cuda":
            if value_node.value in {"true", "false"} and not getattr(value_node, "style", None):
                needs.update({"cuda": "true"} if value_node.value == "true" else {})
            else:
                place.tell(value_node, "type", "`cuda` in `requires` must be true or false")
        else:
            version = read_text(place.of(f"`{key}` in `requires`"), value_node)
            if version and not is_version_range(version):
                message = f"`{key}` is {shown(version)}: write a range such as '>=2.4', or '*' for any"
                place.tell(value_node, "form", message)
            needs[key] = version
    return needs


def is_version_range(text: str) -> bool:
    if text == "*":
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return len(SpecifierSet(text)) > 0
    except InvalidSpecifier:
        return False


def _vary(place: Place, node: Node) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for key, (key_node, value_node) in mapping_of(place, node).items():
        here = place.of(f"`{key}` in `vary`")
        if not (fields.NAME.fullmatch(key) and key.isascii()):
            place.tell(key_node, "form", f"{shown(key)} in `vary` is not a Python name")
        items = read_list(here, value_node)
        if isinstance(value_node, SequenceNode) and not items:
            here.tell(value_node, "missing", f"{here.name} has no values: list at least one")
        values[key] = tuple(_drawable(item_of(here), item) for item in items)
    return values


def _drawable(place: Place, node: Node) -> str:
    """A value of `vary`: numbers, True, False and None stand for their own text."""
    if isinstance(node, ScalarNode) and not node.style:
        text: str = node.value
        if is_number(text) or text in {"True", "False"}:
            return text
    text = read_text(place, node)
    if "\n" in text:
        place.tell(node, "form", f"{place.name} holds a line break: values of `vary` are single lines")
    return text


def _messages(place: Place, node: Node) -> dict[str, str]:
    return {
        key: read_text(place.of(f"{shown(key)} in `messages`"), value)
        for key, (_, value) in mapping_of(place, node).items()
    }


READERS: Mapping[Kind, Callable[[Place, Node], Any]] = {
    Kind.FORMAT: _format,
    Kind.SLUG: _slug,
    Kind.LANGUAGE: _language,
    Kind.ACCEPTS: _accepts,
    Kind.TEXT: read_text,
    Kind.CODE: read_text,
    Kind.RAISES: _raises,
    Kind.TEXTS: _texts,
    Kind.CODES: _texts,
    Kind.NAMES: _names,
    Kind.OLD_IDS: _old_ids,
    Kind.WRONG: _wrong,
    Kind.LIMITS: _limits,
    Kind.REQUIRES: _requires,
    Kind.VARY: _vary,
    Kind.MESSAGES: _messages,
}
"""Kinds that are values of their own; cards are read by `reading` and `translation`."""
