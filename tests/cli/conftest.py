from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shell import Shell


@pytest.fixture
def ptcards(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home")


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
