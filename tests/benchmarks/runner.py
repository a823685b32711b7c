"""How long a learner waits for a verdict, against a bare fork of a warm torch process doing the same check."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from ptcards.deck.card import Limits
from ptcards.runner.interpreter import choose, own
from ptcards.runner.runner import Job, Runner
from tests.benchmarks.lives import heading, row, timed

PREAMBLE = "import torch\n"
GIVEN = "x = torch.arange(1, 5)\n"
ANSWER = "x.unsqueeze(1)"
CHECK = (
    "assert isinstance(answer, torch.Tensor), 'a tensor'\n"
    "assert answer.shape == (4, 1), 'the new dimension goes last'\n"
    "assert torch.equal(answer.flatten(), x), 'the values stay'\n"
)
PAUSE = 0.25
"""Seconds between answers: a learner takes longer, and the next process gets ready meanwhile."""

FLOOR = f"""
import os, sys, time
import torch
torch.set_num_threads(1)
parameter = torch.nn.Parameter(torch.ones(2))
optimizer = torch.optim.Adam([parameter]); (parameter * parameter).sum().backward(); optimizer.step()
import gc; gc.collect(); gc.freeze()
for _ in range(int(sys.argv[1])):
    time.sleep({PAUSE})
    began = time.perf_counter()
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        names = {{}}
        exec({PREAMBLE + GIVEN!r}, names)
        names["answer"] = eval({ANSWER!r}, names)
        exec({CHECK!r}, names)
        os.write(write, b"pass")
        os._exit(0)
    os.read(read, 4)
    print(time.perf_counter() - began)
    os.waitpid(pid, 0); os.close(read); os.close(write)
"""
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def main(rounds: int) -> None:
    job = Job("bench/unsqueeze", preamble=PREAMBLE, given=GIVEN, answer=ANSWER, check=CHECK, solution=ANSWER)
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    cold = time.perf_counter() - began
    runner = Runner()
    runner.start()
    runner.wait_ready()
    ready = runner.status().waited
    print(f"cold `import torch` {cold:.2f} s; runner ready after {ready:.2f} s ({ready - cold:+.2f} s)")
    print(f"{runner.status().sandbox}, layers: {', '.join(runner.status().layers)}")
    floor = bare_forks(rounds // 2)
    times = {"spare": sample(runner, job, rounds)}
    times["prepared"] = sample(runner, job, rounds // 2, prepare=True)
    again = Job(job.card, preamble=PREAMBLE, given="x = torch.arange(2, 6)\n", check=CHECK, solution=ANSWER)
    times["and other values"] = sample(runner, replace(job, again=again), rounds // 2)
    for what, line in (("names", "x.uns"), ("names", "torch."), ("page", "x.unsqueeze")):
        waits = []
        for _ in range(rounds // 2):
            time.sleep(PAUSE)
            waits.append(timed(partial(runner.look_up, job, what, line, line)))
        print(f"{what} of {line}: {statistics.median(waits):.0f} ms, the longest {max(waits):.0f} ms")
    memory = memory_of(runner)
    hang = [hang_cost(runner, job) for _ in range(3)]
    runner.close()
    without = Runner(ahead=False)
    times["no spare"] = sample(without, job, rounds // 2)
    without.close()
    floor += bare_forks(rounds // 2)
    table(floor, times)
    beside(job, rounds)
    print("memory (PSS): " + ", ".join(f"{name} {size:.0f} MiB" for name, size in memory))
    print(f"a hang costs its limit + {statistics.median(hang):.0f} ms")


def beside(job: Job, rounds: int) -> None:
    """Submit to verdict in another environment, which has the same torch, against ours: in turns."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, symlinks=True)
        (packages,) = Path(folder).glob("lib/python*/site-packages")
        (packages / "ours.pth").write_text("\n".join(own().packages))
        there = choose({"python": f"{folder}/bin/python"})
        with closing(Runner()) as ours, closing(Runner(interpreter=there)) as theirs:
            taken: dict[Runner, list[float]] = {ours: sample(ours, job, 1), theirs: sample(theirs, job, 1)}
            for number in range(rounds):
                for runner in (ours, theirs) if number % 2 else (theirs, ours):
                    taken[runner] += sample(runner, job, 1)
    heading("ours")
    for share in (50, 99):
        foreign, least = (statistics.quantiles(taken[one], n=100)[share - 1] * 1000 for one in (theirs, ours))
        row(f"another environment: submit to verdict, p{share}", foreign, least, note=f"n {rounds}")


def bare_forks(rounds: int) -> list[float]:
    line = [sys.executable, "-c", FLOOR, str(rounds)]
    done = subprocess.run(line, capture_output=True, check=True, text=True, env=os.environ | ENVIRONMENT)
    return [float(text) for text in done.stdout.split()]


def sample(runner: Runner, job: Job, rounds: int, *, prepare: bool = False) -> list[float]:
    runner.run(job)
    times = []
    for _ in range(rounds):
        if prepare:
            runner.prepare(job)
        time.sleep(PAUSE)
        began = time.perf_counter()
        outcome = runner.run(job)
        times.append(time.perf_counter() - began)
        if not outcome.passed:
            raise SystemExit(f"the benchmark's answer did not pass: {outcome}")
    return times


def hang_cost(runner: Runner, job: Job) -> float:
    """Milliseconds."""
    hanging = Job(job.card, preamble=job.preamble, answer="while True: pass", check=CHECK, limits=Limits(1.0))
    time.sleep(PAUSE)
    return timed(lambda: runner.run(hanging)) - 1000


def table(floor: list[float], times: dict[str, list[float]]) -> None:
    heading("bare fork")
    for name, taken in times.items():
        for share in (50, 99):
            ours, least = (
                statistics.quantiles(one, n=100, method="inclusive")[share - 1] * 1000
                for one in (taken, floor)
            )
            row(f"{name}: submit to verdict, p{share}", ours, least, note=f"n {len(taken)}")


def memory_of(runner: Runner) -> list[tuple[str, float]]:
    """Proportional set size of every process of the runner, in MiB; needs the right to look."""
    time.sleep(PAUSE)
    parents, sizes = dict[int, int](), dict[int, float]()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    family = {runner._started.process.pid if runner._started else None}
    for _ in range(6):
        family |= {pid for pid, parent in parents.items() if parent in family}
    for pid in sorted(one for one in family if one):
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            sizes[pid] = sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return [*((str(pid), size) for pid, size in sizes.items()), ("all", sum(sizes.values()))]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
