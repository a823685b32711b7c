"""The app's end of the runner: a process with torch warm, kept alive, asked for verdicts."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import sys
import threading
from collections import OrderedDict
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ptcards.runner import ground, outcomes
from ptcards.runner.keeper import Keeper, LostError
from ptcards.runner.launch import launch
from ptcards.runner.plain import judge_plain
from ptcards.runner.protocol import Given, Job, Outcome, Readiness, RunnerStatus, Verdict, Why
from ptcards.runner.requirements import unmet
from ptcards.runner.wanted import DATA, holds_equal, says_what_is_wanted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ptcards.runner.protocol import Value

MARGIN = {"fork": 15.0, "spawn": 120.0}
"""Seconds beyond the limits before the warm process counts as stuck; a spawned worker imports first."""
REMEMBERED = 512
LIBRARIES = ("numpy", "cv2", "torch")
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class Runner:
    """Runs answers in a warm process; thread-safe; nothing of a deck or an answer ever runs here.

    `mode` is `fork` or `spawn` (default: `PTCARDS_RUNNER`, else what the platform can); `home` is the app's
    data folder, `private` names further paths, which must not lie where answers may read; `wrap` is a
    command put before the warm process's own in place of bubblewrap (`()` for none);
    `ahead` keeps a confined process ready for the next answer; `libraries` are imported before any answer;
    `user` is the user id to run as, which only root can choose.
    """

    def __init__(
        self,
        *,
        mode: str | None = None,
        home: Path | None = None,
        private: tuple[Path, ...] = (),
        wrap: tuple[str, ...] | None = None,
        ahead: bool = True,
        libraries: tuple[str, ...] = LIBRARIES,
        user: int | None = None,
    ) -> None:
        mode = mode or os.environ.get("PTCARDS_RUNNER") or ("fork" if sys.platform == "linux" else "spawn")
        self._margin = MARGIN.get(mode, 0.0)
        self._refusal = _refusal(mode, (*((home,) if home else ()), *private))
        self._keeper = Keeper(partial(launch, mode, wrap=wrap, ahead=ahead, libraries=libraries, user=user))
        self._known: OrderedDict[str, Outcome] = OrderedDict()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Start the warm process in the background, if it does not run; returns at once."""
        if not self._refusal:
            self._keeper.start()

    def status(self) -> RunnerStatus:
        if self._refusal:
            return RunnerStatus(Readiness.GONE, message=self._refusal)
        return self._keeper.status()

    def wait_ready(self, timeout: float | None = None) -> bool:
        """Wait until answers can run; False when they cannot, or not within `timeout` seconds."""
        return not self._refusal and self._keeper.wait_ready(timeout)

    def prepare(self, job: Job) -> Given:
        """Run `preamble` and `given` ahead of the answer, which makes the next `run` of the card faster."""
        if problem := self._not_here(job):
            return Given({}, problem)
        request = _request(job, "prepare")
        try:
            reply = self._keeper.ask(request, job.limits.seconds + self._margin)
        except LostError as error:
            return Given({}, self._lost(job, error))
        if "prepared" in reply:
            return Given(outcomes.values(reply["prepared"]))
        return Given({}, self._outcome(job, reply))

    def run(self, job: Job) -> Outcome:
        """Run and judge an answer; blocks; starts the runner if need be; never raises for what code does.

        A fail is told only once the card's own solution passed with the same seed; else the card is broken.
        """
        if job.accepts != "code" and not job.check.strip():
            return judge_plain(job)
        outcome = self._judged(job)
        if outcome.verdict is not Verdict.FAIL:
            return outcome
        if not outcome.slip and (fault := self._fault_of_card(job)):
            return replace(outcome, verdict=Verdict.BROKEN, message=fault)
        wanted = outcome.wanted_value if outcome.slip else self._wanted(job, outcome)
        return replace(outcome, because=self._because(job, outcome), wanted_value=wanted)

    def stop(self) -> None:
        """End the answer that runs: it is `skipped`, and the warm process is started again."""
        self._stopped.set()
        self._keeper.restart()

    def value(self, job: Job) -> Outcome:
        """Run an answer without its check: `answer_value` and output are filled in, `skipped` the verdict."""
        return self._judged(job, value_only=True)

    def close(self) -> None:
        """End the warm process and everything it started."""
        self._keeper.close()

    @property
    def pid(self) -> int | None:
        """The process id of the warm process, or of the wall around it."""
        return self._keeper.pid

    @property
    def busy(self) -> bool:
        """Whether the warm process has a request in hand."""
        return self._keeper.busy

    def _not_here(self, job: Job) -> Outcome | None:
        """Why the job cannot run here; waits for the start."""
        self.start()
        if not self.wait_ready():
            return _unrun(job, Verdict.SKIPPED, Why.NO_RUNNER, self.status().message)
        status = self.status()
        if lacking := unmet(job.requires, status.versions, cuda=status.cuda):
            return _unrun(job, Verdict.SKIPPED, Why.REQUIRES, lacking)
        return None

    def _judged(self, job: Job, *, value_only: bool = False) -> Outcome:
        if problem := self._not_here(job):
            return problem
        request = _request(job, "run") | {
            "answer": {"answer": job.answer, "accepts": job.accepts, "expects": list(job.expects)},
            "value_only": value_only,
        }
        patience = 2 * job.limits.seconds + self._margin
        check: Callable[[], dict[str, Any]] = lambda: {"check": job.check, "seed": job.seed}  # noqa: E731
        self._stopped.clear()
        try:
            return self._outcome(job, self._keeper.ask(request, patience, check))
        except LostError as error:
            if self._stopped.is_set():
                return _unrun(job, Verdict.SKIPPED, None, "you stopped it")
            if error.garbled or not self.wait_ready():
                return self._lost(job, error)
        try:
            return self._outcome(job, self._keeper.ask(request, patience, check))
        except LostError as error:
            return self._lost(job, error)

    def _outcome(self, job: Job, reply: dict[str, Any]) -> Outcome:
        result = reply["result"]
        status = self.status()
        missing = result.get("missing_module")
        if missing in job.requires:
            told = unmet({missing: "*"}, {}, cuda=False) or _reason(status, missing)
            return _unrun(job, Verdict.SKIPPED, Why.REQUIRES, told)
        return outcomes.outcome(job, result, float(reply.get("seconds") or 0.0), status)

    def _lost(self, job: Job, error: LostError) -> Outcome:
        status = self.status()
        if status.kind is Readiness.GONE:
            return _unrun(job, Verdict.SKIPPED, Why.NO_RUNNER, status.message)
        if error.garbled:
            return _unrun(job, Verdict.ERROR, Why.PROTOCOL, f"the runner talked nonsense: {error}")
        return _unrun(job, Verdict.ERROR, None, f"the runner ended while the answer ran: {error}")

    def _fault_of_card(self, job: Job) -> str:
        """Why a fail is not the learner's: the card's own solution does not pass with the same seed."""
        told = self._once(replace(job, answer=job.solution))
        if told.verdict in (Verdict.PASS, Verdict.SKIPPED, Verdict.ERROR):
            return ""
        return f"the card is broken: its own solution does not pass ({told.message})"

    def _wanted(self, job: Job, outcome: Outcome) -> Value | None:
        """What the answer should have been: as the assertion says, else the solution's own value."""
        answer = outcome.answer_value
        if answer is None:
            return outcome.wanted_value if holds_equal(outcome.assertion) else None
        if says_what_is_wanted(outcome.assertion):
            return outcome.wanted_value
        if answer.kind not in DATA:
            return None  # what was taken from the answer is compared, and would stand beside all of it
        value = self._once(replace(job, answer=job.solution), value_only=True).answer_value
        return value if value is not None and value.kind == answer.kind else None

    def _because(self, job: Job, outcome: Outcome) -> str | None:
        """The explanation of the mistake that fails in the same way: same assertion, same values."""
        for mistake in job.wrong:
            if outcome.slip and (mistake.raises is None or mistake.raises != outcome.error):
                continue
            if _fails_alike(self._once(replace(job, answer=mistake.code)), outcome):
                return mistake.because
        return None

    def _once(self, job: Job, *, value_only: bool = False) -> Outcome:
        """An answer of the card's own, run once for each card, code, seed and runner."""
        key = _digest(_run_parts(job), job.answer, job.check, job.accepts, job.expects, value_only)
        if key not in self._known:
            outcome = self._judged(job, value_only=value_only)
            not_run = outcome.verdict is Verdict.ERROR or (outcome.verdict is Verdict.SKIPPED and outcome.why)
            if not_run or self._stopped.is_set():
                return outcome
            self._known[key] = outcome
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return self._known[key]


def _refusal(mode: str, private: tuple[Path, ...]) -> str:
    if mode not in ("fork", "spawn"):
        return f"PTCARDS_RUNNER is {mode!r}: it may be `fork` or `spawn`"
    if mode == "fork" and sys.platform != "linux":
        return "PTCARDS_RUNNER is `fork`, which is only safe on Linux: take `spawn`"
    packages = ground.package_folders()
    for path in private:
        if folder := ground.exposed(path, packages):
            moved = "move it with PTCARDS_HOME or PTCARDS_DATABASE"
            return f"{path} lies in {folder}, which answers may read: {moved}"
    return ""


def _request(job: Job, do: str) -> dict[str, Any]:
    parts = _run_parts(job)
    return {
        "do": do,
        "key": _digest(parts),
        "job": parts | {"imports": _imports(job.preamble, job.given, job.check)},
        "seconds": job.limits.seconds,
        "fail_closed": job.fail_closed,
    }


def _run_parts(job: Job) -> dict[str, Any]:
    """What runs before the answer; a process prepared with the same can take the answer."""
    return {
        "preamble": job.preamble,
        "given": job.given,
        "seed": job.seed,
        "seconds": job.limits.seconds,
        "memory_mb": job.limits.memory_mb,
        "expects": list(job.expects),
        "for": hashlib.sha256(job.check.encode(errors="surrogatepass")).hexdigest(),
    }


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _imports(*sources: str) -> list[str]:
    """The modules that a card's code imports: they are imported, and watched, before the answer runs."""
    try:
        nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    ]
    return sorted(set(named))


def _fails_alike(mistake: Outcome, outcome: Outcome) -> bool:
    if mistake.verdict is not Verdict.FAIL or mistake.slip is not outcome.slip:
        return False
    if outcome.slip or outcome.assertion is None:
        return bool(outcome.error) and (mistake.error, mistake.message) == (outcome.error, outcome.message)
    return _signature(mistake) == _signature(outcome)


def _signature(outcome: Outcome) -> tuple[object, ...]:
    shown = (ADDRESS.sub("", text or "") for text in (outcome.left, outcome.right))
    return (outcome.line, outcome.assertion, *shown)


def _unrun(job: Job, verdict: Verdict, why: Why | None, message: str) -> Outcome:
    return Outcome(job.card, verdict, message, why=why, seed=job.seed)


def _reason(status: RunnerStatus, name: str) -> str:
    return f"needs {name}: {outcomes.visible(status.message)}"
