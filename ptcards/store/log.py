"""What happened, and what follows from it: facts are appended, then `settle` makes cards what they say."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    LargeBinary,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    union,
    update,
)

from ptcards.errors import ExchangeError, StaleAnswerError
from ptcards.scheduling.days import date_of
from ptcards.scheduling.events import ACTIONS, GRADE_KINDS, Event, Kind, Role, Step, event, roots, step
from ptcards.scheduling.ids import milliseconds_of, next_id
from ptcards.scheduling.queue import deck_of
from ptcards.scheduling.sm2 import LEARNED, NEW, PASS, Schedule
from ptcards.store.backups import back_up_as
from ptcards.store.database import Prepared, pairs, pieces
from ptcards.store.tables import (
    ACTION,
    FACTS,
    answers,
    cards,
    days,
    decks,
    drafts,
    events,
    names,
    reviews,
    schedules,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Select

    from ptcards.scheduling.days import Moment
    from ptcards.store.database import Database

MOST_CODE = 16 * 1024
"""Bytes of an answer that are kept."""
MATURE = 21
"""Days: a card whose interval is at least this long is mature."""
_WIDTH = len(Event._fields)
_MOST_LINES = 20
_NOTHING: frozenset[str] = frozenset()

# -- the road of an answer ---------------------------------------------------------------------------------
_CARD: BindParameter[str] = bindparam("card")
_SCHEDULE = schedules.c[Schedule._fields]
_NEWEST = Prepared(
    select(select(func.max(events.c.id)).scalar_subquery(), select(func.max(reviews.c.day)).scalar_subquery())
)
_STANDS = Prepared(
    select(cards.c.deck, schedules.c.card, *_SCHEDULE)
    .select_from(cards.outerjoin(schedules, schedules.c.card == cards.c.key))
    .where(cards.c.key == _CARD, cards.c.present)
)
_HAPPENED, _REVIEWED, _TYPED = (Prepared(insert(table)) for table in (events, reviews, answers))
_MADE = Prepared(insert(schedules))
_MOVED = Prepared(
    update(schedules)
    .where(schedules.c.card == _CARD)
    .values({name: bindparam(f"new_{name}", type_=schedules.c[name].type) for name in Schedule._fields})
)
_FORGET_REVIEW = Prepared(
    delete(reviews).where(reviews.c.day == bindparam("day"), reviews.c.event == bindparam("event"))
)
_FORGET_DRAFT = Prepared(delete(drafts).where(drafts.c.card == _CARD))

# -- what is in force --------------------------------------------------------------------------------------
_undo, _redo = events.alias("undo"), events.alias("redo")
_redone = exists().where(_redo.c.kind == Kind.REDONE, _redo.c.target == _undo.c.id)
WITHDRAWN = exists().where(_undo.c.kind == Kind.UNDONE, _undo.c.target == ACTION, ~_redone)
"""Not in force: an undo aims at the action that no redo aims at."""
_AIMS = (
    select(_undo.c.target, _undo.c.id, _redo.c.id)
    .outerjoin(_redo, and_(_redo.c.target == _undo.c.id, _redo.c.kind == Kind.REDONE))
    .where(_undo.c.kind == Kind.UNDONE)
)
_COUNTED = [reviews.c.deck, reviews.c.role, reviews.c.age]
_HISTORY = (
    select(*FACTS, answers.c.code, *_COUNTED)
    .outerjoin(answers, answers.c.event == events.c.id)
    .outerjoin(reviews, and_(reviews.c.day == events.c.day, reviews.c.event == events.c.id))
    .order_by(events.c.id)
)

# -- what answers come to, hour by hour --------------------------------------------------------------------
LOST = and_(events.c.q < PASS, or_(events.c.verdict.is_(None), events.c.verdict != "taught"))
_asked = or_(reviews.c.role == "first", reviews.c.role == "repetition")


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


COUNTS = {
    **{f"q{q}": _count(and_(_asked, func.coalesce(events.c.q, 0) == q)) for q in range(6)},
    "introduced": _count(reviews.c.role == "first"),
    "taught": _count(and_(_asked, events.c.verdict == "taught", events.c.q < PASS)),
    "first_try": _count(
        and_(
            _asked,
            events.c.verdict == "pass",
            events.c.attempts == 1,
            func.coalesce(events.c.hints, 0) == 0,
        )
    ),
    "young": _count(reviews.c.age < MATURE),
    "young_lost": _count(and_(reviews.c.age < MATURE, LOST)),
    "mature": _count(reviews.c.age >= MATURE),
    "mature_lost": _count(and_(reviews.c.age >= MATURE, LOST)),
    "practised": _count(reviews.c.role == "practice"),
    "drilled": _count(reviews.c.role == "drill"),
    "crammed": _count(reviews.c.role == "cram"),
    "recorded": _count(reviews.c.role == "imported"),
    "milliseconds": func.coalesce(
        func.sum(cast(func.round(func.coalesce(events.c.seconds, 0.0) * 1000), Integer)), 0
    ),
}
"""What `ptcards.statistics.sums.Day` holds, of reviews joined with their events."""
HOUR = (events.c.at + events.c.offset * 60_000) // 3_600_000 % 24
REVIEWED = reviews.join(events, events.c.id == reviews.c.event)
NEWEST_DAY = select(func.max(reviews.c.day)).scalar_subquery()
_HOURS = (
    select(reviews.c.day, reviews.c.deck, HOUR.label("hour"), *COUNTS.values())
    .select_from(REVIEWED)
    .group_by(reviews.c.day, reviews.c.deck, HOUR)
)
_ON: BindParameter[int] = bindparam("on")
_FORGET_NEWEST = Prepared(delete(days).where(or_(NEWEST_DAY.is_(None), days.c.day >= NEWEST_DAY)))
_FORGET_DAY = Prepared(delete(days).where(days.c.day == _ON))
_COUNT_DAY = Prepared(
    insert(days).from_select([column.name for column in days.c], _HOURS.where(reviews.c.day == _ON))
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the events as they are in the log, and the first one's card before and after."""

    events: tuple[Event, ...]
    before: Schedule
    after: Schedule
    role: Role


class RoleChange(NamedTuple):
    """An answer that counts differently since something before it changed."""

    event: Event
    before: Role
    after: Role


@dataclass(frozen=True, slots=True)
class Undone:
    """An action that was taken back, or brought back."""

    events: tuple[Event, ...]
    """The action's events, as they were recorded."""
    undo: Event
    """The `undone` or `redone` event."""
    changes: tuple[RoleChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge brought in."""

    read: int
    new: int
    answers: int
    """Answers whose code was filled in."""
    cards: tuple[str, ...]
    """Keys of cards whose schedule is now another, sorted."""
    changes: tuple[RoleChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events of the log are asked for; the default is all.

    Undos name no card: they are chosen by their day alone.
    """

    decks: frozenset[str] | None = None
    """Slugs: what happened to their cards, under whatever key; with no `tag` to those that are gone, too."""
    tag: str | None = None
    """What happened to the cards present that carry it."""
    since: int | None = None
    """The first study day."""


class Finding(NamedTuple):
    """Something in the database that is not what the log says."""

    what: str
    """`schedule`, `reviews`, `days`, `integrity` or `deck`."""
    where: str
    message: str


class KindSize(NamedTuple):
    """What the log holds of one kind."""

    kind: str
    events: int
    answers: int
    answer_bytes: int


class DamagedLogError(ExchangeError):
    """An id that is known stands for other facts: one of the two logs is damaged. Nothing was taken."""

    def __init__(self, position: int, event_id: str) -> None:
        super().__init__(f"event {event_id} is known with other facts: one of the two logs is damaged")
        self.position = position
        """Counts the events that came in, from 0."""
        self.event_id = event_id


class Log:
    """What happened; `Store.log`."""

    def __init__(
        self,
        database: Database,
        device: str,
        entropy: Callable[[], int],
        follow: Callable[[Sequence[Step]], None],
    ) -> None:
        self._database, self._device, self._entropy = database, device, entropy
        self._follow = follow
        """Is told the steps of an action that was recorded."""

    # -- recording -----------------------------------------------------------------------------------------

    def record(
        self, made: Sequence[Event], *, expected_head: str | None = None, code: str | None = None
    ) -> Recorded:
        """Write one action in one transaction: events, schedules, reviews and answer; drop the draft.

        The events have empty ids: they get theirs here, after all that is in the log. `expected_head` is
        the head of the first event's card as it was shown; StaleAnswerError where the card has moved on.
        """
        done: list[Step] = []
        with self._database.writing() as db:
            newest, last_day = _NEWEST.run(db)[0]
            for draft in made:
                card, deck, stands = _stands(db, draft.card)
                before = stands or NEW
                if not done and expected_head is not None and before.head != expected_head:
                    raise StaleAnswerError(
                        f"{draft.card}: it has moved on since it was shown (in another window, or by a "
                        "merge); your answer was not recorded: look at the card again"
                    )
                newest = next_id(draft.at, newest or "", self._entropy())
                action = done[0].event.id if done else newest
                one = step(before, draft._replace(id=newest, device=self._device, action=action), frozenset())
                _HAPPENED.run(db, **_row(one.event))
                after = one.after._asdict()
                if stands is None:
                    _MADE.run(db, card=card, deck=deck, **after)
                else:
                    _MOVED.run(db, card=card, **{f"new_{name}": value for name, value in after.items()})
                if review := _review(card, one):
                    _REVIEWED.run(db, **review)
                done.append(one)
            if not done:
                raise ValueError("an action has at least one event")
            first = done[0].event
            if first.kind in GRADE_KINDS:
                _FORGET_DRAFT.run(db, card=first.card)
                if code is not None:
                    _TYPED.run(db, event=first.id, code=_cut(code))
            if last_day is not None and any(one.event.day != last_day for one in done):
                count_days(db, {last_day, *(one.event.day for one in done)})
        self._follow(done)
        return Recorded(tuple(one.event for one in done), done[0].before, done[0].after, done[0].role)

    def peek_undo(self) -> tuple[Event, ...]:
        """The events that `undo` would take back; empty where there are none."""
        with self._database.reading() as db:
            return self._newest_action(db)

    def undo(self, moment: Moment, day: int, *, action: str | None = None) -> Undone | None:
        """Take back this device's newest action in force; None where there is none.

        `action` is the one that was shown to the user: StaleAnswerError where it is no longer the newest.
        """
        with self._database.writing() as db:
            found = self._newest_action(db)
            if found and action is not None and found[0].action != action:
                raise StaleAnswerError(
                    "something else was done since; look again at what undo would take back"
                )
            return self._turn(db, Kind.UNDONE, found[0].action, found, moment, day) if found else None

    def redo(self, moment: Moment, day: int) -> Undone | None:
        """Take back this device's newest undo, where no action came after it; None where there is none."""
        mine = events.c.device == self._device
        last = select(func.max(events.c.id)).where(mine, events.c.kind.in_(ACTIONS)).scalar_subquery()
        undone = select(_undo.c.id, _undo.c.target).where(
            _undo.c.device == self._device,
            _undo.c.kind == Kind.UNDONE,
            _undo.c.target.is_not(None),
            ~_redone,
            or_(last.is_(None), _undo.c.id > last),
        )
        with self._database.writing() as db:
            found = db.execute(undone.order_by(_undo.c.id.desc()).limit(1)).first()
            if found is None:
                return None
            return self._turn(db, Kind.REDONE, found.id, _action(db, found.target), moment, day)

    def _newest_action(self, db: Connection) -> tuple[Event, ...]:
        mine = select(ACTION).where(events.c.device == self._device, events.c.kind.in_(ACTIONS), ~WITHDRAWN)
        action = db.scalar(mine.order_by(events.c.id.desc()).limit(1))
        return _action(db, action) if action else ()

    def _turn(
        self, db: Connection, kind: Kind, target: str, found: tuple[Event, ...], moment: Moment, day: int
    ) -> Undone:
        new = next_id(moment.at, db.scalar(select(func.max(events.c.id))) or "", self._entropy())
        turn = event(kind, "", moment, day)._replace(id=new, device=self._device, action=new, target=target)
        db.execute(insert(events), _row(turn))
        return Undone(found, turn, settle(db, {one.card for one in found}).changes)

    # -- other machines ------------------------------------------------------------------------------------

    def merge(self, incoming: Iterable[tuple[Event, str | None]]) -> Merged:
        """Take in another log: the union of both, all of it or nothing.

        DamagedLogError where an id is known with other facts; its `position` counts `incoming` from 0.
        """
        ready = read_incoming(incoming)
        with self._database.writing() as db:
            return merge(db, ready)

    # -- reading -------------------------------------------------------------------------------------------

    def history(self, key: str) -> tuple[Step, ...]:
        """Everything that happened to a card, oldest first, under whatever key it had then."""
        with self._database.reading() as db:
            (card,) = resolved(db, [key])
            return tuple(_replay(db, [card])[card].steps)

    def disputed(self) -> Mapping[str, tuple[Step, ...]]:
        """By key, the answers in force whose learner said that the card was wrong, newest first."""
        with self._database.reading() as db:
            named = db.scalars(select(events.c.card).where(events.c.disputed.is_not(None)).distinct())
            found: dict[str, tuple[Step, ...]] = {}
            for piece in pieces(sorted(resolved(db, named))):
                for card, past in _replay(db, piece).items():
                    its = [one for one in past.steps if one.in_force and one.event.disputed is not None]
                    found |= {card: tuple(reversed(its))} if its else {}
            return found

    def answered(self, since: int) -> dict[str, set[int]]:
        """The grades in force that cards were given from a study day on, by key."""
        card = func.coalesce(names.c.card, events.c.card)
        given = (
            select(card, events.c.q)
            .select_from(REVIEWED.outerjoin(names, names.c.name == events.c.card))
            .where(reviews.c.day >= since, events.c.q.is_not(None))
            .distinct()
        )
        found = defaultdict[str, set[int]](set)
        with self._database.reading() as db:
            for key, q in db.execute(given):
                found[key].add(q)
        return dict(found)

    def events(self, choice: Choice | None = None) -> Iterator[tuple[Event, str | None]]:
        """The log with the answers, in the order of ids, read in pieces; a snapshot of one moment."""
        choice = choice or Choice()
        wanted = _HISTORY
        if choice.since is not None:
            wanted = wanted.where(events.c.day >= choice.since)
        if (chosen := _cards_of(choice)) is not None:
            called = select(names.c.name).where(names.c.card.in_(chosen))
            slugs = () if choice.tag is not None else sorted(choice.decks or ())
            gone = (events.c.card.startswith(f"{slug}/", autoescape=True) for slug in slugs)
            wanted = wanted.where(or_(events.c.card == "", events.c.card.in_(union(chosen, called)), *gone))
        with self._database.streaming() as db:
            for row in db.execution_options(yield_per=500).execute(wanted):
                yield Event._make(row[:_WIDTH]), row[_WIDTH]

    def pasts(self, choice: Choice | None = None) -> Iterator[tuple[str, Step]]:
        """What events did: card by card, each with the key that its card has now."""
        choice = choice or Choice()
        with self._database.streaming() as db:
            chosen = _cards_of(choice)
            every = resolved(db, db.scalars(select(events.c.card).where(events.c.card != "").distinct()))
            if chosen is not None:
                wanted: set[str] = set(db.scalars(chosen))
                slugs = () if choice.tag is not None else choice.decks or ()
                every = {card for card in every if card in wanted or deck_of(card) in slugs}
            for piece in pieces(sorted(every)):
                for card, past in _replay(db, piece).items():
                    for one in past.steps:
                        if choice.since is None or one.event.day >= choice.since:
                            yield card, one

    def newest_at(self) -> int | None:
        """The UTC milliseconds of the newest event's id; None where the log is empty."""
        with self._database.reading() as db:
            newest = db.scalar(select(func.max(events.c.id)))
        return milliseconds_of(newest) if newest else None

    def sizes(self) -> tuple[KindSize, ...]:
        """What the log holds, by kind."""
        size = func.coalesce(func.sum(func.length(cast(answers.c.code, LargeBinary))), 0)
        wanted = (
            select(events.c.kind, func.count(), func.count(answers.c.event), size)
            .outerjoin(answers, answers.c.event == events.c.id)
            .group_by(events.c.kind)
            .order_by(events.c.kind)
        )
        with self._database.reading() as db:
            return tuple(KindSize._make(row) for row in db.execute(wanted))

    # -- the doctor ----------------------------------------------------------------------------------------

    def check(self) -> tuple[Finding, ...]:
        """The database's own integrity, and everything that differs from the fold of the log."""
        with self._database.reading() as db:
            return _check(db)

    def repair(self) -> tuple[Finding, ...]:
        """Make what follows from the log anew, after a backup; says what differed."""
        if self._database.path is not None:
            with self._database.free() as connection:
                back_up_as(connection, self._database.path, "repair")
        with self._database.writing() as db:
            findings = _check(db)
            if not any(finding.what == "integrity" for finding in findings):
                rebuild(db)
            return findings


def _cut(code: str) -> str:
    """The answer as it is kept: what is longer than 16 KiB ends in a line that says so."""
    data = code.encode("utf-8", "backslashreplace")
    if len(data) <= MOST_CODE:
        return data.decode()
    note = f"\n# cut here: {len(data)} bytes in all"
    return data[: MOST_CODE - len(note)].decode("utf-8", "ignore") + note


def _row(one: Event) -> dict[str, Any]:
    row = one._asdict()
    if one.action == one.id:
        row["action"] = None
    return row


def _stands(db: Connection, key: str) -> tuple[str, str | None, Schedule | None]:
    """The key that a card has now, its deck where that has it, and its schedule if it has one."""
    if rows := _STANDS.run(db, card=key):
        deck, known, *schedule = rows[0]
        return key, deck, None if known is None else Schedule._make(schedule)
    (card,) = resolved(db, [key])
    if card != key:
        return _stands(db, card)
    row = db.execute(select(*_SCHEDULE).where(schedules.c.card == card)).first()
    return card, None, None if row is None else Schedule._make(row)


def schedule_of(db: Connection, key: str) -> Schedule:
    return _stands(db, key)[2] or NEW


def _action(db: Connection, action: str) -> tuple[Event, ...]:
    its = or_(events.c.id == action, events.c.action == action)
    rows = db.execute(select(*FACTS).where(its, events.c.kind.in_(ACTIONS)).order_by(events.c.id))
    return tuple(map(Event._make, rows))


def resolved(db: Connection, keys: Iterable[str]) -> set[str]:
    """The keys that cards have now, of which these are keys or earlier names."""
    found = set[str]()
    for piece in pieces(keys):
        known = pairs(db, select(names.c.name, names.c.card).where(names.c.name.in_(piece)))
        found |= {known.get(key, key) for key in piece}
    return found - {""}


def _cards_of(choice: Choice) -> Select[str] | None:
    """The keys of the cards present that are chosen; None where all are."""
    if choice.decks is None and choice.tag is None:
        return None
    wanted = select(cards.c.key).where(cards.c.present)
    if choice.decks is not None:
        wanted = wanted.where(cards.c.deck.in_(choice.decks))
    if choice.tag is not None:
        wanted = wanted.where(cards.c.tags.contains(f"\n{choice.tag}\n", autoescape=True))
    return wanted


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


def _replay(db: Connection, wanted: Collection[str]) -> dict[str, _Past]:
    """What the log says of some cards (up to 500), by key."""
    known = select(names.c.name, names.c.card).where(names.c.card.in_(wanted))
    called = {card: card for card in wanted} | pairs(db, known)
    its = events.c.card.in_(called)
    withdrawn, touched = set[str](), dict[str, str]()
    for target, undo, redo in db.execute(_AIMS.where(_undo.c.target.in_(select(ACTION).where(its)))):
        touched[target] = max(undo, redo or "", touched.get(target, ""))
        if redo is None:
            withdrawn.add(target)
    out_of_force = frozenset(withdrawn)
    steps = {card: list[Step]() for card in wanted}
    kept = {card: dict[str, dict[str, Any]]() for card in wanted}
    stands = dict.fromkeys(wanted, NEW)
    heads = dict.fromkeys(wanted, "")
    for row in db.execute(_HISTORY.where(its)):
        found = Event._make(row[:_WIDTH])
        card = called[found.card]
        one = step(stands[card], found, out_of_force)
        stands[card] = one.after
        steps[card].append(one._replace(code=row[_WIDTH]))
        if found.action in touched:
            heads[card] = max(heads[card], touched[found.action])
        if row[_WIDTH + 1] is not None:
            facts = dict(zip(("deck", "role", "age"), row[_WIDTH + 1 :], strict=True))
            kept[card][found.id] = {"day": found.day, "event": found.id, **facts}
    return {
        card: _Past(steps[card], now._replace(head=max(now.head, heads[card])), kept[card])
        for card, now in stands.items()
    }


def _review(card: str, one: Step) -> dict[str, Any] | None:
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


def settle(db: Connection, touched: Iterable[str]) -> Settled:
    """Make cards, by their keys or earlier names, what their events say."""
    changes, moved, dates = list[RoleChange](), list[str](), {db.scalar(select(NEWEST_DAY))}
    for piece in pieces(sorted(resolved(db, touched))):
        its = schedules.c.card.in_(piece)
        before = {row[0]: row[1:] for row in db.execute(select(schedules.c.card, *_SCHEDULE).where(its))}
        db.execute(delete(schedules).where(its))
        present = select(cards.c.key, cards.c.deck).where(cards.c.present, cards.c.key.in_(piece))
        offered = pairs(db, present)
        rows, counted, gone = (list[dict[str, Any]]() for _ in range(3))
        for card, past in _replay(db, piece).items():
            if past.schedule != NEW:
                rows.append({"card": card, **past.schedule._asdict(), "deck": offered.get(card)})
            if before.get(card, NEW)[:-1] != past.schedule[:-1]:
                moved.append(card)
            gone += past.kept.values()
            for one in past.steps:
                if review := _review(card, one):
                    counted.append(review)
                    role = past.kept.get(one.event.id, review)["role"]
                    if role != review["role"]:
                        changes.append(RoleChange(one.event, Role(role), one.role))
        _FORGET_REVIEW.many(db, gone)
        _MADE.many(db, rows)
        _REVIEWED.many(db, counted)
        dates |= {review["day"] for review in gone + counted}
    count_days(db, {day for day in dates if day is not None})
    return Settled(tuple(changes), sorted(moved))


def count_days(db: Connection, touched: Collection[int]) -> None:
    """Count days anew from their reviews; the newest is counted where it is asked for."""
    newest = db.scalar(select(NEWEST_DAY))
    for day in {*touched} - {newest}:
        _FORGET_DAY.run(db, on=day)
        _COUNT_DAY.run(db, on=day)
    _FORGET_NEWEST.run(db)


def rebuild(db: Connection) -> None:
    """Everything that follows from the log and the decks, anew."""
    for table in (schedules, reviews, days):
        db.execute(delete(table))
    learn_names(db)
    settle(db, db.scalars(select(events.c.card).where(events.c.card != "").distinct()).all())
    count_cards(db)


def count_cards(db: Connection) -> None:
    """Let decks say how many cards they have."""
    its = select(func.count()).where(cards.c.deck == decks.c.slug, cards.c.present).scalar_subquery()
    db.execute(update(decks).values(cards=its))


# -- merging -----------------------------------------------------------------------------------------------

Incoming = dict[str, tuple[int, Event, str | None]]


def read_incoming(incoming: Iterable[tuple[Event, str | None]]) -> tuple[int, Incoming]:
    """How many events come in, and each by its id with its position; read before anybody has to wait."""
    read, found = 0, Incoming()
    for position, (one, typed) in enumerate(incoming):
        read += 1
        code = None if typed is None else _cut(typed)
        if (known := found.get(one.id)) is None:
            found[one.id] = position, one, code
        elif known[1] != one:
            raise DamagedLogError(position, one.id)
        else:
            found[one.id] = known[0], one, max(known[2] or "", code or "") or None
    return read, found


def merge(db: Connection, ready: tuple[int, Incoming]) -> Merged:
    """The union of two logs within the transaction that is open."""
    read, incoming = ready
    damaged = list[tuple[int, str]]()
    known = set[str]()
    for piece in pieces(incoming):
        for row in db.execute(select(*FACTS).where(events.c.id.in_(piece))):
            known.add(row.id)
            if incoming[row.id][1] != Event._make(row):
                damaged.append((incoming[row.id][0], row.id))
    if damaged:
        raise DamagedLogError(*min(damaged))
    fresh = [one for key, (_, one, _) in sorted(incoming.items()) if key not in known]
    codes = {key: code for key, (_, _, code) in incoming.items() if code is not None}
    _HAPPENED.many(db, map(_row, fresh))
    filled = _fill_in(db, {key: code for key, code in codes.items() if key in known})
    _TYPED.many(db, ({"event": key, "code": codes[key]} for key in sorted(codes.keys() - known)))
    if any(one.kind == Kind.RENAMED for one in fresh):
        learn_names(db)
    touched = {one.card for one in fresh} | _aimed_at(db, fresh)
    settled = settle(db, touched)
    return Merged(read, len(fresh), filled, tuple(settled.moved), settled.changes)


def _aimed_at(db: Connection, fresh: Iterable[Event]) -> set[str]:
    """The cards of the actions that undos and redos are about."""
    actions, undos = set[str](), set[str]()
    for one in fresh:
        if one.target is not None and one.kind in (Kind.UNDONE, Kind.REDONE):
            (actions if one.kind == Kind.UNDONE else undos).add(one.target)
    for piece in pieces(undos):
        its = select(events.c.target).where(events.c.id.in_(piece), events.c.target.is_not(None))
        actions |= {target for target in db.scalars(its) if target}
    found = set[str]()
    for piece in pieces(actions):
        part_of = or_(events.c.id.in_(piece), events.c.action.in_(piece))
        found |= set(db.scalars(select(events.c.card).where(part_of).distinct()))
    return found


def _fill_in(db: Connection, codes: dict[str, str]) -> int:
    """Of two texts of one answer both sides keep the same one; says how many are others now."""
    filled = 0
    for piece in pieces(codes):
        kept = pairs(db, select(answers.c.event, answers.c.code).where(answers.c.event.in_(piece)))
        better = [key for key in piece if codes[key] > kept.get(key, "")]
        if better:
            db.execute(delete(answers).where(answers.c.event.in_(better)))
            db.execute(insert(answers), [{"event": key, "code": codes[key]} for key in better])
        filled += len(better)
    return filled


# -- names -------------------------------------------------------------------------------------------------


def learn_names(db: Connection) -> None:
    """Read what earlier versions wrote of renames; what cards here are called holds before that."""
    groups = defaultdict[str, set[str]](set)
    renamed = db.execute(select(*FACTS).where(events.c.kind == Kind.RENAMED))
    for name, end in roots(map(Event._make, renamed)).items():
        groups[end] |= {name, end}
    if not groups:
        return
    here = set[str]()
    for piece in pieces(set[str]().union(*groups.values())):
        here |= set(db.scalars(select(cards.c.key).where(cards.c.present, cards.c.key.in_(piece))))
    known = pairs(db, select(names.c.name, names.c.card))
    links = dict[str, str]()
    for end, group in groups.items():
        card = end if end in here else min(group & here, default=end)
        links |= {name: card for name in group - here - {card} if known.get(name) not in here}
    rename(db, links)


def rename(db: Connection, links: Mapping[str, str]) -> None:
    """Let cards, by their keys, take over the history of what they were called before."""
    known = pairs(db, select(names.c.name, names.c.card))
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
        db.execute(delete(names).where(names.c.name.in_(piece)))
        db.execute(
            insert(names), [{"name": name, "card": ends[name]} for name in piece if name in ends]
        ) if any(name in ends for name in piece) else None
        db.execute(delete(schedules).where(schedules.c.card.in_(piece)))
    settle(db, changed | {known[name] for name in changed & known.keys()})


# -- the doctor --------------------------------------------------------------------------------------------


def _check(db: Connection) -> tuple[Finding, ...]:
    if db.dialect.name == "sqlite":
        damage = [str(row[0]) for row in db.execute(text("PRAGMA integrity_check(20)"))]
        if damage != ["ok"]:
            return tuple(Finding("integrity", "", line) for line in damage)
    found = list[Finding]()
    offered = pairs(db, select(cards.c.key, cards.c.deck).where(cards.c.present))
    every = resolved(db, db.scalars(select(events.c.card).where(events.c.card != "").distinct()).all())
    every |= set(db.scalars(select(schedules.c.card)))
    answered = 0
    for piece in pieces(sorted(every)):
        rows = db.execute(select(schedules).where(schedules.c.card.in_(piece)))
        kept = {row.card: (Schedule._make(row[1:-1]), row.deck) for row in rows}
        pasts = _replay(db, piece)
        for card, past in pasts.items():
            counted = {review["event"]: review for one in past.steps if (review := _review(card, one))}
            answered += len(past.kept)
            schedule, deck = kept.get(card, (NEW, offered.get(card)))
            if schedule != past.schedule:
                found.append(Finding("schedule", card, _difference(schedule, past.schedule)))
            if deck != offered.get(card):
                found.append(Finding("schedule", card, "the queue does not know which deck offers it"))
            if counted != past.kept:
                found.append(Finding("reviews", card, "an answer is not counted as the log says"))
    if db.scalar(select(func.count()).select_from(reviews)) != answered:
        found.append(Finding("reviews", "", "there are answers that the log does not have"))
    counted_now = {tuple(row) for row in db.execute(_HOURS.where(reviews.c.day < NEWEST_DAY))}
    wrong = counted_now ^ {tuple(row) for row in db.execute(select(days))}
    found += [
        Finding("days", date_of(day).isoformat(), "its sums are not what its answers come to")
        for day in sorted({row[0] for row in wrong})[:_MOST_LINES]
    ]
    its = select(func.count()).where(cards.c.deck == decks.c.slug, cards.c.present).scalar_subquery()
    for slug, said, there in db.execute(select(decks.c.slug, decks.c.cards, its)):
        if said != there:
            found.append(Finding("deck", slug, f"it is kept as having {said} cards, there are {there}"))
    return tuple(found)


def _difference(kept: Schedule, said: Schedule) -> str:
    pairs = zip(Schedule._fields, kept, said, strict=True)
    return "; ".join(
        f"{name} is {mine}, the log says {right}" for name, mine, right in pairs if mine != right
    )
