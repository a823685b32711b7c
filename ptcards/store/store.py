"""The one door to the database. Importing it loads sqlite3 alone; SQLAlchemy comes when it is needed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from ptcards.scheduling.queue import ALL, Limits, Selection, Today
from ptcards.store.contents import Library
from ptcards.store.logbook import Log

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ptcards.scheduling.days import Moment
    from ptcards.statistics.sums import Sums as Statistics
    from ptcards.store.backups import Tell
    from ptcards.store.database import Database
    from ptcards.store.glance import Glance
    from ptcards.store.values import Pick


def random_bits() -> int:
    """Entropy for one event id."""
    return int.from_bytes(os.urandom(10))


class Store:
    """An open database. Safe to call from several threads; several processes may have one open at once.

    `log` is what happened, `library` what can be asked, `queue` today's cards, `sums` the statistics.
    Every method may raise StoreError, with a sentence for the user: locked, full, read-only, damaged.
    """

    def __init__(self, database: Database, device: str, entropy: Callable[[], int]) -> None:
        self._database = database
        self.device = device
        """This database's id: what its events are signed with."""
        self.log = Log(database, device, entropy)
        self.library = Library(database, device, entropy)
        self.queue = Queue(database)
        self.sums = Sums(database)

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


class Queue:
    """The day's cards; `Store.queue`."""

    def __init__(self, database: Database) -> None:
        self._database = database

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

    def today(self, day: int, limits: Limits, selection: Selection = ALL) -> Today:
        """What `day` still offers, by deck, and what is held back."""
        from ptcards.store.glance import today

        with self._database.reading() as connection:
            return today(connection, day, limits, selection)

    def home(self, day: int, limits: Limits, selection: Selection = ALL) -> Glance:
        """What the home screen shows."""
        from ptcards.store.glance import look

        with self._database.reading() as connection:
            return look(connection, day, limits, selection)


class Sums:
    """The statistics' questions; `Store.sums`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, today: int, since: int, deck: str | None = None, tag: str | None = None) -> Statistics:
        """What the statistics are made from: of everything, of one deck, of the cards with one tag."""
        from ptcards.store.sums import read_sums

        with self._database.reading() as connection:
            return read_sums(connection, today, since, deck, tag)
