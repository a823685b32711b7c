"""A real process in a real pseudo-terminal: what may befall it, and what it leaves behind."""

from __future__ import annotations

import re
import resource
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ptcards.config import Config
from ptcards.study import cards
from ptcards.study.decks import open_desk
from tests.store.steps import logged
from tests.store.test_migrations import old_database
from tests.tui.conftest import Clock
from tests.tui.terminal import LIGHT, NOW, Terminal, start

_SGR = re.compile(rb"\x1b\[([\d;:]*)m")


def read(home: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(home / "ptcards.db")) as connection:
        return connection.execute(query).fetchall()


def events_of(home: Path) -> list[tuple[Any, ...]]:
    events = logged(home / "ptcards.db")
    return [(one.card, one.kind, one.q, one.verdict, one.attempts) for one in events]


def drafts_of(home: Path) -> str:
    return str(read(home, "SELECT text, code FROM drafts JOIN texts ON number = card"))


def colours_in(raw: bytes) -> set[str]:
    """What a session sent that sets a colour, be it the terminal's default one."""
    sent = (code for codes in _SGR.findall(raw) for code in codes.decode().replace(":", ";").split(";"))
    return {code for code in sent if code and (30 <= int(code) <= 49 or 90 <= int(code) <= 107)}


def reversed_cells(terminal: Terminal) -> str:
    """What is marked on the screen, by rows."""
    rows = (terminal.screen.buffer[y] for y in range(terminal.screen.lines))
    return "\n".join(
        "".join(row[x].data for x in range(terminal.screen.columns) if row[x].reverse) for row in rows
    )


def begin(terminal: Terminal, question: str = "capital of France") -> None:
    """From the home screen to the first question."""
    terminal.wait_for("Enter review today")
    terminal.press("enter")
    terminal.wait_for(question, "Enter check")


def check(terminal: Terminal, *said: str, key: str = "enter") -> None:
    """Have what is typed checked, and see what is said of it."""
    terminal.press(key)
    terminal.wait_for(*said)
    terminal.view()


def grade(terminal: Terminal, question: str) -> None:
    """Take the proposed grade; the next question comes."""
    terminal.press("enter")
    terminal.wait_for(question, "Enter check")


def suspend(terminal: Terminal) -> None:
    """Ctrl+Z gives the shell's prompt back; then fg."""
    terminal.press("ctrl+z")
    terminal.wait(lambda: terminal.is_stopped() and terminal.is_restored(), "the process to stop")
    terminal.screen.reset()


def test_a_first_morning(tmp_path: Path) -> None:
    with start(tmp_path, torch=True) as terminal:
        terminal.wait_for("Welcome")
        begin(terminal, "unsqueeze-column")
        terminal.type("x.unsqueeze(1)")
        check(terminal, "✓ Right", "▸ 3 Good")
        grade(terminal, "install-opencv")
        terminal.type("opencv-python-headless")
        check(terminal, "✗ Not yet", "headless has no windows")
        terminal.press(*["backspace"] * len("-headless"))
        check(terminal, "▸ 1 Again", "right after one mistake")
        grade(terminal, "dataloader-full-batches")
        terminal.wait_for("F3 teach me")
        check(terminal, "◆ Taught", key="f3")
        terminal.press("enter")
        terminal.wait_for("4 of ")
        terminal.press("escape")
        terminal.wait_for("Enter editor")
        terminal.press("q")
        terminal.wait_for("3 cards", "1 taught")
        terminal.press("q")
        terminal.wait_for("Enter review today")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.is_restored()

    first, *others = (
        f"pytorch-notes/{card}" for card in ("unsqueeze-column", "install-opencv", "dataloader-full-batches")
    )
    answered = [(first, 4, "pass", 1), (others[0], 2, "fail", 2), (others[1], 0, "taught", 0)]
    assert events_of(tmp_path) == [(card, "graded", *how) for card, *how in answered]
    with open_desk(tmp_path / "ptcards.db", Config(), Clock()) as desk:
        for card in (first, *others):
            schedule = cards.card(desk, card).schedule
            assert (str(schedule.due), schedule.interval_days, schedule.ease) == ("2026-11-24", 1, 250)
            assert (schedule.repetitions, schedule.lapses) == (int(card == first), 0)
        assert cards.card(desk, first).reviews[0].code == "x.unsqueeze(1)"


def test_without_colour_what_is_marked_is_seen_and_a_terminal_taken_away_keeps_the_draft(towns: Path) -> None:
    with start(towns, NO_COLOR="1") as terminal:
        terminal.wait_until_open()
        begin(terminal)
        terminal.type("Pairs")
        check(terminal, "✗ Not yet", key="f5")
        terminal.wait(lambda: " " in reversed_cells(terminal), "the editor's cursor")
        terminal.press("backspace", "backspace", "backspace")
        terminal.type("ris")
        check(terminal, "▸ 1 Again", key="f5")
        grade(terminal, "capital of Austria")
        terminal.press("escape")
        terminal.wait_for("Enter editor")
        terminal.press("q")
        terminal.wait_for("1 card")
        terminal.press("q")
        terminal.wait_for("Enter review today")
        for key, text in (
            ("s", "A year of days"),
            ("?", "read the deck files again"),
            ("/", "Esc to the cards"),
        ):
            terminal.press(key)
            terminal.wait_for(text)
            if key == "/":
                terminal.type("abc\x15Lyon")  # in one piece, as a slow connection sends it
                terminal.wait_for("Lyon", "No card is found")
                terminal.type("\x15")
            terminal.press("escape")
            if key == "/":
                terminal.wait_for("Space pick", "▸ in 1 d")
                terminal.press("escape")
            terminal.wait_for("Next two weeks")
        terminal.press("ctrl+p")
        terminal.wait_for("Search for commands")
        terminal.wait(lambda: "5 more new cards" in reversed_cells(terminal), "the marked command")
        terminal.press("escape")
        terminal.wait_for("Next two weeks")
        begin(terminal, "capital of Austria")
        terminal.type("half-typed")
        terminal.wait_for("half-typed")
        terminal.hang_up()
        assert terminal.process.wait(30) == 128 + signal.SIGHUP
        assert colours_in(terminal.raw) == set()
    assert events_of(towns) == [("towns/france", "graded", 2, "fail", 2)]
    assert "half-typed" in drafts_of(towns)


def test_a_terminal_that_goes_away_behind_a_program_that_started_the_app_ends_it_too(towns: Path) -> None:
    # As with make: the system tells the one that leads the session alone, and that waits for the app.
    leader = f'trap \'\' HUP; "$0" "$@"; echo $? > {towns}/code'
    app = ["sh", "-c", leader, sys.executable, "-c", LIGHT]
    with Terminal(app, {"PTCARDS_HOME": str(towns), "PTCARDS_NOW": NOW}) as terminal:
        terminal.wait_until_open()
        begin(terminal)
        terminal.type("half-typed")
        terminal.wait_for("half-typed")
        terminal.hang_up()
        terminal.process.wait(30)
    assert (towns / "code").read_text().strip() == str(128 + signal.SIGHUP)
    assert "half-typed" in drafts_of(towns)


def test_an_old_database_comes_up_in_colour_where_no_color_is_empty(tmp_path: Path) -> None:
    old_database(tmp_path / "ptcards.db", "0001")
    (tmp_path / "config.toml").write_text('theme = "nord"\n')
    with start(tmp_path, NO_COLOR="") as terminal:
        terminal.wait_until_open()
        terminal.wait_for("Enter ")
        terminal.press("q")
        assert terminal.end() == 0
        assert terminal.is_restored()
        assert "38" in colours_in(terminal.raw)
    colourful = re.findall(rb"\x1b\[[\d;]*[34]8;2;(\d+);(\d+);(\d+)", terminal.raw)
    assert any(len({*colour}) > 1 for colour in colourful)
    assert read(tmp_path, "SELECT 1 FROM sqlite_master WHERE name = 'reviews'")


def test_a_kill_loses_no_grade_and_no_draft_and_then_the_shell_other_sizes_and_a_full_disk_do_not_either(
    towns: Path,
) -> None:
    graded = [("towns/france", "graded", 4, "pass", 1), ("towns/austria", "graded", 4, "pass", 1)]
    with start(towns) as terminal:
        begin(terminal)
        terminal.type("Paris")
        check(terminal, "✓ Right", "▸ 3 Good")
        grade(terminal, "capital of Austria")
        terminal.type("Vie")
        terminal.wait(lambda: "Vie" in drafts_of(towns), "the draft in the database")
        terminal.process.send_signal(signal.SIGKILL)
        terminal.end()
    assert events_of(towns) == graded[:1]
    with start(towns) as terminal:
        terminal.wait_until_open()
        terminal.press("ctrl+c", "ctrl+c")  # never quits
        terminal.wait_for("Ctrl+Q quits")
        suspend(terminal)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.wait_for("Towns")  # the whole screen is drawn, though its size is the same
        begin(terminal, "Vie")
        terminal.type("oops")
        terminal.wait_for("Vieoops")
        terminal.press("ctrl+z")  # in the editor it takes text back
        terminal.wait(lambda: "oops" not in terminal.text, "the text to be taken back")
        assert not terminal.is_stopped()
        terminal.press("escape")
        terminal.wait_for("Enter editor")
        suspend(terminal)
        terminal.resize(100, 30)
        terminal.process.send_signal(signal.SIGCONT)
        terminal.wait_for("Vie")
        terminal.press("enter")
        terminal.wait_for("Enter check")
        terminal.type("nna")
        for columns, lines in ((120, 36), (40, 10), (80, 24)):
            terminal.resize(columns, lines)
        check(terminal, "✓ Right", "▸ 3 Good")
        terminal.resize(120, 36)
        terminal.wait_for("▕1  Vienna")  # question and answer side by side
        assert "▸ 3 Good" in terminal.text

        limits = resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
        terminal.press("enter")
        # Where the notice is broken into lines hangs on the length of the path.
        terminal.wait(lambda: "not recorded" in " ".join(re.split(r"[\s▌]+", terminal.text)), "the notice")
        terminal.wait_for("▸ 3 Good")
        assert events_of(towns) == graded[:1]
        resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE, limits)
        terminal.view()
        grade(terminal, "capital of Norway")
        terminal.press("ctrl+q")
        assert terminal.end() == 0
        assert terminal.is_restored()
    assert events_of(towns) == graded


EDITOR = """\
#!/bin/sh
cd "$(dirname "$0")"
if [ "${2##*/}" = answer.py ]; then test -t 0 && test -t 1 && cp "$2" seen && echo Paris > "$2"
elif [ ! -e line ]; then echo "$1" > line; sed -i "0,/    question:/s//    qeustion:/" "$2"
else sed -i "s/qeustion:/question:/; s/What city/Name what/; s/Which town/What city/" "$2"; fi
"""


def test_the_learners_editor_takes_the_answer_and_the_card_and_a_polite_kill_keeps_the_draft(
    towns: Path,
) -> None:
    editor = towns / "editor"
    editor.write_text(EDITOR)
    editor.chmod(0o700)
    with start(towns, EDITOR=str(editor), VISUAL="") as terminal:
        begin(terminal)
        terminal.type("Lyon")
        terminal.wait_for("Lyon")
        terminal.press("escape")
        terminal.wait_for("Enter editor")
        terminal.press("e")
        terminal.wait_for("qeustion")  # it may break first
        assert "The card stays as it was." in terminal.text
        assert "Which town is" in terminal.text
        number = int((towns / "line").read_text().removeprefix("+"))
        assert "id: france" in (towns / "towns.yaml").read_text().splitlines()[number - 1]
        terminal.press("e")
        terminal.wait_for("What city is")
        terminal.press("i")
        terminal.wait_for("No answer yet")
        terminal.press("e")  # on the page of the card, too
        terminal.wait_for("Name what is", "The card is changed", "e edit")
        terminal.press("q")
        terminal.wait_for("Name what is", "Enter check")
        terminal.press("f4")
        terminal.wait_for("Paris")
        seen = (towns / "seen").read_text()
        assert seen.startswith("# Name what is the capital of France?\n")
        assert seen.endswith("\n# --- 1 towns/france: your answer, below this line ---\nLyon\n")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end() == 128 + signal.SIGTERM
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw
    assert "Paris" in drafts_of(towns)


def test_a_defect_of_ours_leaves_a_clean_terminal_a_sentence_and_a_report(towns: Path) -> None:
    program = (
        "from ptcards.tui.app import PtcardsApp as App; App.action_help = lambda _: 1 // 0; "
        "from ptcards.cli.main import run; raise SystemExit(run([]))"
    )
    with Terminal(
        [sys.executable, "-c", program], {"PTCARDS_HOME": str(towns), "PTCARDS_NOW": NOW}
    ) as terminal:
        terminal.wait_for("Enter review today")
        terminal.press("f1")
        terminal.end()
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw
        assert "ptcards had to stop" in terminal.text
        assert "Every grade given so far is saved" in terminal.text
    assert "ZeroDivisionError" in (towns / "crash.log").read_text()


@pytest.mark.parametrize(
    ("version", "arguments", "code", "said"),
    [("9999", (), 4, "newer"), (None, ("review", "nonesuch"), 2, "There is no deck 'nonesuch'.")],
)
def test_what_cannot_be_opened_is_refused_in_one_sentence_on_a_clean_terminal(
    tmp_path: Path, version: str | None, arguments: tuple[str, ...], code: int, said: str
) -> None:
    if version is not None:
        with closing(sqlite3.connect(tmp_path / "ptcards.db")) as connection, connection:
            connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            connection.execute("INSERT INTO alembic_version VALUES (?)", [version])
    with start(tmp_path, *arguments) as terminal:
        assert terminal.end() == code
        assert terminal.is_restored()
        assert b"Traceback" not in terminal.raw
        assert said in terminal.text
