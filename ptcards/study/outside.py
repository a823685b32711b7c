"""Answers, grades and actions outside a session: what scripts do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.errors import UsageError
from ptcards.runner.protocol import Outcome, Verdict, Why
from ptcards.scheduling.events import Kind, event
from ptcards.study.attempt import Attempt, judge, kind_of_failure, propose
from ptcards.study.grading import Evidence, grade_event, graded
from ptcards.study.views import Answered, Graded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptcards.store.values import StoredCard
    from ptcards.study.workspace import Drawn, Workspace

_ACTIONS = {
    "suspend": (Kind.SUSPENDED, "stays out of reviews until it is resumed"),
    "resume": (Kind.RESUMED, "comes back"),
    "bury": (Kind.BURIED, "comes back tomorrow"),
    "unbury": (Kind.UNBURIED, "is not buried any more"),
    "mark": (Kind.MARKED, "is marked"),
    "unmark": (Kind.UNMARKED, "is not marked any more"),
    "reset": (Kind.RESET, "is new again; its history stays"),
    "due_set": (Kind.DUE_SET, "has its due day set"),
}
_PASS, _FAIL = 4, 1


def answer(workspace: Workspace, key: str, code: str, *, seed: int | None, record: bool) -> Answered:
    """Run an answer; with `record`, commit a pass as 4 and a fail as 1 (never a slip)."""
    stored = _present(workspace, key)
    drawn = workspace.draw(stored.deck, stored.content, stored.schedule, seed)
    outcome = workspace.run(drawn, code)
    schedule = stored.schedule
    attempt = judge(Attempt(), outcome)
    proposal = propose(attempt, repetitions=schedule.repetitions, is_new=schedule.due_day is None)
    proposed = _FAIL if attempt.fails else None if proposal is None else proposal.q
    if not record or not attempt.verdicts:
        return Answered(outcome, proposed)
    return Answered(outcome, proposed, _record(workspace, stored, drawn, outcome, code))


def _record(workspace: Workspace, stored: StoredCard, drawn: Drawn, outcome: Outcome, code: str) -> Graded:
    passed = outcome.passed
    evidence = Evidence(
        verdict="pass" if passed else "fail",
        why=None if passed else kind_of_failure(outcome),
        seconds=outcome.seconds,
        attempts=1,
        hints=0,
        seed=drawn.seed,
        versions=outcome.versions,
        mistakes=(outcome.because,) if outcome.because and not passed else (),
    )
    q = _PASS if passed else _FAIL
    made = grade_event(stored.key, stored.schedule, q, workspace.now(), workspace.config, evidence)
    return graded(workspace.store.log.record([made], expected_head=stored.schedule.head, code=code), q)


def not_run(key: str, why: str, message: str) -> Answered:
    """The answer to something that could not be run at all."""
    return Answered(Outcome(key, Verdict.SKIPPED, message, why=Why(why)), None)


def grade(workspace: Workspace, key: str, q: int) -> Graded:
    """Record a grade that the learner gives by hand."""
    stored = _present(workspace, key)
    made = grade_event(stored.key, stored.schedule, q, workspace.now(), workspace.config, Evidence())
    return graded(workspace.store.log.record([made], expected_head=stored.schedule.head), q)


def act(workspace: Workspace, keys: Sequence[str], action: str, to_day: int | None = None) -> str:
    """What a key does to cards, for scripts and lists; one undo takes all of it back. Says what happened."""
    kind, told = _ACTIONS[action]
    if (kind is Kind.DUE_SET) != (to_day is not None):
        raise UsageError("a due day goes with due_set, and only with it")
    now = workspace.now()
    cards = [workspace.card(key).key for key in keys]
    workspace.store.log.record(
        [event(kind, card, now.moment, now.day)._replace(to_day=to_day) for card in cards]
    )
    return f"{cards[0]} {told}" if len(cards) == 1 else f"{len(cards)} cards: {action.replace('_', ' ')}"


def _present(workspace: Workspace, key: str) -> StoredCard:
    stored = workspace.card(key)
    if not stored.present:
        raise UsageError(
            f"{stored.key} is an orphan: its deck no longer has it, so there is nothing to answer"
        )
    return stored
