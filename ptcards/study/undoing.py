"""Undo in words: what was or would be taken back, how old it is, what else it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.scheduling.events import GRADE_KINDS, Event, Kind
from ptcards.scheduling.replay import Role
from ptcards.study.grading import LABELS
from ptcards.study.views import UndoView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptcards.store.values import RoleChange
    from ptcards.study.library import Present

_ACTIONS = {
    Kind.SUSPENDED: "suspend of",
    Kind.RESUMED: "resume of",
    Kind.BURIED: "bury of",
    Kind.UNBURIED: "unbury of",
    Kind.MARKED: "mark on",
    Kind.UNMARKED: "unmark of",
    Kind.RESET: "reset of",
    Kind.DUE_SET: "due day of",
}


def undo_view(
    events: Sequence[Event],
    now: Present,
    *,
    ask_before: str | None = None,
    changes: Sequence[RoleChange] = (),
) -> UndoView:
    """An action as the user is told of it; ids up to `ask_before` are of an earlier session."""
    first = events[0]
    ask = first.day != now.day or (ask_before is not None and first.id <= ask_before)
    more = f" and {len(events) - 1} more" if len(events) > 1 else ""
    return UndoView(
        key=first.card,
        what=_name(first) + more,
        seconds_ago=max(0, (now.moment.at - first.at) // 1000),
        ask_first=ask,
        note=" ".join(map(_told, changes)),
    )


def _name(event: Event) -> str:
    card = event.card.rpartition("/")[2]
    if event.kind in GRADE_KINDS and event.q is not None:
        label = "Taught" if event.verdict == "taught" else LABELS[event.q]
        drill = " in the drill" if event.kind == Kind.DRILLED else ""
        return f"{label} on {card}{drill}"
    return f"{_ACTIONS.get(Kind(event.kind), event.kind)} {card}"


def _told(change: RoleChange) -> str:
    card = change.event.card.rpartition("/")[2]
    grade = LABELS[change.event.q] if change.event.q is not None else "answer"
    if change.after in (Role.FIRST, Role.REPETITION):
        return f"The later {grade} on {card} was practice and counts as a repetition now."
    return f"The later {grade} on {card} was a repetition and counts as {change.after} now."
