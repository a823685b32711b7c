"""What a failing statement saw: the statement itself, the names that it uses, what each of them is."""

from __future__ import annotations

import ast
import symtable
import textwrap
from collections.abc import Callable, Mapping
from types import FrameType, TracebackType
from typing import Any

from ptcards.runner.sources import first_line, parsed
from ptcards.runner.values import Snapshot

Uses = dict[str, list[tuple[str, ...]]]  # a name, and the attributes that are asked of it; () for itself
LOOPS, WITHS = (ast.For, ast.AsyncFor), (ast.With, ast.AsyncWith)
HEADED = (*LOOPS, *WITHS, ast.If, ast.While)


def describe(
    namespace: Mapping[str, Any],
    statement: str,
    sources: Mapping[str, str] = {},
    *,
    built: Mapping[int, Any] = {},
) -> dict[str, Any]:
    """What the names that a statement uses are, as data that JSON can hold; no code of theirs is run.

    `sources` has the texts of files that are not on the disk; `built` what objects were made with, by id.
    """
    snapshot = Snapshot(namespace, sources, uses, built)
    for name, paths in uses(card_form(statement)).items():
        snapshot.take(name, paths)
    return snapshot.described()


def statement_at(source: str, line: int) -> tuple[int, int, str]:
    """The innermost statement over a line: its first and last line and its text, of a block its head alone.

    (line, line, "") where there is none, or the text is no Python.
    """
    found = innermost(parsed(source), line)
    if found is None:
        return line, line, ""
    if not isinstance(found, HEADED):
        lines = source.splitlines()[first_line(found) - 1 : found.end_lineno]
        text = textwrap.dedent("\n".join(lines))
        if len(parsed(text).body) != 1:  # several on a line, or one behind the colon of a block
            text = ast.get_source_segment(source, found) or ast.unparse(found)
        return first_line(found), found.end_lineno, text
    last = max(found.lineno, first_line(found.body[0]) - 1)
    vars(found).update(body=[ast.Pass()], orelse=[])
    return found.lineno, last, ast.unparse(found).replace("\n    pass", " pass")


def innermost(tree: ast.Module, line: int) -> Any:
    """The statement over a line that no other one inside of it is over; None where there is none."""
    found: Any = None
    for node in ast.walk(tree):
        over = isinstance(node, ast.stmt) and first_line(node) <= line <= (node.end_lineno or 0)
        if over and (found is None or any(node is one for one in ast.walk(found))):
            found = node
    return found


def plain(statement: str) -> str:
    """The statement at the left edge; of a block's head a whole block."""
    text = textwrap.dedent(statement).strip("\n")
    return text if parsed(text).body or not parsed(f"{text.rstrip()} pass").body else f"{text.rstrip()} pass"


def card_form(statement: str) -> str:
    """The statement as an answer that runs by itself: `return E` as `E`, a block's head as its value."""
    text = plain(statement)
    tree = parsed(text)
    if not tree.body:
        return statement
    waits = any(isinstance(node, ast.Await) for node in ast.walk(tree))
    *before, last = tree.body
    form = None if isinstance(last, (ast.FunctionDef, ast.ClassDef)) else _value_of(last)
    if form is None and not waits:
        return text
    if isinstance(form, ast.Expr) and not waits and not before:
        segment = ast.get_source_segment(text, form.value)
        if segment and ast.dump(parsed(segment)) == ast.dump(parsed(ast.unparse(form))):
            return segment
    tree.body = [*before, form or last]
    return ast.unparse(ast.fix_missing_locations(_Waited().visit(tree)))


def _value_of(node: Any) -> ast.stmt | None:
    """What stands for a statement that can't stand alone; None where it can."""

    def call(name: str, *arguments: ast.expr) -> ast.expr:
        return ast.Call(ast.Name(name, ast.Load()), [*arguments], [])

    if isinstance(node, HEADED) and not isinstance(node.body[0], ast.Pass):
        return None  # the whole of a block
    value: ast.expr | None = _shown(node)
    inner = node.value if isinstance(node, ast.Expr) else node
    if isinstance(inner, (ast.Return, ast.Yield, ast.YieldFrom, ast.Await)):
        value = inner.value or ast.Constant(None)
    elif isinstance(node, (ast.If, ast.While, ast.Assert)):
        value = call("bool", node.test)
    elif isinstance(node, LOOPS):
        value = call("next", call("iter", node.iter))
        if not isinstance(node.target, ast.Name):
            return ast.Assign([node.target], value, lineno=node.lineno)
    elif isinstance(node, WITHS):
        value = node.items[0].context_expr
    elif hasattr(ast, "Match") and isinstance(node, ast.Match):
        value = node.subject
    return None if value is None else ast.Expr(value)


def _shown(node: Any) -> ast.expr | None:
    """What a `print` shows, where that is one thing beside texts."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "print":
        return None
    told = [one for one in call.args if not isinstance(one, (ast.Constant, ast.JoinedStr, ast.Starred))]
    return told[0] if len(told) == 1 else None


class _Waited(ast.NodeTransformer):
    def visit_Await(self, node: ast.Await) -> ast.AST:
        return self.visit(node.value)  # type: ignore[no-any-return]


def uses(text: str) -> Uses:
    """The names that a text takes from outside, in their order, each with the attributes asked of it."""
    tree = parsed(text)
    free = _free(symtable.symtable(text, "<text>", "exec"), outermost=True) if tree.body else set()
    found: Uses = {}

    def visit(node: ast.AST) -> None:
        path, inner = list[str](), node
        stored = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        while isinstance(inner, ast.Attribute):
            path, inner = [inner.attr, *path], inner.value
        changed = isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id
        if changed:
            found.setdefault(str(changed), []).append(())
        if isinstance(inner, ast.Name) and inner.id in free:
            if stored:  # what is bound there need not be there
                found.setdefault(inner.id, []).extend([tuple(path[:-1])] if path[1:] else [])
            elif isinstance(inner.ctx, ast.Load):
                found.setdefault(inner.id, []).append(tuple(path))
        for child in ast.iter_child_nodes(inner if path else node):
            visit(child)

    visit(tree)
    return found


def _free(table: symtable.SymbolTable, *, outermost: bool = False) -> set[str]:
    names = {
        one.get_name()
        for one in table.get_symbols()
        if one.is_referenced() and (outermost or one.is_global())
    }
    return names.union(*map(_free, table.get_children()))


def of_traceback(trace: TracebackType | None, own: Callable[[str], bool]) -> tuple[FrameType | None, int]:
    """The innermost frame in one's own files and its line; (None, 0) without one.

    Not that of a comprehension or a lambda, whose line is a part of another's statement.
    """
    found: tuple[FrameType | None, int] = None, 0
    while trace is not None:
        code = trace.tb_frame.f_code
        if own(code.co_filename) and (code.co_name == "<module>" or not code.co_name.startswith("<")):
            found = trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
    return found
