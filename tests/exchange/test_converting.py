from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ptcards.checking.drafting import code_in, convert
from ptcards.deck.card import Accepts
from ptcards.deck.reading import read_deck
from ptcards.errors import DeckError, UsageError
from ptcards.runner.runner import Runner
from ptcards.study import actions, decks
from tests.exchange.homes import Home


@pytest.fixture
def running_home(
    new_home: Callable[[], Home], runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Home]:
    home = new_home()
    monkeypatch.setenv("PTCARDS_HOME", str(home.folder))
    home.desk.runner = runner
    yield home
    home.desk.runner = None


RECALL = """# my deck
deck: mine
cards:
  - id: one
    question: One?
    # a thought
    accepts: recall
    solution: |
      ```python
      torch.arange(3).float()
      ```

  # about two
  - {id: two, question: Two?, accepts: recall, solution: "1 + 1"}
  - {id: three, question: Three?, accepts: recall, solution: not code at all}
"""


def test_a_card_in_a_file_gets_a_check_from_its_solution_and_the_rest_stays(
    running_home: Home, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(RECALL)
    running_home.take(file)
    _, path, line, _ = convert(running_home.desk, "mine/one")
    card = {one.id: one for one in read_deck(file)[0].cards}["one"]
    assert (path, card.accepts, card.solution, card.given) == (
        file,
        Accepts.CODE,
        "torch.arange(3).float()",
        "import torch",
    )
    assert "tuple(answer.shape) == (3,)" in card.check
    assert 'str(answer.dtype) == "torch.float32"' in card.check
    assert "same(answer, solution().answer)" in card.check
    assert file.read_text().splitlines()[line - 1].strip() == "- id: one"
    assert file.read_text().startswith("# my deck\n")
    assert "  # about two\n  - {id: two," in file.read_text()
    decks.card_edited(running_home.desk, path)
    assert actions.answer(running_home.desk, "mine/one", "torch.arange(0, 3) * 1.0").outcome.passed
    assert not actions.answer(running_home.desk, "mine/one", "torch.arange(3)").outcome.passed
    convert(running_home.desk, "mine/two")
    assert "same(answer, solution().answer)" in {one.id: one for one in read_deck(file)[0].cards}["two"].check
    before = file.read_text()
    with pytest.raises(DeckError, match="not Python"):
        convert(running_home.desk, "mine/three")
    assert file.read_text() == before


def test_a_deck_without_a_file_gets_one(running_home: Home, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("question,answer,id\nTwo?,1 + 1,two\nWhy?,because it is so,why\n")
    running_home.take(table)
    running_home.answer("t/two", 4)
    _, path, _, _ = convert(running_home.desk, "t/two")
    assert path == running_home.folder / "decks" / "t.yaml"
    decks.card_edited(running_home.desk, path)
    assert actions.answer(running_home.desk, "t/two", "2").outcome.passed
    assert running_home.desk.store.library.schedule("t/two").repetitions == 1
    with pytest.raises(UsageError, match="executable already"):
        convert(running_home.desk, "t/two")


@pytest.mark.parametrize(
    ("markdown", "code"),
    [
        ("`x.T`", "x.T"),
        ("text\n```python\nx = 1\nx\n```\nmore", "x = 1\nx"),
        ("x + 1", "x + 1"),
        ("`a` or `b`", "a` or `b"),
    ],
)
def test_code_is_found_in_markdown(markdown: str, code: str) -> None:
    assert code_in(markdown) == code
