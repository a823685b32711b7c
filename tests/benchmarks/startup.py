"""How long until the first paint, beside a bare Textual app with a table in the same run.

    python tests/benchmarks/startup.py [--rounds 9] [--cards 1000 --cards 100000]

Each round starts both in a pseudo-terminal of 80x24 and takes the time from the start of the process
until a heading of the table has been written to the terminal. With `--cards` the library is filled with that many.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import signal
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

BARE = """
from textual.app import App
from textual.widgets import DataTable

class Bare(App):
    def compose(self):
        yield DataTable()
    def on_mount(self):
        table = self.query_one(DataTable)
        table.add_columns("Deck", "due", "new", "learning")
        table.add_row("PyTorch notes", "9", "5", "4")

Bare().run()
"""
MARK = b"learning"
LONGEST = 60.0


def first_paint(command: list[str], home: Path) -> float:
    """Seconds from the start of `command` until MARK is on its terminal."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {
        **os.environ,
        "PTCARDS_HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=side, stdout=side, stderr=side, env=environment, start_new_session=True
    )
    os.close(side)
    seen = b""
    try:
        while MARK not in seen:
            if time.perf_counter() - started > LONGEST or not select.select([main], [], [], LONGEST)[0]:
                raise SystemExit(f"nothing was painted within {LONGEST:.0f} s:\n{seen[-2000:]!r}")
            seen += os.read(main, 65536)
        return time.perf_counter() - started
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(main)


def fill(home: Path, cards: int) -> None:
    """Make a library of so many cards, by copying one of the built-in deck's in the database."""
    script = (
        "from pathlib import Path; from ptcards.config import Config; from ptcards.study.study import Study; "
        "from ptcards.cli.clock import WallClock; import sys; "
        "study = Study(Path(sys.argv[1]), Config(), WallClock()); study.open(); study.close()"
    )
    database = home / "ptcards.db"
    subprocess.run(
        [sys.executable, "-c", script, str(database)],
        check=True,
        env={**os.environ, "PTCARDS_HOME": str(home)},
    )
    with sqlite3.connect(database) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(cards)")]
        picked = ["key || '-' || value" if name == "key" else f'cards."{name}"' for name in columns]
        connection.execute(
            "WITH RECURSIVE counter(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM counter WHERE value < ?) "
            f"INSERT INTO cards SELECT {', '.join(picked)} "
            "FROM counter, (SELECT * FROM cards ORDER BY key LIMIT 1) AS cards",
            (max(1, cards - 30),),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--cards", type=int, action="append", default=[])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        subjects = {"bare Textual table": ([sys.executable, "-c", BARE], Path(folder))}
        product = [sys.executable, "-m", "ptcards"]
        subjects["ptcards, fresh home"] = (product, Path(folder) / "fresh")
        for cards in chosen.cards:
            home = Path(folder) / str(cards)
            home.mkdir()
            fill(home, cards)
            subjects[f"ptcards, {cards:,} cards"] = (product, home)
        times: dict[str, list[float]] = {name: [] for name in subjects}
        for _ in range(chosen.rounds):
            for name, (command, home) in subjects.items():
                times[name].append(first_paint(command, home))
    floor = statistics.median(times["bare Textual table"])
    print(f"{'first paint':<28}{'median':>9}{'least':>9}{'ratio':>7}")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{name:<28}{median * 1000:>6.0f} ms{min(seconds) * 1000:>6.0f} ms{median / floor:>7.2f}")


if __name__ == "__main__":
    main()
