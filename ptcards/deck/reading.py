"""A deck file, read strictly: a whole `Deck`, or every problem in it at once."""

from __future__ import annotations

from pathlib import Path

from ptcards.deck.card import Deck
from ptcards.deck.sources import Sources


def read_deck(path: Path) -> Deck:
    """Read a deck file; DeckError holds everything that is wrong with it."""
    return read_with_sources(path)[0]


def read_with_sources(path: Path) -> tuple[Deck, Sources]:
    """Read a deck file, and keep where in it everything stands."""
    raise NotImplementedError


def read_deck_text(text: str, path: Path) -> Deck:
    """Read the text of a deck; `path` is what errors name. Raises nothing but DeckError."""
    raise NotImplementedError
