"""Bounded pictures of values and of the steps of an expression, and how two values differ, for a learner."""

from __future__ import annotations

import ast
import base64
import builtins
import difflib
import itertools
import math
import re
import reprlib
import sys
import warnings
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from types import CodeType
from typing import Any

from ptcards.language import _, later

TEXT = 300
GRID_ROWS, GRID_COLS = 8, 12
IMAGE_ROWS, IMAGE_COLS = 48, 64
MEASURED = 1 << 22  # statistics are taken of at most so many elements: above, of a sample of them
LINES, HELD = 12, 8  # of a difference; of an object
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
DIFFED = 4000  # the longest text, or sequence, that is diffed
KINDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("none", (type(None),)),
    ("number", (bool, int, float, complex)),
    ("text", (str, bytes, bytearray)),
    ("sequence", (list, tuple, set, frozenset, range)),
    ("mapping", (dict,)),
    ("module", (type(sys),)),
)


class _Brief(reprlib.Repr):
    def repr_instance(self, x: Any, level: int) -> str:
        kind: Any = type(x)
        if kind.__repr__ is object.__repr__:
            held = [*getattr(x, "__dict__", {}).items()][:HELD] if level > 0 else []
            shown = ", ".join(f"{name}={self.repr1(one, min(level, 2) - 1)}" for name, one in held)
            return f"<{type_name(x)} {shown or 'object'}>"
        return repr(x)


_BRIEF = _Brief()
vars(_BRIEF).update(dict.fromkeys("maxlist maxtuple maxdict maxset maxfrozenset maxdeque".split(), 40))
vars(_BRIEF).update(maxlevel=6, maxlong=80, maxstring=TEXT, maxother=TEXT)


def brief(value: Any) -> str:
    """Python's repr, at most 300 characters, of anything; an object by what it holds, not by its address."""
    try:
        text = str(repr(value) if type_name(value) == "torch.Size" else _BRIEF.repr(value))
    except BaseException as error:
        text = _("<{}, whose repr raises {}>", type_name(value), type(error).__name__)
    text = text_of(text)
    return text if len(text) <= TEXT else text[: TEXT - 1] + "…"


def text_of(value: Any) -> str:
    """Its `str`, without addresses, which differ in every run."""
    try:
        return ADDRESS.sub("", str(value))
    except BaseException:
        return _("(its text cannot be shown)")


def type_name(value: Any) -> str:
    kind = type(value)
    module = kind.__module__
    return kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"


def describe(value: Any, text: str | None = None) -> dict[str, Any]:
    """A value as plain data for a message, with a text in place of its repr; never raises, never large."""
    kind = kind_of(value)
    picture: dict[str, Any] = {"kind": kind, "type": type_name(value)}
    picture["text"] = brief(value) if text is None else text
    try:
        if kind == "tensor":
            picture["requires_grad"] = bool(value.requires_grad)
        if kind in ("tensor", "array"):
            picture |= _facts(value)
            sample = plain(sampled(value, MEASURED))
            rows = sample[None] if sample.ndim == 1 else sample
            small = rows.ndim == 2 and 0 < rows.shape[0] <= GRID_ROWS and 0 < rows.shape[1] <= GRID_COLS
            if small and rows.dtype.kind in "biufc":
                digits = {"f": ".4g", "c": ".3g"}.get(rows.dtype.kind, "")
                picture["grid"] = [[format(cell, digits) for cell in row] for row in rows.tolist()]
            if sample.dtype.kind in "biuf" and sample.size:
                picture["image"] = _image(sample)
                if picture["image"] or not small:
                    picture["stats"] = _stats(sample)
    except Exception:
        return picture  # without a grid: it has no elements here, or none that can be read
    return picture


def sampled(value: Any, most: int) -> Any:
    """A tensor or array of at most so many elements, evenly taken: no large one is made whole to be seen."""
    for axis in range(value.ndim):
        if (total := math.prod(value.shape)) > most:
            step = min(value.shape[axis], -(-total // most))
            value = value[(*[slice(None)] * axis, slice(None, None, step))]
    return value


def kind_of(value: Any) -> str:
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    kind = type(value)
    if torch is not None and issubclass(kind, torch.Tensor):
        return "tensor"
    if numpy is not None and issubclass(kind, numpy.ndarray):
        return "array"
    for name, kinds in KINDS:
        if issubclass(kind, kinds):
            return name
    return "callable" if callable(value) else "other"


def _facts(value: Any) -> dict[str, Any]:
    facts = {later("shape"): tuple(value.shape), later("dtype"): str(value.dtype)}
    if kind_of(value) == "tensor":
        facts |= {later("device"): str(value.device), later("layout"): str(value.layout)}
    return facts


def plain(value: Any) -> Any:
    """The elements of a tensor or array as a dense NumPy array."""
    if kind_of(value) == "array":
        return value
    value = dense(value)
    value = value.float() if value.dtype is sys.modules["torch"].bfloat16 else value
    return value.resolve_conj().resolve_neg().numpy()


def dense(value: Any) -> Any:
    """A tensor in the main memory with an element at every place, of a type that can be compared."""
    value = value.detach().cpu()
    if value.is_quantized:
        value = value.dequantize()
    if value.layout is not sys.modules["torch"].strided:
        value = value.to_dense()
    return value.float() if "float8" in str(value.dtype) else value


def _stats(sample: Any) -> str:
    numpy = sys.modules["numpy"]
    with numpy.errstate(all="ignore"):
        numbers = sample.astype(numpy.float64)
        kept = numbers[~numpy.isnan(numbers)]
        found = (kept.min(), kept.max(), kept.mean()) if kept.size else [math.nan] * 3
    named = (f"{name} {one:.6g}" for name, one in zip(_("min max mean").split(), found))
    nans = numbers.size - kept.size
    return " · ".join([*named, *[f"{nans} NaN"] * (nans > 0)])


def _image(sample: Any) -> dict[str, Any] | None:
    """Half a guess: an image is H x W, H x W x 3 (BGR, as in OpenCV) or 3 x H x W (RGB, as in torch)."""
    numpy = sys.modules["numpy"]
    if sample.ndim == 3 and sample.shape[2] in (3, 4) and min(sample.shape[:2]) >= 4:
        picture = sample[:, :, 2::-1]
    elif sample.ndim == 3 and sample.shape[0] == 3 and min(sample.shape[1:]) >= 4:
        picture = sample.transpose(1, 2, 0)
    elif sample.ndim == 2 and min(sample.shape) >= 4:
        picture = numpy.repeat(sample[:, :, None], 3, axis=2)
    else:
        return None
    sizes = zip(picture.shape[:2], (IMAGE_ROWS, IMAGE_COLS))
    rows, cols = (numpy.linspace(0, size - 1, min(most, size)).astype(int) for size, most in sizes)
    pixels = picture[rows][:, cols]
    if pixels.dtype != numpy.uint8:
        with numpy.errstate(all="ignore"):
            numbers = numpy.nan_to_num(pixels.astype(numpy.float64), posinf=0, neginf=0)
            least, most = numbers.min(), numbers.max()
            least, most = (0.0, 1.0) if least >= 0 and most <= 1 else (least, most)
            pixels = (numbers - least) * (255 / (most - least)) if most > least else numbers * 0
    data = pixels.clip(0, 255).astype(numpy.uint8).tobytes()
    return {"rows": len(rows), "cols": len(cols), "pixels": base64.b64encode(data).decode()}


def differences(left: Any, right: Any) -> tuple[str, ...]:
    """At most 12 lines on how two values differ; () where there is nothing to add to their reprs."""
    kinds, lines = {kind_of(left), kind_of(right)}, list[str]()
    try:
        types = _("types: {} and {}", type_name(left), type_name(right))
        if len(kinds) == 1 and kinds <= {"tensor", "array"}:
            lines = _of_arrays(left, right)
        elif "tensor" in kinds or "array" in kinds:
            lines = [types]
        elif kinds == {"text"} and type(left) is type(right):
            lines = _of_texts(str(left), str(right))
        elif kinds == {"mapping"}:
            lines = [_("key {} is only on the left", brief(key)) for key in left if key not in right]
            lines += [_("key {} is only on the right", brief(key)) for key in right if key not in left]
            values = ((brief(key), left[key], right[key]) for key in left if key in right)
            lines += _first(later("first differing value, [{}]: {} and {}"), values)
        elif isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
            related = isinstance(left, type(right)) or isinstance(right, type(left))
            lines = [] if related else [types]
            lines += [] if len(left) == len(right) else [_("lengths: {} and {}", len(left), len(right))]
            items = zip(itertools.count(), left[:DIFFED], right[:DIFFED])
            lines += _first(later("first differing item, [{}]: {} and {}"), items)
        elif kinds <= {"other", "callable"} and left is not right and brief(left) == brief(right):
            lines = [_("they look alike, but are two objects")]
    except Exception:
        return ()
    return tuple(lines[:LINES])


def _of_texts(left: str, right: str) -> list[str]:
    if len(left) > DIFFED or len(right) > DIFFED:
        return [_("lengths: {} and {} characters", len(left), len(right))]
    if "\n" not in left and "\n" not in right and max(len(left), len(right)) <= 60:
        differing = (place for place, (a, b) in enumerate(zip(left, right), 1) if a != b)
        first = next(differing, min(len(left), len(right)) + 1)
        return [] if left == right else [_("they differ at character {}", first)]
    lines = difflib.ndiff(right.splitlines(), left.splitlines())
    return [line for line in lines if not line.startswith("  ")]


def _first(words: str, pairs: Iterable[tuple[Any, Any, Any]]) -> list[str]:
    for place, one, other in pairs:
        if type(one) is not type(other) or brief(one) != brief(other):
            return [_(words, place, brief(one), brief(other))]
    return []


def _of_arrays(left: Any, right: Any) -> list[str]:
    one, other = _facts(left), _facts(right)
    lines = [_("{}: {} and {}", _(name), one[name], other[name]) for name in one if one[name] != other[name]]
    if one["shape"] != other["shape"]:
        pairs = zip(reversed(one["shape"]), reversed(other["shape"]))
        if all(size in (wanted, 1) or wanted == 1 for size, wanted in pairs):
            lines.append(_("these only match by broadcasting"))
        return lines
    if math.prod(one["shape"]) > MEASURED or "meta" in (one.get("device"), other.get("device")):
        return lines
    left, right = plain(left), plain(right)
    if not {left.dtype.kind, right.dtype.kind} <= set("biufc"):
        return lines
    numpy = sys.modules["numpy"]
    with numpy.errstate(all="ignore"):
        nan_left, nan_right = numpy.isnan(left), numpy.isnan(right)
        differ = (left != right) & ~(nan_left & nan_right)
        count = int(differ.sum())
        if not count:
            return lines
        lines.append(_("{} of {} elements differ", count, differ.size))
        index = tuple(int(part) for part in numpy.argwhere(differ)[0])
        items = left[index].item(), right[index].item()
        lines.append(_("first at {}: {!r} and {!r}", list(index), *items))
        wide = numpy.complex128 if "c" in (left.dtype.kind, right.dtype.kind) else numpy.float64
        gap = numpy.abs(left.astype(wide) - right.astype(wide))
        finite = numpy.isfinite(gap) & differ
        if finite.any():
            size = numpy.abs(right.astype(wide))[finite]
            # Beside a zero no difference has a relative size.
            relative = _(" (relative {:.3g})", (gap[finite] / size).max()) if (size > 0).all() else ""
            lines.append(_("largest difference: {:.6g}{}", gap[finite].max(), relative))
        if int(nan_left.sum()) != int(nan_right.sum()):
            lines.append(_("NaNs: {} and {}", int(nan_left.sum()), int(nan_right.sum())))
    return lines


MOST_NODES, MOST_STEPS, MOST_CODE, MOST_ITEMS, MOST_DEEP, MOST_ELEMENTS = 64, 12, 120, 12, 3, 1 << 14
RECORDER = "\0recorder"  # the constant that it takes the place of
CLOSED = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)  # not entered
STEPS = (
    *(ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare),
    *(ast.IfExp, ast.JoinedStr, *CLOSED),
)
DULL = {ast.Name: ("other", "module", "none", "number"), ast.Attribute: ("other", "module")}
DULL |= {ast.Lambda: ("other",), ast.UnaryOp: ("number",)}  # kinds of values that say nothing in a story
NUMBERS = "int8 int16 int32 int64 uint8 float16 float32 float64"
BRACKETS = {"list": "[%s]", "set": "{%s}", "frozenset": "{%s}", "dict": "{%s}"}


class Story(ast.NodeTransformer):
    """Hands each step's value on as it is; what it keeps of it calls no code of the answer's.

    Of a value of a class that is not known here it keeps the class's name, whatever a `repr` would do.
    """

    def __init__(self, source: str) -> None:
        self._source, self._builtins = source.removeprefix("\ufeff"), dict(vars(builtins))
        self._nodes: list[ast.expr] = []
        self._profile = sys.getprofile()  # of the card's rules
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
        traced = sys.gettrace() or sys.getprofile() is not self._profile
        if traced or modes or vars(builtins) != self._builtins:
            return code
        with suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
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
            if kind not in DULL.get(type(node), ()):
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
        items = [*itertools.islice(value.items() if kind == "mapping" else value, MOST_ITEMS)] if deep else []
        pairs = items if kind == "mapping" else [(one,) for one in items]
        texts = [": ".join(self._text(one, deep - 1) for one in pair) for pair in pairs]
        texts += ["…"] * (len(value) > len(items))
        text = BRACKETS.get(_name(value), "(%s)" if len(texts) != 1 else "(%s,)") % ", ".join(texts)
        return text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"


def _name(value: Any) -> str:
    return str(type.__getattribute__(type(value), "__name__"))
