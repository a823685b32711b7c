"""What may befall a real terminal: suspended, resized, lent to an editor, taken away, its disk full."""

from __future__ import annotations

import resource
import signal
import sqlite3
import stat
import sys
from pathlib import Path

import pytest

from tests.tui.terminal import Terminal, start
from tests.tui.test_tui_end_to_end import NOW, answer_first_card, begin, events_of


def drafts_of(home: Path) -> str:
    with sqlite3.connect(home / "ptcards.db") as connection:
        return str(connection.execute("SELECT * FROM drafts").fetchall())


def suspend(terminal: Terminal) -> None:
    """Ctrl+Z outside of the editor, and the shell's prompt is back."""
    terminal.press("escape")
    terminal.wait_for("Enter editor")
    terminal.press("ctrl+z")
    terminal.wait(terminal.is_stopped, "the process to stop")
    assert terminal.is_restored()


def test_ctrl_z_gives_the_shell_back_and_fg_the_session_as_it_was(tmp_path: Path) -> None:
    with start(tmp_path, PTCARDS_NOW=NOW) as terminal:
        begin(terminal)
        terminal.type("pip install open")
        terminal.wait_for("pip install open")
        suspend(terminal)
        terminal.screen.reset()
        terminal.resize(100, 30)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.wait_for("pip install open")
        terminal.press("enter")
        terminal.wait_for("Enter check")
        terminal.type("cv-python")
        terminal.press("enter")
        terminal.wait_for("▸ 3 Good")
        terminal.look()
        terminal.press("enter")
        terminal.wait_for("dataloader-full-batches")
        terminal.press("ctrl+q")
        assert terminal.end() == 0
        assert terminal.is_restored()
    assert [event[:3] for event in events_of(tmp_path)] == [("pytorch-notes/install-opencv", "graded", 4)]


def test_fg_draws_the_whole_screen_in_a_terminal_of_the_same_size(tmp_path: Path) -> None:
    with start(tmp_path, PTCARDS_NOW=NOW) as terminal:
        terminal.wait_for("torch ready")
        terminal.press("ctrl+z")
        terminal.wait(terminal.is_stopped, "the process to stop")
        terminal.screen.reset()
        terminal.process.send_signal(signal.SIGCONT)
        terminal.wait_for("PyTorch, checked by running it")
        terminal.wait_for("Enter review today")


def test_in_the_editor_ctrl_z_takes_text_back_and_suspends_nothing(tmp_path: Path) -> None:
    with start(tmp_path, PTCARDS_NOW=NOW) as terminal:
        begin(terminal)
        terminal.type("oops")
        terminal.wait_for("oops")
        terminal.press("ctrl+z")
        terminal.wait(lambda: "oops" not in terminal.text, "the text to be taken back")
        assert not terminal.is_stopped()


def test_a_terminal_that_is_taken_away_ends_the_app_with_the_draft_kept(tmp_path: Path) -> None:
    with start(tmp_path, PTCARDS_NOW=NOW) as terminal:
        begin(terminal)
        answer_first_card(terminal)
        terminal.type("DataLoader(ds, half")
        terminal.wait_for("DataLoader(ds, half")
        terminal.hang_up()
        assert terminal.process.wait(30) == 128 + signal.SIGHUP
    assert [event[:3] for event in events_of(tmp_path)] == [("pytorch-notes/install-opencv", "graded", 4)]
    assert "DataLoader(ds, half" in drafts_of(tmp_path)


def test_a_disk_that_takes_no_more_is_told_and_the_grade_is_given_once_there_is_room(tmp_path: Path) -> None:
    with start(tmp_path, PTCARDS_NOW=NOW) as terminal:
        begin(terminal)
        terminal.type("pip install opencv-python")
        terminal.press("enter")
        terminal.wait_for("▸ 3 Good")
        terminal.look()
        limits = resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
        terminal.press("enter")
        terminal.wait_for("not recorded")
        terminal.wait_for("▸ 3 Good")
        assert events_of(tmp_path) == []
        resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE, limits)
        terminal.look()
        terminal.press("enter")
        terminal.wait_for("dataloader-full-batches")
        terminal.press("ctrl+q")
        assert terminal.end() == 0
        assert terminal.is_restored()
    assert [event[:3] for event in events_of(tmp_path)] == [("pytorch-notes/install-opencv", "graded", 4)]


def test_the_size_may_change_in_a_real_terminal(tmp_path: Path) -> None:
    with start(tmp_path, PTCARDS_NOW=NOW) as terminal:
        begin(terminal)
        terminal.type("pip install opencv-python")
        for columns, lines in ((120, 36), (40, 10), (80, 24)):
            terminal.resize(columns, lines)
        terminal.press("enter")
        terminal.wait_for("▸ 3 Good")
        terminal.resize(120, 36)
        terminal.wait_for("lists         ▕1  pip install opencv-python")
        assert "▸ 3 Good" in terminal.text


def test_a_defect_of_ours_leaves_a_clean_terminal_a_sentence_and_a_report(tmp_path: Path) -> None:
    program = (
        "from ptcards.tui.app import PtcardsApp as App; App.action_help = lambda _: 1 // 0; "
        "from ptcards.cli.main import run; raise SystemExit(run([]))"
    )
    environment = {"PTCARDS_HOME": str(tmp_path), "PTCARDS_NOW": NOW}
    with Terminal([sys.executable, "-c", program], environment) as terminal:
        terminal.wait_for("Enter review today")
        terminal.press("f1")
        terminal.end()
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw
        assert "ptcards had to stop" in terminal.text
        assert "Every grade given so far is saved" in terminal.text
    assert "ZeroDivisionError" in (tmp_path / "crash.log").read_text()


def editor(folder: Path, script: str) -> str:
    """An editor that is a few lines of shell; gives its path."""
    file = folder / "editor"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


def test_the_answer_goes_to_the_learners_editor_and_comes_back(tmp_path: Path) -> None:
    script = 'test -t 0 && test -t 1 && cp "$1" seen && printf "pip install opencv-python\\n" > "$1"'
    command = editor(tmp_path, f"cd {tmp_path} && {script}")
    with start(tmp_path, PTCARDS_NOW=NOW, EDITOR=command, VISUAL="") as terminal:
        begin(terminal)
        terminal.type("pip inst")
        terminal.wait_for("pip inst")
        terminal.press("f4")
        terminal.wait_for("pip install opencv-python")
        terminal.press("enter")
        terminal.wait_for("▸ 3 Good")
        terminal.press("ctrl+q")
        assert terminal.end() == 0
        assert terminal.is_restored()
    assert (tmp_path / "seen").read_text() == "pip inst"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("no-such-editor", "There is no program 'no-such-editor'"),
        ("vi '", "EDITOR is not a command"),
        ("sh -c 'echo rubbish > $0; exit 3'", "The editor ended with 3: the answer stays as it was."),
    ],
)
def test_an_editor_that_fails_is_told_and_the_answer_stays(tmp_path: Path, command: str, told: str) -> None:
    with start(tmp_path, PTCARDS_NOW=NOW, EDITOR=command, VISUAL="") as terminal:
        begin(terminal)
        terminal.type("pip inst")
        terminal.wait_for("pip inst")
        terminal.press("f4")
        terminal.wait_for(told)
        assert "pip inst" in terminal.text


def test_the_card_opens_at_its_line_and_is_asked_as_it_was_edited(tmp_path: Path) -> None:
    script = 'echo "$1" > line; sed -i "s/Which package do you/Which package does one/" "$2"'
    command = editor(tmp_path, f"cd {tmp_path} && {script}")
    with start(tmp_path, PTCARDS_NOW=NOW, EDITOR=command, VISUAL="") as terminal:
        begin(terminal)
        terminal.type("pip inst")
        terminal.press("escape")
        terminal.wait_for("Enter editor")
        terminal.press("e")
        terminal.wait_for("Which package does one")
        assert "pip inst" in terminal.text
    own = tmp_path / "decks" / "pytorch-notes.yaml"
    number = int((tmp_path / "line").read_text().removeprefix("+"))
    assert "id: install-opencv" in own.read_text().splitlines()[number - 1]


def test_a_broken_edit_says_where_and_why_and_the_old_card_is_asked(tmp_path: Path) -> None:
    command = editor(tmp_path, 'sed -i "0,/    question:/s//    qeustion:/" "$2"')
    with start(tmp_path, PTCARDS_NOW=NOW, EDITOR=command, VISUAL="") as terminal:
        begin(terminal)
        terminal.press("escape")
        terminal.wait_for("Enter editor")
        terminal.press("e")
        terminal.wait_for("qeustion")
        assert "The card stays as it was." in terminal.text
        assert "Which package do you" in terminal.text
        terminal.press("enter")
        terminal.wait_for("Enter check")
        answer_first_card_again(terminal)
    assert [event[:3] for event in events_of(tmp_path)] == [("pytorch-notes/install-opencv", "graded", 4)]


def answer_first_card_again(terminal: Terminal) -> None:
    terminal.type("pip install opencv-python")
    terminal.press("enter")
    terminal.wait_for("▸ 3 Good")
    terminal.look()
    terminal.press("enter")
    terminal.wait_for("dataloader-full-batches")
