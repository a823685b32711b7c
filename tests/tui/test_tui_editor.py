"""The editor, key by key."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from ptcards.tui.workbench import AnswerEditor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot


class Sheet(Screen[None]):
    """An editor and nothing else; notes what it hands in."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "flip", "flip"), Binding("h", "hint", "hint")]

    def __init__(self) -> None:
        super().__init__()
        self.submitted: list[str] = []
        self.flips = 0
        self.hints = 0

    def compose(self) -> ComposeResult:
        yield AnswerEditor()

    def action_submitted(self) -> None:
        self.submitted.append(self.query_one(AnswerEditor).text)

    def action_flip(self) -> None:
        self.flips += 1

    def action_hint(self) -> None:
        self.hints += 1


class Harness(App[None]):
    """The sheet alone."""

    def get_default_screen(self) -> Sheet:
        return Sheet()


@asynccontextmanager
async def editing(
    text: str = "", *, one_line: bool = False
) -> AsyncIterator[tuple[Sheet, AnswerEditor, Pilot[Any]]]:
    app = Harness()
    async with app.run_test(size=(60, 12)) as pilot:
        sheet = app.screen
        assert isinstance(sheet, Sheet)
        editor = sheet.query_one(AnswerEditor)
        editor.start_with(text, one_line=one_line)
        editor.focus()
        await pilot.pause()
        yield sheet, editor, pilot


async def test_enter_submits_a_complete_line() -> None:
    async with editing("x.T") as (sheet, editor, pilot):
        await pilot.press("enter")
        assert sheet.submitted == ["x.T"]
        assert editor.text == "x.T"


async def test_enter_goes_on_with_a_block_and_indents_it() -> None:
    async with editing("for i in x:") as (sheet, editor, pilot):
        await pilot.press("enter", "i")
        assert sheet.submitted == []
        assert editor.text == "for i in x:\n    i"


async def test_ctrl_j_always_makes_a_line() -> None:
    async with editing("x.T") as (sheet, editor, pilot):
        await pilot.press("ctrl+j")
        assert sheet.submitted == []
        assert editor.text == "x.T\n"


async def test_enter_submits_any_line_of_a_text_card() -> None:
    async with editing("def", one_line=True) as (sheet, _, pilot):
        await pilot.press("enter")
        assert sheet.submitted == ["def"]


async def test_a_paste_never_submits_and_is_mended() -> None:
    async with editing() as (sheet, editor, pilot):
        editor.post_message(events.Paste("a = “x”\r\nprint(a)\r\n"))
        await pilot.pause()
        assert sheet.submitted == []
        assert editor.text == 'a = "x"\nprint(a)\n'


async def test_ctrl_z_takes_text_back_and_ctrl_a_e_k_u_w_are_the_shells() -> None:
    async with editing("one two three") as (_, editor, pilot):
        await pilot.press("ctrl+w")
        assert editor.text == "one two "
        await pilot.press("ctrl+z")
        assert editor.text == "one two three"
        await pilot.press("ctrl+a", "delete", "ctrl+e", "backspace")
        assert editor.text == "ne two thre"
        await pilot.press("ctrl+a", "right", "right", "ctrl+k")
        assert editor.text == "ne"
        await pilot.press("ctrl+u")
        assert editor.text == ""


async def test_many_lines_are_taken_back_and_come_again_whatever_scrolls() -> None:
    many = "\n".join(f"x = {number}" for number in range(60))
    async with editing("start") as (_, editor, pilot):
        editor.styles.height = 4
        editor.post_message(events.Paste(many))
        await pilot.pause()
        assert editor.text == f"start{many}"
        await pilot.press("ctrl+z")
        assert editor.text == "start"
        await pilot.press("ctrl+y")
        assert editor.text == f"start{many}"
        editor.clear()
        await pilot.press("ctrl+z")
        assert editor.text == f"start{many}"
        await pilot.press("ctrl+y")
        assert editor.text == ""
        assert editor.cursor_location == (0, 0)


async def test_a_single_letter_is_text_in_the_editor() -> None:
    async with editing() as (sheet, editor, pilot):
        await pilot.press("h")
        assert sheet.hints == 0
        assert editor.text == "h"


async def test_tab_indents_by_four_and_backspace_takes_it_back() -> None:
    async with editing("if a:\n") as (sheet, editor, pilot):
        await pilot.press("tab")
        assert editor.text == "if a:\n    "
        await pilot.press("backspace")
        assert editor.text == "if a:\n"
        assert sheet.flips == 0


async def test_tab_flips_where_there_is_something_to_flip_and_still_indents_a_block() -> None:
    async with editing("x.T") as (sheet, editor, pilot):
        editor.tab_flips = True
        await pilot.press("tab")
        assert sheet.flips == 1
        assert editor.text == "x.T"
        editor.start_with("if a:\n", one_line=False)
        await pilot.press("tab")
        assert editor.text == "if a:\n    "


async def test_keys_typed_fast_act_in_the_order_they_were_typed() -> None:
    async with editing("f(3)") as (_, editor, pilot):
        for key in ("backspace", "4", ")", "left", "5", "ctrl+e", "!"):
            pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert editor.text == "f(345)!"


async def test_shift_tab_takes_indent_back() -> None:
    async with editing("if a:\n      x") as (_, editor, pilot):
        await pilot.press("shift+tab")
        assert editor.text == "if a:\n    x"


async def test_python_is_coloured_and_the_bracket_at_the_cursor_is_matched() -> None:
    async with editing("f(1)") as (_, editor, pilot):
        await pilot.press("left")
        await pilot.pause()
        assert editor.is_syntax_aware
        assert editor.matching_bracket_location == (0, 1)


async def test_a_text_card_is_not_coloured_as_python() -> None:
    async with editing("def", one_line=True) as (_, editor, _):
        assert not editor.is_syntax_aware
