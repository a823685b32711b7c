"""The cards, listed."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store.columns import schedule_of, split_tags
from ptcards.store.models import CardRow, ScheduleRow
from ptcards.store.values import StoredCard

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCHEDULE = [getattr(ScheduleRow, name) for name in Schedule._fields]


def cards(core: Connection, decks: frozenset[str] | None, *, orphans: bool) -> Iterator[StoredCard]:
    """The cards present, or the orphans, by deck and place."""
    question = (
        select(
            *(CardRow.key, CardRow.deck, CardRow.place, CardRow.content, CardRow.content_hash),
            *(CardRow.tags, CardRow.present),
            *_SCHEDULE,
        )
        .join(ScheduleRow, ScheduleRow.card == CardRow.root, isouter=True)
        .where(CardRow.present.is_(not orphans))
        .order_by(CardRow.deck, CardRow.place, CardRow.key)
    )
    if decks is not None:
        question = question.where(CardRow.deck.in_(decks))
    rows = core.execute(question).all()
    return (
        StoredCard(
            *(row[0], row[1], row[2], row[3], row[4]),
            *(split_tags(row[5]), row[6], NEW if row[7] is None else schedule_of(row[7:])),
        )
        for row in rows
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
