"""Answers, grades and actions outside a session, and undo in words: what scripts and lists do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.errors import UsageError
from ptcards.runner.protocol import Outcome, Verdict, Why
from ptcards.scheduling.days import day_of
from ptcards.scheduling.events import GRADE_KINDS, Event, Kind, Role, event
from ptcards.study.attempt import LABELS, Attempt, grade_event, graded, judge, propose
from ptcards.study.cards import past_answer
from ptcards.study.views import Answered, Graded, UndoView

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ptcards.store.fold import RoleChange
    from ptcards.store.log import Undone
    from ptcards.study.desk import Desk, Now

_ACTIONS = {
    "suspend": (Kind.SUSPENDED, "suspend of", "is suspended; @ in browse, or ptcards resume, resumes it"),
    "resume": (Kind.RESUMED, "resume of", "comes back"),
    "bury": (Kind.BURIED, "bury of", "comes back tomorrow"),
    "unbury": (Kind.UNBURIED, "unbury of", "is not buried any more"),
    "mark": (Kind.MARKED, "mark on", "is marked"),
    "unmark": (Kind.UNMARKED, "unmark of", "is not marked any more"),
    "reset": (Kind.RESET, "reset of", "is new again; its history stays"),
    "due_set": (Kind.DUE_SET, "due day of", "has its due day set"),
}
_NAMES = {kind: name for kind, name, _ in _ACTIONS.values()}
_PASS, _FAIL = 4, 1


def answer(desk: Desk, key: str, code: str, *, seed: int | None = None, record: bool = False) -> Answered:
    """Run an answer; with `record`, commit a pass as 4 and a fail as 1 (never a slip)."""
    stored = desk.present_card(key)
    schedule = stored.schedule
    drawn = desk.draw(stored.deck, stored.content, schedule, seed)
    outcome = desk.run(drawn, code)
    attempt = judge(Attempt(), outcome)
    proposal = propose(attempt, repetitions=schedule.repetitions, is_new=schedule.due_day is None)
    proposed = _FAIL if attempt.fails else None if proposal is None else proposal.q
    if not record or not attempt.verdicts:
        return Answered(outcome, proposed)
    q, verdict = (_FAIL, "fail") if attempt.fails else (_PASS, "pass")
    made = grade_event(
        stored.key,
        schedule,
        q,
        desk.now(),
        desk.config,
        attempt,
        verdict=verdict,
        seconds=outcome.seconds,
        seed=drawn.seed,
        versions=outcome.versions,
    )
    recorded = desk.store.log.record([made], expected_head=schedule.head, code=code)
    return Answered(outcome, proposed, graded(recorded))


def not_run(key: str, why: str, message: str) -> Answered:
    """The answer to something that could not be run at all."""
    return Answered(Outcome(key, Verdict.SKIPPED, message, why=Why(why)), None)


def grade(desk: Desk, key: str, q: int) -> Graded:
    """Record a grade that the learner gives by hand."""
    stored = desk.present_card(key)
    made = grade_event(stored.key, stored.schedule, q, desk.now(), desk.config)
    return graded(desk.store.log.record([made], expected_head=stored.schedule.head))


def act(desk: Desk, *keys: str, action: str, day: date | None = None) -> str:
    """Suspend, resume, bury, unbury, mark, unmark, reset or (with a day) due_set cards, as one action.

    Says what happened.
    """
    kind, _, words = _ACTIONS[action]
    if (kind is Kind.DUE_SET) != (day is not None):
        raise UsageError("a due day goes with due_set, and only with it")
    to_day = None if day is None else day_of(day)
    cards = [desk.card(key).key for key in keys]
    desk.store.log.record([event(kind, card, *desk.now())._replace(to_day=to_day) for card in cards])
    return f"{cards[0]} {words}" if len(cards) == 1 else f"{len(cards)} cards: {action.replace('_', ' ')}"


# -- undo --------------------------------------------------------------------------------------------------


def undo_preview(desk: Desk, first_event: str | None = None) -> UndoView | None:
    """What `undo` would take back; actions up to `first_event`, or all, are of an earlier session."""
    events = desk.store.log.peek_undo()
    if not events:
        return None
    return undo_view(events, desk.now(), ask_before=events[0].id if first_event is None else first_event)


def undo(desk: Desk) -> UndoView | None:
    """Take back this device's newest action in force; None where there is none."""
    return done_view(desk.store.log.undo(*desk.now()), desk.now())


def redo(desk: Desk) -> UndoView | None:
    """Take back this device's newest undo, where no action came after it."""
    return done_view(desk.store.log.redo(*desk.now()), desk.now())


def done_view(done: Undone | None, now: Now) -> UndoView | None:
    """What was taken back, or brought back, in words."""
    return None if done is None else undo_view(done.events, now, changes=done.changes)


def undo_view(
    events: Sequence[Event], now: Now, *, ask_before: str = "", changes: Sequence[RoleChange] = ()
) -> UndoView:
    """An action in words; of ids up to `ask_before` the user is asked first."""
    first = events[0]
    card = first.card.rpartition("/")[2]
    if first.kind in GRADE_KINDS and first.q is not None:
        label = "Taught" if first.verdict == "taught" else LABELS[first.q]
        what = f"{label} on {card}{' in the drill' if first.kind == Kind.DRILLED else ''}"
    else:
        what = f"{_NAMES.get(Kind(first.kind), first.kind)} {card}"
    return UndoView(
        key=first.card,
        what=what + (f" and {len(events) - 1} more" if len(events) > 1 else ""),
        seconds_ago=max(0, (now.moment.at - first.at) // 1000),
        ask_first=first.day != now.day or first.id <= ask_before,
        note=" ".join(map(_change_in_words, changes)),
    )


def _change_in_words(change: RoleChange) -> str:
    card = change.event.card.rpartition("/")[2]
    label = "answer" if change.event.q is None else LABELS[change.event.q]
    if change.after in (Role.FIRST, Role.REPETITION):
        return f"The later {label} on {card} was practice and counts as a repetition now."
    return f"The later {label} on {card} was a repetition and counts as {change.after} now."


# -- for the author of a deck ------------------------------------------------------------------------------


def report(desk: Desk, key: str) -> str:
    """An issue text for a card's author: the newest disputed answer, its reason, seed and versions."""
    stored = desk.card(key)
    disputed = desk.store.log.disputed().get(stored.key)
    seed = disputed[0].event.seed if disputed else None
    card = desk.draw(stored.deck, stored.content, stored.schedule, seed).card
    lines = [f"# {stored.key}: the card looks wrong", "", "## Question", "", card.question.rstrip()]
    if card.given:
        lines += ["", "## Given", "", _code(card.given)]
    lines += ["", "## Check", "", _code(card.check or "(none: compared with the solution)")]
    lines += ["", "## Solution", "", _code(card.solution)]
    if not disputed:
        return "\n".join([*lines, "", "No answer to this card is disputed; `!` in a review does that."])
    event = disputed[0].event
    lines += ["", "## An answer that should count", "", _code(disputed[0].code or "(not kept)")]
    lines += ["", f"Reason: {event.disputed}", f"Said: {past_answer(disputed[0]).at}", f"Seed: {event.seed}"]
    return "\n".join([*lines, f"Versions: {event.versions or 'unknown'}"])


def _code(text: str) -> str:
    return f"```python\n{text.rstrip()}\n```"
