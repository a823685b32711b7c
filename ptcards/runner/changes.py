"""What an answer changed of what it was given: by the expressions that tell, in the process where it runs."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import Any

from ptcards.runner.helpers import random_state, surely_same
from ptcards.runner.pictures import kind_of
from ptcards.runner.protocol import MARK

MOST = 4  # expressions
Held = dict[str, Any]
"""By expression, with `{}` for the name that it begins with, a copy of its value."""


def held(space: Mapping[str, Any]) -> dict[str, Held]:
    """Copies of what all data in a namespace is now, by name."""
    found, go_back = {}, random_state()[1]
    for name, value in list(space.items()):
        if not name.startswith("_") and not isinstance(value, (ModuleType, FunctionType, type)):
            found[name] = parts_of(value)
    go_back()
    return found


def tell(was: Mapping[str, Held], space: Mapping[str, Any]) -> None:
    """Print, as JSON, each expression with another value than it had, its name apart from it."""
    now = held(space)
    changed = [
        (name, text)
        for name, parts in now.items()
        for text, value in parts.items()
        if name not in was or text not in was[name] or not surely_same(was[name][text], value)
    ]
    changed.sort(key=lambda one: one[1] != "{}")  # a value itself before what an object holds
    print(MARK + json.dumps(changed[:MOST]))  # noqa: T201 - what is printed is how it is told


def parts_of(value: Any, depth: int = 2) -> Held:
    """Copies of all that code may change of a value, by expression."""
    torch: Any = sys.modules.get("torch")
    kind, parts = kind_of(value), Held()
    with suppress(Exception):
        if kind == "tensor":
            parts["{}"] = value.detach().clone()
            parts["{}.requires_grad"] = value.requires_grad
            if value.is_leaf:
                parts["{}.grad"] = None if value.grad is None else value.grad.clone()
        elif torch and isinstance(value, torch.nn.Module):
            parts["{}.state_dict()"] = copy.deepcopy(value.state_dict())
            for name in ("grad", "requires_grad"):
                of_each = [getattr(one, name) for one in value.parameters()]
                parts[f"[one.{name} for one in {{}}.parameters()]"] = copy.deepcopy(of_each)
            parts["{}.training"] = value.training
        elif torch and isinstance(value, torch.optim.Optimizer):
            parts["{}.state_dict()"] = copy.deepcopy(value.state_dict())
        elif kind not in ("other", "callable"):
            parts["{}"] = copy.deepcopy(value)
        elif depth and hasattr(value, "__dict__"):
            for name, one in list(vars(value).items()):
                inner = parts_of(one, depth - 1) if name.isidentifier() and not name.startswith("_") else {}
                parts |= {text.replace("{}", f"{{}}.{name}"): part for text, part in inner.items()}
    return parts
