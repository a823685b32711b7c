"""What goes to a runner and what comes back: plain frozen values of the standard library."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING: Mapping[str, str] = MappingProxyType({})


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105 - a word, not a password
    FAIL = "fail"
    BROKEN = "broken"
    """The card's fault, never the learner's."""
    ERROR = "error"
    """The runner's fault."""
    SKIPPED = "skipped"
    """Not runnable here; the schedule does not move."""


class Phase(StrEnum):
    PREAMBLE = "preamble"
    GIVEN = "given"
    ANSWER = "answer"
    CHECK = "check"


class Why(StrEnum):
    """The reason where it is not a plain verdict of the check or an exception."""

    TIMEOUT = "timeout"
    CPU = "cpu"
    MEMORY = "memory"
    SIGNAL = "signal"
    EXITED = "exited"
    PROTOCOL = "protocol"
    OUTPUT = "output"
    DISK = "disk"
    REQUIRES = "requires"
    UNTRUSTED = "untrusted"
    NO_SANDBOX = "no_sandbox"
    NO_RUNNER = "no_runner"
    UNKNOWN_CARD = "unknown_card"
    BAD_LINE = "bad_line"


class Layer(StrEnum):
    """What contains an answer; the first three are the sandbox, the last a second wall around it."""

    LIMITS = "limits"
    FILES = "files"
    SYSTEM_CALLS = "system calls"
    NAMESPACES = "namespaces"


SANDBOX = (Layer.LIMITS, Layer.FILES, Layer.SYSTEM_CALLS)


@dataclass(frozen=True, slots=True)
class Limits:
    seconds: float = 5.0
    """Wall clock, for `preamble` with `given` and again for the answer with the check."""
    memory_mb: int = 1024
    """Beyond what the warm process holds."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A tempting wrong answer of the card."""

    code: str
    because: str
    raises: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One answer to one card, with `vary` already filled in."""

    card: str
    accepts: str = "code"
    """`code`, `literal` or `text`."""
    preamble: str = ""
    given: str = ""
    answer: str = ""
    check: str = ""
    solution: str = ""
    also: tuple[str, ...] = ()
    wrong: tuple[Mistake, ...] = ()
    expects: tuple[str, ...] = ()
    limits: Limits = Limits()
    seed: int = 0
    requires: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """Import names to version specifiers (`*` is any), `python`, and `cuda`: `true`."""
    fail_closed: bool = True
    """Refuse where the sandbox does not hold: every deck but the built-in and the explicitly unsandboxed."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an image: RGB bytes, at most 64 wide and 48 high."""

    rows: int
    cols: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Stats:
    least: str
    most: str
    mean: str
    nans: int


@dataclass(frozen=True, slots=True)
class Value:
    """A bounded picture of a Python value, safe to draw: text only, whatever the value was."""

    kind: str
    """`tensor`, `array`, `number`, `text`, `sequence`, `mapping`, `callable`, `module`, `none` or `other`."""
    type: str
    text: str
    """A short repr, at most 300 characters."""
    dtype: str | None = None
    shape: tuple[int, ...] | None = None
    device: str | None = None
    requires_grad: bool | None = None
    grid: tuple[tuple[str, ...], ...] | None = None
    """Cells of a 1-D or 2-D value of at most 8 x 12."""
    image: Image | None = None
    stats: Stats | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one answer; every text in it is plain, its control characters made visible."""

    card: str
    verdict: Verdict
    message: str = ""
    slip: bool = False
    """Shown, free, never an attempt."""
    why: Why | None = None
    phase: Phase | None = None
    line: int | None = None
    """In that phase's text, from 1."""
    assertion: str | None = None
    left: str | None = None
    right: str | None = None
    because: str | None = None
    """Of the `wrong` answer that fails in the same way."""
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    peak_mb: int | None = None
    isolation: tuple[str, ...] = ()
    """The layers in force."""
    seed: int = 0
    versions: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    error: str | None = None
    """The type of the exception, where there was one."""
    source_line: str | None = None
    """The learner's own line an exception or a time-out was on."""
    answer_line: int | None = None
    """Its number in the answer, also where the exception came while the check used the answer."""
    difference: tuple[str, ...] = ()
    answer_value: Value | None = None
    wanted_value: Value | None = None
    assertions: int = 0

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASS

    def to_json(self) -> dict[str, Any]:
        """The keys of `ptcards answer --json`, less the proposed grade, which is the caller's."""
        values = None if self.left is None else {"left": self.left, "right": self.right}
        return {
            "card": self.card,
            "verdict": self.verdict.value,
            "slip": self.slip,
            "why": self.why and self.why.value,
            "phase": self.phase and self.phase.value,
            "line": self.line,
            "message": self.message,
            "assert": self.assertion,
            "values": values,
            "because": self.because,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "seconds": round(self.seconds, 4),
            "peak_mb": self.peak_mb,
            "isolation": list(self.isolation),
            "seed": self.seed,
            "versions": dict(self.versions),
            "error": self.error,
            "difference": list(self.difference),
        }


@dataclass(frozen=True, slots=True)
class Given:
    """What `preamble` and `given` bound, by name; where they failed, `problem` says how."""

    values: Mapping[str, Value]
    problem: Outcome | None = None


class Readiness(StrEnum):
    WARMING = "warming"
    READY = "ready"
    RESTARTING = "restarting"
    GONE = "gone"
    NO_TORCH = "no_torch"
    """Ready for plain Python; torch is not here."""


@dataclass(frozen=True, slots=True)
class RunnerStatus:
    kind: Readiness
    waited: float = 0.0
    """Seconds since the start, or that the start took."""
    message: str = ""
    """One sentence for a banner; empty when all is well."""
    layers: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    cuda: bool = False

    @property
    def usable(self) -> bool:
        return self.kind in (Readiness.READY, Readiness.NO_TORCH)

    @property
    def sandbox(self) -> str:
        """`sandbox 3/3`: how many of the three layers hold."""
        return f"sandbox {sum(layer in self.layers for layer in SANDBOX)}/{len(SANDBOX)}"

    @property
    def contained(self) -> bool:
        """Whether code that is not built in may run: no file and no system call out of bounds."""
        return Layer.SYSTEM_CALLS in self.layers and (
            Layer.FILES in self.layers or Layer.NAMESPACES in self.layers
        )
