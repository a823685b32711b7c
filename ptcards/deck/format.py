"""The keys of a deck file: how the value of each is read from YAML, and the JSON schema made of them."""

import difflib
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ptcards.deck.card import FORMAT, MOST_MEMORY_MB, MOST_SECONDS, Accepts, Limits, Markup, Wrong
from ptcards.deck.nodes import Findings, kind_of, shown
from ptcards.text import SLUG

MOST_TEXT = 100_000
OLD_ID = re.compile(rf"({SLUG.pattern}/)?{SLUG.pattern}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DOTTED = re.compile(rf"{NAME.pattern}(\.{NAME.pattern})*")

# -- what YAML makes of a text without quotes --------------------------------------------------------------

_NULL = re.compile(r"~|null|Null|NULL|")
_BOOL = re.compile(r"(?:true|false|yes|no|on|off)", re.IGNORECASE)
_NUMBER = re.compile(
    r"""[-+]?(?:
        0b[01_]+ | 0o?[0-7_]+ | 0x[0-9a-fA-F_]+
      | [0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?
      | [0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?
      | \.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?
      | \.(?:inf|Inf|INF)
    )|\.(?:nan|NaN|NAN)""",
    re.VERBOSE,
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def meaning(plain: str) -> str:
    """What some YAML reader takes a text without quotes for, in words; "" where all read the text itself."""
    kinds = ((_NULL, "nothing"), (_BOOL, "yes or no"), (_NUMBER, "a number"), (_DATE, "a date"))
    for pattern, words in kinds:
        if pattern.fullmatch(plain):
            return words
    return "a special sign" if plain in {"<<", "="} else ""


def is_drawn_bare(text: str) -> bool:
    """Whether a value of `vary` is its own text without quotes: True, False, or a number to all."""
    return text in {"True", "False"} or _PLAIN_NUMBER.fullmatch(text) is not None


def _plain_value(plain: str) -> object:
    """What a text without quotes is in YAML 1.2: nothing, a truth, a number or itself."""
    if _NULL.fullmatch(plain):
        return None
    if plain.lower() in {"true", "false"}:
        return plain.lower() == "true"
    if not _PLAIN_NUMBER.fullmatch(plain):
        return plain
    try:
        return int(plain)
    except ValueError:
        return float(plain)


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


class Kind(NamedTuple):
    """How a value is read from its node, and its JSON schema."""

    read: Callable[[Context, Node], Any]
    schema: Mapping[str, Any]


class Field(NamedTuple):
    """One key: its kind, what it is for in one sentence, whether it must be there."""

    key: str
    kind: Kind
    about: str
    required: bool = False


def read_keys(context: Context, node: Node, known: tuple[Field, ...]) -> dict[str, Node]:
    """The nodes by key: `x-...` and known ones; duplicate, unknown and missing ones are problems."""
    found = pairs_of(context, node)
    names = {field.key for field in known}
    for key in list(found):
        if key not in names and not key.startswith("x-"):
            message = f"unknown key {shown(key)}{_nearest(key, names)}"
            context.problem(found.pop(key)[0], "unknown-key", message)
    for field in known if isinstance(node, MappingNode) else ():
        if field.required and field.key not in found:
            about = field.about[0].lower() + field.about[1:].rstrip(".")
            context.problem(node, "missing", f"{context.name} has no `{field.key}`: {about}")
    return {key: value for key, (_, value) in found.items()}


def read_values(
    context: Context, nodes: Mapping[str, Node], known: tuple[Field, ...], unread: set[str] | None = None
) -> dict[str, Any]:
    """The values by key, each read as its kind says, and `extras` where there are `x-...` keys.

    Keys whose values are no good are added to `unread`.
    """
    values: dict[str, Any] = {}
    for key, kind, *_ in known:
        if (node := nodes.get(key)) is not None and kind is not _CARDS:
            before = context.findings.count
            values[key] = kind.read(context.named(f"`{key}`"), node)
            if unread is not None and context.findings.count > before:
                unread.add(key)
    extras = {key: _plain_data(context, node) for key, node in nodes.items() if key.startswith("x-")}
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


def read_list(context: Context, node: Node) -> list[Node]:
    if isinstance(node, SequenceNode):
        items: list[Node] = node.value
        return items
    message = f"{context.name} must be a list, not {kind_of(node)}: write it as [one, two]"
    context.problem(node, "type", message)
    return []


def _plain_data(context: Context, node: Node) -> Any:
    """What an `x-...` key holds, as JSON would."""
    if isinstance(node, ScalarNode):
        return node.value if node.style else _plain_value(node.value)
    if isinstance(node, SequenceNode):
        return [_plain_data(context, item) for item in node.value]
    return {key: _plain_data(context, value) for key, (_, value) in pairs_of(context, node).items()}


def _nearest(word: str, known: set[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f" (did you mean `{near[0]}`?)" if near else f"; known are {', '.join(sorted(known))}"


# -- kinds of values ---------------------------------------------------------------------------------------


def _matching(pattern: re.Pattern[str], advice: str) -> Kind:
    def read(context: Context, node: Node) -> str:
        text = read_text(context, node)
        if text and not pattern.fullmatch(text):
            context.problem(node, "form", f"{context.name} is {shown(text)}: {advice}")
        return text

    return Kind(read, {"type": "string", "pattern": f"^({pattern.pattern})$"})


def _list_of(kind: Kind) -> Kind:
    def read(context: Context, node: Node) -> tuple[Any, ...]:
        return tuple(kind.read(context.item(), item) for item in read_list(context, node))

    return Kind(read, {"type": "array", "items": dict(kind.schema)})


def _one_of(words: type[StrEnum]) -> Kind:
    """One word of these; of what is none of them the first is made."""

    def read(context: Context, node: Node) -> StrEnum:
        text = read_text(context, node)
        if text and text not in set(words):
            near = _nearest(text, set(words))
            context.problem(node, "form", f"{context.name} is {shown(text)}{near}: one of {', '.join(words)}")
        return words(text) if text in set(words) else next(iter(words))

    return Kind(read, {"enum": [str(each) for each in words]})


def _read_format(context: Context, node: Node) -> int:
    value = _plain_value(node.value) if isinstance(node, ScalarNode) and not node.style else None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        context.problem(node, "type", f"`format` must be a whole number; this program reads {FORMAT}")
    elif value > FORMAT:
        message = f"format {value} is newer than this program reads ({FORMAT}): update ptcards"
        context.problem(node, "newer-format", message)
    return FORMAT


def _read_flag(context: Context, node: Node) -> bool:
    value = _plain_value(node.value) if isinstance(node, ScalarNode) and not node.style else None
    if not isinstance(value, bool):
        context.problem(node, "type", f"{context.name} must be true or false")
    return value is True


def _read_limits(context: Context, node: Node) -> Limits:
    values: dict[str, Any] = {}
    most = {"seconds": MOST_SECONDS, "memory_mb": MOST_MEMORY_MB}
    for key, (key_node, value_node) in pairs_of(context, node).items():
        value = _plain_value(value_node.value) if isinstance(value_node, ScalarNode) else None
        if key not in most:
            message = f"unknown key {shown(key)} in `limits`{_nearest(key, set(most))}"
            context.problem(key_node, "unknown-key", message)
        elif isinstance(value, bool) or not isinstance(value, int if key == "memory_mb" else (int, float)):
            context.problem(value_node, "type", f"`{key}` must be a number without quotes")
        elif not 0 < value <= most[key]:
            message = f"`{key}` is {value:g}: more than 0 and at most {most[key]:g}"
            context.problem(value_node, "form", message)
        else:
            values[key] = float(value) if key == "seconds" else value
    return Limits(**values)


def _read_requires(context: Context, node: Node) -> dict[str, str]:
    needs: dict[str, str] = {}
    for key, (key_node, value_node) in pairs_of(context, node).items():
        if not DOTTED.fullmatch(key):
            context.problem(key_node, "form", f"{shown(key)} in `requires` is not an import name")
        elif key == "cuda":
            if value_node.value in {"true", "false"} and not getattr(value_node, "style", None):
                needs.update({"cuda": "true"} if value_node.value == "true" else {})
            else:
                context.problem(value_node, "type", "`cuda` in `requires` must be true or false")
        else:
            version = read_text(context.named(f"`{key}` in `requires`"), value_node)
            try:
                is_range = version in {"", "*"} or len(SpecifierSet(version)) > 0
            except InvalidSpecifier:
                is_range = False
            if not is_range:
                message = f"`{key}` is {shown(version)}: write a range such as '>=2.4', or '*' for any"
                context.problem(value_node, "form", message)
            needs[key] = version
    return needs


def _read_vary(context: Context, node: Node) -> dict[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for key, (key_node, value_node) in pairs_of(context, node).items():
        here = context.named(f"`{key}` in `vary`")
        if not (NAME.fullmatch(key) and key.isascii()):
            context.problem(key_node, "form", f"{shown(key)} in `vary` is not a Python name")
        items = read_list(here, value_node)
        if isinstance(value_node, SequenceNode) and not items:
            here.problem(value_node, "missing", f"{here.name} has no values: list at least one")
        drawn = []
        for item in items:
            bare = isinstance(item, ScalarNode) and not item.style and is_drawn_bare(item.value)
            drawn.append(str(item.value) if bare else read_text(here.item(), item))
            if "\n" in drawn[-1]:
                message = f"{here.item().name} holds a line break: values of `vary` are single lines"
                here.problem(item, "form", message)
        values[key] = tuple(drawn)
    return values


def _read_wrong(context: Context, node: Node) -> Wrong:
    context = context.named("an item of `wrong`")
    values = read_values(context, read_keys(context, node, WRONG), WRONG)
    return Wrong(values.get("code", ""), values.get("because", ""), values.get("raises"))


_SLUG_ADVICE = "use a-z, 0-9, dot, dash and underscore, beginning with a letter or digit, at most 64"
_TEXT = Kind(read_text, {"type": "string"})
_TEXTS = _list_of(_TEXT)
_SLUG = _matching(SLUG, _SLUG_ADVICE)
_OLD_ID = _matching(OLD_ID, f"an earlier id, or deck/id; {_SLUG_ADVICE}")
_LANGUAGE = _matching(LANGUAGE, "a language is written as en, zh or pt-BR")
_NAME = _matching(NAME, "a Python name is expected")
_EXCEPTION = _matching(DOTTED, "the name of an exception is expected, such as IndexError")
_FORMAT = Kind(_read_format, {"type": "integer", "minimum": 1, "maximum": FORMAT})
_FLAG = Kind(_read_flag, {"type": "boolean"})
_ACCEPTS = _one_of(Accepts)
_MARKUP = _one_of(Markup)
_LIMITS = Kind(
    _read_limits,
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": MOST_SECONDS},
            "memory_mb": {"type": "integer", "exclusiveMinimum": 0, "maximum": MOST_MEMORY_MB},
        },
    },
)
_REQUIRES = Kind(
    _read_requires,
    {
        "type": "object",
        "properties": {"cuda": {"type": "boolean"}},
        "additionalProperties": {"type": "string"},
    },
)
_VALUES = {"type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean"]}}
_VARY = Kind(
    _read_vary,
    {"type": "object", "propertyNames": {"pattern": f"^{NAME.pattern}$"}, "additionalProperties": _VALUES},
)
_WRONG = _list_of(Kind(_read_wrong, {"$ref": "#/$defs/wrong"}))
_CARDS = Kind(read_list, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/card"}})
"""Read one by one by `reading` and `translation`."""
_MESSAGES = Kind(
    lambda context, node: {
        key: read_text(context.named(f"{shown(key)} in `messages`"), value)
        for key, (_, value) in pairs_of(context, node).items()
    },
    {},
)

# -- keys --------------------------------------------------------------------------------------------------

DECK = (
    Field("format", _FORMAT, "The format's version; 1 where it is left out."),
    Field("deck", _SLUG, "The deck's slug; a card's key is deck/card.", required=True),
    Field("title", _TEXT, "The deck's name on screen."),
    Field("about", _TEXT, "One paragraph, shown on the home screen."),
    Field("source", _TEXT, "Where the cards come from."),
    Field("language", _LANGUAGE, "The language of the texts: en, zh, pt-BR; en where it is left out."),
    Field("requires", _REQUIRES, "What every card needs: import names with versions, python, cuda."),
    Field("markup", _MARKUP, "How the texts of cards are read that say nothing else; markdown, or plain."),
    Field("preamble", _TEXT, "Python that runs before every card of the deck."),
    Field("cards", _CARDS, "The cards, in the order they are learned.", required=True),
)

CARD = (
    Field("id", _SLUG, "Unique in the deck and stable: the schedule hangs on it.", required=True),
    Field("question", _TEXT, "What is asked, in Markdown.", required=True),
    Field("markup", _MARKUP, "plain where the texts are shown as they are, and not read as Markdown."),
    Field("accepts", _ACCEPTS, "What the learner answers with; code where it is left out."),
    Field("given", _TEXT, "Python shown to the learner; it runs before the answer."),
    Field("starter", _TEXT, "What the editor starts with."),
    Field("check", _TEXT, "Plain asserts, each with a message in the learner's terms."),
    Field("solution", _TEXT, "A right answer.", required=True),
    Field("also", _TEXTS, "Other right answers."),
    Field("wrong", _WRONG, "Tempting mistakes, each with the reason shown to a learner who makes it."),
    Field("hints", _TEXTS, "Help, one step at a time."),
    Field("explanation", _TEXT, "Shown after answering, in Markdown."),
    Field("tags", _TEXTS, "Words to choose cards by."),
    Field("source", _TEXT, "Where this card comes from."),
    Field("limits", _LIMITS, "What a run may use."),
    Field("was", _list_of(_OLD_ID), "Earlier ids (or deck/card), so that a rename keeps the history."),
    Field("requires", _REQUIRES, "What this card needs beyond the deck's requirements."),
    Field("expects", _list_of(_NAME), "Names the answer must define, or may hide."),
    Field("vary", _VARY, "Values for `$name` in any text or code, drawn anew at each review."),
    Field("fixed", _FLAG, "True where the values are the point: no other draw is tried."),
)

WRONG = (
    Field("code", _TEXT, "The mistake.", required=True),
    Field("because", _TEXT, "Why it is wrong, in the learner's terms.", required=True),
    Field("raises", _EXCEPTION, "The exception it ends in, where it raises by itself."),
)

TRANSLATION = (
    Field("format", _FORMAT, "The format's version; 1 where it is left out."),
    Field("translation-of", _SLUG, "The slug of the deck this translates.", required=True),
    Field("language", _LANGUAGE, "The language of the texts here.", required=True),
    Field("title", _TEXT, "The deck's title."),
    Field("about", _TEXT, "The deck's paragraph."),
    Field("cards", _CARDS, "Texts by card id.", required=True),
)

TRANSLATED_CARD = (
    Field("question", _TEXT, "The question."),
    Field("hints", _TEXTS, "As many as the card has."),
    Field("explanation", _TEXT, "The explanation."),
    Field("because", _TEXTS, "Why each `wrong` is wrong, in their order."),
    Field("messages", _MESSAGES, "What assertions say: the message as in the check, then its translation."),
)


def deck_schema() -> dict[str, Any]:
    """The JSON schema that editors flag mistakes with: `decks/deck.schema.json`."""
    card = _object_of(CARD)
    other = {"accepts": {"enum": [each for each in Accepts if each is not Accepts.CODE]}}
    recall = {"properties": {"accepts": {"const": "recall"}}}
    card["allOf"] = [
        {
            "if": {"properties": other, "required": ["accepts"]},
            "then": {"if": recall, "then": {"not": {"required": ["check"]}}},
            "else": {"required": ["check"]},
        }
    ]
    wrong = _object_of(WRONG)
    del wrong["patternProperties"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ptcards deck",
        **_object_of(DECK),
        "$defs": {"card": card, "wrong": wrong},
    }


def _object_of(known: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.key: {"description": field.about, **field.kind.schema} for field in known},
        "required": [field.key for field in known if field.required],
        "patternProperties": {"^x-": {}},
    }
