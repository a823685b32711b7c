"""Ctrl+C, as a terminal sends it, to a real import and to a real export."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.exchange.homes import Home, review_often

_ROWS = 60_000
_BAR = re.compile(rb"(\d+) %")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A table that takes a second to read, and as long to save."""
    path = tmp_path / "large.csv"
    rows = "".join(f"What is {number}?,answer {number},tag\n" for number in range(_ROWS))
    path.write_text(f"question,answer,tags\n{rows}")
    return path


def interrupted(home: Path, table: Path, percent: int) -> tuple[int, bytes]:
    """Import, and press Ctrl+C as soon as the bar says so much; exit code and what was said."""
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
        if bars and not sent and int(bars[-1]) >= percent:
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


@pytest.mark.parametrize("percent", [0, 50], ids=["while it reads", "while it saves"])
def test_ctrl_c_leaves_the_database_as_it_was(
    used_database: Path, tmp_path: Path, large: Path, percent: int
) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    shutil.copy(used_database, folder / "ptcards.db")
    home = Home(folder)
    home.answer(home.cards()[0], 4)
    before = home.tables()
    home.study.close()

    code, said = interrupted(folder, large, percent)
    assert code == 130
    assert b"Traceback" not in said

    again = Home(folder)
    try:
        assert again.tables() == before
        assert again.take(large).decks[0].new == _ROWS
    finally:
        again.study.close()
    with closing(sqlite3.connect(folder / "ptcards.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def is_sorting(pid: int) -> bool:
    """Whether SQLite has a temporary file open in a process."""
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            if "etilqs" in str(link.readlink()):
                return True
    return False


def test_ctrl_c_ends_an_export_that_walks_the_log_and_leaves_no_file(
    used_database: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    shutil.copy(used_database, folder / "ptcards.db")
    home = Home(folder)
    review_often(home, 150_000, "pytorch-notes")
    home.study.close()
    target = tmp_path / "out" / "reviews.csv"
    target.parent.mkdir()
    command = [sys.executable, "-m", "ptcards", "export", "--format", "fsrs-csv", "-o", str(target)]
    environment = {**os.environ, "PTCARDS_HOME": str(folder)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        while process.poll() is None and not is_sorting(process.pid):
            pass
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        said = process.stderr.read()
    assert (process.returncode, said.strip()) == (130, "Interrupted.")
    assert list(target.parent.iterdir()) == []
