"""Renames: which cards' histories join, and what follows for schedules, totals and the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.scheduling.queue import shuffle_of
from ptcards.store.columns import SCHEDULE
from ptcards.store.counting import PLACE, Place, count_moves
from ptcards.store.replaying import Replayed, Totals, count, read_roots, replay_card, write_totals
from ptcards.store.rows import (
    NEW_VALUES,
    drop_schedule,
    in_pieces,
    marks,
    write_new_schedules,
    write_schedule,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping

_SEEN = f"SELECT card, {PLACE} FROM schedules WHERE due_day IS NOT NULL"
_OFFER = "UPDATE schedules SET deck = ?, place = ? WHERE card = ?"
_OFFER_NEW = (
    f"INSERT INTO schedules ({SCHEDULE}, card, deck, place, shuffle) SELECT {NEW_VALUES}, key, deck, place, "
    "shuffle_of(key) FROM {arriving} WHERE deck = ? AND place >= ? AND place < ? ORDER BY place"
)
_MISPLACED = (
    "SELECT c.key, c.root FROM cards c LEFT JOIN schedules s ON s.card = c.root "
    "WHERE c.key > ? AND c.key < ? AND CASE WHEN c.present "
    "THEN s.deck IS NOT c.deck OR s.place <> c.place ELSE s.deck = c.deck END "
    "ORDER BY c.key LIMIT 500"
)


def moved_keys(old: Mapping[str, str], new: Mapping[str, str]) -> set[str]:
    """The keys whose history is now kept under another."""
    return {key for key in old.keys() | new.keys() if old.get(key, key) != new.get(key, key)}


def affected_roots(old: Mapping[str, str], new: Mapping[str, str]) -> set[str]:
    """The roots, before and after, whose cards have other events than before."""
    moved = moved_keys(old, new)
    return {old.get(key, key) for key in moved} | {new.get(key, key) for key in moved}


def replay_all(
    connection: sqlite3.Connection, cards: Iterable[str], known: Mapping[str, str]
) -> dict[str, Replayed]:
    """The cards among `cards` that are roots, replayed."""
    return {card: replay_card(connection, card, known) for card in cards if known.get(card, card) == card}


def settle(
    connection: sqlite3.Connection, before: Mapping[str, Replayed], after: Mapping[str, Replayed]
) -> None:
    """Make schedules, totals and the queue what `after` says, where `before` was counted."""
    totals: Totals = {}
    for root, replayed in before.items():
        count(totals, replayed, root, -1)
    for root, replayed in after.items():
        count(totals, replayed, root)
    write_totals(connection, totals)
    for root in before.keys() - after.keys():
        drop_schedule(connection, root)
    for root, replayed in after.items():
        write_schedule(connection, root, replayed.schedule)


def adopt_roots(connection: sqlite3.Connection, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Tell the cards whose history moved, and let the queue offer them under their new roots."""
    moved = moved_keys(old, new)
    connection.executemany(
        "UPDATE cards SET root = ? WHERE key = ?", [(new.get(key, key), key) for key in moved]
    )
    offer(connection, affected_roots(old, new))


def offer(connection: sqlite3.Connection, cards: Iterable[str]) -> None:
    """Put roots in the queue of the deck that has their card, or out of every queue."""
    known = read_roots(connection)
    for piece in in_pieces(cards):
        found: dict[str, tuple[str | None, int]] = dict.fromkeys(piece, (None, 0))
        # The card that bears the root's own name comes last and wins.
        rows = connection.execute(
            "SELECT root, deck, place FROM cards "
            f"WHERE present AND root IN ({marks(piece)}) ORDER BY key = root, key DESC",
            piece,
        )
        for root, deck, place in rows:
            found[root] = (deck, place)
        _make_schedules(connection, [root for root, (deck, _) in found.items() if deck], known)
        places = connection.execute(f"{_SEEN} AND card IN ({marks(piece)})", piece)
        seen = {str(root): Place._make(place) for root, *place in places}
        connection.executemany(_OFFER, [(*place, root) for root, place in found.items()])
        count_moves(connection, ((was, was._replace(deck=found[root][0])) for root, was in seen.items()))


def is_unheard_of(connection: sqlite3.Connection, slug: str, known: Mapping[str, str]) -> bool:
    """Whether neither queue nor log know any card of this deck, by `known` under no other name either."""
    start, end = f"{slug}/", f"{slug}0"
    return not any(root.startswith(start) for root in known.values()) and not any(
        connection.execute(
            f"SELECT 1 FROM {table} WHERE card >= ? AND card < ? LIMIT 1", (start, end)
        ).fetchone()
        for table in ("schedules", "events")
    )


def offer_new(connection: sqlite3.Connection, arriving: str, slug: str, start: int, end: int) -> None:
    """Put cards in the queue of their deck, those of some places, where `is_unheard_of` holds."""
    connection.create_function("shuffle_of", 1, shuffle_of, deterministic=True)
    connection.execute(_OFFER_NEW.format(arriving=arriving), (slug, start, end))


def offer_of_deck(connection: sqlite3.Connection, slug: str, tell: Callable[[int], None]) -> None:
    """Bring the queue in line with the cards of a deck; tells how many were put elsewhere."""
    after, done = f"{slug}/", 0
    while rows := connection.execute(_MISPLACED, (after, f"{slug}0")).fetchall():
        tell(done)
        offer(connection, {str(root) for _, root in rows})
        after, done = str(rows[-1][0]), done + len(rows)


def _make_schedules(connection: sqlite3.Connection, roots: list[str], known: Mapping[str, str]) -> None:
    """Give each root that has no schedule the one that the log says."""
    listed = marks(roots)
    rows = connection.execute(f"SELECT card FROM schedules WHERE card IN ({listed})", roots)
    missing = set(roots) - {str(row[0]) for row in rows}
    if not missing:
        return
    rows = connection.execute(f"SELECT DISTINCT card FROM events WHERE card IN ({listed})", roots)
    with_past = {str(row[0]) for row in rows} | set(known.values())
    for root in missing & with_past:
        write_schedule(connection, root, replay_card(connection, root, known).schedule)
    write_new_schedules(connection, missing - with_past)


def reread_roots(connection: sqlite3.Connection, old: Mapping[str, str]) -> dict[str, str]:
    """After renames were written: rebuild every card they touched; `old` are the roots as they were."""
    new = read_roots(connection)
    touched = affected_roots(old, new)
    settle(connection, replay_all(connection, touched, old), replay_all(connection, touched, new))
    adopt_roots(connection, old, new)
    return new
