"""A deck written back as the YAML file that it could have come from."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, count
from typing import TYPE_CHECKING, BinaryIO

import orjson

from ptcards.deck.content import card_from_data
from ptcards.deck.writing import deck_pieces
from ptcards.errors import UsageError
from ptcards.exchange.selection import Selection, chosen_cards, chosen_decks
from ptcards.study.library import deck_of
from ptcards.text import counted

if TYPE_CHECKING:
    from ptcards.study.workspace import Workspace


def write_deck_file(workspace: Workspace, selection: Selection, out: BinaryIO) -> str:
    """Write the one deck that is chosen; templates (`vary`) as they are. UsageError where it has no card."""
    stored = chosen_decks(workspace, selection)[0]
    cards = (
        card_from_data(orjson.loads(card.content)) for card in chosen_cards(workspace, selection, [stored])
    )
    first = next(cards, None)
    if first is None:
        raise UsageError(f"{stored.slug} has no card to write")
    numbers = count()
    written = (card for card, _ in zip(chain([first], cards), numbers, strict=False))
    out.writelines(
        piece.encode() for piece in deck_pieces(replace(deck_of(stored), slug=stored.slug), written)
    )
    translations = orjson.loads(stored.content).get("translations", {})
    without = f"; its translations ({', '.join(translations)}) stay behind" if translations else ""
    return f"{stored.slug}, {counted(next(numbers), 'card')}{without}"
