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
from ptcards.paths import shipped
from ptcards.study import actions, decks
from tests.exchange.homes import Home

FORMATS = [form for form in ALL if form != "patch"]
"""A patch is of a deck that came from a repository."""


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(), newline="")))


def in_package(home: Home, question: str, *values: str) -> list[tuple[Any, ...]]:
    """What a question to the collection of an exported package finds."""
    with zipfile.ZipFile(home.export("apkg")) as package, closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(package.read("collection.anki2"))
        return db.execute(question, values).fetchall()


def test_every_format_says_what_is_in_the_file_and_keeps_an_older_one(home: Home) -> None:
    home.answer(home.cards()[0], 4, "x")
    said = dict[str, str]()
    for form in FORMATS:
        file = home.export(form, force=False)
        before, said[form] = file.read_bytes(), home.said[0]
        assert str(file) in said[form]
        with pytest.raises(UsageError, match=r"there already.*--force"):
            home.export(form, force=False)
        assert file.read_bytes() == before
    assert [path.name for path in home.folder.glob(".*")] == []
    assert "1 event, with the code of 1 answer" in said["jsonl"]
    assert "30 cards with schedule and 1 review;" in said["apkg"]


def test_a_log_with_odd_numbers_is_exported_all_the_same(home: Home) -> None:
    odd = {"ease_permille": 2**64 - 1, "interval_days": -(2**63), "revlog_type": [], "seconds": 2**31}
    name = "01a1f82f-1e80-7a00-b2f3-3d19cf1f135f"
    event = {"id": name, "device": "=d", "action": name, "card": home.cards()[0], "kind": "recorded", "q": 4}
    event |= {"at": 253_402_200_000_000, "offset": 1439, "day": 2_932_896, **odd}
    file = home.folder / "odd.jsonl"
    file.write_text("\n".join(map(json.dumps, ({"format": "ptcards-log", "version": 1}, event))))
    assert not home.merge(file).errors
    assert all(home.export(form).stat().st_size for form in FORMATS)


def test_a_folder_takes_a_dated_file(home: Home, tmp_path: Path) -> None:
    home.export("jsonl", tmp_path)
    assert (tmp_path / "ptcards-2026-09-21.jsonl").exists()
    assert "ptcards merge" in home.said[1]


def test_an_export_that_cannot_be_written_is_named_and_leaves_nothing(home: Home, tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, limits[1]))
    try:
        for target in (tmp_path / "out.apkg", tmp_path / "nowhere" / "out.apkg"):
            with pytest.raises(ExchangeError, match=f"{target}.*cannot be written"):
                home.export("apkg", target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


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


def test_a_spreadsheet_takes_no_answer_for_a_formula(home: Home) -> None:
    starts = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "x\r=1")
    for start in starts:
        home.answer(home.cards()[0], 4, start)
    found = [row["answer"] for row in rows(home.export("csv"))]
    assert found == [*(f"'{start}".replace("\r", "\n") for start in starts[:-1]), "x\n=1"]


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
    assert [log.rating.name for log in logs] == ["Again", "Good", "Easy", "Hard", "Again", "Again"]
    assert [row["review_state"] for row in found] == [*"012223"]
    assert [row["grade"] for row in found] == [*"245310"]
    kept = {(row["utc_offset"], row["day_start"], row["review_duration"]) for row in found}
    assert kept == {("+01:00", "4", "2500")}
    assert logs[-1].review_datetime > logs[0].review_datetime


def test_the_built_in_deck_written_back_reads_as_an_equal_deck(home: Home) -> None:
    file = home.export("yaml")
    assert read_deck(file)[0] == read_deck(shipped("decks") / "pytorch-notes.yaml")[0]


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


def test_the_package_has_due_day_ease_and_history_in_ankis_terms(home: Home) -> None:
    first, second = home.cards()[:2]
    home.answer(first, 4)
    home.answer(first, 5, days=1)
    home.answer(second, 1)
    actions.act(home.desk, second, action="suspend")
    ((created, conf),) = in_package(home, "SELECT crt, conf FROM col")
    today = home.desk.now().day - (created - json.loads(conf)["creationOffset"] * 60) // 86_400
    columns = "queue, due, ivl, factor, reps, lapses"
    card = f"SELECT {columns} FROM cards JOIN notes n ON n.id = nid WHERE guid = ?"
    assert in_package(home, card, first) == [(2, today + 6, 6, 2600, 2, 0)]
    assert in_package(home, card, second) == [(-1, today + 1, 1, 2500, 1, 0)]
    log = in_package(home, "SELECT ease, ivl, lastIvl, factor, time, type FROM revlog ORDER BY id")
    assert log == [(3, 1, 0, 2500, 2500, 0), (4, 6, 1, 2600, 2500, 1), (1, 1, 0, 2500, 2500, 0)]


def test_answers_that_move_nothing_are_to_anki_what_its_own_cramming_is(home: Home) -> None:
    first, second = home.cards()[:2]
    home.answer(first, 4)
    home.answer(first, 3, days=1)
    home.answer(first, 4)
    home.answer(first, 2, cram=True)
    home.answer(first, 5)
    home.answer(second, 4)
    home.answer(second, 1)
    moved = [(3, 1, 0, 2500, 0), (2, 6, 1, 2360, 1)]
    crammed = [(3, 0, 0, 0, 3), (1, 0, 0, 0, 3), (4, 0, 0, 0, 3)]
    log = in_package(home, "SELECT ease, ivl, lastIvl, factor, type FROM revlog ORDER BY id")
    assert log == [*moved, *crammed, (3, 1, 0, 2500, 0), (1, 1, 1, 2500, 3)]


def test_two_exports_of_a_card_are_the_same_note_for_anki(home: Home, new_home: Callable[[], Home]) -> None:
    other = new_home()
    other.answer(other.cards()[0], 4)
    one, two = (in_package(each, "SELECT id, guid, mid FROM notes ORDER BY id") for each in (home, other))
    assert one == two


REVIEWS = "FROM revlog r JOIN cards c ON c.id = r.cid JOIN notes n ON n.id = c.nid"


def test_cards_whose_ids_in_anki_would_be_the_same_keep_their_own_history(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anki_out, "_ID_RANGE", 1)
    keys = home.cards()[:3]
    for key in (keys[0], *keys[1:2] * 2, *keys[2:3] * 3):
        home.answer(key, 4)
    found = dict(in_package(home, f"SELECT n.guid, count(*) {REVIEWS} GROUP BY n.guid"))
    assert found == {keys[0]: 1, keys[1]: 2, keys[2]: 3}


def test_a_card_that_was_renamed_elsewhere_and_here_takes_its_history_along(
    home: Home, new_home: Callable[[], Home]
) -> None:
    other, first = new_home(), home.cards()[0]
    now = first.replace("pytorch-notes", "mine")
    other.answer(first, 4)
    decks.rename(other.desk, "pytorch-notes", "mine")
    other.answer(now, 5, days=1)
    home.merge(other.export("jsonl"))
    decks.rename(home.desk, "pytorch-notes", "mine")
    assert in_package(home, f"SELECT r.ease {REVIEWS} WHERE guid = ?", now) == [(3,), (4,)]
