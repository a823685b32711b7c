import csv
import io
import json
import os
import resource
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fsrs import Rating, ReviewLog

from ptcards.deck.reading import read_deck
from ptcards.errors import ExchangeError, UsageError
from ptcards.exchange import anki_out
from ptcards.exchange.export import FORMATS as ALL
from ptcards.exchange.library import defuse
from ptcards.paths import shipped
from ptcards.study import actions, decks
from tests.exchange.homes import Home

FORMATS = [form for form in ALL if form != "patch"]
"""A patch is of a deck that came from a repository."""


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(), newline="")))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_says_what_is_in_the_file_and_keeps_an_older_one(home: Home, form: str) -> None:
    home.answer(home.cards()[0], 4, "x")
    file = home.export(form, force=False)
    before = file.read_bytes()
    assert str(file) in home.said[0]
    with pytest.raises(UsageError, match=r"there already.*--force"):
        home.export(form, force=False)
    assert file.read_bytes() == before
    assert [path.name for path in home.folder.glob(".*")] == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_log_with_odd_numbers_is_exported_all_the_same(home: Home, form: str) -> None:
    odd = {"ease_permille": 2**64 - 1, "interval_days": -(2**63), "revlog_type": [], "seconds": 2**31}
    event = {"id": "01a1f82f-1e80-7a00-b2f3-3d19cf1f135f", "device": "=d", "card": home.cards()[0], "q": 4}
    event |= {
        "action": event["id"],
        "kind": "recorded",
        "at": 253_402_200_000_000,
        "offset": 1439,
        "day": 2_932_896,
    }
    file = home.folder / "odd.jsonl"
    header = {"format": "ptcards-log", "version": 1}
    file.write_text(f"{json.dumps(header)}\n{json.dumps({**event, **odd})}\n")
    assert not home.merge(file).errors
    assert home.export(form).stat().st_size


def test_one_of_a_thing_is_called_one(home: Home) -> None:
    home.answer(home.cards()[0], 4, "x")
    home.export("jsonl")
    assert "1 event, with the code of 1 answer" in home.said[0]
    home.export("apkg")
    assert "30 cards with schedule and 1 review;" in home.said[0]


def test_a_folder_takes_a_dated_file(home: Home, tmp_path: Path) -> None:
    home.export("jsonl", tmp_path)
    assert (tmp_path / "ptcards-2026-09-21.jsonl").exists()
    assert "ptcards merge" in home.said[1]


def test_an_export_that_there_is_no_room_for_leaves_nothing(home: Home, tmp_path: Path) -> None:
    target = tmp_path / "out" / "out.apkg"
    target.parent.mkdir()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, limits[1]))
    try:
        with pytest.raises(ExchangeError, match=r"out.apkg: cannot be written"):
            home.export("apkg", target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(target.parent.iterdir()) == []


def test_a_target_that_cannot_be_written_is_named(home: Home, tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match=r"nowhere/out.*cannot be written"):
        home.export("jsonl", tmp_path / "nowhere" / "out")


def test_a_pipe_is_written_to_as_it_is(home: Home, tmp_path: Path) -> None:
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        home.export("jsonl", fifo, force=False)
        header = json.loads(os.read(reader, 65536).splitlines()[0])
        assert header["format"] == "ptcards-log"
        assert header["events"] == 0
    finally:
        os.close(reader)


def test_an_unknown_format_and_deck_and_tag_say_what_there_is(home: Home) -> None:
    with pytest.raises(UsageError, match=r"Did you mean 'jsonl'.*apkg"):
        home.export("jsnl")
    with pytest.raises(UsageError, match="There is no deck 'nope'"):
        home.export("jsonl", decks=("nope",))
    with pytest.raises(UsageError, match="No card has the tag 'nope'"):
        home.export("csv", tag="nope")


def test_reviews_say_what_each_answer_did_and_whether_it_counts(home: Home) -> None:
    first, second = home.cards()[:2]
    home.answer(first, 4, "torch.arange(3)")
    home.answer(second, 2)
    actions.undo(home.desk)
    home.answer(first, 5, days=1)
    found = [
        (row["card"], row["grade"], row["in_force"], row["interval_days"], row["ease"])
        for row in rows(home.export("csv"))
    ]
    assert found == [
        (first, "4", "yes", "1", "2.5"),
        (second, "2", "no", "", ""),
        (first, "5", "yes", "6", "2.6"),
    ]
    assert rows(home.export("csv"))[0]["answer"] == "torch.arange(3)"
    assert rows(home.export("csv", answers=False))[0]["answer"] == ""


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_spreadsheet_takes_no_answer_for_a_formula(home: Home, start: str) -> None:
    home.answer(home.cards()[0], 4, start)
    assert rows(home.export("csv"))[0]["answer"].startswith("'")
    assert defuse("x = 1") == "x = 1"


def test_the_fsrs_log_is_what_py_fsrs_reads(home: Home) -> None:
    key = home.cards()[0]
    for q, days in ((2, 0), (4, 1), (5, 1), (3, 6), (1, 12), (0, 1)):
        home.answer(key, q, days=days)
    found = rows(home.export("fsrs-csv"))
    logs = [
        ReviewLog(
            card_id=number,
            rating=Rating(int(row["review_rating"])),
            review_datetime=datetime.fromtimestamp(int(row["review_time"]) / 1000, tz=UTC),
            review_duration=int(row["review_duration"]),
        )
        for number, row in enumerate(found)
    ]
    assert [log.rating for log in logs] == [
        Rating.Again,
        Rating.Good,
        Rating.Easy,
        Rating.Hard,
        Rating.Again,
        Rating.Again,
    ]
    assert [row["review_state"] for row in found] == ["0", "1", "2", "2", "2", "3"]
    assert [row["grade"] for row in found] == ["2", "4", "5", "3", "1", "0"]
    assert {(row["utc_offset"], row["day_start"], row["review_duration"]) for row in found} == {
        ("+01:00", "4", "2500")
    }
    assert logs[-1].review_datetime > logs[0].review_datetime


def test_the_built_in_deck_written_back_reads_as_an_equal_deck(home: Home) -> None:
    file = home.export("yaml")
    assert read_deck(file) == read_deck(shipped("decks") / "pytorch-notes.yaml")


def test_several_decks_are_several_files(home: Home, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("question,answer\nA?,a\n")
    home.take(table)
    folder = tmp_path / "decks"
    folder.mkdir()
    home.export("yaml", folder)
    assert sorted(path.name for path in folder.iterdir()) == ["pytorch-notes.yaml", "t.yaml"]
    with pytest.raises(UsageError, match="choose it with --deck"):
        home.export("yaml", tmp_path / "one.yaml")


def test_the_json_holds_decks_schedules_and_statistics(home: Home) -> None:
    key = home.cards()[0]
    home.answer(key, 4)
    home.answer(key, 1, days=1)
    found = json.loads(home.export("json").read_bytes())
    card = found["decks"][0]["cards"][0]
    assert (card["card"], card["schedule"]["due"], card["schedule"]["ease"]) == (key, "2026-09-23", 2.5)
    assert found["statistics"]["answers"] == 2
    assert found["statistics"]["passed"] == 1
    assert [day["grades"] for day in found["statistics"]["days"]] == [[0, 0, 0, 0, 1, 0], [0, 1, 0, 0, 0, 0]]


def test_ankis_text_file_comes_back_with_the_same_ids(home: Home) -> None:
    file = home.export("anki-txt", home.folder / "notes.txt")
    report = home.take(file, deck="again")
    assert report.decks[0].new == len([key for key in home.cards() if key.startswith("pytorch-notes/")])
    assert home.take(file, deck="again").decks[0].same == report.decks[0].new


def collection(package: Path, folder: Path) -> sqlite3.Connection:
    zipfile.ZipFile(package).extract("collection.anki2", folder)
    return sqlite3.connect(folder / "collection.anki2")


def test_the_package_has_due_day_ease_and_history_in_ankis_terms(home: Home, tmp_path: Path) -> None:
    first, second = home.cards()[:2]
    home.answer(first, 4)
    home.answer(first, 5, days=1)
    home.answer(second, 1)
    actions.act(home.desk, second, action="suspend")
    connection = collection(home.export("apkg"), tmp_path)
    created, conf = connection.execute("SELECT crt, conf FROM col").fetchone()
    first_day = (created - json.loads(conf)["creationOffset"] * 60) // 86_400
    question = (
        "SELECT queue, due, ivl, factor, reps, lapses FROM cards JOIN notes n ON n.id = nid WHERE guid = ?"
    )
    today = home.desk.now().day
    assert connection.execute(question, (first,)).fetchone() == (2, today + 6 - first_day, 6, 2600, 2, 0)
    assert connection.execute(question, (second,)).fetchone() == (-1, today + 1 - first_day, 1, 2500, 1, 0)
    log = connection.execute(
        "SELECT ease, ivl, lastIvl, factor, time, type FROM revlog ORDER BY id"
    ).fetchall()
    assert log == [(3, 1, 0, 2500, 2500, 0), (4, 6, 1, 2600, 2500, 1), (1, 1, 0, 2500, 2500, 0)]
    connection.close()


def test_answers_that_move_nothing_are_to_anki_what_its_own_cramming_is(home: Home, tmp_path: Path) -> None:
    first, second = home.cards()[:2]
    home.answer(first, 4)
    home.answer(first, 3, days=1)
    home.answer(first, 4)
    home.answer(first, 2, cram=True)
    home.answer(first, 5)
    home.answer(second, 4)
    home.answer(second, 1)
    connection = collection(home.export("apkg"), tmp_path)
    log = connection.execute("SELECT ease, ivl, lastIvl, factor, type FROM revlog ORDER BY id").fetchall()
    connection.close()
    crammed = (0, 0, 0, 3)
    assert log == [
        (3, 1, 0, 2500, 0),
        (2, 6, 1, 2360, 1),
        (3, *crammed),
        (1, *crammed),
        (4, *crammed),
        (3, 1, 0, 2500, 0),
        (1, 1, 1, 2500, 3),
    ]


def test_two_exports_of_a_card_are_the_same_note_for_anki(
    home: Home, new_home: Callable[[], Home], tmp_path: Path
) -> None:
    def ids(one: Home, folder: str) -> list[Any]:
        connection = collection(one.export("apkg"), tmp_path / folder)
        found = connection.execute("SELECT id, guid, mid FROM notes ORDER BY id").fetchall()
        connection.close()
        return found

    other = new_home()
    other.answer(other.cards()[0], 4)
    assert ids(home, "a") == ids(other, "b")


def test_cards_whose_ids_in_anki_would_be_the_same_keep_their_own_history(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anki_out, "_ID_RANGE", 1)
    keys = home.cards()[:3]
    for key in keys:
        for _ in range(keys.index(key) + 1):
            home.answer(key, 4)
    with zipfile.ZipFile(home.export("apkg")) as package:
        package.extract("collection.anki2", home.folder)
    with closing(sqlite3.connect(home.folder / "collection.anki2")) as connection:
        found = dict(
            connection.execute(
                "SELECT n.guid, count(*) FROM revlog r JOIN cards c ON c.id = r.cid JOIN notes n ON n.id = c.nid "
                "GROUP BY n.guid"
            )
        )
    assert found == {keys[0]: 1, keys[1]: 2, keys[2]: 3}


def test_a_card_that_was_renamed_elsewhere_and_here_takes_its_history_along(
    home: Home, new_home: Callable[[], Home]
) -> None:
    other, first = new_home(), home.cards()[0]
    other.answer(first, 4)
    decks.rename(other.desk, "pytorch-notes", "mine")
    other.answer(first.replace("pytorch-notes", "mine"), 5, days=1)
    home.merge(other.export("jsonl"))
    decks.rename(home.desk, "pytorch-notes", "mine")
    connection = collection(home.export("apkg"), home.folder)
    question = (
        "SELECT r.ease FROM revlog r JOIN cards c ON c.id = r.cid JOIN notes n ON n.id = c.nid WHERE guid = ?"
    )
    guid = first.replace("pytorch-notes", "mine")
    assert connection.execute(question, (guid,)).fetchall() == [(3,), (4,)]
    connection.close()
