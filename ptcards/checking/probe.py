"""Tries a card's check on answers that take no thought.

Never imported: this text runs in the child in place of the card's check, after the card's own solution has
run, and prints what it found as one line of JSON. `trivial.probe_job` calls `_probe` below it.
"""

_space = dict(globals())

import contextlib
import copy
import io
import json
import random
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

_MISSING = object()
_MOST_NAMES = 8
_ENOUGH = 8
"""Elements from which on random values do not equal the right ones by luck."""
_NOT_DATA = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
_Names = dict[str, Any]
_Answer = tuple[str, Callable[[_Names], _Names]]
"""A name for people, and a function from the fresh given names to the names of the answer."""


def _probe(
    check: str, seed: int, bound: list[str], expects: list[str], constants: list[tuple[str, Any]], marker: str
) -> None:
    code = compile(check, "<card>", "exec", dont_inherit=True)
    found = []
    for name, names in _trivial_answers(bound, expects, constants):
        passed, line = _try(code, names, seed, bound)
        found.append([name, passed, line])
    print("\n" + marker + json.dumps(found))


def _try(
    code: types.CodeType, make: Callable[[_Names], _Names], seed: int, bound: list[str]
) -> tuple[bool, int | None]:
    """Whether the check takes it, and the line it stopped on."""
    space = {name: value for name, value in _space.items() if name not in bound and name != "answer"}
    fresh = _given()
    space.update(fresh)
    _seed(seed)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            space.update(make(fresh))
            exec(code, space)
    except (Exception, SystemExit) as error:
        return False, _line(error)
    return True, None


def _line(error: BaseException) -> int | None:
    trace, line = error.__traceback__, None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<card>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _given() -> _Names:
    given = _space.get("given")
    return dict(given()) if callable(given) else {}


def _seed(seed: int) -> None:
    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)


def _trivial_answers(
    bound: list[str], expects: list[str], constants: list[tuple[str, Any]]
) -> Iterator[_Answer]:
    value = _space.get("answer", _MISSING)
    yield "nothing done", _names({})
    if expects:
        yield from _callables({name: _space.get(name) for name in expects})
    elif callable(value) and not _is_data(value):
        yield from _callables({"answer": value})
    else:
        yield from _values(value, bound, constants)


def _values(value: Any, bound: list[str], constants: list[tuple[str, Any]]) -> Iterator[_Answer]:
    for name, made in (*constants, *_lookalikes(value)):
        if not _same(made, value):
            yield name, _names({"answer": made})
    for name, original in list(_given().items())[:_MOST_NAMES]:
        if name not in bound and _is_data(original):
            yield f"`{name}` unchanged", _given_value(name, lambda same: same)
            if not _same(original, value):
                yield f"a copy of `{name}`", _given_value(name, _copy)


def _callables(originals: _Names) -> Iterator[_Answer]:
    """The same thoughtless function, or class, in place of each that is asked for."""
    functions: dict[str, Callable[..., Any]] = {
        "a function that does nothing": lambda *_, **__: None,
        "a function that gives True": lambda *_, **__: True,
        "a function that gives 0": lambda *_, **__: 0,
        'a function that gives ""': lambda *_, **__: "",
        "a function that gives its input": lambda *given, **__: given[0] if given else None,
        "a function that copies its input": lambda *given, **__: _copy(given[0]) if given else None,
    }
    for name, function in functions.items():
        yield name, _names(dict.fromkeys(originals, function))
    if all(isinstance(original, type) for original in originals.values()):
        empty = {name: type(name, original.__bases__, {}) for name, original in originals.items()}
        yield "an empty class", _names(empty)


def _names(names: _Names) -> Callable[[_Names], _Names]:
    return lambda _: names


def _given_value(name: str, change: Callable[[Any], Any]) -> Callable[[_Names], _Names]:
    return lambda given: {"answer": change(given[name])}


def _lookalikes(value: Any) -> Iterator[tuple[str, Any]]:
    """Values of the solution's kind, with nothing else of it."""
    module = type(value).__module__.partition(".")[0]
    if module == "torch" and hasattr(value, "dtype") and hasattr(value, "new_zeros"):
        yield from _tensors(sys.modules["torch"], value)
    elif module == "numpy" and hasattr(value, "dtype"):
        yield from _arrays(sys.modules["numpy"], value)
    elif type(value) in (int, float, complex):
        yield "0 of the right type", type(value)(0)
        yield "1 of the right type", type(value)(1)
        if type(value) is int:
            yield "(dtype) the value as a float", float(value)
        elif type(value) is float and value.is_integer():
            yield "(dtype) the value as an int", int(value)
    elif type(value) in (list, tuple):
        yield "an empty sequence", type(value)()
        yield "zeros in a sequence", type(value)([0] * len(value))
    elif type(value) in (dict, set):
        yield "an empty collection", type(value)()


def _tensors(torch: Any, value: Any) -> Iterator[tuple[str, Any]]:
    value = value.detach()
    yield "zeros of the right shape", torch.zeros_like(value)
    yield "ones of the right shape", torch.ones_like(value)
    if value.numel() >= _ENOUGH:
        if value.dtype == torch.bool:
            yield "random truths of the right shape", torch.rand(value.shape) > 0.5
        elif value.is_floating_point() or value.is_complex():
            yield "random values of the right shape", torch.randn_like(value)
        else:
            yield "random values of the right shape", torch.randint_like(value, 0, 100)
    for other in (torch.float32, torch.float64, torch.int64, torch.int32, torch.uint8):
        if other != value.dtype and torch.equal(value.to(other).to(value.dtype), value):
            yield f"(dtype) the value as {other}", value.to(other)


def _arrays(np: Any, value: Any) -> Iterator[tuple[str, Any]]:
    yield "zeros of the right shape", np.zeros_like(value)
    yield "ones of the right shape", np.ones_like(value)
    if value.size >= _ENOUGH and value.dtype.kind in "biuf":
        made = np.random.rand(*value.shape) * (1 if value.dtype.kind == "f" else 100)
        made = made > 50 if value.dtype.kind == "b" else made.astype(value.dtype)
        yield "random values of the right shape", made
    for other in ("float32", "float64", "int64", "int32", "uint8"):
        if other != value.dtype.name and np.array_equal(value.astype(other).astype(value.dtype), value):
            yield f"(dtype) the value as {other}", value.astype(other)


def _is_data(value: Any) -> bool:
    return not isinstance(value, _NOT_DATA) and not (callable(value) and not hasattr(value, "dtype"))


def _same(a: Any, b: Any) -> bool:
    try:
        return b is not _MISSING and bool(_space["same"](a, b))
    except Exception:
        return False


def _copy(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:
        return value.detach().clone() if hasattr(value, "detach") else value
