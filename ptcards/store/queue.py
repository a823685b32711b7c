"""Today's cards in their order: read once, then kept through the answers that are given here."""

from collections.abc import Collection, Iterator, Sequence

import sqlalchemy as sa

from ptcards.config import Config
from ptcards.scheduling.events import Kind, Step
from ptcards.scheduling.queue import Allowance, Queue, Scope, deck_of, shuffle_of
from ptcards.scheduling.sm2 import LEARNED, in_drill
from ptcards.store.database import Database
from ptcards.store.glance import WAITS, waits_of
from ptcards.store.tables import cards, decks, names, reviews, schedules, text_of, waits

_ALL = Scope()
_DAY: sa.BindParameter[int] = sa.bindparam("day")
_DECK: sa.BindParameter[str] = sa.bindparam("deck")
_DECKS: sa.BindParameter[Sequence[str]] = sa.bindparam("decks", expanding=True)
_SEEN = sa.and_(schedules.c.deck == decks.c.slug, schedules.c.due_day.is_not(None))
_LEARNED = sa.select(sa.func.count()).where(_SEEN).scalar_subquery()
_ENABLED = sa.select(decks.c.slug, decks.c.cards > _LEARNED).where(~decks.c.disabled).order_by(decks.c.slug)
_OFFERED = sa.and_(
    ~sa.func.coalesce(schedules.c.suspended, sa.false()),
    sa.func.coalesce(schedules.c.buried_until, 0) <= _DAY,
)
_DUE = sa.select(schedules.c.due_day, schedules.c.card).where(
    schedules.c.deck.in_(_DECKS), schedules.c.due_day <= _DAY, _OFFERED
)
# Of all decks, so that SQLite goes by the index of the drill.
_DRILL = (
    sa.select(schedules.c.card)
    .where(schedules.c.deck.is_not(None), schedules.c.drill_day == _DAY, schedules.c.due_day > _DAY, _OFFERED)
    .order_by(schedules.c.head, schedules.c.card)
)
_NEW = (
    sa.select(cards.c.key)
    .outerjoin(schedules, schedules.c.card == cards.c.key)
    .where(cards.c.deck == _DECK, cards.c.present, schedules.c.due_day.is_(None), _OFFERED)
    .order_by(cards.c.position, cards.c.key)
)
_WAITS = sa.text(WAITS)
_DONE = (
    sa.select(
        reviews.c.deck,
        *(sa.func.sum(sa.case((reviews.c.role == role, 1), else_=0)) for role in ("first", "repetition")),
    )
    .where(reviews.c.day == _DAY)
    .group_by(reviews.c.deck)
)
# The cards that others wait for, whether they hold them back or not.
_BEFORE = sa.select(text_of(sa.func.coalesce(names.c.card, waits.c.before))).select_from(
    waits.outerjoin(names, names.c.name == waits.c.before)
)


class DailyQueue:
    """The day's cards, kept as long as nothing else changes them; `Store.queue`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: tuple[tuple[object, ...], tuple[object, int], Queue, set[str]] | None = None

    def of_day(self, day: int, config: Config, scope: Scope = _ALL, unmet: Collection[str] = ()) -> Queue:
        """All of a scope's cards that `day` still offers, but for the `unmet` cards and decks.

        Due by due day, then shuffled; new by position or shuffled, decks in turn; the drill
        with the longest ago first.
        """
        asked = day, config, scope, unmet
        if self._kept is None or self._kept[:2] != (asked, self._database.version):
            with self._database.reading() as db:
                before = set(db.scalars(_BEFORE))
                self._kept = asked, self._database.version, _read(db, *asked), before
        return self._kept[2]

    def waiting(self, day: int, unmet: Collection[str]) -> dict[str, list[str]]:
        """What new cards wait for on `day`, by the card."""
        with self._database.reading() as db:
            return waits_of(db.execute(_WAITS, {"day": day}), unmet)

    def follow(self, steps: Sequence[Step]) -> None:
        """Keep the queue through an answer given here; any other action makes it be read anew.

        A card that the day offered used up what it was offered within: all others stay as they are. But a new
        one that was answered before another of its deck changes whose turn it is; and one that was learned
        now, or lapsed, may let others come, or wait again.
        """
        kept, self._kept = self._kept, None
        if kept is None or len(steps) != 1:
            return
        day, queue, one = kept[0][0], kept[2], steps[0]
        before, after = (side.repetitions >= LEARNED for side in (one.before, one.after))
        if before != after and one.event.card in kept[3]:
            return
        graded = one.event.kind in (Kind.GRADED, Kind.DRILLED) and one.event.day == day
        part = next((part for part in queue if one.event.card in part), None)
        if part is queue.new:
            its = deck_of(one.event.card)
            graded &= one.event.card == next(key for key in part if deck_of(key) == its)
        if graded and part is not None:
            del part[one.event.card]
            if in_drill(one.after, one.event.day):
                queue.drill[one.event.card] = None
            self._kept = kept


def _read(db: sa.Connection, day: int, config: Config, scope: Scope, unmet: Collection[str]) -> Queue:
    def chosen(key: str) -> bool:
        return key not in unmet and (scope.cards is None or key in scope.cards)

    known = {slug: unseen for slug, unseen in db.execute(_ENABLED) if slug not in unmet}
    wanted = [slug for slug in known if not scope.decks or slug in scope.decks]
    its = {"day": day, "decks": wanted}
    done = db.execute(_DONE, its).all()
    reviewed = Allowance(config, "reviews_per_day", {row[0]: int(row[2]) for row in done})
    learned = Allowance(config, "new_per_day", {row[0]: int(row[1]) for row in done})
    by_hand = scope.cards is not None and scope.tag is None
    held = {} if by_hand else waits_of(db.execute(_WAITS, its), unmet)
    due = sorted((when, shuffle_of(key), key) for when, key in db.execute(_DUE, its) if chosen(key))

    def unseen(slug: str) -> Iterator[str]:
        # No more are read than the limit lets in, but to shuffle them.
        with db.execute(_NEW, {"day": day, "deck": slug}) as rows:
            found = (key for key in rows.scalars() if chosen(key) and key not in held)
            shuffled = config.decks.get(slug, {}).get("new_order", config.new_order) == "random"
            yield from sorted(found, key=shuffle_of) if shuffled else found

    return Queue(
        dict.fromkeys(key for *_, key in due if reviewed.take(deck_of(key))),
        dict.fromkeys(learned.in_turn((slug, unseen(slug)) for slug in filter(known.get, wanted))),
        dict.fromkeys(key for key in db.scalars(_DRILL, its) if deck_of(key) in wanted and chosen(key)),
    )
