"""The learner's own editor, for the answer and for the card."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

from ptcards.errors import CancelledError, DeckError, PtcardsError
from ptcards.tui.external import edit_text, open_file
from ptcards.tui.screens.base import DeskScreen

if TYPE_CHECKING:
    from pathlib import Path

    from ptcards.study.session import Session
    from ptcards.study.views import Question
    from ptcards.tui.desk import Desk
    from ptcards.tui.widgets.workbench import Workbench

CHECKING_CARD = "checking the card"


class EditingKeys(DeskScreen[None]):
    """The part of the session screen that lends the terminal to an editor."""

    bench: Workbench

    def __init__(self, desk: Desk, session: Session) -> None:
        super().__init__(desk)
        self.session = session
        self.question: Question | None = None
        self.check_stopped = Event()
        """The check of a card that was edited is to end."""

    def advance(self, question: Question | None) -> None:
        """Ask the next question."""
        raise NotImplementedError

    def save_draft(self) -> None:
        """Keep what is in the editor."""
        raise NotImplementedError

    def action_external(self) -> None:
        editor = self.bench.editor
        try:
            text = edit_text(self.app, editor.text, suffix=".py")
        except OSError as error:
            self.tell_error(str(error))
            return
        if text is not None and text != editor.text:
            editor.replace(text, (0, 0), editor.document.end)
            editor.move_cursor(editor.document.end)

    def action_edit_card(self) -> None:
        if self.question is None:
            return
        key = self.question.key
        self.save_draft()

        def opened(place: tuple[Path, int]) -> None:
            try:
                open_file(self.app, str(place[0]), place[1])
            except OSError as error:
                self.tell_error(str(error))
                return
            self.check_stopped.clear()
            self.in_background(
                CHECKING_CARD, lambda: self._reread(key, place[0]), self._edited, failed=self._not_taken
            )

        self.in_background("looking", lambda: self.desk.study.locate(key), opened)

    def _not_taken(self, error: PtcardsError) -> None:
        self.tell_error(f"The card stays as it was. {error}" if isinstance(error, DeckError) else error)

    def _reread(self, key: str, file: Path) -> tuple[str, Question | None] | None:
        """What is to be said of an edit, and the card as it is now; None where nothing was changed."""
        study = self.desk.study
        if not study.card_edited(key):
            return None
        question = self.session.ask_again()
        if study.runner is None or question is None or question.key != key:
            return "The deck is changed.", question
        from ptcards.checking.check import check_card

        try:
            problems = check_card(file, question.card.id, runner=study.runner, tick=self._go_on)
            self._go_on(0)
        except CancelledError as stopped:
            return str(stopped), question
        if not problems:
            return "The card is changed; its solution and its mistakes do as they say.", question
        return f"The card is changed, but line {problems[0].line}: {problems[0].message}", question

    def _go_on(self, _: int) -> None:
        if self.check_stopped.is_set():
            raise CancelledError("The card is changed; you stopped the check of it.")

    def _edited(self, found: tuple[str, Question | None] | None) -> None:
        if found is None:
            self.tell("Nothing was changed.")
            return
        left_editor = self.focused is None
        self.tell(found[0])
        self.advance(found[1])
        if left_editor:
            # The framework moves the focus to the editor by a message of the app's: this one follows it.
            self.app.call_later(self.set_focus, None)
