"""One card: its schedule, every past answer, the arithmetic that led here, and what keeps failing."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from ptcards.statistics.drawing import upright
from ptcards.statistics.words import GIVEN_UP, kind_in_words
from ptcards.study.attempt import LABELS
from ptcards.text import counted
from ptcards.tui.page import BLANK, Block, Facing, Lines, Stack, one_line
from ptcards.tui.prose import code, prose, sentence
from ptcards.tui.screens.base import DeskScreen
from ptcards.tui.widgets.bars import Pane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ptcards.study.views import CardView, PastAnswer
    from ptcards.tui.desk import Desk


_LABEL = 11
_FLOOR = 1.25
"""A little below the lowest ease, so that its bar is seen."""


class CardPage(DeskScreen[None]):
    """Reads a card, draws it, suspends and marks it; without `solved` nothing gives its answer away."""

    PAGE_BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll(0)", "down", show=False),
        Binding("up,k", "scroll(2)", "up", show=False),
        Binding("pagedown,space", "scroll(3)", "further"),
        Binding("pageup,b", "scroll(-1)", "up", show=False),
        Binding("at", "suspend_card", "suspend", id="suspend"),
        Binding("asterisk", "mark", "mark", id="mark"),
    ]

    def __init__(self, desk: Desk, key: str, *, solved: bool = True) -> None:
        super().__init__(desk)
        self.key, self.solved = key, solved
        self.view: CardView | None = None

    def body(self) -> ComposeResult:
        yield Pane()

    def on_mount(self) -> None:
        super().on_mount()
        self.status.show(one_line(self.key, "bold"))
        self._read()

    def on_screen_resume(self) -> None:
        if self.view is not None:
            self._read()

    def blocks(self, view: CardView) -> list[Lines]:
        """What the page shows of the card."""
        raise NotImplementedError

    def in_words(self, view: CardView) -> str:
        """How the card stands, for the right end of the line of status."""
        raise NotImplementedError

    def _read(self) -> None:
        self.in_background("", lambda: self.desk.study.card(self.key), self._show)

    def _show(self, view: CardView) -> None:
        self.view = view
        self.status.show(right=self.in_words(view))
        self.query_one(Pane).show(self.blocks(view), from_top=False)
        self.refresh_bindings()

    def describe_key(self, action: str) -> str | None:
        if self.view is not None and action == "suspend_card" and self.view.state == "suspended":
            return "resume"
        if self.view is not None and action == "mark" and self.view.schedule.marked:
            return "unmark"
        return None

    def action_scroll(self, how: int) -> None:
        pane = self.query_one(Pane)
        lines = {0: 1, 2: -1, 3: pane.size.height - 1, -1: 1 - pane.size.height}[how]
        pane.scroll_relative(y=lines, animate=False)

    def _act(self, action: str) -> None:
        def told(text: str) -> None:
            self.tell(text)
            self._read()

        self.in_background("saving", lambda: self.desk.study.act(self.key, action=action), told)

    def action_suspend_card(self) -> None:
        self._act("resume" if self.view and self.view.state == "suspended" else "suspend")

    def action_mark(self) -> None:
        self._act("unmark" if self.view and self.view.schedule.marked else "mark")

    def action_close(self) -> None:
        self.dismiss()


class CardInfoScreen(CardPage):
    """Reads everything that is known about a card."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *CardPage.PAGE_BINDINGS,
        Binding("l", "leech", "failed answers", id="leech"),
        Binding("question_mark,f1", "help", "help", id="help"),
        Binding("escape,q,i,enter", "close", "back"),
    ]

    def in_words(self, view: CardView) -> str:
        due = f"due {view.due:%a} {view.due.day} {view.due:%b %Y}" if view.due else "never seen"
        return f"{view.state} · {due}"

    def blocks(self, view: CardView) -> list[Lines]:
        return info_blocks(view, solved=self.solved)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        if action == "leech":
            return self.view is not None and any(review.failed for review in self.view.reviews)
        return True

    def action_leech(self) -> None:
        from ptcards.tui.screens.card_info import LeechScreen

        self.app.push_screen(LeechScreen(self.desk, self.key, solved=self.solved))


@dataclass(frozen=True, slots=True)
class CardChart:
    """Interval and ease after each of the newest answers that fit; intervals on a logarithmic scale."""

    reviews: tuple[PastAnswer, ...]

    def lines(self, width: int) -> list[Content]:
        room = max(8, width - _LABEL)
        reviews = self.reviews[-room:]
        each = max(1, min(4, room // len(reviews)))
        intervals = [math.log1p(review.interval_days) for review in reviews]
        longest, high = max(one.interval_days for one in reviews), max(2.5, *(one.ease for one in reviews))
        first, last = reviews[0].at[:10], reviews[-1].at[:10]
        gap = each * len(reviews) - len(first) - len(last)
        grades = ("-" if review.grade is None else str(review.grade) for review in reviews)
        above = ["interval", f"{longest} d", "", "", "ease", f"{high:.2f}"]
        bars = [
            *upright(intervals, max(intervals) or 1.0, each, 4),
            *upright([review.ease - _FLOOR for review in reviews], high - _FLOOR, each, 2),
        ]
        rows = [(label, bar, "$text-primary") for label, bar in zip(above, bars, strict=True)]
        rows.append(("grade", "".join(grade.ljust(each) for grade in grades), "$foreground 60%"))
        rows.append(("", f"{first}{' ' * gap}{last}" if gap > 0 else last, "$foreground 60%"))
        return [
            Content.assemble((label.ljust(_LABEL), "$foreground 60%"), (text, style))
            for label, text, style in rows
        ]


def info_blocks(view: CardView, *, solved: bool = True) -> list[Lines]:
    """All that is known about a card, top down; without `solved` nothing that gives the answer away."""
    schedule = view.schedule
    facts = [
        f"interval {schedule.interval_days} d",
        f"ease {schedule.ease / 100:.2f}",
        counted(schedule.repetitions, "repetition") + " in a row",
        counted(schedule.lapses, "lapse"),
    ]
    facts += ["marked"] if schedule.marked else []
    facts += ["a leech"] if view.leech else []
    blocks: list[Lines] = [Block(Content(" · ".join(facts)))]
    if view.tags:
        blocks.append(Block(one_line("tags " + " ".join(view.tags), "$foreground 60%")))
    blocks += [BLANK, *prose(view.question)]
    if view.card is not None and solved:
        blocks += [BLANK, _title("Solution"), Block(code(view.card.solution), indent=2, code=True)]
    if len(view.reviews) > 1:
        blocks += [BLANK, _title("Interval and ease after each answer"), CardChart(view.reviews)]
    blocks += [BLANK, _title("Answers" if view.reviews else "No answer yet")]
    for review in reversed(view.reviews):
        blocks += _review(review, solved=solved or review.failed)
    if view.why:
        blocks += [
            BLANK,
            _title("Why it is due then"),
            *(Block(one_line(line), indent=2) for line in view.why),
        ]
    return blocks


def _title(text: str) -> Lines:
    return Block(Content.styled(text, "bold"))


_WHERE = {"drilled": "in the drill", "crammed": "crammed", "recorded": "reviewed elsewhere"}
_VERDICTS = {"pass": "right", "fail": "", "taught": "", "shown": "the solution was shown", "none": ""}


def _in_words(review: PastAnswer) -> tuple[str, str, str]:
    """The grade, what the answer was, and where it was given if not in a review."""
    taught = review.verdict == "taught"
    grade = "" if review.grade is None else "Taught" if taught else LABELS[review.grade]
    said = kind_in_words(review.why) if review.why else _VERDICTS.get(review.verdict, review.verdict)
    return grade, said, _WHERE.get(review.kind, "")


def _review(review: PastAnswer, *, solved: bool) -> list[Lines]:
    words = [review.at[:16].replace("T", " "), *_in_words(review)]
    after = f"interval {review.interval_days} d · ease {review.ease:.2f}"
    seconds = f" · {review.seconds:.0f} s" if review.seconds is not None else ""
    line = Content.assemble(
        "  ".join(word for word in words if word), (f"   {after}{seconds}", "$foreground 60%")
    )
    blocks: list[Lines] = [Block(line, indent=2)]
    if solved and review.answer.strip():
        blocks.append(Block(code(review.answer), indent=6, code=True))
    return blocks


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
