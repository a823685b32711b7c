"""Cards from a line of code, and decks to start from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from ptcards import paths
from ptcards.checking.check import check_files
from ptcards.checking.drafting import add_card, draft_card, draft_deck, own_deck, prove, save, starter_deck
from ptcards.config import Config
from ptcards.deck.card import Card
from ptcards.deck.reading import read_deck, write_deck
from ptcards.errors import DeckError, UsageError
from ptcards.runner.runner import Runner
from ptcards.scheduling.days import Moment
from ptcards.study.decks import open_desk, read_file, take_in
from ptcards.study.desk import Desk, job_for

FILE = Path("mine.yaml")


def problems_of(file: Path, runner: Runner) -> list[str]:
    report = check_files([file], runners=[runner], progress=lambda _done, _total: None)
    return [str(problem) for deck in report.decks for problem in deck.problems]


def test_a_line_becomes_a_card_that_proves_itself(runner: Runner, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(write_deck(draft_deck("x.unsqueeze(1)", "x = torch.arange(4)", "mine", "column", runner)))
    assert problems_of(file, runner) == []
    (card,) = read_deck(file)[0].cards
    for asked in ("torch.Tensor", "(4, 1)", "torch.int64", "same(answer, solution().answer)"):
        assert asked in card.check
    assert "x.unsqueeze(0)" in {wrong.code for wrong in card.wrong}


LINES = [
    ("x.add_(1)", "x = torch.arange(3)", "same(answer, solution().answer)"),
    ("x += 1", "x = torch.zeros(3)", "same(answer, solution().answer)"),
    ("y = x * 2; y + 1", "x = torch.arange(4)", "same(answer, solution().answer)"),
    ("x[m]", "x = torch.arange(5); m = x > 2", "same(answer, solution().answer)"),
    ("x.T  # turned", "x = torch.zeros(2, 3)", "same(answer, solution().answer)"),
    ("x.shape", "x = torch.zeros(2, 3)", '"Size"'),
    ("x.dtype", "x = torch.zeros(2, 3)", "same(answer, solution().answer)"),
    ("{1, 2}", "", "same(answer, solution().answer)"),
    ("len('abc')", "", 'type(answer).__name__ == "int"'),
    ("torch.rand(3)", "", '"the shape is (3,)"'),
    ("lambda x: x + 1", "", "say what must hold of a function"),
    ("torch.nn.Linear(3, 2)", "", "(repr(ours.answer), ours.answer.state_dict())"),
    ("slice(1, 3)", "", "same(answer, solution().answer)"),
]
"""A line, what is given, and what its check asks for."""


@pytest.mark.parametrize(("line", "given", "asked"), LINES)
def test_the_check_passes_the_line_itself_and_compares_what_can_be(
    runner: Runner, line: str, given: str, asked: str
) -> None:
    deck = draft_deck(line, given, "mine", "card", runner)
    (card,) = deck.cards
    assert asked in card.check
    jobs = [job_for(deck, card, card.solution, seed=seed, fail_closed=True) for seed in range(3)]
    assert [outcome.message for outcome in runner.run_all(jobs) if not outcome.passed] == []


def test_a_card_is_added_behind_that_of_the_starter_deck_which_proves_itself(
    runner: Runner, tmp_path: Path
) -> None:
    file = tmp_path / "demo.yaml"
    file.write_text(starter_deck("demo", "demo.yaml"))
    assert problems_of(file, runner) == []
    (drafted,) = draft_deck("1 + 1", "", "demo", "two", runner).cards
    joined = add_card(file.read_text(), drafted, FILE)
    assert [card.id for card in read_deck(FILE, joined)[0].cards] == ["row-sums", "two"]
    with pytest.raises(DeckError, match="two"):
        add_card(joined, drafted, FILE)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("x.unsqueez(1)", "does not run: AttributeError"),
        ("x.unsqueeze(", "is not Python: '\\(' was never closed"),
        ("1 / 0", "does not run: ZeroDivisionError"),
        ("import os; os._exit(3)", "does not run: .*ended"),
        ("x.sub_(1); None", "gives no value"),
        ("x[0] = 1", "gives no value"),
    ],
)
def test_a_line_that_does_not_run_is_refused(runner: Runner, line: str, why: str) -> None:
    with pytest.raises(UsageError, match=f"the line {why}"):
        draft_deck(line, "x = torch.arange(4)", "mine", "a", runner)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runner: Runner) -> Iterator[Desk]:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path))
    opened = open_desk(tmp_path / "ptcards.db", Config(), lambda: Moment(1_790_000_000_000, 60), runner)
    yield opened
    opened.store.close()


def made(desk: Desk, slug: str, solution: str = "x.unsqueeze(1)") -> Card:
    deck = own_deck(desk, slug)
    card = Card(
        id="column",
        question="Make `x` a column.\n",
        given="x = torch.arange(4)\n",
        solution=solution,
        hints=("where?", "unsqueeze"),
        explanation="`unsqueeze` puts a new axis in.\n",
    )
    return draft_card(deck, card, desk.need_runner(), fail_closed=True)


def test_a_proved_card_makes_its_deck_or_stands_last_in_it_and_may_be_asked_at_once(desk: Desk) -> None:
    draft = prove(desk, "mine", made(desk, "mine"))
    assert draft.problems == ()
    assert not draft.file.exists()
    assert save(desk, draft) == "mine/column"
    text = draft.file.read_text()
    # By hand: four more spaces before each item, and a key behind the cards.
    head, _, items = text.partition("cards:\n")
    draft.file.write_text(
        f"{head}cards:\n{textwrap.indent(items, '    ')}\nabout: what I forget\n# the end\n"
    )
    assert save(desk, prove(desk, "mine", made(desk, "mine", "x[:, None]"))) == "mine/column-2"
    deck = read_deck(draft.file)[0]
    assert ([card.id for card in deck.cards], deck.about) == (["column", "column-2"], "what I forget")
    assert "# the end" in draft.file.read_text()
    for key in ("mine/column", "mine/column-2"):
        assert desk.run(desk.draw(desk.card(key)), "x.reshape(4, 1)").passed


def test_a_card_that_proves_nothing_is_not_saved(desk: Desk) -> None:
    draft = prove(desk, "mine", made(desk, "mine")._replace(check='assert len(x) == 4, "four"\n'))
    assert any("trivial" in problem.kind for problem in draft.problems)
    with pytest.raises(UsageError, match=r"mine.yaml:\d+"):
        save(desk, draft)
    assert not draft.file.exists()


def test_a_card_goes_only_into_a_deck_of_ones_own(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no deck of your own"):
        own_deck(desk, "pytorch-notes")
    with pytest.raises(UsageError, match="is no slug"):
        own_deck(desk, "My Deck")
    theirs = tmp_path / "theirs.yaml"
    theirs.write_text(starter_deck("theirs", "theirs.yaml"))
    take_in(desk, [read_file(theirs)])
    with pytest.raises(UsageError, match="ptcards trust theirs"):
        own_deck(desk, "theirs")
    paths.own_decks().mkdir()
    (paths.own_decks() / "lost.yaml").write_text(starter_deck("lost", "lost.yaml"))
    with pytest.raises(UsageError, match=r"ptcards import .*lost\.yaml"):
        own_deck(desk, "lost")
