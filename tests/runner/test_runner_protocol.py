from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ptcards.deck.card import Limits
from ptcards.runner import launch
from ptcards.runner import runner as app_end
from ptcards.runner.launch import Started
from ptcards.runner.protocol import Channel, Job, MessageError, Verdict, Why, encode
from ptcards.runner.runner import Runner

KEYS = st.sampled_from(["token", "result", "values", "verdict", "hello", "id", "phase", "x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["pass", "fail", "check", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
FRAMES = st.dictionaries(KEYS, VALUES, max_size=4).map(encode)
NOISE = st.binary(min_size=1, max_size=40) | FRAMES | st.lists(FRAMES, min_size=2, max_size=3).map(b"".join)
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

READY = encode({"versions": {}, "missing": {}, "layers": [], "cuda": False})
IMPOSTOR = """
import os, sys
fd = int(sys.argv[1])
os.write(fd, bytes.fromhex(sys.argv[2]))
os.read(fd, 1 << 16)
os.write(fd, bytes.fromhex(sys.argv[3]))
os.read(fd, 1)
"""


SILENT = """
import os, signal, sys
fd = int(sys.argv[1])
os.write(fd, bytes.fromhex(sys.argv[2]))
os.close(fd)
signal.pause()
"""


@pytest.fixture(scope="module")
def plain() -> Iterator[Runner]:
    runner = Runner(mode="fork", libraries=())
    yield runner
    runner.close()


@given(noise=NOISE, honest=st.booleans())
@FEW
def test_noise_from_an_answer_is_a_slip_never_a_pass(noise: bytes, honest: bool, plain: Runner) -> None:
    answer = f"import os\nos.write(3, {noise!r})\n{1 if honest else 2}"
    outcome = plain.run(
        Job("d/c", answer=answer, check="assert answer == 1", solution="1", limits=Limits(0.3))
    )
    assert (outcome.verdict, outcome.why, outcome.slip) == (Verdict.FAIL, Why.PROTOCOL, True)


@given(noise=NOISE)
@FEW
def test_noise_while_the_check_runs_is_never_a_pass(noise: bytes, plain: Runner) -> None:
    answer = f"import os\ndef f():\n    os.write(3, {noise!r})\n    return 1"
    job = Job("d/c", answer=answer, check="assert f() == 1", solution="def f(): return 1", limits=Limits(0.3))
    outcome = plain.run(job)
    assert (outcome.verdict, outcome.why) == (Verdict.FAIL, Why.PROTOCOL)


def test_a_reply_made_up_by_the_answer_counts_for_nothing(plain: Runner) -> None:
    forged = encode({"result": {}, "token": "0" * 32}) + encode(
        {"result": {"verdict": "pass"}, "token": "0" * 32}
    )
    job = Job(
        "d/c", answer=f"import os\nos.write(3, {forged!r})\n2", check="assert answer == 1", solution="1"
    )
    assert plain.run(job).why is Why.PROTOCOL


def impostor(noise: bytes, code: str = IMPOSTOR) -> Started:
    """A process in the place of the warm one that says it is ready, then talks nonsense."""
    ours, theirs = socket.socketpair()
    folder = Path(tempfile.mkdtemp())
    line = [sys.executable, "-I", "-S", "-c", code, str(theirs.fileno()), READY.hex(), noise.hex()]
    started = subprocess.Popen(line, pass_fds=[theirs.fileno()], stderr=subprocess.DEVNULL)
    theirs.close()
    return Started(started, Channel(ours), tempfile.TemporaryFile(), folder, os.open(folder, os.O_RDONLY))


@given(noise=NOISE)
@settings(parent=FEW, max_examples=8)
def test_noise_from_the_warm_process_is_the_runners_error(
    noise: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app_end.MARGIN, "fork", 0.2)
    monkeypatch.setattr(app_end, "launch", lambda *_, **__: impostor(noise))
    runner = Runner(mode="fork")
    try:
        outcome = runner.run(
            Job("d/c", answer="1", check="assert answer == 1", solution="1", limits=Limits(0.05))
        )
    finally:
        runner.close()
    assert outcome.verdict in (Verdict.ERROR, Verdict.SKIPPED)


def test_a_warm_process_that_hung_up_unseen_is_started_again_and_the_answer_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runner = Runner(mode="fork", libraries=())
    honest = launch.launch
    hung_up = impostor(b"", SILENT)
    first = iter([hung_up])
    monkeypatch.setattr(app_end, "launch", lambda *mode, **more: next(first, None) or honest(*mode, **more))
    runner.start()
    assert runner.wait_ready(10)
    assert select.select([hung_up.channel.end], [], [], 10)[0]
    outcome = runner.run(Job("d/c", answer="1", check="assert answer == 1", solution="1"))
    runner.close()
    assert outcome.passed, outcome.message


def test_noise_from_the_app_ends_the_warm_process_and_another_takes_over() -> None:
    runner = Runner(mode="fork", libraries=())
    job = Job("d/c", answer="1", check="assert answer == 1", solution="1")
    assert runner.run(job).passed
    started = runner._started
    assert started is not None
    started.channel.end.sendall(b"\xff\xff\xff\xff nonsense")
    started.process.wait(10)
    assert runner.run(job).passed
    runner.close()


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
