"""Whether an answer replaced what its check relies on: functions of libraries, the import system, threads."""

from __future__ import annotations

import builtins
import gc
import sys
import threading
from operator import is_
from typing import Any

CORE = (
    "builtins",
    "math",
    "operator",
    "functools",
    "random",
    "copy",
    "torch",
    "torch._C",
    "torch.nn",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.testing",
    "torch.linalg",
    "torch.fft",
    "torch.special",
    "torch.autograd",
    "torch.optim",
    "torch.utils.data",
    "numpy",
    "numpy.testing",
    "numpy.linalg",
    "numpy.fft",
    "numpy.random",
    "cv2",
)
CLASSES = (
    ("torch", "Tensor"),
    ("torch._C", "TensorBase"),
    ("torch.nn", "Module"),
    ("torch.nn", "Parameter"),
    ("builtins", "BaseException"),
)
LIBRARIES = ("torch", "numpy", "cv2")
PASSING = frozenset(
    {
        "__builtins__",
        "_",
        "__warningregistry__",
        "__annotations__",
        "__dict__",
        "__weakref__",
        "__slotnames__",
    }
)


class Audit:
    """The identities of everything relied on, taken before the answer and compared after."""

    def __init__(self) -> None:
        self._owners: dict[str, tuple[Any, dict[str, Any], list[Any]]] = {}
        self._modules = {name: sys.modules[name] for name in CORE if name in sys.modules}
        for name in self._modules:
            self.watch(name)
        for module, name in CLASSES:
            if module in sys.modules and hasattr(sys.modules[module], name):
                self._keep(f"{module}.{name}".removeprefix("builtins."), getattr(sys.modules[module], name))
        for name in [name for name in sys.modules if name.startswith("ptcards.runner.")]:
            self.watch(name)
        self._forwards = _forwards()
        self._builtins = vars(builtins), dict(vars(builtins))
        self._mended = ""
        self._idle: frozenset[str] = frozenset()
        self._imports = self._import_system()
        self._path_list, self._path = sys.path, list(sys.path)
        self._threads = len(sys._current_frames())

    def look_only_at(self, sources: str) -> None:
        """Leave out the large libraries that no code of the card names: nothing of it can rest on them."""
        self._idle = frozenset(name for name in LIBRARIES if name not in sources)

    def watch(self, name: str) -> None:
        """Watch one more module, if it is loaded: what the check imports."""
        if name in sys.modules and name not in self._owners:
            module = self._modules[name] = sys.modules[name]
            self._keep(name, module)
            if name not in CORE and not name.startswith("ptcards."):
                for value in [*vars(module).values()]:
                    if isinstance(value, type) and value.__module__ == name:
                        self._keep(f"{name}.{value.__qualname__}", value)

    def _keep(self, name: str, owner: Any) -> None:
        held = dict(vars(owner))
        self._owners[name] = (owner, held, [*held.values()])

    @staticmethod
    def _import_system() -> tuple[Any, ...]:
        return tuple(sys.meta_path), tuple(sys.path_hooks), builtins.__import__, tuple(gc.callbacks)

    def mend_builtins(self) -> None:
        """Put the builtins back first of all: everything of ours stands on them."""
        now, held = self._builtins
        for name in held:
            if now.get(name) is not held[name]:
                now[name] = held[name]
                self._mended = self._mended or f"builtins.{name}"
        for name in [*now]:
            if name not in held:
                del now[name]

    def replaced(self) -> str:
        """What was replaced, to be read after "the answer replaced"; "" when all is as it was."""
        if self._mended:
            return self._mended
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                return f"the module {name}"
        for name, (owner, held, values) in self._owners.items():
            if name.partition(".")[0] in self._idle:
                continue
            now = vars(owner)
            unchanged = len(now) == len(values) and all(map(is_, now.values(), values))
            if not unchanged and (changed := _changed(owner, held)):
                return f"{name}.{changed}"
        if self._import_system() != self._imports:
            return "the import system (sys.meta_path, sys.path_hooks or gc.callbacks)"
        return self._replaced_layer()

    def _replaced_layer(self) -> str:
        for cls, forward in () if "torch" in self._idle else self._forwards:
            if vars(cls).get("forward") is not forward:
                return f"torch.nn.{cls.__name__}.forward"
        return ""

    def accept_path(self) -> None:
        """What the card itself did to the module path stays."""
        self._path_list, self._path = sys.path, list(sys.path)

    def put_back_path(self) -> None:
        if sys.path is not self._path_list or sys.path != self._path:
            sys.path = self._path_list
            sys.path[:] = self._path
            sys.path_importer_cache.clear()

    @staticmethod
    def modes_left() -> bool:
        """Whether torch asks someone else first; a default device is no such mode."""
        if "torch" not in sys.modules:
            return False
        overrides, dispatch = sys.modules["torch.overrides"], sys.modules["torch.utils._python_dispatch"]
        named = [type(mode).__name__ for mode in overrides._get_current_function_mode_stack()]
        return any(name != "DeviceContext" for name in named) or bool(
            dispatch._get_current_dispatch_mode_stack()
        )

    def threads_left(self) -> int:
        sys.settrace(None)
        sys.setprofile(None)
        threading.settrace(None)
        return len(sys._current_frames()) - self._threads


def _forwards() -> list[tuple[type, Any]]:
    """What each layer and loss of torch computes."""
    names = vars(sys.modules["torch.nn"]).values() if "torch.nn" in sys.modules else ()
    return [(one, vars(one).get("forward")) for one in names if isinstance(one, type)]


def _changed(owner: Any, held: dict[str, Any]) -> str:
    """The first function or class that is another now, or a method that hides an inherited one."""
    now: dict[str, Any] = dict(vars(owner))
    is_class = isinstance(owner, type)
    for name, value in held.items():
        if name in PASSING or now.get(name, _MISSING) is value or _own_doing(name, now.get(name)):
            continue
        if is_class or callable(value) or isinstance(value, type(sys)):
            return name
    if is_class:
        for name in now:
            hides = any(name in vars(base) for base in owner.__mro__[1:])
            if name not in held and name not in PASSING and hides:
                return name
    return ""


def _own_doing(name: str, value: Any) -> bool:
    """What torch changes in itself: its default storage, and what its compiler wraps."""
    code = getattr(value, "__code__", None)
    wrapped = code is not None and "/torch/_dynamo/" in code.co_filename
    return wrapped or (name == "Storage" and getattr(value, "__module__", "") == "torch")


_MISSING = object()
