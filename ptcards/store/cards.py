"""The cards, listed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store.columns import schedule_of, split_tags
from ptcards.store.models import CardRow
from ptcards.store.values import StoredCard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ptcards.store.database import Database

_CARDS = (
    "SELECT c.key, c.deck, c.place, c.content, c.content_hash, c.tags, c.present, c.root, "
    f"{', '.join(f's.{name}' for name in Schedule._fields)} "
    "FROM cards c LEFT JOIN schedules s ON s.card = c.root "
    "WHERE c.present = ?{} ORDER BY c.deck, c.place, c.key"
)
_PIECE = 100


def cards(database: Database, decks: frozenset[str] | None, *, orphans: bool) -> Iterator[StoredCard]:
    """The cards present, or the orphans, by deck and place; see `Store.cards`."""
    # A deck at a time: where several are asked for at once, SQLite sorts all their cards.
    for deck in [None] if decks is None else sorted(decks):
        which = (not orphans,) if deck is None else (not orphans, deck)
        with database.apart() as connection:
            rows = connection.execute(_CARDS.format("" if deck is None else " AND c.deck = ?"), which)
            while piece := rows.fetchmany(_PIECE):
                for row in piece:
                    schedule = NEW if row[8] is None else schedule_of(row[8:])
                    key, slug, place, content, content_hash, tags, present, root = row[:8]
                    yield StoredCard(
                        *(key, slug, place, content, content_hash),
                        *(split_tags(tags), present == 1, root, schedule),
                    )


def keys(core: Connection, deck: str | None) -> tuple[str, ...]:
    question = select(CardRow.key).where(CardRow.present).order_by(CardRow.deck, CardRow.place, CardRow.key)
    if deck is not None:
        question = question.where(CardRow.deck == deck)
    return tuple(core.execute(question).scalars())


def tagged(core: Connection, tag: str) -> frozenset[str]:
    found = select(CardRow.key).where(CardRow.present, CardRow.tags.contains(f"\n{tag}\n", autoescape=True))
    return frozenset(core.execute(found).scalars())


def tags(core: Connection) -> dict[str, int]:
    found = core.execute(select(CardRow.tags).where(CardRow.present, CardRow.tags != "")).scalars()
    counted = Counter(tag for row in found for tag in split_tags(row))
    return dict(sorted(counted.items()))


def requirements(core: Connection) -> dict[str, str]:
    found = select(CardRow.key, CardRow.requires).where(CardRow.requires.is_not(None), CardRow.present)
    return {key: requires or "" for key, requires in core.execute(found)}
