from __future__ import annotations

from ptcards.runner.protocol import Verdict
from ptcards.runner.runner import Runner
from tests.runner.not_promised.cases import EQUAL, NOT_PROMISED
from tests.runner.runner_cases import ONES, World, pid_of, torch_job


def test_who_deceives_the_check_harms_nothing_but_the_own_verdict(runner: Runner, world: World) -> None:
    warm = pid_of(runner)
    for case in NOT_PROMISED:
        assert runner.run(case.job(world)).verdict in (Verdict.PASS, Verdict.FAIL), case.name
        assert world.untouched(), case.name
    wrong = runner.run(torch_job("x = torch.zeros(3)", EQUAL, ONES))
    assert (wrong.verdict, wrong.slip, pid_of(runner)) == (Verdict.FAIL, False, warm)
