"""One card: its schedule, every past answer, the arithmetic that led here, and what keeps failing."""

import math
from collections import Counter
from functools import partial

from textual.binding import Binding
from textual.content import Content

from ptcards.scheduling.events import Step, mistakes_of
from ptcards.statistics.drawing import upright
from ptcards.statistics.numbers import GIVEN_UP, kind_in_words
from ptcards.study import cards
from ptcards.study.actions import act
from ptcards.study.cards import CardView
from ptcards.text import counted
from ptcards.tui.page import BLANK, DIM, Block, Lines, facing, heading, one_line, stack
from ptcards.tui.prose import code, prose, sentence
from ptcards.tui.screens.base import Context, PageScreen, States, background, change_of

_WHERE = {"drilled": "in the drill", "crammed": "crammed", "recorded": "reviewed elsewhere"}
_VERDICTS = {"pass": "right", "fail": "", "taught": "", "shown": "the solution was shown", "none": ""}
_LABEL = 11
_FLOOR = 1.25
"""A little below the lowest ease, so that its bar is seen."""


class CardPage(PageScreen[None]):
    """Reads a card, draws it, suspends and marks it; without `solved` nothing gives its answer away."""

    BINDINGS = [
        Binding("at", "change('suspend')", "suspend", id="suspend"),
        Binding("asterisk", "change('mark')", "mark", id="mark"),
    ]

    def __init__(self, context: Context, key: str, *, solved: bool = True) -> None:
        super().__init__(context)
        self.key, self.solved, self.title = key, solved, key
        self.view: CardView | None = None

    def on_screen_resume(self) -> None:
        self.read()

    def draw(self, view: CardView) -> tuple[str, list[Lines]]:
        """The card's state in words, and what the page shows of it."""
        raise NotImplementedError

    @background()
    async def read(self) -> None:
        self.view = await self.call(cards.card, self.desk, self.key)
        self.sub_title, blocks = self.draw(self.view)
        self.pane.show(blocks, from_top=False)

    def actions_now(self) -> States:
        view = self.view
        return super().actions_now() | {
            **{f"change({name!r})": change_of(view, name) if view else name for name in ("suspend", "mark")},
            "leech": view is not None and any(review.failed for review in view.reviews),
        }

    @background("saving")
    async def action_change(self, action: str) -> None:
        if self.view is not None:
            self.say(await self.call(act, self.desk, self.key, action=change_of(self.view, action)))
            self.read()


class CardInfoScreen(CardPage):
    """Everything that is known about a card."""

    BINDINGS = [
        Binding("l", "leech", "failed answers", id="leech"),
        Binding("escape,q,i,enter", "dismiss", "back"),
    ]

    def draw(self, view: CardView) -> tuple[str, list[Lines]]:
        schedule = view.schedule
        facts = [
            f"interval {schedule.interval_days} d",
            f"ease {schedule.ease / 100:.2f}",
            counted(schedule.repetitions, "repetition") + " in a row",
            counted(schedule.lapses, "lapse"),
        ]
        facts += ["marked"] * schedule.marked + ["a leech"] * view.leech
        blocks: list[Lines] = [Block(Content(" · ".join(facts)))]
        if view.tags:
            blocks.append(Block(one_line("tags " + " ".join(view.tags), DIM)))
        blocks += [BLANK, *prose(view.shown.question, view.shown.markup)]
        if view.card is not None and self.solved:
            blocks += [BLANK, heading("Solution"), Block(code(view.card.solution), indent=2, code=True)]
        if len(view.reviews) > 1:
            blocks += [BLANK, heading("Interval and ease after each answer"), partial(_chart, view.reviews)]
        blocks += [BLANK, heading("Answers" if view.reviews else "No answer yet")]
        for review in reversed(view.reviews):
            # When it was, the grade, what the answer was, and where it was given if not in a review.
            event, verdict = review.event, review.event.verdict or "none"
            grade = "Taught" if verdict == "taught" and event.label else event.label
            said = kind_in_words(event.why) if event.why else _VERDICTS.get(verdict, verdict)
            words = (f"{event.time:%Y-%m-%d %H:%M}", grade, said, _WHERE.get(event.kind, ""))
            after = f"interval {review.after.interval_days} d · ease {review.after.ease / 100:.2f}"
            seconds = f" · {event.seconds:.0f} s" if event.seconds is not None else ""
            line = Content.assemble("  ".join(filter(None, words)), (f"   {after}{seconds}", DIM))
            blocks.append(Block(line, indent=2))
            if (self.solved or review.failed) and review.code and review.code.strip():
                blocks.append(Block(code(review.code), indent=6, code=True))
        if view.why:
            why = (Block(one_line(line), indent=2) for line in view.why)
            blocks += [BLANK, heading("Why it is due then"), *why]
        day = schedule.due
        due = f"due {day:%a} {day.day} {day:%b %Y}" if day else "never seen"
        return f"{view.state} · {due}", blocks

    def action_leech(self) -> None:
        self.action_open("card_info:LeechScreen", self.key, solved=self.solved)


class LeechScreen(CardPage):
    """The failed answers of one card, the newest first; one key suspends it."""

    BINDINGS = [Binding("escape,q,l,enter", "dismiss", "back")]

    def draw(self, view: CardView) -> tuple[str, list[Lines]]:
        lapses = f"{'a leech · ' if view.leech else ''}{counted(view.schedule.lapses, 'lapse')}"
        state = f"suspended · {lapses}" if view.state == "suspended" else lapses
        failed = [review for review in reversed(view.reviews) if review.failed]
        blocks: list[Lines] = [*prose(view.shown.question, view.shown.markup), BLANK]
        if self.solved and view.card is not None:
            blocks += [heading("Right"), Block(code(view.card.solution), indent=2, code=True), BLANK]
        met = Counter(mistake for review in failed for mistake in mistakes_of(review.event.details))
        if often := [(mistake, count) for mistake, count in met.most_common(3) if count > 1]:
            again = (
                Content.assemble((f"{count}x ", "bold $text-warning"), sentence(it)) for it, count in often
            )
            blocks += [heading("The same mistake again"), *(Block(line, indent=2) for line in again), BLANK]
        title = f"{counted(len(failed), 'failed answer')}, the newest first"
        answers = (_answer(review, solved=self.solved) for review in failed)
        blocks += [heading(title if failed else "No failed answer."), BLANK]
        return state, [*blocks, facing(*answers, least=LEAST_WIDTH)]


def _chart(reviews: tuple[Step, ...], width: int) -> list[Content]:
    """Interval and ease after each of the newest answers that fit; intervals on a logarithmic scale."""
    room = max(8, width - _LABEL)
    reviews = reviews[-room:]
    each = max(1, min(4, room // len(reviews)))
    intervals = [math.log1p(review.after.interval_days) for review in reviews]
    longest = max(review.after.interval_days for review in reviews)
    eases = [review.after.ease / 100 for review in reviews]
    high = max(2.5, *eases)
    first, last = (str(one.event.time.date()) for one in (reviews[0], reviews[-1]))
    gap = each * len(reviews) - len(first) - len(last)
    grades = (review.event.label[:1] or "-" for review in reviews)
    above = ["interval", f"{longest} d", "", "", "ease", f"{high:.2f}"]
    bars = [
        *upright(intervals, max(intervals) or 1.0, each, 4),
        *upright([ease - _FLOOR for ease in eases], high - _FLOOR, each, 2),
    ]
    rows = [(label, bar, "$text-primary") for label, bar in zip(above, bars, strict=True)]
    rows.append(("grade", "".join(grade.ljust(each) for grade in grades), DIM))
    rows.append(("", f"{first}{' ' * gap}{last}" if gap > 0 else last, DIM))
    return [Content.assemble((label.ljust(_LABEL), DIM), (text, style)) for label, text, style in rows]


LEAST_WIDTH = 34
"""Cells of each answer: three are beside each other from 110 columns, and below each other at 80."""


def _answer(review: Step, *, solved: bool) -> Lines:
    """When it was, what was wrong with it, and its code."""
    event, day, right = review.event, review.event.time, review.event.verdict == "pass"
    why = GIVEN_UP if event.verdict == "shown" and not event.why else event.why or ""
    kind = "right, graded Again by hand" if right else kind_in_words(why)
    head = Content.styled(" · ".join(filter(None, (f"{day:%a} {day.day} {day:%b %Y}", kind))), DIM)
    mistakes = [Block(sentence(mistake), indent=2) for mistake in mistakes_of(event.details)]
    if not (review.code and review.code.strip()) or (right and not solved):
        text = Content.styled("no answer is kept", f"{DIM} italic")
    else:
        text = code(review.code)
    return stack(Block(head), *mistakes, Block(text, indent=4, code=True), BLANK)
