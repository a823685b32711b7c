"""Answering, the first card, the counts, undo and the file's size, beside Anki's own library on the same lives.

    python -m tests.benchmarks.store [CARDS ...]        (default: 1000 10000 100000)

Both sides take turns. A tenth of the cards is due. `tests/exchange/anki.sh` installs Anki's library. The databases
are kept in build/benchmarks: remove them when the schema has changed.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from ptcards.config import Config
from ptcards.scheduling.queue import Scope
from ptcards.store.glance import glance
from ptcards.study import actions
from ptcards.study.session import Session
from tests.benchmarks.lives import KEPT, TODAY, Anki, build, heading, lives, median, opened, row, timed

BLOCK, BLOCKS = 15, 6


def first_card(path: Path) -> float:
    """From an open library to the first question of a sitting."""
    with opened(path) as desk:
        return timed(lambda: Session(desk, Scope(decks=("d",))).next())


def answers(session: Session) -> list[float]:
    """Milliseconds of a grade and the next question, each time."""

    def answer() -> None:
        session.reveal()
        session.grade(4)
        session.next()

    session.next()
    return [timed(answer) for _ in range(BLOCK)]


def at_scale(folder: Path, cards: int) -> Path:
    name, lived = f"{cards // 1000}k cards: ", lives(cards)
    path = folder / f"{cards}.db"
    shutil.copy(build(KEPT / f"{cards}.db", cards, lived), path)
    anki = Anki(folder / str(cards), cards, lived)
    with opened(path) as desk:
        limits = Config()
        row(f"{name}file, {len(lived):,} reviews", path.stat().st_size / 1e6, anki.ask("size") / 1e6, "MB")
        home = median(lambda: glance(path, TODAY, limits), 9)
        row(name + "home screen's numbers", home, statistics.median(anki.ask("counts") for _ in range(5)))
    firsts = [(first_card(path), anki.ask("first")) for _ in range(5)]
    row(name + "first card", *map(statistics.median, zip(*firsts, strict=True)))
    with opened(path) as desk:
        session, ours, theirs = Session(desk, Scope(decks=("d",))), list[float](), list[float]()
        for _ in range(BLOCKS):
            ours += answers(session)
            theirs += anki.ask("answers", BLOCK)
        row(name + "answer and next question", statistics.median(ours), statistics.median(theirs))
        pairs = [
            (timed(lambda: actions.undo(desk)), timed(lambda: actions.undo(desk, redo=True)))
            for _ in range(5)
        ]
        undo, redo = map(statistics.median, zip(*pairs, strict=True))
        row(f"undo, {len(lived):,} events of another device", undo, note=f"redo {redo:.2f} ms")
    anki.close()
    return path


def prompt(folder: Path, path: Path) -> None:
    """`ptcards due` as a process, and a bare Python."""
    environment = {**os.environ, "PTCARDS_HOME": str(folder), "PTCARDS_DATABASE": str(path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def process(*arguments: str) -> float:
        command = [sys.executable, *arguments]
        return timed(lambda: subprocess.run(command, env=environment, capture_output=True, check=True))

    pairs = [(process("-m", "ptcards", "due"), process("-c", "pass")) for _ in range(10)]
    # The first start writes Python's caches of compiled modules.
    ours, floor = map(statistics.median, zip(*pairs[1:], strict=True))
    row(f"`ptcards due`, {path.stem} cards (bare Python)", ours, floor, note=f"{ours - floor:.0f} ms more")


def main() -> None:
    heading("Anki")
    with tempfile.TemporaryDirectory() as name:
        for cards in map(int, sys.argv[1:] or ("1000", "10000", "100000")):
            (Path(name) / str(cards)).mkdir()
            path = at_scale(Path(name), cards)
        prompt(Path(name), path)


if __name__ == "__main__":
    main()
