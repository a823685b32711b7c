"""The benchmark of both schedulers runs, and its numbers add up."""

from __future__ import annotations

import pytest

from ptcards.scheduling.fsrs import Rules, out_of_bounds
from tests.benchmarks import scheduling
from tests.benchmarks.scheduling import learner, live


@pytest.mark.parametrize("rules", [None, Rules(), Rules(0.8)])
def test_a_simulated_month_adds_up(rules: Rules | None) -> None:
    own = learner(3)
    assert not out_of_bounds(own.weights)
    month = live(rules, own, 3, days=30, cards=20)
    assert (len(month.asked), month.asked[0], month.introduced) == (30, 0, 20)
    assert month.answers == month.introduced + sum(month.asked) + month.drilled
    assert 0 < month.recalled <= sum(month.asked)
    assert 0 < month.known < 1
    assert 0 < month.lapsed <= 20
    assert live(rules, own, 3, days=30, cards=20) == month


def test_the_table_has_a_row_for_each_learner_and_scheduler(capsys: pytest.CaptureFixture[str]) -> None:
    scheduling.main(days=3, seeds=2)
    assert [line.count("|") for line in capsys.readouterr().out.splitlines()] == [8] * 11
