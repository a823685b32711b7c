"""Decks in: what is new, changed, gone or renamed, in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ptcards.errors import UsageError
from ptcards.scheduling.events import Event, Kind, event
from ptcards.scheduling.ids import next_id
from ptcards.store.models import CardRow, DeckRow, DraftRow, TrustRow
from ptcards.store.replaying import read_roots
from ptcards.store.rooting import is_unheard_of, offer, offer_new, reread_roots
from ptcards.store.rows import newest_id, write_event
from ptcards.store.values import CardContent, DeckChange, DeckContent

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ptcards.scheduling.days import Moment


_CARD = ("deck", "place", "content", "content_hash", "tags", "requires", "present", "root")
_INSERT_CARD = f"INSERT INTO cards ({', '.join(_CARD)}, key) VALUES ({', '.join('?' * (len(_CARD) + 1))})"
_UPDATE_CARD = f"UPDATE cards SET {', '.join(f'{name} = ?' for name in _CARD)} WHERE key = ?"
_PIECE = 500
"""So many rows are written between two tellings of how far it is."""
_STEPS = 2
"""Of saving a card: its content, then its place in the queue."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What an event made here is signed with."""

    device: str
    entropy: Callable[[], int]
    moment: Moment
    day: int


def save_decks(
    core: Connection,
    signature: Signature,
    decks: Sequence[DeckContent],
    *,
    keep_absent: bool,
    progress: Callable[[int, int], None],
) -> tuple[DeckChange, ...]:
    """Save decks within the transaction that is open; see `Store.save_decks`."""
    total = _STEPS * sum(len(deck.cards) for deck in decks)
    changes: list[DeckChange] = []
    before = 0
    for deck in decks:

        def tell(done: int, before: int = before) -> None:
            progress(before + done, total)

        changes.append(_save_deck(core, signature, deck, tell, keep_absent=keep_absent))
        before += _STEPS * len(deck.cards)
    return tuple(changes)


def _save_deck(
    core: Connection,
    signature: Signature,
    deck: DeckContent,
    tell: Callable[[int], None],
    *,
    keep_absent: bool,
) -> DeckChange:
    raw = driver_of(core)
    cards = {f"{deck.slug}/{card.id}": (place, card) for place, card in enumerate(deck.cards)}
    known = _known_cards(core, deck.slug)
    renames = _renames(deck)
    old_roots = read_roots(raw)
    renamed = {old: new for old, new in renames.items() if old_roots.get(old, old) != old_roots.get(new, new)}
    roots = _write_renames(raw, signature, renamed, old_roots)
    _refuse_shared(cards, roots)
    # A renamed card leaves its old row behind in this deck: its content is the new one's earlier version.
    gone = [old for old in renames if old in known and old not in cards]
    _delete_cards(core, gone)
    change = _compare(deck, cards, known, renames, keep_absent=keep_absent)
    unheard = not known and not renames and is_unheard_of(raw, deck.slug, roots)
    _write_cards(core, deck, cards, known, roots, tell)
    _mark_absent(core, change.removed)
    _write_deck(core, deck)
    if unheard:
        offer_new(raw, deck.slug, _telling(tuple(cards), tell, len(cards)))
        return change
    touched = {roots.get(key, key) for key in (*change.new, *change.removed, *change.renamed.values())}
    touched |= {
        roots.get(key, key) for key, (place, _) in cards.items() if key in known and known[key].place != place
    }
    touched |= set(renames) | {roots.get(old, old) for old in renames}
    offer(raw, _telling(tuple(touched), tell, len(cards)))
    return change


@dataclass(frozen=True, slots=True)
class _Known:
    content_hash: str
    place: int
    present: bool


def driver_of(core: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", core.connection.driver_connection)


def _known_cards(core: Connection, slug: str) -> dict[str, _Known]:
    columns = select(CardRow.key, CardRow.content_hash, CardRow.place, CardRow.present)
    return {row[0]: _Known(*row[1:]) for row in core.execute(columns.where(CardRow.deck == slug))}


def _renames(deck: DeckContent) -> dict[str, str]:
    """Old key to new, as the deck's `was` say; UsageError where two cards want one history."""
    renamed = [card for card in deck.cards if card.was]
    present = {f"{deck.slug}/{card.id}" for card in deck.cards} if renamed else set()
    renames: dict[str, str] = {}
    for card in renamed:
        key = f"{deck.slug}/{card.id}"
        for name in card.was:
            old = name if "/" in name else f"{deck.slug}/{name}"
            if old == key:
                continue
            if old in present:
                raise UsageError(
                    f"{deck.slug}: card {card.id!r} was {name!r}, but there is still a card of that id"
                )
            if renames.setdefault(old, key) != key:
                raise UsageError(
                    f"{deck.slug}: two cards say that they were {name!r}: {renames[old]} and {key}"
                )
    return renames


def _write_renames(
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


def _refuse_shared(cards: Mapping[str, tuple[int, CardContent]], roots: Mapping[str, str]) -> None:
    """An id that was renamed away must not come back for another card while the renamed one is there."""
    for key in cards:
        root = roots.get(key, key)
        if root != key and root in cards:
            raise UsageError(
                f"{key}: this id was renamed to {root}, which has its history; give the new card another id"
            )


def _compare(
    deck: DeckContent,
    cards: Mapping[str, tuple[int, CardContent]],
    known: Mapping[str, _Known],
    renames: Mapping[str, str],
    *,
    keep_absent: bool,
) -> DeckChange:
    here = {key for key, card in known.items() if card.present}
    renamed = {old: new for old, new in renames.items() if old in here and new not in here}
    successors = set(renamed.values())
    kept = [key for key in cards if key in here]
    same = [key for key in kept if known[key].content_hash == cards[key][1].content_hash]
    untouched = set(same)
    changed = [key for key in cards if key in successors or (key in here and key not in untouched)]
    new = [key for key in cards if key not in here and key not in successors]
    removed = [] if keep_absent else sorted(here - cards.keys() - renames.keys())
    returned = [key for key in new if key in known]
    return DeckChange(
        deck.slug, tuple(new), tuple(changed), tuple(same), tuple(removed), renamed, tuple(returned)
    )


def _write_cards(
    core: Connection,
    deck: DeckContent,
    cards: Mapping[str, tuple[int, CardContent]],
    known: Mapping[str, _Known],
    roots: Mapping[str, str],
    tell: Callable[[int], None],
) -> None:
    """Write what is new or other than it was, on the bare driver: a deck may be large and new as a whole."""
    other = {
        key: placed
        for key, placed in cards.items()
        if key not in known or known[key] != _Known(placed[1].content_hash, placed[0], present=True)
    }

    def rows(keys: Sequence[str], before: int) -> Iterator[tuple[object, ...]]:
        for key in _telling(keys, tell, before):
            place, card = other[key]
            tags = "\n".join(("", *card.tags, "")) if card.tags else ""
            root = roots.get(key, key)
            yield deck.slug, place, card.content, card.content_hash, tags, card.requires, True, root, key

    raw = driver_of(core)
    new = [key for key in other if key not in known]
    raw.executemany(_INSERT_CARD, rows(new, 0))
    raw.executemany(_UPDATE_CARD, rows([key for key in other if key in known], len(new)))


def _telling(keys: Sequence[str], tell: Callable[[int], None], before: int) -> Iterator[str]:
    """The keys, and every few hundred how many came, those `before` counted; `tell` may raise."""
    for start in range(0, len(keys), _PIECE):
        tell(before + start)
        yield from keys[start : start + _PIECE]


def _mark_absent(core: Connection, keys: tuple[str, ...]) -> None:
    if keys:
        gone = update(CardRow).where(CardRow.key == bindparam("this")).values(present=False)
        core.execute(gone, [{"this": key} for key in keys])


def _delete_cards(core: Connection, keys: list[str]) -> None:
    if keys:
        core.execute(delete(CardRow).where(CardRow.key == bindparam("this")), [{"this": key} for key in keys])


def _write_deck(core: Connection, deck: DeckContent) -> None:
    present = select(func.count()).select_from(CardRow).where(CardRow.deck == deck.slug, CardRow.present)
    values = {
        "title": deck.title,
        "about": deck.about,
        "language": deck.language,
        "path": deck.path,
        "content": deck.content,
        "content_hash": deck.content_hash,
        "code_hash": deck.code_hash,
        "stamp": deck.stamp,
        "cards": core.execute(present).scalar_one(),
        "trouble": "",
    }
    if core.execute(update(DeckRow).where(DeckRow.slug == deck.slug).values(values)).rowcount == 0:
        core.execute(insert(DeckRow).values(slug=deck.slug, disabled=False, **values))


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
    roots = _write_renames(raw, signature, apart, old_roots)
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
