"""The statement that is looked for, in its block: marked, so that a run stops there; what comes before it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from typing import Any

from ptcards.runner.frames import innermost, statement_at, uses
from ptcards.runner.sources import first_line, parsed

MARKED = "__ptcards_here__"
LEAVES = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.Break, ast.Continue, ast.Global, ast.Nonlocal)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
OF_THEIR_OWN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Block:
    """A file's tree, and the statement over a line of it with those before it in its block."""

    def __init__(self, text: str, line: int) -> None:
        self.tree, self._text = ast.parse(text), text
        node = innermost(self.tree, line)
        self._body, self._at = self._place_of(node)
        self._earlier = list[int]()  # places of those before it, the last one first
        for at in range(self._at - 1, -1, -1):
            if _leaves(self._body[at]):
                break
            if not _says_only(self._body[at]):
                self._earlier.append(at)

    @property
    def room(self) -> int:
        """How many statements stand before it that can be taken along."""
        return len(self._earlier)

    def before(self, back: int) -> list[str]:
        """The texts of so many statements before it."""
        return [self._source(self._body[at]) for at in reversed(self._earlier[:back])]

    def _place_of(self, node: Any) -> tuple[list[ast.stmt], int]:
        found = ((body, at) for body in _bodies(self.tree) for at, one in enumerate(body) if one is node)
        return next(found, ([], 0))

    def _following(self, several: int) -> Iterator[ast.stmt]:
        """The statements behind it, which are `several`, and behind the blocks that it is in."""
        body, end = self._body, self._at + several
        while body:
            yield from body[end:]
            around = [one for one in ast.walk(self.tree) if any(part is body for part in _bodies_of(one))]
            if not around or isinstance(around[0], (*OF_THEIR_OWN, *LOOPS, ast.Module)):
                return
            body, end = self._place_of(around[0])
            end += 1

    def until(self, line: int, several: int) -> str:
        """The statements behind it, which are `several`, to the one over a line; "" if that is not there.

        With 0 to the value that its function gives, and the gradient of that.
        """
        found = list[str]()
        for one in self._following(several):
            if first_line(one) <= line <= (one.end_lineno or 0):
                return "\n".join([*found, statement_at(self._text, first_line(one))[2]])
            if isinstance(one, ast.Return) and one.value and not line:
                return "\n".join([*found, f"({ast.unparse(one.value)}).sum().backward()"])
            if _leaves(one):
                return ""
            found += [] if _says_only(one) else [self._source(one)]
        return ""

    def mark(self, back: int) -> None:
        """Put a call before it, or before the one so many places earlier."""
        if not self._body:
            return
        at = self._earlier[back - 1] if back else self._at
        call = ast.Expr(ast.Call(ast.Name(MARKED, ast.Load()), [], []))
        self._body.insert(at, ast.fix_missing_locations(ast.copy_location(call, self._body[at])))
        self._at += 1

    def _source(self, node: Any) -> str:
        lines = self._text.splitlines()[first_line(node) - 1 : node.end_lineno]
        text = textwrap.dedent("\n".join(lines))
        return text if len(parsed(text).body) == 1 else ast.unparse(node)


def bound_first(statements: list[str]) -> set[str]:
    """The names that statements bind before any of them uses them."""
    used, bound = set[str](), set[str]()
    for text in statements:
        used |= {*uses(text)} - bound
        for node in parsed(text).body:
            bound |= {*_bound(node)} - used
    return bound


def _bound(node: Any) -> Iterator[str]:
    """The names that a statement surely binds."""
    if isinstance(node, OF_THEIR_OWN):
        yield node.name  # type: ignore[union-attr]
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((one.asname or one.name).partition(".")[0] for one in node.names)
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if node.value else []
        stored = (one for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))
        yield from (one.id for one in stored if isinstance(one.ctx, ast.Store))
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for one in node.body:
            yield from _bound(one)


def _bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        yield from _bodies_of(node)


def _bodies_of(node: ast.AST) -> list[list[ast.stmt]]:
    parts = (getattr(node, part, None) for part in ("body", "orelse", "finalbody"))
    return [part for part in parts if isinstance(part, list)]


def _inside(node: Any) -> Iterator[Any]:
    """A node and what is in it, but in no function or class of its own."""
    yield node
    for one in ast.iter_child_nodes(node):
        if not isinstance(one, OF_THEIR_OWN):
            yield from _inside(one)


def _leaves(node: Any) -> bool:
    """Whether a statement can't stand in other code: it may leave its function or loop."""
    ends = () if isinstance(node, OF_THEIR_OWN) else (one for one in _inside(node) if isinstance(one, LEAVES))
    return any(not isinstance(one, (ast.Break, ast.Continue)) or not isinstance(node, LOOPS) for one in ends)


def _says_only(node: Any) -> bool:
    """Whether it is a text, or prints something."""
    if isinstance(node, (ast.Pass, ast.Assert)):
        return True
    if not isinstance(node, ast.Expr):
        return False
    call = node.value
    return isinstance(call, ast.Constant) or (
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"
    )
