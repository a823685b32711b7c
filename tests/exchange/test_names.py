"""Who is who: whatever is renamed, moved or corrected elsewhere, a card stays the card that it was."""

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptcards.deck.card import Accepts, Card, Deck
from ptcards.exchange.incoming import ORIGIN, id_of_guid
from ptcards.scheduling.days import date_of
from ptcards.study import actions, decks
from ptcards.study.decks import deck_content
from tests.exchange.homes import DATA, Home, Write, sums
from tests.exchange.packages import BASIC, CLOZE, ODD, REVERSED, Note, write_package


def questions(home: Home) -> dict[str, str]:
    """Of the cards that were made of notes, by key."""
    cards = {card.key: orjson.loads(card.content) for card in home.desk.store.library.cards()}
    return {key: data["question"] for key, data in cards.items() if ORIGIN in data}


def test_guids_that_look_alike_do_not_meet(home: Home) -> None:
    notes = (
        Note("lesson-1", ("a", "b"), REVERSED, numbers=(0, 1)),
        Note("lesson-1-2", ("c", "d")),
        Note("lesson-1-c1", ("e", "f")),
        Note("lesson-1", ("{{c1::g}}", "h"), CLOZE),
        Note("x" * 60 + "1", ("i", "")),
        Note("x" * 60 + "2", ("j", "")),
        Note("words/lesson-1-2", ("k", "l")),
    )
    for order in (notes, notes[::-1]):
        found = home.take_notes(*order)
        assert found.new + found.same == 8
        assert sorted(questions(home).values()) == ["[...]", *"abceijk"]
    assert found.same == 8
    back = home.export("apkg", decks=("words",))
    assert sums(home.take(back))[:7] == (0, 0, 8, 0, 0, 0, 0)


def test_a_card_moved_in_anki_takes_its_history_along_and_is_not_new(home: Home) -> None:
    one, two = Note("one", deck="A", reviews=((1_700_000_000_000, 3),)), Note("two", deck="A")
    home.take_notes(one, two, with_progress=True)
    home.answer("a/one", 4)
    found = home.take_notes(one._replace(deck="B"), two, with_progress=True)
    assert (found.new, found.changed, found.same, found.renamed) == (0, 1, 1, 1)
    assert found.kept == 0
    (key,) = (key for key in home.cards() if key.endswith("/one"))
    assert key.startswith("b")
    assert home.schedule(key).answers == 1
    assert home.take_notes(one, two, replace=True).removed == 0
    assert home.schedule(key).answers == 1


def test_a_deck_renamed_here_takes_its_notes_and_the_decks_beside_it_theirs(home: Home) -> None:
    notes = Note("one", deck="A"), Note("two", deck="B")
    home.take_notes(*notes, with_progress=True)
    home.answer("a/one", 4)
    decks.rename(home.desk, "a", "mine")
    found = home.take_notes(*notes, Note("three", deck="A"), with_progress=True)
    assert (found.new, found.changed, found.same, found.renamed) == (1, 0, 2, 0)
    assert questions(home).keys() == {"mine/one", "mine/three", "b/two"}
    assert home.schedule("mine/one").answers == 1
    # A stranger's deck of that title is another.
    home.take_notes(Note("four", deck="A"))
    assert questions(home).keys() == {"mine/one", "mine/three", "b/two", "a/four"}


def test_a_deck_merged_and_renamed_here_gives_back_what_the_file_says_is_elsewhere(home: Home) -> None:
    notes = Note("one", deck="A"), Note("two", deck="B")
    home.take_notes(*notes)
    home.answer("a/one", 4)
    decks.rename(home.desk, "a", "mine")
    home.take_notes(*notes, deck="mine")
    assert questions(home).keys() == {"mine/one", "mine/two"}
    home.take_notes(*notes)
    assert {key.partition("/")[2] for key in questions(home)} == {"one", "two"}
    assert not any(key.startswith("mine/") for key in questions(home))
    assert sum(home.schedule(key).answers for key in questions(home)) == 1


def test_no_card_leaves_the_deck_of_a_file_for_a_package(home: Home) -> None:
    home.take_notes(Note("one", deck="a"))
    file = home.export("yaml", decks=("a",))
    home.take(file, replace=True)
    assert home.take_notes(Note("one", deck="b")).new == 1
    assert "a/one" in home.cards()


def test_a_card_whose_deck_was_removed_here_comes_back_wherever_it_is_now(home: Home) -> None:
    home.take_notes(Note("one", deck="A"))
    home.answer(next(iter(questions(home))), 4)
    home.desk.store.library.remove_deck("a")
    home.take_notes(Note("one", deck="B"))
    (key,) = questions(home)
    assert home.schedule(key).answers == 1


def test_two_notes_of_one_guid_in_two_decks_are_two_cards(home: Home) -> None:
    one, two = Note("one", deck="A"), Note("one", deck="B")
    home.take_notes(one)
    found = home.take_notes(two, one)
    assert found.new + found.changed + found.same == 2
    assert (home.take_notes(two, one).same, len(questions(home))) == (2, 2)


def test_what_the_file_lacks_is_said_and_goes_only_when_asked(home: Home) -> None:
    home.take_notes(Note("one"), Note("two"))
    assert home.take_notes(Note("one")).kept == 1
    assert home.take_notes(Note("one"), replace=True).removed == 1
    assert home.take_notes(Note("one"), Note("two")).new == 1


def test_a_note_whose_type_was_changed_is_the_note_that_it_was(home: Home) -> None:
    home.take_notes(Note("one"), Note("Hq,2:Obsgf"))
    found = home.take_notes(Note("one", kind=REVERSED), Note("Hq,2:Obsgf", kind=REVERSED, deck="Other"))
    assert (found.new, found.changed) == (0, 2)
    assert home.take_notes(Note("one", deck="Other")).new == 1


def test_a_library_from_before_texts_were_plain_keeps_its_cards_and_grades(
    new_home: Callable[[], Home], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "ptcards.db")) as db:
        db.executescript((DATA.parents[1] / "store" / "data" / "schema-0002.sql").read_text("utf-8"))
    home = Home(tmp_path)
    keys, before = home.cards(), home.state()
    found = sums(home.take(DATA / "latest.apkg", with_progress=True))
    assert (found.new, found.changed, found.kept) == (0, 7, 0)
    assert (home.cards(), home.state()) == (keys, before)
    assert questions(home)["python.torch/g-ca334e68d4c119d0"] == "What does x.T do?"
    assert not home.desk.store.log.check()
    home.desk.close()


def test_decks_that_an_earlier_version_took_for_one_part_with_their_grades(home: Home) -> None:
    guids = ("Hq,2:Obsgf", "Zx>9{Lqwer")
    cards = [Card(id_of_guid(guid, "c"), "old", "**old**", Accepts.RECALL) for guid in guids]
    home.desk.store.library.save([deck_content(Deck("c", tuple(cards), "C"))])
    for card in cards:
        home.answer(f"c/{card.id}", 4)
    found = home.take_notes(Note(guids[0], deck="C"), Note(guids[1], deck="C++"))
    assert (found.new, found.changed, found.kept) == (0, 2, 0)
    schedules = {key: home.schedule(key).answers for key in questions(home)}
    assert {key.partition("/")[0][:2]: answers for key, answers in schedules.items()} == {"c": 1, "c-": 1}


def test_a_note_whose_deck_became_a_file_and_was_renamed_does_not_come_again(home: Home) -> None:
    home.take_notes(Note("Hq,2:Obsgf", deck="A"))
    home.take(home.export("yaml", decks=("a",)), replace=True)
    decks.rename(home.desk, "a", "b")
    (error,) = home.take(home.folder / "notes.apkg").errors
    assert "this is deck 'a', which you renamed to 'b'" in error.message
    assert len(questions(home)) == 1


def test_a_text_file_changes_all_cards_of_a_note_that_a_package_brought(home: Home) -> None:
    home.take_notes(
        Note("one", ("a", "b"), REVERSED, numbers=(0, 1)), Note("two", ("{{c1::a}} x", ""), CLOZE)
    )
    text = home.export("anki-txt", home.folder / "notes.txt", decks=("words",))
    assert home.counts(text) == [(0, 0, 3, 0)]
    text.write_text(text.read_text().replace("\tb", "\tB").replace("x", "{{c2::X}}"))
    assert home.counts(text) == [(1, 3, 0, 0)]
    assert sorted(questions(home).values()) == ["B", "[...] X", "a", "a [...]"]


a_note = st.tuples(
    st.sampled_from(("a", "a-2", "a-c1", "Hq,2:O", "x" * 70, "b")),
    st.tuples(st.sampled_from(("one", "{{c1::two}} {{c2::three}}", "", " ", "1" * 100_001)), st.just("back")),
    st.sampled_from((BASIC, REVERSED, CLOZE, ODD, 5)),
    st.sampled_from(("A", "A::B", "C++", "C")),
    st.sampled_from(("", " t ")),
    st.sampled_from(((0,), (0, 1), (1,), (7,))),
).map(lambda facts: Note(*facts))


@settings(max_examples=6)
@given(files=st.lists(st.tuples(st.lists(a_note, max_size=6), st.booleans()), min_size=2, max_size=4))
def test_the_report_of_packages_adds_up(
    new_home: Callable[[], Home], files: list[tuple[list[Note], bool]]
) -> None:
    home, mine = new_home(), set[str]()
    for notes, replace in files:
        path = write_package(home.folder / "notes.apkg", notes)
        report = home.take(path, replace=replace)
        found, before, mine = sums(report), mine, set(questions(home))
        if report.errors:
            assert "no card in it" in report.errors[0].message
            assert mine == before
            continue
        in_file = sum(len(note.numbers) for note in notes)
        assert found.new + found.changed + found.same + found.left == in_file
        assert len(mine) == len(before) + found.new - found.removed
        again = sums(home.take(path, replace=replace))
        assert again.same + again.left == in_file
        assert not home.desk.store.log.check()


a_row = st.tuples(*map(st.sampled_from, (("", "g", "g-2", "a,b"), ("one", "two", "", " "), ("x", "y", ""))))


@settings(max_examples=6)
@given(
    files=st.lists(st.tuples(st.lists(a_row, min_size=1, max_size=6), st.booleans()), min_size=2, max_size=4)
)
def test_the_report_of_tables_adds_up(
    new_home: Callable[[], Home], files: list[tuple[list[tuple[str, ...]], bool]]
) -> None:
    home, mine = new_home(), set[str]()
    for rows, anki in files:
        path = home.folder / ("words.txt" if anki else "words.csv")
        lines = ["#separator:tab\n#guid column:1" if anki else "id,question,answer"]
        lines += ["\t".join(row) if anki else ",".join(f'"{cell}"' for cell in row) for row in rows]
        path.write_text("\n".join(lines) + "\n")
        report = home.take(path, deck="words")
        found, before, mine = sums(report), mine, set(home.cards("words"))
        repeats = re.search(r"rows that repeat .*: (\d+)", found.notes)
        left = len(report.errors) + (int(repeats[1]) if repeats else 0)
        in_file = sum(any(cell.strip() for cell in row) for row in rows)
        if report.decks:
            assert found.new + found.changed + found.same + left == in_file
        assert len(mine) == len(before) + found.new
        assert not home.desk.store.log.check()


# -- what was done in Anki since the last file, and the days that it was done on --------------------------------

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
