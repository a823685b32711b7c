from __future__ import annotations

import gc
import importlib
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from textual import _callback as callbacks
from textual._compositor import Compositor
from textual.document import _syntax_aware_document as highlighting

from ptcards.runner.interpreter import choose
from ptcards.runner.runner import Runner

# What a shell starts in the background ignores Ctrl+C, and so does all that is started by it.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Every app that opens an editor compiles the same query, which takes longer than to draw it.
highlighting.Query = cache(highlighting.Query)  # type: ignore[attr-defined, assignment]
# How many parameters a widget's method has is the same for all widgets.
callbacks._count_parameters = lru_cache(1024)(callbacks._count_parameters)


def draw_for_nobody(compositor: Compositor, *_how: object, **_named: object) -> None:
    """An app without a terminal draws what it throws away, a third of all its work; a test that looks has it drawn."""
    compositor._dirty_regions.clear()
    compositor.text = None  # type: ignore[attr-defined]  # what was looked at before


Compositor.render_full_update = Compositor.render_partial_update = draw_for_nobody  # type: ignore[method-assign, assignment]
LONG = "PTCARDS_LONG" in os.environ
"""Look at more seeds, steps and examples than a test run has time for."""
# Fixtures give folders and homes, which examples may share.
settings.register_profile(
    "suite",
    deadline=None,
    max_examples=40 if LONG else 20,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)  # as the program has it; much that later tests load lives on


class Late:
    """A package that is loaded once a test uses it, not by every process that collects the tests."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # pytest looks whether this is a wrapped fixture
            raise AttributeError(name)
        return getattr(importlib.import_module(self._name), name)


HERE = choose({"python": os.environ.get("PTCARDS_TEST_PYTHON", "")})
"""What answers run in, in all tests that run some: ptcards' own Python, or any other that is named."""


@contextmanager
def running(**how: Any) -> Iterator[Runner]:
    runner = Runner(**{"interpreter": HERE, **how})
    runner.start()
    assert runner.wait_ready(120), runner.status().message
    yield runner
    runner.close()


PACKAGES = Path(__file__).parent / "runner" / "packages" / "site-packages"
"""A few more than are installed, which do what well-known ones do."""


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """The real runner, warmed once for all that is tested in this process."""
    more = (str(PACKAGES),)
    there = HERE._replace(folders=HERE.folders + more, packages=HERE.packages + more)
    with running(private=(tmp_path_factory.mktemp("runner"),), interpreter=there) as warm:
        yield warm


@pytest.fixture(scope="session")
def bare() -> Iterator[Runner]:
    """Without any library: one that is stopped is back at once."""
    with running(mode="fork", libraries=()) as forking:
        yield forking
