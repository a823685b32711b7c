"""Question, verdict, editor and grades, arranged for the width there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container

from ptcards.tui.verdicts import Told, headed
from ptcards.tui.widgets.bars import Pane, Rule
from ptcards.tui.widgets.editor import AnswerEditor
from ptcards.tui.widgets.grades import GradeBar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from ptcards.study.views import GradeButton
    from ptcards.tui.key_guard import KeyGuard
    from ptcards.tui.page import Lines


class Workbench(Container):
    """One pane above the editor where it is narrow; question and verdict beside it where it is wide."""

    def __init__(self, guard: KeyGuard) -> None:
        super().__init__()
        self.question = Pane(id="question")
        self.verdict = Pane(id="verdict")
        self.editor = AnswerEditor(id="answer")
        self.grades = GradeBar(guard, id="grades")
        self._told: Told | None = None

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
    def heading(self) -> Told | None:
        """The verdict whose heading the screen's line of status should bear: the one that fills the pane."""
        return self._told if self.verdict_on_top and not self.wide else None

    @property
    def verdict_on_top(self) -> bool:
        return self._told is not None and not self.has_class("-flipped")

    @property
    def can_flip(self) -> bool:
        return self._told is not None and not self.wide

    def ask(self, blocks: Sequence[Lines], *, text: str, one_line: bool, recall: bool) -> None:
        """Begin with a card: its question, an editor with `text`, nothing told yet."""
        self._told = None
        self.remove_class("-told", "-flipped", "-grading")
        self.set_class(recall, "-recall")
        self.question.show(blocks)
        self.editor.start_with(text, one_line=one_line)
        self._settle()

    def tell(self, verdict: Told) -> None:
        """A verdict takes the question's place, or stands below it where it is wide."""
        self._told = verdict
        self.add_class("-told")
        self.remove_class("-flipped")
        self.lay_out()
        self._settle()

    def lay_out(self) -> None:
        """Lay the verdict out for the width there is now."""
        if self._told is not None:
            told = self._told
            self.verdict.show(headed(told) if self.wide else (*told.above, *told.blocks))

    def flip(self, *, to_question: bool | None = None) -> None:
        """Change between question and verdict."""
        if self._told is not None:
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
