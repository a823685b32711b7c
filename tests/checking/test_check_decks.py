from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from threading import Barrier

import pytest

from ptcards.checking.check import DeckReport, Report, check_files
from ptcards.paths import shipped
from ptcards.runner.protocol import Job, Outcome
from ptcards.runner.runner import Runner

SOUND = """\
deck: sound
preamble: |
  import torch
cards:
  - id: column
    question: Make `x` a column.
    given: x = torch.randint(-9, 10, (4,))
    check: |
      assert isinstance(answer, torch.Tensor), "a tensor is asked for"
      assert answer.shape == (4, 1), "the new dimension goes last"
      assert same(answer.flatten(), x), "the values must stay as they are"
    solution: x.unsqueeze(1)
    also: ["x[:, None]", "x.reshape(4, 1)"]
    wrong:
      - code: x.unsqueeze(0)
        because: dim 0 puts the new axis first
      - code: x.unsqueeze(2)
        because: dim runs from -2 to 1 here
        raises: IndexError
    hints: [Where?]
    explanation: It goes last.
"""


@pytest.fixture
def check(tmp_path: Path, check_runner: Runner) -> Check:
    return Check(tmp_path, check_runner)


class Check:
    """Checks decks given as text."""

    def __init__(self, folder: Path, runner: Runner) -> None:
        self.folder = folder
        self.runner = runner

    def write(self, text: str, name: str = "deck.yaml") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def __call__(self, text: str, *, mutate: bool = False) -> DeckReport:
        report = check_files([self.write(text)], runners=[self.runner], mutate=mutate)
        return report.decks[0]

    def card(self, card: str, *, mutate: bool = False) -> DeckReport:
        """Check one card, which has all that lint wants unless it says otherwise."""
        card = textwrap.dedent(card).strip()
        for key, value in (("hints", "[h]"), ("explanation", "e"), ("question", "q")):
            if f"{key}:" not in card:
                card += f"\n{key}: {value}"
        if "wrong:" not in card:
            card += "\nwrong: [{code: '-1', because: b}]"
        text = "deck: d\npreamble: import torch, numpy as np\ncards:\n  - id: a\n" + textwrap.indent(
            card, "    "
        )
        return self(text + "\n", mutate=mutate)


def kinds(report: DeckReport) -> list[str]:
    return [problem.kind for problem in report.problems]


def test_a_sound_deck_has_no_problems(check: Check) -> None:
    report = check(SOUND)
    assert (report.problems, report.warnings) == ([], [])
    assert (report.deck, report.cards, report.skipped) == ("sound", 1, 0)
    assert report.runs > 3 * 5


def test_a_solution_that_fails_is_reported_with_what_the_learner_would_see(check: Check) -> None:
    report = check(SOUND.replace("solution: x.unsqueeze(1)", "solution: x.unsqueeze(-2)"))
    (problem,) = report.problems
    assert (problem.line, problem.card, problem.kind) == (12, "column", "solution-fails")
    assert "the new dimension goes last" in problem.message


def test_an_alternative_that_fails_is_reported_at_its_line(check: Check) -> None:
    report = check(SOUND.replace('"x.reshape(4, 1)"', '"x.reshape(2, 2)"'))
    (problem,) = report.problems
    assert (problem.line, problem.kind) == (13, "also-fails")
    assert "`also[1]`" in problem.message


def test_a_mistake_that_passes_is_reported(check: Check) -> None:
    report = check(SOUND.replace("code: x.unsqueeze(0)", "code: x.view(4, 1)"))
    assert [(problem.line, problem.kind) for problem in report.problems] == [(15, "wrong-passes")]


def test_a_mistake_must_be_explained_by_its_own_words(check: Check) -> None:
    again = "      - {code: 'x.unsqueeze( 0 )  # again', because: another}\n    hints"
    report = check(SOUND.replace("    hints", again, 1))
    assert [(problem.line, problem.kind) for problem in report.problems] == [(20, "same-mistake")]


VARIED = """
given: x = torch.zeros($rows, 4)
check: |
  assert answer == $rows * 4, "m"
solution: x.numel()
vary: {rows: [3, 5, 7]}
"""


def test_a_right_answer_must_be_right_for_other_values(check: Check) -> None:
    assert check.card(VARIED).problems == []
    report = check.card(VARIED + "also: [$rows * 4]")
    assert kinds(report) == ["values-only"]
    assert "`also[0]`" in report.problems[0].message
    assert check.card(VARIED + "also: [$rows * 4]\nfixed: true").problems == []


def test_a_card_whose_draws_have_one_answer_is_doubted(check: Check) -> None:
    card = "given: x = torch.zeros(3, 4)\nsolution: x.numel()\n"
    card += "check: assert type(answer) is int and answer == 12, 'm'\n"
    assert [(one.kind, one.card) for one in check.card(card).warnings] == [("one-answer", "a")]
    assert check.card(card + "fixed: true").warnings == []
    assert [one.kind for one in check.card(VARIED).warnings] == ["dtype-passes"]


def test_a_mistake_must_fail_as_its_card_says(check: Check) -> None:
    report = check(SOUND.replace("        raises: IndexError\n", ""))
    (problem,) = report.problems
    assert problem.kind == "wrong-differs"
    assert "raises: IndexError" in problem.message
    report = check(SOUND.replace("raises: IndexError", "raises: ValueError"))
    assert kinds(report) == ["wrong-differs"]


def test_given_code_that_raises_breaks_the_card_at_its_line(check: Check) -> None:
    report = check.card("given: |\n  y = 1\n  x = 1 / 0\ncheck: assert answer == 1, 'm'\nsolution: 1 + 0")
    (problem,) = report.problems
    assert (problem.line, problem.kind) == (7, "broken")
    assert "ZeroDivisionError" in problem.message


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


def test_another_dtype_that_passes_is_only_a_warning(check: Check) -> None:
    report = check.card(
        """
        check: |
          assert isinstance(answer, torch.Tensor), "a tensor is asked for"
          assert answer.tolist() == [1, 2], "one, then two"
        solution: torch.tensor([1, 2])
        fixed: true
        wrong: [{code: "torch.tensor([2, 1])", because: b}]
        """
    )
    assert kinds(report) == []
    assert {warning.kind for warning in report.warnings} == {"dtype-passes"}


def test_a_copy_that_is_a_right_answer_is_not_called_trivial(check: Check) -> None:
    report = check.card(
        """
        given: x = [1, 2]
        check: |
          assert answer == given()["x"], "the values of x"
          assert answer is not x, "a copy is asked for"
        solution: x.copy()
        wrong: [{code: x, because: b}]
        """
    )
    assert report.problems == []


def test_an_assertion_that_nothing_reaches_is_reported_at_its_line(check: Check) -> None:
    report = check.card(
        """
        check: |
          assert isinstance(answer, int), "a number"
          assert answer == 3, "three"
          assert answer < 10, "less than ten"
        solution: 1 + 2
        """
    )
    assert [(problem.line, problem.kind) for problem in report.problems] == [(8, "never-fires")]


def test_an_assertion_that_nothing_reaches_is_reported_beside_what_passes(check: Check) -> None:
    report = check.card(
        """
        check: |
          assert answer, "not nothing"
          assert answer != "x", "no x"
        solution: 1 + 2
        """
    )
    assert set(kinds(report)) == {"wrong-passes", "trivial-passes", "never-fires"}


def test_an_answer_that_fails_under_some_seeds_only_is_reported_to_flip(check: Check) -> None:
    report = check.card(
        """
        check: assert answer == $n, "n"
        solution: $n
        also: ["2 + 3"]
        vary: {n: [5, 6]}
        """
    )
    (problem,) = report.problems
    assert problem.kind == "flips"
    assert re.search(r"under [12] of 3 seeds", problem.message)


@pytest.mark.parametrize("bad", ["import os; os._exit(0)", "while True: pass", "import sys; sys.exit(0)"])
def test_an_answer_that_ends_its_process_does_not_hide_the_others(check: Check, bad: str) -> None:
    report = check.card(
        f"""
        check: assert answer == 3, "three"
        solution: 1 + 2
        limits: {{seconds: 0.5}}
        wrong: [{{code: "{bad}", because: b}}, {{code: "3", because: passes}}]
        """
    )
    assert sorted(kinds(report)) == ["wrong-differs", "wrong-passes"]


def test_answers_do_not_see_each_others_files_and_changes(check: Check) -> None:
    report = check.card(
        """
        given: |
          import os
          os.mkdir("here")
        check: |
          assert torch.equal(torch.ones(1), torch.ones(1)), "torch is as it was"
          assert answer == 3, "three"
        solution: 1 + 2
        wrong: [{code: "torch.equal = None", because: b, raises: TypeError}, {code: "4", because: four}]
        """
    )
    assert set(kinds(report)) <= {"wrong-differs", "never-fires"}
    assert all("File exists" not in problem.message for problem in report.problems)


def test_literals_and_texts_without_a_check_are_compared(check: Check) -> None:
    card = "accepts: literal\nsolution: '(4, 1)'\nalso: ['torch.Size([4, 1])']\nwrong: [{code: '[4, 1]', because: b}]"
    assert check.card(card).problems == []
    assert kinds(check.card(card.replace("'[4, 1]'", "'(4,1)'"))) == ["wrong-passes"]
    assert kinds(check.card("accepts: text\nsolution: a\nalso: [b]\nwrong: [{code: ' b ', because: c}]")) == [
        "wrong-passes"
    ]


def test_trivial_texts_must_not_pass_either(check: Check) -> None:
    report = check.card(
        "accepts: text\ncheck: assert answer, 'm'\nsolution: opencv\nwrong: [{code: '', because: b}]"
    )
    assert "trivial-passes" in kinds(report)


def test_a_card_that_cannot_run_here_is_skipped(check: Check) -> None:
    report = check.card("requires: {torch: '>=99'}\ncheck: assert answer == 1, 'm'\nsolution: 1 + 0")
    assert (report.skipped, report.problems) == (1, [])


def test_recall_cards_run_nothing(check: Check) -> None:
    report = check("deck: d\ncards:\n  - {id: a, question: q, solution: s, accepts: recall}\n")
    assert (report.runs, report.problems) == (0, [])


def test_a_mutant_that_still_passes_is_listed_and_can_be_marked(check: Check) -> None:
    card = """
        check: |
          assert isinstance(answer, int), "a number"
          assert answer > 2, "more than two"
        solution: 4 + 5
        wrong: [{code: "1", because: b}]
        """
    messages = [problem.message for problem in check.card(card, mutate=True).problems]
    assert any("`solution` still passes after 4 + 5 -> 4 (arithmetic)" in message for message in messages)
    marked = card + "x-equivalent: [{operators: [arithmetic, value], reason: also more than two}]"
    messages = [problem.message for problem in check.card(textwrap.dedent(marked), mutate=True).problems]
    assert not any("(arithmetic)" in message for message in messages)
    for bad in ("code: '4'", "operators: [none], reason: r"):
        assert kinds(check.card(textwrap.dedent(card) + f"x-equivalent: [{{{bad}}}]")) == ["x-equivalent"]


TAME = {
    "total(*xs, by=1)": ("sum(xs) * by", "total(1, 2, by=3) == 9", "rounded, truncated, default by or"),
    "unit(x)": ("x / 255", "unit(np.array([510.0])) == 2", "in place, swallowed"),
    "known(x)": ("isinstance(x, A)", "known(A()) and not known(2)", "class asked, nothing for false"),
    "row(t)": ("t[1]", "row(torch.ones(2, 1)).sum() == 1", "dimension, dtype, cached"),
}
"""A function, what it returns, a check with tame values, and some operators whose mistakes it lets pass."""
TAME_CARD = """
  - id: {name}
    question: q
    given: "class A: ..."
    expects: [{name}]
    check: assert {check}, "m"
    solution: |
      def {head}:
          return {body}
    wrong: [{{code: "{name} = lambda *_, **__: torch.ones(7)", because: b}}]
    hints: [h]
    explanation: e
"""


def test_tame_values_are_found(check: Check) -> None:
    cards = "".join(
        TAME_CARD.format(name=head.partition("(")[0], head=head, body=body, check=tried)
        for head, (body, tried, _) in TAME.items()
    )
    report = check(f"deck: d\npreamble: import torch, numpy as np\ncards:{cards}", mutate=True)
    for head, (_, _, operators) in TAME.items():
        messages = [one.message for one in report.problems if head.startswith(f"{one.card}(")]
        found = {name for one in messages for name in re.findall(r"\(([a-z ]+)\): refuse", one)}
        assert set(operators.split(", ")) <= found, messages


def test_a_typed_constant_is_found(check: Check) -> None:
    card = "given: x = torch.arange(3) * 2\nsolution: x.sum()\ncheck: assert answer == 6, 'm'"
    assert any("(hard-coded)" in one.message for one in check.card(card, mutate=True).problems)


def test_a_broken_file_does_not_stop_the_others(check: Check) -> None:
    broken = check.write("deck: [", "broken.yaml")
    sound = check.write(SOUND, "sound.yaml")
    seen: list[tuple[int, int]] = []
    report = check_files([broken, sound], runners=[check.runner], progress=lambda *now: seen.append(now))
    assert [(deck.deck, len(deck.problems)) for deck in report.decks] == [("broken.yaml", 1), ("sound", 0)]
    assert report.exit_code == 1
    assert seen == sorted(seen)
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1] > 0


def test_a_file_that_cannot_be_opened_has_its_own_exit_code(check: Check) -> None:
    report = check_files([check.folder / "none.yaml"], runners=[check.runner])
    assert report.exit_code == 2
    assert report.decks[0].problems[0].kind == "unreadable"


def test_a_translation_is_counted_in_its_deck(check: Check) -> None:
    deck = check.write(SOUND, "d.yaml")
    zh = check.write("translation-of: sound\nlanguage: zh\ncards:\n  gone: {question: x}\n", "d.zh.yaml")
    report = check_files([deck, zh], runners=[check.runner])
    (one,) = report.decks
    assert [(warning.file.name, warning.line, warning.kind) for warning in one.warnings] == [
        ("d.zh.yaml", 4, "stale")
    ]
    zh.write_text("translation-of: sound\nlanguage: zh\ncards:\n  column: {check: x}\n")
    assert [problem.file.name for problem in check_files([zh], runners=[check.runner]).decks[0].problems] == [
        "d.zh.yaml"
    ]


def test_the_report_is_plain_data_for_scripts(check: Check) -> None:
    report: Report = check_files([check.write(SOUND.replace("x.unsqueeze(1)", "x"))], runners=[check.runner])
    data = report.to_json()
    assert data.keys() == {"decks", "seconds"}
    (deck,) = data["decks"]
    assert deck.keys() == {"deck", "cards", "runs", "skipped", "problems", "warnings"}
    assert deck["problems"][0].keys() == {"file", "line", "card", "kind", "message"}


def test_every_example_of_the_guide_is_sound(check: Check) -> None:
    guide = (shipped("decks") / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```yaml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    cards = "".join(textwrap.indent(example, "  ") for example in examples if example.startswith("- id:"))
    deck = next(example for example in examples if example.startswith("format:"))
    report = check(deck.rstrip() + "\n" + cards, mutate=True)
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
    cards = SOUND.partition("cards:\n")[2]
    many = SOUND + "".join(cards.replace("id: column", f"id: column-{n}") for n in range(1))
    path = check.write(
        many.replace("wrong:\n      - code: x.unsqueeze(0)", "wrong:\n      - code: x[:, None]")
    )
    barrier = Barrier(2)
    pair = [Meeting(check.runner, barrier), Meeting(check.runner, barrier)]

    (together,) = check_files([path], runners=pair).decks
    (alone,) = check_files([path], runners=[check.runner]).decks

    assert together == alone
    assert [problem.kind for problem in together.problems] == ["wrong-passes"] * 2
    assert pair[0].cards.isdisjoint(pair[1].cards)
    assert all(each.cards for each in pair)
