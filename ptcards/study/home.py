"""What the home screen and a shell prompt are shown; loads nothing else, because a prompt waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Cards that today does not offer, by reason."""

    reviews: int = 0
    new: int = 0
    requires: int = 0
    suspended: int = 0
    buried: int = 0


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
    reviewed_today: int
    introduced_today: int
    """New cards that had their first grade."""
    minutes: int
    """An estimate for what today still offers."""
    forecast: tuple[int, ...]
    """Due cards of the next 14 study days, today first (what is overdue counts today)."""
    next_due: date | None
    next_due_cards: int
    """So many on that day; 0 where it is more than two weeks off."""
    first_time: bool
    """No answer was ever recorded."""
    current: bool = True
    """False: the database has an older schema, and nothing but the day is known yet."""
