"""The one door to the database. Importing it loads sqlite3 alone; SQLAlchemy comes when it is needed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from ptcards.scheduling.queue import ALL, Limits, Selection, Today
from ptcards.store.contents import Contents
from ptcards.store.logbook import Logbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from ptcards.scheduling.days import Moment
    from ptcards.scheduling.events import Event
    from ptcards.store.backups import Tell
    from ptcards.store.glance import Glance
    from ptcards.store.notes import Trust
    from ptcards.store.statistics import Gathered
    from ptcards.store.sums import Spans
    from ptcards.store.values import (
        DeckChange,
        DeckContent,
        Finding,
        KindSize,
        Merged,
        Pick,
        Recorded,
        Undone,
    )


def random_bits() -> int:
    """Entropy for one event id."""
    return int.from_bytes(os.urandom(10))


class Store(Contents, Logbook):
    """An open database. Safe to call from several threads; several processes may have one open at once.

    Every method may raise StoreError, with a sentence for the user: locked, full, read-only, damaged.
    """

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        entropy: Callable[[], int] = random_bits,
        day: int | None = None,
        tell: Tell | None = None,
    ) -> Self:
        """Open the database, made or brought up to date first; `day` also makes that study day's backup.

        `tell` is told what takes long; what it raises stops that, and the database is as it was.
        Folder and file are the owner's alone. StoreError: a newer schema, no database (read-only), damage.
        """
        from ptcards.store.opening import open_database

        database, device = open_database(path, read_only=read_only, entropy=entropy, day=day, tell=tell)
        return cls(database, device, entropy)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def today(self, day: int, limits: Limits, selection: Selection = ALL) -> Today:
        """What `day` still offers, by deck, and what is held back."""
        from ptcards.store.glance import today

        with self._database.reading() as connection:
            return today(connection, day, limits, selection)

    def next_card(
        self,
        day: int,
        limits: Limits,
        selection: Selection = ALL,
        *,
        after: str | None = None,
        drill: bool = True,
    ) -> Pick | None:
        """The next card of the queue: due, new, then the drill (unless it was declined).

        `after` is the key of the card just answered: it is not next while any other is left.
        """
        from ptcards.store.picking import next_card

        with self._database.reading() as connection:
            return next_card(connection, day, limits, selection, after=after, drill=drill)

    def record(
        self, events: Sequence[Event], *, expected_head: str | None = None, code: str | None = None
    ) -> Recorded:
        """Write one action in one transaction: events, schedules, totals and answer; drop the draft.

        The events have empty ids: they get theirs here, after all that is in the log. `expected_head` is
        the head of the first event's card as it was shown; StaleAnswerError where the card has moved on.
        """
        from ptcards.store.answering import record

        with self._database.writing() as connection:
            return record(connection, self.device, self._entropy, events, expected_head, code)

    def undo(self, moment: Moment, day: int, *, action: str | None = None) -> Undone | None:
        """Take back this device's newest action in force; None where there is none.

        `action` is the one that was shown to the user: StaleAnswerError where it is no longer the newest.
        """
        from ptcards.store.undoing import undo

        with self._database.writing() as connection:
            return undo(connection, self.device, self._entropy, moment, day, action)

    def redo(self, moment: Moment, day: int) -> Undone | None:
        """Take back this device's newest undo, where no action came after it; None where there is none."""
        from ptcards.store.undoing import redo

        with self._database.writing() as connection:
            return redo(connection, self.device, self._entropy, moment, day)

    def peek_undo(self) -> tuple[Event, ...]:
        """The events that `undo` would take back; empty where there are none."""
        from ptcards.store.undoing import newest_action

        with self._database.reading() as connection:
            return newest_action(connection, self.device)

    def peek_redo(self) -> tuple[Event, ...]:
        """The events that `redo` would bring back; empty where there are none."""
        from ptcards.store.undoing import newest_undone

        with self._database.reading() as connection:
            return newest_undone(connection, self.device)

    def look(self, day: int, limits: Limits, selection: Selection = ALL) -> Glance:
        """What the home screen shows."""
        from ptcards.store.glance import look

        with self._database.reading() as connection:
            return look(connection, day, limits, selection)

    def statistics(self, spans: Spans, deck: str | None = None, tag: str | None = None) -> Gathered:
        """What the statistics are made from: of everything, of one deck, of the cards with one tag."""
        from ptcards.store.statistics import gather

        with self._database.reading() as connection:
            return gather(connection, spans, deck, tag)

    def merge(self, incoming: Iterable[tuple[Event, str | None]]) -> Merged:
        """Take in another log: the union of both, all of it or nothing.

        DamagedLogError where an id is known with other facts; its `position` counts `incoming` from 0.
        """
        from ptcards.store.merging import merge

        return merge(self._database, incoming)

    def bring_in(
        self,
        decks: Sequence[DeckContent],
        events: Iterable[Event],
        moment: Moment,
        day: int,
        *,
        keep_absent: bool = False,
        dry_run: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> tuple[tuple[DeckChange, ...], Merged]:
        """Save decks, and merge what happened to their cards elsewhere: all of it or nothing.

        `progress` is told how far the saving is, as in `save_decks`.
        """
        from ptcards.store.arriving import arrived
        from ptcards.store.merging import merge
        from ptcards.store.renaming import Signature
        from ptcards.store.saving import save_decks

        changes: list[DeckChange] = []
        core = self._database.alchemy()
        signature = Signature(self.device, self._entropy, moment, day)
        with arrived(self._database, decks) as ready:

            def save() -> None:
                changes.extend(save_decks(core, signature, ready, keep_absent=keep_absent, progress=progress))

            merged = merge(self._database, ((event, None) for event in events), save, keep=not dry_run)
        return tuple(changes), merged

    def draft(self, key: str) -> str | None:
        """What was typed for a card and not yet graded."""
        from ptcards.store.notes import draft

        with self._database.reading() as connection:
            return draft(connection, key)

    def save_draft(self, key: str, code: str | None) -> None:
        """Keep what is typed for a card; None forgets it."""
        from ptcards.store.notes import save_draft

        with self._database.writing() as connection:
            save_draft(connection, key, code)

    def trust(self, deck: str) -> Trust | None:
        """What the learner agreed to for a deck; None where never asked."""
        from ptcards.store.notes import trust

        with self._database.reading() as connection:
            return trust(connection, deck)

    def save_trust(self, deck: str, trust: Trust | None) -> None:
        """Keep what the learner agreed to; None takes it back."""
        from ptcards.store.notes import save_trust

        with self._database.writing() as connection:
            save_trust(connection, deck, trust)

    def note(self, name: str) -> str | None:
        """A small fact about this database, by name."""
        from ptcards.store.notes import note

        with self._database.reading() as connection:
            return note(connection, name)

    def save_note(self, name: str, text: str | None) -> None:
        from ptcards.store.notes import save_note

        with self._database.writing() as connection:
            save_note(connection, name, text)

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

    def back_up_daily(self, day: int) -> None:
        """Make the study day's backup unless it is there; a store that only reads makes none."""
        from ptcards.store.backups import back_up_daily

        with self._database.free() as connection:
            if not connection.execute("PRAGMA query_only").fetchone()[0]:
                back_up_daily(connection, self._database.path, day)

    def back_up(self, moment: Moment, target: Path | None = None) -> Path:
        """Copy the database, to the backups folder unless told where; says where."""
        from ptcards.store.backups import back_up

        with self._database.free() as connection:
            return back_up(connection, self._database.path, moment, target)
