"""A merge of many events: how long it takes, and how long another process that answers cards waits meanwhile.

    python -m tests.benchmarks.merging [EVENTS]        (default: 50000)

Merges into a home that knows the cards only (a new laptop), then as many others into the same home (both were
used). The floor is the rows put into a bare table and index, with nothing read, checked or replayed.
"""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from ptcards.scheduling.events import Event
from ptcards.store.store import Store
from tests.benchmarks.lives import content, events, heading, lives, row, timed

OTHER = """
import select, sys, time
from ptcards.scheduling.events import Kind, event
from ptcards.store.store import Store
from tests.benchmarks.lives import NOW, TODAY, Path
longest = 0.0
with Store.open(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0.02)[0]:
        began = time.perf_counter()
        store.log.record([event(Kind.GRADED, "other/c1", NOW, TODAY)._replace(q=4, rules=1)])
        longest = max(longest, time.perf_counter() - began)
print(longest * 1000)
"""


def bare(path: Path, log: Sequence[Event]) -> None:
    names = ", ".join(f'"{name}"' for name in Event._fields)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
            f"CREATE TABLE IF NOT EXISTS events ({names}, PRIMARY KEY (id)) WITHOUT ROWID;"
            "CREATE INDEX IF NOT EXISTS by_card ON events (card)"
        )
        connection.executemany(f"INSERT INTO events VALUES ({', '.join('?' * len(Event._fields))})", log)
        connection.commit()


def merge_beside(path: Path, what: str, log: Sequence[Event]) -> None:
    """Merge into the database while another process answers."""
    pairs = [(one, f"x.view({number})" if number % 4 == 0 else None) for number, one in enumerate(log)]
    command = [sys.executable, "-c", OTHER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with Store.open(path) as store:
            ours = timed(lambda: store.log.merge(pairs))
        longest = float(other.communicate("\n")[0])
    floor = timed(lambda: bare(path.with_name("bare.db"), log))
    row(what, ours / 1000, floor / 1000, "s", f"another's longest answer: {longest / 1000:.2f} s")


def main(wanted: int) -> None:
    cards = wanted // 10
    lived = lives(cards)
    one, other = (list(events(lived, device))[:wanted] for device in ("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"))
    heading("bare rows")
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "ptcards.db"
        with Store.open(path) as store:
            store.library.save([content(cards)])
            store.library.save([content(2, "other")])
        merge_beside(path, f"{len(one):,} events into a new home", one)
        merge_beside(path, f"{len(other):,} more into a used one", other)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["50000"])[0]))
