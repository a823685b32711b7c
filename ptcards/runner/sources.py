"""Functions and classes: found in a library by their names, else by the text that they were written as."""

from __future__ import annotations

import ast
import linecache
import os
import sys
import textwrap
from collections.abc import Callable, Mapping
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from ptcards.language import _
from ptcards.runner.tensors import CannotError

LONGEST = 6_000
LIBRARIES = (
    *(
        "torch",
        "torch.nn",
        "torch.nn.functional",
        "torch.optim",
        "torch.optim.lr_scheduler",
        "torch.utils.data",
    ),
    *("numpy", "cv2", "math", "random", "itertools", "functools", "collections"),
)
STANDARD = os.path.dirname(os.__file__)
NAMED = (type, FunctionType, BuiltinFunctionType)
KINDS_NAMED = ("ufunc", "_ArrayFunctionDispatcher", "builtin_function_or_method")
DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def library_name(value: Any) -> tuple[str, str] | None:
    """The module of a library in which a function or class is found by its own name, and this name."""
    if not (issubclass(type(value), NAMED) or type(value).__name__ in KINDS_NAMED):
        return None
    name, module = getattr(value, "__name__", None), getattr(value, "__module__", None)
    for one in ("builtins", *LIBRARIES, *([module] if type(module) is str else [])):
        known = sys.modules.get(one)
        if type(name) is str and known is not None and installed(known) and vars(known).get(name) is value:
            return one, name
    return None


def installed(module: ModuleType) -> bool:
    """Whether a module is one of Python's or of an installed package."""
    if vars(module).get("__name__") == "__main__":
        return False
    file = vars(module).get("__file__")
    return not file or not is_own(file)


def is_own(file: str) -> bool:
    return bool(file) and not file.startswith((STANDARD, "<frozen", "<string")) and "-packages" not in file


class Sources:
    """Texts of files, of those that are not on the disk, too."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def is_own(self, file: str) -> bool:
        return file in self._texts or is_own(file)

    def of_class(self, value: type) -> tuple[str, Mapping[str, Any]]:
        """Its text, and the names that this may use."""
        module, methods = sys.modules.get(value.__module__), [*filter(_is_function, vars(value).values())]
        own = [one for one in methods if self.is_own(one.__code__.co_filename)]
        files = (
            [own[0].__code__.co_filename] if own else [getattr(module, "__file__", None) or "", *self._texts]
        )

        def is_it(node: Any) -> bool:
            return isinstance(node, ast.ClassDef) and node.name == value.__name__

        space = own[0].__globals__ if own else vars(module) if module else {}
        return self._found(files, is_it), space

    def of_function(self, value: FunctionType) -> tuple[str, Mapping[str, Any]]:
        made = value.__code__
        kinds = (ast.Lambda,) if made.co_name == "<lambda>" else (ast.FunctionDef, ast.AsyncFunctionDef)
        text = self._found(
            [made.co_filename],
            lambda node: isinstance(node, kinds) and first_line(node) == made.co_firstlineno,
        )
        space = {**value.__globals__}
        for name, cell in zip(made.co_freevars, value.__closure__ or ()):
            try:
                space[name] = cell.cell_contents
            except ValueError:  # not bound yet
                continue
        return text, space

    def _found(self, files: list[str], wanted: Callable[[Any], bool]) -> str:
        for file in files:
            text = self._texts.get(file) or ("".join(linecache.getlines(file)) if self.is_own(file) else "")
            try:
                nodes = [*ast.walk(ast.parse(text))]
            except (SyntaxError, ValueError, RecursionError):
                continue
            for node in nodes:
                if isinstance(node, DEFINED) and wanted(node):
                    lines = text.splitlines()[first_line(node) - 1 : node.end_lineno]
                    is_line = isinstance(node, ast.Lambda)
                    found = ast.unparse(node) if is_line else textwrap.dedent("\n".join(lines))
                    if len(found) > LONGEST:
                        raise CannotError(_("its source is too long"))
                    return found
        raise CannotError(_("its source is not known"))


def _is_function(value: Any) -> bool:
    return type(value) is FunctionType


def first_line(node: Any) -> int:
    """The line on which a statement begins, with its decorators."""
    lines: list[int] = [node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]
    return min(lines)
