"""Today's cards: read once, lined up by the one rule there is (`ptcards.scheduling.queue.line_up`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, case, func, or_, select

from ptcards.scheduling.events import Kind
from ptcards.scheduling.queue import (
    ALL,
    Candidate,
    Done,
    Limits,
    Line,
    Part,
    Selection,
    Today,
    Total,
    count_line,
    deck_of,
    line_up,
    part_of,
    shuffle_of,
)
from ptcards.scheduling.sm2 import LEARNED, NEW, Schedule
from ptcards.store.database import Prepared, pairs
from ptcards.store.glance import Glance, home
from ptcards.store.tables import cards, decks, reviews, schedules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from ptcards.scheduling.events import Step
    from ptcards.store.database import Database

_DAY: BindParameter[int] = bindparam("day")
_enabled = select(decks.c.slug).where(~decks.c.disabled)
_CARD = (cards.c.key, cards.c.deck, cards.c.position)
_TODAY = (
    select(*_CARD, *schedules.c[Schedule._fields])
    .select_from(schedules.join(cards, cards.c.key == schedules.c.card))
    .where(
        schedules.c.deck.in_(_enabled),
        or_(
            schedules.c.due_day <= _DAY,
            schedules.c.drill_day == _DAY,
            schedules.c.due_day.is_(None),
        ),
    )
)
_UNSEEN = select(*_CARD).where(
    cards.c.present,
    cards.c.deck.in_(_enabled),
    cards.c.key.not_in(select(schedules.c.card).where(schedules.c.deck.is_not(None))),
)
_DONE = (
    select(
        reviews.c.deck,
        *(func.sum(case((reviews.c.role == role, 1), else_=0)) for role in ("first", "repetition")),
    )
    .where(reviews.c.day == _DAY)
    .group_by(reviews.c.deck)
)
_PICK = Prepared(
    select(cards.c.content, schedules.c.card, *schedules.c[Schedule._fields])
    .select_from(cards.outerjoin(schedules, schedules.c.card == cards.c.key))
    .where(cards.c.key == bindparam("key"))
)


class Pick(NamedTuple):
    """The next card of the queue."""

    key: str
    deck: str
    part: Part
    content: str
    schedule: Schedule


class _Asked(NamedTuple):
    day: int
    limits: Limits
    selection: Selection


class Queue:
    """The day's cards, kept as long as nothing else changes them; `Store.queue`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: tuple[_Asked, object, Line] | None = None

    def line(self, day: int, limits: Limits, selection: Selection = ALL) -> Line:
        """All that `day` still offers, in its order, and what is held back and why."""
        with self._database.reading() as db:
            return self._line(db, _Asked(day, limits, selection))

    def next_card(
        self,
        day: int,
        limits: Limits,
        selection: Selection = ALL,
        *,
        after: str | None = None,
        drill: bool = True,
    ) -> Pick | None:
        """The next card of the queue: due, new, then the drill (unless it was declined).

        `after` is the key of the card just answered: it is not next while any other is left.
        """
        with self._database.reading() as db:
            line = self._line(db, _Asked(day, limits, selection))
            parts = [Part.DUE, Part.NEW, *([Part.DRILL] if drill else [])]
            order = ((part, key) for part in parts for key in line.of(part))
            first: tuple[Part, str] | None = None
            for part, key in order:
                first = first or (part, key)
                if key != after:
                    first = part, key
                    break
            if first is None:
                return None
            part, key = first
            content, known, *schedule = _PICK.run(db, key=key)[0]
            stands = NEW if known is None else Schedule._make(schedule)
            return Pick(key, deck_of(key), part, content, stands)

    def today(self, day: int, limits: Limits, selection: Selection = ALL) -> Today:
        """What `day` still offers, by deck, and how much is held back."""
        learning = and_(schedules.c.repetitions < LEARNED, schedules.c.due_day.is_not(None))
        with self._database.reading() as db:
            line = self._line(db, _Asked(day, limits, selection))
            every = pairs(db, select(decks.c.slug, decks.c.cards).where(~decks.c.disabled))
            few = db.execute(select(schedules.c.card, schedules.c.deck).where(learning)).all()
        chosen = selection.cards
        totals = {
            slug: Total(
                every[slug] if chosen is None else sum(deck_of(key) == slug for key in chosen),
                sum(deck == slug and (chosen is None or key in chosen) for key, deck in few),
            )
            for slug in sorted(every)
            if selection.decks is None or slug in selection.decks
        }
        return count_line(line, day, totals)

    def home(self, day: int, limits: Limits, selection: Selection = ALL) -> Glance:
        """What the home screen shows."""
        with self._database.reading():
            return home(self._database.driver, day, limits, selection)

    def follow(self, steps: Sequence[Step]) -> None:
        """Keep the line through an answer given here; anything else makes it be read anew.

        A card that the day offered used up what it was offered within: all others stay as they are.
        """
        if self._kept is None or len(steps) != 1 or self._database.path is None:
            return
        asked, version, line = self._kept
        one, now = steps[0], self._version()
        key, part = one.event.card, part_of(one.before, asked.day)
        graded = one.event.kind in (Kind.GRADED, Kind.DRILLED) and one.event.day == asked.day
        if not graded or version != (now[0], now[1] - 1) or part is None or key not in line.of(part):
            return
        due, new, drill = (tuple(one for one in line.of(some) if one != key) for some in Part)
        again = (key,) if part_of(one.after, asked.day) is Part.DRILL else ()
        self._kept = asked, now, Line(due, new, drill + again, line.held_back)

    def _line(self, db: Connection, asked: _Asked) -> Line:
        version = self._version()
        if self._kept is None or self._kept[:2] != (asked, version):
            day = {"day": asked.day}
            found = [
                Candidate(key, deck, position, shuffle_of(key), Schedule._make(schedule))
                for key, deck, position, *schedule in db.execute(_TODAY, day)
            ]
            found += [Candidate(key, deck, position, 0, NEW) for key, deck, position in db.execute(_UNSEEN)]
            done = {deck: Done(int(new), int(due)) for deck, new, due in db.execute(_DONE, day)}
            self._kept = asked, version, line_up(found, *asked[:2], done, asked.selection)
        return self._kept[2]

    def _version(self) -> tuple[object, int]:
        """Is another when something was written: here, or by another connection."""
        asked = "SELECT max(id) FROM events" if self._database.path is None else "PRAGMA data_version"
        return self._database.driver.execute(asked).fetchone()[0], self._database.writes
