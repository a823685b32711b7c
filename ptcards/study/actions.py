"""Answers, grades and actions outside a session, and undo in words: what scripts and lists do."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from ptcards.errors import UsageError
from ptcards.language import _, later
from ptcards.runner.protocol import Outcome, Verdict, Why
from ptcards.scheduling import sm2
from ptcards.scheduling.days import day_of
from ptcards.scheduling.events import (
    FSRS,
    GRADE_KINDS,
    SM2,
    Event,
    Kind,
    Role,
    Step,
    event,
    grade_kind,
    json_text,
)
from ptcards.scheduling.sm2 import GOOD, PASS, Schedule, fuzz_for, is_repetition
from ptcards.store.fold import RoleChange
from ptcards.study.attempt import Attempt
from ptcards.study.desk import Desk, Now
from ptcards.study.scheduler import Plan, plan_of

_RESUMES = later("{} is suspended; @ in browse, or ptcards resume, resumes it")
_ACTIONS = {
    later("suspend"): (Kind.SUSPENDED, later("suspend of {}"), _RESUMES),
    later("resume"): (Kind.RESUMED, later("resume of {}"), later("{} comes back")),
    later("bury"): (Kind.BURIED, later("bury of {}"), later("{} comes back tomorrow")),
    later("unbury"): (Kind.UNBURIED, later("unbury of {}"), later("{} is not buried any more")),
    later("mark"): (Kind.MARKED, later("mark on {}"), later("{} is marked")),
    later("unmark"): (Kind.UNMARKED, later("unmark of {}"), later("{} is not marked any more")),
    later("reset"): (Kind.RESET, later("reset of {}"), later("{} is new again; its history stays")),
    later("due_set"): (Kind.DUE_SET, later("due day of {}"), later("{} has its due day set")),
}
_NAMES = {kind: name for kind, name, _said in _ACTIONS.values()}
_LONGEST_THOUGHT = 1200.0  # seconds on one card that are believed; longer means the learner walked away


class Answered(NamedTuple):
    """One answer run outside a session."""

    outcome: Outcome
    proposed: int | None  # The grade a session would propose for it; None where it is no attempt
    graded: Step | None = None


class UndoView(NamedTuple):
    """What `u` would take back or has taken back: named, with its age."""

    action: str  # The id of its first event
    key: str
    what: str  # `Good on unsqueeze-column`, `suspend of flip-mirror`
    seconds_ago: int
    ask_first: bool  # It is of an earlier day or session: ask before doing it
    note: str = ""  # What else changed: practice that became a repetition, or the reverse


def answer(desk: Desk, key: str, code: str, *, seed: int | None = None, record: bool = False) -> Answered:
    """Run an answer; with `record`, commit a pass as 4 and a fail as 1 (never a slip)."""
    stored = desk.card(key, present=True)
    schedule = stored.schedule
    drawn = desk.draw(stored, seed)
    outcome = desk.run(drawn, code)
    attempt = Attempt().judged(outcome, code)
    proposal = attempt.proposal(repetitions=schedule.repetitions, is_new=schedule.due_day is None)
    proposed = 1 if attempt.fails else None if proposal is None else proposal.q
    if not record or not attempt.verdicts:
        return Answered(outcome, proposed)
    q, verdict = (1, "fail") if attempt.fails else (GOOD, "pass")
    facts = {"verdict": verdict, "seconds": outcome.seconds, "seed": drawn.seed}
    done = record_grade(desk, stored.key, schedule, q, attempt, **facts)
    return Answered(outcome, proposed, done)


def not_run(key: str, why: str, message: str) -> Answered:
    """The answer to something that could not be run at all."""
    return Answered(Outcome(key, Verdict.SKIPPED, message, why=Why(why)), None)


def grade(desk: Desk, key: str, q: int) -> Step:
    """Record a grade that the learner gives by hand."""
    stored = desk.card(key, present=True)
    return record_grade(desk, stored.key, stored.schedule, q)


def record_grade(
    desk: Desk, key: str, schedule: Schedule, q: int, attempt: Attempt | None = None, **facts: Any
) -> Step:
    """Commit grade `q` on a card whose schedule is `schedule`; no `attempt`: graded by hand.

    `facts` are `cram`, and more fields of the event. StaleAnswerError where the card has moved on since.
    """
    now, fuzz_days = desk.now(), 0
    kind = grade_kind(schedule, now.day, cram=facts.pop("cram", False))
    plan = plan_of(desk, key) if kind is Kind.GRADED else Plan(None)
    if desk.config.fuzz and kind is Kind.GRADED and q >= PASS and is_repetition(schedule, now.day):
        own = None if plan.memory is None else plan.memory.grade(q, now.day).interval
        interval = sm2.grade(schedule, q, now.day, own_interval=own).interval_days
        fuzz_days = fuzz_for(key, schedule.answers)(interval)
    given: dict[str, Any] = {"q": q, "rules": SM2, "fuzz_days": fuzz_days, "verdict": "none"}
    given |= {} if attempt is None else attempt.facts()
    if plan.memory is not None:
        given |= {"rules": FSRS, "fsrs": str(plan.memory.rules)}
    if plan.tossed is not None:
        given["details"] = json_text(json.loads(given.get("details") or "{}") | {"trial": plan.tossed})
    if facts.get("seconds") is not None:
        facts["seconds"] = round(min(facts["seconds"], _LONGEST_THOUGHT), 1)
    made, code = event(kind, key, *now, **given | facts), (attempt and attempt.code) or None
    (done,) = desk.store.log.record([made], expected_head=schedule.head, code=code)
    desk.recorded(done.event, code=code, graded=key)
    return done


def act(desk: Desk, *keys: str, action: str, day: date | None = None, **how: str | None) -> str:
    """Suspend, resume, bury, unbury, mark, unmark, reset or (with a day) due_set cards, as one action.

    Says what happened. `how`: `expected_head` as in `Log.record`, and `disputed`, why the card is wrong.
    """
    kind, _name, words = _ACTIONS[action]
    if (kind is Kind.DUE_SET) != (day is not None):
        raise UsageError(_("a due day goes with due_set, and only with it"))
    cards = [desk.card(key).key for key in keys]
    to_day, disputed = None if day is None else day_of(day), how.get("disputed")
    now = desk.now()
    made = [event(kind, card, *now, to_day=to_day, disputed=disputed) for card in cards]
    done = desk.store.log.record(made, expected_head=how.get("expected_head"))
    desk.recorded(*(one.event for one in done))
    if len(cards) == 1:
        return _(words, cards[0])
    return _("{} cards: {}", len(cards), _(action).replace("_", " "))


def undo_preview(desk: Desk, first_event: str | None = None) -> UndoView | None:
    """What `undo` would take back; actions up to `first_event`, or all, are of an earlier session."""
    return _in_words(desk.now(), desk.store.log.peek_undo(), ask_before=first_event)


def undo(desk: Desk, *, redo: bool = False) -> UndoView | None:
    """Take back this device's newest action in force, or its newest undo; None where there is none."""
    now, log = desk.now(), desk.store.log
    if done := log.redo(*now) if redo else log.undo(*now):
        desk.recorded(done.undo)
    return done and _in_words(now, done.events, done.changes)


def _in_words(
    now: Now, events: Sequence[Event], changes: Sequence[RoleChange] = (), *, ask_before: str | None = ""
) -> UndoView | None:
    """An action in words; of ids up to `ask_before` (None: of any) the user is asked first."""
    if not events:
        return None
    first, more = events[0], len(events) - 1
    card = first.card.rpartition("/")[2]
    if first.kind in GRADE_KINDS and first.q is not None:
        label = _("Taught") if first.verdict == "taught" else first.label
        words = later("{} on {} in the drill") if first.kind == Kind.DRILLED else later("{} on {}")
        what = _(words, label, card)
    else:
        what = _(_NAMES.get(Kind(first.kind), first.kind + " {}"), card)
    notes = []
    for change in changes:
        label = change.event.label or _("answer")
        was, now_is = _("a repetition"), _(str(change.after))
        if change.after in (Role.FIRST, Role.REPETITION):
            was, now_is = _("practice"), _("a repetition")
        about = label, change.event.card.rpartition("/")[2], was, now_is
        notes.append(_("The later {} on {} was {} and counts as {} now.", *about))
    what += _(" and {} more", more) if more else ""
    seconds = max(0, (now.moment.at - first.at) // 1000)
    asks = ask_before is None or first.day != now.day or first.id <= ask_before
    return UndoView(first.id, first.card, what, seconds, ask_first=asks, note=" ".join(notes))


def report(desk: Desk, key: str) -> str:
    """An issue text for a card's author: the newest disputed answer, its reason, seed and versions."""
    stored = desk.card(key)
    disputed = next(iter(desk.store.log.disputed().get(stored.key, ())), None)
    seed = disputed.event.seed if disputed else None
    card = desk.draw(stored, seed).card
    parts = {
        "Question": card.question.rstrip(),
        "Given": card.given and _code(card.given),
        "Check": _code(card.check or "(none: compared with the solution)"),
        "Solution": _code(card.solution),
    }
    end = "No answer to this card is disputed; `!` in a review does that."
    if disputed:
        event, said = disputed.event, disputed.event.time.isoformat(timespec="seconds")
        parts["An answer that should count"] = _code(disputed.code or "(not kept)")
        versions = event.versions or "unknown"
        end = f"Reason: {event.disputed}\nSaid: {said}\nSeed: {event.seed}\nVersions: {versions}"
    sections = [f"## {title}\n\n{text}" for title, text in parts.items() if text]
    return "\n\n".join([f"# {stored.key}: the card looks wrong", *sections, end])


def _code(text: str) -> str:
    return f"```python\n{text.rstrip()}\n```"
