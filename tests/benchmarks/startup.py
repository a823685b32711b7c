"""How long until the first paint, beside a bare Textual app with a table in the same run.

    python tests/benchmarks/startup.py [--rounds 9] [--cards 1000 --cards 100000]

Each round starts both in a pseudo-terminal of 80x24 and takes the time from the start of the process
until a heading of the table has been written to the terminal. With `--cards` the library is filled with that many.
One start of each is not counted: it writes Python's caches of compiled modules, as the first start on any machine does.
The processor's time until the paint is printed too, because it is less moved by what else the machine does.
"""

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
from typing import NamedTuple

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


class Paint(NamedTuple):
    """Seconds from the start of a process until MARK is on its terminal: on the wall, and of the processor."""

    wall: float
    busy: float


def first_paint(command: list[str], home: Path) -> Paint:
    """Start `command`, wait for MARK, end it."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {
        **os.environ,
        "PTCARDS_HOME": str(home),
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
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
        return Paint(time.perf_counter() - started, busy_seconds(process.pid))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(main)


def busy_seconds(pid: int) -> float:
    """The processor's time that all threads of a process took so far, as Linux counts it."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def fill(home: Path, cards: int) -> None:
    """Make a library of so many cards, by copying one of the built-in deck's in the database."""
    script = (
        "from pathlib import Path; from ptcards.config import Config; from ptcards.study.decks import open_desk; "
        "from ptcards.cli.common import wall_clock; import sys; "
        "open_desk(Path(sys.argv[1]), Config(), wall_clock).close()"
    )
    database = home / "ptcards.db"
    subprocess.run(
        [sys.executable, "-c", script, str(database)],
        check=True,
        env={**os.environ, "PTCARDS_HOME": str(home)},
    )
    with sqlite3.connect(database) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(cards)")]
        picked = ["number" if name == "key" else f'cards."{name}"' for name in columns]
        counter = "WITH RECURSIVE counter(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM counter WHERE value < ?)"
        more = (max(1, cards - 30),)
        connection.execute(f"{counter} INSERT INTO texts (text) SELECT 'more/' || value FROM counter", more)
        connection.execute(
            f"INSERT INTO cards SELECT {', '.join(picked)} "
            "FROM texts, (SELECT * FROM cards LIMIT 1) AS cards WHERE text LIKE 'more/%'"
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
        paints: dict[str, list[Paint]] = {name: [] for name in subjects}
        for number in range(chosen.rounds + 1):
            for name, (command, home) in subjects.items():
                paint = first_paint(command, home)
                if number:
                    paints[name].append(paint)
    report(paints)


def report(paints: dict[str, list[Paint]]) -> None:
    """Print the table; the first subject is the floor."""
    walls = {name: statistics.median(paint.wall for paint in taken) for name, taken in paints.items()}
    busy = {name: statistics.median(paint.busy for paint in taken) for name, taken in paints.items()}
    floor = next(iter(paints))
    print(f"{'first paint, medians':<28}{'wall':>9}{'ratio':>7}{'processor':>13}{'ratio':>7}")
    for name in paints:
        wall = f"{walls[name] * 1000:>6.0f} ms{walls[name] / walls[floor]:>7.2f}"
        print(f"{name:<28}{wall}{busy[name] * 1000:>10.0f} ms{busy[name] / busy[floor]:>7.2f}")


if __name__ == "__main__":
    main()
