"""Ctrl+C, as a terminal sends it, to a real import."""

import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ptcards.exchange.importing import import_paths
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


def test_ctrl_c_leaves_the_database_as_it_was(new_home: Callable[[], Home], large: Path) -> None:
    home = new_home()
    home.answer(home.cards()[0], 4)
    before = home.tables()
    home.desk.close()
    # While it reads, and while it saves.
    for step in (0, 1):
        code, said = interrupted(home.folder, large, step)
        assert code == 130
        assert b"Traceback" not in said
        home = Home(home.folder)
        assert home.tables() == before
        assert not home.desk.store.log.check()
        home.desk.close()
    with closing(sqlite3.connect(home.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with closing(Home(home.folder).desk) as again:
        assert import_paths(again, [large]).decks[0].new == _ROWS
