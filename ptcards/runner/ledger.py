"""What the asserts of one check came to: how many were evaluated, which failed first, with what values."""

from __future__ import annotations

import operator
import sys
from dataclasses import dataclass
from types import (
    BuiltinFunctionType,
    CoroutineType,
    FunctionType,
    GeneratorType,
    MethodType,
    MethodWrapperType,
)
from typing import TYPE_CHECKING, Any

from ptcards.runner import suspicion
from ptcards.runner.describe import brief, type_name
from ptcards.runner.difference import differences

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "is": operator.is_,
    "is not": operator.is_not,
    "in": lambda left, right: left in right,
    "not in": lambda left, right: left not in right,
}
PLAIN = (bool, int, float, complex, str, bytes, list, dict, set, frozenset, range, type(None))
ALWAYS_TRUE = (
    BuiltinFunctionType,
    CoroutineType,
    FunctionType,
    GeneratorType,
    MethodType,
    MethodWrapperType,
    type(NotImplemented),
    map,
    filter,
)
NOTED = frozenset(
    {"same", "close", "isinstance", "issubclass", "equal", "allclose", "array_equal", "hasattr"}
)


class CheckFailedError(AssertionError):
    """An assert of the check failed."""


@dataclass(slots=True)
class Mark:
    """An assert that is being evaluated: where it stands, and what was compared in it last."""

    line: int
    assertion: str
    last: tuple[Any, ...] | None = None
    refusal: str = ""


@dataclass(slots=True)
class Failure:
    line: int
    assertion: str
    left: str | None = None
    right: str | None = None
    message: str = ""
    difference: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()
    within_answer: bool = False
    """The answer called the code that the assert stands in, and could catch the failure."""


class Ledger:
    """Rewritten asserts report here; `live` is set while the check runs, and nothing counts before."""

    def __init__(self) -> None:
        self.count = 0
        self.failure: Failure | None = None
        self.live = False
        self.note = ""
        self._marks: list[Mark] = []
        self._judged: Failure | None = None

    def start(self, line: int, assertion: str) -> Mark:
        """Begin an assert; others may begin and end before this one is judged."""
        mark = Mark(line, assertion)
        self._marks.append(mark)
        self.note = ""
        return mark

    def compare(
        self,
        truth: bool,  # noqa: FBT001 - called by rewritten code
        signs: tuple[str, ...],
        left: Any,
        right: Any,
        *later: Any,
    ) -> Any:
        """A comparison, chained ones included, with both sides kept; `truth`: it is used as a truth."""
        result = self._compare(truth, signs[0], left, right)
        for sign, following in zip(signs[1:], later, strict=True):
            if not result:
                return result
            left, right = right, following()
            result = self._compare(truth, sign, left, right)
        return result

    def _compare(self, truth: bool, sign: str, left: Any, right: Any) -> Any:  # noqa: FBT001
        result = COMPARISONS[sign](left, right)
        self._note_last((left, right))
        self._suspect(left)
        self._suspect(right)
        if truth and not suspicion.is_truth(result):
            self._refuse(f"`{sign}` gives {_a(type_name(result))} here, not True or False")
        return result

    def call(self, function: Any, /, *arguments: Any, **named: Any) -> Any:
        result = function(*arguments, **named)
        if getattr(function, "__name__", "") in NOTED and len(arguments) > 1:
            self._note_last(arguments[:2])
        for argument in arguments:
            self._suspect(argument)
        return result

    def _suspect(self, value: Any) -> None:
        if reason := suspicion.why_not_plain(value):
            self._refuse(f"the value is an object {reason}: give a plain value")

    def _refuse(self, reason: str) -> None:
        if self._marks:
            self._marks[-1].refusal = self._marks[-1].refusal or reason

    def _note_last(self, values: tuple[Any, ...]) -> None:
        if self._marks:
            self._marks[-1].last = values

    def judge(self, mark: Mark, value: Any) -> bool:
        """Whether the assert holds: its value is one plain truth, and nothing pretended."""
        while mark in self._marks and self._marks.pop() is not mark:
            continue
        within_answer, counts = _place(sys._getframe(1)) if self.live else (False, False)
        self.count += counts
        last = (value,) if mark.last is None else mark.last
        reason = mark.refusal or _no_truth(value)
        if not reason and bool(value):
            return True
        self._judged = self._failure(mark, last, reason) if counts else None
        if self._judged is not None:
            self._judged.within_answer = within_answer
            self.failure = self.failure or self._judged
        return False

    def _failure(self, mark: Mark, last: tuple[Any, ...], reason: str) -> Failure:
        shown = [brief(value) for value in last]
        lines = differences(*last) if len(last) > 1 else ()
        if self.note:
            lines = (self.note, *lines)
        right = shown[1] if len(shown) > 1 else None
        return Failure(mark.line, mark.assertion, shown[0], right, reason, lines, last)

    def failed(self, message: Any = "") -> AssertionError:
        """The exception to raise; the author's message is in the learner's terms and comes first."""
        try:
            text = str(message)[:1000]
        except Exception:
            text = ""
        if self._judged is None:
            return AssertionError(text) if text else AssertionError()
        if text:
            reason = self._judged.message
            self._judged.message = f"{text} ({reason})" if reason else text
        return CheckFailedError(text)


def _place(frame: FrameType | None) -> tuple[bool, bool]:
    """Whether an assert was reached through the answer, and whether it is the check's.

    What the preamble or `given` asserts is the check's where the check called it, not where the answer did.
    """
    asserted_in = frame.f_code.co_filename if frame else ""
    while (frame := frame.f_back if frame else None) is not None:
        name = frame.f_code.co_filename
        if name == "<answer>":
            return True, asserted_in == "<check>"
        if name == "<check>" and asserted_in != "<check>":
            return False, True
    return False, True


def _a(noun: str) -> str:
    return f"an {noun}" if noun[:1].lower() in "aeiou" else f"a {noun}"


def _no_truth(value: Any) -> str:
    """Why a value is not one plain truth; "" where it is."""
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN
        return "nan is neither true nor false"
    if type(value) is tuple:
        return "a tuple is no truth"
    if type(value) in PLAIN:
        return ""
    if type(value) in ALWAYS_TRUE:
        return f"{_a(type_name(value))} is always true: is something not called, or is `all` missing?"
    elements = suspicion.element_count(value)
    if elements is not None and elements != 1:
        return f"gives {elements} truth values, not one"
    if elements == 1 and suspicion.is_nan(value):
        return "nan is neither true nor false"
    return ""
