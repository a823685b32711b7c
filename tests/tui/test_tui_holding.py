"""What happens around a session while it goes on: nothing of it may lose a grade or a word typed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual import events
from textual.app import App

from ptcards.config import Config
from ptcards.errors import StoreError
from ptcards.exchange.importing import import_paths
from ptcards.scheduling.days import Moment
from ptcards.scheduling.queue import Scope
from ptcards.study import actions, decks
from ptcards.study.decks import open_desk
from ptcards.study.desk import Desk
from ptcards.tui.screens.home import HomeScreen
from ptcards.tui.screens.session import SessionScreen
from tests.tui.conftest import DECK, PLAIN, Clock
from tests.tui.test_tui_session import editor_of, only

if TYPE_CHECKING:
    from ptcards.runner.runner import Runner
    from tests.tui.conftest import Opener, Table

SIZES = ((120, 36), (30, 8), (1, 1), (80, 24))
HOUR = 3_600_000


async def resize_about(at: Table) -> None:
    for size in SIZES:
        await at.pilot.resize_terminal(*size)


async def test_the_size_may_change_while_an_answer_is_typed_and_while_it_is_checked(table: Opener) -> None:
    async with table(only("column")) as at:
        for letters, size in zip(("x.uns", "queeze", "(1)"), ((120, 36), (20, 5), (80, 24)), strict=True):
            await at.pilot.resize_terminal(*size)
            await at.type(letters)
        with at.app.context.lock:  # the check waits for this
            await at.pilot.press("f5")
            await resize_about(at)
            assert "checking" in at.text
        await at.press()
        assert "▸ 3 Good" in at.text
        await resize_about(at)
        await at.press("enter")
        assert at.events() == [("column", "graded", 4)]


async def test_a_size_that_the_framework_loses_is_taken_all_the_same(table: Opener) -> None:
    async with table(only("column")) as at:
        # Its timer for one more size that never fires: where the machine is busy as it starts, it ends at once.
        at.app._resize_timer = at.app.set_timer(3600, lambda: None)
        await at.pilot.resize_terminal(120, 36)
        async with asyncio.timeout(60):
            while "─" * 120 not in at.text:
                await at.pilot.pause(0.05)


async def test_the_size_may_change_on_every_screen_over_a_session(table: Opener) -> None:
    async with table(only("column")) as at:
        await at.answer("x.unsqueeze(0)")
        for key in ("question_mark", "i", "slash", "exclamation_mark"):
            await at.press("escape", key)
            await resize_about(at)
            await at.press("escape", "escape")
            assert "✗ Not yet" in at.text
            assert editor_of(at).text == "x.unsqueeze(0)"


async def test_the_day_rolls_over_in_mid_session_and_the_answer_is_of_the_new_day(table: Opener) -> None:
    async with table(Scope(decks=("shapes",))) as at:
        await at.answer("x.unsqueeze(1)")
        await at.press("enter")
        at.desk.clock.moment = Moment(at.desk.clock().at + 24 * HOUR, 60)  # type: ignore[attr-defined]  # the tests' clock
        screen = at.app.screen
        assert isinstance(screen, SessionScreen)
        screen.tick()
        await at.press()
        assert "A new study day has begun" in at.text
        await at.answer("opencv-python")
        await at.press("enter")
    with sqlite3.connect(at.desk.database) as connection:
        days = connection.execute("SELECT day FROM events ORDER BY id").fetchall()
    assert days[1][0] - days[0][0] == 1


async def test_a_drill_that_the_rollover_ended_is_not_asked_again(table: Opener) -> None:
    async with table(only("name")) as at:
        await at.press("f3", "enter", "enter")
        assert "drill · due 0" in at.text
        at.desk.clock.moment = Moment(at.desk.clock().at + 24 * HOUR, 60)  # type: ignore[attr-defined]  # the tests' clock
        await at.answer("opencv-python")
        await at.press("enter")
        kinds = [event[1] for event in at.events()]
        assert kinds == ["graded", "graded"]  # due again by the new day: a repetition, and no drill
        assert "Done for today" in at.text


def change_deck(at: Table, tmp_path: Path, text: str) -> None:
    """Write the deck's file anew and take it in from another process's point of view."""
    file = tmp_path / "other" / "shapes.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    other = open_desk(at.desk.database, Config(), Clock())
    import_paths(other, [file], trust=True, replace=True)
    other.close()


async def test_a_card_whose_file_changes_under_it_is_graded_as_it_was_asked(
    table: Opener, tmp_path: Path
) -> None:
    async with table(Scope(decks=("shapes",))) as at:
        await at.type("x.unsqueeze(1)")
        change_deck(at, tmp_path, DECK.replace("a column.", "a COLUMN, quickly."))
        await at.press("f5", "enter")
        assert at.events() == [("column", "graded", 4)]
        await at.press("escape", "u")
        assert "COLUMN, quickly" in at.text


async def test_a_card_that_is_taken_out_of_its_file_under_the_session_is_left_behind(
    table: Opener, tmp_path: Path
) -> None:
    first, second = DECK.index("  - id: column"), DECK.index("  - id: name")
    async with table(Scope(decks=("shapes",))) as at:
        await at.answer("x.unsqueeze(1)")
        change_deck(at, tmp_path, DECK[:first] + DECK[second:])
        await at.press("enter")
        assert at.events() == [("column", "graded", 4)]  # the history outlives the card
        assert "opencv" not in at.text
        assert "name" in at.text


async def test_a_deck_file_that_breaks_under_the_session_changes_nothing(table: Opener, shelf: Path) -> None:
    file = shelf / "shapes.yaml"
    kept = file.read_text(encoding="utf-8")
    try:
        async with table(only("column")) as at:
            await at.type("x.unsqueeze(1)")
            file.write_text("deck: [", encoding="utf-8")
            notices = decks.refresh(at.desk, again=True)
            assert "stays in use" in notices[0]
            await at.press("f5", "enter")
            assert at.events() == [("column", "graded", 4)]
    finally:
        file.write_text(kept, encoding="utf-8")


async def test_a_card_that_another_process_answered_meanwhile_is_not_counted_twice(table: Opener) -> None:
    async with table(Scope(decks=("shapes",))) as at:
        await at.answer("x.unsqueeze(1)")
        actions.grade(at.desk, "shapes/column", 3)
        await at.press("enter")
        assert at.events() == [("column", "graded", 3)]
        assert "has moved on" in at.text or "since it was shown" in at.text
        assert "Which package" in at.text


async def test_a_card_that_another_process_suspended_is_left_when_one_comes_back_to_it(table: Opener) -> None:
    async with table(Scope(decks=("shapes",))) as at:
        await at.press("escape", "question_mark")
        actions.act(at.desk, "shapes/column", action="suspend")
        await at.press("q")
        assert "Which package" in at.text


def is_typing(at: Table) -> bool:
    return at.app.focused is editor_of(at)


def edit_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    """An editor that is a line of shell, in place of the learner's."""
    command = tmp_path / "editor"
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(command))
    monkeypatch.setattr(App, "suspend", lambda _: contextlib.nullcontext())  # there is no terminal to lend


async def test_an_edited_card_is_checked_and_asked_anew_with_what_was_typed(
    table: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    edit_with(monkeypatch, tmp_path, 'sed -i "s/a column/a COLUMN/; s/x.unsqueeze(1)/x.unsqueeze(0)/" "$2"')
    own = tmp_path / "other" / "shapes.yaml"
    async with table(only("column")) as at:
        change_deck(at, tmp_path, DECK)
        await at.type("x[:, None]")
        await at.press("escape", "e")
        assert "a COLUMN" in at.text
        assert "The card is changed, but line" in at.text
        assert editor_of(at).text == "x[:, None]"
    assert "x.unsqueeze(0)" in own.read_text()


async def test_an_edit_that_changes_nothing_leaves_everything_as_it_was(
    table: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    edit_with(monkeypatch, tmp_path, "exit 0")
    async with table(only("column")) as at:
        change_deck(at, tmp_path, DECK)
        await at.answer("x.unsqueeze(1)")
        await at.press("e")
        assert "Nothing was changed" in at.text
        await at.press("enter")
        assert at.events() == [("column", "graded", 4)]


@pytest.mark.parametrize("key", ["e", "f4"])
async def test_the_focus_is_after_an_editor_where_it_was_before(
    table: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, key: str
) -> None:
    edit_with(
        monkeypatch, tmp_path, 'for last; do :; done; grep -q "holds 4" "$last" && echo "# more" >> "$last"'
    )
    async with table(only("column")) as at:
        change_deck(at, tmp_path, DECK)
        await at.type("x")
        await at.press("escape", key)
        assert not is_typing(at)
        await at.press("enter")
        assert is_typing(at)
        if key == "f4":
            await at.press(key)
            assert is_typing(at)
            assert editor_of(at).text == "x# more# more"


async def test_escape_stops_the_check_of_an_edited_card_and_the_edit_stays(
    table: Opener, light: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    endless = "'[None for _ in iter(int, 1)]'"
    edit_with(monkeypatch, tmp_path, f'sed -i "s/1 + 1/{endless}/; s/two[.]/TWO/" "$2"')
    (tmp_path / "plain.yaml").write_text(PLAIN)
    async with table(using=light) as at:
        import_paths(at.desk, [tmp_path / "plain.yaml"], trust=True)
        at.app.screen.begin(Scope(cards=("plain/two",)))  # type: ignore[attr-defined]  # the home screen's
        await at.press("escape")
        at.app.post_message(events.Key("e", "e"))
        async with asyncio.timeout(60):
            while not (light.busy and "Esc stop" in at.text):
                await at.pilot.pause(0.01)
        assert "checking the card" in at.text
        at.app.post_message(events.Key("escape", None))
        async with asyncio.timeout(60):
            while "you stopped the check of it" not in at.text:
                await at.pilot.pause(0.01)
        assert "TWO" in at.text
        assert not is_typing(at)
        await at.press("enter")
        await at.answer("2")
        assert "✓ Right" in at.text


async def test_an_editor_that_fails_is_reported_and_the_answer_stays(
    table: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    edit_with(monkeypatch, tmp_path, 'for last; do :; done; echo rubbish > "$last"; exit 3')
    async with table(only("name")) as at:
        await at.type("pip inst")
        for command, message in (
            (os.environ["VISUAL"], "The editor ended with 3: the answer stays as it was."),
            ("no-such-editor", "There is no program 'no-such-editor'"),
            ("vi '", "EDITOR is not a command"),
        ):
            monkeypatch.setenv("VISUAL", command)
            await at.press("f4")
            await at.press()
            assert message in at.text
            assert editor_of(at).text == "pip inst"


async def test_a_full_disk_is_reported_the_grade_can_be_given_again_and_the_draft_is_not_lost(
    table: Opener,
) -> None:
    async with table(only("column")) as at:
        await at.answer("x.unsqueeze(1)")
        with at.desk.store._database._turn:
            connection = at.desk.store._database.driver
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")
        fill(at.desk)
        await at.press("enter")
        assert "disk is full" in at.text
        assert "▸ 3 Good" in at.text
        before = [event for event in at.events() if event[0] == "column"]
        with at.desk.store._database._turn:
            connection = at.desk.store._database.driver
            connection.execute("PRAGMA max_page_count = 1000000")
        await at.press("enter")
        after = [event for event in at.events() if event[0] == "column"]
        assert (before, after) == ([], [("column", "graded", 4)])
        assert isinstance(at.app.screen, HomeScreen) or "Done for today" in at.text


def fill(desk: Desk) -> None:
    """Use up the last of the room."""
    with pytest.raises(StoreError, match="disk is full"):
        _write_on_and_on(desk)


def _write_on_and_on(desk: Desk) -> None:
    while True:
        desk.store.library.save_draft("shapes/name", "x" * 3000)
        actions.grade(desk, "shapes/name", 1)
