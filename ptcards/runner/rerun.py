"""A script run once more, in the process of an answer, up to its failing statement: what that saw."""

from __future__ import annotations

import builtins
import linecache
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from traceback import walk_tb
from types import FrameType, ModuleType
from typing import Any
from unittest.mock import patch

from ptcards.language import _
from ptcards.runner import frames
from ptcards.runner.blocks import MARKED, Block, bound_first
from ptcards.runner.pictures import text_of
from ptcards.runner.sources import parsed
from ptcards.runner.stubs import Finder, Stub

SECONDS = 15.0  # of the processor that a script may take up to the statement
MOST_MISSING = 12  # modules that may not be here
MISSING: set[str] = set()  # those that the script of this process asked for in vain
BUILTINS = dict(vars(builtins))
Facts = dict[str, Any]


class StopError(BaseException):
    """The statement is reached, or the time is over: nothing of the script is to run any more."""


@contextmanager
def limited(seconds: float, error: type[BaseException] = TimeoutError) -> Iterator[None]:
    """Raise an error where it takes longer, in seconds of the processor."""

    def over(_number: int, _frame: Any) -> None:
        raise error

    signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def masked(message: str) -> str:
    """What stays of a message whatever the sizes, places and addresses in it are."""
    text = re.sub(r"(?:[A-Za-z]:)?(?:/[\w.+-]+){2,}", "/", message)
    text = re.sub(r"0x[0-9a-fA-F]+", "#", text)
    text = re.sub(r"\[[-\d., ]*\]|\((?:-?\d+, ?)+-?\d*\)", "[#]", text)  # sizes, however many
    text = re.sub(r"\b\d+(x\d+)+\b", "#", text)
    return " ".join(re.sub(r"(?<![A-Za-z_])-?\d+(\.\d+)?(e[+-]?\d+)?", "#", text).split())


def last_name(error: str) -> str:
    return error.rpartition(".")[2]


def file_of(module: str) -> str:
    return f"{module.replace('.', '/')}.py"


class Rerun:
    """One run; `found` is what the statement saw, `why` says why it was not reached.

    With `back`, what the statement so many places before it in its block saw, in the round `round` of a loop.
    """

    def __init__(self, request: Mapping[str, Any], *, back: int = 0, round: int = 1) -> None:  # noqa: A002
        self._request = request
        self._script, self._name = str(request["script"]), str(request.get("name") or "script.py")
        self._modules = {str(name): str(text) for name, text in request.get("modules", {}).items()}
        self._sources = {
            self._name: self._script,
            **{file_of(one): text for one, text in self._modules.items()},
        }
        self._error = last_name(request.get("error", ""))
        self._fix = str(request.get("fix", ""))
        at: tuple[str, int] = request.get("at") or (self._name, 0)
        self._file, self._line = at
        self._first, self._last, statement = frames.statement_at(self._sources[self._file], self._line)
        self._statement = str(request.get("failing") or statement)  # of a diff perhaps several, from here on
        self._back, self._wanted = back, round
        self._stops = back > 0 or not self._error
        self.rounds, self.room = 0, 0  # how often the statement was reached, how many stand before it
        self._before, self._block = list[str](), Block("", 0)
        self.error, self.message, self.tails = "", "", list[str]()
        self.built: dict[int, Facts] = {}
        self._kept: list[Any] = []  # so that no id is given twice
        self.found: Facts = {}
        self.why = ""

    def run(self) -> Rerun:
        ended = self._ended()
        if not self.found and ended is None and not self._stops and self.rounds:
            # Somebody caught it: what the statement saw when it was reached last.
            again = Rerun(self._request, round=self.rounds)
            again._stops = True
            return again.run()
        if not self.found:
            self._after(ended)
        return self

    def _ended(self) -> BaseException | None:
        """Run the script; what ends it. Modules that are not here are done without, one after the other."""
        ended: BaseException | None = None
        for _again in range(MOST_MISSING):
            self.rounds = 0
            with self._around() as space:
                try:
                    exec(self._compiled(self._name, self._script), space)
                    ended = None
                except BaseException as error:
                    ended = error
            name = str(ended.name).partition(".")[0] if type(ended) is ModuleNotFoundError else ""
            if not name or name in MISSING or name in sys.modules or self._error == "ModuleNotFoundError":
                break
            MISSING.add(name)
        return ended

    def to_the_end(self) -> Rerun:
        """Run it without a stop: `error` and `message` are what it ends with, `tails` what leads there.

        These are texts to put behind the statement, the likelier ones first; none where it does not fail.
        """
        self._stops = False
        ended = self._ended()
        if ended is None or isinstance(ended, StopError):
            return self
        self.error, self.message = type(ended).__name__, text_of(ended)[:2000]
        statements = len(parsed(frames.plain(self._statement)).body)
        lines = [at for frame, at in walk_tb(ended.__traceback__) if frame.f_code.co_filename == self._file]
        lines += [0] * ("backward" in self.message or "gradient" in self.message)
        self.tails = [*filter(None, (self._block.until(line, statements) for line in lines))]
        return self

    def _compiled(self, file: str, text: str) -> Any:
        """The code of a file, marked where the statement is in it."""
        tree: Any = text
        if file == self._file:
            block = self._block = Block(text, self._line)
            self.room, self._before = block.room, block.before(self._back)
            block.mark(self._back)
            tree = block.tree
        return compile(tree, file, "exec", dont_inherit=True)

    def _here(self) -> None:
        """Called by the mark."""
        self.rounds += 1
        if self.found or (self._stops and self.rounds == self._wanted):
            if not self.found:
                self._see(sys._getframe(1), None)
            raise StopError

    def _after(self, ended: BaseException | None) -> None:
        """The script came to its end: whether by what is looked for, else why not."""
        if isinstance(ended, StopError):
            self.why = _("run again, the script took longer than {:g} s to come to its line", SECONDS)
        elif isinstance(ended, SyntaxError) and ended.filename in (self._name, "<unknown>"):
            self.why = _("the script is not Python: {}", text_of(ended))
        elif ended is None:
            self.why = _("run again, the script comes to its end without this error")
        elif not self._stops:
            self._look_into(ended)
        if not self.found and not self.why:
            said = f"{type(ended).__name__}: {text_of(ended)}"[:300]
            self.why = _("run again, the script ends otherwise: {}", said)

    def _look_into(self, ended: BaseException) -> None:
        """The frame of an exception, or of what led to it, that the statement stood in."""
        led: BaseException | None = ended
        while led is not None and not self.found:
            places = [*walk_tb(led.__traceback__)] if type(led).__name__ == self._error else []
            for frame, line in reversed(places):
                if frame.f_code.co_filename == self._file and self._first <= line <= self._last:
                    return self._see(frame, led)
            inner, line = frames.of_traceback(led.__traceback__, self._sources.__contains__)
            if places and inner is not None:
                self._statement = frames.statement_at(self._sources[inner.f_code.co_filename], line)[2]
                self.room = 0
                return self._see(inner, led)
            led = led.__cause__ or led.__context__
        return None

    def _see(self, frame: FrameType, error: BaseException | None) -> None:
        vars(builtins).update(BUILTINS)  # the script may have replaced some
        fix = frames.card_form(self._fix) if self._fix else ""
        statements = [*self._before, frames.card_form(self._statement)]
        hidden = bound_first(statements)
        space = {
            name: one for name, one in {**frame.f_globals, **frame.f_locals}.items() if name not in hidden
        }
        text = "\n".join([*statements, fix])
        described = frames.describe(space, text, self._sources, built=self.built)
        described["notes"] += [
            _("{} is not here: the script ran without it", name) for name in sorted(MISSING)
        ]
        self.found = {
            "described": described,
            "before": self._before,
            "failing": self._statement,
            "error": type(error).__name__ if error else "",
            "message": text_of(error)[:2000] if error else "",
        }

    @contextmanager
    def _around(self) -> Iterator[Facts]:
        """What a script finds around it when it is started, as far as there is any of it here."""
        sys.modules["__main__"] = module = ModuleType("__main__")
        sys.argv = [self._name, *map(str, self._request.get("argv", ()))]
        space = vars(module)
        space |= {"__file__": self._name, "__builtins__": __builtins__, MARKED: self._here}
        siblings: Any = Finder(self._holds, packages=partial(self._holds, inside="."), fill=self._fill)
        stubs: Any = Finder(
            lambda name: name.partition(".")[0] in MISSING, make=lambda one: Stub(name=one.name)
        )
        sys.meta_path[:] = [siblings, *(one for one in sys.meta_path if type(one) is not Finder), stubs]
        for name, text in self._sources.items():
            linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        for name in self._modules:
            sys.modules.pop(name, None)
        try:
            with limited(SECONDS, StopError), self._watched():
                yield space
        finally:
            vars(builtins).update(BUILTINS)

    def _holds(self, name: str, inside: str = "") -> bool:
        """Whether a module, or with `inside` one in it, lies beside the script."""
        return any(f"{one}.".startswith(f"{name}.") and one != name * bool(inside) for one in self._modules)

    def _fill(self, module: ModuleType) -> None:
        module.__file__ = file_of(module.__name__)
        vars(module)[MARKED] = self._here
        exec(self._compiled(module.__file__, self._modules.get(module.__name__, "")), vars(module))

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Layers say what they are made with, and loaders start no processes, which are refused."""
        torch: Any = sys.modules.get("torch")
        if torch is None:
            yield
            return
        module_init, loader = torch.nn.Module.__init__, torch.utils.data.DataLoader
        loader_init = loader.__init__

        def layer(this: Any, *args: Any, **named: Any) -> None:
            with suppress(Exception):
                self._note(this, sys._getframe(1))
            module_init(this, *args, **named)

        def load(this: Any, *args: Any, **named: Any) -> None:
            named |= {"num_workers": 0} if named.get("num_workers") else {}
            for one in ("prefetch_factor", "persistent_workers", "pin_memory"):
                named.pop(one, None)
            loader_init(this, *args, **named)

        with patch.object(torch.nn.Module, "__init__", layer), patch.object(loader, "__init__", load):
            yield

    def _note(self, this: Any, frame: FrameType) -> None:
        """The arguments of the constructor that calls that of Module first of all."""
        made: FrameType | None = None
        while frame.f_code.co_name == "__init__" and frame.f_locals.get(frame.f_code.co_varnames[0]) is this:
            made, back = frame, frame.f_back
            if back is None:
                break
            frame = back
        if made is None or id(this) in self.built or made.f_code.co_flags & 12:  # *args or **kwargs
            return
        code = made.f_code
        if code.co_filename in self._sources or type(this).__module__.startswith("torch.nn."):
            names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
            self.built[id(this)] = {name: made.f_locals[name] for name in names}
            self._kept.append(this)
