"""Decks between their files and the database: taken in, registered, noticed when they change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from ptcards import paths
from ptcards.deck.content import (
    card_from_data,
    card_to_data,
    code_hash,
    deck_from_data,
    deck_to_data,
    json_and_hash,
)
from ptcards.errors import DeckError, Problem, UsageError
from ptcards.store.arriving import Arriving
from ptcards.store.backups import Tell, tell_nobody
from ptcards.store.values import CardContent, DeckContent
from ptcards.study.progress import part_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ptcards.deck.card import Card, Deck
    from ptcards.scheduling.days import Moment
    from ptcards.store.store import Store
    from ptcards.store.values import DeckChange, StoredDeck
    from ptcards.study.progress import Progress

_REMOVED = "built-in deck removed"
_RENAMED = "deck {} renamed"


@dataclass(frozen=True, slots=True)
class Present:
    """The moment of a use case, and the study day it belongs to."""

    moment: Moment
    day: int


def is_built_in(stored: StoredDeck) -> bool:
    """Whether its code is the product's own: registered by the file that came with the program."""
    return stored.path == str(paths.built_in_deck())


def stamp_of(path: Path) -> str:
    """Changes when the file or one of its translations does; "" where it is gone."""
    from ptcards.deck.translation import translations_of

    try:
        return " ".join(
            f"{one.stat().st_mtime_ns}:{one.stat().st_size}" for one in (path, *translations_of(path))
        )
    except OSError:
        return ""


def read_file(path: Path, progress: Progress = lambda done, total: None) -> tuple[Deck, DeckContent]:
    """A YAML deck and its translations, ready for the store; DeckError with everything wrong with them."""
    from ptcards.deck.reading import read_deck
    from ptcards.deck.translation import read_translation, translation_to_data, translations_of

    path = path.absolute()
    stamp = stamp_of(path)
    deck = read_deck(path, progress)
    translations = [read_translation(one) for one in translations_of(path)]
    data = deck_to_data(deck, with_cards=False)
    if translations:
        data["translations"] = {one.language: translation_to_data(one) for one in translations}
    return deck, deck_content(deck, data, path=str(path), stamp=stamp)


def deck_content(
    deck: Deck,
    data: Mapping[str, Any],
    *,
    path: str | None,
    stamp: str,
    cards: Arriving | None = None,
) -> DeckContent:
    """What the store keeps of a deck; `data` is the deck without its cards.

    `cards` hold all its cards where the deck itself has no more than those of which something is run.
    """
    text, content_hash = json_and_hash(data)
    return DeckContent(
        slug=deck.slug,
        title=deck.title or deck.slug,
        about=deck.about,
        language=deck.language,
        content=text,
        content_hash=content_hash,
        code_hash=code_hash(deck),
        cards=tuple(map(card_content, deck.cards)) if cards is None else cards,
        path=path,
        stamp=stamp,
    )


def card_content(card: Card) -> CardContent:
    """What the store keeps of a card."""
    text, content_hash = json_and_hash(card_to_data(card))
    requires = orjson.dumps(dict(card.requires)).decode() if card.requires else None
    return CardContent(card.id, text, content_hash, card.was, card.tags, requires)


def deck_of(stored: StoredDeck) -> Deck:
    """The deck without its cards, from its last good version."""
    return deck_from_data(orjson.loads(stored.content), cards=())


def whole_deck(store: Store, stored: StoredDeck) -> Deck:
    """The deck with its cards, from its last good version."""
    cards = tuple(card_from_data(orjson.loads(card.content)) for card in store.library.cards([stored.slug]))
    return replace(deck_of(stored), cards=cards)


def register_built_in(store: Store, now: Present) -> None:
    """Have the built-in deck in the database, from where this program keeps it, unless it was removed."""
    path = paths.built_in_deck()
    slug = path.stem
    stored = store.library.deck(slug)
    if stored is None:
        if store.library.note(_REMOVED) is None and renamed_to(store, slug) is None:
            store.library.save([read_file(path)[1]], now.moment, now.day)
    elif stored.path != str(path) and _was_built_in(stored):
        # The program moved (another environment, another version): the deck moves with it.
        store.library.save([read_file(path)[1]], now.moment, now.day)


def _was_built_in(stored: StoredDeck) -> bool:
    return (
        stored.path is not None
        and Path(stored.path).name == paths.built_in_deck().name
        and not Path(stored.path).exists()
    )


def forget_built_in(store: Store, slug: str) -> None:
    """Remember that the user removed the built-in deck, so that it does not come back by itself."""
    if slug == paths.built_in_deck().stem:
        store.library.save_note(_REMOVED, "yes")


def note_rename(store: Store, old: str, new: str) -> None:
    """Remember what the user calls a deck now, for when a file comes with its old name."""
    store.library.save_note(_RENAMED.format(old), new)
    store.library.save_note(_RENAMED.format(new), None)


def renamed_to(store: Store, slug: str) -> str | None:
    """The deck that was called `slug` until the user renamed it; None where there is none."""
    now = store.library.note(_RENAMED.format(slug))
    while now is not None and store.library.deck(now) is None:
        now = store.library.note(_RENAMED.format(now))
    return now


def refuse_renamed(store: Store, content: DeckContent) -> None:
    """UsageError for a deck whose cards are here under the name that the user gave it."""
    slug, cards = content.slug, content.cards
    now = renamed_to(store, slug) if store.library.deck(slug) is None else None
    if now is None:
        return
    keys = [f"{slug}/{key.partition('/')[2]}" for key in store.library.keys(now)]
    there = (
        cards.hashes(keys).keys() if isinstance(cards, Arriving) else {f"{slug}/{card.id}" for card in cards}
    )
    if not there.isdisjoint(keys):
        name = f"name it with --deck {now}" if content.path is None else f"write `deck: {now}` in it"
        raise UsageError(
            f"this is deck {slug!r}, which you renamed to {now!r}: {name}, "
            f"or give the deck its old name back: ptcards decks rename {now} {slug}"
        )


def refresh(store: Store, now: Present, tell: Tell = tell_nobody, *, again: bool = False) -> tuple[str, ...]:
    """Take in registered files that changed; what cannot be used is told, its last good version stays.

    With `again`, what was told of a file before is told once more. `tell` is told in words how far it is, and
    may raise: the file in hand is left as it was then.
    """
    notices = []
    for stored in store.library.decks():
        if stored.path is None or stored.disabled:
            continue
        stamp = stamp_of(Path(stored.path))
        if again and stored.trouble:
            notices += _refresh_one(store, replace(stored, trouble=""), stamp, now, tell)
        elif stamp != stored.stamp or stored.trouble == "vanished":
            notices += _refresh_one(store, stored, stamp, now, tell)
    return tuple(notices)


def _refresh_one(store: Store, stored: StoredDeck, stamp: str, now: Present, tell: Tell) -> list[str]:
    path = Path(stored.path or "")

    def progress(done: int, total: int) -> None:
        tell(f"reading {path.name} {100 * done // total} %")

    if not stamp:
        if stored.trouble == "vanished":
            return []
        store.library.set_deck(stored.slug, trouble="vanished")
        return [f"{path} is gone; {stored.slug} stays. Put it back, or: ptcards decks remove {stored.slug}"]
    try:
        deck, content = read_file(path, part_of(progress, 0, 2))
        if deck.slug != stored.slug:
            raise DeckError(
                (
                    Problem(
                        path,
                        1,
                        "",
                        "slug",
                        f"the deck is called {deck.slug!r} now; it was {stored.slug!r}: "
                        f"to rename it: ptcards decks rename {stored.slug} {deck.slug}",
                    ),
                )
            )
    except DeckError as error:
        store.library.set_deck(stored.slug, trouble="broken", stamp=stamp)
        count = len(error.problems)
        more = f" (and {count - 1} more; ptcards check {path} lists them)" if count > 1 else ""
        return [f"{error.problems[0]}{more}. The last good version of {stored.slug} stays in use."]
    saving = part_of(progress, 1, 2)
    (change,) = store.library.save([content], now.moment, now.day, progress=saving)
    return [_describe(change)] if change.new or change.changed or change.removed or change.renamed else []


def _describe(change: DeckChange) -> str:
    counts = (("new", change.new), ("changed", change.changed), ("removed", change.removed))
    told = [f"{count} {word}" for word, count in counts if count]
    told += [f"{len(change.renamed)} renamed"] if change.renamed else []
    return f"{change.deck} was changed: {', '.join(told)}"


def files_of(chosen: Sequence[Path]) -> list[Path]:
    """The deck files that paths mean: folders are looked through, translations come along by themselves.

    UsageError where one is not there.
    """
    files: list[Path] = []
    for path in chosen:
        if path.is_dir():
            files += sorted(_inside(path))
        elif path.exists():
            files.append(path)
        else:
            dead = " (a link to nothing)" if path.is_symlink() else ""
            raise UsageError(f"{path}: there is no such file{dead}")
    from ptcards.deck.translation import is_translation

    return [path for path in files if not is_translation(path)]


def _inside(folder: Path) -> list[Path]:
    root = folder.resolve()
    found = [path for pattern in ("*.yaml", "*.yml") for path in folder.rglob(pattern)]
    return [path for path in found if path.is_file() and path.resolve().is_relative_to(root)]
