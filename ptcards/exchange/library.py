"""What an export takes of the library, and the formats that carry decks: JSON and deck files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from ptcards.deck.content import card_from_data
from ptcards.deck.writing import write_deck
from ptcards.errors import UsageError
from ptcards.scheduling.days import date_of, day_of, time_of
from ptcards.scheduling.events import GRADE_KINDS, Kind, Role, Step
from ptcards.scheduling.queue import Scope
from ptcards.scheduling.sm2 import PASS, Schedule
from ptcards.store.library import StoredCard
from ptcards.store.tables import StoredDeck
from ptcards.study.desk import Desk, deck_of
from ptcards.text import counted

VERSION = 1
"""Of the JSON."""
_ANSWERS = GRADE_KINDS | {Kind.RECORDED}


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the library is wanted; the default is everything."""

    decks: tuple[str, ...] = ()
    """Slugs; none means all."""
    tag: str | None = None
    since: date | None = None
    """Only events of this study day and later."""
    answers: bool = True
    """With the learner's code."""


def chosen_decks(desk: Desk, selection: Selection) -> list[StoredDeck]:
    """The decks, by slug; UsageError where one, or the tag, is not there."""
    if selection.tag is not None and selection.tag not in (known := desk.store.library.tags()):
        raise UsageError(f"No card has the tag {selection.tag!r}. There are: {', '.join(known) or 'none'}.")
    if selection.decks:
        return [desk.deck(slug) for slug in dict.fromkeys(selection.decks)]
    return list(desk.store.library.decks())


def chosen_cards(desk: Desk, selection: Selection, decks: Sequence[StoredDeck]) -> list[StoredCard]:
    """The cards present in these decks, by deck and position."""
    cards = desk.store.library.cards([deck.slug for deck in decks])
    return [card for card in cards if selection.tag is None or selection.tag in card.tags]


def chosen_events(desk: Desk, selection: Selection) -> tuple[Scope, int | None]:
    """Which events are wanted, and since when; UsageError where a deck or the tag is not there.

    Undos name no card: they go along, and where their target stays behind they have no effect.
    """
    chosen_decks(desk, selection)
    return Scope(selection.decks, selection.tag), day_of(selection.since) if selection.since else None


def reviews(desk: Desk, selection: Selection) -> Iterator[tuple[str, Step]]:
    """The answers chosen and what they did, card by card with the card's key now, in the order of ids."""
    for card, step in desk.store.log.pasts(*chosen_events(desk, selection)):
        if step.event.kind in _ANSWERS:
            yield card, step if selection.answers else step._replace(code=None)


def write_deck_file(desk: Desk, selection: Selection) -> tuple[bytes, str]:
    """The first deck chosen as a YAML file, templates as they are; UsageError where it has no card."""
    stored = chosen_decks(desk, selection)[0]
    cards = tuple(
        card_from_data(orjson.loads(card.content)) for card in chosen_cards(desk, selection, [stored])
    )
    if not cards:
        raise UsageError(f"{stored.slug} has no card to write")
    deck = replace(deck_of(stored), slug=stored.slug, cards=cards)
    translations = orjson.loads(stored.content).get("translations", {})
    without = f"; its translations ({', '.join(translations)}) stay behind" if translations else ""
    return write_deck(deck).encode(), f"{stored.slug}, {counted(len(cards), 'card')}{without}"


def write_json(desk: Desk, selection: Selection) -> tuple[bytes, str]:
    """Decks, schedules and statistics as one object."""
    stored, cards = chosen_decks(desk, selection), 0
    decks = []
    for deck in stored:
        found = [
            {"card": card.key, **orjson.loads(card.content), "schedule": _schedule(card.schedule)}
            for card in chosen_cards(desk, selection, [deck])
        ]
        facts = {"title": deck.title, "path": deck.path, "state": deck.state}
        decks.append({**orjson.loads(deck.content), **facts, "cards": found})
        cards += len(found)
    whole = {
        "format": "ptcards",
        "version": VERSION,
        "exported_at": time_of(desk.clock()).isoformat(timespec="seconds"),
        "statistics": _statistics(desk, selection),
        "decks": decks,
    }
    said = f"{counted(len(stored), 'deck')}, {counted(cards, 'card')} with schedule, and statistics"
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE), said


def _schedule(schedule: Schedule) -> dict[str, Any]:
    return {
        "due": _iso(schedule.due_day),
        "interval_days": schedule.interval_days,
        "ease": schedule.ease / 100,
        "repetitions": schedule.repetitions,
        "lapses": schedule.lapses,
        "answers": schedule.answers,
        "buried_until": _iso(schedule.buried_until),
        "suspended": schedule.suspended,
        "marked": schedule.marked,
    }


def _statistics(desk: Desk, selection: Selection) -> dict[str, Any]:
    """Sums of the answers in force, in all and by study day."""
    days: dict[int, dict[str, Any]] = {}
    for _, review in reviews(desk, selection):
        if not review.in_force:
            continue
        number, q = review.event.day, review.event.q or 0
        numbers: dict[str, Any] = {"grades": [0] * 6, "passed": 0, "seconds": 0.0}
        day = days.setdefault(number, {"day": _iso(number), "answers": {}, **numbers})
        name = "recorded" if review.role is Role.NONE else str(review.role)
        day["answers"][name] = day["answers"].get(name, 0) + 1
        day["grades"][q] += 1
        day["passed"] += int(q >= PASS)
        day["seconds"] += review.event.seconds or 0
    for day in days.values():
        # Whatever order the answers came in: the same object.
        day["answers"] = dict(sorted(day["answers"].items()))
        day["seconds"] = round(day["seconds"], 3)
    return {
        "answers": sum(sum(day["answers"].values()) for day in days.values()),
        "passed": sum(day["passed"] for day in days.values()),
        "seconds": round(sum(day["seconds"] for day in days.values()), 3),
        "days": [days[number] for number in sorted(days)],
    }


def _iso(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()
