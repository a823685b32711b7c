from __future__ import annotations

import errno
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ptcards.deck.card import Limits
from ptcards.runner import launch, libraries
from ptcards.runner.interpreter import own
from ptcards.runner.protocol import Layer, Readiness, RunnerStatus, Verdict, Why
from ptcards.runner.runner import Job, Runner, prove_layers
from tests.conftest import HERE
from tests.runner.nobody import refusing
from tests.runner.runner_cases import pid_of, plain_job, torch_job

ONE = plain_job("1")


@contextmanager
def quick(**more: Any) -> Iterator[Runner]:
    with closing(Runner(**{"mode": "fork", "libraries": (), "interpreter": HERE, **more})) as runner:
        yield runner


def test_starting_takes_no_time_and_an_early_answer_waits_and_nothing_is_left_after_closing() -> None:
    with quick() as runner:
        began = time.monotonic()
        runner.start()
        assert time.monotonic() - began < 0.1
        assert runner.status().kind is Readiness.WARMING
        assert runner.run(ONE).passed
        pid = pid_of(runner)
    with pytest.raises(ProcessLookupError):
        os.kill(pid or 0, 0)


def test_a_killed_warm_process_is_started_again_and_the_answer_runs_also_one_that_was_running() -> None:
    with quick() as runner:
        assert runner.run(ONE).passed
        first = pid_of(runner)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert runner.run(ONE).passed
        assert pid_of(runner) not in (None, first)
        killer = subprocess.Popen(["sh", "-c", f"sleep 0.3; kill -9 {pid_of(runner)}"])
        assert runner.run(plain_job("import time; time.sleep(0.8)\n1")).passed
        killer.wait()


def test_an_answer_leaves_alone_a_process_that_is_being_started(monkeypatch: pytest.MonkeyPatch) -> None:
    pids = []

    class Lock(AbstractContextManager[None]):
        """Held while another answer ended the process, and it is started again."""

        def __exit__(self, *_: object) -> None:
            pids.append(pid_of(runner))

        def __enter__(self) -> None:
            if not pids and runner._started:
                runner._started.process.kill()
                runner._started.process.wait()
                runner.start()
                while pid_of(runner) is None:
                    os.sched_yield()

    with quick() as runner:
        assert runner.run(ONE).passed
        monkeypatch.setattr(runner, "_talking", Lock())
        assert runner.run(ONE).passed
        assert pids[0] == pids[1] == pid_of(runner)


def test_a_runner_that_cannot_start_says_so_once_and_skips() -> None:
    with quick(wrap=("false",)) as runner:
        outcome = runner.run(ONE)
        assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.NO_RUNNER)
        assert runner.status().kind is Readiness.GONE
        assert "ptcards doctor" in runner.status().message
        assert runner.run(plain_job("3", "", "3", accepts="literal")).passed


def test_what_a_card_requires_and_is_not_here_skips_it(runner: Runner) -> None:
    hidden = torch_job("1", "assert 1", "1", "import nowhere_at_all")
    assert runner.run(hidden).verdict is Verdict.BROKEN
    outcome = runner.run(replace(hidden, requires={"nowhere_at_all": "*"}))
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.REQUIRES)
    assert "pip install" in outcome.message
    unloadable = replace(hidden, preamble="import unloadable")
    assert runner.run(unloadable).verdict is Verdict.BROKEN
    outcome = runner.run(replace(unloadable, requires={"unloadable": "*"}))
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.REQUIRES)
    assert outcome.message.startswith("needs unloadable: ")
    assert "OSError: libcudart.so.12" in outcome.message


UNMET = {
    "torch >=2.4": "",
    "torch >=99": "torch >=99 (this is 2.13.0+cpu",
    "python >=3.99": "Python >=3.99",
    "nowhere_at_all *": "pip install 'nowhere_at_all'",
    "click >=1": "",
    "yaml >=99": "yaml >=99",
    "cuda true": "a CUDA device",
    "cuda false": "",
}


@pytest.mark.parametrize("required", UNMET)
def test_what_is_required_and_missing_is_named(required: str) -> None:
    warm = RunnerStatus(Readiness.READY, versions={"torch": "2.13.0+cpu"})
    found = own().unmet(dict([required.split()]), warm)
    assert UNMET[required] in found
    assert bool(found) is bool(UNMET[required])


def test_the_warm_process_never_wakes_cuda(runner: Runner) -> None:
    answer = "torch.cuda.is_initialized() or getattr(torch._C, '_cuda_isInBadFork', lambda: False)()"
    assert runner.run(torch_job(answer, "assert answer is False")).passed
    source = Path(launch.__file__).with_name("libraries.py").read_text()
    assert "cuda.is_available" not in source
    assert "cuda.init" not in source


def test_every_layer_holds_here_and_a_dozen_attacks_prove_it(runner: Runner, as_nobody: Runner) -> None:
    assert runner.status().sandbox == as_nobody.status().sandbox == "sandbox 3/3"
    assert runner.run(ONE).isolation == (Layer.LIMITS, Layer.FILES, Layer.SYSTEM_CALLS)
    attacks = prove_layers(as_nobody)
    assert as_nobody.run(plain_job("import os\nos.getuid()", "assert answer != 0")).passed
    assert len(attacks) >= 12
    assert [attack for attack in attacks if not attack["held"] or not attack["what_happened"]] == []
    named = [text for attack in attacks if "yours.txt" in (text := str(attack["what_happened"]))]
    assert [text for text in named if text.count("'") % 2] == []


@pytest.mark.parametrize(
    ("number", "calls", "said"),
    [
        (errno.ENOSYS, False, ["this kernel has no Landlock"]),
        (errno.EOPNOTSUPP, False, ["Landlock is off in this kernel"]),
        (errno.EPERM, True, ["Landlock is refused here", "seccomp is refused here"]),
    ],
)
def test_where_a_layer_is_missing_code_that_is_not_built_in_is_refused(
    number: int, *, calls: bool, said: list[str]
) -> None:
    with quick(wrap=refusing(number, calls=calls), ahead=False) as runner:
        outcome = runner.run(ONE)
        assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.NO_SANDBOX)
        assert (
            "its layer for files and system calls" if calls else "its layer for files ("
        ) in outcome.message
        status = runner.status()
        assert status.sandbox == f"sandbox {2 - calls}/3"
        assert [text[: len(words)] for text, words in zip(status.lacking.values(), said, strict=True)] == said
        assert runner.run(replace(ONE, fail_closed=False)).passed


def test_a_source_tree_cannot_be_read_even_where_ours_is_installed_from_one(runner: Runner) -> None:
    assert runner.run(plain_job(f"open({__file__!r}).read()")).error == "PermissionError"


def test_data_where_answers_may_read_is_refused(tmp_path: Path) -> None:
    inside = Path(own().packages[0]) / "ptcards-home"
    runner = Runner(private=(inside,))
    runner.start()
    outcome = runner.run(ONE)
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.NO_RUNNER)
    assert str(inside) in runner.status().message
    assert libraries.exposed(tmp_path, own().folders) == ""


def test_scratch_is_gone_after_the_answer_and_stale_scratch_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    base = tmp_path / f"ptcards-{os.getuid()}"
    stale, another_version = base / "process-stale", base / "run-in-use"
    stale.mkdir(parents=True)
    another_version.mkdir()
    with quick(ahead=False) as runner:
        deep = "import os\nfor n in range(1200):\n    os.mkdir('d', 0o700); os.chdir('d')\nopen('f', 'w').write('x')\n1"
        assert runner.run(plain_job(deep)).passed
        assert runner.run(ONE).passed
        assert not stale.exists()
    assert list(base.iterdir()) == [another_version]


def test_an_answer_is_not_ended_for_what_others_printed_before_it(bare: Runner) -> None:
    assert all(outcome.passed for outcome in bare.run_all([plain_job("print('x' * 6_000_000)\n1")] * 4))
    flood = bare.prepare(Job("deck/card", given="x = 1\nwhile True: print('x' * 9999)"))
    assert (flood.why, flood.line) == (Why.OUTPUT, 2)


def test_clearing_follows_no_link_and_opens_closed_folders(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "scratch"
    outside.mkdir()
    (outside / "mine").write_text("x")
    closed = folder / "a" / "b"
    closed.mkdir(parents=True)
    for link in (folder / "link", closed / "link"):
        link.symlink_to(outside)
    closed.chmod(0)
    launch.clear(str(folder))
    assert not folder.exists()
    assert (outside / "mine").exists()


def test_the_warm_process_ends_when_the_app_is_killed() -> None:
    code = (
        "import os, signal; from ptcards.runner.runner import Job, Runner; r = Runner(mode='fork', libraries=()); "
        "r.start(); r.wait_ready(60); print(r._started.process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    app = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    with suppress(ProcessLookupError):
        ended = os.pidfd_open(int(app.stdout))
        assert select.select([ended], [], [], 10)[0]
        os.close(ended)


def test_spawn_mode_runs_torch_too() -> None:
    with quick(mode="spawn", libraries=("numpy", "torch"), ahead=False) as runner:
        job = torch_job("torch.ones(2)", "assert same(answer, torch.ones(2))", preamble="import torch")
        outcome = runner.run(replace(job, limits=Limits(5.0)))
    assert outcome.passed, outcome


def test_a_solution_that_was_stopped_is_not_remembered_as_one_that_ran(bare: Runner) -> None:
    job = plain_job("2", "assert answer == 1, 'one'", "while True: pass", limits=Limits(1.5))
    assert bare.run(ONE).passed
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(bare.run, job)
        waiting = time.monotonic() + 0.3
        while not (bare._talking.locked() and time.monotonic() > waiting):
            wait([running], 0.01)
        bare.stop()
        outcome = running.result(60)
    assert (outcome.verdict, outcome.message) == (Verdict.SKIPPED, "you stopped it")
    assert bare.run(job).verdict is Verdict.BROKEN
