"""Schedules and cards as their columns hold them; a shell prompt reads with these alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.scheduling.sm2 import NEW, Schedule

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

SCHEDULE = ", ".join(Schedule._fields)
_STANDING_OF_KEY = (
    f"SELECT c.root, s.deck, {', '.join(f's.{name}' for name in Schedule._fields)} "
    "FROM cards c LEFT JOIN schedules s ON s.card = c.root WHERE c.key = ?"
)
_STANDING = f"SELECT {SCHEDULE} FROM schedules WHERE card = ?"


def schedule_of(row: Sequence[object]) -> Schedule:
    """The schedule from its columns in their order."""
    return Schedule._make((*row[:8], row[8] == 1, row[9] == 1, row[10]))


def read_schedule(connection: sqlite3.Connection, root: str) -> Schedule:
    row = connection.execute(_STANDING, (root,)).fetchone()
    return NEW if row is None else schedule_of(row)


def read_standing(connection: sqlite3.Connection, key: str) -> tuple[str, str | None, Schedule]:
    """The root of a card, the deck that offers it, and where it stands: all that an answer needs, at once."""
    row = connection.execute(_STANDING_OF_KEY, (key,)).fetchone()
    if row is None or row[2] is None:
        root = root_of(connection, key)
        return root, None, read_schedule(connection, root)
    return row[0], row[1], schedule_of(row[2:])


def root_of(connection: sqlite3.Connection, key: str) -> str:
    """The key that a card's history is kept under."""
    row = connection.execute("SELECT root FROM cards WHERE key = ?", (key,)).fetchone()
    if row is not None:
        return str(row[0])
    from ptcards.store.replaying import read_roots

    return read_roots(connection).get(key, key)


def split_tags(text: str) -> tuple[str, ...]:
    """Tags as they are kept: each on a line of its own."""
    return tuple(text.split("\n")[1:-1])
