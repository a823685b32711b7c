"""Anki's search words over a real library."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from ptcards.config import Config
from ptcards.errors import UsageError
from ptcards.scheduling.queue import Scope
from ptcards.study import actions
from ptcards.study.cards import Catalogue, card
from ptcards.study.session import Session
from tests.study.conftest import COLUMN, WORDS

if TYPE_CHECKING:
    from tests.study.conftest import Bench

MARKED = """\
deck: marked
cards:
  - id: batch
    question: |
      Make a batch `x` of **two**
      images; then `a*b` is one.
    accepts: recall
    solution: "yes"
  - {id: other, question: Make a bat of two., accepts: recall, solution: "no"}
"""


@pytest.fixture
def bench(open_bench: Callable[..., Bench]) -> Bench:
    return open_bench(WORDS, COLUMN, MARKED)


def found(bench: Bench, query: str) -> list[str]:
    return [card.key for card in Catalogue(bench.desk).find(query)]


def test_text_is_found_as_the_question_is_shown_and_as_its_file_has_it_and_an_asterisk_matches_any(
    bench: Bench,
) -> None:
    for query in ('"batch x"', '"batch `x`"', '"of two images"', '"**two**"', '"BATCH x of"', "marked/b"):
        assert "marked/batch" in found(bench, query)
        assert not {"words/one", "shapes/column"} & set(found(bench, query)), query
    both = ["batch", "other"]
    for query, ids in (
        ("make*two", both),
        ("make*images", ["batch"]),
        ("images*make", []),
        ("batc*", ["batch"]),
        ("*bat*", both),
        ('"a bat*of two"', both),
        ("-make*images", ["other"]),
        ("*", both),
        ("a*b", both),
    ):
        assert found(bench, f"deck:marked {query}") == [f"marked/{card_id}" for card_id in ids], query
    assert found(bench, "two*two*two*two*two*two") == []


def test_rated_finds_what_was_answered_in_the_last_days_and_how(bench: Bench) -> None:
    actions.grade(bench.desk, "words/one", 4)
    bench.pass_days(1)
    actions.grade(bench.desk, "words/two", 1)
    actions.grade(bench.desk, "words/three", 3)
    bench.pass_days(2)
    for query, ids in (
        ("rated:2", []),
        ("rated:3", ["three", "two"]),
        ("rated:4", ["one", "three", "two"]),
        ("rated:99999:1", ["two"]),
        ("rated:4:2", ["three"]),
        ("rated:4:3", ["one"]),
        ("rated:4:4", []),
        ("deck:words -rated:3", ["four", "one"]),
    ):
        assert sorted(found(bench, query)) == [f"words/{card_id}" for card_id in ids], query
    for query in ("rated:", "rated:0", "rated:-1", "rated:x", "rated:1:5", "rated:1:"):
        with pytest.raises(UsageError, match="write rated:7"):
            found(bench, query)


def test_rated_follows_undo_redo_and_a_card_that_was_renamed(bench: Bench) -> None:
    actions.grade(bench.desk, "words/one", 4)
    actions.undo(bench.desk)
    assert found(bench, "rated:1") == []
    actions.undo(bench.desk, redo=True)
    assert found(bench, "rated:1") == ["words/one"]
    actions.grade(bench.desk, "words/one", 1)
    actions.undo(bench.desk)
    assert found(bench, "rated:1:3") == ["words/one"]
    assert found(bench, "rated:1:1") == []
    bench.take(WORDS.replace("id: one,", "id: first, was: [one],"))
    assert found(bench, "rated:1") == ["words/first"]


def test_a_card_that_failed_on_four_days_in_a_row_is_a_leech(bench: Bench) -> None:
    for days in (1, 1, 2, 1, 1, 1):
        actions.grade(bench.desk, "words/one", 1)
        assert found(bench, "is:leech") == []
        bench.pass_days(days)
    session = Session(bench.desk, Scope(cards=("words/one",)))
    session.next()
    session.show()
    session.grade(0)
    assert session.summary().leeches == ("words/one",)
    assert found(bench, "is:leech") == ["words/one"]
    assert card(bench.desk, "words/one").leech
    bench.pass_days(1)
    actions.grade(bench.desk, "words/one", 4)
    assert found(bench, "is:leech") == []


def test_every_fourth_failure_after_the_eighth_marks_a_leech_again(bench: Bench) -> None:
    marks = []
    for _ in range(13):
        actions.grade(bench.desk, "words/one", 4)
        bench.pass_days(40)
        marks.append(actions.grade(bench.desk, "words/one", 1).leech)
        bench.pass_days(40)
    assert [number for number, leech in enumerate(marks, 1) if leech] == [8, 12]


def test_rated_asks_the_study_day_whatever_the_clock_says(bench: Bench) -> None:
    actions.grade(bench.desk, "words/one", 4)
    bench.pass_days(-400)
    actions.grade(bench.desk, "words/two", 4)
    assert found(bench, "rated:1") == ["words/one", "words/two"]
    bench.pass_days(400)
    assert found(bench, "rated:1") == ["words/one"]


def test_a_translated_question_is_found_in_both_languages_and_shown_in_the_configured_one(
    open_bench: Callable[..., Bench],
) -> None:
    desk, key = open_bench(config=Config(language="zh")).desk, "pytorch-notes/install-opencv"
    (card,) = Catalogue(desk).find("保留 -deck:words install")
    assert (card.key, "保留" in card.shown.question) == (key, True)
    assert key in [one.key for one in Catalogue(desk).find('"package do you keep"')]
    assert "keep" in Catalogue(open_bench().desk).find("install-opencv")[0].shown.question


def test_a_deck_is_called_as_its_translation_calls_it_at_home_and_where_a_card_is_asked(
    open_bench: Callable[..., Bench],
) -> None:
    desk = open_bench(WORDS).desk
    for language, title in (("zh", "逐条验证"), ("en", "by running"), ('x"y', "by running")):
        desk.config = Config(language=language)
        question = Session(desk, Scope(decks=("pytorch-notes",))).next()
        home = {deck.slug: deck.title for deck in desk.home().decks}
        assert question is not None
        assert title in home["pytorch-notes"]
        assert (title in question.deck_title, home["words"]) == (True, "Words")


def test_cards_that_are_visited_again_are_found_as_one_finds_them_anew(bench: Bench) -> None:
    known = Catalogue(bench.desk)
    queries = ("", "is:suspended", "-is:suspended", "is:new", "prop:reps=0", "rated:1", "is:orphaned")
    for query in queries:
        known.find(query, "deck")
    actions.act(bench.desk, "words/one", "words/two", action="suspend")
    actions.grade(bench.desk, "words/one", 4)
    known.reread(["words/one", "words/two", "words/unknown"])
    anew = Catalogue(bench.desk)
    for query in queries:
        assert list(known.find(query, "due")) == list(anew.find(query, "due"))
