"""The smallest `given` under which a statement still fails the same way, found by trying."""

from __future__ import annotations

import json
import os
import signal
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from time import process_time
from typing import Any, NamedTuple

from ptcards.language import _
from ptcards.runner import frames
from ptcards.runner.helpers import same
from ptcards.runner.making import SMALL_ENOUGH, Maker, Sizes, sizes_in
from ptcards.runner.pictures import text_of
from ptcards.runner.protocol import MARK
from ptcards.runner.rerun import Rerun, last_name, masked
from ptcards.runner.trial import NO_ANSWER, evaluate, seed_all

Facts = dict[str, Any]
PREAMBLE = "import numpy as np\nimport torch\n"
SEARCH, ONE_RUN, MOST_RUNS = 8.0, 2.0, 400  # seconds for all candidates, for one; how many of them
FIRST_RUN = 10.0  # what is imported late counts
SEEDS = (0, 1, 2)
BACK = (1, 2, 3, 5, 8)  # how many statements before it are taken along, where it takes some


def answer(text: str) -> None:
    """`capture`, for an answer of our own: takes and prints JSON, and drops whatever else is printed."""
    streams = [os.dup(1), os.dup(2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number in (1, 2):
        os.dup2(nowhere, number)
    try:
        found = capture(json.loads(text))
    finally:
        for number, stream in enumerate(streams, 1):
            os.dup2(stream, number)
    os.write(1, (MARK + json.dumps(found)).encode())


def capture(request: Mapping[str, Any]) -> Facts:
    """A card's code from a failure; `why` says why there is none. See the interface in `Runner.capture`."""
    result = {"given": "", "failing": "", "fix": "", "error": "", "message": "", "notes": [], "why": ""}
    found: Mapping[str, Any] = request
    again: Rerun | None = None
    if not request.get("described"):
        again = Rerun(request).run()
        if again.why:
            return result | {"why": again.why}
        found = again.found
    fix = str(request.get("fix") or "")
    result["failing"], result["fix"] = (
        frames.card_form(found["failing"]),
        frames.card_form(fix) if fix else "",
    )
    for name in ("failing", "fix"):
        if result[name] and not frames.parsed(str(result[name])).body:
            return result | {"why": _("this is not Python: {}", result[name])}

    def searched(found: Mapping[str, Any]) -> Facts:
        preamble = str(request.get("preamble", PREAMBLE))
        return result | Search(found, str(result["failing"]), str(result["fix"]), preamble).result()

    made = searched(found)
    if not made["why"] or again is None:
        return made
    # What it works on has a history, a graph or gradients: statements before it come along.
    until = process_time() + SEARCH
    for back in filter(again.room.__ge__, BACK):
        wider = Rerun({**request, "error": found["error"]}, back=back, round=again.rounds).run()
        if process_time() > until or not wider.found:
            break
        with_more = searched(wider.found | {name: found[name] for name in ("error", "message")})
        if not with_more["why"]:
            return with_more
    return made


class Seen(NamedTuple):
    """What came of a statement."""

    error: str
    message: str
    value: Any
    names: Facts  # what it left


class Search:
    """Tries one set of sizes after the other, as long as there is time."""

    def __init__(self, found: Mapping[str, Any], failing: str, fix: str, preamble: str) -> None:
        self._names, self._cannot = found["described"]["names"], found["described"].get("cannot", {})
        self._before = {
            f" {number}": {"is": "source", "name": f" {number}", "text": text}
            for number, text in enumerate(found.get("before", ()))
        }
        self._names |= self._before
        self._notes = [*found["described"].get("notes", ())]
        self._failing, self._fix, self._preamble = failing, fix, preamble
        self._error, self._message = last_name(found.get("error", "")), found.get("message", "")
        self._known = frozenset(preamble.splitlines())
        self._until, self._runs = process_time() + SEARCH, 0
        self._shown: Seen | None = None
        self._first_why = ""

    def result(self) -> Facts:
        for name, why in self._cannot.items():
            return {"why": _("`{}` can't be made small: {}", name, why), "notes": self._notes}
        best = self._best()
        if best is None:
            why = self._first_why or _("with values made anew the statement does not fail like that")
            return {"why": why, "notes": self._notes}
        given = self._given(best)
        seen = self._run(given, self._failing, 0)
        return {"given": given, "error": seen.error, "message": seen.message, "notes": self._notes}

    def _given(self, sizes: Mapping[int, int]) -> str:
        return Maker(self._names, Sizes(sizes), self._known).text()

    def _best(self) -> dict[int, int] | None:
        """The smallest sizes found under which all is as it was."""
        there = {*sizes_in([*self._names.values()])}
        sizes = sorted(one for one in there if one > SMALL_ENOUGH)
        fixed = {
            one for text in (self._failing, self._fix) for one in sizes_in({"is": "source", "text": text})
        }
        if not self._error:  # nobody saw how it fails, or whether: a diff tells of what was changed alone
            seen = self._run(self._given({one: one for one in sizes}), self._failing, 0)
            self._error, self._message = seen.error, seen.message
        small = {one for one in there | fixed if 1 < one <= SMALL_ENOUGH}
        best = next((one for one in _candidates(sizes, fixed, small) if self._holds(one)), None)
        if best is None:
            return None
        for size in [*reversed(sizes)] * 2:  # what is in the way at first may have gone
            for smaller in range(2, min(best[size], 13)):
                if smaller not in small.union(best.values()) and self._holds(best | {size: smaller}):
                    best[size] = smaller
                    break
        for name in [*self._names] if self._before else ():
            if self._names[name]["is"] not in ("import", "from", "source") or name in self._before:
                was = self._names
                self._names = {one: facts for one, facts in was.items() if one != name}
                self._names = self._names if self._holds(best) else was
        return best

    def _holds(self, sizes: Mapping[int, int]) -> bool:
        """Whether the statement fails the same way with these sizes, and the fix runs."""
        if self._runs > MOST_RUNS or (self._runs > 2 and process_time() > self._until):
            return False
        given = self._given(sizes)
        return all(self._fails(given, seed) for seed in SEEDS)

    def _fails(self, given: str, seed: int) -> bool:
        failed = self._run(given, self._failing, seed)
        if failed.error != self._error:
            self._first_why = self._first_why or _(
                "with values made anew it gives {}",
                f"{failed.error}: {failed.message}"[:300] if failed.error else _("no error"),
            )
            return False
        if self._message and failed.error and masked(failed.message) != masked(self._message):
            return False
        if not self._fix:
            return True
        fixed = self._run(given, self._fix, seed)
        if fixed.error:
            self._first_why = _("the fix fails, too: {}", f"{fixed.error}: {fixed.message}"[:300])
            return False
        return bool(self._error) or not _alike(failed, fixed)

    def _run(self, given: str, statement: str, seed: int) -> Seen:
        self._runs += 1
        space: Facts = {"__name__": "__main__"}
        seed_all(seed)
        limit = FIRST_RUN if self._runs <= 2 else ONE_RUN
        try:
            with _limited(limit), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(f"{self._preamble}\n{given}", space)
                value = evaluate(statement, "code", space)
        except BaseException as error:
            return Seen(type(error).__name__, text_of(error)[:2000], None, space)
        return Seen("", "", value, space)


def _alike(one: Seen, other: Seen) -> bool:
    """Whether two statements gave the same, and left the same."""
    try:
        values = [seen.value for seen in (one, other) if seen.value is not NO_ANSWER]
        return len(values) == 2 and values[0] is not None and same(*values)
    except Exception:
        return False


def _candidates(sizes: list[int], fixed: set[int], small: set[int]) -> Iterator[dict[int, int]]:
    """Small sizes for large ones, the smallest first; at last the large ones themselves."""
    for bases in (set[int](), None, small):
        for start in (2, 3, 5, 7):
            yield _ranked(sizes, fixed, small, start, bases)
    yield {one: one for one in sizes}


def _ranked(
    sizes: list[int], fixed: set[int], small: set[int], start: int, bases: set[int] | None
) -> dict[int, int]:
    """Sizes in the same order, distinct ones distinct; products and multiples stay such, with `bases`."""
    made: dict[int, int] = {one: one for one in sizes if one in fixed}
    taken, last = {*made.values(), *small, *range(1, start)}, start - 1
    for size in sizes:
        if size in made:
            last = max(last, size)
            continue
        known = {} if bases is None else {one: one for one in sorted(bases)} | made
        smaller = [one for one in known if one > 1 and size % one == 0]
        new = 0
        if smaller:
            base = smaller[-1]
            ratio = size // base
            new = known[base] * (known.get(ratio, ratio) if ratio in known or ratio <= SMALL_ENOUGH else 2)
        if new <= last or new in taken:
            new = next(one for one in count(last + 1) if one not in taken)
        made[size] = new
        taken.add(new)
        last = max(last, new)
    return made


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    def over(_number: int, _frame: Any) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
