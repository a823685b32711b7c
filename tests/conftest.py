from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from textual._compositor import Compositor
from textual.document import _syntax_aware_document as highlighting

from ptcards.runner.interpreter import choose
from ptcards.runner.runner import Runner

# What a shell starts in the background ignores Ctrl+C, and so does all that is started by it.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Every app that opens an editor compiles the same query, which takes longer than to draw it.
highlighting.Query = cache(highlighting.Query)  # type: ignore[attr-defined, assignment]


def draw_for_nobody(compositor: Compositor, *_how: object, **_named: object) -> None:
    """An app without a terminal draws what it throws away, a third of all its work; a test that looks has it drawn."""
    compositor._dirty_regions.clear()


Compositor.render_full_update = Compositor.render_partial_update = draw_for_nobody  # type: ignore[method-assign, assignment]
# Fixtures give folders and homes, which examples may share.
settings.register_profile(
    "suite", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector need not go through it again and again."""
    gc.collect()
    gc.freeze()


HERE = choose({"python": os.environ.get("PTCARDS_TEST_PYTHON", "")})
"""What answers run in, in all tests that run some: ptcards' own Python, or any other that is named."""


@contextmanager
def running(**how: Any) -> Iterator[Runner]:
    runner = Runner(**{"interpreter": HERE, **how})
    runner.start()
    assert runner.wait_ready(120), runner.status().message
    yield runner
    runner.close()


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """The real runner, warmed once for all that is tested in this process."""
    with running(private=(tmp_path_factory.mktemp("runner"),)) as warm:
        yield warm


@pytest.fixture(scope="session")
def bare() -> Iterator[Runner]:
    """Without torch."""
    with running(mode="fork", libraries=()) as forking:
        yield forking
