from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete

from ptcards.store.store import Store
from ptcards.store.tables import notes


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and nothing else, its device not yet named."""
    path = tmp_path_factory.mktemp("empty") / "ptcards.db"
    with Store.open(path) as store, store._database.writing() as db:
        db.execute(delete(notes))
    return path


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Path:
    """A database file of this test's own."""
    path = tmp_path / "home" / "ptcards.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(empty_database, path)
    return path


@pytest.fixture
def store(database: Path) -> Iterator[Store]:
    with Store.open(database) as opened:
        yield opened


@pytest.fixture
def open_copy(empty_database: Path, tmp_path: Path) -> Callable[[str], Store]:
    """Opens a store of its own for each device named."""

    def open_named(name: str) -> Store:
        path = tmp_path / name / "ptcards.db"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            shutil.copy(empty_database, path)
        return Store.open(path)

    return open_named
