"""The statistics' questions: sums over what answers count as, and over the cards' schedules."""

from collections import Counter
from heapq import nsmallest
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from ptcards.scheduling.events import keeps_failing, mistakes_of
from ptcards.scheduling.sm2 import LEECH, LOWEST_EASE
from ptcards.statistics import numbers as found
from ptcards.statistics.numbers import Rate
from ptcards.store import tables
from ptcards.store.database import Database, pairs
from ptcards.store.fold import CARD, COUNTED_TO, COUNTS, HOUR, LOST, NAMED, REVIEWED, WITHDRAWN, steps
from ptcards.store.tables import answers, cards, days, decks, events, names, present, reviews, schedules

_WIDE = 2**20
"""More than there is of hundredths of an ease, or of lapses."""
_ANSWERS = (*(f"q{grade}" for grade in range(6)), "practised", "drilled", "crammed", "recorded")
_CARD: sa.BindParameter[str] = sa.bindparam("card", type_=names.c.name.type)
_CALLED = sa.union(sa.select(_CARD), sa.select(names.c.name).where(names.c.card == _CARD))
_FAILED = (
    sa.select(events.c.day, sa.func.coalesce(events.c.why, ""), answers.c.code)
    .join(reviews, sa.and_(reviews.c.day == events.c.day, reviews.c.event == events.c.id))
    .join(answers, answers.c.event == events.c.id)
    .where(events.c.card.in_(_CALLED), LOST)
    .order_by(events.c.id.desc())
    .limit(found.FAILURES)
)


class Sums:
    """What the statistics are made from; `Store.sums`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, today: int, since: int, deck: str | None = None, tag: str | None = None) -> found.Sums:
        """All of it, of one moment: of everything, of one deck, or of the cards with a tag."""
        with self._database.reading() as db:
            tagged = None if tag is None else present([] if deck is None else [deck], tag)
            source = _hours(deck, tagged).subquery().c
            sums = {name: sa.func.sum(source[name]) for name in COUNTS}
            lived = sa.select(source.day, *sums.values()).where(source.day <= today).group_by(source.day)
            passed = sums["q3"] + sums["q4"] + sums["q5"]
            graded = passed, passed + sums["q0"] + sums["q1"] + sums["q2"]
            # With `+ 0` SQLite reads only the reviews after the days that are counted, not all of the period.
            hours = sa.select(source.hour, *graded).where((source.day + 0).between(since, today))
            return found.Sums(
                today,
                since,
                [found.Day._make(map(int, row)) for row in db.execute(lived.order_by(source.day)).all()],
                {int(hour): Rate(*map(int, row)) for hour, *row in db.execute(hours.group_by(source.hour))},
                _cards(db, today, deck, tagged),
                _answers(db, since, deck, tagged),
            )

    def lately(self, since: int, today: int) -> tuple[dict[int, int], int, int]:
        """Answers by day; how many cards are leeches and how many disputed, suspended ones left out."""
        source = _hours(None, None).subquery().c
        each = sa.func.sum(sum((source[name] for name in _ANSWERS), sa.literal(0)))
        lived = sa.select(source.day, each).where((source.day + 0).between(since, today)).group_by(source.day)
        awake = sa.and_(schedules.c.deck.is_not(None), ~schedules.c.suspended)
        called = events.outerjoin(names, names.c.name == events.c.card)
        disputed = (
            sa.select(sa.func.count(CARD.distinct()))
            .select_from(called)
            .where(
                events.c.disputed.is_not(None), ~WITHDRAWN, CARD.in_(sa.select(schedules.c.card).where(awake))
            )
        )
        # As a condition of the whole SQLite would look each row up by an index: it takes ten times as long.
        lapsed = sa.select(sa.func.count().filter(awake, schedules.c.lapses >= LEECH)).select_from(schedules)
        with self._database.reading() as db:
            leeches = (db.scalar(lapsed) or 0) + len(_failing(db, today, awake))
            return pairs(db, lived), leeches, db.scalar(disputed) or 0

    def scored(self) -> int:
        """Repetitions of cards that were known already, as `numbers.Sums.scored` has them."""
        source = _hours(None, None).subquery().c
        first = sa.func.coalesce(sa.func.sum(source["introduced"]), 0)
        every = (sa.func.coalesce(sa.func.sum(source[f"q{grade}"]), 0) for grade in range(6))
        with self._database.reading() as db:
            return int(db.scalar(sa.select(sum(every, -first))) or 0)

    def answers(self, since: int) -> list[found.Answer]:
        """The newest answers of all cards, newest first."""
        with self._database.reading() as db:
            return _answers(db, since, None, None)


def _hours(deck: str | None, tagged: sa.Select[Any] | None) -> Any:
    """Sums by day and hour: as they are kept and counted, or of some cards from their reviews."""
    counts = [count.label(name) for name, count in COUNTS.items()]
    live = sa.select(reviews.c.day, HOUR.label("hour"), *counts).group_by(reviews.c.day, HOUR)
    if tagged is not None:
        return live.select_from(NAMED).where(CARD.in_(tagged))
    kept = sa.select(days.c.day, days.c.hour, *(days.c[name] for name in COUNTS))
    newer = live.select_from(REVIEWED).where(reviews.c.day > COUNTED_TO)
    if deck is not None:
        kept, newer = kept.where(days.c.deck == deck), newer.where(reviews.c.deck == deck)
    return sa.union_all(kept, newer)


def _failing(db: sa.Connection, today: int, among: sa.ColumnElement[bool]) -> dict[str, int]:
    """Leeches that lapsed too seldom for one, with their lapses: what is never known does not lapse."""
    lately = sa.select(CARD).select_from(NAMED).where(reviews.c.day > today - 5, LOST).group_by(CARD)
    lately = lately.having(sa.func.count(reviews.c.day.distinct()) >= 4)  # noqa: PLR2004 - days in a row
    card, lapses = schedules.c["card", "lapses"]
    lost = pairs(db, sa.select(card, lapses).where(among, card.in_(lately), lapses < LEECH))
    pasts = groupby(steps(db, lost), itemgetter(0))
    return {key: lost[key] for key, past in pasts if keeps_failing(one for _, one in past)}


def _cards(db: sa.Connection, today: int, deck: str | None, tagged: sa.Select[Any] | None) -> found.Cards:
    """The cards that decks offer; a disabled deck counts only if it is the one asked for."""
    asked: sa.ColumnElement[bool] = schedules.c.deck.not_in(sa.select(decks.c.slug).where(decks.c.disabled))
    has = sa.select(sa.func.sum(decks.c.cards)).where(~decks.c.disabled)
    if deck is not None:
        asked, has = schedules.c.deck == deck, sa.select(decks.c.cards).where(decks.c.slug == deck)
    if tagged is not None:
        asked, has = schedules.c.card.in_(tagged), sa.select(sa.func.count()).select_from(tagged.subquery())
    seen = sa.and_(schedules.c.due_day.is_not(None), schedules.c.deck.is_not(None), asked)
    asleep = sa.cast(schedules.c.suspended, sa.Integer)
    card, length, ease, lapses = schedules.c["card", "interval_days", "ease", "lapses"]
    # One pass that writes down a number for each card and the names of few: SQLite sorts all cards for each
    # histogram that it is asked for. No key that a deck offers has a blank or a comma in it.
    number = ((length * 2 + asleep) * _WIDE + ease) * _WIDE + lapses
    named = tables.text_of(card) + " " + sa.cast(length, sa.String) + " " + sa.cast(lapses, sa.String)
    wanted = (sa.cast(number, sa.String), sa.true()), (named, ease <= LOWEST_EASE), (named, lapses >= LEECH)
    texts = (sa.func.aggregate_strings(text, ",").filter(which) for text, which in wanted)
    row = db.execute(sa.select(*texts).where(seen)).one()
    numbers, low, worst = (text.split(",") if text else [] for text in row)
    intervals, awake, eases, lapsed, due = (Counter[int]() for _ in range(5))
    for value, count in Counter(numbers).items():
        rest, times = divmod(int(value), _WIDE)
        rest, hundredths = divmod(rest, _WIDE)
        intervals[rest // 2] += count
        awake[rest // 2] += count * (1 - rest % 2)
        eases[hundredths] += count
        lapsed[times] += count
    # Grouped as the index has them, the suspended ones too: else SQLite sorts.
    by = schedules.c["deck", "due_day", "suspended", "buried_until"]
    grouped: sa.Select[Any] = sa.select(*by, sa.func.count()).where(seen).group_by(*by)
    for _, day, away, back, count in db.execute(grouped).all():
        due[max(day, back) if (back or 0) > today else day] += 0 if away else count
    lows, lapsing = (
        [found.LowCard(key, int(days), int(times)) for key, days, times in map(str.split, each)]
        for each in (low, worst)
    )
    failing = _failing(db, today, seen)
    lapsing += [found.LowCard(key, 1, times) for key, times in failing.items()]
    leeches = nsmallest(found.LEECHES, lapsing, key=lambda one: (-one.lapses, one.card))
    return found.Cards(
        max(0, (db.scalar(has) or 0) - intervals.total()),
        *(intervals, eases, lapsed, awake, due),
        nsmallest(found.LOW, lows),
        [found.Leech(one.card, one.lapses, _failures(db, one.card)) for one in leeches],
        len(failing),
    )


def _failures(db: sa.Connection, card: str) -> tuple[found.Failure, ...]:
    """The newest answers in force below 3 of a card whose code was kept, newest first."""
    return tuple(map(found.Failure._make, db.execute(_FAILED, {"card": card})))


def _answers(
    db: sa.Connection, since: int, deck: str | None, tagged: sa.Select[Any] | None
) -> list[found.Answer]:
    """The newest answers in force, newest first, each with the key and the tags that its card has now."""
    facts = (events.c.day, events.c.q, events.c.verdict, events.c.why, events.c.seconds, events.c.details)
    wanted = (
        sa.select(CARD, cards.c.tags, *facts)
        .select_from(NAMED.outerjoin(cards, sa.and_(cards.c.key == CARD, cards.c.present)))
        .where(reviews.c.day >= since, reviews.c.role != "imported", events.c.q.is_not(None))
        .order_by(reviews.c.day.desc(), reviews.c.event.desc())
        .limit(found.NEWEST)
    )
    if deck is not None:
        wanted = wanted.where(reviews.c.deck == deck)
    if tagged is not None:
        wanted = wanted.where(CARD.in_(tagged))
    return [
        found.Answer(
            card,
            tuple((tags or "").split("\n")[1:-1]),
            *(day, q, verdict or "none", why or "", seconds, mistakes_of(details)),
        )
        for card, tags, day, q, verdict, why, seconds, details in db.execute(wanted).all()
    ]
