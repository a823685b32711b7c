"""A database that an earlier version left behind says the same of every card, answer and undo.

`data/schema-0002.sql`, and `-0003.sql` after it, holds every kind of event: two devices merged, undos of undos, renamed cards and decks,
one renamed back, Anki's past, removed and disabled decks, a clock set back, summer time. What that version
said of it is in `data/schema-0002.json`, its log in `data/schema-0002.jsonl`. None of it is ever made anew;
two things it said wrong are put right: a sheet names a card by the key it has, not by one it had before, and
the failures of a deck take in what was answered under its earlier name. Anki's text is written in another form.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ptcards import paths
from ptcards.cli.common import clock_from_environment
from ptcards.cli.main import ptcards
from ptcards.cli.settings import read_config
from ptcards.study import actions
from ptcards.study.decks import open_desk
from ptcards.study.desk import Desk
from tests.conftest import LONG

DATA = Path(__file__).parent / "data"
NOW, TOMORROW = "2026-12-13T21:00:00+01:00", "2026-12-14T09:00:00+01:00"
FILES = ("pytorch-notes.yaml", "shapes.yaml")
"""The decks whose files are still there; the others live in the database alone."""
DECKS = ("shapes", "terms", "capitals", "python", "python.torch", "away")
QUERIES = ("", "--orphaned", "--disputed", "is:leech", "is:marked", "is:due", "rated:30", "prop:ivl>=10")
STATISTICS = ("", "--deck terms", "--tag shape", "--since 2026-11-20")
SHEETS = ("csv", "fsrs-csv")
SECTIONS = (
    "due",
    "decks",
    "cards",
    "statistics",
    "show",
    "why",
    "sheets",
    "json",
    "yaml",
    "undone",
    "redone",
)
LATER = {"scheduler": "sm2", "stability": None, "difficulty": None}
"""What later versions say of a card that was never under FSRS."""
Command = Callable[..., str]
STEPS = None if LONG else 40
"""So many actions are taken back and done again; else all of them."""


def everything(run: Command, home: Path) -> dict[str, Any]:
    """What the command line says of a home; at the end all is undone, and redone."""

    def found(*arguments: str, now: str = NOW) -> Any:
        return json.loads(run(*arguments, "--json", now=now))

    def lines(*options: str) -> list[str]:
        run("export", *options, "-o", str(home / "export"), "--force")
        return (home / "export").read_text(encoding="utf-8").replace(str(home), "FOLDER").splitlines()

    lists = {query: found("cards", *query.split()) for query in QUERIES}
    keys = [card["card"] for query in ("", "--orphaned") for card in lists[query]]
    return {
        "due": [found("due"), found("due", now=TOMORROW)],
        "decks": found("decks"),
        "cards": lists,
        "statistics": {scope: found("stats", *scope.split()) for scope in STATISTICS},
        "show": {key: found("show", key) for key in keys},
        "why": {key: found("why", key) for key in keys},
        "sheets": {form: lines("--format", form) for form in SHEETS},
        "json": json.loads("".join(lines("--format", "json"))),
        "yaml": {deck: lines("--format", "yaml", "--deck", deck) for deck in DECKS},
        "log": lines()[1:],
        "undone": [*walk(home, actions.undo), *([found("cards")] if STEPS is None else [])],
        "redone": [*walk(home, partial(actions.undo, redo=True)), found("cards")],
    }


def walk(home: Path, turn: Callable[[Desk], Any]) -> Iterator[str]:
    """What each undo (or redo) took back, until there is none."""
    clock = clock_from_environment(database_named=True)
    with open_desk(home / "ptcards.db", read_config(home / "config.toml"), clock) as desk:
        for _ in range(STEPS or 10_000):
            if not (undo := turn(desk)):
                break
            yield f"{undo.key}: {undo.what}"


@pytest.fixture(scope="module")
def command_line() -> Iterator[Callable[[Path], Command]]:
    """Makes the command line of a home, on a frozen clock, with a built-in deck of four cards."""
    with pytest.MonkeyPatch.context() as patch:

        def of(home: Path) -> Command:
            (home / "decks").mkdir(parents=True)
            for name in FILES:
                shutil.copy(DATA / name, home / "decks")

            def run(*arguments: str, now: str = NOW) -> str:
                patch.setenv("PTCARDS_HOME", str(home))
                patch.setenv("PTCARDS_NOW", now)
                patch.setattr(paths, "built_in_decks", lambda: (home / "decks" / FILES[0],))
                done = CliRunner().invoke(ptcards, arguments, catch_exceptions=False)
                assert done.exit_code == 0, (arguments, done.output)
                return done.stdout.replace(str(home), "FOLDER")

            return run

        yield of


@pytest.fixture(scope="module")
def old_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return left_behind("0002", tmp_path_factory.mktemp("upgrade") / "home")


def left_behind(schema: str, home: Path) -> Path:
    home.mkdir()
    text = (DATA / f"schema-{schema}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(home / "ptcards.db")) as connection:
        connection.executescript(text.replace("FOLDER", str(home)))
    return home


def without_later(found: Any) -> Any:
    """What is said now without what only later versions say; that stays which says something of FSRS."""
    if isinstance(found, list):
        return [without_later(one) for one in found]
    if not isinstance(found, dict):
        text = isinstance(found, str)
        return found.replace("for the statistics, and for FSRS", "for the statistics only") if text else found
    kept = {name: one for name, one in found.items() if (name, one) not in LATER.items()}
    if kept.get("comparison", {}).get("adopted", 0) is None:
        del kept["comparison"]
    return {name: without_later(one) for name, one in kept.items()}


@pytest.fixture(scope="module")
def now_said(old_home: Path, command_line: Callable[[Path], Command]) -> dict[str, Any]:
    found = everything(command_line(old_home), old_home)
    sheet = found["sheets"]["csv"]
    found["sheets"]["csv"] = [
        re.sub(r",(sm2)?,,$|,scheduler,stability,difficulty$", "", one) for one in sheet
    ]
    return {name: without_later(one) for name, one in found.items()}


@pytest.fixture(scope="module")
def then_said() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "schema-0002.json").read_text(encoding="utf-8"))
    del found["sheets"]["anki-txt"]
    # What later versions say beside it.
    for shown in found["show"].values():
        shown["waits_for"] = []
    for due in found["due"]:
        for counts in (due, *due["decks"].values()):
            counts["held_back"]["after"] = 0
    if STEPS is not None:
        found["undone"], found["redone"] = found["undone"][:STEPS], found["redone"][-STEPS - 1 :]
    return found


@pytest.mark.parametrize("section", SECTIONS)
def test_it_says_what_it_said(section: str, now_said: dict[str, Any], then_said: dict[str, Any]) -> None:
    assert now_said[section] == then_said[section]


def test_the_log_is_exported_line_by_line_as_it_was(now_said: dict[str, Any]) -> None:
    header, *lines = (DATA / "schema-0002.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(header)["version"] == 1
    assert now_said["log"] == lines


def test_the_version_after_it_left_the_same_behind(
    tmp_path: Path, command_line: Callable[[Path], Command], then_said: dict[str, Any]
) -> None:
    run = command_line(left_behind("0003", tmp_path / "home"))
    found = {query: json.loads(run("cards", *query.split(), "--json")) for query in QUERIES}
    assert without_later(found) == then_said["cards"]
    assert without_later(json.loads(run("stats", "--json"))) == then_said["statistics"][""]
    run("export", "-o", str(tmp_path / "export"))
    assert (tmp_path / "export").read_bytes().splitlines()[1:] == (
        (DATA / "schema-0002.jsonl").read_bytes().splitlines()[1:]
    )


def test_its_log_makes_the_same_schedules_in_a_new_home(
    tmp_path: Path, command_line: Callable[[Path], Command], then_said: dict[str, Any]
) -> None:
    run = command_line(tmp_path / "new")
    for deck, lines in then_said["yaml"].items():
        (tmp_path / f"{deck}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        run("import", str(tmp_path / f"{deck}.yaml"))
    run("merge", str(DATA / "schema-0002.jsonl"))
    cards = {card["card"]: card for card in without_later(json.loads(run("cards", "--json")))}
    assert list(cards.values()) == [one for one in then_said["cards"][""] if one["card"] in cards]
    assert {card["deck"] for card in cards.values()} == {*DECKS, "pytorch-notes"}
