"""A script run once more, in the process of an answer, up to its failing statement: what that saw."""

from __future__ import annotations

import importlib.util
import linecache
import os
import re
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType, ModuleType
from typing import Any

from ptcards.language import _
from ptcards.runner import frames
from ptcards.runner.pictures import text_of

SECONDS = 20.0  # that a script may take up to the statement
Facts = dict[str, Any]


class StopError(BaseException):
    """The statement is reached, or the time is over: nothing of the script is to run any more."""


def masked(message: str) -> str:
    """What stays of a message whatever the sizes, places and addresses in it are."""
    text = re.sub(r"(?:[A-Za-z]:)?(?:/[\w.+-]+){2,}", "/", message)
    text = re.sub(r"0x[0-9a-fA-F]+", "#", text)
    text = re.sub(r"\[[-\d., ]*\]|\((?:-?\d+, ?)+-?\d*\)", "[#]", text)  # sizes, however many
    text = re.sub(r"\b\d+(x\d+)+\b", "#", text)
    return " ".join(re.sub(r"(?<![A-Za-z_])-?\d+(\.\d+)?(e[+-]?\d+)?", "#", text).split())


def last_name(error: str) -> str:
    return error.rpartition(".")[2]


class _Siblings:
    """Finds the modules that lie beside the script, whose texts came along."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = dict(modules)
        for name in modules:
            for at, letter in enumerate(name):
                if letter == ".":
                    self._modules.setdefault(name[:at], "")

    def find_spec(self, name: str, _path: Any = None, _target: Any = None) -> Any:
        if name not in self._modules:
            return None
        package = any(other.startswith(f"{name}.") for other in self._modules)
        return importlib.util.spec_from_loader(name, self, is_package=package, origin=file_of(name))  # type: ignore[arg-type]

    def create_module(self, _spec: Any) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        name = module.__name__
        module.__file__ = file_of(name)
        exec(compile(self._modules[name], file_of(name), "exec", dont_inherit=True), vars(module))


def file_of(module: str) -> str:
    return f"{module.replace('.', '/')}.py"


class Rerun:
    """One run; `found` is what the statement saw, `why` says why it was not reached."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._script, self._name = str(request["script"]), str(request.get("name") or "script.py")
        self._modules = {str(name): str(text) for name, text in request.get("modules", {}).items()}
        self._argv = [str(one) for one in request.get("argv", ())]
        self._sources = {
            self._name: self._script,
            **{file_of(one): text for one, text in self._modules.items()},
        }
        self._error, self._message = last_name(request.get("error", "")), masked(request.get("message", ""))
        self._fix = str(request.get("fix", ""))
        file, line = request.get("at") or (self._name, 0)
        self._file = self._resolved(str(file))
        self._first, self._last, self._statement = frames.statement_at(self._sources[self._file], int(line))
        self.built: dict[int, Facts] = {}
        self._kept: list[Any] = []  # so that no id is given twice
        self.found: Facts = {}
        self.why = ""

    def _resolved(self, file: str) -> str:
        if file in self._sources:
            return file
        alike = [one for one in self._sources if one.endswith(file) or file.endswith(f"/{one}")]
        alike += [one for one in self._sources if os.path.basename(one) == os.path.basename(file)]
        return alike[0] if alike else self._name

    def run(self) -> Rerun:
        try:
            code = compile(self._script, self._name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            self.why = _("the script is not Python: {}", text_of(error))
            return self
        ended: BaseException | None = None
        with self._around() as space:
            sys.settrace(self._trace)
            try:
                exec(code, space)
            except BaseException as error:
                ended = error
            finally:
                sys.settrace(None)
                signal.setitimer(signal.ITIMER_REAL, 0)
        if not self.found:
            self._after(ended)
        return self

    def _after(self, ended: BaseException | None) -> None:
        """The statement was not seen as it was said to be: look where the script did end."""
        if isinstance(ended, StopError):
            self.why = _("run again, the script took longer than {:g} s to come to its line", SECONDS)
        elif ended is None:
            self.why = _("run again, the script comes to its end without this error")
        elif self._is_it(ended):
            frame, line = frames.of_traceback(ended.__traceback__, self._sources.__contains__)
            if frame is not None:
                self._statement = frames.statement_at(self._sources[frame.f_code.co_filename], line)[2]
                self._see(frame, ended)
        if not self.found and not self.why:
            said = f"{type(ended).__name__}: {text_of(ended)}"[:300]
            self.why = _("run again, the script ends otherwise: {}", said)

    def _is_it(self, error: BaseException) -> bool:
        return bool(self._error) and type(error).__name__ == self._error

    def _trace(self, frame: FrameType, event: str, _argument: Any) -> Any:
        name = frame.f_code.co_name
        own = frame.f_code.co_filename == self._file and (name == "<module>" or name[:1] != "<")
        return self._within if own and event == "call" else None

    def _within(self, frame: FrameType, event: str, argument: Any) -> Any:
        if self.found:
            raise StopError
        if self._first <= frame.f_lineno <= self._last:
            if event == "exception" and self._is_it(argument[1]):
                self._see(frame, argument[1])
                raise StopError
            if event == "line" and not self._error:
                self._see(frame, None)
                raise StopError
        return self._within

    def _see(self, frame: FrameType, error: BaseException | None) -> None:
        sys.settrace(None)
        space = {**frame.f_globals, **frame.f_locals}
        fix = frames.card_form(self._fix) if self._fix else ""
        text = f"{frames.card_form(self._statement)}\n{fix}"
        self.found = {
            "described": frames.describe(space, text, self._sources, built=self.built),
            "failing": self._statement,
            "error": type(error).__name__ if error else "",
            "message": text_of(error)[:2000] if error else "",
        }

    @contextmanager
    def _around(self) -> Iterator[Facts]:
        """What a script finds around it when it is started, as far as there is any of it here."""
        module = ModuleType("__main__")
        sys.modules["__main__"] = module
        space = vars(module)
        space |= {"__file__": self._name, "__builtins__": __builtins__}
        sys.argv = [self._name, *self._argv]
        sys.meta_path.insert(0, _Siblings(self._modules))
        for name, text in self._sources.items():
            linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
        signal.signal(signal.SIGALRM, self._over)
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
        with self._watched():
            yield space

    def _over(self, _number: int, _frame: FrameType | None) -> None:
        raise StopError

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

        torch.nn.Module.__init__, loader.__init__ = layer, load
        try:
            yield
        finally:
            torch.nn.Module.__init__, loader.__init__ = module_init, loader_init

    def _note(self, this: Any, frame: FrameType) -> None:
        """The arguments of an own class's constructor, which calls that of Module first of all."""
        code = frame.f_code
        if code.co_name == "__init__" and code.co_filename in self._sources and id(this) not in self.built:
            names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
            if not code.co_flags & 12:  # neither *args nor **kwargs
                self.built[id(this)] = {name: frame.f_locals[name] for name in names}
                self._kept.append(this)
