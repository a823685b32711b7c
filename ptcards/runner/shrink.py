"""The smallest `given` under which a statement still fails the same way, found by trying."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import count
from time import process_time
from typing import Any, NamedTuple

from ptcards.language import _, later
from ptcards.runner import frames
from ptcards.runner.changes import parts_of
from ptcards.runner.fitting import dense, lean, less_by_one
from ptcards.runner.helpers import surely_same
from ptcards.runner.making import SMALL_ENOUGH, Maker, Sizes, plain, sizes_in
from ptcards.runner.pictures import text_of
from ptcards.runner.protocol import MARK
from ptcards.runner.rerun import Rerun, last_name, limited, masked
from ptcards.runner.sources import parsed
from ptcards.runner.trial import NO_ANSWER, evaluate, seed_all

Facts = dict[str, Any]
PREAMBLE = "import numpy as np\nimport torch\n"
SEARCH, ONE_RUN, MOST_RUNS = 8.0, 2.0, 1000  # seconds for all candidates, for one; how many of them
LONG = 7  # lines of `given`, from which on classes lose what is not needed
FIRST_RUN = 10.0  # what is imported late counts
SEEDS = (0, 1, 2)
SMALLER = (*range(2, 13), 16, 24, 32, 64, 128)
KNOWN = ("error", "message")
NOTHING = {"given": "", "failing": "", "fix": "", "error": "", "message": "", "notes": [], "why": ""}
WIDER = 20.0  # seconds after which no statements more are taken along
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
    first = NOTHING | {"why": "?"}
    for made in _ways(request):
        if not made["why"]:
            return made
        first = made if first["why"] == "?" else first
    return first


def _ways(request: Mapping[str, Any]) -> Iterator[Facts]:
    """What one way after the other makes of it."""
    if request.get("described"):
        yield Search(request, request).result()
        return
    run, until = Rerun(request).run(), process_time() + WIDER
    if run.why:
        yield NOTHING | {"why": run.why}
        return
    wider = partial(_wider, request, run.found, run.room, until)
    if request.get("error"):
        yield Search(run.found, request).result()
        yield from wider(run.rounds)
        return
    # Nobody saw an error: what the change does may be seen in a second round only, or further on.
    yield Search(run.found, request).result()
    yield from (made for number in (1, 2) for made in wider(number))
    yield from _later(request, until)


def _wider(request: Mapping[str, Any], found: Facts, room: int, until: float, number: int) -> Iterator[Facts]:
    """What it works on may have a history, a graph or gradients: statements before it come along."""
    for back in filter(room.__ge__, BACK):
        if process_time() > until:
            return
        wider = Rerun({**request, "error": ""}, back=back, round=number).run()
        if not wider.found:
            return
        yield Search(wider.found | {name: found[name] for name in KNOWN}, request).result()


def _later(request: Mapping[str, Any], until: float) -> Iterator[Facts]:
    """What was changed may fail further on only: then that stands in the card, too."""
    end = Rerun(request).to_the_end()
    for tail in end.tails:
        texts = {name: f"{frames.plain(request[name])}\n{tail}" for name in ("failing", "fix")}
        longer = {**request, **texts}
        run = Rerun(longer, round=end.rounds).run()
        if run.found:
            found = run.found | {"error": end.error, "message": end.message}
            yield Search(found, longer).result()
            yield from _wider(longer, found, run.room, until, end.rounds)


class Seen(NamedTuple):
    """What came of a statement."""

    error: str
    message: str
    value: Any
    names: Facts  # what it left

    @property
    def said(self) -> str:
        return f"{self.error}: {self.message}"[:300] if self.error else ""


class Search:
    """Tries one set of sizes after the other, as long as there is time."""

    def __init__(self, found: Mapping[str, Any], request: Mapping[str, Any]) -> None:
        described = found["described"]
        self._names = {
            name: facts | ({"text": lean(facts["text"])} if facts["is"] == "source" else {})
            for name, facts in described["names"].items()
        }
        self._before = {
            f" {number}": {"is": "lines", "text": text}
            for number, text in enumerate(map(lean, found.get("before", ())))
        }
        self._names |= self._before
        self._cannot = described.get("cannot", {})
        texts = str(found["failing"]), str(request.get("fix") or "")
        self._failing, self._fix = (frames.card_form(text) if text else "" for text in texts)
        self._made = NOTHING | {"failing": self._failing, "fix": self._fix}
        self._made["notes"] = [*described.get("notes", ())]
        self._preamble = str(request.get("preamble", PREAMBLE))
        self._shape: list[int] | None = found.get("shape")  # of what it gave, where it is to give the like
        self._error, self._message = last_name(found.get("error", "")), found.get("message", "")
        self._known = frozenset(self._preamble.splitlines())
        self._until, self._runs = process_time() + SEARCH, 0
        self._tried: dict[str, bool] = {}
        self._first_why = ""

    def result(self) -> Facts:
        for text in filter(None, (self._failing, self._fix)):
            if not parsed(text).body:
                return self._made | {"why": _("this is not Python: {}", text)}
        for name, why in self._cannot.items():
            return self._made | {"why": _("`{}` can't be made small: {}", name, why)}
        best = self._best()
        if best is None:
            why = self._first_why or _("with values made anew the statement does not fail like that")
            return self._made | {"why": why}
        given = self._given(best)
        seen = self._run(given, self._failing, 0)
        return self._made | {"given": given, "error": seen.error, "message": seen.message}

    def _given(self, sizes: Mapping[int, int]) -> str:
        return Maker(self._names, Sizes(sizes), self._known).text()

    def _best(self) -> dict[int, int] | None:
        """The smallest sizes found under which all is as it was."""
        there = {*sizes_in([*self._names.values()])}
        sizes = sorted(one for one in there if one > SMALL_ENOUGH)
        texts = [{"is": "lines", "text": text} for text in (self._failing, self._fix)]
        written = {one for one in sizes_in(texts) if one > SMALL_ENOUGH}
        fixed = {one for one in sizes if {one - 1, one, one + 1} & written}
        if not self._error:  # nobody saw how it fails, or whether: a diff tells of what was changed alone
            seen = self._run(self._given({one: one for one in sizes}), self._failing, 0)
            self._error, self._message = seen.error, seen.message
        numbers = {*sizes_in([*self._names.values()], numbers=False)}
        bright = {one for one in sizes if one < 256 and "'uint8'" in str(self._names)} - numbers
        fixed |= bright  # beside pixels a number that is no size is a brightness
        small = {one for one in there | fixed if 1 < one <= SMALL_ENOUGH}
        best = next((one for one in _candidates(sizes, fixed, small) if self._holds(one)), None)
        if best is None:
            return None
        self._simplify(best)
        best = self._shrunk(best, small, bright)
        sources = [name for name, facts in self._names.items() if facts["is"] == "source"]
        for name in sources if self._given(best).count("\n") > LONG else ():
            self._trim(name, best)
        for name in sources if self._given(best).count("\n") > LONG else ():
            self._names[name] = self._names[name] | {"text": dense(self._names[name]["text"])}
        return best

    def _simplify(self, best: Mapping[int, int]) -> None:
        """Leave out what does not matter, a name after the other."""
        for name in [*self._names]:
            for how in ({}, {"graph": False}, {"values": False}):
                simple = plain(self._names[name], **how)
                if simple != self._names[name] and self._try(self._names | {name: simple}, best):
                    break
        for name in [*self._names] if self._before else ():
            if self._names[name]["is"] not in ("import", "source"):
                self._try({one: facts for one, facts in self._names.items() if one != name}, best)

    def _try(self, names: Facts, sizes: Mapping[int, int]) -> bool:
        """Whether all is as it was with these names in place of the others; then they stay."""
        was, self._names = self._names, names
        holds = self._holds(sizes)
        self._names = names if holds else was
        return holds

    def _shrunk(self, best: dict[int, int], small: set[int], kept: set[int]) -> dict[int, int]:
        """Each size but those to be kept made as small as it may be, alone or with its multiples."""
        sizes = sorted(best.keys() - kept)
        for size in [*reversed(sizes)] * 2:  # what is in the way at first may have gone
            for smaller in (one for one in SMALLER if one < best[size]):
                alone = {size: smaller}
                both = alone | {one: one // size * smaller for one in sizes if one > size and one % size == 0}
                tries = [best | one for one in ([alone] if both == alone else [alone, both])]
                found = (one for one in tries if _apart(one, small) and self._holds(one))
                if (smallest := next(found, None)) is not None:
                    best = smallest
                    break
        return best

    def _trim(self, name: str, best: Mapping[int, int]) -> None:
        """Take from a class or function what neither line needs."""
        while True:
            facts = self._names[name]
            less = (facts | {"text": text} for text in less_by_one(facts["text"]))
            if not any(self._try(self._names | {name: one}, best) for one in less):
                return

    def _holds(self, sizes: Mapping[int, int]) -> bool:
        """Whether the statement fails the same way with these sizes, and the fix runs."""
        given = self._given(sizes)
        if given not in self._tried:
            over = self._runs > MOST_RUNS or (self._runs > 2 and process_time() > self._until)
            whys = (self._against(given, seed) for seed in SEEDS)
            why = " " if over else next(filter(None, whys), "")
            self._first_why, self._tried[given] = self._first_why or why.strip(), not why
        return self._tried[given]

    def _against(self, given: str, seed: int) -> str:
        """What is not as it was with this given; " " where that tells nobody anything."""
        failed = self._run(given, self._failing, seed)
        if failed.error != self._error:
            return _("with values made anew it gives {}", failed.said or _("no error"))
        if self._message and failed.error and not _says(failed.message, self._message):
            return " "
        if not self._fix:
            return "" if self._is_like(failed.value) else " "
        fixed = self._run(given, self._fix, seed)
        if fixed.error:
            return _("the fix fails, too: {}", fixed.said)
        if self._error and not _is_nothing(fixed.value):
            # Who gives back what is given must not be right: of a picture too small for what is drawn on it.
            names = self._run(given, "pass", seed).names.items()
            there = any(surely_same(one, fixed.value) for name, one in names if name[:1] != "_")
            return _("what the fix gives is given already: there is nothing to check") if there else ""
        if self._differ(self._run(given, "pass", seed) if self._error else failed, fixed, given, seed):
            return ""
        nothing = later("the fix leaves nothing that can be checked")
        return _(nothing if self._error else later("the statement and the fix give the same"))

    def _differ(self, failed: Seen, fixed: Seen, given: str, seed: int) -> bool:
        """Whether what the two gave, or left where they gave nothing, is surely not the same."""
        if _is_nothing(failed.value) and _is_nothing(fixed.value):
            left = {name: one for name, one in fixed.names.items() if name[:1] != "_"}
            was = failed.names
            return any(not surely_same(parts_of(one), parts_of(was.get(name))) for name, one in left.items())
        if type(failed.value) is not type(fixed.value):
            return True
        one, other, again = (
            parts_of(seen.value) if isinstance(seen.value, sys.modules["torch"].nn.Module) else seen.value
            for seen in (failed, fixed, self._run(given, self._fix, seed))
        )
        return not surely_same(one, other) and surely_same(again, other)

    def _is_like(self, value: Any) -> bool:
        """Whether a value has as many dims as the real one, none emptier, and distinct sizes where it has."""
        if self._shape is None:
            return True
        shape = [*getattr(value, "shape", ())]
        ends = zip(shape, self._shape)
        alike = len(shape) == len(self._shape) and all(new >= min(old, 2) for new, old in ends)
        return alike and len({*shape}) == len({*self._shape})

    def _run(self, given: str, statement: str, seed: int) -> Seen:
        self._runs += 1
        space: Facts = {"__name__": "__main__"}
        seed_all(seed)
        limit = FIRST_RUN if self._runs <= 2 else ONE_RUN
        try:
            with limited(limit), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(f"{self._preamble}\n{given}", space)
                value = evaluate(statement, "code", space)
        except BaseException as error:
            return Seen(type(error).__name__, text_of(error)[:2000], None, space)
        return Seen("", "", value, space)


def _is_nothing(value: Any) -> bool:
    return value is NO_ANSWER or value is None


def _says(message: str, wanted: str) -> bool:
    """Whether two messages say the same, whatever the sizes; the wanted one may be its first line only."""
    begins = masked((wanted.splitlines() or [""])[0])
    return masked(message) == masked(wanted) or ("\n" not in wanted and masked(message).startswith(begins))


def _apart(sizes: Mapping[int, int], small: set[int]) -> bool:
    """Whether distinct sizes are distinct still."""
    return len({*sizes.values(), *small}) == len(sizes.keys() | small) and min(sizes.values()) > 1


def _candidates(sizes: list[int], fixed: set[int], small: set[int]) -> Iterator[dict[int, int]]:
    """Small sizes for large ones, the smallest first; at last the large ones themselves."""
    for multiples in (True, False):
        for start in (2, 3, 5, 7):
            yield _ranked(sizes, fixed, small, start, multiples=multiples)
    yield {one: one for one in sizes}


def _ranked(
    sizes: list[int], fixed: set[int], small: set[int], start: int, *, multiples: bool
) -> dict[int, int]:
    """Sizes in the same order, distinct ones distinct; with `multiples`, multiples and products stay such."""
    made: dict[int, int] = {one: one for one in sizes if one in fixed}
    taken, last = {*made.values(), *small, *range(1, start)}, start - 1
    for size in sizes:
        if size in made:
            last = max(last, size)
            continue
        smaller = [one for one in made if multiples and size % one == 0]
        new = 0
        if smaller:
            base = smaller[-1]
            ratio = size // base
            new = made[base] * made.get(ratio, ratio if ratio <= SMALL_ENOUGH else 2)
        if new <= last or new in taken:
            new = next(one for one in count(last + 1) if one not in taken)
        made[size] = new
        taken.add(new)
        last = max(last, new)
    return made
