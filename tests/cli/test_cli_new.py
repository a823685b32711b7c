"""`ptcards new` at a real terminal: what is written is opened."""

from pathlib import Path

import pytest

from tests.tui.terminal import start


@pytest.mark.parametrize(
    ("editor", "says"),
    [
        ("cat", "tags: [torch, reduction]"),
        ("no-such-editor", "Set EDITOR to one that is installed"),
        ("'half a quote", "Set EDITOR to one that is installed"),
        ("false", "Set EDITOR to one that is installed"),
    ],
)
def test_a_new_deck_is_opened_or_the_reason_why_not_is_said(tmp_path: Path, editor: str, says: str) -> None:
    deck = tmp_path / "mine.yaml"
    with start(tmp_path / "home", "new", str(deck), EDITOR=editor, VISUAL="", lines=60) as terminal:
        assert terminal.end() == 0, terminal.text
        assert says in terminal.text.replace("\n", " ")
    assert deck.read_text().startswith("# A deck of cards")
