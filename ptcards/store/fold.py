"""What follows from the log: `settle` makes cards what their events say; `check` says where they differ."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from ptcards.scheduling.days import date_of
from ptcards.scheduling.events import Event, Kind, Role, Step, roots, step
from ptcards.scheduling.queue import deck_of
from ptcards.scheduling.sm2 import LEARNED, NEW, PASS, Schedule
from ptcards.store.database import Prepared, pairs, pieces
from ptcards.store.tables import ACTION, FACTS, answers, cards, days, decks, events, names, reviews, schedules

MATURE = 21
"""Days: a card whose interval is at least this long is mature."""
WIDTH = len(Event._fields)
SCHEDULE = schedules.c[Schedule._fields]
_MOST_LINES = 20
SCHEDULE_ADDED = Prepared(sa.insert(schedules))
REVIEW_ADDED = Prepared(sa.insert(reviews))
_FORGET_REVIEW = Prepared(
    sa.delete(reviews).where(reviews.c.day == sa.bindparam("day"), reviews.c.event == sa.bindparam("event"))
)

# -- what is in force --------------------------------------------------------------------------------------
UNDO, _redo = events.alias("undo"), events.alias("redo")
REDONE = sa.exists().where(_redo.c.kind == Kind.REDONE, _redo.c.target == UNDO.c.id)
WITHDRAWN = sa.exists().where(UNDO.c.kind == Kind.UNDONE, UNDO.c.target == ACTION, ~REDONE)
"""Not in force: an undo aims at the action that no redo aims at."""
_AIMS = (
    sa.select(UNDO.c.target, UNDO.c.id, _redo.c.id)
    .outerjoin(_redo, sa.and_(_redo.c.target == UNDO.c.id, _redo.c.kind == Kind.REDONE))
    .where(UNDO.c.kind == Kind.UNDONE)
)
_COUNTED = [reviews.c.deck, reviews.c.role, reviews.c.age]
HISTORY = (
    sa.select(*FACTS, answers.c.code, *_COUNTED)
    .outerjoin(answers, answers.c.event == events.c.id)
    .outerjoin(reviews, sa.and_(reviews.c.day == events.c.day, reviews.c.event == events.c.id))
    .order_by(events.c.id)
)

# -- what answers come to, hour by hour --------------------------------------------------------------------
LOST = sa.and_(events.c.q < PASS, sa.or_(events.c.verdict.is_(None), events.c.verdict != "taught"))
_asked = sa.or_(reviews.c.role == "first", reviews.c.role == "repetition")


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)


COUNTS = {
    **{f"q{q}": _count(sa.and_(_asked, sa.func.coalesce(events.c.q, 0) == q)) for q in range(6)},
    "introduced": _count(reviews.c.role == "first"),
    "taught": _count(sa.and_(_asked, events.c.verdict == "taught", events.c.q < PASS)),
    "first_try": _count(
        sa.and_(
            _asked,
            events.c.verdict == "pass",
            events.c.attempts == 1,
            sa.func.coalesce(events.c.hints, 0) == 0,
        )
    ),
    "young": _count(reviews.c.age < MATURE),
    "young_lost": _count(sa.and_(reviews.c.age < MATURE, LOST)),
    "mature": _count(reviews.c.age >= MATURE),
    "mature_lost": _count(sa.and_(reviews.c.age >= MATURE, LOST)),
    "practised": _count(reviews.c.role == "practice"),
    "drilled": _count(reviews.c.role == "drill"),
    "crammed": _count(reviews.c.role == "cram"),
    "recorded": _count(reviews.c.role == "imported"),
    "milliseconds": sa.func.coalesce(
        sa.func.sum(sa.cast(sa.func.round(sa.func.coalesce(events.c.seconds, 0.0) * 1000), sa.Integer)), 0
    ),
}
"""What `ptcards.statistics.sums.Day` holds, of reviews joined with their events."""
HOUR = (events.c.at + events.c.offset * 60_000) // 3_600_000 % 24
REVIEWED = reviews.join(events, events.c.id == reviews.c.event)
NEWEST_DAY = sa.select(sa.func.max(reviews.c.day)).scalar_subquery()
_EACH_HOUR = (
    sa.select(reviews.c.day, reviews.c.deck, HOUR.label("hour"), *COUNTS.values())
    .select_from(REVIEWED)
    .group_by(reviews.c.day, reviews.c.deck, HOUR)
)
_ON: sa.BindParameter[int] = sa.bindparam("on")
_FORGET_NEWEST = Prepared(sa.delete(days).where(sa.or_(NEWEST_DAY.is_(None), days.c.day >= NEWEST_DAY)))
_FORGET_DAY = Prepared(sa.delete(days).where(days.c.day == _ON))
_COUNT_DAY = Prepared(
    sa.insert(days).from_select([column.name for column in days.c], _EACH_HOUR.where(reviews.c.day == _ON))
)


class RoleChange(NamedTuple):
    """An answer that counts differently since something before it changed."""

    event: Event
    before: Role
    after: Role


class Finding(NamedTuple):
    """Something in the database that is not what the log says."""

    what: str
    """`schedule`, `reviews`, `days`, `integrity` or `deck`."""
    where: str
    message: str


def resolved(db: sa.Connection, keys: Iterable[str]) -> set[str]:
    """The keys that cards have now, of which these are keys or earlier names."""
    found = set[str]()
    for piece in pieces(keys):
        known = pairs(db, sa.select(names.c.name, names.c.card).where(names.c.name.in_(piece)))
        found |= {known.get(key, key) for key in piece}
    return found - {""}


# -- the fold ----------------------------------------------------------------------------------------------


class _Past(NamedTuple):
    steps: list[Step]
    schedule: Schedule
    kept: dict[str, dict[str, Any]]
    """By event, the rows that there are of the card's reviews."""


class Settled(NamedTuple):
    changes: tuple[RoleChange, ...]
    moved: list[str]
    """Keys of cards whose schedule is another now."""


def replay(db: sa.Connection, wanted: Collection[str]) -> dict[str, _Past]:
    """What the log says of some cards (up to 500), by key."""
    known = sa.select(names.c.name, names.c.card).where(names.c.card.in_(wanted))
    called = {card: card for card in wanted} | pairs(db, known)
    its = events.c.card.in_(called)
    withdrawn, touched = set[str](), dict[str, str]()
    for target, undo, redo in db.execute(_AIMS.where(UNDO.c.target.in_(sa.select(ACTION).where(its)))):
        touched[target] = max(undo, redo or "", touched.get(target, ""))
        if redo is None:
            withdrawn.add(target)
    out_of_force = frozenset(withdrawn)
    steps = {card: list[Step]() for card in wanted}
    kept = {card: dict[str, dict[str, Any]]() for card in wanted}
    now = dict.fromkeys(wanted, NEW)
    heads = dict.fromkeys(wanted, "")
    for row in db.execute(HISTORY.where(its)):
        found = Event._make(row[:WIDTH])
        card = called[found.card]
        one = step(now[card], found, out_of_force)
        now[card] = one.after
        steps[card].append(one._replace(code=row[WIDTH]))
        if found.action in touched:
            heads[card] = max(heads[card], touched[found.action])
        if row[WIDTH + 1] is not None:
            facts = dict(zip(("deck", "role", "age"), row[WIDTH + 1 :], strict=True))
            kept[card][found.id] = {"day": found.day, "event": found.id, **facts}
    return {
        card: _Past(steps[card], schedule._replace(head=max(schedule.head, heads[card])), kept[card])
        for card, schedule in now.items()
    }


def review_of(card: str, one: Step) -> dict[str, Any] | None:
    """What an answer counts as; None for what is none, or not in force."""
    imported = one.in_force and one.event.kind == Kind.RECORDED
    if one.role is Role.NONE and not imported:
        return None
    learned = one.role is Role.REPETITION and one.before.repetitions >= LEARNED
    return {
        "day": one.event.day,
        "event": one.event.id,
        "deck": deck_of(card),
        "role": "imported" if imported else one.role.value,
        "age": one.before.interval_days if learned else None,
    }


def settle(db: sa.Connection, touched: Iterable[str]) -> Settled:
    """Make cards, by their keys or earlier names, what their events say."""
    changes, moved, dates = list[RoleChange](), list[str](), {db.scalar(sa.select(NEWEST_DAY))}
    for piece in pieces(sorted(resolved(db, touched))):
        its = schedules.c.card.in_(piece)
        before = {row[0]: row[1:] for row in db.execute(sa.select(schedules.c.card, *SCHEDULE).where(its))}
        db.execute(sa.delete(schedules).where(its))
        present = sa.select(cards.c.key, cards.c.deck).where(cards.c.present, cards.c.key.in_(piece))
        offered = pairs(db, present)
        rows, counted, gone = (list[dict[str, Any]]() for _ in range(3))
        for card, past in replay(db, piece).items():
            if past.schedule != NEW:
                rows.append({"card": card, **past.schedule._asdict(), "deck": offered.get(card)})
            if before.get(card, NEW)[:-1] != past.schedule[:-1]:
                moved.append(card)
            gone += past.kept.values()
            for one in past.steps:
                if review := review_of(card, one):
                    counted.append(review)
                    role = past.kept.get(one.event.id, review)["role"]
                    if role != review["role"]:
                        changes.append(RoleChange(one.event, Role(role), one.role))
        _FORGET_REVIEW.many(db, gone)
        SCHEDULE_ADDED.many(db, rows)
        REVIEW_ADDED.many(db, counted)
        dates |= {review["day"] for review in gone + counted}
    count_days(db, {day for day in dates if day is not None})
    return Settled(tuple(changes), sorted(moved))


def count_days(db: sa.Connection, touched: Collection[int]) -> None:
    """Count days anew from their reviews; the newest is counted where it is asked for."""
    newest = db.scalar(sa.select(NEWEST_DAY))
    for day in {*touched} - {newest}:
        _FORGET_DAY.run(db, on=day)
        _COUNT_DAY.run(db, on=day)
    _FORGET_NEWEST.run(db)


def rebuild(db: sa.Connection) -> None:
    """Everything that follows from the log and the decks, anew."""
    for table in (schedules, reviews, days):
        db.execute(sa.delete(table))
    learn_names(db)
    settle(db, db.scalars(sa.select(events.c.card).where(events.c.card != "").distinct()).all())
    count_cards(db)


def count_cards(db: sa.Connection) -> None:
    """Let decks say how many cards they have."""
    its = sa.select(sa.func.count()).where(cards.c.deck == decks.c.slug, cards.c.present).scalar_subquery()
    db.execute(sa.update(decks).values(cards=its))


# -- names -------------------------------------------------------------------------------------------------


def learn_names(db: sa.Connection) -> None:
    """Read what earlier versions wrote of renames; what cards here are called holds before that."""
    groups = defaultdict[str, set[str]](set)
    renamed = db.execute(sa.select(*FACTS).where(events.c.kind == Kind.RENAMED))
    for name, end in roots(map(Event._make, renamed)).items():
        groups[end] |= {name, end}
    if not groups:
        return
    here = set[str]()
    for piece in pieces(set[str]().union(*groups.values())):
        here |= set(db.scalars(sa.select(cards.c.key).where(cards.c.present, cards.c.key.in_(piece))))
    known = pairs(db, sa.select(names.c.name, names.c.card))
    links = dict[str, str]()
    for end, group in groups.items():
        card = end if end in here else min(group & here, default=end)
        links |= {name: card for name in group - here - {card} if known.get(name) not in here}
    rename(db, links)


def rename(db: sa.Connection, links: Mapping[str, str]) -> None:
    """Let cards, by their keys, take over the history of what they were called before."""
    known = pairs(db, sa.select(names.c.name, names.c.card))
    fresh = {old: new for old, new in links.items() if known.get(old, old) != new and old != new}
    if not fresh:
        return
    onward = known | fresh
    for new in fresh.values():
        onward.pop(new, None)
    ends = dict[str, str]()
    for name in onward:
        end = name
        while end in onward:
            end = onward[end]
        ends[name] = end
    changed = {name for name in known.keys() | ends.keys() if known.get(name) != ends.get(name)}
    for piece in pieces(sorted(changed)):
        db.execute(sa.delete(names).where(names.c.name.in_(piece)))
        db.execute(
            sa.insert(names), [{"name": name, "card": ends[name]} for name in piece if name in ends]
        ) if any(name in ends for name in piece) else None
        db.execute(sa.delete(schedules).where(schedules.c.card.in_(piece)))
    settle(db, changed | {known[name] for name in changed & known.keys()})


# -- the doctor --------------------------------------------------------------------------------------------


def check(db: sa.Connection) -> tuple[Finding, ...]:
    if db.dialect.name == "sqlite":
        damage = [str(row[0]) for row in db.execute(sa.text("PRAGMA integrity_check(20)"))]
        if damage != ["ok"]:
            return tuple(Finding("integrity", "", line) for line in damage)
    found = list[Finding]()
    offered = pairs(db, sa.select(cards.c.key, cards.c.deck).where(cards.c.present))
    every = resolved(db, db.scalars(sa.select(events.c.card).where(events.c.card != "").distinct()).all())
    every |= set(db.scalars(sa.select(schedules.c.card)))
    answered = 0
    for piece in pieces(sorted(every)):
        rows = db.execute(sa.select(schedules).where(schedules.c.card.in_(piece)))
        kept = {row.card: (Schedule._make(row[1:-1]), row.deck) for row in rows}
        pasts = replay(db, piece)
        for card, past in pasts.items():
            counted = {review["event"]: review for one in past.steps if (review := review_of(card, one))}
            answered += len(past.kept)
            schedule, deck = kept.get(card, (NEW, offered.get(card)))
            if schedule != past.schedule:
                found.append(Finding("schedule", card, _difference(schedule, past.schedule)))
            if deck != offered.get(card):
                found.append(Finding("schedule", card, "the queue does not know which deck offers it"))
            if counted != past.kept:
                found.append(Finding("reviews", card, "an answer is not counted as the log says"))
    if db.scalar(sa.select(sa.func.count()).select_from(reviews)) != answered:
        found.append(Finding("reviews", "", "there are answers that the log does not have"))
    counted_now = {tuple(row) for row in db.execute(_EACH_HOUR.where(reviews.c.day < NEWEST_DAY))}
    wrong = counted_now ^ {tuple(row) for row in db.execute(sa.select(days))}
    found += [
        Finding("days", date_of(day).isoformat(), "its sums are not what its answers come to")
        for day in sorted({row[0] for row in wrong})[:_MOST_LINES]
    ]
    its = sa.select(sa.func.count()).where(cards.c.deck == decks.c.slug, cards.c.present).scalar_subquery()
    for slug, said, there in db.execute(sa.select(decks.c.slug, decks.c.cards, its)):
        if said != there:
            found.append(Finding("deck", slug, f"it is kept as having {said} cards, there are {there}"))
    return tuple(found)


def _difference(kept: Schedule, said: Schedule) -> str:
    pairs = zip(Schedule._fields, kept, said, strict=True)
    return "; ".join(
        f"{name} is {mine}, the log says {right}" for name, mine, right in pairs if mine != right
    )
