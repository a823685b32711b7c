"""A merge of many events: how long it takes, and how long another process that wants to write waits meanwhile.

    python tests/benchmarks/merging.py [EVENTS [CARDS]]

Merges into a home that knows the cards only (a new laptop), then as many others into the same home (both were
used). The floor is the rows put into the same tables in one transaction, with nothing read, checked or replayed.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import Event
from ptcards.store import rows
from ptcards.store.store import Store
from ptcards.store.values import CardContent, DeckContent

NOW = 1_790_000_000_000
STEP = 7_000
WAITER = """
import select, sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=600)
longest = 0.0
print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0.01)[0]:
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")
    longest = max(longest, time.perf_counter() - began)
print(longest)
"""


def log(device: str, events: int, cards: int) -> Iterator[tuple[Event, str | None]]:
    """A log over a few years, a code with every fourth answer, an undo here and there."""
    for number in range(events):
        at = NOW + number * STEP
        name = f"{at >> 16:08x}-{at & 0xFFFF:04x}-7000-8000-{device}{number:08x}"
        day = study_day(Moment(at, 60))
        if number % 200 == 199:
            target = f"{at - STEP >> 16:08x}-{at - STEP & 0xFFFF:04x}-7000-8000-{device}{number - 1:08x}"
            yield Event(name, device, name, "", "undone", at, 60, day, target=target), None
            continue
        said = Event(name, device, name, f"d/c{number * 7919 % cards}", "graded", at, 60, day)
        code = f"x.unsqueeze({number})" if number % 4 == 0 else None
        yield (
            said._replace(
                q=4 if number % 7 else 2,
                rules=1,
                seconds=9.5,
                attempts=1,
                hints=0,
                verdict="pass",
                versions='{"numpy":"2.4.6","python":"3.11.7","torch":"2.13.0+cpu"}',
                shown="[[3,15,250,20700],[4,38,250,20738]]",
            ),
            code,
        )


def save_cards(path: Path, cards: int) -> None:
    with Store.open(path) as store:
        contents = tuple(CardContent(f"c{number}", "{}", "h") for number in range(cards))
        store.library.save([DeckContent("d", "D", "{}", "h", "", contents)], Moment(NOW, 60), 20_000)


def raw(path: Path, device: str, events: int, cards: int) -> float:
    """Only the rows."""
    everything = list(log(device, events, cards))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        began = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(rows.INSERT_EVENT, (one for one, _ in everything))
        connection.executemany(
            "INSERT INTO answers VALUES (?, ?)", ((one.id, code) for one, code in everything if code)
        )
        connection.execute("COMMIT")
        return time.perf_counter() - began


def ours(path: Path, device: str, events: int, cards: int) -> tuple[float, float]:
    """The whole merge, and the longest that the other process waited."""
    command = [sys.executable, "-c", WAITER, str(path)]
    pipe = subprocess.PIPE
    with Store.open(path) as store, subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as waiter:
        assert waiter.stdout is not None
        waiter.stdout.readline()
        began = time.perf_counter()
        store.log.merge(log(device, events, cards))
        took = time.perf_counter() - began
        waited, _ = waiter.communicate("stop")
    return took, float(waited)


def main(events: int, cards: int) -> None:
    with tempfile.TemporaryDirectory(prefix="ptcards-") as name:
        floor, home = Path(name) / "floor.db", Path(name) / "ptcards.db"
        for path in (floor, home):
            save_cards(path, cards)
        print(f"{events:,} events, {cards:,} cards; seconds")
        for device, what in (("a000", "into a new home"), ("b000", "into one of as many")):
            low = raw(floor, device, events, cards)
            took, waited = ours(home, device, events, cards)
            print(
                f"merge {what:<24}{took:8.1f}   others waited {waited:6.1f}   floor {low:6.1f}   "
                f"{took / low:5.1f}x, waited {waited / low:5.1f}x"
            )


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [1_000_000, 50_000][len(given) :]))
