"""The log as lines of JSON: one header, then one event a line.

The header is `{"format": "ptcards-log", "version": 1, "device": ..., "exported_at": ..., "events": ...}`;
`events`, where it stands, is how many lines follow. An event has the facts of the log by name and leaves out
what it does not have; `versions` and `shown` are JSON, the learner's code is `answer`, and every other key
is kept as it is.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from ptcards.errors import ExchangeError
from ptcards.scheduling.days import LAST_DAY
from ptcards.scheduling.events import Event, Kind
from ptcards.scheduling.ids import is_id

if TYPE_CHECKING:
    from collections.abc import Callable

FORMAT = "ptcards-log"
VERSION = 1
LONGEST_LINE = 64 * 2**20

_FIELDS = Event._fields
_READ = tuple(name for name in _FIELDS if name != "details")
_FIRST_DAY = -719_162
_EARLIEST, _LATEST = -62_135_000_000_000, 253_402_200_000_000
_MOST_TEXT = 10_000
_SCHEDULE = ("repetitions", "interval_days", "ease", "lapses", "due_day")


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says."""

    device: str
    exported_at: str
    events: int | None
    """Lines that follow; None where the writer could not know."""


class LineError(ExchangeError):
    """A line is damaged; the message says how, the caller where."""


def header_line(header: Header, width: int = 0) -> bytes:
    """The first line, filled up with spaces to `width` so that it can be written over."""
    facts: dict[str, object] = {
        "format": FORMAT,
        "version": VERSION,
        "device": header.device,
        "exported_at": header.exported_at,
    }
    if header.events is not None:
        facts["events"] = header.events
    text = orjson.dumps(facts)
    return text[:-1] + b" " * (width - len(text)) + b"}\n"


def event_line(event: Event, code: str | None) -> bytes:
    """One event, with the learner's code where there is one."""
    facts: dict[str, Any] = {
        name: value for name, value in zip(_FIELDS, event, strict=True) if value is not None
    }
    if not facts["fuzz_days"]:
        del facts["fuzz_days"]
    if event.versions is not None:
        facts["versions"] = orjson.Fragment(event.versions)
    if event.shown is not None:
        facts["shown"] = orjson.Fragment(event.shown)
    if event.details is not None:
        del facts["details"]
        facts.update(orjson.loads(event.details))
    if code is not None:
        facts["answer"] = code
    return orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE)


def read_header(line: bytes) -> Header:
    """The first line; LineError where the file is no log, or one of a newer program."""
    facts = _object(line)
    if facts.get("format") != FORMAT:
        raise LineError(f'this is no exported log: it starts with {{"format": "{FORMAT}", ...}}')
    version = facts.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise LineError("`version` must be a whole number")
    if version > VERSION:
        raise LineError(
            f"version {version} of the log is newer than this program reads ({VERSION}): update ptcards"
        )
    events = facts.get("events")
    counted = isinstance(events, int) and not isinstance(events, bool)
    return Header(
        str(facts.get("device", "")), str(facts.get("exported_at", "")), events if counted else None
    )


def read_event(line: bytes) -> tuple[Event, str | None]:
    """One line's event and the learner's code; LineError says what is damaged."""
    facts = _object(line)
    code = facts.pop("answer", None)
    if code is not None and type(code) is not str:
        raise LineError("`answer` must be text")
    values = {name: facts.pop(name) for name in _READ if facts.get(name) is not None}
    _check_values(values)
    if "seconds" in values:
        values["seconds"] = float(values["seconds"])
    for name in ("versions", "shown"):
        if name in values:
            values[name] = _text_of(values[name])
    details = {name: value for name, value in facts.items() if value is not None or name not in _READ}
    _check_details(values["kind"], details)
    if details:
        values["details"] = _text_of(details)
    return Event(**values), code


def _check_values(values: dict[str, Any]) -> None:
    for name, (is_right, what) in _RULES.items():
        value = values.get(name)
        if value is None:
            if name in _NEEDED:
                raise LineError(f"`{name}` is missing")
        elif not is_right(value):
            raise LineError(f"`{name}` must be {what}")


def _object(line: bytes) -> dict[str, Any]:
    try:
        facts = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        cut = "" if line.endswith(b"\n") else " (the file seems to be cut off)"
        raise LineError(f"this is not JSON{cut}: {error.msg}") from None
    if type(facts) is not dict:
        raise LineError("a JSON object is wanted")
    return facts


def _text_of(value: object) -> str:
    """The one text of a JSON value: the same as the log's own, whoever wrote the line."""
    try:
        raw = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        # Floats are the one thing that the two writers of JSON spell differently.
        return _canonical(raw) if b"." in raw or b"e" in raw else raw.decode()
    except (orjson.JSONEncodeError, RecursionError):
        raise LineError("nested too deep") from None


@lru_cache(maxsize=4096)
def _canonical(raw: bytes) -> str:
    return json.dumps(orjson.loads(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _check_details(kind: str, facts: dict[str, Any]) -> None:
    """What replay reads from the other keys must be there and make sense."""
    if kind != Kind.SCHEDULE_SET:
        return
    for name in _SCHEDULE:
        value = facts.get(name)
        if value is None and name == "due_day":
            continue
        if type(value) is not int or not 0 <= value <= LAST_DAY:
            raise LineError(f"`{name}` of a `schedule_set` must be a whole number that is not negative")


def _is_name(value: object) -> bool:
    return type(value) is str and 0 < len(value) <= _MOST_TEXT


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_event_id(value: object) -> bool:
    return type(value) is str and is_id(value)


def _whole(low: int, high: int) -> tuple[Callable[[object], bool], str]:
    return lambda value: type(value) is int and low <= value <= high, f"a whole number from {low} to {high}"


def _is_duration(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value < math.inf  # type: ignore[operator] # a number, as just asked


_MANY = 2**31
_NEEDED = frozenset(("id", "device", "action", "card", "kind", "at", "offset", "day"))
_ID = (_is_event_id, "an event's id (a UUID)")
_NAME = (_is_name, "a name")
_TEXT = (_is_text, "text")
_DAY = _whole(_FIRST_DAY, LAST_DAY)
_RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "id": _ID,
    "device": _NAME,
    "action": _ID,
    "card": (lambda value: type(value) is str and len(value) <= _MOST_TEXT, "a card's key"),
    "kind": _NAME,
    "at": _whole(_EARLIEST, _LATEST),
    "offset": _whole(-1439, 1439),
    "day": _DAY,
    "q": _whole(0, 5),
    "rules": _whole(0, _MANY),
    "fuzz_days": _whole(-36_500, 36_500),
    "seconds": (_is_duration, "a number of seconds"),
    "attempts": _whole(0, _MANY),
    "hints": _whole(0, _MANY),
    "verdict": _NAME,
    "why": _NAME,
    "seed": _whole(-(2**63), 2**63 - 1),
    "target": _NAME,
    "to_day": _DAY,
    "disputed": _TEXT,
    "versions": (lambda value: type(value) is dict, "a JSON object"),
    "shown": (lambda value: type(value) is list, "a list: the schedule before and after"),
}
