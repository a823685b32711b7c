"""What FSRS remembers, between Anki and here, and in what is exported."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ptcards.config import Config
from ptcards.exchange.incoming import id_of_guid
from ptcards.scheduling.fsrs import DEFAULTS, Memory, Rules, from_sm2
from ptcards.study import actions
from ptcards.study.cards import card
from ptcards.study.scheduler import memories, plan_of
from tests.exchange.homes import DAY, START, Home
from tests.exchange.packages import Note, collection_of, write_package

FSRS = Config(scheduler="fsrs")
NOW = START // DAY
"""The study day on which homes begin."""
IN_REVIEW = (2, 2, NOW + 20 - 1_600_000_000 // 86_400, 30, 2300, 1)
"""Type, queue, due in 20 days, 30 days' interval, ease, lapses: answered last ten days ago."""
WEEK = ((-40, 3), (-38, 3), (-30, 1), (-10, 3))
"""Days before now, and buttons."""


def fsrs(home: Home, **more: Any) -> Home:
    home.desk.config = FSRS._replace(**more)
    return home


def grade(home: Home, key: str, q: int, days: int = 0) -> None:
    home.at += days * DAY + 1000
    actions.grade(home.desk, key, q)


def memory_of(home: Home, key: str) -> Memory | None:
    memory = plan_of(home.desk, key).memory
    cards = [home.desk.card(key)]
    assert memories(home.desk, cards) == ({} if memory is None else {key: memory})
    return memory


def reviewed(*reviews: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    # Anki counts reviews in milliseconds, and when a card was changed by one in seconds.
    return tuple((START + days * DAY + 123, button) for days, button in reviews)


def take(home: Home, **about: Any) -> tuple[str, str]:
    """The key of a note's card, and what the import says."""
    facts: dict[str, Any] = {"state": IN_REVIEW, "changed": START // 1000 - 10 * 86_400} | about
    note = Note("abcdefgh", **facts)
    said = home.take_notes(note, with_progress=True)
    return home.cards("words")[0], said.notes


def in_anki(package: Path) -> dict[str, Any]:
    """What the cards of a package remember, by guid."""
    with zipfile.ZipFile(package) as opened, closing(sqlite3.connect(":memory:")) as db:
        db.deserialize(opened.read("collection.anki2"))
        found = db.execute("SELECT guid, c.data FROM cards c JOIN notes n ON n.id = nid").fetchall()
        return {guid: json.loads(data) for guid, data in found if data}


def test_what_fsrs_remembers_in_anki_comes_along_and_goes_back(home: Home) -> None:
    data = '{"pos":7,"s":34.5678,"d":6.25,"dr":0.9,"decay":0.154,"cd":"{}"}'
    key, said = take(fsrs(home), data=data, reviews=reviewed(*WEEK))
    assert memory_of(home, key) == Memory(Rules(), 34.5678, 6.25, NOW - 10)
    assert "FSRS" not in said
    assert "due 2026-10-11; FSRS: stability 34.57 d, difficulty 6.25" in "\n".join(card(home.desk, key).why)
    before = home.tables()
    take(home, data=data, reviews=reviewed(*WEEK))
    assert home.tables() == before
    wanted = {"s": 34.5678, "d": 6.25, "dr": 0.9, "decay": 0.154, "lrt": START // 1000 - 10 * 86_400}
    assert in_anki(home.export("apkg")) == {"abcdefgh": wanted}
    # It was learned on in Anki.
    later = json.dumps({"s": 50.0, "d": 6.0, "lrt": START // 1000 - 86_400})
    take(home, data=later, reviews=reviewed(*WEEK, (-1, 3)), changed=START // 1000)
    assert memory_of(home, key) == Memory(Rules(), 50, 6, NOW - 1)


def test_a_memory_that_comes_later_or_that_anki_forgot_is_taken_over(home: Home) -> None:
    key, _ = take(fsrs(home), reviews=reviewed(*WEEK))
    take(home, reviews=reviewed(*WEEK), data='{"s":12.5,"d":3}')
    assert memory_of(home, key) == Memory(Rules(), 12.5, 3, NOW - 10)
    take(home, reviews=reviewed(*WEEK), state=(0, 0, 5, 0, 2500, 0), changed=START // 1000)
    assert memory_of(home, key) == Memory()


BAD = (
    '{"s":-3.0,"d":5.0}',
    '{"s":1e300,"d":5.0}',
    '{"s":1e-300,"d":5.0}',
    '{"s":"12","d":5.0}',
    '{"s":true,"d":5.0}',
    '{"s":12.0,"d":11.0}',
    '{"s":12.0,"d":null,"lrt":[]}',
    '{"s":12.0}',
    '{"s":[[[]]],"d":{}}',
)


def test_a_memory_that_makes_no_sense_is_left_out_and_the_reviews_count(home: Home) -> None:
    every = (*BAD, '{"s":NaN,"d":5.0}', "[1, 2]", "{", "x" * 5000, "", '{"d":5.0}')
    week = reviewed(*WEEK)
    facts: dict[str, Any] = {"state": IN_REVIEW, "changed": START // 1000}
    notes = [
        Note(f"g{n}", (f"question {n}", "a"), data=data, reviews=[(at + n, q) for at, q in week], **facts)
        for n, data in enumerate(every)
    ]
    said = fsrs(home).take_notes(*notes, with_progress=True).notes
    assert f"FSRS memories that make no sense, left out: {len(BAD)}" in said
    memory = Memory()
    for days, button in WEEK:
        memory = memory.grade((0, 1, 3, 4, 5)[button], NOW + days)
    keys = home.cards("words")
    assert len(keys) == len(every)
    for key in keys:
        assert memory_of(home, key) == memory
        assert home.schedule(key)[:5] == (2, 30, 230, 1, NOW + 20)


def test_of_a_user_of_sm2_the_reviews_count_else_the_schedule(
    home: Home, new_home: Callable[[], Home]
) -> None:
    key, _ = take(fsrs(home), reviews=reviewed((-40, 3), (-10, 3)))
    assert memory_of(home, key) == Memory().grade(4, NOW - 40).grade(4, NOW - 10)
    other, _ = take(fsrs(home := new_home()))
    assert memory_of(home, other) == from_sm2(Rules(), 30, 230, NOW - 10)
    # Under SM-2 nothing of it is said or written.
    home.desk.config = Config()
    assert memory_of(home, other) is None
    assert in_anki(home.export("apkg")) == {}


def test_cramming_in_anki_leaves_no_trace_in_memory(home: Home, tmp_path: Path) -> None:
    note = Note("abcdefgh", state=IN_REVIEW, reviews=reviewed(*WEEK, (-3, 3)))
    file = tmp_path / "collection.anki2"
    with closing(sqlite3.connect(file)) as db:
        db.deserialize(collection_of([note]))
        db.execute("UPDATE revlog SET type = 3, factor = 0 WHERE id = (SELECT max(id) FROM revlog)")
        db.commit()
        file.write_bytes(db.serialize())
    home.take(file, with_progress=True)
    memory = memory_of(fsrs(home), home.cards("words")[0])
    assert memory is not None
    assert memory.day == NOW - 10
    assert len(home.logged("recorded")) == 5


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"1": {"fsrsParams6": DEFAULTS, "desiredRetention": 0.85}}, True),
        ({"1": {"fsrsWeights": [], "fsrsParams5": [0.4] * 19}}, True),
        ({"1": {"fsrsWeights": [], "fsrsParams6": []}}, False),
        ({"1": 5}, False),
        ([], False),
    ],
)
def test_parameters_fitted_in_anki_are_spoken_of_and_not_taken(home: Home, options: Any, says: bool) -> None:
    path = write_package(home.folder / "x.apkg", [Note("abcdefgh")], options=options)
    (deck,) = home.take(path).decks
    assert ("its FSRS parameters were not taken: ptcards compare fits yours" in deck.notes) == says
    assert home.desk.store.log.adopted() is None


def test_what_is_learned_here_goes_to_anki_and_comes_home_or_elsewhere(
    home: Home, new_home: Callable[[], Home]
) -> None:
    first, second, third = home.cards()[:3]
    grade(home, third, 4)
    fsrs(home, desired_retention=0.85, decks={"pytorch-notes": {"desired_retention": 0.8}})
    for q, days in ((4, 0), (5, 3), (1, 30), (4, 0), (3, 4)):
        grade(home, first, q, days)
    grade(home, second, 2)
    memory = memory_of(home, first)
    assert memory is not None
    package = home.export("apkg")
    found = in_anki(package)
    assert set(found) == {first, second, third}
    assert found[first] == {
        "s": round(memory.stability, 4),
        "d": round(memory.difficulty, 3),
        "dr": 0.8,
        "decay": 0.154,
        "lrt": (home.at - 1000) // 1000,
    }
    before = home.tables()
    home.take(package, with_progress=True)
    assert home.tables() == before
    there = fsrs(new_home(), desired_retention=0.8)
    there.take(package, deck="mine", with_progress=True)
    mine = f"mine/{id_of_guid(first, 'mine')}"
    assert memory_of(there, mine) == Memory(Rules(0.8), found[first]["s"], found[first]["d"], memory.day)
    assert in_anki(there.export("apkg"))[first] == found[first]


def test_a_trial_says_which_cards_are_fsrs(home: Home) -> None:
    home.desk.config = Config(trial=True)
    keys = home.cards()[:8]
    for key in keys:
        grade(home, key, 4)
    cards = list(home.desk.store.library.cards())
    arms = {one.card: json.loads(one.details or "")["trial"] for one in home.logged("graded")}
    assert set(arms.values()) == {"sm2", "fsrs"}
    known = memories(home.desk, cards)
    assert {key for key in keys if key in known} == {key for key in keys if arms[key] == "fsrs"}
    plans = {one.key: plan_of(home.desk, one.key).memory for one in cards}
    assert known == {key: memory for key, memory in plans.items() if memory is not None}
    assert set(in_anki(home.export("apkg"))) == {key for key in keys if arms[key] == "fsrs"}


# -- what other exports say -----------------------------------------------------------------------------------


def study(home: Home, key: str) -> None:
    """A month of SM-2, and one of FSRS."""
    for q, days in ((4, 0), (3, 1), (4, 0), (5, 6)):
        grade(home, key, q, days)
    fsrs(home, desired_retention=0.88)
    for q, days in ((1, 15), (4, 0), (4, 3), (4, 8)):
        grade(home, key, q, days)


def test_csv_and_json_say_who_planned_and_what_is_remembered(home: Home) -> None:
    key, other = home.cards()[:2]
    study(home, key)
    rows = list(csv.DictReader(io.StringIO(home.export("csv").read_text(), newline="")))
    assert [row["scheduler"] for row in rows] == ["sm2", "sm2", "", "sm2", "fsrs", "", "fsrs", "fsrs"]
    memory = memory_of(home, key)
    assert memory is not None
    said = {"stability": round(memory.stability, 4), "difficulty": round(memory.difficulty, 3)}
    assert {name: float(rows[-1][name]) for name in said} == said
    assert [*rows[0]][-4:] == ["answer", "scheduler", *said]
    found = {
        one["card"]: one["schedule"]
        for one in json.loads(home.export("json").read_bytes())["decks"][0]["cards"]
    }
    assert found[key].items() >= ({"scheduler": "fsrs"} | said).items()
    assert found[other].items() >= {"scheduler": "fsrs", "stability": None, "difficulty": None}.items()


def test_the_fsrs_log_is_the_same_whoever_planned(home: Home, new_home: Callable[[], Home]) -> None:
    texts = []
    for config in (Config(), FSRS):
        home = new_home()
        home.desk.config = config
        for q, days in ((2, 0), (4, 0), (4, 1), (5, 9), (1, 90), (4, 0), (3, 30)):
            grade(home, home.cards()[0], q, days)
        texts.append(home.export("fsrs-csv").read_text())
    assert texts[0] == texts[1]


def test_an_exported_log_with_grades_under_fsrs_restores_equal_schedules(
    home: Home, new_home: Callable[[], Home]
) -> None:
    study(home, home.cards()[0])
    details = {"parameters": (0.5, *DEFAULTS[1:]), "reviews": 9, "figures": {"log_loss": 0.25}}
    home.desk.store.log.adopt(json.dumps(details, sort_keys=True, separators=(",", ":")), *home.desk.now())
    grade(home, home.cards()[0], 4, 20)
    take(home, data='{"s":34.5678,"d":6.25}', reviews=reviewed(*WEEK))
    other = new_home()
    other.take(home.folder / "notes.apkg")
    other.merge(home.export("jsonl"))
    assert other.state() == home.state()
    assert other.desk.store.log.check() == ()
    fsrs(other, desired_retention=0.88)
    for key in (home.cards()[0], home.cards("words")[0]):
        assert memory_of(other, key) == memory_of(home, key)
