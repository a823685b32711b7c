"""A learner's home with a clock that is moved by hand."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from ptcards.config import Config
from ptcards.exchange.export import export_to
from ptcards.exchange.importing import import_paths
from ptcards.exchange.library import Selection
from ptcards.exchange.log import MergeReport, merge_files
from ptcards.scheduling.days import Moment, date_of
from ptcards.scheduling.events import Event
from ptcards.study import actions
from ptcards.study.decks import ImportReport, open_desk

DAY = 86_400_000
START = 1_790_000_000_000


class Clock:
    """Shows the same moment until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> Moment:
        return Moment(self.at, 60)


class Home:
    """What a command line has in hand: the library, and the verbs of this package."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "ptcards.db"
        self.clock = Clock()
        self.desk = open_desk(self.database, Config(), self.clock)

    def answer(self, key: str, q: int, code: str | None = None, *, days: int = 0, cram: bool = False) -> None:
        """Record a grade so many days later, with the code that was answered."""
        from ptcards.scheduling.events import Kind, event, grade_kind

        self.clock.at += days * DAY + 1000
        now = self.desk.now()
        kind = grade_kind(self.desk.store.library.schedule(key), now.day, cram=cram)
        said = event(Kind(kind), key, now.moment, now.day)._replace(
            q=q, rules=1, verdict="pass" if q >= 3 else "fail", attempts=1, hints=0, seconds=2.5
        )
        self.desk.store.log.record([said], code=code)

    def export(self, form: str, output: Path | None = None, *, force: bool = True, **selection: Any) -> Path:
        target = output or self.folder / f"out.{form}"
        self.said = list(export_to(self.desk, form, target, Selection(**selection), force=force))
        return target

    def take(self, *paths: Path, **options: Any) -> ImportReport:
        return import_paths(self.desk, paths, **options)

    def merge(self, *paths: Path) -> MergeReport:
        return merge_files(self.desk, paths)

    def cards(self) -> tuple[str, ...]:
        return self.desk.store.library.keys()

    def state(self) -> dict[str, list[Any]]:
        """What replay makes of the log, and the log itself, as they lie on disk."""
        questions = {
            "schedules": "SELECT * FROM schedules WHERE head != '' ORDER BY card",
            "reviews": "SELECT * FROM reviews ORDER BY 1, 2",
            "events": "SELECT * FROM events ORDER BY id",
            "answers": "SELECT * FROM answers ORDER BY event",
        }
        with closing(sqlite3.connect(self.database)) as connection:
            return {name: connection.execute(question).fetchall() for name, question in questions.items()}

    def tables(self) -> dict[str, list[Any]]:
        """Decks, cards and log: everything that an import may change."""
        with closing(sqlite3.connect(self.database)) as connection:
            rows = {
                name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("decks", "cards")
            }
        return rows | self.state()


def live(home: Home, seed: int, steps: int = 25) -> None:
    """Some days of a learner's life: grades, cramming, suspending, burying, undo and redo."""
    chance = random.Random(seed)
    keys = home.cards()[:6]
    for _ in range(steps):
        home.clock.at += chance.choice((1000, 60_000, DAY, 2 * DAY))
        key, what = chance.choice(keys), chance.random()
        if what < 0.6:
            home.answer(key, chance.randrange(6), f"answer {chance.randrange(99)}")
        elif what < 0.75:
            actions.undo(home.desk)
        elif what < 0.8:
            actions.redo(home.desk)
        elif what < 0.95:
            actions.act(home.desk, key, action=chance.choice(("suspend", "resume", "bury", "mark", "reset")))
        else:
            day = date_of(home.desk.now().day + chance.randrange(9))
            actions.act(home.desk, key, action="due_set", day=day)


def review_often(home: Home, count: int, deck: str = "many") -> None:
    """Answers to the cards in turn, written straight into the log."""
    keys = home.desk.store.library.keys(deck)

    def event(number: int) -> Event:
        said = logged(number, keys[number % len(keys)], "graded")
        return said._replace(q=4, rules=1, seconds=7.25, attempts=1, hints=0, verdict="pass")

    write_events(home, map(event, range(count)))


def logged(number: int, key: str, kind: str) -> Event:
    name = f"019f0000-0000-7000-8000-{number:012x}"
    return Event(name, "elsewhere", name, key, kind, START + number, 60, 20_700)


def write_events(home: Home, events: Iterable[Event]) -> None:
    home.desk.store.log.merge((event, None) for event in events)
