"""Exports where the folder for temporary files is full."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ptcards.errors import ExchangeError, StoreError
from ptcards.exchange.temporary import in_order
from tests.exchange.homes import Home, review_often


@contextmanager
def no_room() -> Iterator[None]:
    """No file may grow beyond 50 kB."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_no_room_to_sort_is_told_with_the_folder() -> None:
    rows = ((number, 0, "x" * 1000) for number in range(20_000))
    with no_room(), pytest.raises(ExchangeError, match=r"no temporary file.*TMPDIR"):
        list(in_order(rows, 3))


def test_no_room_to_walk_the_log_card_by_card_is_told_with_the_folder(home: Home) -> None:
    review_often(home, 10_000, "pytorch-notes")
    with no_room(), pytest.raises(StoreError, match=r"no temporary file.*TMPDIR"):
        home.export("fsrs-csv")


def test_no_room_for_a_package_is_told_with_the_folder(home: Home) -> None:
    with no_room(), pytest.raises(ExchangeError, match=r"no temporary file.*TMPDIR"):
        home.export("apkg", home.folder / "out.apkg")
    assert not (home.folder / "out.apkg").exists()
