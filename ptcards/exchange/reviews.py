"""Every answer of the log with what it did to its card, streamed card by card."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ptcards.exchange.selection import Selection, chosen_events
from ptcards.scheduling.events import GRADE_KINDS, Event, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ptcards.scheduling.replay import Role
    from ptcards.scheduling.sm2 import Schedule
    from ptcards.study.workspace import Workspace

_ANSWERS = GRADE_KINDS | {Kind.RECORDED}


class Review(NamedTuple):
    """One answer."""

    card: str
    """The key that the card's history is kept under now."""
    event: Event
    code: str | None
    in_force: bool
    role: Role
    before: Schedule
    after: Schedule


def reviews(workspace: Workspace, selection: Selection) -> Iterator[Review]:
    """The answers chosen, card by card, those of a card in the order of ids; in memory is one at a time."""
    for card, step, code in workspace.store.log.pasts(chosen_events(workspace, selection)):
        event, in_force, role, before, after = step
        if event.kind in _ANSWERS:
            yield Review(card, event, code if selection.answers else None, in_force, role, before, after)
