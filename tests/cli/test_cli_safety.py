"""What can happen to a database, through the real command line."""

import ctypes
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from ptcards.cli import safety
from ptcards.runner.interpreter import choose
from ptcards.runner.runner import Runner
from tests.cli import crowd
from tests.cli.shell import Done, QuickShell, Shell
from tests.runner.nobody import refusing

CARD = "install-opencv"
SMALL = 3 * 2**20


@pytest.fixture
def disk(ptcards: Shell) -> Iterator[Shell]:
    """A home on a small disk of its own where that is permitted, else in a plain folder."""
    home = ptcards.home.with_name("disk")
    home.mkdir(mode=0o700)
    mounted = mount(home, f"size={SMALL}")
    shutil.copytree(ptcards.home, home, dirs_exist_ok=True)
    yield QuickShell(home)
    if mounted:
        # Lazily: a command that failed leaves its connection behind.
        subprocess.run(["umount", "--lazy", home], check=True)


def mount(folder: Path, options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def changed(shell: Shell, change: str, *arguments: str, stdin: str = "") -> Done:
    """Commands in a process in which something is different."""
    script = f"import sys\n{change}\nfrom ptcards.cli.main import run\n"
    return shell.process(
        sys.executable,
        "-c",
        f"{script}sys.exit(max(run(one.split()) for one in sys.argv[1:]))",
        *arguments,
        stdin=stdin,
    )


def test_doctor_says_which_layers_are_missing_and_why_and_tells_of_two_packages_that_give_cv2(
    ptcards: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("opencv-contrib-python", "opencv-python")
    packages = tmp_path / "site-packages"
    for name in names:
        (packages / f"{name.replace('-', '_')}-4.10.dist-info").mkdir(parents=True)
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: 4.10\n"
        (packages / f"{name.replace('-', '_')}-4.10.dist-info" / "METADATA").write_text(text)
    monkeypatch.syspath_prepend(packages)
    half = partial(Runner, mode="fork", wrap=refusing(errno.EPERM, calls=True), libraries=(), ahead=False)
    monkeypatch.setattr(safety, "make_runner", half)
    found = ptcards("doctor", "--quick", "--json").json
    lacking = {"files": "Landlock is refused here", "system calls": "seccomp is refused here"}
    assert (found["runner"]["sandbox"], found["runner"]["lacking"]) == ("sandbox 1/3", lacking)
    assert "no layer for files: Landlock is refused here" in ptcards("doctor", "--quick").out
    assert "ptcards trust --unsandboxed DECK" in ptcards("config").out
    installed = found["installed"]
    assert [installed[name] for name in names] == ["4.10", "4.10"]
    assert "write the same folder; leave one: pip uninstall -y opencv-python" in installed["cv2"]
    assert installed["cv2"].endswith("then pip install opencv-python")


def test_doctor_has_nothing_installed_into_a_python_that_is_not_there(
    ptcards: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = choose({"python": "/nowhere/python"})
    monkeypatch.setattr(safety, "make_runner", partial(Runner, interpreter=there))
    found = ptcards("doctor", "--quick", "--json").json
    assert "/nowhere/python: there is no such program" in found["runner"]["message"]
    assert [one for one in found["installed"].values() if "missing" in one] == []


def test_a_full_disk_is_reported_and_loses_nothing(disk: Shell) -> None:
    assert disk("grade", CARD, "good").code == 0
    filler = disk.home / "filler"
    if os.path.ismount(disk.home):
        with pytest.raises(OSError, match="No space left"), filler.open("wb") as file:
            file.write(b"x" * SMALL)
        refused = disk("grade", CARD, "easy")
        assert (refused.code, refused.out) == (4, "")
        assert "the disk is full" in refused.err
        assert "make room" in refused.err
        # What is there can still be read.
        assert disk("due", "--json").json["new"] == 4
        assert disk("backup").code == 4
        filler.unlink()
    else:
        # A command that may not make any file longer: what a full disk is without a disk of one's own.
        size = disk.home.joinpath("ptcards.db").stat().st_size // 2
        limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
        assert changed(disk, limit, f"grade {CARD} easy").code == 4
    assert [past["grade"] for past in disk("show", CARD, "--json").json["reviews"]] == [4]
    assert disk("undo").code == 0


def without_a_right_to_write_everywhere() -> None:
    """Root may write wherever it likes; a process that drops this right may not (PR_CAPBSET_DROP)."""
    ctypes.CDLL(None).prctl(24, 1)


def test_a_folder_that_cannot_be_written_is_reported_and_can_be_read(ptcards: Shell) -> None:
    assert ptcards("grade", CARD, "good").code == 0
    ptcards.home.chmod(0o500)
    ptcards.prepare = without_a_right_to_write_everywhere
    refused = ptcards("grade", CARD, "easy")
    assert (refused.code, refused.out) == (4, "")
    assert "Nothing can be recorded now; reading works." in refused.err
    assert ptcards("due", "--json").json["new"] == 4
    assert [past["grade"] for past in ptcards("show", CARD, "--json").json["reviews"]] == [4]
    backup = ptcards("backup", "-o", ptcards.home / "copy.db")
    assert backup.code == 4
    assert "no copy can be made there" in backup.err
    ptcards.home.chmod(0o700)


def test_a_database_that_another_program_keeps_is_reported(ptcards: Shell) -> None:
    with closing(sqlite3.connect(ptcards.home / "ptcards.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        impatient = "from ptcards.store import connection; connection.PATIENCE = 0.05"
        refused = changed(ptcards, impatient, f"grade {CARD} good")
        assert refused.code == 4
        assert "another program keeps writing to it; try again" in refused.err
        assert "locked" not in refused.err
        assert ptcards("due", "--json").json["new"] == 5
    assert ptcards("grade", CARD, "good").code == 0


def test_a_write_ahead_log_that_was_left_over_is_taken_in(ptcards: Shell, tmp_path: Path) -> None:
    with closing(sqlite3.connect(ptcards.home / "ptcards.db")) as other:
        other.execute("SELECT 1 FROM cards").fetchone()
        ptcards("grade", CARD, "good")
        shutil.copytree(ptcards.home, tmp_path / "crashed")
    crashed = QuickShell(tmp_path / "crashed")
    assert (crashed.home / "ptcards.db-wal").stat().st_size > 0
    assert [past["grade"] for past in crashed("show", CARD, "--json").json["reviews"]] == [4]


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2 + 100])


def overwritten(file: Path) -> None:
    file.write_bytes(b"not a database at all " * 1000)


def scratched(file: Path) -> None:
    """Every page but the first ones holds something else."""
    data = bytearray(file.read_bytes())
    for start in range(2 * 4096, len(data), 4096):
        data[start : start + 16] = b"\xee" * 16
    file.write_bytes(data)


@pytest.mark.parametrize("damage", [emptied, cut_off, overwritten, scratched])
def test_a_damaged_file_is_reported_with_the_way_back_to_a_backup(ptcards: Shell, damage: object) -> None:
    assert callable(damage)
    assert ptcards("grade", CARD, "good").code == 0
    copy = Path(ptcards("backup").out.removeprefix("Backed up to ").strip())
    damage(ptcards.home / "ptcards.db")
    commands = [("grade", CARD, "easy"), ("due",)]
    if damage is scratched:
        commands.append(("doctor", "--quick", "--repair"))
    for command in commands:
        done = ptcards(*command)
        assert done.code == 4, command
        assert f"the newest backup is {copy}: `ptcards restore`" in done.err
    assert str(copy) in ptcards("restore").out
    shown = ptcards("restore", copy)
    assert "Nothing was changed" in shown.out
    restored = ptcards("restore", copy, "--yes")
    assert "What was there is kept at" in restored.out
    assert [past["grade"] for past in ptcards("show", CARD, "--json").json["reviews"]] == [4]
    assert "ptcards-damaged-" not in ptcards("restore").out


def test_a_restore_first_shows_what_would_change(ptcards: Shell) -> None:
    copy = Path(ptcards("backup").out.removeprefix("Backed up to ").strip())
    assert copy.stat().st_mode & 0o077 == 0
    ptcards("grade", CARD, "good")
    shown = ptcards("restore", copy)
    assert "1 event recorded since would be gone, 0 come back" in shown.out
    assert ptcards("due", "--json").json["new"] == 4
    kept = ptcards("restore", copy, "--yes").out.rpartition("kept at ")[2].strip()
    assert ptcards("due", "--json").json["new"] == 5
    ptcards("restore", kept, "--yes")
    assert ptcards("due", "--json").json["new"] == 4


def test_a_folder_in_the_databases_place_is_named_as_one(ptcards: Shell) -> None:
    ptcards.env["PTCARDS_DATABASE"] = str(ptcards.home)
    for command in (["due"], ["decks"], ["grade", CARD, "good"]):
        done = ptcards(*command)
        assert done.code == 4
        assert "this is a folder" in done.err
        assert "move the file away" not in done.err


def test_a_restore_refuses_what_would_lock_its_user_out(ptcards: Shell, tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    ptcards("backup", "-o", newer)
    with closing(sqlite3.connect(newer)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9998'")
    text = tmp_path / "notes.txt"
    text.write_text("no database\n" * 100)
    for file, why in ((newer, "written by a newer ptcards"), (text, "damaged or no database")):
        refused = ptcards("restore", file, "--yes")
        assert refused.code == 2
        assert why in refused.err
        assert "nothing was changed" in refused.err
        assert "move the file away" not in refused.err
    assert ptcards("due").code == 0


def test_doctor_says_what_the_log_holds_what_differs_and_mends_it(ptcards: Shell) -> None:
    ptcards("answer", "install-opencv", "--grade", "auto", stdin="opencv-python" + " " * 20_000 + "\n")
    ptcards("grade", "unsqueeze-column", "good")
    with closing(sqlite3.connect(ptcards.home / "ptcards.db")) as other, other:
        other.execute(
            "UPDATE schedules SET interval_days = 77 "
            "WHERE card = (SELECT number FROM texts WHERE text LIKE '%/install-opencv')"
        )
    found = ptcards("doctor", "--quick", "--json")
    assert found.code == 1
    assert found.json["data"]["log"] == ["graded: 2 events, 1 answer, 16384 bytes"]
    difference = "pytorch-notes/install-opencv: interval_days is 77, the log says 1"
    assert difference in found.json["data"]["differences"]
    mended = ptcards("doctor", "--quick", "--repair")
    assert mended.code == 0
    assert f"repaired {difference}" in mended.out
    assert "✓ every schedule equals its log" in mended.out
    assert "before-repair-1.db" in ptcards("restore").out


LISTENING = """
def hear(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo", "urllib.Request"}:
        print("NETWORK", event, arguments, file=sys.stderr, flush=True)
sys.addaudithook(hear)
from ptcards.runner.runner import Runner
Runner.__init__.__kwdefaults__["libraries"] = ()  # these answers need no torch
"""


CODE = """\
deck: code
cards:
  - {id: two, question: Two?, check: 'assert answer == 2, "two"', solution: 1 + 1}
  - {id: three, question: Three?, check: 'assert answer == 3, "three"', solution: 1 + 2}
"""


def test_nothing_leaves_the_machine_by_itself(ptcards: Shell, tmp_path: Path) -> None:
    deck, answer = tmp_path / "code.yaml", tmp_path / "answer"
    deck.write_text(CODE)
    answer.write_text("2")
    studied = [f"import {deck} --trust", "due", f"answer code/two {answer} --grade auto", "stats"]
    kept = ["export -o -", "backup", "config", "review code --plain"]
    done = changed(ptcards, LISTENING, *studied, *kept, stdin="3\n\n")
    assert done.code == 0, done.err
    assert "Recorded as 4" in done.out
    assert "Good, due" in done.out
    assert "NETWORK" not in done.err


def test_writers_a_session_prompts_an_import_and_a_merge_at_once_lose_and_double_nothing(
    tmp_path: Path,
) -> None:
    crowd.verify(*crowd.run(tmp_path, writers=2, answers=25))
