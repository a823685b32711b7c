"""Cards as lists and card info show them, and Anki's search words over them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from ptcards.scheduling.days import Moment, date_of, time_of
from ptcards.scheduling.events import GRADE_KINDS, Kind
from ptcards.scheduling.explain import explain
from ptcards.scheduling.replay import Step
from ptcards.scheduling.sm2 import LEECH
from ptcards.study.grading import mistakes_of
from ptcards.study.search import Facts, parse
from ptcards.study.views import CardView, PastAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ptcards.deck.card import Card
    from ptcards.store.values import Past, StoredCard
    from ptcards.study.workspace import Workspace

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


def is_leech(lapses: int) -> bool:
    """Failed 8 times, then marked so again at every 4."""
    return lapses >= LEECH


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
        leech=is_leech(card.schedule.lapses),
    )


def find(workspace: Workspace, query: str, sort: str) -> list[CardView]:
    """The cards that match a search, sorted by `deck`, `due`, `interval`, `ease`, `lapses` or `card`."""
    day = workspace.now().day
    wanted = parse(query)
    disputed = {past.event.card for past in workspace.store.disputed()} if wanted.asks("disputed") else set()
    questions = cache(workspace.questions)
    found = []
    for card in _stored(workspace, orphans=wanted.asks("orphaned")):
        facts = Facts(card, state_of(card, day), day, disputed=card.key in disputed)
        if wanted.matches(facts):
            view = list_view(card, day)
            translated = questions(card.deck).get(card.key.partition("/")[2])
            found.append(replace(view, question=translated) if translated else view)
    if sort != "deck":
        found.sort(key=_SORTS[sort])
    return found


_FAR = date_of(10**7)
_SORTS: dict[str, Any] = {
    "due": lambda view: (view.due or _FAR, view.key),
    "interval": lambda view: (view.schedule.interval_days, view.key),
    "ease": lambda view: (view.schedule.ease, view.key),
    "lapses": lambda view: (-view.schedule.lapses, view.key),
    "card": lambda view: view.key,
}


def _stored(workspace: Workspace, *, orphans: bool) -> Iterator[StoredCard]:
    if not orphans:
        yield from workspace.store.cards()
    else:
        yield from workspace.store.cards(orphans=True)


def whole_view(workspace: Workspace, key: str, seed: int | None = None) -> CardView:
    """One card with its content, its past answers and the arithmetic of its schedule."""
    stored = workspace.card(key)
    view = list_view(stored, workspace.now().day)
    card: Card | None = None
    used = None
    if stored.present and workspace.store.deck(stored.deck) is not None:
        drawn = workspace.draw(stored.deck, stored.content, stored.schedule, seed)
        card, used = drawn.card, drawn.seed
    history = workspace.store.history(stored.key)
    return CardView(
        key=view.key,
        deck=view.deck,
        question=card.question if card else view.question,
        state=view.state,
        due=view.due,
        schedule=view.schedule,
        tags=view.tags,
        leech=view.leech,
        card=card,
        reviews=tuple(past_answer(past) for past in history if _is_answer(past)),
        why=tuple(explain(map(_step, history), workspace.now().day)),
        seed=used,
    )


def _step(past: Past) -> Step:
    return Step(past.event, past.in_force, past.role, past.before, past.after)


def _is_answer(past: Past) -> bool:
    return past.in_force and (past.event.kind in GRADE_KINDS or past.event.kind == Kind.RECORDED)


def past_answer(past: Past) -> PastAnswer:
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
