"""What happened: facts are appended, never changed; what follows from them is `fold`'s."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from time import sleep
from typing import Any, NamedTuple

import sqlalchemy as sa

from ptcards.deck.reading import without_garbage_collection
from ptcards.errors import ExchangeError, StaleAnswerError
from ptcards.language import _
from ptcards.scheduling.days import Moment
from ptcards.scheduling.events import (
    ACTIONS,
    GRADE_KINDS,
    Event,
    Kind,
    Memories,
    Step,
    next_id,
    shown_text,
    step,
)
from ptcards.scheduling.queue import Scope, deck_of
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store import fold
from ptcards.store.connection import back_up_as
from ptcards.store.database import Database, Prepared, pieces
from ptcards.store.queue import DailyQueue
from ptcards.store.tables import ACTION, FACTS, answers, cards, drafts, events, reviews, schedules, texts

MOST_CODE = 16 * 1024
"""Bytes of an answer that are kept."""
SLICE = 10_000
"""Events of a merge that are written, and their cards settled, while others wait."""
_PAUSE = 0.11
"""Seconds between two slices: more than SQLite sleeps between two tries to get the lock."""
_COUNTED_AT_ONCE = 200_000
"""Reviews whose days are counted while others wait."""

# -- the road of an answer ---------------------------------------------------------------------------------
_CARD: sa.BindParameter[str] = sa.bindparam("card")
_KNOWN = sa.exists().where(texts.c.text == sa.bindparam("device", type_=sa.String()))
_newest = sa.select(sa.func.max(events.c.id)).scalar_subquery()
_NOW = (_newest.label("id"), fold.NEWEST_DAY.label("day"), fold.COUNTED_TO.label("to"), _KNOWN.label("known"))
_DRAFTED = sa.exists().where(drafts.c.card == cards.c.key).label("drafted")
_LOG = sa.select(*_NOW).subquery()
_OFFERED = _LOG.outerjoin(cards, sa.and_(cards.c.key == _CARD, cards.c.present))
_SCHEDULED = _OFFERED.outerjoin(schedules, schedules.c.card == cards.c.key)
_BEFORE = Prepared(sa.select(*_LOG.c, _DRAFTED, cards.c.deck, *fold.SCHEDULE).select_from(_SCHEDULED))
_adopted = sa.select(*FACTS).where(events.c.card == "", events.c.kind == Kind.ADOPTED)
_ADOPTED = Prepared(_adopted.order_by(events.c.id.desc()).limit(1))
_HAPPENED, _TYPED = (Prepared(sa.insert(table)) for table in (events, answers))
_FORGET_DRAFT = Prepared(sa.delete(drafts).where(drafts.c.card == _CARD))
_KEPT: dict[str, Any] = {name: sa.bindparam(name) for name in (*Schedule._fields, "deck")}
_MOVED = Prepared(sa.update(schedules).where(schedules.c.card == _CARD).values(_KEPT))


class Undone(NamedTuple):
    """An action that was taken back, or brought back."""

    events: tuple[Event, ...]  # The action's events, as they were recorded
    undo: Event  # The `undone` or `redone` event
    changes: Sequence[fold.RoleChange]


class Merged(NamedTuple):
    """What a merge brought in."""

    read: int
    new: int
    answers: int  # Answers whose code was filled in
    cards: list[str]  # Keys of cards whose schedule is now another, sorted
    changes: Sequence[fold.RoleChange]
    codes: int  # Answers that came with new events


_ALL = Scope()


class DamagedLogError(ExchangeError):
    """An id that is known has other facts: one of the two logs is damaged. Nothing was taken."""

    def __init__(self, position: int, event_id: str) -> None:
        super().__init__(_("event {} is known with other facts: one of the two logs is damaged", event_id))
        self.position = position
        """Counts the events that came in, from 0."""


class Log:
    """What happened; `Store.log`."""

    def __init__(
        self, database: Database, device: str, entropy: Callable[[], int], queue: DailyQueue
    ) -> None:
        self._database, self._device, self._entropy, self._queue = database, device, entropy, queue

    def sign_as(self, device: str) -> None:
        self._device = device

    def record(
        self, made: Sequence[Event], *, expected_head: str | None = None, code: str | None = None
    ) -> list[Step]:
        """Write one action in one transaction: events, schedules, reviews and answer; drop the draft.

        The events have empty ids: they get theirs here, after all that is in the log. Says what each did.
        `expected_head` is the head of the first one's card as shown; StaleAnswerError where it has moved on.
        """
        done, counted = list[Step](), set[int]()
        with self._database.writing(quiet=True) as db:
            for draft in made:
                found = _BEFORE.run(db, device=self._device, card=draft.card)[0]
                newest, last_day, counted_to, known, drafted, deck, *schedule = found
                card, before = draft.card, NEW if schedule[0] is None else Schedule._make(schedule)
                if deck is None:
                    card, deck, before = scheduled(db, card)
                if not done and expected_head is not None and before.head != expected_head:
                    why = _("it has moved on since it was shown (in another window, or by a merge)")
                    again = _("your answer was not recorded: look at the card again")
                    raise StaleAnswerError(f"{draft.card}: {why}; {again}")
                newest = next_id(draft.at, newest or "", self._entropy())
                action = done[0].event.id if done else newest
                if deck is None or draft.versions or draft.fsrs or not known:
                    said = self._device, card, deck_of(card), draft.versions, draft.fsrs
                    fold.say(db, filter(None, said))
                # What FSRS plans follows from all answers of the card.
                past = Memories(fold.steps_of(db, card) if draft.fsrs else ())
                fact = draft._replace(id=newest, device=self._device, action=action)
                one = step(before, fact, frozenset(), past)
                if draft.kind in GRADE_KINDS:
                    one = one._replace(event=one.event._replace(shown=shown_text(before, one.after)))
                with self._database.at_once():
                    if draft.kind in GRADE_KINDS and (drafted or deck is None):
                        _FORGET_DRAFT.run(db, card=draft.card)
                    _HAPPENED.many(db, [_row(one.event)])
                    if before.head:
                        _MOVED.many(db, [(*one.after, deck, card)])
                    else:
                        fold.SCHEDULE_ADDED.many(db, [(card, *one.after, deck)])
                    if review := fold.review_of(card, one):
                        fold.REVIEW_ADDED.many(db, [review])
                    if code is not None and not done:
                        _TYPED.run(db, event=newest, code=_cut(code))
                if last_day is not None and not counted_to < draft.day <= last_day:
                    counted.add(draft.day)
                done.append(one)
            if counted:
                fold.count_days(db, counted)
        self._queue.follow(done)
        return done

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
                words = _("something else was done since; look again at what undo would take back")
                raise StaleAnswerError(words)
            return self._turn(db, Kind.UNDONE, found[0].action, found, moment, day) if found else None

    def redo(self, moment: Moment, day: int) -> Undone | None:
        """Take back this device's newest undo, where no action came after it; None where there is none."""
        mine = events.c.device == self._device
        last = sa.select(sa.func.max(events.c.id)).where(mine, events.c.kind.in_(ACTIONS)).scalar_subquery()
        undone = sa.select(fold.UNDO.c.id, fold.UNDO.c.target).where(
            fold.UNDO.c.device == self._device,
            fold.UNDO.c.kind == Kind.UNDONE,
            fold.UNDO.c.target.is_not(None),
            ~fold.REDONE,
            sa.or_(last.is_(None), fold.UNDO.c.id > last),
        )
        with self._database.writing() as db:
            found = db.execute(undone.order_by(fold.UNDO.c.id.desc()).limit(1)).first()
            if found is None:
                return None
            return self._turn(db, Kind.REDONE, found.id, _action(db, found.target), moment, day)

    def _newest_action(self, db: sa.Connection) -> tuple[Event, ...]:
        mine = sa.select(ACTION).where(
            events.c.device == self._device, events.c.kind.in_(ACTIONS), ~fold.WITHDRAWN
        )
        action = db.scalar(mine.order_by(events.c.id.desc()).limit(1))
        return _action(db, action) if action else ()

    def _turn(
        self, db: sa.Connection, kind: Kind, target: str, found: tuple[Event, ...], moment: Moment, day: int
    ) -> Undone:
        turn = self._note(db, kind, moment, day, target=target)
        return Undone(found, turn, fold.settle(db, {one.card for one in found})[1])

    def _note(self, db: sa.Connection, kind: Kind, moment: Moment, day: int, **facts: Any) -> Event:
        """Append an event that is of no card."""
        new = next_id(moment.at, _BEFORE.run(db, device=self._device, card="")[0][0] or "", self._entropy())
        fold.say(db, (self._device, ""))
        noted = Event(new, self._device, new, "", kind, moment.at, moment.offset, day)._replace(**facts)
        _HAPPENED.many(db, [_row(noted)])
        return noted

    def adopt(self, details: str, moment: Moment, day: int) -> Event:
        """Let FSRS plan by other parameters from now on: `details` has them, in JSON, and why."""
        with self._database.writing() as db:
            return self._note(db, Kind.ADOPTED, moment, day, details=details)

    @without_garbage_collection()
    def merge(self, incoming: Iterable[tuple[Event, str | None]]) -> Merged:
        """Take in another log: the union of both.

        DamagedLogError where an id is known with other facts, whose `position` counts `incoming` from 0:
        nothing is taken then. A large one is taken in slices, each of them a whole state, so that nobody else
        waits long; if it is killed a part was merged, and merging again merges the rest.
        """
        read, every = read_incoming(incoming)
        with self._database.reading() as db:
            news, _ = _news(db, every)
            before = db.scalar(sa.select(sa.func.count()).select_from(events)) or 0
        new, filled, codes, moved, changes = 0, 0, 0, set[str](), dict[str, fold.RoleChange]()
        # What takes actions back comes first, since it names no card; then card by card.
        order = sorted(news.items(), key=lambda item: (item[1][1].card, item[0]))
        large = len(order) > SLICE
        for piece in pieces(order, SLICE):
            with self._database.writing() as db:
                part = merge(db, dict(piece), count=not large)
            new, filled, codes = new + part.new, filled + part.answers, codes + part.codes
            moved.update(part.cards)
            for one in part.changes:
                first = changes.get(one.event.id, one)
                changes[one.event.id] = one._replace(before=first.before)
            sleep(large * _PAUSE)
        while large:
            with self._database.writing() as db:
                large = fold.count_days(db, most=_COUNTED_AT_ONCE)
            sleep(large * _PAUSE)
        if new > max(before, SLICE):
            # Most of the file was written just now, and not in its order.
            self._database.compact()
        changed = [one for one in changes.values() if one.before != one.after]
        return Merged(read, new, filled, sorted(moved), changed, codes)

    def history(self, *keys: str) -> tuple[Step, ...]:
        """Everything that happened to a card, oldest first, under whatever key it had then; card by card."""
        with self._database.reading() as db:
            return tuple(one for _, one in fold.steps(db, fold.resolved(db, keys)))

    def past(self, key: str) -> Sequence[Step]:
        """As `history` of a card that has this key now, but only what its schedule follows from; at once."""
        with self._database.reading() as db:
            return fold.steps_of(db, key)

    def disputed(self) -> Mapping[str, Sequence[Step]]:
        """By key, the answers in force whose learner said that the card was wrong, newest first."""
        with self._database.reading() as db:
            named = db.scalars(sa.select(events.c.card).where(events.c.disputed.is_not(None)).distinct())
            found = defaultdict[str, list[Step]](list)
            for card, one in fold.steps(db, fold.resolved(db, named)):
                if one.in_force and one.event.disputed is not None:
                    found[card].insert(0, one)
            return found

    def answered(self, since: int) -> dict[str, set[int]]:
        """The grades in force that cards were given from a study day on, by key."""
        given = (
            sa.select(fold.CARD, events.c.q)
            .select_from(fold.NAMED)
            .where(reviews.c.day >= since, events.c.q.is_not(None))
            .distinct()
        )
        found = defaultdict[str, set[int]](set)
        with self._database.reading() as db:
            for key, q in db.execute(given):
                found[key].add(q)
        return dict(found)

    def events(self, scope: Scope = _ALL, since: int | None = None) -> Iterator[tuple[Event, str | None]]:
        """The log with the answers, in the order of ids, read in pieces; a snapshot of one moment.

        Of some decks it gives what happened to their cards, under whatever key, and with no tag to those that
        are gone, too. Undos name no card: they are chosen by their day (`since`) alone.
        """
        wanted = fold.chosen(fold.HISTORY, scope, events.c.card == "")
        if since is not None:
            wanted = wanted.where(events.c.day >= since)
        with self._database.streaming() as db, db.execution_options(yield_per=500).execute(wanted) as rows:
            for row in rows:
                yield Event._make(row[: fold.WIDTH]), row[fold.WIDTH]

    def marks(self) -> Iterator[tuple[str, str, str | None]]:
        """Of every event its id, its device and the learner's code, in the order of ids."""
        its = sa.select(events.c.id, events.c.device, answers.c.code)
        wanted = its.outerjoin(answers, answers.c.event == events.c.id).order_by(events.c.id)
        with self._database.streaming() as db, db.execution_options(yield_per=500).execute(wanted) as rows:
            for row in rows:
                yield row[0], row[1], row[2]

    def since(self, last: str) -> tuple[int, int, list[tuple[Event, str | None]]]:
        """How many events and answers there are, and this device's own events after the one with that id."""
        typed = sa.select(*FACTS, answers.c.code).outerjoin(answers, answers.c.event == events.c.id)
        own = typed.where(events.c.device == self._device, events.c.id > last).order_by(events.c.id)
        with self._database.reading() as db:
            sizes = [db.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in (events, answers)]
            return sizes[0], sizes[1], [(Event._make(facts), code) for *facts, code in db.execute(own)]

    def pasts(
        self, scope: Scope = _ALL, since: int | None = None, *, whole: bool = True
    ) -> Iterator[tuple[str, Step]]:
        """What events did: card by card, with the key that its card has now; `whole`, or as in `past`."""
        history = fold.HISTORY if whole else fold.WHAT_COUNTS
        with self._database.streaming() as db:
            for card, one in fold.steps(db, fold.all_cards(db, scope), history):
                if since is None or one.event.day >= since:
                    yield card, one

    def adopted(self) -> Event | None:
        """The newest event by which parameters of FSRS were adopted."""
        found = self._database.ask(_ADOPTED)
        return Event._make(found[0]) if found else None

    def newest(self) -> str:
        """The newest event's id; "" where the log is empty."""
        return self._database.ask(_BEFORE, device=self._device, card="")[0][0] or ""

    def sizes(self) -> list[tuple[str, int, int, int]]:
        """What the log holds of each kind: events, answers, and the bytes of these."""
        size = sa.func.coalesce(sa.func.sum(sa.func.length(sa.cast(answers.c.code, sa.LargeBinary))), 0)
        wanted = (
            sa.select(events.c.kind, sa.func.count(), sa.func.count(answers.c.event), size)
            .outerjoin(answers, answers.c.event == events.c.id)
            .group_by(events.c.kind)
        )
        with self._database.reading() as db:
            return sorted((kind, *map(int, sums)) for kind, *sums in db.execute(wanted))

    def check(self) -> tuple[fold.Finding, ...]:
        """The database's own integrity, and everything that differs from the fold of the log."""
        with self._database.reading() as db:
            return fold.check(db)

    def repair(self) -> tuple[fold.Finding, ...]:
        """Make what follows from the log anew, after a backup; says what differed."""
        if self._database.path is not None:
            back_up_as(self._database.path, "repair")
        with self._database.writing() as db:
            findings = fold.check(db)
            if not any(finding.what == "integrity" for finding in findings):
                fold.rebuild(db)
        self._database.compact()
        return findings


def _cut(code: str) -> str:
    """The answer as it is kept: what is longer than 16 KiB ends in a line that says so."""
    data = code.encode("utf-8", "backslashreplace")
    if len(data) <= MOST_CODE:
        return data.decode()
    note = f"\n# cut here: {len(data)} bytes in all"
    return data[: MOST_CODE - len(note)].decode("utf-8", "ignore") + note


def _row(one: Event) -> tuple[Any, ...]:
    return (*one[:2], None if one.action == one.id else one.action, *one[3:])


def scheduled(db: sa.Connection, key: str) -> tuple[str, str | None, Schedule]:
    """The key that a card has now, its deck where that has it, and its schedule."""
    (card,) = fold.resolved(db, [key])
    deck = db.scalar(sa.select(cards.c.deck).where(cards.c.key == card, cards.c.present))
    row = db.execute(sa.select(*fold.SCHEDULE).where(schedules.c.card == card)).first()
    return card, deck, NEW if row is None else Schedule._make(row)


def _action(db: sa.Connection, action: str) -> tuple[Event, ...]:
    its = sa.or_(events.c.id == action, events.c.action == action)
    rows = db.execute(sa.select(*FACTS).where(its, events.c.kind.in_(ACTIONS)).order_by(events.c.id))
    return tuple(map(Event._make, rows))


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


def _news(db: sa.Connection, incoming: Incoming) -> tuple[Incoming, set[str]]:
    """What of it is not here yet, and whose answer's code alone it is; DamagedLogError."""
    damaged, news, filled = list[tuple[int, str]](), dict(incoming), set[str]()
    here = sa.select(*FACTS, answers.c.code).outerjoin(answers, answers.c.event == events.c.id)
    its = events.c.id.in_(sa.bindparam("ids", expanding=True))  # given as a list, each would be looked at
    for piece in pieces(incoming):
        for *facts, kept in db.execute(here.where(its), {"ids": piece}):
            known = Event._make(facts)
            position, one, code = incoming[known.id]
            if one != known:
                damaged.append((position, known.id))
            elif (code or "") > (kept or ""):
                # Of two texts of one answer both sides keep the same one.
                filled.add(known.id)
            else:
                del news[known.id]
    if damaged:
        raise DamagedLogError(*min(damaged))
    return news, filled


def merge(db: sa.Connection, incoming: Incoming, *, count: bool = True) -> Merged:
    """The union of two logs within the transaction that is open; `count` as `fold.settle` has it."""
    news, filled = _news(db, incoming)
    fresh = [one for key, (_, one, _) in sorted(news.items()) if key not in filled]
    said = (text for one in fresh for text in (one.device, one.card, one.versions, one.fsrs))
    fold.say(db, {text for text in said if text is not None})
    _HAPPENED.many(db, map(_row, fresh))
    for piece in pieces(filled):
        db.execute(sa.delete(answers).where(answers.c.event.in_(piece)))
    codes = [(key, code) for key, (_, _, code) in sorted(news.items()) if code is not None]
    _TYPED.many(db, codes)
    if any(one.kind == Kind.RENAMED for one in fresh):
        fold.learn_names(db)
    touched = {one.card for one in fresh}
    redone, undone = (
        {one.target for one in fresh if one.kind == kind and one.target}
        for kind in (Kind.REDONE, Kind.UNDONE)
    )
    for piece in pieces(redone):
        undone.update(filter(None, db.scalars(sa.select(events.c.target).where(events.c.id.in_(piece)))))
    for piece in pieces(undone):
        action = sa.or_(events.c.id.in_(piece), events.c.action.in_(piece))
        touched.update(db.scalars(sa.select(events.c.card).where(action).distinct()))
    moved, changes = fold.settle(db, touched, count=count)
    return Merged(len(incoming), len(fresh), len(filled), moved, changes, len(codes) - len(filled))
