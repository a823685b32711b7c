"""Functions and classes: found in a library by their names, else by the text that they were written as."""

from __future__ import annotations

import ast
import linecache
import os
import sys
import textwrap
import warnings
from collections.abc import Mapping
from contextlib import suppress
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from ptcards.language import _
from ptcards.runner.tensors import CannotError

LONGEST = 6_000
LIBRARIES = """torch torch.nn torch.nn.functional torch.optim torch.optim.lr_scheduler torch.utils.data
numpy cv2 math random itertools functools collections""".split()
STANDARD = os.path.dirname(os.__file__)
NAMED = (type, FunctionType, BuiltinFunctionType)
KINDS_NAMED = ("ufunc", "_ArrayFunctionDispatcher", "builtin_function_or_method")


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
        module = sys.modules.get(value.__module__)
        methods = (one for one in vars(value).values() if type(one) is FunctionType)
        own = next((one for one in methods if self.is_own(one.__code__.co_filename)), None)
        # A class tells no file of its own, and one that was typed has none.
        files = [own.__code__.co_filename] if own else [getattr(module, "__file__", None) or "", *self._texts]
        space = own.__globals__ if own else vars(module) if module else {}
        return self._found(files, (ast.ClassDef,), value.__name__), space

    def of_function(self, value: FunctionType) -> tuple[str, Mapping[str, Any]]:
        made = value.__code__
        kinds = (ast.Lambda,) if made.co_name == "<lambda>" else (ast.FunctionDef, ast.AsyncFunctionDef)
        space = {**value.__globals__}
        for name, cell in zip(made.co_freevars, value.__closure__ or ()):
            with suppress(ValueError):  # not bound yet
                space[name] = cell.cell_contents
        return self._found([made.co_filename], kinds, made.co_firstlineno), space

    def _found(self, files: list[str], kinds: tuple[type, ...], which: str | int) -> str:
        """The text of the class of that name, or of the function that begins on that line."""
        for file in files:
            text = self._texts.get(file) or ("".join(linecache.getlines(file)) if self.is_own(file) else "")
            nodes: Any = (node for node in ast.walk(parsed(text)) if type(node) in kinds)
            for node in nodes:
                if which not in (getattr(node, "name", ""), first_line(node)):
                    continue
                lines = text.splitlines()[first_line(node) - 1 : node.end_lineno]
                is_part = isinstance(node, ast.Lambda)
                found = ast.unparse(node) if is_part else textwrap.dedent("\n".join(lines))
                if len(found) > LONGEST:
                    raise CannotError(_("its source is too long"))
                return found
        raise CannotError(_("its source is not known"))


def parsed(text: str) -> ast.Module:
    """Its tree; an empty one of what is no Python."""
    with suppress(SyntaxError, ValueError, RecursionError, MemoryError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)
    return ast.Module([], [])


def first_line(node: Any) -> int:
    """The line on which a statement begins, with its decorators."""
    lines: list[int] = [node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]
    return min(lines)
