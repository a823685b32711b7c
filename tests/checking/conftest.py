from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ptcards.runner.runner import Runner


@pytest.fixture(scope="session")
def check_runner(runner: Runner) -> Runner:
    """One real runner for all that is checked here."""
    return runner
