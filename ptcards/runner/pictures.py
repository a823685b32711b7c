"""Bounded pictures of values, and how two values differ, in lines that a learner can use."""

from __future__ import annotations

import base64
import difflib
import math
import reprlib
import sys
from typing import Any

TEXT = 300
GRID_ROWS, GRID_COLS = 8, 12
IMAGE_ROWS, IMAGE_COLS = 48, 64
MEASURED = 1 << 22
"""Statistics are taken of at most so many elements: above, of a sample of them."""
LINES = 12
DIFFED = 4000
"""The longest text, or sequence, that is diffed."""
KINDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("none", (type(None),)),
    ("number", (bool, int, float, complex)),
    ("text", (str, bytes, bytearray)),
    ("sequence", (list, tuple, set, frozenset, range)),
    ("mapping", (dict,)),
    ("module", (type(sys),)),
)


class _Brief(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 6
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = self.maxdeque = 40
        self.maxstring = self.maxother = TEXT
        self.maxlong = 80

    def repr_instance(self, x: Any, level: int) -> str:  # noqa: ARG002 - the base class's signature
        text = repr(x)
        return text if len(text) <= TEXT else text[: TEXT - 1] + "…"


_BRIEF = _Brief()


def brief(value: Any) -> str:
    """Python's repr, at most 300 characters, of anything."""
    try:
        kind = type(value)
        own = kind.__module__ == "torch" and kind.__name__ == "Size"
        text = repr(value) if own else _BRIEF.repr(value)
    except BaseException as error:
        text = f"<{type_name(value)}, whose repr raises {type(error).__name__}>"
    text = str(text)
    return text if len(text) <= TEXT else text[: TEXT - 1] + "…"


def type_name(value: Any) -> str:
    kind = type(value)
    module = kind.__module__
    return kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"


def describe(value: Any) -> dict[str, Any]:
    """A value as plain data for a message; never raises, never large."""
    picture: dict[str, Any] = {"kind": kind_of(value), "type": type_name(value), "text": brief(value)}
    try:
        if picture["kind"] == "tensor":
            picture |= _tensor(value)
        elif picture["kind"] == "array":
            picture |= _array(value)
    except Exception:
        picture.setdefault("grid", None)
    return picture


def kind_of(value: Any) -> str:
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    kind = type(value)
    if torch is not None and issubclass(kind, torch.Tensor):
        return "tensor"
    if numpy is not None and issubclass(kind, numpy.ndarray):
        return "array"
    for name, kinds in KINDS:
        if issubclass(kind, kinds):
            return name
    return "callable" if callable(value) else "other"


def _tensor(value: Any) -> dict[str, Any]:
    torch = sys.modules["torch"]
    facts = {
        "dtype": str(value.dtype),
        "shape": list(value.shape),
        "device": str(value.device),
        "requires_grad": bool(value.requires_grad),
    }
    if value.device.type == "meta" or value.is_quantized or value.layout is not torch.strided:
        return facts
    return facts | _contents(value, _numbers(_thinned(value)))


def _numbers(tensor: Any) -> Any:
    """A strided tensor's elements as a NumPy array."""
    plain = tensor.detach()
    if str(plain.dtype).startswith(("torch.bfloat16", "torch.float8")):
        plain = plain.float()
    return plain.cpu().resolve_conj().resolve_neg().numpy()


def _array(value: Any) -> dict[str, Any]:
    facts = {"dtype": str(value.dtype), "shape": list(value.shape)}
    if value.dtype.kind not in "biufc":
        return facts
    return facts | _contents(value, _thinned(value))


def _thinned(value: Any) -> Any:
    """Few enough elements to measure, taken by strides, without making a large array whole."""
    for axis in range(value.ndim):
        total = math.prod(value.shape)
        if total <= MEASURED:
            break
        step = min(value.shape[axis], -(-total // MEASURED))
        index = [slice(None)] * value.ndim
        index[axis] = slice(None, None, step)
        value = value[tuple(index)]
    return value


def _contents(whole: Any, sample: Any) -> dict[str, Any]:
    return {"grid": _grid(whole), "stats": _stats(sample), "image": _image(sample)}


def _grid(value: Any) -> list[list[str]] | None:
    if value.ndim not in (1, 2) or 0 in value.shape:
        return None
    rows = value[None] if value.ndim == 1 else value
    if rows.shape[0] > GRID_ROWS or rows.shape[1] > GRID_COLS:
        return None
    return [[_cell(cell) for cell in row] for row in rows.tolist()]


def _cell(value: Any) -> str:
    digits = {float: ".4g", complex: ".3g"}.get(type(value), "")
    return format(value, digits) if digits else str(value)


def _stats(sample: Any) -> dict[str, Any] | None:
    numpy = sys.modules["numpy"]
    if sample.size == 0 or sample.dtype.kind not in "biuf":
        return None
    with numpy.errstate(all="ignore"):
        numbers = sample.astype(numpy.float64)
        nans = int(numpy.isnan(numbers).sum())
        kept = numbers[~numpy.isnan(numbers)]
        if kept.size == 0:
            return {"least": "nan", "most": "nan", "mean": "nan", "nans": nans}
        found = kept.min(), kept.max(), kept.mean()
    return dict(zip(("least", "most", "mean"), (f"{one:.6g}" for one in found), strict=True)) | {"nans": nans}


def _image(sample: Any) -> dict[str, Any] | None:
    """Half a guess: an image is H x W, H x W x 3 (BGR, as in OpenCV) or 3 x H x W (RGB, as in torch)."""
    numpy = sys.modules["numpy"]
    if sample.dtype.kind not in "biuf" or sample.size == 0:
        return None
    if sample.ndim == 3 and sample.shape[2] in (3, 4) and min(sample.shape[:2]) >= 4:
        picture = sample[:, :, 2::-1]
    elif sample.ndim == 3 and sample.shape[0] == 3 and min(sample.shape[1:]) >= 4:
        picture = sample.transpose(1, 2, 0)
    elif sample.ndim == 2 and min(sample.shape) >= 4:
        picture = numpy.repeat(sample[:, :, None], 3, axis=2)
    else:
        return None
    rows = numpy.linspace(0, picture.shape[0] - 1, min(IMAGE_ROWS, picture.shape[0])).astype(int)
    cols = numpy.linspace(0, picture.shape[1] - 1, min(IMAGE_COLS, picture.shape[1])).astype(int)
    pixels = _as_bytes(picture[rows][:, cols])
    return {"rows": len(rows), "cols": len(cols), "pixels": base64.b64encode(pixels.tobytes()).decode()}


def _as_bytes(picture: Any) -> Any:
    numpy = sys.modules["numpy"]
    if picture.dtype == numpy.uint8:
        return numpy.ascontiguousarray(picture)
    with numpy.errstate(all="ignore"):
        numbers = numpy.nan_to_num(picture.astype(numpy.float64), posinf=0, neginf=0)
        least, most = numbers.min(), numbers.max()
        if least >= 0 and most <= 1:
            least, most = 0.0, 1.0
        scaled = (numbers - least) * (255 / (most - least)) if most > least else numbers * 0
        return scaled.clip(0, 255).astype(numpy.uint8)


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
        return [] if left == right else [f"they differ at character {first + 1}"]
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
    arrays = [_elements(value) for value in (left, right)]
    if any(array is None for array in arrays):
        return lines
    return lines + _of_elements(*arrays)


def _facts(value: Any) -> dict[str, Any]:
    facts = {"shape": tuple(value.shape), "dtype": str(value.dtype)}
    if kind_of(value) == "tensor":
        facts |= {"device": str(value.device), "layout": str(value.layout)}
    return facts


def _broadcasts(left: tuple[int, ...], right: tuple[int, ...]) -> bool:
    pairs = zip(reversed(left), reversed(right), strict=False)
    return all(one in (other, 1) or other == 1 for one, other in pairs)


def _elements(value: Any) -> Any:
    """The elements as a NumPy array; None where there are none to compare, or too many."""
    if math.prod(value.shape) > MEASURED:
        return None
    if kind_of(value) == "array":
        return value if value.dtype.kind in "biufc" else None
    if value.device.type == "meta":
        return None
    plain = value.detach()
    if plain.is_quantized:
        plain = plain.dequantize()
    return _numbers(plain if plain.layout is sys.modules["torch"].strided else plain.to_dense())


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
