"""Today's cards in order, and what limits hold back: the one rule, and its values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from ptcards.scheduling.sm2 import Schedule


class Part(StrEnum):
    """The three parts of a day's queue, in their order."""

    DUE = "due"
    NEW = "new"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class Limits:
    """Cards a study day may offer; None is no limit. The drill counts against none of them."""

    new_per_day: int | None = 5
    reviews_per_day: int | None = None
    own_new: Mapping[str, int | None] = field(default_factory=dict)
    """By slug, for decks that have their own number: they share nothing with the others."""
    own_reviews: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cards are asked for, and which cannot be asked here."""

    decks: frozenset[str] | None = None
    """Slugs; None is every deck."""
    cards: frozenset[str] | None = None
    """Keys (of a tag, say); None is every card of the decks."""
    unmet: frozenset[str] = frozenset()
    """Keys of cards whose requirements are not met here."""
    unmet_decks: frozenset[str] = frozenset()
    """Slugs of decks whose requirements are not met here."""


ALL = Selection()


class HeldBack(NamedTuple):
    """Cards that today would offer but for one thing, each counted under the first that applies."""

    suspended: int = 0
    buried: int = 0
    requires: int = 0
    reviews: int = 0
    new: int = 0


class Counts(NamedTuple):
    """What today still offers, after limits."""

    due: int = 0
    new: int = 0
    drill: int = 0
    learning: int = 0
    """Cards with fewer than 2 repetitions that are not new, offered today or not."""
    cards: int = 0
    """All cards present."""
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


class Candidate(NamedTuple):
    """A present card of an enabled deck, as the queue sees it."""

    key: str
    deck: str
    position: int
    """In the deck's file."""
    schedule: Schedule


class Done(NamedTuple):
    """What decks, by slug, have used of a day's limits."""

    new: Mapping[str, int]
    reviews: Mapping[str, int]


class Allowance:
    """Counts one of a day's limits down; decks with a number of their own do not draw on the common one."""

    def __init__(self, common: int | None, own: Mapping[str, int | None], used: Mapping[str, int]) -> None:
        shared = sum(count for deck, count in used.items() if deck not in own)
        self.common = None if common is None else max(0, common - shared)
        """How many more cards the decks without a number of their own may offer; None is no limit."""
        self._own = {
            deck: None if limit is None else max(0, limit - used.get(deck, 0)) for deck, limit in own.items()
        }

    def take(self, deck: str, wanted: int = 1) -> int:
        """Use up to `wanted` of what is left for `deck`, and say how many that were."""
        left = self._own.get(deck, self.common)
        if left is None:
            return wanted
        taken = min(left, wanted)
        if deck in self._own:
            self._own[deck] = left - taken
        else:
            self.common = left - taken
        return taken


@dataclass(frozen=True, slots=True)
class Queue:
    """A day's cards in their order."""

    due: tuple[str, ...]
    new: tuple[str, ...]
    drill: tuple[str, ...]
    held_back: Mapping[str, str]
    """Why (a field of `HeldBack`) by the key of each card held back."""

    @property
    def order(self) -> tuple[str, ...]:
        return self.due + self.new + self.drill

    def of(self, part: Part) -> tuple[str, ...]:
        """The keys of one part, in their order."""
        return {Part.DUE: self.due, Part.NEW: self.new, Part.DRILL: self.drill}[part]


def queue_up(
    cards: Iterable[Candidate], day: int, limits: Limits, done: Done, selection: Selection = ALL
) -> Queue:
    """All of today: due by due day, then shuffle; new by deck and position; the drill, longest ago first."""
    held: dict[str, str] = {}
    parts: dict[Part, list[Candidate]] = {part: [] for part in Part}
    for card in cards:
        part = part_of(card.schedule, day)
        chosen = selection.decks is None or card.deck in selection.decks
        if part is None or not chosen or not (selection.cards is None or card.key in selection.cards):
            continue
        if card.schedule.suspended:
            held[card.key] = "suspended"
        elif (card.schedule.buried_until or 0) > day:
            held[card.key] = "buried"
        elif card.key in selection.unmet or card.deck in selection.unmet_decks:
            held[card.key] = "requires"
        else:
            parts[part].append(card)
    parts[Part.DUE].sort(key=lambda card: (card.schedule.due_day, shuffle_of(card.key), card.key))
    parts[Part.NEW].sort(key=lambda card: (card.deck, card.position, card.key))
    parts[Part.DRILL].sort(key=lambda card: (card.schedule.head, card.key))

    def within(part: Part, allowance: Allowance, reason: str) -> tuple[str, ...]:
        offered = [card.key for card in parts[part] if allowance.take(card.deck)]
        held.update(dict.fromkeys({card.key for card in parts[part]}.difference(offered), reason))
        return tuple(offered)

    return Queue(
        within(Part.DUE, Allowance(limits.reviews_per_day, limits.own_reviews, done.reviews), "reviews"),
        within(Part.NEW, Allowance(limits.new_per_day, limits.own_new, done.new), "new"),
        tuple(card.key for card in parts[Part.DRILL]),
        held,
    )


def part_of(schedule: Schedule, day: int) -> Part | None:
    """The part of `day`'s queue that a card is in if nothing holds it back."""
    if schedule.due_day is None:
        return Part.NEW
    if schedule.due_day <= day:
        return Part.DUE
    return Part.DRILL if schedule.drill_day == day else None
