"""Watching one child while it works: its messages, its output, its scratch folder, its time and its end."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ptcards.runner import scratch
from ptcards.runner.frames import FROM_CHILD, FrameError, Inbox, encode
from ptcards.runner.protocol import Why

KEPT = 64 << 10
"""Bytes kept of each stream; the rest is read and thrown away."""
FLOOD = 64 << 20
"""Bytes on one stream that end the answer."""
TICK = 0.05
TRACE_PATIENCE = 0.06
DEATH_PATIENCE = 0.05
LINE_SIGNAL = signal.SIGUSR1
TRACE = re.compile(rb'File "<(preamble|given|answer|check)>", line (\d+)')
READABLE = select.POLLIN | select.POLLHUP | select.POLLERR


@dataclass(frozen=True, slots=True)
class End:
    """How a child ended, or was ended, without the reply that was waited for."""

    why: Why
    detail: str = ""
    """The signal's name or the exit status."""
    lines: dict[str, int] = field(default_factory=dict)
    """The innermost line of each phase's text it was on."""


@dataclass(slots=True)
class Stream:
    fd: int
    kept: bytearray = field(default_factory=bytearray)
    total: int = 0
    open: bool = True

    def drain(self) -> None:
        """Take what is there; never waits."""
        while self.open:
            try:
                data = os.read(self.fd, 1 << 16)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.open = False
            self.total += len(data)
            self.kept += data[: max(0, KEPT - len(self.kept))]
            if self.total > FLOOD:
                return

    def text(self) -> str:
        text = self.kept.decode("utf-8", "replace")
        dropped = self.total - len(self.kept)
        return f"{text}\n… {dropped} more bytes" if dropped else text


class Child:
    """One process for one answer, seen from outside."""

    def __init__(self, pid: int, control: socket.socket, out: int, err: int, folder: str) -> None:
        self.pid = pid
        self.layers: tuple[str, ...] = ()
        self.greeted = False
        self.key = ""
        self.prepared: dict[str, Any] = {}
        self.folder = folder
        self.out, self.err = Stream(out), Stream(err)
        self.peak_mb: int | None = None
        self._control = control
        self._inbox = Inbox(FROM_CHILD)
        self._status: int | None = None
        for fd in (out, err):
            os.set_blocking(fd, False)
        control.setblocking(False)

    def converse(self, message: dict[str, Any], seconds: float) -> dict[str, Any] | End:
        """Send a request and wait for its one reply; anything else ends the child."""
        deadline = time.monotonic() + seconds
        if self._speaks_unasked():
            return self._end(Why.PROTOCOL)
        return self._wait(deadline, bytearray(encode(message)))

    def greet(self, seconds: float) -> bool:
        """Wait for a new child's first message: the layers it put up."""
        if self.greeted:
            return True
        hello = self._wait(time.monotonic() + seconds, bytearray())
        if isinstance(hello, End):
            return False
        self.layers = tuple(str(layer) for layer in hello.get("hello", ()))
        self.greeted = True
        return True

    def _speaks_unasked(self) -> bool:
        try:
            data = self._control.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return not self._inbox.empty
        except OSError:
            return False
        return bool(data) or not self._inbox.empty

    def _wait(self, deadline: float, outgoing: bytearray) -> dict[str, Any] | End:
        next_look = time.monotonic() + TICK
        while True:
            now = time.monotonic()
            if now >= deadline:
                why = Why.TIMEOUT if self._inbox.empty else Why.PROTOCOL
                return self._end(why, lines=self._lines_now())
            if now >= next_look:
                next_look = now + TICK
                if scratch.too_full(self.folder):
                    return self._end(Why.DISK, lines=self._lines_now())
            control_ready = self._poll(min(deadline, next_look) - now, writing=bool(outgoing))
            if self.out.total > FLOOD or self.err.total > FLOOD:
                return self._end(Why.OUTPUT, lines=self._lines_now())
            if outgoing and control_ready & select.POLLOUT:
                self._send_some(outgoing)
            if control_ready & READABLE and (reply := self._receive()) is not None:
                return reply

    def _poll(self, seconds: float, *, writing: bool) -> int:
        """Wait for something to happen, take the output, and say what the control channel is ready for."""
        poller = select.poll()
        control = self._control.fileno()
        poller.register(control, select.POLLIN | (select.POLLOUT if writing else 0))
        for stream in (self.out, self.err):
            if stream.open:
                poller.register(stream.fd, select.POLLIN)
        ready = dict(poller.poll(max(0.0, seconds) * 1000))
        for stream in (self.out, self.err):
            if stream.fd in ready:
                stream.drain()
        return ready.get(control, 0)

    def _send_some(self, outgoing: bytearray) -> None:
        try:
            del outgoing[: self._control.send(outgoing)]
        except BlockingIOError:
            return
        except OSError:
            outgoing.clear()

    def _receive(self) -> dict[str, Any] | End | None:
        try:
            data = self._control.recv(1 << 16)
        except BlockingIOError:
            return None
        except OSError:
            data = b""
        if not data:
            return self._gone()
        self._inbox.feed(data)
        try:
            message = self._inbox.take()
        except FrameError:
            return self._end(Why.PROTOCOL)
        if message is not None:
            self.out.drain()
            self.err.drain()
            self.peak_mb = message.get("peak_mb") if isinstance(message.get("peak_mb"), int) else None
        return message

    def _gone(self) -> End:
        """The channel closed: the process ended by itself, or closed it and lives."""
        patience = time.monotonic() + DEATH_PATIENCE
        while not self._reap(os.WNOHANG) and time.monotonic() < patience:
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
        """Ask the process which lines it is on; it has 60 ms to say."""
        lines: dict[str, int] = {}
        text = bytearray()
        patience = time.monotonic() + TRACE_PATIENCE
        try:
            os.kill(self.pid, LINE_SIGNAL)
            while (left := patience - time.monotonic()) > 0 and not text.endswith(b"<module>\n"):
                if self._poll(left, writing=False) & READABLE:
                    piece = self._control.recv(1 << 16)
                    if not piece:
                        break
                    text += piece
        except OSError:
            pass
        for phase, line in TRACE.findall(bytes(text[: 1 << 18])):
            lines.setdefault(phase.decode(), int(line[:9]))
        return lines

    def _end(self, why: Why, *, lines: dict[str, int] | None = None) -> End:
        self.kill()
        self.out.drain()
        self.err.drain()
        return End(why, lines=lines or {})

    def kill(self) -> None:
        if self._status is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _reap(self, options: int) -> bool:
        if self._status is not None:
            return True
        try:
            pid, status, usage = os.wait4(self.pid, options)
        except ChildProcessError:
            self._status = 0
            return True
        if pid:
            self._status = status
            self.peak_mb = usage.ru_maxrss >> 10
        return bool(pid)

    def bury(self) -> None:
        """Kill, reap and clear away; nothing of the child is left after."""
        self.kill()
        self._reap(0)
        self._control.close()
        for stream in (self.out, self.err):
            os.close(stream.fd)
        scratch.clear(self.folder)
