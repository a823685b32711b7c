"""An exception of an answer or a check, told in the learner's own lines."""

from __future__ import annotations

import difflib
import errno
import io
import re
import sys
from typing import TYPE_CHECKING, Any

from ptcards.runner.protocol import Why

if TYPE_CHECKING:
    from types import TracebackType

SUGGESTION = re.compile(r"Did you (?:mean|forget to import):? ['\w.]+\??")
NO_ATTRIBUTE = re.compile(r"module '([\w.]+)' has no attribute '(\w+)'")
NO_MEMORY = re.compile(
    r"can't allocate memory|not enough memory|bad_alloc|Insufficient memory|Failed to allocate", re.IGNORECASE
)
PROCESS_MODULES = ("multiprocessing", "subprocess", "concurrent.futures.process", "torch._inductor", "pty")
PROCESS_CALLS = re.compile(
    r"\b(fork|forkpty|popen|system|spawn\w*|exec[lv]\w*|posix_spawn\w*|Popen|Process)\s*\("
)
NETWORK_MODULES = ("socket", "urllib", "http", "ssl", "ftplib", "smtplib")
NO_PROCESSES = "answers start no processes here"
LONGEST = 1000


def explain(error: BaseException, phase: str, source: str) -> dict[str, Any]:
    """The exception as result keys: `error`, `message`, `line` in the phase's text, `why`."""
    lines = _lines_of(error)
    line = lines.get(phase)
    told: dict[str, Any] = {"error": type(error).__name__[:100], "line": line, "message": _message(error)}
    if why := _why(error):
        told["why"] = why
    if hint := _hint(error, source, line):
        told["message"] += f" ({hint})"
    return told


def learner_line(error: BaseException, answer: str) -> dict[str, Any]:
    """Where the exception came from in the answer, also while the check was using it."""
    line = _lines_of(error).get("answer")
    return {"answer_line": line, "source_line": source_line(answer, line)} if line else {}


def source_line(source: str, line: int | None) -> str | None:
    lines = source.splitlines()
    return lines[line - 1].strip()[:200] if line and 0 < line <= len(lines) else None


def _lines_of(error: BaseException) -> dict[str, int]:
    """The innermost line of each phase's text that the exception passed through."""
    lines: dict[str, int] = {}
    step: TracebackType | None = error.__traceback__
    while step is not None:
        name = step.tb_frame.f_code.co_filename
        if name.startswith("<") and name.endswith(">"):
            lines[name[1:-1]] = step.tb_lineno
        step = step.tb_next
    if isinstance(error, SyntaxError) and error.lineno and str(error.filename).startswith("<"):
        lines[str(error.filename)[1:-1]] = error.lineno
    return lines


def _message(error: BaseException) -> str:
    text, name = _text(error), type(error).__name__[:100]
    text = f"{name}: {text}"[:LONGEST] if text else name
    suggestion = _suggestion(error)
    return f"{text.rstrip('.')}. {suggestion}" if suggestion and suggestion not in text else text


def _text(error: BaseException) -> str:
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:
        return "(its text cannot be shown)"


def _suggestion(error: BaseException) -> str:
    """Python's own "Did you mean", which it only makes while printing."""
    if not isinstance(error, (AttributeError, NameError, ImportError)):
        return ""
    shown, kept = io.StringIO(), sys.stderr
    context = error.__cause__, error.__context__, error.__suppress_context__
    try:
        sys.stderr = shown
        error.__cause__ = error.__context__ = None
        sys.__excepthook__(type(error), error, error.__traceback__)
    except Exception:
        return ""
    finally:
        sys.stderr = kept
        error.__cause__, error.__context__, error.__suppress_context__ = context
    if found := SUGGESTION.search(shown.getvalue()):
        return found.group().replace("'", "`")
    if (missing := NO_ATTRIBUTE.search(_text(error))) and missing[1] in sys.modules:
        names = [name for name in dir(sys.modules[missing[1]]) if not name.startswith("_")]
        near = difflib.get_close_matches(missing[2], names, 1, 0.75)
        return f"Did you mean: `{near[0]}`?" if near else ""
    return ""


def _why(error: BaseException) -> str | None:
    if isinstance(error, SystemExit):
        return Why.EXITED
    if isinstance(error, MemoryError) or (
        isinstance(error, Exception) and NO_MEMORY.search(_text(error)[:LONGEST])
    ):
        return Why.MEMORY
    if isinstance(error, OSError) and error.errno in (errno.EFBIG, errno.ENOSPC, errno.EDQUOT):
        return Why.DISK
    return None


def _hint(error: BaseException, source: str, line: int | None) -> str:
    if isinstance(error, SystemExit):
        return "the program was ended before the check"
    refused, modules = _chain(error)
    own = source_line(source, line) or ""
    started = any(name.startswith(PROCESS_MODULES) for name in modules) or PROCESS_CALLS.search(own)
    if started and (
        refused or any(name.startswith(("torch._inductor", "torch._dynamo")) for name in modules)
    ):
        return f"{NO_PROCESSES}; a DataLoader works with num_workers=0"
    if not refused:
        return ""
    if any(name.startswith(NETWORK_MODULES) for name in modules):
        return "answers have no network here"
    return "answers read installed packages, and write only in the folder they start in"


def _chain(error: BaseException) -> tuple[bool, set[str]]:
    """Whether the kernel refused something on the way here, and the modules that the exception passed."""
    refused, modules, seen = False, set(), set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        refused |= isinstance(one, PermissionError)
        modules.add(type(one).__module__)
        step = one.__traceback__
        while step is not None:
            modules.add(str(step.tb_frame.f_globals.get("__name__", "")))
            step = step.tb_next
        one = one.__cause__ or one.__context__
    return refused, modules
