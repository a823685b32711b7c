"""What goes to a runner and what comes back: plain frozen values, read from the runner's messages."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ptcards.deck.card import Limits, Wrong

NOTHING: Mapping[str, str] = MappingProxyType({})
LONG, SHORT, CELL = 200_000, 4_000, 40
"""Characters kept of a stream, of another text, of a cell."""
ONLY_THESE = "right for these values only: "
"""Before what is said of an answer that fails with other values."""
HIDDEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


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
    """What contains an answer."""

    LIMITS = "limits"
    FILES = "files"
    SYSTEM_CALLS = "system calls"


def contained(layers: Collection[str]) -> bool:
    """Whether code that is not built in may run: no file and no system call out of bounds."""
    return Layer.SYSTEM_CALLS in layers and Layer.FILES in layers


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
    wrong: tuple[Wrong, ...] = ()
    expects: tuple[str, ...] = ()
    limits: Limits = Limits()
    """Its seconds count for `preamble` with `given`, and again for the answer with the check."""
    seed: int = 0
    requires: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """Import names to version specifiers (`*` is any), `python`, and `cuda`: `true`."""
    fail_closed: bool = True
    """Refuse where the sandbox does not hold: every deck but the built-in and the explicitly unsandboxed."""
    again: Job | None = None
    """The card with other values: an answer that passes must pass here, too."""


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
    equality: bool = False
    """The assertion holds two values equal, which are `left` and `right`."""
    about_answer: bool = True
    """False where the assertion compares what was taken from the answer, not the answer itself."""
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
    drew: bool = False
    """`given` drew random numbers."""

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.PASS

    def to_json(self) -> dict[str, Any]:
        """The keys of `ptcards answer --json`, less the proposed grade, which is the caller's."""
        same = "card verdict slip why phase line message because stdout stderr peak_mb seed error"
        return {name: getattr(self, name) for name in same.split()} | {
            "assert": self.assertion,
            "values": None if self.left is None else {"left": self.left, "right": self.right},
            "seconds": round(self.seconds, 4),
            "isolation": list(self.isolation),
            "versions": dict(self.versions),
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
        return f"sandbox {sum(layer in self.layers for layer in Layer)}/{len(Layer)}"

    @property
    def contained(self) -> bool:
        return contained(self.layers)


# Reading messages: whatever they hold, every text is made plain and every number bounded.


def visible(text: Any, longest: int = SHORT) -> str:
    """Plain text: control characters shown as symbols, so that none reaches the terminal."""
    return HIDDEN.sub(_symbol, str(text)[:longest].replace("\r\n", "\n"))


def _symbol(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"<U+{code:04X}>"


def _text(found: Any) -> str | None:
    return None if found is None else visible(found)


def _only(kind: type) -> Reader:
    return lambda found: found if type(found) is kind else None


def _image(found: Any) -> Image | None:
    rows, cols = int(found["rows"]), int(found["cols"])
    pixels = base64.b64decode(found["pixels"], validate=True)
    right = 0 < rows <= 48 and 0 < cols <= 64 and len(pixels) == rows * cols * 3
    return Image(rows, cols, pixels) if right else None


def _stats(found: Any) -> Stats:
    least, most, mean = (visible(found[name], CELL) for name in ("least", "most", "mean"))
    return Stats(least, most, mean, int(found["nans"]))


Reader = Callable[[Any], Any]
VALUE: Mapping[str, Reader] = {
    **dict.fromkeys(("kind", "type", "text", "dtype", "device"), _text),
    "shape": lambda found: tuple(int(size) for size in found[:64]),
    "requires_grad": _only(bool),
    "grid": lambda found: tuple(tuple(visible(cell, CELL) for cell in row[:12]) for row in found[:8]),
    "image": _image,
    "stats": _stats,
}
OUTCOME: Mapping[str, Reader] = {
    **dict.fromkeys(("message", "assertion", "left", "right", "error", "source_line"), _text),
    **dict.fromkeys(("line", "answer_line", "peak_mb", "assertions"), _only(int)),
    **dict.fromkeys(("slip", "equality", "about_answer", "drew"), _only(bool)),
    **dict.fromkeys(("stdout", "stderr"), lambda found: visible(found or "", LONG)),
    **dict.fromkeys(("answer_value", "wanted_value"), lambda found: Value(**_read(VALUE, found))),
    **{"verdict": Verdict, "phase": Phase, "why": Why},
    "isolation": lambda found: tuple(map(visible, found)),
    "difference": lambda found: tuple(map(visible, found[:12])),
}


def _read(readers: Mapping[str, Reader], found: Mapping[str, Any]) -> dict[str, Any]:
    """What the readers make of a message's keys; what is missing or not what it should be is left out."""
    read = {}
    for name, reader in readers.items():
        with suppress(KeyError, TypeError, ValueError, AttributeError, OverflowError):
            read[name] = reader(found[name])
    return {name: value for name, value in read.items() if value is not None}


def read_outcome(
    job: Job, result: Mapping[str, Any], *, seconds: float = 0.0, versions: Mapping[str, str] = NOTHING
) -> Outcome:
    """An Outcome of whatever the keys hold; an unknown verdict is the runner's error."""
    read = {"verdict": Verdict.ERROR} | _read(OUTCOME, result)
    if read["verdict"] is not Verdict.FAIL or read.get("phase") is Phase.CHECK:
        read["slip"] = False
    lines, line = job.answer.splitlines(), read.get("answer_line", 0)
    if "source_line" not in read and 0 < line <= len(lines):
        read["source_line"] = visible(lines[line - 1].strip()[:200])
    return Outcome(job.card, seconds=seconds, seed=job.seed, versions=versions, **read)


def read_values(found: Any) -> dict[str, Value]:
    """The values that `given` binds, by name."""
    named = list(found.items())[:40] if isinstance(found, dict) else []
    pictures = (
        (visible(name), _read(VALUE, picture)) for name, picture in named if isinstance(picture, dict)
    )
    return {
        name: Value(**picture) for name, picture in pictures if picture.keys() >= {"kind", "type", "text"}
    }
