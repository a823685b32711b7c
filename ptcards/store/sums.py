"""The statistics' questions: sums over what answers count as, and over the cards' schedules."""

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, select, union, union_all

from ptcards.scheduling.events import mistakes_of
from ptcards.scheduling.sm2 import LEECH, LOWEST_EASE
from ptcards.statistics import sums as found
from ptcards.store.database import Database, pairs
from ptcards.store.fold import CARD, COUNTED_TO, COUNTS, HOUR, LOST, NAMED, REVIEWED
from ptcards.store.tables import answers, cards, days, decks, events, names, present, reviews, schedules


class Sums:
    """What the statistics are made from; `Store.sums`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, today: int, since: int, deck: str | None = None, tag: str | None = None) -> found.Sums:
        """All of it, of one moment: of everything, of one deck, or of the cards with a tag."""
        with self._database.reading() as db:
            tagged = None if tag is None else present([] if deck is None else [deck], tag)
            source = _hours(deck, tagged).subquery()
            sums = [func.sum(source.c[name]) for name in COUNTS]
            lived = select(source.c.day, *sums).where(source.c.day <= today).group_by(source.c.day)
            passed = sum((source.c[f"q{q}"] for q in range(4, 6)), source.c.q3)
            failed = sum((source.c[f"q{q}"] for q in range(1, 3)), source.c.q0)
            period = source.c.day.between(since, today)
            hours = select(source.c.hour, func.sum(passed), func.sum(failed)).where(period)
            return found.Sums(
                today,
                since,
                [found.Day._make(map(int, row)) for row in db.execute(lived.order_by(source.c.day))],
                [
                    found.Hour._make(map(int, row))
                    for row in db.execute(hours.group_by(source.c.hour))
                    if any(row[1:])
                ],
                _cards(db, today, deck, tagged),
                _answers(db, since, deck, tagged),
            )


def _hours(deck: str | None, tagged: Select[Any] | None) -> Any:
    """Sums by day and hour: as they are kept and counted, or of some cards from their reviews."""
    counts = [count.label(name) for name, count in COUNTS.items()]
    live = select(reviews.c.day, HOUR.label("hour"), *counts).group_by(reviews.c.day, HOUR)
    if tagged is not None:
        return live.select_from(NAMED).where(CARD.in_(tagged))
    kept = select(days.c.day, days.c.hour, *(days.c[name] for name in COUNTS))
    newer = live.select_from(REVIEWED).where(reviews.c.day > COUNTED_TO)
    if deck is not None:
        kept, newer = kept.where(days.c.deck == deck), newer.where(reviews.c.deck == deck)
    return union_all(kept, newer)


def _cards(db: Connection, today: int, deck: str | None, tagged: Select[Any] | None) -> found.Cards:
    """The cards that decks offer; a disabled deck counts only if it is the one asked for."""
    # Nearly every card counts: SQLite reads the table as it lies, five times as fast as by the decks' index.
    its = func.coalesce(schedules.c.deck, "")
    asked: list[ColumnElement[bool]] = [its.in_(select(decks.c.slug).where(~decks.c.disabled))]
    has = select(func.sum(decks.c.cards)).where(~decks.c.disabled)
    if deck is not None:
        asked, has = [schedules.c.deck == deck], select(decks.c.cards).where(decks.c.slug == deck)
    if tagged is not None:
        asked = [schedules.c.deck.is_not(None), schedules.c.card.in_(tagged)]
        has = select(func.count()).select_from(tagged.subquery())
    seen = and_(schedules.c.due_day.is_not(None), *asked)

    def histogram(column: ColumnElement[Any], *where: ColumnElement[bool]) -> Counter[int]:
        return Counter(pairs(db, select(column, func.count()).where(seen, *where).group_by(column)))

    lengths = schedules.c.interval_days, schedules.c.suspended
    intervals, awake = Counter[int](), Counter[int]()
    for length, suspended, count in db.execute(select(*lengths, func.count()).where(seen).group_by(*lengths)):
        intervals[length] += count
        if not suspended:
            awake[length] += count
    is_awake = ~schedules.c.suspended
    buried = and_(schedules.c.buried_until > today, schedules.c.buried_until > schedules.c.due_day)
    due = histogram(schedules.c.due_day, is_awake)
    held = select(schedules.c.due_day, schedules.c.buried_until).where(seen, is_awake, buried)
    for day, back in db.execute(held):
        due[day] -= 1
        due[back] += 1
    low = select(schedules.c.card, schedules.c.interval_days, schedules.c.lapses)
    low = low.where(seen, schedules.c.ease <= LOWEST_EASE).order_by(schedules.c.card).limit(found.LOW)
    worst = select(schedules.c.card, schedules.c.lapses).where(seen, schedules.c.lapses >= LEECH)
    worst = worst.order_by(schedules.c.lapses.desc(), schedules.c.card).limit(found.LEECHES)
    return found.Cards(
        max(0, (db.scalar(has) or 0) - intervals.total()),
        intervals,
        histogram(schedules.c.ease),
        histogram(schedules.c.lapses),
        awake,
        due,
        [found.LowCard._make(row) for row in db.execute(low)],
        [found.Leech(card, lapses, _failures(db, card)) for card, lapses in db.execute(worst)],
    )


def _failures(db: Connection, card: str) -> tuple[found.Failure, ...]:
    """The newest answers in force below 3 of a card whose code was kept, newest first."""
    called = union(select(literal(card)), select(names.c.name).where(names.c.card == card))
    failed = (
        select(events.c.day, func.coalesce(events.c.why, ""), answers.c.code)
        .join(reviews, and_(reviews.c.day == events.c.day, reviews.c.event == events.c.id))
        .join(answers, answers.c.event == events.c.id)
        .where(events.c.card.in_(called), LOST)
        .order_by(events.c.id.desc())
    )
    return tuple(found.Failure._make(row) for row in db.execute(failed.limit(found.FAILURES)))


def _answers(db: Connection, since: int, deck: str | None, tagged: Select[Any] | None) -> list[found.Answer]:
    """The newest answers in force, newest first, each with the key and the tags that its card has now."""
    facts = (events.c.day, events.c.q, events.c.verdict, events.c.why, events.c.seconds, events.c.details)
    wanted = (
        select(CARD, cards.c.tags, *facts)
        .select_from(NAMED.outerjoin(cards, and_(cards.c.key == CARD, cards.c.present)))
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
        for card, tags, day, q, verdict, why, seconds, details in db.execute(wanted)
    ]
