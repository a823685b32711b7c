"""Every answer of one card, run under several seeds, and what that proves or refutes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from ptcards.checking.lint import assertion_lines, lint
from ptcards.checking.mutation import EQUIVALENT, bad_equivalents, equivalents_of, mutants_of
from ptcards.checking.trivial import Trivial, trivial_answers
from ptcards.deck.card import Accepts, Card, Deck, Wrong, runs_code
from ptcards.deck.variation import draw, drawn_values, substituter
from ptcards.runner.literals import NotALiteralError, parse_literal, same_mistake
from ptcards.runner.protocol import Job, Outcome, Phase, Value, Verdict, Why
from ptcards.study.desk import job_for


class Runs(Protocol):
    """What is needed of a runner."""

    def run(self, job: Job) -> Outcome: ...

    def run_all(self, jobs: Sequence[Job]) -> list[Outcome]: ...


TOGETHER = 3
"""Seeds in one process."""


@dataclass(slots=True)
class Found:
    """What running a card brought to light."""

    problems: list[tuple[str, int, str, str]] = field(default_factory=list)
    """Field, line in it, kind, message."""
    warnings: list[tuple[str, int, str, str]] = field(default_factory=list)
    runs: int = 0
    skipped: str = ""
    """Why the card cannot be run here."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the card: its field, and as which mistake, if it is one."""

    field: str
    wrong: Wrong | None = None

    def code(self, card: Card) -> str:
        if self.field == "solution":
            return card.solution
        number = int(self.field.partition("[")[2].partition("]")[0])
        return card.also[number] if self.wrong is None else card.wrong[number].code

    def is_as_said(self, outcome: Outcome) -> bool:
        return outcome.passed if self.wrong is None else fails_as_said(outcome, self.wrong)


def answers_of(card: Card) -> list[Answer]:
    """The card's solution, its other answers and its mistakes, in this order."""
    if card.accepts is Accepts.RECALL:
        return []
    also = [Answer(f"also[{number}]") for number in range(len(card.also))]
    return [
        Answer("solution"),
        *also,
        *(Answer(f"wrong[{n}].code", wrong) for n, wrong in enumerate(card.wrong)),
    ]


def fails_as_said(outcome: Outcome, wrong: Wrong) -> bool:
    """Whether a mistake fails by an assertion or, where it says `raises`, by that exception."""
    if outcome.verdict is not Verdict.FAIL or outcome.why is not None:
        return False
    if wrong.raises:
        return outcome.error is not None and _last(outcome.error) == _last(wrong.raises)
    return not outcome.slip and outcome.error is None


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
        tick: Callable[[int], None],
    ) -> None:
        self._runner = runner
        self._deck = deck
        self._card = card
        self._seeds = seeds
        self._fail_closed = fail_closed
        self._tick = tick
        self._fired: set[int] = set()
        self._hanging: set[str] = set()
        """Fields, and names of trivial answers, that took too long or ended their process."""
        self._odd: dict[Answer, list[tuple[int, Outcome]]] = {}
        self._passing: dict[str, Trivial] = {}
        self.found = Found()

    def examine(self, *, mutate: bool = False, thorough: bool = False) -> Found:
        """Prove right answers right, wrong ones wrong, trivial ones not enough.

        `thorough` gives each answer a process of its own under the first seed.
        """
        lint_findings = [
            *lint(draw(self._card, self._seeds[0]), self._deck.preamble),
            *((EQUIVALENT, 1, EQUIVALENT, message) for message in bad_equivalents(self._card)),
        ]
        for start in range(0, len(self._seeds), TOGETHER):
            self._try_seeds(self._seeds[start : start + TOGETHER], alone=thorough and start == 0)
            if self.found.skipped or _SOLUTION in self._odd:
                break
        for answer, outcomes in self._odd.items():
            self._report_odd(answer, outcomes)
        for trivial in self._passing.values():
            self._report_trivial(trivial)
        sound = not self.found.problems
        if runs_code(self._card) and not self.found.skipped and _SOLUTION not in self._odd:
            self._try_other_values()
            self._report_silent_assertions()
            if mutate and sound:
                self._try_mutants()
        self.found.problems[:0] = lint_findings
        return self.found

    def _try_seeds(self, seeds: tuple[int, ...], *, alone: bool) -> None:
        """Run all answers under some seeds in one process; what surprises is run again alone."""
        answers = answers_of(self._card)
        runs = [
            (seed, answer, self._job(card, seed, answer.code(card)))
            for seed, card in ((seed, draw(self._card, seed)) for seed in seeds)
            for answer in answers
        ]
        known: dict[int, Outcome] = {}
        if not alone and runs_code(self._card):
            together = [job for _, answer, job in runs if answer.field not in self._hanging]
            known = dict(zip(map(id, together), self._all(together), strict=True))
        solved: dict[int, list[Value | None]] = {seed: [] for seed in seeds}
        for seed, answer, job in runs:
            outcome = known.get(id(job))
            if outcome is None or not answer.is_as_said(outcome):
                outcome = self._alone(job)
            self._note(outcome, answer.field)
            if answer.wrong is not None and seed == seeds[0]:
                self._try_because(answer, job)
            if outcome.verdict in _NOT_RUN:
                self._skip(outcome)
                return
            if not answer.is_as_said(outcome):
                self._odd.setdefault(answer, []).append((seed, outcome))
            if answer.wrong is None:
                solved[seed].append(outcome.answer_value)
            if _SOLUTION in self._odd:
                return
        if runs_code(self._card):
            self._try_trivial({seed: self._job(draw(self._card, seed), seed) for seed in seeds}, solved)
        self._tick(len(runs))

    def _try_because(self, answer: Answer, job: Job) -> None:
        """Each mistake must be explained by its own words, not by those of one with the same code."""
        drawn = draw(self._card, job.seed).wrong
        mine = next(w for w, known in zip(drawn, self._card.wrong, strict=True) if known is answer.wrong)
        if same_mistake(replace(job, wrong=drawn)) != mine.because:
            name = answer.field.removesuffix(".code")
            message = f"`{name}` has the code of another mistake, whose `because` is told"
            self._add(answer.field, 1, "same-mistake", message)

    def _try_other_values(self) -> None:
        """Every right answer must be right for other values, and a constant must not be right for all."""
        card = draw(self._card, self._seeds[0])
        job = job_for(
            *(self._deck, card, card.solution),
            seed=self._seeds[0],
            fail_closed=self._fail_closed,
            template=self._card,
        )
        if job.again is None:
            return
        odd = {answer.field for answer in self._odd}
        rights = [answer for answer in answers_of(card) if answer.wrong is None]
        outcomes = self._all([replace(job.again, answer=answer.code(card)) for answer in rights])
        for answer, outcome in zip(rights, outcomes, strict=True):
            # Where the solution fails, too, it holds the values itself.
            if outcomes[0].passed and not outcome.passed and answer.field not in odd:
                message = f"`{answer.field}` is right for the values drawn only; {_seen(outcome)}"
                self._add(answer.field, 1, "values-only", message)
        if card.expects or outcomes[0].answer_value is None:
            return
        text = outcomes[0].answer_value.text
        with suppress(NotALiteralError):
            parse_literal(text)
            tried = [job.again, *(self._job(draw(self._card, seed), seed) for seed in self._seeds)]
            if all(outcome.passed for outcome in self._all([replace(one, answer=text) for one in tried])):
                message = f"every draw has the same answer, {text}: vary the card, or say `fixed: true`"
                self.found.warnings.append(("solution", 1, "one-answer", message))

    def _try_trivial(self, jobs: dict[int, Job], solved: dict[int, list[Value | None]]) -> None:
        """What passes takes no thought, unless its value is a right answer's and not just what was given."""
        tried = [
            (job, trivial, solved[seed])
            for seed, job in jobs.items()
            for trivial in trivial_answers(job, solved[seed][0])
            if trivial.name not in self._hanging
        ]
        outcomes = self._all([replace(job, answer=trivial.code) for job, trivial, _ in tried])
        for (job, trivial, right), outcome in zip(tried, outcomes, strict=True):
            self._note(outcome, trivial.name)
            by_chance = outcome.answer_value is not None and outcome.answer_value in right
            if outcome.passed and (trivial.name.endswith(" unchanged") or not by_chance or job.expects):
                self._passing[trivial.name] = trivial

    def _skip(self, outcome: Outcome) -> None:
        self.found.skipped = outcome.message or "it cannot be run here"
        if outcome.why is not Why.REQUIRES:
            self._add("", 1, "not-run", f"could not be run: {self.found.skipped}")

    def _all(self, jobs: list[Job]) -> list[Outcome]:
        self.found.runs += len(jobs)
        return self._runner.run_all(jobs)

    def _alone(self, job: Job) -> Outcome:
        self.found.runs += 1
        return self._runner.run(job)

    def _job(self, card: Card, seed: int, answer: str = "") -> Job:
        job = job_for(self._deck, card, answer, seed=seed, fail_closed=self._fail_closed)
        return replace(job, wrong=())

    def _note(self, outcome: Outcome, name: str) -> None:
        if outcome.phase is Phase.CHECK and outcome.line and outcome.verdict is Verdict.FAIL:
            self._fired.add(outcome.line)
        if outcome.why is not None:
            self._hanging.add(name)

    def _report_odd(self, answer: Answer, outcomes: list[tuple[int, Outcome]]) -> None:
        seed, outcome = outcomes[0]
        tried = len(self._seeds)
        sometimes = len(outcomes) < tried and not (answer == _SOLUTION and seed == self._seeds[0])
        when = f" under {len(outcomes)} of {tried} seeds, seed {seed} among them" if sometimes else ""
        failed_check = outcome.phase is Phase.CHECK and (outcome.assertion or outcome.error)
        if outcome.verdict is Verdict.BROKEN and outcome.phase in _CARDS_OWN and not failed_check:
            self._add(outcome.phase.value, outcome.line or 1, "broken", outcome.message + when)
        elif answer.wrong is not None:
            self._add(answer.field, 1, *_said_of_mistake(answer, outcome, when))
        else:
            name = answer.field.partition("[")[0]
            kind = "flips" if sometimes else f"{name}-fails"
            line = outcome.line or 1 if outcome.phase is Phase.ANSWER else 1
            self._add(answer.field, line, kind, f"`{answer.field}` does not pass{when}; {_seen(outcome)}")

    def _report_trivial(self, trivial: Trivial) -> None:
        if trivial.name in equivalents_of(self._card):
            return
        if trivial.only_dtype:
            message = f"{trivial.name} passes: assert the dtype, unless any will do"
            self.found.warnings.append(("check", 1, "dtype-passes", message))
        else:
            message = f"{trivial.name} passes: the learner would see that it is right"
            self._add("check", 1, "trivial-passes", message)

    def _report_silent_assertions(self) -> None:
        for first, last in assertion_lines(draw(self._card, self._seeds[0]).check):
            if not any(first <= line <= last for line in self._fired):
                message = "this assertion never fires: add a `wrong` that it refuses, or take it out"
                self._add("check", first, "never-fires", message)

    def _try_mutants(self) -> None:
        drawn = _draw_all(self._card, self._seeds[0])
        left = mutants_of(drawn)
        for seed in self._seeds:
            outcomes = self._all([self._job(drawn, seed, mutant.code) for mutant in left])
            left = [mutant for mutant, outcome in zip(left, outcomes, strict=True) if outcome.passed]
        for mutant in left:
            message = (
                f"the solution still passes after {mutant.change}: refuse it, or mark it in `{EQUIVALENT}`"
            )
            self._add("solution", 1, "mutant-passes", message)

    def _add(self, name: str, line: int, kind: str, message: str) -> None:
        self.found.problems.append((name, line, kind, message))


_SOLUTION = Answer("solution")
_NOT_RUN = (Verdict.SKIPPED, Verdict.ERROR)
_CARDS_OWN = (Phase.PREAMBLE, Phase.GIVEN, Phase.CHECK)


def _said_of_mistake(answer: Answer, outcome: Outcome, when: str) -> tuple[str, str]:
    """The kind and the message for a mistake that does not fail as its card says."""
    name = f"`{answer.field.removesuffix('.code')}`"
    if outcome.passed:
        return "wrong-passes", f"{name} passes{when}: the check must refuse it"
    if answer.wrong is not None and answer.wrong.raises:
        return "wrong-differs", f"{name} should raise {answer.wrong.raises}{when}; {_seen(outcome)}"
    advice = f": say `raises: {outcome.error}`, or assert first" if outcome.error else ""
    return "wrong-differs", f"{name} fails, but not by an assertion{when}{advice}; {_seen(outcome)}"


def _seen(outcome: Outcome) -> str:
    """What the learner would see, on one line."""
    values = f" ({outcome.left} and {outcome.right})" if outcome.left is not None else ""
    text = " ".join(f"{outcome.message}{values}".split())
    return f"the learner would see: {text}" if text else "the learner would see no message"


def _draw_all(card: Card, seed: int) -> Card:
    """The card drawn, the codes of its `x-equivalent` too."""
    if not card.vary:
        return card
    put = substituter(drawn_values(card, seed))
    codes = [{"code": put(code)} for code in equivalents_of(card)]
    return replace(draw(card, seed), extras={EQUIVALENT: codes})


def _last(name: str) -> str:
    return name.rpartition(".")[2]
