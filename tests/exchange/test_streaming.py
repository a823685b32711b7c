from __future__ import annotations

import io
import os
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from ptcards.exchange import anki_packages
from ptcards.exchange.export import FORMATS, Selection
from tests.exchange.homes import Home, logged, review_often, write_events


class Nowhere(io.RawIOBase):
    """A stream that keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return len(data)  # type: ignore[arg-type] # bytes, whoever writes


def peak(home: Home, form: str, **narrowed: Any) -> int:
    """Bytes that an export of the deck asks Python for at most."""
    write: Callable[[object, Selection, BinaryIO], str]
    write = getattr(import_module(f"ptcards.exchange.{FORMATS[form].module}"), FORMATS[form].writer)
    selection = Selection(**{"decks": ("many",)} | narrowed)
    tracemalloc.start()
    try:
        write(home.study.workspace, selection, io.BufferedWriter(Nowhere()))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def warm_up(home: Home, form: str) -> None:
    """Import and cache what is loaded once, whatever is exported."""
    take_cards(home, 1)
    home.export(form, decks=("many",))


def take_cards(home: Home, count: int, width: int = 600) -> None:
    assert home.take(table_of(home, count, width)).errors == ()


def table_of(home: Home, count: int, width: int = 600) -> Path:
    table = home.folder / "many.csv"
    rows = "".join(f"question {number} {'x' * width},answer,tag\n" for number in range(count))
    table.write_text(f"question,answer,tags\n{rows}")
    return table


@pytest.mark.parametrize("form", ["csv", "apkg"])
def test_an_import_needs_no_more_memory_for_four_times_the_cards(
    new_home: Callable[[str], Home], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    # A package is unpacked in pieces, which would be larger than all that is in it.
    monkeypatch.setattr(anki_packages, "_PIECE", 1 << 12)
    peaks = []
    for name, count in (("warm-up", 1), ("few", 600), ("many", 2_400)):
        source = new_home(f"{name}-source")
        file = table_of(source, count)
        if form == "apkg":
            take_cards(source, count)
            file = source.export("apkg", decks=("many",))
        home = new_home(name)
        tracemalloc.start()
        try:
            assert home.take(file).decks[0].new == count
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[2] < 2 * peaks[1]


@pytest.mark.parametrize("form", ["json", "anki-txt", "apkg", "yaml"])
def test_an_export_needs_no_more_memory_for_six_times_the_cards(
    new_home: Callable[[str], Home], form: str
) -> None:
    warm_up(new_home("first"), form)
    peaks = []
    for name, count in (("few", 120), ("many", 720)):
        home = new_home(name)
        take_cards(home, count)
        peaks.append(peak(home, form))
    assert peaks[1] < 2 * peaks[0]


@pytest.mark.parametrize("form", ["jsonl", "json", "csv", "fsrs-csv", "apkg"])
def test_an_export_needs_no_more_memory_for_five_times_the_reviews(
    new_home: Callable[[str], Home], form: str
) -> None:
    warm_up(new_home("first"), form)
    peaks = []
    for name, count in (("few", 3_000), ("many", 15_000)):
        home = new_home(name)
        take_cards(home, 1)
        review_often(home, count)
        peaks.append(peak(home, form))
    assert peaks[1] < 2 * peaks[0]


def test_a_package_goes_down_a_pipe_in_no_more_memory_for_six_times_the_cards(
    new_home: Callable[[str], Home],
) -> None:
    peaks = []
    for name, count in (("warm-up", 1), ("few", 200), ("many", 1200)):
        home = new_home(name)
        table = home.folder / "many.csv"
        rows = "".join(f"question {number},{os.urandom(2000).hex()}\n" for number in range(count))
        table.write_text(f"question,answer\n{rows}")
        assert home.take(table).errors == ()
        with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as reader:
            assert reader.stdin is not None
            pipe = Path(f"/proc/self/fd/{reader.stdin.fileno()}")
            tracemalloc.start()
            try:
                home.export("apkg", pipe, decks=("many",))
                peaks.append(tracemalloc.get_traced_memory()[1])
            finally:
                tracemalloc.stop()
            reader.stdin.close()
    assert peaks[2] < 2 * peaks[1]


@pytest.fixture(scope="module")
def answered_homes(used_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Home]]:
    """A home with 3,000 cards, each answered once and some answers taken back, and one with four times as many."""
    homes = []
    for count in (3_000, 12_000):
        folder = tmp_path_factory.mktemp("answered")
        shutil.copy(used_database, folder / "ptcards.db")
        homes.append(Home(folder))
        take_cards(homes[-1], count, width=6)
        review_often(homes[-1], count)
        take_back(homes[-1], count // 5)
    yield homes
    for home in homes:
        home.study.close()


@pytest.mark.parametrize(
    ("form", "narrowed"),
    [
        *((form, {"decks": ()}) for form in ("jsonl", "json", "csv", "fsrs-csv", "apkg")),
        *((form, {}) for form in ("jsonl", "fsrs-csv")),
        *((form, {"tag": "tag"}) for form in ("jsonl", "fsrs-csv")),
    ],
)
def test_an_export_needs_no_more_memory_for_four_times_the_cards_that_were_answered(
    answered_homes: list[Home], new_home: Callable[[str], Home], form: str, narrowed: dict[str, Any]
) -> None:
    warm_up(new_home("first"), form)
    few, many = (peak(home, form, **narrowed) for home in answered_homes)
    assert many < 1.2 * few


def take_back(home: Home, count: int) -> None:
    """Undos of the first answers."""
    write_events(
        home,
        (
            logged(number + 1_000_000, "", "undone")._replace(target=logged(number, "", "").action)
            for number in range(count)
        ),
    )
