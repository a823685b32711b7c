"""How often a verdict of `within` flips while all processors are busy: answers at half and at twice the limit."""

import os
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace

from ptcards.deck.card import Limits, Within
from ptcards.runner.runner import Job, Runner

LIMIT = 6
BUSY = "import numpy\na = numpy.ones((700, 700))\nwhile True:\n    a @ a\n    sum(range(100_000))"
WORK = {
    "0.2 ms of torch": "x = torch.ones(150_000)\n\ndef f(n):\n    for _ in range(n):\n        x.exp()",
    "8 ms of torch": "x = torch.ones(3_000_000)\n\ndef f(n):\n    for _ in range(n):\n        x.exp()",
    "1 ms of Python": "def f(n):\n    for _ in range(n):\n        sum(range(30_000))",
    "0.2 ms of NumPy": "a = np.ones(100_000)\n\ndef f(n):\n    for _ in range(n):\n        np.sqrt(a)",
}


def job_of(work: str, times: int) -> Job:
    """An answer that does the work of the solution so many times."""
    preamble = f"import torch\nimport numpy as np\n{work}\n"
    job = Job("bench/within", preamble=preamble, check="assert callable(f), 'no'", solution="f(1)")
    return replace(job, answer=f"f({times})", limits=Limits(20.0), within=Within(time=LIMIT))


def main(rounds: int) -> None:
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(os.cpu_count() or 1)]
    flips = {(name, times): list[float]() for name in WORK for times in (LIMIT // 2, LIMIT * 2)}
    began, seen = time.perf_counter(), dict[tuple[str, int], list[float]]()
    try:
        with closing(Runner()) as runner:
            for _ in range(rounds):
                for (name, times), flipped in flips.items():
                    outcome = runner.run(job_of(WORK[name], times))
                    if "time" not in outcome.took:
                        raise SystemExit(f"nothing was measured: {outcome}")
                    seen.setdefault((name, times), []).append(outcome.took["time"])
                    if (outcome.rule == "within.time") is not (times > LIMIT):
                        flipped.append(outcome.took["time"])
    finally:
        for one in busy:
            one.kill()
            one.wait()
    print(
        f"{rounds} rounds in {time.perf_counter() - began:.0f} s, limit {LIMIT}, load {os.getloadavg()[0]:.1f}"
    )
    for (name, times), flipped in flips.items():
        ratios = sorted(seen[name, times])
        spread = (
            f"measured {ratios[0]:.2f} to {ratios[-1]:.2f}, half of them below {ratios[len(ratios) // 2]:.2f}"
        )
        print(f"{name}, {times} times: {len(flipped)} flips; {spread}")
    print(f"{sum(map(len, flips.values()))} flips in {rounds * len(flips)} runs")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 125)
