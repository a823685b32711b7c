from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import delete

from ptcards.store.server import Where
from ptcards.store.store import Store
from ptcards.store.tables import notes
from tests.store.steps import POSTGRES, fresh_learner

_WORKER, _schemas = os.environ.get("PYTEST_XDIST_WORKER", "alone"), count()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the schema and nothing else, its device not yet named."""
    path = tmp_path_factory.mktemp("empty") / "ptcards.db"
    with Store.open(path) as store, store._database.writing() as db:
        db.execute(delete(notes))
    return path


@pytest.fixture
def make_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Where]:
    """A database of this test's own, by its name: a file, or a schema of the server that tests are run on."""
    made = dict[str, Where]()

    def make(name: str) -> Where:
        if name not in made and POSTGRES:
            made[name] = fresh_learner(f"{_WORKER}_{next(_schemas)}")
        elif name not in made:
            made[name] = path = tmp_path / name / "ptcards.db"
            path.parent.mkdir(mode=0o700)
            shutil.copy(request.getfixturevalue("empty_database"), path)
        return made[name]

    return make


@pytest.fixture
def database(make_database: Callable[[str], Where]) -> Where:
    """A database of this test's own."""
    return make_database("home")


@pytest.fixture
def store(database: Where) -> Iterator[Store]:
    with Store.open(database) as opened:
        yield opened


@pytest.fixture
def open_copy(make_database: Callable[[str], Where]) -> Callable[[str], Store]:
    """Opens a store of its own for each device named."""
    return lambda name: Store.open(make_database(name))
