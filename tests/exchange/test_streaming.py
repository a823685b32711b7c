from __future__ import annotations

import io
import sqlite3
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

import pytest

from ptcards.exchange import anki_packages
from ptcards.exchange.export import FORMATS, Selection
from ptcards.scheduling.events import Event
from ptcards.store.rows import INSERT_EVENT
from tests.exchange.homes import START, Home


class Nowhere(io.RawIOBase):
    """A stream that keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return len(data)  # type: ignore[arg-type] # bytes, whoever writes


def peak(home: Home, form: str) -> int:
    """Bytes that an export of the deck asks Python for at most."""
    write: Callable[[object, Selection, BinaryIO], str]
    write = getattr(import_module(f"ptcards.exchange.{FORMATS[form].module}"), FORMATS[form].writer)
    selection = Selection(decks=("many",))
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


def take_cards(home: Home, count: int) -> None:
    assert home.take(table_of(home, count)).errors == ()


def table_of(home: Home, count: int) -> Path:
    table = home.folder / "many.csv"
    rows = "".join(f"question {number} {'x' * 600},answer,tag\n" for number in range(count))
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
    assert peaks[2] < 1.2 * peaks[1]


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


def review_often(home: Home, count: int) -> None:
    (key,) = home.study.workspace.store.keys("many")

    def event(number: int) -> Event:
        name = f"019f0000-0000-7000-8000-{number:012x}"
        said = Event(name, "elsewhere", name, key, "graded", START + number, 60, 20_700)
        return said._replace(q=4, rules=1, seconds=7.25, attempts=1, hints=0, verdict="pass")

    with closing(sqlite3.connect(home.database)) as connection:
        connection.executemany(INSERT_EVENT, map(event, range(count)))
        connection.commit()
