"""What may befall a real terminal: suspended, resized, lent to an editor, taken away, its disk full."""

from __future__ import annotations

import resource
import signal
import sqlite3
import stat
import sys
from pathlib import Path
from typing import Any

from tests.store.steps import logged
from tests.tui.terminal import Terminal, start

NOW = "2026-11-23T08:00:00+01:00"
GRADED = [("towns/france", "graded", 4)]


def events_of(home: Path) -> list[tuple[Any, ...]]:
    return [(one.card, one.kind, one.q) for one in logged(home / "ptcards.db")]


def drafts_of(home: Path) -> str:
    with sqlite3.connect(home / "ptcards.db") as connection:
        return str(connection.execute("SELECT text, code FROM drafts JOIN texts ON number = card").fetchall())


def begin(terminal: Terminal) -> None:
    """From the home screen to the first question."""
    terminal.wait_for("Enter review today")
    terminal.press("enter")
    terminal.wait_for("capital of France")
    terminal.wait_for("Enter check")


def check(terminal: Terminal) -> None:
    """Have the right answer checked."""
    terminal.press("enter")
    terminal.wait_for("✓ Right")
    terminal.wait_for("▸ 3 Good")
    terminal.view()


def grade(terminal: Terminal) -> None:
    """Take the proposed grade."""
    terminal.press("enter")
    terminal.wait_for("capital of Austria")
    terminal.wait_for("Enter check")


def quit_cleanly(terminal: Terminal) -> None:
    terminal.press("ctrl+q")
    assert terminal.end() == 0
    assert terminal.is_restored()


def suspend(terminal: Terminal) -> None:
    """Ctrl+Z gives the shell's prompt back; then fg."""
    terminal.press("ctrl+z")
    terminal.wait(terminal.is_stopped, "the process to stop")
    assert terminal.is_restored()
    terminal.screen.reset()


def test_ctrl_c_never_quits_and_ctrl_z_gives_the_shell_back_and_fg_all_as_it_was(towns: Path) -> None:
    with start(towns, PTCARDS_NOW=NOW) as terminal:
        terminal.wait_until_open()
        terminal.press("ctrl+c", "ctrl+c")
        terminal.wait_for("Ctrl+Q quits")
        suspend(terminal)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.wait_for("Towns")  # the whole screen is drawn, though its size is the same
        begin(terminal)

        terminal.type("oops")
        terminal.wait_for("oops")
        terminal.press("ctrl+z")  # in the editor it takes text back
        terminal.wait(lambda: "oops" not in terminal.text, "the text to be taken back")
        assert not terminal.is_stopped()

        terminal.type("Par")
        terminal.wait_for("Par")
        terminal.press("escape")
        terminal.wait_for("Enter editor")
        suspend(terminal)
        terminal.resize(100, 30)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.wait_for("Par")
        terminal.press("enter")
        terminal.wait_for("Enter check")
        terminal.type("is")
        check(terminal)
        grade(terminal)
        quit_cleanly(terminal)
    assert events_of(towns) == GRADED


def test_a_terminal_that_is_taken_away_ends_the_app_with_the_draft_kept(towns: Path) -> None:
    with start(towns, PTCARDS_NOW=NOW) as terminal:
        begin(terminal)
        terminal.type("Paris")
        check(terminal)
        grade(terminal)
        terminal.type("half-typed")
        terminal.wait_for("half-typed")
        terminal.hang_up()
        assert terminal.process.wait(30) == 128 + signal.SIGHUP
    assert events_of(towns) == GRADED
    assert "half-typed" in drafts_of(towns)


def test_a_polite_kill_keeps_the_draft_and_leaves_the_terminal_clean(towns: Path) -> None:
    with start(towns, PTCARDS_NOW=NOW) as terminal:
        begin(terminal)
        terminal.type("half-typed")
        terminal.wait_for("half-typed")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end() == 128 + signal.SIGTERM
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw
    assert "half-typed" in drafts_of(towns)


def test_a_kill_in_mid_session_loses_neither_a_grade_nor_what_was_typed(towns: Path) -> None:
    with start(towns, PTCARDS_NOW=NOW) as terminal:
        begin(terminal)
        terminal.type("Paris")
        check(terminal)
        grade(terminal)
        terminal.type("half-done")
        terminal.wait(lambda: "half-done" in drafts_of(towns), "the draft in the database")
        terminal.process.send_signal(signal.SIGKILL)
        terminal.end()
    assert events_of(towns) == GRADED
    with start(towns, "review", "towns", PTCARDS_NOW=NOW) as terminal:
        terminal.wait_for("half-done")


def test_the_size_may_change_and_a_grade_is_given_once_a_full_disk_has_room(towns: Path) -> None:
    with start(towns, PTCARDS_NOW=NOW) as terminal:
        begin(terminal)
        terminal.type("Paris")
        for columns, lines in ((120, 36), (40, 10), (80, 24)):
            terminal.resize(columns, lines)
        check(terminal)
        terminal.resize(120, 36)
        terminal.wait_for("▕1  Paris")  # question and answer side by side
        assert "▸ 3 Good" in terminal.text

        limits = resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
        terminal.press("enter")
        terminal.wait_for("not recorded")
        terminal.wait_for("▸ 3 Good")
        assert events_of(towns) == []
        resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE, limits)
        terminal.view()
        grade(terminal)
        quit_cleanly(terminal)
    assert events_of(towns) == GRADED


def test_a_defect_of_ours_leaves_a_clean_terminal_a_sentence_and_a_report(towns: Path) -> None:
    program = (
        "from ptcards.tui.app import PtcardsApp as App; App.action_help = lambda _: 1 // 0; "
        "from ptcards.cli.main import run; raise SystemExit(run([]))"
    )
    environment = {"PTCARDS_HOME": str(towns), "PTCARDS_NOW": NOW}
    with Terminal([sys.executable, "-c", program], environment) as terminal:
        terminal.wait_for("Enter review today")
        terminal.press("f1")
        terminal.end()
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw
        assert "ptcards had to stop" in terminal.text
        assert "Every grade given so far is saved" in terminal.text
    assert "ZeroDivisionError" in (towns / "crash.log").read_text()


EDITOR = """\
#!/bin/sh
cd "$(dirname "$0")"
if [ "${2##*/}" = answer.py ]; then test -t 0 && test -t 1 && cp "$2" seen && echo Paris > "$2"
elif [ ! -e line ]; then echo "$1" > line; sed -i "0,/    question:/s//    qeustion:/" "$2"
else sed -i "s/qeustion:/question:/; s/Which town/What city/" "$2"; fi
"""


def test_the_learners_editor_takes_the_answer_and_the_card_which_may_break_first(towns: Path) -> None:
    editor = towns / "editor"
    editor.write_text(EDITOR)
    editor.chmod(editor.stat().st_mode | stat.S_IXUSR)
    with start(towns, PTCARDS_NOW=NOW, EDITOR=str(editor), VISUAL="") as terminal:
        begin(terminal)
        terminal.type("Lyon")
        terminal.wait_for("Lyon")
        terminal.press("f4")
        terminal.wait_for("Paris")
        question, _, answer = (towns / "seen").read_text().rpartition("\n")
        assert question.startswith("# Which town is the capital of France?\n")
        assert answer == "Lyon"

        terminal.press("escape")
        terminal.wait_for("Enter editor")
        terminal.press("e")
        terminal.wait_for("qeustion")
        assert "The card stays as it was." in terminal.text
        assert "Which town is" in terminal.text
        number = int((towns / "line").read_text().removeprefix("+"))
        assert "id: france" in (towns / "towns.yaml").read_text().splitlines()[number - 1]

        terminal.press("e")
        terminal.wait_for("What city is")
        quit_cleanly(terminal)
    assert "Paris" in drafts_of(towns)
