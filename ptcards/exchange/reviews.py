"""Every answer of the log with what it did to its card, streamed in the order of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ptcards.exchange.selection import Selection, chosen_events
from ptcards.scheduling.events import GRADE_KINDS, NO_ACTIONS, Event, Kind
from ptcards.scheduling.replay import Role, apply, role_of, roots, withdrawn_by
from ptcards.scheduling.sm2 import NEW, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ptcards.study.workspace import Workspace

_ANSWERS = GRADE_KINDS | {Kind.RECORDED}


class Review(NamedTuple):
    """One answer."""

    event: Event
    code: str | None
    card: str
    """The key that the card's history is kept under now."""
    in_force: bool
    role: Role
    before: Schedule
    after: Schedule


def reviews(workspace: Workspace, selection: Selection) -> Iterator[Review]:
    """The answers chosen, in the order of ids; memory grows with the cards, not with their answers."""
    wanted = chosen_events(workspace, selection)
    withdrawn, known = _whole_log_facts(workspace)
    standing: dict[str, Schedule] = {}
    for event, code in workspace.store.events():
        if not event.card:
            continue
        card = known.get(event.card, event.card)
        before = standing.get(card, NEW)
        in_force = event.action not in withdrawn or event.kind in NO_ACTIONS
        after = apply(before, event) if in_force else before
        if after is not before:
            standing[card] = after
        if event.kind in _ANSWERS and wanted(event):
            role = role_of(before, event) if in_force else Role.NONE
            yield Review(event, code if selection.answers else None, card, in_force, role, before, after)


def _whole_log_facts(workspace: Workspace) -> tuple[frozenset[str], Mapping[str, str]]:
    """The actions taken back, and for each key that was renamed the one its history is kept under."""
    undone, redone, renamed = [], [], []
    for event, _ in workspace.store.events():
        if event.kind == Kind.UNDONE:
            undone.append(event)
        elif event.kind == Kind.REDONE:
            redone.append(event)
        elif event.kind == Kind.RENAMED:
            renamed.append(event)
    return withdrawn_by(undone, redone), roots(renamed)
