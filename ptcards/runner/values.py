"""What values are, as data: enough to make small ones like them; no code of a learner's class is run."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from types import FunctionType, MethodType, ModuleType
from typing import Any

from ptcards.language import _
from ptcards.runner.layers import MISSING, attribute, made_with, of_torch, parameters_of, state
from ptcards.runner.pictures import type_name
from ptcards.runner.sources import Sources, installed, library_name
from ptcards.runner.stubs import Stub
from ptcards.runner.tensors import CannotError, Facts, array, call, code, sequence, tensor

Path = tuple[str, ...]
MOST_VALUES, MOST_ITEMS, DEEPEST = 400, 12, 8
LONGEST_TEXT, SHORT_TEXT = 400, 24
MOST_SIZES = 6  # numbers in a longer list are no sizes
SECRET = re.compile(r"(?:key|token|auth)$|secret|passw|pwd|credential", re.IGNORECASE)
KEY = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[\w+/=-]{20,}")  # a text that looks like one
PLAIN = (type(None), bool, float, complex, type(Ellipsis), type(NotImplemented))
CONTAINERS = (list, tuple, set, frozenset, dict, range, slice)


class Snapshot:
    """What some names of a namespace are; what they are made of is taken along."""

    def __init__(
        self,
        namespace: Mapping[str, Any],
        sources: Mapping[str, str],
        uses: Callable[[str], Mapping[str, list[Path]]],
        built: Mapping[int, Any],
    ) -> None:
        self._space, self._sources, self._uses, self._built = namespace, Sources(sources), uses, built
        self._names: dict[str, Facts] = {}
        self._whose: dict[str, int] = {}  # the object that a name stands for
        self._cannot: dict[str, str] = {}
        self._notes: list[str] = []
        self._busy = list[int]()
        self._count = 0

    def described(self) -> Facts:
        return {"names": self._names, "cannot": self._cannot, "notes": self._notes}

    def take(self, name: str, paths: Iterable[Path] = ((),), space: Mapping[str, Any] | None = None) -> None:
        """Describe a name, and before it what it is made of."""
        space = self._space if space is None else space
        if name not in space:
            return  # a builtin, or what the statement binds itself
        value = space[name]
        if name in self._whose:
            if self._whose[name] != id(value):
                self._cannot[name] = _("it stands for two things")
            return
        self._whose[name] = id(value)
        try:
            self._names[name] = self.value(value, name, paths)
        except CannotError as error:
            self._cannot[name] = str(error)
        except (Exception, SystemExit) as error:
            self._cannot[name] = f"{type(error).__name__}: {error}"

    def value(self, value: Any, name: str = "", paths: Iterable[Path] = ((),)) -> Facts:
        """One value as data; CannotError where there is no way to make one like it."""
        self._count += 1
        if self._count > MOST_VALUES or len(self._busy) > DEEPEST:
            raise CannotError(_("it holds too much"))
        if id(value) in self._busy:
            raise CannotError(_("it holds itself"))
        self._busy.append(id(value))
        try:
            return self._plain(value, name) or self._of_library(value) or self._other(value, name, [*paths])
        finally:
            self._busy.pop()

    def _plain(self, value: Any, name: str) -> Facts | None:
        """Of Python's own simple types."""
        kind = type(value)
        if kind in PLAIN:
            return code(_number(value))
        if kind is int:
            return {"is": "number", "value": value}
        if kind in (str, bytes):
            if SECRET.search(name) or (kind is str and KEY.fullmatch(value[:LONGEST_TEXT])):
                self._notes.append(_("the text of {} may be a secret: it was left out", name or "?"))
                return code("'...'")
            short = {"short": repr(value[:SHORT_TEXT])} if len(value) > SHORT_TEXT else {}
            return code(repr(value[:LONGEST_TEXT])) | short
        if kind in CONTAINERS or f"{kind.__module__}.{kind.__qualname__}" == "collections.OrderedDict":
            return self._container(value, name)
        return None

    def _container(self, value: Any, name: str) -> Facts:
        kind = type(value)
        if kind in (slice, range):
            return call(kind.__name__, *map(self.value, (value.start, value.stop, value.step)))
        if issubclass(kind, dict):
            found = [*value.items()][:MOST_ITEMS]
            items = [
                [self.value(key), self.value(one, key if type(key) is str else "")] for key, one in found
            ]
            return {"is": "dict", "items": items, "length": len(value)}
        parts = [self.value(one, name) for one in [*value][:MOST_ITEMS]]
        if len(value) > MOST_SIZES:
            parts = [one | {"is": "place"} if one["is"] == "number" else one for one in parts]
        return {"is": kind.__name__, "items": parts, "length": len(value)}

    def _of_library(self, value: Any) -> Facts | None:
        """Of NumPy and torch: tensors, dtypes, devices, single numbers."""
        kind, torch, numpy = type(value), sys.modules.get("torch"), sys.modules.get("numpy")
        if torch:
            if kind in (torch.Tensor, torch.nn.Parameter):
                return tensor(value)
            if kind is torch.Size:
                return call("torch.Size", self.value([*value]))
            if kind is torch.device:
                return code(f"torch.device({str(value)!r})")
            if kind in (torch.dtype, torch.layout, torch.memory_format):
                return code(str(value))
        if numpy:
            if kind is numpy.ndarray:
                return array(value)
            if issubclass(kind, numpy.generic) and kind.__module__ == "numpy":
                return code(f"np.{kind.__name__}({_number(value.item())})")
            if issubclass(kind, numpy.dtype):
                return code(f"np.dtype({str(value)!r})")
        return None

    def _other(self, value: Any, name: str, paths: list[Path]) -> Facts:  # noqa: PLR0911 - one for each
        """Modules, classes, functions and objects."""
        kind = type(value)
        if issubclass(kind, ModuleType):
            if installed(value):
                module = attribute(value, "__name__", name)
                return {"is": "import", "line": f"import {module}", "name": module}
            return self._attributes(value, paths)
        if issubclass(kind, Stub):
            raise CannotError(_("its module is not here"))
        if found := library_name(value):
            module, own = found
            line = {"is": "import", "line": f"from {module} import {own}", "name": own}
            return code(own) if module == "builtins" else line
        if issubclass(kind, type):
            text, space = self._sources.of_class(value)
            return self._sourced(value.__name__, text, space)
        if kind is MethodType:
            return {"is": "attribute", "of": self.value(value.__self__), "name": value.__func__.__name__}
        if kind is FunctionType:
            text, space = self._sources.of_function(value)
            return self._sourced(value.__code__.co_name, text, space)
        if kind is partial:
            named = {one: self.value(it, one) for one, it in value.keywords.items()}
            return call("functools.partial", self.value(value.func), *map(self.value, value.args), **named)
        if (known := library_name(kind)) and known[0].startswith("torch."):
            seen = self._built.get(id(value), {})
            return of_torch(value, ".".join(known), self.value, self._parameters, seen)
        if paths and all(paths):  # never itself, only what it holds
            with suppress(CannotError):
                return self._attributes(value, paths)
        if known or kind.__module__ == "builtins":
            raise CannotError(_("a {} cannot be made from what it holds", type_name(value)))
        return self._instance(value)

    def _sourced(self, name: str, text: str, space: Mapping[str, Any]) -> Facts:
        for one, paths in self._uses(text).items():
            if one != name:
                self.take(one, paths, space)
        facts = {"is": "source", "name": name, "text": text}
        return {"is": "lambda", "text": text} if name == "<lambda>" else facts

    def _attributes(self, value: Any, paths: list[Path]) -> Facts:
        """An object of which only attributes are asked: something that has these."""
        held: dict[str, list[Path]] = {}
        for first, *rest in filter(None, paths):
            held.setdefault(first, []).append(tuple(rest))
        found = {}
        for name, further in held.items():
            one = attribute(value, name, MISSING)
            if one is MISSING:
                raise CannotError(_("`{}` is not one of its own", name))
            found[name] = self.value(one, name, further)
        return {"is": "call", "function": "SimpleNamespace", "args": [], "named": found}

    def _instance(self, value: Any) -> Facts:
        """An object of the user's own class, made by its constructor."""
        kind = type(value)
        name = kind.__name__
        self.take(name, space={name: kind})
        if name in self._cannot:
            raise CannotError(self._cannot[name])
        given = self._built.get(id(value))
        given = made_with(value, kind.__init__) if given is None else given
        return call(name, **{one: self.value(it, one) for one, it in given.items()}) | state(value)

    def _parameters(self, held: list[int]) -> Facts:
        """The parameters that an optimizer changes: all of a module's, or those that have names."""
        torch = sys.modules["torch"]
        for name, one in self._space.items():
            if issubclass(type(one), torch.nn.Module) and [*map(id, parameters_of(one))] == held:
                self.take(name)
                return code(f"{name}.parameters()")
        names = {id(one): name for name, one in self._space.items() if issubclass(type(one), torch.Tensor)}
        if missing := [one for one in held if one not in names]:
            raise CannotError(
                _("whose parameters it changes is not known: {} of {}", len(missing), len(held))
            )
        for one in held:
            self.take(names[one])
        return sequence([code(names[one]) for one in held])


def _number(value: Any) -> str:
    if type(value) is float and not math.isfinite(value):
        return f"float({str(value)!r})"
    return "..." if value is Ellipsis else repr(value)
