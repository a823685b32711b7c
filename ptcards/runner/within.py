"""How much more time and memory an answer takes than the card's solution, measured side by side."""

from __future__ import annotations

import gc
import importlib
import sys
import tracemalloc
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from math import inf
from time import monotonic, thread_time
from typing import Any

from ptcards.language import _, later

LEAST, STEADY = 5, 20  # rounds that are run at least, and without a faster one after which no other is
MANY = 100  # rounds that are enough, however little of them is measured: to get ready may take much longer
ENOUGH, LONG = 0.15, 0.1  # seconds that are measured at least; of one run, from which fewer rounds are enough
CLEARLY = 1.1  # times the limit: less is no breach
FLOOR, SHORTEST = 64 << 10, 2e-5  # bytes and seconds: who needs less needs as good as nothing
SAID = {
    "time": later("right, but {} times as slow as the solution: at most {:g} times is asked for"),
    "memory": later(
        "right, but it needs {} times the memory of the solution: at most {:g} times is asked for"
    ),
}
Ready = Callable[[], Callable[[], Any]]  # gets everything ready for a run, and gives what is measured


def measured(within: Mapping[str, Any], ours: Ready, theirs: Ready, deadline: float) -> dict[str, Any]:
    """What the answer `took`, in multiples of the solution; a message and a `rule` where it is too much."""
    took: dict[str, float] = {}
    gc.collect()
    gc.disable()
    try:
        for name, most in ((name, within[name]) for name in SAID if within[name]):
            if name == "time":
                took[name], too_much = times(ours, theirs, most, deadline), most * CLEARLY
            else:
                took[name], too_much = max(FLOOR, peak(theirs)) / max(FLOOR, peak(ours)), most
            if took[name] > too_much:
                ratio = f"{took[name]:{'.0f' if took[name] > 9.9 else '.2g'}}"
                return {"took": took, "message": _(SAID[name], ratio, most), "rule": f"within.{name}"}
    finally:
        gc.enable()
    return {"took": took}


def times(ours: Ready, theirs: Ready, most: float, deadline: float) -> float:
    """The answer's time over the solution's: of the processor in this thread, in turns, the least of each.

    (Where a process has a limit of processor time, its own clock stands still between two ticks.)

    Ends where it is clear on which side of `most` that is, where more rounds change nothing, or in time.
    """
    least, rounds, unchanged, ratio = [inf, inf], 0, 0, inf
    spent, ends = 0.0, 0.0  # ends: when another round would end
    while (unchanged < STEADY or spent < ENOUGH) and (not rounds or ends < deadline):
        started, rounds, unchanged = monotonic(), rounds + 1, unchanged + 1
        for number, ready in enumerate((ours, theirs)):
            run = ready()
            began = thread_time()
            run()
            taken = max(thread_time() - began, SHORTEST)
            spent += taken
            unchanged = 0 if taken < 0.99 * least[number] else unchanged
            least[number] = min(least[number], taken)
        ratio, doubt = least[1] / least[0], 1 + 1 / rounds
        clear = ratio > most * CLEARLY * doubt or ratio * doubt < most
        if clear and (rounds >= MANY or (spent > ENOUGH and (rounds >= LEAST or least[1] > LONG))):
            break
        ends = 2 * monotonic() - started
    return ratio


def peak(ready: Ready) -> int:
    """The most bytes that a run held at a time beyond what was there: of Python and NumPy, and of torch."""
    run = ready()
    tracemalloc.start()
    try:
        run()
        found = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return found + (_peak_of_tensors(ready()) if "torch" in sys.modules else 0)


def _peak_of_tensors(run: Callable[[], Any]) -> int:
    """The most bytes of tensors' storages that operations made and that were alive at a time."""
    sizes: dict[int, int] = {}  # of storages that live, by address
    held = most = 0

    def forget(address: int) -> None:
        nonlocal held
        held -= sizes.pop(address, 0)

    def dispatched(_self: Any, function: Any, _types: Any, args: Any = (), named: Any = None) -> Any:
        nonlocal held, most
        made = function(*args, **(named or {}))
        # What `torch.tensor` made comes by here once, as argument and as result; so does NumPy's memory.
        fresh = "lift_fresh" in str(function)
        there = set() if fresh else {one._cdata for one in _storages((args, *(named or {}).values()))}
        for storage in _storages(made):
            address = storage._cdata
            if address not in sizes and address not in there:
                sizes[address] = 0
                weakref.finalize(storage, forget, address).atexit = False
            if address in sizes:
                held += storage.nbytes() - sizes[address]
                sizes[address] = storage.nbytes()
        most = max(most, held)
        return made

    base = importlib.import_module("torch.utils._python_dispatch").TorchDispatchMode
    # By default a mode is kept from torch's compiler, which is loaded for that.
    names = {"__torch_dispatch__": dispatched, "_should_skip_dynamo": classmethod(lambda _: False)}
    with type("Counting", (base,), names)():
        run()
    return most


def _storages(found: Any) -> Iterator[Any]:
    if isinstance(found, (list, tuple)):
        for one in found:
            yield from _storages(one)
    elif isinstance(found, sys.modules["torch"].Tensor):
        with suppress(RuntimeError, NotImplementedError):  # of sparse tensors
            storage = found.untyped_storage()
            yield from [storage] if storage.resizable() else []
