"""A card that keeps failing: its failed answers side by side, so that the habit behind them is seen."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from ptcards.statistics.failing import GIVEN_UP
from ptcards.statistics.failure_sections import kind_in_words
from ptcards.text import counted
from ptcards.tui.page import BLANK, Block, Facing, Lines, Stack
from ptcards.tui.prose import code, prose, sentence
from ptcards.tui.screens.card_page import CardPage

if TYPE_CHECKING:
    from ptcards.study.views import CardView, PastAnswer

LEAST_WIDTH = 34
"""Cells of each answer: three stand beside each other from 110 columns, and below each other at 80."""


class LeechScreen(CardPage):
    """The failed answers of one card, the newest first; one key suspends it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *CardPage.PAGE_BINDINGS,
        Binding("question_mark,f1", "help", "help", id="help"),
        Binding("escape,q,l,enter", "close", "back"),
    ]

    def in_words(self, view: CardView) -> str:
        lapses = f"{'a leech · ' if view.leech else ''}{counted(view.schedule.lapses, 'lapse')}"
        return f"suspended · {lapses}" if view.state == "suspended" else lapses

    def blocks(self, view: CardView) -> list[Lines]:
        return leech_blocks(view, solved=self.solved)


def leech_blocks(view: CardView, *, solved: bool) -> list[Lines]:
    """The question, the mistakes that come back, and the failed answers beside each other."""
    failed = [review for review in reversed(view.reviews) if review.failed]
    blocks: list[Lines] = [*prose(view.question), BLANK]
    if solved and view.card is not None:
        right = (Block(Content.styled("Right", "bold")), Block(code(view.card.solution), indent=2, code=True))
        blocks += [*right, BLANK]
    blocks += _habits(failed)
    told = f"{counted(len(failed), 'failed answer')}, the newest first" if failed else "No failed answer."
    blocks += [Block(Content.styled(told, "bold")), BLANK]
    if failed:
        blocks.append(Facing(tuple(_answer(review, solved=solved) for review in failed), LEAST_WIDTH))
    return blocks


def _habits(failed: list[PastAnswer]) -> list[Lines]:
    """The misconceptions met more than once."""
    met = Counter(mistake for review in failed for mistake in review.mistakes)
    often = [(mistake, count) for mistake, count in met.most_common(3) if count > 1]
    if not often:
        return []
    lines = [
        Block(Content.assemble((f"{count}x ", "bold $text-warning"), sentence(mistake)), indent=2)
        for mistake, count in often
    ]
    return [Block(Content.styled("The same mistake again", "bold")), *lines, BLANK]


def _answer(review: PastAnswer, *, solved: bool) -> Lines:
    """When it was, what was wrong with it, and its code."""
    day = datetime.fromisoformat(review.at)
    words = (f"{day:%a} {day.day} {day:%b %Y}", _kind(review))
    head = Content.styled(" · ".join(filter(None, words)), "$foreground 60%")
    mistakes = [Block(sentence(mistake), indent=2) for mistake in review.mistakes]
    right = review.verdict == "pass"
    if not review.answer.strip() or (right and not solved):
        text = Content.styled("no answer is kept", "$foreground 60% italic")
    else:
        text = code(review.answer)
    return Stack((Block(head), *mistakes, Block(text, indent=4, code=True), BLANK))


def _kind(review: PastAnswer) -> str:
    if review.verdict == "pass":
        return "right, graded Again by hand"
    given_up = review.verdict == "shown" and not review.why
    return kind_in_words(GIVEN_UP if given_up else review.why)
