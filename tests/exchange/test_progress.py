"""What was done in Anki since the last file, and the days that it was done on."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from ptcards.scheduling.days import date_of
from ptcards.study import actions
from tests.exchange.homes import Home, Write
from tests.exchange.packages import Note, write_package

NOTE = Note("n", state=(2, 2, 100, 30, 2360, 1), reviews=((1_650_000_000_000, 3),))
KEY = "words/n"


def take(home: Home, *notes: Note, **conf: Any) -> str:
    """Import notes with their progress; what is said of them."""
    return home.take_notes(*notes, conf=conf, deck="words", with_progress=True).notes


def test_what_was_set_in_anki_is_unset_by_a_newer_file_and_by_no_older_one(home: Home) -> None:
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
            take(home, note)
            found = home.schedule(KEY)
            assert (found.suspended, found.marked, found.interval_days) == wanted
            assert (found.due_day is None) == (wanted[2] == 0)
    logged = len(home.logged())
    for note, _ in steps:
        take(home, note)
    assert home.schedule(KEY).interval_days == 30
    assert len(home.logged()) == logged


def test_what_was_graded_here_keeps_its_schedule_and_the_report_says_so(home: Home) -> None:
    assert "not taken" not in take(home, NOTE)
    home.answer(KEY, 4)
    mine = home.schedule(KEY)
    assert "not taken" not in take(home, NOTE)
    newer = NOTE._replace(changed=2_000_000_000, state=(2, -1, 190, 90, 2360, 1))
    assert "newer schedule in Anki was not taken: 1" in take(home, newer)
    assert home.schedule(KEY)[:4] == mine[:4]
    assert home.schedule(KEY).suspended
    assert "not taken" not in take(home, newer)
    # What was set here Anki does not unset.
    take(home, NOTE._replace(guid="other"))
    actions.act(home.desk, "words/other", action="suspend")
    take(home, NOTE._replace(guid="other", changed=2_000_000_000))
    assert home.schedule("words/other").suspended


def test_reviews_are_counted_once_wherever_their_card_goes(home: Home) -> None:
    take(home, NOTE)
    assert "new here: 0" in take(home, NOTE, localOffset=-480)
    moved = write_package(home.folder / "moved.apkg", [NOTE._replace(deck="Other")])
    (deck,) = home.take(moved, with_progress=True).decks
    (key,) = home.cards(deck.deck)
    kinds = [step.event.kind for step in home.desk.store.log.history(key)]
    assert sorted(kinds) == ["recorded", "schedule_set"]


def test_ones_own_package_brings_nothing_new(home: Home, write: Write) -> None:
    home.take(write("t.csv", "question,answer,id\nA?,a,a\nB?,b,b\nC?,c,c\n"))
    for key in ("t/a", "t/b"):
        for q in (4, 1, 4):
            home.answer(key, q, days=1)
    actions.act(home.desk, "t/a", action="suspend")
    actions.act(home.desk, "t/b", action="mark")
    before = home.state()
    assert home.counts(home.export("apkg", decks=("t",)), with_progress=True) == [(0, 0, 3, 0)]
    assert home.state() == before


BERLIN, SHANGHAI = ("Europe/Berlin", 1_704_078_000), ("Asia/Shanghai", 1_704_052_800)
"""Zones with the second that was four in the morning of a winter's day."""
INSTANTS: tuple[tuple[tuple[str, int], dict[str, int], str, str], ...] = (
    # A collection without an offset is of the zone of here, in summer as in winter.
    (BERLIN, {}, "2024-07-10T01:30", "2024-07-09"),
    (BERLIN, {}, "2024-07-10T02:30", "2024-07-10"),
    (BERLIN, {}, "2024-01-10T02:30", "2024-01-09"),
    (BERLIN, {"creationOffset": -60}, "2024-07-10T02:30", "2024-07-10"),
    (SHANGHAI, {}, "2024-07-09T20:30", "2024-07-10"),
    # One from elsewhere keeps its own.
    (BERLIN, {"creationOffset": -480}, "2024-07-09T20:30", "2024-07-10"),
    (BERLIN, {"localOffset": -480}, "2024-07-09T20:30", "2024-07-10"),
)


def test_a_review_is_of_the_day_that_its_own_instant_had(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, ((zone, four), conf, hour, day) in enumerate(INSTANTS):
        at = int(datetime.fromisoformat(hour).replace(tzinfo=UTC).timestamp())
        note = NOTE._replace(guid=f"n{number}", reviews=((at * 1000, 3),))
        with monkeypatch.context() as here:
            here.setenv("TZ", zone)
            time.tzset()
            take(home, note, created=SHANGHAI[1] if -480 in conf.values() else four, **conf)
        time.tzset()
        past = (step.event for step in home.desk.store.log.history(f"words/n{number}"))
        assert [date_of(one.day).isoformat() for one in past if one.kind == "recorded"] == [day], number
        assert date_of(home.schedule(f"words/n{number}").due_day or 0).isoformat() == "2024-04-10", number
