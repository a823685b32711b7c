"""A library on a clock that a test moves."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ptcards import paths
from ptcards.config import Config
from ptcards.runner.runner import Runner
from ptcards.scheduling.days import Moment
from ptcards.study.decks import open_desk, read_file, take_in

MONDAY_EIGHT = 1_795_417_200_000
"""2026-11-23, 08:00 at one hour east of UTC."""
DAY = 24 * 3600 * 1000

WORDS = """\
deck: words
title: Words
cards:
  - {id: one, question: One?, accepts: text, solution: uno}
  - {id: two, question: Two?, accepts: text, solution: due, hints: [It rhymes with bue., d-e]}
  - {id: three, question: Three?, accepts: text, solution: tre, tags: [odd]}
  - {id: four, question: Four?, accepts: text, solution: quattro}
"""

COLUMN = """\
deck: shapes
title: Shapes
preamble: import torch
cards:
  - id: column
    question: Make x a column.
    given: x = torch.arange(4)
    check: |
      assert isinstance(answer, torch.Tensor), "a tensor is asked for"
      assert answer.shape == (4, 1), "the new dimension goes last"
      assert same(answer.flatten(), x), "the values must stay"
    solution: x.unsqueeze(1)
    wrong:
      - {code: x.unsqueeze(0), because: dim 0 puts the new axis first}
    hints: [Where should the new axis stand?]
"""


BY_HAND = """\
deck: by-hand
title: By hand
about: >-
  Three pieces of
  networks.
cards:
  - {id: exp, question: "`e` to the 0?", accepts: literal, solution: "1"}
  - {id: max, question: The largest of 1 and 2?, accepts: literal, solution: "2"}
  - {id: relu, question: ReLU of -1?, accepts: literal, solution: "0", after: [exp]}
"""


def lay_out(decks: Path) -> Path:
    """The decks that come with the program, in a folder of their own; the offered ones are small."""
    shutil.copytree(paths.shipped("decks"), decks, ignore=lambda _, names: {"README.md"} & {*names})
    for slug in paths.BUILT_IN[1:]:
        title = slug.replace("-", " ").capitalize()
        text = BY_HAND.replace("deck: by-hand", f"deck: {slug}").replace("title: By hand", f"title: {title}")
        (decks / f"{slug}.yaml").write_text(text)
        (decks / f"{slug}.zh.yaml").unlink(missing_ok=True)
    (decks / "by-hand.zh.yaml").write_text(
        "translation-of: by-hand\nlanguage: zh\ntitle: 手写\nabout: 三个部件。\n"
        "cards: {exp: {question: 零次方？}}\n"  # noqa: RUF001
    )
    return decks


class Bench:
    """A library in a home of its own."""

    def __init__(self, folder: Path, config: Config, runner: Runner | None) -> None:
        self.folder = folder
        self.at = MONDAY_EIGHT
        self.config = config
        self.runner = runner
        self.file = folder / "home" / "ptcards.db"
        self.desk = open_desk(self.file, config, self.now, runner)

    def now(self) -> Moment:
        return Moment(self.at, 60)

    def pass_days(self, days: int) -> None:
        self.at += days * DAY

    def open(self, progress: Callable[[str], None] = lambda text: None) -> tuple[str, ...]:
        """Close the library and open it again; gives what that noticed."""
        self.close()
        self.desk = open_desk(self.desk.database, self.config, self.now, self.runner, progress)
        return self.desk.notices

    def close(self) -> None:
        """Close the library, not the runner that many have in common."""
        self.desk.store.close()

    def take(self, text: str, *, trust: bool = True) -> None:
        """Write a deck's text to its file and bring it in."""
        name = text.partition("deck: ")[2].partition("\n")[0]
        path = self.folder / f"{name}.yaml"
        path.write_text(text)
        take_in(self.desk, [read_file(path)], trust=trust)


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
