"""A catalogue of values for checks: each list holds the kinds that mistakes forget, and is made anew."""

from __future__ import annotations

import importlib
from typing import Any


def ints() -> list[int]:
    return [0, 1, -1, 2, 3, -7, 10, 100, 255, 256, 1000]


def floats(*, nan: bool = False) -> list[float]:
    found = [0.0, 1.0, -1.0, 0.5, -2.5, 2.675, 3.14159265, -1234.56789, 1e-9, 1e16]
    return [*found, float("nan")] if nan else found


def texts() -> list[str]:
    quotes = ["it's", 'say "hi"', "both ' and \"", "back\\slash", "new\nline", "a\tb"]
    return ["", "a", "Hello", " two  words ", *quotes, "naïve 中文 🎈", "0", "None"]


def falsy() -> list[Any]:
    return [None, False, 0, 0.0, "", [], (), {}, set()]


def shapes() -> list[tuple[int, ...]]:
    return [(), (1,), (3,), (2, 3), (3, 1), (1, 4), (2, 3, 4), (2, 1, 3, 2), (0,), (0, 3)]


def arrays() -> list[Any]:
    """float32 of every shape, negative numbers and rows that differ among them; then other dtypes."""
    numpy: Any = importlib.import_module("numpy")
    counted = [numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape) for shape in shapes()]
    found = [numpy.asarray((count - 2) * 0.75, "float32") for count in counted]
    small = numpy.arange(6).reshape(2, 3)
    return [*found, *(small.astype(dtype) for dtype in ("float64", "int64", "uint8")), small % 4 == 1]


def tensors() -> list[Any]:
    """As `arrays`."""
    torch: Any = importlib.import_module("torch")
    return [torch.tensor(array) for array in arrays()]
