"""What must hold beyond the form of each key: Python compiles, placeholders can be filled in."""

import ast
import warnings
from collections.abc import Iterator, Mapping
from string import Template
from typing import NamedTuple

from ptcards.deck.card import Accepts, Card, Deck, key_of, substituter
from ptcards.deck.nodes import Findings, Sources, shown

_RAISED_BY_COMPILING = {"SyntaxError", "IndentationError", "TabError"}


def syntax_problem(code: str, *, expression: bool = False) -> tuple[int, str] | None:
    """The line (from 1) and the reason why code, never run here, does not compile; None where it does."""
    mode = "eval" if expression else "exec"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(code.strip() if expression else code, "<deck>", mode, dont_inherit=True, optimize=0)
    except SyntaxError as error:
        return error.lineno or 1, error.msg or "bad syntax"
    except (ValueError, OverflowError) as error:
        return 1, str(error)
    except (RecursionError, MemoryError):
        return 1, "nested too deeply"
    return None


def parse(code: str) -> ast.Module:
    """The tree of code that compiles."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)


def bad_placeholders(text: str, names: set[str]) -> Iterator[tuple[int, str]]:
    """The line and what is wrong, for each `$` that cannot be filled in."""
    for found in Template.pattern.finditer(text):
        name = found["named"] or found["braced"]
        line = text.count("\n", 0, found.start()) + 1
        if name and name not in names:
            yield line, f"`${name}` is not in `vary`: add it there, or write `$$` for a dollar sign"
        elif found["invalid"] is not None:
            yield line, "`$` is followed by no name: write `$$` for a dollar sign"


def validate(deck: Deck, sources: Sources, findings: Findings, unread: Mapping[str, set[str]]) -> None:
    """Find all that keeps a well-formed deck from being used.

    `unread` has, by card, the keys that could not be read: what depends on them is no second problem.
    """
    if deck.preamble:
        _Validator(Card("", "", ""), sources, findings).syntax("preamble", deck.preamble)
    ids = {card.id for card in deck.cards}
    keys = {key_of(deck.slug, each) for each in ids}
    for card in deck.cards:
        here = _Validator(card, sources, findings)
        for index, old in enumerate(card.was):
            if old in ids or old in keys:
                message = f"`was` names {shown(old)}, which is a card of this deck: its history stays its own"
                here.problem(f"was[{index}]", "duplicate-id", message)
        lacking = unread.get(card.id, set())
        if "accepts" not in lacking:
            here.needs(lacking)
        if "vary" not in lacking and (not card.vary or here.placeholders()):
            here.code(answers="accepts" not in lacking)


class _Validator(NamedTuple):
    """One card, its places in the file, and where problems go."""

    card: Card
    sources: Sources
    findings: Findings

    def problem(self, field: str, kind: str, message: str, line: int = 1) -> None:
        self.findings.add(self.sources.where(self.card.id, field, line), self.card.id, kind, message)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text and code that `vary` reaches, by field."""
        for field in ("question", "given", "starter", "check", "solution", "explanation"):
            yield field, getattr(self.card, field)
        for field in ("also", "hints"):
            for number, text in enumerate(getattr(self.card, field)):
                yield f"{field}[{number}]", text
        for number, wrong in enumerate(self.card.wrong):
            yield f"wrong[{number}].code", wrong.code
            yield f"wrong[{number}].because", wrong.because

    def needs(self, lacking: set[str]) -> None:
        card = self.card
        if card.accepts is Accepts.CODE and not card.check.strip() and "check" not in lacking:
            message = "has no `check`: write at least one assert, or let it accept text, literal or recall"
            self.problem("check", "missing", message)
        if card.accepts is Accepts.RECALL and card.check:
            message = "is graded by its learner: take out `check`, or `accepts: recall`"
            self.problem("check", "useless", f"a `recall` card {message}")
        for field, text in self.texts():
            key = field.partition("[")[0]
            if key in {"question", "solution", "also"} and not text.strip() and key not in lacking:
                advice = "ask something" if key == "question" else "write an answer"
                self.problem(field, "missing", f"`{field}` is empty: {advice}")

    def placeholders(self) -> bool:
        """Whether every `$name` can be filled in and each name of `vary` is used."""
        before, names, used = self.findings.count, set(self.card.vary), set[str]()
        for field, text in self.texts():
            for line, message in bad_placeholders(text, names):
                self.problem(field, "vary", f"`{field}`: {message}", line)
            used.update(Template(text).get_identifiers())
        for name in sorted(names - used):
            message = f"`{name}` in `vary` is never used: write `${name}` where it belongs, or take it out"
            self.problem(f"vary.{name}", "vary", message)
        return self.findings.count == before

    def code(self, *, answers: bool) -> None:
        """Find what does not compile; `answers` is False where their kind is not known."""
        card = self.card
        if card.accepts is Accepts.RECALL:
            return
        put = substituter({name: values[0] for name, values in card.vary.items()})
        answers = answers and card.accepts is not Accepts.TEXT
        code = [("given", card.given, False), ("check", card.check, False)]
        if answers:
            code += [("solution", card.solution, True)]
            code += [(f"also[{number}]", text, True) for number, text in enumerate(card.also)]
            code += [
                (f"wrong[{number}].code", wrong.code, True)
                for number, wrong in enumerate(card.wrong)
                if wrong.raises not in _RAISED_BY_COMPILING
            ]
        for field, text, answer in code:
            if text:
                self.syntax(field, put(text), expression=answer and card.accepts is Accepts.LITERAL)

    def syntax(self, field: str, code: str, *, expression: bool = False) -> None:
        if problem := syntax_problem(code, expression=expression):
            line, reason = problem
            rows = code.splitlines()
            row = f" in {shown(rows[line - 1].strip())}" if 0 < line <= len(rows) else ""
            what = "a Python literal" if expression else "Python"
            self.problem(field, "python", f"`{field}` is not {what}: {reason}{row}", line)
