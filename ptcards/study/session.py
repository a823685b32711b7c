"""One sitting: which card is asked, what was answered, what the grade is, what stands at the end."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ptcards.deck.card import Accepts
from ptcards.errors import UsageError
from ptcards.runner.protocol import Given, Outcome
from ptcards.scheduling.events import Kind, event
from ptcards.study.attempt import Attempt, judge, propose, show_solution, take_hint
from ptcards.study.grading import Evidence, buttons, grade_event, graded
from ptcards.study.library import is_built_in
from ptcards.study.line import Line
from ptcards.study.record import Record
from ptcards.study.undoing import undo_view
from ptcards.study.views import (
    GradeButton,
    Graded,
    Judged,
    Proposal,
    Question,
    Remaining,
    Scope,
    Summary,
    UndoView,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from ptcards.scheduling.sm2 import Schedule
    from ptcards.study.workspace import Drawn, Workspace


class Session:
    """Asks cards one after another. Methods that run code or write block; call one at a time.

    `monotonic` gives seconds for durations only.
    """

    def __init__(
        self, workspace: Workspace, scope: Scope, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._workspace = workspace
        self._monotonic = monotonic
        self._line = Line(workspace, scope)
        self._record = Record(
            started=monotonic(), day=workspace.now().day, first_event=_newest_action(workspace)
        )
        self._question: Question | None = None
        self._drawn: Drawn | None = None
        self._forced: str | None = None
        self._shown_at = 0.0
        self._running = 0.0
        self._revealed = False
        self.scope = scope
        self.attempt = Attempt()

    # -- the question --------------------------------------------------------------------------------------

    def next(self) -> Question | None:
        """The question to show now; None when nothing is left but, perhaps, the drill."""
        if self._question is None and not self._over():
            forced, self._forced = self._forced, None
            pick = self._line.take(forced)
            if pick is not None:
                self._ask(pick.key, pick.deck, pick.content, pick.schedule)
        return self._question

    def _over(self) -> bool:
        limit, minutes = self.scope.limit, self.scope.minutes
        if self._line.drilling or self._forced is not None:
            return False
        spent = (self._monotonic() - self._record.started) / 60
        return (limit is not None and self._record.cards >= limit) or (
            minutes is not None and spent >= minutes
        )

    def _ask(self, key: str, slug: str, content: str, stands: Schedule) -> None:
        drawn = self._workspace.draw(slug, content, stands)
        remaining = self._line.remaining()
        self._drawn = drawn
        self._question = Question(
            key=key,
            deck_title=drawn.stored_deck.title,
            card=drawn.card,
            schedule=stands,
            seed=drawn.seed,
            draft=self._workspace.store.draft(key) or drawn.card.starter,
            position=self._record.cards + 1,
            expected=self._expected(remaining),
            remaining=remaining,
            built_in=is_built_in(drawn.stored_deck),
            drill=stands.drill_day == self._workspace.now().day,
            cram=self.scope.cram,
        )
        self.attempt, self._revealed = Attempt(), False
        self._shown_at, self._running = self._monotonic(), 0.0

    def _expected(self, remaining: Remaining) -> int:
        left = remaining.total if self._line.drilling else remaining.due + remaining.new
        expected = self._record.cards + max(left, 1)
        return min(expected, self.scope.limit) if self.scope.limit and not self._line.drilling else expected

    def _current(self) -> tuple[Question, Drawn]:
        if self._question is None or self._drawn is None:
            raise UsageError("no card is being asked")
        return self._question, self._drawn

    @property
    def remaining(self) -> Remaining:
        return self._line.remaining()

    def elapsed(self) -> float:
        """Seconds on this card, time spent running its answers left out."""
        return max(0.0, self._monotonic() - self._shown_at - self._running)

    # -- answering -----------------------------------------------------------------------------------------

    def prepare(self) -> Given | None:
        """Run `preamble` and `given` ahead of the answer; None where nothing is run."""
        question, drawn = self._current()
        if question.card.accepts is not Accepts.CODE:
            return None
        job = self._workspace.job(drawn, "")
        return None if isinstance(job, Outcome) else self._workspace.need_runner().prepare(job)

    def submit(self, code: str) -> Judged:
        """Run an answer and judge it; waits for a runner that is still warming."""
        _, drawn = self._current()
        started = self._monotonic()
        outcome = self._workspace.run(drawn, code)
        self._running += self._monotonic() - started
        if self._drawn is drawn:
            self.attempt = judge(self.attempt, outcome)
            self._record.saw(outcome, code)
        attempt = self.attempt
        return Judged(outcome, attempt.verdicts, attempt.slips, attempt.hints, passed=outcome.passed)

    def try_out(self, code: str) -> Outcome:
        """Run an answer without a verdict and give its value."""
        _, drawn = self._current()
        started = self._monotonic()
        job = self._workspace.job(drawn, code)
        outcome = job if isinstance(job, Outcome) else self._workspace.need_runner().value(job)
        self._running += self._monotonic() - started
        return outcome

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
            is_new=question.is_new,
            self_graded=recall,
        )

    def buttons(self) -> tuple[GradeButton, ...]:
        """The grades on offer, each with what it would do."""
        question, _ = self._current()
        proposal = self.proposal
        return buttons(
            question.schedule,
            question.key,
            self._workspace.now().day,
            self._workspace.config,
            proposed=None if proposal is None else proposal.q,
            cram=self.scope.cram,
        )

    def grade(self, q: int) -> Graded:
        """Commit a grade; StaleAnswerError where the card has moved on since it was shown."""
        question, drawn = self._current()
        proposal = self.proposal
        if proposal is None:
            raise UsageError("there is nothing to grade yet: check an answer, or ask to be shown")
        attempt, config = self.attempt, self._workspace.config
        evidence = Evidence(
            verdict=proposal.verdict,
            why=attempt.why,
            seconds=self.elapsed(),
            attempts=attempt.verdicts,
            hints=attempt.hints,
            seed=drawn.seed,
            disputed=attempt.disputed,
            versions=self._record.versions,
        )
        made = grade_event(
            question.key, question.schedule, q, self._workspace.now(), config, evidence, cram=self.scope.cram
        )
        recorded = self._workspace.store.record(
            [made], expected_head=question.schedule.head, code=self._record.kept_code(attempt)
        )
        self._record.graded(question, attempt, proposal, q)
        self._leave(question.key)
        return graded(recorded, q)

    def _leave(self, key: str) -> None:
        self._line.left(key)
        self._question = self._drawn = None
        self._record.next_card()

    # -- other ways to leave a card ------------------------------------------------------------------------

    def skip(self) -> None:
        """To the end of this session."""
        question, _ = self._current()
        self._line.skip(question.key)
        self._leave(question.key)

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
        now = self._workspace.now()
        made = event(kind, question.key, now.moment, now.day)._replace(disputed=disputed)
        self._workspace.store.record([made], expected_head=question.schedule.head)
        self._leave(question.key)
        return f"{question.card.id} {told}"

    def mark(self) -> str:
        """Mark the card, or take its mark away; it stays on the screen."""
        question, _ = self._current()
        now = self._workspace.now()
        kind = Kind.UNMARKED if question.schedule.marked else Kind.MARKED
        made = event(kind, question.key, now.moment, now.day)
        recorded = self._workspace.store.record([made], expected_head=question.schedule.head)
        self._question = replace(question, schedule=recorded.after)
        return f"{question.card.id} is {'marked' if recorded.after.marked else 'not marked any more'}"

    def save_draft(self, code: str) -> None:
        """Keep what is typed, until the card is graded."""
        if self._question is not None:
            starter = self._question.card.starter
            self._workspace.store.save_draft(self._question.key, None if code in ("", starter) else code)

    # -- undo ----------------------------------------------------------------------------------------------

    def undo_preview(self) -> UndoView | None:
        """What `undo` would take back, named."""
        now = self._workspace.now()
        events = self._workspace.store.peek_undo()
        return undo_view(events, now, ask_before=self._record.first_event) if events else None

    def undo(self) -> UndoView | None:
        """Take the newest action back; its card is asked next."""
        now = self._workspace.now()
        done = self._workspace.store.undo(now.moment, now.day)
        if done is None:
            return None
        self._after_undo(done.events[0].card, back=True)
        return undo_view(done.events, now, changes=done.changes)

    def redo(self) -> UndoView | None:
        """Take the newest undo back."""
        now = self._workspace.now()
        done = self._workspace.store.redo(now.moment, now.day)
        if done is None:
            return None
        self._after_undo(done.events[0].card, back=False)
        return undo_view(done.events, now, changes=done.changes)

    def _after_undo(self, key: str, *, back: bool) -> None:
        self._record.undone(key, back=back)
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
        self.skip()

    def changed_day(self) -> bool:
        """Whether the study day rolled over since the session began, or since this was last asked."""
        today = self._workspace.now().day
        changed, self._record.day = today != self._record.day, today
        return changed

    def summary(self) -> Summary:
        """The end of the session, in numbers and names."""
        from ptcards.study.homing import tomorrow_and_streak

        due, new, streak = tomorrow_and_streak(self._workspace)
        return self._record.summary(self._monotonic(), self.drill_waiting, due, new, streak)


def _newest_action(workspace: Workspace) -> str:
    events = workspace.store.peek_undo()
    return events[0].id if events else ""
