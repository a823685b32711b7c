"""`!`: the card is wrong. Either the answer is right, or the card is broken; why, in one line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from ptcards.tui.screens.ask import BoxScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult


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
