"""Devices that are kept alike behind the screens."""

from __future__ import annotations

import asyncio
import shutil
from functools import partial
from pathlib import Path

from ptcards.cli.sync import Background
from ptcards.study import actions
from tests.tui.conftest import Opener, Table, settle


async def until(at: Table, words: str) -> None:
    """Wait until the line of status says so."""
    async with asyncio.timeout(120):
        while words not in at.text.splitlines()[0]:
            await asyncio.sleep(0.02)
            at.app.screen.tick()  # type: ignore[attr-defined]  # as the timer does
            await at.pilot.pause()


async def test_a_sync_goes_on_at_the_start_and_when_something_was_done(table: Opener, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (tmp_path / "config.toml").write_text(f'sync = "{shared}"\n')
    async with table(sync=partial(Background, tmp_path / "ptcards.db", "en")) as at:
        await until(at, "synced")
        (file,) = shared.glob("*.jsonl")
        assert file.read_bytes().count(b"\n") == 1
        actions.act(at.desk, "shapes/name", action="mark")
        at.app.screen.undone()  # type: ignore[attr-defined]  # as when a session was left
        await until(at, "syncing")
        await until(at, "synced")
        assert b'"kind":"marked"' in file.read_bytes()
        shutil.rmtree(shared)
        actions.act(at.desk, "shapes/name", action="unmark")
        at.app.screen.undone()  # type: ignore[attr-defined]
        await until(at, "not synced")
        await settle(at.pilot)
        assert "there is no such folder" in " ".join(at.text.split())
