"""What a learner has on a server and the copy for `--offline` brought together: how long each way takes.

    tests/postgres.sh .venv/bin/python -m tests.benchmarks.mirroring [EVENTS]      (default: 10000)

The floors are the rows put into a bare table and index, with nothing read, checked or replayed.
"""

import sys
import tempfile
from pathlib import Path

from ptcards.config import Config
from ptcards.exchange.mirror import mirror
from ptcards.scheduling.events import Kind, event
from ptcards.study.decks import open_desk
from tests.benchmarks.lives import NOW, TODAY, content, events, heading, lives, row, timed
from tests.benchmarks.merging import bare
from tests.benchmarks.syncing import REVIEWS
from tests.store.steps import fresh_learner


def main(wanted: int) -> None:
    cards = wanted // 10
    log = list(events(lives(cards), "aaaaaaaaaaaaaaaa"))[:wanted]
    pairs = [(one, f"x.view({number})" if number % 4 == 0 else None) for number, one in enumerate(log)]
    made = [
        event(Kind.GRADED, f"bench/c{number}", NOW, TODAY)._replace(q=4, rules=1) for number in range(REVIEWS)
    ]
    heading("bare rows")
    with tempfile.TemporaryDirectory() as name:
        place, copy = Path(name), Path(name) / "copy.db"
        first, second = (
            open_desk(fresh_learner(f"mirrored_{number}"), Config(), lambda: NOW) for number in range(2)
        )
        first.store.library.save([content(cards)])
        first.store.log.merge(pairs)

        def measure(what: str, desk: object, many: int) -> None:
            took = timed(lambda: mirror(desk, copy))  # type: ignore[arg-type]
            (file := place / "bare.db").unlink(missing_ok=True)
            row(what, took / 1000, timed(lambda: bare(file, log[:many])) / 1000, "s")

        measure(f"{wanted:,} events from the server", first, wanted)
        for each in made:
            first.store.log.record([each])
        measure(f"a day's {REVIEWS} from the server", first, REVIEWS)
        with open_desk(copy, Config(), lambda: NOW) as offline:
            for each in made:
                offline.store.log.record([each])
        measure(f"a day's {REVIEWS} to the server", first, REVIEWS)
        measure("nothing new", first, REVIEWS)
        measure(f"{wanted:,} events to another server", second, wanted)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["10000"])[0]))
