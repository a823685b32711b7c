"""Modules that a script imports and that are not here, as ones that have everything and do nothing."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
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
    """Finds some modules, those of `packages` as such; `make` and `fill` make of a spec what they are."""

    def __init__(
        self,
        finds: Callable[[str], bool],
        *,
        packages: Callable[[str], bool] = lambda _name: True,
        make: Callable[[Any], Any] = lambda _spec: None,
        fill: Callable[[Any], None] = lambda _module: None,
    ) -> None:
        self._finds, self._packages = finds, packages
        self.create_module, self.exec_module = make, fill

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> Any:
        loader: Any = self
        found = self._finds(name)
        return (
            importlib.util.spec_from_loader(name, loader, is_package=self._packages(name)) if found else None
        )
