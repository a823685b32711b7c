"""Events as JSON objects, the lines of an exported log, and back, strictly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ptcards.scheduling.days import LAST_DAY
from ptcards.scheduling.events import GRADE_KINDS, Event, Kind, json_text
from ptcards.scheduling.ids import LATEST, is_id
from ptcards.scheduling.sm2 import LONGEST_INTERVAL, LOWEST_EASE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LAST_DUE = LAST_DAY - LONGEST_INTERVAL
_BIG = 2**63 - 1
_MOST_TEXT = 100_000
_JSON_COLUMNS = ("versions", "shown")


class WireError(ValueError):
    """A JSON object that is no event; says what is wrong with it."""


def to_wire(event: Event) -> dict[str, Any]:
    """The event as an object to be written: what is empty is left out, other keys stand beside its own."""
    wire = {name: value for name, value in event._asdict().items() if value is not None}
    if not event.fuzz_days:
        del wire["fuzz_days"]
    for name in _JSON_COLUMNS:
        if name in wire:
            wire[name] = json.loads(wire[name])
    others = json.loads(wire.pop("details", "{}"))
    return {**wire, **others}


def from_wire(wire: object) -> Event:
    """The event of an object that was read, all its other keys in `details`; WireError if it is none."""
    if not isinstance(wire, dict):
        raise WireError("an event is a JSON object")
    facts: dict[str, Any] = {}
    for name, fits in _COLUMNS.items():
        value = wire.get(name)
        if value is None:
            if name in _NEEDED:
                raise WireError(f"{name!r} is missing")
            continue
        if not fits(value):
            raise WireError(f"{name!r} cannot be {_short(value)}")
        facts[name] = value
    for name in _JSON_COLUMNS:
        if (value := wire.get(name)) is not None:
            facts[name] = _packed(name, value)
    if others := {
        key: value for key, value in wire.items() if key not in _COLUMNS and key not in _JSON_COLUMNS
    }:
        facts["details"] = _packed("details", others)
    if isinstance(facts.get("seconds"), int):
        facts["seconds"] = float(facts["seconds"])
    event = Event(**facts)
    _check_kind(event, wire)
    return event


def _check_kind(event: Event, wire: Mapping[str, Any]) -> None:
    """What an event of a known kind cannot do without."""
    if event.kind in GRADE_KINDS and event.q is None:
        raise WireError(f"a {event.kind} event needs 'q'")
    if event.kind in (Kind.UNDONE, Kind.REDONE, Kind.RENAMED) and not event.target:
        raise WireError(f"a {event.kind} event needs 'target'")
    if event.kind == Kind.DUE_SET and event.to_day is None:
        raise WireError("a due_set event needs 'to_day'")
    if event.kind == Kind.SCHEDULE_SET:
        for name, fits in _SCHEDULE.items():
            if name not in wire or not fits(wire[name]):
                raise WireError(f"a schedule_set event needs a fitting {name!r}")


def _packed(name: str, value: Any) -> str:
    try:
        text = json_text(value) if isinstance(value, dict) else json.dumps(value, separators=(",", ":"))
    except (ValueError, RecursionError):
        raise WireError(f"{name!r} cannot be kept") from None
    if not _text(text):
        raise WireError(f"{name!r} is too long, or no text")
    return text


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004 (fits on a line)


def _text(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > _MOST_TEXT or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _id(value: Any) -> bool:
    return isinstance(value, str) and is_id(value)


def _between(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def _number(value: Any) -> bool:
    return type(value) in {int, float} and 0 <= value <= _BIG


_COLUMNS: Mapping[str, Callable[[Any], bool]] = {
    "id": _id,
    "device": _text,
    "action": _text,
    "card": _text,
    "kind": _text,
    "at": _between(-LATEST, LATEST),
    "offset": _between(-1440, 1440),
    "day": _between(-_LAST_DUE, _LAST_DUE),
    "q": _between(0, 5),
    "rules": _between(0, _BIG),
    "fuzz_days": _between(-LONGEST_INTERVAL, LONGEST_INTERVAL),
    "seconds": lambda value: _number(value) and value < 1e9,  # noqa: PLR2004 (a lifetime)
    "attempts": _between(0, _BIG),
    "hints": _between(0, _BIG),
    "verdict": _text,
    "why": _text,
    "seed": _between(-_BIG, _BIG),
    "target": _text,
    "to_day": _between(-_LAST_DUE, LAST_DAY),
    "disputed": _text,
}
_NEEDED = frozenset(("id", "device", "action", "card", "kind", "at", "offset", "day"))
_SCHEDULE: Mapping[str, Callable[[Any], bool]] = {
    "repetitions": _between(0, 1_000_000),
    "interval_days": _between(0, LONGEST_INTERVAL),
    "ease": _between(LOWEST_EASE, 100_000),
    "lapses": _between(0, 1_000_000),
    "due_day": lambda value: value is None or _between(-_LAST_DUE, LAST_DAY)(value),
}
