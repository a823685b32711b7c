"""Grades under FSRS in the log: what an older version merged of them, and what undo and merge make of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from ptcards.scheduling.events import Event, Kind, event, imported_id, json_text
from ptcards.scheduling.fsrs import DEFAULTS, Memory
from ptcards.store.server import Where
from ptcards.store.store import Store
from tests.store.steps import NOW, TODAY, answer, graded, later, save

TO_0005 = (
    # The number of a kind in a file; on a server it is the text already.
    "UPDATE events SET kind = 'adopted' WHERE CAST(kind AS VARCHAR) = '16'",
    "ALTER TABLE events DROP COLUMN fsrs",
    "UPDATE alembic_version SET version_num = '0005'",
)


def planned(store: Store, key: str, q: int, day: int = 0) -> None:
    """A grade under FSRS, some days from now."""
    one = graded(key, q, later(day))._replace(rules=2, fsrs="0.9", details=json_text({"mistakes": ["dim"]}))
    store.log.record([one])


def elsewhere(key: str, q: int, day: int) -> Event:
    """A review that another program made, some days from now."""
    moment = later(day)
    own = imported_id(Kind.RECORDED, "anki", key, moment.at)
    made = event(Kind.RECORDED, key, moment, TODAY + day, q=q, verdict="none")
    return made._replace(id=own, device="anki", action=own)


def test_what_an_older_version_merged_is_understood_once_it_is_brought_up_to_date(database: Where) -> None:
    with Store.open(database) as store:
        save(store)
        planned(store, "d/a", 4)
        planned(store, "d/a", 4, 2)
        planned(store, "d/b", 5)
        store.log.adopt(json_text({"parameters": DEFAULTS}), NOW, TODAY)
        before = list(store.log.events())
        schedules = [store.library.schedule(f"d/{name}") for name in "ab"]
    with Store.open(database) as store, store._database.writing() as raw:
        # As schema 0005 keeps a line of a log that has keys and kinds it does not know.
        rows = raw.execute(text("SELECT id, details FROM events WHERE fsrs IS NOT NULL")).all()
        for event, details in rows:
            kept = json_text(json.loads(details) | {"fsrs": "0.9"})
            its = {"kept": kept, "event": event}
            raw.execute(text("UPDATE events SET details = :kept WHERE id = :event"), its)
        for statement in TO_0005:
            raw.execute(text(statement))
    with Store.open(database) as store:
        assert list(store.log.events()) == before
        assert [store.library.schedule(f"d/{name}") for name in "ab"] == schedules
        assert store.log.adopted() is not None
        assert store.log.check() == ()


def test_what_only_looks_like_fsrs_stays_as_it_was_merged(tmp_path: Path) -> None:
    database = tmp_path / "ptcards.db"  # no server ever had a schema in which such an event was merged
    strange: tuple[dict[str, object], ...] = (
        {"fsrs": ["0.9"]},
        {"fsrs": {"w": 1}},
        {"fsrs": None},
        {"fsrs": "0.2"},
        {"its": {"fsrs": "0.9"}},
    )
    with Store.open(database) as store:
        save(store)
        for number, facts in enumerate(strange):
            store.log.record([graded("d/a", 4, later(number))._replace(details=json_text(facts))])
        for parameters in (5, [1, 2], None):
            store.log.adopt(json_text({"parameters": parameters}), NOW, TODAY)
        before = list(store.log.events())
    with Store.open(database) as store, store._database.writing() as raw:
        for statement in TO_0005:
            raw.execute(text(statement))
    with Store.open(database) as store:
        assert list(store.log.events()) == before
        assert store.log.adopted() is None
        assert store.log.check() == ()


def test_an_answer_that_arrives_late_moves_what_fsrs_planned_after_it(
    open_copy: Callable[[str], Store],
) -> None:
    with open_copy("laptop") as laptop, open_copy("desktop") as desktop:
        for store in (laptop, desktop):
            save(store)
        answer(laptop, "d/a", 4)
        desktop.log.merge(laptop.log.events())
        planned(laptop, "d/a", 4, 1)
        planned(desktop, "d/a", 4, 8)
        alone = desktop.library.schedule("d/a").interval_days
        assert alone == Memory().grade(4, TODAY).grade(4, TODAY + 8).interval
        assert desktop.log.merge(laptop.log.events()).cards == ["d/a"]
        laptop.log.merge(desktop.log.events())
        together = Memory().grade(4, TODAY).grade(4, TODAY + 1).grade(4, TODAY + 8).interval
        for store in (laptop, desktop):
            assert store.library.schedule("d/a").interval_days == together != alone
            assert store.log.check() == ()


def test_reviews_made_elsewhere_count_among_our_own_by_their_time(store: Store) -> None:
    save(store)
    answer(store, "d/a", 4)
    store.log.merge([(elsewhere("d/a", 4, 10), None)])
    planned(store, "d/a", 4, 20)
    memory = Memory().grade(4, TODAY).grade(4, TODAY + 10).grade(4, TODAY + 20)
    assert store.library.schedule("d/a").interval_days == memory.interval
    # What was done there since is nothing that this answer could have known.
    store.log.merge([(elsewhere("d/a", 5, 30), None), (elsewhere("d/a", 1, 25), None)])
    assert store.library.schedule("d/a").interval_days == memory.interval
    planned(store, "d/a", 4, 80)
    memory = memory.grade(1, TODAY + 25).grade(5, TODAY + 30).grade(4, TODAY + 80)
    assert store.library.schedule("d/a").interval_days == memory.interval
    assert store.log.check() == ()
