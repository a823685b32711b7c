"""What a reader of another format hands over, and the ids that it makes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from ptcards.text import SLUG

if TYPE_CHECKING:
    from ptcards.deck.card import Deck
    from ptcards.store.arriving import Arriving

_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)).ljust(256)
"""What each byte of an ASCII text is in words of small letters: itself, or the space between two."""
_LONGEST_WORDS = 40
MOST_DECKS = 10_000
"""Of one file: each is written for itself."""
LONGEST_NOTE_ID = 56
"""Of the id that a note's cards share: what tells them apart comes after it."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One deck of a file that is to be brought in."""

    deck: Deck
    """All that is said of the deck, with those of its cards alone of which something is run."""
    cards: Arriving
    """Where all its cards are, and what happened to them elsewhere."""
    notes: tuple[str, ...] = ()
    """What was left out, and what else is worth telling."""


@lru_cache(maxsize=256)
def slug_of(name: str) -> str:
    """A deck's slug from a name in any script: `Python::Torch basics` is `python.torch-basics`."""
    if SLUG.fullmatch(name):
        return name
    slug = ".".join(words for part in name.split("::") if (words := _words(part)))
    if slug and name.isascii() and len(slug) <= _LONGEST_WORDS:
        return slug
    return f"{slug[:_LONGEST_WORDS].strip('-.')}-{_digest(name, 4)}" if slug else f"deck-{_digest(name, 4)}"


def id_of_guid(guid: str, deck: str) -> str:
    """A card's id from the guid of its note: itself where it is one of ours, else a fingerprint of it."""
    own = guid.removeprefix(f"{deck}/")
    return own if SLUG.fullmatch(own) else f"g-{_digest(guid, 8)}"


def id_of_text(text: str) -> str:
    """A card's id from its first field: its first words, and a fingerprint of it all."""
    words = _words(text[:80])[:_LONGEST_WORDS].strip("-")
    digest = _digest(text.strip(), 5)
    return f"{words}-{digest}" if words else f"c-{digest}"


def _words(text: str) -> str:
    return b"-".join(_ascii(text).translate(_WORDS).split()).decode()


def _ascii(text: str) -> bytes:
    return (text if text.isascii() else unicodedata.normalize("NFKD", text)).encode("ascii", "ignore")


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
