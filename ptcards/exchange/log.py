"""What an export takes, the log as lines of JSON (CONTRIBUTING.md says which), and others merged into it."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import orjson

from ptcards.errors import ExchangeError, UsageError
from ptcards.language import _, counted, later
from ptcards.scheduling.days import LAST_DAY, date_of, day_of, iso, time_of
from ptcards.scheduling.events import GRADE_KINDS, Event, Kind, Step, is_id
from ptcards.scheduling.fsrs import Rules, out_of_bounds, stated
from ptcards.scheduling.queue import Scope
from ptcards.statistics.classroom import WORDLESS
from ptcards.store.library import StoredCard
from ptcards.store.log import DamagedLogError
from ptcards.store.tables import StoredDeck
from ptcards.study.desk import Desk

FORMAT = "ptcards-log"
VERSION = 1
LONGEST_LINE = 64 * 2**20
STDOUT = Path("-")
_MOST_SHOWN = 20
_LONGEST_RULES = 1000  # characters; 22 numbers take half of it
_ANSWERS = GRADE_KINDS | {Kind.RECORDED}
_SCHEDULE = ("repetitions", "interval_days", "ease", "lapses", "due_day", "last_day")
_MAY_LACK = ("due_day", "last_day")


# -- what an export takes of the library --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the library is wanted; the default is everything."""

    decks: tuple[str, ...] = ()  # Slugs; none means all
    tag: str | None = None
    since: date | None = None  # Only events of this study day and later
    answers: bool = True  # With the learner's code


class Export(NamedTuple):
    """What an export writes: the file, what is in it in words, and what to do with it, called `{file}`."""

    data: bytes
    said: str
    after: str = ""


def chosen_decks(desk: Desk, selection: Selection) -> list[StoredDeck]:
    """The decks, by slug; UsageError where one, or the tag, is not there."""
    if selection.tag is not None and selection.tag not in (known := desk.store.library.tags()):
        raise UsageError(f"No card has the tag {selection.tag!r}. There are: {', '.join(known) or 'none'}.")
    if selection.decks:
        return [desk.deck(slug) for slug in dict.fromkeys(selection.decks)]
    return list(desk.store.library.decks())


def chosen_cards(desk: Desk, selection: Selection, decks: Sequence[StoredDeck]) -> list[StoredCard]:
    """The cards present in these decks, by deck and position."""
    cards = desk.store.library.cards([deck.slug for deck in decks])
    return [card for card in cards if selection.tag is None or selection.tag in card.tags]


def chosen_events(desk: Desk, selection: Selection) -> tuple[Scope, int | None]:
    """Which events are wanted, and since when; UsageError where a deck or the tag is not there."""
    chosen_decks(desk, selection)
    return Scope(selection.decks, selection.tag), day_of(selection.since) if selection.since else None


def reviews(desk: Desk, selection: Selection) -> Iterator[tuple[str, Step]]:
    """The answers chosen and what they did, card by card with the card's key now, in the order of ids."""
    for card, step in desk.store.log.pasts(*chosen_events(desk, selection)):
        if step.event.kind in _ANSWERS:
            yield card, step if selection.answers else step._replace(code=None)


# -- out -----------------------------------------------------------------------------------------------------


def write_log(desk: Desk, selection: Selection, *, handed_in: bool = False) -> Export:
    """The events chosen, loss-free, and what they are in words.

    One that is `handed_in` says so; without the code it has no words of the learner's on cards either.
    """
    found = list(desk.store.log.events(*chosen_events(desk, selection)))
    if handed_in and not selection.answers:
        found = [(wordless(event), None) for event, _ in found]
    made = time_of(desk.clock()).isoformat(timespec="seconds")
    header = {"format": FORMAT, "version": VERSION, "device": desk.store.device, "exported_at": made}
    header |= {"events": len(found)}
    if handed_in:
        header["handed_in"] = {"answers": selection.answers}
    lines = [event_line(event, code if selection.answers else None) for event, code in found]
    answers = sum(code is not None for _, code in found)
    code = _(", with the code of {}", counted(answers, "answer")) if answers else ""
    if not selection.answers:
        code = _(", without your answers' code")
    narrowed = selection.decks or selection.tag is not None or selection.since is not None
    what = later("a part of the log: {}") if narrowed else later("the whole log: {}")
    said = _(what, counted(len(found), "event")) + code
    data = b"".join([orjson.dumps(header, option=orjson.OPT_APPEND_NEWLINE), *lines])
    again = _("To restore it, here or on another machine with the same decks: ptcards merge {file}")
    return Export(data, said, again)


def wordless(event: Event) -> Event:
    """The event without what the learner wrote of the card; that they did stays."""
    return event if event.disputed is None else event._replace(disputed=WORDLESS)


def event_line(event: Event, code: str | None) -> bytes:
    """One event, with the learner's code where there is one."""
    facts = {name: value for name, value in event._asdict().items() if value is not None}
    if not facts["fuzz_days"]:
        del facts["fuzz_days"]
    for name in ("versions", "shown"):
        if name in facts:
            facts[name] = orjson.Fragment(facts[name])
    facts |= orjson.loads(facts.pop("details", "{}"))
    if code is not None:
        facts["answer"] = code
    return orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE)


# -- in ------------------------------------------------------------------------------------------------------


def read_log(file: BinaryIO, name: str = "") -> list[tuple[Event, str | None]]:
    """The events of an exported log with the learner's code; ExchangeError names the first damaged line."""
    found, events, number = list[tuple[Event, str | None]](), None, 0
    try:
        while (line := file.readline(LONGEST_LINE + 1)) or not number:
            number += 1
            if len(line) > LONGEST_LINE:
                raise ExchangeError(f"a line longer than {LONGEST_LINE // 2**20} MiB is no event")
            if number > 1:
                found.append(read_event(line))
            else:
                events = read_header(line)
        number += 1
        if events is not None and events != len(found):
            raise ExchangeError(
                f"the file ends after {len(found):,} events of {events:,}: it is only half here"
            )
    except ExchangeError as error:
        raise ExchangeError(f"{name}:{number}: {error}") from None
    return found


def read_header(line: bytes) -> int | None:
    """How many events follow, where the first line says so; ExchangeError where this is no log of ours."""
    facts = _object(line)
    if facts.get("format") != FORMAT:
        raise ExchangeError(f'this is no exported log: it starts with {{"format": "{FORMAT}", ...}}')
    version, events = facts.get("version"), facts.get("events")
    if type(version) is not int or version < 1:
        raise ExchangeError("`version` must be a whole number")
    if version > VERSION:
        what = f"version {version} of the log is newer than this program reads ({VERSION})"
        raise ExchangeError(f"{what}: update ptcards")
    return events if type(events) is int else None


def read_event(line: bytes, without: Sequence[str] = ()) -> tuple[Event, str | None]:
    """One line's event and the learner's code; ExchangeError says what is damaged.

    Facts that nobody asks for may be left out unread.
    """
    facts = _object(line)
    for name in without:
        facts.pop(name, None)
    code = facts.pop("answer", None)
    if code is not None and type(code) is not str:
        raise ExchangeError("`answer` must be text")
    values, others = dict[str, Any](), dict[str, Any]()
    for name, value in facts.items():
        rule = _RULES.get(name)
        if rule is None:
            others[name] = value
        elif value is not None:
            if not rule[0](value):
                raise ExchangeError(f"`{name}` must be {rule[1]}")
            values[name] = value
    if missing := [name for name in _NEEDED if name not in values]:
        raise ExchangeError(f"`{missing[0]}` is missing")
    for name, to in _FORMS.items():
        if name in values:
            values[name] = to(values[name])
    if values["kind"] == Kind.SCHEDULE_SET:
        _check_schedule(others)
    if values["kind"] == Kind.ADOPTED and (wrong := out_of_bounds(others.get("parameters"))):
        raise ExchangeError(f"`parameters`: {wrong}")
    if others:
        values["details"] = _text_of(others)
    return Event(**values), code


def _check_schedule(facts: dict[str, Any]) -> None:
    for name in _SCHEDULE:
        value = facts.get(name)
        if (type(value) is not int or not 0 <= value <= LAST_DAY) and (
            value is not None or name not in _MAY_LACK
        ):
            raise ExchangeError(f"`{name}` of a `schedule_set` must be a whole number that is not negative")
    memory = (facts.get("stability"), facts.get("difficulty"))
    if memory != (None, None) and not stated(Rules(), *memory, 0):
        what = "`stability` must be a number of days from 0.001 to 36500, `difficulty` one from 1 to 10"
        raise ExchangeError(f"{what}, and both be there")


def _object(line: bytes) -> dict[str, Any]:
    try:
        facts = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        cut = "" if line.endswith(b"\n") else " (the file seems to be cut off)"
        raise ExchangeError(f"this is not JSON{cut}: {error.msg}") from None
    if type(facts) is not dict:
        raise ExchangeError("a JSON object is wanted")
    return facts


@lru_cache(maxsize=4096)
def _canonical(raw: bytes) -> str:
    return json.dumps(orjson.loads(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _text_of(value: object) -> str:
    """The one text of a JSON value: the same as the log's own, whoever wrote the line."""
    try:
        raw = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        # Floats are the one thing that the two writers of JSON spell differently.
        return _canonical(raw) if b"." in raw or b"e" in raw else raw.decode()
    except (orjson.JSONEncodeError, RecursionError):
        raise ExchangeError("nested too deep") from None


_FORMS: dict[str, Callable[[Any], object]] = {
    "seconds": lambda value: round(float(value), 3),
    "versions": _text_of,
    "shown": _text_of,
}
_Rule = tuple[Callable[[Any], bool], str]


def _text(least: int, most: int, what: str) -> _Rule:
    return lambda value: type(value) is str and least <= len(value) <= most, what


def _whole(low: int, high: int) -> _Rule:
    return lambda value: type(value) is int and low <= value <= high, f"a whole number from {low} to {high}"


def _is_rules(value: object) -> bool:
    with suppress(ValueError):
        return type(value) is str and len(value) < _LONGEST_RULES and str(Rules.read(value)) == value
    return False


_NEEDED = ("id", "device", "action", "card", "kind", "at", "offset", "day")
_RULES: dict[str, _Rule] = {
    **dict.fromkeys(
        ("id", "action"), (lambda value: type(value) is str and is_id(value), "an event's id (a UUID)")
    ),
    **dict.fromkeys(("device", "kind", "verdict", "why", "target"), _text(1, 10_000, "a name")),
    **dict.fromkeys(("rules", "attempts", "hints"), _whole(0, 2**31)),
    **dict.fromkeys(("day", "to_day"), _whole(-719_162, LAST_DAY)),
    "card": _text(0, 10_000, "a card's key"),
    "at": _whole(-62_135_000_000_000, 253_402_200_000_000),
    "offset": _whole(-1439, 1439),
    "q": _whole(0, 5),
    "fuzz_days": _whole(-36_500, 36_500),
    "seconds": (lambda value: type(value) in (int, float) and 0 <= value <= 2**31, "a number of seconds"),
    "seed": _whole(-(2**63), 2**63 - 1),
    "disputed": _text(0, LONGEST_LINE, "text"),
    "versions": (lambda value: type(value) is dict, "a JSON object"),
    "shown": (lambda value: type(value) is list, "a list: the schedule before and after"),
    "fsrs": (
        _is_rules,
        "a retention from 0.7 to 0.99, and 21 parameters of FSRS-6 where they are not the defaults",
    ),
}


# -- merging -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class MergeReport:
    """What came in, what is due on another day now, and which files were refused."""

    files: list[dict[str, Any]] = field(default_factory=list)
    """`file`, and of its events how many were `read` and `new`, and how many `answers` got their code."""
    moved: list[tuple[str, int | None, int | None]] = field(default_factory=list)
    """Card, and study days before and after; None for a card that is new."""
    changes: list[str] = field(default_factory=list)  # Answers that count differently now, in words
    errors: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The report as a person reads it."""
        for one in self.files:
            filled = f", code of {counted(one['answers'], 'answer')} filled in" if one["answers"] else ""
            yield f"{one['file']}: {counted(one['read'], 'event')}, {one['new']:,} of them new{filled}"
        if self.moved:
            yield f"{counted(len(self.moved), 'card')} due on another day now:"
        days = [f"{card}: {iso(due) or 'new'} (was {iso(old) or 'new'})" for card, old, due in self.moved]
        count_differently = "more answers that count differently"
        for rows, rest in ((days, "more: ptcards cards"), (self.changes, count_differently)):
            yield from (f"  {row}" for row in rows[:_MOST_SHOWN])
            if len(rows) > _MOST_SHOWN:
                yield f"  and {len(rows) - _MOST_SHOWN:,} {rest}"
        if self.files and not any(one["new"] or one["answers"] for one in self.files):
            yield "nothing was new"

    def to_json(self) -> dict[str, Any]:
        due = [{"card": card, "before": iso(old), "due": iso(new)} for card, old, new in self.moved]
        return {"files": self.files, "due": due, "errors": self.errors}


def merge_files(desk: Desk, files: Sequence[Path]) -> MergeReport:
    """Merge each file, but a damaged one; merged again after an interruption, the rest comes in."""
    library, report = desk.store.library, MergeReport()
    before = {card.key: card.schedule.due_day for card in library.cards()}
    touched: set[str] = set()
    for path in files:
        try:
            with nullcontext(sys.stdin.buffer) if path == STDOUT else path.open("rb") as file:
                merged = desk.store.log.merge(read_log(file, str(path)))
        except (OSError, ExchangeError) as error:
            why = str(error)
            if isinstance(error, OSError):
                why = f"{path}: cannot be read: {error.strerror or error}"
            elif isinstance(error, DamagedLogError):
                why = f"{path}:{error.position + 2}: {error}"
            report.errors.append(f"{why}; nothing of this file was taken")
        else:
            counts = {name: getattr(merged, name) for name in ("read", "new", "answers")}
            report.files.append({"file": str(path), **counts})
            touched.update(merged.cards)
            report.changes += [
                f"{change.event.card}: the answer of {date_of(change.event.day)} counts as {change.after} now"
                f" (was {change.before})"
                for change in merged.changes
            ]
    for key in sorted(touched & before.keys()):
        if (due := library.schedule(key).due_day) != before[key]:
            report.moved.append((key, before[key], due))
    return report
