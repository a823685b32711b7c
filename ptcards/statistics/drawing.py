"""What a section shows, and its charts laid out once: as lines of characters, or as SVG on a page of HTML."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from string import Template
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

    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


class Section(NamedTuple):
    """One question that the statistics answer; its texts are fit for a terminal, and none is markup."""

    facts: Sequence[str]
    chart: Chart | None = None
    table: Table | None = None
    """The chart's numbers, and more."""
    samples: Sequence[tuple[str, str]] = ()
    """Pieces of code, each behind a line that says what it is."""
    name: str = ""
    title: str = ""
    about: str = ""
    """The definition, in a sentence or two."""


class Report(NamedTuple):
    """All that the statistics show."""

    heading: str
    sections: Sequence[Section]
    """Those about what was done first; one that says so where nothing was done."""
    figures: Mapping[str, Any]
    """The object of `stats --json`: shares are 0 to 1, times seconds, dates ISO, ease as 2.5."""


class Span(NamedTuple):
    """Some characters in one tone: `""`, `bar`, `dim`, or `heat0` to `heat4`."""

    text: str
    tone: str = ""


Line = tuple[Span, ...]


class _Mark(NamedTuple):
    """A text, or a filled box, on a grid of cells; `y` counts downwards."""

    x: int
    y: float
    text: str = ""
    tone: str = ""
    wide: float = 0
    high: float = 0
    title: str = ""


# -- where everything is -----------------------------------------------------------------------------------


def _layout(chart: Chart, width: int) -> Iterator[_Mark]:
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
                yield _Mark(0, row, cut(label, names), title=title)
                yield _Mark(left - 2 - cells(text), row, text)
                yield _Mark(left, row, "", "bar", long, 1, title)
        case Columns(points):
            most = max(point.value for point in points) or 1
            scale = f"{most:,.0f}"
            left = len(scale) + 1
            room = max(1, width - left - 1)
            points = points[:room]
            each = max(1, min(4, room // len(points)))
            yield _Mark(0, 0, scale, "dim")
            yield _Mark(left - 2, _HEIGHT - 1, "0", "dim")
            yield from _columns(points, most, each, _HEIGHT, left)
            yield from _labels([point.label for point in points], left, each, _HEIGHT)
        case Heat(first, values):
            weeks = -(-len(values) // 7)
            start = max(0, weeks - (width - 4))
            months = month_labels(first + timedelta(7 * week) for week in range(start, weeks))
            yield from _labels(months, 4, 1, 0)
            weekdays = _("Mon Wed Fri Sun").split()
            yield from (_Mark(0, 1 + 2 * row, name, "dim") for row, name in enumerate(weekdays))
            for number, (shade, value) in enumerate(zip(levels(values), values, strict=True)):
                title = f"{first + timedelta(days=number)}: {value:,}"
                if number >= 7 * start:
                    yield _Mark(4 + number // 7 - start, 1 + number % 7, "", f"heat{shade}", 1, 1, title)
            yield _Mark(4, 8, less := _("less"), "dim")
            left = 5 + cells(less)
            yield from (_Mark(left + shade, 8, "", f"heat{shade}", 1, 1) for shade in range(len(SHADES)))
            yield _Mark(left + 1 + len(SHADES), 8, _("more"), "dim")


def _columns(points: Sequence[Point], most: float, each: int, height: int, left: int = 0) -> Iterator[_Mark]:
    for number, (label, value, text) in enumerate(points):
        if value:
            high, title = max(height * value / most, 1 / 8), f"{label}: {text}".removeprefix(": ")
            yield _Mark(left + number * each, height - high, "", "bar", max(1, each - 1), high, title)


def _labels(labels: Sequence[str], left: int, each: int, row: int) -> Iterator[_Mark]:
    """Labels at their columns, those left out that would run into the one before."""
    free = 0
    for number, label in enumerate(labels):
        start = number * each
        if label and start >= free and start + cells(label) <= each * len(labels):
            yield _Mark(left + start, row, label, "dim")
            free = start + cells(label) + 1


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
    return _paint(_layout(chart, width))


def upright(values: Sequence[float], most: float, each: int, height: int) -> list[str]:
    """Bars beside each other, `each` cells from one to the next, as lines from the top down."""
    columns = _columns([Point("", value, "") for value in values], most, each, height)
    return [*text_of(_paint(columns)).split("\n"), *[""] * height][:height]


def _paint(marks: Iterable[_Mark]) -> list[Line]:
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
    rows = [table.head, *table.rows]
    numbers = [2 + max(map(cells, column)) for column in zip(*rows, strict=True)][1:]
    room = max(8, width - sum(numbers))
    lines = columns([[cut(name, room), *others] for name, *others in rows], right=range(1, len(table.head)))
    return [(Span(line, "" if number else "dim"),) for number, line in enumerate(lines)]


def text_of(lines: Iterable[Line]) -> str:
    """The lines without their tones."""
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines)


# -- as one HTML page: no script, nothing from elsewhere, fit to print --------------------------------------

_CELLS, _WIDTH = 60, 440
"""Of a chart, across; so few pixels that letters can be read where it is as narrow as a phone."""


def page(found: Report) -> str:
    """The whole page; every text from a deck or a learner in it is escaped."""
    template = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))
    return template.substitute(
        language=_("en"), title=escape(found.heading), body="\n".join(map(_section, found.sections))
    )


def _section(section: Section) -> str:
    """A section: its chart as a picture with a tooltip for every bar; its numbers folded."""
    parts = [f'<section id="{section.name}">', f"<h2>{escape(section.title)}</h2>"]
    parts += [f'<p class="about">{escape(section.about)}</p>'] if section.about else []
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in section.facts)
    parts += [f'<ul class="facts">{facts}</ul>'] if facts else []
    parts += [f'<div class="chart">{_picture(section.chart, section.title)}</div>'] if section.chart else []
    if section.table:
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in section.table.head)
        cells = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in section.table.rows)
        rows = "".join(f"<tr>{row}</tr>" for row in cells)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        parts.append(f'<details><summary>{_("Numbers")}</summary><div class="scroll">{table}</div></details>')
    parts += [
        f"<figure><figcaption>{escape(title)}</figcaption><pre>{escape(code)}</pre></figure>"
        for title, code in section.samples
    ]
    return "\n".join([*parts, "</section>"])


def _picture(chart: Chart, name: str) -> str:
    """A chart as SVG, colours being classes."""
    marks = list(_layout(chart, _CELLS))
    right = max(mark.x + (mark.wide or cells(mark.text)) for mark in marks)
    # The size of a cell, and what of it stays free between bars.
    sizes = {Bars: (_WIDTH / _CELLS, 20, 0, 6), Columns: (_WIDTH / right, 18, 1.5, 0), Heat: (13, 13, 2, 2)}
    wide, high, beside, below = sizes[type(chart)]
    body = []
    for mark in marks:
        title = f"<title>{escape(mark.title)}</title>" if mark.title else ""
        x, y = f"{mark.x * wide:.1f}", mark.y * high
        if mark.text:
            place = f'class="{mark.tone}" x="{x}" y="{y + high * 0.75:.1f}"'
            body.append(f"<text {place}>{title}{escape(mark.text)}</text>")
        elif mark.wide:
            size = f'width="{mark.wide * wide - beside:.1f}" height="{mark.high * high - below:.1f}"'
            tone = mark.tone if title else f"{mark.tone} key"
            body.append(f'<rect class="{tone}" x="{x}" y="{y + below / 2:.1f}" {size}>{title}</rect>')
    long = right * wide if isinstance(chart, Heat) else _WIDTH
    box = f"0 0 {long:.0f} {max(mark.y + 1 for mark in marks) * high:.0f}"
    named = f'viewBox="{box}" role="img" aria-label="{escape(name)}"'
    return f"<svg {named}><title>{escape(name)}</title>{''.join(body)}</svg>"
