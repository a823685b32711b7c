"""Two years of a learner who answers each card when it is due, for ptcards and for Anki, and how both are measured."""

import json
import random
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from ptcards.config import Config
from ptcards.scheduling import sm2
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import Event, next_id, shown_text
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store.library import CardContent, DeckContent
from ptcards.store.store import Store
from ptcards.store.tables import StoredDeck
from ptcards.study.decks import open_desk
from ptcards.study.desk import Desk

NOW = Moment(1_795_000_000_000, 60)
TODAY = study_day(NOW)
DAYS = 730
BUILD = Path(__file__).parents[2] / "build"
ANKI, KEPT = BUILD / "anki" / "bin" / "python", BUILD / "benchmarks"
QUESTION, ANSWER = "Which shape has the tensor number {} after this?" + " q" * 14, "It is {} by 4" + " s" * 30


class Answer(NamedTuple):
    """One answer of a life, at a study day."""

    day: int
    card: int
    q: int
    before: Schedule
    after: Schedule


def lives(cards: int) -> list[Answer]:
    """About ten answers a card, in order; one card in ten is due today, because its last answer never came."""
    chance, answers = random.Random(20), list[Answer]()
    for card in range(cards):
        schedule, day, own = NEW, TODAY - DAYS + chance.randrange(60), list[Answer]()
        while day <= TODAY:
            q = 2 if chance.random() < 0.1 else 4
            after = sm2.grade(schedule, q, day)
            own.append(Answer(day, card, q, schedule, after))
            schedule, day = after, after.due_day or 0
        answers += own[: -1 if card % 10 == 0 else None]
    return sorted(answers, key=lambda one: (one.day, one.card * 7919 % cards))


def at(day: int, number: int) -> int:
    """UTC milliseconds of the day's answer so numbered."""
    return day * 86_400_000 + 7 * 3_600_000 + number * 4_000 % 50_000_000 + number // 12_500


def events(answers: list[Answer], device: str = "c0ffee00c0ffee00", deck: str = "d") -> Iterator[Event]:
    newest, today, number = "", 0, count()
    for one in answers:
        if one.day != today:
            today, number = one.day, count()
        moment = at(one.day, next(number))
        newest = next_id(moment, newest, one.card + int(device, 16))
        yield Event(
            newest, device, newest, f"{deck}/c{one.card}", "graded", moment, 60, one.day, one.q, 1, 0, 9.5, 1, 0,
            "pass" if one.q > 2 else "fail", shown=shown_text(one.before, one.after),
        )  # fmt: skip


def content(cards: int, deck: str = "d") -> DeckContent:
    def card(number: int) -> CardContent:
        facts = {
            "accepts": "recall",
            "id": f"c{number}",
            "question": QUESTION.format(number),
            "solution": ANSWER.format(number),
        }
        return CardContent(f"c{number}", json.dumps(facts))

    row = StoredDeck(deck, "D", "", "en", None, f'{{"deck":"{deck}"}}', "", "", 0, False, "")
    return DeckContent(row, tuple(map(card, range(cards))))


def build(path: Path, cards: int, answers: list[Answer]) -> Path:
    """A database of ptcards that lived these lives; kept, since a merge of a million events takes its time."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with Store.open(path) as store:
            store.library.save([content(cards)])
            store.log.merge((event, None) for event in events(answers))
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def opened(path: Path) -> Desk:
    """The library, as the app opens it."""
    return open_desk(path, Config(), lambda: NOW)


class Anki:
    """Anki's own library in a process of its own, on a collection that lived the same; see `anki_side.py`."""

    def __init__(self, folder: Path, cards: int, answers: list[Answer]) -> None:
        if not ANKI.exists():
            sys.exit("Anki's library is not there: tests/exchange/anki.sh installs it")
        self.path = folder / "collection.anki2"
        self._process = subprocess.Popen(
            [ANKI, Path(__file__).with_name("anki_side.py"), self.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        fixture = folder / "anki.jsonl"
        with fixture.open("w") as file:
            print(cards, QUESTION, ANSWER, sep="\t", file=file)
            for number, one in enumerate(answers):
                before, after = one.before, one.after
                ahead = (after.due_day or 0) - TODAY
                print(one.card, at(one.day, number), 3 if one.q > 2 else 1, before.interval_days,
                      after.interval_days, after.ease, after.lapses, ahead, file=file)  # fmt: skip
        self.ask("build", str(fixture))

    def ask(self, *command: object) -> Any:
        """What a command of `anki_side.py` gives: milliseconds mostly."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(command), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=60)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def median(work: Callable[[], object], rounds: int) -> float:
    return statistics.median(timed(work) for _ in range(rounds))


def heading(floor: str) -> None:
    print(f"{'medians':44}{'ptcards':>10}{floor:>14}{'ratio':>8}")


def row(what: str, ours: float, floor: float | None = None, unit: str = "ms", note: str = "") -> None:
    beside = f"{floor:11.2f} {unit:<2}{ours / floor:7.2f}x" if floor else " " * 22
    print(f"{what:44}{ours:7.2f} {unit:<2}{beside}  {note}", flush=True)
