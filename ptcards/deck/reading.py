"""A deck file, read strictly by its schema: a whole `Deck`, or every problem in it at once; and written."""

import ast
import difflib
import gc
import json
import re
import warnings
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

import orjson
import yaml
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ptcards.deck.card import Accepts, Card, Deck, Within, deck_to_data, from_data, substituter, to_data
from ptcards.deck.nodes import Findings, compose, kind_of, plain_lines, read_text_of, shown
from ptcards.language import _, later
from ptcards.paths import shipped
from ptcards.text import SLUG

MOST_TEXT = 100_000
SCHEMA: dict[str, Any] = orjson.loads((shipped("decks") / "deck.schema.json").read_bytes())
"""What a deck file may hold, and what each key is for; editors flag mistakes with it, too."""
CARD, TRANSLATION, TRANSLATED = (SCHEMA["$defs"][name] for name in ("card", "translation", "translated"))

# -- what YAML makes of a text without quotes --------------------------------------------------------------

# YAML 1.1 as the library has it, and what later versions add.
_LATER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?|0o[0-7]+")
_KINDS = {"null": later("nothing"), "bool": later("yes or no"), "timestamp": later("a date"), "str": ""}
_resolve: Any = yaml.resolver.Resolver().resolve
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def meaning(plain: str) -> str:
    """What some YAML reader takes a text without quotes for, in words; "" where all read the text itself."""
    kind = _resolve(ScalarNode, plain, (True, False)).rpartition(":")[2]
    if kind in {"int", "float"} or _LATER.fullmatch(plain):
        return later("a number")
    return _KINDS.get(kind, later("a special sign"))


def is_drawn_bare(text: str) -> bool:
    """Whether a value of `vary` is its own text without quotes: True, False, or a number to all."""
    return text in {"True", "False"} or _PLAIN_NUMBER.fullmatch(text) is not None


# -- reading -----------------------------------------------------------------------------------------------


class Context(NamedTuple):
    """What is being read, as messages name it."""

    findings: Findings
    card: str  # The card's id, "" for the deck's own keys
    name: str = ""  # The key in words

    def problem(self, node: Node, kind: str, message: str) -> None:
        self.findings.add(node, self.card, kind, message)


def read_fields(
    context: Context, node: Node, schema: Mapping[str, Any], unread: set[str] | None = None
) -> dict[str, Any]:
    """The values by key, as plain data; duplicate, unknown and missing keys are problems.

    Keys whose values could not be read are added to `unread`; what is needed and missing is "".
    """
    values, pairs, bad = dict[str, Any](), pairs_of(context, node), set[str]() if unread is None else unread
    known, names = schema.get("properties", {}), schema.get("propertyNames", {})
    other = schema["additionalProperties"]
    for key, (place, item) in pairs.items():
        before, own = context.findings.count, known.get(key, other)
        if own is False and key.startswith("x-") and "patternProperties" in schema:
            own = {}
        if names and not re.fullmatch(names["pattern"], key):
            message = _("{} in {}: {}", shown(key), context.name, _(names["patternErrorMessage"]))
            context.problem(place, "form", message)
        elif own is False:
            context.problem(place, "unknown-key", _("unknown key {}{}", shown(key), nearest(key, {*known})))
        else:
            name = _("`{}` in {}", shown(key)[1:-1], context.name) if other else f"`{key}`"
            values[key] = _read(context._replace(name=name), item, own)
        if context.findings.count > before:
            bad.add(key)
    bad.update(() if isinstance(node, MappingNode) else known)
    for key in schema.get("required", ()):
        values.setdefault(key, "")
        if key not in pairs and key not in bad:
            what = _(known[key]["description"])
            message = _("{} has no `{}`: {}", context.name, key, what[0].lower() + what[1:-1])
            context.problem(node, "missing", message)
            bad.add(key)
    return values


def _read(context: Context, node: Node, schema: Mapping[str, Any]) -> Any:
    """What a node holds, as plain data; what does not fit the schema is a problem."""
    match schema:
        case {"$ref": _}:
            # A card: what is wrong with it is to name it.
            return node
        case {"type": "object"}:
            values = read_fields(context, node, schema)
            # `cuda: true` is kept as a text among versions.
            return {key: "true" if one is True else one for key, one in values.items() if one is not False}
        case {"type": "array", "items": item}:
            if not isinstance(node, SequenceNode):
                message = _("{} must be a list, not {}: write it as [one, two]", context.name, kind_of(node))
                context.problem(node, "type", message)
                return []
            if "minItems" in schema and not node.value:
                context.problem(node, "missing", _("{} is empty: list at least one", context.name))
            inside = context._replace(name=_("an item of {}", context.name))
            return [_read(inside, one, item) for one in node.value]
        case {"type": "boolean" | "integer" | "number" as kind}:
            return _read_number(context, node, kind, schema.get("maximum", 1))
        case {"type": _} | {"enum": _}:
            return _read_text(context, node, schema)
    return _plain_data(context, node)


def pairs_of(context: Context, node: Node) -> dict[str, tuple[Node, Node]]:
    """Key and value nodes by key, the first of equal keys; none, and a problem, where it is no mapping."""
    found: dict[str, tuple[Node, Node]] = {}
    if not isinstance(node, MappingNode):
        message = _("{} must be keys with values, not {}", context.name, kind_of(node))
        context.problem(node, "type", message)
        return found
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            context.problem(key, "type", _("a key must be a word, not {}", kind_of(key)))
        elif key.value in found:
            first = context.findings.line(found[key.value][0])
            message = _("the key {} is here a second time (first on line {})", shown(key.value), first)
            context.problem(key, "duplicate-key", message)
        else:
            found[key.value] = key, value
    return found


def _read_text(context: Context, node: Node, schema: Mapping[str, Any]) -> str:
    """A text; one without quotes that some YAML reader takes for something else is refused."""
    words, kind, text, message, other = schema.get("enum", ()), "form", "", "", ""
    if isinstance(node, ScalarNode) and not node.style:
        is_drawn = isinstance(schema.get("type"), list) and is_drawn_bare(node.value)
        other = "" if is_drawn else meaning(node.value)
    if not isinstance(node, ScalarNode):
        kind, message = "type", _("must be text, not {}", kind_of(node))
    elif not node.style and not node.value:
        kind, message = "type", _("is empty: write a text, or leave the key out")
    elif other:
        quoted = "'" + node.value.replace("'", "''") + "'"
        message = later("is {}, which YAML reads as {}: put it in quotes: {}")
        message = _(message, shown(node.value), _(other), quoted)
        kind = "quotes"
    elif len(node.value) > MOST_TEXT:
        kind, message = "too-big", _("is longer than {:,} characters: shorten it", MOST_TEXT)
    else:
        text = str(node.value)
        if words and text not in words:
            message = _("is {}{}: one of {}", shown(text), nearest(text, {*words}), ", ".join(words))
        elif "pattern" in schema and not re.fullmatch(schema["pattern"], text):
            message = _("is {}: {}", shown(text), _(schema["patternErrorMessage"]))
        elif schema.get("format") == "version-range" and not _is_range(text):
            message = _("is {}: write a range such as '>=2.4', or '*' for any", shown(text))
    if message:
        context.problem(node, kind, f"{context.name} {message}")
    return text if not words or text in words else str(words[0])


def _is_range(version: str) -> bool:
    try:
        return version in {"", "*"} or len(SpecifierSet(version)) > 0
    except InvalidSpecifier:
        return False


_NUMBERS: dict[str, tuple[set[type], str]] = {
    "boolean": ({bool}, later("true or false")),
    "integer": ({int}, later("a whole number without quotes")),
    "number": ({int, float}, later("a number without quotes")),
}


def _read_number(context: Context, node: Node, kind: str, most: float) -> float:
    """Or a truth; what is neither is made True."""
    value, (types, words) = _plain_data(context, node), _NUMBERS[kind]
    if type(value) not in types:
        context.problem(node, "type", _("{} must be {}", context.name, _(words)))
        return True
    if context.name == "`format`" and value > most:
        message = _("format {} is newer than this program reads ({}): update ptcards", value, most)
        context.problem(node, "newer-format", message)
    elif not 0 < value <= most and value is not False:
        message = _("{} is {:g}: more than 0 and at most {:g}", context.name, value, most)
        context.problem(node, "form", message)
    made: float = float(value) if kind == "number" else value
    return made


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


def nearest(word: str, known: set[str]) -> str:
    """How a message about a word that is none of these goes on."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return _(" (did you mean `{}`?)", near[0]) if near else _("; known are {}", ", ".join(sorted(known)))


# -- what must hold beyond the form of each key: Python compiles, placeholders can be filled in --------------

_RAISED_BY_COMPILING = {"SyntaxError", "IndentationError", "TabError"}


def syntax_problem(code: str, *, expression: bool = False) -> tuple[int, str] | None:
    """The line (from 1) and the reason why code, never run here, does not compile; None where it does."""
    mode = "eval" if expression else "exec"
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(code.strip() if expression else code, "<deck>", mode, dont_inherit=True, optimize=0)
    except SyntaxError as error:
        return error.lineno or 1, error.msg or _("bad syntax")
    except (ValueError, OverflowError) as error:
        return 1, str(error)
    except (RecursionError, MemoryError):
        return 1, _("nested too deeply")
    return None


def parse(code: str) -> ast.Module:
    """The tree of code that compiles."""
    with warnings.catch_warnings(action="ignore"):
        return ast.parse(code)


def bad_placeholders(text: str, names: set[str]) -> Iterator[tuple[int, str]]:
    """The line and what is wrong, for each `$` that cannot be filled in."""
    for found in Template.pattern.finditer(text):
        name = found["named"] or found["braced"]
        line = text.count("\n", 0, found.start()) + 1
        if name and name not in names:
            yield line, _("`${}` is not in `vary`: add it there, or write `$$` for a dollar sign", name)
        elif found["invalid"] is not None:
            yield line, _("`$` is followed by no name: write `$$` for a dollar sign")


class Flaw(NamedTuple):
    """What keeps a card from being used."""

    field: str
    kind: str
    message: str
    line: int = 1  # Of the field


def flaws_of(card: Card, unread: Container[str] = ()) -> Iterator[Flaw]:
    """All that is wrong with a well-formed card, but for what depends on fields that could not be read."""
    texts = list(_texts(card))
    if "accepts" not in unread:
        if card.accepts is Accepts.CODE and not card.check.strip() and "check" not in unread:
            message = _("has no `check`: write at least one assert, or let it accept text, literal or recall")
            yield Flaw("check", "missing", message)
        if card.accepts is Accepts.RECALL and card.check:
            message = _("a `recall` card is graded by its learner: take out `check`, or `accepts: recall`")
            yield Flaw("check", "useless", message)
        for key, said in (("forbid", card.forbid), ("within", card.within != Within())):
            if said and card.accepts is not Accepts.CODE:
                message = _("`{}` is for cards that accept code: take it out", key)
                yield Flaw(key, "useless", message)
        if card.within != Within() and not (card.within.time or card.within.memory):
            yield Flaw("within", "useless", _("`within` limits nothing: give it a `time` or a `memory`"))
        for field, text in texts:
            key = field.partition("[")[0]
            if key in {"question", "solution", "also"} and not text.strip() and key not in unread:
                advice = _("ask something") if key == "question" else _("write an answer")
                yield Flaw(field, "missing", _("`{}` is empty: {}", field, advice))
    if "vary" in unread:
        return
    misused = list(_misused(card, texts)) if card.vary else []
    yield from misused
    if misused or card.accepts is Accepts.RECALL:
        return
    put = substituter({name: values[0] for name, values in card.vary.items()})
    allowed = {f"wrong[{n}].code" for n, one in enumerate(card.wrong) if one.raises in _RAISED_BY_COMPILING}
    is_answer = "accepts" not in unread and card.accepts is not Accepts.TEXT
    for field, text in texts:
        given, key = field in {"given", "check", "within.setup", "within.run"}, field.partition("[")[0]
        answer = is_answer and field not in allowed and (key in {"solution", "also"} or field[-5:] == ".code")
        if given or answer:
            yield from _syntax(field, put(text), expression=answer and card.accepts is Accepts.LITERAL)


def _texts(card: Card) -> Iterator[tuple[str, str]]:
    """Every text and code that `vary` reaches, by field."""
    for field in ("question", "given", "starter", "check", "solution", "explanation"):
        yield field, getattr(card, field)
    for field in ("also", "hints"):
        for number, text in enumerate(getattr(card, field)):
            yield f"{field}[{number}]", text
    yield from (("within.setup", card.within.setup), ("within.run", card.within.run))
    for number, wrong in enumerate(card.wrong):
        yield f"wrong[{number}].code", wrong.code
        yield f"wrong[{number}].because", wrong.because


def _misused(card: Card, texts: list[tuple[str, str]]) -> Iterator[Flaw]:
    """Each `$name` that cannot be filled in, and each name of `vary` that is not used."""
    names, used = set(card.vary), set[str]()
    for field, text in texts:
        for line, message in bad_placeholders(text, names):
            yield Flaw(field, "vary", f"`{field}`: {message}", line)
        used.update(Template(text).get_identifiers())
    for name in sorted(names - used):
        message = _("`{0}` in `vary` is never used: write `${0}` where it belongs, or take it out", name)
        yield Flaw(f"vary.{name}", "vary", message)


def _syntax(field: str, code: str, *, expression: bool = False) -> Iterator[Flaw]:
    if code and (problem := syntax_problem(code, expression=expression)):
        line, reason = problem
        rows = code.splitlines()
        row = _(" in {}", shown(rows[line - 1].strip())) if 0 < line <= len(rows) else ""
        what = _("a Python literal") if expression else "Python"
        yield Flaw(field, "python", _("`{}` is not {}: {}{}", field, what, reason, row), line)


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
def read_deck(path: Path, text: str | None = None) -> tuple[Deck, Findings]:
    """A deck, and where in its file every part is; DeckError holds all that is wrong with it.

    Where its `text` is given, `path` is what errors name.
    """
    text = read_text_of(path) if text is None else plain_lines(text)
    findings = compose(path, text)
    values = read_fields(Context(findings, "", _("the deck")), findings.root, SCHEMA)
    cards = list[Card]()
    places = findings.cards
    unread: dict[str, set[str]] = {}
    for number, item in enumerate(values.pop("cards"), 1):
        pairs = item.value if isinstance(item, MappingNode) else ()
        ids = [value.value for key, value in pairs if key.value == "id" and isinstance(value, ScalarNode)]
        # What errors call a card: its id, or `#` and its position where it has none that can be read.
        label = next((str(one) for one in ids if SLUG.fullmatch(one)), f"#{number}")
        if label in places:
            first = findings.line(places[label])
            message = _("a second card has this id (first on line {}): give it another", first)
            findings.add(item, label, "duplicate-id", message)
            label = f"#{number}"
        places[label] = item
        here = Context(findings, label, _("the card"))
        own = read_fields(here, item, CARD, unread.setdefault(label, set()))
        cards.append(from_data(Card, {"markup": values.get("markup", "markdown"), **own}, id=label))
    deck = from_data(Deck, values, cards=tuple(cards))
    found, known = [("", flaw) for flaw in _syntax("preamble", deck.preamble)], {*map(deck.key, deck.cards)}
    for card in deck.cards:
        for index, old in enumerate(card.was):
            if old in places or old in known:
                what = later("`was` names {}, which is a card of this deck: its history stays its own")
                found.append((card.id, Flaw(f"was[{index}]", "duplicate-id", _(what, shown(old)))))
        found += ((card.id, flaw) for flaw in flaws_of(card, unread[card.id]))
    for card_id, flaw in found:
        line = findings.where(card_id, flaw.field, flaw.line)
        findings.add(line, card_id, flaw.kind, flaw.message)
    findings.raise_if_any()
    return deck, findings


# -- writing -----------------------------------------------------------------------------------------------

_MAP, _SEQ, _STR = (f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str"))
_SHORT = 60
_END = "\n...\n"


def write_deck(deck: Deck) -> str:
    """The deck's file: code in block style, templates as they are; reading it gives an equal deck."""
    cards = [_ordered(to_data(card), CARD) for card in deck.cards]
    return _dump({**_ordered(deck_to_data(deck), SCHEMA), "cards": cards})


def write_card(card: Card) -> str:
    """One card as an item of `cards`, indented as `write_deck` does."""
    return _dump({"cards": [_ordered(to_data(card), CARD)]}).removeprefix("cards:\n")


def _ordered(data: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    order = [*schema["properties"]]
    keys = sorted(data, key=lambda key: order.index(key) if key in order else len(order))
    ordered = {key: data[key] for key in keys}
    if vary := ordered.get("vary"):
        ordered["vary"] = {
            name: [_Plain(value) if is_drawn_bare(value) else value for value in values]
            for name, values in vary.items()
        }
    if within := ordered.get("within"):
        ordered["within"] = {name: value for name, value in within.items() if value not in (None, "")}
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
    return ScalarNode(_resolve(ScalarNode, text, (True, False)), text)


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
