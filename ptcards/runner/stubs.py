"""Modules that a script imports and that are not here, as ones that have everything and do nothing."""

from __future__ import annotations

import importlib.util
import sys
from typing import Any
from unittest.mock import MagicMock

PASSING = {"tqdm", "trange", "track", "progress_bar"}  # what gives its argument back, and says how far it is


class Stub(MagicMock):
    """A module that is not here, or something of it: any attribute, any call, no elements."""

    def __call__(self, *args: Any, **_named: Any) -> Any:
        decorates = len(args) == 1 and callable(args[0]) and not isinstance(args[0], Stub)
        if args and (decorates or self._mock_name in PASSING):
            return range(args[0]) if isinstance(args[0], int) else args[0]
        return self.return_value

    def __mro_entries__(self, _bases: Any) -> tuple[Any, ...]:
        torch = sys.modules.get("torch")
        return (torch.nn.Module,) if torch is not None and str(self._mock_name).endswith("Module") else ()


class Finder:
    """Finds the modules that are said not to be here, behind all that find some."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> Any:
        if name.partition(".")[0] not in self._names:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: Any) -> Any:
        return Stub(name=spec.name)

    def exec_module(self, _module: Any) -> None:
        return None
