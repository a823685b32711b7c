"""Code that fits a card: long lines broken inside of brackets, and less of what it can do without."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ptcards.runner.sources import first_line, parsed

WIDTH = 78


def fitted(code: str) -> str:
    """The same code, no line of it longer than a card's may be, as far as brackets allow."""
    return _same("\n".join(map(_broken, code.splitlines())), code)


def lean(code: str) -> str:
    """The same code without lines that are blank or a comment."""
    return _same("\n".join(line for line in code.splitlines() if line.strip()[:1] not in ("", "#")), code)


def dense(code: str) -> str:
    """The same code, each function of one line beside its head."""

    def joined(found: re.Match[str]) -> str:
        line = f"{found[1]} {found[3]}"
        return line if len(line) <= WIDTH else found[0]

    return _same(re.sub(r"^(( *)def .*:)\n +(\S.*)$(?!\n\2 )", joined, code, flags=re.MULTILINE), code)


def _same(text: str, code: str) -> str:
    """A text that was made of code, where it means the same; else the code."""
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
    """The line in several, broken behind commas and open brackets, the outer ones first."""
    text, found, start = line.strip(), list[str](), 0
    indent = line[: len(line) - len(line.lstrip())]
    places = [one.end() for one in re.finditer(r", |[(\[{](?![)\]}])", text)]
    depth = {at: sum((one in "([{") - (one in ")]}") for one in text[:at]) for at in places}
    while len(text) - start > (room := WIDTH - len(indent) - 4 * bool(found)):
        fits = [at for at in places if start < at <= start + room and depth[at]]
        late = [at for at in fits if at - start > room // 2]
        if not fits:
            break
        best = min(late or fits, key=lambda at: (depth[at], -at))
        found.append(text[start:best].rstrip())
        start = best
    return indent + f"\n{indent}    ".join([*found, text[start:]])
