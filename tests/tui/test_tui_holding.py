"""What happens around a session while it goes on: nothing of it may lose a grade or a word typed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.app import App

from ptcards.config import Config
from ptcards.exchange.importing import import_paths
from ptcards.study import actions, decks
from ptcards.study.decks import open_desk
from tests.store.steps import logged
from tests.tui.conftest import DECK, PLAIN, SHAPES, Clock, only, press_at_once

if TYPE_CHECKING:
    from ptcards.runner.runner import Runner
    from tests.tui.conftest import Opener, Table


async def resize_about(at: Table) -> None:
    for size in ((120, 36), (30, 8), (1, 1), (80, 24)):
        await at.pilot.resize_terminal(*size)


async def test_the_size_may_change_at_any_time(table: Opener) -> None:
    async with table(only("column")) as at:
        for letters, size in zip(("x.uns", "queeze", "(0)"), ((120, 36), (20, 5), (80, 24)), strict=True):
            await at.pilot.resize_terminal(*size)
            await at.type(letters)
        with at.app.context.lock:  # the check waits for this
            await at.pilot.press("f5")
            await resize_about(at)
            assert "checking" in at.text
        await at.press()
        for key in ("question_mark", "i", "slash", "exclamation_mark"):
            await at.press("escape", key)
            await resize_about(at)
            await at.press("escape", "escape")
            assert "✗ Not yet" in at.text
            assert at.editor.text == "x.unsqueeze(0)"
        await at.press("enter", "left", "backspace", "1", "f5")
        await resize_about(at)
        await at.press("3")
        assert at.events() == [("column", "graded", 4)]
        # The framework's timer for one more size that never fires: on a busy machine it may end at once.
        at.app._resize_timer = at.app.set_timer(3600, lambda: None)
        await at.pilot.resize_terminal(120, 36)
        async with asyncio.timeout(60):
            while "─" * 120 not in at.text:
                await at.pilot.pause(0.05)


async def test_the_day_rolls_over_in_mid_session_and_the_answer_is_of_the_new_day(table: Opener) -> None:
    async with table(only("name")) as at:
        await at.press("f3", "enter", "enter")
        assert "drill · due 0" in at.text
        at.pass_days(1)
        at.app.screen.tick()  # type: ignore[attr-defined]  # as the timer does
        await at.press()
        assert "A new study day has begun" in at.text
        await at.answer("opencv-python")
        await at.press("enter")
        assert at.kinds() == ["graded", "graded"]  # due again by the new day: a repetition, and no drill
        assert "Done for today" in at.text
    first, second = logged(at.file)
    assert second.day - first.day == 1


def change_deck(at: Table, tmp_path: Path, text: str) -> Path:
    """Write the deck's file anew and take it in from another process's point of view."""
    file = tmp_path / "other" / "shapes.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    other = open_desk(at.desk.database, Config(), Clock())
    import_paths(other, [file], trust=True, replace=True)
    other.close()
    return file


async def test_a_card_is_graded_as_it_was_asked_whatever_becomes_of_its_file_but_not_twice_nor_suspended(
    table: Opener, tmp_path: Path
) -> None:
    first, second = DECK.index("  - id: column"), DECK.index("  - id: name")
    async with table(SHAPES) as at:
        await at.type("x.unsqueeze(1)")
        file = change_deck(at, tmp_path, DECK.replace("a column.", "a COLUMN, quickly."))
        await at.press("f5", "enter")
        assert at.events() == [("column", "graded", 4)]
        await at.press("escape", "u")
        assert "COLUMN, quickly" in at.text
        await at.press("f5")
        change_deck(at, tmp_path, DECK[:first] + DECK[second:])
        await at.press("enter")
        assert at.events()[2:] == [("column", "graded", 4)]  # the history outlives the card
        assert at.question.key == "shapes/name"
        await at.type("opencv-python")
        file.write_text("deck: [", encoding="utf-8")
        assert "stays in use" in decks.refresh(at.desk, again=True)[0]
        await at.press("f5", "enter")
        assert at.events()[3:] == [("name", "graded", 4)]
        await at.answer("(3, 2)")
        actions.grade(at.desk, "shapes/size", 3)
        await at.press("enter")
        assert at.events()[4:] == [("size", "graded", 3)]
        assert "has moved on" in at.text or "since it was shown" in at.text
        assert at.question.key == "shapes/why"
        await at.press("question_mark")
        actions.act(at.desk, "shapes/why", action="suspend")
        await at.press("q")
        assert at.question.key == "shapes/mirror"


# -- the learner's own editor ------------------------------------------------------------------------------


@pytest.fixture
def edit_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """An editor that is a line of shell, in place of the learner's."""
    monkeypatch.setattr(App, "suspend", lambda _: contextlib.nullcontext())  # there is no terminal to lend

    def become(script: str) -> Path:
        command = tmp_path / "editor"
        command.write_text(f"#!/bin/sh\nfor last; do :; done\n{script}\n")
        command.chmod(0o700)
        monkeypatch.setenv("VISUAL", str(command))
        return command

    return become


async def test_an_edited_card_is_checked_and_asked_anew_with_what_was_typed(
    table: Opener, edit_with: Callable[[str], Path], tmp_path: Path
) -> None:
    async with table(only("column")) as at:
        file = change_deck(at, tmp_path, DECK)
        await at.type("x[:, None]")
        edit_with('sed -i "s/a column/a COLUMN/; s/x.unsqueeze(1)/x.unsqueeze(0)/" "$last"')
        await at.press("escape", "e")
        assert "a COLUMN" in at.text
        assert "The card is changed, but line" in at.text
        assert at.editor.text == "x[:, None]"
        assert "x.unsqueeze(0)" in file.read_text()
        edit_with('sed -i "s/x.unsqueeze(0)/x.unsqueeze(1)/" "$last"')
        await at.press("e")
        assert not at.is_typing()  # where it was before
        edit_with("exit 0")
        await at.press("enter", "f5", "e")
        assert "Nothing was changed" in at.text
        await at.press("enter")
        assert at.events() == [("column", "graded", 4)]


async def test_an_answer_is_edited_with_the_focus_where_it_was_and_stays_where_the_editor_fails(
    table: Opener, edit_with: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit_with('grep -q "holds 4" "$last" && echo "# more" >> "$last"')
    async with table(only("column")) as at:
        await at.type("x")
        await at.press("escape", "f4")
        assert not at.is_typing()
        await at.press("enter", "f4")
        assert at.is_typing()
        assert at.editor.text == "x\n# more\n# more"
        failing = edit_with('echo rubbish > "$last"; exit 3')
        for command, message in (
            (str(failing), "The editor ended with 3: the answer stays as it was."),
            ("no-such-editor", "There is no program 'no-such-editor'"),
            ("vi '", "EDITOR is not a command"),
        ):
            monkeypatch.setenv("VISUAL", command)
            await at.press("f4")
            await at.press()
            assert message in at.text
            assert at.editor.text == "x\n# more\n# more"


async def test_an_answer_and_the_check_of_an_edited_card_can_be_stopped_and_nothing_is_counted(
    table: Opener, bare: Runner, edit_with: Callable[[str], Path], tmp_path: Path
) -> None:
    endless = "'[None for _ in iter(int, 1)]'"
    edit_with(f'sed -i "s/1 + 1/{endless}/; s/two[.]/TWO/" "$last"')
    (tmp_path / "plain.yaml").write_text(PLAIN)
    async with table(using=bare) as at:

        async def shown(*words: str, busy: bool = False) -> None:
            async with asyncio.timeout(60):
                while not all(one in at.text for one in words) or (busy and not bare._talking.locked()):
                    await at.pilot.pause(0.01)

        import_paths(at.desk, [tmp_path / "plain.yaml"], trust=True)
        await at.begin("plain/two")
        for key in ("escape", "ctrl+c"):
            at.editor.load_text("while True: pass")
            at.watch.now += 2
            press_at_once(at.pilot, "f5")
            await shown("Esc stop", busy=True)
            press_at_once(at.pilot, key)
            await at.press()
            assert "you stopped it" in at.text
            assert "Stopped, nothing is counted" in at.text
        at.editor.load_text("3")
        await at.press("f5")
        assert "attempt 1" in at.text
        await at.press("escape", "K")
        await at.type("max(iter(int, 1))")
        press_at_once(at.pilot, "enter")
        await shown("Esc stop", busy=True)
        press_at_once(at.pilot, "escape")
        await shown("you stopped it")
        press_at_once(at.pilot, "e")
        await shown("Esc stop", "checking the card", busy=True)
        press_at_once(at.pilot, "escape")
        await shown("you stopped the check of it", "TWO")
        assert not at.is_typing()
        await at.press("enter", "ctrl+u")
        await at.answer("2")
        assert "✓ Right" in at.text
        assert "first check" in at.text  # it is asked anew
