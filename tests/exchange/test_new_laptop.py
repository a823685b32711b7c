"""The recipes of the README, through the command line as a user types them."""

import json
from pathlib import Path

import pytest

from tests.cli.shell import QuickShell as Shell


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    path = tmp_path / "words.csv"
    path.write_text("question,answer,id\nA?,a,a\nB?,b,b\n")
    return path


def test_a_new_laptop_is_ready_in_three_commands(tmp_path: Path, deck: Path) -> None:
    old, new, file = Shell(tmp_path / "old"), Shell(tmp_path / "new"), tmp_path / "log.jsonl"
    old("import", str(deck))
    for key, grade in (("words/a", "good"), ("words/b", "2"), ("pytorch-notes/unsqueeze-column", "easy")):
        assert old("grade", key, grade).code == 0
    old("undo")
    old("suspend", "words/b")

    assert old("export", "-o", str(file)).code == 0
    assert new("import", str(deck)).code == 0
    assert new("merge", str(file)).code == 0

    assert json.loads(new("cards", "--json").out) == json.loads(old("cards", "--json").out)
    assert json.loads(new("show", "words/a", "--json").out) == json.loads(
        old("show", "words/a", "--json").out
    )


def test_a_stream_holds_the_data_and_nothing_else(tmp_path: Path) -> None:
    ptcards = Shell(tmp_path / "home")
    ptcards("grade", "pytorch-notes/unsqueeze-column", "good")
    done = ptcards("export", "-o", "-")
    assert [json.loads(line).get("kind") for line in done.out.splitlines()] == [None, "graded"]
    assert "1 event\n" in done.err
    assert ptcards("export", "--format", "csv", "-o", "-").out.startswith("event,at,day,")
    assert ptcards("export", "--format", "nope", "-o", "-").code == 2


def test_an_import_with_an_error_exits_with_2_and_names_the_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("question,answer\n,a\n")
    ptcards = Shell(tmp_path / "home")
    done = ptcards("import", str(bad), "--json")
    assert done.code == 2
    assert json.loads(done.out)["errors"][0]["line"] == 2
    assert ptcards("merge", str(bad)).code == 2
