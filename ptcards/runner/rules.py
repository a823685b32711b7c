"""What an answer must do without: found in its syntax tree, and in what its own code calls as it runs.

What a library calls by itself is no matter. Python does not tell when a class written in C, a ufunc or
dispatcher of NumPy, or what C calls back is called: those the tree alone finds, where they are written. Who
hides one on purpose (in `eval`, in a thread, by a name put together that one of those has) fools themself.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from itertools import chain
from types import BuiltinMethodType, FunctionType, MethodDescriptorType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from ptcards.language import _, later

if TYPE_CHECKING:
    from ptcards.deck.card import Card

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
WORDS: dict[str, tuple[type, ...]] = {
    "loop": (ast.For, ast.AsyncFor, ast.While, *COMPREHENSIONS),
    **{"for": (ast.For, ast.AsyncFor), "while": (ast.While,), "comprehension": COMPREHENSIONS},
    **{"if": (ast.If, ast.IfExp, getattr(ast, "Match", ast.If)), "lambda": (ast.Lambda,), "def": FUNCTIONS},
    **{"class": (ast.ClassDef,), "import": (ast.Import, ast.ImportFrom), "with": (ast.With, ast.AsyncWith)},
    **{"try": (ast.Try, getattr(ast, "TryStar", ast.Try)), "del": (ast.Delete,), "assert": (ast.Assert,)},
    "assignment": (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr),
    "statement": (),  # but one single expression
}
SAID = {
    **{"loop": later("loops"), "comprehension": later("comprehensions"), "import": later("imports")},
    **{"class": later("classes"), "assignment": later("assignments")},
    "statement": later("statements, as one expression"),
}
LOOPING = ("map", "filter", "functools.reduce")  # loops, too
OWN, CARD_CODE = "<answer>", ("<preamble>", "<given>", "<answer>", "<check>", "<solution>")
NOTHING = object()
ROOM = 60  # characters for the names below a question


def said_of(card: Card, *, whole: bool = False) -> str:
    """The rules of a card on one line of Markdown, as they stand below its question; "" without any.

    A long list of names ends in how many more there are, where it is not wanted `whole`.
    """
    names, said = [*map(_said, card.forbid)], list[str]()
    while len(", ".join(names)) > ROOM and len(names) > 1 and not whole:
        names.pop()
    if names:
        words, more = _(", ").join(names), len(card.forbid) - len(names)
        said.append(_("without: {} and {} more", words, more) if more else _("without: {}", words))
    time, memory, *_how = card.within
    said += [_("at most {:g} times as slow as the solution", time)] if time else []
    said += [_("at most {:g} times the memory of the solution", memory)] if memory else []
    line = _("; ").join(said)
    return line[:1].upper() + line[1:]


def _said(rule: str) -> str:
    return _(SAID[rule]) if rule in SAID else f"`{rule}`"


def unknown(forbid: Sequence[str], names: Mapping[str, Any]) -> str:
    """The first that is no statement, and no name that is found where `names` are bound; or ""."""
    named = (rule for rule in forbid if rule not in WORDS and rule[0] != ".")
    return next((rule for rule in named if _find(rule, names) is NOTHING), "")


def _find(name: str, names: Mapping[str, Any]) -> Any:
    """What a name or dotted name stands for: bound, a builtin, or in a module; else NOTHING."""
    head, *rest = parts = name.split(".")
    found = _follow(names.get(head, vars(builtins).get(head, sys.modules.get(head, NOTHING))), rest)
    for end in range(len(rest), 0, -1):
        if found is NOTHING:
            with suppress(Exception):
                found = _follow(importlib.import_module(".".join(parts[:end])), parts[end:])
    return found


def _follow(found: Any, attributes: Sequence[str]) -> Any:
    """The attribute of a module or class; of other objects none is asked: that may run code."""
    for name in attributes:
        with suppress(Exception):
            found = getattr(found, name, NOTHING) if isinstance(found, (ModuleType, type)) else NOTHING
    return found


def _is(found: Any, other: Any) -> bool:
    bound = isinstance(found, (BuiltinMethodType, MethodType)) and type(found) is type(other)
    return found is other or (bound and bool(found == other))  # what is bound is made anew each time


def _of_a_library(found: Any) -> bool:
    module = getattr(found, "__module__", None)
    return callable(found) and module not in ("builtins", "__main__")


class Rules(AbstractContextManager[None]):
    """The first breach of `forbid` by an answer, and, entered while its code runs, by what that calls.

    `names` are those that preamble and given bound.
    """

    def __init__(self, forbid: Sequence[str], source: str, names: Mapping[str, Any]) -> None:
        self.breach: dict[str, Any] | None = None
        self._words = [rule for rule in forbid if rule in WORDS]
        self._attributes = {rule[1:] for rule in forbid if rule[0] == "."}
        dotted = [(rule, rule) for rule in forbid if rule not in WORDS and rule[0] != "."]
        called = dotted + [("loop", name) for name in LOOPING if "loop" in forbid]
        self._watched = bool(self._attributes or dotted)
        found = ((rule, _find(name, names)) for rule, name in called)
        self._objects = [(rule, one) for rule, one in found if one is not NOTHING]
        if not forbid:
            return
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.removeprefix("\ufeff"))
            self._tree = _Names(tree, names)
            if breaches := sorted(self._in(tree), key=lambda one: one[0]):
                self._tell(*breaches[0])

    def _tell(self, line: int, rule: str, sign: str = "") -> None:
        what = _said(rule) + (f" (`{sign}`)" if sign not in ("", rule) else "")
        message = _("line {}: this card is to be answered without {}", line, what)
        self.breach = {"message": message, "answer_line": line, "rule": rule}

    # -- in the tree -----------------------------------------------------------------------------------------

    def _in(self, tree: ast.Module) -> Iterator[tuple[int, str, str]]:
        """Line, rule, and what breaks it, for each breach."""
        others = [node for node in tree.body if not isinstance(node, ast.Expr)] + tree.body[1:]
        if "statement" in self._words and others:
            yield others[0].lineno, "statement", ""
        for node in ast.walk(tree):
            for rule in self._words:
                if isinstance(node, WORDS[rule]):
                    sign = "while" if isinstance(node, ast.While) else "for"
                    yield node.lineno, rule, sign if rule == "loop" else ""  # type: ignore[attr-defined]
            if "if" in self._words and isinstance(node, ast.comprehension):
                yield from ((one.lineno, "if", "") for one in node.ifs)
            for name, found, sign in self._tree.used(node):
                line: int = node.lineno  # type: ignore[attr-defined]
                if name in self._attributes:
                    yield line, f".{name}", ""
                yield from ((line, rule, sign) for rule, one in self._objects if _is(one, found))

    # -- as it runs ------------------------------------------------------------------------------------------

    def __enter__(self) -> None:
        if self._watched and not self.breach:
            sys.setprofile(self._called)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _called(self, frame: Any, event: str, function: Any) -> None:
        """Told of each call, here or in a library; a breach where the caller is a frame of the answer's."""
        caller = frame if event == "c_call" else frame.f_back if event == "call" else None
        if caller is None or caller.f_code.co_filename != OWN or self.breach:
            return
        with suppress(Exception):
            if rule := self._rule_of_c(function) if event == "c_call" else self._rule_of(frame):
                self._tell(caller.f_lineno, rule)

    def _rule_of_c(self, function: Any) -> str:
        owner, name = type(function.__self__), function.__name__
        for rule, one in self._objects:
            if _is(one, function) or (
                isinstance(one, MethodDescriptorType) and one.__name__ == name and getattr(owner, name) is one
            ):
                return rule
        return f".{name}" if name in self._attributes and function.__self__ is not builtins else ""

    def _rule_of(self, frame: Any) -> str:
        code, name, kind = frame.f_code, frame.f_code.co_name, None
        if code.co_filename in CARD_CODE:
            return ""
        if name in ("__init__", "__new__"):
            first = frame.f_locals[code.co_varnames[0]]
            kind = first if isinstance(first, type) else type(first)
            name = kind.__name__ if _of_a_library(kind) else ""
        for rule, one in self._objects:
            function = getattr(one, "__func__", one)
            if one is kind or (isinstance(function, FunctionType) and _runs(function, frame)):
                return rule
        return f".{name}" if name in self._attributes else ""


def _runs(function: FunctionType, frame: Any) -> bool:
    """Whether the frame is a call of it; functions made by one decorator differ in what they closed over."""
    code, cells = function.__code__, function.__closure__ or ()
    kept = (cell.cell_contents for cell in cells)
    return code is frame.f_code and all(map(_is, map(frame.f_locals.get, code.co_freevars), kept))


class _Names:
    """What the names of an answer stand for, as far as its imports and plain aliases say."""

    def __init__(self, tree: ast.Module, names: Mapping[str, Any]) -> None:
        self._bound, self._aliases = {**vars(builtins), **names}, dict[str, ast.expr]()
        self._own, aliases, self._members = set[str](), set[int](), _members(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for one in node.names:
                    name = one.name if one.asname else one.name.partition(".")[0]
                    self._bound[one.asname or name] = sys.modules.get(name, NOTHING)
            elif isinstance(node, ast.ImportFrom):
                module = sys.modules.get(node.module or "", NOTHING)
                for one in node.names:
                    self._bound |= dict(vars(module)) if one.name == "*" and module is not NOTHING else {}
                    self._bound[one.asname or one.name] = _follow(module, [one.name])
            elif isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute)):
                if isinstance(target := node.targets[0], ast.Name) and len(node.targets) == 1:
                    self._aliases[target.id] = node.value
                    aliases.add(id(target))
            elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                self._own.add(node.name)
            elif isinstance(node, ast.arg):
                self._own.add(node.arg)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._own |= {node.id} if id(node) not in aliases else set()

    def used(self, node: ast.AST) -> Iterator[tuple[str, Any, str]]:
        """The attribute's name ("" where it is none), the object, and the text of what a node uses."""
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            modules = [one.name for one in node.names]
            if isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
                for one in node.names:
                    yield one.name, _follow(sys.modules.get(modules[0], NOTHING), [one.name]), one.name
            for parts in (name.split(".") for name in modules):
                for end, name in enumerate(parts):
                    module = ".".join(parts[: end + 1])
                    yield name if end else "", sys.modules.get(module, NOTHING), module
        elif isinstance(node, ast.Name):
            found = self._stands_for(node) if isinstance(node.ctx, ast.Load) else NOTHING
            yield node.id if _of_a_library(found) else "", found, node.id
        elif owner_and_name := _attribute(node):
            owner, name = owner_and_name
            mine = name in self._members and self._stands_for(owner) is NOTHING
            yield "" if mine else name, self._stands_for(node), _text(node)

    def _stands_for(self, node: ast.AST, most: int = 50) -> Any:
        if isinstance(node, ast.Name):
            if node.id in self._own or not most:
                return NOTHING
            alias = self._aliases.get(node.id)
            return self._stands_for(alias, most - 1) if alias else self._bound.get(node.id, NOTHING)
        owner, *names = _attribute(node) or (None,)
        return NOTHING if owner is None or not most else _follow(self._stands_for(owner, most - 1), names)


def _members(tree: ast.Module) -> set[str]:
    """What the answer's own classes, and what is made of them, have: methods, and what is bound in them.

    Of an owner that is not known such a name is taken for the answer's own; what it calls is seen as it runs.
    """
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    inside = [one for node in classes for one in node.body]
    methods = [one for one in inside if isinstance(one, FUNCTIONS)]
    selves = {one.arg for method in methods for one in method.args.args[:1]}
    found = {method.name for method in methods}
    for node in chain(*map(ast.walk, classes)):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found |= {node.attr} if isinstance(node.value, ast.Name) and node.value.id in selves else set()
    for node in chain(*(ast.walk(one) for one in inside if isinstance(one, (ast.Assign, ast.AnnAssign)))):
        found |= {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()
    return found


def _attribute(node: ast.AST) -> tuple[ast.expr, str] | None:
    """Owner and name of `x.name` and `getattr(x, "name")`."""
    if isinstance(node, ast.Attribute):
        return node.value, node.attr
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
        named = getattr(node.args[1], "value", None) if len(node.args) > 1 else None
        return (node.args[0], named) if isinstance(named, str) else None
    return None


def _text(node: ast.AST) -> str:
    """`owner.name` where it is written so, else ""."""
    if isinstance(node, ast.Attribute) and (owner := _text(node.value)):
        return f"{owner}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
