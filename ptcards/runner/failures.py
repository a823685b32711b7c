"""What fails: the asserts of a check, counted and with both their sides, and exceptions of any code."""

from __future__ import annotations

import ast
import builtins
import difflib
import errno
import functools
import linecache
import math
import os
import re
import sys
import warnings
from traceback import walk_tb
from types import CodeType, CoroutineType, FunctionType, GeneratorType, MethodType, MethodWrapperType
from typing import Any

from ptcards.language import _, later
from ptcards.runner.pictures import brief, describe, differences, kind_of, text_of, type_name
from ptcards.runner.protocol import Why

NAME = "__asserts__"  # what rewritten code calls its Asserts
EQUAL = {"same", "close", "equal", "allclose", "array_equal", "assert_close"}
TWO_SIDED = EQUAL | {"isinstance", "issubclass", "hasattr"}  # what compares its first two arguments
NEVER_FALSE = (
    *(FunctionType, MethodType, MethodWrapperType, type(len), type(NotImplemented)),
    *(CoroutineType, GeneratorType, map, filter),
)
Sides = tuple[Any, ...]


class CheckFailedError(AssertionError):
    """An assert of the check failed."""


class Asserts:
    """What rewritten asserts call; nothing counts until `live`."""

    def __init__(self) -> None:
        self.live = False
        self.count = 0
        self.failure: dict[str, Any] | None = None  # of the first that failed: result keys, what it `raised`
        self.note = ""
        self.differs: tuple[str, Sides] | None = None  # what `agree` found: the case in words, both values

    def call(self, function: Any, /, *arguments: Any, **named: Any) -> tuple[Any, Sides]:
        return function(*arguments, **named), arguments[:2]

    def counted(self) -> None:
        """An assert of the card's own code was reached; where it fails it raises by itself."""
        self.count += self.live

    def holds(
        self, judged: tuple[Any, Sides], *, negated: bool, answer_side: int | None, **said: Any
    ) -> bool:
        """Whether the assert is one plain truth; the first that is not is kept with what is `said` of it.

        `said` has `line`, `assertion` and whether it is an `equality` of its sides, one of which is `answer`.
        """
        (value, sides), note, differs = judged, self.note, self.differs
        self.count += self.live
        self.note, self.differs = "", None
        doubt = _no_truth(value)
        if not doubt and bool(value) is not negated:
            return True
        if differs:
            doubt, sides = differs
            said["equality"], answer_side = True, 0
        if self.live and self.failure is None:
            left, right = (*map(brief, sides), None, None)[:2]
            two = len(sides) == 2
            self.failure = said | {
                **{"message": doubt, "left": left, "right": right},
                "about_answer": not two or answer_side is not None,
                "difference": [*filter(None, [note]), *(differences(*sides) if two else ())],
                "wanted_value": describe(sides[1 - (answer_side or 0)]) if two else None,
            }
        return False

    def error(self, message: Any = "") -> AssertionError:
        """What the failed assert raises; the author's message comes before ours."""
        text = text_of(message)[:1000]
        failure, error = self.failure, CheckFailedError(text)
        if failure is None:
            return AssertionError(text) if text else AssertionError()
        if failure.setdefault("raised", error) is error:
            ours = failure["message"] or ("" if text else _("`{}` is not so", failure["assertion"]))
            failure["message"] = _("{} ({})", text, ours) if text and ours else text or ours
        return error


def _no_truth(value: Any) -> str:
    """Why a value is no plain truth; "" where it is one. No code of a learner's class runs here."""
    kind, numpy = type(value), sys.modules.get("numpy")
    if kind is tuple:
        return _("a tuple is no truth")
    if kind in NEVER_FALSE:
        article = "an" if (name := type_name(value))[0] in "aeiou" else "a"
        return _("{} {} is always true: is something not called, or is `all` missing?", article, name)
    count, number = 1, 0.0
    if kind_of(value) == "tensor":
        torch = sys.modules["torch"]
        with torch._C.DisableTorchFunctionSubclass():
            count = torch.Tensor.numel(value)
            if count == 1 and torch.Tensor.is_floating_point(value):
                number = torch.Tensor.item(value)
    elif numpy and kind_of(value) == "array":
        value = numpy.asarray(value)
        count, number = value.size, value.item() if value.size == 1 and value.dtype.kind == "f" else 0.0
    elif issubclass(kind, float) or (numpy and issubclass(kind, numpy.floating)):
        number = float(value)
    if count != 1:
        return _("gives {} truth values, not one", count)
    return _("nan is neither true nor false") if math.isnan(number) else ""


class AlwaysTrueError(SyntaxError):
    """The check asserts what holds whatever the answer is."""


def _always_true(test: ast.expr) -> str:
    """What makes an assert hold whatever the answer is; "" where nothing does."""
    if getattr(test, "elts", None) or getattr(test, "keys", None):
        return "a tuple" if isinstance(test, ast.Tuple) else "a list, set or dict that is written out"
    if isinstance(test, (ast.Lambda, ast.GeneratorExp)):
        return "a function or generator"
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return next(filter(None, map(_always_true, test.values)), "")
    texts = test.values if isinstance(test, ast.JoinedStr) else [test]
    written = (one.value for one in texts if isinstance(one, ast.Constant))
    return "a text" if any(isinstance(one, (str, bytes)) and one for one in written) else ""


@functools.lru_cache(16)
def rewrite(source: str, filename: str, *, judged: bool = True) -> CodeType:
    """Compile with every assert counted and, where `judged`, handed to the Asserts; `-O` does not reach it.

    Raises SyntaxError and ValueError as `compile` does, and AlwaysTrueError.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an answer may have turned them into errors
        tree = ast.parse(source, filename)
        if "assert" in source:
            tree = ast.fix_missing_locations(_Rewriter(source, judged=judged).visit(tree))
        return compile(tree, filename, "exec", dont_inherit=True, optimize=0)


class _Rewriter(ast.NodeTransformer):
    def __init__(self, source: str, *, judged: bool) -> None:
        self._source, self._judged = source, judged

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        if not self._judged:
            return [ast.copy_location(ast.Expr(_call("counted")), node), node]
        if what := _always_true(node.test):
            advice = " (take the parentheses away)" if what == "a tuple" else ""
            message = f"line {node.lineno}: assert on {what} is always true{advice}"
            raise AlwaysTrueError(message, ("", node.lineno, 0, ""))
        tests = [node.test]
        if isinstance(node.test, ast.BoolOp) and isinstance(node.test.op, ast.And):
            tests = node.test.values
        return [ast.copy_location(self._as_if(test, node), node) for test in tests]

    def _as_if(self, test: ast.expr, node: ast.Assert) -> ast.stmt:
        """`if not holds((its value, its sides), what it says): raise error(message)`."""
        text = " ".join((ast.get_source_segment(self._source, test) or ast.unparse(test)).split())
        negated, equality, sides = False, False, []
        while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            test, negated = test.operand, not negated
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            sides, equality = [test.left, *test.comparators], isinstance(test.ops[0], ast.Eq)
            compare: Any = ast.parse("lambda left, right: left == right", mode="eval").body
            compare.body.ops = test.ops
            value = _call("call", ast.increment_lineno(compare, node.lineno - 1), *sides)
        elif isinstance(test, ast.Call) and len(test.args) > 1 and _name(test.func) in TWO_SIDED:
            sides, equality = test.args[:2], _name(test.func) in EQUAL
            value = _call("call", test.func, *test.args)
            value.keywords = test.keywords
        else:
            value = _call("call", ast.parse("lambda value: value", mode="eval").body, test)
        at = [n for n, side in enumerate(sides) if isinstance(side, ast.Name) and side.id == "answer"]
        said = {"line": node.lineno, "assertion": text, "equality": equality and not negated}
        judged = _call("holds", value, negated=negated, answer_side=at[0] if at else None, **said)
        wrong = ast.UnaryOp(ast.Not(), judged)
        return ast.If(wrong, [ast.Raise(_call("error", *([node.msg] if node.msg else [])))], [])


def _name(node: ast.expr) -> str:
    """The name, or the attribute's, of a function or value."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _call(method: str, *arguments: ast.expr, **constants: object) -> ast.Call:
    named = [ast.keyword(name, ast.Constant(value)) for name, value in constants.items()]  # type: ignore[arg-type]
    return ast.Call(ast.Attribute(ast.Name(NAME, ast.Load()), method, ast.Load()), list(arguments), named)


NO_MEMORY = re.compile(
    r"can't allocate memory|not enough memory|bad_alloc|Insufficient memory|Failed to allocate", re.IGNORECASE
)
PROCESS_MODULES = ("multiprocessing", "subprocess", "concurrent.futures.process", "torch._inductor", "pty")
PROCESS_CALLS = re.compile(r"\b(fork(pty)?|popen|system|(posix_)?spawn\w*|exec[lv]\w*|Popen|Process)\s*\(")
NETWORK_MODULES = ("socket", "urllib", "http", "ssl", "ftplib", "smtplib")
NO_PROCESSES = later("answers start no processes here")
RAISE = re.compile(r"\braise\b")
LONGEST = 1000


def explain(error: BaseException, phase: str, source: str) -> dict[str, Any]:
    """The exception as result keys; its line is the phase's, and the answer's where that was being used."""
    line, name = line_in(phase, error), type(error).__name__[:100]
    text = text_of(error.msg if isinstance(error, SyntaxError) else error)
    message = f"{name}: {text}"[:LONGEST] if text else name
    if (suggestion := _suggestion(error)) not in message:
        message = f"{message.rstrip('.')}. {suggestion}"
    message += _(" ({})", hint) if (hint := _hint(error, source, line)) else ""
    why = Why.EXITED if isinstance(error, SystemExit) else None
    if isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENOSPC, errno.EDQUOT):
        why = Why.DISK
    if isinstance(error, MemoryError) or (isinstance(error, Exception) and NO_MEMORY.search(text[:LONGEST])):
        why = Why.MEMORY
    answer_line = line_in("answer", error)
    return {"error": name, "line": line, "answer_line": answer_line, "message": message, "why": why}


def missing_module(error: Exception) -> str | None:
    """The module that is not here, or the library that does not load: for want of a shared library, say."""
    if isinstance(error, ModuleNotFoundError):
        return error.name
    frames = (frame for frame, _ in walk_tb(error.__traceback__) if frame.f_code.co_name == "<module>")
    files = ((frame, os.path.basename(frame.f_code.co_filename)) for frame in frames)
    names = [str(frame.f_globals.get("__name__", "")) for frame, file in files if not file.startswith("<")]
    return names[0].partition(".")[0] if names else None


def is_typo(error: BaseException) -> bool:
    """Whether a name or attribute is missing in a line of the answer's own, which does not say `raise`."""
    if not isinstance(error, (NameError, AttributeError)) or "'NoneType' object" in text_of(error):
        return False  # what a function forgot is no typo
    line = "raise"
    for frame, number in walk_tb(error.__traceback__):
        if frame.f_code.co_filename == "<answer>":
            line = linecache.getline("<answer>", number)
        elif not frame.f_code.co_name.startswith("__getattr"):  # of torch, or of a class
            line = "raise"
    return not RAISE.search(line)


def line_in(phase: str, error: BaseException) -> int | None:
    """The innermost line of a phase's text that the exception passed through."""
    if isinstance(error, SyntaxError) and error.lineno and error.filename == f"<{phase}>":
        return error.lineno
    steps = [n for frame, n in walk_tb(error.__traceback__) if frame.f_code.co_filename == f"<{phase}>"]
    return steps[-1] if steps else None


def _suggestion(error: BaseException) -> str:
    """The name that is there and near to the one that is not."""
    names: list[str] = []
    try:
        name = error.name_from if hasattr(error, "name_from") else getattr(error, "name", "")
        if isinstance(error, AttributeError):
            names = dir(error.obj)
        elif isinstance(error, ImportError):
            names = dir(sys.modules.get(error.name or ""))
        elif isinstance(error, NameError):
            *_outer, (frame, _line) = walk_tb(error.__traceback__)
            names = [*frame.f_locals, *frame.f_globals, *vars(builtins)]
            if name in dir(frame.f_locals.get("self")):
                return _("Did you mean: {!r}?", f"self.{name}")
        shown = [one for one in names if name.startswith("_") or not one.startswith("_")]
        near = difflib.get_close_matches(name, shown, 1, 0.75 if len(shown) > 750 else 0.65)
        if not near and isinstance(error, NameError) and name in sys.stdlib_module_names:
            return _("Did you forget to import {!r}?", name)
    except Exception:
        return ""
    return _("Did you mean: {!r}?", near[0]) if near else ""


def _hint(error: BaseException, source: str, line: int | None) -> str:
    """What is not there for answers, where that is what the exception is about."""
    if isinstance(error, SystemExit):
        return _("the program was ended before the check")
    refused, modules, seen = False, set[str](), set[int]()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        refused |= isinstance(one, PermissionError)
        modules.add(type(one).__module__)
        modules |= {str(frame.f_globals.get("__name__", "")) for frame, _ in walk_tb(one.__traceback__)}
        one = one.__cause__ or one.__context__

    def of(names: tuple[str, ...]) -> bool:
        return any(name.startswith(names) for name in modules)

    asked = source.splitlines()[line - 1 : line] if line else []
    started = of(PROCESS_MODULES) or PROCESS_CALLS.search("".join(asked)[:LONGEST])
    if started and (refused or of(("torch._inductor", "torch._dynamo"))):
        return _(NO_PROCESSES) + _("; a DataLoader works with num_workers=0")
    if not refused:
        return ""
    if of(NETWORK_MODULES):
        return _("answers have no network here")
    return _("answers read installed packages, and write only in the folder they start in")
