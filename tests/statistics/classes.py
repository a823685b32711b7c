"""A made-up class: pupils who answer the built-in cards as people do, with the mistakes that the deck names.

PYTHONPATH=. python tests/statistics/classes.py FOLDER PUPILS EVENTS      a log a pupil, some with their answers
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from ptcards.deck.card import Accepts, Card
from ptcards.deck.reading import read_deck
from ptcards.exchange.log import FORMAT, event_line
from ptcards.paths import built_in_decks
from ptcards.scheduling import sm2
from ptcards.scheduling.events import Event, Kind, json_text, next_id, shown_text
from ptcards.scheduling.sm2 import NEW
from tests.statistics.histories import OFFSET, TODAY

NAMES = (  # noqa: SIM905 - a list of words
    "Amira Anna Antoine Bao Beatriz Ben Carla Chen Chidi Dmitri Elif Emma Fatima Felix Giulia Hanna Ivan Jonas "
    "Kofi Lena Leon Mai Marta Mehmet Noor Olga Pablo Priya Samir Yuki"
).split()
HOSTILE = "<b>Bobby</b> <script>alert(1)</script>"
BROKEN = ("gather-target-logits", "causal-attention")
NEW_A_DAY = 3
VERSIONS = json_text({"python": "3.12.4", "torch": "2.7.1", "numpy": "2.2.6"})


@cache
def cards() -> tuple[tuple[str, Card], ...]:
    decks = [read_deck(path)[0] for path in built_in_decks()]
    return tuple((deck.key(card), card) for deck in decks for card in deck.cards)


def pupil(number: int, events: int, *, today: int = TODAY) -> list[tuple[Event, str | None]]:
    """Somebody's log: diligent or not, able or not; one in seven has stopped, one in nine has just begun."""
    chance = random.Random(number)
    gone = chance.randrange(16, 50) if number % 7 == 3 else chance.randrange(3)
    events = events // 3 if number % 9 == 4 else events
    length = max((one.day for one, _ in _lived(number, events, 0)), default=0)
    return list(_lived(number, events, today - gone - length))


def _lived(number: int, events: int, day: int) -> Iterator[tuple[Event, str | None]]:
    """The log from the day after `day` on."""
    chance = random.Random(number + 1000)
    device, newest = f"{chance.getrandbits(64):016x}", ""
    able, comes = chance.uniform(0.6, 0.95), chance.uniform(0.35, 0.95)
    known, schedules, done = list(cards()), dict[str, sm2.Schedule](), 0
    while done < events:
        day += 1
        if chance.random() > comes:
            continue
        fresh = [key for key, _ in known[len(schedules) : len(schedules) + NEW_A_DAY]]
        due = [key for key, schedule in schedules.items() if (schedule.due_day or 0) <= day]
        at = day * 86_400_000 + chance.randrange(6, 19) * 3_600_000
        by_key = dict(known[: len(schedules) + NEW_A_DAY])
        for key in [*due, *fresh][: events - done]:
            before, at = schedules.get(key, NEW), at + chance.randrange(8_000, 90_000)
            facts, code = _tried(chance, by_key[key], able, new=key in fresh)
            schedules[key] = after = sm2.grade(before, facts["q"], day)
            newest = next_id(at, newest, chance.getrandbits(74))
            yield Event(
                newest, device, newest, key, str(Kind.GRADED), at, OFFSET, day, rules=1,
                seconds=round(chance.uniform(4, 70), 3), seed=chance.getrandbits(31), versions=VERSIONS,
                shown=shown_text(before, after), **facts,
            ), code  # fmt: skip
            done += 1


def _tried(chance: random.Random, card: Card, able: float, *, new: bool) -> tuple[dict[str, Any], str | None]:
    # Each card is as hard as its name says; some are broken for everybody.
    hard = random.Random(card.id).uniform(-0.25, 0.12)
    right = chance.random() < able + hard - 0.25 * new and card.id not in BROKEN
    if card.accepts is Accepts.RECALL:
        return {"q": 4 if right else 1, "verdict": "none", "attempts": 0, "hints": 0}, None
    hints = int(chance.random() < 0.1)
    if right:
        return {"q": 4, "verdict": "pass", "attempts": 1, "hints": hints}, card.solution
    if new and chance.random() < 0.3:
        return {"q": 0, "verdict": "taught", "attempts": 0, "hints": hints}, None
    why = chance.choice(("shape", "values", "values", "exception", "dtype"))
    facts: dict[str, Any] = {"q": 2, "verdict": "fail", "attempts": 2, "hints": hints, "why": why}
    if card.wrong and chance.random() < 0.6:
        wrong = chance.choices(card.wrong, range(len(card.wrong) * 2, 0, -2))[0]
        return facts | {"details": json_text({"mistakes": [wrong.because]})}, wrong.code
    if chance.random() < 0.02:
        facts |= {"q": 4, "verdict": "none", "disputed": "The check wants a list & I gave a <tuple>."}
    return facts, "x.view(-1)"


def hand_in(folder: Path, name: str, number: int, events: int, *, answers: bool = False) -> Path:
    """Write a pupil's log as `ptcards class hand-in` does."""
    log = pupil(number, events)
    device = log[0][0].device if log else "d"
    header = {"format": FORMAT, "version": 1, "device": device, "exported_at": "2026-11-23T10:00:00+01:00"}
    header |= {"events": len(log), "handed_in": {"answers": answers}}
    lines = [event_line(event, code if answers else None) for event, code in log]
    path = folder / f"{name}.jsonl"
    path.write_bytes(b"".join([orjson.dumps(header, option=orjson.OPT_APPEND_NEWLINE), *lines]))
    return path


def make(folder: Path, pupils: int, events: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(pupils):
        name = NAMES[number % len(NAMES)] + (f" {number // len(NAMES) + 1}" if number >= len(NAMES) else "")
        hand_in(folder, name, number, events, answers=number % 3 == 0)


def make_hostile(folder: Path, events: int) -> None:
    """What a page must show as the text that it is."""
    hand_in(folder, HOSTILE.replace("/", "|"), 1000, events, answers=True)
    (folder / "<i>half|i>.jsonl").write_bytes(
        b'{"format": "ptcards-log", "version": 1}\n{"id": "<img src=x>"}\n'
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
    make_hostile(Path(sys.argv[1]), int(sys.argv[3]))
