"""The cards of one session, in their order: a view of the day's queue, or a cram through a scope."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ptcards.scheduling.queue import ALL, Part, Selection, part_of, shuffle_of
from ptcards.store.values import Pick
from ptcards.study.home import limits_of
from ptcards.study.views import Remaining, Scope

if TYPE_CHECKING:
    from ptcards.study.desk import Desk


class Line:
    """Gives the next card of a session; asks the store each time, so that another process is noticed."""

    def __init__(self, desk: Desk, scope: Scope) -> None:
        self._desk = desk
        self._scope = scope
        self._limits = limits_of(desk.config, scope.new)
        self._skipped: dict[str, Pick] = {}
        self._dropped: set[str] = set()
        self._last: str | None = None
        self._selection = self._select()
        self._cram = self._cram_keys() if scope.cram else []
        self.drilling = False

    def _select(self) -> Selection:
        scope, store = self._scope, self._desk.store
        cards = frozenset(scope.cards) or None
        if scope.tag is not None:
            tagged = store.library.tagged(scope.tag)
            cards = tagged if cards is None else cards & tagged
        unmet = self._desk.unmet()
        decks = frozenset(self._desk.deck(slug).slug for slug in scope.decks) or None
        return replace(ALL, decks=decks, cards=cards, unmet=unmet.unmet, unmet_decks=unmet.unmet_decks)

    def _cram_keys(self) -> list[str]:
        chosen = self._selection
        cards = [
            card
            for card in self._desk.store.library.cards(chosen.decks)
            if not card.schedule.suspended
            and (chosen.cards is None or card.key in chosen.cards)
            and card.key not in chosen.unmet
            and card.deck not in chosen.unmet_decks
        ]
        return sorted((card.key for card in cards), key=shuffle_of)

    def take(self, forced: str | None = None) -> Pick | None:
        """The next card; `forced` is asked first, whatever the queue says."""
        if forced is not None and (pick := self._pick(forced)) is not None:
            return pick
        if self._scope.cram:
            return next(filter(None, map(self._pick, self._cram)), None)
        pick = self._next()
        if pick is None and self._skipped:
            self._skipped.clear()
            pick = self._next()
        return pick

    def _next(self) -> Pick | None:
        selection = replace(self._selection, skip=frozenset(self._dropped | self._skipped.keys()))
        day, limits = self._desk.now().day, self._limits
        for skipped in self._skipped.values():
            # It is asked later today: no other card may take its place meanwhile.
            if (part := part_of(skipped.schedule, day)) is not None:
                limits = limits.without(skipped.deck, part)
        return self._desk.store.queue.next_card(day, limits, selection, after=self._last, drill=self.drilling)

    def _pick(self, key: str) -> Pick | None:
        card = self._desk.store.library.card(key)
        if card is None or not card.present:
            return None
        part = Part.NEW if card.schedule.due_day is None else Part.DUE
        return Pick(card.key, card.deck, part, card.content, card.schedule)

    def remaining(self) -> Remaining:
        """What is still to come, by part."""
        if self._scope.cram:
            return Remaining(due=len(self._cram))
        selection = replace(self._selection, skip=frozenset(self._dropped))
        counts = self._desk.store.queue.today(self._desk.now().day, self._limits, selection).all
        return Remaining(counts.due, counts.new, counts.drill)

    def left(self, key: str) -> None:
        """The card was graded or put away."""
        self._last = key
        if key in self._cram:
            self._cram.remove(key)

    def skip(self, key: str) -> None:
        """The card is asked again when all others have been."""
        if self._scope.cram:
            self._cram.append(key)
        elif (pick := self._pick(key)) is not None:
            self._skipped[key] = pick

    def drop(self, key: str) -> None:
        """The card is not asked again in this session."""
        self._dropped.add(key)

    def back(self, key: str) -> None:
        """The card's answer was undone: it may be asked again."""
        self._skipped.pop(key, None)
        self._dropped.discard(key)
        if self._scope.cram and key not in self._cram:
            self._cram.insert(0, key)
