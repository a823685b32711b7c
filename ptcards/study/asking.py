"""The question at hand: taken from the line, made ready, and how long it has stood."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ptcards.deck.card import Accepts
from ptcards.errors import UsageError
from ptcards.runner.protocol import Given, Outcome
from ptcards.study.attempt import Attempt
from ptcards.study.desk import is_built_in
from ptcards.study.line import Line
from ptcards.study.record import Record
from ptcards.study.views import Question, Remaining, Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from ptcards.scheduling.sm2 import Schedule
    from ptcards.study.desk import Desk, Drawn


class Asking:
    """Which card is asked now. `monotonic` gives seconds for durations only."""

    def __init__(self, desk: Desk, scope: Scope, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._desk = desk
        self._monotonic = monotonic
        self._line = Line(desk, scope)
        self._record = Record(started=monotonic(), day=desk.now().day, first_event=_newest_action(desk))
        self._question: Question | None = None
        self._drawn: Drawn | None = None
        self._forced: str | None = None
        self._shown_at = 0.0
        self._running = 0.0
        self._revealed = False
        self.scope = scope
        self.attempt = Attempt()

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
        drawn = self._desk.draw(slug, content, stands)
        remaining = self._line.remaining()
        self._drawn = drawn
        self._question = Question(
            key=key,
            deck_title=drawn.stored_deck.title,
            card=drawn.card,
            schedule=stands,
            seed=drawn.seed,
            draft=self._desk.store.library.draft(key) or drawn.card.starter,
            position=self._record.cards + 1,
            expected=self._expected(remaining),
            remaining=remaining,
            built_in=is_built_in(drawn.stored_deck),
            drill=stands.drill_day == self._desk.now().day,
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

    def prepare(self) -> Given | None:
        """Run `preamble` and `given` ahead of the answer; None where nothing is run."""
        question, drawn = self._current()
        if question.card.accepts is not Accepts.CODE:
            return None
        job = self._desk.job(drawn, "")
        return None if isinstance(job, Outcome) else self._desk.need_runner().prepare(job)

    def try_out(self, code: str) -> Outcome:
        """Run an answer without a verdict and give its value."""
        _, drawn = self._current()
        started = self._monotonic()
        job = self._desk.job(drawn, code)
        outcome = job if isinstance(job, Outcome) else self._desk.need_runner().value(job)
        self._running += self._monotonic() - started
        return outcome

    def save_draft(self, code: str) -> None:
        """Keep what is typed, until the card is graded."""
        if self._question is not None:
            starter = self._question.card.starter
            self._desk.store.library.save_draft(self._question.key, None if code in ("", starter) else code)

    def changed_day(self) -> bool:
        """Whether the study day rolled over since the session began, or since this was last asked."""
        today = self._desk.now().day
        changed, self._record.day = today != self._record.day, today
        return changed


def _newest_action(desk: Desk) -> str:
    events = desk.store.log.peek_undo()
    return events[0].id if events else ""
