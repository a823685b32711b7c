"""What an export takes of the library, and its formats but the log and Anki's: JSON, deck files and CSV."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import Any

import orjson

from ptcards.deck.nodes import plain_lines
from ptcards.deck.reading import write_deck
from ptcards.errors import UsageError
from ptcards.scheduling.days import date_of, day_of, time_of
from ptcards.scheduling.events import GRADE_KINDS, Kind, Role, Step
from ptcards.scheduling.queue import Scope
from ptcards.scheduling.sm2 import PASS, Schedule
from ptcards.store.library import StoredCard
from ptcards.store.tables import StoredDeck
from ptcards.study.desk import Desk, whole_deck
from ptcards.text import counted

VERSION = 1
"""Of the JSON."""
RATINGS = (1, 1, 1, 2, 3, 4)
"""SM-2's grade to Again 1, Hard 2, Good 3, Easy 4."""
_ANSWERS = GRADE_KINDS | {Kind.RECORDED}
_COLUMNS = (
    "event at day deck card kind counts_as in_force grade verdict why seconds attempts hints interval_days "
    "ease due disputed device answer"
)
_FSRS_COLUMNS = "card_id review_time review_rating review_state review_duration grade utc_offset day_start"
_NEW, _LEARNING, _REVIEW, _RELEARNING = range(4)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the library is wanted; the default is everything."""

    decks: tuple[str, ...] = ()
    """Slugs; none means all."""
    tag: str | None = None
    since: date | None = None
    """Only events of this study day and later."""
    answers: bool = True
    """With the learner's code."""


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


def write_yaml(desk: Desk, selection: Selection) -> tuple[bytes, str]:
    """The first deck chosen as a YAML file, templates as they are; UsageError where it has no card."""
    stored = chosen_decks(desk, selection)[0]
    whole, tag = whole_deck(desk.store, stored), selection.tag
    cards = tuple(card for card in whole.cards if tag is None or tag in card.tags)
    if not cards:
        raise UsageError(f"{stored.slug} has no card to write")
    deck = whole._replace(slug=stored.slug, cards=cards)
    translations = orjson.loads(stored.content).get("translations", {})
    without = f"; its translations ({', '.join(translations)}) stay behind" if translations else ""
    return write_deck(deck).encode(), f"{stored.slug}, {counted(len(cards), 'card')}{without}"


def write_json(desk: Desk, selection: Selection) -> tuple[bytes, str]:
    """Decks, schedules and statistics as one object."""
    stored, cards = chosen_decks(desk, selection), 0
    decks = []
    for deck in stored:
        found = [
            {"card": card.key, **orjson.loads(card.content), "schedule": _schedule(card.schedule)}
            for card in chosen_cards(desk, selection, [deck])
        ]
        facts = {"title": deck.title, "path": deck.path, "state": deck.state}
        decks.append({**orjson.loads(deck.content), **facts, "cards": found})
        cards += len(found)
    made = time_of(desk.clock()).isoformat(timespec="seconds")
    whole = {"format": "ptcards", "version": VERSION, "exported_at": made}
    whole |= {"statistics": _statistics(desk, selection), "decks": decks}
    said = f"{counted(len(stored), 'deck')}, {counted(cards, 'card')} with schedule, and statistics"
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE), said


def _schedule(schedule: Schedule) -> dict[str, Any]:
    names = "interval_days ease repetitions lapses answers buried_until suspended marked"
    facts = {"due": iso(schedule.due_day), **{name: getattr(schedule, name) for name in names.split()}}
    return facts | {"ease": schedule.ease / 100, "buried_until": iso(schedule.buried_until)}


def _statistics(desk: Desk, selection: Selection) -> dict[str, Any]:
    """Sums of the answers in force, in all and by study day."""
    days: dict[int, dict[str, Any]] = {}
    for _, review in reviews(desk, selection):
        if not review.in_force:
            continue
        number, q = review.event.day, review.event.q or 0
        numbers: dict[str, Any] = {"grades": [0] * 6, "passed": 0, "seconds": 0.0}
        day = days.setdefault(number, {"day": iso(number), "answers": Counter(), **numbers})
        day["answers"]["recorded" if review.role is Role.NONE else str(review.role)] += 1
        day["grades"][q] += 1
        day["passed"] += int(q >= PASS)
        day["seconds"] = round(day["seconds"] + (review.event.seconds or 0), 3)
    # Whatever order the answers came in: the same object.
    found = [day | {"answers": dict(sorted(day["answers"].items()))} for _, day in sorted(days.items())]
    sums = {name: sum(day[name] for day in found) for name in ("passed", "seconds")}
    answers = sum(sum(day["grades"]) for day in found)
    return {"answers": answers, **sums, "seconds": round(sums["seconds"], 3), "days": found}


def iso(day: int | None) -> str | None:
    """The date of a study day."""
    return None if day is None else date_of(day).isoformat()


def write_csv(desk: Desk, selection: Selection) -> tuple[bytes, str]:
    """Every answer in the order of the log, those taken back too; no text is a formula to a spreadsheet."""
    found = sorted(reviews(desk, selection), key=lambda review: review[1].event.id)
    rows = list[list[object]]()
    for card, step in found:
        event, after = step.event, step.after
        when = event.time.isoformat(timespec="milliseconds")
        role = "recorded" if event.kind == Kind.RECORDED else step.role
        schedule: list[object] = [after.interval_days, after.ease / 100, iso(after.due_day)]
        cells: list[object] = [event.id, when, iso(event.day), card.partition("/")[0], card, event.kind]
        cells += [role, "yes" if step.in_force else "no", event.q, event.verdict, event.why, event.seconds]
        cells += [event.attempts, event.hints, *([None] * 3 if step.role is Role.NONE else schedule)]
        cells += [event.disputed, event.device, step.code]
        rows.append([defuse(cell) if isinstance(cell, str) else cell for cell in cells])
    said = f"{counted(len(found), 'review')}, one a row; grade is SM-2's 0 to 5"
    return as_csv([_COLUMNS.split(), *rows]), said


def write_fsrs(desk: Desk, selection: Selection) -> tuple[bytes, str]:
    """The answers in force that moved or could have moved a schedule, as fsrs-optimizer reads them."""
    day_start = desk.config.day_starts_at
    rows = []
    for card, step in reviews(desk, selection):
        event, grade, before = step.event, step.event.q, step.before
        if not step.in_force or grade is None or event.kind == Kind.CRAMMED:
            continue
        hours, minutes = divmod(abs(event.offset), 60)
        offset = f"{'-' if event.offset < 0 else '+'}{hours:02}:{minutes:02}"
        milliseconds = None if event.seconds is None else round(event.seconds * 1000)
        # What the card was when it was asked.
        is_known = step.role is Role.NONE or (before.repetitions and step.role is not Role.DRILL)
        state = _REVIEW if is_known else _RELEARNING if before.lapses else _LEARNING
        state = _NEW if step.role is Role.FIRST else state
        rows.append((defuse(card), event.at, RATINGS[grade], state, milliseconds, grade, offset, day_start))
    left_out = "cramming and what was undone left out"
    said = f"{counted(len(rows), 'review')} for FSRS; {left_out}; a day starts at {day_start}:00"
    return as_csv([_FSRS_COLUMNS.split(), *rows]), said


def as_csv(rows: Iterable[Sequence[object]], delimiter: str = ",") -> bytes:
    text = StringIO(newline="")
    # A lone carriage return would end a row.
    plain = ([plain_lines(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(plain)
    return text.getvalue().encode(errors="replace")


def defuse(text: str | None) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text and text.startswith(_FORMULA) else text or ""
