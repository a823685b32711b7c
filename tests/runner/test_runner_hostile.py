from __future__ import annotations

import os

import pytest

from ptcards.runner.runner import Runner
from tests.runner.cases_of_breaking_out import BREAKING_OUT, GREEDY
from tests.runner.cases_of_pretending import CARDS_FAULT, PRETENDING, STUMBLING
from tests.runner.runner_cases import Case, World, pid_of

ALL = (*PRETENDING, *CARDS_FAULT, *STUMBLING, *GREEDY, *BREAKING_OUT)
# Without torch: what matters is whose rights the process has. For anybody but root any runner is this one.
AS_NOBODY = [case for case in (*GREEDY, *BREAKING_OUT) if os.getuid() == 0 and not case.uses_libraries()]
SPAWNED = [
    "exit-with-success", "write-verdicts-on-every-descriptor", "patched-builtins", "tuple-asserted", "nothing-asserted",
    "endless-loop", "ignores-signals", "growing-list", "huge-file", "fork-bomb", "shell", "segfault", "kill-the-parent",
    "read-a-key", "write-outside",
]  # fmt: skip
HERE = [case for case in ALL if case not in AS_NOBODY or case in BREAKING_OUT]
TRIED = (
    *(("runner" if case.uses_libraries() else "bare", case) for case in HERE),
    *(("as_nobody", case) for case in AS_NOBODY),
    *(("spawning", case) for case in ALL if case.name in SPAWNED),
)


@pytest.mark.parametrize(("where", "case"), TRIED, ids=lambda part: getattr(part, "name", part))
def test_what_must_not_win_does_not(
    where: str, case: Case, request: pytest.FixtureRequest, world: World
) -> None:
    """Here; for a user without rights; and in processes of their own."""
    runner: Runner = request.getfixturevalue(where)
    warm = pid_of(runner)
    case.judge(runner.run(case.job(world)))
    assert world.untouched()
    assert pid_of(runner) == warm
