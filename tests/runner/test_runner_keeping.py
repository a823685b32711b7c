from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from ptcards.deck.card import Limits
from ptcards.runner import launch, libraries
from ptcards.runner.libraries import unmet
from ptcards.runner.protocol import Job, Layer, Outcome, Readiness, Verdict, Why
from ptcards.runner.runner import Runner, prove_layers
from tests.runner.nobody import no_rights
from tests.runner.runner_cases import Case, torch_job

ONE = Job("d/c", answer="1", check="assert answer == 1", solution="1")


def quick(**more: object) -> Runner:
    return Runner(**{"mode": "fork", "libraries": (), **more})  # type: ignore[arg-type]


def test_starting_takes_no_time_and_an_early_answer_waits() -> None:
    runner = quick()
    began = time.monotonic()
    runner.start()
    assert time.monotonic() - began < 0.1
    assert runner.status().kind is Readiness.WARMING
    assert runner.run(ONE).passed
    runner.close()


def test_a_killed_warm_process_is_started_again_and_the_answer_runs() -> None:
    runner = quick()
    assert runner.run(ONE).passed
    first = runner.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert runner.run(ONE).passed
    assert runner.pid not in (None, first)
    runner.close()


def test_killed_while_an_answer_runs_it_runs_again() -> None:
    runner = quick()
    assert runner.run(ONE).passed
    pid = runner.pid
    assert pid is not None
    killer = subprocess.Popen(["sh", "-c", f"sleep 0.3; kill -9 {pid}"])
    slow = Job("d/c", answer="import time; time.sleep(0.8)\n1", check="assert answer == 1", solution="1")
    assert runner.run(slow).passed
    killer.wait()
    runner.close()


def test_a_runner_that_cannot_start_says_so_once_and_skips() -> None:
    runner = quick(wrap=("false",))
    outcome = runner.run(ONE)
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.NO_RUNNER)
    assert runner.status().kind is Readiness.GONE
    assert "ptcards doctor" in runner.status().message
    plain = Job("d/c", accepts="literal", answer="3", solution="3")
    assert runner.run(plain).passed
    runner.close()


def test_what_a_card_requires_and_is_not_here_skips_it(runner: Runner) -> None:
    hidden = Job("d/c", preamble="import nowhere_at_all", answer="1", check="assert 1", solution="1")
    wanting = Job(
        "d/c", preamble=hidden.preamble, answer="1", check="assert 1", requires={"nowhere_at_all": "*"}
    )
    assert runner.run(ONE).passed
    assert runner.run(hidden).verdict is Verdict.BROKEN
    outcome = runner.run(wanting)
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.REQUIRES)
    assert "pip install" in outcome.message


@pytest.mark.parametrize(
    ("requires", "reported"),
    [
        ({"torch": ">=2.4"}, ""),
        ({"torch": ">=99"}, "torch >=99 (this is 2.13.0+cpu"),
        ({"python": ">=3.99"}, "Python >=3.99"),
        ({"nowhere_at_all": "*"}, "pip install 'nowhere_at_all'"),
        ({"click": ">=1"}, ""),
        ({"yaml": ">=99"}, "yaml >=99"),
        ({"cuda": "true"}, "a CUDA device"),
        ({"cuda": "false"}, ""),
    ],
)
def test_what_is_required_and_missing_is_named(requires: dict[str, str], reported: str) -> None:
    found = unmet(requires, {"torch": "2.13.0+cpu"}, cuda=False)
    assert reported in found
    assert bool(found) is bool(reported)


def test_the_warm_process_has_one_thread_and_never_wakes_cuda(runner: Runner) -> None:
    job = torch_job(
        "answer = torch.cuda.is_initialized(), torch._C._cuda_isInBadFork() if hasattr(torch._C, '_cuda_isInBadFork') else False",
        "assert answer == (False, False)",
    )
    assert runner.run(job).passed
    source = Path(launch.__file__).with_name("libraries.py").read_text()
    assert "cuda.is_available" not in source
    assert "cuda.init" not in source


def test_every_layer_holds_here_and_is_named(runner: Runner) -> None:
    assert runner.status().sandbox == "sandbox 3/3"
    assert runner.run(ONE).isolation == (Layer.LIMITS, Layer.FILES, Layer.SYSTEM_CALLS)


def test_a_dozen_attacks_prove_the_layers() -> None:
    """Also for a user without any rights, where root runs this."""
    runner = quick(wrap=no_rights())
    attacks = prove_layers(runner)
    outcome = runner.value(Job("d/c", answer="import os\nos.getuid()"))
    sandboxed = runner.status().sandbox
    runner.close()
    assert outcome.answer_value is not None, outcome
    assert outcome.answer_value.text != "0"
    assert sandboxed == "sandbox 3/3"
    assert len(attacks) >= 12
    assert [attack for attack in attacks if not attack.held] == []
    assert all(attack.what_happened for attack in attacks)
    assert all(
        attack.what_happened.count("'") % 2 == 0 for attack in attacks if "yours.txt" in attack.what_happened
    )


NO_LANDLOCK = (
    "import errno, os, sys, pyseccomp as sc; rules = sc.SyscallFilter(sc.ALLOW); "
    "rules.add_rule(sc.ERRNO(errno.ENOSYS), 'landlock_create_ruleset'); rules.load(); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)


def test_where_a_layer_is_missing_code_that_is_not_built_in_is_refused() -> None:
    runner = quick(wrap=(sys.executable, "-c", NO_LANDLOCK))
    outcome = runner.run(ONE)
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.NO_SANDBOX)
    assert "files" in outcome.message
    assert runner.status().sandbox == "sandbox 2/3"
    built_in = Job("d/c", answer="1", check="assert answer == 1", solution="1", fail_closed=False)
    assert runner.run(built_in).passed
    runner.close()


def test_a_source_tree_cannot_be_read_even_where_ours_is_installed_from_one(runner: Runner) -> None:
    outcome = runner.run(Case("tree", f"open({__file__!r}).read()").job())
    assert outcome.error == "PermissionError"


def test_data_where_answers_may_read_is_refused(tmp_path: Path) -> None:
    inside = Path(libraries.package_folders()[0]) / "ptcards-home"
    runner = Runner(private=(inside,))
    runner.start()
    outcome = runner.run(ONE)
    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, Why.NO_RUNNER)
    assert str(inside) in runner.status().message
    assert libraries.exposed(tmp_path) is None


def test_scratch_is_gone_after_the_answer_and_stale_scratch_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    base = tmp_path / f"ptcards-{os.getuid()}"
    stale, another_version = base / "warm-stale", base / "run-in-use"
    stale.mkdir(parents=True)
    another_version.mkdir()
    runner = quick(ahead=False)
    deep = "import os\nfor n in range(1200):\n    os.mkdir('d', 0o700); os.chdir('d')\nopen('f', 'w').write('x')\n1"
    assert runner.run(Job("d/c", answer=deep, check="assert answer == 1", solution="1")).passed
    assert runner.run(ONE).passed
    assert not stale.exists()
    runner.close()
    assert list(base.iterdir()) == [another_version]


def test_clearing_follows_no_link_and_opens_closed_folders(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine").write_text("x")
    folder = tmp_path / "scratch"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "link").symlink_to(outside)
    (folder / "a" / "b" / "link").symlink_to(outside)
    (folder / "a" / "b").chmod(0)
    launch.clear(str(folder))
    assert not folder.exists()
    assert (outside / "mine").exists()


def test_nothing_is_left_running_after_closing() -> None:
    runner = quick()
    assert runner.run(ONE).passed
    pid = runner.pid
    runner.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid or 0, 0)


def test_the_warm_process_ends_when_the_app_is_killed() -> None:
    code = (
        "import os, signal; from ptcards.runner.runner import Runner; r = Runner(mode='fork', libraries=()); "
        "r.start(); r.wait_ready(60); print(r.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    app = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    with suppress(ProcessLookupError):
        ended = os.pidfd_open(int(app.stdout))
        assert select.select([ended], [], [], 10)[0]
        os.close(ended)


def test_importing_the_runner_is_cheap() -> None:
    code = "import sys, ptcards.runner.runner; print({'torch', 'numpy', 'cv2', 'landlockpy', 'textual'} & set(sys.modules))"
    reported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert reported.stdout.strip() == "set()"


def test_spawn_mode_runs_torch_too() -> None:
    runner = Runner(mode="spawn", libraries=("numpy", "torch"), ahead=False)
    outcome = runner.run(
        Job(
            "d/c",
            preamble="import torch",
            answer="torch.ones(2)",
            check="assert same(answer, torch.ones(2))",
            limits=Limits(5.0),
        )
    )
    runner.close()
    assert outcome.passed, outcome


def test_a_solution_that_was_stopped_is_not_remembered_as_one_that_ran() -> None:
    runner = quick()
    job = Job(
        "d/c", answer="2", check="assert answer == 1, 'one'", solution="while True: pass", limits=Limits(30.0)
    )
    outcomes: list[Outcome] = []
    assert runner.run(ONE).passed
    thread = threading.Thread(target=lambda: outcomes.append(runner.run(job)))
    thread.start()
    waiting = time.monotonic() + 0.3
    while not (runner.busy and time.monotonic() > waiting):
        thread.join(0.01)
    runner.stop()
    thread.join(60)
    assert [(outcome.verdict, outcome.message) for outcome in outcomes] == [
        (Verdict.SKIPPED, "you stopped it")
    ]
    again = replace(job, limits=Limits(0.3))
    assert runner.run(again).verdict is Verdict.BROKEN
    runner.close()
