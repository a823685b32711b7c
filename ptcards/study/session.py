"""One sitting: which card is asked, what was answered, what the grade is, what stands at the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ptcards.deck.card import Accepts
from ptcards.errors import UsageError
from ptcards.scheduling.events import GRADE_KINDS, Event, Kind, event
from ptcards.study.actions import done_view, undo_preview
from ptcards.study.asking import Asking
from ptcards.study.attempt import (
    Evidence,
    buttons,
    grade_event,
    graded,
    judge,
    keep_answer_back,
    propose,
    show_solution,
    take_hint,
)
from ptcards.study.home import home
from ptcards.study.views import (
    GradeButton,
    Graded,
    Judged,
    Proposal,
    Question,
    Scope,
    Summary,
    UndoView,
)

if TYPE_CHECKING:
    from ptcards.study.desk import Desk


class Session(Asking):
    """Asks cards one after another. Methods that run code or write block; call one at a time."""

    # -- answering -----------------------------------------------------------------------------------------

    def submit(self, code: str) -> Judged:
        """Run an answer and judge it; waits for a runner that is still warming."""
        _, drawn = self._current()
        started = self._monotonic()
        outcome = self._desk.run(drawn, code)
        self._running += self._monotonic() - started
        if self._drawn is drawn:
            self.attempt = judge(self.attempt, outcome)
            self._record.saw(outcome, code)
        attempt, outcome = self.attempt, keep_answer_back(outcome, drawn.card.accepts)
        return Judged(outcome, attempt.verdicts, attempt.slips, attempt.hints, passed=outcome.passed)

    def stop(self) -> None:
        """End the answer that runs; to be called while another thread waits in `submit` or `try_out`."""
        if self._desk.runner is not None:
            self._desk.runner.stop()

    def hint(self) -> str | None:
        """Show the next hint; None when there are no more."""
        question, _ = self._current()
        shown = self._record.hints_shown
        if shown >= len(question.card.hints):
            return None
        self._record.hints_shown += 1
        self.attempt = take_hint(self.attempt)
        return question.card.hints[shown]

    @property
    def hints_shown(self) -> tuple[str, ...]:
        return () if self._question is None else self._question.card.hints[: self._record.hints_shown]

    @property
    def hints_total(self) -> int:
        return 0 if self._question is None else len(self._question.card.hints)

    def show(self) -> None:
        """Show me; on a new card, teach me."""
        self._current()
        self.attempt = show_solution(self.attempt)

    def reveal(self) -> None:
        """Show the answer of a card that nothing is run of."""
        self._current()
        self._revealed = True

    def dispute(self, reason: str) -> None:
        """My answer is right: grading by hand opens, and the answer is kept as disputed."""
        self._current()
        self.attempt = replace(self.attempt, disputed=reason.strip() or "my answer is right")

    # -- the grade -----------------------------------------------------------------------------------------

    @property
    def proposal(self) -> Proposal | None:
        question = self._question
        if question is None:
            return None
        recall = question.card.accepts is Accepts.RECALL
        if recall and not self._revealed:
            return None
        return propose(
            self.attempt,
            repetitions=question.schedule.repetitions,
            is_new=question.teachable,
            self_graded=recall,
        )

    def buttons(self) -> tuple[GradeButton, ...]:
        """The grades on offer, each with what it would do."""
        question, _ = self._current()
        proposal = self.proposal
        return buttons(
            question.schedule,
            question.key,
            self._desk.now().day,
            self._desk.config,
            proposed=None if proposal is None else proposal.q,
            cram=self.scope.cram,
        )

    def grade(self, q: int) -> Graded:
        """Commit a grade; StaleAnswerError where the card has moved on since it was shown."""
        question, drawn = self._current()
        proposal = self.proposal
        if proposal is None:
            raise UsageError("there is nothing to grade yet: check an answer, or ask to be shown")
        attempt, config = self.attempt, self._desk.config
        evidence = Evidence(
            verdict=proposal.verdict,
            why=attempt.why,
            seconds=self.elapsed(),
            attempts=attempt.verdicts,
            hints=attempt.hints,
            seed=drawn.seed,
            disputed=attempt.disputed,
            versions=self._record.versions,
            mistakes=attempt.mistakes,
        )
        made = grade_event(
            question.key, question.schedule, q, self._desk.now(), config, evidence, cram=self.scope.cram
        )
        typed = self._record.typed or self._desk.store.library.draft(question.key)
        recorded = self._desk.store.log.record(
            [made], expected_head=question.schedule.head, code=self._record.kept_code(attempt)
        )
        done = graded(recorded)
        self._record.graded(question, attempt, proposal, done, typed)
        self._leave(question.key)
        return done

    def _leave(self, key: str) -> None:
        self._line.left(key)
        self._question = self._drawn = None
        self._record.next_card()

    # -- other ways to leave a card ------------------------------------------------------------------------

    def skip(self) -> None:
        """To the end of this session."""
        question, _ = self._current()
        self._leave(question.key)
        self._line.skip(question.key)

    def bury(self) -> str:
        """Out of reviews until the next study day."""
        return self._act_and_leave(Kind.BURIED, "comes back tomorrow")

    def suspend(self) -> str:
        """Out of reviews until it is resumed."""
        return self._act_and_leave(Kind.SUSPENDED, "stays out of reviews until it is resumed")

    def declare_broken(self, reason: str) -> str:
        """The card is broken: out of today's queue, and kept as disputed."""
        return self._act_and_leave(
            Kind.BURIED, "is out of today's queue", disputed=reason.strip() or "broken"
        )

    def _act_and_leave(self, kind: Kind, told: str, disputed: str | None = None) -> str:
        question, _ = self._current()
        now = self._desk.now()
        made = event(kind, question.key, now.moment, now.day)._replace(disputed=disputed)
        self._desk.store.log.record([made], expected_head=question.schedule.head)
        self._leave(question.key)
        return f"{question.card.id} {told}"

    def mark(self) -> str:
        """Mark the card, or take its mark away; it stays on the screen."""
        question, _ = self._current()
        now = self._desk.now()
        kind = Kind.UNMARKED if question.schedule.marked else Kind.MARKED
        made = event(kind, question.key, now.moment, now.day)
        recorded = self._desk.store.log.record([made], expected_head=question.schedule.head)
        self._question = replace(question, schedule=recorded.after)
        return f"{question.card.id} is {'marked' if recorded.after.marked else 'not marked any more'}"

    def look_again(self) -> Question | None:
        """The question after its card may have been touched elsewhere.

        Marked, it is still asked; answered, put away or due on another day, it is not.
        """
        question = self._question
        if question is None:
            return self.next()
        stored = self._desk.store.library.card(question.key)
        if stored is not None and stored.present:
            now, before = stored.schedule, question.schedule
            away = now.suspended or (now.buried_until or 0) > self._desk.now().day
            if now.head == before.head:
                return question
            if not away and now._replace(marked=before.marked, head=before.head) == before:
                self._question = replace(question, schedule=now)
                return self._question
        self._leave(question.key)
        return self.next()

    def ask_again(self) -> Question | None:
        """The card in hand from the start, as its deck has it now; the next one where it is gone."""
        question = self._question
        if question is not None:
            stored = self._desk.store.library.card(question.key)
            if stored is None or not stored.present:
                self._leave(question.key)
            else:
                self._record.next_card()
                self._ask(stored.key, stored.deck, stored.content, stored.schedule)
        return self.next()

    # -- undo ----------------------------------------------------------------------------------------------

    def undo_preview(self) -> UndoView | None:
        """What `undo` would take back, named."""
        return undo_preview(self._desk, self._record.first_event)

    def undo(self) -> UndoView | None:
        """Take the newest action back; its card is asked next, with what was typed for it in this session."""
        now = self._desk.now()
        done = self._desk.store.log.undo(now.moment, now.day)
        if done is None:
            return None
        self._after_undo(done.events[0], back=True)
        return done_view(done, now)

    def redo(self) -> UndoView | None:
        """Take the newest undo back."""
        now = self._desk.now()
        done = self._desk.store.log.redo(now.moment, now.day)
        if done is None:
            return None
        self._after_undo(done.events[0], back=False)
        return done_view(done, now)

    def _after_undo(self, first: Event, *, back: bool) -> None:
        key = first.card
        entry = self._record.undone(key, back=back) if first.kind in GRADE_KINDS else None
        if entry is not None:
            self._desk.store.library.save_draft(key, entry.typed if back else None)
        self._line.back(key)
        self._question = self._drawn = None
        self._record.next_card()
        self._forced = key if back else None

    # -- the end -------------------------------------------------------------------------------------------

    @property
    def drill_waiting(self) -> int:
        """Cards that scored below Good today and are not drilled yet."""
        return 0 if self.scope.cram else self._line.remaining().drill

    def start_drill(self) -> None:
        self._line.drilling = True

    def drop_from_drill(self) -> None:
        """Leave this card out of the rest of today's drill, here."""
        question, _ = self._current()
        self._leave(question.key)
        self._line.drop(question.key)

    def summary(self) -> Summary:
        """The end of the session, in numbers and names."""
        told = self._record.summary(self._monotonic(), self.drill_waiting, home(self._desk, days_ahead=1))
        left = self._line.remaining()
        return replace(told, left=(left.due, left.new), cram=self.scope.cram)


def begin(desk: Desk, scope: Scope) -> Session:
    """A session over a scope; UsageError where it names what is not there."""
    check_scope(desk, scope)
    # The app may have been open for days.
    desk.store.back_up_daily(desk.now().day)
    return Session(desk, scope)


def check_scope(desk: Desk, scope: Scope) -> None:
    """UsageError where a scope names a deck or a tag that is not there."""
    for slug in scope.decks:
        desk.deck(slug)
    if scope.tag is not None:
        desk.check_tag(scope.tag)
