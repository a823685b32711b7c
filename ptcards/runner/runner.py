"""The app's end of the runner: a process with torch warm, kept alive, asked for verdicts."""

import json
import os
import secrets
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from ptcards.deck.card import Limits, Within, Wrong
from ptcards.language import _, in_use, later
from ptcards.runner import libraries, protocol
from ptcards.runner.helpers import NotALiteralError, form, parse_literal, same
from ptcards.runner.interpreter import Interpreter, own
from ptcards.runner.launch import Started, launch
from ptcards.runner.protocol import Message, Outcome, Phase, Readiness, RunnerStatus, Value, Verdict, Why
from ptcards.text import visible

MARGIN = {"fork": 15.0, "spawn": 120.0}  # seconds beyond the limits until it is stuck; a spawned one imports
START_PATIENCE = 180.0
CAPTURING = 28.0  # seconds for a failure to become a card's code
PREDICTING = 120.0  # seconds for a fold, of which a hundred thousand answers take two on a quiet machine
REMEMBERED = 512
STOPPED = later("you stopped it")


@dataclass(frozen=True, slots=True)
class Job:
    """One answer to one card, with `vary` already filled in."""

    card: str
    accepts: str = "code"  # `code`, `literal` or `text`
    preamble: str = ""
    given: str = ""
    answer: str = ""
    check: str = ""
    solution: str = ""
    also: tuple[str, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    expects: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    within: Within = Within()
    limits: Limits = Limits()  # its seconds count for `preamble` with `given`, and again for answer and check
    seed: int = 0
    language: str = field(default_factory=in_use)  # that the verdict speaks
    requires: Mapping[str, str] = field(default_factory=dict)  # import names, `python`, `cuda`: versions
    fail_closed: bool = True  # refuse where the sandbox does not hold: but the built-in and unsandboxed decks
    again: "Job | None" = None  # the card with other values: an answer that passes must pass here, too


class Runner:
    """Runs answers in a warm process; thread-safe; nothing of a deck or an answer ever runs here.

    `mode` is `fork` or `spawn` (default: `PTCARDS_RUNNER`, else what the platform can); no answer may read
    `private` paths; `wrap` is put before the warm process's command; `ahead` keeps processes ready.
    """

    def __init__(
        self,
        *,
        mode: str | None = None,
        private: tuple[Path, ...] = (),
        wrap: tuple[str, ...] = (),
        ahead: bool = True,
        libraries: tuple[str, ...] = libraries.NAMES,
        interpreter: Interpreter | None = None,
    ) -> None:
        usual = "fork" if sys.platform == "linux" else "spawn"
        self._mode = mode or os.environ.get("PTCARDS_RUNNER") or usual
        self.interpreter = interpreter or own()
        folders, packages = self.interpreter.folders, self.interpreter.packages
        self._refusal = self.interpreter.trouble or _refusal(self._mode, private, folders)
        self._command = [*wrap, self.interpreter.base]
        more = {"readable": folders, "packages": packages}
        self._facts = {"mode": self._mode, "libraries": libraries, "ahead": ahead} | more
        self._known: dict[str, Outcome] = {}
        self._talking = threading.Lock()
        self._changing = threading.RLock()
        self._settled = threading.Event()  # not set while a warm process is being started
        self._settled.set()
        self._stops = 0
        self._started: Started | None = None
        self._status = RunnerStatus(Readiness.GONE, message=self._refusal or "the runner is not started")
        self._since = time.monotonic()

    def start(self) -> None:
        """Start the warm process in the background, if it does not run; returns at once."""
        with self._changing:
            ended = self._started
            runs = ended is not None and ended.process.poll() is None
            if self._refusal or runs or not self._settled.is_set():
                return
            kind = Readiness.RESTARTING if ended else Readiness.WARMING
            message = "the runner ended and is started again" if ended else ""
            self._status = RunnerStatus(kind, message=message)
            self._since, self._started = time.monotonic(), None
            self._settled.clear()
        threading.Thread(target=self._warm_up, args=(ended,), name="ptcards-runner", daemon=True).start()

    def _warm_up(self, ended: Started | None) -> None:
        """Clear up after one that ended, start another and wait for its first message; try twice."""
        reason, status = ended.end() if ended else "", None
        for _again in range(2):
            started = None
            try:
                started = launch(self._command, self._facts)
                with self._changing:
                    self._started = started
                hello = started.channel.receive(START_PATIENCE)
                lacking, message = hello["missing"], "; ".join(hello["missing"].values())
                if "torch" in lacking:
                    message += f": cards that need it are skipped ({self.interpreter.command('torch')})"
                kind = Readiness.NO_TORCH if "torch" in lacking else Readiness.READY
                facts = tuple(hello["layers"]), hello["versions"], bool(hello["cuda"]), hello["lacking"]
                status = RunnerStatus(kind, time.monotonic() - self._since, message, *facts, lacking)
                break
            except Exception as error:
                with self._changing:
                    self._started = None
                    if not self._refusal:
                        reason = started.end() if started else _("it could not be started: {}", error)
            if self._refusal:
                break
        if status is None:
            words = later("answers cannot be run: the runner ended ({}); `ptcards doctor` looks into it")
            status = RunnerStatus(Readiness.GONE, message=_(words, reason))
        with self._changing:
            self._status = status
            if self._refusal:
                self.close()
        self._settled.set()

    def status(self) -> RunnerStatus:
        """Whether answers can run; a process that ended unseen is started again."""
        if self._status.usable:
            self.start()
        if self._status.usable or self._status.kind is Readiness.GONE:
            return self._status
        return replace(self._status, waited=time.monotonic() - self._since)

    def wait_ready(self, timeout: float | None = None) -> bool:
        """Wait until answers can run; False when they cannot, or not within `timeout` seconds."""
        return self._settled.wait(timeout) and self._status.usable

    def stop(self) -> None:
        """End the answer that runs: it is `skipped`, and the warm process is started again."""
        self._stops += 1
        with self._changing:
            if self._started is not None:
                self._started.process.kill()

    def close(self) -> None:
        """End the warm process and everything it started."""
        with self._changing:
            self._refusal = "the runner is closed"
            self._status = RunnerStatus(Readiness.GONE, message=self._refusal)
            started, self._started = self._started, None
            if started is not None:
                started.end()
        self._settled.set()

    def prepare(self, job: Job) -> Outcome:
        """Run `preamble` and `given` alone: `values` are what they bind, `message` says why they do not."""
        return self._judged(job, self._stops, "prepare")

    def value(self, job: Job) -> Outcome:
        """Run an answer without its check: `answer_value` and output are filled in, `skipped` the verdict."""
        return self._judged(job, self._stops, "answer")

    def look_up(self, job: Job, what: str, code: str, line: str) -> Outcome:
        """A `page` about what `line` of the answer `code` ends in, or the `names` it may be: the `stdout`."""
        answer = protocol.LOOK_UP.format(what, code, line)
        outcome = self.value(replace(job, accepts="code", expects=(), answer=answer))
        stdout = "" if outcome.message else outcome.stdout.rpartition(protocol.MARK)[2]
        return replace(outcome, stdout=stdout, source_line=None)

    def capture(self, request: Mapping[str, object]) -> dict[str, Any]:
        """A failure as the code of a card, made and shrunk in the sandbox or not at all; blocks.

        The request: `script` with its `name`, `modules`, `argv` and the place `at`, or `described` and
        `failing`; and `fix`, `error`, `message`. The result: `given`, `failing`, `fix`, `error`, `message`,
        `notes`, and `why` there is none.
        """
        limits = Limits(CAPTURING, 4096)
        job = Job("captured", answer=protocol.CAPTURE.format(json.dumps(request)), limits=limits)
        found: dict[str, Any] = dict.fromkeys(("given", "failing", "fix", "error", "message", "why"), "")
        return found | {"notes": []} | self._printed(job, json.loads, _("run again, it {}"))

    def predict(self, request: Mapping[str, object]) -> dict[str, Any]:
        """What SM-2 and FSRS foretell of a fold of a log, or FSRS fitted to all of it; blocks.

        The request: `cards`, of each the answers in order as `[at (ms), day, rating 1 to 4, whether it is a
        repetition on a later day, interval (days) that SM-2 had planned]`; `fold`, one of `folds` forward
        ones, or None for a fit to everything; `start`, `defaults`, `low`, `high` and `spread` of the 21
        weights; `replicates` of the bootstrap. The result: `why` there is none, else the sums that
        `comparing.report` adds up, or `weights`, `log_loss` and the `count` of repetitions.
        """
        answer = protocol.PREDICT.format(protocol.pack(request))
        limits = Limits(PREDICTING, 4096)
        job = Job("predicted", answer=answer, limits=limits, requires={"torch": "*"}, fail_closed=False)
        return self._printed(job, protocol.unpack, _("the comparison {}"))

    def _printed(self, job: Job, read: Callable[[str], dict[str, Any]], why: str) -> dict[str, Any]:
        """What an answer of our own prints behind the mark, else `why` it prints nothing."""
        outcome = self.value(job)
        try:
            return read(outcome.stdout.rpartition(protocol.MARK)[2])
        except ValueError:
            said = outcome.message or _("nothing came of it")
            ends = {
                Why.TIMEOUT: _("takes longer than {:g} s", job.limits.seconds),
                Why.MEMORY: _("takes too much memory"),
            }
            ends |= {Why.CPU: ends[Why.TIMEOUT], Why.EXITED: _("ends the process")}
            return {"why": why.format(ends[outcome.why]) if outcome.why in ends else said}

    def run_all(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Judge answers of one deck quickly, in one process, without output, solutions and known mistakes.

        What one leaves behind may reach the next: run a surprise alone.
        """
        if not jobs or (jobs[0].accepts != "code" and not jobs[0].check.strip()):
            return [judge_plain(job) for job in jobs]
        results = self._request(jobs, "check", self._stops)
        return [self._outcome(job, result) for job, result in zip(jobs, results, strict=True)]

    def run(self, job: Job) -> Outcome:
        """Run and judge an answer; blocks; never raises for what code does.

        Where the card's own solution does not pass with the same seed, a fail is the card's.
        """
        if job.accepts != "code" and not job.check.strip():
            return judge_plain(job)
        stops = self._stops
        outcome, again = self._judged(job, stops), job.again
        others = again and (outcome.drew or (again.given, again.check) != (job.given, job.check))
        if outcome.passed and again and others:
            # It has to be right with other values, too, where the card's solution is.
            other = self._judged(replace(again, answer=job.answer), stops)
            fails = other.verdict is Verdict.FAIL and other.why is None
            if fails and self._once(replace(again, answer=job.solution), stops).passed:
                message, wanted = _(protocol.ONLY_THESE) + other.message, _wanted(other, None)
                return replace(other, message=message, slip=False, seed=job.seed, wanted_value=wanted)
        if outcome.verdict is not Verdict.FAIL:
            return outcome
        if not outcome.slip:
            solved = self._once(replace(job, answer=job.solution), stops)
            if solved.verdict in (Verdict.FAIL, Verdict.BROKEN):
                fault = _("the card is broken: its own solution does not pass ({})", solved.message)
                return replace(outcome, verdict=Verdict.BROKEN, message=fault)
            outcome = replace(outcome, wanted_value=_wanted(outcome, solved.answer_value))
        outcome = replace(outcome, because=self._because(job, outcome, stops))
        if self._stops != stops:
            return Outcome(job.card, Verdict.SKIPPED, _(STOPPED), seed=job.seed)
        return outcome

    def _because(self, job: Job, outcome: Outcome, stops: int) -> str | None:
        """The explanation of the mistake that the answer is, or of the only one that fails alike.

        That is by the same exception, or by the same assertion with the same values.
        """
        alike = str.strip if job.accepts == "text" else form
        if known := [wrong for wrong in job.wrong if alike(wrong.code) == alike(job.answer)]:
            return known[0].because
        value, found, raised = outcome.answer_value, set(), outcome.slip or outcome.assertion is None
        names = ("error",) if raised else ("line", "assertion", "difference", "left", "right")
        names = ("verdict", "slip", "message", *names)
        for wrong in job.wrong if outcome.error or not raised else ():
            if outcome.slip and (wrong.raises or "").rpartition(".")[2] != outcome.error:
                continue
            its = self._once(replace(job, answer=wrong.code), stops)
            same = all(getattr(its, name) == getattr(outcome, name) for name in names)
            if not raised and outcome.right is None:  # "is not so" is said of many mistakes
                same = same and value is not None and value.is_surely(its.answer_value)
            found |= {wrong.because} if same else set()
        return found.pop() if len(found) == 1 else None

    def _once(self, job: Job, stops: int) -> Outcome:
        """An answer of the card's own, run once for each card, code, seed and runner; it is not measured."""
        job = replace(job, within=Within())
        key = repr(job)
        if key not in self._known:
            outcome = self._judged(job, stops)
            if outcome.verdict in (Verdict.ERROR, Verdict.SKIPPED):
                return outcome
            self._known[key] = outcome
            if len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]
        return self._known[key]

    def _judged(self, job: Job, stops: int, last: str = "check") -> Outcome:
        return self._outcome(job, self._request([job], last, stops)[0])

    def _request(self, jobs: Sequence[Job], last: str, stops: int) -> list[Message]:
        """The warm process's results, asked for twice where it ended; of what did not run, why."""
        parts = [_parts(job, alone=len(jobs) == 1) for job in jobs]
        request = {"last": last, "fail_closed": jobs[0].fail_closed, "jobs": parts}
        patience = 2 * sum(job.limits.seconds for job in jobs) + MARGIN.get(self._mode, 0.0)
        found = _not_run(_(STOPPED))
        for _again in range(2):
            if self._stops != stops:
                break
            self.start()
            if not self.wait_ready():
                found = _not_run(self.status().message, Why.NO_RUNNER)
                break
            if lacking := self.interpreter.unmet(jobs[0].requires, self._status):
                found = _not_run(lacking, Why.REQUIRES)
                break
            with self._talking:
                started = self._started if self._status.usable else None
                try:
                    if started is None:
                        raise EOFError("it is not there")
                    started.channel.send(request, patience)
                    results = started.channel.receive(patience).get("results")
                    if isinstance(results, list) and [*map(type, results)] == [dict] * len(jobs):
                        return results
                    raise protocol.MessageError("a reply to nothing that was asked")
                except (OSError, EOFError, protocol.MessageError) as error:
                    message = _("the runner ended while the answer ran: {}", str(error) or _("it ended"))
                    found = _not_run(message, None, Verdict.ERROR)
                    if started is not None:
                        started.process.kill()
                        started.process.wait()
                    if isinstance(error, protocol.MessageError):
                        message = _("the runner talked nonsense: {}", error)
                        found = _not_run(message, Why.PROTOCOL, Verdict.ERROR)
                        break
        return [found if self._stops == stops else _not_run(_(STOPPED))] * len(jobs)

    def _outcome(self, job: Job, result: Message) -> Outcome:
        """An Outcome of whatever a result holds; an unknown verdict is the runner's error."""
        if (missing := str(result.get("missing_module"))) in job.requires:
            words = later("needs {}: {}")
            why = self._status.message or result.get("message")
            message = self.interpreter.unmet({missing: "*"}) or _(words, missing, why)
            result = _not_run(message, Why.REQUIRES)
        found: Message = {"verdict": Verdict.ERROR} | protocol.read(Outcome, result)
        if found["verdict"] is not Verdict.FAIL or found.get("phase") is protocol.Phase.CHECK:
            found["slip"] = False
        lines, line = job.answer.splitlines(), found.get("answer_line", 0)
        if 0 < line <= len(lines):
            found["source_line"] = visible(lines[line - 1].strip()[:200])
        found |= {"card": job.card, "seed": job.seed, "because": None, "versions": self._status.versions}
        return Outcome(**found)


def _refusal(mode: str, private: tuple[Path, ...], folders: tuple[str, ...]) -> str:
    if mode not in ("fork", "spawn"):
        return _("PTCARDS_RUNNER is {!r}: it may be `fork` or `spawn`", mode)
    if mode == "fork" and sys.platform != "linux":
        return _("PTCARDS_RUNNER is `fork`, which is only safe on Linux: take `spawn`")
    for path in private:
        if folder := libraries.exposed(path, folders):
            moved = _("move it with PTCARDS_HOME or PTCARDS_DATABASE")
            return _("{} lies in {}, which answers may read: {}", path, folder, moved)
    return ""


def _not_run(message: str, why: Why | None = None, verdict: Verdict = Verdict.SKIPPED) -> Message:
    return {"verdict": verdict, "why": why, "message": message}


def _parts(job: Job, *, alone: bool) -> Message:
    """What each step of a job is sent: the card's code, the answer, the check."""
    return job.limits._asdict() | {
        "prepare": {name: getattr(job, name) for name in ("preamble", "given", "seed", "language")},
        "answer": {name: getattr(job, name) for name in ("answer", "accepts", "expects", "forbid")}
        | {"steps": alone},
        "check": {name: getattr(job, name) for name in ("check", "seed", "solution")}
        | {"within": job.within._asdict() if job.within.time or job.within.memory else {}},
    }


def _wanted(outcome: Outcome, solved: Value | None) -> Value | None:
    """What the answer should have been: as the assertion says, else the solution's own value."""
    answer = outcome.answer_value
    if outcome.rule:
        return None  # it may be right
    if outcome.equality and (answer is None or outcome.about_answer):
        return outcome.wanted_value
    if answer is None or answer.kind not in protocol.DATA:
        return None  # what was taken from the answer is compared, and would be drawn beside all of it
    return solved if solved is not None and solved.kind == answer.kind else None


THROUGH = "got through"
TRIED = f"try:\n    {{}}\n    answer = {THROUGH!r}\nexcept OSError as e:\n    answer = str(e)"
ATTACKS: dict[str, tuple[str, *tuple[Why, ...]]] = {
    "read a file of yours": ("open({secret!r}).read()",),
    "write beside it": ("open({secret!r} + '.new', 'w').write('x')",),
    "change the file": ("open({secret!r}, 'a').write('x')",),
    "remove the file": ("import os; os.unlink({secret!r})",),
    "reach the network": ("import socket; socket.create_connection(('127.0.0.1', {port}), 1)",),
    "send a datagram": ("import socket; socket.socket(2, 2).sendto(b'x', ('127.0.0.1', {port}))",),
    "start a program": ("import subprocess; subprocess.run(['true'])",),
    "start a second process": ("import os; os.fork() or os._exit(0)",),
    "signal its parent": ("import os; os.kill(os.getppid(), 0)",),
    "read its parent's memory": ("import os; open(f'/proc/{{os.getppid()}}/mem', 'rb')",),
    "open the terminal": ("import os; os.open('/dev/tty', os.O_RDWR)",),
    "run for ever": ("while True: pass", Why.TIMEOUT, Why.CPU),
    "take all memory": ("kept = []\nwhile True: kept.append(bytearray(32 << 20))", Why.MEMORY, Why.SIGNAL),
    "fill the disk": ("f = open('f', 'wb')\nwhile True: f.write(bytes(1 << 20))", Why.DISK),
    "write its own verdict": ("import os\nos.write(3, b'{{}}')", Why.PROTOCOL),
}  # run like answers, each is refused with an OSError, or ended for one of the reasons named


def prove_layers(runner: Runner) -> list[dict[str, object]]:
    """Run each attack, and say its `name`, `what_happened` and whether the wall `held`; starts the runner."""
    attacks = []
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        secret = Path(folder, "yours.txt")
        secret.write_text(secrets.token_hex(8))
        for name, (code, *reasons) in ATTACKS.items():
            answer = code.format(secret=str(secret), port=listener.getsockname()[1])
            answer = answer if reasons else TRIED.format(answer)
            # What ends by itself where the layers hold has time to, also on a busy machine.
            limits = Limits(1.0 if Why.TIMEOUT in reasons else 20.0, memory_mb=256)
            outcome = runner.value(Job(f"attack/{name}", answer=answer, limits=limits, fail_closed=False))
            value = outcome.answer_value
            happened = value.text[1:-1] if value else outcome.message
            refused = THROUGH not in happened and (value is not None or outcome.verdict is Verdict.FAIL)
            held = outcome.why in reasons if reasons else refused
            attacks.append({"name": name, "what_happened": happened, "held": held})
    return attacks


def judge_plain(job: Job) -> Outcome:
    """The verdict on a `literal` or `text` answer without a check: it equals the solution or an `also`."""
    parse = partial(parse_literal, accepts=job.accepts)
    outcome = partial(Outcome, job.card, phase=Phase.CHECK, seed=job.seed)
    try:
        answer = parse(job.answer)
    except NotALiteralError as error:
        return replace(outcome(Verdict.FAIL, str(error), slip=True), phase=Phase.ANSWER)
    try:
        accepted = [parse(text) for text in (job.solution, *job.also)]
    except NotALiteralError as error:
        return outcome(Verdict.BROKEN, _("the card's own solution is not a literal: {}", error))
    if any(same(answer, one) for one in accepted):
        return outcome(Verdict.PASS)
    because, wanted = None, accepted[0]
    for wrong in reversed(job.wrong):
        with suppress(NotALiteralError):
            because = wrong.because if same(parse(wrong.code), answer) else because
    near = type(answer) is not type(wanted) and answer == wanted
    said = _("the type is another: {}", type(answer).__name__) if near else _("that is not it")
    left, right = repr(answer)[:300], repr(wanted)[:300]
    return outcome(Verdict.FAIL, because or said, because=because, left=left, right=right)
