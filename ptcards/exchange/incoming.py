"""What a reader of another format returns, and the names that it makes."""

import unicodedata
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from ptcards.deck.card import Deck
from ptcards.scheduling.events import Event
from ptcards.text import SLUG

_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)).ljust(256)
"""What each byte of an ASCII text is in words of small letters: itself, or the space between two."""
_LONGEST_WORDS = 40
MOST_DECKS = 10_000
"""Of one file."""
LONGEST_NOTE_ID = 56
"""Of the id that a note's cards share; a suffix distinguishes them."""


class Incoming(NamedTuple):
    """The decks of one file, and what happened to their cards elsewhere."""

    decks: tuple[Deck, ...]
    notes: tuple[str, ...]
    """What was left out, and what else is worth saying."""
    events: tuple[Event, ...] | None = None
    """None where nobody asked for them."""


@lru_cache(maxsize=256)
def slug_of(name: str) -> str:
    """A deck's slug from a name in any script: `Python::Torch basics` is `python.torch-basics`."""
    if SLUG.fullmatch(name):
        return name
    slug = ".".join(words for part in name.split("::") if (words := _words(part)))
    if slug and name.isascii() and len(slug) <= _LONGEST_WORDS:
        return slug
    return f"{slug[:_LONGEST_WORDS].strip('-.')}-{digest(name, 4)}" if slug else f"deck-{digest(name, 4)}"


def id_of_guid(guid: str, deck: str) -> str:
    """A card's id from the guid of its note: itself where it is one of ours, else a fingerprint of it."""
    own = guid.removeprefix(f"{deck}/")
    return own if SLUG.fullmatch(own) else f"g-{digest(guid, 8)}"


def id_of_text(text: str) -> str:
    """A card's id from its first field: its first words, and a fingerprint of it all."""
    words = _words(text[:80])[:_LONGEST_WORDS].strip("-")
    return f"{words or 'c'}-{digest(text.strip(), 5)}"


def _words(text: str) -> str:
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    return b"-".join(plain.encode("ascii", "ignore").translate(_WORDS).split()).decode()


def digest(text: str, size: int) -> str:
    """A fingerprint of so many bytes, in hex."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
