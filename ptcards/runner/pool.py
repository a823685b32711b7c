"""Where children come from: forks of a warm process, or warm processes of their own."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from ptcards.runner import scratch
from ptcards.runner.supervise import Child

if TYPE_CHECKING:
    from ptcards.runner.audit import Audit

FORK_PATIENCE, SPAWN_PATIENCE = 20.0, 120.0
"""Seconds that a new child has to say hello."""


class Pool(Protocol):
    def take(self) -> Child | None:
        """A child that is ready; None where none can be made."""

    def give_back(self, child: Child) -> None: ...

    def refill(self) -> None:
        """Make the next child ready ahead of need."""

    def close(self) -> None: ...


def _channels() -> tuple[socket.socket, socket.socket, tuple[int, int], tuple[int, int]]:
    ours, theirs = socket.socketpair()
    return ours, theirs, os.pipe(), os.pipe()


class Forks:
    """Forks this process, which has everything imported; one spare waits, confined and rehearsed."""

    def __init__(self, folder: str, packages: list[str], audit: Audit, *, ahead: bool) -> None:
        self._folder, self._packages, self._audit, self._ahead = folder, packages, audit, ahead
        self._spare: Child | None = None

    def take(self) -> Child | None:
        child, self._spare = self._spare or self._fork(), None
        if child.greet(FORK_PATIENCE):
            return child
        child.bury()
        return None

    def give_back(self, child: Child) -> None:
        """Take back an untouched child as the spare."""
        self._spare = child

    def refill(self) -> None:
        if self._spare is None and self._ahead:
            self._spare = self._fork()

    def close(self) -> None:
        if self._spare is not None:
            self._spare.bury()

    def _fork(self) -> Child:
        from ptcards.runner.child import live

        folder = scratch.make(self._folder)
        ours, theirs, out, err = _channels()
        pid = os.fork()
        if pid == 0:
            nothing = os.open("/dev/null", os.O_RDWR)
            for source, target in ((nothing, 0), (out[1], 1), (err[1], 2), (theirs.fileno(), 3)):
                os.dup2(source, target, inheritable=False)
            os.setsid()
            live(folder, self._packages, self._audit, rehearsed=self._ahead)
        theirs.close()
        os.close(out[1])
        os.close(err[1])
        return Child(pid, ours, out[0], err[0], folder)


class Workers:
    """Keeps processes ready that imported everything by themselves; each serves one answer and ends."""

    def __init__(self, folder: str, boot: list[str], facts: dict[str, Any], ready: int = 2) -> None:
        self._folder, self._boot, self._facts, self._ready = folder, boot, facts, ready
        self._waiting: deque[Child] = deque()

    def take(self) -> Child | None:
        self.refill()
        child = self._waiting.popleft()
        if child.greet(SPAWN_PATIENCE):
            return child
        child.bury()
        return None

    def refill(self) -> None:
        while len(self._waiting) < self._ready:
            self._waiting.append(self._spawn())

    def give_back(self, child: Child) -> None:
        self._waiting.appendleft(child)

    def close(self) -> None:
        while self._waiting:
            self._waiting.popleft().bury()

    def _spawn(self) -> Child:
        folder = scratch.make(self._folder)
        ours, theirs, out, err = _channels()
        facts = json.dumps(self._facts | {"role": "worker", "scratch": folder})
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDWR, 0),
            (os.POSIX_SPAWN_DUP2, out[1], 1),
            (os.POSIX_SPAWN_DUP2, err[1], 2),
            (os.POSIX_SPAWN_DUP2, theirs.fileno(), 3),
        ]
        line = [sys.executable, *self._boot, facts]
        pid = os.posix_spawn(sys.executable, line, os.environ, file_actions=actions, setsid=True)
        theirs.close()
        os.close(out[1])
        os.close(err[1])
        return Child(pid, ours, out[0], err[0], folder)
