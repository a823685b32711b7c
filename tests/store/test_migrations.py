from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, select

from ptcards import paths
from ptcards.config import Config
from ptcards.errors import StoreError
from ptcards.store import connection, upgrade
from ptcards.store import glance as glance_module
from ptcards.store import store as store_module
from ptcards.store.connection import look_at
from ptcards.store.glance import glance
from ptcards.store.store import Store
from ptcards.store.tables import metadata, waits
from tests.store.steps import TODAY, answer, later, save

NOW_CURRENT = connection.SCHEMA
DATA = Path(__file__).parent / "data"
"""Databases of the schemas before, with months of answers, undos, renames and decks that were removed."""
_NEXT = '''
"""A schema to come: a table with history is rebuilt."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"


def upgrade() -> None:
    with op.batch_alter_table("events", recreate="always") as batch:
        batch.add_column(sa.Column("mood", sa.String(), nullable=True))
    {extra}
'''


@pytest.fixture
def next_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Path) -> Path:
    """A database with a history, and a copy of the migrations with one more; gives the new one's file."""
    with Store.open(database) as store:
        save(store)
        for key, q in (("d/a", 4), ("d/b", 1), ("d/a", 5)):
            answer(store, key, q, code=f"answer to {key}")
    folder = tmp_path / "100% shipped"
    shutil.copytree(paths.shipped("migrations"), folder / "migrations")
    monkeypatch.setattr(upgrade, "shipped", lambda name: folder / name)
    for module in (connection, glance_module, store_module, upgrade):
        monkeypatch.setattr(module, "SCHEMA", "9999")
    file = folder / "migrations" / "versions" / "9999_more.py"
    file.write_text(_NEXT.format(before=NOW_CURRENT, extra="pass"))
    return file


def test_the_schema_is_the_last_migrations() -> None:
    files = (paths.shipped("migrations") / "versions").glob("*.py")
    assert max(file.name for file in files).startswith(f"{NOW_CURRENT}_")


def old_database(path: Path, schema: str) -> None:
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript((DATA / f"schema-{schema}.sql").read_text(encoding="utf-8"))


def schema_of(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as raw:
        tables = [
            row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")
        ]
        indexes = raw.execute(
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' ORDER BY 1"
        ).fetchall()
        return [*indexes, *((table, *raw.execute(f"PRAGMA table_info({table})")) for table in tables)]


@pytest.mark.parametrize("schema", ["0001", "0002", "0003"])
def test_a_database_that_was_brought_up_has_the_schema_of_a_new_one(
    tmp_path: Path, database: Path, schema: str
) -> None:
    path = tmp_path / "old.db"
    old_database(path, schema)
    Store.open(path).close()
    assert schema_of(path) == schema_of(database)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as core:
        assert compare_metadata(MigrationContext.configure(core), metadata) == []
    engine.dispose()


def test_a_database_of_the_first_schema_comes_up_with_all_it_knew(tmp_path: Path) -> None:
    path, said = tmp_path / "ptcards.db", list[str]()
    old_database(path, "0001")
    with closing(sqlite3.connect(path)) as raw:
        facts = "card, repetitions, interval_days, ease, lapses, due_day, drill_day, answers, buried_until"
        known = raw.execute(f"SELECT {facts}, suspended, marked, head FROM schedules").fetchall()
        events = [row[0] for row in raw.execute("SELECT id FROM events ORDER BY id")]
    with Store.open(path, progress=said.append) as store:
        assert said[-1] == "bringing the database up to date"
        assert store.log.check() == ()
        assert [one.id for one, _ in store.log.events()] == events
        assert [store.library.schedule(row[0]) for row in known] == [row[1:] for row in known]
        found = store.sums.read(TODAY + 64, TODAY).cards
        assert found.intervals == {1: 3, 38: 1, 50: 1}
        assert (found.unseen, found.low, [leech[:2] for leech in found.leeches]) == (2, [], [("d/c", 30)])
        answer(store, "d/f", 4, later(65))
        assert store.log.check() == ()
    before = look_at(tmp_path / "backups" / "ptcards-schema-0001.db")
    assert (before.schema, before.events) == ("0001", len(events))


def test_what_cards_wait_for_is_taken_from_what_they_said(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    old_database(path, "0003")
    with closing(sqlite3.connect(path)) as raw:
        first, *others = raw.execute("SELECT key FROM cards WHERE deck = 'shapes' ORDER BY key")
        after = {others[0][0]: [first[0].partition("/")[2]], others[1][0]: [first[0], first[0]]}
        for key, names in after.items():
            said = "UPDATE cards SET content = json_set(content, '$.after', json(?)) WHERE key = ?"
            raw.execute(said, (json.dumps(names), key))
        raw.commit()
    with Store.open(path) as store, store._database.reading() as db:
        assert {tuple(row) for row in db.execute(select(waits))} == {(key, first[0]) for key in after}


def test_history_survives_a_rebuild_of_the_log(database: Path, next_schema: Path) -> None:
    assert glance(database, TODAY, Config()).current is False
    with Store.open(database) as store:
        assert [code for _, code in store.log.events()] == ["answer to d/a", "answer to d/b", "answer to d/a"]
        assert store.log.check() == ()
    with closing(sqlite3.connect(database)) as raw:
        assert "mood" in {row[1] for row in raw.execute("PRAGMA table_info(events)")}
    before = look_at(database.parent / "backups" / f"ptcards-schema-{NOW_CURRENT}.db")
    assert (before.schema, before.events) == (NOW_CURRENT, 3)


@pytest.mark.parametrize("extra", ['raise RuntimeError("power cut")', 'op.execute("DELETE FROM answers")'])
def test_a_migration_that_fails_half_way_leaves_everything_as_it_was(
    database: Path, next_schema: Path, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = schema_of(database)
    next_schema.write_text(_NEXT.format(before=NOW_CURRENT, extra=extra))
    with pytest.raises((StoreError, RuntimeError)):
        Store.open(database)
    assert schema_of(database) == before
    next_schema.unlink()
    monkeypatch.undo()
    with Store.open(database) as store:
        assert len(list(store.log.events())) == 3
        assert store.log.check() == ()


def test_two_processes_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    path, opened = tmp_path / "ptcards.db", []

    def start() -> None:
        with Store.open(path) as store:
            opened.append(store.device)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 3
    assert len(set(opened)) == 1
