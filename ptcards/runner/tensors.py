"""What tensors and arrays are, as data: shape, dtype, how they lie in memory, the range of their elements."""

from __future__ import annotations

import math
import sys
from contextlib import suppress
from typing import Any

from ptcards.language import _
from ptcards.runner.pictures import sampled

Facts = dict[str, Any]
MOST_ELEMENTS, BLOCK, SMALL = 1 << 22, 8, 24


class CannotError(Exception):
    """A value that can't be made small; the message says why."""


def call(function: str, *args: Facts, **named: Facts) -> Facts:
    return {"is": "call", "function": function, "args": [*args], "named": named}


def code(text: str) -> Facts:
    return {"is": "code", "code": text}


def sequence(items: list[Facts]) -> Facts:
    return {"is": "list", "items": items, "length": len(items)}


def tensor(value: Any) -> Facts:
    torch = sys.modules["torch"]
    if value.layout is not torch.strided:
        raise CannotError(_("an array of {} is not made small", value.layout))
    facts: Facts = {"is": "tensor", "shape": [*value.shape], "dtype": str(value.dtype).partition(".")[2]}
    facts |= {"grad": bool(value.requires_grad), "leaf": bool(value.is_leaf)}
    facts |= {"parameter": type(value) is torch.nn.Parameter, "device": str(value.device)}
    if value.is_leaf and value.grad is not None:
        facts["gradient"] = tensor(value.grad)
    facts |= _order([*value.shape], [*value.stride()])
    if value.device.type != "meta":
        plain = value.detach()
        facts |= _elements(
            plain, value.numel(), floats=value.dtype.is_floating_point, odd=value.dtype.is_complex
        )
    return facts


def array(value: Any) -> Facts:
    facts: Facts = {"is": "array", "shape": [*value.shape], "dtype": str(value.dtype)}
    kind = value.dtype.kind
    if kind not in "biufc":
        if value.size > SMALL or kind not in "US":
            raise CannotError(_("an array of {} is not made small", value.dtype))
        return facts | {"block": value.tolist()}
    if value.size:
        facts |= _order([*value.shape], [one // value.itemsize for one in value.strides])
    return facts | _elements(value, value.size, floats=kind == "f", odd=kind == "c")


def _order(shape: list[int], strides: list[int]) -> Facts:
    """How the elements lie, where not one after the other: `flips`, `expanded`, `order`."""
    dims = [dim for dim in range(len(shape)) if shape[dim] > 1]
    facts: Facts = {}
    if flips := [dim for dim in dims if strides[dim] < 0]:
        facts["flips"] = flips
    if expanded := [dim for dim in dims if strides[dim] == 0]:
        facts["expanded"] = expanded
    dims = [dim for dim in dims if strides[dim]]
    order = sorted(dims, key=lambda dim: -abs(strides[dim]))
    if order != dims:
        whole = iter(order)
        facts["order"] = [next(whole) if dim in dims else dim for dim in range(len(shape))]
    return facts


def _elements(value: Any, count: int, *, floats: bool, odd: bool) -> Facts:
    """The range of the elements, whether they are whole numbers, and those that come first."""
    if not count or odd:
        return {}
    few = sampled(value, MOST_ELEMENTS)
    facts: Facts = {}
    corner = value[tuple(slice(0, BLOCK) for _dim in value.shape)] if value.ndim else value
    sample = sampled(few, 4096).flatten().tolist()
    facts["whole"] = all(type(one) is not float or one.is_integer() for one in sample)
    with suppress(Exception):
        low, high = few.min().item(), few.max().item()
        facts |= {"low": low, "high": high}
    if floats and any(math.isnan(one) or math.isinf(one) for one in sample):
        facts = {name: one for name, one in facts.items() if name not in ("low", "high")} | {"odd": True}
    if (facts["whole"] or count <= SMALL or facts.get("odd")) and math.prod(corner.shape) <= 8 * SMALL:
        facts["block"] = [_exact(one) for one in corner.flatten().tolist()]
        facts["corner"] = [*corner.shape]
    return facts


def _exact(value: Any) -> Any:
    if type(value) is float:
        return str(value) if not math.isfinite(value) else float(f"{value:.4g}")
    return value
