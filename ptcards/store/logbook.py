"""The part of the store that reads the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ptcards.scheduling.events import Event
    from ptcards.scheduling.replay import Step
    from ptcards.store.database import Database
    from ptcards.store.values import Choice, Past


class Logbook:
    """What happened; see `Store`."""

    _database: Database

    def newest_at(self) -> int | None:
        """The UTC milliseconds of the newest event's id; None where the log is empty."""
        from ptcards.scheduling.ids import milliseconds_of
        from ptcards.store.rows import newest_id

        with self._database.reading() as connection:
            newest = newest_id(connection)
        return milliseconds_of(newest) if newest else None

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
