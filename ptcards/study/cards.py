"""Cards as lists and card info show them, and Anki's search words over them."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from ptcards.deck.card import Markup
from ptcards.deck.content import card_from_data
from ptcards.deck.variation import default_seed, draw
from ptcards.scheduling.days import LAST_DAY, Moment, date_of, time_of
from ptcards.scheduling.events import GRADE_KINDS, Kind, Step, mistakes_of
from ptcards.scheduling.explain import explain
from ptcards.scheduling.sm2 import LEECH
from ptcards.store.library import StoredCard
from ptcards.study.desk import Desk
from ptcards.study.search import Facts, as_shown, parse
from ptcards.study.views import CardList, CardView, PastAnswer

_YOUNG = 2


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
    return "learning" if schedule.repetitions < _YOUNG else "review"


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


class Catalogue:
    """The cards of one moment, to be searched again and again."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._day = desk.now().day
        self._known: dict[bool, list[Facts]] = {}
        self._answers: dict[int, Mapping[str, set[int]]] = {}
        self._questions = desk.questions()

    def find(self, query: str = "", sort: str = "deck") -> CardList:
        """The cards that match Anki's search words; UsageError for a word that is not understood.

        Sorted by `deck`, `due`, `interval`, `ease`, `lapses` or `card`.
        """
        wanted = parse(query, self._answered)
        if wanted.orphans not in self._known:
            store = self._desk.store
            disputed = store.log.disputed()
            cards = store.library.cards(orphans=wanted.orphans)
            self._known[wanted.orphans] = [self._fact(card, disputed) for card in cards]
        found = wanted.among(self._known[wanted.orphans])
        if sort != "deck":
            found = sorted(found, key=_SORTS[sort])
        return CardList([facts.card.key for facts in found], lambda number: self._view(found[number].card))

    def _view(self, card: StoredCard) -> CardView:
        """One row; drawn while the list is scrolled, so that nothing of it is read from the database."""
        view = list_view(card, self._day)
        view = replace(view, question=self._questions.get(card.key, view.question))
        if '"vary"' not in card.content:
            return view
        content = replace(card_from_data(orjson.loads(card.content)), question=view.question)
        drawn = draw(content, default_seed(card.key, card.schedule.answers))
        return replace(view, question=drawn.question)

    def _answered(self, days: int) -> Mapping[str, set[int]]:
        if days not in self._answers:
            self._answers[days] = self._desk.store.log.answered(self._day - days + 1)
        return self._answers[days]

    def reread(self, keys: Iterable[str]) -> None:
        """Read these cards again; the others are taken to be as they were."""
        store = self._desk.store
        disputed = store.log.disputed()
        again = {card.key: self._fact(card, disputed) for key in keys if (card := store.library.card(key))}
        for known in self._known.values():
            known[:] = [again.get(facts.card.key, facts) for facts in known]
        self._answers.clear()

    def _fact(self, card: StoredCard, disputed: Container[str]) -> Facts:
        text = as_shown(f"{card.key}\n{card.content}\n{self._questions.get(card.key, '')}")
        return Facts(card, state_of(card, self._day), self._day, card.key in disputed, text)


_SORTS: dict[str, Callable[[Facts], Any]] = {
    "due": lambda facts: (facts.card.schedule.due_day or LAST_DAY + 1, facts.card.key),
    "interval": lambda facts: (facts.card.schedule.interval_days, facts.card.key),
    "ease": lambda facts: (facts.card.schedule.ease, facts.card.key),
    "lapses": lambda facts: (-facts.card.schedule.lapses, facts.card.key),
    "card": lambda facts: facts.card.key,
}


def card(desk: Desk, key: str, seed: int | None = None) -> CardView:
    """One card with its content, its past answers and the arithmetic of its schedule."""
    stored, day = desk.card(key), desk.now().day
    history = desk.store.log.history(stored.key)
    view = replace(
        list_view(stored, day),
        reviews=tuple(
            past_answer(past)
            for past in history
            if past.in_force and past.event.kind in (*GRADE_KINDS, Kind.RECORDED)
        ),
        why=tuple(explain(history, day)),
    )
    if not stored.present or desk.store.library.deck(stored.deck) is None:
        return view
    drawn = desk.draw(stored.deck, stored.content, stored.schedule, seed)
    return replace(view, card=drawn.card, question=drawn.card.question, seed=drawn.seed)


def past_answer(past: Step) -> PastAnswer:
    """One answer of the log as it is shown."""
    event, after = past.event, past.after
    return PastAnswer(
        at=time_of(Moment(event.at, event.offset)).isoformat(timespec="seconds"),
        kind=str(event.kind),
        grade=event.q,
        interval_days=after.interval_days,
        ease=after.ease / 100,
        due=None if after.due_day is None else date_of(after.due_day),
        verdict=event.verdict or "none",
        why=event.why or "",
        seconds=event.seconds,
        answer=past.code or "",
        mistakes=mistakes_of(event.details),
    )
