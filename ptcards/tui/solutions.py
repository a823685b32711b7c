"""The learner's code beside the solution, and what there is to read beyond: why, and other right answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from ptcards.tui.page import BLANK, Block, Facing, Lines, Stack, one_line
from ptcards.tui.prose import code, prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptcards.deck.card import Card

MOST_OTHERS = 2
"""Other right answers that are shown where one of them has several lines."""


def solution_blocks(
    card: Card, answer: str, *, shown: bool = False, printed: Sequence[Lines] = ()
) -> list[Lines]:
    """The learner's code and the solution where they differ, what it printed, and what is beyond."""
    mine, right = answer.strip(), card.solution.strip()
    differs = bool(mine) and mine != right and (shown or mine not in card.also)
    rows = [("yours", mine)] if mine else []
    rows += [("solution", right)] if differs or not mine else []
    if "\n" not in mine + right:
        blocks: list[Lines] = [_named(name, code(text)) for name, text in rows]
    else:
        stacks = [Stack((label(name), Block(code(text), indent=4, code=True))) for name, text in rows]
        blocks = [Facing(tuple(stacks), least=50)] if len(stacks) > 1 else [*stacks]
    rest = beyond(card, but=mine)
    return [*blocks, *printed, *([BLANK] if printed and rest and rest[0] is not BLANK else []), *rest]


def beyond(card: Card, but: str = "") -> list[Lines]:
    """The explanation and the other right answers: the explanation first where the others take many lines."""
    others = [one for one in (card.solution, *card.also) if one.strip() != but]
    others = [one for one in others if one is not card.solution or but in card.also]
    if any("\n" in one.strip() for one in others):
        return [*_explained(card), BLANK, *_others(others)]
    listed = Content(" · ").join(code(one.strip()) for one in others)
    return [*([_named("also", listed, words=True)] if others else []), *_explained(card)]


def _others(others: Sequence[str]) -> list[Lines]:
    blocks = [Block(code(one), indent=4, code=True) for one in others[:MOST_OTHERS]]
    more = len(others) - MOST_OTHERS
    rest = [Block(Content.styled(f"… and {more} more", "$foreground 60%"), indent=4)] if more > 0 else []
    return [label("also"), *(part for block in blocks for part in (block, BLANK))][:-1] + rest


def _explained(card: Card) -> list[Lines]:
    blocks: list[Lines] = [BLANK, *prose(card.explanation)] if card.explanation.strip() else []
    if card.source.strip():
        blocks.append(Block(Content(""), right=one_line(card.source, "$foreground 60%")))
    return blocks


def label(name: str) -> Lines:
    """What stands above code of several lines."""
    return Block(Content.styled(name, "$foreground 60%"), indent=2)


def _named(name: str, text: Content, *, words: bool = False) -> Lines:
    return Block(text, indent=12, first=f"  {name:<9}", code=not words)
