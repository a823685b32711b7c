"""The offer of the final drill."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from ptcards.text import counted
from ptcards.tui.page import BLANK, Block
from ptcards.tui.screens.base import DeskScreen
from ptcards.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from textual.app import ComposeResult

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
