"""Decks in: what is new, changed, gone or renamed, in one transaction.

The cards stand in a temporary table, and are compared and written there and then by SQL: a deck may be large.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, select, update

from ptcards.errors import UsageError
from ptcards.store.models import CardRow, DeckRow
from ptcards.store.notes import save_trust
from ptcards.store.renaming import driver_of, write_renames
from ptcards.store.replaying import read_roots
from ptcards.store.rooting import is_unheard_of, offer, offer_new, offer_of_deck
from ptcards.store.rows import in_pieces, marks
from ptcards.store.values import DeckChange, DeckContent

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ptcards.store.arriving import Arriving
    from ptcards.store.renaming import Signature

_SAVED = ("deck", "place", "content", "content_hash", "tags", "requires")
_SAVE = (
    f"INSERT INTO cards (key, root, present, {', '.join(_SAVED)}) "
    f"SELECT key, key, 1, {', '.join(_SAVED)} FROM {{arriving}} "
    "WHERE deck = ? AND place >= ? AND place < ? ORDER BY place "
    f"ON CONFLICT (key) DO UPDATE SET root = excluded.root, present = 1, "
    f"{', '.join(f'{name} = excluded.{name}' for name in _SAVED)} "
    "WHERE NOT present OR place <> excluded.place OR content_hash <> excluded.content_hash"
)
_COMPARE = (
    "SELECT k.present, k.content_hash = a.content_hash, count(*) "
    "FROM {arriving} a LEFT JOIN cards k ON k.key = a.key WHERE a.deck = ? GROUP BY 1, 2"
)
_ABSENT = "deck = :deck AND present AND key NOT IN (SELECT key FROM {arriving} WHERE deck = :deck)"
_PIECE = 500
"""So many places are written between two tellings of how far it is."""
_STEPS = 2
"""Of saving a card: its content, then its place in the queue."""


def save_decks(
    core: Connection,
    signature: Signature,
    decks: Sequence[tuple[DeckContent, Arriving]],
    *,
    keep_absent: bool,
    progress: Callable[[int, int], None],
) -> tuple[DeckChange, ...]:
    """Save decks within the transaction that is open; see `Store.save_decks`."""
    total = max(1, _STEPS * sum(cards.places(deck.slug) for deck, cards in decks))
    changes: list[DeckChange] = []
    before = 0
    for deck, cards in decks:

        def tell(done: int, before: int = before) -> None:
            progress(before + done, total)

        changes.append(_save_deck(core, signature, deck, cards, tell, keep_absent=keep_absent))
        if deck.agreed is not None:
            save_trust(driver_of(core), deck.slug, deck.agreed)
        before += _STEPS * cards.places(deck.slug)
    return tuple(changes)


def _save_deck(
    core: Connection,
    signature: Signature,
    deck: DeckContent,
    cards: Arriving,
    tell: Callable[[int], None],
    *,
    keep_absent: bool,
) -> DeckChange:
    raw, slug, places = driver_of(core), deck.slug, cards.places(deck.slug)
    renames = _renames(slug, cards)
    change = _compare(raw, slug, cards, renames, keep_absent=keep_absent)
    known = raw.execute("SELECT 1 FROM cards WHERE deck = ? LIMIT 1", (slug,)).fetchone()
    old_roots = read_roots(raw)
    renamed = {old: new for old, new in renames.items() if old_roots.get(old, old) != old_roots.get(new, new)}
    roots = write_renames(raw, signature, renamed, old_roots)
    _refuse_shared(slug, cards, roots)
    unheard = not known and not renames and is_unheard_of(raw, slug, roots)
    # A renamed card leaves its old row behind in this deck: its content is the new one's earlier version.
    raw.executemany("DELETE FROM cards WHERE deck = ? AND key = ?", ((slug, old) for old in renames))
    for start, end in _pieces(places, tell, 0):
        raw.execute(_SAVE.format(arriving=cards.table), (slug, start, end))
    moved = ((root, key) for key, root in roots.items() if key.startswith(f"{slug}/"))
    raw.executemany("UPDATE cards SET root = ? WHERE key = ?", moved)
    if not keep_absent:
        absent = _ABSENT.format(arriving=cards.table)
        raw.execute(f"UPDATE cards SET present = 0 WHERE {absent}", {"deck": slug})
    _write_deck(core, deck)
    if unheard:
        for start, end in _pieces(places, tell, places):
            offer_new(raw, cards.table, slug, start, end)
        return change
    offer_of_deck(raw, slug, lambda done: tell(max(0, min(places + done, _STEPS * places - 1))))
    offer(raw, renames.keys() | renames.values() | {roots.get(old, old) for old in renames})
    return change


def _pieces(places: int, tell: Callable[[int], None], before: int) -> Iterator[tuple[int, int]]:
    """From where to where to write next; tells first how much is done, `before` counted. `tell` may raise."""
    for start in range(0, places, _PIECE):
        tell(before + start)
        yield start, start + _PIECE


def _renames(slug: str, cards: Arriving) -> dict[str, str]:
    """Old key to new, as the cards' `was` say; UsageError where two cards want one history."""
    said = [
        (key, name, name if "/" in name else f"{slug}/{name}")
        for key, names in cards.earlier_names(slug)
        for name in names
    ]
    present = cards.hashes([old for _, _, old in said])
    renames: dict[str, str] = {}
    for key, name, old in said:
        if old == key:
            continue
        if old in present:
            card = key.removeprefix(f"{slug}/")
            raise UsageError(f"{slug}: card {card!r} was {name!r}, but there is still a card of that id")
        if renames.setdefault(old, key) != key:
            raise UsageError(f"{slug}: two cards say that they were {name!r}: {renames[old]} and {key}")
    return renames


def _refuse_shared(slug: str, cards: Arriving, roots: Mapping[str, str]) -> None:
    """An id that was renamed away must not come back for another card while the renamed one is there."""
    moved = {key: root for key, root in roots.items() if root != key and key.startswith(f"{slug}/")}
    present = cards.hashes([*moved, *moved.values()])
    for key, root in moved.items():
        if key in present and root in present:
            raise UsageError(
                f"{key}: this id was renamed to {root}, which has its history; give the new card another id"
            )


def _compare(
    raw: sqlite3.Connection, slug: str, cards: Arriving, renames: Mapping[str, str], *, keep_absent: bool
) -> DeckChange:
    """What saving the cards will change, as long as nothing is written yet."""
    counts = {
        (present, same): count
        for present, same, count in raw.execute(_COMPARE.format(arriving=cards.table), (slug,))
    }
    known = _present(raw, slug, renames)
    renamed = {old: new for old, new in renames.items() if known.get(old) and not known.get(new)}
    successors = set(renamed.values())
    again = sum(new in known for new in successors)
    returned = counts.get((0, 0), 0) + counts.get((0, 1), 0) - again
    removed = 0
    if not keep_absent:
        question = f"SELECT count(*) FROM cards WHERE {_ABSENT.format(arriving=cards.table)}"
        absent = raw.execute(question, {"deck": slug}).fetchone()[0]
        removed = absent - sum(known.get(old, 0) for old in renames)
    return DeckChange(
        slug,
        new=counts.get((None, None), 0) - (len(successors) - again) + returned,
        changed=counts.get((1, 0), 0) + len(successors),
        same=counts.get((1, 1), 0),
        removed=removed,
        renamed=renamed,
        returned=returned,
    )


def _present(raw: sqlite3.Connection, slug: str, renames: Mapping[str, str]) -> dict[str, int]:
    """Of the old and new keys those that this deck has or had, and whether it has them."""
    known: dict[str, int] = {}
    for piece in in_pieces(renames.keys() | renames.values()):
        question = f"SELECT key, present FROM cards WHERE deck = ? AND key IN ({marks(piece)})"
        known.update(raw.execute(question, (slug, *piece)))
    return known


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
