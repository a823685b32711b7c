"""The home screen's content, from a glance at the database."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ptcards import paths
from ptcards.scheduling.days import date_of
from ptcards.scheduling.queue import Counts
from ptcards.study.home import DeckLine, HeldBack, Home
from ptcards.study.limits import limits_of

if TYPE_CHECKING:
    from pathlib import Path

    from ptcards.config import Config
    from ptcards.scheduling.queue import Selection
    from ptcards.store.glance import DeckGlance, Glance
    from ptcards.study.workspace import Workspace

_SECONDS_A_CARD = 32
"""An estimate of how long a card takes, until the log knows better."""


def look(
    database: Path, day: int, config: Config, selection: Selection | None = None, *, migrate: bool = True
) -> Home:
    """The home screen from the database file alone, with nothing heavy loaded."""
    from ptcards.scheduling.queue import ALL
    from ptcards.store.glance import glance

    return home_of(glance(database, day, limits_of(config), selection or ALL, migrate=migrate))


def home_of(seen: Glance) -> Home:
    counts = seen.today.all
    day, next_due = seen.today.day, seen.next_due_day
    nothing_yet = seen.seconds_per_answer is None and next_due is None and not counts.due and not counts.drill
    ahead = 0 if next_due is None else next_due - day
    return Home(
        day=date_of(day),
        due=counts.due,
        new=counts.new,
        drill=counts.drill,
        held_back=_held_back(counts),
        decks=tuple(_line(deck, seen.today.decks.get(deck.slug, Counts())) for deck in seen.decks),
        streak=seen.streak,
        reviewed_today=seen.answered_today,
        introduced_today=seen.introduced_today,
        minutes=_minutes(counts, seen),
        forecast=seen.forecast,
        next_due=None if next_due is None else date_of(next_due),
        next_due_cards=seen.forecast[ahead] if 0 < ahead < len(seen.forecast) else 0,
        first_time=nothing_yet and seen.current,
        current=seen.current,
    )


def _minutes(counts: Counts, seen: Glance) -> int:
    """How long that many cards take, at the learner's pace."""
    pace = seen.seconds_per_answer or _SECONDS_A_CARD
    return math.ceil(pace * (counts.due + counts.new + counts.drill / 2) / 60)


def _line(deck: DeckGlance, counts: Counts) -> DeckLine:
    return DeckLine(
        slug=deck.slug,
        title=deck.title,
        about=deck.about,
        due=counts.due,
        new=counts.new,
        drill=counts.drill,
        learning=counts.learning,
        total=deck.cards,
        held_back=_held_back(counts),
        trusted=deck.trusted or deck.path == str(paths.built_in_deck()),
        state=deck.state,
        path=deck.path or "",
    )


def _held_back(counts: Counts) -> HeldBack:
    held = counts.held_back
    return HeldBack(held.reviews, held.new, held.requires, held.suspended, held.buried)


class Ahead(NamedTuple):
    """What the end of a session says of the days before and after it."""

    due: int
    """Cards due tomorrow."""
    new: int
    minutes: int
    streak: int
    """Days in a row that had an answer."""


def ahead_of(workspace: Workspace) -> Ahead:
    from ptcards.scheduling.queue import ALL
    from ptcards.store.glance import glance

    day = workspace.now().day
    limits = limits_of(workspace.config)
    tomorrow = workspace.store.queue.today(day + 1, limits, workspace.unmet()).all
    seen = glance(workspace.database, day, limits, ALL)
    return Ahead(tomorrow.due, tomorrow.new, _minutes(replace(tomorrow, drill=0), seen), seen.streak)
