"""A card from a line of code just typed: run, described, and surrounded by its obvious mistakes."""

from pathlib import Path
from string import Template

from ptcards.checking.answers import mutants_of
from ptcards.deck.card import Card, Deck, Wrong
from ptcards.deck.reading import read_deck, syntax_problem, write_deck
from ptcards.errors import UsageError
from ptcards.runner.protocol import DATA, Value, Verdict
from ptcards.runner.runner import Runner
from ptcards.study.desk import job_for

PREAMBLE = "import numpy as np\nimport torch\n"
_MOST_TRIED, _MOST_WRONG = 24, 3


def starter_deck(slug: str, file: str) -> str:
    """A commented deck to start from."""
    text = Path(__file__).with_name("starter.yaml").read_text(encoding="utf-8")
    return Template(text).substitute(slug=slug, title=slug.replace("-", " ").capitalize(), file=file)


def draft_deck(line: str, given: str, slug: str, card_id: str, runner: Runner) -> str:
    """The text of a deck with one card whose solution is `line`; UsageError where the line does not run."""
    card = Card(
        id=card_id,
        question="What is asked for? One idea, understood alone, months later.\n",
        given=given,
        check="assert True\n",
        solution=line,
        hints=("A nudge.", "Nearly the answer."),
        explanation="What the learner will remember because they saw it happen.\n",
    )
    deck = Deck(slug=slug, cards=(card,), title=slug, preamble=PREAMBLE)
    if problem := syntax_problem(line):
        raise UsageError(f"the line is not Python: {problem[1]}")
    outcome = runner.value(job_for(deck, card, line, seed=0, fail_closed=False))
    if outcome.error or outcome.why:
        raise UsageError(f"the line does not run: {outcome.message}")
    if outcome.answer_value is None or outcome.answer_value.kind == "none":
        raise UsageError("the line gives no value to check: end it with what to look at, as in 'x.sort(); x'")
    card = with_check(deck, card, outcome.answer_value, runner, fail_closed=False)
    wrong: list[Wrong] = []
    # Small changes to the line that the check refuses, other numbers first.
    mutants = sorted(mutants_of(card), key=lambda mutant: not mutant.change[:1].isdigit())[:_MOST_TRIED]
    jobs = [job_for(deck, card, mutant.code, seed=0, fail_closed=False) for mutant in mutants]
    for mutant, outcome in zip(mutants, runner.run_all(jobs), strict=True):
        if outcome.verdict is Verdict.FAIL and (outcome.assertion or (outcome.slip and outcome.error)):
            raises = None if outcome.assertion else outcome.error
            wrong.append(Wrong(mutant.code, f"say why: {mutant.change}", raises))
    return write_deck(deck._replace(cards=(card._replace(wrong=tuple(wrong[:_MOST_WRONG])),)))


def add_card(text: str, drafted: str, path: Path) -> str:
    """A deck file's text with the drafted card behind its own; DeckError where that does not read."""
    _, _, card = drafted.partition("cards:\n")
    joined = f"{text.rstrip()}\n{card}"
    read_deck(path, joined)
    return joined


def with_check(deck: Deck, card: Card, value: Value, runner: Runner, *, fail_closed: bool) -> Card:
    """The card with the strictest check that its own solution, which gave `value`, passes."""
    kind, shape, dtype, name = value.kind, value.shape, value.dtype, value.type.rpartition(".")[2]
    if library := {"tensor": "torch.Tensor", "array": "np.ndarray"}.get(kind):
        lines = [
            f'assert isinstance(answer, {library}), "a {kind} is asked for"',
            f'assert tuple(answer.shape) == {shape}, "the shape is {shape}"',
            f'assert str(answer.dtype) == "{dtype}", "the dtype is {dtype}"',
        ]
    else:
        lines = [f'assert type(answer).__name__ == "{name}", "a {name} is asked for"']
    # Type, shape, dtype and values, each with a message; then without the values, which may be no data.
    values = 'assert same(answer, solution().answer), "the values are others"'
    checks = ["\n".join(lines)] if kind in DATA else []
    for check in (
        "\n".join([*lines, values]),
        *checks,
        f'assert answer is not None, "say what must hold of a {value.type}"',
    ):
        card = card._replace(check=f"{check}\n")
        if runner.run(job_for(deck, card, card.solution, seed=0, fail_closed=fail_closed)).passed:
            break
    return card
