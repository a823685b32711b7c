"""Fits held to py-fsrs, where that takes too long or a file that nothing gives.

python -m tests.runner.beside_py_fsrs        what its optimizer finds of a simulated log (needs pandas; a minute)
python -m tests.runner.beside_py_fsrs FILE   holds ours to its own on the log beside its tests, and the comparison
    to a table that was measured before. FILE is a CSV with card_id, review_rating and review_time, which the
    library's source distribution leaves out; the parameters that its tests expect come from there, by pip.
"""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
import tarfile
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import fsrs
import pytest

from ptcards.runner.runner import Runner
from ptcards.scheduling import sm2
from ptcards.statistics import comparing
from tests.runner.test_predicting import A_DAY, FOLDS, GRADES, Cards, mean_loss, moved, request, simulated

BUILD = Path(__file__).parents[2] / "build"


def optimized() -> list[float]:
    """The parameters that py-fsrs finds."""
    start, cards = datetime(2020, 1, 1, tzinfo=UTC), simulated(500, moved(), 7)
    logs = [
        fsrs.ReviewLog(number, fsrs.Rating(rating), start + timedelta(milliseconds=at), None)
        for number, card in enumerate(cards)
        for at, _day, rating, _later, _planned in card
    ]
    found: list[float] = fsrs.Optimizer(logs).compute_optimal_parameters()
    return [round(one, 4) for one in found]


def reviews(log: Path, day_ends: int | None) -> Cards:
    """The sample log; a day ends at so many hours UTC, or (None) where 24 hours are over, as in py-fsrs."""
    rows = defaultdict(list)
    with log.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = int(datetime.fromisoformat(row["review_time"]).timestamp() * 1000)
            rows[row["card_id"]].append((at, int(row["review_rating"])))
    cards = []
    for answers in rows.values():
        answers.sort()
        times = [at for at, _rating in answers]
        if day_ends is None:
            days = [0]
            for before, at in pairwise(times):
                days.append(days[-1] + (at - before) // A_DAY)
        else:
            days = [(at - day_ends * 3_600_000) // A_DAY for at in times]
        schedule, card, last = sm2.NEW, [], days[0]
        for (at, rating), day in zip(answers, days, strict=True):
            later = day > last
            card.append([at, day, rating, int(later), schedule.interval_days])
            schedule = schedule._replace(due_day=day) if later else schedule
            schedule, last = sm2.grade(schedule, GRADES[rating], day), day
        cards.append(card)
    return cards


def stated() -> list[float]:
    """The parameters that py-fsrs' tests expect of its optimizer on that log, from its source distribution."""
    name = f"fsrs-{version('fsrs')}"
    file = BUILD / "py-fsrs" / f"{name}.tar.gz"
    if not file.exists():
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "fsrs"]
        where = [f"--dest={file.parent}", name.replace("-", "==")]
        done = subprocess.run([*download, *where], capture_output=True, text=True, check=False)
        assert file.exists(), f"pip could not download the source of {name}: {done.stderr[-500:]}"
    with tarfile.open(file) as archive:
        inside = archive.extractfile(f"{name}/tests/test_optimizer.py")
        assert inside
        tree = ast.parse(inside.read())
    for one in tree.body:
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "test_optimal_parameters":
            found: list[float] = ast.literal_eval(one.value)
            return found
    raise AssertionError(f"the tests of {name} no longer state the parameters")


def fit_as_good_as_theirs(runner: Runner, log: Path) -> None:
    cards = reviews(log, None)
    theirs = mean_loss(cards, stated())
    found = runner.predict(request(cards, None))
    assert found["log_loss"] == pytest.approx(mean_loss(cards, found["weights"]))
    assert found["log_loss"] < theirs + 0.002, "the reference optimiser's"


def table_as_measured_before(runner: Runner, log: Path) -> None:
    cards = reviews(log, 4 + 7)  # at four in the morning where its author lives, as it seems
    found = comparing.report([runner.predict(request(cards, fold)) for fold in range(FOLDS)])
    wanted = {
        "sm2-fair": (0.4918, 0.1027, 0.531),
        "sm2-benchmark": (0.5260, 0.1122, 0.521),
        "average": (0.5113, 0.1362, 0.509),
        "moving-average": (0.4777, 0.0821, 0.548),
        "fsrs-defaults": (0.4417, 0.0684, 0.675),
        "fsrs-fitted": (0.4347, 0.0475, 0.680),
    }
    for row in found["rows"]:
        measured = [row[name] for name in ("log_loss", "rmse_bins", "auc")]
        assert measured == pytest.approx(wanted[row["name"]], abs=0.0015), row["name"]
    differences = {(one["of"], one["against"]): one for one in found["differences"]}
    fair = differences["fsrs-fitted", "sm2-fair"]
    assert [fair[name] for name in ("mean", "low", "high")] == pytest.approx(
        [-0.057, -0.065, -0.049], abs=2e-3
    )


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.stdout.write(f"{' '.join(map(str, optimized()))}\n")
    else:
        with closing(Runner()) as made:
            fit_as_good_as_theirs(made, Path(sys.argv[1]))
            table_as_measured_before(made, Path(sys.argv[1]))
        sys.stdout.write("py-fsrs and ptcards agree\n")
