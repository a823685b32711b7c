"""Damage by hand: what differs from the log is found, named, and mended from the log after a backup."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from ptcards.scheduling.events import Kind, event
from ptcards.store.connection import look_at
from ptcards.store.server import Where
from ptcards.store.store import Store
from tests.store.steps import TODAY, answer, deck_of, later, save

A, B = (f"(SELECT number FROM texts WHERE text = 'd/{name}')" for name in "ab")


def with_history(store: Store) -> None:
    save(store, "d", "a", "b", "c")
    for day, q in enumerate((4, 2, 4, 5, 3)):
        answer(store, "d/a", q, later(day))
        answer(store, "d/b", 4, later(day))
    store.log.undo(later(5), TODAY + 5)
    store.log.record([event(Kind.SUSPENDED, "d/b", later(5), TODAY + 5)])
    store.library.save([deck_of("d", "a", "b", "new", new=("c",))])


def everything(store: Store) -> list[object]:
    """All that is derived from the log."""
    tables = ("schedules", "reviews", "days", "cards", "decks")
    with store._database.reading() as db:
        return [db.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2, 3")).all() for table in tables]


@pytest.mark.parametrize(
    ("damage", "what", "said"),
    [
        (
            f"UPDATE schedules SET interval_days = 99, ease = 300 WHERE card = {A}",
            "schedule",
            "interval_days is 99, the log says 6; ease is 300, the log says 260",
        ),
        (f"UPDATE schedules SET due_day = 5 WHERE card = {B}", "schedule", "due_day is 5, the log says"),
        ("UPDATE schedules SET head = ''", "schedule", "head is , the log says"),
        (f"UPDATE schedules SET suspended = false WHERE card = {B}", "schedule", "suspended is False"),
        (f"DELETE FROM schedules WHERE card = {A}", "schedule", "repetitions is 0, the log says"),
        (f"UPDATE schedules SET repetitions = 3 WHERE card = {B}", "schedule", "repetitions is 3"),
        (
            "DELETE FROM reviews WHERE CAST(role AS VARCHAR) IN ('0', 'first')",
            "reviews",
            "not counted as the log says",
        ),
        ("UPDATE reviews SET age = 7", "reviews", "not counted as the log says"),
        ("INSERT INTO reviews (day, event, deck, role) VALUES (5, 'x', 77, 1)", "reviews", "does not have"),
        ("UPDATE days SET q4 = q4 + 1", "days", "not what its answers come to"),
        ("DELETE FROM days WHERE day = (SELECT min(day) FROM days)", "days", "not what its answers come to"),
        (
            "INSERT INTO days SELECT 1, deck, hour, 1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0 FROM days LIMIT 1",
            "days",
            "not what its answers come to",
        ),
        (f"UPDATE schedules SET deck = NULL WHERE card = {A}", "schedule", "the queue does not know"),
        (f"UPDATE schedules SET deck = 'other' WHERE card = {A}", "schedule", "the queue"),
        ("UPDATE decks SET cards = 17", "deck", "17 cards, there are 3"),
    ],
)
def test_what_differs_from_the_log_is_named_and_mended_after_a_backup(
    store: Store, database: Where, damage: str, what: str, said: str
) -> None:
    with_history(store)
    assert store.log.check() == ()
    sound = everything(store)
    with store._database.writing() as db:
        db.execute(text(damage))
    found = store.log.check()
    assert what in {finding.what for finding in found}
    assert any(said in finding.message for finding in found), found
    assert store.log.repair() == found
    assert store.log.check() == ()
    assert everything(store) == sound
    if isinstance(database, Path):
        (backup,) = (database.parent / "backups").glob("*before-repair*")
        assert look_at(backup).events == len(list(store.log.events()))


def test_a_sound_database_has_nothing_to_repair(store: Store) -> None:
    with_history(store)
    before = everything(store)
    assert store.log.repair() == ()
    assert everything(store) == before
