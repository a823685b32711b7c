"""The end of a session: the offer of the drill, what was done, what was met, what tomorrow brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from ptcards.text import counted
from ptcards.tui.page import BLANK, Block, Lines, one_line
from ptcards.tui.prose import sentence
from ptcards.tui.screens.ask import ago, redo, undo
from ptcards.tui.screens.base import DeskScreen
from ptcards.tui.widgets.bars import Pane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult

    from ptcards.study.session import Session
    from ptcards.study.views import Summary, UndoView
    from ptcards.tui.desk import Desk


class DrillScreen(DeskScreen[bool]):
    """Cards below Good today: once more now, or leave them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "answer(True)", "drill now"),
        Binding("x,q,escape", "answer(False)", "leave it"),
        Binding("question_mark,f1", "help", "help", id="help"),
    ]

    def __init__(self, desk: Desk, waiting: int) -> None:
        super().__init__(desk)
        self._waiting = waiting

    def body(self) -> ComposeResult:
        yield Pane()

    def on_mount(self) -> None:
        super().on_mount()
        self.status.show(Content.styled("The final drill", "bold"), right=counted(self._waiting, "card"))
        text = f"{counted(self._waiting, 'card')} below Good today: Enter drill now, x leave it."
        why = (
            "A card of the drill comes back until it is Good. That changes no interval and no ease; "
            "it only makes today's memory firm. What is left undone is gone tomorrow."
        )
        self.query_one(Pane).show([BLANK, Block(Content.styled(text, "bold")), BLANK, Block(Content(why))])

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 - an action's parameter
        if not (self.desk.guard.held and answer):
            self.dismiss(answer)


class SummaryScreen(DeskScreen[str]):
    """Numbers of a session; gives `drill`, `undone` or `home`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "onward", "home"),
        Binding("x,escape", "leave", "leave", show=False),
        Binding("u", "undo", "undo", id="undo"),
        Binding("U", "redo", "redo", id="redo", show=False),
        Binding("l", "leech", "failed answers", id="leech"),
        Binding("q", "leave", "home", id="leave"),
        Binding("s", "statistics", "stats", id="statistics"),
        Binding("question_mark,f1", "help", "help", id="help"),
    ]

    def __init__(self, desk: Desk, session: Session, summary: Summary) -> None:
        super().__init__(desk)
        self._session, self._summary = session, summary
        self._undo: UndoView | None = None

    def body(self) -> ComposeResult:
        yield Pane()

    def on_mount(self) -> None:
        super().on_mount()
        self._draw()
        self.in_background("", self._session.undo_preview, self._name_undo)

    def _name_undo(self, view: UndoView | None) -> None:
        self._undo = view
        self._draw()
        self.refresh_bindings()

    def _draw(self) -> None:
        seconds = round(self._summary.seconds)
        self.status.show(
            Content.styled(_title(self._summary), "bold"), right=f"{seconds // 60} min {seconds % 60} s"
        )
        self.query_one(Pane).show(_blocks(self._summary, self._undo))

    def describe_key(self, action: str) -> str | None:
        if action == "onward" and self._summary.below_good:
            return "go on" if any(self._summary.left) else "drill now"
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        if action == "leech":
            return bool(self._summary.leeches)
        return self._undo is not None if action == "undo" else True

    def action_onward(self) -> None:
        if not self.desk.guard.held:
            self.dismiss("drill" if self._summary.below_good else "home")

    def action_statistics(self) -> None:
        from ptcards.tui.screens.statistics import StatisticsScreen

        self.app.push_screen(StatisticsScreen(self.desk))

    def action_leech(self) -> None:
        from ptcards.tui.screens.card_info import LeechScreen

        # The last is shown on top, and going back from it leads to the one before.
        for key in reversed(self._summary.leeches):
            self.app.push_screen(LeechScreen(self.desk, key))

    def action_leave(self) -> None:
        self.dismiss("home")

    def action_undo(self) -> None:
        undo(self, self._session.undo_preview, self._session.undo, lambda _: self.dismiss("undone"))

    def action_redo(self) -> None:
        redo(self, self._session.redo, lambda _: self.dismiss("undone"))


def _title(summary: Summary) -> str:
    if summary.cram:
        return "Crammed: no schedule was moved"
    return "So far today" if any(summary.left) else "Done for today"


def _blocks(summary: Summary, undo_view: UndoView | None) -> list[Lines]:
    blocks: list[Lines] = [Block(_counts(summary))]
    if summary.below_good:
        verb = "is" if summary.below_good == 1 else "are"
        how = "Enter goes on, these last" if any(summary.left) else "Enter drill now"
        text = f"{summary.below_good} below Good {verb} worth one more look: {how} · x leave it"
        blocks.append(Block(Content.styled(text, "$text-warning")))
    rows = [*_troubles(summary), *_outlook(summary)]
    if undo_view is not None:
        rows.append(("u takes back", one_line(f"{undo_view.what}, {ago(undo_view.seconds_ago)}")))
    return [*blocks, BLANK, *(Block(text, indent=15, first=f"{name:<14}") for name, text in rows)]


def _counts(summary: Summary) -> Content:
    numbers = [
        (summary.first_try, "right at the first check"),
        (summary.after_mistake, "after a mistake"),
        (summary.taught, "taught"),
        (summary.shown, "shown the solution"),
    ]
    numbers.append((summary.cards - sum(count for count, _ in numbers), "self-graded"))
    told = [f"{count} {what}" for count, what in numbers if count]
    return Content.assemble((counted(summary.cards, "card"), "bold"), "   ", "   ".join(told))


def _troubles(summary: Summary) -> Iterator[tuple[str, Content]]:
    if summary.mistakes:
        met = [
            sentence(what) if count == 1 else Content.assemble(sentence(what), f" ({count}x)")
            for what, count in summary.mistakes
        ]
        yield "Mistakes met", Content(" · ").join(met)
    if summary.went_badly:
        yield "Went badly", Content(" · ".join(summary.went_badly))
    if summary.leeches:
        names = Content(" · ".join(summary.leeches))
        yield "Keeps failing", Content.assemble(names, ("   l shows how", "$foreground 60%"))


def _outlook(summary: Summary) -> Iterator[tuple[str, Content]]:
    if any(summary.left):
        due, new = summary.left
        left = counted(due, "card") if summary.cram else f"{due} due · {new} new"
        yield "Not asked yet", Content(left)
    load = f"{summary.tomorrow_due} due · {summary.tomorrow_new} new"
    minutes = counted(summary.tomorrow_minutes, "minute")
    yield "Tomorrow", Content(f"{load} · about {minutes}" if summary.tomorrow_minutes else load)
    if summary.streak:
        yield "Streak", Content(counted(summary.streak, "day") + " in a row")
