"""The whole of it: a real process in a real pseudo-terminal, the real deck, the real runner."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.store.steps import logged
from tests.tui.terminal import Terminal, start

NOW = "2026-11-23T08:00:00+01:00"


def events_of(home: Path) -> list[tuple[Any, ...]]:
    events = logged(home / "ptcards.db")
    return [(one.card, one.kind, one.q, one.verdict, one.attempts) for one in events]


def show(home: Path, card: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "ptcards", "show", f"pytorch-notes/{card}", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env={"PTCARDS_HOME": str(home), "PTCARDS_NOW": NOW, "PATH": "/usr/bin:/bin"},
    )
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def begin(terminal: Terminal) -> None:
    """From the home screen to the first question."""
    terminal.wait_for("Enter review today")
    terminal.press("enter")
    terminal.wait_for("unsqueeze-column")
    terminal.wait_for("Enter check")


def answer_first_card(terminal: Terminal) -> None:
    terminal.type("x.unsqueeze(1)")
    terminal.press("enter")
    terminal.wait_for("✓ Right")
    terminal.wait_for("▸ 3 Good")
    terminal.view()
    terminal.press("enter")
    terminal.wait_for("install-opencv")
    terminal.wait_for("Enter check")


def answer_second_card_wrong_then_right(terminal: Terminal) -> None:
    terminal.type("opencv-python-headless")
    terminal.press("enter")
    terminal.wait_for("✗ Not yet")
    terminal.wait_for("headless has no windows")
    terminal.view()
    terminal.press(*["backspace"] * len("-headless"))
    terminal.press("enter")
    terminal.wait_for("▸ 1 Again")
    terminal.wait_for("right after one mistake")
    terminal.view()
    terminal.press("enter")


def test_a_first_morning(tmp_path: Path) -> None:
    with start(tmp_path, torch=True, PTCARDS_NOW=NOW) as terminal:
        terminal.wait_for("Welcome")
        begin(terminal)
        answer_first_card(terminal)

        answer_second_card_wrong_then_right(terminal)
        terminal.wait_for("dataloader-full-batches")
        terminal.wait_for("F3 teach me")
        terminal.press("f3")
        terminal.wait_for("◆ Taught")
        terminal.view()
        terminal.press("enter")

        terminal.wait_for("4 of ")
        terminal.press("escape")
        terminal.wait_for("Enter editor")
        terminal.press("q")
        terminal.wait_for("3 cards")
        terminal.wait_for("1 taught")
        terminal.press("q")
        terminal.wait_for("Enter review today")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.is_restored()

    assert events_of(tmp_path) == [
        ("pytorch-notes/unsqueeze-column", "graded", 4, "pass", 1),
        ("pytorch-notes/install-opencv", "graded", 2, "fail", 2),
        ("pytorch-notes/dataloader-full-batches", "graded", 0, "taught", 0),
    ]
    first, second, third = (
        show(tmp_path, card) for card in ("unsqueeze-column", "install-opencv", "dataloader-full-batches")
    )
    assert (first["due"], first["interval_days"], first["repetitions"]) == ("2026-11-24", 1, 1)
    assert first["reviews"][0]["answer"] == "x.unsqueeze(1)"
    assert (second["repetitions"], second["lapses"], second["ease"]) == (0, 0, 2.5)
    assert (third["reviews"][0]["verdict"], third["lapses"]) == ("taught", 0)


def test_a_database_of_tomorrow_is_refused_in_one_sentence_on_a_clean_terminal(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "ptcards.db") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    with start(tmp_path, PTCARDS_NOW=NOW) as terminal:
        assert terminal.end() == 4
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw
