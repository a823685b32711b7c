"""Turning a check's plain asserts into ones that are counted, reported and never skipped."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from types import CodeType

LEDGER = "__ledger__"
"""The name under which rewritten code finds its Ledger."""

UNTOUCHED = frozenset({"super", "locals", "globals", "vars", "dir", "eval", "exec"})
"""Functions that look at the frame they are called from."""

SIGNS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}


class AlwaysTrueError(Exception):
    """The check asserts what is always true: a tuple, a text, a function."""

    def __init__(self, line: int, what: str) -> None:
        more = " (take the parentheses away)" if what == "a tuple" else ""
        super().__init__(f"line {line}: assert on {what} is always true{more}")
        self.line = line


def rewrite(source: str, filename: str, *, compares: bool) -> CodeType:
    """Compile with every assert told to the ledger, and every comparison too where `compares`."""
    with quietly():
        tree = ast.parse(source, filename)
        tree = ast.fix_missing_locations(_Rewriter(source, compares=compares).visit(tree))
        return compile(tree, filename, "exec", dont_inherit=True, optimize=0)


def quietly() -> AbstractContextManager[object]:
    """Compile without warnings: an answer may have turned them into errors."""
    return warnings.catch_warnings(action="ignore")


def loaded_names(source: str) -> set[str]:
    with quietly():
        return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def _always_true(test: ast.expr) -> str:
    """What makes an assert hold whatever the answer is; "" where nothing does."""
    match test:
        case ast.Tuple(elts=[_, *_]):
            return "a tuple"
        case ast.List(elts=[_, *_]) | ast.Set() | ast.Dict(keys=[_, *_]):
            return "a list, set or dict that is written out"
        case ast.Constant(value=str() | bytes() as text) if text:
            return "a text"
        case ast.JoinedStr(values=values) if any(isinstance(part, ast.Constant) for part in values):
            return "a text"
        case ast.Lambda() | ast.GeneratorExp():
            return "a function or generator"
        case ast.BoolOp(op=ast.Or(), values=values):
            return next((what for one in values if (what := _always_true(one))), "")
    return ""


def _ledger(method: str, *arguments: ast.expr) -> ast.Call:
    function = ast.Attribute(ast.Name(LEDGER, ast.Load()), method, ast.Load())
    return ast.Call(function, list(arguments), [])


class _Rewriter(ast.NodeTransformer):
    def __init__(self, source: str, *, compares: bool) -> None:
        self._source = source
        self._compares = compares
        self._objects: set[int] = set()

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        if what := _always_true(node.test):
            raise AlwaysTrueError(node.lineno, what)
        text = ast.get_source_segment(self._source, node.test) or ast.unparse(node.test)
        start = _ledger("start", ast.Constant(node.lineno), ast.Constant(" ".join(text.split())))
        test = self._top_call(node.test)
        judged = _ledger("judge", start, test)
        message = [self.visit(node.msg)] if node.msg else []
        raising = ast.Raise(_ledger("failed", *message), None)
        return ast.copy_location(ast.If(ast.UnaryOp(ast.Not(), judged), [raising], []), node)

    def _top_call(self, test: ast.expr) -> ast.expr:
        """A call that is the whole test is made by the ledger, which keeps what it was given."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return ast.copy_location(ast.UnaryOp(test.op, self._top_call(test.operand)), test)
        visited: ast.expr = self.visit(test)
        if not isinstance(visited, ast.Call) or visited is not test or not self._compares:
            return visited
        if isinstance(test.func, ast.Name) and test.func.id in UNTOUCHED:
            return visited
        made = _ledger("call", visited.func, *visited.args)
        made.keywords = visited.keywords
        return ast.copy_location(made, test)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self._objects.add(id(node.value))
        return self._generic(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self._objects.add(id(node.value))
        return self._generic(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self._objects.update(id(part) for part in (node.func, *node.args, *(k.value for k in node.keywords)))
        return self._generic(node)

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        self._objects.add(id(node.value))
        self.generic_visit(node)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        used_as_object = id(node) in self._objects
        self.generic_visit(node)
        awkward = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
        chained = len(node.ops) > 1
        if not self._compares or (chained and any(isinstance(part, awkward) for part in ast.walk(node))):
            return node
        signs = ast.Tuple([ast.Constant(SIGNS[type(op)]) for op in node.ops], ast.Load())
        first, *rest = node.comparators
        later = [ast.copy_location(ast.Lambda(_no_arguments(), part), part) for part in rest]
        made = _ledger("compare", ast.Constant(not used_as_object), signs, node.left, first, *later)
        return ast.copy_location(made, node)

    def _generic(self, node: ast.expr) -> ast.expr:
        self.generic_visit(node)
        return node


def _no_arguments() -> ast.arguments:
    return ast.arguments([], [], None, [], [], None, [])
