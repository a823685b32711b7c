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
from dataclasses import dataclass, field
from typing import Any

from ptcards.runner import libraries, sandbox
from ptcards.runner.channel import FROM_CHILD, Inbox, MessageError, encode, receive, send
from ptcards.runner.child import LINE_SIGNAL, live
from ptcards.runner.exceptions import NO_PROCESSES
from ptcards.runner.launch import clear, too_full
from ptcards.runner.protocol import Layer, Phase, Verdict, Why, contained

ENDS = {
    Why.TIMEOUT: "took longer than {seconds:g} s",
    Why.CPU: "used up its processor time",
    Why.MEMORY: "ran out of memory ({detail})",
    Why.SIGNAL: "ended by {detail}",
    Why.EXITED: "ended the process with status {detail}",
    Why.PROTOCOL: "wrote on the runner's own channel",
    Why.OUTPUT: "printed more than 64 MB",
    Why.DISK: "wrote more than 64 MB of files",
}
KEPT, FLOOD = 64 << 10, 64 << 20
"""Bytes kept of what a child prints, and that end it; the rest is read and thrown away."""
TICK, MOMENT = 0.05, 0.06
"""Seconds between scans of the scratch folder; that a child has to say where it is, or to end."""
GREETING = 120.0
"""Seconds that a new child has to say which layers it put up; a spawned one imports first."""
TRACE = re.compile(rb'File "<(preamble|given|answer|check)>", line (\d+)')
Message = dict[str, Any]


def start(facts: Message) -> None:
    """Be the warm process, or one of its workers: only library folders stay on the module path."""
    sys.path[:] = [*libraries.standard_paths(), *facts["packages"]]
    sys.argv = ["answer"]
    sys.orig_argv[:] = sys.argv
    site.setquit()
    os.environ["TERM"] = "dumb"
    sandbox.hide()
    libraries.readable(tuple(facts["packages"]))
    began = time.perf_counter()
    if facts["role"] == "worker":
        libraries.load(facts["libraries"])
        live(facts["scratch"], facts["packages"])
    if facts["mode"] == "fork":
        versions, missing = libraries.load(facts["libraries"])
        pool = Pool(lambda: Child(facts, fork), int(facts["ahead"]))
    else:
        versions, missing = facts["versions"], facts["missing"]
        pool = Pool(lambda: Child(facts, spawn), 2)
    first = pool.take()
    pool.ready.append(first)
    hello = {"ready": True, "versions": versions, "missing": missing, "layers": first.layers}
    torch = sys.modules.get("torch")
    # Asked without waking CUDA: a process that did cannot be forked.
    hello["cuda"] = torch is not None and torch.version.cuda is not None and libraries.has_cuda_device()
    send(facts["control"], hello | {"seconds": time.perf_counter() - began})
    serve(facts["control"], pool)


def serve(app: int, pool: Pool) -> None:
    """Answer the app's requests one at a time, each in a fresh child, until the app is gone."""
    inbox = Inbox()
    try:
        while True:
            request = receive(app, inbox)
            began, child = time.perf_counter(), pool.take()
            reply: Message
            if request["fail_closed"] and not contained(child.layers):
                reply = {"result": _uncontained(child.layers)}
            elif request["do"] == "all":
                child, results = run_all(child, pool, request)
                reply = {"result": {}, "results": results}
            else:
                reply = run(child, request)
            send(app, reply | {"id": request["id"], "seconds": time.perf_counter() - began})
            child.dispose()
            pool.refill()
    except (EOFError, BrokenPipeError):
        pool.close()


def run(child: Child, request: Message) -> Message:
    """A request's way through a child, as far as its first result: prepare, answer, then check or show.

    The check is sent once the answer ran: nothing of the answer's can have read it before.
    """
    do, job, seconds = request["do"], request["job"], request["seconds"]
    reply = child.ask({"do": "prepare", "shown": do == "prepare", **job}, seconds, "prepared")
    if do == "prepare" and "prepared" in reply:
        return reply
    phase, deadline = Phase.GIVEN, time.monotonic() + seconds
    if "prepared" in reply:
        phase = Phase.ANSWER
        reply = child.ask({"do": "answer", **request["answer"]}, seconds, "answered")
    if "answered" in reply:
        last, phase = ({"do": "show"}, phase) if do == "value" else (request["check"], Phase.CHECK)
        reply = child.ask({"do": "check", **last}, max(0.05, deadline - time.monotonic()))
    result = _result(reply, phase, seconds, request["answer"]["answer"])
    facts = {"stdout": child.out.text(), "stderr": child.err.text(), "peak_mb": child.peak_mb}
    return {"result": result | facts | {"isolation": child.layers}}


def run_all(child: Child, pool: Pool, request: Message) -> tuple[Child, list[Message]]:
    """Several jobs one after the other in a child; one that ends it is followed by another child."""
    results: list[Message] = []
    for number, parts in enumerate(request["jobs"]):
        if child.ended:
            child.dispose()
            child = pool.take()
        job, seconds = parts["job"], parts["job"]["seconds"]
        step = {"do": "judge", "shown": False, "limits": None, **job, **parts["answer"], **parts["check"]}
        if not child.asked:
            step["limits"] = (job["memory_mb"], seconds * (len(request["jobs"]) - number))
        reply = child.ask(step, seconds + 1.0)
        results.append(_result(reply, Phase.ANSWER, seconds, parts["answer"]["answer"]))
    return child, results


def _result(reply: Message, phase: Phase, seconds: float, answer: str) -> Message:
    end = reply.get("end")
    return result_of_end(end, phase, seconds, answer) if end else reply["result"]


def _uncontained(layers: list[str]) -> Message:
    missing = [layer.value for layer in (Layer.FILES, Layer.SYSTEM_CALLS) if layer not in layers]
    return {
        "verdict": Verdict.SKIPPED,
        "why": Why.NO_SANDBOX,
        "message": "not run: this deck is not built in, and the sandbox lacks its layer for "
        f"{' and '.join(missing)} (`ptcards doctor` says why; `ptcards trust --unsandboxed DECK` runs it)",
    }


@dataclass(frozen=True, slots=True)
class End:
    """How a child ended, or was ended, without the reply that was waited for."""

    why: Why
    detail: str = ""
    """The signal's name or the exit status."""
    lines: dict[str, int] = field(default_factory=dict)
    """The innermost line of each phase's text it was on."""


def result_of_end(end: End, phase: Phase, seconds: float, answer: str) -> Message:
    """What a child's end means: the card's fault before the answer, free in it, a fail in the check."""
    if end.why is Why.PROTOCOL:
        phase = Phase.ANSWER
    elif phase is Phase.GIVEN and "preamble" in end.lines and "given" not in end.lines:
        phase = Phase.PREAMBLE
    line = end.lines.get(phase.value)
    who = {Phase.ANSWER: "the answer", Phase.CHECK: "the check with your answer"}.get(
        phase, f"the card's {phase}"
    )
    message = f"{who} {ENDS[end.why].format(seconds=seconds, detail=end.detail)}"
    message += f", on line {line}" if line and phase is Phase.ANSWER else ""
    if end.why is Why.TIMEOUT and "torch.compile" in answer:
        message += f" ({NO_PROCESSES}, and torch.compile wants to)"
    return {
        "verdict": Verdict.BROKEN if phase in (Phase.PREAMBLE, Phase.GIVEN) else Verdict.FAIL,
        "slip": phase is Phase.ANSWER,
        "why": end.why,
        "phase": phase,
        "line": line,
        "answer_line": end.lines.get("answer"),
        "message": message,
    }


class Pool:
    """Children that are ready, made ahead of need: forks of this process, or processes of their own."""

    def __init__(self, make: Callable[[], Child], ready: int) -> None:
        self._make, self._wanted = make, ready
        self.ready: deque[Child] = deque()

    def take(self) -> Child:
        """A child that put up its layers; raises RuntimeError where none can be started."""
        self.refill(1)
        child = self.ready.popleft()
        child.greet()
        return child

    def refill(self, least: int = 0) -> None:
        while len(self.ready) < max(least, self._wanted):
            self.ready.append(self._make())

    def close(self) -> None:
        while self.ready:
            self.ready.popleft().dispose()


def fork(facts: Message, folder: str, ends: tuple[int, int, int]) -> int:
    """A child that has everything imported; `ends` become its descriptors 1 to 3."""
    pid = os.fork()
    if pid == 0:
        for number, end in enumerate((os.open("/dev/null", os.O_RDWR), *ends)):
            os.dup2(end, number, inheritable=False)
        os.setsid()
        live(folder, facts["packages"], rehearsed=facts["ahead"])
    return pid


def spawn(facts: Message, folder: str, ends: tuple[int, int, int]) -> int:
    """A child that imports everything by itself."""
    opened = (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDWR, 0)
    actions = [opened, *((os.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate(ends, 1))]
    line = [sys.executable, *facts["boot"], json.dumps(facts | {"role": "worker", "scratch": folder})]
    return os.posix_spawn(sys.executable, line, os.environ, file_actions=actions, setsid=True)


@dataclass(slots=True)
class Stream:
    fd: int
    kept: bytearray = field(default_factory=bytearray)
    total: int = 0
    open: bool = True

    def drain(self) -> None:
        """Take what is there; never waits."""
        while self.open and self.total <= FLOOD:
            try:
                data = os.read(self.fd, 1 << 16)
            except BlockingIOError:
                return
            self.open = bool(data)
            self.total += len(data)
            self.kept += data[: max(0, KEPT - len(self.kept))]

    def text(self) -> str:
        text, dropped = self.kept.decode("utf-8", "replace"), self.total - len(self.kept)
        return f"{text}\n… {dropped} more bytes" if dropped else text


class Child:
    """One process for one request, seen from outside."""

    def __init__(self, facts: Message, begin: Callable[[Message, str, tuple[int, int, int]], int]) -> None:
        self._folder = tempfile.mkdtemp(prefix="answer-", dir=facts["scratch"])
        self._control, theirs = socket.socketpair()
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        self.pid = begin(facts, self._folder, (out_end, err_end, theirs.fileno()))
        theirs.close()
        os.close(out_end)
        os.close(err_end)
        self.out, self.err = Stream(out), Stream(err)
        self.layers: list[str] = []
        self.asked = self.ended = self._greeted = False
        self.peak_mb: int | None = None
        self._inbox = Inbox(FROM_CHILD)
        self._status: int | None = None
        for fd in (out, err):
            os.set_blocking(fd, False)

    def greet(self) -> None:
        """Wait for a new child's first message: the layers it put up."""
        if not self._greeted:
            hello = self._wait(time.monotonic() + GREETING)
            if isinstance(hello, End):
                raise RuntimeError("no process for an answer could be started")
            self.layers, self._greeted = [str(layer) for layer in hello["hello"]], True

    def ask(self, message: Message, seconds: float, wanted: str = "result") -> Message:
        """Send a request and wait for its one reply, `wanted` or a `result`; anything else is an `end`.

        A reply counts only with the token of the request, and a pass only as the result of a check.
        """
        self.asked = True
        token = secrets.token_hex(16)
        reply: Message | End | None = self._unasked()
        if reply is None:
            with suppress(OSError):
                self._control.settimeout(seconds)
                self._control.sendall(encode(message | {"token": token}))
            reply = self._wait(time.monotonic() + seconds)
        if not isinstance(reply, End):
            result = reply.get("result")
            genuine = reply.get("token") == token and (wanted in reply or isinstance(result, dict))
            passes = isinstance(result, dict) and result.get("verdict") == Verdict.PASS
            if genuine and not (passes and message["do"] not in ("check", "judge")):
                return reply
            reply = self._end(Why.PROTOCOL)
        self.ended = True
        return {"end": reply}

    def _unasked(self) -> End | None:
        if not self._inbox.empty:
            return self._end(Why.PROTOCOL)
        if not select.select([self._control], [], [], 0)[0]:
            return None
        with suppress(OSError):
            if self._control.recv(1, socket.MSG_PEEK):
                return self._end(Why.PROTOCOL)
        return self._gone()

    def _wait(self, deadline: float) -> Message | End:
        poller, next_scan = select.poll(), time.monotonic() + TICK
        poller.register(self._control, select.POLLIN)
        for stream in (self.out, self.err):
            if stream.open:
                poller.register(stream.fd, select.POLLIN)
        while (now := time.monotonic()) < deadline:
            if now >= next_scan:
                next_scan = now + TICK
                if too_full(self._folder):
                    return self._end(Why.DISK, self._lines_now())
            ready = dict(poller.poll(max(0.0, min(deadline, next_scan) - now) * 1000))
            for stream in (self.out, self.err):
                if stream.fd in ready:
                    stream.drain()
                    if not stream.open:
                        poller.unregister(stream.fd)
                if stream.total > FLOOD:
                    return self._end(Why.OUTPUT, self._lines_now())
            if self._control.fileno() in ready and (reply := self._receive()) is not None:
                return reply
        return self._end(Why.TIMEOUT if self._inbox.empty else Why.PROTOCOL, self._lines_now())

    def _receive(self) -> Message | End | None:
        try:
            data = self._control.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            return self._gone()
        self._inbox.feed(data)
        try:
            message = self._inbox.take()
        except MessageError:
            return self._end(Why.PROTOCOL)
        if message is not None:
            self.out.drain()
            self.err.drain()
            self.peak_mb = message.get("peak_mb") if isinstance(message.get("peak_mb"), int) else None
        return message

    def _gone(self) -> End:
        """The channel closed: the process ended by itself, or closed it and lives."""
        deadline = time.monotonic() + MOMENT
        while not self._reap(os.WNOHANG) and time.monotonic() < deadline:
            time.sleep(0.001)
        if self._status is None:
            return self._end(Why.PROTOCOL)
        self.out.drain()
        self.err.drain()
        if os.WIFEXITED(self._status):
            return End(Why.EXITED, str(os.WEXITSTATUS(self._status)))
        number = os.WTERMSIG(self._status)
        name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
        if number == signal.SIGXCPU:
            return End(Why.CPU, name)
        no_memory = number == signal.SIGABRT and b"bad_alloc" in self.err.kept
        return End(Why.MEMORY if no_memory else Why.SIGNAL, name)

    def _lines_now(self) -> dict[str, int]:
        """Ask the process which lines it is on; it has a moment to say."""
        lines: dict[str, int] = {}
        text, deadline = b"", time.monotonic() + MOMENT
        with suppress(OSError):
            os.kill(self.pid, LINE_SIGNAL)
            while (left := deadline - time.monotonic()) > 0 and not text.endswith(b"<module>\n"):
                self._control.settimeout(left)
                if not (piece := self._control.recv(1 << 16)):
                    break
                text += piece
        for phase, line in TRACE.findall(text[: 1 << 18]):
            lines.setdefault(phase.decode(), int(line[:9]))
        return lines

    def _end(self, why: Why, lines: dict[str, int] | None = None) -> End:
        self._kill()
        self.out.drain()
        self.err.drain()
        return End(why, lines=lines or {})

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
        self._control.close()
        os.close(self.out.fd)
        os.close(self.err.fd)
        clear(self._folder)
