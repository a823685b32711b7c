"""What a reader of another format hands over, and the ids that it makes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from ptcards.deck.fields import SLUG

if TYPE_CHECKING:
    from ptcards.deck.card import Deck
    from ptcards.scheduling.events import Event

Progress = Callable[[int, int], None]
"""Is told how much is done, of how much."""
_NO_WORD = re.compile(r"[^a-z0-9]+")
_LONGEST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Incoming:
    """One deck of a file that is to be brought in."""

    deck: Deck
    notes: tuple[str, ...] = ()
    """What was left out, and what else is worth telling."""
    progress: tuple[Event, ...] = ()
    """Schedules and reviews made elsewhere, ready for the log."""


def slug_of(name: str) -> str:
    """A deck's slug from a name in any script: `Python::Torch basics` is `python.torch-basics`."""
    if SLUG.fullmatch(name):
        return name
    slug = ".".join(words for part in name.split("::") if (words := _words(part)))
    plain = _ascii(name)
    if slug and plain == name and len(slug) <= _LONGEST_WORDS:
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
    return _NO_WORD.sub("-", _ascii(text).lower()).strip("-")


def _ascii(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=size).hexdigest()
