"""What must hold beyond the form of each key: Python compiles, placeholders can be filled in."""

import ast
import warnings
from collections.abc import Container, Iterator, Mapping
from string import Template
from typing import NamedTuple

from ptcards.deck.card import Accepts, Card, Deck, key_of, substituter
from ptcards.deck.nodes import Findings, Sources, shown
from ptcards.language import _, later

_RAISED_BY_COMPILING = {"SyntaxError", "IndentationError", "TabError"}


def syntax_problem(code: str, *, expression: bool = False) -> tuple[int, str] | None:
    """The line (from 1) and the reason why code, never run here, does not compile; None where it does."""
    mode = "eval" if expression else "exec"
    try:
        with warnings.catch_warnings(action="ignore"):
            compile(code.strip() if expression else code, "<deck>", mode, dont_inherit=True, optimize=0)
    except SyntaxError as error:
        return error.lineno or 1, error.msg or _("bad syntax")
    except (ValueError, OverflowError) as error:
        return 1, str(error)
    except (RecursionError, MemoryError):
        return 1, _("nested too deeply")
    return None


def parse(code: str) -> ast.Module:
    """The tree of code that compiles."""
    with warnings.catch_warnings(action="ignore"):
        return ast.parse(code)


def bad_placeholders(text: str, names: set[str]) -> Iterator[tuple[int, str]]:
    """The line and what is wrong, for each `$` that cannot be filled in."""
    for found in Template.pattern.finditer(text):
        name = found["named"] or found["braced"]
        line = text.count("\n", 0, found.start()) + 1
        if name and name not in names:
            yield line, _("`${}` is not in `vary`: add it there, or write `$$` for a dollar sign", name)
        elif found["invalid"] is not None:
            yield line, _("`$` is followed by no name: write `$$` for a dollar sign")


def validate(deck: Deck, sources: Sources, findings: Findings, unread: Mapping[str, set[str]]) -> None:
    """Find all that keeps a well-formed deck from being used.

    `unread` has, by card, the keys that could not be read: what depends on them is no second problem.
    """
    found = [("", flaw) for flaw in _syntax("preamble", deck.preamble)]
    ids = {card.id for card in deck.cards}
    keys = {key_of(deck.slug, each) for each in ids}
    for card in deck.cards:
        for index, old in enumerate(card.was):
            if old in ids or old in keys:
                what = later("`was` names {}, which is a card of this deck: its history stays its own")
                found.append((card.id, Flaw(f"was[{index}]", "duplicate-id", _(what, shown(old)))))
        found += ((card.id, flaw) for flaw in flaws_of(card, unread.get(card.id, set())))
    for card_id, flaw in found:
        line = sources.where(card_id, flaw.field, flaw.line)
        findings.add(line, card_id, flaw.kind, flaw.message)


class Flaw(NamedTuple):
    """What keeps a card from being used."""

    field: str
    kind: str
    message: str
    line: int = 1
    """Of the field."""


def flaws_of(card: Card, unread: Container[str] = ()) -> Iterator[Flaw]:
    """All that is wrong with a well-formed card, but for what depends on fields that could not be read."""
    texts = list(_texts(card))
    if "accepts" not in unread:
        if card.accepts is Accepts.CODE and not card.check.strip() and "check" not in unread:
            message = _("has no `check`: write at least one assert, or let it accept text, literal or recall")
            yield Flaw("check", "missing", message)
        if card.accepts is Accepts.RECALL and card.check:
            message = _("a `recall` card is graded by its learner: take out `check`, or `accepts: recall`")
            yield Flaw("check", "useless", message)
        for field, text in texts:
            key = field.partition("[")[0]
            if key in {"question", "solution", "also"} and not text.strip() and key not in unread:
                advice = _("ask something") if key == "question" else _("write an answer")
                yield Flaw(field, "missing", _("`{}` is empty: {}", field, advice))
    if "vary" in unread:
        return
    misused = list(_misused(card, texts)) if card.vary else []
    yield from misused
    if misused or card.accepts is Accepts.RECALL:
        return
    put = substituter({name: values[0] for name, values in card.vary.items()})
    allowed = {f"wrong[{n}].code" for n, one in enumerate(card.wrong) if one.raises in _RAISED_BY_COMPILING}
    is_answer = "accepts" not in unread and card.accepts is not Accepts.TEXT
    for field, text in texts:
        given, key = field in {"given", "check"}, field.partition("[")[0]
        answer = is_answer and field not in allowed and (key in {"solution", "also"} or field[-5:] == ".code")
        if given or answer:
            yield from _syntax(field, put(text), expression=answer and card.accepts is Accepts.LITERAL)


def _texts(card: Card) -> Iterator[tuple[str, str]]:
    """Every text and code that `vary` reaches, by field."""
    for field in ("question", "given", "starter", "check", "solution", "explanation"):
        yield field, getattr(card, field)
    for field in ("also", "hints"):
        for number, text in enumerate(getattr(card, field)):
            yield f"{field}[{number}]", text
    for number, wrong in enumerate(card.wrong):
        yield f"wrong[{number}].code", wrong.code
        yield f"wrong[{number}].because", wrong.because


def _misused(card: Card, texts: list[tuple[str, str]]) -> Iterator[Flaw]:
    """Each `$name` that cannot be filled in, and each name of `vary` that is not used."""
    names, used = set(card.vary), set[str]()
    for field, text in texts:
        for line, message in bad_placeholders(text, names):
            yield Flaw(field, "vary", f"`{field}`: {message}", line)
        used.update(Template(text).get_identifiers())
    for name in sorted(names - used):
        message = _("`{0}` in `vary` is never used: write `${0}` where it belongs, or take it out", name)
        yield Flaw(f"vary.{name}", "vary", message)


def _syntax(field: str, code: str, *, expression: bool = False) -> Iterator[Flaw]:
    if code and (problem := syntax_problem(code, expression=expression)):
        line, reason = problem
        rows = code.splitlines()
        row = _(" in {}", shown(rows[line - 1].strip())) if 0 < line <= len(rows) else ""
        what = _("a Python literal") if expression else "Python"
        yield Flaw(field, "python", _("`{}` is not {}: {}{}", field, what, reason, row), line)
