"""Whether a failed assertion says itself what the answer should have been."""

from __future__ import annotations

import ast

DATA = ("tensor", "array", "number", "text", "sequence", "mapping")
"""Kinds of values that can be shown beside each other."""
_COMPARING = ("same", "close", "equal", "allclose", "array_equal", "assert_close")


def says_what_is_wanted(assertion: str | None) -> bool:
    """The assertion holds the answer itself, and not something taken from it, equal to a value."""
    try:
        tree = ast.parse(assertion or "", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if isinstance(tree, ast.Compare):
        return isinstance(tree.ops[0], ast.Eq) and _is_answer(tree.left)
    if isinstance(tree, ast.Call):
        name = tree.func.attr if isinstance(tree.func, ast.Attribute) else getattr(tree.func, "id", "")
        return name in _COMPARING and bool(tree.args) and _is_answer(tree.args[0])
    return False


def _is_answer(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "answer"
