"""`ptcards watch` in a real terminal: the test is the editor in the other window."""

import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.test_cli_plain import drafts, grades
from tests.tui.terminal import LIGHT, Terminal

MORE = """\
  - id: turn
    question: Turn `x` round.
    given: x = [1, 2, 3]
    check: assert answer == x[::-1], "the order is wrong"
    solution: x[::-1]
    starter: sorted(x)
    forbid: [loop]
    limits: {seconds: 1}
    hints: [A slice has a third number.]
  - {id: why, question: Why Paris?, accepts: recall, solution: It lies on an island.}
"""


@pytest.fixture
def mine(ptcards: Shell, write_deck: Callable[..., Path]) -> Shell:
    assert ptcards("import", write_deck(extra=MORE), "--trust").code == 0
    assert ptcards("decks", "disable", "pytorch-notes").code == 0
    return ptcards


class Window(Terminal):
    """The terminal of `ptcards watch`, and the file that is open in the editor beside it."""

    def __init__(self, shell: Shell, *arguments: str) -> None:
        self.place = shell.home.with_name("tmp")
        self.place.mkdir(exist_ok=True)
        environment = {**shell.environment(None), "TMPDIR": str(self.place), "COLUMNS": "200"}
        super().__init__([sys.executable, "-c", LIGHT, *arguments], environment, columns=200, lines=60)

    @property
    def file(self) -> Path:
        (file,) = self.place.glob("ptcards-*/answer.py")
        return file

    def answer(self, text: str) -> None:
        """Save an answer below the mark, by renaming as many editors do."""
        head, mark, _before = re.split(r"(# --- .* ---\n)", self.file.read_text())
        self.save(f"{head}{mark}{text}\n")

    def save(self, text: str) -> None:
        other = self.file.with_name("answer.py~")
        other.write_text(text)
        other.replace(self.file)

    def begun(self, *said: str) -> str:
        """What the file has of a new card."""
        self.wait_for("each time you save it, it is checked", *said)
        self.screen.reset()
        return self.file.read_text()

    def key(self, key: str, *said: str) -> None:
        self.type(f"{key}\r")
        self.wait_for(*said)
        self.screen.reset()


@contextmanager
def watching(shell: Shell, *arguments: str) -> Iterator[Window]:
    with Window(shell, "watch", *arguments) as window:
        yield window
        assert b"Traceback" not in window.raw
        assert window.is_restored()


def test_the_cards_of_today_are_answered_in_an_editor_and_graded_as_in_any_session(mine: Shell) -> None:
    with watching(mine, "--today") as window:
        text = window.begun("Card 1 of 3, mine/capital.")
        assert text.startswith("# The capital of France?\n")
        window.answer("London")
        window.wait_for("Not yet.")
        window.answer("London\n\n")
        window.wait_for("Saved as it was: not checked again.")
        window.key("h", "It stands on the Seine.")
        window.key("Paris", "The answer goes into the file; ? helps.")
        window.answer("Paris")
        window.wait_for("Right.", "1 Again: 1 day, again today (Enter)", "Grade:")
        window.answer("Paris!")
        window.wait_for("nothing more of this card is checked")
        window.key("", "Again, due 2026-11-24.", "Card 2 of 3", "load it again in your editor")
        kept = window.file.with_name("unchecked-1.py")
        assert kept.read_text() == "Paris!\n"

        assert window.file.read_text().endswith("your answer, below this line ---\nsorted(x)\n")
        window.save(text)
        window.wait_for("The file has an earlier card again")
        window.key("w", "Written anew")
        window.answer("import time; time.sleep(9)")
        before = len(window.raw)
        window.wait(lambda: len(window.raw) > before, "the check to begin")
        window.answer("x[::-1]")
        window.answer("[v for v in x]")
        window.wait_for("longer than 1 s", "without loops", "That is line 12 of the file.")
        assert window.file.read_text().splitlines()[11] == "[v for v in x]"
        window.save(window.file.read_text().replace("[1, 2, 3]", "[3]").replace("[v for v in x]", "x"))
        window.wait_for("what runs is the card's own", "the order is wrong")
        window.key("s", "Solution: x[::-1]", "Grade:")
        window.key("", "due 2026-11-24", "Card 3 of 3", "Enter shows the answer.")
        window.key("", "It lies on an island.", "Grade:")
        window.key("\r", "Type 1, 2, 3, 4")  # held down
        window.key("3", "Good, due", "Drill now?")
        window.key("n", "Done today: 3 cards")
        assert window.end() == 0
    assert grades(mine) == [("capital", "graded", 2), ("turn", "graded", 0), ("why", "graded", 4)]
    (review,) = mine("show", "mine/capital", "--json").json["reviews"]
    assert (review["answer"], review["verdict"]) == ("London", "fail")
    assert {one.name for one in kept.parent.iterdir()} == {"unchecked-1.py", "answer.py"}


def test_what_was_not_checked_is_kept_whoever_ends_it_and_asked_again(mine: Shell) -> None:
    with watching(mine, "capital") as window:
        window.begun("Card 1 of 1, mine/capital.")
        window.save("London\n")
        window.wait_for("this line is missing; w puts it back.", "# --- 1 mine/capital: your answer")
        window.file.unlink()
        window.wait_for("The file is gone: w writes it anew.")
        window.key("w", "Written anew")
        window.answer("Lyon \ufffd")
        window.wait_for("no UTF-8 text")
        window.save("Rome\n")
        window.process.send_signal(signal.SIGTERM)
        assert window.end() == 128 + signal.SIGTERM
        file = window.file
        assert f"it is kept:\n{file}\n" in window.text
    assert (file.read_text(), drafts(mine), grades(mine)) == ("Rome\n", {"mine/capital": "Rome"}, [])
    file.unlink()
    with watching(mine, "capital") as window:
        assert window.begun().endswith("below this line ---\nRome\n")
        window.answer("Rome")
        window.wait_for("Not yet.")
        window.type("b\r\rq\r")  # a paste
        window.wait_for("The answer goes into the file; ? helps.")
        folder = window.file.parent
        window.press("ctrl+c")
        assert window.end() == 130
        assert "is kept" not in window.text
    assert not folder.exists()
    assert drafts(mine) == {"mine/capital": "Rome"}
    assert mine("grade", "capital", "good").code == 0
    with Window(mine, "watch", "capital") as window:
        assert window.begun("mine/capital is not due today", "1 left").endswith("---\n\n")
        folder = window.file.parent
        window.hang_up()
        assert window.process.wait(60) == 128 + signal.SIGHUP
    assert not folder.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name a card (ptcards cards lists them), or pass --today."),
        (["capital", "--today"], "Name a card (ptcards cards lists them), or pass --today."),
        (["captal"], "There is no card 'captal'. Did you mean 'mine/capital'?"),
        (["turn"], "mine/turn cannot be asked now: suspended"),
    ],
)
def test_what_cannot_be_watched_is_refused_in_a_sentence(
    mine: Shell, arguments: list[str], said: str
) -> None:
    mine("suspend", "turn")
    done = mine("watch", *arguments)
    assert (done.code, done.err) == (2, f"{said}\n")
