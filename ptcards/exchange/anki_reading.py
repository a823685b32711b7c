"""Anki's packages as decks of `recall` cards, with schedules and reviews where they are wanted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ptcards.deck.card import Accepts, Card, Deck, key_of
from ptcards.deck.keys import MOST_TEXT
from ptcards.errors import ExchangeError
from ptcards.exchange.anki_notetypes import Collection, NoteType, read_collection
from ptcards.exchange.anki_packages import open_package
from ptcards.exchange.anki_progress import read_progress
from ptcards.exchange.anki_templates import sides
from ptcards.exchange.incoming import LONGEST_NOTE_ID, MOST_DECKS, Incoming, id_of_guid, slug_of
from ptcards.exchange.markup import count_media, to_markdown
from ptcards.study.library import card_content

if TYPE_CHECKING:
    from pathlib import Path

    from ptcards.store.arriving import Arriving
    from ptcards.store.values import CardContent
    from ptcards.study.progress import Progress

MOST_CARDS = 1_000_000
_MOST_ALL_TEXT = 256 * 2**20
_NOTES = (
    "SELECT n.guid, n.mid, n.tags, n.flds, c.id, c.ord, c.did, c.odid, c.flags, c.queue "
    "FROM notes n JOIN cards c ON c.nid = n.id ORDER BY c.due, c.id"
)
_PIECE = 100
"""So many cards are handed over at once."""
_FLAG = 0b111
_BURIED = (-2, -3)
_NEVER_TAKEN = "deck options, styling and media files were left out"
_EMPTY_BACK = "(the back is empty)"


@dataclass(slots=True)
class _Gathered:
    cards: Arriving
    with_keys: bool
    waiting: dict[str, dict[str, CardContent]] = field(default_factory=dict)
    """Cards that are to be handed over, by deck and id."""
    titles: dict[str, str] = field(default_factory=dict)
    keys: dict[int, str] = field(default_factory=dict)
    """Our keys by the ids of Anki's cards, where they are wanted."""
    told: Counter[str] = field(default_factory=Counter)
    size: int = 0

    def hand_over(self) -> None:
        for slug, cards in self.waiting.items():
            self.cards.add(slug, cards.values())
        self.waiting.clear()


def read_package(
    path: Path,
    cards: Arriving,
    deck: str | None = None,
    progress: Progress = lambda done, total: None,
    *,
    with_progress: bool = False,
) -> list[Incoming]:
    """The decks of a package, their cards put into `cards`; `deck` names the one that all of them go to.

    ExchangeError where it cannot be read; then nothing is taken.
    """
    gathered = _Gathered(cards, with_progress)
    with open_package(path) as connection:
        collection = read_collection(connection)
        total = sum(1 for _ in connection.execute("SELECT id FROM cards"))
        for count, row in enumerate(connection.execute(_NOTES)):
            if count % _PIECE == 0:
                progress(min(count, total), total)
                gathered.hand_over()
            if count >= MOST_CARDS or gathered.size > _MOST_ALL_TEXT or len(gathered.titles) > MOST_DECKS:
                raise ExchangeError("it holds more than this program takes in at once: export single decks")
            _take(gathered, collection, row, deck)
        gathered.hand_over()
        if not gathered.titles:
            raise ExchangeError("there is no card in it")
        told = {"schedules and reviews were left out: --with-progress brings them in": 0}
        if with_progress:
            told = read_progress(connection, collection, gathered.keys, cards)
    notes = [f"{words}: {count:,}" for words, count in gathered.told.items()]
    notes += [f"{words}: {count:,}" if count else words for words, count in told.items()]
    notes.append(_NEVER_TAKEN)
    return [
        Incoming(Deck(slug, (), title=title), cards, tuple(notes) if not place else ())
        for place, (slug, title) in enumerate(gathered.titles.items())
    ]


def _take(gathered: _Gathered, collection: Collection, row: tuple[Any, ...], deck: str | None) -> None:
    guid, model, tags, fields, number, place, deck_id, home, flags, queue = row
    notetype = collection.notetypes.get(model)
    if notetype is None:
        gathered.told["cards whose note type is not in the package, left out"] += 1
        return
    texts = str(fields).split("\x1f")
    if any(len(text) > MOST_TEXT for text in texts):
        gathered.told[f"cards with a field longer than {MOST_TEXT:,} characters, left out"] += 1
        return
    name = deck or collection.decks.get(home or deck_id, "Default")
    slug = slug_of(name)
    card_id = _id_of(str(guid), slug, notetype, place)
    card = _card(gathered, notetype, place, card_id, _values(notetype, texts, str(tags), name))
    if card is None:
        return
    if type(flags) is int and flags & _FLAG:
        gathered.told["cards with a coloured flag, which was left out"] += 1
    if queue in _BURIED:
        gathered.told["cards that are buried in Anki and are not here"] += 1
    gathered.size += len(card.question) + len(card.solution)
    gathered.waiting.setdefault(slug, {})[card_id] = card_content(card)
    gathered.titles.setdefault(slug, name)
    if gathered.with_keys:
        gathered.keys[number] = key_of(slug, card_id)


def _id_of(guid: str, slug: str, notetype: NoteType, place: int) -> str:
    """The note's id; its cards after the first, and those of clozes, say which they are."""
    own = id_of_guid(guid, slug)[:LONGEST_NOTE_ID]
    if notetype.cloze:
        return f"{own}-c{place + 1}"
    return own if place == 0 else f"{own}-{place + 1}"


def _values(notetype: NoteType, texts: list[str], tags: str, deck: str) -> dict[str, str]:
    values = {
        "Tags": tags.strip(),
        "Deck": deck,
        "Subdeck": deck.rpartition("::")[2],
        "Type": notetype.name,
        "Card": "",
        "CardFlag": "",
    }
    return {**values, **dict(zip(notetype.fields, texts, strict=False))}


def _card(
    gathered: _Gathered, notetype: NoteType, place: int, card_id: str, values: dict[str, str]
) -> Card | None:
    template = notetype.templates.get(0 if notetype.cloze else place)
    if template is None:
        gathered.told["cards without a template, left out"] += 1
        return None
    front, back, hints = sides(notetype, template, place, values)
    question, solution = to_markdown(front), to_markdown(back)
    if not question:
        gathered.told["cards with an empty front, left out"] += 1
        return None
    if not solution:
        gathered.told["cards with an empty back"] += 1
    if media := count_media(front) + count_media(back):
        gathered.told["pictures and sounds, named but not shown"] += media
    return Card(
        id=card_id,
        question=question,
        solution=solution or _EMPTY_BACK,
        accepts=Accepts.RECALL,
        hints=tuple(text for hint in hints if (text := to_markdown(hint))),
        tags=tuple(dict.fromkeys(values["Tags"].split())),
    )
