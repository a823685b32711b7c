"""Where stdin and stdout are no terminal and no plain file: through the real command line."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.shell import MORNING, Done, QuickShell, Shell

CARD = "install-opencv"


def in_shell(ptcards: Shell, command: str) -> Done:
    """Run a line of shell in which `ptcards` is the program."""
    environment = {**os.environ, "PTCARDS_HOME": str(ptcards.home), "PTCARDS_NOW": MORNING}
    script = f'ptcards() {{ {shlex.quote(sys.executable)} -m ptcards "$@"; }}; {command}'
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


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


def test_a_log_appended_to_a_file_is_one_that_can_be_merged(ptcards: Shell, tmp_path: Path) -> None:
    ptcards("grade", CARD, "good")
    log = tmp_path / "log.jsonl"
    assert in_shell(ptcards, f"ptcards export -o - >> {log}").code == 0
    assert len(log.read_text().splitlines()) == 2
    other = QuickShell(tmp_path / "other")
    assert other("merge", log).code == 0
    assert [past["grade"] for past in other("show", CARD, "--json").json["reviews"]] == [4]


@pytest.mark.parametrize("choice", ["--deck", "--tag"])
def test_an_export_of_what_is_not_there_writes_nothing(ptcards: Shell, choice: str) -> None:
    done = ptcards("export", choice, "nope", "-o", "-")
    assert (done.code, done.out) == (2, "")
    assert "nope" in done.err


def test_a_log_written_to_a_file_through_stdout_says_how_long_it_is(ptcards: Shell, tmp_path: Path) -> None:
    ptcards("grade", CARD, "good")
    out = tmp_path / "out"
    assert in_shell(ptcards, f"ptcards export -o - > {out}").code == 0
    assert json.loads(out.read_text().splitlines()[0])["events"] == 1
