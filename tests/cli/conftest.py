import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shell import QuickShell


@pytest.fixture(scope="session")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose database is made and holds the built-in deck."""
    home = tmp_path_factory.mktemp("template") / "home"
    assert QuickShell(home)("due").code == 0
    return home


@pytest.fixture
def ptcards(tmp_path: Path, used_home: Path, request: pytest.FixtureRequest) -> QuickShell:
    """The command line in a home where nothing was answered yet."""
    shutil.copytree(used_home, tmp_path / "home")
    return QuickShell(tmp_path / "home", lambda: request.getfixturevalue("runner"))


@pytest.fixture
def write_deck(tmp_path: Path) -> Callable[..., Path]:
    """Write a small deck file and say where."""

    def write(name: str = "mine", *, question: str = "The capital of France?", extra: str = "") -> Path:
        path = tmp_path / f"{name}.yaml"
        path.write_text(
            f"deck: {name}\n"
            f"title: Deck {name}\n"
            "cards:\n"
            "  - id: capital\n"
            f"    question: {question}\n"
            "    accepts: text\n"
            "    solution: Paris\n"
            "    hints: [It stands on the Seine.]\n"
            "    explanation: Paris is the capital.\n"
            f"{extra}"
        )
        return path

    return write
