"""The helpers a check sees: `same`, `close`, `raises` and `agree`; and the state of chance."""

from __future__ import annotations

import io
import itertools
import math
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stdout
from copy import deepcopy
from typing import Any, NamedTuple

from ptcards.runner.asserts import Asserts, CheckFailedError
from ptcards.runner.exceptions import is_typo
from ptcards.runner.pictures import TEXT, brief, kind_of, type_name

TOLERANCES = {"float16": (1e-3, 1e-5), "bfloat16": (1.6e-2, 1e-5), "float32": (1.3e-6, 1e-5)}
"""Relative and absolute, by dtype (those of `torch.testing`)."""
DOUBLE = (1e-7, 1e-7)
MOST_ITEMS, MOST_TEXT = 1000, 120
"""Compared of an iterator; shown of each argument."""
Compare = Callable[[Any, Any], bool]
BASES = (dict, list, tuple, set, str, int, float)


def same(a: Any, b: Any) -> bool:
    """Whether type, dtype, shape and values are the same, NaN equal to NaN."""
    return _alike(a, b, tolerant=False)


def close(a: Any, b: Any) -> bool:
    """As `same`, the values within the dtype's tolerance."""
    return _alike(a, b, tolerant=True)


def surely_same(a: Any, b: Any, by: Compare = same) -> bool:
    """As `same`; False where comparing raises."""
    try:
        return by(a, b)
    except Exception:
        return False


def raises_with(asserts: Asserts) -> Callable[..., bool]:
    def raises(error: Any, f: Callable[..., Any], /, *args: Any, **kwargs: Any) -> bool:
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
            asserts.note = f"raised {type(caught).__name__}: {brief(str(caught))} instead"
            return False
        return False

    return raises


class Call(NamedTuple):
    """The arguments of one case."""

    arguments: tuple[Any, ...]
    named: dict[str, Any]

    def __str__(self) -> str:
        named = (f"{name}={brief(value)[:MOST_TEXT]}" for name, value in self.named.items())
        return f"({', '.join([*(brief(one)[:MOST_TEXT] for one in self.arguments), *named])})"


def call(*arguments: Any, **named: Any) -> Call:
    """A case with arguments by name."""
    return Call(arguments, named)


class Did(NamedTuple):
    """What a call did: what it returned or raised."""

    how: str
    value: Any

    def __str__(self) -> str:
        if self.how == "raises":
            return f"{type_name(self.value)}: {str(self.value)[:TEXT]}".removesuffix(": ")
        return f"an iterator over {brief(self.value)}" if self.how == "iterates" else brief(self.value)


def agree_with(asserts: Asserts) -> Callable[..., bool]:
    def agree(theirs: Any, ours: Any, cases: Iterable[tuple[Any, ...]], *, by: Compare = same) -> bool:
        """Whether both give or raise the same in every case, and leave their arguments the same."""
        name, case = str(getattr(theirs, "__name__", "")), None
        for case in cases:
            if not isinstance(case, tuple):
                raise TypeError(f"a case is a tuple of arguments, or a call(...), not {type_name(case)}")
            asked = case if isinstance(case, Call) else Call(case, {})
            (mine, left), (wanted, right) = _copy(asked), _copy(asked)
            comparable = [surely_same(one, other) for one, other in zip(left, right, strict=True)]
            go_back = random_state()
            found = _did(theirs, mine)
            go_back()
            with redirect_stdout(io.StringIO()):
                due = _did(ours, wanted)
            where = f"for {name if name.isidentifier() else ''}{asked}"
            raised = found.how == "raises"
            if found.how != due.how or not _twins(found.value, due.value, raised=raised, by=by):
                if raised and is_typo(found.value):
                    raise found.value
                yours = f"raises {found}" if raised else str(found)
                asserts.differs = f"{where}: yours {yours}, wanted {due}", (found.value, due.value)
                return False
            for one, other, known in zip(left, right, comparable, strict=True):
                if known and not surely_same(one, other):
                    says = f"the argument is then {brief(one)}, wanted {brief(other)}"
                    asserts.differs = f"{where}: {says}", (one, other)
                    return False
        if case is None:
            raise ValueError("agree was given no cases")
        return True

    return agree


def _copy(asked: Call) -> tuple[Call, list[Any]]:
    """The arguments copied as far as they can be, and all of them in a row."""
    memo: dict[int, Any] = {}

    def copied(value: Any) -> Any:
        try:
            return deepcopy(value, memo)
        except Exception:
            return value

    mine = Call(tuple(map(copied, asked.arguments)), {name: copied(v) for name, v in asked.named.items()})
    return mine, [*mine.arguments, *mine.named.values()]


def _did(function: Any, asked: Call) -> Did:
    try:
        value = function(*asked.arguments, **asked.named)
        if isinstance(value, Iterator):
            return Did("iterates", list(itertools.islice(value, MOST_ITEMS)))
    except CheckFailedError:
        raise
    except Exception as error:
        return Did("raises", error)
    return Did("gives", value)


def _twins(a: Any, b: Any, *, raised: bool, by: Compare) -> bool:
    """Whether two results are the same; a class that answer and solution each define counts as one."""
    one, other = type(a), type(b)
    own = one.__module__ == other.__module__ == "__main__" and one.__qualname__ == other.__qualname__
    if raised:
        return one is other or own
    if not own or (one is other and "__eq__" in vars(one)):
        return surely_same(a, b, by)
    return surely_same(_contents(a), _contents(b), by)


def _contents(value: Any) -> Any:
    base = next((base for base in BASES if isinstance(value, base)), None)
    known = getattr(value, "__dict__", None)
    return (base and base(value), known) if base or known else value


def chance() -> tuple[Any, ...]:
    """The state of the random numbers, to be compared."""
    state: tuple[Any, ...] = (random.getstate(),)
    if numpy := sys.modules.get("numpy"):
        _, numbers, *rest = numpy.random.get_state()
        state += (numbers.tobytes(), *rest)
    if torch := sys.modules.get("torch"):
        state += (torch.get_rng_state().numpy().tobytes(),)
    return state


def random_state() -> Callable[[], None]:
    """Remember the state of the random numbers; call what comes back to return to it."""
    sources: list[tuple[Any, Any]] = [(random.setstate, random.getstate())]
    if numpy := sys.modules.get("numpy"):
        sources.append((numpy.random.set_state, numpy.random.get_state()))
    if torch := sys.modules.get("torch"):
        sources.append((torch.set_rng_state, torch.get_rng_state()))

    def go_back() -> None:
        for put, state in sources:
            put(state)

    return go_back


def _alike(a: Any, b: Any, *, tolerant: bool) -> bool:
    if type(a) is not type(b):
        return False
    kind = kind_of(a)
    if kind == "tensor":
        return _tensors(a, b, tolerant=tolerant)
    if kind == "array":
        return _arrays(a, b, tolerant=tolerant)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(_alike(x, y, tolerant=tolerant) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_alike(a[key], b[key], tolerant=tolerant) for key in a)
    if isinstance(a, (float, complex)):
        return _numbers(a, b, tolerant=tolerant)
    return a is b or bool(a == b)


def _numbers(a: Any, b: Any, *, tolerant: bool) -> bool:
    if isinstance(a, complex):
        parts = zip((a.real, a.imag), (b.real, b.imag), strict=True)
        return all(_numbers(x, y, tolerant=tolerant) for x, y in parts)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    name = getattr(getattr(a, "dtype", None), "name", "float64")
    relative, absolute = TOLERANCES.get(name, DOUBLE)
    return bool(a == b or (tolerant and math.isclose(a, b, rel_tol=relative, abs_tol=absolute)))


def _tensors(a: Any, b: Any, *, tolerant: bool) -> bool:
    torch = sys.modules["torch"]
    if a.dtype != b.dtype or a.shape != b.shape or a.layout != b.layout:
        return False
    if a is b:
        return True
    if a.device.type == "meta" or b.device.type == "meta":
        return False
    a, b = (_dense(torch, value) for value in (a, b))
    if tolerant and (a.is_floating_point() or a.is_complex()):
        relative, absolute = _tolerance(str(a.dtype).removeprefix("torch."))
        return bool(torch.allclose(a, b, rtol=relative, atol=absolute, equal_nan=True))
    if a.is_floating_point() or a.is_complex():
        return bool(((a == b) | (torch.isnan(a) & torch.isnan(b))).all())
    return bool(torch.equal(a, b))


def _dense(torch: Any, value: Any) -> Any:
    value = value.detach().cpu()
    if value.is_quantized:
        value = value.dequantize()
    if value.layout is not torch.strided:
        value = value.to_dense()
    return value.float() if "float8" in str(value.dtype) else value


def _tolerance(name: str) -> tuple[float, float]:
    return {"complex64": TOLERANCES["float32"]}.get(name) or TOLERANCES.get(name, DOUBLE)


def _arrays(a: Any, b: Any, *, tolerant: bool) -> bool:
    numpy = sys.modules["numpy"]
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind not in "fc":
        return bool(numpy.array_equal(a, b, equal_nan=a.dtype.kind in "mM"))
    relative, absolute = _tolerance(a.dtype.name) if tolerant else (0.0, 0.0)
    with numpy.errstate(all="ignore"):
        return bool(numpy.allclose(a, b, rtol=relative, atol=absolute, equal_nan=True))
