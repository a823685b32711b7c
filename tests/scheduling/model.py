"""A card's past the plainest way, for tests to compare with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ptcards.scheduling.events import Event, Step, step
from ptcards.scheduling.sm2 import NEW


def steps(events: Iterable[Event], withdrawn: frozenset[str]) -> Iterator[Step]:
    """Walk one card's events, in the order of their ids; `withdrawn` holds the actions not in force."""
    schedule = NEW
    for event in events:
        one = step(schedule, event, withdrawn)
        schedule = one.after
        yield one


def withdrawn_by(undone: Iterable[Event], redone: Iterable[Event]) -> frozenset[str]:
    """The actions at which an undo aims that no redo aims at."""
    taken_back = {redo.target for redo in redone}
    return frozenset(undo.target for undo in undone if undo.target and undo.id not in taken_back)
