"""How two values differ, in lines a learner can use."""

from __future__ import annotations

import difflib
import sys
from typing import Any

from ptcards.runner.describe import brief, kind_of, type_name

LINES = 12
COMPARED = 1 << 22
DIFFED = 4000
"""The longest text, or sequence, that is diffed."""


def differences(left: Any, right: Any) -> tuple[str, ...]:
    """At most 12 lines on how two values differ; () where there is nothing to add to their reprs."""
    try:
        kinds = {kind_of(left), kind_of(right)}
        if kinds <= {"tensor", "array"} and len(kinds) == 1:
            return tuple(_of_arrays(left, right))[:LINES]
        if kinds == {"text"} and type(left) is type(right):
            return tuple(_of_texts(str(left), str(right)))[:LINES]
        if kinds == {"sequence"} and isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
            return tuple(_of_sequences(left, right))[:LINES]
        if kinds == {"mapping"}:
            return tuple(_of_mappings(left, right))[:LINES]
        if "tensor" in kinds or "array" in kinds:
            return () if left is right else (f"types: {type_name(left)} and {type_name(right)}",)
    except Exception:
        return ()
    return ()


def _of_texts(left: str, right: str) -> list[str]:
    if len(left) > DIFFED or len(right) > DIFFED:
        return [f"lengths: {len(left)} and {len(right)} characters"]
    if "\n" not in left and "\n" not in right and max(len(left), len(right)) <= 60:
        first = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), None)
        first = min(len(left), len(right)) if first is None else first
        return [] if left == right else [f"they part at character {first + 1}"]
    lines = difflib.ndiff(right.splitlines(), left.splitlines())
    return [line for line in lines if not line.startswith("  ")]


def _of_sequences(left: Any, right: Any) -> list[str]:
    lines = []
    if not isinstance(left, type(right)) and not isinstance(right, type(left)):
        lines.append(f"types: {type_name(left)} and {type_name(right)}")
    if len(left) != len(right):
        lines.append(f"lengths: {len(left)} and {len(right)}")
    for index, (one, other) in enumerate(zip(left[:DIFFED], right[:DIFFED], strict=False)):
        if type(one) is not type(other) or brief(one) != brief(other):
            lines.append(f"first differing item, [{index}]: {brief(one)} and {brief(other)}")
            break
    return lines


def _of_mappings(left: Any, right: Any) -> list[str]:
    lines = [f"key {brief(key)} is only on the left" for key in left if key not in right]
    lines += [f"key {brief(key)} is only on the right" for key in right if key not in left]
    for key in left:
        if key in right and brief(left[key]) != brief(right[key]):
            lines.append(f"first differing value, [{brief(key)}]: {brief(left[key])} and {brief(right[key])}")
            break
    return lines


def _of_arrays(left: Any, right: Any) -> list[str]:
    lines: list[str] = []
    one, other = (_facts(value) for value in (left, right))
    lines += [f"{name}: {one[name]} and {other[name]}" for name in one if one[name] != other[name]]
    if one["shape"] != other["shape"]:
        if _broadcasts(one["shape"], other["shape"]):
            lines.append("these only match by broadcasting")
        return lines
    arrays = [_as_numpy(value) for value in (left, right)]
    if any(array is None for array in arrays):
        return lines
    return lines + _of_elements(*arrays)


def _facts(value: Any) -> dict[str, Any]:
    return {
        "shape": tuple(value.shape),
        "dtype": str(value.dtype),
        "device": str(value.device) if kind_of(value) == "tensor" else None,
    }


def _broadcasts(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    pairs = zip(reversed(left), reversed(right), strict=False)
    return all(one in (other, 1) or other == 1 for one, other in pairs)


def _as_numpy(value: Any) -> Any:
    """The elements as a NumPy array of at most float64's breadth; None where there are none to compare."""
    numpy = sys.modules["numpy"]
    elements = 1
    for size in value.shape:
        elements *= size
    if elements > COMPARED:
        return None
    if kind_of(value) == "array":
        return value if value.dtype.kind in "biufc" else None
    torch = sys.modules["torch"]
    if value.device.type == "meta":
        return None
    plain = value.detach()
    if plain.is_quantized:
        plain = plain.dequantize()
    if plain.layout is not torch.strided:
        plain = plain.to_dense()
    if plain.dtype is torch.bfloat16 or "float8" in str(plain.dtype):
        plain = plain.float()
    return numpy.asarray(plain.cpu().resolve_conj().resolve_neg().numpy())


def _of_elements(left: Any, right: Any) -> list[str]:
    numpy = sys.modules["numpy"]
    lines = []
    with numpy.errstate(all="ignore"):
        nan_left, nan_right = numpy.isnan(left), numpy.isnan(right)
        differ = (left != right) & ~(nan_left & nan_right)
        count = int(differ.sum())
        if not count:
            return []
        lines.append(f"{count} of {differ.size} elements differ")
        index = tuple(int(part) for part in numpy.argwhere(differ)[0])
        lines.append(f"first at {list(index)}: {left[index].item()!r} and {right[index].item()!r}")
        wide = numpy.complex128 if "c" in (left.dtype.kind, right.dtype.kind) else numpy.float64
        gap = numpy.abs(left.astype(wide) - right.astype(wide))
        finite = numpy.isfinite(gap) & differ
        if finite.any():
            size = numpy.abs(right.astype(wide))[finite]
            # Beside a zero no difference has a relative size.
            relative = f" (relative {(gap[finite] / size).max():.3g})" if (size > 0).all() else ""
            lines.append(f"largest difference: {gap[finite].max():.6g}{relative}")
        if int(nan_left.sum()) != int(nan_right.sum()):
            lines.append(f"NaNs: {int(nan_left.sum())} and {int(nan_right.sum())}")
    return lines
