"""A card's past and a day's queue the plainest way, for tests to compare with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count
from typing import NamedTuple

from ptcards.config import Config
from ptcards.scheduling.events import Event, Memories, Step, step
from ptcards.scheduling.queue import Allowance, shuffle_of
from ptcards.scheduling.sm2 import LEARNED, NEW, Schedule


def steps(events: Iterable[Event], withdrawn: frozenset[str]) -> Iterator[Step]:
    """Walk one card's events, in the order of their ids; `withdrawn` holds the actions not in force."""
    schedule, done = NEW, list[Step]()
    for event in events:
        one = step(schedule, event, withdrawn, Memories(done))
        schedule = one.after
        done.append(one)
        yield one


def withdrawn_by(undone: Iterable[Event], redone: Iterable[Event]) -> frozenset[str]:
    """The actions at which an undo aims that no redo aims at."""
    taken_back = {redo.target for redo in redone}
    return frozenset(undo.target for undo in undone if undo.target and undo.id not in taken_back)


class Candidate(NamedTuple):
    """A present card of an enabled deck."""

    key: str
    deck: str
    position: int
    schedule: Schedule
    after: Collection[str] = ()
    """The keys of cards that come before it."""


class Done(NamedTuple):
    """What decks, by slug, have used of a day's limits."""

    new: Mapping[str, int]
    reviews: Mapping[str, int]


def part_of(schedule: Schedule, day: int) -> str | None:
    """The part of `day`'s queue that a card is in if nothing holds it back."""
    if schedule.due_day is None:
        return "new"
    if schedule.due_day <= day:
        return "due"
    return "drill" if schedule.drill_day == day else None


def queue_up(
    cards: Iterable[Candidate],
    day: int,
    config: Config,
    done: Done,
    chosen: Collection[str] | None,
    unmet: Collection[str],
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """All of `day` by part, each in its order, and why the others are held back; by hand all may be `chosen`."""
    held: dict[str, str] = {}
    cards = list(cards)
    unlearned = {
        card.key
        for card in cards
        if card.schedule.repetitions < LEARNED and not card.schedule.suspended
        if card.key not in unmet and card.deck not in unmet
    }
    parts: dict[str, list[Candidate]] = {"due": [], "new": [], "drill": []}
    for card in cards:
        part = part_of(card.schedule, day)
        if part is None or not (chosen is None or card.key in chosen):
            continue
        if card.schedule.suspended:
            held[card.key] = "suspended"
        elif (card.schedule.buried_until or 0) > day:
            held[card.key] = "buried"
        elif card.key in unmet or card.deck in unmet:
            held[card.key] = "requires"
        elif part == "new" and chosen is None and unlearned.intersection(card.after):
            held[card.key] = "after"
        else:
            parts[part].append(card)
    parts["due"].sort(key=lambda card: (card.schedule.due_day, shuffle_of(card.key), card.key))
    orders = {
        deck: config.decks.get(deck, {}).get("new_order", config.new_order)
        for deck in {card.deck for card in parts["new"]}
    }
    parts["new"].sort(
        key=lambda card: (shuffle_of(card.key) if orders[card.deck] == "random" else card.position, card.key)
    )
    turns = {deck: count(done.new.get(deck, 0)) for deck in {card.deck for card in parts["new"]}}
    turn = {card.key: (next(turns[card.deck]), card.deck) for card in parts["new"]}
    parts["new"].sort(key=lambda card: turn[card.key])
    parts["drill"].sort(key=lambda card: (card.schedule.head, card.key))
    reviews = Allowance(config, "reviews_per_day", done.reviews)
    new = Allowance(config, "new_per_day", done.new)
    found = {"drill": [card.key for card in parts["drill"]]}
    for part, allowance, reason in (("due", reviews, "reviews"), ("new", new, "new")):
        found[part] = [card.key for card in parts[part] if allowance.take(card.deck)]
        held |= dict.fromkeys({card.key for card in parts[part]}.difference(found[part]), reason)
    return found, held
