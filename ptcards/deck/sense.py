"""What must hold beyond the form of each key: Python compiles, placeholders can be filled in."""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from ptcards.deck.card import Accepts, Card, Deck, key_of
from ptcards.deck.code import RAISED_BY_COMPILING, syntax_problem
from ptcards.deck.nodes import Findings, Stage, shown
from ptcards.deck.variation import substituter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ptcards.deck.sources import Sources


def find_nonsense(deck: Deck, sources: Sources, findings: Findings, unread: Mapping[str, set[str]]) -> None:
    """Tell all that keeps a well-formed deck from being used.

    `unread` names, by card, the keys that could not be read: what hangs on them is not told a second time.
    """
    if deck.preamble:
        _tell_syntax(findings, sources, "", "preamble", deck.preamble, expression=False)
    ids = {card.id for card in deck.cards}
    for number, card in enumerate(deck.cards):
        findings.come_to(Stage.SENSE, number, len(deck.cards))
        lacking = unread.get(card.id, set())
        _check_old_ids(deck, card, ids, sources, findings)
        if "accepts" not in lacking:
            _check_needs(card, lacking, sources, findings)
        if "vary" not in lacking and (not card.vary or _check_placeholders(card, sources, findings)):
            _check_code(card, sources, findings, answers="accepts" not in lacking)


def texts_of(card: Card) -> Iterator[tuple[str, str]]:
    """Every text and code that `vary` reaches, by field."""
    for field in ("question", "given", "starter", "check", "solution", "explanation"):
        yield field, getattr(card, field)
    for field in ("also", "hints"):
        for number, text in enumerate(getattr(card, field)):
            yield f"{field}[{number}]", text
    for number, wrong in enumerate(card.wrong):
        yield f"wrong[{number}].code", wrong.code
        yield f"wrong[{number}].because", wrong.because


def bad_placeholders(text: str, names: set[str]) -> Iterator[tuple[int, str]]:
    """The line and what is wrong, for each `$` that cannot be filled in."""
    for found in Template.pattern.finditer(text):
        name = found["named"] or found["braced"]
        line = text.count("\n", 0, found.start()) + 1
        if name and name not in names:
            yield line, f"`${name}` is not in `vary`: add it there, or write `$$` for a dollar sign"
        elif found["invalid"] is not None:
            yield line, "`$` is followed by no name: write `$$` for a dollar sign"


def used_placeholders(text: str) -> set[str]:
    found = Template.pattern.finditer(text) if "$" in text else ()
    return {name for match in found if (name := match["named"] or match["braced"])}


def _check_needs(card: Card, lacking: set[str], sources: Sources, findings: Findings) -> None:
    if card.accepts is Accepts.CODE and not card.check.strip() and "check" not in lacking:
        message = "has no `check`: write at least one assert, or let it accept text, literal or recall"
        findings.add(sources.where(card.id, "check"), card.id, "missing", message)
    if card.accepts is Accepts.RECALL and card.check:
        message = (
            "a `recall` card has no check, its learner grades it: take out `check`, or `accepts: recall`"
        )
        findings.add(sources.where(card.id, "check"), card.id, "useless", message)
    for field, text in texts_of(card):
        key = field.partition("[")[0]
        if key in {"question", "solution", "also"} and not text.strip() and key not in lacking:
            message = f"`{field}` is empty: {'ask something' if key == 'question' else 'write an answer'}"
            findings.add(sources.where(card.id, field), card.id, "missing", message)


def _check_old_ids(deck: Deck, card: Card, ids: set[str], sources: Sources, findings: Findings) -> None:
    for number, old in enumerate(card.was):
        if old in ids or old in {key_of(deck.slug, each) for each in ids}:
            message = f"`was` names {shown(old)}, which is a card of this deck: its history stays where it is"
            findings.add(sources.where(card.id, f"was[{number}]"), card.id, "duplicate-id", message)


def _check_placeholders(card: Card, sources: Sources, findings: Findings) -> bool:
    names, used, sound = set(card.vary), set[str](), True
    for field, text in texts_of(card):
        for line, message in bad_placeholders(text, names):
            sound = False
            findings.add(sources.where(card.id, field, line), card.id, "vary", f"`{field}`: {message}")
        used |= used_placeholders(text)
    for name in sorted(names - used):
        sound = False
        message = f"`{name}` in `vary` is never used: write `${name}` where it belongs, or take it out"
        findings.add(sources.where(card.id, f"vary.{name}"), card.id, "vary", message)
    return sound


def _check_code(card: Card, sources: Sources, findings: Findings, *, answers: bool) -> None:
    """Tell what does not compile; `answers` is False where it is not known what they are."""
    if card.accepts is Accepts.RECALL:
        return
    put = substituter({name: values[0] for name, values in card.vary.items()})
    answers_compile = answers and card.accepts is not Accepts.TEXT
    mistakes = {
        f"wrong[{number}].code"
        for number, wrong in enumerate(card.wrong)
        if wrong.raises not in RAISED_BY_COMPILING
    }
    for field, text in texts_of(card):
        answer = field.startswith(("solution", "also")) or field in mistakes
        if text and (field in {"given", "check"} or (answer and answers_compile)):
            literal = answer and card.accepts is Accepts.LITERAL
            _tell_syntax(findings, sources, card.id, field, put(text), expression=literal)


def _tell_syntax(
    findings: Findings, sources: Sources, card: str, field: str, code: str, *, expression: bool
) -> None:
    if problem := syntax_problem(code, expression=expression):
        line, reason = problem
        rows = code.splitlines()
        row = f" in {shown(rows[line - 1].strip())}" if 0 < line <= len(rows) else ""
        what = "a Python literal" if expression else "Python"
        findings.add(
            sources.where(card, field, line), card, "python", f"`{field}` is not {what}: {reason}{row}"
        )
