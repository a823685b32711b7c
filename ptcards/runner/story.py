"""The story of an expression: what each of its steps gave, written down as the answer runs."""

from __future__ import annotations

import ast
import builtins
import sys
import warnings
from collections import deque
from contextlib import suppress
from itertools import islice
from types import CodeType
from typing import Any

from ptcards.runner.pictures import KINDS, TEXT, brief, describe, sampled

MOST_NODES, MOST_STEPS, MOST_CODE, MOST_ITEMS, MOST_DEEP, MOST_ELEMENTS = 64, 12, 120, 12, 3, 1 << 14
RECORDER = "\0records the steps of an answer"  # the constant that the recorder takes the place of
CLOSED = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)  # not entered
STEPS = (
    *(ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare),
    *(ast.IfExp, ast.JoinedStr, *CLOSED),
)
DULL = {ast.Name: "other module none number", ast.Attribute: "other module", ast.Lambda: "other"}
DULL |= {ast.UnaryOp: "number"}  # kinds of values that say nothing in a story, by what they are values of
NUMBERS = "int8 int16 int32 int64 uint8 float16 float32 float64"
BRACKETS = {"list": "[%s]", "set": "{%s}", "frozenset": "{%s}", "dict": "{%s}"}


class Story(ast.NodeTransformer):
    """Hands each step's value on as it is; what it keeps of it calls no code of the answer's.

    Of a value of a class that is not known here it keeps the class's name, whatever a `repr` would do.
    """

    def __init__(self, source: str) -> None:
        self._source, self._builtins = source.removeprefix("\ufeff"), dict(vars(builtins))
        self._nodes: list[ast.expr] = []
        self.steps: deque[dict[str, Any]] = deque(maxlen=MOST_STEPS)
        kinds, torch, numpy = dict(KINDS), sys.modules.get("torch"), sys.modules.get("numpy")
        if torch:
            kinds |= {"tensor": (torch.Tensor, torch.nn.Parameter)}
            kinds["sequence"] += (torch.Size,)
        if numpy:
            kinds |= {"array": (numpy.ndarray,)}
            kinds["number"] += (numpy.bool_, *(getattr(numpy, name) for name in NUMBERS.split()))
        # By identity: a class of the answer's may say itself what it equals.
        self._known = {id(kind): name for name, some in kinds.items() for kind in some}

    def recording(self, code: CodeType) -> CodeType:
        """The code of the last expression with the recorder around each step, but where that is noticed."""
        torch = sys.modules.get("torch")
        modes = torch and torch._C._len_torch_function_stack() + torch._C._len_torch_dispatch_stack()
        if sys.gettrace() or sys.getprofile() or modes or vars(builtins) != self._builtins:
            return code
        with suppress(Exception), warnings.catch_warnings(action="ignore"):
            last: Any = ast.parse(self._source).body[-1]
            tree = ast.fix_missing_locations(ast.Expression(self.visit(last.value)))
            made = compile(tree, code.co_filename, "eval", dont_inherit=True, optimize=0)
            constants = tuple(self if one == RECORDER else one for one in made.co_consts)
            return made.replace(co_consts=constants) if len(self._nodes) <= MOST_NODES else code
        return code

    def visit(self, node: Any) -> Any:
        if isinstance(node, ast.FormattedValue):  # how it is formatted has to stay a text
            node.value = self.visit(node.value)
        elif not isinstance(node, CLOSED):
            self.generic_visit(node)
        if not isinstance(node, STEPS) or isinstance(getattr(node, "ctx", None), ast.Store):
            return node
        self._nodes.append(node)
        record = ast.Attribute(ast.Constant(RECORDER), "record", ast.Load())
        return ast.copy_location(ast.Call(record, [ast.Constant(len(self._nodes) - 1), node], []), node)

    def record(self, number: int, value: Any) -> Any:
        with suppress(Exception):
            node, kind = self._nodes[number], self._known.get(id(type(value)), "other")
            if kind not in DULL.get(type(node), ""):
                code = " ".join((ast.get_source_segment(self._source, node) or "").split())
                step = {"code": code[:MOST_CODE], "value": self._picture(value, kind)}
                self.steps.extend([step] if step not in self.steps else [])
        return value

    def _picture(self, value: Any, kind: str) -> dict[str, Any]:
        """As `describe`, of what the value is at this moment."""
        picture: dict[str, Any] = {"kind": kind, "type": _name(value), "text": ""}
        if kind not in ("tensor", "array"):
            return picture | {"text": self._text(value)}
        picture |= {"shape": tuple(value.shape), "dtype": str(value.dtype)}
        with suppress(Exception):
            if not value.ndim:
                return picture | {"text": self._text(value.item())}
            sample = sampled(value, MOST_ELEMENTS)
            # Copied: memory of a tensor that NumPy has seen cannot be resized any more.
            sample = sample.detach().clone() if kind == "tensor" else sample
            picture = describe(sample, "") | picture
        return picture

    def _text(self, value: Any, deep: int = MOST_DEEP) -> str:
        kind = self._known.get(id(type(value)), "other")
        if kind in ("tensor", "array"):
            return f"{_name(value)} {tuple(value.shape)}"
        if kind in ("other", "module"):
            return f"<{_name(value)}>"
        if kind not in ("sequence", "mapping") or type(value) is range:
            return brief(value[: TEXT + 1] if kind == "text" else value)
        items = [*islice(value.items() if kind == "mapping" else value, MOST_ITEMS)] if deep else []
        pairs = items if kind == "mapping" else [(one,) for one in items]
        texts = [": ".join(self._text(one, deep - 1) for one in pair) for pair in pairs]
        texts += ["…"] * (len(value) > len(items))
        text = BRACKETS.get(_name(value), "(%s)" if len(texts) != 1 else "(%s,)") % ", ".join(texts)
        return text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"


def _name(value: Any) -> str:
    return str(type.__getattribute__(type(value), "__name__"))
