from __future__ import annotations

import os

import pytest

from ptcards.runner.runner import Runner
from tests.runner.cases_of_breaking_out import BREAKING_OUT, GREEDY
from tests.runner.cases_of_pretending import CARDS_FAULT, PRETENDING, STUMBLING
from tests.runner.runner_cases import Case, World

ALL = (*PRETENDING, *CARDS_FAULT, *STUMBLING, *GREEDY, *BREAKING_OUT)
# Without torch: what matters is whose rights the process has.
AS_NOBODY = [case for case in (*GREEDY, *BREAKING_OUT) if os.getuid() == 0 and not case.uses_libraries()]
HERE = [case for case in ALL if case not in AS_NOBODY or case in BREAKING_OUT]


@pytest.mark.parametrize("case", HERE, ids=lambda case: case.name)
def test_what_must_not_win_does_not(case: Case, runner: Runner, world: World) -> None:
    warm = runner.pid
    outcome = runner.run(case.job(world))
    case.judge(outcome)
    assert world.untouched()
    assert runner.pid == warm


# For anybody but root the test above is this one.
@pytest.mark.parametrize("case", AS_NOBODY, ids=lambda case: case.name)
def test_what_must_not_win_does_not_for_a_user_without_rights(
    case: Case, as_nobody: Runner, world: World
) -> None:
    case.judge(as_nobody.run(case.job(world)))
    assert world.untouched()


@pytest.mark.parametrize("case", [case for case in ALL if case.also_spawned], ids=lambda case: case.name)
def test_what_must_not_win_does_not_with_processes_of_its_own(
    case: Case, spawning: Runner, world: World
) -> None:
    case.judge(spawning.run(case.job(world)))
    assert world.untouched()


def test_at_least_twelve_cases_are_tried_in_spawn_mode() -> None:
    assert sum(case.also_spawned for case in ALL) >= 12
