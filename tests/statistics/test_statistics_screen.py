from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ptcards.config import Config
from ptcards.tui.app import PtcardsApp
from tests.statistics.conftest import NOON
from tests.statistics.histories import Maker
from tests.tui.conftest import screen_text, settle


@pytest.fixture
def database(history: tuple[Maker, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    return Path(shutil.copy(history[1], tmp_path / "ptcards.db"))


@asynccontextmanager
async def opened(database: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    async with PtcardsApp(database, Config(), lambda: NOON).run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        yield pilot


async def press(pilot: Pilot[Any], *keys: str) -> str:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    return screen_text(pilot.app)


async def test_the_keys_show_numbers_and_meanings_and_change_the_period_and_the_deck(database: Path) -> None:
    async with opened(database) as pilot:
        text = await press(pilot, "s")
        for words in ("24 Nov 2025 to 23 Nov 2026", "Today", "passed", "Mon"):
            assert words in text
        assert "Passed: graded 3 or more." in await press(pilot, "w")
        assert "Passed: graded 3 or more." in await press(pilot, "question_mark", "pagedown")
        assert "less ·░▒▓█ more" in await press(pilot, "escape", "w", "right_square_bracket")
        numbers = await press(pilot, "n")
        assert "Nov 2026" in numbers
        assert "less ·░▒▓█ more" not in numbers
        assert "less ·░▒▓█ more" in await press(pilot, "n")
        await press(pilot, *["right_square_bracket"] * 8)
        for key in ("n", "w", "n", "w"):  # the section on top stays there
            assert (await press(pilot, key)).splitlines()[2].strip().startswith("Intervals"), key
        assert (await press(pilot, "left_square_bracket")).splitlines()[2].strip().startswith("The next year")
        assert "25 Oct 2026 to 23 Nov 2026" in await press(pilot, "p")
        assert "deck deck-0" in await press(pilot, "d")


async def test_all_sections_fit_hold_no_markup_and_read_the_same_in_every_theme_and_a_card_has_its_own(
    database: Path,
) -> None:
    async with opened(database, (80, 260)) as pilot:
        text = await press(pilot, "s")
        titles = "Today", "True retention", "Leeches", "Ease", "Hours of the day", "How answers go wrong"
        shown = *titles, "<script>alert('no')</script>", "<i>odd</i>"
        assert [words for words in shown if words not in text] == []
        assert max(len(line) for line in text.splitlines()) <= 80
        for theme in ("textual-light", "ansi-light"):
            pilot.app.theme = theme
            await settle(pilot)
            assert screen_text(pilot.app) == text
        card = await press(pilot, "escape", "slash", "down", "i")
        assert "█" in card.partition("Interval and ease after each answer")[2]


async def test_an_empty_library_says_that_there_is_nothing_yet(database: Path) -> None:
    async with opened(database.with_name("empty.db")) as pilot:
        assert "No answer yet" in await press(pilot, "s")
        assert "Too early: 0 of 400 next-day reviews." in await press(pilot, "c")
