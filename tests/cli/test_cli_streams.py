"""Where stdin and stdout are no terminal and no plain file, or a real terminal: through the real command line."""

import gc
import json
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import ptcards.tui.app
from ptcards.cli.main import ptcards as command
from ptcards.tui.app import PtcardsApp
from tests.cli.shell import Done, QuickShell, Shell
from tests.tui.terminal import Terminal

CARD = "install-opencv"


def in_shell(ptcards: Shell, command: str) -> Done:
    """Run a line of shell in which `ptcards` is the program."""
    script = f'ptcards() {{ {shlex.quote(sys.executable)} -m ptcards "$@"; }}; {command}'
    return ptcards.process("bash", "-c", script)


@pytest.mark.parametrize("command", ["cards --json", "export -o -", "--help"])
def test_a_reader_that_goes_away_is_no_failed_answer(ptcards: Shell, command: str) -> None:
    done = in_shell(ptcards, f"ptcards {command} | true; exit ${{PIPESTATUS[0]}}")
    assert done.code == 0
    assert "Broken pipe" not in done.err


@pytest.mark.parametrize("command", ["due --json >&-", "due --json <&-", "due <&- >&- 2>&-"])
def test_a_closed_stream_is_an_empty_one(ptcards: Shell, command: str) -> None:
    done = in_shell(ptcards, f"ptcards {command}")
    assert (done.code, done.err) == (0, "")


def test_an_answer_from_a_closed_stdin_is_an_empty_answer(
    ptcards: Shell, write_deck: Callable[..., Path]
) -> None:
    ptcards("import", write_deck())
    done = in_shell(ptcards, "ptcards answer mine/capital --json <&-")
    assert (done.code, done.json["slip"]) == (1, True)


def test_a_full_disk_behind_stdout_is_named_and_not_called_a_defect(ptcards: Shell) -> None:
    done = in_shell(ptcards, "ptcards cards --json >/dev/full")
    assert done.code == 3
    assert "No space left on device" in done.err
    assert not (ptcards.home / "crash.log").exists()


def test_a_stream_holds_the_data_and_nothing_else_and_its_log_can_be_merged(
    ptcards: Shell, tmp_path: Path
) -> None:
    ptcards("grade", CARD, "good")
    assert ptcards("export", "--format", "csv", "-o", "-").out.startswith("event,at,day,")
    log = tmp_path / "log.jsonl"
    assert in_shell(ptcards, f"ptcards export -o - >> {log}").err.startswith("the whole log: 1 event\n")
    header, event = map(json.loads, log.read_text().splitlines())
    assert (header["events"], event["kind"]) == (1, "graded")
    other = QuickShell(tmp_path / "other")
    assert other("merge", log).code == 0
    assert [past["grade"] for past in other("show", CARD, "--json").json["reviews"]] == [4]


def test_a_new_laptop_is_ready_in_three_commands(ptcards: Shell, tmp_path: Path) -> None:
    new, file, deck = QuickShell(tmp_path / "new"), tmp_path / "log.jsonl", tmp_path / "words.csv"
    deck.write_text("question,answer,id\nA?,a,a\nB?,b,b\n")
    ptcards("import", deck)
    for key, grade in (("words/a", "good"), ("words/b", "2"), (CARD, "easy")):
        assert ptcards("grade", key, grade).code == 0
    ptcards("undo")
    ptcards("suspend", "words/b")
    assert ptcards("export", "-o", file).code == 0
    assert new("import", deck).code == 0
    assert new("merge", file).code == 0
    for question in (("cards", "--json"), ("show", "words/a", "--json")):
        assert new(*question).json == ptcards(*question).json


EDITORS = {
    "cat": "tags: [torch, reduction]",
    "no-such-editor": "Set EDITOR to one that is installed",
    "'half a quote": "Set EDITOR to one that is installed",
    "false": "Set EDITOR to one that is installed",
}
"""What is seen of each."""
NEW = """
import os, sys
from ptcards.cli.main import run
folder, *editors = sys.argv[1:]
for number, os.environ["EDITOR"] in enumerate(editors):
    print(run(["new", f"{folder}/mine-{number}.yaml"]), "=====")
"""


def test_a_new_deck_is_opened_or_the_reason_why_not_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", NEW, str(tmp_path), *EDITORS]
    with Terminal(command, {"PTCARDS_HOME": str(tmp_path / "home"), "VISUAL": ""}, lines=200) as terminal:
        assert terminal.end() == 0, terminal.text
        seen = terminal.text.replace("\n", " ").split("0 =====")
    for number, says in enumerate(EDITORS.values()):
        assert says in seen[number]
        assert (tmp_path / f"mine-{number}.yaml").read_text().startswith("# A deck of cards")


def test_garbage_is_collected_again_once_the_first_screen_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def instead_of_the_app(app: PtcardsApp) -> int:
        seen.append(gc.isenabled())
        assert app.make_runner is not None
        app.make_runner()
        seen.append(gc.isenabled())
        return 0

    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    monkeypatch.setattr(ptcards.tui.app, "run", instead_of_the_app)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    assert command.main([], standalone_mode=False) == 0
    assert seen == [False, True]
    gc.unfreeze()
