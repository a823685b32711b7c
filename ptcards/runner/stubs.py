"""Modules that a script imports and that are not here, as ones that have everything and do nothing."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

PASSING = {"tqdm", "trange", "track", "progress_bar"}  # what gives its argument back, and says how far it is


class Stub:
    """Something of a module that is not here: any attribute, any call, no elements."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Stub(name)

    def __call__(self, *args: Any, **_named: Any) -> Any:
        decorates = len(args) == 1 and callable(args[0]) and not isinstance(args[0], Stub)
        if args and (decorates or self.__name__ in PASSING):
            return range(args[0]) if isinstance(args[0], int) else args[0]
        return Stub(self.__name__)

    def __mro_entries__(self, _bases: Any) -> tuple[Any, ...]:
        torch = sys.modules.get("torch")
        return (torch.nn.Module,) if torch is not None and self.__name__.endswith("Module") else ()

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __getitem__(self, _at: Any) -> Any:
        return Stub(self.__name__)

    def __setitem__(self, _at: Any, _value: Any) -> None:
        return None

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class Finder:
    """Finds the modules that are said not to be here, behind all that find some."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> Any:
        if name.partition(".")[0] not in self._names:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, _spec: Any) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        found: dict[str, Any] = {}

        def any_of_it(name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return found.setdefault(name, Stub(name))

        vars(module)["__getattr__"] = any_of_it
