from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ptcards import paths
from ptcards.errors import CancelledError, StoreError
from ptcards.store import backups, migrate
from ptcards.store.backups import look_at
from ptcards.store.store import Store
from tests.store.steps import TODAY, answer, later, save

NOW_CURRENT = migrate.newest_revision()
FIRST = Path(__file__).parent / "data" / "schema-0001.sql"
"""A database of the first schema with two months of answers, undos, a rename and a deck that was removed."""
_NEXT = '''
"""A schema to come: a table with history is rebuilt, its parent too."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
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
    folder = tmp_path / "100% shipped"
    shutil.copytree(paths.shipped("migrations"), folder / "migrations")
    monkeypatch.setattr(migrate, "shipped", lambda name: folder / name)
    migrate.newest_revision.cache_clear()
    file = folder / "migrations" / "versions" / "9999_more.py"
    file.write_text(_NEXT.format(before=NOW_CURRENT, extra="pass"))
    yield file
    migrate.newest_revision.cache_clear()


def with_history(database: Path, next_schema: Path) -> list[object]:
    """A database of today's schema with a history; gives its log."""
    hidden = next_schema.rename(next_schema.with_suffix(".away"))
    migrate.newest_revision.cache_clear()
    with Store.open(database) as store:
        save(store)
        for key, q in (("d/a", 4), ("d/b", 1), ("d/a", 5)):
            answer(store, key, q, code=f"answer to {key}")
        log: list[object] = list(store.log.events())
    hidden.rename(next_schema)
    migrate.newest_revision.cache_clear()
    return log


def write_first(path: Path) -> tuple[int, list[tuple[object, ...]]]:
    """Make the database of the first schema; gives how long its log is, and its schedules."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST.read_text(encoding="utf-8"))
    return len(rows_of(path, "events")), rows_of(path, "schedules")


def rows_of(path: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return sorted(connection.iterdump())


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
        assert list(store.log.events()) == log
        assert store.log.check() == ()
        answer(store, "d/c", 4)
    assert "stars" in columns(database, "cards")
    before = look_at(database.parent / "backups" / f"ptcards-schema-{NOW_CURRENT}.db")
    assert (before.schema, before.events) == (NOW_CURRENT, 3)


def test_history_survives_the_way_back(database: Path, next_schema: Path) -> None:
    log = with_history(database, next_schema)
    Store.open(database).close()
    migrate.bring_up_to_date(database, NOW_CURRENT)
    assert "stars" not in columns(database, "cards")
    next_schema.unlink()
    migrate.newest_revision.cache_clear()
    with Store.open(database) as store:
        assert list(store.log.events()) == log
        assert store.log.check() == ()


@pytest.mark.parametrize("extra", ['raise RuntimeError("power cut")', 'op.execute("DELETE FROM events")'])
def test_a_migration_that_fails_half_way_leaves_everything_as_it_was(
    database: Path, next_schema: Path, extra: str
) -> None:
    log = with_history(database, next_schema)
    next_schema.write_text(_NEXT.format(before=NOW_CURRENT, extra=extra))
    with pytest.raises((StoreError, RuntimeError)):
        Store.open(database)
    assert "stars" not in columns(database, "cards")
    next_schema.unlink()
    migrate.newest_revision.cache_clear()
    with Store.open(database) as store:
        assert list(store.log.events()) == log


def test_a_schema_can_be_taken_down_to_nothing(database: Path) -> None:
    with Store.open(database) as store:
        save(store)
    migrate.bring_up_to_date(database, "base")
    with closing(sqlite3.connect(database)) as connection:
        assert {
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        } == {"alembic_version"}


def test_a_database_of_the_first_schema_comes_up_with_all_it_knew(tmp_path: Path) -> None:
    path = tmp_path / "ptcards.db"
    log, schedules = write_first(path)
    with Store.open(path) as store:
        assert store.log.check() == ()
        assert len(list(store.log.events())) == log
        assert rows_of(path, "schedules") == schedules
        found = store.sums.read(TODAY + 64, TODAY).cards
        assert found.intervals == {1: 3, 38: 1, 50: 1}
        assert (found.unseen, found.low, [leech[:2] for leech in found.leeches]) == (2, [], [("d/c", 30)])
        answer(store, "d/f", 4, later(65))
        assert store.log.check() == ()
        assert store.sums.read(TODAY + 65, TODAY).cards.intervals[1] == 4


def test_a_database_goes_back_to_the_first_schema_and_comes_up_again(tmp_path: Path) -> None:
    path = tmp_path / "ptcards.db"
    write_first(path)
    before = dump(path)
    Store.open(path).close()
    migrate.bring_up_to_date(path, "0001")
    assert dump(path) == before
    with Store.open(path) as store:
        assert store.log.check() == ()


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


def stopping_after(most: int, told: list[str]) -> Callable[[str], None]:
    def tell(what: str) -> None:
        told.append(what)
        if len(told) > most:
            raise CancelledError(f"stopped while {what}")

    return tell


def test_bringing_up_to_date_can_be_stopped_anywhere_and_the_old_database_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_STEP", 20)
    monkeypatch.setattr(backups, "_PIECE", 5)
    path = tmp_path / "ptcards.db"
    write_first(path)
    before = dump(path)
    other = tmp_path / "other" / "ptcards.db"
    other.parent.mkdir()
    shutil.copy(path, other)
    whole: list[str] = []
    Store.open(other, tell=whole.append).close()
    assert whole[0].startswith("backing up ")
    assert "backing up 100 %" in whole
    assert whole.count("bringing the database up to date") > 10
    for most in range(0, len(whole), 7):
        told: list[str] = []
        with pytest.raises(CancelledError, match="stopped while"):
            Store.open(path, tell=stopping_after(most, told))
        assert len(told) == most + 1
        assert dump(path) == before
        left = {file.name for file in (*tmp_path.glob("*"), *(tmp_path / "backups").glob("*"))}
        assert left <= {"backups", "other", "ptcards.db", "ptcards-schema-0001.db"}
    with Store.open(path) as store:
        assert store.log.check() == ()


def test_a_daily_backup_that_is_stopped_leaves_no_half_of_it(database: Path) -> None:
    with pytest.raises(CancelledError, match="stopped while backing up"):
        Store.open(database, day=TODAY, tell=stopping_after(0, []))
    assert not list((database.parent / "backups").iterdir())
    Store.open(database, day=TODAY).close()
    assert len(backups.backups(database)) == 1
