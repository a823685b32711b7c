"""Cards as lists and card info show them, found with Anki's search words in small."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import orjson

from ptcards.deck.card import Card, default_seed, draw, from_data
from ptcards.errors import UsageError
from ptcards.language import _, later
from ptcards.scheduling.days import LAST_DAY
from ptcards.scheduling.events import GRADE_KINDS, Kind, Step, explain, keeps_failing
from ptcards.scheduling.fsrs import Memory
from ptcards.scheduling.sm2 import LEARNED, PASS
from ptcards.store.library import StoredCard
from ptcards.study.desk import Desk
from ptcards.study.scheduler import memories, plan_of


@dataclass(frozen=True, slots=True)
class CardView(StoredCard):
    """One card as searches, lists and card info see it."""

    day: int  # The study day on which it is seen
    text: str = ""  # The key and the content, `as_shown`
    disputed: bool = False
    leech: bool = False  # It lapsed often, or failed on four days in a row
    translated: str | None = None  # The question in the configured language, where that is another
    card: Card | None = None
    """The content for card info, where a deck has it: this and what follows is empty in lists."""
    seed: int | None = None
    reviews: tuple[Step, ...] = ()  # The answers in force, those made elsewhere among them
    waits_for: tuple[str, ...] = ()  # Cards that come before it, as long as it is new
    memory: Memory | None = None  # What FSRS knows of it, where FSRS schedules it
    why: tuple[str, ...] = ()  # The arithmetic from the first review to the due day, line by line

    @property
    def state(self) -> str:
        """The first that applies of orphaned, suspended, buried, new, learning, review."""
        schedule = self.schedule
        if not self.present:
            return later("orphaned")
        if schedule.suspended:
            return later("suspended")
        if schedule.buried_until is not None and schedule.buried_until > self.day:
            return later("buried")
        if schedule.due_day is None:
            return later("new")
        return later("learning") if schedule.repetitions < LEARNED else later("review")

    @property
    def shown(self) -> Card:
        """The card as the next review asks it, its question in the configured language."""
        if self.card is not None:
            return self.card
        card = from_data(Card, orjson.loads(self.content))
        card = card if self.translated is None else card._replace(question=self.translated)
        return draw(card, default_seed(self.key, self.schedule.answers))


Term = Callable[[CardView], bool]


def _view(stored: StoredCard, /, **more: Any) -> CardView:
    return CardView(**{name: getattr(stored, name) for name in StoredCard.__slots__}, **more)


class Catalogue:
    """The cards of one moment, to be searched again and again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._day = desk.now().day
        self._known: dict[bool, list[CardView]] = {}
        self._answered = cache(lambda days: desk.store.log.answered(self._day - days + 1))
        self._remembered: dict[str, Memory | None] | None = None
        self.language, self._questions = desk.config.language, desk.questions()

    def find(self, query: str = "", sort: str = "deck") -> list[CardView]:
        """The cards that match Anki's search words; UsageError for a word that is not understood.

        Sorted by `deck`, `due`, `interval`, `ease`, `lapses` or `card`; quick enough for every key.
        """
        if query.count('"') % 2:
            raise UsageError(_('a quote is not closed: write "some words"'))
        words = [(word, not sign) for sign, word in _TOKEN.findall(query)]
        terms = [(self._term(word), wanted) for word, wanted in words]
        # Orphans are read for those who ask for them alone.
        orphans = any(word.replace('"', "") == "is:orphaned" for word, _ in words)
        if orphans not in self._known:
            self._known[orphans] = self._views(self._desk.store.library.cards(orphans=orphans))
        found = self._known[orphans]
        for term, wanted in terms:
            found = [card for card in found if term(card) == wanted]
        return found if sort == "deck" else sorted(found, key=_SORTS[sort])

    def reread(self, keys: Iterable[str]) -> None:
        """Read these cards again; the others are taken to be as they were."""
        self._answered.cache_clear()
        cards = filter(None, map(self._desk.store.library.card, keys))
        again = {card.key: card for card in self._views(cards)}
        for known in self._known.values():
            known[:] = [again.get(card.key, card) for card in known]
        if self._remembered:
            self._remembered |= {key: plan_of(self._desk, key).memory for key in again}

    def _views(self, cards: Iterable[StoredCard]) -> list[CardView]:
        log, recent, found = self._desk.store.log, self._answered(2), list[CardView]()
        disputed = log.disputed()
        for card in cards:
            lost = not card.schedule.repetitions and min(recent.get(card.key, (PASS,))) < PASS
            leech = card.schedule.leech or (lost and keeps_failing(log.history(card.key)))
            translated = self._questions.get(card.key)
            text = as_shown(f"{card.key}\n{card.content}\n{translated or ''}")
            more = {"disputed": card.key in disputed, "leech": leech, "translated": translated}
            found.append(_view(card, day=self._day, text=text, **more))
        return found

    def _term(self, word: str) -> Term:
        name, colon, value = word.partition(":")
        value = value.strip('"')
        if word.startswith('"') or not colon or name not in ("deck", "tag", "is", "prop", "rated", "mistake"):
            return _text(word.strip('"'))
        if name == "deck":
            named = cache(lambda deck: fnmatchcase(deck, value.lower()))
            return lambda card: named(card.deck)
        if name == "tag":
            # Many cards have the same tags.
            below = f"{value.casefold()}::*"
            tagged = cache(lambda tags: any(fnmatchcase(f"{tag.casefold()}::", below) for tag in tags))
            return lambda card: tagged(card.tags) if value.casefold() != "none" else not card.tags
        if name == "prop":
            if not (found := _PROPERTY.fullmatch(value)):
                words = later(
                    "prop:{} is not understood; write prop:ivl>=10 with ivl, lapses, reps, ease or due, "
                    "where FSRS schedules also s (stability), d (difficulty) or r (recall, 0 to 1)"
                )
                raise UsageError(_(words, value))
            of, holds, number = _VALUES.get(found[1]), _COMPARE[found[2]], float(found[3])
            of = of or self._memory(found[1])
            return lambda card: (own := of(card)) is not None and holds(own, number)
        if name == "rated":
            if not (found := _RATED.fullmatch(value)):
                words = later(
                    "rated:{} is not understood; write rated:7 for answered in the last 7 days, "
                    "rated:7:1 for Again among them (2 Hard, 3 Good, 4 Easy)"
                )
                raise UsageError(_(words, value))
            wanted, grades = _GRADES[found[2]], self._answered(int(found[1]))
            return lambda card: not wanted.isdisjoint(grades.get(card.key, ()))
        if name == "mistake":
            parts, newest = [*map(as_shown, value.split("*"))], self._desk.store.sums.answers(self._day - 364)
            made = [(one.card, as_shown(each)) for one in newest for each in one.mistakes]
            keys = {key for key, each in made if all(part in each for part in parts)}
            return lambda card: card.key in keys
        if value in _NAMES:
            return lambda card: card.state == _NAMES[value]
        if value not in _STATES:
            known = ", ".join(f"is:{one}" for one in (*_STATES, *_NAMES))
            raise UsageError(_("is:{} is not known; there are {}", value, known))
        return _STATES[value]

    def _memory(self, name: str) -> Callable[[CardView], float | None]:
        """What FSRS knows of a card: read for those who ask for it alone."""
        if self._remembered is None:
            self._remembered = {**memories(self._desk, self._desk.store.library.cards())}
        known, of = self._remembered, _OF_MEMORY[name]
        return lambda card: of(one, card.day) if (one := known.get(card.key)) and one.stability else None


def as_shown(text: str) -> str:
    """Text for comparing, the same for what is searched and what is searched for.

    Without case and without Markdown's marks, which the screen shows none of; `text` may be of JSON.
    """
    return text.casefold().replace("`", "").replace("*", "").replace("\\n", " ")


def _text(wanted: str) -> Term:
    """Text that occurs in the card; an asterisk matches any text."""
    first, *others = (as_shown(part) for part in wanted.split("*"))
    if not any(others):
        return lambda card: first in card.text
    # A part that was found is not looked for again: that keeps many of them quick.
    rest = "".join(f"(?>.*?{re.escape(part)})" for part in others)
    found = re.compile(f"(?>.*?{re.escape(first)}){rest}", re.DOTALL).match
    return lambda card: found(card.text) is not None


def card(desk: Desk, key: str, seed: int | None = None) -> CardView:
    """One card with its content, its past answers and the arithmetic of its schedule."""
    stored, day = desk.card(key), desk.now().day
    history = desk.store.log.history(stored.key)
    kinds = (*GRADE_KINDS, Kind.RECORDED)
    drawn = desk.draw(stored, seed) if stored.present else None
    content: dict[str, Any] = {} if drawn is None else {"card": drawn.card, "seed": drawn.seed}
    content["waits_for"] = tuple(sorted(desk.store.queue.waiting(day, desk.unmet()).get(stored.key, ())))
    leech = stored.schedule.leech or keeps_failing(history)
    reviews = tuple(past for past in history if past.in_force and past.event.kind in kinds)
    memory = plan_of(desk, stored.key).memory
    why = tuple(explain(history, day, memory))
    return _view(stored, day=day, leech=leech, reviews=reviews, memory=memory, why=why, **content)


_TOKEN = re.compile(r'(-?)((?:[^\s":]+:)?"[^"]*"|\S+)')
_PROPERTY = re.compile(r"(ivl|lapses|reps|ease|due|[sdr])(>=|<=|!=|=|>|<)(-?\d+(?:\.\d+)?)")
_RATED = re.compile(r"([1-9]\d{0,4})(?::([1-4]))?")
_GRADES = {None: frozenset(range(6)), "1": frozenset((0, 1, 2)), "2": {3}, "3": {4}, "4": {5}}
_STATES: dict[str, Term] = {
    "due": lambda card: card.state in ("learning", "review") and (card.schedule.due_day or 0) <= card.day,
    "leech": lambda card: card.leech,
    "disputed": lambda card: card.disputed,
    "marked": lambda card: card.schedule.marked,
    "drill": lambda card: card.schedule.drill_day == card.day,
}
_NAMES = {name: name for name in ("new", "review", "suspended", "buried", "orphaned")} | {"learn": "learning"}
"""How a search calls what a card's `state` is."""
_COMPARE = {">=": ge, "<=": le, "!=": ne, "=": eq, ">": gt, "<": lt}
_VALUES: dict[str, Callable[[CardView], float | None]] = {
    "due": lambda card: None if (due := card.schedule.due_day) is None else due - card.day,
    "ivl": lambda card: card.schedule.interval_days,
    "lapses": lambda card: card.schedule.lapses,
    "reps": lambda card: card.schedule.repetitions,
    "ease": lambda card: card.schedule.ease / 100,
}
_OF_MEMORY: dict[str, Callable[[Memory, int], float]] = {
    "s": lambda memory, _: memory.stability,
    "d": lambda memory, _: memory.difficulty,
    "r": lambda memory, day: memory.recall(day),
}
_SORTS: dict[str, Callable[[CardView], Any]] = {
    "due": lambda card: (card.schedule.due_day or LAST_DAY + 1, card.key),
    "interval": lambda card: (card.schedule.interval_days, card.key),
    "ease": lambda card: (card.schedule.ease, card.key),
    "lapses": lambda card: (-card.schedule.lapses, card.schedule.ease, card.key),
    "card": lambda card: card.key,
}
