"""One real runner for all that is checked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ptcards.runner.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def check_runner() -> Iterator[Runner]:
    runner = Runner()
    runner.start()
    yield runner
    runner.close()
