"""Damage by hand: what differs from the log is found, named, and mended from the log after a backup."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptcards.scheduling.events import Kind, event
from ptcards.store.backups import look_at
from ptcards.store.store import Store
from tests.store.steps import TODAY, answer, deck_of, later, save


def with_history(store: Store) -> None:
    save(store, "d", "a", "b", "c")
    for day, q in enumerate((4, 2, 4, 5, 3)):
        answer(store, "d/a", q, later(day))
        answer(store, "d/b", 4, later(day))
    store.log.undo(later(5), TODAY + 5)
    store.log.record([event(Kind.SUSPENDED, "d/b", later(5), TODAY + 5)])
    store.library.save([deck_of("d", "a", "b", "new", new=("c",))], later(5), TODAY + 5)


def everything(store: Store) -> list[object]:
    """All that is derived from the log."""
    tables = ("schedules", "totals", "hours", "standings", "cards", "decks")
    with store._database.reading() as connection:
        return [connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables]


@pytest.mark.parametrize(
    ("damage", "what", "told"),
    [
        (
            "UPDATE schedules SET interval_days = 99, ease = 300 WHERE card = 'd/a'",
            "schedule",
            "interval_days is 99, the log says 6; ease is 300, the log says 260",
        ),
        ("UPDATE schedules SET due_day = 5 WHERE card = 'd/b'", "schedule", "due_day is 5, the log says"),
        ("UPDATE schedules SET head = ''", "schedule", "head is , the log says"),
        ("UPDATE schedules SET suspended = 0 WHERE card = 'd/b'", "schedule", "suspended is False"),
        ("DELETE FROM schedules WHERE card = 'd/a'", "schedule", "repetitions is 0, the log says"),
        ("UPDATE schedules SET repetitions = 3 WHERE card = 'd/new'", "schedule", "repetitions is 3"),
        ("UPDATE totals SET q4 = q4 + 1", "totals", "not what the log adds up to"),
        ("DELETE FROM totals", "totals", "not what the log adds up to"),
        ("UPDATE hours SET failed = 7", "totals", "not what the log adds up to"),
        ("DELETE FROM hours", "totals", "not what the log adds up to"),
        (
            "INSERT INTO hours (day, deck, hour, passed, failed) VALUES (1, 'x', 1, 1, 1)",
            "totals",
            "not what the log adds up to",
        ),
        ("UPDATE schedules SET deck = NULL WHERE card = 'd/a'", "card", "the queue does not know"),
        ("UPDATE schedules SET deck = 'other' WHERE card = 'd/a'", "card", "the queue"),
        ("UPDATE schedules SET place = 40 WHERE card = 'd/a'", "card", "the queue"),
        ("UPDATE schedules SET shuffle = 40 WHERE card = 'd/a'", "card", "the queue"),
        ("UPDATE cards SET root = 'd/c' WHERE key = 'd/new'", "card", ""),
        ("DELETE FROM standings", "standings", "not those of its schedules"),
        ("UPDATE standings SET cards = cards + 1", "standings", "not those of its schedules"),
        ("UPDATE standings SET value = 99 WHERE what = 'due'", "standings", "counted by due"),
        ("UPDATE decks SET cards = 17", "deck", "17 cards, there are 3"),
    ],
)
def test_what_differs_from_the_log_is_named_and_mended_after_a_backup(
    store: Store, database: Path, damage: str, what: str, told: str
) -> None:
    with_history(store)
    assert store.log.check() == ()
    sound = everything(store)
    with store._database.writing() as connection:
        connection.execute(damage)
    found = store.log.check()
    assert what in {finding.what for finding in found}
    assert any(told in finding.message for finding in found), found
    assert store.log.repair() == found
    assert store.log.check() == ()
    assert everything(store) == sound
    (backup,) = (database.parent / "backups").glob("*before-repair*")
    assert look_at(backup).events == len(list(store.log.events()))


def test_a_sound_database_has_nothing_to_repair(store: Store) -> None:
    with_history(store)
    before = everything(store)
    assert store.log.repair() == ()
    assert everything(store) == before
