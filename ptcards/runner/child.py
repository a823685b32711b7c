"""The process that runs one answer: it confines itself, then takes its steps one message at a time."""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import sys
import tempfile
import traceback
from typing import TYPE_CHECKING, Any

from ptcards.runner import sandbox
from ptcards.runner.frames import read_frame, write_frame
from ptcards.runner.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable

    from ptcards.runner.audit import Audit

CONTROL = 3
LINE_SIGNAL = signal.SIGUSR1
"""Asks for the line the code is on: the answer is written to the control channel as text."""

DUMMY: dict[str, Any] = {
    "preamble": "# torch numpy cv2: all of them are looked at",
    "given": "ptcards_x = [1, 2]",
    "imports": [],
    "shown": True,
    "seed": 0,
    "answer": "[*ptcards_x]",
    "accepts": "code",
    "expects": [],
}
DUMMY_CHECK = (
    "assert isinstance(answer, list) and same(answer, given()['ptcards_x']), 'no'\nassert answer == [1, 2]"
)
DUMMY_TORCH = "import torch\nassert same(torch.ones(2) + 1, torch.full((2,), 2.0))"


def live(scratch: str, packages: list[str], audit: Audit, *, rehearsed: bool = True) -> None:
    """Serve one answer on descriptors 0 to 3 and end the process; never returns."""
    try:
        settle(scratch)
        if rehearsed:
            rehearse(audit)
        sandbox.measure()
        layers = sandbox.confine(scratch, packages)
        write_frame(CONTROL, {"hello": layers})
        serve(Trial(audit))
    except EOFError:
        os._exit(0)
    except BaseException as error:
        text = "".join(traceback.format_exception(error))[-2000:]
        try:
            os.write(2, text.encode())
        finally:
            os._exit(70)


def settle(scratch: str) -> None:
    """Nothing of the app's world: own session, folder, environment and streams."""
    sandbox.die_with_parent()
    os.closerange(
        CONTROL + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] if sys.platform == "linux" else 256
    )
    os.environ.clear()
    os.environ.update(HOME=scratch, TMPDIR=scratch, PATH="/usr/bin:/bin", LANG="C.UTF-8")
    tempfile.tempdir = scratch
    os.chdir(scratch)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the process's own
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL if number != signal.SIGINT else signal.default_int_handler)
    faulthandler.register(LINE_SIGNAL, file=CONTROL, all_threads=False, chain=False)


def rehearse(audit: Audit) -> None:
    """Judge a dummy answer once: the pages it touches are this process's own when the real one comes."""
    for check in (DUMMY_CHECK, DUMMY_TORCH if "torch" in sys.modules else DUMMY_CHECK):
        trial = Trial(audit)
        trial.prepare(DUMMY)
        trial.answer(DUMMY)
        trial.shown_value()
        trial.check(check, 0)


def serve(trial: Trial) -> None:
    """Answer each request; its token stands in the reply, so that only who read the request can reply."""
    send, receive, leave = write_frame, read_frame, os._exit
    while True:
        request = receive(CONTROL)
        reply = _step(trial, request)
        reply["token"] = request["token"]
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        reply["peak_mb"] = usage >> (20 if sys.platform == "darwin" else 10)
        send(CONTROL, reply)
        if "result" in reply:
            receive(CONTROL)
            leave(0)


def _step(trial: Trial, request: dict[str, Any]) -> dict[str, Any]:
    steps: dict[str, Callable[[], dict[str, Any]]] = {
        "prepare": lambda: _prepare(trial, request),
        "answer": lambda: _result(trial, trial.answer(request)) or {"answered": True},
        "show": lambda: {"result": {"verdict": "skipped", "phase": "answer", **trial.shown_value()}},
        "check": lambda: _result(trial, trial.check(request["check"], request["seed"])),
    }
    return steps[request["do"]]()


def _prepare(trial: Trial, request: dict[str, Any]) -> dict[str, Any]:
    sandbox.limit_run(request["memory_mb"], request["seconds"])
    reply = trial.prepare(request)
    return reply if "prepared" in reply else {"result": reply}


def _result(trial: Trial, result: dict[str, Any]) -> dict[str, Any]:
    return {"result": result | trial.shown_value()} if result else {}
