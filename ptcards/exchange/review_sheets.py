"""Reviews as CSV: for spreadsheets, and in the form that schedulers are fitted with."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, BinaryIO

from ptcards.exchange.reviews import Review, reviews
from ptcards.exchange.temporary import in_order
from ptcards.scheduling.days import Moment, date_of, time_of
from ptcards.scheduling.events import Kind
from ptcards.scheduling.replay import Role
from ptcards.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ptcards.exchange.selection import Selection
    from ptcards.study.workspace import Workspace

RATINGS = (1, 1, 1, 2, 3, 4)
"""SM-2's grade to Again 1, Hard 2, Good 3, Easy 4."""
_COLUMNS = (
    *("event", "at", "day", "deck", "card", "kind", "counts_as", "in_force", "grade", "verdict", "why"),
    *("seconds", "attempts", "hints", "interval_days", "ease", "due", "disputed", "device", "answer"),
)
_FSRS_COLUMNS = (
    *("card_id", "review_time", "review_rating", "review_state", "review_duration"),
    *("grade", "utc_offset", "day_start"),
)
_NEW, _LEARNING, _REVIEW, _RELEARNING = range(4)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_reviews(workspace: Workspace, selection: Selection, out: BinaryIO) -> str:
    """Every answer in the order of the log, those taken back too; no text is a formula to a spreadsheet."""
    rows = in_order((_row(review) for review in reviews(workspace, selection)), len(_COLUMNS))
    count = _write(out, _COLUMNS, rows)
    return f"{counted(count, 'review')}, one a row; grade is SM-2's 0 to 5"


def write_fsrs(workspace: Workspace, selection: Selection, out: BinaryIO) -> str:
    """The answers in force that moved or could have moved a schedule, as fsrs-optimizer reads them."""
    day_start = workspace.config.day_starts_at
    chosen = (review for review in reviews(workspace, selection) if _counts(review))
    count = _write(out, _FSRS_COLUMNS, (_fsrs_row(review, day_start) for review in chosen))
    left_out = "cramming and what was undone left out"
    return f"{counted(count, 'review')} for FSRS; {left_out}; a day starts at {day_start}:00"


def defuse(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write(out: BinaryIO, columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", errors="replace", newline="")
    try:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        count = 0
        for row in rows:
            writer.writerow(row)
            count += 1
        return count
    finally:
        text.flush()
        text.detach()


def _row(review: Review) -> tuple[object, ...]:
    event, after = review.event, review.after
    return (
        event.id,
        time_of(Moment(event.at, event.offset)).isoformat(timespec="milliseconds"),
        date_of(event.day).isoformat(),
        defuse(review.card.partition("/")[0]),
        defuse(review.card),
        event.kind,
        "recorded" if event.kind == Kind.RECORDED else review.role,
        "yes" if review.in_force else "no",
        event.q,
        defuse(event.verdict or ""),
        defuse(event.why or ""),
        event.seconds,
        event.attempts,
        event.hints,
        after.interval_days if review.role is not Role.NONE else None,
        after.ease / 100 if review.role is not Role.NONE else None,
        None if after.due_day is None or review.role is Role.NONE else date_of(after.due_day).isoformat(),
        defuse(event.disputed or ""),
        defuse(event.device),
        defuse(review.code or ""),
    )


def _counts(review: Review) -> bool:
    return review.in_force and review.event.q is not None and review.event.kind != Kind.CRAMMED


def _fsrs_row(review: Review, day_start: int) -> tuple[object, ...]:
    event = review.event
    grade = event.q or 0
    hours, minutes = divmod(abs(event.offset), 60)
    return (
        defuse(review.card),
        event.at,
        RATINGS[grade],
        state_of(review),
        None if event.seconds is None else round(event.seconds * 1000),
        grade,
        f"{'-' if event.offset < 0 else '+'}{hours:02}:{minutes:02}",
        day_start,
    )


def state_of(review: Review) -> int:
    """0 new, 1 learning, 2 review, 3 relearning: what the card was when it was asked."""
    before = review.before
    if review.role is Role.NONE:
        return _REVIEW
    if review.role is Role.FIRST:
        return _NEW
    if before.repetitions and review.role is not Role.DRILL:
        return _REVIEW
    return _RELEARNING if before.lapses else _LEARNING
