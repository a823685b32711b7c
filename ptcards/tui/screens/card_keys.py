"""What can be done to the card in hand besides answering it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from ptcards.errors import PtcardsError, StaleAnswerError
from ptcards.study.cards import is_leech
from ptcards.tui.screens.ask import redo, undo
from ptcards.tui.screens.editing_keys import CHECKING_CARD, EditingKeys
from ptcards.tui.screens.session_keys import Mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from ptcards.study.session import Session
    from ptcards.study.views import Graded, Question, Summary, UndoView
    from ptcards.tui.desk import Desk
    from ptcards.tui.screens.ask import Dispute
    from ptcards.tui.verdicts import Told


class CardKeys(EditingKeys):
    """The half of the session screen that is about the card, not about the answer."""

    CARD_BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "undo", id="undo"),
        Binding("U", "redo", "redo", id="redo", show=False),
        Binding("e", "edit_card", "edit", id="edit"),
        Binding("i", "info", "info", id="info"),
        Binding("l", "leech", "failed answers", id="leech"),
        Binding("minus", "bury", "bury", id="bury"),
        Binding("at", "suspend_card", "suspend", id="suspend"),
        Binding("asterisk", "mark", "mark", id="mark", show=False),
        Binding("slash", "browse", "search", id="browse", show=False),
        Binding("question_mark,f1", "help", "help", id="help"),
    ]

    def __init__(self, desk: Desk, session: Session) -> None:
        super().__init__(desk, session)
        self.mode = Mode.ANSWER
        self._became_leech = ""
        """The key of the newest card that failed once too often in this session."""

    @property
    def solved(self) -> bool:
        """The answer of the card in hand has been seen."""
        return self.mode is Mode.GRADE

    @property
    def leech(self) -> str:
        """The key of the card whose failed answers are worth a look now: the one in hand, else the newest."""
        question = self.question
        return question.key if question and is_leech(question.schedule.lapses) else self._became_leech

    @property
    def running(self) -> bool:
        """Code of the learner's or of the card is being run."""
        return self._doing in ("checking", "running", CHECKING_CARD)

    def stop_running(self) -> bool:
        """End the code that is being run; False where none is."""
        if self.running:
            self.check_stopped.set()
            self.session.stop()
        return self.running

    def action_retry(self) -> None:
        self.mode = Mode.ANSWER
        self.bench.take_back()
        self.refresh_bindings()

    def action_restart_answer(self) -> None:
        if self.question is not None:
            editor = self.bench.editor
            editor.replace(self.question.card.starter, (0, 0), editor.document.end)
            self.action_retry()

    def offer_grades(self, verdict: Told | None = None) -> None:
        """Ask for a grade."""
        raise NotImplementedError

    @staticmethod
    def needs_card(action: str) -> bool:
        """The action needs a card in hand."""
        return action not in ("help", "leave", "undo", "redo", "browse")

    # Actions of the log

    def _then_next(self, act: Callable[[], str]) -> None:
        """Do something that takes the card out of the session, say so, and go on."""

        def work() -> tuple[str, Question | None]:
            return act(), self.session.next()

        def done(found: tuple[str, Question | None]) -> None:
            self.tell(found[0])
            self.advance(found[1])

        self.save_draft()
        self.in_background("saving", work, done, failed=self.not_recorded)

    def not_recorded(self, error: PtcardsError) -> None:
        """Tell why nothing was recorded; a card that has moved on is looked at again."""
        self.tell_error(error)
        if isinstance(error, StaleAnswerError):
            self._look_again()

    def on_screen_resume(self) -> None:
        if self.question is not None:
            self._look_again()

    def _look_again(self) -> None:
        """Go on with the card in hand where that is still asked, whatever was done to it meanwhile."""
        asked = self.question

        def found(question: Question | None) -> None:
            if self.question is not asked:
                return
            if question is not None and asked is not None and question.key == asked.key:
                self.question = question
            else:
                self.advance(question)

        self.in_background("", self.session.look_again, found)

    def action_bury(self) -> None:
        self._then_next(self.session.bury)

    def action_suspend_card(self) -> None:
        self._then_next(self.session.suspend)

    def action_mark(self) -> None:
        def done(found: tuple[str, Question | None]) -> None:
            self.tell(found[0])
            self.question = found[1]

        self.in_background("saving", lambda: (self.session.mark(), self.session.next()), done)

    def action_skip(self) -> None:
        def skip() -> str:
            self.session.skip()
            return "It comes back at the end of this session."

        self._then_next(skip)

    def action_drop(self) -> None:
        def drop() -> str:
            self.session.drop_from_drill()
            return "Left out of this drill; it stays open until tomorrow."

        self._then_next(drop)

    def action_undo(self) -> None:
        self.save_draft()
        undo(self, self.session.undo_preview, self.session.undo, self._undone)

    def action_redo(self) -> None:
        self.save_draft()
        redo(self, self.session.redo, self._undone)

    def _undone(self, _: UndoView) -> None:
        self.in_background("", self.session.next, self.advance)

    # The card is wrong

    def action_dispute(self) -> None:
        from ptcards.tui.screens.ask import DisputeScreen

        attempt = self.session.attempt
        answered = bool(attempt.fails or attempt.slips)
        self.app.push_screen(DisputeScreen(answered=answered), self._disputed)

    def _disputed(self, dispute: Dispute | None) -> None:
        if dispute is None:
            return
        if dispute.answer_is_right:
            self.session.dispute(dispute.reason)
            self.offer_grades()
        else:

            def declare() -> str:
                told = self.session.declare_broken(dispute.reason)
                return f"{told}; `ptcards report` writes an issue text for the deck's author"

            self._then_next(declare)

    # Other screens

    def action_info(self) -> None:
        if self.question is not None:
            from ptcards.tui.screens.card_info import CardInfoScreen

            self.app.push_screen(CardInfoScreen(self.desk, self.question.key, solved=self.solved))

    def action_leech(self) -> None:
        from ptcards.tui.screens.card_info import LeechScreen

        in_hand = self.question is not None and self.question.key == self.leech
        self.app.push_screen(LeechScreen(self.desk, self.leech, solved=self.solved or not in_hand))

    def tell_leech(self, graded: Graded) -> None:
        """Say that a card failed once too often, and where its failed answers are."""
        self._became_leech = graded.key
        card = graded.key.rpartition("/")[2]
        self.tell(f"{card} has failed {graded.lapses} times: a leech. Esc, then l, shows its answers.")

    def action_browse(self) -> None:
        from ptcards.tui.screens.browse import BrowseScreen

        self.save_draft()
        self.app.push_screen(BrowseScreen(self.desk))

    # The end

    def nothing_left(self) -> None:
        """Offer the drill where cards wait for it, else sum up."""
        self.question = None
        waiting = self.session.drill_waiting
        if not waiting:
            self.action_leave()
            return
        from ptcards.tui.screens.summary import DrillScreen

        self.app.push_screen(DrillScreen(self.desk, waiting), self._drill_answered)

    def _drill_answered(self, wanted: bool | None) -> None:  # noqa: FBT001 - a screen's result
        if wanted:
            self.start_drill()
        else:
            self.action_leave()

    def start_drill(self) -> None:
        """Ask the drill's cards."""

        def work() -> Question | None:
            self.session.start_drill()
            return self.session.next()

        self.in_background("starting the drill", work, self.advance)

    def action_leave(self) -> None:
        """Sum up what was done; straight home where nothing was."""
        self.save_draft()

        def show(summary: Summary) -> None:
            if not summary.cards:
                self.dismiss()
                return
            from ptcards.tui.screens.summary import SummaryScreen

            self.app.push_screen(SummaryScreen(self.desk, self.session, summary), self._left)

        self.in_background("summing up", self.session.summary, show)

    def _left(self, what: str | None) -> None:
        match what:
            case "drill":
                self.start_drill()
            case "undone":
                self.in_background("", self.session.next, self.advance)
            case _:
                self.dismiss()
