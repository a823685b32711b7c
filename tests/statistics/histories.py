"""Made-up histories, and the same figures worked out from them by plain loops, with no code of the product's.

PYTHONPATH=. python tests/statistics/histories.py HOME DAYS      a database with a history of so many days
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ptcards.deck.card import Accepts, Card, Deck, deck_to_data
from ptcards.scheduling.events import Event, Kind, json_text, next_id
from ptcards.store.library import DeckContent
from ptcards.store.store import Store
from ptcards.study.decks import deck_content

TODAY = 20_780  # 2026-11-23
START = 4
OFFSET = 60
"""Minutes east of the learner's clock."""
WHYS = ("shape", "dtype", "values", "exception", "timeout")
MISTAKES = ("dim 0 puts the new axis first", "<b>rand</b> is not normal", "wraps & repeats")


def deck(slug: str) -> DeckContent:
    """Thirty cards."""
    cards = [
        Card(f"card-{number:03}", f"What is {number}?", str(number), accepts=Accepts.RECALL, tags=tags)
        for number in range(30)
        for tags in [(f"tag-{number % 3}", *(["<i>odd</i>"] if number % 2 else []))]
    ]
    made = Deck(slug, tuple(cards))
    return deck_content(made, deck_to_data(made), path=None, stamp="")


@dataclass
class State:
    """The schedule of a card, by SM-2 as the design words it."""

    n: int = 0
    interval: int = 0
    ease: int = 250
    lapses: int = 0
    due: int | None = None
    suspended: bool = False
    buried: int | None = None


@dataclass
class Row:
    """One answer that counts, and what it was."""

    event: Event
    role: str
    n: int
    interval: int

    @property
    def passed(self) -> bool:
        return (self.event.q or 0) >= 3

    @property
    def taught(self) -> bool:
        return self.event.verdict == "taught"


@dataclass
class Plain:
    """What a history comes to."""

    rows: list[Row]
    cards: dict[str, State]
    withdrawn: set[str]


def play(events: list[Event]) -> Plain:
    """Walk the events once, card by card state in plain dictionaries."""
    redone = {event.target for event in events if event.kind == "redone"}
    withdrawn = {event.target or "" for event in events if event.kind == "undone" and event.id not in redone}
    cards: dict[str, State] = {}
    rows = []
    for event in sorted(events, key=lambda one: one.id):
        if event.action in withdrawn or event.kind in ("undone", "redone"):
            continue
        if event.kind == "recorded":
            rows.append(Row(event, "recorded", 0, 0))
            continue
        card = cards.setdefault(event.card, State())
        if event.kind in ("graded", "drilled", "crammed"):
            rows.append(_answer(card, event))
        elif event.kind == "suspended":
            card.suspended = True
        elif event.kind == "buried":
            card.buried = event.to_day
        elif event.kind == "reset":
            cards[event.card] = State(suspended=card.suspended, buried=card.buried)
    return Plain(rows, cards, withdrawn)


def _answer(card: State, event: Event) -> Row:
    q, role, n, interval = event.q or 0, event.kind, card.n, card.interval
    if role == "graded":
        new, due = card.due is None, card.due is None or card.due <= event.day
        role = "first" if new else "repetition" if due else "practice"
        if q < 3:
            card.lapses += bool(n) and event.verdict != "taught"
            card.n, card.interval, card.due = 0, 1, event.day + 1
        elif due:
            card.ease = max(130, card.ease + {3: -14, 4: 0, 5: 10}[q])
            card.n += 1
            card.interval = {1: 1, 2: 6}.get(card.n) or -(-interval * card.ease // 100)
            card.due = event.day + card.interval
    return Row(event, role, n, interval)


@dataclass
class Maker:
    """Makes events in the order of their ids."""

    chance: random.Random = field(default_factory=random.Random)
    events: list[Event] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    newest: str = ""

    def add(self, kind: Kind, card: str, day: int, hour: int, **facts: Any) -> Event:
        hour_utc = (hour - 1) % 24 + (24 if hour < START else 0)
        at = (day * 24 + hour_utc) * 3_600_000 + self.chance.randrange(3_600_000)
        self.newest = next_id(at, self.newest, self.chance.getrandbits(74))
        event = Event(self.newest, "device", self.newest, card, str(kind), at, OFFSET, day, **facts)
        self.events.append(event)
        return event

    def keep(self, database: Path) -> Path:
        """Make a database of two decks, and merge the history into it."""
        with Store.open(database) as store:
            store.library.save([deck("deck-0"), deck("deck-1")])
            store.log.merge([(event, self.codes.get(event.id)) for event in self.events])
        return database


def make_history(seed: int, *, days: int = 120, today: int = TODAY) -> Maker:
    """A learner who comes most days, fails often enough, undoes, drills, crams and practises."""
    chance = random.Random(seed)
    maker = Maker(chance)
    keys = [f"deck-{deck}/card-{number:03}" for deck in range(2) for number in range(30)]
    seen = 0
    for day in range(today - days + 1, today + 1):
        if chance.random() < 0.15 and day != today:
            continue
        states = play(maker.events).cards
        due = [key for key, card in states.items() if card.due is not None and card.due <= day]
        asked = [key for key in due if chance.random() < 0.9] + keys[seen : seen + 2]
        seen += 2
        for key in asked:
            _ask(maker, key, day)
        for key in chance.sample(keys[:seen], min(seen, 2)):
            _extra(maker, key, day)
    return maker


def _ask(maker: Maker, key: str, day: int) -> None:
    chance = maker.chance
    hard = int(key[-2:]) % 7 == 0
    q = chance.choices(range(6), (0, 6, 0, 6, 0, 0) if hard else (1, 2, 2, 6, 30, 8))[0]
    hour = chance.choice((1, 7, 8, 8, 9, 12, 19, 20, 20, 21))
    event = maker.add(Kind.GRADED, key, day, hour, q=q, rules=1, **_facts(chance, q))
    if q < 3:
        maker.codes[event.id] = f"x = {chance.randrange(9)}  # <script>alert('no')</script>"
    if chance.random() < 0.05:
        undo = maker.add(Kind.UNDONE, "", day, 23, target=event.action)
        if chance.random() < 0.3:
            maker.add(Kind.REDONE, "", day, 23, target=undo.id)
    elif q < 4:
        maker.add(Kind.DRILLED, key, day, 23, q=4, rules=1, **_facts(chance, 4))


def _extra(maker: Maker, key: str, day: int) -> None:
    """Now and then something besides: crammed, practised, set aside, or brought in from elsewhere."""
    chance = maker.chance
    choice = chance.random()
    if choice < 0.2:
        maker.add(Kind.CRAMMED, key, day, 22, q=chance.randrange(6), rules=1, **_facts(chance, 4))
    elif choice < 0.4:
        maker.add(Kind.GRADED, key, day, 22, q=chance.choice((1, 4)), rules=1, **_facts(chance, 4))
    elif choice < 0.45:
        kind = Kind.SUSPENDED if choice < 0.42 else Kind.BURIED if choice < 0.44 else Kind.RESET
        maker.add(kind, key, day, 22, to_day=day + 2 if kind is Kind.BURIED else None)
    elif choice < 0.5:
        maker.add(Kind.RECORDED, key, day, 21, q=chance.choice((1, 4)), seconds=3.0)


def _facts(chance: random.Random, q: int) -> dict[str, Any]:
    failed = q < 3
    verdict = chance.choice(("fail", "fail", "shown", "taught")) if failed else "pass"
    met = failed and verdict != "taught"
    mistakes = {"mistakes": [chance.choice(MISTAKES)]} if met and chance.random() < 0.4 else None
    return {
        "seconds": round(chance.uniform(2, 90), 1),
        "attempts": chance.choice((1, 1, 1, 2)),
        "hints": chance.choice((0, 0, 0, 1)),
        "verdict": verdict,
        "why": chance.choice(WHYS) if verdict == "fail" else None,
        "details": json_text(mistakes) if mistakes else None,
    }


if __name__ == "__main__":
    make_history(1, days=int(sys.argv[2])).keep(Path(sys.argv[1], "ptcards.db"))
