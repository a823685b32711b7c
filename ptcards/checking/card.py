"""Every answer of one card, run under several seeds, and what that proves or refutes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ptcards.checking.batching import Batch, run_batch
from ptcards.checking.lint import assertion_lines
from ptcards.checking.mutation import EQUIVALENT, equivalents_of, mutants_of
from ptcards.deck.card import Accepts, runs_code
from ptcards.deck.variation import draw, drawn_values, substituter
from ptcards.runner.protocol import Phase, Verdict, Why
from ptcards.study.answering import job_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from ptcards.checking.batching import Runs, Trivial
    from ptcards.deck.card import Card, Deck, Wrong
    from ptcards.runner.protocol import Job, Outcome

TOGETHER = 3
"""Seeds in one child."""
CHUNK = 12
"""Mutants in one child: one that hangs takes the others of its chunk with it."""


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
    """An answer the card speaks of: where it stands, and as which mistake, if it is one."""

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
        self._unfinished = False
        self._hanging: set[Answer] = set()
        self._odd: dict[Answer, list[tuple[int, Outcome]]] = {}
        self._passing: dict[str, Trivial] = {}
        self.found = Found()

    def examine(self, *, mutate: bool = False, thorough: bool = False) -> Found:
        """Prove right answers right, wrong ones wrong, trivial ones not enough.

        `thorough` gives each answer a process of its own under the first seed.
        """
        for start in range(0, len(self._seeds), TOGETHER):
            self._try_seeds(self._seeds[start : start + TOGETHER], alone=thorough and start == 0)
            if self.found.skipped or _SOLUTION in self._odd:
                break
        for answer, outcomes in self._odd.items():
            self._tell_odd(answer, outcomes)
        for trivial in self._passing.values():
            self._tell_trivial(trivial)
        if self._unfinished and not self.found.skipped:
            message = "not every trivial answer could be tried: one ended the process, or took too long"
            self.found.warnings.append(("check", 1, "unfinished", message))
        sound = not self.found.problems
        if runs_code(self._card) and not self.found.skipped and _SOLUTION not in self._odd:
            self._tell_silent_assertions()
            if mutate and sound:
                self._try_mutants()
        return self.found

    def _try_seeds(self, seeds: tuple[int, ...], *, alone: bool) -> None:
        """Run all answers under some seeds in one process; what surprises is run again alone."""
        answers = answers_of(self._card)
        together = [each for each in answers if each not in self._hanging] if runs_code(self._card) else []
        parts = []
        for number, seed in enumerate(seeds):
            card = draw(self._card, seed)
            in_part = [] if alone and number == 0 else together
            parts.append((seed, card, in_part))
        if runs_code(self._card):
            jobs = [
                (self._job(card, "", seed), [each.code(card) for each in part]) for seed, card, part in parts
            ]
            outcome, batches = run_batch(self._runner, jobs, trivial=True)
            if outcome.verdict in _NOT_RUN:
                self._skip(outcome)
                return
            self._unfinished |= not batches[0].done and not batches[0].answers
        else:
            batches = [Batch(done=True) for _ in parts]
        for (seed, card, part), batch in zip(parts, batches, strict=True):
            self._take(batch, card, part, seed)
            for answer in answers:
                if answer not in part and not self.found.skipped:
                    self._judge(answer, self._alone(self._job(card, answer.code(card), seed)), seed)
            self._tick(len(answers))
            if self.found.skipped or _SOLUTION in self._odd:
                return

    def _take(self, batch: Batch, card: Card, answers: list[Answer], seed: int) -> None:
        for number, answer in enumerate(answers):
            outcome = batch.answers[number] if number < len(batch.answers) else None
            if outcome is None or not answer.is_as_said(outcome):
                outcome = self._alone(self._job(card, answer.code(card), seed))
            else:
                self.found.runs += 1
            self._judge(answer, outcome, seed)
            if self.found.skipped or _SOLUTION in self._odd:
                return
        self.found.runs += len(batch.trivial)
        for trivial in batch.trivial:
            self._note_line(trivial.outcome)
            if trivial.outcome.passed:
                self._passing[trivial.name] = trivial

    def _skip(self, outcome: Outcome) -> None:
        self.found.skipped = outcome.message or "it cannot be run here"
        if outcome.why is not Why.REQUIRES:
            self._tell("", 1, "not-run", f"could not be run: {self.found.skipped}")

    def _judge(self, answer: Answer, outcome: Outcome, seed: int) -> None:
        self._note_line(outcome)
        if outcome.why is not None:
            self._hanging.add(answer)
        if outcome.verdict in _NOT_RUN:
            self._skip(outcome)
        elif not answer.is_as_said(outcome):
            self._odd.setdefault(answer, []).append((seed, outcome))

    def _alone(self, job: Job) -> Outcome:
        self.found.runs += 1
        return self._runner.run(job)

    def _job(self, card: Card, answer: str, seed: int) -> Job:
        job = job_for(self._deck, card, answer, seed=seed, fail_closed=self._fail_closed)
        return replace(job, wrong=())

    def _note_line(self, outcome: Outcome) -> None:
        if outcome.phase is Phase.CHECK and outcome.line and outcome.verdict is Verdict.FAIL:
            self._fired.add(outcome.line)

    def _tell_odd(self, answer: Answer, outcomes: list[tuple[int, Outcome]]) -> None:
        seed, outcome = outcomes[0]
        tried = len(self._seeds)
        sometimes = len(outcomes) < tried and not (answer == _SOLUTION and seed == self._seeds[0])
        when = f" under {len(outcomes)} of {tried} seeds, seed {seed} among them" if sometimes else ""
        failed_check = outcome.phase is Phase.CHECK and (outcome.assertion or outcome.error)
        if outcome.verdict is Verdict.BROKEN and outcome.phase in _CARDS_OWN and not failed_check:
            self._tell(outcome.phase.value, outcome.line or 1, "broken", outcome.message + when)
        elif answer.wrong is not None:
            self._tell(answer.field, 1, *_said_of_mistake(answer, outcome, when))
        else:
            name = answer.field.partition("[")[0]
            kind = "flips" if sometimes else f"{name}-fails"
            line = outcome.line or 1 if outcome.phase is Phase.ANSWER else 1
            self._tell(answer.field, line, kind, f"`{answer.field}` does not pass{when}; {_seen(outcome)}")

    def _tell_trivial(self, trivial: Trivial) -> None:
        if trivial.shown in equivalents_of(self._card):
            return
        if trivial.is_value_in_another_dtype:
            message = f"{trivial.shown} passes: assert the dtype, unless any will do"
            self.found.warnings.append(("check", 1, "dtype-passes", message))
        else:
            message = f"{trivial.shown} passes: the learner would be told that it is right"
            self._tell("check", 1, "trivial-passes", message)

    def _tell_silent_assertions(self) -> None:
        for first, last in assertion_lines(draw(self._card, self._seeds[0]).check):
            if not any(first <= line <= last for line in self._fired):
                message = "this assertion never fires: add a `wrong` that it refuses, or take it out"
                self._tell("check", first, "never-fires", message)

    def _try_mutants(self) -> None:
        drawn = _draw_all(self._card, self._seeds[0])
        left = mutants_of(drawn)
        for seed in self._seeds:
            passing = []
            for start in range(0, len(left), CHUNK):
                chunk = left[start : start + CHUNK]
                job, codes = self._job(drawn, "", seed), [mutant.code for mutant in chunk]
                _, (batch,) = run_batch(self._runner, [(job, codes)], trivial=False)
                self.found.runs += len(chunk)
                for number, mutant in enumerate(chunk):
                    known = batch.answers[number] if number < len(batch.answers) else None
                    if (known or self._alone(self._job(drawn, mutant.code, seed))).passed:
                        passing.append(mutant)
            left = passing
        for mutant in left:
            message = (
                f"the solution still passes after {mutant.change}: refuse it, or mark it in `{EQUIVALENT}`"
            )
            self._tell("solution", 1, "mutant-passes", message)

    def _tell(self, name: str, line: int, kind: str, message: str) -> None:
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
