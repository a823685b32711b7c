"""Every answer of one card, run under several seeds, and what that proves or refutes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from ptcards.checking.lint import assertion_lines
from ptcards.checking.mutation import EQUIVALENT, equivalents_of, mutants_of
from ptcards.checking.trivial import probe_job, tried_in
from ptcards.deck.card import Accepts
from ptcards.deck.hashing import runs_code
from ptcards.deck.variation import draw, drawn_values, substituter
from ptcards.runner.protocol import Phase, Verdict, Why
from ptcards.study.answering import job_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ptcards.checking.mutation import Mutant
    from ptcards.checking.trivial import Tried
    from ptcards.deck.card import Card, Deck, Wrong
    from ptcards.runner.protocol import Job, Outcome


class Runs(Protocol):
    """What is needed of a runner."""

    def run(self, job: Job) -> Outcome: ...


@dataclass(slots=True)
class Found:
    """What running a card brought to light."""

    problems: list[tuple[str, int, str, str]] = field(default_factory=list)
    """Field, line in it, kind, message."""
    warnings: list[tuple[str, int, str, str]] = field(default_factory=list)
    runs: int = 0
    skipped: str = ""
    """Why the card cannot be run here."""


def planned_runs(card: Card, seeds: int) -> int:
    """How many answers `examine` will run, at most and without mutants."""
    if card.accepts is Accepts.RECALL:
        return 0
    return seeds * (1 + len(card.also) + len(card.wrong) + runs_code(card))


class Examination:
    """Runs the answers of one card; `examine` says what is wrong with it."""

    def __init__(
        self,
        runner: Runs,
        deck: Deck,
        card: Card,
        seeds: tuple[int, ...],
        *,
        fail_closed: bool,
        tick: Callable[[], None],
    ) -> None:
        self._runner = runner
        self._deck = deck
        self._card = card
        self._seeds = seeds
        self._fail_closed = fail_closed
        self._tick = tick
        self._fired: set[int] = set()
        self._tried = False
        self.found = Found()

    def examine(self, *, mutate: bool = False) -> Found:
        """Prove right answers right, wrong ones wrong, trivial ones not enough."""
        if self._card.accepts is Accepts.RECALL or not self._right("solution"):
            return self.found
        for number in range(len(self._card.also)):
            self._right(f"also[{number}]")
        for number, wrong in enumerate(self._card.wrong):
            self._wrong(number, wrong)
        if runs_code(self._card) and not self.found.skipped:
            self._trivial()
            if self._tried and not self.found.problems:
                self._silent_assertions()
        if mutate and runs_code(self._card) and not self.found.problems:
            drawn = _draw_all(self._card, self._seeds[0])
            for mutant in mutants_of(drawn):
                self._mutant(drawn, mutant)
        return self.found

    def _run(self, choose: Callable[[Card], str]) -> Iterator[tuple[int, Outcome]]:
        """The outcomes under each seed, until the card turns out not to run here."""
        for seed in self._seeds:
            card = draw(self._card, seed)
            yield seed, self._one(self._job(card, choose(card), seed))
            if self.found.skipped:
                return

    def _job(self, card: Card, answer: str, seed: int) -> Job:
        return replace(job_for(self._deck, card, answer, seed=seed, fail_closed=self._fail_closed), wrong=())

    def _one(self, job: Job) -> Outcome:
        outcome = self._runner.run(job)
        self.found.runs += 1
        self._tick()
        if outcome.verdict is Verdict.SKIPPED or outcome.verdict is Verdict.ERROR:
            self.found.skipped = outcome.message or "it cannot be run here"
            if outcome.why is not Why.REQUIRES:
                self._tell("", 1, "not-run", f"could not be run: {self.found.skipped}")
        elif outcome.phase is Phase.CHECK and outcome.line and outcome.verdict is Verdict.FAIL:
            self._fired.add(outcome.line)
        return outcome

    def _right(self, name: str) -> bool:
        """Whether an answer passes under every seed."""
        failed = [
            (seed, outcome)
            for seed, outcome in self._run(lambda card: _answer(card, name))
            if outcome.verdict in (Verdict.FAIL, Verdict.BROKEN)
        ]
        if not failed:
            return not self.found.skipped
        seed, outcome = failed[0]
        if outcome.verdict is Verdict.BROKEN and outcome.phase in (Phase.PREAMBLE, Phase.GIVEN, Phase.CHECK):
            self._tell(outcome.phase.value, outcome.line or 1, "broken", outcome.message)
            return False
        when = self._when(len(failed), seed)
        kind = "flips" if len(failed) < len(self._seeds) else f"{name.partition('[')[0]}-fails"
        self._tell(
            name,
            outcome.line or 1 if outcome.phase is Phase.ANSWER else 1,
            kind,
            f"`{name}` does not pass{when}; {_seen(outcome)}",
        )
        return False

    def _wrong(self, number: int, wrong: Wrong) -> None:
        name = f"wrong[{number}].code"
        odd = []
        for seed, outcome in self._run(lambda card: card.wrong[number].code):
            if outcome.verdict in (Verdict.PASS, Verdict.FAIL) and not fails_as_said(outcome, wrong):
                odd.append((seed, outcome))
        if not odd:
            return
        seed, outcome = odd[0]
        when = self._when(len(odd), seed)
        if outcome.passed:
            kind, message = "wrong-passes", f"`wrong[{number}]` passes{when}: the check must refuse it"
        elif wrong.raises:
            kind = "wrong-differs"
            message = f"`wrong[{number}]` should raise {wrong.raises}{when}; {_seen(outcome)}"
        else:
            kind = "wrong-differs"
            advice = f"; say `raises: {outcome.error}`, or assert first" if outcome.error else ""
            message = f"`wrong[{number}]` fails, but not by an assertion{when}{advice}; {_seen(outcome)}"
        self._tell(name, 1, kind, message)

    def _trivial(self) -> None:
        """Try everything that takes no thought; each name is told once."""
        passed: dict[str, Tried] = {}
        for seed in self._seeds:
            card = draw(self._card, seed)
            tried = tried_in(self._one(probe_job(self._job(card, card.solution, seed), card)))
            if tried is None:
                continue
            self._tried = True
            self._fired |= {one.line for one in tried if one.line}
            passed |= {one.name: one for one in tried if one.passed}
        marked = set(equivalents_of(self._card))
        for one in passed.values():
            if one.shown in marked:
                continue
            if one.is_value_in_another_dtype:
                message = f"{one.shown} passes: assert the dtype, unless any will do"
                self.found.warnings.append(("check", 1, "dtype-passes", message))
            else:
                message = f"{one.shown} passes: the learner would be told that it is right"
                self._tell("check", 1, "trivial-passes", message)

    def _silent_assertions(self) -> None:
        for first, last in assertion_lines(draw(self._card, self._seeds[0]).check):
            if not any(first <= line <= last for line in self._fired):
                message = "this assertion never fires: add a `wrong` that it refuses, or take it out"
                self._tell("check", first, "never-fires", message)

    def _mutant(self, drawn: Card, mutant: Mutant) -> None:
        for seed in self._seeds:
            if not self._one(self._job(drawn, mutant.code, seed)).passed:
                return
        message = f"the solution still passes after {mutant.change}: refuse it, or mark it in `x-equivalent`"
        self._tell("solution", 1, "mutant-passes", message)

    def _when(self, failed: int, seed: int) -> str:
        return (
            ""
            if failed == len(self._seeds)
            else f" under {failed} of {len(self._seeds)} seeds, seed {seed} among them"
        )

    def _tell(self, name: str, line: int, kind: str, message: str) -> None:
        self.found.problems.append((name, line, kind, message))


def fails_as_said(outcome: Outcome, wrong: Wrong) -> bool:
    """Whether a wrong answer fails by an assertion or, where it says `raises`, by that exception."""
    if outcome.verdict is not Verdict.FAIL or outcome.why is not None:
        return False
    if wrong.raises:
        return outcome.error is not None and _last(outcome.error) == _last(wrong.raises)
    return not outcome.slip and outcome.error is None


def _draw_all(card: Card, seed: int) -> Card:
    """The card drawn, the codes of its `x-equivalent` too."""
    if not card.vary:
        return card
    put = substituter(drawn_values(card, seed))
    codes = [{"code": put(code)} for code in equivalents_of(card)]
    return replace(draw(card, seed), extras={EQUIVALENT: codes})


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _answer(card: Card, name: str) -> str:
    return card.solution if name == "solution" else card.also[int(name[5:-1])]


def _seen(outcome: Outcome) -> str:
    """What the learner would see, on one line."""
    values = f" ({outcome.left} and {outcome.right})" if outcome.left is not None else ""
    text = " ".join(f"{outcome.message}{values}".split())
    return f"the learner would see: {text}" if text else "the learner would see no message"
