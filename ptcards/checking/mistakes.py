"""A card of one's own mistake: the line that failed, what it failed on, and the line that is right."""

import re
import textwrap
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

import orjson

from ptcards.checking.answers import bound_names, mutants_of, trivial_answers
from ptcards.checking.check import MOST_LINES, SEEDS
from ptcards.checking.drafting import Draft, in_words, marked, prove, prove_drafted, with_check
from ptcards.deck.card import Card, Deck, Wrong, default_seed
from ptcards.deck.reading import parse, syntax_problem
from ptcards.errors import UsageError
from ptcards.language import _, later
from ptcards.runner.fitting import fitted, lean
from ptcards.runner.frames import uses
from ptcards.runner.helpers import form
from ptcards.runner.protocol import DATA, MARK, Outcome, Value
from ptcards.runner.runner import Runner
from ptcards.study.desk import Desk, job_for
from ptcards.text import visible

CHANGES = """\
_was = __import__('ptcards.runner.changes', fromlist=['*']).held(globals())
{}
__import__('ptcards.runner.changes', fromlist=['*']).tell(_was, globals())"""
"""The answer that tells what code changed of what it was given."""
LIBRARIES = {"torch": "torch", "nn": "torch", "F": "torch", "np": "numpy", "numpy": "numpy", "cv2": "opencv"}
PACKAGES = {"torch": "torch", "numpy": "numpy", "opencv": "cv2"}
_WIDTH, _MOST_MESSAGE, _MOST_WORDS, _SHORT_TEXT = 78, 180, 80, 40
_FED = re.compile(r"^(\w+ = .*requires_grad=True\)) \* 1$", re.MULTILINE)
_UNTOLD = (
    "module",
    "SimpleNamespace",
    "type",
    "function",
    "builtin_function_or_method",
)  # types that say nothing
_WORDS = re.compile(r"""\s*(?:"[^"\n]*"|'[^'\n]*'|\d[\w.]*|\w+|[-+*/%@&|^~<>=!]+|\S)""")
_MOST_NEIGHBOURS = 2
_NEAR = ("value", "call", "keyword", "arithmetic")


class Mistake(NamedTuple):
    """A line that failed, and its mending, with inputs so small that they can be read."""

    given: str
    failing: str
    fix: str
    error: str = ""  # "": it ran, and gave something else than it should
    message: str = ""
    notes: tuple[str, ...] = ()  # what is to be said of how it was made
    source: str = ""  # where it stood: train.py:12
    meant: str = ""  # what the line is to do, in its author's words


def draft_mistake(desk: Desk, slug: str, deck: Deck, mistake: Mistake, card_id: str) -> Draft:
    """A card of a mistake, proved: the mending passes, the line fails, nothing trivial passes; blocks.

    `problems` of the draft are why it may not be saved; UsageError where no card can be made.
    """
    runner = desk.need_runner()
    card = _plain_card(deck, mistake, card_id)
    value = _answered(deck, card, mistake, runner)
    changes = _changes(deck, card, runner, value)
    if value is None and not changes and (given := _FED.sub(r"\1", card.given)) != card.given:
        # Gradients are seen where they come to: in what the line works on itself.
        card = card._replace(given=given)
        _answered(deck, card, mistake, runner)
        changes = _changes(deck, card, runner, value)
    if value is None and not changes:
        words = later("the mended line gives no value and changes nothing that can be compared: {}")
        raise UsageError(_(words, _one_line(mistake.fix)))
    bound = [name for name, text in changes if text == "{}" and name not in _names(card.given)]
    card = with_check(
        deck, card._replace(expects=tuple(bound)), value, runner, fail_closed=True, changes=changes
    )
    card = _told(
        card, mistake, value, changes, runner.prepare(job_for(deck, card, "", seed=0, fail_closed=True))
    )
    return _proved(desk, slug, deck, card, value)


def draft_answer(
    desk: Desk, slug: str, deck: Deck, question: str, given: str, code: str, card_id: str
) -> Draft:
    """A card of code that does what it should, proved as one of a mistake is; blocks. Or UsageError."""
    runner = desk.need_runner()
    card = _plain_card(deck, Mistake(given, "", code), card_id)
    card = card._replace(question=_wrapped(question), starter="", wrong=())
    outcome = runner.value(job_for(deck, card, card.solution, seed=0, fail_closed=True))
    if outcome.error or outcome.why:
        raise UsageError(_("the line does not run: {}", outcome.message))
    value = outcome.answer_value
    value = None if value is None or value.kind == "none" else value
    changes = [] if value else _changes(deck, card, runner, value)
    if not value and not changes:
        words = later("the line gives no value to check: end it with what to look at, as in 'x.sort(); x'")
        raise UsageError(_(words))
    card = with_check(deck, card, value, runner, fail_closed=True, changes=changes)
    gives = _said_of(value, changes)
    first, *others = code.strip().splitlines()
    begins = _("It begins with {}", _code(first)) if others else _difference("", code)
    hints = _("It gives {}.", gives), begins
    explanation = f"{_('This gives {}:', gives)}\n\n{_fenced(code)}"
    return _proved(desk, slug, deck, card._replace(hints=hints, explanation=explanation), value)


def _proved(desk: Desk, slug: str, deck: Deck, card: Card, value: Value | None) -> Draft:
    """The card with neighbours of its solution, less what nothing reaches in its check."""
    runner = desk.need_runner()

    def anew(card: Card) -> Card:
        return marked(deck, card._replace(extras={}, fixed=False), runner, value)

    draft = prove_drafted(desk, slug, anew(_checked(deck, card, runner, value)), anew=anew)
    if not draft.card.fixed and any(one.kind == "one-answer" for one in draft.warnings):
        draft = prove(desk, slug, draft.card._replace(fixed=True))
    return draft


def _plain_card(deck: Deck, mistake: Mistake, card_id: str) -> Card:
    """What follows from the mistake alone."""
    known = {*map(str.strip, deck.preamble.splitlines())}
    lines = [line for line in mistake.given.splitlines() if line.strip() not in known]
    given = fitted("\n".join(lines).strip("\n"))
    failing, fix = mistake.failing.strip("\n"), mistake.fix.strip("\n")
    if problem := syntax_problem(fix):
        raise UsageError(_("the mended line is not Python: {}", problem[1]))
    used = {LIBRARIES[name] for name in re.findall(r"\w+", f"{mistake.given}\n{fix}") if name in LIBRARIES}
    because = _short(mistake) or _("it runs, and gives something else than is meant")
    raises = mistake.error.rpartition(".")[2] or None
    return Card(
        card_id,
        "?",
        fix + "\n" * ("\n" in fix),
        given=given + "\n" * bool(given),
        starter=failing + "\n",
        check="assert True\n",
        wrong=(Wrong(failing + "\n" * ("\n" in failing), because, raises),),
        tags=(*sorted(used), "captured"),
        source=mistake.source,
        requires={PACKAGES[name]: "*" for name in sorted(used)},
    )


def _answered(deck: Deck, card: Card, mistake: Mistake, runner: Runner) -> Value | None:
    """The value that the mending gives; UsageError where it fails, or the line does not as it did."""
    jobs = [
        job_for(deck, card, code, seed=0, fail_closed=True) for code in (card.solution, card.wrong[0].code)
    ]
    mended, failed = runner.value(jobs[0]), runner.value(jobs[1])
    if mended.error or mended.why:
        raise UsageError(_("the mended line does not run either: {}", mended.message))
    if mistake.error and not failed.error:
        words = later("the line does not fail on what was made of its inputs: {}")
        raise UsageError(_(words, _one_line(mistake.failing)))
    if mistake.error and failed.error and failed.error.rpartition(".")[2] != card.wrong[0].raises:
        raise UsageError(
            _("the line fails in another way on what was made of its inputs: {}", failed.message)
        )
    value = mended.answer_value
    return None if value is None or value.kind == "none" else value


def _changes(deck: Deck, card: Card, runner: Runner, value: Value | None) -> list[tuple[str, str]]:
    """What the mending changes: names, each with an expression of it; less the name of its own value."""
    answer = CHANGES.format(card.solution)
    outcome = runner.value(job_for(deck, card, answer, seed=0, fail_closed=True))
    told = outcome.stdout.rpartition(MARK)[2] if MARK in outcome.stdout else "[]"
    found = [(str(name), str(text)) for name, text in orjson.loads(told)]
    there, last = _names(card.given), parse(card.solution).body[-1:]
    own = {name for one in last for name in bound_names(one)} if value is not None else set()
    return [
        (name, text)
        for name, text in found
        if name not in own and (name in there or text in ("{}", "{}.state_dict()"))
    ]


def _checked(deck: Deck, card: Card, runner: Runner, value: Value | None) -> Card:
    """The card with a neighbour of the mending for each assertion that nothing else reaches, or without."""
    job = job_for(deck, card, card.solution, seed=0, fail_closed=True)
    names, known = _names(card.given), {form(one.code) for one in card.wrong}
    mutants = [one for one in mutants_of(card, value) if form(one.code) not in known]
    near = (one for one in mutants if one.operator in _NEAR)
    tried = [one for one in near if names & uses(one.code).keys() and re.search(r"\W\w+\W", one.code)]
    tried = (tried if tried or card.wrong else mutants)[:24]
    codes = [*(one.code for one in card.wrong), *(code for _name, code in trivial_answers(job, value))]
    outcomes = runner.run_all([replace(job, answer=code) for code in [*codes, *(one.code for one in tried)]])
    fired = {one.line for one in outcomes[: len(codes)] if one.assertion}
    seeds = [default_seed(deck.key(card), number) for number in range(SEEDS)]
    # What fails where the mistake itself does could not be told from it.
    wrong, seen = [*card.wrong], {one.line for one in outcomes[: len(card.wrong)] if one.assertion}
    for mutant, outcome in zip(tried, outcomes[len(codes) :], strict=True):
        line = outcome.line if outcome.assertion else None
        if line is None or line in seen or len(wrong) > _MOST_NEIGHBOURS:
            continue
        jobs = [job_for(deck, card, mutant.code, seed=seed, fail_closed=True) for seed in seeds]
        if all(one.assertion for one in runner.run_all(jobs)):
            seen.add(line)
            was, _arrow, now = mutant.change.partition(" -> ")
            wrong.append(Wrong(mutant.code, _("here `{}` stands for `{}`", now, was)))
    lines = card.check.splitlines()
    asserted = [number for number, line in enumerate(lines, 1) if line.startswith("assert ")]
    idle = {*asserted[:-1]} - fired - seen
    kept = [line for number, line in enumerate(lines, 1) if number not in idle]
    return card._replace(wrong=tuple(wrong), check="\n".join([*kept, ""]))


def _told(
    card: Card, mistake: Mistake, value: Value | None, changes: list[tuple[str, str]], given: Outcome
) -> Card:
    """The card with its question, hints and explanation, all of it seen to be so."""
    gives = _said_of(value, changes)
    said = _short(mistake)
    what = _("The line raises `{}`: {}", mistake.error, _code(said)) if mistake.error else ""
    if mistake.error and not said:
        what = _("The line raises `{}`.", mistake.error)
    what = what or _("The line runs, but what it gives is not what is meant.")
    asked = visible(mistake.meant.strip()), _("Mend it: it is to give {}.", gives)
    question = _wrapped("\n".join(filter(None, (what, *asked))))
    if (many := question.count("\n") + card.given.rstrip().count("\n")) >= MOST_LINES:
        card = card._replace(given=f"{lean(card.given)}\n")
        many = question.count("\n") + card.given.rstrip().count("\n")
    if said and many >= MOST_LINES:
        short = _("It raises `{}`. Mend it to give {}.", mistake.error, gives)
        question = _wrapped("\n".join(filter(None, (short, asked[0]))))
    raised = f"{mistake.error}: {mistake.message}".removesuffix(": ")
    words = " ".join(visible(raised).split()[:_MOST_WORDS])
    why = _("This raises {}:", _code(words)) if mistake.error else _("This gives something else:")
    explanation = (
        f"{why}\n\n{_fenced(mistake.failing)}\n{_('This gives {}:', gives)}\n\n{_fenced(mistake.fix)}"
    )
    values = [f"`{name}`: {what}" for name, one in given.values.items() if (what := _gives(one, given=True))]
    used = [one for one in values if re.search(rf"\b{one[1:].partition('`')[0]}\b", mistake.failing)]
    first = (
        _("The error says: {}", _code(said)) if said else _("Compare what it gives with what it is to give.")
    )
    first = _("What the line works on: {}", "; ".join(used[:4])) if used else first
    return card._replace(
        question=question, hints=(first, _difference(mistake.failing, mistake.fix)), explanation=explanation
    )


def _said_of(value: Value | None, changes: list[tuple[str, str]]) -> str:
    """What code gives, or what it changes where it gives nothing."""
    names = ", ".join(f"`{text.format(name)}`" for name, text in changes)
    return _gives(value) or _("a change of {}", names)


def _gives(value: Value | None, *, given: bool = False) -> str:
    """What a value is, in words; of what is given, also its text where that is short."""
    if value is None or (given and value.type.rpartition(".")[2] in _UNTOLD):
        return ""
    if given and value.kind in DATA and value.shape is None and len(value.text) <= _SHORT_TEXT:
        return _code(value.text)
    return in_words(value)


def _difference(failing: str, fix: str) -> str:
    """A hint that nearly gives it away: what the mended line has, or lacks."""
    before, after = (_WORDS.findall(code) for code in (failing, fix))
    bare = [[*map(str.strip, one)] for one in (before, after)]
    start = _alike(*bare)
    end = _alike(*(one[start:][::-1] for one in bare))
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    while start and (old or new)[-1].strip() == bare[0][start - 1] and not (old and new):
        start -= 1
        old, new = ([before[start], *one[:-1]] if one else one for one in (old, new))
    was, now = ("".join(one).strip() for one in (old, new))
    if not start and not end:
        line = _one_line(fix)
        return _("It begins with {}", _code(line[: max(4, len(line) // 2)]))
    if not was:
        return _("The mended line has more: {}", _code(now))
    return (
        _("{} becomes {}", _code(was), _code(now))
        if now
        else _("The mended line does without {}", _code(was))
    )


def _alike(before: list[str], after: list[str]) -> int:
    """How many words are the same from the beginning on."""
    return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))


def _short(mistake: Mistake) -> str:
    """The first sentence of an error's text; of OpenCV's what it says of itself."""
    text = " ".join(visible(mistake.message).split())
    if found := re.match(r"OpenCV\([^)]*\) \S+ error: (\(.*?\)(?: [^>]*?)?)(?: in function .*)?$", text):
        text = found[1]
    return text if len(text) <= _MOST_MESSAGE else f"{text[:_MOST_MESSAGE].rpartition(' ')[0]} …"


def _code(text: str) -> str:
    """A text as code in a line of Markdown, whatever it holds."""
    text = _one_line(text)
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _fenced(code: str) -> str:
    return f"```python\n{code.strip()}\n```\n"


def _one_line(code: str) -> str:
    return " ".join(code.split())


def _wrapped(text: str) -> str:
    return "".join(f"{textwrap.fill(line, _WIDTH, break_on_hyphens=False)}\n" for line in text.splitlines())


def _names(code: str) -> set[str]:
    """The names of data that code binds."""
    return set(bound_names(parse(code)))
