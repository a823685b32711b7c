"""The store at scale, beside a raw `sqlite3` floor with the same schema and durability in the same run.

    python tests/benchmarks/store.py [--million] [--rounds 5]

Prints medians in milliseconds and the ratio to the floor. 100 or all cards are due; ten reviews a card, up to a million.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from math import ceil
from pathlib import Path

from ptcards.scheduling import sm2
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import Event, Kind, event
from ptcards.scheduling.ids import next_id
from ptcards.scheduling.queue import Limits
from ptcards.scheduling.replay import steps
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.scheduling.tallies import Tally
from ptcards.store import rows
from ptcards.store.store import Store
from ptcards.store.values import CardContent, DeckContent

NOW = Moment(1_795_000_000_000, 60)
TODAY = study_day(NOW)
LIMITS = Limits()
HISTORY_DAYS = 730
CONTENT = '{"id":"x","question":"' + "q" * 75 + '","solution":"' + "s" * 75 + '"}'


def build(path: Path, cards: int, due: int) -> None:
    """A deck of cards in review, `due` of them today, with ten reviews each up to a million in all."""
    with Store.open(path) as store:
        contents = tuple(CardContent(f"c{number}", CONTENT, "h") for number in range(cards))
        store.library.save([DeckContent("d", "D", "{}", "h", "", contents)], NOW, TODAY)
        with store._database.writing() as connection:
            newest, each = "", min(10, 1_000_000 // cards)
            totals: dict[tuple[int, int], list[int]] = {}
            step = HISTORY_DAYS * 86_400_000 // (cards * each)
            for number in range(cards * each):
                at = NOW.at - HISTORY_DAYS * 86_400_000 + number * step
                newest = next_id(at, newest, number)
                day, q = study_day(Moment(at, 60)), 4 if number % 7 else 2
                made = Event(
                    newest,
                    "x",
                    newest,
                    f"d/c{number % cards}",
                    "graded",
                    at,
                    60,
                    day,
                    q,
                    1,
                    0,
                    9.5,
                    1,
                    0,
                    "pass",
                )
                connection.execute(rows.INSERT_EVENT, made)
                counts = totals.setdefault((day, (at // 3_600_000 + 1) % 24), [0] * len(Tally._fields))
                counts[q] += 1
                counts[8] += 1
                counts[-1] += 9500
            for (day, hour), counts in totals.items():
                rows.add_tally(connection, (day, "d", hour), Tally._make(counts))  # type: ignore[arg-type]  # a bare key
            for number in range(cards):
                when = TODAY - number % 9 if number < due else TODAY + 1 + number % 60
                rows.write_schedule(connection, f"d/c{number}", Schedule(4, 20, 250, 0, when, None, each))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("ANALYZE main.meta")


class Floor:
    """What the work costs at least: the same rows, by hand, with nothing checked."""

    DUE = (
        "SELECT c.key, c.content, s.due_day FROM schedules s CROSS JOIN cards c ON c.root = s.card "
        "WHERE s.deck = 'd' AND NOT s.suspended AND s.due_day <= ? ORDER BY s.due_day, s.shuffle LIMIT 1"
    )
    STANDING = "INSERT INTO standings VALUES (?, ?, 'd', 0, ?) ON CONFLICT DO UPDATE SET cards = cards + excluded.cards"
    COUNT = "SELECT count(*) FROM schedules WHERE deck = 'd' AND NOT suspended AND due_day <= ?"

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA synchronous = FULL")
        self.newest = rows.newest_id(self.connection)

    def first(self) -> str:
        key, _, self.due = self.connection.execute(self.DUE, (TODAY,)).fetchone()
        return str(key)

    def answer(self, key: str) -> str:
        self.newest = next_id(NOW.at, self.newest, 5)
        made = Event(
            self.newest, "x", self.newest, key, "graded", NOW.at, 60, TODAY, 4, 1, 0, 9.5, 1, 0, "pass"
        )
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute(rows.INSERT_EVENT, made)
        self.connection.execute(
            "UPDATE schedules SET repetitions = 5, interval_days = 50, due_day = ?, answers = 11, head = ? WHERE card = ?",
            (TODAY + 50, self.newest, key),
        )
        self.connection.execute(
            "INSERT INTO totals SELECT ?, 'd', 0,0,0,0,1,0,0,0,1,0,0,0,0,0,0,1,0,0,9500 WHERE true "
            "ON CONFLICT DO UPDATE SET q4 = q4 + 1, young = young + 1, milliseconds = milliseconds + 9500",
            (TODAY,),
        )
        self.connection.execute(
            "INSERT INTO hours VALUES (?, 'd', 5, 1, 0) ON CONFLICT DO UPDATE SET passed = passed + 1",
            (TODAY,),
        )
        places = (("interval", 20, -1), ("interval", 50, 1), ("due", self.due, -1), ("due", TODAY + 50, 1))
        self.connection.executemany(self.STANDING, places)
        self.connection.execute("COMMIT")
        return self.first()


def once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def open_floor(path: Path) -> str:
    floor = Floor(path)
    with closing(floor.connection):
        return floor.first()


def open_store(path: Path) -> object:
    with Store.open(path) as store:
        return store.queue.next_card(TODAY, LIMITS)


def answers(path: Path, rounds: int) -> tuple[list[float], list[float]]:
    """Cycles of answer and next card, floor and store in turn, each on a copy of its own."""
    copy = path.with_name("copy.db")
    shutil.copy(path, copy)
    floor, ours = Floor(copy), []
    raw = []
    with Store.open(path) as store:
        pick = store.queue.next_card(TODAY, LIMITS)
        key = floor.first()
        for _ in range(rounds * 180):
            start = time.perf_counter()
            key = floor.answer(key)
            raw.append((time.perf_counter() - start) * 1000)
            assert pick is not None
            start = time.perf_counter()
            made = event(Kind.GRADED, pick.key, NOW, TODAY)._replace(
                q=4, rules=1, seconds=9.5, attempts=1, hints=0
            )
            store.log.record([made], expected_head=pick.schedule.head)
            pick = store.queue.next_card(TODAY, LIMITS, after=pick.key)
            ours.append((time.perf_counter() - start) * 1000)
    floor.connection.close()
    copy.unlink()
    return raw, ours


def statistics_of(path: Path) -> object:
    """The questions of a statistics page, from the totals."""
    with closing(sqlite3.connect(path)) as connection:
        sums = ", ".join(f"sum({name})" for name in Tally._fields)
        return [
            connection.execute(f"SELECT day, {sums} FROM totals GROUP BY day").fetchall(),
            connection.execute("SELECT hour, sum(passed), sum(failed) FROM hours GROUP BY hour").fetchall(),
        ]


def line(what: str, ours: float, floor: float | None = None, note: str = "") -> None:
    ratio = f"{ours / floor:8.2f}x" if floor else " " * 9
    beside = f"{floor:10.3f}" if floor else " " * 10
    print(f"{what:44}{ours:10.3f}{beside}{ratio}  {note}")


def at_scale(folder: Path, cards: int, rounds: int) -> None:
    for due in (200, cards):
        path = folder / f"{cards}-{due}.db"
        build(path, cards, due)
        name = f"{cards // 1000}k, {'all' if due == cards else due} due: "
        raw = statistics.median(once(partial(open_floor, path)) for _ in range(rounds * 4))
        ours = statistics.median(once(partial(open_store, path)) for _ in range(rounds * 4))
        line(name + "open, first card", ours, raw)
        with Store.open(path) as store, closing(sqlite3.connect(path)) as connection:
            raw = statistics.median(
                once(lambda: connection.execute(Floor.COUNT, (TODAY,)).fetchone()) for _ in range(rounds * 4)
            )
            counts = statistics.median(
                once(lambda: store.queue.today(TODAY, LIMITS)) for _ in range(rounds * 4)
            )
            look = statistics.median(once(lambda: store.queue.home(TODAY, LIMITS)) for _ in range(rounds * 4))
        line(name + "deck counts", counts, raw)
        line(name + "home screen's numbers", look)
        line(
            name + "totals for all statistics",
            statistics.median(once(partial(statistics_of, path)) for _ in range(rounds)),
        )
        if due == cards:
            floor, cycle = answers(path, rounds)
            line(name + "answer + next, p50", statistics.median(cycle), statistics.median(floor))
            slow, low = (statistics.quantiles(one, n=100)[-1] for one in (cycle, floor))
            beside = f"{slow / statistics.median(cycle):.1f}x own p50 (floor: {low / statistics.median(floor):.1f}x)"
            line(name + "answer + next, p99", slow, low, beside)
        path.unlink()


def whole_process(folder: Path, rounds: int) -> None:
    """`ptcards due` as a process, over a bare Python."""
    import os

    environment = {**os.environ, "PTCARDS_HOME": str(folder), "PTCARDS_DATABASE": str(folder / "due.db")}
    build(folder / "due.db", 1000, 200)
    bare = [sys.executable, "-c", "pass"]
    ours = [sys.executable, "-m", "ptcards", "due"]

    def run(command: list[str]) -> object:
        return subprocess.run(command, env=environment, capture_output=True, check=False)

    floor = statistics.median(once(lambda: run(bare)) for _ in range(rounds * 2))
    took = statistics.median(once(lambda: run(ours)) for _ in range(rounds * 2))
    line("`ptcards due`, whole process", took, floor, f"{took - floor:.0f} ms over a bare Python")


def plain_sm2(state: tuple[int, int, float, int], q: int, day: int) -> tuple[int, int, float, int]:
    """The plainest SM-2 there is."""
    n, interval, ease, _ = state
    if q < 3:
        return 0, 1, ease, day + 1
    ease = max(1.3, ease + 0.1 - (5 - q) * (0.08 + (5 - q) * 0.02))
    n += 1
    interval = 1 if n == 1 else 6 if n == 2 else ceil(interval * ease)
    return n, interval, ease, day + interval


def scheduling(rounds: int) -> None:
    grades = [4, 4, 5, 3, 4, 2, 4, 4, 5, 4] * 2

    def plain() -> None:
        for _ in range(2500):
            state = (0, 0, 2.5, 0)
            for q in grades:
                state = plain_sm2(state, q, state[3])

    def ours() -> None:
        for _ in range(2500):
            state = NEW
            for q in grades:
                state = sm2.grade(state, q, state.due_day or 0)

    histories = [list(history(grades, card)) for card in range(2500)]

    def replay() -> None:
        for events in histories:
            list(steps(events, frozenset()))

    timed = [(once(plain), once(ours), once(replay)) for _ in range(rounds * 3)]
    floor, graded, folded = (statistics.median(column) / 50_000 * 1000 for column in zip(*timed, strict=True))
    line("scheduling, us a grade", graded, floor, f"{floor / graded:.2f} of the plain loop's speed")
    line("replay, us a review", folded, floor)


def history(grades: list[int], card: int) -> Iterator[Event]:
    newest, day = "", TODAY
    for q in grades:
        newest = next_id(NOW.at, newest, card)
        yield Event(newest, "x", newest, f"d/{card}", "graded", NOW.at, 60, day, q, 1)
        day += 3000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=("scheduling", "process", "scale"))
    options = parser.parse_args()
    print(f"{'ms, medians':44}{'ours':>10}{'floor':>10}{'ratio':>9}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.only in {None, "scheduling"}:
            scheduling(options.rounds)
        if options.only in {None, "process"}:
            whole_process(folder, options.rounds)
        if options.only not in {None, "scale"}:
            return
        for cards in (1000, 100_000, *((1_000_000,) if options.million else ())):
            at_scale(folder, cards, options.rounds)


if __name__ == "__main__":
    main()
