"""The helpers a check sees: `same`, `close` and `raises`."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

from ptcards.runner.asserts import Asserts, CheckFailedError
from ptcards.runner.pictures import brief, kind_of

TOLERANCES = {"float16": (1e-3, 1e-5), "bfloat16": (1.6e-2, 1e-5), "float32": (1.3e-6, 1e-5)}
"""Relative and absolute, by dtype (those of `torch.testing`)."""
DOUBLE = (1e-7, 1e-7)


def same(a: Any, b: Any) -> bool:
    """Whether type, dtype, shape and values are the same, NaN equal to NaN."""
    return _alike(a, b, tolerant=False)


def close(a: Any, b: Any) -> bool:
    """As `same`, the values within the dtype's tolerance."""
    return _alike(a, b, tolerant=True)


def raises_with(asserts: Asserts) -> Callable[..., bool]:
    def raises(error: Any, f: Callable[..., Any], /, *args: Any, **kwargs: Any) -> bool:
        """Whether `f(*args)` raises `error`."""
        before = asserts.failure
        try:
            f(*args, **kwargs)
        except error:
            asserts.failure = before
            return True
        except CheckFailedError:
            raise
        except Exception as caught:
            asserts.note = f"raised {type(caught).__name__}: {brief(str(caught))} instead"
            return False
        return False

    return raises


def _alike(a: Any, b: Any, *, tolerant: bool) -> bool:
    if type(a) is not type(b):
        return False
    kind = kind_of(a)
    if kind == "tensor":
        return _tensors(a, b, tolerant=tolerant)
    if kind == "array":
        return _arrays(a, b, tolerant=tolerant)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(_alike(x, y, tolerant=tolerant) for x, y in zip(a, b, strict=True))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_alike(a[key], b[key], tolerant=tolerant) for key in a)
    if isinstance(a, (float, complex)):
        return _numbers(a, b, tolerant=tolerant)
    return a is b or bool(a == b)


def _numbers(a: Any, b: Any, *, tolerant: bool) -> bool:
    if isinstance(a, complex):
        parts = zip((a.real, a.imag), (b.real, b.imag), strict=True)
        return all(_numbers(x, y, tolerant=tolerant) for x, y in parts)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    name = getattr(getattr(a, "dtype", None), "name", "float64")
    relative, absolute = TOLERANCES.get(name, DOUBLE)
    return bool(a == b or (tolerant and math.isclose(a, b, rel_tol=relative, abs_tol=absolute)))


def _tensors(a: Any, b: Any, *, tolerant: bool) -> bool:
    torch = sys.modules["torch"]
    if a.dtype != b.dtype or a.shape != b.shape or a.layout != b.layout:
        return False
    if a is b:
        return True
    if a.device.type == "meta" or b.device.type == "meta":
        return False
    a, b = (_dense(torch, value) for value in (a, b))
    if tolerant and (a.is_floating_point() or a.is_complex()):
        relative, absolute = _tolerance(str(a.dtype).removeprefix("torch."))
        return bool(torch.allclose(a, b, rtol=relative, atol=absolute, equal_nan=True))
    if a.is_floating_point() or a.is_complex():
        return bool(((a == b) | (torch.isnan(a) & torch.isnan(b))).all())
    return bool(torch.equal(a, b))


def _dense(torch: Any, value: Any) -> Any:
    value = value.detach().cpu()
    if value.is_quantized:
        value = value.dequantize()
    if value.layout is not torch.strided:
        value = value.to_dense()
    return value.float() if "float8" in str(value.dtype) else value


def _tolerance(name: str) -> tuple[float, float]:
    return {"complex64": TOLERANCES["float32"]}.get(name) or TOLERANCES.get(name, DOUBLE)


def _arrays(a: Any, b: Any, *, tolerant: bool) -> bool:
    numpy = sys.modules["numpy"]
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind not in "fc":
        return bool(numpy.array_equal(a, b, equal_nan=a.dtype.kind in "mM"))
    relative, absolute = _tolerance(a.dtype.name) if tolerant else (0.0, 0.0)
    with numpy.errstate(all="ignore"):
        return bool(numpy.allclose(a, b, rtol=relative, atol=absolute, equal_nan=True))
