"""Opening an old database in the app: what is shown meanwhile, and what is left when it is stopped."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ptcards.config import Config
from ptcards.errors import AwayError, CancelledError
from ptcards.store import connection
from ptcards.store.glance import Glance
from ptcards.store.server import Server
from ptcards.study.decks import open_desk
from ptcards.study.desk import Desk
from ptcards.tui.app import PtcardsApp
from tests.store.test_migrations import old_database, schema_of
from tests.tui.conftest import Clock, Stopwatch, press_at_once, screen_text


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database of the first schema."""
    path = tmp_path / "ptcards.db"
    old_database(path, "0001")
    return path


async def end_of(app: PtcardsApp, pilot: Pilot[Any]) -> None:
    async with asyncio.timeout(60):
        while app.is_running and app.failure is None:
            await pilot.pause()


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+c", "ctrl+q"])
async def test_a_key_stops_the_opening_of_an_old_database_and_it_stays_as_it_was(
    old: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setattr(connection, "_PIECE", 5)
    before, watch = schema_of(old), Stopwatch()
    app = PtcardsApp(old, Config(), Clock(), monotonic=watch)
    progress, seen = app.opening_progress, list[str]()

    async def press_when_it_lasts() -> None:
        watch.now += 3
        app.screen.tick()  # type: ignore[attr-defined]  # as the timer does
        await pilot.pause()
        seen.append(screen_text(app))
        await pilot.press(key)

    def report(what: str) -> None:
        progress(what)
        if what.startswith("backing up") and not seen:
            asyncio.run_coroutine_threadsafe(press_when_it_lasts(), loop).result(60)

    monkeypatch.setattr(app, "opening_progress", report)
    loop = asyncio.get_running_loop()
    async with app.run_test(size=(80, 24)) as pilot:
        await end_of(app, pilot)
    assert [words for words in ("backing up", "3 s", "Esc stop") if words not in seen[0]] == []
    assert isinstance(app.failure, CancelledError)
    assert "Stopped while backing up" in str(app.failure)
    assert "the next start does it" in str(app.failure)
    app.close()
    assert schema_of(old) == before
    assert not list((old.parent / "backups").glob(".*"))


async def test_stopping_what_is_done_already_or_not_begun_ends_the_app_and_says_nothing(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, home, before = PtcardsApp(old, Config(), Clock()), Desk.home, schema_of(old)

    def stopped_too_late(desk: Desk) -> Glance:
        app.action_stop_opening()
        return home(desk)

    monkeypatch.setattr(Desk, "home", stopped_too_late)
    async with app.run_test(size=(80, 24)) as pilot:
        await end_of(app, pilot)
    assert app.failure is None
    app.close()
    assert schema_of(old) != before  # it was brought up to date all the same

    app = PtcardsApp(old, Config(), Clock(), monotonic=Stopwatch())
    async with app.run_test(size=(80, 24)) as pilot:
        with app.context.lock:  # the library cannot open meanwhile
            press_at_once(pilot, "q")
            await end_of(app, pilot)
            assert not app.context.opened
    assert app.failure is None
    app.close()


async def test_a_server_that_is_down_ends_the_start_and_till_then_the_copy_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    server = Server("postgresql+psycopg://ann:geheim@127.0.0.1:1/school", "ann")
    open_desk(server.copy, Config(), Clock()).close()
    app = PtcardsApp(server, Config(), Clock())
    async with app.run_test(size=(80, 24)) as pilot:
        assert "PyTorch, checked by running it" in screen_text(app)
        await end_of(app, pilot)
    assert isinstance(app.failure, AwayError)
    assert str(app.failure).startswith("ann at 127.0.0.1:1/school: cannot be reached")
    app.close()
