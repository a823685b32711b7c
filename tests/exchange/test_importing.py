import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from ptcards.errors import CancelledError, StoreError, UsageError
from ptcards.exchange.importing import import_paths
from ptcards.study import decks
from tests.exchange.homes import DATA, Home, Write

DECK = "deck: {name}\ncards:\n  - {{id: a, question: A?, solution: a, accepts: text}}\n"
CODE = 'question,answer,check\nA?,1,"assert answer == 1, ""one"""\n'
LATEST = DATA / "latest.apkg"


def test_a_dry_run_reports_the_same_and_changes_nothing(home: Home, write: Write) -> None:
    before = home.tables()
    files = (write("t.csv", CODE), write("y.yaml", DECK.format(name="y")), LATEST)
    tried = home.take(*files, dry_run=True, with_progress=True, trust=True)
    assert home.tables() == before
    assert home.desk.store.library.trust("t") is None
    assert home.take(*files, with_progress=True, trust=True) == tried


def test_a_card_missing_from_a_table_goes_only_when_asked_and_comes_back(home: Home, write: Write) -> None:
    both = write("t.csv", "question,answer,id\nA?,a,a\nB?,b,b\n")
    assert home.counts(both) == [(2, 0, 0, 0)]
    home.answer("t/b", 4)
    before, due = home.tables(), home.schedule("t/b").due_day
    assert home.counts(both) == [(0, 0, 2, 0)]
    assert home.tables() == before
    one = write("other/t.csv", "question,answer,id\nA!,a,a\n")
    (deck,) = home.take(one).decks
    assert (deck.new, deck.changed, deck.same, deck.removed) == (0, 1, 0, 0)
    assert deck.notes == ("no longer in the file, and kept (--replace lets them go): 1 card",)
    assert "t/b" in home.cards()
    assert home.counts(one, replace=True) == [(0, 0, 1, 1)]
    assert "t/b" not in home.cards()
    assert home.counts(both) == [(1, 1, 0, 0)]
    assert home.schedule("t/b").due_day == due


def test_decks_of_different_names_are_different_decks(home: Home, write: Write) -> None:
    names = ("C", "C++", "C#", "c", "A::B c", "a.b-c", "A.B-C")
    files = [write(f"t{number}.txt", f"#deck:{name}\nA?\ta\n") for number, name in enumerate(names)]
    for file in files:
        assert home.counts(file) == [(1, 0, 0, 0)]
    assert len(home.desk.store.library.decks()) == len(names) + 1
    for file in reversed(files):
        assert home.counts(file) == [(0, 0, 1, 0)]


def test_a_deck_keeps_the_slug_that_an_earlier_version_gave_it(home: Home, write: Write) -> None:
    file = write("C++.csv", "question,answer\nA?,a\n")
    (deck,) = home.take(file).decks
    home.desk.store.library.rename_deck(deck.deck, "c")
    assert [(again.deck, again.same) for again in home.take(file).decks] == [("c", 1)]


def test_a_slug_that_a_yaml_file_has_is_not_taken_over_unasked(home: Home, write: Write) -> None:
    home.counts(write("y.yaml", DECK.format(name="a")))
    file = write("words.txt", "#separator:tab\n#deck column:1\na\tA?\ta\nb\tB?\tb\n")
    report = home.take(file)
    # It keeps no other deck of its file out.
    assert [(deck.deck, deck.new) for deck in report.decks] == [("b", 1)]
    assert "registered from" in report.errors[0].message
    assert "--replace" in report.errors[0].message
    assert "--deck" not in report.errors[0].message
    # It asks and answers the same: it is that card.
    assert home.counts(write("a.csv", "question,answer\nA?,a\n"), replace=True) == [(0, 1, 0, 0)]


def test_bad_files_and_missing_ones_are_named_beside_what_came_in(home: Home, write: Write) -> None:
    bad = write("bad.csv", "question,answer\nA?,a\0\n")
    good, nowhere, none = bad.with_name("good.csv"), bad.with_name("nowhere.yaml"), bad.with_name("*.tsv")
    write("good.csv", "question,answer\nA?,a\n")
    report = home.take(bad, nowhere, good, none)
    assert [deck.deck for deck in report.decks] == ["good"]
    found = {problem.file: (problem.line, problem.message) for problem in report.errors}
    line, message = found.pop(bad)
    assert (line, message[:9]) == (2, "is binary")
    missing = "there is no such file"
    assert found == {nowhere: (1, missing), none: (1, missing)}
    with pytest.raises(UsageError, match=missing):
        home.take(none)


def test_a_deck_and_the_trust_in_it_come_in_together_or_not_at_all(home: Home, write: Write) -> None:
    table, before = write("t.csv", CODE), home.tables()
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("CREATE TRIGGER no BEFORE INSERT ON trust BEGIN SELECT RAISE(ABORT, 'no'); END")
        connection.commit()
        with pytest.raises(StoreError):
            home.take(table, trust=True)
        assert home.tables() == before
        connection.execute("DROP TRIGGER no")
    # Asked for once, it lasts.
    trusted = [home.take(table, trust=asked).decks[0].trusted for asked in (False, True, False)]
    assert trusted == [False, True, True]


@pytest.mark.parametrize("name", ["old.yaml", "old.csv"])
def test_a_file_with_the_name_that_a_deck_had_before_it_was_renamed(
    home: Home, write: Write, name: str
) -> None:
    yaml = name == "old.yaml"
    text = DECK.format(name="old") if yaml else "id,question,answer\na,A?,a\n"
    file = write(name, text)
    home.counts(file)
    decks.rename(home.desk, "old", "mine")
    decks.rename(home.desk, "mine", "new")
    report = home.take(file)
    if yaml:
        assert not report.decks
        assert "renamed to 'new': write `deck: new`" in report.errors[0].message
        # With its old name back it takes its file.
        decks.rename(home.desk, "new", "old")
        assert home.counts(file) == [(0, 0, 1, 0)]
        decks.rename(home.desk, "old", "new")
    else:
        assert [(deck.deck, deck.same) for deck in report.decks] == [("new", 1)]
    other = text.replace("id: a,", "id: z,").replace("a,A?", "z,A?")
    (deck,) = home.take(write(name, other)).decks
    assert (deck.deck, deck.new) == ("old", 1)


def test_what_is_no_deck_is_said_to_be_none_and_a_pipe_is_not_waited_for(home: Home, tmp_path: Path) -> None:
    assert "ptcards merge" in home.take(home.export("jsonl")).errors[0].message
    for name in ("pipe.csv", "pipe.apkg", "pipe.yaml"):
        os.mkfifo(tmp_path / name)
        assert "not a regular file" in home.take(tmp_path / name).errors[0].message


def test_the_name_of_a_deck_goes_to_files_that_have_none(home: Home, write: Write) -> None:
    report = home.take(LATEST, deck="mine")
    assert [(deck.deck, deck.new) for deck in report.decks] == [("mine", 7)]
    with pytest.raises(UsageError, match="names itself"):
        home.take(write("y.yaml", DECK.format(name="y")), deck="mine")


def test_an_import_says_how_far_it_is_and_can_be_stopped_before_each_step(home: Home, write: Write) -> None:
    files = (write("y.yaml", DECK.format(name="y")), LATEST)
    before = home.tables()
    seen: list[tuple[int, int]] = []

    def stop_at(last: int, error: type[BaseException]) -> Callable[[int, int], None]:
        seen.clear()

        def progress(done: int, total: int) -> None:
            seen.append((done, total))
            if done == last:
                raise error

        return progress

    for last, error in ((0, CancelledError), (1, KeyboardInterrupt)):
        with pytest.raises(error):
            home.take(*files, progress=stop_at(last, error))
        assert home.tables() == before
    home.take(*files, progress=stop_at(5, CancelledError))
    assert seen == [(done, 4) for done in range(5)]


# -- Ctrl+C, as a terminal sends it, to a real import ------------------------------------------------------------

_ROWS = 10_000
_BAR = re.compile(rb"(\d)/2")
"""One file is read, then saved."""


def interrupted(home: Path, table: Path, step: int) -> tuple[int, bytes]:
    """Import, and press Ctrl+C as soon as the bar says that so much is done; exit code and what was said."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "ptcards", "import", str(table)],
        stderr=slave,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PTCARDS_HOME": str(home)},
    )
    os.close(slave)
    said, sent = b"", False
    # Linux says by an error when the last one at the other end is gone.
    with suppress(OSError):
        while piece := os.read(master, 4096):
            said += piece
            bars = _BAR.findall(said)
            if bars and not sent and int(bars[-1]) >= step:
                process.send_signal(signal.SIGINT)
                sent = True
    os.close(master)
    return process.wait(timeout=60), said


def test_ctrl_c_leaves_the_database_as_it_was(new_home: Callable[[], Home], write: Write) -> None:
    # A table that takes a second to read, and as long to save.
    rows = (f"What is {number}?,answer {number},tag" for number in range(_ROWS))
    large, home = write("large.csv", "\n".join(("question,answer,tags", *rows))), new_home()
    home.answer(home.cards()[0], 4)
    before = home.tables()
    home.desk.close()
    # While it reads, and while it saves.
    for step in (0, 1):
        code, said = interrupted(home.folder, large, step)
        assert code == 130
        assert b"Traceback" not in said
        home = Home(home.folder)
        assert home.tables() == before
        assert not home.desk.store.log.check()
        home.desk.close()
    with closing(sqlite3.connect(home.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with closing(Home(home.folder).desk) as again:
        assert import_paths(again, [large]).decks[0].new == _ROWS
