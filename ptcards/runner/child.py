"""The process that runs one answer: it confines itself, then takes its steps one message at a time."""

from __future__ import annotations

import faulthandler
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from typing import Any

from ptcards.runner import sandbox
from ptcards.runner.channel import Inbox, receive, send
from ptcards.runner.trial import Trial

CONTROL = 3
LINE_SIGNAL = signal.SIGUSR1
"""Asks for the line the code is on: the answer is written to the control channel as text."""
DUMMY: dict[str, Any] = {"preamble": "", "given": "ptcards_x = [1, 2]", "answer": "[*ptcards_x]"}
DUMMY |= {"accepts": "code", "expects": [], "shown": True, "seed": 0}
DUMMY_CHECKS = (
    "assert isinstance(answer, list) and same(answer, given()['ptcards_x']), 'no'\nassert answer == [1, 2]",
    "import torch\nassert same(torch.ones(2) + 1, torch.full((2,), 2.0))",
)


def live(scratch: str, packages: list[str], *, rehearsed: bool = True) -> None:
    """Serve one request on descriptors 0 to 3 and end the process; never returns."""
    try:
        reset(scratch)
        if rehearsed:
            rehearse()
        send(CONTROL, {"hello": sandbox.confine(scratch, packages)})
        serve(scratch)
    except EOFError:
        os._exit(0)
    except BaseException as error:
        text = "".join(traceback.format_exception(error))[-2000:]
        try:
            os.write(2, text.encode())
        finally:
            os._exit(70)


def reset(scratch: str) -> None:
    """Leave nothing of the app's: descriptors, environment, streams and signals of a fresh process."""
    sandbox.die_with_parent()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if sys.platform == "linux" else 256
    os.closerange(CONTROL + 1, most)
    os.environ.clear()
    os.environ.update(HOME=scratch, TMPDIR=scratch, PATH="/usr/bin:/bin", LANG="C.UTF-8")
    tempfile.tempdir = scratch
    os.chdir(scratch)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the process's own
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    faulthandler.register(LINE_SIGNAL, file=CONTROL, all_threads=False, chain=False)


def rehearse() -> None:
    """Judge a dummy answer once: the pages it touches are this process's own when the real one comes."""
    for check in DUMMY_CHECKS if "torch" in sys.modules else DUMMY_CHECKS[:1]:
        trial = Trial()
        trial.prepare(DUMMY)
        trial.answer(DUMMY)
        trial.shown_value()
        trial.check({"check": check, "seed": 0, "solution": ""})


def serve(scratch: str) -> None:
    """Answer each request; its token is in the reply, so that only who read the request can reply."""
    inbox, trial = Inbox(), Trial()
    while True:
        request = receive(CONTROL, inbox)
        reply = _judged(request, scratch) if request["do"] == "judge" else _step(trial, request)
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        send(
            CONTROL,
            reply | {"token": request["token"], "peak_mb": usage >> (20 if sys.platform == "darwin" else 10)},
        )


def _step(trial: Trial, request: dict[str, Any]) -> dict[str, Any]:
    """One of the steps of an answer: `prepare`, `answer`, then `check` or `show`."""
    match request["do"]:
        case "prepare":
            sandbox.limit_run(request["memory_mb"], request["seconds"])
            reply = trial.prepare(request)
            return reply if "prepared" in reply else {"result": reply}
        case "answer":
            trouble = trial.answer(request)
            return {"result": trouble | trial.shown_value()} if trouble else {"answered": True}
        case "show":
            return {"result": {"verdict": "skipped", "phase": "answer", **trial.shown_value()}}
    return {"result": trial.check(request) | trial.shown_value()}


def _judged(request: dict[str, Any], scratch: str) -> dict[str, Any]:
    """All steps for one answer of several, in a folder of its own; modules made in it are forgotten."""
    if request["limits"]:
        sandbox.limit_run(*request["limits"])
    path, modules, folder = list(sys.path), set(sys.modules), tempfile.mkdtemp(dir=scratch)
    tempfile.tempdir = folder
    os.chdir(folder)
    try:
        trial = Trial()
        reply = trial.prepare(request)
        if "prepared" in reply:
            reply = trial.answer(request) or trial.check(request)
        return {"result": reply | trial.shown_value()}
    finally:
        os.chdir(scratch)
        shutil.rmtree(folder, ignore_errors=True)
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(scratch):
                del sys.modules[name]
