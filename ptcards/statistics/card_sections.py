"""Sections about where the cards stand: forecast, intervals, ease, lapses."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from ptcards.statistics.charts import Bars, Columns, Point, Section, Table, clean
from ptcards.statistics.definitions import DEFINITIONS
from ptcards.statistics.failing import mean_of, median_of
from ptcards.statistics.rates import Rate
from ptcards.statistics.report import YOUNG_BELOW, Forecast, Standing, Statistics
from ptcards.statistics.spreads import Bin, ease_bins, interval_bins, lapse_bins
from ptcards.statistics.words import between, hundredths, percent
from ptcards.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_MONTH = 30
_WEEK = 7
_EVERY = 5


def card_sections(found: Statistics) -> tuple[Section, ...]:
    standing = found.standing
    return (
        _forecast(found.forecast, found.today),
        _year_ahead(found.forecast, found.today),
        _intervals(standing),
        _ease(standing),
        _lapses(standing),
    )


def _forecast(forecast: Forecast, today: date) -> Section:
    due = [forecast.backlog + forecast.due[0], *forecast.due[1:_MONTH]]
    days = [today + timedelta(days=ahead) for ahead in range(_MONTH)]
    points = tuple(
        Point("" if ahead % _EVERY else f"{day.day} {day:%b}", count, f"{count:,}")
        for ahead, (day, count) in enumerate(zip(days, due, strict=True))
    )
    rows = tuple((f"{day:%a} {day.day} {day:%b}", f"{count:,}") for day, count in zip(days, due, strict=True))
    return Section(
        "forecast",
        "The next 30 days",
        DEFINITIONS["forecast"],
        facts=(
            f"{counted(forecast.due[0], 'card')} due today, {forecast.backlog:,} overdue, "
            f"{forecast.due[1]:,} tomorrow",
            f"daily load {forecast.daily_load:,.1f} reviews a day",
        ),
        chart=Columns(points) if any(due) else None,
        table=Table(("day", "due"), rows),
    )


def _year_ahead(forecast: Forecast, today: date) -> Section:
    due = (forecast.backlog + forecast.due[0], *forecast.due[1:])
    weeks = [sum(due[start : start + _WEEK]) for start in range(0, len(due) - 1, _WEEK)]
    points, before = [], ""
    for number, count in enumerate(weeks):
        month = f"{today + timedelta(days=_WEEK * number):%b}"
        points.append(Point(month if month != before else "", count, f"{count:,}"))
        before = month
    days = [(today + timedelta(days=ahead), count) for ahead, count in enumerate(due)]
    rows = []
    for (year, month), group in groupby(days, key=lambda one: (one[0].year, one[0].month)):
        first = date(year, month, 1)
        rows.append((f"{first:%b %Y}", f"{sum(count for _, count in group):,}"))
    return Section(
        "year-ahead",
        "The next year",
        DEFINITIONS["year-ahead"],
        facts=(f"{counted(sum(due), 'card')} due within a year, {forecast.later:,} later",),
        chart=Columns(tuple(points)) if any(due) else None,
        table=Table(("month", "due"), tuple(rows)),
    )


def _intervals(standing: Standing) -> Section:
    mature = sum(count for days, count in standing.intervals.items() if days >= YOUNG_BELOW)
    middle = median_of(standing.intervals)
    facts = [
        f"{counted(standing.cards, 'card')} seen ({mature:,} mature), {standing.unseen:,} not yet",
        f"half of them come back after {counted(middle, 'day')} or less" if middle is not None else "",
    ]
    return Section(
        "intervals",
        "Intervals",
        DEFINITIONS["intervals"],
        tuple(fact for fact in facts if fact),
        *_histogram(interval_bins(standing.intervals), _days, "days", standing.cards),
    )


def _days(one: Bin) -> str:
    return f"{between(one.first, one.last)} d"


def _ease(standing: Standing) -> Section:
    mean = mean_of(standing.eases)
    facts = [f"mean ease {mean / 100:.2f}"] if mean is not None else []
    if standing.at_floor:
        verb = "has" if standing.at_floor == 1 else "have"
        facts.append(f"{counted(standing.at_floor, 'card')} {verb} the lowest ease, 1.30: ")
        facts += [
            f"  {clean(low.key)}   interval {low.interval_days} d, {counted(low.lapses, 'lapse')}"
            for low in standing.low
        ]
        if (rest := standing.at_floor - len(standing.low)) > 0:
            facts.append(f"  and {rest:,} more: ptcards cards 'prop:ease<=1.3'")
        facts.append(
            "Only Easy (5) raises an ease, by 0.10 each time; Good (4) keeps it, Hard (3) takes 0.14. A card "
            "that stays here asks too much at once: split it, give it a hint, or write its question anew (e)."
        )
    return Section(
        "ease",
        "Ease",
        DEFINITIONS["ease"],
        tuple(facts),
        *_histogram(ease_bins(standing.eases), _eases, "ease", standing.cards),
    )


def _eases(one: Bin) -> str:
    if one.last is None:
        return f"{hundredths(one.first)}+"
    return (
        hundredths(one.first) if one.last == one.first else f"{hundredths(one.first)}-{hundredths(one.last)}"
    )


def _lapses(standing: Standing) -> Section:
    leeches = f"{standing.leeches_in_all:,}"
    lapsed = sum(count for lapses, count in standing.lapses.items() if lapses)
    return Section(
        "lapses",
        "Lapses",
        DEFINITIONS["lapses"],
        (f"{counted(lapsed, 'card')} lapsed at least once, {leeches} leeches (8 lapses or more)",),
        *_histogram(lapse_bins(standing.lapses), _times, "lapses", standing.cards),
    )


def _times(one: Bin) -> str:
    return between(one.first, one.last)


def _histogram(
    bins: Iterable[Bin], name: Callable[[Bin], str], head: str, cards: int
) -> tuple[Bars | None, Table]:
    """The chart and the table of a section."""
    points = tuple(Point(name(one), one.count, f"{one.count:,}") for one in bins)
    rows = tuple((point.label, point.text, percent(Rate(int(point.value), cards))) for point in points)
    return Bars(points) if points else None, Table((head, "cards", "share"), rows)
