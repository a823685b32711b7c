"""The statistics as sections: what is asked, how it is defined, a chart, and its numbers."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from ptcards.statistics.card_sections import card_sections
from ptcards.statistics.charts import Bars, Columns, Heat, Point, Section, Table, clean
from ptcards.statistics.definitions import DEFINITIONS
from ptcards.statistics.failure_sections import failure_sections, leech_section
from ptcards.statistics.rates import Rate
from ptcards.statistics.words import dated, each, lasting, percent, ranged, trusted
from ptcards.text import counted

if TYPE_CHECKING:
    from ptcards.statistics.report import Calendar, Hour, Span, Statistics, Work

_GRADES = (
    "0 Blackout",
    "1 Wrong, remembered",
    "2 Wrong, seemed easy",
    "3 Hard",
    "4 Good",
    "5 Easy",
)
_EVERY = 3


def sections(found: Statistics) -> tuple[Section, ...]:
    """All sections, those about what was done first; one that says so where nothing was done."""
    if not found.spans[-1].answers and not found.standing.cards:
        return (Section("nothing", "Nothing yet", "", ("No answer yet: what you answer is counted here.",)),)
    return (
        _today(found.now, found.calendar),
        _calendar(found.calendar),
        *card_sections(found)[:1],
        _retention(found.spans),
        *failure_sections(found),
        *card_sections(found)[1:],
        _time(found),
        _hours(found.hours, found.since),
        _grades(found.period, found.since),
        leech_section(found.standing),
    )


def heading(found: Statistics) -> str:
    """What these are the statistics of."""
    parts = ["Statistics"]
    parts += [f"deck {found.deck}"] if found.deck else []
    parts += [f"tag {clean(found.tag)}"] if found.tag else []
    return " · ".join([*parts, f"{dated(found.since)} to {dated(found.today)}"])


def _today(work: Work, calendar: Calendar) -> Section:
    facts = [f"{counted(work.answers, 'answer')} in {lasting(work.seconds)}"]
    if work.repetitions:
        facts.append(
            f"{percent(work.passed)} passed, {percent(work.first_try)} at the first try "
            f"({counted(work.passed.of, 'review')})"
        )
    kinds = [
        (work.introduced, "new"),
        (work.taught, "taught"),
        (work.drilled, "drilled"),
        (work.practised, "practised"),
        (work.crammed, "crammed"),
        (work.recorded, "brought in"),
    ]
    if told := [f"{count} {word}" for count, word in kinds if count]:
        facts.append(" · ".join(told))
    facts.append(f"streak {counted(calendar.streak, 'day')}, the longest of this year {calendar.longest:,}")
    return Section(
        "today",
        "Today",
        DEFINITIONS["today"],
        facts=tuple(facts),
    )


def _calendar(calendar: Calendar) -> Section:
    days = [calendar.first + timedelta(days=ahead) for ahead in range(len(calendar.answers))]
    months = []
    both = zip(days, calendar.answers, calendar.seconds, strict=True)
    for (year, month), group in groupby(both, key=lambda one: (one[0].year, one[0].month)):
        rows = list(group)
        answers = sum(row[1] for row in rows)
        seconds = sum(row[2] for row in rows)
        active = sum(row[1] > 0 for row in rows)
        first = date(year, month, 1)
        months.append((f"{first:%b %Y}", f"{answers:,}", f"{active} of {len(rows)}", lasting(seconds)))
    active = sum(answers > 0 for answers in calendar.answers)
    return Section(
        "calendar",
        "A year of days",
        DEFINITIONS["calendar"],
        facts=(
            f"{counted(sum(calendar.answers), 'answer')} on {counted(active, 'day')}, "
            f"streak {counted(calendar.streak, 'day')}, the longest of this year {calendar.longest:,}",
        ),
        chart=Heat(calendar.first, calendar.answers),
        table=Table(("month", "answers", "days", "time"), tuple(months)),
    )


def _retention(spans: tuple[Span, ...]) -> Section:
    ever = spans[-1]
    month = spans[2]
    named = ((month.name, month.retention), (f"since {dated(ever.since)}", ever.retention))
    facts = [f"{name}: {_known(rate)}" for name, rate in named if rate.of or name == month.name]
    points = tuple(
        Point(f"{_span_name(span)}, {name}", rate.share or 0.0, _told(rate))
        for span in spans
        for name, rate in (("young", span.young), ("mature", span.mature))
        if rate.of
    )
    rows = tuple(
        (
            _span_name(span),
            f"{span.answers:,}",
            *_cells(span.young),
            *_cells(span.mature),
        )
        for span in spans
    )
    return Section(
        "retention",
        "True retention",
        DEFINITIONS["retention"],
        facts=tuple(facts),
        chart=Bars(points, most=1.0) if points else None,
        table=Table(("", "answers", "young", "known", "95 %", "mature", "known", "95 %"), rows),
    )


def _known(rate: Rate) -> str:
    if not rate.of:
        return "no reviews of cards with two repetitions or more"
    return f"{percent(rate)} of {counted(rate.of, 'review')} ({trusted(rate)})"


def _cells(rate: Rate) -> tuple[str, str, str]:
    return f"{rate.of:,}", percent(rate), ranged(rate)


def _span_name(span: Span) -> str:
    return "all time" if span.name == "ever" else span.name


def _told(rate: Rate) -> str:
    return f"{percent(rate)} of {rate.of:,}{' ?' if rate.too_few else ''}"


def _time(found: Statistics) -> Section:
    recent = found.recent
    facts = []
    if recent.median_seconds is not None and recent.slow_seconds is not None:
        facts.append(
            f"half of the newest {counted(recent.answers, 'answer')} took at most "
            f"{lasting(recent.median_seconds)}, nine of ten at most {lasting(recent.slow_seconds)}"
        )
    points = tuple(
        Point(clean(slow.key), slow.seconds, lasting(slow.seconds)) for slow in recent.slowest if slow.seconds
    )
    rows = tuple(
        (_span_name(span), f"{span.answers:,}", lasting(span.seconds), each(span.seconds, span.answers))
        for span in found.spans
    )
    return Section(
        "time",
        "Time per card",
        DEFINITIONS["time"],
        facts=tuple(facts),
        chart=Bars(points) if points else None,
        table=Table(("", "answers", "time", "an answer"), rows),
    )


def _hours(hours: tuple[Hour, ...], since: date) -> Section:
    points = tuple(
        Point("" if one.hour % _EVERY else str(one.hour), one.repetitions.of, f"{one.repetitions.of:,}")
        for one in hours
    )
    rows = tuple((f"{one.hour:02}:00", *_cells(one.repetitions)) for one in hours if one.repetitions.of)
    known = [hour for hour in hours if not hour.repetitions.too_few]
    best = max(known, key=lambda hour: hour.repetitions.share or 0, default=None)
    fact = (
        f"best at {best.hour:02}:00: {percent(best.repetitions)} passed ({trusted(best.repetitions)})"
        if best
        else "too few reviews in any hour to compare"
    )
    return Section(
        "hours",
        "Hours of the day",
        DEFINITIONS["hours"],
        facts=(f"since {dated(since)}: {fact}",),
        chart=Columns(points) if rows else None,
        table=Table(("hour", "reviews", "passed", "95 %"), rows),
    )


def _grades(work: Work, since: date) -> Section:
    total = sum(work.grades)
    points = tuple(Point(name, count, f"{count:,}") for name, count in zip(_GRADES, work.grades, strict=True))
    rows = tuple((point.label, point.text, percent(Rate(int(point.value), total))) for point in points)
    return Section(
        "grades",
        "Grades",
        DEFINITIONS["grades"],
        facts=(
            f"since {dated(since)}: {counted(total, 'review')}, "
            f"{counted(work.introduced, 'card')} seen for the first time",
        ),
        chart=Bars(points) if total else None,
        table=Table(("grade", "reviews", "share"), rows),
    )
