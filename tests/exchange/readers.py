"""The readers, with the cards that they hand over in hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from ptcards.deck.card import Card, Deck
from ptcards.deck.content import card_from_data
from ptcards.exchange import anki_reading, tables
from ptcards.scheduling.events import Event
from ptcards.store.arriving import Arriving, arriving
from ptcards.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from ptcards.exchange.incoming import Incoming


@dataclass(frozen=True)
class Read:
    """One deck of a file."""

    deck: Deck
    cards: tuple[Card, ...]
    notes: tuple[str, ...]
    progress: tuple[Event, ...]


def read_table(path: Path, deck: str | None = None) -> list[Read]:
    return _read(partial(tables.read_table, path), deck)


def read_package(path: Path, deck: str | None = None, *, with_progress: bool = False) -> list[Read]:
    return _read(partial(anki_reading.read_package, path, with_progress=with_progress), deck)


def _read(reader: Callable[[Arriving, str | None], list[Incoming]], deck: str | None) -> list[Read]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        database = Database(Path(":memory:"), connection)
        with arriving(database) as room:
            return [
                Read(one.deck, _cards(connection, one), one.notes, tuple(room.events()) if not place else ())
                for place, one in enumerate(reader(room, deck))
            ]


def _cards(connection: sqlite3.Connection, one: Incoming) -> tuple[Card, ...]:
    question = f"SELECT content FROM {one.cards.table} WHERE deck = ? ORDER BY place"
    return tuple(
        card_from_data(orjson.loads(content)) for (content,) in connection.execute(question, (one.deck.slug,))
    )
