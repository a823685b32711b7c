"""The page of a large class: how long it takes from the folder of logs to the file.

    python -m tests.benchmarks.class_report [PUPILS] [EVENTS]        (default: 200 pupils of 3000 events each)

The floor is every line read and parsed as JSON, with nothing checked or counted. The whole command also opens a
library, and takes the questions and mistakes from its decks.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import orjson

from tests.benchmarks.lives import KEPT, heading, row, timed
from tests.statistics.classes import make


def parsed(folder: Path) -> None:
    for path in folder.glob("*.jsonl"):
        with path.open("rb") as file:
            for line in file:
                orjson.loads(line)


def main(pupils: int, events: int) -> None:
    folder = KEPT / f"class-{pupils}-{events}"
    if not folder.exists():
        print("making the logs, once")
        make(folder, pupils, events)
    size = sum(path.stat().st_size for path in folder.glob("*.jsonl"))
    print(f"{pupils} pupils, {size / 2**20:.0f} MiB")
    heading("parsed")
    with tempfile.TemporaryDirectory() as place:
        command = [
            sys.executable,
            "-m",
            "ptcards",
            "class",
            "report",
            str(folder),
            "-o",
            f"{place}/class.html",
        ]
        now = {"PTCARDS_HOME": place, "PTCARDS_NOW": "2026-11-23T12:00:00+01:00"}

        def report() -> None:
            subprocess.run(command, check=True, env=os.environ | now, capture_output=True)

        floor, before = timed(lambda: parsed(folder)) / 1000, os.times()
        took = timed(report) / 1000
        after = os.times()
        spent = sum(after[2:4]) - sum(before[2:4])
        row("`ptcards class report`, on the clock", took, floor, "s")
        row(
            "  of the processor",
            spent,
            floor,
            "s",
            f"the page has {Path(place, 'class.html').stat().st_size / 2**10:,.0f} KiB",
        )


if __name__ == "__main__":
    main(*map(int, (sys.argv[1:] + ["200", "3000"][len(sys.argv) - 1 :])))
