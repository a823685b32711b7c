"""One answer before its card's check: the steps that run in the child, in order."""

from __future__ import annotations

import builtins
import importlib
import linecache
import os
import signal
import sys
from time import monotonic, sleep
from typing import Any

from ptcards.runner import faults, names
from ptcards.runner.audit import Audit
from ptcards.runner.describe import describe
from ptcards.runner.helpers import close, raises_with, same
from ptcards.runner.ledger import Ledger
from ptcards.runner.plain import NotALiteralError, parse_literal
from ptcards.runner.protocol import Phase, Verdict, Why
from ptcards.runner.rewriting import LEDGER, AlwaysTrueError, loaded_names, rewrite
from ptcards.runner.suspicion import why_not_plain

GIVEN_SHOWN = 40
GRACE = 0.1
"""Seconds that threads have to end by themselves after the answer."""
NO_ANSWER = object()
RECURSION = sys.getrecursionlimit()
Result = dict[str, Any]


class Trial:
    """Holds the namespaces between the steps `prepare`, `answer` and `check`; each gives a reply's keys."""

    def __init__(self, audit: Audit) -> None:
        self.ledger = Ledger()
        self.audit = audit
        self.source = ""
        self.value: Any = NO_ANSWER
        self._streams = sys.stdout, sys.stderr

    def prepare(self, job: dict[str, Any]) -> Result:
        """Run `preamble` and `given`; import what the check will; look at what could be replaced."""
        module = names.main_module()
        self.space = module.__dict__
        names.with_ledger(self.space, self.ledger, job["preamble"], job["given"])
        names.seed_all(job["seed"])
        if trouble := self._card_code(Phase.PREAMBLE, job["preamble"]):
            return trouble
        self.preamble = dict(self.space)
        self._copied = names.copies_of_data(self.preamble)
        self._after_preamble = names.random_state()
        for name in job["imports"]:
            try:
                importlib.import_module(name)
            except Exception:
                continue
        if trouble := self._card_code(Phase.GIVEN, job["given"]):
            return trouble
        self.given = names.own_names(self.space, self.preamble)
        self._given_source, self._card = job["given"], f"{job['preamble']}\n{job['given']}"
        if self.audit.threads_left() > 0:
            return broken(Phase.GIVEN, "the card's code leaves a thread running")
        self.audit.look_only_at(" ".join((job["preamble"], job["given"], *job["imports"])))
        if names.may_replace(job["preamble"] + job["given"]) and self.audit.replaced():
            self.audit = Audit()
        self.audit.accept_path()
        for name in job["imports"]:
            self.audit.watch(name)
        shown = list(self.given.items())[:GIVEN_SHOWN] if job["shown"] else []
        return {"prepared": {name: describe(value) for name, value in shown}}

    def _card_code(self, phase: Phase, source: str) -> Result | None:
        _remember_lines(phase, source)
        try:
            exec(names.compile_card_code(source, f"<{phase}>"), self.space)
        except BaseException as error:
            told = faults.explain(error, phase, source)
            if isinstance(error, ModuleNotFoundError):
                told["missing_module"] = error.name
            elif isinstance(error, ImportError):
                told["missing_module"] = _top_import(error)
            return broken(phase, f"the card's {phase} fails: {told.pop('message')}") | told
        return None

    def answer(self, job: dict[str, Any]) -> Result:
        """Run the answer and look at what it did; {} when there is a value to check."""
        self.source = job["answer"]
        self.expects = tuple(job["expects"])
        _remember_lines(Phase.ANSWER, self.source)
        try:
            trouble = self._evaluate(job["accepts"])
        except BaseException as error:
            self.audit.mend_builtins()
            told = faults.explain(error, Phase.ANSWER, self.source)
            trouble = slip(told.pop("message")) | told | faults.learner_line(error, self.source)
            if trouble.get("line"):
                trouble["source_line"] = faults.source_line(self.source, trouble["line"])
        self._settle()
        return trouble or self._traces() or self._missing()

    def _evaluate(self, accepts: str) -> Result | None:
        if accepts == "text":
            self.value = self.source.strip()
            return None if self.value else slip("the answer is empty")
        if accepts == "literal":
            try:
                self.value = parse_literal(self.source)
            except NotALiteralError as error:
                return slip(str(error))
            return None
        parts = names.take_apart(self.source)
        if parts.empty:
            return slip("the answer is empty")
        exec(parts.body, self.space)
        if parts.value is not None:
            self.value = eval(parts.value, self.space)  # noqa: S307 - running the answer is what this is for
        elif "answer" in self.space:
            self.value = self.space["answer"]
        elif parts.name is not None:
            self.value = self.space.get(parts.name, NO_ANSWER)
        return None

    def _settle(self) -> None:
        """Builtins, streams, timers and module path as they were, and everything printed on its way."""
        self.audit.mend_builtins()
        for kind in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
            signal.setitimer(kind, 0)
        sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
        flush(sys.stdout, sys.stderr, *self._streams)
        sys.stdout, sys.stderr = self._streams
        self.audit.put_back_path()

    def _traces(self) -> Result | None:
        audit = self.audit
        patience = monotonic() + GRACE
        while audit.threads_left() > 0 and monotonic() < patience:
            sleep(0.002)
        if audit.threads_left() > 0:
            return slip("the answer left a thread running: join it, or use the executor in a `with`")
        if audit.modes_left():
            return slip(
                "the answer left a torch mode switched on, which the check relies on: use it in a `with`"
            )
        if replaced := audit.replaced():
            return slip(f"the answer replaced {replaced}, which the check relies on")
        return None

    def _missing(self) -> Result:
        if lacking := names.missing_names(self.space, self.expects):
            shown = ", ".join(f"`{name}`" for name in lacking)
            return slip(f"the answer must define {shown}")
        return {}

    def shown_value(self) -> Result:
        return {} if self.value is NO_ANSWER else {"answer_value": describe(self.value)}

    def check(self, source: str, seed: int) -> Result:
        """Run the check over what the answer left; the result, with no verdict left open."""
        _remember_lines(Phase.CHECK, source)
        try:
            code = rewrite(source, "<check>", compares=True)
        except AlwaysTrueError as error:
            return broken(Phase.CHECK, str(error)) | {"line": error.line}
        except (SyntaxError, ValueError) as error:
            return broken(Phase.CHECK, f"the check does not compile: {error}")
        space = self._check_space()
        reason = self._pretenders(source, space)
        self.ledger.live = True
        names.seed_all(seed + 1)
        try:
            exec(code, space)
        except BaseException as error:
            self.audit.mend_builtins()
            self.ledger.live = False
            result = self._stopped(error, source)
        else:
            self.audit.mend_builtins()
            self.ledger.live = False
            result = self._ended()
        if reason and result["verdict"] == Verdict.PASS:
            result = failed(f"the value is an object {reason}: give a plain value")
        flush(sys.stdout, sys.stderr, *self._streams)
        return result | {"assertions": self.ledger.count}

    def _check_space(self) -> dict[str, Any]:
        preamble = names.pristine(self.preamble, self._copied)
        space = names.for_check(self.space, preamble, self.given, self.expects)
        helpers = {
            "given": self._given_again,
            "same": same,
            "close": close,
            "raises": raises_with(self.ledger),
        }
        for name, helper in helpers.items():
            if name not in preamble and name not in self.expects:
                space[name] = helper
        names.unhide(self.space, preamble, self._card, self.source, {*self.expects, *self.given})
        space.pop("answer", None)
        if self.value is not NO_ANSWER:
            space["answer"] = self.value
        return space | {"__name__": "__main__", "__builtins__": builtins, LEDGER: self.ledger}

    def _given_again(self) -> names.GivenNames:
        go_back = names.random_state()
        self._after_preamble()
        preamble = names.pristine(self.preamble, self._copied)
        space = preamble | {"__builtins__": builtins, "__name__": "__main__"}
        before = dict(space)
        exec(names.compile_card_code(self._given_source, "<given>"), space)
        go_back()
        return names.GivenNames(names.own_names(space, before))

    def _pretenders(self, source: str, space: dict[str, Any]) -> str:
        """Why a value that the check uses cannot be compared in earnest."""
        for name in loaded_names(source):
            value = space.get(name)
            if (name == "answer" or name not in self.preamble) and (reason := why_not_plain(value)):
                return reason
        return ""

    def _ended(self) -> Result:
        """The check's last line was reached: a pass, unless nothing was asserted or a failure swallowed."""
        if self.ledger.failure is not None:
            line = self.ledger.failure.line
            if self.ledger.failure.within_answer:
                return self._failed_assert()
            return broken(Phase.CHECK, f"the check swallows its own failed assert on line {line}") | {
                "line": line
            }
        if self.ledger.count == 0:
            return broken(Phase.CHECK, "the check ended without an assert")
        if self.audit.threads_left() > 0:
            return failed("a thread was left running")
        if replaced := self.audit.replaced():
            return failed(f"{replaced} was replaced while the check ran")
        return {"verdict": Verdict.PASS, "phase": Phase.CHECK}

    def _stopped(self, error: BaseException, source: str) -> Result:
        if self.ledger.failure is not None:
            return self._failed_assert()
        if isinstance(error, NameError) and error.name == "answer" and self.value is NO_ANSWER:
            return slip("there is no value to check: end with an expression, or bind `answer`")
        told = faults.explain(error, Phase.CHECK, source)
        result = failed(f"the check could not use your answer: {told.pop('message')}")
        return result | told | faults.learner_line(error, self.source)

    def _failed_assert(self) -> Result:
        failure = self.ledger.failure
        assert failure is not None
        result = failed(failure.message or f"`{failure.assertion}` is not so")
        result |= {"line": failure.line, "assertion": failure.assertion, "left": failure.left}
        result |= {"right": failure.right, "difference": list(failure.difference)}
        if len(failure.values) > 1:
            result["wanted_value"] = describe(failure.values[1])
        return result


def broken(phase: Phase, message: str) -> Result:
    return {"verdict": Verdict.BROKEN, "phase": phase, "message": message}


def slip(message: str, why: Why | None = None) -> Result:
    return {"verdict": Verdict.FAIL, "slip": True, "phase": Phase.ANSWER, "message": message, "why": why}


def failed(message: str) -> Result:
    return {"verdict": Verdict.FAIL, "phase": Phase.CHECK, "message": message}


def flush(*streams: Any) -> None:
    for stream in streams:
        try:
            stream.flush()
        except Exception:
            continue


def _remember_lines(phase: Phase, source: str) -> None:
    """Let warnings, `inspect.getsource` and torch.jit find the text."""
    lines = source.splitlines(keepends=True)
    linecache.cache[f"<{phase}>"] = (len(source), None, lines, f"<{phase}>")


def _top_import(error: ImportError) -> str | None:
    """The package whose import failed inside: a shared library that is not there, say."""
    step = error.__traceback__
    while step is not None:
        name = str(step.tb_frame.f_globals.get("__name__", ""))
        if not os.path.basename(step.tb_frame.f_code.co_filename).startswith("<") and name:
            return name.partition(".")[0]
        step = step.tb_next
    return error.name
