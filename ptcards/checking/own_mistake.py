"""The learner's own failed answer to a card, made into a card of its own."""

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator

from ptcards.checking.answers import EQUIVALENT
from ptcards.checking.check import MOST_LINES
from ptcards.checking.drafting import PREAMBLE
from ptcards.deck.card import Accepts, Card, Wrong, redraw
from ptcards.deck.reading import parse, syntax_problem
from ptcards.deck.translation import apply
from ptcards.errors import UsageError
from ptcards.language import _, later
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
    needed = [*_needed(drawn.deck.preamble, codes)] if is_code else []
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


def _needed(preamble: str, codes: Iterable[str]) -> Iterator[str]:
    """What in a preamble binds the names that codes use, but for what a new deck's own one imports."""
    tree, bound = parse(preamble).body, {*_imported(parse(PREAMBLE).body)}
    lines, imports = dict[str, None](), _imported(tree)
    named = {name: one for one in tree for name in _bound_by(one)}
    wanted = [name for code in codes for name in _used_in(code)]
    for name in wanted:  # it grows by what its lines use themselves
        if name in bound:
            continue
        bound.add(name)
        if name in imports:
            lines[imports[name]] = None
        elif name in named:
            text = ast.unparse(named[name])
            lines[text] = None
            wanted += _used_in(text)
    order = [*imports.values(), *map(ast.unparse, tree)]
    yield from sorted(lines, key=order.index)


def _used_in(code: str) -> set[str]:
    if syntax_problem(code):
        return {*re.findall(r"[^\W\d]\w*", code)}
    return {node.id for node in ast.walk(parse(code)) if isinstance(node, ast.Name)}


def _imported(body: Iterable[ast.stmt]) -> dict[str, str]:
    """The line that imports each name, also those of a `try`."""
    found = dict[str, str]()
    for node in (node for one in body for node in ast.walk(one)):
        for alias in node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else ():
            only = ast.unparse(type(node)(**{**dict(ast.iter_fields(node)), "names": [alias]}))
            found.setdefault((alias.asname or alias.name).partition(".")[0], only)
    return found


def _bound_by(statement: ast.stmt) -> Iterator[str]:
    """What a statement at the top of a text binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
        yield from (node.id for node in stored if isinstance(node.ctx, ast.Store))
