"""A question as blocks: its text, the given code with the values beside it, the hints so far."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from textual.content import Content

from ptcards.deck.card import Accepts
from ptcards.tui.page import BLANK, Block, Lines, one_line
from ptcards.tui.prose import code, prose, sentence
from ptcards.tui.values import summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ptcards.runner.protocol import Given, Value
    from ptcards.study.views import Question

_ASKS = {
    Accepts.LITERAL: "Answer with a literal: it is read, not run.",
    Accepts.TEXT: "Answer with a line of text.",
    Accepts.RECALL: "Think of the answer, then look.",
}


def question_blocks(
    question: Question, *, given: Given | None = None, hints: Sequence[str] = ()
) -> list[Lines]:
    """All of the question pane."""
    card = question.card
    blocks = prose(card.question, card.markup)
    if card.given.strip():
        blocks += [BLANK, *_given(card.given, given.values if given else {})]
    if given is not None and given.problem is not None:
        blocks += [
            BLANK,
            Block(one_line(f"The given code does not run here: {given.problem.message}", "$text-warning")),
        ]
    if card.accepts in _ASKS:
        blocks += [BLANK, Block(Content.styled(_ASKS[card.accepts], "$foreground 60% italic"))]
    blocks += [BLANK] if hints else []
    for number, hint in enumerate(hints, 1):
        start = Content.styled(f"Hint {number}  ", "bold $text-warning")
        blocks.append(Block(Content.assemble(start, sentence(hint, card.markup))))
    return blocks


def position(question: Question) -> tuple[tuple[str, str, str], str]:
    """Which card is asked, at length, in short and shorter, and what is still to come."""
    number = f"{question.position} of {question.expected}"
    place = f"cram {number}" if question.cram else "drill" if question.drill else number
    card = f"{question.card.id} · {place}"
    left = question.remaining
    counts = f"{left.due} left" if question.cram else f"due {left.due} · new {left.new} · drill {left.drill}"
    return (f"{question.deck_title} · {card}", card, place), counts


def _given(text: str, values: Mapping[str, Value]) -> list[Lines]:
    """The code line by line; beside the line that binds a name, its value."""
    bound = _bound_names(text)
    blocks: list[Lines] = []
    seen: set[str] = set()
    for number, line in enumerate(code(text).split("\n"), 1):
        names = [name for name in bound.get(number, ()) if name in values and name not in seen]
        seen.update(names)
        right = _value_line(names[0], values[names[0]]) if len(names) == 1 else None
        blocks.append(Block(line, indent=2, code=True, right=right))
        if right is None:
            blocks += [Block(_value_line(name, values[name]), indent=4, code=True) for name in names]
    return blocks


def _value_line(name: str, value: Value) -> Content:
    return Content.assemble((f"{name}  ", "$foreground 60%"), summary(value).truncate(60, ellipsis=True))


def _bound_names(text: str) -> dict[int, list[str]]:
    """The names that are bound last on each line of `text`, by the statement's last line."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    last: dict[str, int] = {}
    for statement in body:
        if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.For | ast.With | ast.If):
            for node in ast.walk(statement):
                if isinstance(node, ast.Name | ast.Subscript) and isinstance(node.ctx, ast.Store):
                    last[_root_name(node)] = statement.end_lineno or statement.lineno
    lines: dict[int, list[str]] = {}
    for name, number in last.items():
        lines.setdefault(number, []).append(name)
    return lines


def _root_name(node: ast.expr) -> str:
    """`x` of `x` and of `x[0][1]`; empty where what is subscripted has no name."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
