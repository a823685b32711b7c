import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.exchange.homes import Home, Write


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
def new_home(used_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Home]]:
    """Makes homes, each with the built-in deck and no history."""
    homes: list[Home] = []

    def make() -> Home:
        folder = tmp_path_factory.mktemp("home")
        shutil.copy(used_database, folder / "ptcards.db")
        homes.append(Home(folder))
        return homes[-1]

    yield make
    for home in homes:
        home.desk.close()


@pytest.fixture
def home(new_home: Callable[[], Home]) -> Home:
    return new_home()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file under this name."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write_file
