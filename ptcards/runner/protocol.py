"""What comes back from a runner: plain frozen values, and the messages that carry them."""

from __future__ import annotations

import base64
import functools
import json
import socket
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import Any, get_args, get_origin, get_type_hints

from ptcards.language import _, later
from ptcards.text import visible

ONLY_THESE = later("right for these values only: ")  # before what is said of one that fails with others
MARK = "␞"  # before what a look-up prints: the card's code may have printed, too
LOOK_UP = "__import__('ptcards.runner.lookup', fromlist=['*']).{}({!r}, {!r}, globals())"
"""The answer that is a look-up: its function, the learner's answer, the line up to what is looked up."""
CAPTURE = "ran = __import__('ptcards.runner.shrink', fromlist=['*']).answer({!r})"
"""The answer that makes a card's code of a failure: its request as a text of JSON."""
PREDICT = "__import__('ptcards.runner.predicting', fromlist=['*']).answer({!r})"
"""The answer that is a comparison of predictors: its request, packed."""
DATA = ("tensor", "array", "number", "text", "sequence", "mapping")  # kinds of values that are what they show
SHORT, MOST = 4_000, 12  # characters kept of a text that has no number of its own, parts of a sequence
LONGEST = {"stdout": 200_000, "stderr": 200_000, "grid": 40}

Verdict = StrEnum("Verdict", "PASS FAIL BROKEN ERROR SKIPPED")
"""`broken` is the card's fault, never the learner's, `error` the runner's; of `skipped` no schedule moves."""
Phase = StrEnum("Phase", "PREAMBLE GIVEN ANSWER CHECK")
Why = StrEnum(
    "Why",
    "TIMEOUT CPU MEMORY SIGNAL EXITED PROTOCOL OUTPUT DISK "
    "REQUIRES UNTRUSTED NO_SANDBOX NO_RUNNER UNKNOWN_CARD BAD_LINE",
)  # the reason where it is not a plain verdict of the check or an exception
Layer = StrEnum("Layer", {"LIMITS": "limits", "FILES": later("files"), "SYSTEM_CALLS": later("system calls")})
"""What contains an answer."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of an image: RGB bytes, at most 64 wide and 48 high."""

    rows: int
    cols: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Value:
    """A bounded picture of a Python value, safe to draw: text only, whatever the value was."""

    kind: str
    """`tensor`, `array`, `number`, `text`, `sequence`, `mapping`, `callable`, `module`, `none` or `other`."""
    type: str
    text: str  # a short repr, at most 300 characters
    dtype: str | None = None
    shape: tuple[int, ...] | None = None
    device: str | None = None
    requires_grad: bool | None = None
    grid: tuple[tuple[str, ...], ...] | None = None  # cells of a 1-D or 2-D value of at most 8 x 12
    image: Image | None = None
    stats: str = ""  # least, most, mean and how many NaNs, where the grid does not show it all

    def is_surely(self, other: Value | None) -> bool:
        """Whether both are the same, also where objects look alike that are not."""
        whole = self.kind in ("tensor", "array", "number", "text") or "<" not in self.text
        return whole and self == other


@dataclass(frozen=True, slots=True)
class Step:
    """A part of the answer's expression, and what it gave as the answer ran."""

    code: str
    value: Value


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one answer; every text in it is plain, its control characters made visible."""

    card: str
    verdict: Verdict
    message: str = ""
    slip: bool = False  # shown, free, never an attempt
    why: Why | None = None
    phase: Phase | None = None
    line: int | None = None  # in that phase's text, from 1
    assertion: str | None = None
    left: str | None = None
    right: str | None = None
    equality: bool = False  # the assertion holds two values equal, which are `left` and `right`
    about_answer: bool = True  # the assertion compares the answer itself, not what was taken from it
    because: str | None = None  # of the `wrong` answer that fails in the same way
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    peak_mb: int | None = None
    isolation: tuple[str, ...] = ()  # the layers in force
    seed: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None  # the type of the exception, where there was one
    source_line: str | None = None  # the learner's own line an exception or a time-out was on
    answer_line: int | None = None  # its number in the answer, also where the check used the answer
    difference: tuple[str, ...] = ()
    answer_value: Value | None = None
    wanted_value: Value | None = None
    steps: tuple[Step, ...] = ()  # of an answer that is an expression, from the inside out
    values: Mapping[str, Value] = field(default_factory=dict)  # what `given` bound, where it alone ran
    drew: bool = False  # `given` drew random numbers
    rule: str | None = None  # that the answer breaks: of `forbid`, or `within.time`, or `within.memory`
    took: Mapping[str, float] = field(default_factory=dict)  # `time`, `memory`: multiples of the solution's

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


Readiness = StrEnum("Readiness", "WARMING READY RESTARTING GONE NO_TORCH")  # the last: for plain Python


@dataclass(frozen=True, slots=True)
class RunnerStatus:
    kind: Readiness
    waited: float = 0.0  # seconds since the start, or that the start took
    message: str = ""  # one sentence for a banner; empty when all is well
    layers: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    cuda: bool = False
    lacking: Mapping[str, str] = field(default_factory=dict)  # the other layers, and why
    missing: Mapping[str, str] = field(default_factory=dict)  # the libraries that did not load, and why

    @property
    def usable(self) -> bool:
        return self.kind in (Readiness.READY, Readiness.NO_TORCH)

    @property
    def sandbox(self) -> str:
        """`sandbox 3/3`: how many of the three layers hold."""
        return f"sandbox {sum(layer in self.layers for layer in Layer)}/{len(Layer)}"

    @property
    def not_whole(self) -> str:
        """What of the sandbox does not hold here, and why; "" where all does."""
        layers, reasons = (_(" and ").join(map(_, said)) for said in (self.lacking, self.lacking.values()))
        return _("No sandbox for {}: {}; see `ptcards config`", layers, reasons) if self.lacking else ""


FROM_CHILD, FROM_PEER = 1 << 20, 16 << 20  # bytes of the longest message of a child, of app or warm process
Message = dict[str, Any]


class MessageError(Exception):
    """What arrived is no message: too long, no JSON, or not an object."""


class Channel:
    """Messages over one end of a socket, in turns: no second one is under way."""

    def __init__(self, end: socket.socket, longest: int = FROM_PEER) -> None:
        self.end, self._longest = end, longest
        self.begun = b""  # of a message that has not ended

    def send(self, message: Mapping[str, Any], seconds: float | None = None) -> None:
        self.end.settimeout(seconds)
        self.end.sendall(json.dumps(message).encode() + b"\n")

    def receive(self, seconds: float | None = None) -> Message:
        """Wait for one message; raises EOFError at the end, TimeoutError, and MessageError on nonsense."""
        deadline = None if seconds is None else monotonic() + seconds
        message = None
        while message is None:
            self.end.settimeout(None if deadline is None else max(0.01, deadline - monotonic()))
            message = self.take()
        return message

    def take(self) -> Message | None:
        """Read what is there; the message where it is whole, else None; raises as `receive` does."""
        if not (data := self.end.recv(1 << 20)):
            raise EOFError
        self.begun += data
        if not self.begun.startswith(b"{") or len(self.begun) > self._longest:
            raise MessageError("no object, or too long")
        if not data.endswith(b"\n"):
            return None
        body, self.begun = self.begun, b""
        try:
            message: Message = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise MessageError("not JSON") from error
        return message


def pack(facts: Mapping[str, Any]) -> str:
    """Facts as a short text of letters and digits: of a child's output no more than 64 KB are kept."""
    return base64.b64encode(zlib.compress(json.dumps(facts, separators=(",", ":")).encode(), 6)).decode()


def unpack(text: str) -> Message:
    """What `pack` made a text of; raises ValueError."""
    try:
        facts: Message = json.loads(zlib.decompress(base64.b64decode(text, validate=True)))
    except zlib.error as error:
        raise ValueError(str(error)) from error
    return facts


hints = functools.cache(get_type_hints)


def read(kind: type, found: Mapping[str, Any]) -> Message:
    """The fields of a dataclass that are there and of their type, every text plain, every part bounded."""
    fields = {}
    for name, hint in hints(kind).items():
        with suppress(KeyError, TypeError, ValueError, AttributeError):
            fields[name] = _as(hint, found[name], LONGEST.get(name, SHORT))
    return fields


def _as(hint: Any, found: Any, longest: int = SHORT) -> Any:
    of = get_args(hint)
    if type(None) in of:
        return _as(of[0], found, longest)
    if get_origin(hint) is tuple:
        return tuple(_as(of[0], one, longest) for one in found[: 64 if of[0] is int else MOST])
    if get_origin(hint) is Mapping:
        return {visible(name[:SHORT]): _as(of[1], one) for name, one in [*found.items()][:40]}
    if hint is bytes:
        return base64.b64decode(found, validate=True)
    if hint in (Value, Image, Step):
        return hint(**read(hint, found))
    if type(found) is not hint and not issubclass(hint, StrEnum):
        raise TypeError
    return visible(found[:longest])[:longest] if hint is str else hint(found)
