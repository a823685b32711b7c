from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ptcards.deck.card import Limits
from ptcards.runner import launch
from ptcards.runner import runner as app_end
from ptcards.runner.launch import Started
from ptcards.runner.protocol import Channel, MessageError, Verdict, Why
from ptcards.runner.runner import Runner
from tests.runner.runner_cases import plain_job


def encode(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode() + b"\n"


KEYS = st.sampled_from(["token", "result", "values", "verdict", "hello", "id", "phase", "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["pass", "fail", "check", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
FRAMES = st.dictionaries(KEYS, VALUES, max_size=4).map(encode)
NOISE = st.binary(min_size=1, max_size=40) | FRAMES | st.lists(FRAMES, min_size=2, max_size=3).map(b"".join)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

READY = encode({"versions": {}, "missing": {}, "layers": [], "lacking": {}, "cuda": False})
# What is in the place of the warm process: it says that it is ready, then talks nonsense, or hangs up unseen.
IMPOSTOR = "import os, signal, sys\nfd = int(sys.argv[1])\nos.write(fd, bytes.fromhex(sys.argv[2]))\n"
TALKING = IMPOSTOR + "os.read(fd, 1 << 16)\nos.write(fd, bytes.fromhex(sys.argv[3]))\nos.read(fd, 1)\n"
SILENT = IMPOSTOR + "os.close(fd)\nsignal.pause()\n"
FORGED = encode({"result": {}, "token": "0" * 32})
FORGED += encode({"result": {"verdict": "pass"}, "token": "0" * 32})


@given(
    noise=NOISE,
    answer=st.sampled_from(
        ["{}\ndef f(): return 1", "{}\ndef f(): return 2", "def f():\n    {}\n    return 1"]
    ),
)
@example(noise=FORGED, answer="{}\ndef f(): return 2")
@FEW
def test_noise_from_an_answer_or_while_the_check_runs_is_never_a_pass(
    noise: bytes, answer: str, bare: Runner
) -> None:
    code = "import os\n" + answer.format(f"os.write(3, {noise!r})")
    outcome = bare.run(plain_job(code, "assert f() == 1", "def f(): return 1", limits=Limits(0.3)))
    assert (outcome.verdict, outcome.why, outcome.slip) == (Verdict.FAIL, Why.PROTOCOL, True)


def impostor(noise: bytes, code: str = TALKING) -> Started:
    ours, theirs = socket.socketpair()
    folder = Path(tempfile.mkdtemp())
    line = [sys.executable, "-I", "-S", "-c", code, str(theirs.fileno()), READY.hex(), noise.hex()]
    started = subprocess.Popen(line, pass_fds=[theirs.fileno()], stderr=subprocess.DEVNULL)
    theirs.close()
    return Started(started, Channel(ours), tempfile.TemporaryFile(), folder, tempfile.TemporaryFile())


@given(noise=NOISE)
@settings(parent=FEW, max_examples=8)
def test_noise_from_the_warm_process_is_the_runners_error(
    noise: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app_end.MARGIN, "fork", 0.2)
    monkeypatch.setattr(app_end, "launch", lambda *_, **__: impostor(noise))
    with closing(Runner(mode="fork")) as runner:
        outcome = runner.run(plain_job("1", limits=Limits(0.05)))
    assert outcome.verdict in (Verdict.ERROR, Verdict.SKIPPED)


def test_a_warm_process_that_hung_up_unseen_is_started_again_and_the_answer_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest, hung_up = launch.launch, impostor(b"", SILENT)
    first = iter([hung_up])
    monkeypatch.setattr(app_end, "launch", lambda *mode, **more: next(first, None) or honest(*mode, **more))
    with closing(Runner(mode="fork", libraries=())) as runner:
        runner.start()
        assert runner.wait_ready(10)
        assert select.select([hung_up.channel.end], [], [], 10)[0]
        assert runner.run(plain_job("1")).passed


def test_noise_from_the_app_ends_the_warm_process_and_another_takes_over() -> None:
    with closing(Runner(mode="fork", libraries=())) as runner:
        assert runner.run(plain_job("1")).passed
        started = runner._started
        assert started is not None
        started.channel.end.sendall(b"\xff\xff\xff\xff nonsense")
        started.process.wait(10)
        assert runner.run(plain_job("1")).passed


@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers()), max_size=5), st.data())
@FEW
def test_messages_arrive_whole_however_they_are_cut(
    messages: list[dict[str, int]], data: st.DataObject
) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        channel, found = Channel(ours), []
        for message in messages:
            stream = encode(message)
            while stream:
                size = data.draw(st.integers(1, len(stream)))
                theirs.sendall(stream[:size])
                stream = stream[size:]
                if (arrived := channel.take()) is not None:
                    found.append(arrived)
            assert not channel.begun
    assert found == messages


LINES = [b"[1]", b"{", b"\xff", b'{"a":' * 10_000, json.dumps("x").encode(), b" {}", b"{}{}", b"{}\n{}"]


@pytest.mark.parametrize("sent", [b"{" * 20_000, *(line + b"\n" for line in LINES)])
def test_what_is_no_message_is_refused(sent: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)
        with pytest.raises(MessageError):
            Channel(ours, 60_000 if sent.endswith(b"\n") else 10_000).receive(5)
