"""Today's cards: read once, put in order by the one rule there is (`ptcards.scheduling.queue.queue_up`)."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, case, func, or_, select

from ptcards.scheduling.events import Kind, Step
from ptcards.scheduling.queue import ALL, Candidate, Done, Limits, Part, Queue, Selection, part_of, queue_up
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store.database import Database
from ptcards.store.tables import cards, decks, reviews, schedules

_DAY: BindParameter[int] = bindparam("day")
_enabled = select(decks.c.slug).where(~decks.c.disabled)
_CARD = (cards.c.key, cards.c.deck, cards.c.position)
_TODAY = (
    select(*_CARD, *schedules.c[Schedule._fields])
    .select_from(schedules.join(cards, cards.c.key == schedules.c.card))
    .where(
        schedules.c.deck.in_(_enabled),
        or_(schedules.c.due_day <= _DAY, schedules.c.drill_day == _DAY, schedules.c.due_day.is_(None)),
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


class _Asked(NamedTuple):
    day: int
    limits: Limits
    selection: Selection


class DailyQueue:
    """The day's cards, kept as long as nothing else changes them; `Store.queue`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: tuple[_Asked, object, Queue] | None = None

    def of_day(self, day: int, limits: Limits, selection: Selection = ALL) -> Queue:
        """All that `day` still offers, in its order, and what is held back and why."""
        asked, at = _Asked(day, limits, selection), {"day": day}
        with self._database.reading() as db:
            version = self._version()
            if self._kept is None or self._kept[:2] != (asked, version):
                found = [
                    Candidate._make((*row[:3], Schedule._make(row[3:]))) for row in db.execute(_TODAY, at)
                ]
                found += [Candidate._make((*row, NEW)) for row in db.execute(_UNSEEN)]
                done = db.execute(_DONE, at).all()
                used = Done({row[0]: int(row[1]) for row in done}, {row[0]: int(row[2]) for row in done})
                self._kept = asked, version, queue_up(found, day, limits, used, selection)
            return self._kept[2]

    def follow(self, steps: Sequence[Step]) -> None:
        """Keep the queue through an answer given here; anything else makes it be read anew.

        A card that the day offered used up what it was offered within: all others stay as they are.
        """
        if self._kept is None or len(steps) != 1 or self._database.path is None:
            return
        asked, version, queue = self._kept
        one, now = steps[0], self._version()
        key, part = one.event.card, part_of(one.before, asked.day)
        graded = one.event.kind in (Kind.GRADED, Kind.DRILLED) and one.event.day == asked.day
        if not graded or version != (now[0], now[1] - 1) or part is None or key not in queue.of(part):
            return
        due, new, drill = (tuple(other for other in queue.of(some) if other != key) for some in Part)
        again = (key,) if part_of(one.after, asked.day) is Part.DRILL else ()
        self._kept = asked, now, Queue(due, new, drill + again, queue.held_back)

    def _version(self) -> tuple[object, int]:
        """Is another when something was written: here, or by another connection."""
        asked = "SELECT max(id) FROM events" if self._database.path is None else "PRAGMA data_version"
        return self._database.driver.execute(asked).fetchone()[0], self._database.writes
