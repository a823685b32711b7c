"""The editor key by key, and what it knows about text."""

from __future__ import annotations

import ast
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from ptcards.tui.workbench import AnswerEditor, blanks_to_delete, indent_after, is_complete, mend
from tests.tui.conftest import press_at_once

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot


class Sheet(Screen[None]):
    """An editor and nothing else; notes what it hands on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "did('flip')"), Binding("h", "did('hint')")]

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def compose(self) -> ComposeResult:
        yield AnswerEditor()

    def action_did(self, what: str) -> None:
        self.done.append(what)

    def action_submitted(self) -> None:
        self.done.append("check")


class Harness(App[None]):
    """The sheet alone."""

    def get_default_screen(self) -> Sheet:
        return Sheet()


@asynccontextmanager
async def editing() -> AsyncIterator[tuple[Sheet, AnswerEditor, Pilot[Any]]]:
    async with Harness().run_test(size=(60, 12)) as pilot:
        sheet = pilot.app.screen
        assert isinstance(sheet, Sheet)
        editor = sheet.query_one(AnswerEditor)
        editor.focus()
        await pilot.pause()
        yield sheet, editor, pilot


async def test_keys_typed_fast_act_in_the_order_they_were_typed() -> None:
    async with editing() as (sheet, editor, pilot):
        for text, keys, after, done in (
            ("x.T", "enter", "x.T", ["check"]),
            ("for i in x:", "enter i", "for i in x:\n    i", []),
            ("x.T", "ctrl+j", "x.T\n", []),
            ("", "h", "h", []),
            ("one two three", "ctrl+w", "one two ", []),
            ("one two three", "ctrl+w ctrl+z", "one two three", []),
            ("one two three", "ctrl+a delete ctrl+e backspace", "ne two thre", []),
            ("ne two thre", "ctrl+a right right ctrl+k", "ne", []),
            ("ne", "ctrl+u", "", []),
            ("if a:\n", "tab", "if a:\n    ", []),
            ("if a:\n", "tab backspace", "if a:\n", []),
            ("if a:\n      x", "shift+tab", "if a:\n    x", []),
            ("f(3)", "backspace 4 ) left 5 ctrl+e !", "f(345)!", []),
        ):
            sheet.done.clear()
            editor.start_with(text, one_line=False)
            press_at_once(pilot, *keys.split())
            await pilot.pause()
            assert (keys, editor.text, sheet.done) == (keys, after, done)


async def test_a_text_card_is_no_code_and_tab_flips_but_in_an_indent() -> None:
    async with editing() as (sheet, editor, pilot):
        editor.start_with("f(1)", one_line=False)
        await pilot.press("left")
        await pilot.pause()
        assert (editor.is_syntax_aware, editor.matching_bracket_location) == (True, (0, 1))
        editor.start_with("def f(x):", one_line=True)
        await pilot.press("enter")
        assert (editor.is_syntax_aware, sheet.done) == (False, ["check"])
        assert mend("“hi”", code=False) == "“hi”"
        editor.tab_flips = True
        editor.start_with("x.T", one_line=False)
        await pilot.press("tab")
        assert (editor.text, sheet.done) == ("x.T", ["check", "flip"])
        editor.start_with("if a:\n", one_line=False)
        await pilot.press("tab")
        assert (editor.text, sheet.done) == ("if a:\n    ", ["check", "flip"])


async def test_a_paste_never_submits_is_mended_and_taken_back_and_comes_again_whatever_scrolls() -> None:
    many = "\n".join(f"x = {number}" for number in range(60))
    async with editing() as (sheet, editor, pilot):
        editor.post_message(events.Paste("a = “x”\r\nprint(a)\r\n"))
        await pilot.pause()
        assert (editor.text, sheet.done) == ('a = "x"\nprint(a)\n', [])
        editor.start_with("start", one_line=False)
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
        assert (editor.text, editor.cursor_location) == ("", (0, 0))


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        *(
            (text, True)
            for text in ("x.unsqueeze(1)", "a = 1", "pip install opencv-python", "x +", "", "1 if")
        ),
        *((text, True) for text in ("a\0b", "(" * 1000 + ")" * 1000)),
        *((text, False) for text in ("for i in x:", "def f(x):", "f(1,", "x = [", '"""open', "if x: pass\\")),
        ("a = 1\na", False),
    ],
)
def test_enter_checks_what_is_complete_or_plainly_wrong_and_never_several_lines(
    text: str, complete: bool
) -> None:
    assert is_complete(text) is complete


@pytest.mark.parametrize(
    ("pasted", "mended"),
    [
        ("def f():\r\n\treturn 1\r\n", "def f():\n    return 1\n"),
        # As some terminals hand Windows newlines on, and newlines.
        ("def f():\r\r\treturn 1\r\r", "def f():\n    return 1\n"),
        ("x = 1\r\r\r\rx", "x = 1\n\nx"),
        ("def f():\r    return 1\r\rf()\r", "def f():\n    return 1\n\nf()\n"),
        ("print(“hi”, \u2018x\u2019)", "print(\"hi\", 'x')"),
        ('print("“hi”")', 'print("“hi”")'),
        ("x.T\n", "x.T"),
        ("a\nb\n", "a\nb\n"),
    ],
)
def test_a_paste_is_mended_where_it_cannot_be_meant_so(pasted: str, mended: str) -> None:
    assert mend(pasted, code=True) == mended


@given(st.text())
def test_whatever_is_pasted_no_control_character_comes_in(text: str) -> None:
    mended = mend(text, code=True)
    assert all(character == "\n" or character >= " " for character in mended)


@given(st.text(alphabet="ab(“”) \"'\n\t=+1"))
def test_a_mended_paste_still_parses_if_it_did_before(text: str) -> None:
    try:
        ast.parse(text.replace("\t", "    "))
    except SyntaxError:
        return
    ast.parse(mend(text, code=True))


def test_the_next_line_is_indented_as_python_wants_it_and_backspace_takes_a_whole_step() -> None:
    lines = ("x = 1", "def f(x):", "    if a:  # why", "f(", "    return 1", "    y = 2")
    assert [len(indent_after(line)) for line in lines] == [0, 4, 8, 4, 0, 4]
    assert [blanks_to_delete(before) for before in ("", " " * 4, " " * 6, "  x", " " * 8)] == [1, 4, 2, 1, 4]
