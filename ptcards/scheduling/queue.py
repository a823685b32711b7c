"""Today's cards in order, and what limits hold back: the one rule, and its values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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

    def without(self, deck: str, part: Part) -> Limits:
        """What is left where one card of `deck` keeps its place in that part of the day."""
        if part is Part.NEW:
            common, own = _one_less(self.new_per_day, self.own_new, deck)
            return replace(self, new_per_day=common, own_new=own)
        if part is Part.DUE:
            common, own = _one_less(self.reviews_per_day, self.own_reviews, deck)
            return replace(self, reviews_per_day=common, own_reviews=own)
        return self


def _one_less(
    common: int | None, own: Mapping[str, int | None], deck: str
) -> tuple[int | None, Mapping[str, int | None]]:
    limit = own.get(deck, common)
    less = None if limit is None else max(0, limit - 1)
    return (common, {**own, deck: less}) if deck in own else (less, own)


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
    skip: frozenset[str] = frozenset()
    """Keys left out of this session, counted nowhere."""


ALL = Selection()


@dataclass(frozen=True, slots=True)
class HeldBack:
    """Cards that today would offer but for one thing, each counted under the first that applies."""

    suspended: int = 0
    buried: int = 0
    requires: int = 0
    reviews: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What today still offers, after limits."""

    due: int = 0
    new: int = 0
    drill: int = 0
    learning: int = 0
    """Cards with fewer than 2 repetitions that are not new, offered today or not."""
    cards: int = 0
    """All cards present."""
    held_back: HeldBack = HeldBack()


@dataclass(frozen=True, slots=True)
class Today:
    """One study day as it stands now."""

    day: int
    decks: Mapping[str, Counts]
    """By slug, in slug order; disabled decks and decks not selected are left out."""

    @property
    def all(self) -> Counts:
        """The decks' counts added up."""
        return add_counts(self.decks.values())


def add_counts(parts: Iterable[Counts]) -> Counts:
    """Counts of several decks in one."""
    every = list(parts)
    held = [one.held_back for one in every]
    return Counts(
        due=sum(one.due for one in every),
        new=sum(one.new for one in every),
        drill=sum(one.drill for one in every),
        learning=sum(one.learning for one in every),
        cards=sum(one.cards for one in every),
        held_back=HeldBack(
            suspended=sum(one.suspended for one in held),
            buried=sum(one.buried for one in held),
            requires=sum(one.requires for one in held),
            reviews=sum(one.reviews for one in held),
            new=sum(one.new for one in held),
        ),
    )


def shuffle_of(key: str) -> int:
    """Where a card stands among those due on one day: a hash of its key, the same everywhere."""
    return int.from_bytes(blake2b(key.encode(), digest_size=6).digest())


class Candidate(NamedTuple):
    """A present card of an enabled deck, as the queue sees it."""

    key: str
    deck: str
    place: int
    """Its position in the deck's file."""
    shuffle: int
    schedule: Schedule


class Done(NamedTuple):
    """What a deck has used of a day's limits."""

    new: int = 0
    reviews: int = 0


class Allowance:
    """Counts a day's limits down; decks with a number of their own do not draw on the common one."""

    def __init__(self, common: int | None, own: Mapping[str, int | None], used: Mapping[str, int]) -> None:
        shared = sum(count for deck, count in used.items() if deck not in own)
        self._common = None if common is None else max(0, common - shared)
        self._own = {
            deck: None if limit is None else max(0, limit - used.get(deck, 0)) for deck, limit in own.items()
        }

    def left(self, deck: str) -> int | None:
        """How many more cards `deck` may offer; None is no limit."""
        return self._own.get(deck, self._common)

    def take(self, deck: str, wanted: int = 1) -> int:
        """Use up to `wanted` of what is left for `deck`, and say how many that were."""
        left = self.left(deck)
        if left is None:
            return wanted
        taken = min(left, wanted)
        if deck in self._own:
            self._own[deck] = left - taken
        else:
            self._common = left - taken
        return taken


def new_allowance(limits: Limits, done: Mapping[str, Done]) -> Allowance:
    return Allowance(limits.new_per_day, limits.own_new, {deck: used.new for deck, used in done.items()})


def review_allowance(limits: Limits, done: Mapping[str, Done]) -> Allowance:
    used = {deck: one.reviews for deck, one in done.items()}
    return Allowance(limits.reviews_per_day, limits.own_reviews, used)


@dataclass(frozen=True, slots=True)
class Line:
    """A day's queue, laid out."""

    due: tuple[str, ...]
    new: tuple[str, ...]
    drill: tuple[str, ...]
    held_back: Mapping[str, str]
    """Why (`suspended`, `buried`, `requires`, `reviews`, `new`) by the key of each card held back."""

    @property
    def order(self) -> tuple[str, ...]:
        return self.due + self.new + self.drill

    def of(self, part: Part) -> tuple[str, ...]:
        """The keys of one part, in their order."""
        return {Part.DUE: self.due, Part.NEW: self.new, Part.DRILL: self.drill}[part]


def line_up(
    cards: Iterable[Candidate], day: int, limits: Limits, done: Mapping[str, Done], selection: Selection = ALL
) -> Line:
    """All of today: due by due day, then shuffle; new by deck and place; the drill, longest ago first."""
    held: dict[str, str] = {}
    parts: dict[Part, list[Candidate]] = {part: [] for part in Part}
    for card in cards:
        part = part_of(card.schedule, day)
        if part is None or not _selected(card, selection):
            continue
        if reason := _hindrance(card, day, selection):
            held[card.key] = reason
        else:
            parts[part].append(card)
    parts[Part.DUE].sort(key=lambda card: (card.schedule.due_day, card.shuffle, card.key))
    parts[Part.NEW].sort(key=lambda card: (card.deck, card.place, card.key))
    parts[Part.DRILL].sort(key=lambda card: (card.schedule.head, card.key))
    due = _within(parts[Part.DUE], review_allowance(limits, done), "reviews", held)
    new = _within(parts[Part.NEW], new_allowance(limits, done), "new", held)
    return Line(due, new, tuple(card.key for card in parts[Part.DRILL]), held)


def part_of(schedule: Schedule, day: int) -> Part | None:
    """The part of `day`'s queue that a card would stand in if nothing held it back."""
    if schedule.due_day is None:
        return Part.NEW
    if schedule.due_day <= day:
        return Part.DUE
    return Part.DRILL if schedule.drill_day == day else None


def _selected(card: Candidate, selection: Selection) -> bool:
    return (
        (selection.decks is None or card.deck in selection.decks)
        and (selection.cards is None or card.key in selection.cards)
        and card.key not in selection.skip
    )


def _hindrance(card: Candidate, day: int, selection: Selection) -> str:
    if card.schedule.suspended:
        return "suspended"
    if card.schedule.buried_until is not None and card.schedule.buried_until > day:
        return "buried"
    if card.key in selection.unmet or card.deck in selection.unmet_decks:
        return "requires"
    return ""


def _within(
    cards: list[Candidate], allowance: Allowance, reason: str, held: dict[str, str]
) -> tuple[str, ...]:
    offered = []
    for card in cards:
        if allowance.take(card.deck):
            offered.append(card.key)
        else:
            held[card.key] = reason
    return tuple(offered)


class Total(NamedTuple):
    """What a deck has, whatever the day."""

    cards: int
    learning: int
    """Cards with fewer than 2 repetitions that are not new."""


def deck_of(key: str) -> str:
    """The slug of a card's deck."""
    return key.partition("/")[0]


def count_line(line: Line, day: int, totals: Mapping[str, Total]) -> Today:
    """A day's queue, counted by deck."""
    offered = {part: Counter(map(deck_of, line.of(part))) for part in Part}
    held = Counter((deck_of(key), why) for key, why in line.held_back.items())
    reasons = ("suspended", "buried", "requires", "reviews", "new")
    return Today(
        day,
        {
            slug: Counts(
                offered[Part.DUE][slug],
                offered[Part.NEW][slug],
                offered[Part.DRILL][slug],
                total.learning,
                total.cards,
                HeldBack(*(held[slug, why] for why in reasons)),
            )
            for slug, total in totals.items()
        },
    )
