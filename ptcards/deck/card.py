"""The values a deck file holds; their fields are the format's keys, texts are kept as written."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from hashlib import sha256
from string import Template
from typing import Any, NamedTuple

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


class Wrong(NamedTuple):
    """A tempting mistake, and what a learner who makes it is shown."""

    code: str
    because: str
    raises: str | None = None
    """The name of the exception it ends in; None where an assertion fails."""


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
    requires: Mapping[str, str] = {}
    """Import names to versions (`*` is any), `python`, and `cuda`: `true`."""
    expects: tuple[str, ...] = ()
    vary: Mapping[str, tuple[str, ...]] = {}
    """Values by name, each as its text."""
    fixed: bool = False
    """Its values are the point: an answer need not be right for others."""
    extras: Mapping[str, object] = {}
    """The card's `x-...` keys, as plain data."""


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
