"""How long until the first paint, beside a bare Textual app with a table in the same run.

    python -m tests.benchmarks.startup [CARDS ...]        (default: a fresh home alone)

Each round starts both in a pseudo-terminal of 80x24 and takes the time from the start of the process
until a heading of the table has been written to the terminal. With CARDS libraries of that many are started too.
One start of each is not counted: it writes Python's caches of compiled modules, as the first start on any machine does.
The processor's time until the paint is printed too, because it is less moved by what else the machine does.
"""

import os
import select
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from ptcards.store.store import Store
from tests.benchmarks.lives import content, heading, row
from tests.tui.terminal import Terminal

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
ROUNDS = 9


class Paint(NamedTuple):
    """Milliseconds from the start of a process until MARK is on its terminal: on the wall, and of the processor."""

    wall: float
    busy: float


def first_paint(command: list[str], home: Path) -> Paint:
    """Start `command`, wait for MARK, end it."""
    environment = {"PTCARDS_HOME": str(home), "PYTHONDONTWRITEBYTECODE": ""}
    started, seen = time.perf_counter(), b""
    with Terminal(command, environment) as terminal:
        # What is written is not drawn here: that would take longer than some of what is measured.
        while MARK not in seen:
            if not select.select([terminal._main], [], [], LONGEST)[0]:
                raise SystemExit(f"nothing was painted within {LONGEST:.0f} s:\n{seen[-2000:]!r}")
            seen += os.read(terminal._main, 65536)
        wall = time.perf_counter() - started
        # The processor's time that all threads took so far, as Linux counts it.
        threads = Path(f"/proc/{terminal.process.pid}/task").glob("*/schedstat")
        return Paint(wall * 1000, sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6)


def main(sizes: list[int]) -> None:
    product = [sys.executable, "-m", "ptcards"]
    with tempfile.TemporaryDirectory() as folder:
        subjects = {"bare Textual table": ([sys.executable, "-c", BARE], Path(folder))}
        subjects["ptcards, fresh home"] = (product, Path(folder) / "fresh")
        for cards in sizes:
            home = Path(folder) / str(cards)
            home.mkdir()
            with Store.open(home / "ptcards.db") as store:
                store.library.save([content(cards)])
            subjects[f"ptcards, {cards:,} cards"] = (product, home)
        rounds = [{name: first_paint(*how) for name, how in subjects.items()} for _ in range(ROUNDS + 1)]
    heading("bare table")
    for name in subjects:
        for what in Paint._fields:
            ours, floor = (
                statistics.median(getattr(one[subject], what) for one in rounds[1:])
                for subject in (name, "bare Textual table")
            )
            row(f"{name}: first paint, {what}", ours, floor)


if __name__ == "__main__":
    main([*map(int, sys.argv[1:])])
