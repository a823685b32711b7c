from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ptcards.errors import CancelledError, StoreError, UsageError
from ptcards.study import decks
from tests.exchange.homes import Home

DECK = "deck: {name}\ncards:\n  - {{id: a, question: A?, solution: a, accepts: text}}\n"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def write_file(name: str, text: str) -> Path:
        path = tmp_path / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return write_file


def counts(home: Home, *paths: Path, **options: Any) -> list[tuple[int, int, int, int]]:
    report = home.take(*paths, **options)
    assert not report.errors
    return [(deck.new, deck.changed, deck.same, deck.removed) for deck in report.decks]


def test_importing_again_says_what_is_the_same_and_changes_nothing(
    home: Home, write: Callable[[str, str], Path]
) -> None:
    table = write("t.csv", "question,answer,id\nA?,a,a\nB?,b,b\n")
    assert counts(home, table) == [(2, 0, 0, 0)]
    before = home.tables()
    assert counts(home, table) == [(0, 0, 2, 0)]
    assert home.tables() == before


def test_a_dry_run_reports_the_same_and_changes_nothing(
    home: Home, data: Path, write: Callable[[str, str], Path]
) -> None:
    before = home.tables()
    files = (
        write("t.csv", 'question,answer,check\nA?,1,"assert answer == 1, ""one"""\n'),
        write("y.yaml", DECK.format(name="y")),
        data / "latest.apkg",
    )
    tried = home.take(*files, dry_run=True, with_progress=True, trust=True)
    assert home.tables() == before
    assert home.desk.store.library.trust("t") is None
    assert home.take(*files, with_progress=True, trust=True) == tried


def test_a_card_missing_from_a_table_goes_only_when_asked_and_comes_back(
    home: Home, write: Callable[[str, str], Path]
) -> None:
    both = write("t.csv", "question,answer,id\nA?,a,a\nB?,b,b\n")
    counts(home, both)
    home.answer("t/b", 4)
    due = home.desk.store.library.schedule("t/b").due_day
    one = write("other/t.csv", "question,answer,id\nA!,a,a\n")
    assert counts(home, one) == [(0, 1, 0, 0)]
    assert "t/b" in home.cards()
    assert counts(home, one, replace=True) == [(0, 0, 1, 1)]
    assert "t/b" not in home.cards()
    assert counts(home, both) == [(1, 1, 0, 0)]
    assert home.desk.store.library.schedule("t/b").due_day == due


def test_decks_of_different_names_are_different_decks(home: Home, write: Callable[[str, str], Path]) -> None:
    names = ("C", "C++", "c", "A::B c", "a.b-c", "A.B-C")
    files = [write(f"t{number}.txt", f"#deck:{name}\nA?\ta\n") for number, name in enumerate(names)]
    for file in files:
        assert counts(home, file) == [(1, 0, 0, 0)]
    assert len(home.desk.store.library.decks()) == len(names) + 1
    for file in reversed(files):
        assert counts(home, file) == [(0, 0, 1, 0)]


def test_a_deck_keeps_the_slug_that_an_earlier_version_gave_it(
    home: Home, write: Callable[[str, str], Path]
) -> None:
    file = write("C++.csv", "question,answer\nA?,a\n")
    (deck,) = home.take(file).decks
    home.desk.store.library.rename_deck(deck.deck, "c")
    assert [(again.deck, again.same) for again in home.take(file).decks] == [("c", 1)]


def test_the_report_adds_up(home: Home, write: Callable[[str, str], Path]) -> None:
    counts(home, write("t.csv", "question,answer\nA?,a\nB?,b\nC?,c\n"))
    (deck,) = home.take(write("t.csv", "question,answer\nA?,a\nC?,x\nD?,d\n")).decks
    assert (deck.new, deck.changed, deck.same) == (1, 1, 1)
    assert deck.notes == ("no longer in the file, and kept (--replace lets them go): 1 card",)


def test_a_slug_that_a_yaml_file_has_is_not_taken_over_unasked(
    home: Home, write: Callable[[str, str], Path]
) -> None:
    counts(home, write("y.yaml", DECK.format(name="y")))
    report = home.take(write("y.csv", "question,answer\nA?,a\n"))
    assert "registered from" in report.errors[0].message
    # It asks and answers the same: it is that card.
    assert counts(home, write("y.csv", "question,answer\nA?,a\n"), replace=True) == [(0, 1, 0, 0)]


def test_a_folder_is_searched_and_links_out_of_it_are_not_followed(
    home: Home, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    (tmp_path / "secret.csv").write_text("question,answer\nS?,s\n")
    folder = write("in/t.csv", "question,answer\nA?,a\n").parent
    write("in/deep/y.yaml", DECK.format(name="y"))
    write("in/deep/y.zh.yaml", "translation-of: y\nlanguage: zh\ncards: {a: {question: 问?}}\n")
    write("in/notes.txt", "no table\n")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    report = home.take(folder)
    assert sorted(deck.deck for deck in report.decks) == ["t", "y"]
    assert not report.errors


def test_a_pattern_in_quotes_means_its_files(home: Home, write: Callable[[str, str], Path]) -> None:
    folder = write("a.csv", "question,answer\nA?,a\n").parent
    write("b.csv", "question,answer\nB?,b\n")
    assert len(home.take(folder / "*.csv").decks) == 2
    with pytest.raises(UsageError, match="there is no such file"):
        home.take(folder / "*.tsv")


def test_a_bad_file_is_left_out_whole_and_the_others_are_taken(
    home: Home, write: Callable[[str, str], Path]
) -> None:
    bad = write("bad.csv", "question,answer\nA?,a\0\n")
    report = home.take(bad, write("good.csv", "question,answer\nA?,a\n"))
    assert [deck.deck for deck in report.decks] == ["good"]
    assert str(report.errors[0]).startswith(f"{bad}:2: ")


def test_code_in_a_table_waits_for_trust(home: Home, write: Callable[[str, str], Path]) -> None:
    table = write("t.csv", 'question,answer,check\nA?,1,"assert answer == 1, ""one"""\n')
    assert not home.take(table).decks[0].trusted
    assert home.take(table, trust=True).decks[0].trusted
    assert home.take(table).decks[0].trusted


def test_a_path_that_is_not_there_is_named_beside_what_came_in(
    home: Home, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    report = home.take(
        tmp_path / "nowhere.yaml", write("t.csv", "question,answer\nA?,a\n"), tmp_path / "*.tsv"
    )
    assert [deck.deck for deck in report.decks] == ["t"]
    assert [(problem.file.name, problem.message) for problem in report.errors] == [
        ("nowhere.yaml", "there is no such file"),
        ("*.tsv", "there is no such file"),
    ]


@pytest.mark.parametrize("name", ["old.yaml", "old.csv"])
def test_a_file_with_the_name_that_a_deck_had_before_it_was_renamed(
    home: Home, write: Callable[[str, str], Path], name: str
) -> None:
    yaml = name == "old.yaml"
    text = DECK.format(name="old") if yaml else "id,question,answer\na,A?,a\n"
    file = write(name, text)
    counts(home, file)
    decks.rename(home.desk, "old", "mine")
    decks.rename(home.desk, "mine", "new")
    report = home.take(file)
    if yaml:
        assert not report.decks
        assert "renamed to 'new': write `deck: new`" in report.errors[0].message
    else:
        assert [(deck.deck, deck.same) for deck in report.decks] == [("new", 1)]
    other = text.replace("id: a,", "id: z,").replace("a,A?", "z,A?")
    (deck,) = home.take(write(name, other)).decks
    assert (deck.deck, deck.new) == ("old", 1)


def test_a_deck_that_cannot_be_taken_keeps_no_other_of_its_file_out(
    home: Home, write: Callable[[str, str], Path]
) -> None:
    counts(home, write("y.yaml", DECK.format(name="a")))
    file = write("words.txt", "#separator:tab\n#deck column:1\na\tA?\ta\nb\tB?\tb\n")
    report = home.take(file)
    assert [(deck.deck, deck.new) for deck in report.decks] == [("b", 1)]
    assert "registered from" in report.errors[0].message
    assert "--deck" not in report.errors[0].message


def test_a_deck_that_got_its_old_name_back_takes_its_file(
    home: Home, write: Callable[[str, str], Path]
) -> None:
    file = write("old.yaml", DECK.format(name="old"))
    counts(home, file)
    decks.rename(home.desk, "old", "new")
    decks.rename(home.desk, "new", "old")
    assert counts(home, file) == [(0, 0, 1, 0)]


def test_a_deck_and_the_trust_in_it_come_in_together_or_not_at_all(
    home: Home, write: Callable[[str, str], Path]
) -> None:
    table = write("t.csv", 'question,answer,check\nA?,1,"assert answer == 1, ""one"""\n')
    before = home.tables()
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("CREATE TRIGGER no BEFORE INSERT ON trust BEGIN SELECT RAISE(ABORT, 'no'); END")
        connection.commit()
    with pytest.raises(StoreError):
        home.take(table, trust=True)
    assert home.tables() == before


def test_a_log_is_shown_the_way_to_merge(home: Home) -> None:
    report = home.take(home.export("jsonl"))
    assert "ptcards merge" in report.errors[0].message


def test_an_import_that_is_interrupted_leaves_everything_as_it_was(
    home: Home, data: Path, write: Callable[[str, str], Path]
) -> None:
    before = home.tables()

    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    for path in (data / "latest.apkg", write("t.csv", "question,answer\nA?,a\n")):
        with pytest.raises(KeyboardInterrupt):
            home.take(path, progress=interrupt)
    assert home.tables() == before


def test_the_name_of_a_deck_goes_to_files_that_have_none(
    home: Home, data: Path, write: Callable[[str, str], Path]
) -> None:
    report = home.take(data / "latest.apkg", deck="mine")
    assert [(deck.deck, deck.new) for deck in report.decks] == [("mine", 7)]
    with pytest.raises(UsageError, match="names itself"):
        home.take(write("y.yaml", DECK.format(name="y")), deck="mine")


@pytest.mark.parametrize("name", ["pipe.csv", "pipe.apkg", "pipe.yaml"])
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(home: Home, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    report = home.take(tmp_path / name)
    assert "not a regular file" in report.errors[0].message


def test_an_import_says_how_far_it_is_and_can_be_stopped_before_each_step(
    home: Home, data: Path, write: Callable[[str, str], Path]
) -> None:
    files = (write("y.yaml", DECK.format(name="y")), data / "latest.apkg")
    before = home.tables()
    seen: list[tuple[int, int]] = []

    def stop_at(last: int) -> Callable[[int, int], None]:
        seen.clear()

        def progress(done: int, total: int) -> None:
            seen.append((done, total))
            if done == last:
                raise CancelledError

        return progress

    for last in (0, 1):
        with pytest.raises(CancelledError):
            home.take(*files, progress=stop_at(last))
        assert home.tables() == before
    home.take(*files, progress=stop_at(5))
    assert seen == [(done, 4) for done in range(5)]
