"""What a check sees (`same`, `close`, `raises`, `agree`, `cases`), and answers that are read, never run."""

from __future__ import annotations

import ast
import functools
import importlib
import io
import itertools
import math
import random
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, redirect_stdout
from copy import deepcopy
from types import SimpleNamespace
from typing import Any, NamedTuple

from ptcards.language import _
from ptcards.runner.failures import Asserts, CheckFailedError, is_typo
from ptcards.runner.pictures import TEXT, brief, dense, kind_of, type_name

TOLERANCES = {"float16": (1e-3, 1e-5), "bfloat16": (1.6e-2, 1e-5)}
TOLERANCES |= dict.fromkeys(
    ("float32", "complex64"), (1.3e-6, 1e-5)
)  # relative and absolute, as torch has them
DOUBLE = (1e-7, 1e-7)
MOST_ITEMS, MOST_TEXT = 1000, 120  # compared of an iterator; shown of each argument
Compare = Callable[[Any, Any], bool]
BASES = (dict, list, tuple, set, str, int, float)


def same(a: Any, b: Any, *, tolerant: bool = False) -> bool:
    """Whether type, dtype, shape and values are the same, NaN equal to NaN."""
    unordered = isinstance(a, (dict, set, frozenset))
    if type(a) is not type(b) or (unordered and Counter(map(type, a)) != Counter(map(type, b))):
        return False
    kind = kind_of(a)
    if kind in ("tensor", "array"):
        return _same_elements(a, b, kind, tolerant=tolerant)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(same(x, y, tolerant=tolerant) for x, y in zip(a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key], tolerant=tolerant) for key in a)
    if isinstance(a, complex):
        return same((a.real, a.imag), (b.real, b.imag), tolerant=tolerant)
    if not isinstance(a, float):
        return a is b or bool(a == b)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    relative, absolute = TOLERANCES.get(getattr(getattr(a, "dtype", None), "name", ""), DOUBLE)
    return bool(a == b or (tolerant and math.isclose(a, b, rel_tol=relative, abs_tol=absolute)))


def close(a: Any, b: Any) -> bool:
    """As `same`, the values within the dtype's tolerance."""
    return same(a, b, tolerant=True)


def surely_same(a: Any, b: Any, by: Compare = same) -> bool:
    """As `same`; False where comparing raises."""
    try:
        return by(a, b)
    except Exception:
        return False


def raises(asserts: Asserts, error: Any, f: Callable[..., Any], /, *args: Any, **kwargs: Any) -> bool:
    """Whether `f(*args)` raises `error`."""
    before = asserts.failure
    try:
        f(*args, **kwargs)
    except error:
        asserts.failure = before
        return True
    except CheckFailedError:
        raise
    except Exception as caught:
        if is_typo(caught):
            raise
        asserts.note = _("raised {}: {} instead", type(caught).__name__, brief(str(caught)))
    return False


class Did(NamedTuple):
    """What a call did: what it returned or raised."""

    how: str
    value: Any

    def __str__(self) -> str:
        if self.how == "raises":
            return f"{type_name(self.value)}: {str(self.value)[:TEXT]}".removesuffix(": ")
        text = brief(self.value)
        return _("an iterator over {}", text) if self.how == "iterates" else text

    def is_as(self, due: Did, by: Compare) -> bool:
        """Whether two results are the same; a class that answer and solution each define counts as one."""
        a, b, one, other = self.value, due.value, type(self.value), type(due.value)
        own = one.__module__ == other.__module__ == "__main__" and one.__qualname__ == other.__qualname__
        if self.how != due.how or self.how == "raises":
            return self.how == due.how and (one is other or own)
        if own and not (one is other and "__eq__" in vars(one)):
            a, b = _contents(a), _contents(b)
        return surely_same(a, b, by)


class Call(NamedTuple):
    """The arguments of one case."""

    arguments: tuple[Any, ...]
    named: dict[str, Any]

    def __str__(self) -> str:
        named = (f"{name}={brief(value)[:MOST_TEXT]}" for name, value in self.named.items())
        return f"({', '.join([*(brief(one)[:MOST_TEXT] for one in self.arguments), *named])})"

    def copy(self) -> Call:
        """The arguments copied as far as they can be."""
        memo: dict[int, Any] = {}

        def copied(value: Any) -> Any:
            try:
                return deepcopy(value, memo)
            except Exception:
                return value

        return Call(tuple(map(copied, self.arguments)), {name: copied(v) for name, v in self.named.items()})

    def made_of(self, function: Any) -> Did:
        try:
            value = function(*self.arguments, **self.named)
            if isinstance(value, Iterator):
                return Did("iterates", list(itertools.islice(value, MOST_ITEMS)))
        except CheckFailedError:
            raise
        except Exception as error:
            return Did("raises", error)
        return Did("gives", value)


def call(*arguments: Any, **named: Any) -> Call:
    """A case with arguments by name."""
    return Call(arguments, named)


def agree(
    asserts: Asserts, theirs: Any, ours: Any, cases: Iterable[tuple[Any, ...]], *, by: Compare = same
) -> bool:
    """Whether both give or raise the same in every case, and leave their arguments the same."""
    name, case = str(getattr(theirs, "__name__", "")), None
    for case in cases:
        if not isinstance(case, tuple):
            raise TypeError(f"a case is a tuple of arguments, or a call(...), not {type_name(case)}")
        asked = case if isinstance(case, Call) else Call(case, {})
        mine, wanted = asked.copy(), asked.copy()
        pairs = [*zip(mine.arguments, wanted.arguments)]
        pairs += [(value, wanted.named[key]) for key, value in mine.named.items()]
        comparable = [pair for pair in pairs if surely_same(*pair)]
        go_back = random_state()[1]
        found = mine.made_of(theirs)
        go_back()
        with redirect_stdout(io.StringIO()):
            due = wanted.made_of(ours)
        where = f"{name if name.isidentifier() else ''}{asked}"
        if not found.is_as(due, by):
            if found.how == "raises" and is_typo(found.value):
                raise found.value
            yours = _("raises {}", found) if found.how == "raises" else found
            asserts.differs = _("for {}: yours {}, wanted {}", where, yours, due), (found.value, due.value)
            return False
        for one, other in comparable:
            if not surely_same(one, other):
                then = _("for {}: the argument is then {}, wanted {}", where, brief(one), brief(other))
                asserts.differs = then, (one, other)
                return False
    if case is None:
        raise ValueError("agree was given no cases")
    return True


def _contents(value: Any) -> Any:
    base = next((base for base in BASES if isinstance(value, base)), None)
    known = getattr(value, "__dict__", None)
    return (base and base(value), known) if base or known else value


def random_state() -> tuple[tuple[Any, ...], Callable[[], None]]:
    """The state of the random numbers, to be compared, and what returns to it when called."""
    state: tuple[Any, ...] = (random.getstate(),)
    sources = [functools.partial(random.setstate, random.getstate())]
    if numpy := sys.modules.get("numpy"):
        name, numbers, *rest = numpy.random.get_state()
        state += (numbers.tobytes(), *rest)
        sources.append(functools.partial(numpy.random.set_state, (name, numbers, *rest)))
    if torch := sys.modules.get("torch"):
        numbers = torch.get_rng_state()
        state += (numbers.numpy().tobytes(),)
        sources.append(functools.partial(torch.set_rng_state, numbers))

    def go_back() -> None:
        for put in sources:
            put()

    return state, go_back


def _same_elements(a: Any, b: Any, kind: str, *, tolerant: bool) -> bool:
    library = sys.modules["torch" if kind == "tensor" else "numpy"]
    if a.dtype != b.dtype or a.shape != b.shape or (kind == "tensor" and a.layout != b.layout):
        return False
    if kind == "tensor":
        if a is b or "meta" in (a.device.type, b.device.type):
            return a is b
        a, b = dense(a), dense(b)
    name = str(a.dtype).removeprefix("torch.")
    if "float" not in name and "complex" not in name:
        times = {"equal_nan": True} if name.startswith(("datetime", "timedelta")) else {}
        return bool((library.equal if kind == "tensor" else library.array_equal)(a, b, **times))
    relative, absolute = TOLERANCES.get(name, DOUBLE) if tolerant else (0.0, 0.0)
    with library.errstate(all="ignore") if kind == "array" else nullcontext():
        return bool(library.allclose(a, b, rtol=relative, atol=absolute, equal_nan=True))


QUOTES = ["it's", 'say "hi"', "both ' and \"", "back\\slash", "new\nline", "a\tb"]
FLOATS = [0.0, 1.0, -1.0, 0.5, -2.5, 2.675, 3.14159265, -1234.56789, 1e-9, 1e16]
SHAPES = [(), (1,), (3,), (2, 3), (3, 1), (1, 4), (2, 3, 4), (2, 1, 3, 2), (0,), (0, 3)]


def arrays() -> list[Any]:
    """float32 of every shape, negative numbers and rows that differ among them; then other dtypes."""
    numpy: Any = importlib.import_module("numpy")
    counted = [numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape) for shape in SHAPES]
    found = [numpy.asarray((count - 2) * 0.75, "float32") for count in counted]
    small = numpy.arange(6).reshape(2, 3)
    return [*found, *(small.astype(dtype) for dtype in ("float64", "int64", "uint8")), small % 4 == 1]


cases = SimpleNamespace(
    ints=lambda: [0, 1, -1, 2, 3, -7, 10, 100, 255, 256, 1000],
    floats=lambda *, nan=False: [*FLOATS, math.nan] if nan else [*FLOATS],
    texts=lambda: ["", "a", "Hello", " two  words ", *QUOTES, "naïve 中文 🎈", "0", "None"],
    falsy=lambda: [None, False, 0, 0.0, "", [], (), {}, set()],
    shapes=lambda: [*SHAPES],
    arrays=arrays,
    tensors=lambda: [*map(importlib.import_module("torch").tensor, arrays())],
)  # A catalogue of values for checks: each list holds the kinds that mistakes forget, and is made anew

LONGEST = 20_000
NAMED_FLOATS = {"nan": float("nan"), "inf": float("inf")}
SIZES = ("torch.Size", "Size")
NAME = re.compile(r"[^\W\d][\w.]*")


class NotALiteralError(Exception):
    """The text is not a Python literal; the message says what one is."""


def parse_literal(text: str, accepts: str = "literal") -> Any:
    """The value of a literal, or of a text: nothing is run; raises NotALiteralError."""
    text = text.strip()
    if not text:
        raise NotALiteralError(_("the answer is empty"))
    if accepts == "text":
        return text
    if len(text) > LONGEST:
        raise NotALiteralError(_("the answer is longer than {} characters", LONGEST))
    try:
        return ast.literal_eval(_Names().visit(ast.parse(text, mode="eval")))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError, OverflowError) as error:
        reason = _(" ({})", error.msg) if isinstance(error, SyntaxError) else ""
        words = _("this is not a Python literal{}: write the value itself, nothing to be computed", reason)
        raise NotALiteralError(words) from None


class _Names(ast.NodeTransformer):
    """Makes of a name its text, or the float that it stands for, and of a size a tuple."""

    def visit(self, node: Any) -> Any:
        if isinstance(node, (ast.Name, ast.Attribute)) and NAME.fullmatch(name := ast.unparse(node)):
            return ast.Constant(NAMED_FLOATS.get(name, name))
        if isinstance(node, ast.Call):
            size = node.args[0] if len(node.args) == 1 and ast.unparse(node.func) in SIZES else None
            return (
                ast.Tuple([*map(self.visit, size.elts)]) if isinstance(size, (ast.List, ast.Tuple)) else node
            )
        if isinstance(node, ast.Constant) and node.value is Ellipsis:
            raise ValueError
        return self.generic_visit(node)


def form(code: str) -> str:
    """The same text for codes that differ in layout and comments only; the code itself where it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return code
