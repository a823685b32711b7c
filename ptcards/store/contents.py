"""What can be asked: decks and cards, and what is kept for them; `Store.library`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from ptcards.scheduling.days import Moment
    from ptcards.scheduling.events import Event
    from ptcards.scheduling.sm2 import Schedule
    from ptcards.store.arriving import Arriving
    from ptcards.store.database import Database
    from ptcards.store.notes import Trust
    from ptcards.store.values import DeckChange, DeckContent, Merged, StoredCard, StoredDeck


class Library:
    """Decks and cards; `Store.library`."""

    def __init__(self, database: Database, device: str, entropy: Callable[[], int]) -> None:
        self._database, self._device, self._entropy = database, device, entropy

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

    def save(
        self,
        decks: Sequence[DeckContent],
        moment: Moment,
        day: int,
        *,
        keep_absent: bool = False,
        dry_run: bool = False,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> tuple[DeckChange, ...]:
        """Save decks, all of them or nothing; saving them again changes nothing.

        A card that `was` another takes over its history. Cards the deck no longer has become orphans, unless
        `keep_absent`. With `dry_run` only says what it would do. UsageError: two cards want one history.
        `progress` is told now and then how much is done of how much, never that all is; what it raises
        stops the saving, and nothing is kept.
        """
        from ptcards.store.arriving import arrived
        from ptcards.store.renaming import Signature
        from ptcards.store.saving import save_decks

        signature = Signature(self._device, self._entropy, moment, day)
        with (
            arrived(self._database, decks) as ready,
            self._database.core(write=True, keep=not dry_run) as core,
        ):
            return save_decks(core, signature, ready, keep_absent=keep_absent, progress=progress)

    def arriving(self) -> AbstractContextManager[Arriving]:
        """A place on disk for the cards of decks that are to be saved: more than memory should hold."""
        from ptcards.store.arriving import arriving

        return arriving(self._database)

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

        `progress` is told how far the saving is, as in `save`.
        """
        from ptcards.store.arriving import arrived
        from ptcards.store.merging import merge
        from ptcards.store.renaming import Signature
        from ptcards.store.saving import save_decks

        changes: list[DeckChange] = []
        core = self._database.alchemy()
        signature = Signature(self._device, self._entropy, moment, day)
        with arrived(self._database, decks) as ready:

            def save() -> None:
                changes.extend(save_decks(core, signature, ready, keep_absent=keep_absent, progress=progress))

            merged = merge(self._database, ((event, None) for event in events), save, keep=not dry_run)
        return tuple(changes), merged

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
            return rename_deck(core, Signature(self._device, self._entropy, moment, day), slug, new)

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
