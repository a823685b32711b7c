"""The day's limits, from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.scheduling.queue import Limits

if TYPE_CHECKING:
    from ptcards.config import Config


def limits_of(config: Config, new: int | None = None) -> Limits:
    """The day's limits; `new` new cards instead of the configured numbers."""
    own_new = {slug: deck.new_per_day for slug, deck in config.decks.items() if deck.new_per_day is not None}
    own_reviews = {
        slug: deck.reviews_per_day for slug, deck in config.decks.items() if deck.reviews_per_day is not None
    }
    return Limits(
        new_per_day=config.new_per_day if new is None else new,
        reviews_per_day=config.reviews_per_day,
        own_new=own_new if new is None else {},
        own_reviews=own_reviews,
    )
