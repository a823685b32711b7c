"""Cards as the text file that Anki imports: guid, notetype, deck, two sides, tags."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

import orjson

from ptcards.deck.content import card_from_data
from ptcards.exchange.faces import LeftOut, as_asked, back, front
from ptcards.exchange.selection import Selection, chosen_cards, chosen_decks
from ptcards.text import counted

if TYPE_CHECKING:
    from ptcards.study.workspace import Workspace

_HEADERS = (
    "#separator:tab",
    "#html:true",
    "#guid column:1",
    "#notetype column:2",
    "#deck column:3",
    "#tags column:6",
)


def write_anki_text(workspace: Workspace, selection: Selection, out: BinaryIO) -> str:
    """One note a row; the guid is the card's key, so that importing it again updates."""
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="")
    went = LeftOut()
    try:
        text.write("".join(f"{line}\n" for line in _HEADERS))
        writer = csv.writer(text, delimiter="\t", lineterminator="\n")
        for stored in chosen_cards(workspace, selection, chosen_decks(workspace, selection)):
            card = card_from_data(orjson.loads(stored.content))
            went.add(card)
            asked = as_asked(card, stored.key)
            tags = " ".join(tag.replace(" ", "_") for tag in card.tags)
            writer.writerow((stored.key, "Basic", stored.deck, front(asked), back(asked), tags))
    finally:
        text.flush()
        text.detach()
    without = f", without {lost}" if (lost := went.words()) else ""
    notes = f"{counted(went.cards, 'card')} as notes of two sides"
    return f"{notes}{without}; no schedule: that is what apkg carries"
