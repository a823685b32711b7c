"""What was done in Anki since the last file, and the days that it was done on."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ptcards.scheduling.days import date_of
from ptcards.scheduling.sm2 import Schedule
from ptcards.study import actions
from tests.exchange.homes import Home
from tests.exchange.packages import Note, write_package

NOTE = Note("n", state=(2, 2, 100, 30, 2360, 1), reviews=((1_650_000_000_000, 3),))
KEY = "words/n"
Take = Callable[..., str]


@pytest.fixture
def take(home: Home, tmp_path: Path) -> Take:
    """Imports notes with their progress; gives the report's notes."""

    def import_notes(*notes: Note, **conf: Any) -> str:
        path = write_package(tmp_path / "notes.apkg", notes, **conf)
        report = home.take(path, deck="words", with_progress=True)
        assert not report.errors
        return "\n".join(note for deck in report.decks for note in deck.notes)

    return import_notes


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def move_to(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move_to
    monkeypatch.undo()
    time.tzset()


def schedule(home: Home) -> Schedule:
    return home.desk.store.library.schedule(KEY)


def test_what_was_set_in_anki_is_unset_by_a_newer_file_and_by_no_older_one(home: Home, take: Take) -> None:
    later = NOTE.changed + 5
    steps = (
        (NOTE._replace(tags="marked", state=(2, -1, 100, 30, 2360, 1)), (True, True, 30)),
        (NOTE._replace(changed=later), (False, False, 30)),
        (NOTE._replace(changed=later, state=(2, -1, 190, 90, 2360, 1)), (True, False, 90)),
        (NOTE._replace(changed=later + 1, state=(0, 0, 1, 0, 0, 1)), (False, False, 0)),
        (NOTE._replace(changed=later + 2, state=(2, 2, 100, 30, 2360, 1)), (False, False, 30)),
    )
    for note, wanted in steps:
        for _ in range(2):
            take(note)
            found = schedule(home)
            assert (found.suspended, found.marked, found.interval_days) == wanted
            assert (found.due_day is None) == (wanted[2] == 0)
    logged = len(home.state()["events"])
    for note, _ in steps:
        take(note)
    assert schedule(home).interval_days == 30
    assert len(home.state()["events"]) == logged


def test_what_was_graded_here_keeps_its_schedule_and_the_report_says_so(home: Home, take: Take) -> None:
    assert "not taken" not in take(NOTE)
    home.answer(KEY, 4)
    mine = schedule(home)
    assert "not taken" not in take(NOTE)
    newer = NOTE._replace(changed=2_000_000_000, state=(2, -1, 190, 90, 2360, 1))
    assert "newer schedule in Anki was not taken: 1" in take(newer)
    assert schedule(home)[:4] == mine[:4]
    assert schedule(home).suspended
    assert "not taken" not in take(newer)


def test_what_the_learner_set_here_is_not_unset_by_anki(home: Home, take: Take) -> None:
    take(NOTE)
    actions.act(home.desk, KEY, action="suspend")
    take(NOTE._replace(changed=2_000_000_000))
    assert schedule(home).suspended


def test_reviews_are_counted_once_wherever_their_card_goes(home: Home, take: Take) -> None:
    take(NOTE)
    assert "new here: 0" in take(NOTE, localOffset=-480)
    moved = write_package(home.folder / "moved.apkg", [NOTE._replace(deck="Other")])
    (deck,) = home.take(moved, with_progress=True).decks
    (key,) = home.desk.store.library.keys(deck.deck)
    kinds = [step.event.kind for step in home.desk.store.log.history(key)]
    assert sorted(kinds) == ["recorded", "schedule_set"]


def test_ones_own_package_brings_nothing_new(home: Home, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("question,answer,id\nA?,a,a\nB?,b,b\nC?,c,c\n")
    home.take(tmp_path / "t.csv")
    for key in ("t/a", "t/b"):
        for q in (4, 1, 4):
            home.answer(key, q, days=1)
    actions.act(home.desk, "t/a", action="suspend")
    actions.act(home.desk, "t/b", action="mark")
    before = home.state()
    (deck,) = home.take(home.export("apkg", decks=("t",)), with_progress=True).decks
    assert (deck.new, deck.changed, deck.same) == (0, 0, 3)
    assert home.state() == before


@pytest.mark.parametrize(
    ("zone_name", "conf", "hour", "day"),
    [
        # A collection without an offset is of the zone of here, in summer as in winter.
        ("Europe/Berlin", {}, "2024-07-10T01:30", "2024-07-09"),
        ("Europe/Berlin", {}, "2024-07-10T02:30", "2024-07-10"),
        ("Europe/Berlin", {}, "2024-01-10T02:30", "2024-01-09"),
        ("Europe/Berlin", {"creationOffset": -60}, "2024-07-10T02:30", "2024-07-10"),
        ("Asia/Shanghai", {}, "2024-07-09T20:30", "2024-07-10"),
        # One from elsewhere keeps its own.
        ("Europe/Berlin", {"creationOffset": -480}, "2024-07-09T20:30", "2024-07-10"),
        ("Europe/Berlin", {"localOffset": -480}, "2024-07-09T20:30", "2024-07-10"),
    ],
)
def test_a_review_is_of_the_day_that_its_own_instant_had(
    home: Home, take: Take, zone: Callable[[str], None], zone_name: str, conf: Any, hour: str, day: str
) -> None:
    zone(zone_name)
    at = int(datetime.fromisoformat(hour).replace(tzinfo=UTC).timestamp())
    # Made in winter, at four in the morning of its own zone.
    created = {"Europe/Berlin": 1_704_078_000, "Asia/Shanghai": 1_704_052_800}[zone_name]
    created = 1_704_052_800 if -480 in conf.values() else created
    take(NOTE._replace(reviews=((at * 1000, 3),)), created=created, **conf)
    (review,) = (step.event for step in home.desk.store.log.history(KEY) if step.event.kind == "recorded")
    assert date_of(review.day).isoformat() == day
    assert date_of(schedule(home).due_day or 0).isoformat() == "2024-04-10"
