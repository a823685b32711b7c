"""What a check is tried with: a card's answers, answers that take no thought, and its own with mistakes."""

import ast
import copy
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ptcards.deck.card import Accepts, Card, Within, Wrong
from ptcards.deck.reading import parse, syntax_problem
from ptcards.language import _, later
from ptcards.runner.helpers import form
from ptcards.runner.protocol import DATA, Outcome, Value, Verdict
from ptcards.runner.runner import Job

NEAR = 1.5  # times: nearer to a limit of `within` no answer should be


class Answer(NamedTuple):
    """An answer of a card: its field, its code, and as which mistake, if it is one."""

    field: str
    code: str
    wrong: Wrong | None = None

    def is_as_said(self, outcome: Outcome) -> bool:
        """Whether it passes; a mistake: fails by an assertion or, with `raises`, by that exception."""
        if self.wrong is None:
            return outcome.passed
        if outcome.verdict is not Verdict.FAIL or outcome.why is not None:
            return False
        if self.wrong.raises:
            return (outcome.error or "").rpartition(".")[2] == self.wrong.raises.rpartition(".")[2]
        return not outcome.slip and outcome.error is None

    def nearness(self, outcome: Outcome, limits: Within) -> str:
        """That it comes near to a limit, and may be beyond it on another machine; "" where it does not."""
        for name, took in outcome.took.items():
            most, over = getattr(limits, name), outcome.rule == f"within.{name}"
            if took < most * NEAR if over else took * NEAR > most and self.wrong is None:
                words = later(
                    "`{}` is too near to the limit of `within.{}`: {:.1f} times the solution's, of {:g}"
                )
                return _(words, self.field, name, took, most)
        return ""


def answers_of(card: Card) -> list[Answer]:
    """The card's solution, its other answers and its mistakes, in this order."""
    if card.accepts is Accepts.RECALL:
        return []
    also = [Answer(f"also[{number}]", code) for number, code in enumerate(card.also)]
    wrong = [Answer(f"wrong[{number}].code", each.code, each) for number, each in enumerate(card.wrong)]
    return [Answer("solution", card.solution), *also, *wrong]


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
PLAIN = {"int": "1", "float": "0.0 1.0", "complex": "0j 1+0j"}
PLAIN |= {"list": "[]", "tuple": "()", "dict": "{}", "set": "set()"}  # by type, values that are no answer
MOST_NAMES = 8
AS_OTHER = "the value as "  # how the solution's value in another dtype is called
ENOUGH = 8  # elements from which on random values do not equal the right ones by luck


def trivial_answers(job: Job, value: Value | None) -> Iterator[tuple[str, str]]:
    """Name and code of answers that take no thought where the solution gives `value`; some may be right."""
    plain = [*CONSTANTS, *PLAIN.get(value.type if value else "", "").split()]
    if job.accepts == "text":
        yield from ((repr(text), text) for text in ("None", "True", "0", "x"))
    elif job.accepts == "literal":
        yield from zip(plain, plain, strict=True)
    elif job.expects or (value is not None and value.kind == "callable"):
        yield "nothing done", "pass"
        names = job.expects or ("answer",)
        for name, function in FUNCTIONS.items():
            yield name, "\n".join(["import copy", *(f"{one} = {function}" for one in names)])
        empty = [f"{one} = type({one}.__name__, {one}.__bases__, {{}})" for one in names]
        yield "an empty class", "\n".join([bound_to_answer(job.solution), *empty])
    else:
        yield "nothing done", "pass"
        yield from ((text, f"answer = {text}") for text in plain)
        if value is not None:
            yield from _alike(job, value)
        for name in [*dict.fromkeys(bound_names(ast.parse(job.given)))][:MOST_NAMES]:
            yield f"`{name}` unchanged", f"answer = {name}"
            yield f"a copy of `{name}`", f"import copy\nanswer = copy.deepcopy({name})"


def _alike(job: Job, value: Value) -> Iterator[tuple[str, str]]:
    """Values of the solution's kind, with nothing else of it."""
    solved, library = bound_to_answer(job.solution), {"tensor": "torch", "array": "numpy"}.get(value.kind)
    if library is not None and value.shape is not None and value.dtype:
        shape, name, of = value.shape, value.dtype.removeprefix("torch."), f"import {library}\nanswer = "
        dtype, convert = (value.dtype, "to") if library == "torch" else (repr(name), "astype")
        for one in FILLED:
            yield f"{one} of the right shape", f"{of}{library}.{one}({shape}, dtype={dtype})"
        if math.prod(shape) >= ENOUGH:
            drawn = "torch.randn" if library == "torch" else "numpy.random.randn"
            whole = "float" not in name and "complex" not in name
            fitted = " > 0" if name == "bool" else " * 100 % 100" if whole else ""
            code = f"{of}({drawn}(*{shape}){fitted}).{convert}({dtype})"
            yield "random values of the right shape", code
        for one in DTYPES:
            if one != name:
                code = f"{solved}\nwas = answer\n{of}was.{convert}({library}.{one})\n"
                code += f"assert (answer.{convert}(was.dtype) == was).all(), 'other values'"
                yield f"{AS_OTHER}{value.dtype.replace(name, one)}", code
    elif other := {"int": "a float", "float": "an int"}.get(value.type):
        if value.type == "int" or value.text.endswith(".0"):
            code = f"{solved}\nanswer = {other.split()[1]}(answer)"
            yield f"{AS_OTHER}{other}", code
    elif value.type in ("list", "tuple"):
        yield "zeros in a sequence", f"answer = {value.type}([0] * {value.text.count(',') + 1})"


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


EQUIVALENT = "x-equivalent"


RULES = """
comparison: A {was} B => A {now} B :: <:<= <:> <=:< <=:>= >:>= >:< >=:> >=:<= ==:!= !=:==
comparison: A {was} B => A {now} B :: is:is_not is_not:is in:not_in not_in:in
comparison: B if A else C => C if A else B
comparison: not A => A
arithmetic: A {was} B => A => B => A {now} B :: +:- *:/ and:or or:and
arithmetic: A {was} B => A => B => B {was} A => A {now} B :: -:+ /:* /:// //:/ %:// **:* @:* &:| |:&
arithmetic: -A => A
left out: A[B] => A
value: (A, B) => (B, A)
value: A[B:] => A[:]
value: A[:B] => A[:]
value: A[B:C] => A[:]
value: {was} => {now} :: True:False False:True None:0
truth: A.get(B, C) => A.get(B) or C => A.get(B)
truth: getattr(A, B, C) => getattr(A, B, None) or C
truth: B if A is not None else C => A or C
truth: A is not None => A
truth: A is None => not A
truth: A in B => B.get(A)
truth: hasattr(A, B) => getattr(A, B, None)
class asked: isinstance(A, B) => type(A) is B => A.__class__.__name__.endswith(B.__name__)
class asked: isinstance(A, B) => B.__name__ in [one.__name__ for one in type(A).__mro__]
class asked: issubclass(type(A), B) => type(A) is B
copy left out: copy.deepcopy(A) => copy.copy(A)
copy left out: torch.tensor(V) => torch.as_tensor(V) => torch.from_numpy(V)
arithmetic: A {was}= B => pass => A {now}= B :: +:- -:+ *:/ /:*
left out: A; => pass
left out: A = B => pass
left out: del A => pass
left out: raise A => pass
left out: return A => return
left out: break => continue
left out: continue => break
swallowed: raise A => return None
only if new: A.append(B); => if B not in A: A.append(B)
only if new: A.insert(B, C); => if C not in A: A.insert(B, C)
only if new: A[B] = C => if B not in A: A[B] = C
order: S; return E => was = E; S; return was
"""
"""By operator, what is written, and mistakes for it; `::` comes before the signs that it is so for.

A, B and C stand for any expression, E for one that is no name, V for a variable, S for a statement.
"""
RESULTS = """
rounded: round(A, 2) => A.round() => A.round(decimals=2)
truncated: int(A) => A.trunc()
clamped: max(A, 0) => min(A, 1) => min(A, 1.0) => abs(A) => A.clamp(min=0) => A.clip(0, 1)
nothing for false: A or None
copied: A.clone() => A.copy()
detached: A.detach()
dimension: A.squeeze() => A.flatten() => A[None] => A[..., None] => A[0] => [A]
dtype: (lambda it: it.to({4: torch.float64, 8: torch.float32}[it.element_size()]))(A)
dtype: (lambda it: it.astype({4: 'float64', 8: 'float32', 1: 'int64'}[it.itemsize]))(A)
dtype: (lambda it: {int: float, float: int, bool: int}[type(it)](it))(A)
container: list(A) => tuple(A) => iter(A)
"""
"""By operator, what is done to a result A at the end."""
NAMES = {
    "int64": "int32", "int32": "int64", "float32": "float64", "float64": "float32", "uint8": "int8",
    "ImportError": "ModuleNotFoundError", "ModuleNotFoundError": "ImportError", "IndexError": "LookupError",
    "modules": "children", "named_modules": "named_children", "zeros": "ones",
    "rand": "randn", "randint": "randrange", "randrange": "randint", "min": "max", "max": "min",
}  # fmt: skip
"""What is taken for its neighbour."""
ABOUT_MEMORY = re.compile(r"memor|cop(y|ies)|view|itself|in place|same tensor|share|grad")
"""Where question or tags speak of it, a copy more is a mistake, too."""


class Mutant(NamedTuple):
    """A changed answer, the change as `was -> is`, its operator, and the field of the answer."""

    code: str
    change: str
    operator: str
    field: str = "solution"


def mutants_of(card: Card, value: Value | None = None) -> list[Mutant]:
    """The right answers of a drawn card with a mistake each, less known ones; `value` is its solution's."""
    if card.accepts is not Accepts.CODE:
        return []
    rights = [answer for answer in answers_of(card) if answer.wrong is None]
    known = {form(code) for code in (*(answer.code for answer in rights), *equivalents_of(card))}
    mutants = [Mutant(as_code(value), "the answer -> the value that it gave", "hard-coded")]
    if value is None or card.expects or card.fixed or not card.given.strip():
        mutants.clear()  # the value is the point, or no value is
    about_memory = ABOUT_MEMORY.search(" ".join((card.question, *card.tags)))
    given = set(bound_names(parse(card.given))) if about_memory else set()
    ends = [end for end in _ENDS if about_memory or end[0] not in ("copied", "detached")]
    for field, code, _wrong in rights:
        if syntax_problem(code) is None:
            own = field == "solution"
            changed = _mutants_of_code(code, ends if own else [], given, value)
            mutants += [one._replace(field=field) for one in changed if own or one.operator not in EASY]
    excused, found = equivalents_of(card, "operators"), dict[str, Mutant]()
    for mutant in mutants:
        alike = form(mutant.code)
        if alike not in known and mutant.operator not in excused and syntax_problem(mutant.code) is None:
            found.setdefault(alike, mutant)
    return list(found.values())


def equivalents_of(card: Card, key: str = "code") -> list[str]:
    """What the card's `x-equivalent` calls as right as its solution: codes, or names of `operators`."""
    marked = card.extras.get(EQUIVALENT)
    items = [item for item in marked if isinstance(item, dict)] if isinstance(marked, list) else []
    found = [item.get(key) for item in items]
    return [str(name) for one in found if one for name in (one if isinstance(one, list) else [one])]


def _mutants_of_code(
    code: str, ends: list[tuple[str, str]], given: set[str], value: Value | None
) -> Iterator[Mutant]:
    """Each mistake in each place; what is done to a result does the same to every right answer."""
    tree = parse(code)
    owned = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    results: set[ast.AST] = {node for node in ast.walk(tree) if isinstance(node, (ast.Return, ast.Lambda))}
    match tree.body[-1:]:
        case [ast.Expr() | ast.Assign(targets=[ast.Name()]) as last]:
            results.add(last)
    for parent in list(ast.walk(tree)):
        for name, held in list(ast.iter_fields(parent)):
            nodes = held if isinstance(held, list) else [held]
            for index, node in enumerate(nodes):
                if not isinstance(node, ast.AST):
                    continue
                by_hand = (*_of_expressions(node, owned, given), *_of_statements(node, owned))
                changes: list[tuple[str, list[Any], int]] = []  # the operator, what comes, for how many nodes
                for operator, was, nows in _TABLE:
                    found, many = dict[str, Any](), len(was)
                    if many <= len(nodes) - index and all(map(_fits, was, nodes[index:], [found] * many)):
                        changes += [(operator, [_filled(one, found) for one in now], many) for now in nows]
                changes += [(one, now if isinstance(now, list) else [now], 1) for one, now in by_hand]
                if name == "test" and isinstance(parent, (ast.If, ast.While)):
                    changes.append(("comparison", [ast.UnaryOp(ast.Not(), parent.test)], 1))
                if parent in results and name in ("value", "body"):
                    used = [end for end in ends if not _changes_nothing(*end, parent, node, value)]
                    changes += [(one, [_filled(_parsed(end)[0], {"A": node})], 1) for one, end in used]
                for operator, now, width in changes:
                    changed = [*nodes[:index], *now, *nodes[index + width :]]
                    setattr(parent, name, changed if isinstance(held, list) else now[0])
                    text = ast.unparse(tree)
                    setattr(parent, name, held)
                    both = ("; ".join(map(ast.unparse, one)) for one in (nodes[index : index + width], now))
                    yield Mutant(text, " -> ".join(" ".join(one.split())[:80] for one in both), operator)


def _parsed(text: str) -> list[Any]:
    """The expression or the statements that a text is."""
    try:
        return [ast.parse(text, mode="eval").body]
    except SyntaxError:
        return [*ast.parse(text).body]


def _rules() -> Iterator[tuple[str, list[Any], list[list[Any]]]]:
    for operator, rule in (row.split(": ", 1) for row in RULES.strip().splitlines()):
        sides, _, signs = rule.partition(" :: ")
        for was, now in (pair.replace("_", " ").split(":") for pair in signs.split() or [":"]):
            pattern, *mistakes = (_parsed(side.format(was=was, now=now)) for side in sides.split(" => "))
            yield operator, pattern, mistakes


_TABLE = [*_rules()]
_RESULTS = (row.split(": ", 1) for row in RESULTS.strip().splitlines())
_ENDS = [(operator, end) for operator, ends in _RESULTS for end in ends.split(" => ")]
_BY_HAND = ("call", "keyword", "name", "in place", "default by or", "cached", "shared", "hard-coded")
OPERATORS = [*dict.fromkeys([*(row[0] for row in _TABLE), *(end[0] for end in _ENDS), *_BY_HAND])]
EASY = ("value", "call", "keyword", "arithmetic", "comparison", "name")
"""Operators for the solution alone: another right answer is changed by what people get wrong."""


def _changes_nothing(operator: str, end: str, parent: ast.AST, node: ast.AST, value: Value | None) -> bool:
    """Whether such a result stays as it is, whatever numbers it holds."""
    kind, shape = (value.dtype or value.type, value.shape) if value else ("", None)
    asked = isinstance(node, ast.Call) and ast.unparse(node.func) in ("isinstance", "issubclass", "hasattr")
    is_bool = asked or isinstance(node, (ast.Compare, ast.BoolOp))
    match operator:
        case "nothing for false":
            never = (ast.Tuple, ast.JoinedStr, ast.Name, ast.Compare)
            return not isinstance(parent, ast.Return) or isinstance(node, never)
        case "rounded" | "truncated":
            return is_bool or "int" in kind
        case "clamped":
            return is_bool or ("uint" in kind and end in ("abs(A)", "A.clamp(min=0)"))
        case "dimension" if shape is not None:
            return (".squeeze" in end and 1 not in shape) or (".flatten" in end and len(shape) == 1)
    return False


def _fits(pattern: Any, node: Any, found: dict[str, Any]) -> bool:
    """Whether a node is as the pattern says; `found` gets what its letters stand for."""
    match pattern:
        case ast.Expr(value=ast.Name(id="S" as letter)):
            found[letter] = node
            return isinstance(node, ast.stmt) and not isinstance(node, _FIXED)
        case ast.Name(id="A" | "B" | "C" | "E" | "V" as letter):
            found[letter] = node
            unlike = (letter == "V" and not _root(node)) or (letter == "E" and isinstance(node, ast.Name))
            return isinstance(node, ast.expr) and not unlike
        case ast.AST():
            fields = [name for name in pattern._fields if name != "type_comment"]
            same = type(pattern) is type(node)
            return same and all(_fits(getattr(pattern, one), getattr(node, one), found) for one in fields)
        case list():
            both = zip(pattern, node, strict=False)
            return len(pattern) == len(node) and all(_fits(*pair, found) for pair in both)
    return type(pattern) is type(node) and bool(pattern == node)


_FIXED = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Return)


def _filled(template: ast.AST, found: dict[str, Any]) -> ast.AST:
    """A copy with what the letters stand for in their places."""
    filled = {}
    for node in ast.walk(template):
        letter = node.value if isinstance(node, ast.Expr) else node
        if isinstance(letter, ast.Name) and letter.id in found:
            filled[id(node)] = found[letter.id]
    return copy.deepcopy(template, filled)


def _of_expressions(node: Any, owned: set[str], given: set[str]) -> Iterator[tuple[str, Any]]:
    """What no pattern says; `owned` are the parameters, `given` the names that may be copied first."""
    match node:
        case ast.Constant(value=int(value) | float(value)) if type(value) is not bool:
            for near in dict.fromkeys((value + 1, value - 1, 0, -value)):
                if near != value:
                    yield "value", _parsed(repr(near))[0]
        case ast.Constant(value=str(value)):
            yield "value", ast.Constant(value + "x")
        case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name, ctx=ast.Load()) if name in NAMES:
            yield "name", _with(node, **{"id" if isinstance(node, ast.Name) else "attr": NAMES[name]})
        case (
            ast.Subscript(value=ast.Name(id=name) as mine) | ast.Attribute(value=ast.Name(id=name) as mine)
        ) if name in given:
            for copied in ("clone", "copy"):
                yield "copied", copy.deepcopy(node, {id(mine): ast.Call(ast.Attribute(mine, copied), [], [])})
        case ast.Call(func=function, args=arguments, keywords=keywords):
            method, owner = getattr(function, "attr", ""), getattr(function, "value", None)
            if owner is not None and _root(owner) not in _LIBRARIES:
                yield "copy left out" if method in ("clone", "copy", "detach") else "call", owner
            if len(arguments) == 1 and not keywords:
                yield "copy left out" if "copy" in method else "call", arguments[0]
            for place in range(len(arguments)):
                yield "call", _with(node, args=arguments[:place] + arguments[place + 1 :])
            for place in range(len(keywords)):
                yield "keyword", _with(node, keywords=keywords[:place] + keywords[place + 1 :])
            if len(arguments) > 1:
                yield "call", _with(node, args=[arguments[1], arguments[0], *arguments[2:]])
            if owner is not None and _root(owner) in owned and method[-1] != "_":
                yield "in place", _with(node, func=ast.Attribute(owner, f"{method}_"))


_LIBRARIES = {"torch", "np", "numpy", "cv2", "nn", "F", "random", "math", "functools", "itertools", "copy"}


def _of_statements(node: Any, owned: set[str]) -> Iterator[tuple[str, Any]]:
    match node:
        case ast.With(body=body):
            yield "left out", ast.If(ast.Constant(True), body, [])
        case ast.ExceptHandler(type=ast.expr() as caught):
            for kind in (*getattr(caught, "elts", ()), ast.Name("Exception")):
                yield "swallowed", _with(node, type=kind)
        case ast.Return(value=ast.expr()) | ast.Assign():
            for one in ast.walk(node):
                # `x @= y` binds the name anew: tensors have no product in place.
                matmul = isinstance(one, ast.BinOp) and isinstance(one.op, ast.MatMult)
                if isinstance(one, ast.BinOp) and not matmul and _root(left := one.left) in owned:
                    in_place: Any = ast.AugAssign(left, one.op, one.right)  # type: ignore[arg-type]
                    yield "in place", [in_place, copy.deepcopy(node, {id(one): left})]
        case ast.ClassDef():
            its = [one for one in ast.walk(node) if isinstance(one, ast.Attribute)]
            its = [one for one in its if ast.unparse(one.value) == "self"]
            for attribute in sorted({one.attr for one in its if isinstance(one.ctx, ast.Store)}):
                shared = {id(one.value): ast.Name(node.name) for one in its if one.attr == attribute}
                yield "shared", copy.deepcopy(node, shared)
        case ast.FunctionDef(args=all_, decorator_list=decorators) if node.name != "__init__":
            if any(isinstance(one, ast.FunctionDef) for one in ast.walk(node) if one is not node):
                return  # all it does is to make another function
            cache = _parsed("__import__('functools').cache")[0]
            yield "cached", _with(node, decorator_list=[*decorators, cache])
            handler = ast.ExceptHandler(ast.Name("Exception"), None, [ast.Return(None)])
            yield "swallowed", _with(node, body=[ast.Try(node.body, [handler], [], [])])
            if decorators:
                yield "left out", _with(node, decorator_list=[])
            named = [*all_.args[len(all_.args) - len(all_.defaults) :], *all_.kwonlyargs]
            for parameter, default in zip(named, [*all_.defaults, *all_.kw_defaults], strict=True):
                if default is not None:
                    changed = copy.deepcopy(node, {id(default): ast.Constant(None)})
                    line = f"{parameter.arg} = {parameter.arg} or {ast.unparse(default)}"
                    yield "default by or", _with(changed, body=[*ast.parse(line).body, *changed.body])


def _with(node: ast.AST, **fields: Any) -> Any:
    """The same node with other fields."""
    changed = copy.copy(node)
    vars(changed).update(fields)
    return changed


def _root(node: ast.AST) -> str:
    """The name that an attribute or an item is taken from, or the name itself."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
