"""The event that records a grade, and what each grade would do before it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptcards.scheduling.days import date_of
from ptcards.scheduling.events import RULES, Event, Kind, event, grade_kind, json_text, shown_text
from ptcards.scheduling.fuzz import fuzz_for
from ptcards.scheduling.replay import apply
from ptcards.scheduling.sm2 import Outlook, Schedule, marks_leech, outlook
from ptcards.study.views import GradeButton, Graded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ptcards.config import Config
    from ptcards.store.values import Recorded
    from ptcards.study.library import Present

LABELS = {0: "Again", 1: "Again", 2: "Again", 3: "Hard", 4: "Good", 5: "Easy"}
WORDS = {
    0: "Blackout",
    1: "Wrong, remembered",
    2: "Wrong, seemed easy",
    3: "Hard",
    4: "Good",
    5: "Perfect",
}
_LOWEST_PASS = 3
_LONGEST_THOUGHT = 1200.0
"""Seconds on one card that are believed; longer means the learner walked away."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an answer besides its grade."""

    verdict: str = "none"
    why: str | None = None
    seconds: float | None = None
    attempts: int | None = None
    hints: int | None = None
    seed: int | None = None
    disputed: str | None = None
    versions: Mapping[str, str] | None = None
    mistakes: tuple[str, ...] = ()
    """Misconceptions that the card named."""


def look_ahead(schedule: Schedule, key: str, day: int, config: Config) -> dict[int, Outlook]:
    """What each grade would do today, fuzz included where it is on."""
    return outlook(schedule, day, fuzz_for(key, schedule.answers) if config.fuzz else None)


def buttons(
    schedule: Schedule, key: str, day: int, config: Config, *, proposed: int | None, cram: bool
) -> tuple[GradeButton, ...]:
    """The grades on offer; Again stands for the proposed q where that is below 3."""
    ahead = look_ahead(schedule, key, day, config)
    if config.grades == "sm2":
        offered = [(str(q), WORDS[q], q) for q in range(6)]
    else:
        again = proposed if proposed is not None and proposed < _LOWEST_PASS else 1
        offered = [("1", "Again", again), ("2", "Hard", 3), ("3", "Good", 4), ("4", "Easy", 5)]
    still = cram and grade_kind(schedule, day, cram=True) is Kind.CRAMMED
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


def grade_event(
    key: str,
    schedule: Schedule,
    q: int,
    now: Present,
    config: Config,
    evidence: Evidence,
    *,
    cram: bool = False,
) -> Event:
    """The event of grade `q` on a card that stands at `schedule`."""
    kind = grade_kind(schedule, now.day, cram=cram)
    fuzz_days = look_ahead(schedule, key, now.day, config)[q].fuzz_days if kind is Kind.GRADED else 0
    made = event(kind, key, now.moment, now.day)._replace(
        q=q,
        rules=RULES,
        fuzz_days=fuzz_days,
        seconds=None if evidence.seconds is None else round(min(evidence.seconds, _LONGEST_THOUGHT), 1),
        attempts=evidence.attempts,
        hints=evidence.hints,
        verdict=evidence.verdict,
        why=evidence.why,
        seed=evidence.seed,
        disputed=evidence.disputed,
        versions=json_text(evidence.versions) if evidence.versions else None,
        details=json_text({"mistakes": list(evidence.mistakes)}) if evidence.mistakes else None,
    )
    return made._replace(shown=shown_text(schedule, apply(schedule, made)))


def graded(recorded: Recorded, q: int) -> Graded:
    """What was committed, as it is told."""
    written = recorded.events[0]
    after = recorded.after
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
