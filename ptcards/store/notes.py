"""Drafts, trust, and small facts about the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class Trust:
    """What the learner agreed to run of a deck."""

    code_hash: str
    code: str = ""
    """The text that was agreed to, for a diff when it changes."""
    mine: bool = False
    """Their own file, whatever it says."""
    unsandboxed: bool = False
    """Agreed to run where the sandbox's layers do not hold."""


def draft(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT code FROM drafts WHERE card = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def save_draft(connection: sqlite3.Connection, key: str, code: str | None) -> None:
    if code is None:
        connection.execute("DELETE FROM drafts WHERE card = ?", (key,))
        return
    connection.execute(
        "INSERT INTO drafts (card, code) VALUES (?, ?) ON CONFLICT (card) DO UPDATE SET code = excluded.code",
        (key, code.encode("utf-8", "backslashreplace").decode()),
    )


def trust(connection: sqlite3.Connection, deck: str) -> Trust | None:
    question = "SELECT code_hash, code, mine, unsandboxed FROM trust WHERE deck = ?"
    row = connection.execute(question, (deck,)).fetchone()
    return None if row is None else Trust(row[0], row[1], bool(row[2]), bool(row[3]))


def save_trust(connection: sqlite3.Connection, deck: str, agreed: Trust | None) -> None:
    connection.execute("DELETE FROM trust WHERE deck = ?", (deck,))
    if agreed is not None:
        connection.execute(
            "INSERT INTO trust (deck, code_hash, code, mine, unsandboxed) VALUES (?, ?, ?, ?, ?)",
            (deck, agreed.code_hash, agreed.code, agreed.mine, agreed.unsandboxed),
        )


def note(connection: sqlite3.Connection, name: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (f"note:{name}",)).fetchone()
    return None if row is None else str(row[0])


def save_note(connection: sqlite3.Connection, name: str, text: str | None) -> None:
    connection.execute("DELETE FROM meta WHERE name = ?", (f"note:{name}",))
    if text is not None:
        connection.execute("INSERT INTO meta (name, value) VALUES (?, ?)", (f"note:{name}", text))
