from __future__ import annotations

from pathlib import Path

import pytest

from ptcards.paths import replacing
from ptcards.text import counted, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a plain\ttext\nof two lines", "a plain\ttext\nof two lines"),
        ("漢字\u3000😀 👩\u200d💻", "漢字\u3000😀 👩\u200d💻"),
        ("a\r\nb\rc", "a\nb\\rc"),
        ("\x1b[31mred\x07 \x9b2J", r"\x1b[31mred\x07 \x9b2J"),
        ("back\u202ewards\ud800", r"back\u202ewards\ud800"),
    ],
)
def test_whatever_a_terminal_might_obey_is_shown_as_its_escape(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_things_are_counted_in_words() -> None:
    assert [counted(number, "card") for number in (0, 1, 1204)] == ["0 cards", "1 card", "1,204 cards"]
    plurals = [counted(2, *words) for words in (("entry",), ("day",), ("leaf", "leaves"))]
    assert plurals == ["2 entries", "2 days", "2 leaves"]


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    with pytest.raises(TypeError), replacing(file) as part:
        part.write_text(3)  # type: ignore[arg-type]
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("file", "old")]
    with replacing(file) as part:
        part.write_text("new")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("file", "new")]
