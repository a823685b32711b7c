"""What a prompt and the home screen ask for, read with sqlite3 alone and without writing anything."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from ptcards.scheduling.queue import (
    ALL,
    Allowance,
    Candidate,
    Counts,
    HeldBack,
    Limits,
    Part,
    Selection,
    Today,
    held_back,
    line_up,
    new_allowance,
    part_of,
    review_allowance,
)
from ptcards.scheduling.sm2 import LEARNED, Schedule
from ptcards.statistics.sums import forecast, streak
from ptcards.store.columns import SCHEDULE, schedule_of
from ptcards.store.database import connect, spoken, transaction
from ptcards.store.migrate import check_revision
from ptcards.store.picking import done_on, due_rows, may_ask

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

FORECAST_DAYS = 14
_PACE_DAYS = 30
_EVERY_GRADE = "sum(q0 + q1 + q2 + q3 + q4 + q5 + practised + drilled + crammed)"
_ANSWERED = f"SELECT {_EVERY_GRADE}, sum(introduced) FROM totals WHERE day = ?"
_OF_DECK = "SELECT count(*) FROM schedules s WHERE s.deck = d.slug AND"
# A plus sign before a column keeps SQLite from its index, where another one leads to far fewer rows.
_BURIED = f"{_OF_DECK} NOT s.suspended AND s.buried_until > :day AND"
_IN_DRILL = "s.drill_day = :day AND +s.due_day > :day"
_COUNTS = (
    f"SELECT d.slug, d.cards, ({_OF_DECK} NOT s.suspended AND s.due_day <= :day), "
    f"({_OF_DECK} NOT s.suspended AND s.due_day IS NULL), ({_OF_DECK} NOT s.suspended AND {_IN_DRILL}), "
    f"({_BURIED} +s.due_day <= :day), ({_BURIED} +s.due_day IS NULL), ({_BURIED} {_IN_DRILL}), "
    f"({_OF_DECK} s.suspended AND (s.due_day IS NULL OR s.due_day <= :day OR s.drill_day = :day)), "
    f"({_OF_DECK} s.repetitions < 2 AND s.due_day IS NOT NULL) "
    "FROM decks d WHERE NOT d.disabled ORDER BY d.slug"
)
_CANDIDATES = (
    f"SELECT c.key, s.deck, s.place, s.shuffle, {', '.join(f's.{name}' for name in Schedule._fields)} "
    "FROM schedules s CROSS JOIN cards c ON c.root = s.card AND c.present WHERE s.deck = ?"
)
_DECKS = (
    "SELECT d.slug, d.title, d.about, d.path, d.cards, d.disabled, d.trouble, "
    "d.code_hash = '' OR coalesce(t.mine OR t.code_hash = d.code_hash, 0) "
    "FROM decks d LEFT JOIN trust t ON t.deck = d.slug ORDER BY d.slug"
)


@dataclass(frozen=True, slots=True)
class DeckGlance:
    """One deck, in a line."""

    slug: str
    title: str
    about: str
    path: str | None
    cards: int
    """Disabled or not."""
    state: str
    """`current`, `broken`, `vanished` or `disabled`."""
    trusted: bool
    """Agreed to by the learner, or without code; the built-in deck needs no agreement."""


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything the home screen shows at once."""

    today: Today
    decks: tuple[DeckGlance, ...] = ()
    streak: int = 0
    forecast: tuple[int, ...] = (0,) * FORECAST_DAYS
    """Cards due on each of 14 days, today and what is overdue first; limits are not applied."""
    next_due_day: int | None = None
    """The next day after today on which a card is due."""
    seconds_per_answer: float | None = None
    """The mean of the last 30 days; None where nothing was answered."""
    answered_today: int = 0
    introduced_today: int = 0
    """New cards that had their first grade."""
    """Grades of every kind given on the study day."""
    current: bool = True
    """False: the schema is an older one, and nothing is known yet."""


def glance(
    path: Path, day: int, limits: Limits, selection: Selection = ALL, *, migrate: bool = True
) -> Glance:
    """Look at the database of `path`; where there is none yet nothing is due. StoreError as `Store.open`.

    An older schema is brought up to date first, which may take long; not without `migrate`.
    """
    if not path.exists():
        return Glance(Today(day, {}))
    with spoken(path), closing(connect(path, read_only=True)) as connection:
        if not check_revision(connection, path):
            if not migrate:
                return Glance(Today(day, {}), current=False)
            _bring_up_to_date(path)
        with transaction(connection, "BEGIN", keep=False):
            return look(connection, day, limits, selection)


def _bring_up_to_date(path: Path) -> None:
    from ptcards.store.store import Store

    Store.open(path).close()


def look(connection: sqlite3.Connection, day: int, limits: Limits, selection: Selection = ALL) -> Glance:
    """The glance over an open connection."""
    now = today(connection, day, limits, selection)
    decks = tuple(
        DeckGlance(
            slug, title, about, path, cards, "disabled" if disabled else trouble or "current", bool(trusted)
        )
        for slug, title, about, path, cards, disabled, trouble, trusted in connection.execute(_DECKS)
    )
    days = connection.execute("SELECT DISTINCT day FROM totals WHERE day <= ? ORDER BY day DESC", (day,))
    answered, introduced = connection.execute(_ANSWERED, (day,)).fetchone()
    return Glance(
        now,
        decks,
        streak((int(row[0]) for row in days), day),
        forecast(_due_by_day(connection, list(now.decks), day + FORECAST_DAYS - 1), day, FORECAST_DAYS),
        _next_due_day(connection, list(now.decks), day),
        _pace(connection, day),
        int(answered or 0),
        int(introduced or 0),
    )


def today(connection: sqlite3.Connection, day: int, limits: Limits, selection: Selection = ALL) -> Today:
    """What `day` still offers, by deck; see `Store.today`."""
    rows = {
        str(row[0]): row[1:]
        for row in connection.execute(_COUNTS, {"day": day})
        if selection.decks is None or row[0] in selection.decks
    }
    if selection.cards is not None:
        return Today(day, _count_one_by_one(connection, list(rows), day, limits, selection))
    counts = {deck: _counted(row) for deck, row in rows.items()}
    for deck in selection.unmet_decks & counts.keys():
        counts[deck] = _nothing_runs(counts[deck])
    for key in selection.unmet | selection.skip:
        _leave_out(connection, counts, key, day, selection)
    done = done_on(connection, day)
    counts = _limit_due(connection, counts, day, review_allowance(limits, done), selection)
    return Today(day, _limit_new(counts, new_allowance(limits, done)))


def _counted(row: tuple[int, ...]) -> Counts:
    cards, due, new, drill, due_buried, new_buried, drill_buried, suspended, learning = row
    held = HeldBack(suspended=suspended, buried=due_buried + new_buried + drill_buried)
    return Counts(due - due_buried, new - new_buried, drill - drill_buried, learning, cards, held)


def _nothing_runs(counts: Counts) -> Counts:
    """A deck whose requirements are not met here."""
    held = replace(counts.held_back, requires=counts.due + counts.new + counts.drill)
    return replace(counts, due=0, new=0, drill=0, held_back=held)


def _leave_out(
    connection: sqlite3.Connection, counts: dict[str, Counts], key: str, day: int, selection: Selection
) -> None:
    """Take one card out of what is offered; it is counted as held back unless it is to be skipped."""
    row = connection.execute(
        f"SELECT s.deck, {SCHEDULE} FROM cards c JOIN schedules s ON s.card = c.root "
        "WHERE c.key = ? AND c.present",
        (key,),
    ).fetchone()
    if row is None or row[0] not in counts:
        return
    deck, standing = str(row[0]), schedule_of(row[1:])
    part = part_of(standing, day)
    if part is None:
        return
    was, skip = counts[deck], key in selection.skip
    held = was.held_back
    if standing.suspended or (standing.buried_until is not None and standing.buried_until > day):
        name = "suspended" if standing.suspended else "buried"
        if skip:
            counts[deck] = replace(was, held_back=replace(held, **{name: getattr(held, name) - 1}))
        return
    if deck in selection.unmet_decks:
        counts[deck] = replace(was, held_back=replace(held, requires=held.requires - skip))
        return
    held = held if skip else replace(held, requires=held.requires + 1)
    counts[deck] = replace(was, **{part.value: getattr(was, part.value) - 1}, held_back=held)


def _limit_due(
    connection: sqlite3.Connection,
    counts: dict[str, Counts],
    day: int,
    allowance: Allowance,
    selection: Selection,
) -> dict[str, Counts]:
    """Hold back the reviews beyond the limits; of several decks on one limit the oldest due come first."""
    shared = [deck for deck in counts if allowance.common(deck)]
    wanted = sum(counts[deck].due for deck in shared)
    left = allowance.left(shared[0]) if shared else None
    offered = {deck: allowance.take(deck, one.due) for deck, one in counts.items() if deck not in shared}
    if left is None or wanted <= left:
        offered |= {deck: counts[deck].due for deck in shared}
    else:
        offered |= dict.fromkeys(shared, 0)
        decks = [deck for deck in shared if counts[deck].due]
        rows = (row for row in due_rows(connection, decks, day) if may_ask(str(row[4]), selection))
        for row in islice(rows, left):
            offered[str(row[3])] += 1
    return {
        deck: replace(
            one, due=offered[deck], held_back=replace(one.held_back, reviews=one.due - offered[deck])
        )
        for deck, one in counts.items()
    }


def _limit_new(counts: dict[str, Counts], allowance: Allowance) -> dict[str, Counts]:
    """Hold back the new cards beyond the limits; decks draw on a common limit in their order."""
    limited = {}
    for deck, one in counts.items():
        offered = allowance.take(deck, one.new)
        limited[deck] = replace(one, new=offered, held_back=replace(one.held_back, new=one.new - offered))
    return limited


def _count_one_by_one(
    connection: sqlite3.Connection, decks: list[str], day: int, limits: Limits, selection: Selection
) -> dict[str, Counts]:
    """Counts of chosen cards: there is no index for an arbitrary choice, so each is looked at."""
    cards = [
        Candidate(row[0], row[1], row[2], row[3], schedule_of(row[4:]))
        for deck in decks
        for row in connection.execute(_CANDIDATES, (deck,))
        if row[0] in (selection.cards or ())
    ]
    line = line_up(cards, day, limits, done_on(connection, day), selection)
    deck_of = {card.key: card.deck for card in cards}
    counts = {}
    for deck in decks:
        own = [card for card in cards if card.deck == deck]
        counts[deck] = Counts(
            **{part.value: sum(deck_of[key] == deck for key in getattr(line, part.value)) for part in Part},
            learning=sum(_is_learning(card.schedule) for card in own),
            cards=len(own),
            held_back=held_back(why for key, why in line.held_back.items() if deck_of[key] == deck),
        )
    return counts


def _is_learning(schedule: Schedule) -> bool:
    return schedule.due_day is not None and schedule.repetitions < LEARNED


def _due_by_day(connection: sqlite3.Connection, decks: list[str], last: int) -> dict[int, int]:
    due: dict[int, int] = {}
    question = (
        "SELECT due_day, count(*) FROM schedules "
        "WHERE deck = ? AND NOT suspended AND due_day <= ? GROUP BY due_day"
    )
    for deck in decks:
        for day, count in connection.execute(question, (deck, last)):
            due[day] = due.get(day, 0) + count
    return due


def _next_due_day(connection: sqlite3.Connection, decks: list[str], day: int) -> int | None:
    question = "SELECT min(due_day) FROM schedules WHERE deck = ? AND NOT suspended AND due_day > ?"
    days = [connection.execute(question, (deck, day)).fetchone()[0] for deck in decks]
    return min((int(found) for found in days if found is not None), default=None)


def _pace(connection: sqlite3.Connection, day: int) -> float | None:
    row = connection.execute(
        f"SELECT sum(milliseconds), {_EVERY_GRADE} FROM totals WHERE day > ?",
        (day - _PACE_DAYS,),
    ).fetchone()
    return row[0] / row[1] / 1000 if row[1] else None
