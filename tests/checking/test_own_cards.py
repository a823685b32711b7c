"""Cards of one's own before they are saved: what is typed, what is said of it, one's own failed answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ptcards.checking.drafting import save
from ptcards.checking.own_cards import Typed, attempt, keep, kept, mistakes_in, own_decks, text_of, typed_of
from ptcards.checking.own_mistake import from_failure
from ptcards.config import Config
from ptcards.deck.card import Card, Wrong
from ptcards.errors import CancelledError, UsageError
from ptcards.runner.runner import Runner
from ptcards.scheduling.days import Moment
from ptcards.study import actions
from ptcards.study.decks import open_desk, read_file, take_in
from ptcards.study.desk import Desk

DECK = """\
deck: others
preamble: |
  try:
      import torch
      import torch.nn.functional as F
  except ImportError:
      pass
  def rows(x):
      return F.relu(x).shape[0]
cards:
  - id: count
    question: How many rows has `x`?
    given: x = torch.ones($n, 2)
    check: assert answer == rows(x), "rows are meant"
    solution: len(x)
    also: ["rows(x)"]
    wrong: [{code: "x.shape[1]", because: that is the second dim}]
    hints: [one name]
    explanation: "`len` counts the first dim."
    vary: {n: [3, 4]}
  - {id: town, question: Where?, accepts: text, solution: Oslo}
  - {id: why, question: Why?, accepts: recall, solution: So.}
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: Runner) -> Iterator[Desk]:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    opened = open_desk(tmp_path / "ptcards.db", Config(), lambda: Moment(1_795_417_200_000, 60), runner)
    file = tmp_path / "others.yaml"
    file.write_text(DECK)
    take_in(opened, [read_file(file)], trust=True)
    yield opened
    opened.store.close()


MISTAKES = (
    Wrong("x.T", "it  turns\nround"),
    Wrong("def f(x):\n    # all\n\n    return x\n\n# last\nf(1)\n", "two", "TypeError"),
    Wrong("# a comment first\nx", "three"),
)


def test_mistakes_are_typed_below_why_they_are_some_and_read_as_they_were_written() -> None:
    text = text_of(MISTAKES)
    assert text.startswith("# it turns round\nx.T\n\n# two\n# raises TypeError\ndef f(x):")
    found = mistakes_in(text)
    assert [(one.because, one.raises) for one in found] == [
        ("it turns round", None),
        ("two", "TypeError"),
        ("three", None),
    ]
    assert found[1].code == "def f(x):\n    # all\n\n    return x\n# last\nf(1)\n"
    assert found[2].code == "# a comment first\nx\n"
    assert mistakes_in("x.T\n\n\n") == (Wrong("x.T", ""),)
    assert mistakes_in("# only words") == mistakes_in("") == ()


def test_what_is_typed_is_kept_under_its_name_until_it_is_forgotten(desk: Desk) -> None:
    typed = typed_of(
        "mine", Card("", "What?\n", "x", given="x = 1\ny = 2\n", hints=("a", "b"), wrong=MISTAKES[:1])
    )
    keep(desk, "", typed._replace(texts={**typed.texts, "wrong": "# half"}))
    keep(desk, "others/count", typed)
    assert kept(desk, "") == typed._replace(texts={**typed.texts, "wrong": "# half"})
    again = kept(desk, "others/count")
    assert isinstance(again, Typed)
    card = again.whole()
    assert (card.question, card.given, card.hints) == ("What?", "x = 1\ny = 2\n", ("a", "b"))
    assert card.wrong == (Wrong("x.T", "it turns round"),)
    keep(desk, "", None)
    assert kept(desk, "") is None


def test_what_is_left_open_is_drafted_and_proved_and_its_deck_is_the_next_ones(desk: Desk) -> None:
    assert own_decks(desk) == ["my-cards", "others"]
    # Nothing of another shape is tempting here: the check asks for none.
    tried = attempt(desk, "mine", Card("", "Turn it.", "x.flip(0)", given="x = torch.arange(3)"))
    assert tried.draft is not None, tried.said
    assert (tried.card.id, "shape" in tried.card.check) == ("x-flip-0", False)
    assert save(desk, tried.draft) == "mine/x-flip-0"
    assert own_decks(desk) == ["mine", "others"]
    assert desk.home().decks[0].slug == "mine"

    def stop() -> None:
        raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        attempt(desk, "mine", tried.card, stop)


@pytest.mark.parametrize(
    ("card", "field", "message"),
    [
        (Card("", " ", "1"), "question", "say what is asked for"),
        (Card("", "?", "x", given="x ="), "given", "this is not Python: x = (invalid syntax)"),
        (Card("", "?", "x", given="x = 1 / 0"), "given", "ZeroDivisionError"),
        (Card("", "?", "1 / 0"), "solution", "ZeroDivisionError"),
        (Card("", "?", "1", wrong=(Wrong("2", ""),)), "wrong", "why it is wrong"),
        (Card("", "a\n" * 13, "1"), "question", "question and given code take 13 lines"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(desk: Desk, card: Card, field: str, message: str) -> None:
    tried = attempt(desk, "mine", card)
    assert tried.draft is None
    ((found, said),) = [(one.field, one.message) for one in tried.said if not one.doubt]
    assert found == field
    assert message in said


def test_the_newest_failed_answer_becomes_a_card_that_stands_by_itself(desk: Desk) -> None:
    with pytest.raises(UsageError, match="others/count has no failed answer that was kept"):
        from_failure(desk, "count")
    actions.answer(desk, "others/count", "x.shape[1]", record=True)
    actions.answer(desk, "others/count", "x.numel()", record=True)
    actions.answer(desk, "others/count", "len(x)", record=True)
    card = from_failure(desk, "others/count")
    assert card.question == "How many rows has `x`?\n\nThis fails: rows are meant. Mend it.\n"
    # What the check takes from the deck comes along, the values are drawn.
    head, given = card.given.split("\nx = ")
    assert head == "import torch.nn.functional as F\ndef rows(x):\n    return F.relu(x).shape[0]"
    assert "$" not in given
    assert (card.starter, card.solution) == ("x.numel()", "len(x)")
    assert [one.code for one in card.wrong] == ["x.numel()", "x.shape[1]"]
    tried = attempt(desk, "mine", card)
    assert tried.draft is not None, tried.said
    assert save(desk, tried.draft) == "mine/count-mistake"
    assert desk.draw(desk.card("mine/count-mistake")).card.starter == "x.numel()"


def test_what_is_right_for_the_values_on_the_screen_only_fails_with_others(desk: Desk) -> None:
    number = desk.draw(desk.card("others/count")).card.given.partition("(")[2][0]
    actions.answer(desk, "others/count", number, record=True)
    card = from_failure(desk, "others/count")
    assert f"torch.ones({number}" not in card.given
    assert card.starter == number


def test_an_answer_that_passes_now_or_was_never_run_makes_no_card(desk: Desk, tmp_path: Path) -> None:
    actions.answer(desk, "others/town", "Bergen", record=True)
    card = from_failure(desk, "others/town")
    assert (card.solution, card.starter, [one.code for one in card.wrong]) == ("Oslo", "", ["Bergen"])
    tried = attempt(desk, "mine", card)
    assert tried.draft is not None, tried.said
    (tmp_path / "others.yaml").write_text(DECK.replace("Oslo", "Bergen"))
    take_in(desk, [read_file(tmp_path / "others.yaml")], trust=True)
    with pytest.raises(UsageError, match="failed answer to others/town makes no card: it passes now"):
        from_failure(desk, "others/town")
    actions.grade(desk, "others/why", 1)
    with pytest.raises(UsageError, match="others/why has no failed answer"):
        from_failure(desk, "others/why")
