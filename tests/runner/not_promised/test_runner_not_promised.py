from __future__ import annotations

import pytest

from ptcards.runner.protocol import Verdict
from ptcards.runner.runner import Runner
from tests.runner.not_promised.cases import EQUAL, NOT_PROMISED, ONES
from tests.runner.runner_cases import Case, World


@pytest.mark.parametrize("case", NOT_PROMISED, ids=lambda case: case.name)
def test_who_deceives_the_check_harms_nothing_but_the_own_verdict(
    case: Case, runner: Runner, world: World
) -> None:
    warm = runner.pid
    assert runner.run(case.job(world)).verdict in (Verdict.PASS, Verdict.FAIL)
    assert world.untouched()
    wrong = runner.run(Case("next", "x = torch.zeros(3)", check=EQUAL, solution=ONES).job())
    assert (wrong.verdict, wrong.slip) == (Verdict.FAIL, False)
    assert runner.pid == warm
