"""The learner's own failed answer to a card, made into a card of its own."""

import ast
import textwrap
from collections.abc import Iterable, Iterator

from ptcards.checking.answers import EQUIVALENT, bound_names
from ptcards.checking.check import MOST_LINES
from ptcards.checking.drafting import PREAMBLE
from ptcards.deck.card import Accepts, Card, Wrong, redraw
from ptcards.deck.reading import parse
from ptcards.deck.translation import apply
from ptcards.errors import UsageError
from ptcards.language import _, later
from ptcards.runner.frames import uses
from ptcards.runner.helpers import form
from ptcards.runner.protocol import ONLY_THESE, Outcome, Verdict
from ptcards.study.desk import Desk, Drawn

_MOST_TRIED = 5  # failed answers, the newest first
_NO_SYNTAX = (None, "SyntaxError", "IndentationError")


def from_failure(desk: Desk, key: str) -> Card:
    """A card of the learner's newest failed answer to a card that still fails; runs it, and blocks.

    Its `starter` is that answer, its first mistake, too; UsageError says why there is none.
    """
    stored = desk.card(key, present=True)
    history = reversed(desk.store.log.history(stored.key))
    failed = [one for one in history if one.in_force and one.failed and one.event.verdict != "pass"]
    codes = {one.code.strip("\n"): one for one in reversed(failed) if one.code and one.code.strip()}
    if not codes:
        raise UsageError(_("{} has no failed answer that was kept: there is no mistake yet", stored.key))
    why = ""
    for code, step in [*reversed(codes.items())][:_MOST_TRIED]:
        drawn = desk.draw(stored, step.event.seed)
        outcome = desk.run(drawn, code)
        if outcome.verdict is Verdict.FAIL and outcome.message.startswith(_(ONLY_THESE)):
            drawn = _with_other_values(drawn)
            outcome = desk.run(drawn, code)
        if outcome.verdict not in (Verdict.FAIL, Verdict.PASS):
            raise UsageError(outcome.message)
        is_slip = outcome.slip and outcome.error in _NO_SYNTAX
        if outcome.verdict is Verdict.FAIL and outcome.why is None and not is_slip:
            return _mend(drawn, code, outcome)
        said = later("it fails neither by an exception nor at the check")
        said = later("it passes now") if outcome.passed else said
        why = why or _("Your failed answer to {} makes no card: {}.", stored.key, _(said))
    raise UsageError(why)


def _with_other_values(drawn: Drawn) -> Drawn:
    """The card as a pass is confirmed, in the same language."""
    card = drawn.template
    if drawn.translation is not None:
        card = apply(drawn.deck._replace(cards=(card,)), drawn.translation).cards[0]
    return drawn._replace(card=redraw(card, drawn.seed), seed=(drawn.seed + 1) % 2**31)


def _mend(drawn: Drawn, code: str, outcome: Outcome) -> Card:
    """The card whose editor starts with the learner's own mistake."""
    card, is_code = drawn.card, drawn.card.accepts is Accepts.CODE
    message = " ".join(outcome.message.split())
    wrong = Wrong(
        f"{code}\n" if "\n" in code else code,
        outcome.because or message or _("that is not it"),
        outcome.error or None,
    )
    others = tuple(one for one in card.wrong if form(one.code) != form(code))
    codes = card.given, card.check, card.solution, code, *card.also, *(one.code for one in others)
    needed = _needed(drawn.deck.preamble, codes) if is_code else []
    # Imports on one line: question and given have little room.
    imports = [one for one in needed if one.startswith(("import ", "from "))]
    helpers = [one for one in needed if one not in imports]
    given = "\n".join(filter(None, ["; ".join(imports), *helpers, card.given.strip("\n")]))
    extras = {name: value for name, value in card.extras.items() if name == EQUIVALENT}
    return card._replace(
        id=f"{card.id[:56]}-mistake",
        question=_asked(card.question.rstrip(), message, outcome, room=MOST_LINES - given.count("\n") - 1),
        given=given,
        starter=wrong.code if is_code else "",
        wrong=(wrong, *others),
        requires={**drawn.deck.requires, **card.requires},
        source=f"{drawn.stored_deck.slug}/{card.id}",
        was=(),
        after=(),
        extras=extras,
    )


def _asked(question: str, message: str, outcome: Outcome, *, room: int) -> str:
    """The question with what went wrong below it, as far as there is room for that."""
    fails = _("This fails: {} Mend it.", f"`{message}`" if outcome.error else f"{message.rstrip('.')}.")
    wrong = _("This answer is wrong. Mend it.")
    said = [fails] * (message not in ("", outcome.because)) + [wrong]
    tried = [f"{question}{gap}{textwrap.fill(one, 76)}\n" for one in said for gap in ("\n\n", "\n")]
    return next((one for one in tried if one.count("\n") <= room), f"{question}\n")


def _needed(preamble: str, codes: Iterable[str]) -> list[str]:
    """The lines of a preamble that bind what codes use, but for what a new deck's own one imports."""
    lines = [*_binding(preamble)]
    wanted = {name for code in codes for name in uses(code)}
    wanted -= {name for _line, names in _binding(PREAMBLE) for name in names}
    needed = set[str]()
    while more := {line for line, names in lines if names & wanted} - needed:
        needed |= more
        wanted |= {name for line in more for name in uses(line)}
    return [line for line, _names in lines if line in needed]


def _binding(text: str) -> Iterator[tuple[str, set[str]]]:
    """The lines of a text, each with what it binds: its imports, one name each, also those of a `try`."""
    tree = parse(text)
    for node in ast.walk(tree):
        for alias in node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else ():
            only = ast.unparse(type(node)(**{**dict(ast.iter_fields(node)), "names": [alias]}))
            yield only, {(alias.asname or alias.name).partition(".")[0]}
    for one in tree.body:
        if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield ast.unparse(one), {one.name}
        elif isinstance(one, (ast.Assign, ast.AnnAssign)):
            yield ast.unparse(one), {*bound_names(one)}
