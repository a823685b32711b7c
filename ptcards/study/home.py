"""What the home screen and a shell prompt show; loads little, because a prompt waits for it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptcards import paths
from ptcards.scheduling.days import date_of, study_day
from ptcards.scheduling.queue import ALL, HeldBack, Limits
from ptcards.store.glance import glance as read_glance

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from ptcards.config import Config
    from ptcards.scheduling.days import Moment
    from ptcards.scheduling.queue import Selection
    from ptcards.study.desk import Desk

_SECONDS_A_CARD = 32
"""An estimate of how long a card takes, until the log knows better."""


@dataclass(frozen=True, slots=True)
class DeckLine:
    """One deck on the home screen."""

    slug: str
    title: str
    about: str
    due: int
    new: int
    drill: int
    learning: int
    total: int
    held_back: HeldBack
    trusted: bool
    state: str
    """`current`, `broken`, `vanished` or `disabled`."""
    path: str


@dataclass(frozen=True, slots=True)
class Home:
    """The home screen's content."""

    day: date
    due: int
    new: int
    drill: int
    held_back: HeldBack
    decks: tuple[DeckLine, ...]
    streak: int
    introduced_today: int
    """New cards that had their first grade."""
    minutes: int
    """An estimate for what the day still offers."""
    forecast: tuple[int, ...]
    """Due cards of the next 14 study days, today first (what is overdue counts today)."""
    next_due: date | None
    next_due_cards: int
    """So many on that day; 0 where it is more than two weeks off."""
    first_time: bool
    """No answer was ever recorded."""
    current: bool = True
    """False: the database has an older schema, and nothing but the day is known yet."""


def home(desk: Desk, days_ahead: int = 0) -> Home:
    """The home screen's content, with what this machine cannot run held back."""
    return _look(desk.database, desk.now().day + days_ahead, desk.config, desk.unmet())


def glance(database: Path, config: Config, now: Moment) -> Home:
    """The home screen's content from the database file alone; fast, and right with no file yet.

    Of a database with an older schema nothing but the day is known; see `current`.
    """
    return _look(database, study_day(now, config.day_starts_at), config)


def limits_of(config: Config, new: int | None = None) -> Limits:
    """The day's limits; `new` new cards instead of the configured numbers."""
    own = config.decks.items()
    own_new = {slug: deck.new_per_day for slug, deck in own if deck.new_per_day is not None}
    return Limits(
        new_per_day=config.new_per_day if new is None else new,
        reviews_per_day=config.reviews_per_day,
        own_new=own_new if new is None else {},
        own_reviews={slug: deck.reviews_per_day for slug, deck in own if deck.reviews_per_day is not None},
    )


def _look(database: Path, day: int, config: Config, selection: Selection = ALL) -> Home:
    seen = read_glance(database, day, limits_of(config), selection)
    counts, next_due = seen.counts, seen.next_due_day
    pace = seen.seconds_per_answer or _SECONDS_A_CARD
    ahead = 0 if next_due is None else next_due - day
    nothing_yet = seen.seconds_per_answer is None and next_due is None and not counts.due and not counts.drill
    decks = []
    for deck in seen.decks:
        own = deck.counts
        decks.append(
            DeckLine(
                slug=deck.slug,
                title=deck.title,
                about=deck.about,
                due=own.due,
                new=own.new,
                drill=own.drill,
                learning=own.learning,
                total=deck.cards,
                held_back=own.held_back,
                trusted=deck.trusted or deck.path == str(paths.built_in_deck()),
                state=deck.state,
                path=deck.path or "",
            )
        )
    return Home(
        day=date_of(day),
        due=counts.due,
        new=counts.new,
        drill=counts.drill,
        held_back=counts.held_back,
        decks=tuple(decks),
        streak=seen.streak,
        introduced_today=seen.introduced_today,
        minutes=math.ceil(pace * (counts.due + counts.new + counts.drill / 2) / 60),
        forecast=seen.forecast,
        next_due=None if next_due is None else date_of(next_due),
        next_due_cards=seen.forecast[ahead] if 0 < ahead < len(seen.forecast) else 0,
        first_time=nothing_yet and seen.current,
        current=seen.current,
    )
