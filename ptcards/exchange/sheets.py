"""Reviews as CSV: for spreadsheets, and in the form that schedulers are fitted with."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from itertools import starmap

from ptcards.exchange.library import Selection, reviews
from ptcards.scheduling.days import date_of
from ptcards.scheduling.events import Kind, Role, Step
from ptcards.study.desk import Desk
from ptcards.text import counted

RATINGS = (1, 1, 1, 2, 3, 4)
"""SM-2's grade to Again 1, Hard 2, Good 3, Easy 4."""
_COLUMNS = (
    "event at day deck card kind counts_as in_force grade verdict why seconds attempts hints interval_days "
    "ease due disputed device answer"
)
_FSRS_COLUMNS = "card_id review_time review_rating review_state review_duration grade utc_offset day_start"
_NEW, _LEARNING, _REVIEW, _RELEARNING = range(4)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_reviews(desk: Desk, selection: Selection) -> tuple[bytes, str]:
    """Every answer in the order of the log, those taken back too; no text is a formula to a spreadsheet."""
    found = sorted(reviews(desk, selection), key=lambda review: review[1].event.id)
    said = f"{counted(len(found), 'review')}, one a row; grade is SM-2's 0 to 5"
    return as_csv([_COLUMNS.split(), *starmap(_row, found)]), said


def write_fsrs(desk: Desk, selection: Selection) -> tuple[bytes, str]:
    """The answers in force that moved or could have moved a schedule, as fsrs-optimizer reads them."""
    day_start = desk.config.day_starts_at
    rows = []
    for card, step in reviews(desk, selection):
        event, grade = step.event, step.event.q
        if not step.in_force or grade is None or event.kind == Kind.CRAMMED:
            continue
        hours, minutes = divmod(abs(event.offset), 60)
        offset = f"{'-' if event.offset < 0 else '+'}{hours:02}:{minutes:02}"
        milliseconds = None if event.seconds is None else round(event.seconds * 1000)
        facts = (RATINGS[grade], _state_of(step), milliseconds, grade, offset, day_start)
        rows.append((defuse(card), event.at, *facts))
    left_out = "cramming and what was undone left out"
    said = f"{counted(len(rows), 'review')} for FSRS; {left_out}; a day starts at {day_start}:00"
    return as_csv([_FSRS_COLUMNS.split(), *rows]), said


def as_csv(rows: Iterable[Sequence[object]], delimiter: str = ",") -> bytes:
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode(errors="replace")


def defuse(text: str | None) -> str:
    """The text as a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text and text.startswith(_FORMULA) else text or ""


def _row(card: str, review: Step) -> tuple[object, ...]:
    event, after = review.event, review.after
    moved = review.role is not Role.NONE
    return (
        event.id,
        event.time.isoformat(timespec="milliseconds"),
        date_of(event.day).isoformat(),
        defuse(card.partition("/")[0]),
        defuse(card),
        event.kind,
        "recorded" if event.kind == Kind.RECORDED else review.role,
        "yes" if review.in_force else "no",
        event.q,
        defuse(event.verdict),
        defuse(event.why),
        event.seconds,
        event.attempts,
        event.hints,
        after.interval_days if moved else None,
        after.ease / 100 if moved else None,
        date_of(after.due_day).isoformat() if moved and after.due_day is not None else None,
        defuse(event.disputed),
        defuse(event.device),
        defuse(review.code),
    )


def _state_of(review: Step) -> int:
    """What the card was when it was asked."""
    before = review.before
    if review.role is Role.NONE:
        return _REVIEW
    if review.role is Role.FIRST:
        return _NEW
    if before.repetitions and review.role is not Role.DRILL:
        return _REVIEW
    return _RELEARNING if before.lapses else _LEARNING
