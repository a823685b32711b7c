"""The plugin of pytest: it runs each card of a deck as a test, and keeps what failed to make a card of it.

It loads nothing before it sees a deck, or is told to keep.
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

_KEYS = re.compile(rb"""^(?:\xef\xbb\xbf)?["']?(deck|cards)["']?\s*:""", re.MULTILINE)
_RUNNER = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    about = "keep what the first failing test worked on, for `ptcards capture --last`"
    parser.getgroup("ptcards").addoption("--ptcards-capture", action="store_true", help=about)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--ptcards-capture"):
        config.pluginmanager.register(Keeper(config), "ptcards-capture")


class Keeper:
    """Keeps the first failure of a session in the user's home: its statement, and the values that it uses."""

    def __init__(self, config: pytest.Config) -> None:
        self._config, self._began = config, time.time()
        self._kept, self._said = False, ""

    def pytest_exception_interact(self, node: Any, call: pytest.CallInfo[Any]) -> None:
        from ptcards.checking.keeping import keep

        if isinstance(node, pytest.Item) and call.excinfo is not None and not self._kept:
            self._said = keep(call.excinfo.value, self._config.rootpath)
            self._kept = not self._said

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        from ptcards.checking.keeping import kept_since

        if said := kept_since(self._began) or self._said:
            terminalreporter.write_line(said)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a deck: YAML with `deck`, `cards` and a question. Translations and other files lack one."""
    head = b""
    if file_path.suffix in (".yaml", ".yml"):
        with suppress(OSError), file_path.open("rb") as file:
            head = file.read(2**16)
    is_deck = len({*_KEYS.findall(head)}) > 1 and b"question" in head
    return DeckFile.from_parent(parent, path=file_path) if is_deck else None


class DeckFile(pytest.File):
    """A deck; one that cannot be read, or has a translation that cannot, is an error of its own."""

    def collect(self) -> Iterator[pytest.Item]:
        from ptcards.checking.check import read

        report = read(self.path)
        if report.problems or report.content is None:
            raise self.CollectError("\n\n".join(map(_shown, report.problems)))
        for card in report.content[0].cards:
            item = CardItem.from_parent(self, name=card.id)
            item.card = *report.content, card
            item.extra_keyword_matches.update(card.tags)
            yield item


class CardItem(pytest.Item):
    """A card, proved as `ptcards check` does; skipped where its `requires` is not met."""

    card: tuple[Any, Any, Any]

    def runtest(self) -> None:
        from ptcards import paths
        from ptcards.checking.check import Examination
        from ptcards.runner.interpreter import choose
        from ptcards.runner.runner import Runner

        runner = self.config.stash.get(_RUNNER, None)
        if runner is None:
            python = choose({"python": os.environ.get("PTCARDS_PYTHON", ""), "by": "PTCARDS_PYTHON"})
            runner = Runner(private=paths.private(paths.database()), interpreter=python)
            self.config.stash[_RUNNER] = runner
            self.config.add_cleanup(runner.close)
        found = Examination(*self.card, runner).examine()
        if found.problems:
            pytest.fail("\n\n".join(map(_shown, found.problems)), pytrace=False)
        if found.skipped:
            pytest.skip(found.skipped)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.card[1].where(self.name) - 1, self.name


def _shown(problem: Any) -> str:
    """A problem, and the line of the file that it is about."""
    from ptcards.text import visible

    here = problem._replace(file=os.path.relpath(problem.file))
    lines = problem.file.read_text("utf-8", "replace").split("\n")  # as editors count
    return visible("\n> ".join([str(here), *(line.strip() for line in lines[here.line - 1 : here.line])]))
