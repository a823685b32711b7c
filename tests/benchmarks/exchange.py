"""Tables in, as whole processes beside Anki's own import; YAML in and the log out beside the least work there is.

    python -m tests.benchmarks.exchange [CARDS]        (default: 100000)

YAML's floor is its parser alone, the log's a bare loop that reads the same rows and writes JSON lines.
"""

import csv
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import orjson
import yaml

from ptcards.scheduling.events import Event
from tests.benchmarks.lives import ANKI, ANSWER, KEPT, QUESTION, build, heading, lives, row, timed

ROUNDS = 3


def process(home: Path, *command: str | Path) -> float:
    # What is compiled is kept, as it is for users.
    environment = {**os.environ, "PTCARDS_HOME": str(home), "PYTHONDONTWRITEBYTECODE": ""}
    return timed(lambda: subprocess.run(command, env=environment, capture_output=True, check=True))


def ptcards(home: Path, *arguments: str | Path) -> float:
    return process(home, sys.executable, "-m", "ptcards", *arguments)


def compare(what: str, ours: Callable[[int], float], floor: Callable[[int], float]) -> None:
    pairs = [(ours(turn), floor(turn)) for turn in range(ROUNDS)]
    mine, least = (statistics.median(side) / 1000 for side in zip(*pairs, strict=True))
    row(what, mine, least, "s")


def write_table(path: Path, cards: int) -> Path:
    with path.open("w", newline="") as file:
        rows = ((QUESTION.format(card), ANSWER.format(card)) for card in range(cards))
        csv.writer(file).writerows([("question", "answer"), *rows])
    return path


def write_yaml(path: Path, cards: int) -> Path:
    texts = ((card, QUESTION.format(card), ANSWER.format(card)) for card in range(cards))
    made = (
        f"  - id: c{card}\n    question: |\n      {q}\n    accepts: recall\n    solution: {a}\n"
        for card, q, a in texts
    )
    path.write_text("deck: bench\ncards:\n" + "".join(made))
    return path


def bare_lines(database: Path, target: Path) -> None:
    names = ", ".join(f'"{name}"' for name in Event._fields)
    with closing(sqlite3.connect(database)) as connection, target.open("wb") as out:
        for one in connection.execute(f"SELECT {names} FROM events ORDER BY id"):
            facts = {name: value for name, value in zip(Event._fields, one, strict=True) if value is not None}
            out.write(orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE, default=bytes.hex))


def main(cards: int) -> None:
    few = cards // 20
    heading("floor")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, deck = write_table(folder / "table.csv", cards), write_yaml(folder / "deck.yaml", few)
        side = Path(__file__).with_name("anki_side.py")
        for turn in range(ROUNDS):
            ptcards(folder / f"home{turn}", "due")
        compare(
            f"`ptcards import`, CSV, {cards:,} cards (Anki)",
            lambda turn: ptcards(folder / f"home{turn}", "import", table),
            lambda turn: process(folder, ANKI, side, folder / f"{turn}.anki2", "import", table),
        )
        compare(
            f"`ptcards import`, YAML, {few:,} cards (parser)",
            lambda turn: ptcards(folder / f"home{turn}", "import", deck),
            lambda _: timed(lambda: yaml.load(deck.read_text(), Loader=yaml.CSafeLoader)),
        )
        lived = lives(cards // 10)
        (folder / "log").mkdir()
        database = build(KEPT / f"{cards // 10}.db", cards // 10, lived)
        (folder / "log" / "ptcards.db").write_bytes(database.read_bytes())
        compare(
            f"`ptcards export`, {len(lived):,} events (bare loop)",
            lambda turn: ptcards(folder / "log", "export", "-o", folder / f"{turn}.jsonl"),
            lambda _: timed(lambda: bare_lines(database, folder / "bare.jsonl")),
        )


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["100000"])[0]))
