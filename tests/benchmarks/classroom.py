"""Learners who answer at once on one server, each with a schema and a process of their own.

    PTCARDS_TEST_DURABLE=1 tests/postgres.sh .venv/bin/python -m tests.benchmarks.classroom [LEARNERS [SECONDS]]

(default: 50 learners, 20 s each way). With PTCARDS_TEST_DURABLE the server writes to the disk before it says that
something is kept, as one should: without, it is set to lose all in a power cut. Each has a life of 100 cards behind
it, and many new ones before. An answer is a grade and the next question, as a session has
them; the copy that a session keeps beside a server is left out, since each learner's machine writes its own. First they think for a second in the mean
between two, ten times as fast as people are; then not at all. The floor is a row in a table of their own, inserted
by the driver, at the same pace, by as many processes on the same server: what a durable commit takes there.
"""

import multiprocessing
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ptcards.config import Config
from ptcards.scheduling.queue import Scope
from ptcards.store import postgres
from ptcards.store.server import Server, where
from ptcards.store.store import Store
from ptcards.study.desk import Desk
from ptcards.study.session import Session
from tests.benchmarks.lives import NOW, content, events, lives

CARDS, LIVED = 1500, 100
WAYS = {"thinking 1 s": 1.0, "flat out": 0.0}
WARMING = 8
LIMITS = Config(new_per_day=10**6, reviews_per_day=None)


def place(number: int) -> Server:
    named = where(f"{os.environ['PTCARDS_TEST_POSTGRES']}&learner=pupil{number}")
    assert isinstance(named, Server)
    return named


def prepare(number: int) -> None:
    with Store.open(place(number)) as store:
        store.library.save([content(CARDS)])
        store.log.merge((one, None) for one in events(lives(LIVED)))
    with postgres.connect(place(number)) as connection:
        connection.execute("CREATE TABLE floor (number bigint PRIMARY KEY, facts text)")


def at_pace(think: float, seconds: float, seed: int, work: Callable[[], object]) -> list[float]:
    """Do it again and again, with pauses as people make them."""
    chance, taken, until = random.Random(seed), list[float](), time.monotonic() + seconds
    time.sleep(chance.random() * think)
    while time.monotonic() < until:
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
        time.sleep(chance.expovariate(1 / think) if think else 0)
    return taken


def learner(number: int, think: float, seconds: float, start: Any) -> list[float]:
    with Desk(Store.open(place(number)), Path(), LIMITS, lambda: NOW) as desk:
        session = Session(desk, Scope(decks=("d",)))
        session.next()

        def answer() -> None:
            session.reveal()
            session.grade(4)
            session.next()

        # What the first answers of a process load and prepare is no burden of a server.
        for _ in range(WARMING):
            answer()
        start.wait()
        return at_pace(think, seconds, number, answer)


def floor(number: int, think: float, seconds: float, start: Any) -> list[float]:
    with postgres.connect(place(number)) as connection:
        rows = iter(range(time.time_ns(), 2**62))
        start.wait()
        facts = "x" * 300
        put = "INSERT INTO floor VALUES (%s, %s)"
        return at_pace(think, seconds, number, lambda: connection.execute(put, [next(rows), facts]))


def together(work: Callable[..., list[float]], count: int, think: float, seconds: float) -> list[list[float]]:
    """The same work in so many processes, which begin when all are ready."""
    context = multiprocessing.get_context("fork")
    start, results = context.Barrier(count), context.SimpleQueue()

    def run(number: int) -> None:
        results.put(work(number, think, seconds, start))

    processes = [context.Process(target=run, args=(number,)) for number in range(count)]
    for process in processes:
        process.start()
    found = [results.get() for _ in processes]
    for process in processes:
        process.join()
    return found


def main(count: int, seconds: float) -> None:
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    for number in range(count):
        prepare(number)
    with postgres.connect(place(0)) as connection:
        print(*(f"{name} = {connection.execute(f'SHOW {name}').fetchall()[0][0]}" for name in settings))
    print(f"{count} learners".ljust(40) + f"{'each s':>8}{'p50':>12}{'p90':>12}{'p99':>12}")
    for way, think in WAYS.items():
        spread = list[list[float]]()
        for name, work in (("bare commit", floor), ("answer and next question", learner)):
            every = [one for taken in together(work, count, think, seconds) for one in taken]
            cuts = statistics.quantiles(every, n=100)
            spread.append([cuts[49], cuts[89], cuts[98]])
            columns = "".join(f"{one:9.2f} ms" for one in spread[-1])
            print(f"{way}: {name}".ljust(40) + f"{len(every) / seconds:8.0f}{columns}", flush=True)
        ratios = "".join(f"{ours / bare:11.2f}x" for bare, ours in zip(*spread, strict=True))
        print(f"{way}: ratio".ljust(48) + ratios)
    findings = 0
    for number in range(count):
        with Store.open(place(number), read_only=True) as store:
            findings += len(store.log.check())
    print(f"{count} logs were checked: {findings} findings")


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["50"])[0]), float((sys.argv[2:] or ["20"])[0]))
