"""Failures of real scripts become cards with no hand edit, each proved by `check --mutate`.

A run tries one of them, CI a part; `PTCARDS_EVERY_FAILURE=1` all, and `python -m tests.capture.driving` prints a table.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ptcards.runner.runner import Runner
from tests.capture.driving import SCRIPTS, make
from tests.cli.shell import QuickShell
from tests.conftest import LONG

PART = slice(None) if "PTCARDS_EVERY_FAILURE" in os.environ else slice(3, None, 4) if LONG else slice(27, 28)


@pytest.mark.parametrize("script", SCRIPTS[PART], ids=lambda script: script.stem)
def test_a_failure_becomes_a_card(script: Path, runner: Runner, tmp_path: Path) -> None:
    made = make(script, QuickShell(tmp_path / "home", lambda: runner), tmp_path)
    assert not made.why, f"{made.why}\n{made.card}"


def test_there_are_forty() -> None:
    assert len(SCRIPTS) == 40
