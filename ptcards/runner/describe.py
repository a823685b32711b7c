"""Bounded pictures of values: short reprs, small grids, downsampled images, whatever the value is."""

from __future__ import annotations

import base64
import reprlib
import sys
from typing import Any

TEXT = 300
GRID_ROWS, GRID_COLS = 8, 12
IMAGE_ROWS, IMAGE_COLS = 48, 64
MEASURED = 1 << 22
"""Statistics are taken of at most so many elements: above, of a sample of them."""


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
    except Exception as error:
        text = f"<{type_name(value)}, whose repr raises {type(error).__name__}>"
    text = str(text)
    return text if len(text) <= TEXT else text[: TEXT - 1] + "…"


def type_name(value: Any) -> str:
    kind = type(value)
    module = kind.__module__
    return kind.__qualname__ if module in ("builtins", "__main__") else f"{module}.{kind.__qualname__}"


def describe(value: Any) -> dict[str, Any]:
    """A value as plain data for a frame; never raises, never large."""
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
    for name, kinds in (
        ("none", (type(None),)),
        ("number", (bool, int, float, complex)),
        ("text", (str, bytes, bytearray)),
        ("sequence", (list, tuple, set, frozenset, range)),
        ("mapping", (dict,)),
        ("module", (type(sys),)),
    ):
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
    plain = value.detach()
    if plain.dtype is torch.bfloat16 or "float8" in str(plain.dtype):
        plain = plain.float()
    sample = _thinned(plain)
    return facts | _contents(plain, sample.cpu().resolve_conj().resolve_neg().numpy())


def _array(value: Any) -> dict[str, Any]:
    facts = {"dtype": str(value.dtype), "shape": list(value.shape)}
    if value.dtype.kind not in "biufc":
        return facts
    return facts | _contents(value, _thinned(value))


def _thinned(value: Any) -> Any:
    """Few enough elements to look at, taken by strides, without making a large array whole."""
    for axis in range(value.ndim):
        total = 1
        for size in value.shape:
            total *= size
        if total <= MEASURED:
            break
        step = min(value.shape[axis], -(-total // MEASURED))
        index = [slice(None)] * value.ndim
        index[axis] = slice(None, None, step)
        value = value[tuple(index)]
    return value


def _contents(whole: Any, sample: Any) -> dict[str, Any]:
    return {"grid": _grid(whole), "stats": _stats(sample), "image": _image(sample)}


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, complex):
        return f"{value:.3g}"
    return str(value)


def _grid(value: Any) -> list[list[str]] | None:
    if value.ndim not in (1, 2) or 0 in value.shape:
        return None
    rows = value[None] if value.ndim == 1 else value
    if rows.shape[0] > GRID_ROWS or rows.shape[1] > GRID_COLS:
        return None
    return [[_cell(cell) for cell in row] for row in rows.tolist()]


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
