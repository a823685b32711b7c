"""Whether the Python of a deck compiles; it is never run here."""

from __future__ import annotations

import ast
import warnings

RAISED_BY_COMPILING = {"SyntaxError", "IndentationError", "TabError"}


def syntax_problem(code: str, *, expression: bool = False) -> tuple[int, str] | None:
    """The line (from 1) and the reason why the code does not compile; None where it does."""
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
