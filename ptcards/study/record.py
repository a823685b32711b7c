"""What a session remembers of itself, for its summary and its undo."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ptcards.runner.protocol import Outcome, Verdict
from ptcards.study.views import Graded, Proposal, Question, Summary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ptcards.study.attempt import Attempt
    from ptcards.study.home import Home

_LOWEST_PASS = 3


@dataclass(slots=True)
class Entry:
    """One graded card."""

    key: str
    first_try: bool
    mistake: bool
    taught: bool
    shown: bool
    bad: bool
    drill: bool
    mistakes: tuple[str, ...]
    leech: bool
    typed: str | None
    """What stood in the editor, for whoever takes the grade back."""


@dataclass(slots=True)
class Record:
    """Counts of a session, and what is known of the card being answered."""

    started: float
    day: int
    first_event: str
    """The newest action before the session: undoing that one is asked first."""
    entries: list[Entry] = field(default_factory=list)
    taken_back: list[Entry] = field(default_factory=list)
    hints_shown: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    typed: str | None = None
    """The newest answer to the card in hand that was checked."""
    _code: str | None = None
    _failed: str | None = None

    @property
    def cards(self) -> int:
        """Cards graded, drills left out."""
        return sum(not entry.drill for entry in self.entries)

    def saw(self, outcome: Outcome, code: str) -> None:
        """Remember the code: the first that failed teaches most later, else the one that passed."""
        self.versions, self.typed = outcome.versions or self.versions, code
        if outcome.verdict is Verdict.PASS:
            self._code = code
        elif outcome.verdict is Verdict.FAIL and not outcome.slip:
            self._failed = self._failed or code
        self._code = self._code or code

    def kept_code(self, attempt: Attempt) -> str | None:
        """The code that the log keeps of this answer."""
        return self._failed if attempt.fails and self._failed is not None else self._code

    def next_card(self) -> None:
        self.hints_shown, self._code, self._failed, self.versions = 0, None, None, {}
        self.typed = None

    def graded(
        self, question: Question, attempt: Attempt, proposal: Proposal, done: Graded, typed: str | None
    ) -> None:
        self.entries.append(
            Entry(
                key=question.key,
                first_try=attempt.passed and not attempt.fails and not attempt.shown,
                mistake=attempt.passed and bool(attempt.fails) and not attempt.shown,
                taught=proposal.verdict == "taught",
                shown=proposal.verdict == "shown",
                bad=done.q < _LOWEST_PASS and proposal.verdict != "taught",
                drill=question.drill,
                mistakes=attempt.mistakes,
                leech=done.leech,
                typed=typed,
            )
        )
        self.taken_back.clear()

    def undone(self, key: str, *, back: bool) -> Entry | None:
        """Keep the counts in step with the undo (`back`) and redo of a grade; None where none is known."""
        source, target = (self.entries, self.taken_back) if back else (self.taken_back, self.entries)
        for place in range(len(source) - 1, -1, -1):
            if source[place].key == key:
                target.append(source.pop(place))
                return target[-1]
        return None

    def summary(self, now: float, drill: int, tomorrow: Home) -> Summary:
        """The end of the session; `now` is on the same clock as `started`."""
        asked = [entry for entry in self.entries if not entry.drill]
        mistakes = Counter(mistake for entry in self.entries for mistake in entry.mistakes)
        return Summary(
            cards=len(asked),
            first_try=sum(entry.first_try for entry in asked),
            after_mistake=sum(entry.mistake for entry in asked),
            taught=sum(entry.taught for entry in asked),
            shown=sum(entry.shown for entry in asked),
            below_good=drill,
            seconds=now - self.started,
            mistakes=tuple(mistakes.most_common(5)),
            tomorrow_due=tomorrow.due,
            tomorrow_new=tomorrow.new,
            tomorrow_minutes=tomorrow.minutes,
            streak=tomorrow.streak,
            went_badly=tuple(dict.fromkeys(entry.key for entry in asked if entry.bad)),
            leeches=tuple(dict.fromkeys(entry.key for entry in asked if entry.leech)),
        )
