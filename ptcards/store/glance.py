"""What a prompt and the home screen ask for, read with sqlite3 alone and without writing anything."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ptcards.scheduling.queue import (
    ALL,
    Candidate,
    Counts,
    Done,
    HeldBack,
    Limits,
    Selection,
    Today,
    Total,
    count_line,
    line_up,
    new_allowance,
    review_allowance,
    shuffle_of,
)
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.statistics.sums import forecast, streak
from ptcards.store.connection import connect, in_words, is_current, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

FORECAST_DAYS = 14
_PACE_DAYS = 30
_free = "NOT s.suspended AND coalesce(s.buried_until, 0) <= :day"
_PART = (
    f"SELECT d.slug, sum({_free}), sum(s.suspended), count(*) FROM decks d JOIN schedules s "
    "ON s.deck = d.slug AND {} WHERE NOT d.disabled GROUP BY d.slug"
)
_PARTS = ("s.due_day <= :day", "s.due_day IS NULL", "s.drill_day = :day AND s.due_day > :day")
_DECKS = (
    "SELECT d.slug, d.cards, (SELECT count(*) FROM schedules s WHERE s.deck = d.slug), (SELECT count(*) FROM "
    "schedules s WHERE s.deck = d.slug AND s.repetitions < 2 AND s.due_day IS NOT NULL) "
    "FROM decks d WHERE NOT d.disabled ORDER BY d.slug"
)
_CANDIDATES = (
    f"SELECT c.key, c.deck, c.position, {', '.join(f's.{name}' for name in Schedule._fields)} "
    "FROM cards c LEFT JOIN schedules s ON s.card = c.key WHERE c.present AND c.deck = :deck "
    "AND (s.due_day IS NULL OR s.due_day <= :day OR s.drill_day = :day OR s.repetitions < 2)"
)
_DONE = "SELECT deck, sum(role = 0), sum(role = 1) FROM reviews WHERE day = ? GROUP BY deck"
_ANSWERED = "SELECT count(*), coalesce(sum(role = 0), 0) FROM reviews WHERE day = ? AND role < 5"
_LIVED = "SELECT DISTINCT day FROM days WHERE day <= ? ORDER BY day DESC"
_NEWEST = "SELECT max(day) FROM reviews"
_GRADES = " + ".join((*(f"q{grade}" for grade in range(6)), "practised", "drilled", "crammed"))
_PACE = (
    f"SELECT sum(milliseconds), sum(answers) FROM (SELECT milliseconds, {_GRADES} AS answers FROM days "
    "WHERE day > :since UNION ALL SELECT 1000 * sum(e.seconds), count(*) FROM reviews r "
    "JOIN events e ON e.id = r.event WHERE r.day = (SELECT max(day) FROM reviews) AND r.day > :since "
    "AND role < 5)"
)
_LISTED = (
    "SELECT d.slug, d.title, d.about, d.path, d.cards, "
    "CASE WHEN d.disabled THEN 'disabled' WHEN d.trouble = '' THEN 'current' ELSE d.trouble END, "
    "d.code_hash = '' OR coalesce(t.mine OR t.code_hash = d.code_hash, 0) "
    "FROM decks d LEFT JOIN trust t ON t.deck = d.slug ORDER BY d.slug"
)
_COMING = (
    "SELECT due_day, count(*) FROM schedules WHERE deck = ? AND NOT suspended AND due_day <= ? "
    "GROUP BY due_day"
)
_NEXT = "SELECT min(due_day) FROM schedules WHERE deck = ? AND NOT suspended AND due_day > ?"


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
    """Grades of every kind given on the study day."""
    introduced_today: int = 0
    """New cards that had their first grade."""
    current: bool = True
    """False: the schema is an older one, and nothing is known yet."""


def glance(path: Path, day: int, limits: Limits, selection: Selection = ALL) -> Glance:
    """What the database of `path` offers; where there is none yet nothing. StoreError as `Store.open`."""
    if not path.exists():
        return Glance(Today(day, {}))
    with in_words(path), closing(connect(path, read_only=True)) as connection:
        if not is_current(connection, path):
            return Glance(Today(day, {}), current=False)
        with transaction(connection, "BEGIN", keep=False):
            return home(connection, day, limits, selection)


def home(connection: sqlite3.Connection, day: int, limits: Limits, selection: Selection = ALL) -> Glance:
    """What the home screen shows, over a connection that is open."""
    now = _today(connection, day, limits, selection)
    due: dict[int, int] = {}
    following: list[int] = []
    for deck in now.decks:
        for when, count in connection.execute(_COMING, (deck, day + FORECAST_DAYS - 1)):
            due[when] = due.get(when, 0) + count
        following += [row[0] for row in connection.execute(_NEXT, (deck, day)) if row[0] is not None]
    milliseconds, answers = connection.execute(_PACE, {"since": day - _PACE_DAYS}).fetchone()
    return Glance(
        now,
        tuple(map(_deck, connection.execute(_LISTED))),
        streak(_lived(connection, day), day),
        forecast(due, day, FORECAST_DAYS),
        min(following, default=None),
        (milliseconds or 0) / answers / 1000 if answers else None,
        *connection.execute(_ANSWERED, (day,)).fetchone(),
    )


def _lived(connection: sqlite3.Connection, day: int) -> Iterator[int]:
    """The days with answers up to `day`, newest first."""
    for question, values in ((_NEWEST, ()), (_LIVED, (day,))):
        yield from (
            row[0] for row in connection.execute(question, values) if row[0] is not None and row[0] <= day
        )


def _deck(row: tuple[Any, ...]) -> DeckGlance:
    slug, title, about, path, cards, state, trusted = row
    return DeckGlance(slug, title, about, path, cards, state, bool(trusted))


def _today(connection: sqlite3.Connection, day: int, limits: Limits, selection: Selection) -> Today:
    """The day's counts as `line_up` has them: by SQL alone, where no card needs to be known by its key."""
    at: dict[str, Any] = {"day": day}
    done = {deck: Done(new, due) for deck, new, due in connection.execute(_DONE, (day,))}
    parts = [{row[0]: row[1:] for row in connection.execute(_PART.format(part), at)} for part in _PARTS]
    new, reviews = new_allowance(limits, done), review_allowance(limits, done)
    counts: dict[str, Counts] = {}
    for slug, cards, seen, learning in connection.execute(_DECKS):
        if selection.decks is not None and slug not in selection.decks:
            continue
        (due, *_), (fresh, *_), (drill, *_) = found = [part.get(slug, (0, 0, 0)) for part in parts]
        fresh += cards - seen
        suspended, every = (sum(part[place] for part in found) for place in (1, 2))
        buried = every - suspended - sum(part[0] for part in found)
        if slug in selection.unmet_decks:
            held = HeldBack(suspended, buried, due + fresh + drill)
            counts[slug] = Counts(learning=learning, cards=cards, held_back=held)
            continue
        offered, allowed = reviews.take(slug, due), new.take(slug, fresh)
        held = HeldBack(suspended, buried, 0, due - offered, fresh - allowed)
        counts[slug] = Counts(offered, allowed, drill, learning, cards, held)
    short = any(one.held_back.reviews and slug not in limits.own_reviews for slug, one in counts.items())
    if selection.cards is None and not selection.unmet | selection.skip and not (short and len(counts) > 1):
        return Today(day, counts)
    return _lined_up(connection, day, limits, selection, done, counts)


def _lined_up(
    connection: sqlite3.Connection,
    day: int,
    limits: Limits,
    selection: Selection,
    done: dict[str, Done],
    counts: dict[str, Counts],
) -> Today:
    candidates = []
    for slug in counts:
        for key, deck, position, *row in connection.execute(_CANDIDATES, {"deck": slug, "day": day}):
            schedule = NEW if row[0] is None else Schedule._make(row)
            candidates.append(Candidate(key, deck, position, shuffle_of(key), schedule))
    line = line_up(candidates, day, limits, done, selection)
    totals = {slug: Total(one.cards, one.learning) for slug, one in counts.items()}
    if (chosen := selection.cards) is not None:
        few = [one for one in candidates if one.key in chosen and one.schedule.due_day is not None]
        totals = {
            slug: Total(
                sum(key.partition("/")[0] == slug for key in chosen),
                sum(one.deck == slug and one.schedule.repetitions < 2 for one in few),  # noqa: PLR2004 (LEARNED)
            )
            for slug in counts
        }
    return count_line(line, day, totals)
