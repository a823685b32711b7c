"""The grades on offer, each with what it would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

if TYPE_CHECKING:
    from textual import events

    from ptcards.study.views import GradeButton
    from ptcards.tui.key_guard import KeyGuard

_GRADE_KEYS = "012345"
_ROWS = 3
_ROOMY = 18
_MANY_DAYS = 1000


class GradeBar(Widget, can_focus=True):
    """Waits for a grade: a digit, Enter or Space for the proposed one, or a click."""

    DEFAULT_CSS = "GradeBar { height: 4; padding: 0 1; } GradeBar:focus { text-style: none; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "accept", "accept"),
        *(Binding(key, f"grade('{key}')", "grade", show=False) for key in _GRADE_KEYS),
    ]

    @dataclass
    class Chosen(Message):
        """A grade was chosen."""

        button: GradeButton

    def __init__(self, guard: KeyGuard, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self._guard = guard
        self._buttons: tuple[GradeButton, ...] = ()
        self._reason = ""

    def offer(self, buttons: tuple[GradeButton, ...], reason: str) -> None:
        """Show these grades; `reason` says why one of them is proposed."""
        self._buttons, self._reason = buttons, reason
        self.refresh()
        self.refresh_bindings()

    @property
    def proposed(self) -> GradeButton | None:
        return next((button for button in self._buttons if button.proposed), None)

    def on_key(self, event: events.Key) -> None:
        grade = event.key in (*_GRADE_KEYS, "enter", "space")
        if self._guard.settling or (grade and self._guard.held):
            event.stop()
            event.prevent_default()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "grade":
            return any(button.key == parameters[0] for button in self._buttons)
        return self.proposed is not None if action == "accept" else True

    def action_accept(self) -> None:
        if self.proposed is not None:
            self.post_message(self.Chosen(self.proposed))

    def action_grade(self, key: str) -> None:
        for button in self._buttons:
            if button.key == key:
                self.post_message(self.Chosen(button))

    def on_click(self, event: events.Click) -> None:
        if not self._buttons or self._guard.settling or event.y >= _ROWS:
            return
        column = (event.x - 1) // self._column_width()
        if 0 <= column < len(self._buttons):
            self.post_message(self.Chosen(self._buttons[column]))

    def _column_width(self) -> int:
        return max(1, self.content_size.width // max(1, len(self._buttons)))

    def render(self) -> Content:
        width = self._column_width()
        rows = [Content("")] * 3
        for button in self._buttons:
            style = "bold $text-primary" if button.proposed else ""
            for number, text in enumerate(_lines(button, indent=4 if width >= _ROOMY else 2)):
                cell = Content.styled(text, style if number == 0 or button.proposed else "$foreground 70%")
                cell = cell.truncate(width, ellipsis=True)
                rows[number] = Content.assemble(rows[number], cell, " " * (width - cell.cell_length))
        return Content("\n").join([*rows, Content.styled(self._why(), "$foreground 80%")])

    def _why(self) -> str:
        proposed = self.proposed
        return f"Enter takes {proposed.label}: {self._reason}" if proposed else self._reason


def _lines(button: GradeButton, *, indent: int) -> tuple[str, str, str]:
    blank = " " * indent
    mark = "▸ " if button.proposed else "  "
    name = f"{mark}{button.key} {button.label}"
    if not button.interval_days:
        return name, f"{blank}as before", f"{blank}again today" if button.today else ""
    today = " · today" if button.today else ""
    then = f"{blank}then {days(button.then_days)}" if button.then_days else ""
    return name, f"{blank}{days(button.interval_days)}{today}", then


def days(count: int) -> str:
    """A number of days, as short as it can be said: `6 d`, `3.1 y`."""
    if count < _MANY_DAYS:
        return f"{count} d"
    return f"{count / 365.25:.1f} y"
