"""What of the library an export takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptcards.errors import UsageError
from ptcards.scheduling.days import day_of
from ptcards.store.values import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

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
    if selection.tag is not None and selection.tag not in (known := workspace.store.library.tags()):
        raise UsageError(f"No card has the tag {selection.tag!r}. There are: {', '.join(known) or 'none'}.")
    if selection.decks:
        return [workspace.deck(slug) for slug in dict.fromkeys(selection.decks)]
    return list(workspace.store.library.decks())


def chosen_cards(workspace: Workspace, selection: Selection, decks: list[StoredDeck]) -> Iterator[StoredCard]:
    """The cards present in these decks, by deck and place."""
    for card in workspace.store.library.cards([deck.slug for deck in decks]):
        if selection.tag is None or selection.tag in card.tags:
            yield card


def chosen_events(workspace: Workspace, selection: Selection) -> Choice:
    """Which events are wanted; UsageError where a deck or the tag is not there.

    Undos name no card: they go along, and where their target stays behind they have no effect.
    """
    decks = chosen_decks(workspace, selection)
    since = day_of(selection.since) if selection.since else None
    if not selection.narrows_cards:
        return Choice(since=since)
    return Choice(frozenset(deck.slug for deck in decks), selection.tag, since)
