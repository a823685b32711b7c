"""The values a deck file holds, their fields the format's keys, texts as written; as JSON, and hashed."""

import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from hashlib import sha256
from itertools import compress
from operator import ne
from string import Template
from typing import Any, NamedTuple, TypeVar

import orjson

FORMAT = 1
"""The newest format this program reads."""


class Accepts(StrEnum):
    """What the learner answers with."""

    CODE = "code"
    LITERAL = "literal"
    TEXT = "text"
    RECALL = "recall"


class Markup(StrEnum):
    """How question, hints and explanation, and what a `recall` card answers, are to be read."""

    MARKDOWN = "markdown"
    PLAIN = "plain"


class Limits(NamedTuple):
    """What a run may use: wall clock, and memory beyond that of the warm process."""

    seconds: float = 5.0
    memory_mb: int = 1024


class Within(NamedTuple):
    """How many times as much as the card's own solution an answer may take; None is no limit."""

    time: float | None = None
    memory: float | None = None
    setup: str = ""  # Python that runs first and is not measured
    run: str = ""  # Python that is measured, with the names of the answer; "" is the answer itself


class Wrong(NamedTuple):
    """A tempting mistake, and what a learner who makes it is shown."""

    code: str
    because: str
    raises: str | None = None  # The name of the exception it ends in; None where an assertion fails


class Card(NamedTuple):
    """One question; texts may hold `$name` where `vary` names it, until `draw` fills them in."""

    id: str
    question: str
    solution: str
    accepts: Accepts = Accepts.CODE
    markup: Markup = Markup.MARKDOWN
    given: str = ""
    starter: str = ""
    check: str = ""
    also: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    hints: tuple[str, ...] = ()
    explanation: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    limits: Limits = Limits()
    was: tuple[str, ...] = ()
    requires: Mapping[str, str] = {}  # Import names to versions (`*` is any), `python`, and `cuda`: `true`
    expects: tuple[str, ...] = ()
    vary: Mapping[str, tuple[str, ...]] = {}  # Values by name, each as its text
    forbid: tuple[str, ...] = ()  # Statements, names, `.attributes` and `dotted.names` to do without
    within: Within = Within()
    after: tuple[str, ...] = ()  # Cards (`id`, or `deck/id`) that need two repetitions before this one is new
    fixed: bool = False  # Its values are the point: an answer need not be right for others
    extras: Mapping[str, object] = {}  # The card's `x-...` keys, as plain data


class Deck(NamedTuple):
    """A deck as its file says; nothing in it has been run."""

    slug: str
    cards: tuple[Card, ...]
    title: str = ""
    about: str = ""
    source: str = ""
    language: str = "en"
    requires: Mapping[str, str] = {}
    preamble: str = ""
    format: int = FORMAT
    extras: Mapping[str, object] = {}

    def key(self, card: Card) -> str:
        return key_of(self.slug, card.id)


def key_of(slug: str, card_id: str) -> str:
    """What the log and the database call a card: `deck/card`."""
    return f"{slug}/{card_id}"


def runs_code(card: Card) -> bool:
    """Whether anything of this card is run: not of `recall`, nor of `literal` and `text` without a check."""
    return card.accepts is Accepts.CODE or (card.accepts is not Accepts.RECALL and bool(card.check))


# -- cards that differ at each review, and the seed that says how --------------------------------------------


def draw(card: Card, seed: int) -> Card:
    """Fill in each `$name` by itself: a seed gives one card, without `vary`, the same on every machine."""
    return _filled(card, drawn_values(card, seed)) if card.vary else card


def redraw(card: Card, seed: int) -> Card:
    """As `draw`, with other values for all names but those that the question or the starter shows."""
    shown, values = Template(card.question + card.starter).get_identifiers(), drawn_values(card, seed)
    for name, known in card.vary.items():
        if name not in shown:
            values[name] = known[(known.index(values[name]) + 1) % len(known)]
    return _filled(card, values) if values else card


def _filled(card: Card, values: Mapping[str, str]) -> Card:
    put = substituter(values)
    texts = ("question", "given", "starter", "check", "solution", "explanation")
    filled: dict[str, Any] = {name: put(getattr(card, name)) for name in texts}
    filled |= {name: tuple(map(put, getattr(card, name))) for name in ("also", "hints")}
    filled["within"] = card.within._replace(setup=put(card.within.setup), run=put(card.within.run))
    wrong = tuple(w._replace(code=put(w.code), because=put(w.because)) for w in card.wrong)
    return card._replace(**filled, wrong=wrong, vary={})


def drawn_values(card: Card, seed: int) -> dict[str, str]:
    """Which value each name of `vary` takes with that seed."""
    return {name: values[_number(f"{seed}/{name}") % len(values)] for name, values in card.vary.items()}


def substituter(values: Mapping[str, str]) -> Callable[[str], str]:
    """Fills in `$name`, KeyError or ValueError where one is bad; with no values texts stay as they are."""
    return lambda text: Template(text).substitute(values) if values and "$" in text else text


def default_seed(key: str, answers: int) -> int:
    """The seed of a card's next answer: from its key and the number of its answers in force; below 2**31."""
    return _number(f"{key}#{answers}") % 2**31


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


# -- as plain JSON data, as the database keeps them, and the hashes of what they say and run -----------------

_Value = TypeVar("_Value")
_NONE = object()
_PLAIN = Card("", "", "", Accepts.RECALL, Markup.PLAIN)[3:]
_AS_JSON = b'{"accepts":"recall","id":%b,"markup":"plain","question":%b,"solution":%b}'
_RUN = ("given", "starter", "check", "solution", "also", "vary", "expects", "limits", "requires", "within")


def to_data(value: Any) -> dict[str, Any]:
    """A card, deck, translation or part of one as JSON-able data; what is default is left out."""
    kind: Any = type(value)
    said = compress(zip(kind._fields, value, strict=True), map(ne, value, _defaults(kind)))
    data: dict[str, Any] = {name: found if type(found) is str else _plain(found) for name, found in said}
    return data | data.pop("extras") if "extras" in data else data


@cache
def _defaults(kind: Any) -> tuple[Any, ...]:
    return tuple(kind._field_defaults.get(name, _NONE) for name in kind._fields)


def _plain(value: Any) -> Any:
    """As JSON has it."""
    parts: Any = lambda one: one._asdict() if isinstance(one, (Limits, Within)) else to_data(one)  # noqa: E731
    return orjson.loads(orjson.dumps(value, default=parts))


_MADE: Mapping[str, Callable[[Any], Any]] = {
    "accepts": Accepts,
    "markup": Markup,
    "limits": lambda value: from_data(Limits, value),
    "within": lambda value: from_data(Within, value),
    "wrong": lambda value: tuple(from_data(Wrong, one) for one in value),
    "vary": lambda value: {name: tuple(drawn) for name, drawn in value.items()},
}


def from_data(kind: Callable[..., _Value], data: Mapping[str, Any], **given: Any) -> _Value:
    """The value that `to_data` or `deck_to_data` gave, some fields as given; unknown keys are ignored."""
    if kind is Deck:
        given = {"slug": data["deck"], "cards": (), **given}
    fields = kind.__annotations__
    values = {name: value for name, value in data.items() if name in fields}
    if "extras" in fields:
        values["extras"] = {key: value for key, value in data.items() if key.startswith("x-")}
    for name, value in values.items():
        if name in _MADE:
            values[name] = _MADE[name](value)
        elif isinstance(value, list):
            values[name] = tuple(value)
    return kind(**values | given)


def deck_to_data(deck: Deck) -> dict[str, Any]:
    """The deck without its cards, which are kept by themselves, as JSON-able data."""
    data = to_data(deck._replace(cards=()))
    del data["slug"], data["cards"]
    return {"format": deck.format, "deck": deck.slug, "language": deck.language, **data}


def json_text(data: Mapping[str, Any] | Card) -> str:
    """A card or plain data as JSON with its keys in order, so that equal ones are equal texts."""
    if not isinstance(data, Card):
        return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()
    # Tables have a hundred thousand of the plain ones: a third of the time.
    plain = _AS_JSON % tuple(map(orjson.dumps, data[:3])) if data[3:] == _PLAIN else b""
    return plain.decode() or json_text(to_data(data))


def hash_of(data: Mapping[str, Any] | Card) -> str:
    """The sha256 (hex) of plain data."""
    return sha256(json_text(data).encode()).hexdigest()


def code_hash(deck: Deck) -> str:
    """What trust is given to: changes whenever anything that is run changes; "" where nothing is run.

    Cards count in the order of their ids, so that moving one, or renaming its text, asks nothing again.
    """
    cards = sorted(filter(runs_code, deck.cards), key=lambda card: card.id)
    if not cards:
        return ""
    codes = []
    for card in cards:
        data = to_data(card)
        wrong = {"wrong": [each.code for each in card.wrong]} if card.wrong else {}
        codes.append({name: data[name] for name in _RUN if name in data} | wrong)
    run = {"preamble": deck.preamble, "requires": deck.requires, "cards": codes}
    return hash_of(_canonical(run))


def _canonical(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, dict):
        return {_canonical(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    return value
