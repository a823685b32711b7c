"""A learner's home with a clock that is moved by hand."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from ptcards.config import Config
from ptcards.exchange.export import export_to
from ptcards.exchange.importing import import_paths
from ptcards.exchange.log import MergeReport, Selection, merge_files
from ptcards.scheduling.days import Moment, date_of
from ptcards.scheduling.events import Event, Kind, event, grade_kind
from ptcards.scheduling.sm2 import Schedule
from ptcards.study import actions
from ptcards.study.decks import ImportReport, open_desk
from tests.exchange.packages import Note, write_package

DATA = Path(__file__).parent / "data"
"""Files that other programs made."""
DAY = 86_400_000
START = 1_790_000_000_000
Write = Callable[[str, str], Path]
"""What the fixture `write` gives."""


class Sums(NamedTuple):
    """Of all decks of an import: cards that are so, and in words what else is said."""

    new: int
    changed: int
    same: int
    removed: int
    renamed: int
    left: int
    """Left out, each in a note that counts them."""
    kept: int
    """No longer in the file."""
    notes: str


def sums(report: ImportReport) -> Sums:
    notes = "\n".join(note for deck in report.decks for note in deck.notes)
    new, changed, same, removed, renamed = (
        sum(getattr(deck, name) for deck in report.decks) for name in Sums._fields[:5]
    )
    left = re.findall(r"^cards .*, left out: ([\d,]+)$", notes, re.MULTILINE)
    kept = re.findall(r"^no longer in the file.*: (\d+) card", notes, re.MULTILINE)
    counted = sum(int(one.replace(",", "")) for one in left), sum(map(int, kept))
    return Sums(new, changed, same, removed, renamed, *counted, notes)


class Home:
    """What a command line has in hand: the library, and the verbs of this package."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.database, self.at = folder, folder / "ptcards.db", START
        self.desk = open_desk(self.database, Config(), lambda: Moment(self.at, 60))

    def answer(self, key: str, q: int, code: str | None = None, *, days: int = 0, cram: bool = False) -> None:
        """Record a grade so many days later, with the code that was answered."""
        self.at += days * DAY + 1000
        now = self.desk.now()
        kind = grade_kind(self.schedule(key), now.day, cram=cram)
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

    def take_notes(self, *notes: Note, conf: dict[str, Any] | None = None, **options: Any) -> Sums:
        """Import notes as a package of a collection that is configured so."""
        path = write_package(self.folder / "notes.apkg", notes, **(conf or {}))
        report = self.take(path, **options)
        assert not report.errors
        return sums(report)

    def counts(self, *paths: Path, **options: Any) -> list[tuple[int, int, int, int]]:
        """Of each deck that comes in, without a problem, cards that are new, changed, the same and removed."""
        report = self.take(*paths, **options)
        assert not report.errors
        return [(deck.new, deck.changed, deck.same, deck.removed) for deck in report.decks]

    def cards(self, deck: str | None = None) -> tuple[str, ...]:
        return self.desk.store.library.keys(deck)

    def schedule(self, key: str) -> Schedule:
        return self.desk.store.library.schedule(key)

    def state(self) -> dict[str, Any]:
        """The log, and what replay makes of it."""
        store = self.desk.store
        log = list(store.log.events())
        keys = sorted({one.card for one, _ in log if one.card})
        return {"log": log, "steps": store.log.history(*keys), "schedules": [*map(self.schedule, keys)]}

    def tables(self) -> dict[str, Any]:
        """Decks, cards and log: everything that an import may change."""
        library = self.desk.store.library
        cards = [*library.cards(), *library.cards(orphans=True)]
        return {"decks": library.decks(), "cards": cards, **self.state()}

    def logged(self, kind: str | None = None) -> list[Event]:
        return [one for one, _ in self.desk.store.log.events() if kind in (None, one.kind)]


def live(home: Home, seed: int, steps: int = 25) -> None:
    """Some days of a learner's life: grades, cramming, suspending, burying, undo and redo."""
    chance = random.Random(seed)
    keys = home.cards()[:6]
    for _ in range(steps):
        home.at += chance.choice((1000, 60_000, DAY, 2 * DAY))
        key, what = chance.choice(keys), chance.random()
        if what < 0.6:
            home.answer(key, chance.randrange(6), f"answer {chance.randrange(99)}")
        elif what < 0.75:
            actions.undo(home.desk)
        elif what < 0.8:
            actions.undo(home.desk, redo=True)
        elif what < 0.95:
            actions.act(home.desk, key, action=chance.choice(("suspend", "resume", "bury", "mark", "reset")))
        else:
            day = date_of(home.desk.now().day + chance.randrange(9))
            actions.act(home.desk, key, action="due_set", day=day)
