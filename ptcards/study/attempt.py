"""From verdict to grade: what a learner did with one card, the grade it leads to, and its event. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ptcards.deck.card import Accepts
from ptcards.runner.protocol import Outcome, Verdict
from ptcards.scheduling.days import date_of
from ptcards.scheduling.events import RULES, Event, Kind, apply, event, grade_kind, json_text, shown_text
from ptcards.scheduling.sm2 import PASS, Schedule, fuzz_for, grade, is_repetition, marks_leech, outlook
from ptcards.study.views import GradeButton, Graded, Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ptcards.config import Config
    from ptcards.store.log import Recorded
    from ptcards.study.desk import Now

LABELS = ("Again", "Again", "Again", "Hard", "Good", "Easy")
"""The name of each grade from 0 to 5."""
_WORDS = ("Blackout", "Wrong, remembered", "Wrong, seemed easy", "Hard", "Good", "Perfect")
_LONGEST_THOUGHT = 1200.0
"""Seconds on one card that are believed; longer means the learner walked away."""
_YOUNG = 2
"""A card with fewer repetitions may be hinted at for free."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """All that happened since the card was shown."""

    verdicts: int = 0
    """Verdicts of the check: passes and counted fails."""
    fails: int = 0
    slips: int = 0
    hints: int = 0
    """Hints shown before a pass."""
    shown: bool = False
    """The solution was shown before a pass."""
    fails_before_shown: int = 0
    passed: bool = False
    why: str | None = None
    """The first counted fail's kind: a `why` word, or what failed."""
    mistakes: tuple[str, ...] = ()
    """Misconceptions named so far."""
    disputed: str | None = None
    """The learner's reason that the card is wrong."""


def judge(attempt: Attempt, outcome: Outcome) -> Attempt:
    """The attempt after one more run; slips, broken cards and what was not run count for nothing."""
    if outcome.verdict is Verdict.PASS:
        return replace(attempt, verdicts=attempt.verdicts + 1, passed=True)
    if outcome.verdict is not Verdict.FAIL:
        return attempt
    if outcome.slip:
        return replace(attempt, slips=attempt.slips + 1)
    named = (outcome.because,) if outcome.because and outcome.because not in attempt.mistakes else ()
    return replace(
        attempt,
        verdicts=attempt.verdicts + 1,
        fails=attempt.fails + 1,
        why=attempt.why or kind_of_failure(outcome),
        mistakes=attempt.mistakes + named,
    )


def keep_answer_back(outcome: Outcome, accepts: Accepts) -> Outcome:
    """What may be shown of a verdict while the card is still being answered.

    Where nothing is run the wanted value is itself the answer: of a mistake only the words are shown.
    """
    counted = outcome.verdict is Verdict.FAIL and not outcome.slip
    if accepts is Accepts.CODE or not counted:
        return outcome
    return replace(
        outcome, assertion=None, left=None, right=None, wanted_value=None, difference=(), source_line=None
    )


def kind_of_failure(outcome: Outcome) -> str:
    """One word for the statistics: a limit's name, `exception`, `shape`, `dtype`, `type` or `values`."""
    if outcome.why:
        return str(outcome.why)
    if outcome.error:
        return "exception"
    answer, wanted = outcome.answer_value, outcome.wanted_value
    if answer is not None and wanted is not None:
        if answer.type != wanted.type:
            return "type"
        if answer.shape != wanted.shape:
            return "shape"
        if answer.dtype != wanted.dtype:
            return "dtype"
    asserted = outcome.assertion or ""
    for word in ("shape", "dtype", "isinstance"):
        if word in asserted:
            return "type" if word == "isinstance" else word
    return "values"


def take_hint(attempt: Attempt) -> Attempt:
    return attempt if attempt.passed or attempt.shown else replace(attempt, hints=attempt.hints + 1)


def show_solution(attempt: Attempt) -> Attempt:
    if attempt.passed or attempt.shown:
        return attempt
    return replace(attempt, shown=True, fails_before_shown=attempt.fails)


def propose(
    attempt: Attempt, *, repetitions: int, is_new: bool, self_graded: bool = False
) -> Proposal | None:
    """The grade that the evidence leads to, or None while there is none.

    `repetitions` are the card's before this answer; a `self_graded` card is one that nothing is run of.
    """
    mistakes = "one mistake" if attempt.fails == 1 else f"{attempt.fails} mistakes"
    hints = "a hint" if attempt.hints == 1 else f"{attempt.hints} hints"
    young, shown, passed = repetitions < _YOUNG, attempt.shown, attempt.passed
    rules = (
        (self_graded, 4, "none", "you judge this one yourself"),
        (attempt.disputed is not None, 4, "none", "you say the card is wrong: grade it yourself"),
        (shown and is_new, 0, "taught", "taught; it comes back today, no lapse"),
        (shown and attempt.fails_before_shown, 1, "shown", "the solution was shown after an attempt"),
        (shown, 0, "shown", "the solution was shown without an attempt"),
        (passed and attempt.fails, 2, "fail", f"right after {mistakes}, without the solution"),
        (passed and attempt.hints and young, 4, "pass", f"right with {hints}; free while a card is young"),
        (passed and attempt.hints, 3, "pass", f"right at the first check, with {hints}"),
        (passed, 4, "pass", "right at the first check, no hint"),
    )
    return next((Proposal(q, verdict, reason) for applies, q, verdict, reason in rules if applies), None)


def buttons(
    schedule: Schedule, key: str, day: int, config: Config, *, proposed: int | None, cram: bool
) -> tuple[GradeButton, ...]:
    """The grades on offer; Again is the proposed q where that is below 3."""
    ahead = outlook(schedule, day, fuzz_for(key, schedule.answers) if config.fuzz else None)
    if config.grades == "sm2":
        offered = [(str(q), word, q) for q, word in enumerate(_WORDS)]
    else:
        again = proposed if proposed is not None and proposed < PASS else 1
        offered = [("1", "Again", again), ("2", "Hard", 3), ("3", "Good", 4), ("4", "Easy", 5)]
    still = grade_kind(schedule, day, cram=cram) is Kind.CRAMMED
    return tuple(
        GradeButton(
            key=pressed,
            label=label,
            q=q,
            interval_days=0 if still else ahead[q].interval_days,
            then_days=0 if still else ahead[q].then_days,
            today=not still and ahead[q].today,
            proposed=q == proposed,
        )
        for pressed, label, q in offered
    )


def grade_event(  # noqa: PLR0913 (all that the log keeps of an answer)
    key: str,
    schedule: Schedule,
    q: int,
    now: Now,
    config: Config,
    attempt: Attempt | None = None,
    *,
    verdict: str = "none",
    seconds: float | None = None,
    seed: int | None = None,
    versions: Mapping[str, str] | None = None,
    cram: bool = False,
) -> Event:
    """The event of grade `q` on a card whose schedule is `schedule`; no `attempt`: graded by hand."""
    kind, fuzz_days = grade_kind(schedule, now.day, cram=cram), 0
    if config.fuzz and kind is Kind.GRADED and q >= PASS and is_repetition(schedule, now.day):
        fuzz_days = fuzz_for(key, schedule.answers)(grade(schedule, q, now.day).interval_days)
    known = attempt or Attempt()
    made = event(kind, key, *now)._replace(
        q=q,
        rules=RULES,
        fuzz_days=fuzz_days,
        seconds=None if seconds is None else round(min(seconds, _LONGEST_THOUGHT), 1),
        attempts=None if attempt is None else attempt.verdicts,
        hints=None if attempt is None else attempt.hints,
        verdict=verdict,
        why=known.why,
        seed=seed,
        disputed=known.disputed,
        versions=json_text(versions) if versions else None,
        details=json_text({"mistakes": list(known.mistakes)}) if known.mistakes else None,
    )
    return made._replace(shown=shown_text(schedule, apply(schedule, made)))


def graded(recorded: Recorded) -> Graded:
    """What was committed, as it is shown."""
    written, after = recorded.events[0], recorded.after
    q = written.q or 0
    return Graded(
        event=written.id,
        key=written.card,
        label=LABELS[q],
        q=q,
        kind=str(written.kind),
        due=None if after.due_day is None else date_of(after.due_day),
        interval_days=after.interval_days,
        lapses=after.lapses,
        leech=marks_leech(recorded.before, after),
    )
