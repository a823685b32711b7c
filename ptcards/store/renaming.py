"""Cards and decks under another name: the events that say so, and what follows from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, bindparam, delete, select, update

from ptcards.errors import UsageError
from ptcards.scheduling.events import Event, Kind, event
from ptcards.scheduling.ids import next_id
from ptcards.store.models import CardRow, DeckRow, DraftRow, TrustRow
from ptcards.store.replaying import read_roots
from ptcards.store.rooting import offer, reread_roots
from ptcards.store.rows import newest_id, write_event

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from ptcards.scheduling.days import Moment


@dataclass(frozen=True, slots=True)
class Signature:
    """What an event made here is signed with."""

    device: str
    entropy: Callable[[], int]
    moment: Moment
    day: int


def driver_of(core: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", core.connection.driver_connection)


def write_renames(
    raw: sqlite3.Connection, signature: Signature, renamed: Mapping[str, str], old_roots: Mapping[str, str]
) -> dict[str, str]:
    """Write `renamed` events and rebuild what they join; gives the roots as they are then."""
    if not renamed:
        return dict(old_roots)
    for old, new in renamed.items():
        write_event(
            raw, _signed(raw, signature, event(Kind.RENAMED, old, signature.moment, signature.day), new)
        )
    return reread_roots(raw, old_roots)


def _signed(raw: sqlite3.Connection, signature: Signature, draft: Event, target: str) -> Event:
    event_id = next_id(draft.at, newest_id(raw), signature.entropy())
    return draft._replace(id=event_id, device=signature.device, action=event_id, target=target)


def _refuse_past(
    raw: sqlite3.Connection, new: str, renamed: Mapping[str, str], roots: Mapping[str, str]
) -> None:
    """Two cards' histories must not become one only because a deck takes a slug that was used before."""
    rows = raw.execute(
        "SELECT DISTINCT card FROM events WHERE card >= ? AND card < ?", (f"{new}/", f"{new}0")
    )
    with_past = {str(row[0]) for row in rows} | set(roots.values())
    if taken := sorted(with_past.intersection(renamed.values())):
        raise UsageError(
            f"{new}: cards of that deck have a history of their own ({len(taken)}, {taken[0]} for one); "
            "choose another slug"
        )


def _delete_cards(core: Connection, keys: list[str]) -> None:
    if keys:
        core.execute(delete(CardRow).where(CardRow.key == bindparam("this")), [{"this": key} for key in keys])


def _forget(core: Connection, slug: str, keys: list[str]) -> None:
    """What a removed deck of this slug left behind: orphans to which nothing happened, drafts, trust."""
    _delete_cards(core, keys)
    if keys:
        core.execute(
            delete(DraftRow).where(DraftRow.card == bindparam("this")), [{"this": key} for key in keys]
        )
    core.execute(delete(TrustRow).where(TrustRow.deck == slug))


def rename_deck(core: Connection, signature: Signature, slug: str, new: str) -> int:
    """Rename a deck within the transaction that is open; see `Store.rename_deck`."""
    raw = driver_of(core)
    deck = core.execute(select(DeckRow.content).where(DeckRow.slug == slug)).scalar_one_or_none()
    if deck is None:
        raise UsageError(f"{slug}: there is no deck of that name")
    if core.execute(select(DeckRow.slug).where(DeckRow.slug == new)).first():
        raise UsageError(f"{new}: there is a deck of that name already")
    old_keys = list(
        core.execute(select(CardRow.key).where(CardRow.deck == slug).order_by(CardRow.place)).scalars()
    )
    renamed = {key: f"{new}/{key.partition('/')[2]}" for key in old_keys}
    old_roots = read_roots(raw)
    apart = {old: key for old, key in renamed.items() if old_roots.get(old, old) != old_roots.get(key, key)}
    _refuse_past(raw, new, apart, old_roots)
    _forget(core, new, list(renamed.values()))
    roots = write_renames(raw, signature, apart, old_roots)
    rows = [{"this": old, "new_key": key, "new_root": roots.get(key, key)} for old, key in renamed.items()]
    if rows:
        core.execute(
            update(CardRow)
            .where(CardRow.key == bindparam("this"))
            .values(key=bindparam("new_key"), root=bindparam("new_root"), deck=new),
            rows,
        )
        core.execute(
            update(DraftRow).where(DraftRow.card == bindparam("this")).values(card=bindparam("new_key")),
            [{"this": row["this"], "new_key": row["new_key"]} for row in rows],
        )
    content = json.dumps({**json.loads(deck), "deck": new}, ensure_ascii=False)
    core.execute(update(DeckRow).where(DeckRow.slug == slug).values(slug=new, content=content))
    core.execute(update(TrustRow).where(TrustRow.deck == slug).values(deck=new))
    offer(raw, {roots.get(key, key) for key in renamed.values()} | set(renamed))
    return len(old_keys)
