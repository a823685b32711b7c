"""The road of one answer: one transaction, a handful of statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.errors import StaleAnswerError
from ptcards.scheduling.events import GRADE_KINDS, Event
from ptcards.scheduling.ids import next_id
from ptcards.scheduling.replay import apply, role_of
from ptcards.scheduling.tallies import tally, tally_key
from ptcards.store.columns import read_standing
from ptcards.store.counting import place
from ptcards.store.rows import add_tally, newest_id, write_event, write_schedule
from ptcards.store.values import Recorded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from ptcards.scheduling.sm2 import Schedule

MOST_CODE = 16 * 1024
"""Bytes of an answer that are kept."""


def record(
    connection: sqlite3.Connection,
    device: str,
    entropy: Callable[[], int],
    events: Sequence[Event],
    expected_head: str | None,
    code: str | None,
) -> Recorded:
    """Write one action within the transaction that is open; see `Store.record`."""
    newest, action = newest_id(connection), ""
    written: list[Event] = []
    first: Recorded | None = None
    for draft in events:
        newest = next_id(draft.at, newest, entropy())
        action = action or newest
        event = draft._replace(id=newest, device=device, action=action)
        root, deck, before = read_standing(connection, event.card)
        if first is None and expected_head is not None and before.head != expected_head:
            raise StaleAnswerError(
                f"{event.card}: it has moved on since it was shown (in another window, or by a merge); "
                "your answer was not recorded: look at the card again"
            )
        done = _record_one(connection, event, root, deck, before)
        written.append(event)
        first = first or done
    if first is None:
        raise ValueError("an action has at least one event")
    if events[0].kind in GRADE_KINDS:
        connection.execute("DELETE FROM drafts WHERE card = ?", (events[0].card,))
        if code is not None:
            connection.execute("INSERT INTO answers (event, code) VALUES (?, ?)", (action, cut(code)))
    return Recorded(tuple(written), first.before, first.after, first.role)


def _record_one(
    connection: sqlite3.Connection, event: Event, root: str, deck: str | None, before: Schedule
) -> Recorded:
    """Write an event that is the newest of its card, and what it does to card and totals."""
    after, role = apply(before, event), role_of(before, event)
    write_event(connection, event)
    write_schedule(connection, root, after, place(deck, before) if deck else None)
    if counts := tally(event, role, before):
        add_tally(connection, tally_key(event, root), counts)
    return Recorded((event,), before, after, role)


def cut(code: str) -> str:
    """The answer as it is kept: what is longer than 16 KiB ends in a line that says so."""
    data = code.encode("utf-8", "backslashreplace")
    if len(data) <= MOST_CODE:
        return data.decode()
    note = f"\n# cut here: {len(data)} bytes in all"
    return data[: MOST_CODE - len(note)].decode("utf-8", "ignore") + note
