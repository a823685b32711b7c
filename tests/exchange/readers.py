"""What a reader makes of a file, deck by deck."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ptcards.deck.card import Card, Deck
from ptcards.errors import Problem
from ptcards.exchange import anki_in, tables
from ptcards.exchange.incoming import Incoming
from ptcards.scheduling.events import Event


class Read(NamedTuple):
    """One deck of a file; the first has what is said of the whole file."""

    deck: Deck
    cards: tuple[Card, ...]
    notes: tuple[str, ...]
    progress: tuple[Event, ...]
    problems: tuple[Problem, ...] = ()


def read_table(path: Path, deck: str | None = None) -> list[Read]:
    return _read(tables.read_table(path, deck))


def read_package(path: Path, deck: str | None = None, *, with_progress: bool = False) -> list[Read]:
    return _read(anki_in.read_package(path, deck, with_progress=with_progress))


def _read(found: Incoming) -> list[Read]:
    first, *rest = found.decks
    return [
        Read(first, first.cards, found.notes, found.events or (), found.problems),
        *(Read(deck, deck.cards, (), ()) for deck in rest),
    ]
