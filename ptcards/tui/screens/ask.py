"""Small questions over any screen: yes or no, a line of text, what is wrong with a card; and undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from ptcards.study.views import UndoView
    from ptcards.tui.screens.base import DeskScreen

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


@dataclass(frozen=True, slots=True)
class Dispute:
    """What the learner says is wrong."""

    answer_is_right: bool
    """Else the card is broken."""
    reason: str


class DisputeScreen(BoxScreen[Dispute | None]):
    """Asks for the reason; Tab changes what is claimed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave it"),
        Binding("tab", "other_claim", "the other claim", priority=True),
        Binding("enter", "claim", "say so", priority=True),
    ]

    def __init__(self, *, answered: bool) -> None:
        super().__init__()
        self._can_be_right = answered
        self._answer_is_right = answered
        self._claims = Static(markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Static(Content.styled("The card is wrong", "bold"))
            yield self._claims
            yield Input(placeholder="why, in one line (may stay empty)", compact=True)
            keys = (
                "Enter say so · Tab the other · Esc leave it"
                if self._can_be_right
                else "Enter say so · Esc leave it"
            )
            yield Static(Content(keys), classes="dim")

    def on_mount(self) -> None:
        super().on_mount()
        self._draw()

    def _draw(self) -> None:
        right = (
            "My answer is right: I grade it myself, the answer is kept as disputed",
            self._answer_is_right,
        )
        broken = ("The card is broken: take it out of today's queue", not self._answer_is_right)
        claims = [right, broken] if self._can_be_right else [broken]
        lines = [
            Content.styled(("▸ " if chosen else "  ") + text, "bold" if chosen else "")
            for text, chosen in claims
        ]
        self._claims.update(Content("\n").join(lines))

    def action_other_claim(self) -> None:
        if self._can_be_right:
            self._answer_is_right = not self._answer_is_right
            self._draw()

    def action_claim(self) -> None:
        self.dismiss(Dispute(self._answer_is_right, self.query_one(Input).value.strip()))

    def action_leave(self) -> None:
        self.dismiss(None)


def undo(
    screen: DeskScreen[Any],
    preview: Callable[[], UndoView | None],
    act: Callable[[], UndoView | None],
    then: Callable[[UndoView], object],
) -> None:
    """Take the newest action back; `then` gets what was undone."""

    def done(view: UndoView | None) -> None:
        _told(screen, "undo", view, then, nothing="Nothing to undo.")

    def ask(view: UndoView | None) -> None:
        if view is None or not view.ask_first:
            screen.in_background("undoing", act, done)
            return
        from ptcards.tui.screens.ask import AskScreen

        question = f"Undo {view.what}, {ago(view.seconds_ago)}?"
        screen.app.push_screen(
            AskScreen(question, "undo it"),
            lambda yes: screen.in_background("undoing", act, done) if yes else None,
        )

    screen.in_background("looking", preview, ask)


def redo(
    screen: DeskScreen[Any], act: Callable[[], UndoView | None], then: Callable[[UndoView], object]
) -> None:
    """Take the newest undo back."""
    screen.in_background(
        "redoing", act, lambda view: _told(screen, "redo", view, then, nothing="Nothing to redo.")
    )


def _told(
    screen: DeskScreen[Any],
    word: str,
    view: UndoView | None,
    then: Callable[[UndoView], object],
    *,
    nothing: str,
) -> None:
    if view is None:
        screen.tell(nothing)
        return
    screen.tell(f"{word}: {view.what}, {ago(view.seconds_ago)}" + (f"\n{view.note}" if view.note else ""))
    then(view)


def ago(seconds: int) -> str:
    """How long ago, in the unit that fits."""
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "min")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 and unit != 'min' else ''} ago"
    return "just now"
