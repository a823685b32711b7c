"""Failures of real scripts become cards with no hand edit, each proved by `check --mutate`.

A run tries a part of them; `PTCARDS_EVERY_FAILURE=1` all, and `python -m tests.capture.driving` prints a table.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ptcards.runner.runner import Runner
from tests.capture.driving import SCRIPTS, make
from tests.cli.shell import QuickShell

EVERY = os.environ.get("PTCARDS_EVERY_FAILURE")
PART = SCRIPTS if EVERY else SCRIPTS[8::19]


@pytest.mark.parametrize("script", PART, ids=lambda script: script.stem)
def test_a_failure_becomes_a_card(script: Path, runner: Runner, tmp_path: Path) -> None:
    made = make(script, QuickShell(tmp_path / "home", lambda: runner), tmp_path)
    assert not made.why, f"{made.why}\n{made.card}"


def test_there_are_forty() -> None:
    assert len(SCRIPTS) == 40
