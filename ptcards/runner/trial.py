"""The process of one answer: walled in it runs the card's code, the answer, and the check over both."""

from __future__ import annotations

import ast
import builtins
import copy
import faulthandler
import io
import linecache
import operator
import os
import random
import resource
import shutil
import signal
import socket
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stdout, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from types import MethodType, ModuleType
from typing import Any

from ptcards.language import _, use
from ptcards.runner import failures, helpers, sandbox
from ptcards.runner.failures import NAME, AlwaysTrueError, Asserts, rewrite
from ptcards.runner.helpers import NotALiteralError, parse_literal
from ptcards.runner.libraries import gpu_devices
from ptcards.runner.pictures import Story, describe
from ptcards.runner.protocol import Channel, Message, Phase, Verdict
from ptcards.runner.rules import Rules
from ptcards.runner.within import Ready, measured

CONTROL = 3
LINE_SIGNAL = signal.SIGUSR1  # asks for the lines the code is on: written to the control channel as text
DUMMY: dict[str, Any] = {
    "preamble": "# of math, operator, random, torch, numpy, cv2",  # of what is named, all is read
    **{"given": "x = [1, 2]", "answer": "[x[0], *x[1:]]", "solution": "", "accepts": "code"},
    **{"expects": [], "forbid": [], "within": {}, "left": 1.0, "last": True, "seed": 0, "steps": True},
    "language": "en",
    "check": "assert isinstance(answer, list) and same(answer, given()['x']), 'no'\nassert answer == [1, 2]\n"
    "import sys\nif t := sys.modules.get('torch'):\n    assert same(t.ones(2) + 1, t.full((2,), 2.0))",
}
MEASURING = 0.6  # of the seconds that are left may be spent on measuring time
GRACE = 0.1  # seconds that threads have to end by themselves after the answer
NO_ANSWER = object()
RECURSION = sys.getrecursionlimit()
OWN_CODE = ("<preamble>", "<given>", "<answer>")
DATA = {"list", "dict", "set", "tuple", "bytearray", "deque", "defaultdict", "OrderedDict", "Counter"}
DATA |= {"Tensor", "ndarray"}  # types of the preamble's data that the check gets as they were
# Modules whose functions are put back where an answer replaced them.
RELIED_ON = ("math", "operator", "random", "torch", "torch.nn.functional", "numpy", "numpy.random", "cv2")
BUILTINS = vars(builtins)
Space = dict[str, Any]


def live(facts: Message) -> None:
    """Serve one request on descriptors 0 to 3 and end the process; never returns."""
    try:
        # Nothing of the app's is left: descriptors, environment, streams and signals of a fresh process.
        scratch = facts["scratch"]
        sandbox.prctl(sandbox.PR_SET_PDEATHSIG, signal.SIGKILL)
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0] if sys.platform == "linux" else 256
        os.closerange(CONTROL + 1, most)
        os.environ.clear()
        os.environ.update(HOME=scratch, TMPDIR=scratch, PATH="/usr/bin:/bin", LANG="C.UTF-8")
        tempfile.tempdir = scratch
        os.chdir(scratch)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the process's own
        sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGTERM, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        faulthandler.register(LINE_SIGNAL, file=CONTROL, all_threads=False, chain=False)
        if facts["ahead"]:  # the pages that judging touches are this process's own when the real answer comes
            trial = Trial()
            for step in (trial.prepare, trial.answer, trial.check):
                step(DUMMY)
            trial.shown_value()
        # What memory is held, read before the layers close the file.
        held = Path("/proc/self/statm").read_text().split() if sys.platform == "linux" else []
        hello = sandbox.confine(scratch, facts["readable"])
        channel = Channel(socket.socket(fileno=CONTROL))
        channel.send(hello | {name: facts[name] for name in ("versions", "missing")})
        serve(channel, scratch, held)
    except EOFError:
        os._exit(0)
    except BaseException:
        text = traceback.format_exc()[-2000:]
        try:
            os.write(2, text.encode())
        finally:
            os._exit(70)


def serve(channel: Channel, scratch: str, held: list[str]) -> None:
    """Take each step that is asked for; its token is in the reply: only who read the request can reply."""
    trial, path = Trial(), list(sys.path)
    while True:
        request = channel.receive()
        if limits := request.get("limits"):
            sandbox.limit_run(held, *limits)
        elif request["do"] == "prepare":  # the last answer's files go, and the modules that were made of them
            os.chdir("/")
            shutil.rmtree(scratch, ignore_errors=True)
            os.makedirs(scratch, exist_ok=True)
            os.chdir(scratch)
            for name, module in list(sys.modules.items()):
                if str(getattr(module, "__file__", "")).startswith(scratch):
                    del sys.modules[name]
            trial, sys.path[:] = Trial(), path
        result = getattr(trial, request["do"])(request)
        if request["last"] or result:
            result = {"verdict": Verdict.SKIPPED} | result | trial.shown_value()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> (20 if sys.platform == "darwin" else 10)
        channel.send({"result": result, "token": request["token"], "peak_mb": peak})


def result(verdict: Verdict, phase: Phase, message: str, **facts: Any) -> Message:
    return {"verdict": verdict, "phase": phase, "message": message, "slip": phase is Phase.ANSWER} | facts


broken, failed = partial(result, Verdict.BROKEN), partial(result, Verdict.FAIL, Phase.CHECK)
slip = partial(result, Verdict.FAIL, Phase.ANSWER)


class GivenNames(dict[str, Any]):
    """What `given()` returns: the names, as items and as attributes."""

    def __getattr__(self, name: str) -> Any:
        if name not in self:
            raise AttributeError(f"given binds no {name!r}")
        return self[name]


class Trial:
    """Holds the namespaces between the steps `prepare`, `answer` and `check`; each gives {} or a result.

    The check sees the preamble's; `given` and the answer run in a copy, and hide nothing of it.
    """

    def __init__(self) -> None:
        self.asserts = Asserts()
        self.value: Any = NO_ANSWER
        self.story: Story | None = None

    def prepare(self, job: Message) -> Message:
        """Run `preamble` and `given`."""
        use(job["language"])
        seed_all(job["seed"])
        self.preamble = _fresh({NAME: self.asserts}, main=True)
        if trouble := self._card_code(Phase.PREAMBLE, job["preamble"], self.preamble):
            return trouble
        self._defined = dict(self.preamble)
        self._data, self._files = _copies(self.preamble), [*filter(os.path.isfile, os.listdir())]
        undrawn, self._after_preamble = helpers.random_state()
        self.space = _fresh(self.preamble, main=True)
        before = dict(self.space)
        if trouble := self._card_code(Phase.GIVEN, job["given"], self.space):
            return trouble
        self._given_source, self._drew = job["given"], helpers.random_state()[0] != undrawn
        self._card_source = f"{job['preamble']}\n{job['given']}"
        self.given = _bound(self.space, before)
        if _still_running():
            return broken(Phase.GIVEN, _("the card's code leaves a thread running"))
        shown = list(self.given.items())[:40] if job["last"] else []
        return {"values": {name: describe(value) for name, value in shown}} if shown else {}

    def _card_code(self, phase: Phase, source: str, space: Space) -> Message | None:
        _remember_lines(phase, source)
        try:
            exec(rewrite(source, f"<{phase}>", judged=False), space)
        except BaseException as error:
            facts = failures.explain(error, phase, source)
            if isinstance(error, Exception):
                facts["missing_module"] = failures.missing_module(error)
            return broken(phase, _("the card's {} fails: {}", phase, facts.pop("message")), **facts)
        return None

    def answer(self, job: Message) -> Message:
        """Run the answer; {} when there is a value to check."""
        self.source, self.expects, self.accepts = job["answer"], tuple(job["expects"]), job["accepts"]
        _remember_lines(Phase.ANSWER, self.source)
        self.code = f"{self._card_source}\n{self.source}"
        self._was = Environment(self.code)
        self.rules = Rules(job["forbid"], self.source, self.space)
        try:
            with self._was, self.rules:
                self.story = Story(self.source) if job["steps"] else None
                self.value = evaluate(self.source, self.accepts, self.space, story=self.story)
        except NotALiteralError as error:
            return slip(str(error))
        except BaseException as error:
            return slip(**failures.explain(error, Phase.ANSWER, self.source))
        if _still_running():
            return slip(_("the answer left a thread running: join it, or use the executor in a `with`"))
        missing = [f"`{name}`" for name in self.expects if name not in self.space and name not in BUILTINS]
        return slip(_("the answer must define {}", ", ".join(missing))) if missing else {}

    def shown_value(self) -> Message:
        steps = {"steps": [*self.story.steps]} if self.story else {}
        return steps if self.value is NO_ANSWER else steps | {"answer_value": describe(self.value)}

    def check(self, job: Message) -> Message:
        """Run the check over what the answer left; the result, with no verdict left open."""
        if self.rules.breach:
            return failed(**self.rules.breach)
        source, until = job["check"], monotonic() + job["left"]
        _remember_lines(Phase.CHECK, source)
        try:
            code = rewrite(source, "<check>")
        except AlwaysTrueError as error:
            return broken(Phase.CHECK, error.msg, line=error.lineno)
        except (SyntaxError, ValueError) as error:
            return broken(Phase.CHECK, _("the check does not compile: {}", error))
        # The preamble as it was, the tools, and what the answer bound that hides neither nor a builtin.
        self.preamble |= {name: self.space[name] for name in self.expects if name in self.space}
        for name in self._data.keys() - set(self.expects):
            if not helpers.surely_same(self._data[name], self.preamble[name]):
                self.preamble[name] = self._data[name]
        free = {*self.given, *self.expects}
        tools = {name: getattr(helpers, name) for name in ("same", "close", "cases", "call")}
        tools |= {tool.__name__: MethodType(tool, self.asserts) for tool in (helpers.raises, helpers.agree)}
        tools |= {"given": self._afresh, "solution": partial(self._afresh, job["solution"])}
        tools |= {"before": GivenNames(self.given)}
        space = {name: value for name, value in self.space.items() if name in free or name not in BUILTINS}
        space |= {name: tool for name, tool in tools.items() if name not in free}
        space |= {name: value for name, value in self.given.items() if isinstance(value, ModuleType)}
        space = _fresh(space | self.preamble)
        space.pop("answer", None)
        space |= {} if self.value is NO_ANSWER else {"answer": self.value}
        seed_all(job["seed"] + 1)
        stopped: BaseException | None = None
        self.asserts.live = True
        try:
            with self._was, self.rules:
                exec(code, space)
        except BaseException as caught:
            stopped = caught
        self.asserts.live = False
        judged = self._judged(stopped, source)
        if self.rules.breach and judged["verdict"] is not Verdict.BROKEN and not judged.get("slip"):
            judged = failed(**self.rules.breach)
        elif judged["verdict"] is Verdict.PASS and job["within"]:
            judged |= self._within(job, monotonic() + MEASURING * (until - monotonic()))
        return judged | {"drew": self._drew}

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """A folder with copies of the preamble's files, for code that leaves nothing behind."""
        go_back, here = helpers.random_state()[1], os.getcwd()
        try:
            with Environment(self.code), TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):
                for name in filter(os.path.exists, self._files):
                    shutil.copy(name, folder)
                os.chdir(folder)
                yield
        finally:
            os.chdir(here)
            go_back()

    def _given_anew(self) -> tuple[Space, Space]:
        """The names after `given`, and before it; with the same chance each time."""
        space = _fresh(self._defined | _copies(self._data))
        before = dict(space)
        self._after_preamble()
        exec(rewrite(self._given_source, "<given>", judged=False), space)
        return space, before

    def _afresh(self, solution: str | None = None) -> GivenNames:
        """What `given` and a solution bind, made afresh with the same chance; `answer` is its value."""
        with self._aside():
            space, before = self._given_anew()
            value = NO_ANSWER
            if solution is not None:
                _remember_lines("solution", solution)
                value = evaluate(solution, self.accepts, space, "<solution>")
        return GivenNames(_bound(space, before) | ({} if value is NO_ANSWER else {"answer": value}))

    def _within(self, job: Message, deadline: float) -> Message:
        """What the answer took in time and memory beside the solution; a result where that is too much."""
        within, ours = job["within"], True
        try:
            with self._aside():
                solution = self._readying(job["solution"], "<solution>", within)
                solution()()
                ours = False
                found = measured(within, solution, self._readying(self.source, "<answer>", within), deadline)
        except BaseException as error:
            facts = failures.explain(error, Phase.CHECK, "")
            if ours:
                return broken(Phase.CHECK, _("the card's {} fails: {}", "within", facts.pop("message")))
            return failed(_("the check could not use your answer: {}", facts.pop("message")), **facts)
        return failed(**found) if "rule" in found else found

    def _readying(self, source: str, filename: str, within: Message) -> Ready:
        """What makes `run` ready, where there is one, else the answer by itself on a fresh `given`."""
        run, setup = within["run"], compile(within["setup"], "<within>", "exec", dont_inherit=True)
        code = compile(run or source.removeprefix("\ufeff"), "<within>" if run else filename, "exec")

        def ready() -> Any:
            space = self._given_anew()[0]
            if run:
                space["answer"] = evaluate(source, self.accepts, space, filename)
            exec(setup, space)
            return partial(exec, code, space)

        return partial(lambda made: made, ready()) if run else ready

    def _judged(self, stopped: BaseException | None, source: str) -> Message:  # noqa: PLR0911 - one for each end
        """What the check's end means: reached at its last line, or stopped by an assert or another error."""
        if (failure := self.asserts.failure) is not None:
            raised = failure.pop("raised", None)
            if stopped is None and not (raised and failures.line_in("answer", raised)):
                message = _("the check swallows its own failed assert on line {}", failure["line"])
                return broken(Phase.CHECK, message, line=failure["line"])
            return failed(**failure)
        if stopped is None:
            if not self.asserts.count:
                return broken(Phase.CHECK, _("the check ended without an assert"))
            return {"verdict": Verdict.PASS, "phase": Phase.CHECK}
        if isinstance(stopped, NameError) and "'answer'" in str(stopped) and self.value is NO_ANSWER:
            if _is_print(ast.parse(self.source).body[-1]):
                return slip(_("print gives None: end with the value"))
            return slip(_("there is no value to check: end with an expression, or bind `answer`"))
        if failures.is_typo(stopped):
            return slip(**failures.explain(stopped, Phase.ANSWER, self.source))
        if isinstance(stopped, AssertionError) and not failures.line_in("answer", stopped):
            return failed(str(stopped) or _("an assert of the card's own code fails"))
        facts = failures.explain(stopped, Phase.CHECK, source)
        return failed(_("the check could not use your answer: {}", facts.pop("message")), **facts)


class Environment(AbstractContextManager[None]):
    """What an answer may change around it without meaning any harm, to be put back as it was."""

    def __init__(self, source: str) -> None:
        """Of the libraries only those that the source names: reading one touches thousands of objects."""
        torch = sys.modules.get("torch") if "torch" in source else None
        named = [name for name in RELIED_ON if name in sys.modules and name.split(".")[0] in source]
        owners = [*map(sys.modules.get, named), *([] if torch is None else [torch.Tensor])]
        self._builtins = dict(BUILTINS)
        self._owners: list[tuple[Any, Space]] = [(owner, dict(vars(owner))) for owner in owners]
        self._path, self._streams = list(sys.path), (sys.stdout, sys.stderr)
        self._profile = sys.getprofile()
        self._torch = []
        if torch is not None:
            grad = torch.is_grad_enabled, torch._C._set_grad_enabled
            dtype = torch.get_default_dtype, torch.set_default_dtype
            get = getattr(torch, "get_default_device", lambda: torch.empty(0).device)  # of torch 2.3 on
            device = get, torch.set_default_device
            self._torch = [(get, put, get()) for get, put in (dtype, grad, device)]

    def __exit__(self, *_: object) -> None:
        BUILTINS.update(self._builtins)
        for name in BUILTINS.keys() - self._builtins.keys():
            del BUILTINS[name]
        for owner, was in self._owners:
            now = vars(owner)
            if len(now) == len(was) and all(map(operator.is_, was.values(), map(now.get, was))):
                continue
            for name in [name for name in now if name not in was]:
                if isinstance(owner, type) and hasattr(owner.__base__, name):
                    delattr(owner, name)  # hides an inherited method; what else was added stays
            for name, value in was.items():
                if callable(value) and now.get(name) is not value:
                    setattr(owner, name, value)
        for get, put, value in self._torch:
            if get() != value:
                put(value)
        sys.settrace(None)
        sys.setprofile(self._profile)
        threading.settrace(None)
        for kind in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
            signal.setitimer(kind, 0)
        sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
        sys.path = list(self._path)
        for stream in (sys.stdout, sys.stderr, *self._streams):
            with suppress(Exception):
                stream.flush()
        sys.stdout, sys.stderr = self._streams


def _fresh(names: Space, *, main: bool = False) -> Space:
    """A namespace; `main`: that of a new `__main__`, so that pickling finds the learner's classes."""
    module = ModuleType("__main__")
    vars(module).update(names, __builtins__=builtins)
    if main:
        sys.modules["__main__"] = module
    return vars(module)


def _bound(space: Space, before: Space) -> Space:
    """What a piece of code bound or bound anew."""
    missing = object()
    return {n: v for n, v in space.items() if not n.startswith("__") and before.get(n, missing) is not v}


def _copies(names: Space) -> Space:
    """Copies of the preamble's data, taken before the answer could change it in place."""
    found = {}
    for name, value in names.items():
        if type(value).__name__ in DATA and not name.startswith("__"):
            with suppress(Exception):
                found[name] = copy.deepcopy(value)
    return found


def evaluate(
    source: str, accepts: str, space: Space, filename: str = "<answer>", story: Story | None = None
) -> Any:
    """Run an answer and give its value, NO_ANSWER where it has none; raises NotALiteralError.

    That is its last expression, unless it is None; else `answer`; else what the last assignment bound.
    """
    if accepts != "code":
        return parse_literal(source, accepts)
    tree = ast.parse(source.removeprefix("\ufeff"), filename)
    if not tree.body:
        raise NotALiteralError(_("the answer is empty"))
    last, found = tree.body[-1], None
    if isinstance(last, ast.Expr):
        tail = compile(ast.Expression(last.value), filename, "eval", dont_inherit=True, optimize=0)
        tree.body.pop()
    exec(compile(tree, filename, "exec", dont_inherit=True, optimize=0), space)
    if isinstance(last, ast.Expr):
        tail = story.recording(tail) if story else tail
        found = eval(tail, space)  # noqa: S307 - running the answer is what this is for
    if found is not None:
        return found
    bound = space.get("answer", space.get(_last_bound(tree.body) or "", NO_ANSWER))
    return None if bound is NO_ANSWER and isinstance(last, ast.Expr) and not _is_print(last) else bound


def _is_print(last: ast.stmt) -> bool:
    return isinstance(last, ast.Expr) and ast.unparse(last).startswith("print(")


def _last_bound(body: list[ast.stmt]) -> str | None:
    """The name that the last assignment binds, in blocks too; "" where it binds several, None without one."""
    for node in reversed(body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, (ast.Name, ast.Tuple, ast.List)):
                    return getattr(target, "id", "")
        for block in reversed([part for part in vars(node).values() if isinstance(part, list)]):
            if (name := _last_bound([one for one in block if isinstance(one, ast.stmt)])) is not None:
                return name
    return None


def seed_all(seed: int) -> None:
    """Seed every source of chance; CUDA's only where there is one, because asking torch for all is slow."""
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed % 2**32)
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(seed % 2**63)
        if gpu_devices():
            torch.cuda.manual_seed_all(seed % 2**63)


def _still_running() -> bool:
    """Whether a function of the answer or of the card runs in another thread, and does not end soon."""
    deadline, me = monotonic() + GRACE, threading.get_ident()
    while running := any(
        frame.f_code.co_filename in OWN_CODE
        for thread, innermost in sys._current_frames().items()
        if thread != me
        for frame, _ in traceback.walk_stack(innermost)
    ):
        if monotonic() >= deadline:
            break
        sleep(0.002)
    return running


def _remember_lines(phase: str, source: str) -> None:
    """Let warnings, `inspect.getsource` and torch.jit find the text."""
    lines = source.splitlines(keepends=True)
    linecache.cache[f"<{phase}>"] = (len(source), None, lines, f"<{phase}>")
