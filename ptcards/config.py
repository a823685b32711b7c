"""What a user may choose in `config.toml`."""

from collections.abc import Mapping
from typing import Any, NamedTuple

LEAST_RETENTION, MOST_RETENTION = 0.7, 0.99
"""How much recall may be wanted of FSRS. Here, because a prompt reads the settings and plans nothing."""


class Config(NamedTuple):
    """Everything a user may choose, each with its default."""

    new_per_day: int = 5  # New cards a study day, over all decks
    reviews_per_day: int | None = None  # Due reviews a study day; None is no limit
    new_order: str = "deck"  # New cards as the `deck` has them, or `random`: shuffled, the same everywhere
    day_starts_at: int = 4  # Local hour at which the study day starts, 0 to 23
    grades: str = "four"  # `four` buttons as Anki has, or `sm2` for all of 0 to 5
    scheduler: str = "sm2"  # What plans the next interval: `sm2` or `fsrs`; what was planned stays
    desired_retention: float = 0.9  # The recall at which FSRS asks a card again, 0.7 to 0.99
    trial: bool = False  # Each new card is given to SM-2 or FSRS by a coin, to be compared
    fuzz: bool = False  # Spread due days within 5 % either way
    language: str = "en"  # The language of the app's words, and of card texts where a deck has a translation
    theme: str = "textual-dark"
    keys: Mapping[str, str] = {}  # Other keys for actions, by the action's name: `undo = "z"`
    decks: Mapping[str, Mapping[str, Any]] = {}
    """`[decks.SLUG]`: a deck's own limits, `new_order`, `scheduler` and `desired_retention`."""
    completion: bool = True  # Tab goes on with the name that is being typed in an answer
    sync: str | None = None  # The folder through which one's devices are kept alike
    sync_git: bool = False  # It is a git checkout: fetched before, pushed after
    runner: Mapping[str, str] = {}  # `python`: the program that answers run in, where that is not to be found
