"""All statistics of a long history, beside Anki's own of the same lives.

python -m tests.benchmarks.stats [CARDS ...]        (default: 10000 100000)
"""

import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.lives import KEPT, Anki, build, heading, lives, opened, row, timed


def main() -> None:
    heading("Anki")
    with tempfile.TemporaryDirectory() as name:
        for cards in map(int, sys.argv[1:] or ("10000", "100000")):
            folder, lived = Path(name) / str(cards), lives(cards)
            folder.mkdir()
            anki = Anki(folder, cards, lived)
            with opened(build(KEPT / f"{cards}.db", cards, lived)) as desk:
                pairs = [(timed(desk.statistics), anki.ask("graphs")) for _ in range(7)]
            ours, theirs = map(statistics.median, zip(*pairs[1:], strict=True))
            row(f"{cards // 1000}k cards, {len(lived):,} reviews: statistics", ours, theirs)
            anki.close()


if __name__ == "__main__":
    main()
