"""Cards on their way in: on disk, in a temporary table, until the transaction that saves them."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from itertools import count, islice
from typing import TYPE_CHECKING

from ptcards.scheduling.events import Event
from ptcards.store.database import transaction
from ptcards.store.rows import EVENT, in_pieces, marks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ptcards.store.database import Database
    from ptcards.store.values import CardContent, DeckContent

_NUMBERS = count(1)
_PIECE = 1000


class Arriving:
    """As many cards as a file may hold, of any number of decks, and what happened to them elsewhere."""

    def __init__(self, database: Database, table: str) -> None:
        self._database = database
        self.table = table
        self.has_events = False
        self._places: Counter[str] = Counter()
        self._insert = (
            f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
            "content = excluded.content, content_hash = excluded.content_hash, tags = excluded.tags, "
            "requires = excluded.requires, was = excluded.was"
        )

    def add(self, deck: str, cards: Collection[CardContent]) -> None:
        """Put cards behind their deck's others; one whose id is there takes the other's place."""
        start = self._places[deck]
        self._places[deck] += len(cards)
        with self._database.free() as connection, transaction(connection, "BEGIN", keep=True):
            connection.executemany(self._insert, _rows(deck, cards, start))

    def add_events(self, events: Iterable[Event]) -> None:
        """Keep events that are to be merged with the cards; they have ids."""
        insert = f"INSERT INTO {self.table}_events VALUES ({', '.join('?' * len(Event._fields))})"
        every = iter(events)
        # What goes wrong where they come from is not this database's fault: they are read there first.
        while piece := list(islice(every, _PIECE)):
            with self._database.free() as connection, transaction(connection, "BEGIN", keep=True):
                connection.executemany(insert, piece)
            self.has_events = True

    def events(self) -> Iterator[Event]:
        """The events, in the order that they came in."""
        with self._database.free() as connection:
            question = f"SELECT {EVENT} FROM {self.table}_events ORDER BY rowid"
            yield from map(Event._make, connection.execute(question))

    def hashes(self, keys: Sequence[str]) -> dict[str, str]:
        """The content hashes of those of these cards that are there, by key."""
        found: dict[str, str] = {}
        with self._database.free() as connection:
            for piece in in_pieces(keys):
                question = f"SELECT key, content_hash FROM {self.table} WHERE key IN ({marks(piece)})"
                found.update(connection.execute(question, piece))
        return found

    def places(self, deck: str) -> int:
        """So many places a deck's cards have; where one took another's, fewer cards."""
        return self._places[deck]

    def earlier_names(self, deck: str) -> list[tuple[str, list[str]]]:
        """The keys of a deck's cards that say what they were, with what they say."""
        with self._database.free() as connection:
            question = f"SELECT key, was FROM {self.table} WHERE deck = ? AND was IS NOT NULL ORDER BY place"
            return [(key, json.loads(was)) for key, was in connection.execute(question, (deck,))]


def _rows(deck: str, cards: Iterable[CardContent], start: int) -> Iterator[tuple[object, ...]]:
    for place, card in enumerate(cards, start):
        tags = "\n".join(("", *card.tags, "")) if card.tags else ""
        was = json.dumps(card.was) if card.was else None
        yield deck, place, f"{deck}/{card.id}", card.content, card.content_hash, tags, card.requires, was


@contextmanager
def arriving(database: Database) -> Iterator[Arriving]:
    """Room for cards until they are saved."""
    # Another thread may bring in a deck of its own over the same connection meanwhile.
    name = f"arriving_{next(_NUMBERS)}"
    with database.free() as connection:
        connection.execute(
            f"CREATE TEMP TABLE {name} (deck TEXT, place INTEGER, key TEXT UNIQUE, content TEXT, "
            "content_hash TEXT, tags TEXT, requires TEXT, was TEXT, PRIMARY KEY (deck, place)) WITHOUT ROWID"
        )
        connection.execute(f"CREATE TEMP TABLE {name}_events ({EVENT})")
    try:
        yield Arriving(database, f"temp.{name}")
    finally:
        with database.free() as connection:
            connection.execute(f"DROP TABLE temp.{name}_events")
            connection.execute(f"DROP TABLE temp.{name}")


@contextmanager
def arrived(database: Database, decks: Sequence[DeckContent]) -> Iterator[list[tuple[DeckContent, Arriving]]]:
    """Decks, each with where its cards are."""
    with arriving(database) as room:
        ready = []
        for deck in decks:
            if isinstance(deck.cards, Arriving):
                ready.append((deck, deck.cards))
            else:
                room.add(deck.slug, deck.cards)
                ready.append((deck, room))
        yield ready
