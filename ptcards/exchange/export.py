"""Progress and decks out, in every format there is; JSON, deck files and CSV are written here."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from ptcards.deck.reading import nearest, write_deck
from ptcards.errors import ExchangeError, UsageError
from ptcards.exchange.anki_out import RATINGS, as_csv, write_anki_text, write_apkg
from ptcards.exchange.log import STDOUT, Export, Selection, chosen_cards, chosen_decks, reviews, write_log
from ptcards.exchange.origin import write_patch
from ptcards.paths import replacing
from ptcards.scheduling.days import iso, time_of
from ptcards.scheduling.events import Kind, Role
from ptcards.scheduling.fsrs import Memory
from ptcards.scheduling.sm2 import PASS
from ptcards.store.library import StoredCard
from ptcards.study.desk import Desk, whole_deck
from ptcards.study.scheduler import facts_of, memories
from ptcards.text import counted

VERSION = 1
"""Of the JSON."""
_COLUMNS = (
    "event at day deck card kind counts_as in_force grade verdict why seconds attempts hints interval_days "
    "ease due disputed device answer scheduler stability difficulty"
)
_FSRS_COLUMNS = "card_id review_time review_rating review_state review_duration grade utc_offset day_start"
_NEW, _LEARNING, _REVIEW, _RELEARNING = range(4)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_yaml(desk: Desk, selection: Selection) -> Export:
    """The first deck chosen as a YAML file, templates as they are; UsageError where it has no card."""
    stored = chosen_decks(desk, selection)[0]
    whole, tag = whole_deck(desk.store, stored), selection.tag
    cards = tuple(card for card in whole.cards if tag is None or tag in card.tags)
    if not cards:
        raise UsageError(f"{stored.slug} has no card to write")
    deck = whole._replace(slug=stored.slug, cards=cards)
    translations = orjson.loads(stored.content).get("translations", {})
    without = f"; its translations ({', '.join(translations)}) stay behind" if translations else ""
    said = f"{stored.slug}, {counted(len(cards), 'card')}{without}"
    return Export(write_deck(deck).encode(), said, "To bring it in again: ptcards import --replace {file}")


def write_json(desk: Desk, selection: Selection) -> Export:
    """Decks, schedules and statistics as one object."""
    stored, cards = chosen_decks(desk, selection), 0
    decks = []
    for deck in stored:
        chosen = chosen_cards(desk, selection, [deck])
        known = memories(desk, chosen)
        found = [
            {"card": one.key, **orjson.loads(one.content), "schedule": _schedule(one, known.get(one.key))}
            for one in chosen
        ]
        facts = {"title": deck.title, "path": deck.path, "state": deck.state}
        decks.append({**orjson.loads(deck.content), **facts, "cards": found})
        cards += len(found)
    made = time_of(desk.clock()).isoformat(timespec="seconds")
    whole = {"format": "ptcards", "version": VERSION, "exported_at": made}
    whole |= {"statistics": _statistics(desk, selection), "decks": decks}
    said = f"{counted(len(stored), 'deck')}, {counted(cards, 'card')} with schedule, and statistics"
    return Export(orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE), said)


def _schedule(card: StoredCard, memory: Memory | None) -> dict[str, Any]:
    schedule = card.schedule
    names = "interval_days ease repetitions lapses answers buried_until suspended marked"
    facts = {"due": iso(schedule.due_day), **{name: getattr(schedule, name) for name in names.split()}}
    facts |= {"ease": schedule.ease / 100, "buried_until": iso(schedule.buried_until)}
    return facts | facts_of(memory)


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


def write_csv(desk: Desk, selection: Selection) -> Export:
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
        memory = facts_of(step.memory and step.memory[1])
        planned = step.in_force and event.kind == Kind.GRADED
        cells += [event.disputed, event.device, step.code, *(memory.values() if planned else [None] * 3)]
        rows.append([defuse(cell) if isinstance(cell, str) else cell for cell in cells])
    said = f"{counted(len(found), 'review')}, one a row; grade is SM-2's 0 to 5"
    return Export(as_csv([_COLUMNS.split(), *rows]), said)


def write_fsrs(desk: Desk, selection: Selection) -> Export:
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
    zone = "fsrs-optimizer also asks for your time zone's name; the offset of each review is in utc_offset"
    return Export(as_csv([_FSRS_COLUMNS.split(), *rows]), said, zone)


def defuse(text: str | None) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text and text.startswith(_FORMULA) else text or ""


# -- all of them ---------------------------------------------------------------------------------------------


FORMATS: dict[str, tuple[Callable[[Desk, Selection], Export], str]] = {
    "jsonl": (write_log, "ptcards-{date}.jsonl"),
    "json": (write_json, "ptcards-{date}.json"),
    "csv": (write_csv, "ptcards-reviews-{date}.csv"),
    "fsrs-csv": (write_fsrs, "ptcards-fsrs-{date}.csv"),
    "anki-txt": (write_anki_text, "ptcards-{date}.txt"),
    "apkg": (write_apkg, "ptcards-{date}.apkg"),
    "yaml": (write_yaml, "{slug}.yaml"),
    "patch": (write_patch, "{slug}.patch"),
}
"""By name, the default first: what writes it, and the file it makes where none is named."""


def export_to(
    desk: Desk, form: str, output: Path | None, selection: Selection, *, force: bool = False
) -> Iterator[str]:
    """Write an export and say, line by line, what is in it and what to do with it.

    `output` is a file, a folder for a dated name in it, or `-` for stdout; None is the current folder.
    UsageError for what is not there or would be overwritten, ExchangeError where it cannot be written.
    """
    if form not in FORMATS:
        raise UsageError(f"There is no format {form!r}{nearest(form, {*FORMATS})}.")
    is_folder = output is None or (output != STDOUT and output.is_dir())
    folder = output or Path()
    write, name = FORMATS[form]
    if form in ("yaml", "patch"):
        # A file a deck.
        slugs = [deck.slug for deck in chosen_decks(desk, selection)]
        if len(slugs) != 1 and not is_folder:
            raise UsageError(
                "Such a file holds one deck: choose it with --deck, or name a folder. "
                f"There are: {', '.join(slugs) or 'none'}."
            )
        parts = [(replace(selection, decks=(slug,)), name.format(slug=slug)) for slug in slugs]
    else:
        parts = [(selection, name.format(date=time_of(desk.clock()).date().isoformat()))]
    targets = [folder / name if is_folder else folder for _, name in parts]
    for target in targets:
        _refuse_existing(target, force=force)
    for (part, _), target in zip(parts, targets, strict=True):
        made = write(desk, part)
        _put(target, made.data, force=force)
        yield f"{target}: {made.said}" if target != STDOUT else made.said
        if made.after:
            yield made.after.format(file=target if target != STDOUT else "FILE")


def _put(target: Path, data: bytes, *, force: bool) -> None:
    """Write a file that appears whole or not at all; a pipe or device is written to as it is."""
    try:
        if target == STDOUT:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        elif _is_stream(target):
            target.write_bytes(data)
        else:
            with replacing(target) as unfinished:
                unfinished.write_bytes(data)
                _refuse_existing(target, force=force)
    except OSError as error:
        if target == STDOUT or isinstance(error, BrokenPipeError):
            raise
        what = f"cannot be written: {error.strerror or error}; nothing was left there"
        raise ExchangeError(f"{target}: {what}") from None


def _refuse_existing(target: Path, *, force: bool) -> None:
    if target.is_dir():
        raise UsageError(f"{target} is a folder: name a file in it")
    if not force and target != STDOUT and os.path.lexists(target) and not _is_stream(target):
        raise UsageError(f"{target} is there already: name another with -o, or overwrite it with --force")


def _is_stream(target: Path) -> bool:
    return target.exists() and not target.is_file() and not target.is_dir()
