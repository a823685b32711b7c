"""The part of the store that holds content: decks and cards, and what happened to a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from ptcards.scheduling.days import Moment
    from ptcards.scheduling.sm2 import Schedule
    from ptcards.store.arriving import Arriving
    from ptcards.store.database import Database
    from ptcards.store.values import DeckChange, DeckContent, Past, StoredCard, StoredDeck


class Contents:
    """Decks in, cards and their past out; see `Store`."""

    def __init__(self, database: Database, device: str, entropy: Callable[[], int]) -> None:
        self._database = database
        self._entropy = entropy
        self.device = device
        """This database's id: what its events are signed with."""

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

    def cards(self, decks: Iterable[str] | None = None, *, orphans: bool = False) -> Iterator[StoredCard]:
        """The cards present, by deck and place; with `orphans`, those alone that no deck has any more.

        Read in pieces, each deck that is named in a snapshot of its own, all of them in one.
        """
        from ptcards.store.cards import cards

        return cards(self._database, None if decks is None else frozenset(decks), orphans=orphans)

    def keys(self, deck: str | None = None) -> tuple[str, ...]:
        """The keys of the cards present, by deck and place; for "did you mean" and completion."""
        from ptcards.store.cards import keys

        with self._database.core() as core:
            return keys(core, deck)

    def tagged(self, tag: str) -> frozenset[str]:
        """The keys of the cards present that carry `tag`."""
        from ptcards.store.cards import tagged

        with self._database.core() as core:
            return tagged(core, tag)

    def tags(self) -> dict[str, int]:
        """Every tag, with how many cards present carry it."""
        from ptcards.store.cards import tags

        with self._database.core() as core:
            return tags(core)

    def requirements(self) -> dict[str, str]:
        """By key, the requirements (JSON) of the cards present that have their own."""
        from ptcards.store.cards import requirements

        with self._database.core() as core:
            return requirements(core)

    def decks(self) -> tuple[StoredDeck, ...]:
        """All decks, in the order of their slugs."""
        from ptcards.store.decks import decks

        with self._database.core() as core:
            return decks(core)

    def deck(self, slug: str) -> StoredDeck | None:
        from ptcards.store.decks import decks

        with self._database.core() as core:
            return next(iter(decks(core, slug)), None)

    def save_deck(
        self, deck: DeckContent, moment: Moment, day: int, *, keep_absent: bool = False, dry_run: bool = False
    ) -> DeckChange:
        """Save a deck, all of it or nothing; saving it again changes nothing.

        A card that `was` another takes over its history. Cards the deck no longer has become orphans, unless
        `keep_absent`. With `dry_run` only says what it would do. UsageError: two cards want one history.
        """
        return self.save_decks([deck], moment, day, keep_absent=keep_absent, dry_run=dry_run)[0]

    def save_decks(
        self,
        decks: Sequence[DeckContent],
        moment: Moment,
        day: int,
        *,
        keep_absent: bool = False,
        dry_run: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> tuple[DeckChange, ...]:
        """Save several decks as `save_deck` does one: all of them or none.

        `progress` is told now and then how much is done of how much, never that all is; what it raises
        stops the saving, and nothing is kept.
        """
        from ptcards.store.arriving import arrived
        from ptcards.store.renaming import Signature
        from ptcards.store.saving import save_decks

        signature = Signature(self.device, self._entropy, moment, day)
        with (
            arrived(self._database, decks) as ready,
            self._database.core(write=True, keep=not dry_run) as core,
        ):
            return save_decks(core, signature, ready, keep_absent=keep_absent, progress=progress)

    def arriving(self) -> AbstractContextManager[Arriving]:
        """A place on disk for the cards of decks that are to be saved: more than memory should hold."""
        from ptcards.store.arriving import arriving

        return arriving(self._database)

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

        changes = {"disabled": disabled, "trouble": trouble, "path": path, "stamp": stamp}
        with self._database.core(write=True) as core:
            set_deck(core, slug, changes)

    def rename_deck(self, slug: str, new: str, moment: Moment, day: int) -> int:
        """Give a deck another slug; its cards keep their history. Says how many cards it has."""
        from ptcards.store.renaming import Signature, rename_deck

        with self._database.core(write=True) as core:
            return rename_deck(core, Signature(self.device, self._entropy, moment, day), slug, new)

    def remove_deck(self, slug: str) -> tuple[str, ...]:
        """Forget a deck; its cards become orphans. Says their keys."""
        from ptcards.store.decks import remove_deck

        with self._database.core(write=True) as core:
            return remove_deck(core, slug)

    def purge(self, keys: Iterable[str] | None = None) -> tuple[str, ...]:
        """Delete orphans' content and schedule (all, or these); their events stay. Says the keys."""
        from ptcards.store.decks import purge

        with self._database.core(write=True) as core:
            return purge(core, None if keys is None else frozenset(keys))
