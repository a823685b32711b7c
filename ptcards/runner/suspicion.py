"""Objects that are not what they seem: equal to anything, or tensors that lie about themselves."""

from __future__ import annotations

import operator
import sys
from itertools import islice
from types import FunctionType
from typing import Any

DEPTH, ITEMS = 4, 200
SIMPLE = frozenset({bool, int, float, complex, str, bytes, bytearray, range, type(None), type, FunctionType})
CONTAINERS = frozenset({list, tuple, set, frozenset, dict})
OWN_RIGHT = frozenset(
    """__init__ __new__ __repr__ __str__ __module__ __doc__ __dict__ __weakref__ __annotations__ __slots__
    __torch_function__ __init_subclass__ __array_finalize__ __array_ufunc__ __array_function__ __reduce__
    __reduce_ex__ __deepcopy__ __format__ __qualname__ __hash__ __orig_bases__ __parameters__ __firstlineno__
    __static_attributes__ __array_priority__ __array_wrap__ __torch_dispatch__ __classcell__
    __add__ __radd__ __mul__ __rmul__ __matmul__ __rmatmul__ __truediv__ __rtruediv__ __pow__ __neg__
""".split()
)


def why_not_plain(value: Any, depth: int = 0) -> str:
    """Why a value cannot be compared in earnest, to be read after "an object"; "" where it can."""
    kind = type(value)
    if kind in SIMPLE:
        return ""
    if kind in CONTAINERS:
        return _inside(value, depth)
    if issubclass(kind, type):
        return "that equals anything" if _equals_a_stranger(value, kind) else ""
    if element_count(value) is not None:
        return _as_tensor(value, kind) or _as_array(value, kind, depth)
    if issubclass(kind, CONTAINER_TYPES) and (reason := _inside(value, depth)):
        return reason
    return _equal_to_anything(value, kind) or _answers_for_libraries(value, kind)


CONTAINER_TYPES = (list, tuple, set, frozenset, dict)


def _inside(value: Any, depth: int) -> str:
    if depth >= DEPTH:
        return ""
    try:
        items = dict.values(value) if isinstance(value, dict) else _plain_iterator(value)
        for item in islice(list(islice(items, ITEMS)), ITEMS):
            if type(item) not in SIMPLE and (reason := why_not_plain(item, depth + 1)):
                return reason
    except Exception:
        return ""
    return ""


def _plain_iterator(value: Any) -> Any:
    for kind in CONTAINER_TYPES:
        if issubclass(type(value), kind):
            return kind.__iter__(value)
    return iter(())


def _written_in_python(kind: type, name: str) -> bool:
    for base in kind.__mro__:
        if name in base.__dict__:
            found = base.__dict__[name]
            return callable(found) and type(found).__name__ not in ("wrapper_descriptor", "method_descriptor")
    return False


def _equal_to_anything(value: Any, kind: type) -> str:
    stranger = object()
    try:
        if _claims_a_class(kind) and value.__class__ is not kind:
            return f"of class {kind.__name__} that says it is another's"
        python = [name for name in ("__ne__", "__contains__") if _written_in_python(kind, name)]
        if _equals_a_stranger(value, kind):
            return "that equals anything"
        if "__ne__" in python and _plainly(operator.ne(value, stranger), wanted=False):
            return "that differs from nothing"
        if "__contains__" in python and operator.contains(value, stranger):
            return "that contains anything"
    except Exception:
        return ""
    return ""


def _equals_a_stranger(value: Any, kind: type) -> bool:
    try:
        return _written_in_python(kind, "__eq__") and _plainly(operator.eq(value, object()), wanted=True)
    except Exception:
        return False


def _claims_a_class(kind: type) -> bool:
    """Whether a class that is no library's decides what `__class__` says."""
    own = [part for part in kind.__mro__ if part is not object and not _genuine(part)]
    return any("__class__" in part.__dict__ or "__getattribute__" in part.__dict__ for part in own)


def _answers_for_libraries(value: Any, kind: type) -> str:
    """Whether an object that is neither tensor nor array says of two different ones that it equals them."""
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None and hasattr(kind, "__torch_function__") and not _genuine(kind):
        strangers = torch.zeros(3), torch.ones(2)
        if any(all(_holds(equal, value, other) for other in strangers) for equal in _equals(torch)):
            return "that answers for torch that it equals anything"
    if numpy is not None and (hasattr(kind, "__array_function__") or hasattr(kind, "__array_ufunc__")):
        strangers = numpy.zeros(3), numpy.ones(2)
        relations = numpy.array_equal, lambda one, other: (one == other).all()
        if any(all(_holds(equal, value, other) for other in strangers) for equal in relations):
            return "that answers for NumPy that it equals anything"
    return ""


def _equals(library: Any) -> tuple[Any, ...]:
    exactly = library.equal if library.__name__ == "torch" else library.array_equal
    return exactly, library.allclose, lambda one, other: (one == other).all()


def _holds(relation: Any, one: Any, other: Any) -> bool:
    try:
        return bool(relation(one, other))
    except Exception:
        return False


def _plainly(result: Any, *, wanted: bool) -> bool:
    if result is NotImplemented or not is_truth(result):
        return False
    return bool(result) is wanted


def is_truth(value: Any) -> bool:
    """Whether a comparison's result is a plain truth, or one truth (or several) in a tensor or an array."""
    if type(value) in (bool, int, float, type(None)):
        return True
    if element_count(value) is not None:
        return True
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic)


def element_count(value: Any) -> int | None:
    """How many elements a tensor or an array has; None for anything else."""
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    if torch is not None and issubclass(type(value), torch.Tensor):
        return int(torch.Tensor.numel(value))
    if numpy is not None and issubclass(type(value), numpy.ndarray):
        return int(numpy.ndarray.size.__get__(value))
    return None


def is_nan(value: Any) -> bool:
    try:
        single = value.item()
        return bool(single != single)  # noqa: PLR0124 - NaN
    except Exception:
        return False


def _genuine(kind: type) -> bool:
    """Whether a class is a library's own, found under its name in its module."""
    if kind.__module__ == "__main__":
        return False
    return getattr(sys.modules.get(kind.__module__), kind.__qualname__, None) is kind


def _hidden(kind: type, base: type) -> str:
    """The first attribute of a library's class that a subclass of the learner's hides."""
    for part in kind.__mro__:
        if part is base:
            return ""
        if part in base.__mro__ or _genuine(part):
            continue
        for name in part.__dict__:
            if name not in OWN_RIGHT and hasattr(base, name):
                return name
    return ""


def _as_tensor(value: Any, kind: type) -> str:
    torch = sys.modules.get("torch")
    if torch is None or not issubclass(kind, torch.Tensor):
        return ""
    if _genuine(kind):
        own = [name for name in getattr(value, "__dict__", ()) if hasattr(torch.Tensor, name)]
        return f"with its own `{own[0]}`" if own else ""
    if name := _hidden(kind, torch.Tensor):
        return f"of a Tensor subclass with its own `{name}`"
    return "of a Tensor subclass that lies" if _lies(torch, value) else ""


def _lies(torch: Any, value: Any) -> bool:
    try:
        with torch._C.DisableTorchFunctionSubclass():
            plain = value.detach().as_subclass(torch.Tensor)
            other = ~plain if plain.dtype is torch.bool else plain + 1
            honest = plain.shape, plain.dtype, torch.equal(plain, plain)
        if (value.shape, value.dtype) != honest[:2]:
            return True
        stranger = torch.zeros((3,) if plain.shape != (3,) else (4,), dtype=plain.dtype)
    except Exception:
        return False
    differs = plain.numel() and any(_holds(equal, value, other) for equal in _equals(torch))
    return bool(differs) or _holds(torch.equal, value, stranger)


def _as_array(value: Any, kind: type, depth: int) -> str:
    numpy = sys.modules.get("numpy")
    if numpy is None or not issubclass(kind, numpy.ndarray):
        return ""
    if not _genuine(kind):
        if name := _hidden(kind, numpy.ndarray):
            return f"of an array subclass with its own `{name}`"
        if _lies_as_array(numpy, value):
            return "of an array subclass that lies"
    if numpy.ndarray.dtype.__get__(value).kind == "O" and depth < DEPTH:
        flat = numpy.ndarray.ravel(value)[:ITEMS]
        return next((reason for item in flat if (reason := why_not_plain(item, depth + 1))), "")
    return ""


def _lies_as_array(numpy: Any, value: Any) -> bool:
    if _holds(numpy.array_equal, value, numpy.zeros((3, 1, 4, 1, 5))):
        return True
    plain = value.view(numpy.ndarray)
    if plain.dtype.kind not in "biufc" or not plain.size:
        return False
    with numpy.errstate(all="ignore"):
        other = ~plain if plain.dtype.kind == "b" else plain + 1
        known = plain != other
        return bool(known.all()) and any(_holds(equal, value, other) for equal in _equals(numpy))
