"""Cards as lists and card info show them, found with Anki's search words in small."""

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, NamedTuple

import orjson

from ptcards.deck.card import Markup, default_seed, draw
from ptcards.deck.content import card_from_data
from ptcards.errors import UsageError
from ptcards.scheduling.days import LAST_DAY, date_of
from ptcards.scheduling.events import GRADE_KINDS, Kind, explain
from ptcards.scheduling.sm2 import LEARNED, LEECH
from ptcards.store.library import StoredCard
from ptcards.study.desk import Desk
from ptcards.study.views import CardList, CardView


class Facts(NamedTuple):
    """What a search can ask of one card."""

    card: StoredCard
    state: str
    day: int
    disputed: bool
    text: str
    """The key and the content, `as_shown`."""


Term = Callable[[Facts], bool]


class Catalogue:
    """The cards of one moment, to be searched again and again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._day = desk.now().day
        self._known: dict[bool, list[Facts]] = {}
        self._answered = cache(lambda days: desk.store.log.answered(self._day - days + 1))
        self._questions = desk.questions()

    def find(self, query: str = "", sort: str = "deck") -> CardList:
        """The cards that match Anki's search words; UsageError for a word that is not understood.

        Sorted by `deck`, `due`, `interval`, `ease`, `lapses` or `card`; quick enough for every key.
        """
        if query.count('"') % 2:
            raise UsageError('a quote is not closed: write "some words"')
        words = [(word, not sign) for sign, word in _TOKEN.findall(query)]
        terms = [(self._term(word), wanted) for word, wanted in words]
        # Orphans are read for those who ask for them alone.
        orphans = any(word.replace('"', "") == "is:orphaned" for word, _ in words)
        if orphans not in self._known:
            self._known[orphans] = self._facts(self._desk.store.library.cards(orphans=orphans))
        found = self._known[orphans]
        for term, wanted in terms:
            found = [facts for facts in found if term(facts) == wanted]
        if sort != "deck":
            found = sorted(found, key=_SORTS[sort])
        return CardList([facts.card.key for facts in found], lambda number: self._view(found[number].card))

    def reread(self, keys: Iterable[str]) -> None:
        """Read these cards again; the others are taken to be as they were."""
        cards = filter(None, map(self._desk.store.library.card, keys))
        again = {facts.card.key: facts for facts in self._facts(cards)}
        for known in self._known.values():
            known[:] = [again.get(facts.card.key, facts) for facts in known]
        self._answered.cache_clear()

    def _facts(self, cards: Iterable[StoredCard]) -> list[Facts]:
        day, disputed = self._day, self._desk.store.log.disputed()
        found = list[Facts]()
        for card in cards:
            text = as_shown(f"{card.key}\n{card.content}\n{self._questions.get(card.key, '')}")
            found.append(Facts(card, state_of(card, day), day, card.key in disputed, text))
        return found

    def _view(self, card: StoredCard) -> CardView:
        """One row; drawn while the list is scrolled, so that nothing of it is read from the database."""
        view = list_view(card, self._day)
        view = replace(view, question=self._questions.get(card.key, view.question))
        if '"vary"' not in card.content:
            return view
        content = replace(card_from_data(orjson.loads(card.content)), question=view.question)
        drawn = draw(content, default_seed(card.key, card.schedule.answers))
        return replace(view, question=drawn.question)

    def _term(self, word: str) -> Term:
        name, colon, value = word.partition(":")
        value = value.strip('"')
        if word.startswith('"') or not colon or name not in ("deck", "tag", "is", "prop", "rated"):
            return _text(word.strip('"'))
        if name == "deck":
            named = cache(lambda deck: fnmatchcase(deck, value.lower()))
            return lambda facts: named(facts.card.deck)
        if name == "tag":
            # Many cards have the same tags.
            tagged = cache(lambda tags: _has_tag(tags, value.casefold()))
            return lambda facts: tagged(facts.card.tags)
        if name == "prop":
            if not (found := _PROPERTY.fullmatch(value)):
                raise UsageError(
                    f"prop:{value} is not understood; write prop:ivl>=10 with ivl, lapses, reps, ease or due"
                )
            of, holds, number = _VALUES[found[1]], _COMPARE[found[2]], float(found[3])
            return lambda facts: (own := of(facts)) is not None and holds(own, number)
        if name == "rated":
            if not (found := _RATED.fullmatch(value)):
                raise UsageError(
                    f"rated:{value} is not understood; write rated:7 for answered in the last 7 days, "
                    "rated:7:1 for Again among them (2 Hard, 3 Good, 4 Easy)"
                )
            wanted, grades = _GRADES[found[2]], self._answered(int(found[1]))
            return lambda facts: not wanted.isdisjoint(grades.get(facts.card.key, ()))
        if value not in _STATES:
            known = ", ".join(f"is:{one}" for one in _STATES)
            raise UsageError(f"is:{value} is not known; there are {known}")
        return _STATES[value]


def as_shown(text: str) -> str:
    """Text for comparing, the same for what is searched and what is searched for.

    Without case and without Markdown's marks, which the screen shows none of; `text` may be of JSON.
    """
    return text.casefold().replace("`", "").replace("*", "").replace("\\n", " ")


def _text(wanted: str) -> Term:
    """Text that occurs in the card; an asterisk matches any text."""
    first, *others = (as_shown(part) for part in wanted.split("*"))
    if not any(others):
        return lambda facts: first in facts.text

    def occurs(facts: Facts) -> bool:
        place = 0
        for part in (first, *others):
            found = facts.text.find(part, place)
            if found < 0:
                return False
            place = found + len(part)
        return True

    return occurs


def _has_tag(tags: tuple[str, ...], wanted: str) -> bool:
    if wanted == "none":
        return not tags
    folded = [tag.casefold() for tag in tags]
    return any(fnmatchcase(tag, wanted) or tag.startswith(f"{wanted}::") for tag in folded)


def state_of(card: StoredCard, day: int) -> str:
    """The first that applies of orphaned, suspended, buried, new, learning, review."""
    schedule = card.schedule
    if not card.present:
        return "orphaned"
    if schedule.suspended:
        return "suspended"
    if schedule.buried_until is not None and schedule.buried_until > day:
        return "buried"
    if schedule.due_day is None:
        return "new"
    return "learning" if schedule.repetitions < LEARNED else "review"


def list_view(card: StoredCard, day: int) -> CardView:
    """A card in a list."""
    data = orjson.loads(card.content) if card.content else {}
    due = card.schedule.due_day
    return CardView(
        key=card.key,
        deck=card.deck,
        question=str(data.get("question", "")),
        state=state_of(card, day),
        due=None if due is None else date_of(due),
        schedule=card.schedule,
        tags=card.tags,
        leech=card.schedule.lapses >= LEECH,
        markup=Markup(data.get("markup", Markup.MARKDOWN)),
    )


def card(desk: Desk, key: str, seed: int | None = None) -> CardView:
    """One card with its content, its past answers and the arithmetic of its schedule."""
    stored, day = desk.card(key), desk.now().day
    history = desk.store.log.history(stored.key)
    view = replace(
        list_view(stored, day),
        reviews=tuple(
            past for past in history if past.in_force and past.event.kind in (*GRADE_KINDS, Kind.RECORDED)
        ),
        why=tuple(explain(history, day)),
    )
    if not stored.present or desk.store.library.deck(stored.deck) is None:
        return view
    drawn = desk.draw(stored.deck, stored.content, stored.schedule, seed)
    return replace(view, card=drawn.card, question=drawn.card.question, seed=drawn.seed)


_TOKEN = re.compile(r'(-?)((?:[^\s":]+:)?"[^"]*"|\S+)')
_PROPERTY = re.compile(r"(ivl|lapses|reps|ease|due)(>=|<=|!=|=|>|<)(-?\d+(?:\.\d+)?)")
_RATED = re.compile(r"([1-9]\d{0,4})(?::([1-4]))?")
_GRADES = {None: frozenset(range(6)), "1": frozenset((0, 1, 2)), "2": {3}, "3": {4}, "4": {5}}
_STATES: dict[str, Term] = {
    "due": lambda facts: (
        facts.state in ("learning", "review") and (facts.card.schedule.due_day or 0) <= facts.day
    ),
    "new": lambda facts: facts.state == "new",
    "learn": lambda facts: facts.state == "learning",
    "review": lambda facts: facts.state == "review",
    "suspended": lambda facts: facts.state == "suspended",
    "buried": lambda facts: facts.state == "buried",
    "leech": lambda facts: facts.card.schedule.lapses >= LEECH,
    "disputed": lambda facts: facts.disputed,
    "marked": lambda facts: facts.card.schedule.marked,
    "orphaned": lambda facts: facts.state == "orphaned",
    "drill": lambda facts: facts.card.schedule.drill_day == facts.day,
}
_COMPARE: dict[str, Callable[[float, float], bool]] = dict(
    zip(
        (">=", "<=", "!=", "=", ">", "<"),
        (operator.ge, operator.le, operator.ne, operator.eq, operator.gt, operator.lt),
        strict=True,
    )
)
_VALUES: dict[str, Callable[[Facts], float | None]] = {
    "due": lambda facts: None if (due := facts.card.schedule.due_day) is None else due - facts.day,
    "ivl": lambda facts: facts.card.schedule.interval_days,
    "lapses": lambda facts: facts.card.schedule.lapses,
    "reps": lambda facts: facts.card.schedule.repetitions,
    "ease": lambda facts: facts.card.schedule.ease / 100,
}
_SORTS: dict[str, Callable[[Facts], Any]] = {
    "due": lambda facts: (facts.card.schedule.due_day or LAST_DAY + 1, facts.card.key),
    "interval": lambda facts: (facts.card.schedule.interval_days, facts.card.key),
    "ease": lambda facts: (facts.card.schedule.ease, facts.card.key),
    "lapses": lambda facts: (-facts.card.schedule.lapses, facts.card.key),
    "card": lambda facts: facts.card.key,
}
