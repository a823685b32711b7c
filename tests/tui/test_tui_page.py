"""Text laid out at any width, and hostile text that stays text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import set_cell_size
from textual.content import Content

from ptcards.deck.card import Markup
from ptcards.tui.page import Block, Lines, facing, folded, one_line, plain, stack, visible, wrapped
from ptcards.tui.prose import code, prose, sentence

HOSTILE = "x[/] [red]y[/red] \x1b[31mz\x1b[0m [@click=app.quit]q[/] \x9b2J a\u202eb \x07"


def text_of(parts: list[Lines], width: int = 60) -> str:
    return "\n".join(line.plain for line in stack(*parts)(width))


@given(st.text(), st.integers(1, 90), st.integers(0, 12), st.booleans())
def test_no_line_is_wider_than_there_is_room(text: str, width: int, indent: int, in_code: bool) -> None:
    block = Block(plain(text), indent=indent, code=in_code, right=Content("right"))
    for line in block(max(width, indent + 2)):
        assert line.cell_length <= max(width, indent + 2)


@given(st.text(max_size=300))
def test_markdown_of_any_kind_is_laid_out(text: str) -> None:
    for line in stack(*prose(text))(40):
        assert not set(line.plain) & {"\x1b", "\x9b", "\x07"}


@pytest.mark.parametrize(
    "text", ["# so", ">>> x[0](1)", "1918. 2 * 3 * 4", "- a\n\n    __b__ \\. &lt; `date`", "~~a~~"]
)
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    assert text_of(prose(text, Markup.PLAIN)) == text
    assert sentence(text, Markup.PLAIN).plain == " ".join(text.split())


CLOSING = "，。；）"  # noqa: RUF001
CHINESE = "变体 `opencv-python`（没有窗口，适合服务器）\n与 `cv2` 提供的一样；其实启动的是进程，不是线程。"  # noqa: RUF001


def test_chinese_fills_its_lines_and_gets_no_blanks_at_their_ends() -> None:
    lines = text_of(prose(CHINESE), 30).splitlines()
    assert "".join(lines) == CHINESE.replace("`", "").replace("\n", "")
    assert all(line.rstrip() == line for line in lines)
    assert min(Content(line).cell_length for line in lines[:-1]) >= 22
    assert not any(line[0] in CLOSING for line in lines)


@given(st.text(alphabet=CLOSING + "漢字ab c\n,.", max_size=80), st.integers(2, 20))
def test_whatever_is_broken_keeps_its_letters(text: str, width: int) -> None:
    lines = wrapped(plain(text), width)
    assert "".join("".join(line.plain for line in lines).split()) == "".join(text.split())
    assert all(line.cell_length <= width for line in lines)


LONG_CODE = "optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)"


@pytest.mark.parametrize("width", [20, 34, 60])
def test_code_is_broken_between_names_and_what_goes_on_is_marked(width: int) -> None:
    first, *others = [line.plain for line in Block(code(LONG_CODE), indent=2, code=True)(width)]
    assert others
    assert all(line.startswith("  ↪ ") for line in others)
    call = folded(plain("y = 0.75 * mean + torch.clamp(x, 0, 1)"), 34)
    assert [line.plain for line in call] == ["y = 0.75 * mean +", "↪ torch.clamp(x, 0, 1)"]
    pieces = [first.strip(), *(line.removeprefix("  ↪ ") for line in others)]
    assert "".join(pieces).replace(" ", "") == LONG_CODE.replace(" ", "")
    names = {"optimizer", "torch.optim.SGD(", "model.parameters(),", "momentum=0.9,", "lr=0.05,"}
    for name in names:
        assert len(name) > width - 4 or any(name in piece for piece in pieces)
    first = folded(plain("        return value_of_the_first + value_of_the_second"), 40)[0].plain
    assert first == "        return value_of_the_first +"  # an indent is kept


@example("\t漢", 5)
@given(st.text(alphabet="ab_.([)],= \t漢\n1", max_size=90), st.integers(1, 40))
def test_code_that_is_broken_keeps_its_signs(text: str, width: int) -> None:
    for line in plain(text).split("\n", allow_blank=True):
        pieces = folded(line, width)
        shown = "".join(piece.plain.removeprefix("↪ ") for piece in pieces)
        assert "".join(shown.split()) == "".join(line.plain.split())
        assert all(piece.cell_length <= max(width, 2) for piece in pieces)
        assert len(pieces) == 1 or pieces[0].plain.strip() or not set_cell_size(line.plain, width).strip()


@pytest.mark.parametrize(
    "text",
    ["<class 'torch.Tensor'>", "x[mask]", "x[i] = y[j]", "a[:, None]", "t[0, 1]", "dict[str, int]", "x[/]"],
)
def test_code_and_tags_stay_as_written(text: str) -> None:
    assert text in text_of(prose(f"`{text}` is printed"))
    assert text in code(text).plain


def test_hostile_text_is_shown_letter_by_letter_and_cannot_be_clicked() -> None:
    for content in (plain(HOSTILE), one_line(HOSTILE), code(HOSTILE), sentence(HOSTILE)):
        shown = content.plain
        for part in ("x[/] [red]y[/red]", r"\x1b[31mz", r"\x9b2J", r"a\u202eb"):
            assert part in shown
        assert "\x1b" not in shown
    lines = Content("\n").join(stack(*prose(f"<class 'torch.Tensor'> [a](app.quit) <b> {HOSTILE}"))(60))
    assert "<class 'torch.Tensor'>" in lines.plain
    assert not any(style.meta for _, _, style in lines.spans if not isinstance(style, str))


LIST = "- one item of a list that is longer than a line can be\n- two\n\n```python\nx = 1\n```"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (LIST, " • one item of a list that is\n   longer than a line can be\n • two\n\n  x = 1"),
        ("|a|b|\n|-|-|\n|1|2|\n|3|4|", "  a   b\n  1   2\n  3   4"),
    ],
)
def test_lists_hang_code_is_indented_and_a_table_keeps_its_rows(text: str, shown: str) -> None:
    assert text_of(prose(text), 30) == shown


def words_of(lines: Lines, width: int) -> list[str]:
    return [" ".join(line.plain.split()) for line in lines(width)]


def test_things_are_side_by_side_or_below_each_other_where_there_is_no_room() -> None:
    block = Block(plain("a sentence of some length"), right=Content("notes, item 13"))
    assert words_of(block, 60) == ["a sentence of some length notes, item 13"]
    assert words_of(block, 30) == ["a sentence of some length", "notes, item 13"]
    one, two, three = (Block(plain(word)) for word in ("one", "two", "three"))
    pair, all_three = facing(one, stack(two, three), least=20), facing(one, two, three, least=20)
    assert words_of(pair, 60) == ["one two", "three"]
    assert words_of(pair, 30) == ["one", "two", "three"]
    assert words_of(all_three, 70) == ["one two three"]
    assert words_of(all_three, 50) == ["one two", "three"]


@pytest.mark.parametrize(
    ("text", "shown"), [("a\tb", "a   b"), ("a\r\nb", "a\nb"), ("\ud800", r"\ud800"), ("é中", "é中")]
)
def test_what_cannot_be_seen_is_shown_as_its_escape(text: str, shown: str) -> None:
    assert visible(text) == shown
