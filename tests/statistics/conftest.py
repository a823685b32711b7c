from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ptcards.config import Config
from ptcards.scheduling.days import Moment
from ptcards.store.store import Store
from ptcards.study.desk import Desk
from tests.statistics.histories import OFFSET, TODAY, Maker, Plain, make_history, play

NOON = Moment(TODAY * 86_400_000 + 11 * 3_600_000, OFFSET)


@dataclass
class Kept:
    """A history in a database, and what plain loops say of it."""

    desk: Desk
    made: Maker
    plain: Plain

    @property
    def figures(self) -> dict[str, Any]:
        """The object of `stats --json`."""
        return dict(self.desk.statistics().figures)


@contextmanager
def opened(made: Maker, path: Path) -> Iterator[Kept]:
    with Store.open(path) as store:
        yield Kept(Desk(store, path, Config(), lambda: NOON, None), made, play(made.events))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Maker().keep(tmp_path_factory.mktemp("statistics") / "empty.db")


@pytest.fixture
def fresh(empty_database: Path, tmp_path: Path) -> Iterator[Kept]:
    """Two decks of which nothing was answered, for a test to change."""
    with opened(Maker(), Path(shutil.copy(empty_database, tmp_path / "fresh.db"))) as kept:
        yield kept


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Maker, Path]:
    """A history of four months, and the database that it was merged into."""
    made = make_history(1)
    return made, made.keep(tmp_path_factory.mktemp("statistics") / "merged.db")


@pytest.fixture(scope="session")
def kept(history: tuple[Maker, Path]) -> Iterator[Kept]:
    """The history of four months, for tests that leave it as it is."""
    with opened(*history) as kept:
        yield kept
