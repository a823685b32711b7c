"""The decks, and care for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, delete, select, update

from ptcards.errors import UsageError
from ptcards.store.models import CardRow, DeckRow, DraftRow, ScheduleRow
from ptcards.store.renaming import driver_of
from ptcards.store.rooting import offer
from ptcards.store.values import StoredDeck

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLUMNS = (
    DeckRow.slug,
    DeckRow.title,
    DeckRow.about,
    DeckRow.language,
    DeckRow.path,
    DeckRow.content,
    DeckRow.content_hash,
    DeckRow.code_hash,
    DeckRow.stamp,
    DeckRow.cards,
    DeckRow.disabled,
    DeckRow.trouble,
)


def decks(core: Connection, slug: str | None = None) -> tuple[StoredDeck, ...]:
    """All decks, or the one of that slug."""
    question = select(*_COLUMNS).order_by(DeckRow.slug)
    if slug is not None:
        question = question.where(DeckRow.slug == slug)
    return tuple(StoredDeck(**row) for row in core.execute(question).mappings())


def set_deck(core: Connection, slug: str, changes: Mapping[str, object]) -> None:
    """Change what is said of a deck; what is None stays."""
    values = {name: value for name, value in changes.items() if value is not None}
    if values:
        core.execute(update(DeckRow).where(DeckRow.slug == slug).values(values))


def remove_deck(core: Connection, slug: str) -> tuple[str, ...]:
    """Forget a deck; its cards become orphans. Gives their keys."""
    rows = core.execute(select(CardRow.key, CardRow.root).where(CardRow.deck == slug, CardRow.present)).all()
    if core.execute(delete(DeckRow).where(DeckRow.slug == slug)).rowcount == 0:
        raise UsageError(f"{slug}: there is no deck of that name")
    core.execute(update(CardRow).where(CardRow.deck == slug).values(present=False))
    offer(driver_of(core), {row.root for row in rows})
    return tuple(sorted(row.key for row in rows))


def purge(core: Connection, keys: frozenset[str] | None) -> tuple[str, ...]:
    """Delete the content, draft and schedule of orphans; their events stay. Gives their keys."""
    rows = core.execute(select(CardRow.key, CardRow.root).where(~CardRow.present)).all()
    doomed = [row for row in rows if keys is None or row.key in keys]
    if not doomed:
        return ()
    names = [{"this": row.key} for row in doomed]
    core.execute(delete(CardRow).where(CardRow.key == bindparam("this")), names)
    core.execute(delete(DraftRow).where(DraftRow.card == bindparam("this")), names)
    offered = ScheduleRow.deck.is_(None)
    core.execute(
        delete(ScheduleRow).where(ScheduleRow.card == bindparam("this"), offered),
        [{"this": row.root} for row in doomed],
    )
    return tuple(sorted(row.key for row in doomed))
