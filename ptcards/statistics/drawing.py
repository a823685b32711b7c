"""Charts as lines of characters, readable with no colour at all."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from ptcards.statistics.charts import Bars, Chart, Columns, Heat, Table, levels

if TYPE_CHECKING:
    from collections.abc import Iterable

SHADES = "·░▒▓█"
_LYING = " ▏▎▍▌▋▊▉█"
_STANDING = " ▁▂▃▄▅▆▇█"
_HEIGHT = 6
_DAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")
_WEEK = 7


class Span(NamedTuple):
    """Some characters in one tone: `""`, `bar`, `dim`, or `heat0` to `heat4`."""

    text: str
    tone: str = ""


Line = tuple[Span, ...]


def draw(chart: Chart, width: int) -> list[Line]:
    """The lines of a chart, none wider than `width` cells (of which it needs about 40)."""
    match chart:
        case Bars():
            return _bars(chart, width)
        case Columns():
            return _columns(chart, width)
        case Heat():
            return _heat(chart, width)


def text_of(lines: Iterable[Line]) -> str:
    """The lines without their tones."""
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines)


def _bars(chart: Bars, width: int) -> list[Line]:
    points = chart.points
    beside = max((cells(point.label) for point in points), default=0)
    names = min(beside, max(8, width * 3 // 5))
    numbers = max((cells(point.text) for point in points), default=0)
    room = max(4, width - names - numbers - 4)
    most = chart.most or max((point.value for point in points), default=0) or 1
    lines: list[Line] = []
    for point in points:
        eighths = min(8 * room, round(point.value / most * 8 * room))
        # Whatever is not nothing can be seen.
        eighths = max(eighths, 1 if point.value else 0)
        bar = "█" * (eighths // 8) + _LYING[eighths % 8].strip()
        lines.append(
            (
                Span(fit(point.label, names) + "  "),
                Span(point.text.rjust(numbers + len(point.text) - cells(point.text)) + "  "),
                Span(bar, "bar"),
            )
        )
    return lines


def _columns(chart: Columns, width: int) -> list[Line]:
    points = chart.points
    most = max((point.value for point in points), default=0) or 1
    scale = f"{most:.0f}"
    room = max(1, width - len(scale) - 2)
    points = points[:room]
    each = max(1, min(4, room // max(1, len(points))))
    lines: list[Line] = []
    for row in range(_HEIGHT, 0, -1):
        axis = scale if row == _HEIGHT else "0" if row == 1 else ""
        bars = ""
        for point in points:
            eighths = max(round(point.value / most * 8 * _HEIGHT), 1 if point.value else 0)
            filled = min(8, max(0, eighths - 8 * (row - 1)))
            bars += (_STANDING[filled] * max(1, each - 1)).ljust(each)
        lines.append((Span(axis.rjust(len(scale)) + " ", "dim"), Span(bars, "bar")))
    labels = _under((point.label for point in points), each, each * len(points))
    lines.append((Span(" " * (len(scale) + 1) + labels, "dim"),))
    return lines


def _under(labels: Iterable[str], each: int, room: int) -> str:
    """Labels under their columns, those left out that would run into the one before."""
    line = ""
    for place, label in enumerate(labels):
        start = place * each
        if label and (not line or start > len(line)) and start + len(label) <= room:
            line = line.ljust(start) + label
    return line


def _heat(chart: Heat, width: int) -> list[Line]:
    shades = levels(chart.values)
    weeks = -(-len(shades) // _WEEK)
    shown = range(max(0, weeks - (width - 4)), weeks)
    months: list[str] = []
    before = ""
    for week in shown:
        monday = chart.first + timedelta(days=_WEEK * week)
        month = f"{monday:%b}"
        months.append(month if month != before else "")
        before = month
    lines: list[Line] = [(Span("    " + _under(months, 1, len(months)), "dim"),)]
    for weekday in range(_WEEK):
        places = [_WEEK * week + weekday for week in shown]
        row = [shades[place] for place in places if place < len(shades)]
        lines.append((Span(f"{_DAYS[weekday]:<4}", "dim"), *_shaded(row)))
    lines.append((Span("    less ", "dim"), *_shaded(range(len(SHADES))), Span(" more", "dim")))
    return lines


def _shaded(row: Iterable[int]) -> list[Span]:
    return [Span(SHADES[level] * len(list(run)), f"heat{level}") for level, run in groupby(row)]


def draw_table(table: Table, width: int) -> list[Line]:
    """A table: names flush left, numbers flush right, the widest name cut to what room there is."""
    rows = [table.head, *table.rows]
    widths = [max(cells(row[column]) for row in rows) for column in range(len(table.head))]
    others = sum(widths[1:]) + 2 * (len(widths) - 1)
    widths[0] = max(8, min(widths[0], width - others))
    lines: list[Line] = []
    for number, row in enumerate(rows):
        first = fit(row[0], widths[0])
        beside = zip(row[1:], widths[1:], strict=True)
        rest = [" " * max(0, size - cells(cell)) + cell for cell, size in beside]
        lines.append((Span("  ".join([first, *rest]), "dim" if number == 0 else ""),))
    return lines


def cells(text: str) -> int:
    """How many cells a terminal gives a text."""
    if text.isascii():
        return len(text)
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fit(text: str, width: int) -> str:
    """The text cut or filled to exactly `width` cells."""
    if cells(text) > width:
        while cells(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - cells(text))
