"""What a section shows, and its charts laid out once and drawn as lines of characters."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from ptcards.language import _, month_in_words
from ptcards.statistics.numbers import quantile
from ptcards.text import cells, columns, cut

SHADES = "·░▒▓█"
"""Of a calendar's days; the first is that of a day with nothing."""
_LYING, _UPRIGHT = ("", *"▏▎▍▌▋▊▉"), " ▁▂▃▄▅▆▇█"
_HEIGHT = 6


class Point(NamedTuple):
    """One bar: its name, its length, and its length in words."""

    label: str
    value: float
    text: str


class Bars(NamedTuple):
    """Bars below each other; a full one is the longest, or `most`."""

    points: Sequence[Point]
    most: float | None = None


class Columns(NamedTuple):
    """Bars beside each other; an empty label is not written."""

    points: Sequence[Point]


class Heat(NamedTuple):
    """A calendar: a column a week, a row a weekday, the first day being a Monday."""

    first: date
    values: Sequence[int]


Chart = Bars | Columns | Heat


class Table(NamedTuple):
    """Numbers in rows; the first column is a name."""

    head: str  # The columns' names, with `|` between them
    rows: Sequence[tuple[str, ...]]


class Section(NamedTuple):
    """One question that the statistics answer; its texts are fit for a terminal, and none is markup."""

    facts: Sequence[str]
    chart: Chart | None = None
    table: Table | None = None  # The chart's numbers, and more
    samples: Sequence[tuple[str, str]] = ()  # Pieces of code, each behind a line that says what it is
    name: str = ""
    title: str = ""
    about: str = ""  # The definition, in a sentence or two


class Report(NamedTuple):
    """All that the statistics show."""

    heading: str
    sections: Sequence[Section]  # Those about what was done first; one that says so where nothing was done
    figures: Mapping[str, Any]
    """The object of `stats --json`: shares are 0 to 1, times seconds, dates ISO, ease as 2.5."""


class Span(NamedTuple):
    """Some characters in one tone: `""`, `bar`, `dim`, or `heat0` to `heat4`."""

    text: str
    tone: str = ""


Line = tuple[Span, ...]


class Mark(NamedTuple):
    """A text, or a filled box, on a grid of cells; `y` counts downwards."""

    x: int
    y: float
    text: str = ""
    tone: str = ""
    wide: float = 0
    high: float = 0
    title: str = ""


# -- where everything is -----------------------------------------------------------------------------------


def layout(chart: Chart, width: int) -> Iterator[Mark]:
    """The marks of a chart in `width` cells (of which it needs about 40), from left to right."""
    match chart:
        case Bars(points, most):
            names = min(max(cells(point.label) for point in points), max(8, width * 3 // 5))
            left = names + max(cells(point.text) for point in points) + 4
            room = max(4, width - left)
            most = most or max(point.value for point in points) or 1
            for row, (label, value, text) in enumerate(points):
                title = f"{label}: {text}"
                # Whatever is not nothing can be seen.
                long = max(room * min(1, value / most), 1 / 8 if value else 0)
                yield Mark(0, row, cut(label, names), title=title)
                yield Mark(left - 2 - cells(text), row, text)
                yield Mark(left, row, "", "bar", long, 1, title)
        case Columns(points):
            most = max(point.value for point in points) or 1
            scale = f"{most:,.0f}"
            left = len(scale) + 1
            room = max(1, width - left - 1)
            points = points[:room]
            each = max(1, min(4, room // len(points)))
            yield Mark(0, 0, scale, "dim")
            yield Mark(left - 2, _HEIGHT - 1, "0", "dim")
            yield from _columns(points, most, each, _HEIGHT, left)
            yield from _labels([point.label for point in points], left, each, _HEIGHT)
        case Heat(first, values):
            weeks = -(-len(values) // 7)
            start = max(0, weeks - (width - 4))
            months = month_labels(first + timedelta(7 * week) for week in range(start, weeks))
            yield from _labels(months, 4, 1, 0)
            weekdays = _("Mon Wed Fri Sun").split()
            yield from (Mark(0, 1 + 2 * row, name, "dim") for row, name in enumerate(weekdays))
            for number, (shade, value) in enumerate(zip(levels(values), values, strict=True)):
                title = f"{first + timedelta(days=number)}: {value:,}"
                if number >= 7 * start:
                    yield Mark(4 + number // 7 - start, 1 + number % 7, "", f"heat{shade}", 1, 1, title)
            less, more = _("less more").split()
            yield Mark(4, 8, less, "dim")
            left = 5 + cells(less)
            yield from (Mark(left + shade, 8, "", f"heat{shade}", 1, 1) for shade in range(len(SHADES)))
            yield Mark(left + 1 + len(SHADES), 8, more, "dim")


def _columns(points: Sequence[Point], most: float, each: int, height: int, left: int = 0) -> Iterator[Mark]:
    for number, (label, value, text) in enumerate(points):
        if value:
            high, title = max(height * value / most, 1 / 8), f"{label}: {text}".removeprefix(": ")
            yield Mark(left + number * each, height - high, "", "bar", max(1, each - 1), high, title)


def _labels(labels: Sequence[str], left: int, each: int, row: int) -> Iterator[Mark]:
    """Labels at their columns, those left out that would run into the one before."""
    free = 0
    for number, label in enumerate(labels):
        start = number * each
        if label and start >= free and start + cells(label) <= each * len(labels):
            yield Mark(left + start, row, label, "dim")
            # A wide character has room about it.
            free = start + max(cells(label), len(label) + 1)


def month_labels(days: Iterable[date]) -> list[str]:
    """The months of days in their order, each where it begins; "" for the others."""
    months = [*map(month_in_words, days)]
    return [month if month != before else "" for month, before in zip(months, ["", *months], strict=False)]


def levels(values: Sequence[int]) -> list[int]:
    """The shade of each day, 0 to 4; the busiest tenth of the days with answers share the darkest."""
    most = len(SHADES) - 1
    top = round(quantile([value for value in values if value], 0.9) or 1)
    return [min(most, -(-value * most // top)) for value in values]


# -- as lines of characters, readable with no colour at all -------------------------------------------------


def draw(chart: Chart, width: int) -> list[Line]:
    """The lines of a chart, none wider than `width` cells."""
    return _paint(layout(chart, width))


def upright(values: Sequence[float], most: float, each: int, height: int) -> list[str]:
    """Bars beside each other, `each` cells from one to the next, as lines from the top down."""
    columns = _columns([Point("", value, "") for value in values], most, each, height)
    return [*text_of(_paint(columns)).split("\n"), *[""] * height][:height]


def _paint(marks: Iterable[Mark]) -> list[Line]:
    rows: defaultdict[int, list[Span]] = defaultdict(list)
    ends: defaultdict[int, int] = defaultdict(int)
    for mark in marks:
        whole, eighths = divmod(round(8 * mark.wide), 8)
        for row in range(math.floor(mark.y), math.ceil(mark.y + (mark.high or 1))):
            bar = _UPRIGHT[round(8 * min(1, row + 1 - mark.y))] * whole + _LYING[eighths]
            text = mark.text or (SHADES[int(mark.tone[-1])] if mark.tone.startswith("heat") else bar)
            if gap := mark.x - ends[row]:
                rows[row].append(Span(" " * gap))
            rows[row].append(Span(text, mark.tone))
            ends[row] = mark.x + cells(text)
    lines = [groupby(rows[row], key=itemgetter(1)) for row in range(max(rows, default=-1) + 1)]
    return [tuple(Span("".join(span.text for span in run), tone) for tone, run in line) for line in lines]


def draw_table(table: Table, width: int) -> list[Line]:
    """A table: names flush left, numbers flush right, the widest name cut to what room there is."""
    rows = [table.head.split("|"), *table.rows]
    numbers = [2 + max(map(cells, column)) for column in zip(*rows, strict=True)][1:]
    room = max(8, width - sum(numbers))
    lines = columns([[cut(name, room), *others] for name, *others in rows], right=range(1, len(rows[0])))
    return [(Span(line, "" if number else "dim"),) for number, line in enumerate(lines)]


def text_of(lines: Iterable[Line]) -> str:
    """The lines without their tones."""
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines)
