"""Schedules and cards as their columns hold them; a shell prompt reads with these alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.scheduling.sm2 import NEW, Schedule

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

SCHEDULE = ", ".join(Schedule._fields)
_STANDING = f"SELECT {SCHEDULE} FROM schedules WHERE card = ?"


def schedule_of(row: Sequence[object]) -> Schedule:
    """The schedule from its columns in their order."""
    return Schedule._make((*row[:8], row[8] == 1, row[9] == 1, row[10]))


def read_schedule(connection: sqlite3.Connection, root: str) -> Schedule:
    row = connection.execute(_STANDING, (root,)).fetchone()
    return NEW if row is None else schedule_of(row)


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
