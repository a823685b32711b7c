"""Who is who among what comes in: decks by their titles, cards by the notes that they were made of."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from itertools import chain
from typing import Any

import orjson

from ptcards.deck.card import Card, Deck
from ptcards.deck.nodes import plain_lines
from ptcards.exchange import incoming
from ptcards.exchange.incoming import ORIGIN, digest, notetypes_of
from ptcards.scheduling.events import Event, Kind
from ptcards.scheduling.queue import Scope
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store.store import Store
from ptcards.text import SLUG

_NUMBERED = re.compile(r"-c?[0-9]+\Z")
"""How the ids end of a note's second card and of clozes: another note's guid may end so, too."""
DEVICE = "anki"
"""What happened in Anki happened on this device."""
_SETS: dict[str, str] = {Kind.RESUMED: Kind.SUSPENDED, Kind.UNMARKED: Kind.MARKED}
"""What sets again what these unset."""
_Known = tuple[str, int | str, dict[str, Any]]
"""Of a card made of a note: key, note type (its name where only a text file said it), stored data."""
_Notes = dict[tuple[str, int], list[_Known]]
_Keys = dict[str, str]
_Brought = tuple[dict[str, Any], dict[str, Any]]
"""Of a card that a package brought: its note's type, and its origin."""


class Names:
    """What decks and cards of a file are called here; without a store, as if nothing were here."""

    def __init__(
        self, store: Store | None = None, deck: str | None = None, others: Collection[str] = ()
    ) -> None:
        """`deck` is the slug or title that the user gave; `others` are no decks that were renamed here."""
        self._store = store
        every = store.library.decks() if store else ()
        self._of_files = {one.slug for one in every if one.path}
        own = [one for one in every if not one.path]
        self._titles = {one.slug: one.title for one in own}
        named = {one.title: one.slug for one in own if incoming.is_named(one.slug, one.title)}
        renamed = {one.title: one.slug for one in own if one.title not in named}
        self._renamed = {title: slug for title, slug in renamed.items() if title not in others}
        self._slugs = self._renamed | named
        if deck in self._titles:
            self._slugs[deck] = deck
        self._kinds = {one.slug: notetypes_of(one.content) for one in every}
        self._claimed: set[str] = set()
        self.was: dict[str, str] = {}
        """By the key that a card gets now the one that it has."""

    def deck(self, title: str) -> str:
        """The slug that the deck has here, or a new one of its own."""
        if title not in self._slugs:
            slug = incoming.slug_of(title)
            is_free = self._titles.setdefault(slug, title) == title
            self._slugs[title] = slug if is_free else incoming.longer_slug_of(title)
        return self._slugs[title]

    def others(self, decks: Iterable[Deck]) -> set[str]:
        """Titles of decks that have no card of the deck that was renamed here and has the same title."""
        mine = [one for one in decks if self._renamed.get(one.title) == one.slug]
        known = self._store.library.keys if self._store else lambda slug: ()
        return {one.title for one in mine if set(map(one.key, one.cards)).isdisjoint(known(one.slug))}

    @cached_property
    def _here(self) -> tuple[_Notes, _Keys, dict[str, Schedule], _Keys, dict[str, list[_Brought]]]:
        """Cards by guid and number, keys of earlier versions, schedules, old names, and packages' notes."""
        brought = defaultdict[str, list[_Brought]](list)
        notes = defaultdict[tuple[str, int], list[_Known]](list)
        plain, schedules = dict[str, str](), dict[str, Schedule]()
        every = (self._store.library.cards(orphans=gone) for gone in (False, True)) if self._store else ()
        for stored in chain.from_iterable(every):
            schedules[stored.key] = stored.schedule
            data = orjson.loads(stored.content) if f'"{ORIGIN}"' in stored.content else {}
            match data.get(ORIGIN):
                case {"guid": str(guid), "ord": int(at), "fields": list(), "notetype": int() | str() as kind}:
                    notes[guid, at].append((stored.key, kind, data))
                    if known := self._kinds.get(stored.deck, {}).get(str(kind)):
                        brought[guid].append((known, data[ORIGIN]))
                case None if stored.deck in self._titles:
                    # A fingerprint says which note it was whatever its deck is called.
                    plain |= {stored.key: stored.key, stored.key.partition("/")[2]: stored.key}
        return notes, plain, schedules, self._store.library.names() if self._store else {}, brought

    def card(self, slug: str, card: Card) -> Card:
        """A card of a note, known by guid, type and number, with the id that it has here, or its own."""
        origin = card.extras.get(ORIGIN)
        if not isinstance(origin, dict):
            self._claimed.add(f"{slug}/{card.id}")
            return card
        notes, plain, taken, renamed, _ = self._here
        guid, kind, here = origin["guid"], origin["notetype"], f"{slug}/"
        alike = notes[guid, origin["ord"]]

        def likeness(known: _Known) -> tuple[int, bool]:
            key, other, data = known
            by_name = isinstance(other, str) or isinstance(kind, str)
            is_here = key.startswith(here)
            is_free = key not in self._claimed and key.partition("/")[0] not in self._of_files
            # Guids that Anki made are nobody else's, whatever became of the note's type.
            changed = bool(data) and is_free and (is_here or not SLUG.fullmatch(guid))
            return (3 if other == kind else 2 if by_name else int(changed)) * (is_here or is_free), is_here

        best = max(alike, key=likeness, default=None)
        key, other, data = alike.pop(alike.index(best)) if best and likeness(best)[0] else ("", kind, {})
        stem = incoming.id_of_guid(guid, slug)[: incoming.LONGEST_NOTE_ID]

        def mark(*facts: object) -> str:
            text = "\0".join(map(str, facts))
            return f"g-{digest(text, 8)}{card.id[len(stem) :]}"

        if not key and plain:
            found = [plain.get(f"{here}{card.id}"), plain.get(card.id) if card.id == mark(guid) else None]
            key = next((one for one in found if one and one not in self._claimed), "")
        is_sure = len(guid) <= incoming.LONGEST_NOTE_ID and not _NUMBERED.search(stem)
        is_other = any(known[0].startswith(here) for known in alike)
        own = key.partition("/")[2] or (mark(guid, kind) if is_other else card.id if is_sure else mark(guid))
        if not key.startswith(here):
            for facts in ((), (guid, kind), (guid, kind, slug)):
                own = mark(*facts) if facts else own
                at = f"{here}{own}"
                # An old name of the note's own card in a deck file says that the deck was renamed.
                mine = {key, *(known[0] for known in alike)}
                if at not in taken and at not in self._claimed and renamed.get(at, key) in mine:
                    break
            if key:
                self.was[f"{here}{own}"] = key
        alike.append((f"{here}{own}", kind if isinstance(kind, int) else other, data))
        self._claimed |= {key, f"{here}{own}"}
        return card._replace(id=own)

    def note(self, guid: str, kind: str) -> list[_Brought]:
        """Of a note that a package brought, and of one whose type is called `kind` if there are several."""
        found = self._here[4][guid]
        return [one for one in found if one[0]["name"] == kind] or found

    def recognize(self, slug: str, cards: Iterable[Card]) -> None:
        """Of cards without a note: one that is new and says what one says that the file lacks, was that."""
        # So is what asks the same, where one such card came and one is lacking: rows may get a guid or a
        # better answer, or another row may ask the same, and no history is lost.
        known = {key.partition("/")[2] for key in self._store.library.keys(slug)} if self._store else set()
        ids = {card.id: card for card in cards if ORIGIN not in card.extras} if known else {}
        if not (self._store and ids.keys() - known and known - ids.keys()):
            return
        gone = dict[tuple[str, str], str]()
        for stored in self._store.library.cards([slug]):
            data = orjson.loads(stored.content)
            if data["id"] not in ids and ORIGIN not in data:
                gone[plain_lines(data["question"]), plain_lines(data["solution"])] = stored.key
        came, left = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for new in ids.keys() - known:
            if old := gone.pop((ids[new].question, ids[new].solution), ""):
                self.was[f"{slug}/{new}"] = old
            else:
                came[ids[new].question].append(f"{slug}/{new}")
        for (question, _), old in gone.items():
            left[question].append(old)
        pairs = ((keys, left[question]) for question, keys in came.items())
        self.was |= {new[0]: old[0] for new, old in pairs if len(new) == len(old) == 1}

    @cached_property
    def _past(self) -> dict[str, dict[int | str, Event]]:
        """Of the cards so far: answers by their milliseconds, of other kinds the newest event from Anki."""
        found = defaultdict[str, dict[int | str, Event]](dict)
        decks = {key.partition("/")[0] for key in self._claimed}
        for key, (event, *_) in self._store.log.pasts(Scope(tuple(decks))) if self._store else ():
            if event.q is not None:
                found[key][event.at] = event
            elif event.device == DEVICE:
                found[key][_SETS.get(event.kind, event.kind)] = event
        return found

    def past(self, key: str) -> tuple[dict[int | str, Event], Schedule]:
        """What is known of a card, by the key that it gets now, and its schedule here."""
        old = self.was.get(key, key)
        return self._past.get(old, {}), self._here[2].get(old, NEW)
