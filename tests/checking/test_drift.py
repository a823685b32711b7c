"""`ptcards drift`: cards that mean something else with another version of a library, and only those."""

import json
import signal
import threading
import venv
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from ptcards.checking.drift import Report, compare
from ptcards.cli.main import run
from ptcards.runner.interpreter import choose
from ptcards.runner.runner import Runner
from tests.conftest import LONG

# The same library twice, as releases differ: what is promised, what is chance, and what is only looks.
TINY = {
    "1": """
        import random
        class Shape(tuple):
            pass
        def total(values): return sum(values)
        def ordered(values, reverse=False): return sorted(values, reverse=reverse)
        def parse(text):
            if not text: raise ValueError("empty")
            return int(text)
        def clip(value, most): return min(value, most)
        def old(): return 1
        def wide(kind): return {"int": 32, "float": 32}[kind]
        def drawn(): return random.random()
        def pair(): return random.sample(range(100), 2)
        def third(): return 0.333333333
        def complain(): raise KeyError("no")
        def names(): return {"a", "b", "c", "d", "e", "f"}
        def flag(): return 100_000
    """,
    "2": """
        import random
        class Shape(tuple):
            pass
        def total(values): return float(sum(values))
        def ordered(values, reverse=True): return sorted(values, reverse=reverse)
        def parse(text):
            if not text: raise TypeError("empty")
            return int(text)
        def clip(value, most): return max(0, min(value, most))
        def wide(kind): return {"int": 32, "float": 64}[kind]
        def drawn(): return [random.random() for _ in range(3)][-1]
        def pair(): return random.sample(range(99, -1, -1), 2)
        def third(): return 0.333333334
        def complain(): raise KeyError("no such thing")
        def names(): return {"f", "e", "d", "c", "b", "a"}
        def flag(): return 100_001
    """,
}
CHANGED = {
    "total-is-a-float": {"solution"},  # passes in both, and is of another type
    "order-turned": {"solution"},
    "another-error": {"wrong[0]"},
    "mistake-passes": {"wrong[0]"},
    "gone": {"solution", "also[0]"},
    "one-draw-only": {"solution"},
    "other-value": {"solution"},
}
DECK = """
deck: tiny
preamble: import tiny
cards:
  - id: total-is-a-float
    question: the sum
    check: 'assert answer == 6, "six"'
    solution: tiny.total([1, 2, 3])
    wrong: [{code: "0", because: not it}]
  - id: order-turned
    question: in order
    check: 'assert answer == [1, 2], "in order"'
    solution: tiny.ordered([2, 1])
    also: ["sorted([2, 1])"]
    wrong: [{code: "tiny.ordered([2, 1], reverse=True)", because: not it}]
  - id: another-error
    question: parse
    check: 'assert answer == 5, "five"'
    solution: tiny.parse("5")
    wrong: [{code: 'tiny.parse("")', because: not it, raises: ValueError}]
  - id: mistake-passes
    question: nothing below zero
    check: 'assert answer == 0, "not below 0"'
    solution: max(0, tiny.clip(-3, 5))
    wrong: [{code: "tiny.clip(-3, 5)", because: not it}]
  - id: gone
    question: one
    check: 'assert answer == 1, "one"'
    solution: tiny.old()
    also: [tiny.old() + 0]
    wrong: [{code: "2", because: not it}]
  - id: one-draw-only
    question: how wide is $kind
    check: 'assert answer == 32, "32"'
    solution: tiny.wide("$kind")
    wrong: [{code: "16", because: not it}]
    vary: {kind: [int, float]}
  - id: other-value
    question: any number
    check: 'assert answer > 0, "positive"'
    solution: tiny.flag()
    wrong: [{code: "0", because: not it}]
  - id: chance
    question: a number drawn
    check: |
      assert answer >= 0.3, "not below 0.3"
      assert answer < 0.8, "not above 0.8"
    solution: 0.3 + tiny.drawn() / 2
    wrong: [{code: tiny.drawn(), because: now and then}]
  - id: chance-of-two
    question: two numbers
    check: 'assert len(answer) == 2, "two"'
    solution: tiny.pair()
    wrong: [{code: "[]", because: not it}]
  - id: last-digits
    question: a third
    check: 'assert abs(answer - 1 / 3) < 1e-6, "a third"'
    solution: tiny.third()
    wrong: [{code: "3", because: not it}]
  - id: other-words
    question: an error
    check: 'assert raises(KeyError, tiny.complain), "KeyError"'
    solution: "1"
    wrong: [{code: tiny.complain(), because: not it, raises: KeyError}]
  - id: a-set
    question: six names
    check: 'assert len(answer) == 6, "six"'
    solution: tiny.names()
    wrong: [{code: "set()", because: not it}]
  - id: an-object
    question: something
    check: 'assert answer is not None, "something"'
    solution: id(tiny)
    also: [object(), "hash('a')", tiny, tiny.total]
    wrong: [{code: None, because: not it}]
  - id: by-heart
    question: which
    accepts: literal
    solution: "1"
    wrong: [{code: "2", because: not it}]
"""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two Pythons, each with its own version of the library."""
    found = list[str]()
    for version, text in TINY.items():
        folder = tmp_path_factory.mktemp(f"tiny-{version}")
        venv.create(folder, symlinks=True)
        (packages,) = folder.glob("lib/python3*/site-packages")
        lines = text.strip("\n").splitlines()
        (packages / "tiny.py").write_text("\n".join(line[8:] for line in lines))
        about = packages / f"tiny-{version}.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n")
        found.append(str(folder / "bin" / "python"))
    return found


@pytest.fixture(scope="module")
def runners(two: list[str]) -> Iterator[list[Runner]]:
    with ExitStack() as opened:
        there = [choose({"python": one, "by": "a test"}) for one in two]
        yield [opened.enter_context(closing(Runner(interpreter=one, ahead=False))) for one in there]


def changes(report: Report) -> dict[str, set[str]]:
    found = dict[str, set[str]]()
    for deck in report.decks:
        for problem in deck.problems:
            found.setdefault(problem.card, set()).add(problem.message.split("`")[1])
    return found


@pytest.mark.parametrize("first", [0, 3, 6] if LONG else [0])
def test_all_that_changed_its_meaning_is_found_and_nothing_else(
    tmp_path: Path, runners: list[Runner], first: int
) -> None:
    (deck := tmp_path / "tiny.yaml").write_text(DECK)
    assert changes(compare([deck], runners, first=first)) == CHANGED


def test_one_python_differs_in_nothing_from_itself(tmp_path: Path, runners: list[Runner]) -> None:
    (deck := tmp_path / "tiny.yaml").write_text(DECK)
    assert changes(compare([deck], [runners[0], runners[0]])) == {}


def test_a_card_that_one_of_them_cannot_run_is_skipped(tmp_path: Path, runners: list[Runner]) -> None:
    (deck := tmp_path / "tiny.yaml").write_text(
        DECK.replace("preamble:", 'requires: {tiny: ">=2"}\npreamble:')
    )
    report = compare([deck], runners)
    assert (report.decks[0].skipped, changes(report)) == (13, {})


def test_the_command_tells_what_each_was_and_leaves_with_1(
    tmp_path: Path, two: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path / "home"))
    text = (
        DECK[: DECK.index("  - id: total")] + DECK[DECK.index("  - id: gone") : DECK.index("  - id: one-d")]
    )
    (deck := tmp_path / "tiny.yaml").write_text(text)
    pythons = [word for one in two for word in ("--python", one)]
    assert run(["drift", *pythons, str(deck)]) == 1
    said = capsys.readouterr()
    line = text.splitlines().index("    solution: tiny.old()") + 1
    told = (
        f"{deck}:{line}: card 'gone': `solution` passes in the first, and raises AttributeError in the second"
    )
    assert told in said.out.splitlines()
    assert said.out.splitlines()[-1] == "tiny: 1 card, 18 runs, 1 card changed"
    assert all(one in said.err for one in two)
    assert run(["drift", *pythons, "--json", str(deck)]) == 1
    (one,) = json.loads(capsys.readouterr().out)["decks"]
    assert {change["card"] for change in one["changes"]} == {"gone"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--python", "/no/such/python"], "there is no such program"),
        (["--python", "a", "--python", "b", "--python", "c"], "two Pythons are compared"),
        ([], "Missing option '--python'"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(
    tmp_path: Path,
    arguments: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path / "home"))
    assert run(["drift", *arguments, str(tmp_path / "none.yaml")]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_is_no_deck_is_named(
    tmp_path: Path, two: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCARDS_HOME", str(tmp_path / "home"))
    (deck := tmp_path / "bad.yaml").write_text("deck: A!\n")
    assert run(["drift", "--python", two[0], "--python", two[1], str(deck)]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith(f"{deck}:1: ") for line in lines), "nothing of changes: no card was read"
    assert run(["drift", "--python", two[0], "--python", two[1], str(tmp_path / "none.yaml")]) == 2


def test_an_interruption_waits_for_no_answer(tmp_path: Path, two: list[str]) -> None:
    card = "- {id: a, question: q, solution: '3', limits: {seconds: 60}, check: 'while True: assert answer'}"
    (deck := tmp_path / "long.yaml").write_text(f"deck: long\ncards:\n{card}\n")
    main = threading.main_thread().ident or 0

    def progress(_done: int, _total: int) -> None:
        threading.Thread(target=signal.pthread_kill, args=(main, signal.SIGINT)).start()

    with ExitStack() as opened:
        made = (Runner(interpreter=choose({"python": one}), ahead=False) for one in two)
        runners = [opened.enter_context(closing(one)) for one in made]
        with pytest.raises(KeyboardInterrupt):
            compare([deck], runners, progress=progress)
        assert [runner.status().message for runner in runners] == ["the runner is closed"] * 2
