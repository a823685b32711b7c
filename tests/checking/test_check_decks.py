from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from threading import Barrier

import pytest

from ptcards.checking.check import DOUBTS, DeckReport, check_files
from ptcards.paths import shipped
from ptcards.runner.protocol import Outcome
from ptcards.runner.runner import Job, Runner
from tests.conftest import LONG

SOUND = """\
deck: sound
preamble: |
  import random
cards:
  - id: around
    question: Turn `x` around.
    given: x = [random.randint(1, 99) for _ in range(4)]
    check: |
      assert isinstance(answer, list), "a list is asked for"
      assert len(answer) == 4, "all four of them"
      assert answer == [x[3], x[2], x[1], x[0]], "the last goes first"
    solution: x[::-1]
    also: ["list(reversed(x))", "[x[-n] for n in (1, 2, 3, 4)]"]
    wrong:
      - code: x[:]
        because: a slice keeps the order
      - code: x[4]
        because: the last is at 3
        raises: IndexError
    hints: [Where?]
    explanation: It goes last.
"""


@pytest.fixture
def check(tmp_path: Path, bare: Runner, runner: Runner) -> Check:
    return Check(tmp_path, bare, runner)


class Check:
    """Checks decks given as text, with torch only where they name it."""

    def __init__(self, folder: Path, bare: Runner, runner: Runner) -> None:
        self.folder = folder
        self.bare = bare
        self.runner = runner

    def write(self, text: str, name: str = "deck.yaml") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def __call__(self, text: str, *, mutate: bool = False) -> DeckReport:
        runner = self.runner if re.search(r"\b(torch|np)\b", text) else self.bare
        (report,) = check_files([self.write(text)], runners=[runner], mutate=mutate).decks
        return report

    def card(self, card: str, *, mutate: bool = False) -> DeckReport:
        """Check one card, which has all that lint wants unless it says otherwise."""
        card = textwrap.dedent(card).strip()
        for key, value in (("hints", "[h]"), ("explanation", "e"), ("question", "q")):
            if f"{key}:" not in card:
                card += f"\n{key}: {value}"
        if "wrong:" not in card:
            card += "\nwrong: [{code: '-1', because: b}]"
        imports = "torch, numpy as np" if re.search(r"\b(torch|np)\b", card) else "os"
        head = f"deck: d\npreamble: import {imports}\ncards:\n  - id: a\n"
        return self(head + textwrap.indent(card, "    ") + "\n", mutate=mutate)


def kinds(report: DeckReport) -> list[str]:
    return [problem.kind for problem in report.problems]


def test_a_sound_deck_has_no_problems(check: Check) -> None:
    report = check(SOUND)
    assert (report.problems, report.warnings) == ([], [])
    assert (report.deck, report.cards, report.skipped) == ("sound", 1, 0)
    assert report.runs > 3 * 5


FLAWS = {
    "a solution that fails": ("solution: x[::-1]", "solution: x[::-2]", 12, "solution-fails", "all four of them"),
    "another answer that fails": ("(1, 2, 3, 4)", "(0, 1, 2, 3)", 13, "also-fails", "`also[1]`"),
    "a mistake that passes": ("code: x[:]", "code: x[-1:-5:-1]", 15, "wrong-passes", ""),
    "the same mistake again": ("    hints", "      - {code: 'x[ : ]  # it', because: it}\n    hints", 20, "same-mistake", ""),
    "a mistake that raises": ("        raises: IndexError\n", "", 17, "wrong-differs", "raises: IndexError"),
    "a mistake that raises something else": ("IndexError", "ValueError", 17, "wrong-differs", ""),
    "given code that raises": ("x = [", "|\n      y = 1\n      x = 1 / 0 + [", 9, "broken", "ZeroDivisionError"),
    "an assertion that never fires": ("    solution", "      assert len(answer) < 9, 'm'\n    solution", 12, "never-fires", ""),
}  # fmt: skip
"""In the place of what stands what else; the line, kind and words of the problem."""


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_is_reported_at_its_line(check: Check, name: str) -> None:
    old, new, line, kind, words = FLAWS[name]
    assert SOUND.count(old) == 1
    (problem,) = check(SOUND.replace(old, new)).problems
    assert (problem.line, problem.card, problem.kind) == (line, "around", kind)
    assert words in problem.message


VARIED = "given: x = [0] * $n\ncheck: assert answer == $n, 'm'\nsolution: len(x)\nvary: {n: [3, 5, 7]}\n"
CONSTANT = "given: x = [0] * 9\nsolution: len(x)\ncheck: assert type(answer) is int and answer == 9, 'm'\n"
TENSOR = "check: |\n  assert isinstance(answer, torch.Tensor), 'm'\n  assert answer.tolist() == [1, 2], 'm'\n"
TENSOR += "solution: torch.tensor([1, 2])\nfixed: true\nwrong: [{code: 'torch.tensor([2, 1])', because: b}]"
COPY = "given: x = [1, 2]\ncheck: |\n  assert answer == given()['x'], 'm'\n  assert answer is not x, 'm'\n"
COPY += "solution: x.copy()\nwrong: [{code: x, because: b}]"
LITERAL = (
    "accepts: literal\nsolution: '(4, 1)'\nalso: ['torch.Size([4, 1])']\nwrong: [{code: '%s', because: b}]"
)
TEXT = "accepts: text\nsolution: a\nwrong: [{code: ' b ', because: c}]\n"
FLIPS = "check: assert answer == $n, 'n'\nsolution: $n\nalso: ['2 + 3']\nvary: {n: [5, 6]}"
ENDS = "check: assert answer == 3, 'three'\nsolution: 1 + 2\nlimits: {seconds: 0.5}\n"
ENDS += "wrong: [{code: '%s', because: b}, {code: '3', because: passes}]"
LEFT = (
    "given: import os; os.mkdir('here')\ncheck: |\n  assert torch.equal(torch.ones(1), torch.ones(1)), 'm'\n"
)
LEFT += "  assert answer == 3, 'm'\nsolution: 1 + 2\nwrong: [{code: torch.equal = None, because: b, raises: TypeError}]"
SLOW = "given: n = 5\ncheck: assert type(answer) is int and answer == 10, 'm'\nsolution: n * (n - 1) // 2\n"
SLOW += "within: {time: %s, setup: n = 200_000}\nwrong: [{code: '%s', because: b}, {code: n, because: b}]\n"
RULED = "given: x = [2, 1]\ncheck: assert answer == [1, 2], 'm'\nsolution: import math; [*reversed(x)]\n"
RULED += "forbid: [%s]\nalso: [%s]\nwrong: [{code: sorted(x), because: b}, {code: x, because: b}]"
BOUND = "check: assert answer == 3, 'm'\nsolution: y = 1 + 2"
SET = "check: assert answer == {1, 2}, 'm'\nsolution: '{1, 2}'"
ENDED = "dtype-passes one-answer wrong-differs wrong-passes"
JUDGED = {
    "a right answer for all values": (VARIED, "dtype-passes", ""),
    "an answer right for some values": (VARIED + "also: [$n]", "dtype-passes values-only", r"`also\[0\]`"),
    "the same where the values are fixed": (VARIED + "also: [$n]\nfixed: true", "dtype-passes", ""),
    "one answer for all draws": (CONSTANT, "one-answer", ""),
    "one answer, and fixed": (CONSTANT + "fixed: true", "", ""),
    "a solution that binds a value": (BOUND, "dtype-passes one-answer", ""),
    "a value of no common type": (SET, "one-answer", ""),
    "another dtype that passes": (TENSOR, "dtype-passes", ""),
    "a copy that is a right answer": (COPY, "one-answer", ""),
    "an answer that is right under some seeds": (FLIPS, "dtype-passes flips", "under [12] of 3 seeds"),
    "a literal": (LITERAL % "[4, 1]", "", ""),
    "a mistaken literal that is right": (LITERAL % "(4,1)", "wrong-passes", ""),
    "a mistaken text that is right": (TEXT + "also: [b]", "wrong-passes", ""),
    "a text with a check": (
        TEXT + "check: assert answer, 'm'",
        "never-fires trivial-passes wrong-passes",
        "",
    ),
    "an answer that ends its process": (ENDS % "import os; os._exit(0)", ENDED, ""),
    "an answer that hangs": (ENDS % "while True: pass", ENDED, ""),
    "an answer that exits": (ENDS % "import sys; sys.exit(0)", ENDED, ""),
    "answers that leave files and changes": (LEFT, "dtype-passes never-fires one-answer wrong-differs", ""),
    "a rule that a mistake breaks": (RULED % ("sorted", ""), "one-answer", ""),
    "a rule that the solution breaks": (RULED % ("import", ""), "solution-fails", "answered without imports"),
    "a rule that another right answer breaks": (
        RULED % ("sorted", "'sorted(x)'"),
        "also-fails one-answer",
        "",
    ),
    "a mistake that is too slow": (SLOW % (9, "sum(range(n))"), "one-answer", ""),
    "a right answer near to a limit": (
        SLOW.replace("solution: n * (n - 1) // 2", "solution: sum(range(n))") % (1.2, "2")
        + "also: [sum(range(n + 0))]",
        "near-limit one-answer",
        r"`also\[0\]` is too near to the limit of `within.time`",
    ),
    "a mistake that keeps within a limit": (SLOW % (9, "n * (n - 1) // 2"), "one-answer wrong-passes", ""),
    "what is measured fails": (SLOW.replace("n = 200_000", "m") % (9, "1"), "broken", "name 'm'"),
    "a rule about what is not there": (
        RULED % ("os.sorted", ""),
        "one-answer unknown-rule wrong-passes",
        "os.sorted",
    ),
    "assertions of which none is reached": (
        "check: |\n  assert answer, 'm'\n  assert answer != 'x', 'no x'\nsolution: 1 + 2",
        "dtype-passes never-fires one-answer trivial-passes wrong-passes",
        "",
    ),
}
"""A card, the kinds of its problems and warnings, and words of a problem."""


@pytest.mark.parametrize("name", JUDGED)
def test_a_card_has_the_problems_and_warnings_that_it_has(check: Check, name: str) -> None:
    card, expected, words = JUDGED[name]
    report = check.card(card)
    assert {one.kind for one in report.problems + report.warnings} == {*expected.split()}
    warned = {one.kind for one in report.warnings}
    assert warned == {*expected.split()} & {*DOUBTS}
    assert not words or any(re.search(words, one.message) for one in report.problems + report.warnings)


@pytest.mark.parametrize(
    ("card", "passing"),
    [
        ("given: x = torch.arange(3)\ncheck: assert len(answer) == 3, 'm'\nsolution: x + 1", "`x` unchanged"),
        ("check: assert answer.shape == (9,), 'm'\nsolution: torch.arange(9)", "zeros of the right shape"),
        ("check: assert answer.shape == (9,), 'm'\nsolution: torch.arange(9)", "random values of the right shape"),
        ("check: assert answer.shape == (9,), 'm'\nsolution: np.arange(9)", "ones of the right shape"),
        ("check: assert not answer, 'm'\nsolution: '[]'", "None passes"),
        ("given: x = [1]\ncheck: assert x == [1], 'm'\nsolution: x.copy()", "nothing done"),
        ("expects: [f]\ncheck: assert f(1) is None, 'm'\nsolution: |\n  def f(x):\n      print(x)", "does nothing"),
        ("expects: [f]\ncheck: assert f(1) == 1, 'm'\nsolution: |\n  def f(x):\n      return abs(x)", "gives its input"),
        ("check: assert answer(2) in (0, 4), 'm'\nsolution: 'lambda x: x * x'", "gives 0"),
        ("expects: [A]\ncheck: assert A(), 'm'\nsolution: |\n  class A:\n      x = 1", "an empty class"),
    ],
)  # fmt: skip
def test_answers_that_take_no_thought_must_not_pass(check: Check, card: str, passing: str) -> None:
    report = check.card(card)
    messages = [problem.message for problem in report.problems if problem.kind == "trivial-passes"]
    assert any(passing in message for message in messages), messages


def test_a_card_that_cannot_run_here_is_skipped_and_a_recall_card_never_runs(check: Check) -> None:
    report = check.card("requires: {torch: '>=99'}\ncheck: assert answer == 1, 'm'\nsolution: 1 + 0")
    assert (report.skipped, report.problems) == (1, [])
    report = check("deck: d\ncards:\n  - {id: a, question: q, solution: s, accepts: recall}\n")
    assert (report.runs, report.problems) == (0, [])


def test_a_mutant_that_still_passes_is_listed_and_can_be_marked(check: Check) -> None:
    card = textwrap.dedent("""
        check: |
          assert isinstance(answer, int), "a number"
          assert answer > 2, "more than two"
        solution: 4 + 5
        wrong: [{code: "1", because: b}]
        """)
    messages = [problem.message for problem in check.card(card, mutate=True).problems]
    assert any("`solution` still passes after 4 + 5 -> 4 (arithmetic)" in message for message in messages)
    marked = card + "x-equivalent: [{operators: [arithmetic, value], reason: also more than two}]"
    messages = [problem.message for problem in check.card(marked, mutate=True).problems]
    assert not any("(arithmetic)" in message for message in messages)
    for bad in ("code: '4'", "operators: [none], reason: r"):
        assert kinds(check.card(card + f"x-equivalent: [{{{bad}}}]")) == ["x-equivalent"]


TAME = {
    "total(*xs, by=1)": ("sum(xs) * by", "total(1, 2, by=3) == 9", "rounded, truncated, default by or"),
    "unit(x)": ("x / 255", "unit(np.array([510.0])) == 2", "in place, swallowed"),
    "known(x)": ("isinstance(x, A)", "known(A()) and not known(2)", "class asked, nothing for false"),
    "row(t)": ("t[1]", "row(torch.ones(2, 1)).sum() == 1", "dimension, dtype, cached"),
}
"""A function, what it returns, a check with tame values, and some operators whose mistakes it lets pass."""


@pytest.mark.parametrize("head", TAME)
def test_tame_values_are_found(check: Check, head: str) -> None:
    body, tried, operators = TAME[head]
    name, mistake = head.partition("(")[0], "torch.ones(7)" if "torch" in tried else "'no'"
    report = check.card(
        f"""
        given: "class A: ..."
        expects: [{name}]
        check: assert {tried}, "m"
        solution: |
          def {head}:
              return {body}
        wrong: [{{code: "{name} = lambda *_, **__: {mistake}", because: b}}]
        """,
        mutate=True,
    )
    found = {name for one in report.problems for name in re.findall(r"\(([a-z ]+)\): refuse", one.message)}
    assert set(operators.split(", ")) <= found, report.problems


def test_a_typed_constant_is_found(check: Check) -> None:
    card = "given: x = [0, 2, 4]\nsolution: sum(x)\ncheck: assert answer == 6, 'm'"
    assert any("(hard-coded)" in one.message for one in check.card(card, mutate=True).problems)


def test_files_that_cannot_be_read_do_not_stop_the_others(check: Check) -> None:
    broken, none = check.write("deck: [", "broken.yaml"), check.folder / "none.yaml"
    sound = check.write(SOUND, "sound.yaml")
    seen: list[tuple[int, int]] = []
    report = check_files([broken, sound], runners=[check.bare], progress=lambda *now: seen.append(now))
    assert [(deck.deck, len(deck.problems)) for deck in report.decks] == [("broken.yaml", 1), ("sound", 0)]
    assert report.exit_code == 1
    assert seen == sorted(seen)
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 0
    data = report.to_json()
    assert data.keys() == {"decks", "seconds"}
    deck = data["decks"][0]
    assert deck.keys() == {"deck", "cards", "runs", "skipped", "problems", "warnings"}
    assert deck["problems"][0].keys() == {"file", "line", "card", "kind", "message"}
    missing = check_files([none], runners=[check.bare])
    assert (missing.exit_code, kinds(missing.decks[0])) == (2, ["unreadable"])


def test_a_translation_is_counted_in_its_deck(check: Check) -> None:
    deck = check.write("deck: d\ncards:\n  - {id: a, question: q, solution: s, accepts: recall}\n", "d.yaml")
    zh = check.write("translation-of: d\nlanguage: zh\ncards:\n  gone: {question: x}\n", "d.zh.yaml")
    (one,) = check_files([deck, zh], runners=[check.bare]).decks
    assert [(warning.file, warning.line, warning.kind) for warning in one.warnings] == [(zh, 4, "stale")]
    zh.write_text("translation-of: d\nlanguage: zh\ncards:\n  a: {check: x}\n")
    (alone,) = check_files([zh], runners=[check.bare]).decks
    assert [problem.file for problem in alone.problems] == [zh]


def test_every_example_of_the_guide_is_sound(check: Check) -> None:
    guide = (shipped("decks") / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```yaml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    cards = "".join(textwrap.indent(example, "  ") for example in examples if example.startswith("- id:"))
    deck = next(example for example in examples if example.startswith("format:"))
    report = check(deck.rstrip() + "\n" + cards, mutate=LONG)
    assert [str(problem) for problem in report.problems] == []


class Meeting(Runner):
    """The real runner, whose first job waits until the other's has come too."""

    def __init__(self, runner: Runner, barrier: Barrier) -> None:
        super().__init__()
        self.runner = runner
        self.barrier = barrier
        self.cards: set[str] = set()

    def run(self, job: Job) -> Outcome:
        return self.runner.run(job)

    def run_all(self, jobs: Sequence[Job]) -> list[Outcome]:
        if not self.cards:
            self.barrier.wait(60)
        self.cards |= {job.card for job in jobs}
        return self.runner.run_all(jobs)


def test_cards_are_run_side_by_side_with_the_same_report(check: Check) -> None:
    deck = SOUND.replace("code: x[:]", "code: x[-1:-5:-1]")
    path = check.write(deck + deck.partition("cards:\n")[2].replace("id: around", "id: again"))
    barrier = Barrier(2)
    pair = [Meeting(check.bare, barrier), Meeting(check.bare, barrier)]

    (together,) = check_files([path], runners=pair).decks
    (alone,) = check_files([path], runners=[check.bare]).decks

    assert together == alone
    assert kinds(together) == ["wrong-passes"] * 2
    assert pair[0].cards.isdisjoint(pair[1].cards)
    assert all(each.cards for each in pair)


def test_what_comes_before_a_card_is_there_and_does_not_wait_for_it(check: Check) -> None:
    after = {
        "a": "[d/b]",
        "b": "[c, elsewhere/x]",
        "c": "[e,\n    a]",
        "e": "[e]",
        "f": "[a, d/gone]",
        "g": "[f]",
    }
    cards = [
        f"  - id: {name}\n    question: q\n    accepts: recall\n    solution: s\n    after: {names}\n"
        for name, names in after.items()
    ]
    report = check("deck: d\ncards:\n" + "".join(cards))
    assert [
        (one.card, one.line, one.message.partition(": ")[2] or one.message) for one in report.problems
    ] == [
        ("a", 7, "a after b after c after a"),
        ("b", 12, "b after c after a after b"),
        ("c", 18, "c after a after b after c"),
        ("e", 23, "e after e"),
        ("f", 28, "`after` names gone, which is no card of this deck"),
    ]
