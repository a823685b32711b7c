"""The log: what happened, and what is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ptcards.scheduling.days import Moment
    from ptcards.scheduling.events import Event
    from ptcards.scheduling.replay import Step
    from ptcards.store.database import Database
    from ptcards.store.values import Choice, Finding, KindSize, Merged, Past, Recorded, Undone


class Log:
    """What happened; `Store.log`."""

    def __init__(self, database: Database, device: str, entropy: Callable[[], int]) -> None:
        self._database, self._device, self._entropy = database, device, entropy

    def record(
        self, events: Sequence[Event], *, expected_head: str | None = None, code: str | None = None
    ) -> Recorded:
        """Write one action in one transaction: events, schedules, totals and answer; drop the draft.

        The events have empty ids: they get theirs here, after all that is in the log. `expected_head` is
        the head of the first event's card as it was shown; StaleAnswerError where the card has moved on.
        """
        from ptcards.store.answering import record

        with self._database.writing() as connection:
            return record(connection, self._device, self._entropy, events, expected_head, code)

    def undo(self, moment: Moment, day: int, *, action: str | None = None) -> Undone | None:
        """Take back this device's newest action in force; None where there is none.

        `action` is the one that was shown to the user: StaleAnswerError where it is no longer the newest.
        """
        from ptcards.store.undoing import undo

        with self._database.writing() as connection:
            return undo(connection, self._device, self._entropy, moment, day, action)

    def redo(self, moment: Moment, day: int) -> Undone | None:
        """Take back this device's newest undo, where no action came after it; None where there is none."""
        from ptcards.store.undoing import redo

        with self._database.writing() as connection:
            return redo(connection, self._device, self._entropy, moment, day)

    def peek_undo(self) -> tuple[Event, ...]:
        """The events that `undo` would take back; empty where there are none."""
        from ptcards.store.undoing import newest_action

        with self._database.reading() as connection:
            return newest_action(connection, self._device)

    def merge(self, incoming: Iterable[tuple[Event, str | None]]) -> Merged:
        """Take in another log: the union of both, all of it or nothing.

        DamagedLogError where an id is known with other facts; its `position` counts `incoming` from 0.
        """
        from ptcards.store.merging import merge

        return merge(self._database, incoming)

    def history(self, key: str) -> tuple[Past, ...]:
        """Everything that happened to a card, oldest first, under whatever key it had then."""
        from ptcards.store.log import history

        with self._database.reading() as connection:
            return history(connection, key)

    def answered(self, since: int) -> dict[str, set[int]]:
        """The grades in force that cards were given from a study day on, by key, earlier keys included."""
        from ptcards.store.log import answered

        with self._database.reading() as connection:
            return answered(connection, since)

    def disputed(self) -> Mapping[str, tuple[Past, ...]]:
        """By root key, the answers in force whose learner said that the card was wrong, newest first."""
        from ptcards.store.log import disputed

        with self._database.reading() as connection:
            return disputed(connection)

    def events(self, choice: Choice | None = None) -> Iterator[tuple[Event, str | None]]:
        """The log with the answers, in the order of ids, read in pieces; a snapshot of one moment."""
        from ptcards.store.log import events

        return events(self._database, choice)

    def pasts(self, choice: Choice | None = None) -> Iterator[tuple[str, Step, str | None]]:
        """What events did, with the answers: card by card, each with the key its history is kept under."""
        from ptcards.store.log import pasts

        return pasts(self._database, choice)

    def newest_at(self) -> int | None:
        """The UTC milliseconds of the newest event's id; None where the log is empty."""
        from ptcards.scheduling.ids import milliseconds_of
        from ptcards.store.rows import newest_id

        with self._database.reading() as connection:
            newest = newest_id(connection)
        return milliseconds_of(newest) if newest else None

    def check(self) -> tuple[Finding, ...]:
        """SQLite's own integrity, and everything that differs from the replay of the log."""
        from ptcards.store.checking import check

        with self._database.reading() as connection:
            return check(connection)

    def repair(self) -> tuple[Finding, ...]:
        """Rebuild schedules, totals and counts from the log, after a backup; says what differed."""
        from ptcards.store.checking import repair

        return repair(self._database)

    def sizes(self) -> tuple[KindSize, ...]:
        """What the log holds, by kind."""
        from ptcards.store.checking import sizes

        with self._database.reading() as connection:
            return sizes(connection)
