"""`ptcards sync` as a command."""

import json
from pathlib import Path

from tests.cli.shell import QuickShell

CARD = "pytorch-notes/install-opencv"


def test_a_folder_is_named_or_configured(ptcards: QuickShell, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    nothing = ptcards("sync")
    assert (nothing.code, "Name a folder" in nothing.err) == (2, True)
    assert "请指定一个文件夹" in ptcards("--language", "zh", "sync").err
    assert "不认识这种数据库" in ptcards("--language", "zh", "--database", "mysql://x", "sync").err
    assert ptcards("grade", CARD, "good").code == 0
    first = ptcards("sync", str(shared))
    assert (first.code, first.out) == (0, f"{shared}: 1 event sent, 0 received\n")
    (tmp_path / "home" / "config.toml").write_text(f'sync = "{shared}"\n')
    again = json.loads(ptcards("sync", "--json").out)
    assert again == {
        "folder": str(shared),
        "sent": 0,
        "received": 0,
        "moved": 0,
        "decks": [],
        "told": [],
        "wrong": [],
    }


def test_what_waits_and_a_folder_that_is_gone_end_with_1(ptcards: QuickShell, tmp_path: Path) -> None:
    gone = ptcards("sync", str(tmp_path / "gone"))
    assert (gone.code, gone.err.count("\n")) == (1, 1)
    assert "there is no such folder" in gone.err
    header = '{"format":"ptcards-log","version":1,"device":"a"}'
    (tmp_path / "a.jsonl").write_text(f"{header}\nrubbish\n")
    waits = ptcards("sync", str(tmp_path))
    assert waits.code == 1
    assert f"{tmp_path / 'a.jsonl'}:2: this is not JSON" in waits.err
