"""All statistics over a long history, beside what SQLite alone takes to read the same tables in the same run.

    python tests/benchmarks/stats.py [--cards 100000] [--reviews 1000000] [--years 4] [--rounds 9]

Prints medians in milliseconds, the processor's time beside the wall's, and the ratio to the floor: one sum over
the daily totals, one over the counts of where the cards stand. The last line opens the screen, until its first lines are drawn.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from ptcards.config import Config
from ptcards.deck.card import Deck
from ptcards.deck.content import deck_to_data
from ptcards.scheduling.days import Moment
from ptcards.scheduling.events import Event
from ptcards.scheduling.ids import next_id
from ptcards.scheduling.tallies import Tally
from ptcards.statistics.page import page
from ptcards.statistics.sections import sections
from ptcards.store.counting import recount
from ptcards.store.newest import labels, newest_answers
from ptcards.store.rows import INSERT_EVENT
from ptcards.store.standings import standings
from ptcards.store.store import Store
from ptcards.store.sums import history
from ptcards.study.library import deck_content
from ptcards.study.statistics import spans_of, statistics
from ptcards.study.study import Study
from ptcards.study.workspace import Workspace
from ptcards.tui.app import PtcardsApp
from ptcards.tui.screens.statistics import StatisticsScreen

TODAY = 20_780
NOON = Moment(TODAY * 86_400_000 + 11 * 3_600_000, 60)
CARD = '{"id":"x","question":"%s","solution":"x"}' % ("q" * 80)
FLOOR = (
    f"SELECT {', '.join(f'sum({name})' for name in Tally._fields)} FROM totals",
    "SELECT what, value, suspended, sum(cards) FROM standings GROUP BY what, value, suspended",
)


def build(path: Path, cards: int, reviews: int, years: int) -> None:
    """Write cards, schedules, totals and events straight into the tables."""
    chance = random.Random(1)
    deck = Deck(slug="deck", cards=())
    with Store.open(path) as store:
        store.library.save([deck_content(deck, deck_to_data(deck), path=None, stamp="")], NOON, TODAY)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE decks SET cards = ?", (cards,))
        connection.executemany(f"INSERT INTO cards VALUES ({marks(9)})", card_rows(cards))
        connection.executemany(f"INSERT INTO schedules VALUES ({marks(15)})", schedule_rows(cards, chance))
        days = range(TODAY - 365 * years + 1, TODAY + 1)
        each = reviews // len(days)
        totals = [(day, "deck", *tally(each)) for day in days]
        connection.executemany(f"INSERT INTO totals VALUES ({marks(2 + len(Tally._fields))})", totals)
        hours = [
            (day, "deck", hour, each // 12, each // 80)
            for day in days
            for hour in chance.sample(range(24), 11)
        ]
        connection.executemany(f"INSERT INTO hours VALUES ({marks(5)})", hours)
        connection.executemany(INSERT_EVENT, event_rows(cards, days, each, chance))
        recount(connection)
    connection.close()


def marks(count: int) -> str:
    return ", ".join("?" * count)


def card_rows(cards: int) -> Iterator[tuple[object, ...]]:
    for number in range(cards):
        key = f"deck/card-{number:06}"
        yield key, "deck", number, CARD, "hash", f"\ntag-{number % 40}\n", None, 1, key


def schedule_rows(cards: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    for number in range(cards):
        interval = min(36_500, int(chance.lognormvariate(3.5, 1.4)) + 1)
        ease = max(130, round(chance.gauss(240, 35)))
        due = TODAY + chance.randrange(-1, interval + 1) if number % 50 else None
        lapses = int(chance.expovariate(0.8))
        standing = (3, interval, ease, lapses, due, None, 10, None, number % 200 == 0, 0, f"{number:032x}")
        yield f"deck/card-{number:06}", *standing, "deck", number, chance.getrandbits(40)


def tally(each: int) -> Tally:
    some = each // 20
    return Tally(q1=some, q2=some, q3=some, q4=each - 4 * some, q5=some, introduced=some, young=each // 2,
                 young_lost=some, mature=each // 3, mature_lost=some, drilled=some, first_try=each // 2,
                 milliseconds=each * 11_000)  # fmt: skip


def event_rows(cards: int, days: range, each: int, chance: random.Random) -> Iterator[Event]:
    newest = ""
    for day in days:
        for number in range(each):
            at = day * 86_400_000 + 8 * 3_600_000 + number * 1000
            newest = next_id(at, newest, chance.getrandbits(74))
            failed = chance.random() < 0.15
            yield Event(
                newest, "device", newest, f"deck/card-{chance.randrange(cards):06}", "graded", at, 60, day,
                q=1 if failed else 4, rules=1, seconds=11.5, attempts=1, hints=0,
                verdict="fail" if failed else "pass",
                why=chance.choice(("shape", "dtype", "values")) if failed else None,
                versions='{"torch":"2.13.0"}', shown="[[2,6,250,20000],[3,15,250,20015]]",
                details='{"mistakes":["dim 0 puts the new axis first"]}' if failed else None,
            )  # fmt: skip


def timed(rounds: int, calls: dict[str, Callable[[], object]]) -> dict[str, tuple[float, float]]:
    """Milliseconds of each call, of the wall and of the processor; the calls take turns."""
    wall: dict[str, list[float]] = {name: [] for name in calls}
    used: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds + 1):
        for name, call in calls.items():
            start, ticks = time.perf_counter(), time.process_time()
            call()
            wall[name].append((time.perf_counter() - start) * 1000)
            used[name].append((time.process_time() - ticks) * 1000)
    return {name: (median(wall[name][1:]), median(used[name][1:])) for name in calls}


async def open_screen(path: Path, rounds: int) -> float:
    """The median of milliseconds from pushing the screen to its numbers being drawn."""
    taken = []
    app = PtcardsApp(Study(path, Config(), lambda: NOON))
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.app.workers.wait_for_complete()
        for _ in range(rounds + 1):
            start = time.perf_counter()
            screen = StatisticsScreen(app.desk)
            app.push_screen(screen)
            await pilot.pause()
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            taken.append((time.perf_counter() - start) * 1000)
            app.pop_screen()
            await pilot.pause()
    return median(taken[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default in (("cards", 100_000), ("reviews", 1_000_000), ("years", 4), ("rounds", 9)):
        parser.add_argument(f"--{name}", type=int, default=default)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PTCARDS_HOME"] = folder
        path = Path(folder) / "ptcards.db"
        build(path, wanted.cards, wanted.reviews, wanted.years)
        measure(path, wanted.rounds)


def measure(path: Path, rounds: int) -> None:
    with Store.open(path, read_only=True) as store:
        workspace = Workspace(store, path, Config(), lambda: NOON, None)
        found, spans = statistics(workspace), spans_of(TODAY, None)
        with store._database.free() as raw:
            newest = newest_answers(raw, 0)
            calls: dict[str, Callable[[], object]] = {
                "floor: the tables read once": lambda: [raw.execute(each).fetchall() for each in FLOOR],
                "reviews: sums of a year and of all": lambda: history(raw, spans),
                "the newest answers": lambda: newest_answers(raw, spans.since),
                "their cards' names and tags": lambda: labels(raw, [answer.root for answer in newest]),
                "cards: histograms and forecast": lambda: standings(raw, TODAY),
                "all statistics": lambda: statistics(workspace),
                "their sections": lambda: sections(found),
                "the page": lambda: page(found),
            }
            took = timed(rounds, calls)
    floor = took["floor: the tables read once"][0]
    print(f"{'ms, medians':38}{'wall':>8}{'cpu':>8}{'x floor':>9}")
    for name, (wall, used) in took.items():
        print(f"{name:38}{wall:8.1f}{used:8.1f}{wall / floor:9.2f}")
    print(f"{'the screen, opened and drawn':38}{asyncio.run(open_screen(path, rounds)):8.1f}")


if __name__ == "__main__":
    main()
