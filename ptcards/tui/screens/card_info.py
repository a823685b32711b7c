"""One card: its schedule, every past answer, and the arithmetic that led here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from ptcards.tui.page import BLANK, Block, Lines
from ptcards.tui.prose import prose
from ptcards.tui.screens.base import DeskScreen
from ptcards.tui.text import code, one_line
from ptcards.tui.widgets.chart_card import FEWEST, CardChart
from ptcards.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ptcards.study.views import CardView, PastAnswer
    from ptcards.tui.desk import Desk

LEECH_ANSWERS = 4
"""Failed answers of a leech that are shown side by side."""


class CardInfoScreen(DeskScreen[None]):
    """Reads everything that is known about a card."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll(0)", "down", show=False),
        Binding("up,k", "scroll(2)", "up", show=False),
        Binding("pagedown,space", "scroll(3)", "further"),
        Binding("pageup,b", "scroll(-1)", "up", show=False),
        Binding("at", "suspend_card", "suspend", id="suspend"),
        Binding("asterisk", "mark", "mark", id="mark"),
        Binding("question_mark,f1", "help", "help", id="help"),
        Binding("escape,q,i,enter", "close", "back"),
    ]

    def __init__(self, desk: Desk, key: str) -> None:
        super().__init__(desk)
        self._key = key
        self._view: CardView | None = None

    def body(self) -> ComposeResult:
        yield Pane()

    def on_mount(self) -> None:
        super().on_mount()
        self.status.show(one_line(self._key, "bold"), right="card info")
        self._read()

    def _read(self) -> None:
        self.in_background("", lambda: self.desk.study.card(self._key), self._show)

    def _show(self, view: CardView) -> None:
        self._view = view
        due = f"due {view.due:%a} {view.due.day} {view.due:%b %Y}" if view.due else "never seen"
        self.status.show(right=f"{view.state} · {due}")
        self.query_one(Pane).show(info_blocks(view), from_top=False)

    def action_scroll(self, how: int) -> None:
        pane = self.query_one(Pane)
        lines = {0: 1, 2: -1, 3: pane.size.height - 1, -1: 1 - pane.size.height}[how]
        pane.scroll_relative(y=lines, animate=False)

    def _act(self, action: str) -> None:
        def told(text: str) -> None:
            self.tell(text)
            self._read()

        self.in_background("saving", lambda: self.desk.study.act(self._key, action), told)

    def action_suspend_card(self) -> None:
        self._act("resume" if self._view and self._view.state == "suspended" else "suspend")

    def action_mark(self) -> None:
        self._act("unmark" if self._view and self._view.schedule.marked else "mark")

    def action_close(self) -> None:
        self.dismiss()


def info_blocks(view: CardView) -> list[Lines]:
    """All that is known about a card, top down."""
    schedule = view.schedule
    facts = [
        f"interval {schedule.interval_days} d",
        f"ease {schedule.ease / 100:.2f}",
        f"{schedule.repetitions} repetitions in a row",
        f"{schedule.lapses} lapses",
    ]
    facts += ["marked"] if schedule.marked else []
    facts += ["a leech"] if view.leech else []
    blocks: list[Lines] = [Block(Content(" · ".join(facts)))]
    if view.tags:
        blocks.append(Block(one_line("tags " + " ".join(view.tags), "$foreground 60%")))
    blocks += [BLANK, *prose(view.question)]
    if view.card is not None:
        blocks += [BLANK, _title("Solution"), Block(code(view.card.solution), indent=2, code=True)]
    if len(view.reviews) >= FEWEST:
        blocks += [BLANK, _title("Interval and ease after each answer"), CardChart(view.reviews)]
    if view.why:
        blocks += [
            BLANK,
            _title("Why it is due then"),
            *(Block(one_line(line), indent=2) for line in view.why),
        ]
    blocks += [BLANK, _title("Answers" if view.reviews else "No answer yet")]
    for review in reversed(view.reviews):
        blocks += _review(review)
    return blocks


def _title(text: str) -> Lines:
    return Block(Content.styled(text, "bold"))


def _review(review: PastAnswer) -> list[Lines]:
    grade = "" if review.grade is None else f"q {review.grade}"
    words = [review.at[:16].replace("T", " "), review.kind, grade, review.verdict, review.why]
    after = f"interval {review.interval_days} d · ease {review.ease:.2f}"
    seconds = f" · {review.seconds:.0f} s" if review.seconds is not None else ""
    line = Content.assemble(
        "  ".join(word for word in words if word), (f"   {after}{seconds}", "$foreground 60%")
    )
    blocks: list[Lines] = [Block(line, indent=2)]
    if review.answer.strip():
        blocks.append(Block(code(review.answer), indent=6, code=True))
    return blocks
