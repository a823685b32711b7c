"""Reviewing: one card after the other, from the question to the grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on

from ptcards.deck.card import Accepts
from ptcards.errors import PtcardsError
from ptcards.tui import questions, verdicts
from ptcards.tui.screens.card_keys import CardKeys
from ptcards.tui.screens.session_keys import ANSWER_BINDINGS, Mode, allowed, labels, where
from ptcards.tui.widgets.editor import AnswerEditor
from ptcards.tui.widgets.workbench import GradeBar, Workbench

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.timer import Timer

    from ptcards.runner.protocol import Given, Outcome
    from ptcards.study.session import Session
    from ptcards.study.views import GradeButton, Graded, Judged, Proposal, Question
    from ptcards.tui.desk import Desk
    from ptcards.tui.page import Lines

DRAFT_SECONDS = 0.5
"""A draft is saved when typing has paused for so long."""


class SessionScreen(CardKeys):
    """Question and editor, then verdict and grades; its work is done by a `Session`."""

    # The framework declares these as plain attributes of an instance, hence no ClassVar.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high")]  # noqa: RUF012
    HELP = "Single letters act while the editor has no focus: Esc leaves it, Enter goes back to it."

    BINDINGS: ClassVar[list[BindingType]] = [
        *ANSWER_BINDINGS,
        *CardKeys.CARD_BINDINGS,
    ]

    def __init__(self, desk: Desk, session: Session) -> None:
        super().__init__(desk, session)
        self.bench = Workbench(desk.guard)
        self._given: Given | None = None
        self._failed_code: str | None = None
        """The answer of the newest counted fail: Enter on the same again is an oversight."""
        self._several = False
        """The answer has several lines: Enter makes one more."""
        self._draft: Timer | None = None
        self._new_day_told = False
        self.typed_ahead = ""
        """The beginning of the first answer, typed before there was an editor."""

    def body(self) -> ComposeResult:
        yield self.bench

    def on_mount(self) -> None:
        super().on_mount()
        self.advance(self.question)
        if self.typed_ahead and self.mode is Mode.ANSWER:
            self.bench.editor.insert(self.typed_ahead)

    def tick(self) -> None:
        question = self.question
        if question is None:
            return
        seconds = int(self.session.elapsed())
        clock = f"{seconds // 60}:{seconds % 60:02d}"
        heading = self.bench.heading
        waiting = self.doing if self.desk.runner_settled else self.desk.runner_words()
        if heading is not None:
            self.status.show(heading.sign, right=waiting or heading.marks)
        else:
            left, counts = where(question)
            self.status.show(*left, right=f"{waiting or counts} · {clock}")
        if not self._new_day_told and self.session.changed_day():
            self._new_day_told = True
            self.tell("A new study day has begun; this session goes on with the cards it has.")

    def advance(self, question: Question | None) -> None:
        """Ask the next question; without one, the drill or the summary."""
        self._stop_draft()
        if question is None:
            self.nothing_left()
            return
        self.question, self._given, self._failed_code = question, None, None
        recall = question.card.accepts is Accepts.RECALL
        self.mode = Mode.LOOK if recall else Mode.ANSWER
        one_line = question.card.accepts in (Accepts.LITERAL, Accepts.TEXT)
        self.bench.ask(self._question_blocks(), text=question.draft, one_line=one_line, recall=recall)
        if recall:
            self.set_focus(None)
        else:
            self.bench.editor.focus()
        self.tick()
        self.refresh_bindings()
        self.in_background("", self.session.prepare, lambda given: self._prepared(question, given))

    def _question_blocks(self) -> list[Lines]:
        if self.question is None:
            return []
        return questions.question_blocks(self.question, given=self._given, hints=self.session.hints_shown)

    def _prepared(self, question: Question, given: Given | None) -> None:
        if question is self.question and given is not None:
            self._given = given
            self.bench.question.show(self._question_blocks(), from_top=False)

    @on(AnswerEditor.Submitted)
    def _submitted(self, event: AnswerEditor.Submitted) -> None:
        if event.code == self._failed_code and self.mode is Mode.ANSWER:
            if not self.desk.guard.settling and not self.desk.guard.held:
                self.tell("This is the answer that was just checked. Change it, or F5 checks it again.")
            return
        self.action_check()

    @on(AnswerEditor.Changed)
    def _typed(self) -> None:
        several = "\n" in self.bench.editor.text
        if several != self._several:
            self._several = several
            self.refresh_bindings()
        if self.mode is Mode.ANSWER:
            self._stop_draft()
            self._draft = self.set_timer(DRAFT_SECONDS, self.save_draft)

    def _stop_draft(self) -> None:
        if self._draft is not None:
            self._draft.stop()
            self._draft = None

    def save_draft(self) -> None:
        """Keep what is in the editor, until the card is graded."""
        self._stop_draft()
        if self.mode is not Mode.ANSWER or self.question is None:
            return
        try:
            self.session.save_draft(self.bench.editor.text)
        except PtcardsError as error:
            self.tell_error(error)

    def action_check(self) -> None:
        if self.busy or self.desk.guard.settling:
            return
        code = self.bench.editor.text
        self.save_draft()

        def check() -> tuple[Judged, Proposal | None, tuple[GradeButton, ...]]:
            judged = self.session.submit(code)
            return judged, self.session.proposal, self.session.buttons() if judged.passed else ()

        self.in_background("checking", check, lambda found: self._judged(code, *found))

    def _judged(
        self, code: str, judged: Judged, proposal: Proposal | None, buttons: tuple[GradeButton, ...]
    ) -> None:
        if self.question is None:
            return
        verdict = verdicts.told(
            judged, self.question.card, self.session.attempt, code, self.session.elapsed()
        )
        self._tell(verdict)
        if judged.passed and proposal is not None:
            self._ask_for_grade(proposal, buttons)
            return
        counted = judged.outcome.verdict.value == "fail" and not judged.outcome.slip
        self._failed_code = code if counted else None
        self.bench.editor.focus()

    def _tell(self, verdict: verdicts.Told) -> None:
        self.desk.guard.verdict_coming()
        self.bench.tell(verdict)
        self.call_after_refresh(self.desk.guard.verdict_shown)
        self.tick()

    def _ask_for_grade(self, proposal: Proposal, buttons: tuple[GradeButton, ...]) -> None:
        self._stop_draft()
        self.mode = Mode.GRADE
        self.bench.offer(buttons, proposal.reason)
        self.refresh_bindings()

    def offer_grades(self, verdict: verdicts.Told | None = None) -> None:
        """Ask for a grade for a reason other than a pass: shown, revealed, disputed."""

        def look() -> tuple[Proposal | None, tuple[GradeButton, ...]]:
            return self.session.proposal, self.session.buttons()

        def show(found: tuple[Proposal | None, tuple[GradeButton, ...]]) -> None:
            if verdict is not None:
                self._tell(verdict)
            if found[0] is not None:
                self._ask_for_grade(found[0], found[1])

        self.in_background("looking", look, show)

    def action_try(self) -> None:
        code = self.bench.editor.text

        def show(outcome: Outcome) -> None:
            self._tell(verdicts.told_try(outcome))
            self.bench.editor.focus()

        self.in_background("running", lambda: self.session.try_out(code), show)

    def action_hint(self) -> None:
        if self.session.hint() is None:
            self.tell("There is no further hint; F3 shows the solution.")
            return
        self.bench.flip(to_question=True)
        self.bench.question.show(self._question_blocks(), from_top=False)
        self.call_after_refresh(self.bench.question.scroll_end, animate=False)
        self.tick()
        self.refresh_bindings()

    def action_show(self) -> None:
        if self.question is None:
            return
        self.save_draft()
        self.session.show()
        taught = self.question.teachable
        answer = self.bench.editor.text
        hints = len(self.session.hints_shown)
        self.offer_grades(verdicts.told_shown(self.question.card, answer, taught=taught, hints=hints))

    def action_onward(self) -> None:
        if self.mode is Mode.ANSWER:
            self.bench.editor.focus()
        elif self.mode is Mode.LOOK and self.question is not None:
            self.session.reveal()
            self.offer_grades(verdicts.told_revealed(self.question.card))

    @on(GradeBar.Chosen)
    def _chosen(self, event: GradeBar.Chosen) -> None:
        def grade() -> tuple[Graded, Question | None]:
            return self.session.grade(event.button.q), self.session.next()

        def done(found: tuple[Graded, Question | None]) -> None:
            self.advance(found[1])
            if found[0].leech:
                self.tell_leech(found[0])

        self.in_background("saving", grade, done, failed=self.not_recorded)

    def action_flip(self) -> None:
        self.bench.flip()
        self.tick()
        self.refresh_bindings()

    def action_scroll(self, pages: int) -> None:
        self.bench.scroll_pane(pages)

    def action_letters(self) -> None:
        if self.stop_running():
            return
        self.save_draft()
        self.set_focus(None)

    def action_interrupt(self) -> None:
        self.stop_running()

    def on_resize(self) -> None:
        self.call_after_refresh(self._rearrange)

    def _rearrange(self) -> None:
        self.bench.lay_out()
        self.bench.editor.tab_flips = self.bench.can_flip
        self.refresh_bindings()
        self.tick()

    def on_unmount(self) -> None:
        self.save_draft()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        if self.question is None:
            return not self.needs_card(action)
        typing = self.focused is self.bench.editor
        now = allowed(self.question, self.session, self.mode, typing=typing, can_flip=self.bench.can_flip)
        now["letters"] = typing or self.running
        now["interrupt"], now["scroll"] = self.running, self.bench.can_scroll
        now["leech"] = bool(self.leech)
        return now.get(action, True)

    def describe_key(self, action: str) -> str | None:
        if self.question is None:
            return None
        if action == "submit":
            return "new line · F5 check" if self._several else None
        if action == "letters" and self.running:
            return "stop"
        if action == "flip":
            return "question" if self.bench.verdict_on_top else "verdict"
        return labels(self.question, self.session, self.mode, self.bench.grades.proposed).get(action)
