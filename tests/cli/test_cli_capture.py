"""Cards of what went wrong, by the command line: from tracebacks, diffs and what was kept."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ptcards.checking.capture import from_diff, from_files
from ptcards.checking.check import check_files
from ptcards.deck.card import Card
from ptcards.deck.reading import read_deck
from ptcards.runner.runner import Runner
from tests.cli.shell import Done, QuickShell

TRAIN = """\
import sys
import torch
from layers import project

api_token = "sk-never-to-be-seen"
x, w = torch.randn(32, 64), torch.randn(10, 64)
note = "start"
if len(sys.argv) > 1:
    x = x[: int(sys.argv[1])]
print(note, project(x, w).shape)
"""
LAYERS = """\
def project(x, w):
    return x @ w
"""
FAILED = """\
start
Traceback (most recent call last):
  File "/home/ada/proj/train.py", line 10, in <module>
    print(note, project(x, w).shape)
                ^^^^^^^^^^^^^
  File "/home/ada/proj/layers.py", line 2, in project
    return x @ w
           ~~^~~
RuntimeError: mat1 and mat2 shapes cannot be multiplied (32x64 and 10x64)
"""
Capture = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "proj").mkdir()
    monkeypatch.chdir(tmp_path / "proj")
    Path("train.py").write_text(TRAIN)
    Path("layers.py").write_text(LAYERS)
    return tmp_path / "proj"


def saved(ptcards: QuickShell) -> list[Card]:
    return [*read_deck(ptcards.home / "decks" / "my-cards.yaml")[0].cards]


def test_a_traceback_becomes_a_card_that_proves_itself(
    ptcards: QuickShell, folder: Path, runner: Runner
) -> None:
    done = ptcards("capture", "--fix", "return x @ w.T", "--yes", stdin=FAILED)
    assert (done.code, "my-cards/x-w is in" in done.out) == (0, True), done.err
    (card,) = saved(ptcards)
    assert (card.starter, card.solution, card.wrong[0].code) == ("x @ w\n", "x @ w.T", "x @ w")
    assert (card.wrong[0].raises, card.source, card.tags) == (
        "RuntimeError",
        "layers.py:2",
        ("torch", "captured"),
    )
    assert "mat1 and mat2 shapes cannot be multiplied" in " ".join(card.question.split())
    assert "raises `RuntimeError`" in card.question
    assert card.hints[1] == "The mended line has more: `.T`"
    text = (ptcards.home / "decks" / "my-cards.yaml").read_text()
    assert "sk-never" not in text
    assert "torch.randn(32" not in text
    report = check_files([ptcards.home / "decks" / "my-cards.yaml"], runners=[runner], mutate=True)
    assert [str(one) for deck in report.decks for one in deck.problems] == []
    answered = ptcards("answer", "my-cards/x-w", "-", stdin="x @ w.mT")
    assert answered.code == 0, answered.out + answered.err
    assert {one.name for one in folder.iterdir()} == {"train.py", "layers.py"}


def test_a_statement_without_a_value_is_checked_by_what_it_changes(ptcards: QuickShell, folder: Path) -> None:
    Path("train.py").write_text(
        "import torch\nw = torch.randn(5, requires_grad=True)\ny = w * 2\ny.backward()\n"
    )
    text = 'Traceback (most recent call last):\n  File "train.py", line 4, in <module>\n    y.backward()\n'
    error = "RuntimeError: grad can be implicitly created only for scalar outputs\n"
    done = ptcards("capture", "-", "--fix", "y.sum().backward()", "--yes", "--json", stdin=text + error)
    assert done.code == 0, done.err
    assert done.json["card"] == "my-cards/y-backward"
    (card,) = saved(ptcards)
    assert ".grad, ours." in card.check


DIFF = """\
diff --git a/proj/mean.py b/proj/mean.py
--- a/mean.py
+++ b/mean.py
@@ -2,2 +2,2 @@ import numpy as np
 table = np.random.randn(6, 4)
-centred = table - table.mean(0)
+centred = table - table.mean(1, keepdims=True)
"""


def test_a_diff_becomes_a_card_of_what_silently_was_wrong(ptcards: QuickShell, folder: Path) -> None:
    text = "import numpy as np\ntable = np.random.randn(6, 4)\ncentred = table - table.mean(0)\n"
    new = text.replace("mean(0)", "mean(1, keepdims=True)")
    Path("mean.py").write_text(text)
    Path("new.py").write_text(new)
    two = from_files(Path("mean.py"), Path("new.py"))
    done = ptcards("capture", "mean.py", "new.py", "--diff", "--why", "Centre each row.", "--yes")
    assert done.code == 0, done.err
    (card,) = saved(ptcards)
    assert card.solution == "centred = table - table.mean(1, keepdims=True)"
    assert card.wrong[0].raises is None
    assert "Centre each row." in card.question
    assert card.tags == ("numpy", "captured")
    Path("mean.py").write_text(new)
    git = from_diff(DIFF)
    assert (git.failing, git.fix, git.request["script"]) == (two.failing, two.fix, text)


REFUSED = {
    "changed since": (
        {"layers.py": "def project(x, w):\n    return w @ x\n"},
        "return x @ w.T",
        "layers.py has changed since",
    ),
    "not here": ({"layers.py": ""}, "return x @ w.T", "layers.py has changed since"),
    "asks": (
        {"train.py": TRAIN.replace("start", "s").replace('"s"', "input()")},
        "return x @ w.T",
        "EOFError",
    ),
    "missing data": (
        {"train.py": TRAIN.replace('"start"', 'open("x.csv").read()')},
        "return x @ w.T",
        "FileNotFoundError",
    ),
    "the fix fails": ({}, "return x @ w + w.missing", "fix fails"),
    "the same": ({}, "return (x @ w)", "nothing is mended|fix fails"),
    "nothing new": ({}, "return x + 0", "is given already"),
    "no Python": ({}, "return x @", "not Python"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_made_says_why_and_leaves_a_card_to_finish(
    ptcards: QuickShell, folder: Path, case: str
) -> None:
    import re

    files, fix, why = REFUSED[case]
    for name, text in files.items():
        Path(name).write_text(text)
    Path("x-w.yaml").write_text("mine\n")
    done = ptcards("capture", "--fix", fix, "--yes", stdin=FAILED)
    assert done.code == 2
    assert re.search(why, done.err), done.err
    assert "x-w-2.yaml" in done.err
    assert Path("x-w.yaml").read_text() == "mine\n"
    assert not (ptcards.home / "decks" / "my-cards.yaml").exists()
    if case != "no Python":
        (card,) = read_deck(Path("x-w-2.yaml"))[0].cards
        assert card.starter == "x @ w\n"


def test_a_card_that_is_not_proved_is_left_to_be_finished_with_all_that_was_found(
    ptcards: QuickShell, folder: Path
) -> None:
    why = "It is to project each row. " * 40
    done = ptcards("capture", "--fix", "return x @ w.T", "--why", why, "--yes", stdin=FAILED)
    assert (done.code, "fit beside the editor" in done.err) == (2, True), done.err
    (card,) = read_deck(Path("x-w.yaml"))[0].cards
    assert "x = torch.randn(" in card.given
    assert "same(answer, solution().answer)" in card.check


@pytest.mark.parametrize(
    ("arguments", "stdin", "why"),
    [
        ([], FAILED, "nobody can be asked here"),
        (["--fix", "a", "--yes"], "", "there is nothing to read"),
        (["--fix", "a", "--yes"], "Error: no\n    at f (/a.js:1:28)\n", "this is JavaScript"),
        (["--last", "--fix", "a", "--yes"], "", "nothing was kept"),
        (["--last", "--diff"], "", "--last takes what was kept"),
        (["a", "b"], "", "one file is read"),
        (["--diff", "--yes"], "no diff", "there is no diff of a Python file"),
        (["missing.txt", "--fix", "a", "--yes"], "", "missing.txt cannot be read"),
        (["--fix", "a", "--yes", "--deck", "pytorch-notes"], FAILED, "no deck of your own"),
    ],
)
def test_what_makes_no_sense_is_said_in_a_sentence(
    ptcards: QuickShell, folder: Path, arguments: list[str], stdin: str, why: str
) -> None:
    done = ptcards("capture", *arguments, stdin=stdin)
    assert (done.code, why in done.err) == (2, True), done.err


TEST = """\
from layers import mean

def test_mean():
    password = "never to be seen"
    assert mean([1, 2, 6], "3") == 3
"""


def test_pytest_keeps_the_first_failure_for_last(ptcards: QuickShell, folder: Path) -> None:
    Path("test_layers.py").write_text(TEST)
    Path("layers.py").write_text("def mean(numbers, count):\n    return sum(numbers) / count\n")
    plugins = [part for name in ("asyncio", "hypothesispytest", "ptcards") for part in ("-p", f"no:{name}")]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, "-p", "ptcards.checking.plugin", "--ptcards-capture"],
        capture_output=True,
        text=True,
        env=ptcards.environment(None),
        check=False,
    )
    assert "Make a card of layers.py:2: ptcards capture --last" in told.stdout
    assert "never to be seen" not in (ptcards.home / "last-failure.json").read_text()
    done = ptcards("capture", "--last", "--fix", "return sum(numbers) / int(count)", "--id", "mean", "--yes")
    assert done.code == 0, done.err
    (card,) = saved(ptcards)
    assert (card.id, card.source, card.wrong[0].raises) == ("mean", "layers.py:2", "TypeError")


def test_what_the_shell_kept_is_read_where_it_is_newer(ptcards: QuickShell, folder: Path) -> None:
    (ptcards.home / "last-failure.json").write_text("{}")
    (ptcards.home / "last-traceback").write_text("ValueError\n")
    assert "no traceback was found" in ptcards("capture", "--last").err
    (ptcards.home / "last-traceback").unlink()
    assert "last-failure.json cannot be read" in ptcards("capture", "--last").err
