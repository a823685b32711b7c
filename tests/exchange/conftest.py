from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.exchange.homes import Home

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def used_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that holds the built-in deck and says of no device that it is its own."""
    home = Home(tmp_path_factory.mktemp("used"))
    home.desk.close()
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("DELETE FROM notes WHERE name = 'device'")
        connection.commit()
    return home.database


@pytest.fixture
def new_home(used_database: Path, tmp_path: Path) -> Iterator[Callable[[str], Home]]:
    """Makes homes, each with the built-in deck and no history."""
    homes: list[Home] = []

    def make(name: str) -> Home:
        folder = tmp_path / name
        folder.mkdir(mode=0o700)
        shutil.copy(used_database, folder / "ptcards.db")
        homes.append(Home(folder))
        return homes[-1]

    yield make
    for home in homes:
        home.desk.close()


@pytest.fixture
def home(new_home: Callable[[str], Home]) -> Home:
    return new_home("home")


@pytest.fixture
def data() -> Path:
    """Files that other programs made."""
    return DATA
