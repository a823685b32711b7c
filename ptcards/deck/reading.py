"""A deck file, read strictly by the tables at the end: a whole `Deck`, or every problem in it at once."""

import difflib
import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.resolver import Resolver

from ptcards.deck.card import FORMAT, MOST_MEMORY_MB, MOST_SECONDS, Accepts, Card, Deck, Limits, Markup, Wrong
from ptcards.deck.content import from_data
from ptcards.deck.nodes import Findings, Sources, compose, kind_of, plain_lines, read_text_of, shown
from ptcards.deck.validation import validate
from ptcards.text import SLUG

MOST_TEXT = 100_000
OLD_ID = re.compile(rf"({SLUG.pattern}/)?{SLUG.pattern}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DOTTED = re.compile(rf"{NAME.pattern}(\.{NAME.pattern})*")

# -- what YAML makes of a text without quotes --------------------------------------------------------------

# YAML 1.1 as the library has it, and what later versions add.
_LATER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?|0o[0-7]+")
_KINDS = {"null": "nothing", "bool": "yes or no", "timestamp": "a date", "str": ""}
_resolve: Any = Resolver().resolve
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def meaning(plain: str) -> str:
    """What some YAML reader takes a text without quotes for, in words; "" where all read the text itself."""
    kind = _resolve(ScalarNode, plain, (True, False)).rpartition(":")[2]
    if kind in {"int", "float"} or _LATER.fullmatch(plain):
        return "a number"
    return _KINDS.get(kind, "a special sign")


def is_drawn_bare(text: str) -> bool:
    """Whether a value of `vary` is its own text without quotes: True, False, or a number to all."""
    return text in {"True", "False"} or _PLAIN_NUMBER.fullmatch(text) is not None


# -- reading -----------------------------------------------------------------------------------------------


class Context(NamedTuple):
    """What is being read, as messages name it."""

    findings: Findings
    card: str
    """The card's id, "" for the deck's own keys."""
    name: str = ""
    """The key in words."""

    def named(self, name: str) -> "Context":
        return self._replace(name=name)

    def item(self) -> "Context":
        return self.named(f"an item of {self.name}")

    def problem(self, node: Node, kind: str, message: str) -> None:
        self.findings.add(node, self.card, kind, message)


_Read = Callable[[Context, Node], Any]
"""Reads a value from its node."""


class Field(NamedTuple):
    """One key, how its value is read, and what it is for where it must be there.

    `decks/deck.schema.json`, which editors flag mistakes with, says the same, and what each is for.
    """

    key: str
    read: _Read
    required: str = ""


def _keys(**reads: _Read) -> tuple[Field, ...]:
    return tuple(Field(*one) for one in reads.items())


def read_fields(
    context: Context, node: Node, known: tuple[Field, ...], unread: set[str] | None = None
) -> dict[str, Any]:
    """The values by key, each read as its field says, and `extras` where there are `x-...` keys.

    Duplicate, unknown and missing keys are problems; those that could not be read are added to `unread`.
    """
    values, extras, bad = dict[str, Any](), dict[str, Any](), set[str]() if unread is None else unread
    fields, pairs = {field.key: field for field in known}, pairs_of(context, node)
    for key, (place, value) in pairs.items():
        before = context.findings.count
        if key in fields:
            values[key] = fields[key].read(context.named(f"`{key}`"), value)
        elif key.startswith("x-"):
            extras[key] = _plain_data(context, value)
        else:
            context.problem(place, "unknown-key", f"unknown key {shown(key)}{_nearest(key, {*fields})}")
        if context.findings.count > before:
            bad.add(key)
    if not isinstance(node, MappingNode):
        bad.update(fields)
    for key, _, advice in known:
        if advice and key not in pairs and key not in bad:
            context.problem(node, "missing", f"{context.name} has no `{key}`: {advice}")
            bad.add(key)
    return {**values, "extras": extras} if extras else values


def pairs_of(context: Context, node: Node) -> dict[str, tuple[Node, Node]]:
    """Key and value nodes by key, the first of equal keys; none, and a problem, where it is no mapping."""
    found: dict[str, tuple[Node, Node]] = {}
    if not isinstance(node, MappingNode):
        message = f"{context.name} must be keys with values, not {kind_of(node)}"
        context.problem(node, "type", message)
        return found
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            context.problem(key, "type", f"a key must be a word, not {kind_of(key)}")
        elif key.value in found:
            first = context.findings.line(found[key.value][0])
            message = f"the key {shown(key.value)} is here a second time (first on line {first})"
            context.problem(key, "duplicate-key", message)
        else:
            found[key.value] = key, value
    return found


def read_text(context: Context, node: Node) -> str:
    """A text; one without quotes that some YAML reader takes for something else is refused."""
    if not isinstance(node, ScalarNode):
        context.problem(node, "type", f"{context.name} must be text, not {kind_of(node)}")
        return ""
    text: str = node.value
    if not node.style and not text:
        context.problem(node, "type", f"{context.name} is empty: write a text, or leave the key out")
    elif not node.style and (other := meaning(text)):
        quoted = "'" + text.replace("'", "''") + "'"
        message = f"{context.name} is {shown(text)}, which YAML reads as {other}: put it in quotes: {quoted}"
        context.problem(node, "quotes", message)
    elif len(text) > MOST_TEXT:
        message = f"{context.name} is longer than {MOST_TEXT:,} characters: shorten it"
        context.problem(node, "too-big", message)
    else:
        return text
    return ""


def read_list(context: Context, node: Node, least: str = "") -> list[Node]:
    """The nodes of a list; an empty one is a problem where `least` says what is to be in it."""
    if not isinstance(node, SequenceNode):
        message = f"{context.name} must be a list, not {kind_of(node)}: write it as [one, two]"
        context.problem(node, "type", message)
        return []
    if least and not node.value:
        context.problem(node, "missing", f"{context.name} is empty: {least}")
    items: list[Node] = node.value
    return items


def _plain_data(context: Context, node: Node) -> Any:
    """What a node is in YAML 1.2, as JSON would have it; in quotes all is text."""
    if isinstance(node, SequenceNode):
        return [_plain_data(context, item) for item in node.value]
    if not isinstance(node, ScalarNode):
        return {key: _plain_data(context, value) for key, (_, value) in pairs_of(context, node).items()}
    text: str = node.value
    if node.style or not (text.lower() in _WORDS or _PLAIN_NUMBER.fullmatch(text)):
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    # JSON is kept with whole numbers of 64 bits.
    number = float(text)
    return int(text) if text.lstrip("-").isdigit() and -(2**63) <= number < 2**63 else number


def _nearest(word: str, known: set[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f" (did you mean `{near[0]}`?)" if near else f"; known are {', '.join(sorted(known))}"


# -- kinds of values ---------------------------------------------------------------------------------------


def _matching(pattern: re.Pattern[str], advice: str) -> _Read:
    def read(context: Context, node: Node) -> str:
        text = read_text(context, node)
        if text and not pattern.fullmatch(text):
            context.problem(node, "form", f"{context.name} is {shown(text)}: {advice}")
        return text

    return read


def _list_of(item: _Read) -> _Read:
    return lambda context, node: tuple(item(context.item(), each) for each in read_list(context, node))


def _each(item: _Read, key: re.Pattern[str], what: str) -> _Read:
    """Values by a key that is `what` the pattern says, but those that come out as None."""

    def read(context: Context, node: Node) -> dict[str, Any]:
        values = {}
        for name, (place, value) in pairs_of(context, node).items():
            if not key.fullmatch(name):
                context.problem(place, "form", f"{shown(name)} in {context.name} is not {what}")
            values[name] = item(context.named(f"`{name}` in {context.name}"), value)
        return {name: value for name, value in values.items() if value is not None}

    return read


def _made(kind: Callable[..., Any], known: tuple[Field, ...], **otherwise: str) -> _Read:
    return lambda context, node: from_data(kind, otherwise | read_fields(context, node, known))


def _number(kind: type[int | float], most: float) -> _Read:
    def read(context: Context, node: Node) -> float:
        value = _plain_data(context, node)
        if type(value) not in {int, kind}:
            context.problem(node, "type", f"{context.name} must be a number without quotes")
        elif not 0 < value <= most:
            context.problem(node, "form", f"{context.name} is {value:g}: more than 0 and at most {most:g}")
        else:
            return kind(value)
        return kind(most)

    return read


def _one_of(words: type[StrEnum]) -> _Read:
    """One word of these; of what is none of them the first is made."""

    def read(context: Context, node: Node) -> StrEnum:
        text = read_text(context, node)
        if text and text not in set(words):
            near = _nearest(text, set(words))
            context.problem(node, "form", f"{context.name} is {shown(text)}{near}: one of {', '.join(words)}")
        return words(text) if text in set(words) else next(iter(words))

    return read


def _read_format(context: Context, node: Node) -> int:
    value = _plain_data(context, node)
    if type(value) is not int or value < 1:
        context.problem(node, "type", f"`format` must be a whole number; this program reads {FORMAT}")
    elif value > FORMAT:
        message = f"format {value} is newer than this program reads ({FORMAT}): update ptcards"
        context.problem(node, "newer-format", message)
    return FORMAT


def _read_flag(context: Context, node: Node) -> bool:
    value = _plain_data(context, node)
    if not isinstance(value, bool):
        context.problem(node, "type", f"{context.name} must be true or false")
    return value is True


def _read_version(context: Context, node: Node) -> str | None:
    if context.name.startswith("`cuda`"):
        return "true" if _read_flag(context, node) else None
    version = read_text(context, node)
    try:
        is_range = version in {"", "*"} or len(SpecifierSet(version)) > 0
    except InvalidSpecifier:
        is_range = False
    if not is_range:
        message = f"{context.name} is {shown(version)}: write a range such as '>=2.4', or '*' for any"
        context.problem(node, "form", message)
    return version


def _read_drawn(context: Context, node: Node) -> tuple[str, ...]:
    drawn = []
    for item in read_list(context, node, "list at least one value"):
        bare = isinstance(item, ScalarNode) and not item.style and is_drawn_bare(item.value)
        drawn.append(str(item.value) if bare else read_text(context.item(), item))
        if "\n" in drawn[-1]:
            message = f"{context.item().name} holds a line break: values of `vary` are single lines"
            context.problem(item, "form", message)
    return tuple(drawn)


_SLUG_ADVICE = "use a-z, 0-9, dot, dash and underscore, beginning with a letter or digit, at most 64"
_TEXTS = _list_of(read_text)
_SLUG = _matching(SLUG, _SLUG_ADVICE)
_OLD_ID = _matching(OLD_ID, f"an earlier id, or deck/id; {_SLUG_ADVICE}")
_LANGUAGE = _matching(LANGUAGE, "a language is written as en, zh or pt-BR")
_MARKUP = _one_of(Markup)
_CARDS = partial(read_list, least="a deck needs at least one card")
_REQUIRES = _each(_read_version, DOTTED, "an import name")

# -- keys --------------------------------------------------------------------------------------------------

DECK = (
    *_keys(format=_read_format),
    Field("deck", _SLUG, "the deck's slug; a card's key is deck/card"),
    *_keys(title=read_text, about=read_text, source=read_text, language=_LANGUAGE),
    *_keys(requires=_REQUIRES, markup=_MARKUP, preamble=read_text),
    Field("cards", _CARDS, "the cards, in the order they are learned"),
)

WRONG = (
    Field("code", read_text, "the mistake"),
    Field("because", read_text, "why it is wrong, in the learner's terms"),
    *_keys(raises=_matching(DOTTED, "the name of an exception is expected, such as IndexError")),
)

LIMITS = _keys(seconds=_number(float, MOST_SECONDS), memory_mb=_number(int, MOST_MEMORY_MB))

CARD = (
    Field("id", _SLUG, "unique in the deck and stable: the schedule hangs on it"),
    Field("question", read_text, "what is asked, in Markdown"),
    *_keys(markup=_MARKUP, accepts=_one_of(Accepts), given=read_text, starter=read_text, check=read_text),
    Field("solution", read_text, "a right answer"),
    *_keys(also=_TEXTS, wrong=_list_of(_made(Wrong, WRONG, code="", because="")), hints=_TEXTS),
    *_keys(explanation=read_text, tags=_TEXTS),
    *_keys(source=read_text, limits=_made(Limits, LIMITS), was=_list_of(_OLD_ID), requires=_REQUIRES),
    *_keys(expects=_list_of(_matching(NAME, "a Python name is expected"))),
    *_keys(vary=_each(_read_drawn, NAME, "a Python name"), fixed=_read_flag),
)

TRANSLATION = (
    *_keys(format=_read_format),
    Field("translation-of", _SLUG, "the slug of the deck this translates"),
    Field("language", _LANGUAGE, "the language of the texts here"),
    *_keys(title=read_text, about=read_text),
    Field("cards", pairs_of, "texts by card id"),
)

TRANSLATED_CARD = _keys(question=read_text, hints=_TEXTS, explanation=read_text, because=_TEXTS)
TRANSLATED_CARD += _keys(messages=_each(read_text, re.compile(".*", re.DOTALL), ""))

# -- a deck's file -----------------------------------------------------------------------------------------


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """A large file makes a million objects and no garbage: searching for it would double the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@without_garbage_collection()
def read_deck(path: Path, text: str | None = None) -> tuple[Deck, Sources]:
    """A deck, and where in its file every part is; DeckError holds all that is wrong with it.

    Where its `text` is given, `path` is what errors name.
    """
    text = read_text_of(path) if text is None else plain_lines(text)
    findings = Findings(path, text)
    root = compose(findings, text)
    values = read_fields(Context(findings, "", "the deck"), root, DECK)
    markup, cards = values.pop("markup", Markup.MARKDOWN), list[Card]()
    places: dict[str, Node] = {}
    unread: dict[str, set[str]] = {}
    for number, item in enumerate(values.pop("cards", ()), 1):
        pairs = item.value if isinstance(item, MappingNode) else ()
        ids = [value.value for key, value in pairs if key.value == "id" and isinstance(value, ScalarNode)]
        # What errors call a card: its id, or `#` and its position where it has none that can be read.
        label = next((str(one) for one in ids if SLUG.fullmatch(one)), f"#{number}")
        if label in places:
            first = findings.line(places[label])
            message = f"a second card has this id (first on line {first}): give it another"
            findings.add(item, label, "duplicate-id", message)
            label = f"#{number}"
        places[label] = item
        here = Context(findings, label, "the card")
        own = read_fields(here, item, CARD, unread.setdefault(label, set()))
        cards.append(Card(**{"question": "", "solution": "", "markup": markup, **own, "id": label}))
    deck = Deck(**{"slug": values.pop("deck", ""), "cards": tuple(cards), **values})
    sources = Sources(findings, root, places)
    validate(deck, sources, findings, unread)
    findings.raise_if_any()
    return deck, sources
