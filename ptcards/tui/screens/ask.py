"""Two small questions over whatever screen is there: yes or no, and a line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from textual.app import ComposeResult


Reply = TypeVar("Reply")


class BoxScreen(ModalScreen[Reply]):
    """A small box at the bottom; what was told there before goes."""

    def on_mount(self) -> None:
        self.app.clear_notifications()


class AskScreen(BoxScreen[bool]):
    """A yes or no question; Enter is yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "answer(True)", "yes"),
        Binding("escape,n,q", "answer(False)", "no"),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question, self._yes = question, yes

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(self._question))
            yield Static(Content(f"\nEnter {self._yes} · Esc leave it"), classes="dim")

    def action_answer(self, answer: bool) -> None:  # noqa: FBT001 - an action's parameter
        self.dismiss(answer)


class LineScreen(BoxScreen[str | None]):
    """Asks for one line of text; None when the learner thinks better of it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "leave it")]

    def __init__(
        self, title: str, *, hint: str = "", text: str = "", keys: str = "Enter ok · Esc leave it"
    ) -> None:
        super().__init__()
        self._title, self._hint, self._text, self._keys = title, hint, text, keys

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content(self._title))
            yield Input(value=self._text, placeholder=self._hint, compact=True)
            yield Static(Content(self._keys), classes="dim")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())

    def action_leave(self) -> None:
        self.dismiss(None)
