"""Decks that come from folders and repositories, and what happens to one's own corrections of them."""

from __future__ import annotations

from pathlib import Path

from tests.exchange.homes import Home

DECK = """\
# Made by the author.
deck: {name}
cards:
  - id: a
    question: A?
    accepts: text
    solution: a

  # About b.
  - id: b
    question: B?
    accepts: text
    solution: b
"""


def test_of_a_folder_its_deck_files_alone_are_read(home: Home, tmp_path: Path) -> None:
    files = {
        "one.yaml": DECK.format(name="one"),
        "deep/two.yml": DECK.format(name="two"),
        "broken.yaml": "cards: []\n",
        "json.yaml": '{"deck": "json", "cards": [{"id": "a", "question": "A?", "accepts": "recall", "solution": "a"}]}',
        "compose.yaml": "services:\n  deck: x\n",
        ".github/workflows/ci.yml": "deck: hidden\n",
        "README.md": "deck: no\n",
        "sheet.csv": "question,answer\nA?,a\n",
    }
    for name, text in files.items():
        file = tmp_path / "decks" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "outside.yaml").write_text(DECK.format(name="outside"))
    (tmp_path / "decks" / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    report = home.take(tmp_path / "decks")
    assert sorted(deck.deck for deck in report.decks) == ["json", "one", "sheet", "two"]
    assert {problem.file.name for problem in report.errors} == {"broken.yaml"}
    assert {name: (tmp_path / "decks" / name).read_text() for name in files} == files
    again = home.take(Path(f"{tmp_path}/decks/*.y*ml"), tmp_path / "decks" / "deep")
    assert sorted(deck.deck for deck in again.decks) == ["json", "one", "outside", "two"]
