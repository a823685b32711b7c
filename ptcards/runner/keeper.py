"""Keeping one warm process alive: started in the background, restarted once, asked one thing at a time."""

from __future__ import annotations

import itertools
import os
import select
import signal
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ptcards.runner.frames import FROM_PEER, FrameError, Inbox, encode
from ptcards.runner.protocol import Readiness, RunnerStatus

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from ptcards.runner.launch import Started

START_PATIENCE = 180.0
RESTARTS = 1
"""How often in a row it is started again by itself before the runner counts as gone."""


AGAIN = "the runner ended and is started again"


class LostError(Exception):
    """The warm process ended, or was ended for talking nonsense, before it answered."""

    def __init__(self, message: str, *, garbled: bool = False) -> None:
        super().__init__(message)
        self.garbled = garbled


class Keeper:
    """Owns the warm process; its thread lives as long as the process does."""

    def __init__(self, launching: Callable[[], Started]) -> None:
        self._launch = launching
        self._changed = threading.Condition()
        self._talking = threading.Lock()
        self._status = RunnerStatus(Readiness.WARMING)
        self._since = time.monotonic()
        self._started: Started | None = None
        self._inbox = Inbox(FROM_PEER)
        self._thread: threading.Thread | None = None
        self._closing = False
        self._failures = 0
        self._numbers = itertools.count(1)
        self._stamp = 0.0

    def start(self) -> None:
        """Start the process in the background, again if it was given up."""
        with self._changed:
            if self._closing or (self._thread is not None and self._thread.is_alive()):
                return
            self._failures = 0
            self._since = time.monotonic()
            self._status = RunnerStatus(Readiness.WARMING)
            self._thread = threading.Thread(target=self._keep, name="ptcards-runner", daemon=True)
            self._thread.start()

    def status(self) -> RunnerStatus:
        status = self._status
        if status.kind in (Readiness.WARMING, Readiness.RESTARTING):
            waited = time.monotonic() - self._since
            return RunnerStatus(status.kind, waited, status.message)
        return status

    def wait_ready(self, timeout: float | None) -> bool:
        with self._changed:
            self._changed.wait_for(
                lambda: self._status.usable or self._status.kind is Readiness.GONE or self._closing, timeout
            )
            return self._status.usable

    @property
    def pid(self) -> int | None:
        return self._started.process.pid if self._started else None

    @property
    def busy(self) -> bool:
        return self._talking.locked()

    def close(self) -> None:
        with self._changed:
            self._closing = True
            started = self._started
            self._changed.notify_all()
        if started is not None:
            _end(started.process)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(5)
        self._set(RunnerStatus(Readiness.GONE, message="the runner is closed"))

    def restart(self) -> None:
        """End the process; the keeper starts another."""
        self._failures = 0
        if self._started is not None:
            _end(self._started.process)

    def ask(
        self,
        message: dict[str, Any],
        patience: float,
        check: Callable[[], dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Send a request and wait for its reply; `check` goes out once the answer ran. Raises LostError."""
        self._renew_if_upgraded()
        with self._talking:
            started = self._started
            if started is None or not self._status.usable:
                raise LostError("the runner is not there")
            number = next(self._numbers)
            try:
                return self._exchange(started, message | {"id": number}, patience, check)
            except (OSError, EOFError, FrameError) as error:
                self._drop(started)
                garbled = isinstance(error, FrameError)
                raise LostError(str(error) or "it ended", garbled=garbled) from None

    def _exchange(
        self,
        started: Started,
        message: dict[str, Any],
        patience: float,
        check: Callable[[], dict[str, Any]] | None,
    ) -> dict[str, Any]:
        deadline = time.monotonic() + patience
        self._expect_silence(started.control)
        started.control.sendall(encode(message))
        while True:
            reply = self._receive(started.control, deadline)
            if reply.get("id") != message["id"]:
                raise FrameError("a reply to another request")
            if "answered" in reply and check is not None:
                started.control.sendall(encode(check()))
                check = None
                continue
            if not isinstance(reply.get("result"), dict) and not isinstance(reply.get("prepared"), dict):
                raise FrameError("no result")
            self._failures = 0
            return reply

    def _expect_silence(self, control: socket.socket) -> None:
        """Raises FrameError where something lies unread, EOFError where the process hung up unseen."""
        waiting = bool(select.select([control], [], [], 0)[0])
        if waiting and not control.recv(1, socket.MSG_PEEK):
            raise EOFError
        if waiting or not self._inbox.empty:
            raise FrameError("it spoke unasked")

    def _receive(self, control: socket.socket, deadline: float) -> dict[str, Any]:
        while (message := self._inbox.take()) is None:
            control.settimeout(max(0.01, deadline - time.monotonic()))
            data = control.recv(1 << 16)
            if not data:
                raise EOFError
            self._inbox.feed(data)
        return message

    def _drop(self, started: Started) -> None:
        """Let go of a process that cannot be talked to; status shows it before anybody asks again."""
        with self._changed:
            if self._started is started and self._status.usable:
                self._since = time.monotonic()
                self._status = RunnerStatus(Readiness.RESTARTING, message=AGAIN)
        _end(started.process)

    def _renew_if_upgraded(self) -> None:
        if self._stamp and self._stamp != _libraries_stamp():
            self._stamp = _libraries_stamp()
            started = self._started
            if started is not None:
                self._failures = 0
                self._drop(started)
                self.wait_ready(START_PATIENCE)

    def _keep(self) -> None:
        """Start, wait for the end, start again: until closed or given up."""
        while True:
            message = self._live_once()
            if self._closing:
                return
            self._failures += 1
            if self._failures > RESTARTS:
                told = f"answers cannot be run: the runner ended ({message}); `ptcards doctor` looks into it"
                self._set(RunnerStatus(Readiness.GONE, message=told))
                return
            self._since = time.monotonic()
            self._set(RunnerStatus(Readiness.RESTARTING, message=AGAIN))

    def _live_once(self) -> str:
        """One process from its start to its end; the reason it ended."""
        try:
            started = self._launch()
        except Exception as error:
            return f"it could not be started: {error}"
        self._inbox = Inbox(FROM_PEER)
        with self._changed:
            self._started = started
            if self._closing:
                _end(started.process)
        try:
            hello = self._receive(started.control, time.monotonic() + START_PATIENCE)
            if hello.get("ready") is True:
                self._stamp = _libraries_stamp()
                self._set(_ready_status(hello, time.monotonic() - self._since))
        except (OSError, EOFError, FrameError):
            _end(started.process)
        code = started.process.wait()
        reason = started.complaint() or _ended_by(code)
        with self._changed:
            self._started = None
            if self._status.usable:
                self._status = RunnerStatus(Readiness.RESTARTING, message=AGAIN)
        with self._talking if not self._closing else threading.Lock():
            started.clear()
        return reason

    def _set(self, status: RunnerStatus) -> None:
        with self._changed:
            self._status = status
            self._changed.notify_all()


def _ready_status(hello: dict[str, Any], waited: float) -> RunnerStatus:
    versions = {str(name): str(version) for name, version in hello["versions"].items()}
    missing = {str(name): str(reason) for name, reason in hello["missing"].items()}
    kind = Readiness.NO_TORCH if "torch" in missing else Readiness.READY
    message = "; ".join(missing.values())
    if kind is Readiness.NO_TORCH:
        message += ": cards that need it are skipped (pip install 'ptcards[torch]')"
    layers = tuple(str(layer) for layer in hello["layers"])
    return RunnerStatus(kind, waited, message, layers, versions, cuda=bool(hello.get("cuda")))


def _libraries_stamp() -> float:
    """Changes when torch, NumPy or OpenCV is installed anew under the running process."""
    from ptcards.runner.ground import package_folders

    stamp = 0.0
    for folder in package_folders():
        for name in ("torch/version.py", "numpy/version.py", "cv2/version.py"):
            with suppress(OSError):
                stamp += os.stat(os.path.join(folder, name)).st_mtime
    return stamp


def _ended_by(code: int) -> str:
    return signal.Signals(-code).name if code < 0 and -code in set(signal.Signals) else f"status {code}"


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        process.kill()
