"""Reviewing: one card after the other, from the question to the grade."""

from __future__ import annotations

from enum import Enum, auto
from threading import Event
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from ptcards.deck.card import Accepts
from ptcards.errors import CancelledError, DeckError, PtcardsError, StaleAnswerError
from ptcards.study.cards import is_leech
from ptcards.tui import questions, verdicts
from ptcards.tui.external import edit_text, open_file
from ptcards.tui.screens.ask import redo, undo
from ptcards.tui.screens.base import DeskScreen
from ptcards.tui.widgets.editor import AnswerEditor
from ptcards.tui.widgets.workbench import GradeBar, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.app import ComposeResult
    from textual.timer import Timer

    from ptcards.runner.protocol import Given, Outcome
    from ptcards.study.session import Session
    from ptcards.study.views import GradeButton, Graded, Judged, Proposal, Question, Summary, UndoView
    from ptcards.tui.desk import Desk
    from ptcards.tui.page import Lines
    from ptcards.tui.screens.ask import Dispute
    from ptcards.tui.verdicts import Told


class Mode(Enum):
    """What the learner is asked for."""

    ANSWER = auto()
    LOOK = auto()
    """At a card that nothing is run of: think, then look."""
    GRADE = auto()


ANSWER_BINDINGS: list[BindingType] = [
    Binding("enter,space", "onward", "editor"),
    Binding("f5,ctrl+r", "check", "check", id="check", show=False),
    Binding("f2,h", "hint", "hint", id="hint"),
    Binding("f3,g", "show", "show me", id="show"),
    Binding("tab", "flip", "question"),
    Binding("escape", "letters", "more"),
    Binding("pagedown", "scroll(1)", "further", priority=True),
    Binding("ctrl+c", "interrupt", "stop what runs", show=False),
    Binding("q", "leave", "leave", id="leave"),
    Binding("exclamation_mark", "dispute", "the card is wrong", id="dispute"),
    Binding("f4", "external", "$EDITOR", id="editor"),
    Binding("ctrl+t", "try", "try", id="try"),
    Binding("r", "retry", "retry", id="retry"),
    Binding("x", "drop", "drop from the drill", id="drop"),
    Binding("s", "skip", "skip to the end", id="skip", show=False),
    Binding("R", "restart_answer", "start the answer anew", id="restart", show=False),
    Binding("pageup", "scroll(-1)", "scroll up", show=False, priority=True),
]


def allowed(
    question: Question, session: Session, mode: Mode, *, typing: bool, can_flip: bool
) -> dict[str, bool]:
    """The actions that cannot always be done, and whether they can be now."""
    answering, shown = mode is Mode.ANSWER, session.attempt.shown
    return {
        "onward": mode is Mode.LOOK or (answering and not typing),
        "letters": typing,
        "check": answering,
        "external": answering,
        "restart_answer": answering,
        "try": answering and question.card.accepts is Accepts.CODE,
        "hint": answering and bool(session.hints_total),
        "show": answering,
        "retry": (mode is Mode.GRADE and shown) or (answering and not typing),
        "dispute": answering or shown,
        "flip": can_flip,
        "drop": question.drill,
    }


def labels(
    question: Question, session: Session, mode: Mode, proposed: GradeButton | None
) -> dict[str, str | None]:
    """What the keys are called while this is the question."""
    shown, total = len(session.hints_shown), session.hints_total
    return {
        "onward": "show the answer" if mode is Mode.LOOK else "editor",
        "hint": f"hint {shown + 1} of {total}" if shown < total else "no more hints",
        "show": "teach me" if question.teachable else "show me",
        "accept": proposed.label if proposed else None,
    }


def where(question: Question) -> tuple[tuple[str, str, str], str]:
    """Which card is asked, at length, in short and shorter, and what is still to come."""
    number = f"{question.position} of {question.expected}"
    place = f"cram {number}" if question.cram else "drill" if question.drill else number
    card = f"{question.card.id} · {place}"
    left = question.remaining
    counts = f"{left.due} left" if question.cram else f"due {left.due} · new {left.new} · drill {left.drill}"
    return (f"{question.deck_title} · {card}", card, place), counts


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
