"""A sync of many events and one of a day's: how long each takes.

    python -m tests.benchmarks.syncing [EVENTS]        (default: 50000)

One device has the events, the other knows the cards only. The floors are the lines written and flushed, or the
rows put into a bare table and index, with nothing read, checked or replayed.
"""

import os
import sys
import tempfile
from pathlib import Path

from ptcards.config import Config
from ptcards.exchange.log import event_line
from ptcards.exchange.sync import sync
from ptcards.scheduling.events import Kind, event
from ptcards.study.decks import open_desk
from tests.benchmarks.lives import NOW, TODAY, content, events, heading, lives, row, timed
from tests.benchmarks.merging import bare

REVIEWS = 100
"""Of a day."""


def written(path: Path, lines: list[bytes]) -> None:
    with path.open("ab") as file:
        file.write(b"".join(lines))
        file.flush()
        os.fsync(file.fileno())


def main(wanted: int) -> None:
    cards = wanted // 10
    log = list(events(lives(cards), "aaaaaaaaaaaaaaaa"))[:wanted]
    pairs = [(one, f"x.view({number})" if number % 4 == 0 else None) for number, one in enumerate(log)]
    heading("bare lines or rows")
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        folder = place / "shared"
        folder.mkdir()
        one, other = (
            open_desk(place / home / "ptcards.db", Config(), lambda: NOW) for home in ("one", "other")
        )
        for desk in (one, other):
            desk.store.library.save([content(cards)])
        one.store.log.merge(pairs)
        lines = [event_line(*pair) for pair in pairs]

        def measure(what: str, desk: object, floor: float) -> None:
            row(what, timed(lambda: sync(desk, folder)) / 1000, floor / 1000, "s")  # type: ignore[arg-type]

        floors = (
            timed(lambda: written(place / "bare.jsonl", lines)),
            timed(lambda: bare(place / "bare.db", log)),
        )
        measure(f"{wanted:,} events into the folder", one, floors[0])
        measure(f"{wanted:,} events into a new home", other, floors[1])
        made = [
            event(Kind.GRADED, f"bench/c{number}", NOW, TODAY)._replace(q=4, rules=1)
            for number in range(REVIEWS)
        ]
        for each in made:
            one.store.log.record([each])
        day = log[:REVIEWS]
        floors = (
            timed(lambda: written(place / "bare.jsonl", lines[:REVIEWS])),
            timed(lambda: bare(place / "day.db", day)),
        )
        measure(f"a day's {REVIEWS} into the folder", one, floors[0])
        measure(f"a day's {REVIEWS} into the other home", other, floors[1])
        measure("nothing new", one, floors[0])


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["50000"])[0]))
