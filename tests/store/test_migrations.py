from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ptcards import paths
from ptcards.errors import StoreError
from ptcards.store import migrate
from ptcards.store.backups import look_at
from ptcards.store.store import Store
from tests.store.steps import TODAY, answer, save

_NEXT = '''
"""A schema to come: a table with history is rebuilt, its parent too."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("events", recreate="always") as batch:
        batch.add_column(sa.Column("mood", sa.String(), nullable=True))
    with op.batch_alter_table("cards", recreate="always") as batch:
        batch.add_column(sa.Column("stars", sa.Integer(), nullable=False, server_default="0"))
    {extra}


def downgrade() -> None:
    with op.batch_alter_table("cards", recreate="always") as batch:
        batch.drop_column("stars")
    with op.batch_alter_table("events", recreate="always") as batch:
        batch.drop_column("mood")
'''


@pytest.fixture
def next_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the migrations with one more; gives the new one's file."""
    import shutil

    folder = tmp_path / "100% shipped"
    shutil.copytree(paths.shipped("migrations"), folder / "migrations")
    monkeypatch.setattr(migrate, "shipped", lambda name: folder / name)
    migrate.newest_revision.cache_clear()
    file = folder / "migrations" / "versions" / "0002_more.py"
    file.write_text(_NEXT.format(extra="pass"))
    yield file
    migrate.newest_revision.cache_clear()


def with_history(database: Path, next_schema: Path) -> list[object]:
    """A database of the first schema with a history; gives its log."""
    hidden = next_schema.rename(next_schema.with_suffix(".away"))
    migrate.newest_revision.cache_clear()
    with Store.open(database) as store:
        save(store)
        for key, q in (("d/a", 4), ("d/b", 1), ("d/a", 5)):
            answer(store, key, q, code=f"answer to {key}")
        log: list[object] = list(store.events())
    hidden.rename(next_schema)
    migrate.newest_revision.cache_clear()
    return log


def columns(database: Path, table: str) -> set[str]:
    with closing(sqlite3.connect(database)) as connection:
        return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def test_the_models_and_the_migrations_say_the_same(database: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext
    from sqlalchemy import create_engine

    from ptcards.store.models import Base

    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_history_survives_a_rebuild_of_the_tables_it_hangs_on(database: Path, next_schema: Path) -> None:
    log = with_history(database, next_schema)
    with Store.open(database) as store:
        assert list(store.events()) == log
        assert store.check() == ()
        answer(store, "d/c", 4)
    assert "stars" in columns(database, "cards")
    before = look_at(database.parent / "backups" / "ptcards-schema-0001.db")
    assert (before.schema, before.events) == ("0001", 3)


def test_history_survives_the_way_back(database: Path, next_schema: Path) -> None:
    log = with_history(database, next_schema)
    Store.open(database).close()
    migrate.bring_up_to_date(database, "0001")
    assert "stars" not in columns(database, "cards")
    next_schema.unlink()
    migrate.newest_revision.cache_clear()
    with Store.open(database) as store:
        assert list(store.events()) == log
        assert store.check() == ()


@pytest.mark.parametrize("extra", ['raise RuntimeError("power cut")', 'op.execute("DELETE FROM events")'])
def test_a_migration_that_fails_half_way_leaves_everything_as_it_was(
    database: Path, next_schema: Path, extra: str
) -> None:
    log = with_history(database, next_schema)
    next_schema.write_text(_NEXT.format(extra=extra))
    with pytest.raises((StoreError, RuntimeError)):
        Store.open(database)
    assert "stars" not in columns(database, "cards")
    next_schema.unlink()
    migrate.newest_revision.cache_clear()
    with Store.open(database) as store:
        assert list(store.events()) == log


def test_a_schema_can_be_taken_down_to_nothing(database: Path) -> None:
    with Store.open(database) as store:
        save(store)
    migrate.bring_up_to_date(database, "base")
    with closing(sqlite3.connect(database)) as connection:
        assert {
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        } == {"alembic_version"}


def test_an_old_schema_is_brought_up_by_a_glance_too(database: Path, next_schema: Path) -> None:
    from ptcards.scheduling.queue import Limits
    from ptcards.store.glance import glance

    with_history(database, next_schema)
    assert glance(database, TODAY, Limits()).today.all.drill == 1
    assert "stars" in columns(database, "cards")


def test_two_processes_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    import threading

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
