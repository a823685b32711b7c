"""Cards that get a check from what their solution gives when it is run: from a line of code, or `recall`."""

import ast
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

import orjson

from ptcards import paths
from ptcards.checking.answers import EQUIVALENT, mutants_of
from ptcards.checking.check import BATCH, Examination
from ptcards.deck.card import Accepts, Card, Deck, Wrong, default_seed, from_data, key_of
from ptcards.deck.nodes import read_text_of
from ptcards.deck.reading import read_deck, syntax_problem, write_card, write_deck
from ptcards.errors import Problem, UsageError
from ptcards.language import _, later
from ptcards.runner.blocks import bound_first
from ptcards.runner.frames import uses
from ptcards.runner.protocol import DATA, Value, Verdict
from ptcards.runner.runner import Runner
from ptcards.runner.sources import parsed
from ptcards.store.tables import StoredDeck
from ptcards.study import drafts
from ptcards.study.decks import ORIGIN_OF, card_edited, locate, read_file, take_in
from ptcards.study.desk import Desk, deck_of, is_agreed, is_built_in, job_for, whole_deck
from ptcards.text import SLUG

PREAMBLE = "import numpy as np\nimport torch\n"
LAST_DECK = "last own deck"  # the note of which deck of one's own took the newest card
_MOST_TRIED, _MOST_WRONG, _SEEDS = 24, 3, 12
_FENCE = re.compile(r"```[a-zA-Z]*\n(.*?)\n?```", re.DOTALL)
_IMPORTS = [f"import {name}" for name in ("torch", "torch.nn as nn", "torch.nn.functional as F", "math")]
_IMPORTS += ["import numpy as np", "import numpy", "import cv2"]


def starter_deck(slug: str, file: str) -> str:
    """A commented deck to start from."""
    text = Path(__file__).with_name("starter.yaml").read_text(encoding="utf-8")
    return Template(text).substitute(slug=slug, title=slug.replace("-", " ").capitalize(), file=file)


def draft_deck(line: str, given: str, slug: str, card_id: str, runner: Runner) -> Deck:
    """A deck with one card whose solution is `line`; UsageError where the line does not run."""
    card = Card(
        id=card_id,
        question="What is asked for? One idea, understood alone, months later.\n",
        given=given,
        solution=line,
        hints=("A nudge.", "Nearly the answer."),
        explanation="What the learner will remember because they saw it happen.\n",
    )
    deck = Deck(slug, (), title=slug, preamble=PREAMBLE)
    return deck._replace(cards=(draft_card(deck, card, runner),))


def draft_card(deck: Deck, card: Card, runner: Runner, *, fail_closed: bool = False) -> Card:
    """The card with a check and mistakes drafted from what its solution gives; UsageError: it gives nothing.

    The mistakes it has stay; small changes to the solution that the check refuses come behind them.
    """
    if problem := syntax_problem(card.solution):
        raise UsageError(_("the line is not Python: {}", problem[1]))
    card = card._replace(check="assert True\n")
    outcome = runner.value(job_for(deck, card, card.solution, seed=0, fail_closed=fail_closed))
    if outcome.error or outcome.why:
        raise UsageError(_("the line does not run: {}", outcome.message))
    if outcome.answer_value is None or outcome.answer_value.kind == "none":
        words = later("the line gives no value to check: end it with what to look at, as in 'x.sort(); x'")
        raise UsageError(_(words))
    card = with_check(deck, card, outcome.answer_value, runner, fail_closed=fail_closed)
    wrong = [*card.wrong]
    # Small changes to the line that the check refuses, other numbers first.
    mutants = sorted(mutants_of(card), key=lambda mutant: not mutant.change[:1].isdigit())[:_MOST_TRIED]
    jobs = [job_for(deck, card, mutant.code, seed=0, fail_closed=fail_closed) for mutant in mutants]
    for mutant, outcome in zip(mutants, runner.run_all(jobs), strict=True):
        if outcome.verdict is Verdict.FAIL and (outcome.assertion or (outcome.slip and outcome.error)):
            raises = None if outcome.assertion else outcome.error
            wrong.append(Wrong(mutant.code, f"say why: {mutant.change}", raises))
    return card._replace(wrong=tuple(wrong[: max(_MOST_WRONG, len(card.wrong))]))


def id_of(code: str) -> str:
    """An id made of the words of a line of code."""
    return "-".join(re.findall(r"[a-z0-9]+", code.lower()))[:40].strip("-") or "card"


def add_card(text: str, card: Card, path: Path) -> str:
    """A deck file's text with the card behind its own; DeckError where that does not read."""
    deck, sources = read_deck(path, text)
    lines = text.rstrip().splitlines(keepends=True)
    first, last = _lines_of(lines, sources.where(deck.cards[-1].id))
    indent = len(lines[first]) - len(lines[first].lstrip(" "))
    lines[last] = lines[last].rstrip("\n") + "\n"
    lines.insert(last + 1, _indented(card, indent))
    joined = "".join(lines).rstrip() + "\n"
    read_deck(path, joined)
    return joined


def with_check(
    deck: Deck,
    card: Card,
    value: Value | None,
    runner: Runner,
    *,
    fail_closed: bool,
    changes: Sequence[tuple[str, str]] = (),
) -> Card:
    """The card with the strictest check that its own solution passes.

    It gave `value`, and left `changes`: names, each with an expression of it (`{}.grad`).
    """
    for lines, looks, more, message in _of_value(value):
        asked = [*([looks] if looks else []), *(text.format(name) for name, text in changes)]
        after = [text.format(f"ours.{name}") for name, text in changes]
        if not changes and looks == "answer":
            lines += [f'assert same(answer, solution().answer){more}, "{message}"']
        elif asked:
            due = [*([re.sub(r"\banswer\b", "ours.answer", looks)] if looks else []), *after]
            left = " or ".join(f"`{one}`" for one in asked[bool(looks) :])
            said = f"{left} is not as it should be afterwards" if left else message
            said = f"{message}, or {said}" if looks and left else said
            mine, its = (f"({', '.join(one)})" if len(one) > 1 else one[0] for one in (asked, due))
            lines += ["ours = solution()", f'assert same({mine}, {its}){more}, "{said}"']
        card = card._replace(check="\n".join([*lines, ""]))
        if runner.run(job_for(deck, card, card.solution, seed=0, fail_closed=fail_closed)).passed:
            break
    return card


def _of_value(value: Value | None) -> Iterator[tuple[list[str], str, str, str]]:
    """What checks may ask of an answer like `value`, the strictest first.

    Assertions, each with a message; an expression of `answer` that is the same for the solution, or "";
    what else must hold; the message of these.
    """
    if value is None:
        yield [], "", "", ""
        return
    kind, shape, dtype, name = value.kind, value.shape, value.dtype, value.type.rpartition(".")[2]
    if library := {"tensor": "torch.Tensor", "array": "np.ndarray"}.get(kind):
        one = "an array" if kind == "array" else "a tensor"
        lines = [
            f'assert isinstance(answer, {library}), "{one} is asked for"',
            f'assert tuple(answer.shape) == {shape}, "the shape is {shape}"',
            f'assert str(answer.dtype) == "{dtype}", "the dtype is {dtype}"',
        ]
    else:
        lines = [f'assert type(answer).__name__ == "{name}", "a {name} is asked for"']
    # Type, shape, dtype and values, each with a message; then without the values, which may be no data.
    if value.requires_grad:
        message = "the values are others, or it does not require grad"
        yield [*lines], "answer", " and answer.requires_grad", message
    yield [*lines], "answer", "", "the values are others"
    if kind in DATA:
        yield lines, "", "", ""
    else:
        for text, message in [*_LOOKS.items()][: 2 if kind == "callable" else None]:
            yield [*lines], text, "", message
    yield [f'assert answer is not None, "say what must hold of a {value.type}"'], "", "", ""


_LOOKS = {
    "(repr(answer), answer.state_dict())": "its parts or their values are others",
    "(repr(answer), [(one.shape, one.dtype, one.device) for one in answer.parameters()])": "its parts differ",
    "[*zip(range(9), answer)]": "it gives others",
    "vars(answer)": "it holds something else",
}
"""What tells apart objects that are not equal to each other, and what is said then."""


def marked(deck: Deck, card: Card, runner: Runner, value: Value | None) -> Card:
    """The card with those of its own mistakes that are none in `x-equivalent`, or `fixed`; blocks.

    Each is run as `ptcards check --mutate` does, and under more seeds; what gives the same under all, by
    a check that compares all of the value, is as right as the solution for what is given.
    """
    if "same(" not in card.check:
        return card  # what passes is not seen to be the same
    seeds = [default_seed(deck.key(card), number) for number in range(_SEEDS)]
    seeds.insert(3, seeds[0] + 1)  # of the confirmation
    quick = card._replace(limits=card.limits._replace(seconds=2.0))
    left = mutants_of(card, value)
    for seed in seeds:
        jobs = [job_for(deck, quick, one.code, seed=seed, fail_closed=True) for one in left]
        outcomes = [one for at in range(0, len(jobs), BATCH) for one in runner.run_all(jobs[at : at + BATCH])]
        left = [one for one, outcome in zip(left, outcomes, strict=True) if outcome.passed]
    marks: list[dict[str, Any]] = []
    for one in left:
        if one.operator == "hard-coded":
            card = card._replace(fixed=True)
        elif one.operator == "copied":
            copied = {"operators": ["copied"], "reason": _("a copy holds the same, and no more is asked")}
            marks += [copied] if copied not in marks else []
        else:
            reason = _("for what is given it is the same: {}", one.change)
            marks.append({"code": one.code, "reason": reason})
    return card._replace(extras={**card.extras, EQUIVALENT: marks}) if marks else card


# -- a `recall` card made executable -------------------------------------------------------------------------


def convert(desk: Desk, key: str) -> tuple[str, Path, int, tuple[str, ...]]:
    """Write the card anew in its deck's file, with a check to review; blocks while its solution is run.

    Gives its key, its file and line now, and what is to be said of it. The solution runs in the sandbox or
    not at all. A deck without a file gets one in the user's own folder. After the editor `card_edited` takes
    the file in. UsageError where the card is executable already.
    """
    stored_card = desk.card(key)
    stored = desk.deck(stored_card.deck)
    card = from_data(Card, orjson.loads(stored_card.content))
    if card.accepts is not Accepts.RECALL:
        raise UsageError(f"{stored_card.key} is executable already (it accepts {card.accepts})")
    deck, runner, code = deck_of(stored), desk.need_runner(), code_in(card.solution)
    made = card._replace(accepts=Accepts.CODE, solution=code, given=_given(deck, card, code))
    outcome = runner.value(job_for(deck, made, code, seed=0, fail_closed=True))
    notes: tuple[str, ...] = ()
    if outcome.answer_value is None:
        made = made._replace(check='assert answer is not None, "say here what is asked for"\n')
        notes = (f"its solution gave no value to check against: {outcome.message or outcome.verdict}",)
    else:
        made = with_check(deck, made, outcome.answer_value, runner, fail_closed=True)
    if stored.path is None:
        # The whole deck as a YAML file that is its source from now on.
        path, text = paths.own_decks() / f"{stored.slug}.yaml", write_deck(whole_deck(desk.store, stored))
        if path.exists():
            raise UsageError(f"{path} is there already: rename it, or import it with --replace")
        line = read_deck(path, text)[1].where(card.id)
        notes += (f"{stored.slug} had no file; from now on it is {path}",)
    else:
        path, line = locate(desk, stored_card.key)
        text = read_text_of(path)
    text, lost = _rewritten(text, line, made)
    notes += (f"{lost} comment lines within the card were left out",) if lost else ()
    sources = read_deck(path, text)[1]
    drafts.write(path, text)
    if stored.path is None:
        take_in(desk, [read_file(path)])
    return stored_card.key, path, sources.where(made.id), notes


def code_in(markdown: str) -> str:
    """The code of an answer that was written to be read: the first fenced block, else the text itself."""
    if found := _FENCE.search(markdown):
        return found[1]
    text = markdown.strip()
    return text.strip("`") if text.startswith("`") and text.endswith("`") and "\n" not in text else text


def _given(deck: Deck, card: Card, code: str) -> str:
    """What is given, with imports of what the code names and nothing binds."""
    lines = [ast.unparse(one) for text in (deck.preamble, card.given, code) for one in parsed(text).body]
    used = {name for line in lines for name in uses(line)} - bound_first(lines)
    missing = [line for line in _IMPORTS if line.split()[-1] in used]
    return "\n".join([*missing, card.given]).strip("\n")


def _rewritten(text: str, line: int, made: Card) -> tuple[str, int]:
    """A file's text with the card in the place of its old text, and how many comments that had."""
    lines = text.splitlines(keepends=True)
    first, last = _lines_of(lines, line)
    indent = len(lines[first]) - len(lines[first].lstrip(" "))
    new, lost = _indented(made, indent), lines[first : last + 1]
    return "".join([*lines[:first], new, *lines[last + 1 :]]), sum(row.lstrip()[:1] == "#" for row in lost)


def _lines_of(lines: list[str], line: int) -> tuple[int, int]:
    """The first and the last line, from 0, of the item that begins at `line`, from 1."""
    first = last = line - 1
    indent = len(lines[first]) - len(lines[first].lstrip(" "))
    # The item's own lines are blank or further in; comments at its end belong to what follows.
    for number in range(first + 1, len(lines)):
        row = lines[number].strip()
        if row and len(lines[number]) - len(lines[number].lstrip(" ")) <= indent:
            break
        if row and not row.startswith("#"):
            last = number
    return first, last


def _indented(card: Card, indent: int) -> str:
    return textwrap.indent(textwrap.dedent(write_card(card)), " " * indent)


# -- a card of one's own: proved, then written into its deck ---------------------------------------------


class Draft(NamedTuple):
    """A card that was made for a deck of one's own, and what keeps it out."""

    deck: str
    card: Card
    file: Path
    text: str  # of the file with it
    problems: tuple[Problem, ...]  # Why it may not be saved; none: it is proved
    warnings: tuple[Problem, ...] = ()

    @property
    def key(self) -> str:
        return key_of(self.deck, self.card.id)

    def proved(self) -> "Draft":
        """Itself; NotProvedError where it is not proved."""
        if self.problems:
            raise NotProvedError(self)
        return self


class NotProvedError(UsageError):
    """A card is not proved, so it is not saved; `card` is what there is of it, to be finished by hand."""

    def __init__(self, draft: Draft) -> None:
        said = "\n".join(problem.message for problem in draft.problems)
        super().__init__(_("the card is not proved, so it is not saved:\n{}", said))
        self.card = draft.card


def own_deck(desk: Desk, slug: str) -> Deck:
    """The deck that a new card goes to, as it is; without cards where it is not there yet. Or UsageError."""
    if not SLUG.fullmatch(slug):
        words = later("{!r} is no slug: lower-case letters, digits, '.', '_' and '-', at most 64")
        raise UsageError(_(words, slug))
    file, text = _own_file(desk, slug)
    return read_deck(file, text)[0] if text else Deck(slug, (), title=slug, preamble=PREAMBLE)


def _own_file(desk: Desk, slug: str) -> tuple[Path, str]:
    """The file of a deck of one's own, and its text ("": it is not there yet); or UsageError."""
    stored, file = desk.store.library.deck(slug), paths.own_decks() / f"{slug}.yaml"
    if stored is None:
        if file.exists():
            raise UsageError(_("{0} is there and not in use: ptcards import {0}", file))
        return file, ""
    if (why := why_not(desk, stored)) or stored.path is None:
        raise UsageError(why)
    return Path(stored.path), read_text_of(Path(stored.path))


def why_not(desk: Desk, deck: StoredDeck) -> str:
    """Why a deck takes no card of one's own, else ""."""
    library, slug = desk.store.library, deck.slug
    if is_built_in(deck) or library.note(ORIGIN_OF.format(slug)) or deck.path is None:
        return _("{} is no deck of your own: name another, new ones are made.", slug)
    agreed = not deck.code_hash or is_agreed(library.trust(slug), deck.code_hash)
    return "" if agreed else _("the code of {0} is not trusted yet: ptcards trust {0}", slug)


def _joined(desk: Desk, slug: str, card: Card) -> tuple[Path, str, Card]:
    """The deck's file and its text with the card, whose id is made one that is free."""
    deck = own_deck(desk, slug)
    taken = {name for one in deck.cards for name in (one.id, *one.was)}
    ids = (card.id, *(f"{card.id[:60]}-{number}" for number in range(2, len(taken) + 3)))
    card = card._replace(id=next(one for one in ids if one not in taken))
    file, text = _own_file(desk, slug)
    return file, add_card(text, card, file) if text else write_deck(deck._replace(cards=(card,))), card


def prove(
    desk: Desk,
    slug: str,
    card: Card,
    *,
    mutate: bool = False,
    tick: Callable[[int], None] = lambda runs: None,
) -> Draft:
    """The card as it would stand in a deck of one's own, every answer of it run; blocks. Saves nothing.

    UsageError where the deck is not one's own, DeckError where the card cannot be read back. `tick` gets the
    runs that were done, and may raise to stop there.
    """
    file, text, card = _joined(desk, slug, card)
    deck, sources = read_deck(file, text)
    placed = next(one for one in deck.cards if one.id == card.id)
    found = Examination(deck, sources, placed, desk.need_runner(), tick).examine(mutate=mutate)
    problems = found.problems
    if found.skipped and not problems:
        problems = [Problem(file, sources.where(card.id), card.id, "not-run", found.skipped)]
    return Draft(slug, card, file, text, tuple(problems), tuple(found.warnings))


def prove_drafted(
    desk: Desk,
    slug: str,
    card: Card,
    *,
    tick: Callable[[int], None] = lambda runs: None,
    anew: Callable[[Card], Card] = lambda card: card,
) -> Draft:
    """As `prove`, of a check that was drafted: less what nothing reaches, which says nothing more.

    `anew` makes a card again whose check is another.
    """
    draft = prove(desk, slug, card, tick=tick)
    while {one.kind for one in draft.problems} == {"never-fires"}:
        lines = draft.card.check.splitlines()
        asserted = [number for number, line in enumerate(lines) if line.startswith("assert ")]
        if len(asserted) == 1:
            break
        first = read_deck(draft.file, draft.text)[1].where(draft.card.id, "check")
        idle = min(one.line for one in draft.problems) - first
        # The last one holds what all is about: it is what comes before that keeps others from it.
        del lines[asserted[0] if idle == asserted[-1] else idle]
        draft = prove(desk, slug, anew(draft.card._replace(check="\n".join([*lines, ""]))), tick=tick)
    return draft


def in_words(value: Value) -> str:
    """What a value is, as a question or a hint may name it."""
    if value.kind not in ("tensor", "array"):
        return _("a value of type `{}`", value.type.rpartition(".")[2])
    words = later("a tensor of shape `{}` and dtype `{}`")
    words = words if value.kind == "tensor" else later("an array of shape `{}` and dtype `{}`")
    grad = later("a tensor of shape `{}` and dtype `{}` that requires grad")
    return _(grad if value.requires_grad else words, value.shape, value.dtype)


def save(desk: Desk, draft: Draft) -> str:
    """Write a card that is proved into its deck's file and take it in, agreed to; gives its key."""
    if draft.problems:
        raise UsageError(str(draft.problems[0]))
    file, text, card = _joined(desk, draft.deck, draft.card)  # the file may have moved on since
    drafts.write(file, text)
    card_edited(desk, file)
    desk.store.library.save_note(LAST_DECK, draft.deck)
    return f"{draft.deck}/{card.id}"
