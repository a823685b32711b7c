"""Answers that take no thought, as texts: a check that lets one of them pass proves little."""

import ast
import math
from collections.abc import Iterator
from typing import NamedTuple

from ptcards.runner.protocol import DATA, Job, Value

CONSTANTS = ("None", "True", "0", '""')
FUNCTIONS = {
    "a function that does nothing": "lambda *_, **__: None",
    "a function that gives True": "lambda *_, **__: True",
    "a function that gives 0": "lambda *_, **__: 0",
    'a function that gives ""': 'lambda *_, **__: ""',
    "a function that gives its input": "lambda *given, **__: given[0] if given else None",
    "a function that copies its input": "lambda *given, **__: copy.deepcopy(given[0]) if given else None",
}
FILLED, DTYPES = ("zeros", "ones"), ("float32", "float64", "int64", "int32", "uint8")
PLAIN = {
    "int": {"0 of the right type": "0", "1 of the right type": "1"},
    "float": {"0 of the right type": "0.0", "1 of the right type": "1.0"},
    "complex": {"0 of the right type": "0j", "1 of the right type": "1+0j"},
    "list": {"an empty sequence": "[]"},
    "tuple": {"an empty sequence": "()"},
    "dict": {"an empty collection": "{}"},
    "set": {"an empty collection": "set()"},
}
MOST_NAMES = 8
ENOUGH = 8  # elements from which on random values do not equal the right ones by luck


class Trivial(NamedTuple):
    """An answer that takes no thought: its name in a message, and its code."""

    name: str
    code: str
    only_dtype: bool = False  # it is the solution's value in another dtype


def trivial_answers(job: Job, value: Value | None) -> Iterator[Trivial]:
    """The trivial answers to a card whose solution gives `value`; some may be right by chance."""
    if job.accepts == "text":
        yield from (Trivial(repr(text), text) for text in ("None", "True", "0", "x"))
    elif job.accepts == "literal":
        yield from (Trivial(text, text) for text in CONSTANTS)
        yield from (Trivial(*plain) for plain in PLAIN.get(value.type if value else "", {}).items())
    elif job.expects or (value is not None and value.kind == "callable"):
        yield Trivial("nothing done", "pass")
        names = job.expects or ("answer",)
        for name, function in FUNCTIONS.items():
            yield Trivial(name, "\n".join(["import copy", *(f"{one} = {function}" for one in names)]))
        empty = [f"{one} = type({one}.__name__, {one}.__bases__, {{}})" for one in names]
        yield Trivial("an empty class", "\n".join([bound_to_answer(job.solution), *empty]))
    else:
        yield Trivial("nothing done", "pass")
        yield from (Trivial(text, f"answer = {text}") for text in CONSTANTS)
        if value is not None:
            yield from _alike(job, value)
        for name in [*dict.fromkeys(bound_names(ast.parse(job.given)))][:MOST_NAMES]:
            yield Trivial(f"`{name}` unchanged", f"answer = {name}")
            yield Trivial(f"a copy of `{name}`", f"import copy\nanswer = copy.deepcopy({name})")


def _alike(job: Job, value: Value) -> Iterator[Trivial]:
    """Values of the solution's kind, with nothing else of it."""
    solved, made = bound_to_answer(job.solution), dict(PLAIN.get(value.type, {}))
    library = {"tensor": "torch", "array": "numpy"}.get(value.kind)
    if library is not None and value.shape is not None and value.dtype:
        shape, name, of = value.shape, value.dtype.removeprefix("torch."), f"import {library}\nanswer = "
        dtype, convert = (value.dtype, "to") if library == "torch" else (repr(name), "astype")
        made = {f"{one} of the right shape": f"{of}{library}.{one}({shape}, dtype={dtype})" for one in FILLED}
        if math.prod(shape) >= ENOUGH:
            drawn = "torch.randn" if library == "torch" else "numpy.random.randn"
            whole = "float" not in name and "complex" not in name
            fitted = " > 0" if name == "bool" else " * 100 % 100" if whole else ""
            made["random values of the right shape"] = f"{of}({drawn}(*{shape}){fitted}).{convert}({dtype})"
        for one in DTYPES:
            if one != name:
                code = f"{solved}\nwas = answer\n{of}was.{convert}({library}.{one})\n"
                code += f"assert (answer.{convert}(was.dtype) == was).all(), 'other values'"
                yield Trivial(f"the value as {value.dtype.replace(name, one)}", code, only_dtype=True)
    elif other := {"int": "a float", "float": "an int"}.get(value.type):
        if value.type == "int" or value.text.endswith(".0"):
            code = f"{solved}\nanswer = {other.split()[1]}(answer)"
            yield Trivial(f"the value as {other}", code, only_dtype=True)
    elif value.type in ("list", "tuple"):
        made["zeros in a sequence"] = f"{value.type}([0] * {value.text.count(',') + 1})"
    for name, code in made.items():
        yield Trivial(name, code if library else f"answer = {code}")


def as_code(value: Value | None) -> str:
    """Code that makes a value again, where what is shown of it is all of it; else nothing."""
    if value is None or value.kind not in DATA:
        return ""
    names = {"tensor": "from torch import tensor\nimport torch", "array": "from numpy import *"}
    first = names.get(value.kind, "import torch" if "torch." in value.text else "from math import inf, nan")
    return f"{first}\nanswer = {value.text}"


def bound_to_answer(solution: str) -> str:
    """The solution with its value bound to `answer`."""
    tree = ast.parse(solution)
    match tree.body[-1:]:
        case [ast.Expr(value=value)]:
            tree.body[-1] = ast.Assign([ast.Name("answer", ast.Store())], value)
        case [ast.Assign(targets=[ast.Name(id=name), *_]) | ast.AugAssign(target=ast.Name(id=name))]:
            tree.body.append(ast.Assign([ast.Name("answer", ast.Store())], ast.Name(name, ast.Load())))
    return ast.unparse(ast.fix_missing_locations(tree))


def bound_names(node: ast.AST) -> Iterator[str]:
    """The names that code binds to data, outside of functions, as far as its text says."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    expressions = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (*expressions, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from bound_names(child)
