"""What goes into the store and what comes out of it: frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ptcards.scheduling.events import Event
    from ptcards.scheduling.queue import Part
    from ptcards.scheduling.replay import Role
    from ptcards.scheduling.sm2 import Schedule
    from ptcards.store.arriving import Arriving
    from ptcards.store.notes import Trust


@dataclass(frozen=True, slots=True)
class CardContent:
    """One card of a deck that is to be saved."""

    id: str
    content: str
    """The card as JSON."""
    content_hash: str
    was: tuple[str, ...] = ()
    """Earlier ids in this deck, or whole keys `deck/card`."""
    tags: tuple[str, ...] = ()
    requires: str | None = None
    """The card's own requirements as JSON; None where it has none."""


@dataclass(frozen=True, slots=True)
class DeckContent:
    """A deck that is to be saved, its cards in their order."""

    slug: str
    title: str
    content: str
    """The deck without its cards, as JSON: requirements, preamble, source and the rest."""
    content_hash: str
    code_hash: str
    cards: tuple[CardContent, ...] | Arriving
    about: str = ""
    language: str = "en"
    path: str | None = None
    """The YAML file it is registered by; None for decks that have no file."""
    stamp: str = ""
    """Anything that changes when the file does: its time and size, say."""
    agreed: Trust | None = None
    """What the learner agreed to with it; None leaves what was agreed to before."""


@dataclass(frozen=True, slots=True)
class DeckChange:
    """What saving a deck did, or would do, to how many cards."""

    deck: str
    new: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Old key to new; a renamed card counts as changed or same, not as new."""
    returned: int = 0
    """New ones that had been here before: their history is theirs again."""


@dataclass(frozen=True, slots=True)
class StoredDeck:
    """A deck as the database holds it: its last good version."""

    slug: str
    title: str
    about: str
    language: str
    path: str | None
    content: str
    content_hash: str
    code_hash: str
    stamp: str
    cards: int
    disabled: bool
    trouble: str
    """What was wrong with the file when it was last looked at: "", else `broken` or `vanished`."""

    @property
    def state(self) -> str:
        """`current`, `broken`, `vanished` or `disabled`."""
        return "disabled" if self.disabled else self.trouble or "current"


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card as the database holds it, with where it stands."""

    key: str
    deck: str
    place: int
    content: str
    content_hash: str
    tags: tuple[str, ...]
    present: bool
    """False for an orphan, whose deck no longer has it."""
    root: str
    """The key that its history is kept under: its own, unless it was renamed elsewhere."""
    schedule: Schedule


class Pick(NamedTuple):
    """The next card of the queue."""

    key: str
    deck: str
    part: Part
    content: str
    schedule: Schedule


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the events as they stand in the log, and the first one's card before and after."""

    events: tuple[Event, ...]
    before: Schedule
    after: Schedule
    role: Role


@dataclass(frozen=True, slots=True)
class RoleChange:
    """An answer that counts differently since something before it changed."""

    event: Event
    before: Role
    after: Role


@dataclass(frozen=True, slots=True)
class Undone:
    """An action that was taken back, or brought back."""

    events: tuple[Event, ...]
    """The action's events, as they were recorded."""
    undo: Event
    """The `undone` or `redone` event."""
    changes: tuple[RoleChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """One event of a card's history, with what replay makes of it."""

    event: Event
    in_force: bool
    role: Role
    before: Schedule
    after: Schedule
    code: str | None = None
    """The learner's answer, where one was kept."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events of the log are asked for; the default is all.

    Undos name no card: they are chosen by their day alone.
    """

    decks: frozenset[str] | None = None
    """Slugs: what happened to their cards, under whatever key; with no `tag` to those that are gone, too."""
    tag: str | None = None
    """What happened to the cards present that carry it."""
    since: int | None = None
    """The first study day."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge brought in."""

    read: int
    new: int
    answers: int
    """Answers whose code was filled in."""
    cards: tuple[str, ...]
    """Keys of cards whose schedule is now another, sorted."""
    changes: tuple[RoleChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the database that is not what the log says."""

    what: str
    """`schedule`, `totals`, `standings`, `integrity`, `card` or `deck`."""
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the database."""

    path: Path
    made: str
    """When, as ISO local time of the copying machine."""
    schema: str
    events: int
    decks: int


@dataclass(frozen=True, slots=True)
class KindSize:
    """What the log holds of one kind."""

    kind: str
    events: int
    answers: int
    answer_bytes: int
