"""`ptcards class` as commands."""

import json
from pathlib import Path

from tests.cli.shell import QuickShell

CARD = "pytorch-notes/install-opencv"


def test_a_log_is_handed_in_and_stands_on_the_page(ptcards: QuickShell, tmp_path: Path) -> None:
    folder = tmp_path / "10b"
    folder.mkdir()
    assert ptcards("grade", CARD, "again").code == 0
    gone = ptcards("class", "hand-in", folder / "gone")
    assert (gone.code, gone.err) == (2, f"{folder}/gone: there is no such folder\n")
    given = ptcards("class", "hand-in", folder, "--as", "Anna B")
    assert (given.code, given.err.splitlines()[0]) == (
        0,
        f"{folder}/Anna B.jsonl: a part of the log: 1 event, without your answers' code",
    )
    page = tmp_path / "page.html"
    made = ptcards("class", "report", folder, "-o", page)
    assert (made.code, made.out, made.err) == (0, "", f"Written: {page}\n")
    assert "Anna B" in page.read_text(encoding="utf-8")
    (folder / "ben.jsonl").write_text("rubbish\n")
    told = ptcards("class", "report", folder, "--json")
    assert told.code == 1
    assert told.err.startswith(f"{folder}/ben.jsonl:1: this is not JSON")
    found = json.loads(told.out)
    assert [(one["name"], one["days"]) for one in found["pupils"]] == [("Anna B", 1), ("ben", 0)]
    assert found["left_out"] == told.err.splitlines()


def test_what_is_not_named_is_asked_for(ptcards: QuickShell) -> None:
    assert "Name the folder" in ptcards("class", "report").err
    assert "Name the server" in ptcards("class", "add", "anna").err
