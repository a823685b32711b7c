"""What a study day offers: which cards are meant, its limits, and the values it is counted and queued in."""

# hashlib would load OpenSSL, which a prompt waits for.
from _blake2 import blake2b
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from ptcards.config import Config


class Scope(NamedTuple):
    """Which cards are meant, and how a session asks them; the default is today's review of every deck."""

    decks: Collection[str] = ()  # Slugs; none means all
    tag: str | None = None
    cards: Collection[str] | None = None  # Keys of the cards chosen one by one; None means all
    query: str | None = None
    """Search words: all that they find, due or not; what is not due moves no schedule."""
    sort: str = ""
    """The order of what a query finds, as lists are sorted; what is due first where none is named."""
    limit: int | None = None  # At most so many cards
    minutes: float | None = None  # No new question after so long
    new: int | None = None  # New cards today instead of the configured number
    cram: bool = False  # Everything in scope, due or not; moves no schedule


AHEAD = Scope(query="prop:due=1")
"""Tomorrow's cards."""
WEAKEST = Scope(query="prop:due>0", sort="lapses", limit=10)
"""The ten that lapsed most often, of the lowest ease."""


class HeldBack(NamedTuple):
    """Cards that today would offer but for one thing, each counted under the first that applies."""

    suspended: int = 0
    buried: int = 0
    requires: int = 0
    after: int = 0  # New ones that wait for cards that come before them
    reviews: int = 0
    new: int = 0


class Counts(NamedTuple):
    """What today still offers, after limits."""

    due: int = 0
    new: int = 0
    drill: int = 0
    learning: int = 0  # Cards with fewer than 2 repetitions that are not new, offered today or not
    cards: int = 0  # All cards present
    held_back: HeldBack = HeldBack()


def add_counts(parts: Iterable[Counts]) -> Counts:
    """Counts of several decks in one."""
    every = [Counts(), *parts]
    numbers = zip(*(one[:-1] for one in every), strict=True)
    held = zip(*(one.held_back for one in every), strict=True)
    return Counts._make((*map(sum, numbers), HeldBack._make(map(sum, held))))


def shuffle_of(key: str) -> int:
    """The order of cards due on one day: a hash of the key, the same everywhere."""
    return int.from_bytes(blake2b(key.encode(), digest_size=6).digest())


def deck_of(key: str) -> str:
    """The slug of a card's deck."""
    return key.partition("/")[0]


class Allowance:
    """Counts a day's `new_per_day` or `reviews_per_day` down; decks with a number of their own share nothing.

    The drill counts against neither.
    """

    def __init__(self, config: Config, name: str, used: Mapping[str, int]) -> None:
        own = {deck: limits[name] for deck, limits in config.decks.items() if name in limits}
        common = getattr(config, name)
        shared = sum(count for deck, count in used.items() if deck not in own)
        self.common = None if common is None else max(0, common - shared)
        """How many more cards the decks without a number of their own may offer; None is no limit."""
        self._used = used
        self.own = {deck: max(0, limit - used.get(deck, 0)) for deck, limit in own.items()}

    def left(self, deck: str) -> int | None:
        return self.own.get(deck, self.common)

    def take(self, deck: str, wanted: int = 1) -> int:
        """Use up to `wanted` of what is left for `deck`, and say how many that were."""
        left = self.left(deck)
        if left is None:
            return wanted
        taken = min(left, wanted)
        if deck in self.own:
            self.own[deck] = left - taken
        else:
            self.common = left - taken
        return taken

    def in_turn(self, waiting: Iterable[tuple[str, Iterable[str]]]) -> list[str]:
        """What decks, by slug, may offer of what waits in them: one of each in turn, the least used first."""
        turns = [
            (turn, deck, one)
            for deck, its in waiting
            for turn, one in enumerate(islice(its, self.left(deck)), self._used.get(deck, 0))
        ]
        return [one for _, deck, one in sorted(turns) if self.take(deck)]


class Queue(NamedTuple):
    """A day's keys in their order; dicts, so that an answer takes one out and leaves the others alone."""

    due: dict[str, None]
    new: dict[str, None]
    drill: dict[str, None]
