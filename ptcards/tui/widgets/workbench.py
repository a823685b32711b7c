"""Question, verdict, editor and grades, arranged for the width there is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from ptcards.tui.verdicts import VerdictView, headed
from ptcards.tui.widgets.bars import Pane, Rule
from ptcards.tui.widgets.editor import AnswerEditor

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from ptcards.study.views import GradeButton
    from ptcards.tui.keys import KeyGuard

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


class Workbench(Container):
    """One pane above the editor where it is narrow; question and verdict beside it where it is wide."""

    def __init__(self, guard: KeyGuard) -> None:
        super().__init__()
        self.question = Pane(id="question")
        self.verdict = Pane(id="verdict")
        self.editor = AnswerEditor(id="answer")
        self.grades = GradeBar(guard, id="grades")
        self._verdict: VerdictView | None = None

    def compose(self) -> ComposeResult:
        with Container(id="left"):
            yield self.question
            yield Rule(id="between")
            yield self.verdict
        yield Rule(id="middle")
        with Container(id="right"):
            yield self.editor
            yield self.grades

    @property
    def wide(self) -> bool:
        return self.screen.has_class("-wide")

    @property
    def heading(self) -> VerdictView | None:
        """The verdict whose heading the screen's line of status should bear: the one that fills the pane."""
        return self._verdict if self.verdict_on_top and not self.wide else None

    @property
    def verdict_on_top(self) -> bool:
        return self._verdict is not None and not self.has_class("-flipped")

    @property
    def can_flip(self) -> bool:
        return self._verdict is not None and not self.wide

    def ask(self, text: str, *, one_line: bool, recall: bool) -> None:
        """Begin with a card: an editor with `text`, no verdict yet."""
        self._verdict = None
        self.remove_class("-judged", "-flipped", "-grading")
        self.set_class(recall, "-recall")
        self.editor.start_with(text, one_line=one_line)
        self._settle()

    def show_verdict(self, verdict: VerdictView) -> None:
        """A verdict takes the question's place, or goes below it where it is wide."""
        self._verdict = verdict
        self.add_class("-judged")
        self.remove_class("-flipped")
        self.lay_out()
        self._settle()

    def lay_out(self) -> None:
        """Lay the verdict out for the width there is now."""
        if self._verdict is not None:
            view = self._verdict
            self.verdict.show(headed(view) if self.wide else (*view.above, *view.blocks))
        self.editor.tab_flips = self.can_flip

    def flip(self, *, to_question: bool | None = None) -> None:
        """Change between question and verdict."""
        if self._verdict is not None:
            self.set_class(not self.has_class("-flipped") if to_question is None else to_question, "-flipped")

    def offer(self, buttons: tuple[GradeButton, ...], reason: str) -> None:
        """Ask for a grade."""
        self.add_class("-grading")
        self.grades.offer(buttons, reason)
        self.editor.read_only = True
        self.grades.focus()

    def take_back(self) -> None:
        """Go back from grading to the answer."""
        self.remove_class("-grading")
        self._settle()
        self.editor.focus()

    @property
    def _read(self) -> Pane:
        return self.verdict if self.verdict_on_top else self.question

    @property
    def can_scroll(self) -> bool:
        """There is more to read than the pane shows."""
        return self._read.max_scroll_y > 0

    def scroll_pane(self, pages: int) -> None:
        """Scroll what is read by so many pages."""
        pane = self._read
        pane.scroll_relative(y=pages * max(1, pane.size.height - 1), animate=False)

    def _settle(self) -> None:
        self.editor.read_only = self.has_class("-grading")
        self.editor.tab_flips = self.can_flip
