"""What the home screen and a shell prompt show; loads little, because a prompt waits for it."""

from pathlib import Path

from ptcards.config import Config
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.queue import Limits
from ptcards.store.glance import Glance
from ptcards.store.glance import glance as read_glance


def glance(database: Path, config: Config, now: Moment) -> Glance:
    """The home screen's content from the database file alone; fast, and right with no file yet.

    Of a database with an older schema nothing but the day is known; see `current`.
    """
    return read_glance(database, study_day(now, config.day_starts_at), limits_of(config))


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
