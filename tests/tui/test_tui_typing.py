"""What the editor knows about text."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.tui.workbench import blanks_to_delete, indent_after, is_complete, mend


@pytest.mark.parametrize("text", ["x.unsqueeze(1)", "a = 1", "pip install opencv-python", "x +", "", "1 if"])
def test_enter_checks_what_is_complete_or_plainly_wrong(text: str) -> None:
    assert is_complete(text)


@pytest.mark.parametrize("text", ["for i in x:", "def f(x):", "f(1,", "x = [", '"""open', "if x: pass\\"])
def test_enter_goes_on_where_a_line_is_not_finished(text: str) -> None:
    assert not is_complete(text)


def test_enter_never_checks_several_lines() -> None:
    assert not is_complete("a = 1\na")


def test_a_null_byte_and_a_thousand_brackets_are_no_trouble() -> None:
    assert is_complete("a\0b")
    assert is_complete("(" * 1000 + ")" * 1000)


def test_a_paste_loses_windows_newlines_and_tabs() -> None:
    assert mend("def f():\r\n\treturn 1\r\n", code=True) == "def f():\n    return 1\n"


def test_a_paste_loses_windows_newlines_that_a_terminal_made_two_returns_of() -> None:
    assert mend("def f():\r\r\treturn 1\r\r", code=True) == "def f():\n    return 1\n"
    assert mend("x = 1\r\r\r\rx", code=True) == "x = 1\n\nx"


def test_a_paste_from_a_terminal_keeps_its_empty_lines() -> None:
    assert mend("def f():\r    return 1\r\rf()\r", code=True) == "def f():\n    return 1\n\nf()\n"


def test_smart_quotes_are_mended_where_the_code_cannot_be_meant_so() -> None:
    assert mend("print(“hi”, \u2018x\u2019)", code=True) == "print(\"hi\", 'x')"


def test_quotes_inside_a_string_that_parses_stay() -> None:
    assert mend('print("“hi”")', code=True) == 'print("“hi”")'


def test_the_text_of_a_text_card_keeps_its_quotes() -> None:
    assert mend("“hi”", code=False) == "“hi”"


def test_one_pasted_line_loses_its_newline_and_several_keep_it() -> None:
    assert mend("x.T\n", code=True) == "x.T"
    assert mend("a\nb\n", code=True) == "a\nb\n"


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


@pytest.mark.parametrize(
    ("line", "blanks"),
    [
        ("x = 1", 0),
        ("def f(x):", 4),
        ("    if a:  # why", 8),
        ("f(", 4),
        ("    return 1", 0),
        ("    y = 2", 4),
    ],
)
def test_the_next_line_is_indented_as_python_wants_it(line: str, blanks: int) -> None:
    assert indent_after(line) == " " * blanks


@pytest.mark.parametrize(
    ("before", "count"), [("", 1), ("    ", 4), ("      ", 2), ("  x", 1), ("        ", 4)]
)
def test_backspace_takes_a_whole_step_of_indent(before: str, count: int) -> None:
    assert blanks_to_delete(before) == count
