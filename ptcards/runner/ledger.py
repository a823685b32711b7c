"""What the asserts of one check came to: how many were evaluated, which failed first, with what values."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ptcards.runner import suspicion
from ptcards.runner.describe import brief, type_name
from ptcards.runner.difference import differences

if TYPE_CHECKING:
    from collections.abc import Callable

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
NOTED = frozenset(
    {"same", "close", "isinstance", "issubclass", "equal", "allclose", "array_equal", "hasattr"}
)


class CheckFailedError(AssertionError):
    """An assert of the check failed."""


@dataclass(slots=True)
class Failure:
    line: int
    assertion: str
    left: str | None = None
    right: str | None = None
    message: str = ""
    difference: tuple[str, ...] = ()
    values: tuple[Any, ...] = ()


class Ledger:
    """Rewritten asserts report here; `live` is set while the check runs, and nothing counts before."""

    def __init__(self) -> None:
        self.count = 0
        self.failure: Failure | None = None
        self.live = False
        self.note = ""
        self._line = 0
        self._assertion = ""
        self._last: tuple[Any, ...] | None = None
        self._refusal = ""

    def start(self, line: int, assertion: str) -> None:
        self._line, self._assertion, self._last, self._refusal, self.note = line, assertion, None, "", ""

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
        self._last = (left, right)
        self._suspect(left)
        self._suspect(right)
        if truth and not suspicion.is_truth(result):
            self._refuse(f"`{sign}` gives {_a(type_name(result))} here, not True or False")
        return result

    def call(self, function: Any, /, *arguments: Any, **named: Any) -> Any:
        result = function(*arguments, **named)
        if getattr(function, "__name__", "") in NOTED and len(arguments) > 1:
            self._last = arguments[:2]
        for argument in arguments:
            self._suspect(argument)
        return result

    def _suspect(self, value: Any) -> None:
        if reason := suspicion.why_not_plain(value):
            self._refuse(f"the value is an object {reason}: give a plain value")

    def _refuse(self, reason: str) -> None:
        self._refusal = self._refusal or reason

    def judge(self, _: None, value: Any) -> bool:
        """Whether the assert holds: its value is one plain truth, and nothing pretended."""
        if self.live:
            self.count += 1
        last = (value,) if self._last is None else self._last
        reason = self._refusal or _no_truth(value)
        if not reason and bool(value):
            return True
        if self.live and self.failure is None:
            self.failure = self._failure(last, reason)
        return False

    def _failure(self, last: tuple[Any, ...], reason: str) -> Failure:
        shown = [brief(value) for value in last]
        lines = differences(*last) if len(last) > 1 else ()
        if self.note:
            lines = (self.note, *lines)
        right = shown[1] if len(shown) > 1 else None
        return Failure(self._line, self._assertion, shown[0], right, reason, lines, last)

    def failed(self, message: Any = "") -> CheckFailedError:
        """The exception to raise; the author's message is in the learner's terms and comes first."""
        try:
            text = str(message)[:1000]
        except Exception:
            text = ""
        if self.live and self.failure is not None and self.failure.line == self._line and text:
            reason = self.failure.message
            self.failure.message = f"{text} ({reason})" if reason else text
        return CheckFailedError(text)

    def forget(self) -> None:
        """Take back a failure that the check was waiting for."""
        self.failure = None


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
    elements = suspicion.element_count(value)
    if elements is not None and elements != 1:
        return f"gives {elements} truth values, not one"
    if elements == 1 and suspicion.is_nan(value):
        return "nan is neither true nor false"
    return ""
