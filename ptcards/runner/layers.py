"""What torch's own objects were made with, read from what they hold: layers, losses, optimizers, loaders."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import Any

from ptcards.language import _
from ptcards.runner.pictures import type_name
from ptcards.runner.tensors import CannotError, Facts, call, code, sequence

Describe = Callable[..., Facts]  # a value, and perhaps the name it is held by
PLACES = {
    "TransformerEncoderLayer": {"d_model": "self_attn.embed_dim", "nhead": "self_attn.num_heads"}
    | {"dim_feedforward": "linear1.out_features", "batch_first": "self_attn.batch_first"}
}
"""Where a layer keeps what it was made with, in case that is not by the same name."""
SIMPLE = (int, float, bool, str, tuple, type(None))
OF_TORCH = ("device", "dtype", "_weight", "mode")  # arguments that are told otherwise, or not at all
MISSING = object()
OF_OPTIMIZERS = ("lr", "momentum", "weight_decay")


def attribute(value: Any, name: str, missing: Any = None) -> Any:
    """What an object holds by a name, found without its own `__getattr__`."""
    with suppress(Exception):
        held = object.__getattribute__(value, "__dict__")
        held = ModuleType.__getattribute__(value, "__dict__") if issubclass(type(value), ModuleType) else held
        if name in held:
            return held[name]
        for part in ("_modules", "_parameters", "_buffers"):
            if name in held.get(part, ()):
                return held[part][name]
    return missing


def made_with(value: Any, init: Any, seen: Mapping[str, Any] = {}) -> dict[str, Any]:
    """The arguments of a constructor: as they were seen, else as the object holds them; or CannotError."""
    if type(init) is not FunctionType:
        return {}
    found, places = {}, PLACES.get(type(value).__name__, {})
    for name, one in [*inspect.signature(init).parameters.items()][1:]:
        if one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL) or name in OF_TORCH:
            continue
        held: Any = value
        for part in places.get(name, name).split("."):
            held = attribute(held, part, MISSING)
        held = attribute(value, f"_{name}", MISSING) if held is MISSING else held
        biases = attribute(value, "_parameters", {})
        if name == "bias" and one.default is True and {"bias", "in_proj_bias"} & {*biases}:
            held = biases.get("bias", biases.get("in_proj_bias")) is not None
        held = seen.get(name, held if name == "normalized_shape" else _single(held))
        default = one.default
        if held is MISSING and default is one.empty:
            raise CannotError(_("what it was made with is not known: {}", name))
        same = type(held) is type(default) and type(held) in SIMPLE and held == default
        if held is not MISSING and held is not default and not same:
            found[name] = held
    width = found.get("embed_dim")
    return {name: one for name, one in found.items() if name not in ("kdim", "vdim") or one != width}


def parameters_of(value: Any) -> list[Any]:
    """The parameters of a module, in their order, each once."""
    found = {id(one): one for one in attribute(value, "_parameters", {}).values() if one is not None}
    for child in attribute(value, "_modules", {}).values():
        found |= {id(one): one for one in parameters_of(child)} if child is not None else {}
    return [*found.values()]


def state(value: Any) -> Facts:
    """What a layer was changed to after it was made: its mode, and the dtype of its parameters."""
    torch = sys.modules.get("torch")
    if torch is None or not issubclass(type(value), torch.nn.Module):
        return {}
    after = [] if attribute(value, "training", True) else [".eval()"]
    found = parameters_of(value)
    if found and found[0].device.type == "meta":
        after.append(".to('meta')")
    if found and found[0].dtype is not torch.get_default_dtype():
        after.append(f".to({found[0].dtype})")
    if found and not any(one.requires_grad for one in found):
        after.append(".requires_grad_(False)")
    facts: Facts = {"after": after} if after else {}
    return facts | ({"gradients": True} if any(one.grad is not None for one in found) else {})


def of_torch(
    value: Any,
    name: str,
    describe: Describe,
    owner: Callable[[list[int]], Facts],
    seen: Mapping[str, Any] = {},
) -> Facts:
    """An object of one of torch's own classes as the call that makes one like it."""
    torch, kind = sys.modules["torch"], type(value)
    data = torch.utils.data
    if issubclass(kind, torch.nn.Module):
        return _layer(value, name, describe, seen) | state(value)
    if issubclass(kind, torch.optim.Optimizer):
        held = [id(one) for group in value.param_groups for one in group["params"]]
        named = {one: describe(it) for one, it in value.defaults.items() if one in OF_OPTIMIZERS and it}
        return call(name, owner(held), **named)
    if kind is data.TensorDataset:
        return call(name, *map(describe, value.tensors))
    if kind is data.Subset:
        return call(name, describe(value.dataset), describe(value.indices))
    if kind is data.DataLoader:
        named = {"batch_size": describe(value.batch_size)}
        named |= {"shuffle": code("True")} if type(value.sampler) is data.RandomSampler else {}
        named |= {"drop_last": code("True")} if value.drop_last else {}
        gather = value.collate_fn
        if type(gather) is FunctionType and not gather.__module__.startswith("torch."):
            named["collate_fn"] = describe(gather)
        return call(name, describe(value.dataset), **named)
    raise CannotError(_("a {} cannot be made from what it holds", type_name(value)))


def _layer(value: Any, name: str, describe: Describe, seen: Mapping[str, Any]) -> Facts:
    torch, kind = sys.modules["torch"], type(value)
    children: Mapping[str, Any] = attribute(value, "_modules", {})
    containers = torch.nn.Sequential, torch.nn.ModuleList, torch.nn.ModuleDict
    inside = [_inner(value, describe(one)) for one in children.values()] if kind in containers else []
    if kind is torch.nn.ModuleDict:
        items = [[code(repr(key)), facts] for key, facts in zip(children, inside)]
        return call(name, {"is": "dict", "items": items, "length": len(items)})
    if kind in containers:
        return call(name, *(inside if kind is torch.nn.Sequential else [sequence(inside)]))
    init = torch.nn.RNNBase.__init__ if issubclass(kind, torch.nn.RNNBase) else kind.__init__
    made = made_with(value, init, seen)
    required = [one for one, it in inspect.signature(init).parameters.items() if it.default is it.empty]
    args = [describe(made.pop(one)) for one in required if one in made]
    return call(name, *args, **{one: describe(it) for one, it in made.items()})


def _inner(outer: Any, facts: Facts) -> Facts:
    """A layer in another, without what the other is changed to: its layers come along."""
    changed = state(outer).get("after", ())
    return facts | {"after": [one for one in facts.get("after", ()) if one not in changed]}


def _single(value: Any) -> Any:
    """3 for (3, 3), as it is mostly written."""
    return value[0] if type(value) is tuple and value and all(one == value[0] for one in value) else value
