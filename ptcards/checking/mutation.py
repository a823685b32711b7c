"""Small changes to a solution: a check that lets one pass may be letting a mistake pass."""

import ast
import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

from ptcards.deck.card import Accepts, Card
from ptcards.deck.validation import parse, syntax_problem
from ptcards.runner.literals import form

MOST_MUTANTS = 80
EQUIVALENT = "x-equivalent"

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


class Mutant(NamedTuple):
    """A changed solution, and the change as `was -> is`."""

    code: str
    change: str


def mutants_of(card: Card) -> list[Mutant]:
    """The solution changed in one place each, less known answers and those marked equivalent.

    `card` has its `vary` drawn.
    """
    if card.accepts is not Accepts.CODE or syntax_problem(card.solution):
        return []
    tree = parse(card.solution)
    known = {form(code) for code in (card.solution, *card.also, *equivalents_of(card))}
    found: dict[str, Mutant] = {}
    for place, node in enumerate(ast.walk(tree)):
        for changed in (*_of_values(node), *_of_calls(node), *_of_statements(node)):
            mutant = copy.deepcopy(tree)
            target = list(ast.walk(mutant))[place]
            for parent in ast.walk(mutant):
                for name, value in ast.iter_fields(parent):
                    if value is target:
                        setattr(parent, name, changed)
                    elif isinstance(value, list):
                        value[:] = [changed if item is target else item for item in value]
            code = ast.unparse(ast.fix_missing_locations(mutant))
            if syntax_problem(code) is None and form(code) not in known:
                found.setdefault(form(code), Mutant(code, f"{_text(node)} -> {_text(changed)}"))
    return list(found.values())[:MOST_MUTANTS]


def equivalents_of(card: Card) -> list[str]:
    """The codes that the card's `x-equivalent` calls as right as its solution."""
    marked = card.extras.get(EQUIVALENT)
    items = marked if isinstance(marked, list) else []
    return [item["code"] for item in items if isinstance(item, dict) and isinstance(item.get("code"), str)]


def bad_equivalents(card: Card) -> Iterator[str]:
    """What is wrong with the card's `x-equivalent`."""
    marked = card.extras.get(EQUIVALENT, [])
    if not isinstance(marked, list):
        yield f"`{EQUIVALENT}` must be a list of `code` with `reason`"
        return
    for item in marked:
        reason = item.get("reason") if isinstance(item, dict) else None
        if not isinstance(reason, str) or not reason.strip() or not isinstance(item.get("code"), str):
            yield f"an item of `{EQUIVALENT}` needs `code`, and the `reason` why it is right too"


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:60]


def _of_values(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            for near in dict.fromkeys((value + 1, value - 1, 0, -value)):
                if near != value:
                    yield ast.Constant(near) if near >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-near))
        case ast.Constant(value=str(value)):
            yield ast.Constant(value + "x" if value else "x")
        case ast.Constant(value=None):
            yield ast.Constant(0)
        case ast.BinOp(left=left, op=operator, right=right):
            if other := _OPERATORS.get(type(operator)):
                yield ast.BinOp(left, other(), right)
            yield from (left, right)
            if not isinstance(operator, (ast.Add, ast.Mult)):
                yield ast.BinOp(right, operator, left)
        case ast.Compare(left=left, ops=[operator], comparators=comparators):
            for each in _COMPARISONS.get(type(operator), ()):
                yield ast.Compare(left, [each()], comparators)
        case ast.BoolOp(op=operator, values=values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
            yield from values
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.IfExp(test=test, body=body, orelse=other):
            yield ast.IfExp(test, other, body)


def _of_calls(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Call(func=function, args=arguments, keywords=keywords):
            if isinstance(function, ast.Attribute) and not _is_library(function.value):
                yield function.value
            for place in range(len(arguments)):
                yield ast.Call(function, arguments[:place] + arguments[place + 1 :], keywords)
            for place in range(len(keywords)):
                yield ast.Call(function, arguments, keywords[:place] + keywords[place + 1 :])
            if len(arguments) > 1:
                yield ast.Call(function, [arguments[1], arguments[0], *arguments[2:]], keywords)
        case ast.Subscript(value=value):
            yield value
        case ast.Slice(lower=lower, upper=upper, step=step) if lower or upper or step:
            yield ast.Slice(None, None, None)
        case ast.Tuple(elts=[first, second, *rest], ctx=ast.Load()):
            yield ast.Tuple([second, first, *rest], ast.Load())


def _is_library(node: ast.expr) -> bool:
    names = {"torch", "np", "numpy", "cv2", "nn", "F", "random", "math", "functools", "itertools"}
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in names


def _of_statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=ast.expr()):
            yield ast.Return(None)
        case ast.If(test=test) | ast.While(test=test):
            changed: Any = copy.copy(node)
            changed.test = ast.UnaryOp(ast.Not(), test)
            yield changed
        case ast.Expr() | ast.Assign() | ast.Raise() | ast.Delete():
            yield ast.Pass()
        case ast.AugAssign(target=target, op=operator, value=value):
            yield ast.Pass()
            if other := _OPERATORS.get(type(operator)):
                yield ast.AugAssign(target, other(), value)
        case ast.With(body=body):
            yield ast.If(ast.Constant(True), body, [])
        case ast.Break():
            yield ast.Continue()
        case ast.FunctionDef(decorator_list=[_, *_]):
            bare: Any = copy.copy(node)
            bare.decorator_list = []
            yield bare
