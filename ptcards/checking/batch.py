"""Tries many answers to one card in one child, each with the runner's own machinery.

Never imported: this text runs in the child as the answer of an empty job; `batching` calls `_batch` below it.
What
it finds it prints as lines of JSON.
"""

import contextlib
import copy
import functools
import io
import json
import os
import sys
import tempfile
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_trials: Any = sys.modules["ptcards.runner.trial"]
_audits: Any = sys.modules["ptcards.runner.audit"]
_names: Any = sys.modules["ptcards.runner.names"]
_shared: list[Any] = []
_DUMMY = sys.modules["ptcards.runner.child"].DUMMY
_KEPT = ("verdict", "slip", "why", "phase", "line", "message", "assertion", "left", "right", "error")
_TOLD_OF_TRIVIAL = ("verdict", "slip", "phase", "line")
_MOST_NAMES = 8
_MOST_TEXT = 400
_ENOUGH = 8
"""Elements from which on random values do not equal the right ones by luck."""
_NOT_DATA = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
_Fill = Callable[[Any], None]
"""Puts a thoughtless answer into a trial that is prepared."""


def _batch(
    parts: list[tuple[dict[str, Any], list[str]]], constants: list[tuple[str, Any]] | None, marker: str
) -> None:
    """Judge each part's answers and, where there are constants, everything else that takes no thought."""
    with _compiling_once():
        _shared.append(_audits.Audit())
        for part, (job, answers) in enumerate(parts):
            for found in _part({**_DUMMY, **job}, answers, constants):
                print("\n" + marker + json.dumps({"part": part, **found}, default=str))


def _part(
    job: dict[str, Any], answers: list[str], constants: list[tuple[str, Any]] | None
) -> Iterator[dict[str, Any]]:
    """What is trivial first: a mistake may spoil the process for what comes after it."""
    if constants is not None:
        solved = [_apart(_solved, job, code) for code in (job["solution"], *job["also"])]
        accepted = [each.value for each in solved]
        for name, fill in _trivial_answers(solved[0], accepted, job["expects"], constants):
            found = _apart(_judge_trivial, job, fill)
            yield {"trivial": name, **{key: found.get(key) for key in _TOLD_OF_TRIVIAL}}
    for number, answer in enumerate(answers):
        yield {"answer": number, **_apart(_judge, job, answer)}
    yield {"done": True}


@contextlib.contextmanager
def _compiling_once() -> Iterator[None]:
    """The same check is run dozens of times, and preparing it takes longer than running it."""
    rewrite, compile_card_code = _trials.rewrite, _names.compile_card_code
    _trials.rewrite = functools.cache(rewrite)
    _names.compile_card_code = functools.cache(compile_card_code)
    try:
        yield
    finally:
        _trials.rewrite, _names.compile_card_code = rewrite, compile_card_code


def _trial() -> Any:
    """A fresh trial; the audit is shared, so that what one answer replaces makes all later ones surprise."""
    return _trials.Trial(_shared[0])


def _say(marker: str, found: dict[str, Any]) -> None:
    print("\n" + marker + json.dumps(found, default=str))


def _apart(do: Callable[..., Any], *given: Any) -> Any:
    """Run in a folder of its own, what it prints thrown away; modules made in the folder are forgotten."""
    home = str(Path.cwd())
    path, streams, before = list(sys.path), (sys.stdout, sys.stderr), set(sys.modules)
    folder = tempfile.mkdtemp(dir=home)
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    os.chdir(folder)
    tempfile.tempdir = folder
    try:
        return do(*given)
    finally:
        sys.stdout, sys.stderr = streams
        os.chdir(home)
        tempfile.tempdir = home
        sys.path[:] = path
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(home):
                del sys.modules[name]


def _judge(job: dict[str, Any], answer: str) -> dict[str, Any]:
    trial = _trial()
    reply = trial.prepare(job)
    if "prepared" in reply:
        reply = trial.answer({**job, "answer": answer}) or trial.check(job["check"], job["seed"])
    return _short(reply)


def _judge_trivial(job: dict[str, Any], fill: _Fill) -> dict[str, Any]:
    trial = _trial()
    reply = trial.prepare(job)
    if "prepared" in reply:
        trial.expects = tuple(job["expects"])
        fill(trial)
        reply = trial.check(job["check"], job["seed"])
    return _short(reply)


def _solved(job: dict[str, Any], answer: str) -> Any:
    """A trial that a right answer has run in, and no check: checks may change what they look at."""
    trial = _trial()
    trial.prepare(job)
    trial.answer({**job, "answer": answer})
    return trial


def _short(reply: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value[:_MOST_TEXT] if isinstance(value, str) else value
        for key, value in reply.items()
        if key in _KEPT
    }


def _trivial_answers(
    solved: Any, accepted: list[Any], expects: list[str], constants: list[tuple[str, Any]]
) -> Iterator[tuple[str, _Fill]]:
    value = solved.value
    yield "nothing done", _values({})
    if expects:
        yield from _callables({name: solved.space.get(name) for name in expects})
    elif callable(value) and not _is_data(value):
        yield from _callables({"": value})
    else:
        for name, made in (*constants, *_lookalikes(value)):
            if not _is_among(made, accepted):
                yield name, _values({"": made})
        for name in list(solved.given)[:_MOST_NAMES]:
            if _is_data(solved.given[name]):
                yield f"`{name}` unchanged", _given_value(name, accepted, lambda same: same)
                yield f"a copy of `{name}`", _given_value(name, accepted, _copy)


def _callables(originals: dict[str, Any]) -> Iterator[tuple[str, _Fill]]:
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
        yield name, _values(dict.fromkeys(originals, function))
    if all(isinstance(original, type) for original in originals.values()):
        empty = {name: type(each.__name__, each.__bases__, {}) for name, each in originals.items()}
        yield "an empty class", _values(empty)


def _values(names: dict[str, Any]) -> _Fill:
    """Bind the names; the name "" is the answer itself."""

    def fill(trial: Any) -> None:
        for name, value in names.items():
            if name:
                trial.space[name] = value
            else:
                trial.value = value

    return fill


def _given_value(name: str, accepted: list[Any], change: Callable[[Any], Any]) -> _Fill:
    """A value the learner is given; a changed one only where it does not happen to be right."""

    def fill(trial: Any) -> None:
        made = change(trial.given[name])
        if made is trial.given[name] or not _is_among(made, accepted):
            trial.value = made

    return fill


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


def _is_among(value: Any, accepted: list[Any]) -> bool:
    try:
        return any(_trials.same(value, right) for right in accepted)
    except Exception:
        return False


def _copy(value: Any) -> Any:
    try:
        return copy.deepcopy(value)
    except Exception:
        return value.detach().clone() if hasattr(value, "detach") else value
