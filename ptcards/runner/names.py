"""The names that preamble, given, answer and check each see."""

from __future__ import annotations

import ast
import builtins
import copy
import random
import re
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from ptcards.runner.ground import gpu_devices
from ptcards.runner.helpers import same
from ptcards.runner.rewriting import LEDGER, quietly, rewrite

if TYPE_CHECKING:
    from collections.abc import Callable

    from ptcards.runner.ledger import Ledger

HELPERS = ("given", "same", "close", "raises")
LOOKING_UP = frozenset({"exec", "eval", "globals", "vars", "locals"})
MISSING = object()
REPLACING = re.compile(
    r"\.\w+\s*(=[^=]|,[^()]*=)|setattr|patch|modules|__dict__|exec|eval|vars|globals|import_|del "
)


class GivenNames(dict[str, Any]):
    """What `given()` returns: the names, as items and as attributes."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"given binds no {name!r}") from None


@dataclass(frozen=True, slots=True)
class Parts:
    """An answer taken apart: what is run, and the expression or the name whose value it ends with."""

    body: CodeType
    value: CodeType | None
    name: str | None
    empty: bool


def take_apart(answer: str) -> Parts:
    tree = ast.parse(answer.removeprefix("\ufeff"), "<answer>")
    last = tree.body[-1] if tree.body else None
    value, name = None, None
    if isinstance(last, ast.Expr):
        tree.body.pop()
        value = compile(ast.Expression(last.value), "<answer>", "eval", dont_inherit=True, optimize=0)
    elif isinstance(last, ast.Assign):
        name = next((target.id for target in last.targets if isinstance(target, ast.Name)), None)
    elif isinstance(last, (ast.AnnAssign, ast.AugAssign)) and isinstance(last.target, ast.Name):
        name = last.target.id
    body = compile(tree, "<answer>", "exec", dont_inherit=True, optimize=0)
    return Parts(body, value, name, last is None)


def compile_card_code(source: str, filename: str) -> CodeType:
    """The card's own code; its asserts count when the check calls them."""
    if "assert" in source:
        return rewrite(source, filename, compares=False)
    with quietly():
        return compile(source, filename, "exec", dont_inherit=True, optimize=0)


def may_replace(source: str) -> bool:
    """Whether a card's own code could change a module: looked at before the slow comparison."""
    return REPLACING.search(source) is not None


def main_module() -> ModuleType:
    """A fresh `__main__`, so that pickling, dataclasses and `if __name__ ...` find what they expect."""
    module = ModuleType("__main__")
    module.__dict__["__builtins__"] = builtins
    sys.modules["__main__"] = module
    return module


def seed_all(seed: int) -> None:
    """Seed every source of chance; CUDA's only where there is one, because asking torch for all is slow."""
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed % 2**32)
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(seed % 2**63)
        if gpu_devices():
            torch.cuda.manual_seed_all(seed % 2**63)


def random_state() -> Callable[[], None]:
    """Remember where the random numbers stand; call what comes back to return there."""
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    plain = random.getstate()
    array = numpy.random.get_state() if numpy else None
    tensor = torch.get_rng_state() if torch else None

    def go_back() -> None:
        random.setstate(plain)
        if numpy and array is not None:
            numpy.random.set_state(array)
        if torch and tensor is not None:
            torch.set_rng_state(tensor)

    return go_back


def copies_of_data(names: dict[str, Any]) -> dict[str, Any]:
    """Copies of what an answer could change in place, so that the check sees the preamble as it was."""
    kinds = [list, dict, set, bytearray, tuple, deque, defaultdict, OrderedDict, Counter]
    for module, name in (("torch", "Tensor"), ("numpy", "ndarray")):
        if module in sys.modules:
            kinds.append(getattr(sys.modules[module], name))
    copied = {}
    for name, value in names.items():
        if type(value) in kinds and not name.startswith("__"):
            try:
                copied[name] = copy.deepcopy(value)
            except Exception:
                continue
    return copied


def pristine(preamble: dict[str, Any], copied: dict[str, Any]) -> dict[str, Any]:
    """The preamble's names with their first values, also where the answer changed them in place."""
    names = dict(preamble)
    for name, value in copied.items():
        try:
            unchanged = same(value, names[name])
        except Exception:
            unchanged = False
        if not unchanged:
            names[name] = value
    return names


def for_check(
    left: dict[Any, Any], preamble: dict[str, Any], given: dict[str, Any], expects: tuple[str, ...]
) -> dict[str, Any]:
    """What the check sees of the names that the answer left: they hide nothing but what `expects` names."""
    names = {}
    for name, value in left.items():
        if not isinstance(name, str):
            continue
        hides = name in preamble or (hasattr(builtins, name) and name not in given)
        if name in expects or not hides:
            names[name] = value
    modules = {name: value for name, value in given.items() if isinstance(value, ModuleType)}
    names |= {name: value for name, value in modules.items() if name not in expects}
    return names | {name: v for name, v in preamble.items() if name not in expects or name not in left}


def unhide(left: dict[Any, Any], preamble: dict[str, Any], card: str, answer: str, free: set[str]) -> None:
    """Give the functions of a card's code back what they rest on, where the answer's do not use the name.

    The names in `free` are the answer's to change.
    """
    hidden = {
        name
        for name, value in left.items()
        if isinstance(name, str)
        and (preamble[name] is not value if name in preamble else hasattr(builtins, name))
    }
    needed = hidden and (hidden & names_used_later(card)) - free
    used = names_used_later(answer) if needed else set()
    for name in needed - used if not used & LOOKING_UP else ():
        if name in preamble:
            left[name] = preamble[name]
        else:
            del left[name]


def names_used_later(source: str) -> set[str]:
    """The names that functions and generators of a text use when they run, and how it looks up others."""
    later = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.GeneratorExp)
    try:
        with quietly():
            tree = ast.parse(source.removeprefix("\ufeff"))
    except (SyntaxError, ValueError):
        return set()
    inside = [node for part in ast.walk(tree) if isinstance(part, later) for node in ast.walk(part)]
    named = {node.id for node in inside if isinstance(node, ast.Name)}
    return named | (LOOKING_UP & {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)})


def missing_names(left: dict[str, Any], expects: tuple[str, ...]) -> list[str]:
    return [name for name in expects if name not in left and not hasattr(builtins, name)]


def own_names(namespace: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What a piece of code bound or bound anew."""
    return {
        name: value
        for name, value in namespace.items()
        if not (name.startswith("__") and name.endswith("__")) and before.get(name, MISSING) is not value
    }


def with_ledger(namespace: dict[str, Any], ledger: Ledger, *sources: str) -> None:
    if any("assert" in source for source in sources):
        namespace[LEDGER] = ledger
