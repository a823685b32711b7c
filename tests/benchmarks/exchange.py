"""Decks in and the log out, each against the least work that could do it, both sides taken in turn.

The floors: CSV `thin` reads the file and writes five columns and one index, with no id, no hash, no queue. CSV
`same rows` reads the file and writes, with one executemany a table, the rows that our import leaves behind, made
beforehand: what SQLite asks for our tables and their indexes, with none of the work that makes the rows. YAML is
the parser alone, jsonl a bare loop that writes the same lines.

python exchange.py [CARDS [EVENTS [ROUNDS]]]
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import orjson
import yaml

from ptcards.config import Config
from ptcards.exchange.export import Selection, export_to
from ptcards.exchange.importing import import_paths
from ptcards.scheduling.days import Moment
from ptcards.scheduling.events import Event
from ptcards.store.rows import INSERT_EVENT
from ptcards.study.study import Study

NOW = 1_790_000_000_000
YAML_CARDS = 5_000
SHOWN = "[[3,15,250,20700],[4,38,250,20738]]"
VERSIONS = '{"numpy":"2.4.6","python":"3.11.7","torch":"2.13.0+cpu"}'


def main(cards: int, events: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory(prefix="ptcards-") as name:
        folder = Path(name)
        print(f"{cards:,} cards, {events:,} events, medians of {rounds} rounds, ms")
        table = write_table(folder / "bench.csv", cards)
        compare("CSV, thin", rounds, lambda: raw_import(folder, table), lambda: our_import(folder, table))
        rows = rows_of(folder / "import")
        compare(
            "CSV, same rows", rounds, lambda: raw_rows(folder, table, rows), lambda: our_import(folder, table)
        )
        deck = write_yaml(folder / "bench.yaml")
        compare("import YAML", rounds, lambda: raw_yaml(deck), lambda: our_import(folder, deck))
        home = write_log(folder, table, events)
        same = folder / "floor.jsonl"
        compare("export jsonl", rounds, lambda: raw_lines(home, same), lambda: our_lines(home))
        mine = (home / "out.jsonl").read_bytes().partition(b"\n")[2]
        print("the same lines" if mine == same.read_bytes() else "the lines DIFFER")
        show_memory(folder, cards, events)


def show_memory(folder: Path, cards: int, events: int) -> None:
    """Peak resident memory of a process that exports, for a tenth of the cards and reviews and for all."""
    homes = []
    for part in (10, 1):
        table = write_table(folder / f"part{part}.csv", cards // part)
        homes.append(write_log(folder / f"part{part}", table, events // part))
    print(f"{'peak memory, MB':<17} {cards // 10:>9,} cards {cards:>9,} cards")
    for form in ("jsonl", "json", "csv", "fsrs-csv", "anki-txt", "apkg", "yaml"):
        small, large = (peak(home, form) for home in homes)
        print(f"{form:<17} {small:15.0f} {large:15.0f}")


def compare(what: str, rounds: int, floor: Callable[[], float], ours: Callable[[], float]) -> None:
    floors, mine = [], []
    for _ in range(rounds):
        floors.append(floor())
        mine.append(ours())
    low, high = statistics.median(floors), statistics.median(mine)
    print(
        f"{what:<14} floor {low * 1000:8.0f}   ptcards {high * 1000:8.0f}   time {high / low:5.2f}x   rate {low / high:5.2f}"
    )


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def texts(number: int) -> tuple[str, str, str]:
    question = f"What does operation number {number} do to a tensor of shape ({number % 7}, 4), and why?"
    return (
        question,
        f"It moves axis {number % 5} to the front and keeps the values of all {number} rows.",
        "torch shape",
    )


def write_table(path: Path, cards: int) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("question", "answer", "tags"), *map(texts, range(cards))])
    return path


def write_yaml(path: Path) -> Path:
    lines = ["deck: bench", "cards:"]
    for number in range(YAML_CARDS):
        question, answer, _ = texts(number)
        lines += [f"  - id: card-{number}", "    question: |", f"      {question}", "    accepts: recall"]
        lines += [f"    solution: {answer}", "    tags: [torch, shape]"]
    path.write_text("\n".join(lines) + "\n")
    return path


def raw_import(folder: Path, table: Path) -> float:
    target = folder / "raw.db"
    target.unlink(missing_ok=True)

    def work() -> None:
        with closing(sqlite3.connect(target)) as connection, table.open(newline="") as file:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(
                "CREATE TABLE cards (id INTEGER PRIMARY KEY, question, answer, tags, deck, due)"
            )
            connection.execute("CREATE INDEX by_due ON cards (deck, due)")
            rows = ((*row, "bench", None) for row in csv.reader(file))
            connection.executemany(
                "INSERT INTO cards (question, answer, tags, deck, due) VALUES (?, ?, ?, ?, ?)", rows
            )
            connection.commit()

    return timed(work)


def rows_of(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """What an import of the table left behind."""
    with closing(sqlite3.connect(home / "ptcards.db")) as connection:
        return {
            name: connection.execute(f"SELECT * FROM {name} WHERE deck = 'bench'").fetchall()
            for name in ("cards", "schedules")
        }


def raw_rows(folder: Path, table: Path, rows: dict[str, list[tuple[object, ...]]]) -> float:
    home = folder / "rows"
    shutil.rmtree(home, ignore_errors=True)
    open_study(home).close()

    def work() -> None:
        with closing(sqlite3.connect(home / "ptcards.db")) as connection, table.open(newline="") as file:
            connection.execute("PRAGMA synchronous = FULL")
            for _ in csv.reader(file):
                pass
            for name, ready in rows.items():
                places = ", ".join("?" * len(ready[0]))
                connection.executemany(f"INSERT INTO {name} VALUES ({places})", ready)
            connection.commit()

    return timed(work)


def raw_yaml(deck: Path) -> float:
    return timed(lambda: yaml.load(deck.read_text(), Loader=yaml.CSafeLoader))


def open_study(folder: Path) -> Study:
    study = Study(folder / "ptcards.db", Config(), lambda: Moment(NOW, 60))
    study.open()
    return study


def our_import(folder: Path, path: Path) -> float:
    home = folder / "import"
    shutil.rmtree(home, ignore_errors=True)
    study = open_study(home)
    try:
        return timed(lambda: import_paths(study, [path]))
    finally:
        study.close()


def write_log(folder: Path, table: Path, events: int) -> Path:
    """A home whose log is written straight into its table: only how it is read is measured."""
    home = folder / "log"
    study = open_study(home)
    import_paths(study, [table], deck="bench")
    keys = study.workspace.store.library.keys("bench")
    study.close()

    def event(number: int) -> Event:
        name = f"019f0000-0000-7000-8000-{number:012x}"
        said = Event(name, "bench", name, keys[number % len(keys)], "graded", NOW + number, 60, 20_700)
        return said._replace(
            q=4,
            rules=1,
            seconds=7.25,
            attempts=1,
            hints=0,
            verdict="pass",
            seed=number,
            versions=VERSIONS,
            shown=SHOWN,
        )

    with closing(sqlite3.connect(home / "ptcards.db")) as connection:
        connection.executemany(INSERT_EVENT, map(event, range(events)))
        answers = ((event(number).id, f"x.unsqueeze({number})") for number in range(0, events, 4))
        connection.executemany("INSERT INTO answers VALUES (?, ?)", answers)
        connection.commit()
    return home


def raw_lines(home: Path, target: Path) -> float:
    columns = [*Event._fields, "answer"]
    names = ", ".join(f'e."{name}"' for name in Event._fields)
    question = f"SELECT {names}, a.code FROM events e LEFT JOIN answers a ON a.event = e.id ORDER BY e.id"

    def work() -> None:
        with closing(sqlite3.connect(home / "ptcards.db")) as connection, target.open("wb") as out:
            for row in connection.execute(question):
                facts = {name: value for name, value in zip(columns, row, strict=True) if value is not None}
                if not facts["fuzz_days"]:
                    del facts["fuzz_days"]
                facts["versions"] = orjson.Fragment(facts["versions"])
                facts["shown"] = orjson.Fragment(facts["shown"])
                out.write(orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE))

    return timed(work)


def our_lines(home: Path) -> float:
    return export(home, "jsonl", home / "out.jsonl")


def export(home: Path, form: str, target: Path) -> float:
    study = open_study(home)
    try:
        # One deck: what a YAML file holds.
        chosen = Selection(decks=("bench",)) if form == "yaml" else Selection()
        return timed(lambda: list(export_to(study, form, target, chosen, force=True)))
    finally:
        study.close()


def peak(home: Path, form: str) -> float:
    command = [sys.executable, __file__, "--export", str(home), form]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--export"]:
        export(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[2]) / "out")
        # Not getrusage: what that tells after an exec is the parent's peak.
        (peak_line,) = [
            line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line
        ]
        print(int(peak_line.split()[1]) / 1024)
    else:
        given = [int(word) for word in sys.argv[1:]]
        main(*(given + [100_000, 1_000_000, 3][len(given) :]))
