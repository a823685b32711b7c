"""Ctrl+C, as a terminal sends it, to a real import."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.exchange.homes import Home

_ROWS = 10_000
_BAR = re.compile(rb"(\d)/2")
"""One file is read, then saved."""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A table that takes a second to read, and as long to save."""
    path = tmp_path / "large.csv"
    rows = "".join(f"What is {number}?,answer {number},tag\n" for number in range(_ROWS))
    path.write_text(f"question,answer,tags\n{rows}")
    return path


def interrupted(home: Path, table: Path, step: int) -> tuple[int, bytes]:
    """Import, and press Ctrl+C as soon as the bar says that so much is done; exit code and what was said."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ptcards", "import", str(table)],
        stderr=slave,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PTCARDS_HOME": str(home)},
    )
    os.close(slave)
    said, sent = b"", False
    while piece := _read(master):
        said += piece
        bars = _BAR.findall(said)
        if bars and not sent and int(bars[-1]) >= step:
            process.send_signal(signal.SIGINT)
            sent = True
    os.close(master)
    return process.wait(timeout=60), said


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:
        # Linux says so when the last one at the other end is gone.
        return b""


@pytest.mark.parametrize("step", [0, 1], ids=["while it reads", "while it saves"])
def test_ctrl_c_leaves_the_database_as_it_was(
    used_database: Path, tmp_path: Path, large: Path, step: int
) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    shutil.copy(used_database, folder / "ptcards.db")
    home = Home(folder)
    home.answer(home.cards()[0], 4)
    before = home.tables()
    home.desk.close()

    code, said = interrupted(folder, large, step)
    assert code == 130
    assert b"Traceback" not in said

    again = Home(folder)
    try:
        assert again.tables() == before
        assert again.take(large).decks[0].new == _ROWS
    finally:
        again.desk.close()
    with closing(sqlite3.connect(folder / "ptcards.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
