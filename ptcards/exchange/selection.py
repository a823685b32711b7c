"""What of the library an export takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptcards.errors import UsageError
from ptcards.scheduling.days import day_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from ptcards.scheduling.events import Event
    from ptcards.store.values import StoredCard, StoredDeck
    from ptcards.study.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Selection:
    """The default is everything."""

    decks: tuple[str, ...] = ()
    """Slugs; none means all."""
    tag: str | None = None
    since: date | None = None
    """Only events of this study day and later."""
    answers: bool = True
    """With the learner's code."""

    @property
    def narrows_cards(self) -> bool:
        return bool(self.decks) or self.tag is not None


def chosen_decks(workspace: Workspace, selection: Selection) -> list[StoredDeck]:
    """The decks, by slug; UsageError where one, or the tag, is not there."""
    if selection.tag is not None and not workspace.store.tagged(selection.tag):
        known = ", ".join(sorted(workspace.store.tags())) or "none"
        raise UsageError(f"No card has the tag {selection.tag!r}. There are: {known}.")
    if selection.decks:
        return [workspace.deck(slug) for slug in dict.fromkeys(selection.decks)]
    return list(workspace.store.decks())


def chosen_cards(workspace: Workspace, selection: Selection, decks: list[StoredDeck]) -> Iterator[StoredCard]:
    """The cards present in these decks, by deck and place."""
    for card in workspace.store.cards([deck.slug for deck in decks]):
        if selection.tag is None or selection.tag in card.tags:
            yield card


def chosen_events(workspace: Workspace, selection: Selection) -> Callable[[Event], bool]:
    """Whether an event is wanted.

    Undos name no card: they go along, and where their target stays behind they have no effect.
    """
    decks = chosen_decks(workspace, selection)
    first_day = day_of(selection.since) if selection.since else None
    if not selection.narrows_cards:
        return lambda event: first_day is None or event.day >= first_day
    keys = _keys_ever(workspace, selection, [deck.slug for deck in decks])
    slugs = frozenset(deck.slug for deck in decks)

    def wanted(event: Event) -> bool:
        if first_day is not None and event.day < first_day:
            return False
        if not event.card or event.card in keys:
            return True
        return selection.tag is None and event.card.partition("/")[0] in slugs

    return wanted


def _keys_ever(workspace: Workspace, selection: Selection, slugs: list[str]) -> frozenset[str]:
    """The keys that the chosen cards have now and, where they were renamed, had before."""
    from ptcards.scheduling.events import Kind
    from ptcards.scheduling.replay import roots

    if selection.tag is not None:
        tagged = workspace.store.tagged(selection.tag)
        now = frozenset(key for key in tagged if key.partition("/")[0] in slugs)
    else:
        now = frozenset(key for slug in slugs for key in workspace.store.keys(slug))
    ends = roots(event for event, _ in workspace.store.events() if event.kind == Kind.RENAMED)
    mine = now | frozenset(ends[key] for key in now if key in ends)
    return mine | frozenset(old for old, end in ends.items() if end in mine)
