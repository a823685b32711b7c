from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pytest

from ptcards.config import Config
from ptcards.scheduling.days import Moment
from ptcards.statistics.drawing import Report
from ptcards.store.store import Store
from ptcards.study.desk import Desk
from tests.statistics.histories import TODAY, Maker, Plain, deck, make_history, play

NOON = Moment(TODAY * 86_400_000 + 11 * 3_600_000, 60)


@dataclass
class Kept:
    """A history in a database, and what plain loops say of it."""

    store: Store
    desk: Desk
    made: Maker
    plain: Plain

    def report(self, *, deck: str | None = None, tag: str | None = None, since: date | None = None) -> Report:
        return self.desk.statistics(deck=deck, tag=tag, since=since)

    @property
    def figures(self) -> dict[str, Any]:
        """The object of `stats --json`."""
        return dict(self.report().figures)


class Keep(Protocol):
    """Opens a history; `ready` is a database that it is in already."""

    def __call__(self, made: Maker, ready: Path | None = ...) -> Kept: ...


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("statistics") / "empty.db"
    with Store.open(path) as store:
        for number in range(2):
            store.library.save([deck(f"deck-{number}", 30)])
    return path


@pytest.fixture
def keep(empty_database: Path, tmp_path: Path) -> Iterator[Keep]:
    """Puts a history into a database of its own, by way of a merge."""
    opened: list[Store] = []

    def merged(made: Maker, ready: Path | None = None) -> Kept:
        path = tmp_path / f"{len(opened)}.db"
        path.write_bytes((ready or empty_database).read_bytes())
        store = Store.open(path)
        opened.append(store)
        if ready is None:
            store.log.merge(made.pairs())
        desk = Desk(store, path, Config(), lambda: NOON, None)
        return Kept(store, desk, made, play(made.events))

    yield merged
    for store in opened:
        store.close()


@pytest.fixture(scope="session")
def history(empty_database: Path) -> tuple[Maker, Path]:
    """A history of four months, and the database that it was merged into."""
    made = make_history(1)
    path = empty_database.with_name("merged.db")
    path.write_bytes(empty_database.read_bytes())
    with Store.open(path) as store:
        store.log.merge(made.pairs())
    return made, path


@pytest.fixture(scope="session")
def kept(history: tuple[Maker, Path]) -> Iterator[Kept]:
    """The history of four months, for tests that change nothing."""
    made, path = history
    with Store.open(path) as store:
        yield Kept(store, Desk(store, path, Config(), lambda: NOON, None), made, play(made.events))
