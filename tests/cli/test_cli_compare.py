"""`ptcards compare` from outside, once through the real runner."""

from __future__ import annotations

import json
from pathlib import Path

from ptcards.runner.runner import Runner
from tests.cli.shell import QuickShell
from tests.statistics.learner import learned


def test_too_short_a_log_is_all_that_is_told_and_nothing_is_run(ptcards: QuickShell) -> None:
    resting = Runner()
    ptcards = QuickShell(ptcards.home, lambda: resting)
    done = ptcards("compare", "--adopt")
    assert (done.code, done.out, done.err) == (1, "", "Too early: 0 of 400 next-day reviews.\n")
    done = ptcards("compare", "--json")
    assert done.code == 1
    assert done.json == {"scored": 0, "needed": 400, "doubled": False, "adopted": None, "kept": None}
    assert ptcards("compare", "--adopt", "--defaults").code == 2
    assert ptcards("compare", "--defaults").out == "FSRS goes by its defaults already; nothing was changed.\n"
    assert resting.status().message == "the runner is not started"


def test_a_log_is_compared_kept_and_shown_by_the_statistics(tmp_path: Path, runner: Runner) -> None:
    home = tmp_path / "home"
    home.mkdir()
    learned(450).keep(home / "ptcards.db")
    ptcards = QuickShell(home, lambda: runner)
    found = ptcards("compare", "--json").json
    names = [row["name"] for row in found["kept"]["rows"]]
    assert len(names) == 6
    assert all(0 < row["log_loss"] < 2 for row in found["kept"]["rows"])
    assert sum(count for _predicted, _recalled, count in found["kept"]["rows"][0]["calibration"]) == 375
    assert "from 1,000 next-day reviews on; you have 450" in found["kept"]["refusal"]

    ptcards = QuickShell(home, Runner)  # which is not started
    text = ptcards("compare").out
    assert all(part in text for part in ("SM-2, fair", "FSRS, fitted", "RMSE(bins)", "% predicted", "█"))
    refused = ptcards("compare", "--adopt")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("Fitted parameters can be adopted from 1,000")
    assert ptcards("stats", "--json").json["comparison"] == found
    assert "compared on 23 Nov 2026 with 450 next-day reviews" in ptcards("stats").out
    ptcards("stats", "--html", tmp_path / "page.html")
    assert "Predicted and recalled" in (tmp_path / "page.html").read_text()
    assert "comparison" not in json.loads(ptcards("stats", "--json", "--deck", "deck-0").out)
