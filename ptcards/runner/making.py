"""Code that makes small values of what is known of large ones: sizes become others, and stay alike."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ptcards.runner.fitting import fitted
from ptcards.runner.sources import parsed
from ptcards.runner.tensors import Facts

SMALL_ENOUGH = 4  # sizes up to it stay as they are
WRITTEN_OUT = 12  # elements at most that are written out
FILES = {"uint8", "int8"}  # values of pixels, which no size bounds
MEANT = 8  # numbers in the text of a function up to it are no sizes
ANY = 16  # random numbers of an array that go further are brightnesses


IMPORTS = {"SimpleNamespace": "from types import SimpleNamespace", "functools.partial": "import functools"}


class Sizes:
    """The small number that stands for each large one, and what becomes of numbers between them."""

    def __init__(self, of: Mapping[int, int]) -> None:
        self.of = dict(of)
        self._sorted = sorted(of)

    def __call__(self, number: int) -> int:
        return number if number <= SMALL_ENOUGH else self.place(number)

    def place(self, number: int) -> int:
        """What becomes of a number that may be a place among so many, or in a range."""
        if number in self.of:
            return self.of[number]
        above = [one for one in self._sorted if one > number]
        below = [one for one in self._sorted if one < number]
        if number <= 0 or not above:
            return number  # a mark, like 255 or -1, or out of every range
        end = self.of[above[0]]
        least = max(min(self.of[below[-1]] if below else 0, end - 1), 0)
        return number if least <= number < end else least + number % max(end - least, 1)

    def share(self, number: float) -> float:
        """What becomes of a number between places: as far from 0 as it was, for the size above it."""
        if number.is_integer():
            return float(self.place(int(number)))
        above = next((one for one in self._sorted if one > number > SMALL_ENOUGH), 0)
        return round(number / above * self.of[above], 2) if above else number


def sizes_in(facts: Any, *, numbers: bool = True) -> Iterator[int]:
    """Every size in a description, with `numbers` every whole number that may be one."""
    if isinstance(facts, list):
        for one in facts:
            yield from sizes_in(one, numbers=numbers)
    elif isinstance(facts, dict):
        kind = facts.get("is")
        if kind in ("tensor", "array"):
            yield from facts["shape"]
        elif kind == "number":
            yield from [facts["value"]] if numbers else []
        elif kind in ("source", "lambda", "lines"):
            numbered = (one.value for one in _whole_numbers(facts["text"]) if numbers)
            yield from (one for one in numbered if kind == "lines" or one > MEANT)
        else:
            yield from [facts["length"]] if "length" in facts else []
            for one in facts.values():
                yield from sizes_in(one, numbers=numbers)


def _whole_numbers(text: str) -> list[Any]:
    nodes = ast.walk(parsed(text))
    return [node for node in nodes if isinstance(node, ast.Constant) and type(node.value) is int]


def resized(text: str, size: Sizes) -> str:
    """A text of code with the numbers in it that are sizes made others."""
    lines = text.encode().split(b"\n")
    for node in sorted(_whole_numbers(text), key=lambda node: (node.lineno, node.col_offset), reverse=True):
        new = size.of.get(node.value, node.value)
        if new != node.value:
            line = lines[node.lineno - 1]
            lines[node.lineno - 1] = line[: node.col_offset] + str(new).encode() + line[node.end_col_offset :]
    return b"\n".join(lines).decode()


def plain(facts: Any, *, values: bool = True, graph: bool = True) -> Any:
    """A description without what may not matter: `values` of tensors, but whole ones, their `graph`.

    To the graph belong gradients, and how the elements lie in memory. Keys of a dict stay.
    """
    if isinstance(facts, list):
        return [plain(one, values=values, graph=graph) for one in facts]
    if not isinstance(facts, dict):
        return facts
    if "short" in facts:
        return {"is": "code", "code": facts["short"]}
    if facts.get("is") == "dict":
        items = [[key, plain(one, values=values, graph=graph)] for key, one in facts["items"]]
        return facts | {"items": items}
    drop = {"gradients"} if graph else set()
    if facts.get("is") not in ("tensor", "array"):
        kept = {name: one for name, one in facts.items() if name not in drop}
        return {name: plain(one, values=values, graph=graph) for name, one in kept.items()}
    if graph:
        drop |= {"order", "expanded", "gradient"}
    is_number = facts["dtype"].startswith(("float", "bfloat")) and not facts.get("whole")
    is_place = not facts["shape"] and facts.get("high", 0) > MEANT
    if values and is_number and not is_place:
        is_bright = facts["is"] == "array" and facts.get("high", 0) > ANY
        drop |= {"block", "corner"} | (set() if is_bright else {"high", "low"})
    if values and facts["dtype"] == "uint8":
        drop |= {"block", "corner"}
    kept = {name: one for name, one in facts.items() if name not in drop}
    return kept | {"grad": False} if graph and not facts.get("leaf", True) else kept


class Maker:
    """Writes the code of a `given`: imports, then functions and classes, then values, one a line."""

    def __init__(self, names: Mapping[str, Facts], size: Sizes, known: frozenset[str]) -> None:
        self._size, self._known = size, known
        self._imports: dict[str, None] = {}
        self._lines: dict[str, None] = {}
        for name, facts in names.items():
            self._bind(name, facts)

    def text(self) -> str:
        imports = _joined(one for one in self._imports if one not in self._known)
        return fitted("\n".join([*imports, *self._lines]))

    def _bind(self, name: str, facts: Facts) -> None:
        kind = facts["is"]
        if kind == "import":
            self._imports[facts["line"] + (f" as {name}" if name != facts["name"] else "")] = None
        elif kind in ("lines", "source"):
            self._lines[resized(facts["text"], self._size)] = None
            if facts.get("name", name) != name:
                self._lines[f"{name} = {facts['name']}"] = None
        else:
            self._lines[f"{name} = {self._code(facts)}"] = None
            self._gradients(name, facts)

    def _gradients(self, name: str, facts: Facts) -> None:
        """What a backward pass left there before."""
        if "gradient" in facts:
            self._lines[f"{name}.grad = {self._code(facts['gradient'])}"] = None
        elif facts.get("gradients"):
            each = f"for parameter in {name}.parameters():\n    parameter.grad = torch.ones_like(parameter)"
            self._lines[each] = None
        elif facts.get("function") == "SimpleNamespace":
            for one, held in facts["named"].items():
                self._gradients(f"{name}.{one}", held)

    def _code(self, facts: Facts) -> str:
        """An expression of what is described."""
        kind = facts["is"]
        if kind == "code":
            return str(facts["code"])
        if kind in ("number", "place"):
            return str((self._size if kind == "number" else self._size.place)(facts["value"]))
        if kind in ("import", "source"):
            self._bind(facts["name"], facts)
            return str(facts["name"])
        if kind == "lambda":
            return f"({resized(facts['text'], self._size)})"
        if kind == "attribute":
            return f"{self._code(facts['of'])}.{facts['name']}"
        if kind == "call":
            return self._called(facts)
        if kind in ("tensor", "array"):
            return self._tensor(facts) if kind == "tensor" else self._array(facts)
        return self._collection(facts)

    def _called(self, facts: Facts) -> str:
        function = str(facts["function"])
        arguments = [self._code(one) for one in facts["args"]]
        arguments += [f"{name}={self._code(one)}" for name, one in facts["named"].items()]
        if function in IMPORTS:
            self._imports[IMPORTS[function]] = None
        return f"{function}({', '.join(arguments)})" + "".join(facts.get("after", ()))

    def _collection(self, facts: Facts) -> str:
        kind, items = facts["is"], facts["items"]
        if kind == "dict":
            return "{" + ", ".join(f"{self._code(key)}: {self._code(one)}" for key, one in items) + "}"
        if kind in ("list", "tuple") and items:
            # As many as the small number of them; the last again and again where few are known.
            count = self._size(facts["length"]) if facts["length"] > SMALL_ENOUGH else facts["length"]
            items = [items[min(at, len(items) - 1)] for at in range(min(count, 64))]
        text = ", ".join(map(self._code, items))
        if kind in ("list", "tuple"):
            return f"[{text}]" if kind == "list" else f"({text}{',' * (len(items) == 1)})"
        return (
            f"{kind}({f'{{{text}}}' if items else ''})" if kind == "frozenset" or not items else f"{{{text}}}"
        )

    # -- tensors and arrays ------------------------------------------------------------------------------

    def _tensor(self, facts: Facts) -> str:
        shape, tail = self._laid_out(facts, permute="permute")
        text = self._elements(facts, shape, "torch")
        is_call = text.endswith(")")
        whole = text if is_call or not tail else f"({text})"
        if facts["parameter"]:
            frozen = "" if facts["grad"] else ", requires_grad=False"
            return f"torch.nn.Parameter({whole}{tail}{frozen})"
        if not facts["grad"]:
            return whole + tail
        leaf = text[:-1] + ", requires_grad=True)" if is_call else f"({text}).requires_grad_()"
        if facts["leaf"]:
            return f"{whole}{tail}.requires_grad_()" if tail else leaf
        return leaf + tail if tail else f"{leaf} * 1"

    def _array(self, facts: Facts) -> str:
        shape, tail = self._laid_out(facts, permute="transpose")
        text = self._elements(facts, shape, "np")
        return f"({text}){tail}" if tail and " " in text.rpartition(")")[2] else text + tail

    def _laid_out(self, facts: Facts, permute: str) -> tuple[list[int], str]:
        """The shape to make, and what gives it the shape and the order in memory that are asked for."""
        shape, tail = [*map(self._size, facts["shape"])], ""
        if order := facts.get("order"):
            back = [order.index(dim) for dim in range(len(shape))]
            shape = [shape[dim] for dim in order]
            turned = ".T" if back == [1, 0] else f".{permute}({', '.join(map(str, back))})"
            tail = turned
        if expanded := facts.get("expanded"):
            wanted = [*shape]
            shape = [1 if dim in expanded else one for dim, one in enumerate(shape)]
            if permute == "permute":
                tail += f".expand({', '.join(map(str, wanted))})"
        if flips := facts.get("flips"):
            tail += f"[{', '.join('::-1' if dim in flips else ':' for dim in range(max(flips) + 1))}]"
        return shape, tail

    def _elements(self, facts: Facts, shape: list[int], library: str) -> str:
        """The code of a contiguous tensor or array of that shape, with values of the same kind."""
        dtype, count, low = facts["dtype"], math.prod(shape), facts.get("low")
        is_torch = library == "torch"
        floats, is_float = ("float32" if is_torch else "float64"), dtype.startswith(("float", "bfloat"))
        of_kind = "" if dtype in (floats, "int64", "bool") else f", dtype={library}.{dtype}"
        size = _listed(shape) if is_torch else f"({_listed(shape)}{',' * (len(shape) == 1)})"
        if facts.get("device") == "meta":
            return f"torch.empty({size}{of_kind}, device='meta')"
        if "block" in facts and "corner" not in facts:
            return f"np.array({facts['block']!r})"
        if shape and count and low == facts.get("high") and low in (0, 1):
            of_kind = "" if dtype == floats else f", dtype={library}.{dtype}"
            return f"{library}.{'ones' if low else 'zeros'}({size}{of_kind})"
        most = WRITTEN_OUT if facts.get("whole") or facts.get("odd") or not is_float else SMALL_ENOUGH
        if "corner" in facts and 0 < count <= most:
            return f"{library}.{'tensor' if is_torch else 'array'}({self._written(facts, shape)}{of_kind})"
        if dtype == "bool":
            return f"{'torch.rand' if is_torch else 'np.random.rand'}({_listed(shape)}) > 0.5"
        if dtype.startswith("complex") and not is_torch:
            return f"np.random.randn({_listed(shape)}).astype(np.{dtype})"
        if is_float or dtype.startswith("complex"):
            return self._floats(facts, shape, of_kind, library)
        ends = f"{self._value(facts, low or 0)}, {self._value(facts, facts.get('high', 1)) + 1}"
        module = "torch" if is_torch else "np.random"
        return f"{module}.randint({ends}, ({_listed(shape)}{',' * (len(shape) == 1)}){of_kind})"

    def _floats(self, facts: Facts, shape: list[int], of_kind: str, library: str) -> str:
        """Random ones: normal, or from 0 on where none was negative."""
        low, high, size = facts.get("low", -1), facts.get("high", 1), _listed(shape) or "()"
        positive = low >= 0
        function = "rand" if positive else "randn"
        module, after = "np.random" if library == "np" else library, ""
        if library == "np" and of_kind:
            of_kind, after = "", f".astype(np.{facts['dtype']})"
        made = f"{module}.{function}({size}{of_kind})"
        if positive and high > 1:
            high = max(self._size.place(int(high)), 1) if high > ANY else high  # it may be a place, too
        if positive and high > 1:
            made = f"({made} * {high:.3g})" if after else f"{made} * {high:.3g}"
        return made + after

    def _value(self, facts: Facts, value: Any) -> Any:
        """An element: an index keeps its place among the sizes, also one that is a float by mistake."""
        if type(value) is int and facts["dtype"] not in FILES:
            return self._size.place(value)
        if type(value) is float and (facts.get("whole") or not facts["shape"]):
            return self._size.share(value)
        return value

    def _written(self, facts: Facts, shape: list[int]) -> str:
        """The elements as a list: those of the corner that is known, and the ends of their range."""
        corner, block = facts["corner"], facts["block"]
        found = [block[_flat(at, shape, corner)] for at in range(math.prod(shape))]
        low, high = facts.get("low"), facts.get("high")
        if facts.get("whole") and len(found) > 1 and type(low) is type(found[0]):
            if high not in found:
                found[-1] = high
            if low not in found:
                found[0] = low
        values = [
            f"float('{one}')" if isinstance(one, str) else repr(self._value(facts, one)) for one in found
        ]
        return _nested(values, shape)


def _joined(imports: Iterable[str]) -> list[str]:
    """Imports, those from one module on one line."""
    found: dict[str, str] = {}
    for one in imports:
        module, _import, names = one.partition(" import ")
        known = found.get(module)
        found[module] = f"{known}, {names}" if known and names else one
    return [*found.values()]


def _listed(shape: list[int]) -> str:
    return ", ".join(map(str, shape))


def _flat(at: int, shape: list[int], corner: list[int]) -> int:
    """The place in the known corner of an element of a block of that shape."""
    places = []
    for size in reversed(shape):
        at, one = divmod(at, size)
        places.append(one)
    index = 0
    for one, known in zip(reversed(places), corner):
        index = index * known + one % known
    return index


def _nested(values: list[str], shape: list[int]) -> str:
    if not shape:
        return values[0]
    step = len(values) // shape[0]
    parts = [values[at : at + step] for at in range(0, len(values), step)]
    return f"[{', '.join(_nested(part, shape[1:]) for part in parts)}]"
