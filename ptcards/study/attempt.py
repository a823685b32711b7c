"""From verdict to grade: what a learner did with one card, and the grade it leads to. Pure."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ptcards.language import _
from ptcards.runner.protocol import Outcome, Verdict
from ptcards.scheduling.events import json_text
from ptcards.scheduling.sm2 import LEARNED


class Proposal(NamedTuple):
    """The grade the evidence leads to, and why, in one line."""

    q: int
    verdict: str  # `pass`, `fail`, `taught`, `shown` or `none`: what the event will say
    reason: str


class Attempt(NamedTuple):
    """All that happened since the card was shown."""

    verdicts: int = 0  # Verdicts of the check: passes and counted fails
    fails: int = 0
    slips: int = 0
    hints: int = 0
    """Hints shown before a pass, and one for names that were looked up before the first verdict."""
    looked_up: bool = False
    shown: bool = False  # The solution was shown before a pass
    fails_before_shown: int = 0
    passed: bool = False
    why: str | None = None  # The first counted fail's kind: a `why` word, or what failed
    mistakes: tuple[str, ...] = ()  # Misconceptions named so far
    disputed: str | None = None  # The learner's reason that the card is wrong
    typed: str = ""  # The newest answer that was checked
    code: str = ""
    """The one to keep: the first that failed teaches most later; else the one that passed, or the first."""
    versions: Mapping[str, str] = {}  # What ran the answers

    def judged(self, outcome: Outcome, code: str = "") -> "Attempt":
        """The attempt after `code` was run; slips, broken cards and what was not run count for nothing."""
        passed = outcome.verdict is Verdict.PASS
        failed = outcome.verdict is Verdict.FAIL and not outcome.slip
        better = not self.code or (not self.fails and (passed or failed))
        versions, kept = outcome.versions or self.versions, code if better else self.code
        attempt = self._replace(typed=code, code=kept, versions=versions)
        if passed:
            return attempt._replace(verdicts=attempt.verdicts + 1, passed=True)
        if not failed:
            return attempt._replace(slips=attempt.slips + (outcome.verdict is Verdict.FAIL))
        named = (outcome.because,) if outcome.because and outcome.because not in attempt.mistakes else ()
        attempt = attempt._replace(verdicts=attempt.verdicts + 1, fails=attempt.fails + 1)
        return attempt._replace(
            why=attempt.why or kind_of_failure(outcome), mistakes=attempt.mistakes + named
        )

    def hinted(self) -> "Attempt":
        return self if self.passed or self.shown else self._replace(hints=self.hints + 1)

    def with_solution(self) -> "Attempt":
        seen = self.passed or self.shown
        return self if seen else self._replace(shown=True, fails_before_shown=self.fails)

    def facts(self) -> dict[str, Any]:
        """Fields of the event."""
        versions = json_text(self.versions) if self.versions else None
        details = json_text({"mistakes": self.mistakes}) if self.mistakes else None
        found = {"why": self.why, "disputed": self.disputed, "versions": versions, "details": details}
        return {"attempts": self.verdicts, "hints": self.hints, **found}

    def proposal(self, *, repetitions: int, is_new: bool, self_graded: bool = False) -> Proposal | None:
        """The grade that the evidence leads to, or None while there is none.

        `repetitions` are the card's before this answer; a `self_graded` card is one that nothing is run of.
        """
        if self_graded:
            return Proposal(4, "none", _("you judge this one yourself"))
        mistakes = _("one mistake") if self.fails == 1 else _("{} mistakes", self.fails)
        hints = _("a hint") if self.hints == 1 else _("{} hints", self.hints)
        young, shown, passed = repetitions < LEARNED, self.shown, self.passed
        hinted = passed and self.hints > 0
        rules = (
            (self.disputed is not None, 4, "none", _("you say the card is wrong: grade it yourself")),
            (shown and is_new, 0, "taught", _("taught; it comes back today, no lapse")),
            (shown and self.fails_before_shown, 1, "shown", _("the solution was shown after an attempt")),
            (shown, 0, "shown", _("the solution was shown without an attempt")),
            (passed and self.fails, 2, "fail", _("right after {}, without the solution", mistakes)),
            (hinted and young, 4, "pass", _("right with {}; free while a card is young", hints)),
            (hinted, 3, "pass", _("right at the first check, with {}", hints)),
            (passed, 4, "pass", _("right at the first check, no hint")),
        )
        return next((Proposal(q, verdict, reason) for applies, q, verdict, reason in rules if applies), None)


def kind_of_failure(outcome: Outcome) -> str:
    """One word for the statistics: a limit's name, `exception`, `shape`, `dtype`, `type` or `values`."""
    if outcome.why:
        return str(outcome.why)
    if outcome.error:
        return "exception"
    answer, wanted = outcome.answer_value, outcome.wanted_value
    if answer is not None and wanted is not None:
        for name in ("type", "shape", "dtype"):
            if getattr(answer, name) != getattr(wanted, name):
                return name
    words = {"shape": "shape", "dtype": "dtype", "isinstance": "type"}.items()
    return next((kind for word, kind in words if word in (outcome.assertion or "")), "values")


def attempts_in(note: str | None) -> dict[str, Attempt]:
    """Attempts by name, as `as_note` kept them."""
    found = {}
    for name, kept in json.loads(note or "{}").items():
        facts = {field: kept[field] for field in Attempt._fields if field in kept}
        found[name] = Attempt(**facts | {"mistakes": tuple(kept["mistakes"])})
    return found


def as_note(attempts: Mapping[str, Attempt]) -> str:
    kept = {name: one._replace(versions=dict(one.versions))._asdict() for name, one in attempts.items()}
    return json.dumps(kept)
