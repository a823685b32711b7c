from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ptcards.config import Config
from ptcards.runner.runner import Runner
from ptcards.scheduling.days import Moment
from ptcards.study.decks import open_desk
from tests.study.bench import MONDAY_EIGHT, Bench


@pytest.fixture(scope="session")
def fresh_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the built-in deck and nothing else, made once: making it takes longer than most tests."""
    path = tmp_path_factory.mktemp("fresh") / "ptcards.db"
    open_desk(path, Config(), lambda: Moment(MONDAY_EIGHT, 60)).close()
    return path


@pytest.fixture
def open_bench(
    tmp_path: Path, fresh_database: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Bench]]:
    """Opens a library in a fresh home, with the built-in deck and whatever deck texts are handed over."""
    opened: list[Bench] = []
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path / "home"))

    def make(
        *decks: str, config: Config | None = None, runner: Runner | None = None, trust: bool = True
    ) -> Bench:
        if not opened:
            (tmp_path / "home").mkdir()
            shutil.copy(fresh_database, tmp_path / "home")
        bench = Bench(tmp_path, config or Config(), runner)
        opened.append(bench)
        for text in decks:
            bench.take(text, trust=trust)
        return bench

    yield make
    for bench in opened:
        bench.close()
