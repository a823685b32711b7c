from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ptcards.config import Config
from ptcards.study.study import Study
from ptcards.tui.app import PtcardsApp
from ptcards.tui.screens.card_info import CardInfoScreen
from tests.statistics.conftest import NOON
from tests.statistics.histories import Maker
from tests.tui.conftest import screen_text, settle

Open = Callable[..., AbstractAsyncContextManager[Pilot[Any]]]


def copied(database: Path, folder: Path) -> Path:
    """A copy to work on; of a database that is not there, the place where one would be."""
    path = folder / "ptcards.db"
    if database.exists():
        path.write_bytes(database.read_bytes())
    return path


@pytest.fixture
def opened(history: tuple[Maker, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the app on the history, in a terminal of 80 by 24 unless told."""
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))

    @asynccontextmanager
    async def start(
        size: tuple[int, int] = (80, 24), database: Path = history[1]
    ) -> AsyncIterator[Pilot[Any]]:
        app = PtcardsApp(Study(copied(database, tmp_path), Config(), lambda: NOON))
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            yield pilot

    return start


async def press(pilot: Pilot[Any], *keys: str) -> str:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)
    return screen_text(pilot.app)


async def test_s_opens_the_statistics_from_home(opened: Open) -> None:
    async with opened() as pilot:
        text = await press(pilot, "s")
        assert "24 Nov 2025 to 23 Nov 2026" in text
        assert "Today" in text
        assert "passed" in text
        assert "Mon" in text


async def test_a_key_shows_the_numbers_in_the_place_of_the_charts(opened: Open) -> None:
    async with opened() as pilot:
        charts = await press(pilot, "s", "right_square_bracket")
        assert "less ·░▒▓█ more" in charts
        numbers = await press(pilot, "n")
        assert "Nov 2026" in numbers
        assert "less ·░▒▓█ more" not in numbers
        assert "less ·░▒▓█ more" in await press(pilot, "n")


async def test_every_section_is_a_jump_away_and_fits_80_columns(opened: Open) -> None:
    async with opened() as pilot:
        seen = await press(pilot, "s")
        for _ in range(16):
            seen += "\n" + await press(pilot, "right_square_bracket")
        for title in (
            "True retention",
            "Leeches",
            "Ease",
            "Hours of the day",
            "Grades",
            "How answers go wrong",
        ):
            assert title in seen
        assert max(len(line) for line in seen.splitlines()) <= 80


async def test_what_each_figure_means_is_a_key_away(opened: Open) -> None:
    async with opened() as pilot:
        text = await press(pilot, "s", "w")
        assert "Passed: graded 3 or more." in text
        assert "Passed: graded 3 or more." in await press(pilot, "question_mark", "pagedown")


async def test_the_period_and_the_deck_change_at_a_key(opened: Open) -> None:
    async with opened() as pilot:
        assert "25 Oct 2026 to 23 Nov 2026" in await press(pilot, "s", "p")
        text = await press(pilot, "d")
        assert "deck deck-0" in text


async def test_texts_of_decks_and_learners_are_never_markup(opened: Open) -> None:
    async with opened(size=(80, 200)) as pilot:
        text = await press(pilot, "s")
        assert "<script>alert('no')</script>" in text
        assert "<i>odd</i>" in text


async def test_an_empty_library_says_that_there_is_nothing_yet(opened: Open, tmp_path: Path) -> None:
    async with opened(database=tmp_path / "none.db") as pilot:
        assert "No answer yet" in await press(pilot, "s")


@pytest.mark.parametrize("theme", ["textual-light", "textual-dark", "ansi-light"])
async def test_charts_read_the_same_in_every_theme(opened: Open, theme: str) -> None:
    async with opened(size=(80, 60)) as pilot:
        before = await press(pilot, "s")
        pilot.app.theme = theme
        await settle(pilot)
        assert screen_text(pilot.app) == before


async def test_card_info_draws_interval_and_ease_over_time(opened: Open) -> None:
    async with opened(size=(80, 60)) as pilot:
        app: Any = pilot.app
        app.push_screen(CardInfoScreen(app.desk, "deck-0/card-001"))
        await settle(pilot)
        text = screen_text(app)
        assert "Interval and ease after each answer" in text
        assert "█" in text


async def test_i_tells_about_the_card_under_the_cursor_of_the_list(opened: Open) -> None:
    async with opened() as pilot:
        await press(pilot, "slash", "down")
        assert "Interval and ease after each answer" in await press(pilot, "i")
