"""The process that runs one answer: it confines itself, then takes its steps one message at a time."""

from __future__ import annotations

import faulthandler
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from ptcards.runner import sandbox
from ptcards.runner.protocol import Channel, Message, Verdict, encode
from ptcards.runner.trial import Trial

CONTROL = 3
LINE_SIGNAL = signal.SIGUSR1
"""Asks for the line the code is on: the answer is written to the control channel as text."""
DUMMY: dict[str, Any] = {
    "preamble": "# of math, operator, random, torch, numpy, cv2",  # of what is named, all is read
    **{"given": "x = [1, 2]", "answer": "[*x]", "solution": "", "accepts": "code"},
    **{"expects": [], "last": True, "seed": 0},
    "check": "assert isinstance(answer, list) and same(answer, given()['x']), 'no'\nassert answer == [1, 2]\n"
    "import sys\nif t := sys.modules.get('torch'):\n    assert same(t.ones(2) + 1, t.full((2,), 2.0))",
}


def live(facts: Message) -> None:
    """Serve one request on descriptors 0 to 3 and end the process; never returns."""
    try:
        reset(scratch := facts["scratch"])
        if facts["ahead"]:  # the pages that judging touches are this process's own when the real answer comes
            trial = Trial()
            for step in (trial.prepare, trial.answer, trial.check):
                step(DUMMY)
            trial.shown_value()
        # What memory is held, read before the layers close the file.
        held = Path("/proc/self/statm").read_text().split() if sys.platform == "linux" else []
        hello = {"layers": sandbox.confine(scratch, facts["packages"])}
        os.write(CONTROL, encode(hello | {name: facts[name] for name in ("versions", "missing")}))
        serve(scratch, held)
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
    sandbox.prctl(sandbox.PR_SET_PDEATHSIG, signal.SIGKILL)
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


def serve(scratch: str, held: list[str]) -> None:
    """Take each step that is asked for; its token is in the reply: only who read the request can reply."""
    channel, trial, path = Channel(socket.socket(fileno=CONTROL)), Trial(), list(sys.path)
    while True:
        request = channel.receive()
        if limits := request.get("limits"):
            sandbox.limit_run(held, *limits)
        elif request["do"] == "prepare":
            clear_up(scratch, path)
            trial = Trial()
        result = getattr(trial, request["do"])(request)
        if request["last"] or result:
            result = {"verdict": Verdict.SKIPPED} | result | trial.shown_value()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10)
        channel.send({"result": result, "token": request["token"], "peak_mb": peak})


def clear_up(scratch: str, path: list[str]) -> None:
    """Before another answer: the last one's files go, and the modules that were made of them."""
    os.chdir("/")
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(scratch, exist_ok=True)
    os.chdir(scratch)
    sys.path[:] = path
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", "")).startswith(scratch):
            del sys.modules[name]
