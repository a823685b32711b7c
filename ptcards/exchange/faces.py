"""A card as two sides, for programs that show cards and run nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from ptcards.deck.card import Accepts
from ptcards.deck.variation import default_seed, draw

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from ptcards.deck.card import Card

_NOT_CARRIED = (
    ("check", "the check"),
    ("vary", "what varies (one draw of it is shown)"),
    ("wrong", "the known mistakes"),
    ("hints", "the hints"),
    ("also", "other right answers"),
    ("starter", "what the editor starts with"),
    ("source", "where cards come from"),
)


def as_asked(card: Card, key: str) -> Card:
    """The card with one draw of what varies, the same at every export."""
    return draw(card, default_seed(key, 0)) if card.vary else card


def front(card: Card) -> str:
    """The question and what is given, as HTML."""
    given = _fence(card.given) if card.given.strip() else ""
    return to_html(f"{card.question}\n\n{given}")


def back(card: Card) -> str:
    """Solution and explanation, as HTML."""
    solution = card.solution if card.accepts is Accepts.RECALL else _fence(card.solution)
    return to_html(f"{solution}\n\n{card.explanation}")


@dataclass(slots=True)
class LeftOut:
    """What of the cards that went by two sides cannot carry, and how many there were."""

    cards: int = 0
    names: set[str] = field(default_factory=set)

    def add(self, card: Card) -> None:
        self.cards += 1
        self.names.update(name for name, _ in _NOT_CARRIED if getattr(card, name))

    def words(self) -> str:
        """In words, what stays behind; nothing where nothing does."""
        return ", ".join(words for name, words in _NOT_CARRIED if name in self.names)


def to_html(markdown: str) -> str:
    """Markdown as HTML; HTML in it is shown as text."""
    return str(_renderer().render(markdown)).strip()


def _fence(code: str) -> str:
    ticks = "```"
    while ticks in code:
        ticks += "`"
    return f"{ticks}python\n{code.rstrip()}\n{ticks}"


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")
