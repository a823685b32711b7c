"""A database on a server that nobody runs, and the copy here that `--offline` works on."""

import json
from pathlib import Path

import pytest

from tests.cli.shell import QuickShell

CARD = "pytorch-notes/install-opencv"
SERVER, PLACE = "postgresql://ann:geheim@127.0.0.1:1/school?learner=ann", "ann at 127.0.0.1:1/school"


@pytest.fixture
def away(ptcards: QuickShell) -> QuickShell:
    """The command line of a learner whose server is down."""
    ptcards.env["PTCARDS_DATABASE"] = SERVER
    return ptcards


def test_offline_is_for_a_server(ptcards: QuickShell) -> None:
    refused = ptcards("--offline", "due")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "--offline is for a database on a server" in refused.err


def test_work_offline_is_on_a_copy_of_the_learners_own(away: QuickShell) -> None:
    first = away("--offline", "due")
    assert (first.code, first.out) == (0, "0 due · 5 new\n")
    assert "nothing was copied from the server yet" in first.err
    assert away("--offline", "grade", CARD, "good").code == 0
    assert away("--offline", "due", "--json").json["new"] == 4
    others = SERVER.replace("school", "work")
    assert away("--offline", "--database", others, "due").out == "0 due · 5 new\n"
    assert len([*away.home.glob("offline-ann-*.db")]) == 2
    assert away("--offline", "undo").code == 0


def test_blanks_around_what_is_named_are_none_of_it(ptcards: QuickShell) -> None:
    for named, meant in (("  ", str(ptcards.home / "ptcards.db")), (f" {SERVER}\n", PLACE)):
        ptcards.env["PTCARDS_DATABASE"] = named
        assert ptcards("config", "--json").json["database"] == meant


def test_a_server_that_is_down_is_said_with_what_to_do_and_without_the_password(away: QuickShell) -> None:
    for command in (["due"], ["stats"], ["grade", CARD, "good"], ["sync"]):
        refused = away(*command)
        assert (refused.code, refused.err.count("\n")) == (4, 2)
        assert refused.err.startswith(f"{PLACE}: ")
        assert "ptcards --offline" in refused.err
        assert "geheim" not in refused.err


def test_what_is_on_a_server_is_named_without_the_password(away: QuickShell, tmp_path: Path) -> None:
    shown = away("config", "--json")
    assert json.loads(shown.out)["database"] == PLACE
    assert "geheim" not in shown.out + away("--version").out
    back = away("restore", str(tmp_path / "some.db"), "--yes")
    assert (back.code, "pg_restore" in back.err) == (2, True)
