"""A check for a card that had none: written from what its solution gives."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ptcards.deck.card import Accepts
from ptcards.deck.validation import parse, syntax_problem

if TYPE_CHECKING:
    from ptcards.deck.card import Card, Deck
    from ptcards.runner.protocol import Value

_FENCE = re.compile(r"```[a-zA-Z]*\n(.*?)\n?```", re.DOTALL)
_IMPORTS = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "np": "import numpy as np",
    "numpy": "import numpy",
    "cv2": "import cv2",
    "math": "import math",
}


def code_in(markdown: str) -> str:
    """The code of an answer that was written to be read: the first fenced block, else the text itself."""
    if found := _FENCE.search(markdown):
        return found[1]
    text = markdown.strip()
    return text.strip("`") if text.startswith("`") and text.endswith("`") and "\n" not in text else text


def as_code_card(deck: Deck, card: Card) -> Card:
    """The card with its solution as code, and with imports of what that code names; its check is to come."""
    code = code_in(card.solution)
    return replace(card, accepts=Accepts.CODE, solution=code, given=_given(deck, card, code))


def _given(deck: Deck, card: Card, code: str) -> str:
    if syntax_problem(code) or syntax_problem(card.given) or syntax_problem(deck.preamble):
        return card.given
    bound = _names(deck.preamble, ast.Store) | _names(card.given, ast.Store) | _names(code, ast.Store)
    missing = [_IMPORTS[name] for name in _IMPORTS if name in _names(code, ast.Load) - bound]
    return "\n".join([*missing, card.given]).strip("\n")


def _names(code: str, context: type[ast.expr_context]) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(parse(code)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, context):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and context is ast.Store:
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return names


def check_for(solution: str, value: Value | None) -> str:
    """Asserts on type, shape, dtype and value, as far as they are known; to be looked over by a person."""
    if value is None:
        return 'assert answer is not None, "say here what is asked for"\n'
    lines = _about_kind(value)
    if wanted := _expression_of(value) or _lone_expression(solution):
        if wanted in {"True", "False", "None"}:
            lines.append(f'assert answer is {wanted}, "the value is {wanted}"')
        else:
            lines.append(f'assert same(answer, {wanted}), "the value is another one"')
    elif not lines:
        lines.append('assert answer is not None, "say here what is asked for"')
    return "\n".join(lines) + "\n"


def _about_kind(value: Value) -> list[str]:
    lines = []
    if value.kind == "tensor":
        lines.append('assert isinstance(answer, torch.Tensor), "a tensor is asked for"')
    elif value.kind == "array":
        lines.append('assert type(answer).__name__ == "ndarray", "an array is asked for"')
    elif value.kind in {"number", "text", "sequence", "mapping"} and value.type.isidentifier():
        lines.append(f'assert type(answer).__name__ == "{value.type}", "{_article(value.type)} is asked for"')
    if value.shape is not None and value.kind in {"tensor", "array"}:
        lines.append(f'assert tuple(answer.shape) == {value.shape}, "the shape is {value.shape}"')
    if value.dtype and value.kind in {"tensor", "array"}:
        name = value.dtype.removeprefix("torch.")
        lines.append(f'assert str(answer.dtype).endswith("{name}"), "the dtype is {name}"')
    return lines


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def _expression_of(value: Value) -> str:
    """The value as an expression, where its text is one."""
    text = value.text
    if value.kind == "tensor" and text.startswith("tensor("):
        text = f"torch.{text}"
    elif value.kind not in {"number", "text", "sequence", "mapping", "none"}:
        return ""
    if value.kind != "tensor":
        try:
            ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return ""
    return "" if "..." in text or syntax_problem(text, expression=True) else text


def _lone_expression(solution: str) -> str:
    """The solution itself, where it is one expression on one line."""
    text = solution.strip()
    return "" if "\n" in text or syntax_problem(text, expression=True) else text
