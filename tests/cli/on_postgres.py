"""All of ptcards on a server, that goes away and comes back; `tests/postgres.sh` names this file."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from ptcards import paths
from ptcards.cli.sync import Background
from ptcards.config import Config
from ptcards.errors import AwayError
from ptcards.exchange.mirror import mirror
from ptcards.runner.runner import Job, Runner
from ptcards.scheduling.days import Moment
from ptcards.scheduling.queue import Scope
from ptcards.store import postgres
from ptcards.store.server import Server
from ptcards.store.store import Store
from ptcards.study import actions
from ptcards.study.decks import open_desk
from ptcards.study.desk import Desk
from ptcards.study.session import Session
from tests.cli.shell import QuickShell, Shell
from tests.store.steps import fresh_learner

CARD, OTHER = "pytorch-notes/install-opencv", "pytorch-notes/unsqueeze-column"
_learners = count()
_control = [os.environ.get("PTCARDS_TEST_PG_CTL", ""), "-m", "immediate"]


@pytest.fixture
def server() -> Server:
    """A new learner's place."""
    found = fresh_learner(f"app_{next(_learners)}")
    assert isinstance(found, Server)
    return found


@pytest.fixture
def shell(tmp_path: Path, server: Server, bare: Runner) -> QuickShell:
    made = QuickShell(tmp_path / "home", lambda: bare)
    made.env["PTCARDS_DATABASE"] = server.address
    return made


@contextmanager
def away() -> Iterator[None]:
    """While the server is down."""
    subprocess.run([*_control, "stop"], check=True)
    try:
        yield
    finally:
        subprocess.run([*_control, "start"], check=True)


@contextmanager
def opened(server: Server) -> Iterator[Desk]:
    with open_desk(server, Config(), lambda: Moment(1_795_000_000_000, 0)) as desk:
        yield desk


def test_commands_work_there_as_on_a_file(shell: QuickShell, tmp_path: Path) -> None:
    deck, log, shared = tmp_path / "own.yaml", tmp_path / "log.jsonl", tmp_path / "shared"
    deck.write_text(
        "deck: own\ntitle: Own\npreamble: import math\ncards:\n"
        "  - {id: capital, question: The capital of France?, accepts: text, solution: Paris}\n"
    )
    shared.mkdir()
    assert shell("due").out == "0 due · 5 new\n"
    assert shell("import", deck, "--trust").code == 0
    said = {
        "grade own/capital good": "own/capital: Good (4), graded; due 2026-11-24",
        "undo": "",
        f"grade {CARD} easy": "Easy",
        "cards": "own/capital",
        "show own/capital": "The capital of France?",
        "why own/capital": "",
        f"suspend {OTHER}": "",
        f"resume {OTHER}": "",
        "stats": "Today",
        "decks": "own",
        "trust own": "",
        f"export -o {log}": "",
        f"merge {log}": "nothing was new",
        f"sync {shared}": "events sent",
        "config": "at ",
        "doctor --quick": "every schedule equals its log",
        "completion bash": "_PTCARDS_COMPLETE",
    }
    for command, words in said.items():
        done = shell(*command.split())
        assert (done.code, words in done.out + done.err) == (0, True), (command, done)
    for command, code in (("backup", 4), ("restore", 2)):
        refused = shell(command)
        assert (refused.code, refused.err.count("\n"), "pg_" in refused.err) == (code, 1, True)


def test_what_was_done_offline_is_there_once_the_server_is_back(shell: QuickShell, server: Server) -> None:
    assert shell("grade", CARD, "good").code == 0
    assert shell("sync").code == 0
    with away():
        refused = shell("due")
        assert (refused.code, refused.err.count("\n"), "--offline" in refused.err) == (4, 2, True)
        assert shell("--offline", "due").out == "0 due · 4 new\n"
        assert shell("--offline", "grade", OTHER, "good").code == 0
    assert "1 event from offline in the log now" in shell("sync").out
    assert shell("due").out == "0 due · 3 new\n"


def test_a_session_goes_on_when_the_server_is_back(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    with opened(server) as desk:
        mirror(desk, server.copy)
        session = Session(desk, Scope(cards=(CARD,)))
        assert (asked := session.next())
        session.save_draft("opencv")
        with away():
            session.save_draft("opencv-python")
            session.show()
            with pytest.raises(AwayError):
                session.grade(3)
            with open_desk(server.copy, Config(), desk.clock) as offline:
                found = Session(offline, Scope(cards=(CARD,))).next()
                assert found
                assert (found.key, found.draft) == (asked.key, "opencv-python")
        assert session.next() == asked
        assert session.attempt.shown
        session.grade(3)
        assert session.next() is None
        with open_desk(server.copy, Config(), desk.clock) as offline:
            assert offline.store.library.schedule(CARD) == desk.store.library.schedule(CARD)
            assert offline.store.library.drafts() == {}


def test_what_was_typed_and_not_sent_before_a_kill_is_there_at_the_next_start(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    with opened(server) as desk:
        session = Session(desk, Scope(cards=(CARD,)))
        session.next()
        session.save_draft("opencv-py")
    with opened(server) as desk:
        found = Session(desk, Scope(cards=(CARD,))).next()
        assert found
        assert found.draft == "opencv-py"
        mirror(desk, server.copy)
        assert desk.store.library.drafts() == {CARD: "opencv-py"}
        actions.grade(desk, CARD, 4)
        mirror(desk, server.copy)
        assert desk.store.library.drafts() == {}


def test_what_comes_with_ptcards_lies_elsewhere_on_another_machine_and_is_trusted(server: Server) -> None:
    with opened(server) as desk:
        desk.store.library.set_deck("pytorch-notes", path="/another/machine/decks/pytorch-notes.yaml")
        assert isinstance(desk.job(desk.draw(desk.card(OTHER)), "1"), Job)
    with opened(server) as desk:
        assert desk.deck("pytorch-notes").path == str(paths.built_in_decks()[0])


def test_a_server_that_hangs_is_told_from_one_that_has_long_to_do(server: Server) -> None:
    with Store.open(server) as store, store._database.reading() as db:
        db.execute(text(f"SELECT pg_sleep({postgres._WONDER + 1})"))
    pid = Path(_control[0]).with_name("data").joinpath("postmaster.pid").read_text().split("\n")[0]
    with Store.open(server) as store:
        listed = subprocess.run(["ps", "--ppid", pid, "-o", "pid="], capture_output=True, check=True).stdout
        processes = [int(pid), *map(int, listed.split())]
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            with pytest.raises(AwayError, match="too long"):
                store.library.save_note("a", "b")
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)
        store.library.save_note("a", "b")


def test_a_sync_in_the_background_is_told_no_password_on_its_command_line(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in Shell(tmp_path).environment(None).items():
        monkeypatch.setenv(name, value)
    scheme, _, rest = server.url.partition("://ptcards@")
    secret = server._replace(url=f"{scheme}://ptcards:geheim@{rest}")
    with opened(server) as desk:
        actions.grade(desk, CARD, 4)
    background = Background(secret, "en")
    file = Path(f"/proc/{background._process.pid}/cmdline")
    while not (command := file.read_bytes()):  # it has just become another program
        assert background._process.poll() is None
    assert b"ptcards" in command
    assert b"geheim" not in command
    background._process.wait()
    assert background.said() == ("synced", [], False)


def test_a_class_is_added_and_its_page_made_of_what_it_did(shell: QuickShell, tmp_path: Path) -> None:
    shell.env["PTCARDS_DATABASE"] = f"{os.environ['PTCARDS_TEST_POSTGRES']}&learner=teacher"
    added = shell("class", "add", "-", stdin="pupil_a\nNo Pupil\n\npupil_b\npupil_a\npupil_c\n")
    assert (added.code, added.err.count("\n"), "'No Pupil' is no name for a learner" in added.err) == (
        1,
        1,
        True,
    )
    urls = dict(line.split("\t") for line in added.out.splitlines())
    assert [*urls] == ["pupil_a", "pupil_b", "pupil_c"]
    del urls["pupil_c"]
    assert "there is a learner of that name already" in shell("class", "add", "pupil_b").err
    for url in urls.values():
        pupil = QuickShell(tmp_path / "pupil")
        pupil.env["PTCARDS_DATABASE"] = url
        assert pupil("grade", CARD, "again").code == 0
        assert "no pupil is there whose log you may read" in pupil("class", "report").err
    found = shell("class", "report", "--json").json
    assert {one["name"]: one["days"] for one in found["pupils"]}.items() >= dict.fromkeys(urls, 1).items()
    assert "teacher" not in {one["name"] for one in found["pupils"]}
    # Who never began is listed, too.
    assert {one["name"]: one["state"] for one in found["pupils"]}["pupil_c"] == "nothing"
