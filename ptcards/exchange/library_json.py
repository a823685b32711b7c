"""Decks, schedules and statistics as one JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from ptcards.exchange.reviews import reviews
from ptcards.exchange.selection import Selection, chosen_cards, chosen_decks
from ptcards.scheduling.days import date_of, time_of
from ptcards.scheduling.replay import Role
from ptcards.scheduling.sm2 import PASS, Schedule
from ptcards.text import counted

if TYPE_CHECKING:
    from ptcards.store.values import StoredCard, StoredDeck
    from ptcards.study.workspace import Workspace

VERSION = 1


def write_json(workspace: Workspace, selection: Selection, out: BinaryIO) -> str:
    """Write `{"format": "ptcards", "version": 1, "exported_at", "statistics", "decks": [...]}`."""
    decks = chosen_decks(workspace, selection)
    top = {
        "format": "ptcards",
        "version": VERSION,
        "exported_at": time_of(workspace.clock()).isoformat(timespec="seconds"),
        "statistics": _statistics(workspace, selection),
    }
    out.write(orjson.dumps(top)[:-1] + b',"decks":[')
    count = 0
    for place, deck in enumerate(decks):
        out.write(b",\n" if place else b"\n")
        out.write(orjson.dumps(_deck(deck))[:-1] + b',"cards":[')
        for number, card in enumerate(chosen_cards(workspace, selection, [deck])):
            out.write((b",\n" if number else b"\n") + orjson.dumps(_card(card)))
            count += 1
        out.write(b"]}")
    out.write(b"]}\n")
    return f"{counted(len(decks), 'deck')}, {counted(count, 'card')} with schedule, and statistics"


def _deck(deck: StoredDeck) -> dict[str, Any]:
    return {**orjson.loads(deck.content), "title": deck.title, "path": deck.path, "state": deck.state}


def _card(card: StoredCard) -> dict[str, Any]:
    return {"card": card.key, **orjson.loads(card.content), "schedule": _schedule(card.schedule)}


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


def _statistics(workspace: Workspace, selection: Selection) -> dict[str, Any]:
    """Sums of the answers in force, in all and by study day."""
    days: dict[int, dict[str, Any]] = {}
    for review in reviews(workspace, selection):
        if not review.in_force:
            continue
        event = review.event
        day = days.setdefault(event.day, _empty_day(event.day))
        name = "recorded" if review.role is Role.NONE else str(review.role)
        day["answers"][name] = day["answers"].get(name, 0) + 1
        day["grades"][event.q or 0] += 1
        day["passed"] += int((event.q or 0) >= PASS)
        day["seconds"] += event.seconds or 0
    for day in days.values():
        # By card or by time, whatever order the answers came in: the same object.
        day["answers"] = dict(sorted(day["answers"].items()))
        day["seconds"] = round(day["seconds"], 3)
    return {
        "answers": sum(sum(day["answers"].values()) for day in days.values()),
        "passed": sum(day["passed"] for day in days.values()),
        "seconds": round(sum(day["seconds"] for day in days.values()), 3),
        "days": [days[day] for day in sorted(days)],
    }


def _empty_day(day: int) -> dict[str, Any]:
    return {"day": _iso(day), "answers": {}, "grades": [0] * 6, "passed": 0, "seconds": 0.0}


def _iso(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()
