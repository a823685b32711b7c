"""The store: the one door to the database. Importing it loads sqlite3 alone; SQLAlchemy comes when it is needed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ptcards.scheduling.days import Moment
from ptcards.scheduling.events import Event
from ptcards.scheduling.queue import ALL, Limits, Selection, Today
from ptcards.scheduling.sm2 import Schedule
from ptcards.store.database import Database

if TYPE_CHECKING:
    from ptcards.store.notes import Trust
    from ptcards.store.values import (
        DeckChange,
        DeckContent,
        Finding,
        KindSize,
        Merged,
        Past,
        Pick,
        Recorded,
        StoredCard,
        StoredDeck,
        Undone,
    )


def random_bits() -> int:
    """Entropy for one event id."""
    return int.from_bytes(os.urandom(10))


class Store:
    """An open database. Safe to call from several threads; several processes may have one open at once.

    Every method may raise StoreError, with a sentence for the user: locked, full, read-only, damaged.
    """

    def __init__(self, database: Database, device: str, entropy: Callable[[], int]) -> None:
        self._database = database
        self._entropy = entropy
        self.device = device
        """This database's id: what its events are signed with."""

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        read_only: bool = False,
        entropy: Callable[[], int] = random_bits,
        day: int | None = None,
    ) -> Self:
        """Open the database, made or brought up to date first; `day` also makes that study day's backup.

        Folder and file are the owner's alone. StoreError: a newer schema, no database (read-only), damage.
        """
        from ptcards.store.opening import open_database

        database, device = open_database(path, read_only=read_only, entropy=entropy, day=day)
        return cls(database, device, entropy)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- today ---------------------------------------------------------------------------------------------

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

    # -- answering -----------------------------------------------------------------------------------------

    def record(
        self, events: Sequence[Event], *, expected_head: str | None = None, code: str | None = None
    ) -> Recorded:
        """Write one action in one transaction: its events, the schedules, the totals, the answer; drop the draft.

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

    # -- cards ---------------------------------------------------------------------------------------------

    def card(self, key: str) -> StoredCard | None:
        """One card, present or orphaned; None for a key that is not known."""
        from ptcards.store.picking import card

        with self._database.reading() as connection:
            return card(connection, key)

    def schedule(self, key: str) -> Schedule:
        """Where a card stands; a new card's schedule for a key that is not known."""
        from ptcards.store.picking import schedule

        with self._database.reading() as connection:
            return schedule(connection, key)

    def cards(self, decks: Iterable[str] | None = None, *, orphans: bool = False) -> Iterator[StoredCard]:
        """The cards present, by deck and place; with `orphans`, those alone that no deck has any more."""
        from ptcards.store.cards import cards

        return cards(self._database, None if decks is None else frozenset(decks), orphans=orphans)

    def keys(self, deck: str | None = None) -> tuple[str, ...]:
        """The keys of the cards present, by deck and place; for "did you mean" and completion."""
        from ptcards.store.cards import keys

        return keys(self._database, deck)

    def tagged(self, tag: str) -> frozenset[str]:
        """The keys of the cards present that carry `tag`."""
        from ptcards.store.cards import tagged

        return tagged(self._database, tag)

    def tags(self) -> dict[str, int]:
        """Every tag, with how many cards present carry it."""
        from ptcards.store.cards import tags

        return tags(self._database)

    def requirements(self) -> dict[str, str]:
        """By key, the requirements (JSON) of the cards present that have their own."""
        from ptcards.store.cards import requirements

        return requirements(self._database)

    # -- decks ---------------------------------------------------------------------------------------------

    def decks(self) -> tuple[StoredDeck, ...]:
        """All decks, in the order of their slugs."""
        from ptcards.store.decks import decks

        return decks(self._database)

    def deck(self, slug: str) -> StoredDeck | None:
        from ptcards.store.decks import decks

        return next(iter(decks(self._database, slug)), None)

    def save_deck(
        self, deck: DeckContent, moment: Moment, day: int, *, keep_absent: bool = False, dry_run: bool = False
    ) -> DeckChange:
        """Save a deck, all of it or nothing; saving it again changes nothing.

        A card that `was` another takes over its history. Cards the deck no longer has become orphans, unless
        `keep_absent`. With `dry_run` only says what it would do. DeckRefusedError: an id whose history is
        another card's.
        """
        from ptcards.store.saving import save_deck

        with self._database.writing(keep=not dry_run) as connection:
            return save_deck(
                self._database, connection, self.device, self._entropy, deck, moment, day, keep_absent
            )

    def set_deck(
        self,
        slug: str,
        *,
        disabled: bool | None = None,
        trouble: str | None = None,
        path: str | None = None,
        stamp: str | None = None,
    ) -> None:
        """Change what is said of a deck; what is None stays."""
        from ptcards.store.decks import set_deck

        set_deck(self._database, slug, disabled=disabled, trouble=trouble, path=path, stamp=stamp)

    def rename_deck(self, slug: str, new: str, moment: Moment, day: int) -> int:
        """Give a deck another slug; its cards keep their history. Says how many cards it has."""
        from ptcards.store.saving import rename_deck

        with self._database.writing() as connection:
            return rename_deck(self._database, connection, self.device, self._entropy, slug, new, moment, day)

    def remove_deck(self, slug: str) -> tuple[str, ...]:
        """Forget a deck; its cards become orphans. Says their keys."""
        from ptcards.store.decks import remove_deck

        return remove_deck(self._database, slug)

    def purge(self, keys: Iterable[str] | None = None) -> tuple[str, ...]:
        """Delete orphans' content and schedule (all, or these); their events stay. Says the keys."""
        from ptcards.store.decks import purge

        return purge(self._database, None if keys is None else frozenset(keys))

    # -- the log -------------------------------------------------------------------------------------------

    def history(self, key: str) -> tuple[Past, ...]:
        """Everything that happened to a card, oldest first, under whatever key it had then."""
        from ptcards.store.log import history

        with self._database.reading() as connection:
            return history(connection, key)

    def disputed(self) -> tuple[Past, ...]:
        """Answers in force whose learner said that the card was wrong, newest first."""
        from ptcards.store.log import disputed

        with self._database.reading() as connection:
            return disputed(connection)

    def events(self) -> Iterator[tuple[Event, str | None]]:
        """The whole log with the answers, in the order of ids, read in pieces; a snapshot of one moment."""
        from ptcards.store.log import events

        return events(self._database)

    def merge(self, incoming: Iterable[tuple[Event, str | None]]) -> Merged:
        """Take in another log: the union of both, all of it or nothing.

        DamagedLogError where an id is known with other facts; its `position` counts `incoming` from 0.
        """
        from ptcards.store.merging import merge

        return merge(self._database, incoming)

    # -- small things --------------------------------------------------------------------------------------

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

    # -- care ----------------------------------------------------------------------------------------------

    def check(self) -> tuple[Finding, ...]:
        """SQLite's own integrity, and everything that differs from the replay of the log."""
        from ptcards.store.checking import check

        with self._database.reading() as connection:
            return check(connection)

    def repair(self) -> tuple[Finding, ...]:
        """Rebuild schedules and totals from the log, after a backup; says what differed."""
        from ptcards.store.checking import repair

        return repair(self._database)

    def sizes(self) -> tuple[KindSize, ...]:
        """What the log holds, by kind."""
        from ptcards.store.checking import sizes

        with self._database.reading() as connection:
            return sizes(connection)

    def back_up(self, target: Path | None = None) -> Path:
        """Copy the database, to the backups folder unless told where; says where."""
        from ptcards.store.backups import back_up

        with self._database.reading() as connection:
            return back_up(connection, self._database.path, target)
