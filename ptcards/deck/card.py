"""The values a deck file holds; their fields are the format's keys, texts are kept as written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

FORMAT = 1
"""The newest format this program reads."""

MOST_SECONDS = 60.0
MOST_MEMORY_MB = 8192


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


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use: wall clock, and memory beyond that of the warm process."""

    seconds: float = 5.0
    memory_mb: int = 1024


@dataclass(frozen=True, slots=True)
class Wrong:
    """A tempting mistake, and what a learner who makes it is shown."""

    code: str
    because: str
    raises: str | None = None
    """The name of the exception it ends in; None where an assertion fails."""


@dataclass(frozen=True, slots=True)
class Card:
    """One question; texts may hold `$name` where `vary` names it, until `variation.draw` fills them in."""

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
    requires: Mapping[str, str] = field(default_factory=dict)
    """Import names to versions (`*` is any), `python`, and `cuda`: `true`."""
    expects: tuple[str, ...] = ()
    vary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values by name, each as its text."""
    fixed: bool = False
    """Its values are the point: an answer need not be right for others."""
    extras: Mapping[str, object] = field(default_factory=dict)
    """The card's `x-...` keys, as plain data."""


@dataclass(frozen=True, slots=True)
class Deck:
    """A deck as its file says; nothing in it has been run."""

    slug: str
    cards: tuple[Card, ...]
    title: str = ""
    about: str = ""
    source: str = ""
    language: str = "en"
    requires: Mapping[str, str] = field(default_factory=dict)
    preamble: str = ""
    format: int = FORMAT
    extras: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The title, or the slug of a deck that has none."""
        return self.title or self.slug

    def card(self, card_id: str) -> Card:
        """The card of that id; KeyError where there is none."""
        for card in self.cards:
            if card.id == card_id:
                return card
        raise KeyError(card_id)

    def key(self, card: Card) -> str:
        return key_of(self.slug, card.id)


def key_of(slug: str, card_id: str) -> str:
    """What the log and the database call a card: `deck/card`."""
    return f"{slug}/{card_id}"


def runs_code(card: Card) -> bool:
    """Whether anything of this card is run: not of `recall`, nor of `literal` and `text` without a check."""
    return card.accepts is Accepts.CODE or (card.accepts is not Accepts.RECALL and bool(card.check))
