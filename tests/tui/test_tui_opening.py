"""Opening an old database in the app: what is shown meanwhile, and what is left when it is stopped."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from textual import events

from ptcards.config import Config
from ptcards.errors import CancelledError
from ptcards.scheduling.days import Moment
from ptcards.store import connection
from ptcards.store.glance import Glance
from ptcards.study.desk import Desk
from ptcards.tui.app import PtcardsApp
from tests.store.test_migrations import old_database, schema_of
from tests.tui.conftest import Stopwatch, screen_text, settle
from tests.tui.terminal import start

MORNING = Moment(1_795_417_200_000, 60)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the first schema."""
    path = tmp_path / "ptcards.db"
    old_database(path, "0001")
    return path


def is_new(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'reviews'").fetchone())


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+c", "ctrl+q"])
@pytest.mark.parametrize("where", ["backing up"])
async def test_a_key_stops_the_opening_of_an_old_database_and_it_stays_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch, key: str, where: str
) -> None:
    monkeypatch.setattr(connection, "_PIECE", 5)
    before = schema_of(old)
    watch = Stopwatch()
    app = PtcardsApp(old, Config(), lambda: MORNING, monotonic=watch)
    progress = app.opening_progress
    seen: list[str] = []

    async def press_when_it_lasts() -> None:
        watch.now += 3
        app.screen.tick()  # type: ignore[attr-defined]  # as the timer does
        await pilot.pause()
        seen.append(screen_text(app))
        await pilot.press(key)

    def report(what: str) -> None:
        progress(what)
        if what.startswith(where) and not seen:
            asyncio.run_coroutine_threadsafe(press_when_it_lasts(), loop).result(60)

    monkeypatch.setattr(app, "opening_progress", report)
    loop = asyncio.get_running_loop()
    async with app.run_test(size=(80, 24)) as pilot:
        async with asyncio.timeout(60):
            while app.is_running and app.failure is None:
                await pilot.pause()
    assert where in seen[0]
    assert "3 s" in seen[0]
    assert "Esc stop" in seen[0]
    assert isinstance(app.failure, CancelledError)
    assert f"Stopped while {where}" in str(app.failure)
    assert "the next start does it" in str(app.failure)
    app.close()
    assert schema_of(old) == before
    assert not list((old.parent / "backups").glob(".*"))


async def test_an_old_database_is_brought_up_to_date_behind_the_first_screen(old: Path) -> None:
    app = PtcardsApp(old, Config(), lambda: MORNING)
    assert not is_new(old)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert is_new(old)
        assert "up to date" not in screen_text(app)
        assert app.failure is None
    app.close()


async def test_stopping_what_is_done_already_ends_the_app_and_says_nothing_of_stopping(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = PtcardsApp(old, Config(), lambda: MORNING)

    asked_for = Desk.home

    def stopped_too_late(desk: Desk) -> Glance:
        app.action_stop_opening()
        return asked_for(desk)

    monkeypatch.setattr(Desk, "home", stopped_too_late)
    async with app.run_test(size=(80, 24)) as pilot:
        async with asyncio.timeout(60):
            while app.is_running:
                await pilot.pause()
    assert app.failure is None
    app.close()
    assert is_new(old)


def test_an_old_database_comes_up_in_a_real_terminal(old: Path) -> None:
    with start(old.parent, PTCARDS_NOW="2026-11-23T08:00:00+01:00") as terminal:
        terminal.wait_until_open()
        terminal.wait_for("Enter ")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.is_restored()
    assert is_new(old)


def test_a_deck_that_is_not_there_is_reported_on_a_clean_terminal(tmp_path: Path) -> None:
    with start(tmp_path, "review", "nonesuch", PTCARDS_NOW="2026-11-23T08:00:00+01:00") as terminal:
        assert terminal.end() == 2
        assert terminal.is_restored()
        assert "There is no deck 'nonesuch'." in terminal.text


async def test_q_at_the_very_start_quits_at_once_and_has_nothing_to_say(tmp_path: Path) -> None:
    app = PtcardsApp(tmp_path / "ptcards.db", Config(), lambda: MORNING, monotonic=Stopwatch())
    async with app.run_test(size=(80, 24)) as pilot:
        with app.context.lock:  # the library cannot open meanwhile
            app.post_message(events.Key("q", "q"))
            async with asyncio.timeout(60):
                while app.is_running:
                    await pilot.pause()
            assert not app.context.opened
    assert app.failure is None
    app.close()
