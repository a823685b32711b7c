"""Code that fits a card: long lines broken inside of brackets, and less of what it can do without."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

from ptcards.runner.frames import parsed
from ptcards.runner.sources import first_line

WIDTH = 78


class Place(NamedTuple):
    """Where a line may be broken: inside of so many brackets."""

    column: int
    depth: int
    is_comma: bool


def fitted(code: str) -> str:
    """The same code, no line of it longer than a card's may be, as far as brackets allow."""
    lines = [_broken(line) if len(line) > WIDTH else line for line in code.splitlines()]
    text = "\n".join(lines)
    return text if ast.dump(parsed(text)) == ast.dump(parsed(code)) else code


def lean(code: str) -> str:
    """The same code without lines that are blank or a comment."""
    text = "\n".join(line for line in code.splitlines() if line.strip() and line.strip()[0] != "#")
    return text if ast.dump(parsed(text)) == ast.dump(parsed(code)) else code


def dense(code: str) -> str:
    """The same code, each function of one line beside its head."""
    lines = code.splitlines()
    depth = [len(line) - len(line.lstrip()) for line in lines] + [0]
    for at in range(len(lines) - 2, -1, -1):
        joined = f"{lines[at]} {lines[at + 1].strip()}"
        is_head = lines[at].lstrip().startswith("def ") and lines[at].endswith(":") and len(joined) <= WIDTH
        if is_head and depth[at + 1] > depth[at] >= depth[at + 2]:
            lines[at : at + 2], depth[at : at + 2] = [joined], [depth[at]]
    text = "\n".join(lines)
    return text if ast.dump(parsed(text)) == ast.dump(parsed(code)) else code


def less_by_one(code: str) -> Iterator[str]:
    """The code of a class or function without one of its methods, or without its docstring."""
    for node in ast.walk(parsed(code)):
        body = getattr(node, "body", None)
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef)) or len(body or ()) < 2:
            continue
        for one in node.body:
            is_text = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
            if is_text or (isinstance(node, ast.ClassDef) and isinstance(one, ast.FunctionDef)):
                lines = code.splitlines()
                del lines[first_line(one) - 1 : one.end_lineno]
                yield "\n".join(lines)


def _broken(line: str) -> str:
    text = line.strip()
    indent = line[: len(line) - len(line.lstrip())]
    places, found, start = [*_places(text)], list[str](), 0
    while len(text) - start > (room := WIDTH - len(indent) - 4 * bool(found)):
        fits = [one for one in places if start < one.column <= start + room]
        late = [one for one in fits if one.column - start > room // 2]
        if not fits:
            break
        best = min(late or fits, key=lambda one: (one.depth, not one.is_comma, -one.column))
        found.append(text[start : best.column].rstrip())
        start = best.column
    return indent + f"\n{indent}    ".join([*found, text[start:]])


def _places(text: str) -> Iterator[Place]:
    """Where a new line may begin, inside of brackets: behind blanks and what opens one."""
    depth, end, before = 0, 0, ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            begins = token.start[1]
            if token.start[0] > 1:
                return
            if depth and (begins > end or before in "([{"):
                yield Place(begins, depth, before in {",", "(", "[", "{"})
            depth += (token.string in {"(", "[", "{"}) - (token.string in {")", "]", "}"})
            end, before = token.end[1], token.string or " "
    except (tokenize.TokenError, SyntaxError):
        return
