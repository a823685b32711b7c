"""The warm process: it has everything imported, and gives each request a child that it watches to its end."""

from __future__ import annotations

import json
import os
import re
import secrets
import select
import signal
import site
import socket
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from ptcards.language import LANGUAGES, _, later, use
from ptcards.runner import changes, libraries, lookup, predicting, protocol, sandbox, shrink  # noqa: F401 - children use them
from ptcards.runner.failures import NO_PROCESSES
from ptcards.runner.launch import clear, too_full
from ptcards.runner.protocol import Channel, Layer, Message, Phase, Verdict, Why
from ptcards.runner.trial import LINE_SIGNAL, live

ENDS = {
    Why.TIMEOUT: later("took longer than {seconds:g} s"),
    Why.CPU: later("used up its processor time"),
    Why.MEMORY: later("ran out of memory ({detail})"),
    Why.SIGNAL: later("ended by {detail}"),
    Why.EXITED: later("ended the process with status {detail}"),
    Why.PROTOCOL: later("wrote on the runner's own channel"),
    Why.OUTPUT: later("printed more than 16 MB"),
    Why.DISK: later("wrote more than 64 MB of files"),
}
STEPS = {"prepare": Phase.GIVEN, "answer": Phase.ANSWER, "check": Phase.CHECK}
WHO = {Phase.ANSWER: later("the answer"), Phase.CHECK: later("the check with your answer")}
UNCONTAINED = later(
    "not run: this deck is not built in, and the sandbox lacks its layer for {} "
    "(`ptcards doctor` says why; `ptcards trust --unsandboxed DECK` runs it)"
)
KEPT, MUCH = 64 << 10, 4 << 20  # bytes of a child's output that are shown; after which it gets no other job
AHEAD = 2  # children that are ready for what comes: an answer that passes is run again with other values
PAUSE, IDLE, TICK, MOMENT = 0.03, 2.0, 0.05, 0.06
"""Seconds that nothing is asked before children are made ahead, and before torch's compiler is loaded;
between scans of the scratch folder; that a child has to say where it is, or to end."""
GREETING = 120.0  # seconds that a new child has to say which layers it put up; a spawned one imports first
TRACE = re.compile(rb'File "<(preamble|given|answer|check)>", line (\d+)')


def start(facts: Message) -> None:
    """Be the warm process, or one of its workers: nothing of the app's folder is on the module path."""
    sys.argv = ["answer"]
    vars(sys).get("orig_argv", [])[:] = sys.argv  # not there before Python 3.10
    site.setquit()
    os.environ["TERM"] = "dumb"
    sandbox.prctl(sandbox.PR_SET_DUMPABLE, 0)  # no other process of this user's looks into it
    libraries.readable(tuple(facts["readable"]))
    if facts["mode"] != "spawn":  # whose workers import by themselves
        facts["versions"], facts["missing"] = libraries.load(facts["libraries"])
    for name in reversed(LANGUAGES):
        use(name)  # read now: behind the wall no file of ours can be
    if facts["mode"] == "worker":
        libraries.load_compiler("optim")  # later it would take its time from an answer's
        live(facts)
    begin = fork if facts["mode"] == "fork" else spawn
    with suppress(OSError):
        sandbox.call_rules()  # made once for all children
        if facts["mode"] == "fork":
            sandbox.in_large_pages()
    pool = Pool(lambda rehearsed: Child(facts | {"ahead": rehearsed}, begin), AHEAD * facts["ahead"])
    hello = pool.take().hello
    pool.ready.append(pool.used.pop())
    torch = sys.modules.get("torch")
    # Asked without waking CUDA: a process that did cannot be forked.
    cuda = torch is not None and torch.version.cuda is not None and bool(libraries.gpu_devices())
    app = Channel(socket.socket(fileno=facts["control"]))
    app.send(hello | {"cuda": cuda})
    plain = facts["mode"] == "fork"  # torch's compiler is not loaded
    try:
        while True:
            pool.between(app)
            if plain and facts["ahead"] and not select.select([app.end], [], [], IDLE)[0]:
                plain = not with_compiler(pool, "optim")
                pool.between(app)
            request = app.receive()
            plain = plain and not with_compiler(pool, json.dumps(request["jobs"]))
            app.send({"results": results(pool, request)})
    except (EOFError, BrokenPipeError):
        for child in (*pool.ready, *pool.used):
            child.dispose()


def with_compiler(pool: Pool, code: str) -> bool:
    """Load torch's compiler where `code` may ask for it; whether that was done."""
    if not libraries.load_compiler(code):
        return False
    while pool.ready:  # those that were made without it
        pool.ready.pop().dispose()
    with suppress(OSError):
        sandbox.in_large_pages()
    return True


def results(pool: Pool, request: Message) -> list[Message]:
    """One result for each job, run one after the other in a child, and in another where one ended it.

    The check is sent once the answer ran, which cannot have read it.
    """
    found: list[Message] = []
    child, left = pool.take(), sum(job["seconds"] for job in request["jobs"])
    for job in request["jobs"]:
        use(job["prepare"]["language"])
        began = time.perf_counter()
        child = pool.take() if child.ended else child
        lacking = [one for one in (Layer.FILES, Layer.SYSTEM_CALLS) if one not in child.hello["layers"]]
        result: Message = {}
        if request["fail_closed"] and lacking:
            message = _(UNCONTAINED, _(" and ").join(map(_, lacking)))
            result = {"verdict": Verdict.SKIPPED, "why": Why.NO_SANDBOX, "message": message, "phase": None}
        seconds, phase, fresh = job["seconds"], Phase.GIVEN, not child.asked
        job["prepare"]["limits"] = (job["memory_mb"], left) if fresh else None
        left, deadline = left - seconds, time.monotonic() + seconds
        try:
            for do, phase in () if result else STEPS.items():
                deadline = time.monotonic() + seconds if phase is Phase.ANSWER else deadline
                seconds_left = max(0.05, deadline - time.monotonic())
                asked = {"do": do, "last": do == request["last"], "left": seconds_left, **job[do]}
                if result := child.ask(asked, seconds_left):
                    break  # the first result, that of the last step at the latest
        except EndedError as end:
            result = end.result(phase, seconds, job["answer"]["answer"])
        if fresh:
            result |= child.printed() | {"peak_mb": child.peak_mb}
        facts = {"isolation": child.hello["layers"], "seconds": time.perf_counter() - began}
        found.append({"phase": phase} | result | facts)
    return found


class EndedError(Exception):
    """A child ended without its reply: why, a signal or exit status, each phase's innermost line then."""

    def result(self, phase: Phase, seconds: float, answer: str) -> Message:
        """What it means: the card's fault before the answer, free in it, a fail in the check."""
        why, detail, lines = self.args
        if why is Why.PROTOCOL:
            phase = Phase.ANSWER
        elif phase is Phase.GIVEN and "preamble" in lines and "given" not in lines:
            phase = Phase.PREAMBLE
        line = lines.get(phase.value)
        who = _(WHO[phase]) if phase in WHO else _("the card's {}", phase)
        message = _("{} {}", who, _(ENDS[why], seconds=seconds, detail=detail))
        message += _(", on line {}", line) if line and phase is Phase.ANSWER else ""
        if why is Why.TIMEOUT and "torch.compile" in answer:
            message += _(" ({}, and torch.compile wants to)", _(NO_PROCESSES))
        verdict = Verdict.BROKEN if phase in (Phase.PREAMBLE, Phase.GIVEN) else Verdict.FAIL
        facts = {"why": why, "phase": phase, "line": line, "answer_line": lines.get("answer")}
        return {"verdict": verdict, "slip": phase is Phase.ANSWER, "message": message} | facts


class Pool:
    """Children made ahead of need, rehearsed: forks of this process, or processes of their own."""

    def __init__(self, make: Callable[[bool], Child], ahead: int) -> None:
        self._make, self._ahead = make, ahead
        self.ready: deque[Child] = deque()
        self.used: list[Child] = []

    def take(self) -> Child:
        """A child that put up its layers; raises RuntimeError where none can be started."""
        child = self.ready.popleft() if self.ready else self._make(False)
        try:
            child.hello = child.hello or child.wait(GREETING)
        except EndedError:
            raise RuntimeError("no process for an answer could be started") from None
        self.used.append(child)
        return child

    def between(self, app: Channel) -> None:
        """Clear up after the last request and get ready for more, unless the next is here already."""
        pause = PAUSE if self.ready else 0.0
        while len(self.used) > AHEAD or not select.select([app.end], [], [], pause)[0]:
            pause = 0.0
            if self.used:
                self.used.pop().dispose()
            elif len(self.ready) < self._ahead:
                self.ready.append(self._make(True))
            else:
                return


def fork(facts: Message, ends: list[int]) -> int:
    """A child that has everything imported; `ends` become its descriptors 1 to 3."""
    pid = os.fork()
    if pid == 0:
        for number, end in enumerate((os.open("/dev/null", os.O_RDWR), *ends)):
            os.dup2(end, number, inheritable=False)
        os.setsid()
        live(facts)
    return pid


def spawn(facts: Message, ends: list[int]) -> int:
    """A child that imports everything by itself."""
    opened = (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDWR, 0)
    actions = [opened, *((os.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate(ends, 1))]
    line = [sys.executable, *facts["boot"], json.dumps(facts | {"mode": "worker", "ahead": True})]
    return os.posix_spawn(sys.executable, line, os.environ, file_actions=actions, setsid=True)


class Child:
    """One process for one request, seen from outside."""

    def __init__(self, facts: Message, begin: Callable[[Message, list[int]], int]) -> None:
        self._folder = tempfile.mkdtemp(prefix="answer-", dir=facts["scratch"])
        self._streams = {name: tempfile.TemporaryFile() for name in ("stdout", "stderr")}  # noqa: SIM115
        ours, theirs = socket.socketpair()
        ends = [*(one.fileno() for one in self._streams.values()), theirs.fileno()]
        self.pid = begin(facts | {"scratch": self._folder}, ends)
        theirs.close()
        self._channel = Channel(ours, protocol.FROM_CHILD)
        self.hello: Message = {}  # the layers it put up, the versions it has, and what is missing
        self.asked = self.ended = False
        self.peak_mb: int | None = None
        self._status: int | None = None

    def ask(self, message: Message, seconds: float) -> Message:
        """Send a request and wait for its result, {} where it may go on; raises EndedError.

        A reply counts only with the token of the request, and a pass only as the result of a check.
        """
        self.asked = self.ended = True
        token = secrets.token_hex(16)
        with suppress(OSError):
            self._channel.send(message | {"token": token}, seconds)
        reply = self.wait(seconds)
        result: Message = found if isinstance(found := reply.get("result"), dict) else {}
        passes = result.get("verdict") == Verdict.PASS
        open_end = message["last"] and "verdict" not in result
        if reply.get("token") != token or open_end or (passes and message["do"] != "check"):
            raise self._end(Why.PROTOCOL)
        self.ended = any(os.fstat(one.fileno()).st_size > MUCH for one in self._streams.values())
        return result

    def wait(self, seconds: float) -> Message:
        """Take one message, while files and output stay within bounds; raises EndedError."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            message = None
            self._channel.end.settimeout(min(left, TICK))
            try:
                with suppress(socket.timeout):  # in Python 3.9 no TimeoutError
                    message = self._channel.take()
            except (OSError, EOFError):
                raise self._gone() from None
            except protocol.MessageError:
                raise self._end(Why.PROTOCOL) from None
            if any(os.fstat(one.fileno()).st_size >= sandbox.MOST_BYTES for one in self._streams.values()):
                # Where the print was refused, the child's reply says on which line.
                said: Message = found if isinstance(found := (message or {}).get("result"), dict) else {}
                known = {str(said.get("phase")): said.get("line"), "answer": said.get("answer_line")}
                raise self._end(Why.OUTPUT, **known)
            if message is not None:
                self.peak_mb = peak if isinstance(peak := message.get("peak_mb"), int) else None
                return message
            if too_full(self._folder):
                raise self._end(Why.DISK)
        raise self._end(Why.PROTOCOL if self._channel.begun else Why.TIMEOUT)

    def printed(self) -> dict[str, str]:
        """The first of what it printed, which it writes to files as long as files may get."""
        texts = {}
        for name, file in self._streams.items():
            text = os.pread(file.fileno(), KEPT, 0).decode("utf-8", "replace")
            dropped = os.fstat(file.fileno()).st_size - KEPT
            texts[name] = f"{text}\n" + _("… {} more bytes", dropped) if dropped > 0 else text
        return texts

    def _gone(self) -> EndedError:
        """The channel closed: the process ended by itself, or closed it and lives."""
        deadline = time.monotonic() + MOMENT
        while not self._reap(os.WNOHANG) and time.monotonic() < deadline:
            time.sleep(0.001)
        if self._status is None:
            return self._end(Why.PROTOCOL)
        if (code := os.waitstatus_to_exitcode(self._status)) >= 0:
            return EndedError(Why.EXITED, str(code), {})
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        no_memory = -code == signal.SIGABRT and "bad_alloc" in self.printed()["stderr"]
        why = Why.CPU if -code == signal.SIGXCPU else Why.MEMORY if no_memory else Why.SIGNAL
        return EndedError(why, name, {})

    def _end(self, why: Why, **known: int | None) -> EndedError:
        """End the process, which has a moment to say on which lines it is."""
        lines = {phase: line for phase, line in known.items() if line}
        text, deadline = b"", time.monotonic() + MOMENT
        with suppress(OSError):
            os.kill(self.pid, LINE_SIGNAL)
            while (left := deadline - time.monotonic()) > 0 and not text.endswith(b"<module>\n"):
                self._channel.end.settimeout(left)
                if not (piece := self._channel.end.recv(1 << 16)):
                    break
                text += piece
        for phase, line in TRACE.findall(text[: 1 << 18]):
            lines.setdefault(phase.decode(), int(line[:9]))
        self._kill()
        return EndedError(why, "", lines)

    def _kill(self) -> None:
        if self._status is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _reap(self, options: int) -> bool:
        if self._status is None:
            pid, status, usage = os.wait4(self.pid, options)
            if pid:
                self._status, self.peak_mb = status, usage.ru_maxrss >> 10
        return self._status is not None

    def dispose(self) -> None:
        """Kill, reap and clear away; nothing of the child is left after."""
        self._kill()
        self._reap(0)
        self._channel.end.close()
        for file in self._streams.values():
            file.close()
        clear(self._folder)
