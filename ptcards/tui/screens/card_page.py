"""What is known about one card, on a page of its own that scrolls."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from ptcards.tui.page import one_line
from ptcards.tui.screens.base import DeskScreen
from ptcards.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ptcards.study.views import CardView
    from ptcards.tui.desk import Desk
    from ptcards.tui.page import Lines


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
