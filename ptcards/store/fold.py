"""What follows from the log: `settle` makes cards what their events say; `check` says where they differ."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from ptcards.scheduling.days import date_of
from ptcards.scheduling.events import Event, Kind, Memories, Role, Step, end_of, roots, step
from ptcards.scheduling.queue import Scope, deck_of
from ptcards.scheduling.sm2 import LEARNED, NEW, PASS, Schedule
from ptcards.store import tables as t
from ptcards.store.database import Prepared, pairs, pieces

MATURE = 21
"""Days: a card whose interval is at least this long is mature."""
WIDTH = len(Event._fields)
SCHEDULE = t.schedules.c[Schedule._fields]
_EVER = 10**9
SCHEDULE_ADDED, REVIEW_ADDED = (Prepared(sa.insert(table)) for table in (t.schedules, t.reviews))
_FORGET_REVIEW = Prepared(
    sa.delete(t.reviews).where(
        t.reviews.c.day == sa.bindparam("day"), t.reviews.c.event == sa.bindparam("event")
    )
)

# Core has this by dialect alone, and a question whether it is there makes it take three times as long.
_SAID = Prepared(sa.text("INSERT INTO texts (text) VALUES (:text) ON CONFLICT DO NOTHING"))

# -- what is in force --------------------------------------------------------------------------------------
UNDO, _redo = t.events.alias("undo"), t.events.alias("redo")
REDONE = sa.exists().where(_redo.c.kind == Kind.REDONE, _redo.c.target == UNDO.c.id)
WITHDRAWN = sa.exists().where(UNDO.c.kind == Kind.UNDONE, UNDO.c.target == t.ACTION, ~REDONE)
"""Not in force: an undo aims at the action that no redo aims at."""
_AIMS = (
    sa.select(UNDO.c.target, UNDO.c.id, _redo.c.id)
    .outerjoin(_redo, sa.and_(_redo.c.target == UNDO.c.id, _redo.c.kind == Kind.REDONE))
    .where(UNDO.c.kind == Kind.UNDONE)
)
_counts = [t.reviews.c.deck, t.reviews.c.role, t.reviews.c.age]
_itself = sa.and_(t.reviews.c.day == t.events.c.day, t.reviews.c.event == t.events.c.id)
HISTORY = (
    sa.select(*t.FACTS, t.answers.c.code, *_counts)
    .outerjoin(t.answers, t.answers.c.event == t.events.c.id)
    .outerjoin(t.reviews, _itself)
    .order_by(t.events.c.id)
)
_NEEDED = (
    "id",
    "action",
    "card",
    "kind",
    "at",
    "day",
    "q",
    "fuzz_days",
    "verdict",
    "to_day",
    "details",
    "fsrs",
)
_needed = [fact if fact.name in _NEEDED else sa.null() for fact in t.FACTS]
WHAT_COUNTS = sa.select(*_needed, sa.null(), *_counts).outerjoin(t.reviews, _itself).order_by(t.events.c.id)
"""As `HISTORY`, without what no schedule depends on: a third of the time."""
_CARD: sa.BindParameter[str] = sa.bindparam("card")
_names = sa.select(sa.type_coerce(t.names.c.name, sa.Integer)).where(t.names.c.card == _CARD)
_its = t.events.c.card.in_(sa.select(t.texts.c.number).where(t.texts.c.text == _CARD).union_all(_names))
_OF_ONE = Prepared(sa.select(*_needed).where(_its).order_by(t.events.c.id))
_AIMED_AT_ONE = Prepared(_AIMS.where(UNDO.c.target.in_(sa.select(t.ACTION).where(_its))))

# -- what answers come to, hour by hour --------------------------------------------------------------------
LOST = sa.and_(t.events.c.q < PASS, sa.or_(t.events.c.verdict.is_(None), t.events.c.verdict != "taught"))
_asked = t.reviews.c.role.in_(("first", "repetition"))
_tries = sa.and_(t.events.c.attempts == 1, sa.func.coalesce(t.events.c.hints, 0) == 0)
_n = sa.func.count()
COUNTS: dict[str, sa.ColumnElement[int]] = {
    **{f"q{q}": _n.filter(_asked, sa.func.coalesce(t.events.c.q, 0) == q) for q in range(6)},
    "introduced": _n.filter(t.reviews.c.role == "first"),
    "taught": _n.filter(_asked, t.events.c.verdict == "taught", t.events.c.q < PASS),
    "first_try": _n.filter(_asked, t.events.c.verdict == "pass", _tries),
    "young": _n.filter(t.reviews.c.age < MATURE),
    "young_lost": _n.filter(t.reviews.c.age < MATURE, LOST),
    "mature": _n.filter(t.reviews.c.age >= MATURE),
    "mature_lost": _n.filter(t.reviews.c.age >= MATURE, LOST),
    "practised": _n.filter(t.reviews.c.role == "practice"),
    "drilled": _n.filter(t.reviews.c.role == "drill"),
    "crammed": _n.filter(t.reviews.c.role == "cram"),
    "recorded": _n.filter(t.reviews.c.role == "imported"),
    "milliseconds": sa.func.coalesce(sa.func.sum(sa.type_coerce(t.events.c.seconds, sa.Integer)), 0),
}
"""What `ptcards.statistics.numbers.Day` holds, of reviews joined with their events."""
HOUR = (t.events.c.at + t.events.c.offset * 60_000) // 3_600_000 % 24
REVIEWED = t.reviews.join(t.events, t.events.c.id == t.reviews.c.event)
_CALLED = t.names.c.name == t.events.c.card
NAMED = REVIEWED.outerjoin(t.names, _CALLED)
CARD = sa.func.coalesce(t.names.c.card, t.events.c.card)
"""The key that an event's card has now."""
NEWEST_DAY = sa.select(sa.func.max(t.reviews.c.day)).scalar_subquery()
COUNTED_TO = sa.func.coalesce(sa.select(sa.func.max(t.days.c.day)).scalar_subquery(), -_EVER)
"""The last day whose sums are kept: later ones, the newest at least, are counted where they are asked for."""
_EACH_HOUR = (
    sa.select(t.reviews.c.day, t.reviews.c.deck, HOUR.label("hour"), *COUNTS.values())
    .select_from(REVIEWED)
    .group_by(t.reviews.c.day, t.reviews.c.deck, HOUR)
)


class RoleChange(NamedTuple):
    """An answer that counts differently since something before it changed."""

    event: Event
    before: Role
    after: Role


class Finding(NamedTuple):
    """Something in the database that is not what the log says."""

    what: str  # `schedule`, `reviews`, `days`, `integrity` or `deck`
    where: str
    message: str


def say(db: sa.Connection, wanted: Iterable[str]) -> None:
    """Have a number for each text: before a row is written that it stands in."""
    _SAID.many(db, zip(wanted, strict=True))


def resolved(db: sa.Connection, keys: Iterable[str]) -> set[str]:
    """The keys that cards have now, of which these are keys or earlier names."""
    found = set[str]()
    for piece in pieces(keys):
        known = pairs(db, sa.select(t.names.c.name, t.names.c.card).where(t.names.c.name.in_(t.among(piece))))
        found |= {known.get(key, key) for key in piece}
    return found - {""}


def chosen(wanted: sa.Select[Any], scope: Scope, *others: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """A question for events, for no more than a scope's cards: with no tag those that are gone, too."""
    wanted = wanted.outerjoin(t.names, _CALLED)
    if scope.tag is not None:
        return wanted.where(sa.or_(CARD.in_(t.present(scope.decks, scope.tag)), *others))
    its = [t.text_of(CARD).startswith(f"{slug}/", autoescape=True) for slug in sorted(scope.decks)]
    return wanted.where(sa.or_(*its, *others)) if its else wanted


def all_cards(db: sa.Connection, scope: Scope | None = None) -> set[str]:
    """The keys that the cards the log speaks of have now: of all, or of a scope."""
    named = sa.select(t.events.c.card)
    its = t.texts.c.number.in_(named if scope is None else chosen(named, scope))
    return resolved(db, db.scalars(sa.select(t.texts.c.text).where(its)).all())


# -- the fold ----------------------------------------------------------------------------------------------


class Past(NamedTuple):
    """What the log says of one card, and the rows that there are of its reviews, by event."""

    steps: list[Step]
    schedule: Schedule
    kept: dict[str, t.Review]


def replay(db: sa.Connection, wanted: Collection[str], history: sa.Select[Any] = HISTORY) -> dict[str, Past]:
    """The pasts of some cards (up to 500), by key."""
    known = sa.select(t.names.c.name, t.names.c.card).where(t.names.c.card.in_(t.among(wanted)))
    called = {card: card for card in wanted} | pairs(db, known)
    its = t.events.c.card.in_(t.among(called))
    withdrawn, touched = set[str](), dict[str, str]()
    for target, undo, redo in db.execute(_AIMS.where(UNDO.c.target.in_(sa.select(t.ACTION).where(its)))):
        touched[target] = max(undo, redo or "", touched.get(target, ""))
        if redo is None:
            withdrawn.add(target)
    out_of_force = frozenset(withdrawn)
    pasts = {card: Past([], NEW, {}) for card in wanted}
    memories = {card: Memories(past.steps) for card, past in pasts.items()}
    now, heads = dict.fromkeys(wanted, NEW), dict[str, str]()
    for row in db.execute(history.where(its)):
        found = Event._make(row[:WIDTH])
        card = called[found.card]
        one = step(now[card], found, out_of_force, memories[card])
        now[card] = one.after
        pasts[card].steps.append(one if row[WIDTH] is None else one._replace(code=row[WIDTH]))
        if found.action in touched:
            heads[card] = max(heads.get(card, ""), touched[found.action])
        if row[WIDTH + 1] is not None:
            pasts[card].kept[found.id] = t.Review(found.day, found.id, *row[WIDTH + 1 :])
    return {
        card: past._replace(schedule=now[card]._replace(head=max(now[card].head, heads.get(card, ""))))
        for card, past in pasts.items()
    }


def steps_of(db: sa.Connection, card: str) -> list[Step]:
    """What happened to a card, by its key, without what no schedule depends on: on the road of an answer."""
    withdrawn = frozenset(target for target, _, redo in _AIMED_AT_ONE.run(db, card=card) if redo is None)
    done, now = list[Step](), NEW
    past = Memories(done)
    for row in _OF_ONE.run(db, card=card):
        done.append(step(now, Event._make(row), withdrawn, past))
        now = done[-1].after
    return done


def steps(
    db: sa.Connection, wanted: Iterable[str], history: sa.Select[Any] = HISTORY
) -> Iterator[tuple[str, Step]]:
    """Everything that happened to cards, card by card in the order of their keys."""
    for piece in pieces(sorted(wanted)):
        for card, past in replay(db, piece, history).items():
            yield from ((card, one) for one in past.steps)


def review_of(card: str, one: Step) -> t.Review | None:
    """What an answer counts as; None for what is none, or not in force."""
    imported = one.in_force and one.event.kind == Kind.RECORDED
    if one.role is Role.NONE and not imported:
        return None
    learned = one.role is Role.REPETITION and one.before.repetitions >= LEARNED
    role, age = "imported" if imported else str(one.role), one.before.interval_days if learned else None
    return t.Review(one.event.day, one.event.id, deck_of(card), role, age)


_Row = tuple[Any, ...] | None


def _compared(
    db: sa.Connection, piece: Collection[str]
) -> Iterator[tuple[str, Past, _Row, _Row, dict[str, t.Review]]]:
    """Each card's past, its schedule's row as it is and as it should be, and what its answers count as."""
    its = sa.select(t.cards.c.key, t.cards.c.deck).where(t.cards.c.present, t.cards.c.key.in_(t.among(piece)))
    rows = db.execute(sa.select(t.schedules).where(t.schedules.c.card.in_(t.among(piece))))
    offered, kept = pairs(db, its), {row[0]: tuple(row) for row in rows}
    for card, past in replay(db, piece, WHAT_COUNTS).items():
        right = None if past.schedule == NEW else (card, *past.schedule, offered.get(card))
        counted = {review.event: review for one in past.steps if (review := review_of(card, one))}
        yield card, past, kept.get(card), right, counted


def settle(
    db: sa.Connection, touched: Iterable[str], *, count: bool = True
) -> tuple[list[str], list[RoleChange]]:
    """Make cards, by their keys or earlier names, what their events say.

    Gives the keys of those whose schedule is another now, and the answers that count differently. Without
    `count` the sums of days that changed, and of all later ones, are forgotten: `count_days` is to follow.
    """
    changes, moved, dates = list[RoleChange](), list[str](), set[int]()
    for piece in pieces(sorted(resolved(db, touched))):
        stale, rows, gone, fresh = list[str](), list[tuple[Any, ...]](), list[t.Review](), list[t.Review]()
        for card, past, kept, right, counted in _compared(db, piece):
            if kept != right:
                stale.append(card)
                rows += [right] if right else []
                # Two rows that differ in head or deck alone are one schedule.
                if (kept or (card, *NEW))[:-2] != (right or (card, *NEW))[:-2]:
                    moved.append(card)
            if counted != past.kept:
                gone += [row for key, row in past.kept.items() if counted.get(key) != row]
                fresh += [row for key, row in counted.items() if past.kept.get(key) != row]
                for one in past.steps:
                    was, now = past.kept.get(one.event.id), counted.get(one.event.id)
                    if was and now and was.role != now.role:
                        changes.append(RoleChange(one.event, Role(was.role), one.role))
        db.execute(sa.delete(t.schedules).where(t.schedules.c.card.in_(t.among(stale))))
        SCHEDULE_ADDED.many(db, rows)
        _FORGET_REVIEW.many(db, (row[:2] for row in gone))
        say(db, {row.deck for row in fresh})
        REVIEW_ADDED.many(db, fresh)
        dates |= {row.day for row in gone + fresh}
    if count:
        count_days(db, dates)
    elif dates:
        db.execute(sa.delete(t.days).where(t.days.c.day >= min(dates)))
    return moved, changes


def count_days(db: sa.Connection, touched: Collection[int] = (), most: int = _EVER) -> bool:
    """Count days anew from their reviews, and all that are over; gives whether more than `most` were left."""

    def count(*of: sa.ColumnElement[bool]) -> None:
        db.execute(sa.insert(t.days).from_select(list(t.days.c.keys()), _EACH_HOUR.where(*of)))

    counted = db.scalar(sa.select(COUNTED_TO)) or 0
    for piece in pieces(day for day in touched if day <= counted):
        db.execute(sa.delete(t.days).where(t.days.c.day.in_(piece)))
        count(t.reviews.c.day.in_(piece))
    later = t.reviews.c.day > COUNTED_TO
    last = db.scalar(sa.select(t.reviews.c.day).where(later).order_by(t.reviews.c.day).limit(1).offset(most))
    count(later, t.reviews.c.day < NEWEST_DAY, t.reviews.c.day <= (_EVER if last is None else last))
    return last is not None and last != db.scalar(sa.select(NEWEST_DAY))


def rebuild(db: sa.Connection) -> None:
    """Everything that follows from the log and the decks, anew."""
    for table in (t.schedules, t.reviews, t.days):
        db.execute(sa.delete(table))
    learn_names(db)
    settle(db, all_cards(db))
    count_cards(db)


_THERE = (
    sa.select(sa.func.count()).where(t.cards.c.deck == t.decks.c.slug, t.cards.c.present).scalar_subquery()
)


def count_cards(db: sa.Connection) -> None:
    """Let decks say how many cards they have."""
    db.execute(sa.update(t.decks).values(cards=_THERE))


# -- names -------------------------------------------------------------------------------------------------


def learn_names(db: sa.Connection) -> None:
    """Read what earlier versions wrote of renames; what cards here are called holds before that."""
    groups = defaultdict[str, set[str]](set)
    renamed = db.execute(sa.select(*t.FACTS).where(t.events.c.kind == Kind.RENAMED))
    for name, end in roots(map(Event._make, renamed)).items():
        groups[end] |= {name, end}
    if not groups:
        return
    here = set(db.scalars(t.present()))
    known = pairs(db, sa.select(t.names.c.name, t.names.c.card))
    links = dict[str, str]()
    for end, group in groups.items():
        card = end if end in here else min(group & here, default=end)
        links |= {name: card for name in group - here - {card} if known.get(name) not in here}
    rename(db, links)


def rename(db: sa.Connection, links: Mapping[str, str]) -> None:
    """Let cards, by their keys, take over the history of what they were called before."""
    known = pairs(db, sa.select(t.names.c.name, t.names.c.card))
    fresh = {old: new for old, new in links.items() if known.get(old, old) != new and old != new}
    if not fresh:
        return
    onward = {old: new for old, new in (known | fresh).items() if old not in fresh.values()}
    call(db, {name: end_of(onward, name) for name in onward})


def call(db: sa.Connection, ends: Mapping[str, str]) -> None:
    """Let these be all that cards were called before, each name with the key of now."""
    known = pairs(db, sa.select(t.names.c.name, t.names.c.card))
    changed = {name for name in known.keys() | ends.keys() if known.get(name) != ends.get(name)}
    if not changed:
        return
    say(db, changed.union(ends.values()))
    for piece in pieces(sorted(changed)):
        db.execute(sa.delete(t.names).where(t.names.c.name.in_(t.among(piece))))
        if rows := [{"name": name, "card": ends[name]} for name in piece if name in ends]:
            db.execute(sa.insert(t.names), rows)
        db.execute(sa.delete(t.schedules).where(t.schedules.c.card.in_(t.among(piece))))
    settle(db, changed.union(*({one[name] for name in changed & one.keys()} for one in (known, ends))))


# -- the doctor --------------------------------------------------------------------------------------------


def check(db: sa.Connection) -> tuple[Finding, ...]:
    if db.dialect.name == "sqlite":
        damage = [str(row[0]) for row in db.execute(sa.text("PRAGMA integrity_check(20)"))]
        if damage != ["ok"]:
            return tuple(Finding("integrity", "", line) for line in damage)
    found, answered = list[Finding](), 0
    for piece in pieces(sorted(all_cards(db).union(db.scalars(sa.select(t.schedules.c.card))))):
        for card, past, kept, right, counted in _compared(db, piece):
            answered += len(past.kept)
            if kept != right:
                # What has no row is new; the deck that offers it is then in the other one.
                mine, said = (row or (card, *NEW, (kept or right or ())[-1]) for row in (kept, right))
                wrong = [
                    f"{name} is {is_}, the log says {should}"
                    for name, is_, should in zip(t.schedules.c.keys(), mine, said, strict=True)
                    if is_ != should and name != "deck"
                ]
                text = "; ".join(wrong) or "the queue does not know which deck offers it"
                found.append(Finding("schedule", card, text))
            if counted != past.kept:
                found.append(Finding("reviews", card, "an answer is not counted as the log says"))
    if db.scalar(sa.select(sa.func.count()).select_from(t.reviews)) != answered:
        found.append(Finding("reviews", "", "there are answers that the log does not have"))
    counted_now = {tuple(row) for row in db.execute(_EACH_HOUR.where(t.reviews.c.day <= COUNTED_TO))}
    wrong_hours = counted_now ^ {tuple(row) for row in db.execute(sa.select(t.days))}
    for day in sorted({row[0] for row in wrong_hours})[:20]:
        found.append(Finding("days", date_of(day).isoformat(), "its sums are not what its answers come to"))
    for slug, said, there in db.execute(sa.select(t.decks.c.slug, t.decks.c.cards, _THERE)):
        if said != there:
            found.append(Finding("deck", slug, f"it is kept as having {said} cards, there are {there}"))
    return tuple(found)
