"""Many answers to a card in one child: a process for each would take ten times as long."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ptcards.runner import outcomes
from ptcards.runner.protocol import Limits, Outcome, Readiness, RunnerStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptcards.runner.protocol import Job

MARKER = "ptcards batch: "
MOST_SECONDS = 60.0
SLACK = 5.0
_CONSTANTS = [("None", None), ("True", True), ("0", 0), ('""', "")]
_TEXTS = [(repr(text), text) for text in ("None", "True", "0", "x")]
_DTYPE = "(dtype) "
_READY = RunnerStatus(Readiness.READY)


class Runs(Protocol):
    """What is needed of a runner."""

    def run(self, job: Job) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Trivial:
    """An answer that takes no thought, by name, and what the check said to it."""

    name: str
    outcome: Outcome

    @property
    def is_value_in_another_dtype(self) -> bool:
        return self.name.startswith(_DTYPE)

    @property
    def shown(self) -> str:
        return self.name.removeprefix(_DTYPE)


@dataclass(slots=True)
class Batch:
    """What came of one job's answers, in their order, as far as the child got."""

    answers: list[Outcome] = field(default_factory=list)
    trivial: list[Trivial] = field(default_factory=list)
    done: bool = False
    """Whether the child came to the end."""


def run_batch(
    runner: Runs, parts: Sequence[tuple[Job, list[str]]], *, trivial: bool
) -> tuple[Outcome, list[Batch]]:
    """Judge the answers of each job, and all that is trivial, by its check; the first is what came of it all.

    The answers share a process, and what one leaves behind may reach the next: try a surprise alone. The jobs
    are one card's under several seeds.
    """
    outcome = runner.run(_batch_job(parts, trivial=trivial))
    batches = [Batch() for _ in parts]
    for line in outcome.stdout.splitlines():
        if line.startswith(MARKER):
            _take(batches, parts, line.removeprefix(MARKER))
    return outcome, batches


def _take(batches: list[Batch], parts: Sequence[tuple[Job, list[str]]], line: str) -> None:
    try:
        found: dict[str, Any] = json.loads(line)
        batch, job = batches[found["part"]], parts[found["part"]][0]
    except (ValueError, KeyError, IndexError, TypeError):
        return
    if found.get("done"):
        batch.done = True
    elif "trivial" in found:
        batch.trivial.append(Trivial(str(found["trivial"]), outcomes.outcome(job, found, 0.0, _READY)))
    elif found.get("answer") == len(batch.answers):
        batch.answers.append(outcomes.outcome(job, found, 0.0, _READY))


def _batch_job(parts: Sequence[tuple[Job, list[str]]], *, trivial: bool) -> Job:
    """A job whose answer is the text of `batch`: a time-out there is a slip, which ends the matter."""
    job = parts[0][0]
    constants = None if not trivial else _TEXTS if job.accepts == "text" else _CONSTANTS
    source = Path(__file__).with_name("batch.py").read_text(encoding="utf-8")
    told = [(_told(each), answers) for each, answers in parts]
    limits = Limits(min(job.limits.seconds + SLACK, MOST_SECONDS), job.limits.memory_mb)
    return replace(
        job,
        accepts="code",
        preamble="",
        given="",
        answer=f"{source}\n_batch({told!r}, {constants!r}, {MARKER!r})\n0\n",
        solution="0",
        check="assert True, 'the batch came to its end'",
        expects=(),
        also=(),
        wrong=(),
        limits=limits,
    )


def _told(job: Job) -> dict[str, Any]:
    """What the child's machinery takes of a job."""
    return {
        "preamble": job.preamble,
        "given": job.given,
        "imports": _imports(job.check),
        "seed": job.seed,
        "accepts": job.accepts,
        "expects": list(job.expects),
        "check": job.check,
        "solution": job.solution,
        "also": list(job.also),
    }


def _imports(check: str) -> list[str]:
    named = []
    for node in ast.walk(ast.parse(check)):
        if isinstance(node, ast.Import):
            named += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            named.append(node.module)
    return sorted(set(named))
