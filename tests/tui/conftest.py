"""What the tests of the terminal app share: screens as text, and their snapshots."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.pilot import Pilot

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = "PTCARDS_UPDATE_SNAPSHOTS"
"""Set it to write the snapshots anew; then read their differences."""


def screen_text(app: App[Any]) -> str:
    """What a person sees on the terminal, as lines of plain text."""
    # The framework has no public way to the drawn lines; its own screenshots read the same attribute.
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until nothing goes on in the background and all of it is drawn."""
    await pilot.pause()
    while any(not worker.is_finished for worker in pilot.app.workers):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
    await pilot.pause()


async def type_text(pilot: Pilot[Any], text: str) -> None:
    """Type `text` key by key, as a person does."""
    for character in text:
        await pilot.press({" ": "space", "\n": "enter"}.get(character, character))


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[App[Any]], None]:
    """Compares the screen with the text kept under the test's name; what passes with time is masked."""
    name = re.sub(r"[^\w-]+", "_", request.node.name.removeprefix("test_")).strip("_")
    file = SNAPSHOTS / f"{name}.txt"

    def compare(app: App[Any]) -> None:
        shown = re.sub(r"\b\d+:\d\d\b", "0:00", screen_text(app)) + "\n"
        shown = re.sub(r"\b\d+ s\b", "0 s", shown)
        if os.environ.get(UPDATE):
            file.write_text(shown, encoding="utf-8")
        assert file.exists(), f"no snapshot yet: run with {UPDATE}=1\n{shown}"
        assert shown == file.read_text(encoding="utf-8")

    return compare
