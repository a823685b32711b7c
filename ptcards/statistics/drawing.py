"""Charts as lines of characters, readable with no colour at all."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby
from typing import NamedTuple

from ptcards.statistics.charts import Bars, Chart, Columns, Heat, Table, levels

SHADES = "·░▒▓█"
_LYING, _UPRIGHT = " ▏▎▍▌▋▊▉█", " ▁▂▃▄▅▆▇█"
_HEIGHT = 6
_DAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")


class Span(NamedTuple):
    """Some characters in one tone: `""`, `bar`, `dim`, or `heat0` to `heat4`."""

    text: str
    tone: str = ""


Line = tuple[Span, ...]


def text_of(lines: Iterable[Line]) -> str:
    """The lines without their tones."""
    return "\n".join("".join(span.text for span in line).rstrip() for line in lines)


def upright(values: Sequence[float], most: float, each: int, height: int) -> list[str]:
    """Bars beside each other, `each` cells apart, as lines from the top down; what is not nothing is seen."""
    bars = [max(round(value / most * 8 * height), 1 if value else 0) for value in values]
    return [
        "".join((_UPRIGHT[min(8, max(0, bar - 8 * row))] * max(1, each - 1)).ljust(each) for bar in bars)
        for row in range(height - 1, -1, -1)
    ]


def draw(chart: Chart, width: int) -> list[Line]:
    """The lines of a chart, none wider than `width` cells (of which it needs about 40)."""
    lines: list[Line] = []
    match chart:
        case Bars(points, most):
            names = min(max(cells(point.label) for point in points), max(8, width * 3 // 5))
            numbers = max(cells(point.text) for point in points)
            room = max(4, width - names - numbers - 4)
            most = most or max(point.value for point in points) or 1
            for label, value, text in points:
                # Whatever is not nothing can be seen.
                eighths = max(min(8 * room, round(value / most * 8 * room)), 1 if value else 0)
                bar = "█" * (eighths // 8) + _LYING[eighths % 8].strip()
                number = " " * (numbers - cells(text)) + text
                lines.append((Span(fit(label, names) + "  "), Span(number + "  "), Span(bar, "bar")))
        case Columns(points):
            most = max(point.value for point in points) or 1
            scale = f"{most:.0f}"
            room = max(1, width - len(scale) - 2)
            points = points[:room]
            each = max(1, min(4, room // len(points)))
            bars = upright([point.value for point in points], most, each, _HEIGHT)
            for number, bar in zip([scale, *[""] * (_HEIGHT - 2), "0"], bars, strict=True):
                lines.append((Span(number.rjust(len(scale)) + " ", "dim"), Span(bar, "bar")))
            labels = _under([point.label for point in points], each)
            lines.append((Span(" " * (len(scale) + 1) + labels, "dim"),))
        case Heat(first, values):
            shades = levels(values)
            weeks = -(-len(shades) // 7)
            shown = range(max(0, weeks - (width - 4)), weeks)
            months = [f"{first + timedelta(days=7 * week):%b}" for week in shown]
            changes = zip(months, ["", *months], strict=False)
            labels = _under([month if month != before else "" for month, before in changes], 1)
            lines.append((Span("    " + labels, "dim"),))
            for weekday, name in enumerate(_DAYS):
                row = shades[7 * shown.start + weekday :: 7]
                lines.append((Span(f"{name:<4}", "dim"), *_shaded(row)))
            key = _shaded(range(len(SHADES)))
            lines.append((Span("    less ", "dim"), *key, Span(" more", "dim")))
    return lines


def _under(labels: Sequence[str], each: int) -> str:
    """Labels under their columns, those left out that would run into the one before."""
    line = ""
    for position, label in enumerate(labels):
        start = position * each
        if label and (not line or start > len(line)) and start + len(label) <= each * len(labels):
            line = line.ljust(start) + label
    return line


def _shaded(row: Iterable[int]) -> list[Span]:
    return [Span(SHADES[level] * len(list(run)), f"heat{level}") for level, run in groupby(row)]


def draw_table(table: Table, width: int) -> list[Line]:
    """A table: names flush left, numbers flush right, the widest name cut to what room there is."""
    rows = [table.head, *table.rows]
    first, *others = (max(map(cells, column)) for column in zip(*rows, strict=True))
    first = max(8, min(first, width - sum(others) - 2 * len(others)))
    lines: list[Line] = []
    for name, *numbers in rows:
        beside = (" " * (size - cells(text)) + text for text, size in zip(numbers, others, strict=True))
        lines.append((Span("  ".join([fit(name, first), *beside]), "" if lines else "dim"),))
    return lines


def cells(text: str) -> int:
    """How many cells a terminal gives a text."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(one) in "WF" for one in text)
    return len(text) + wide - sum(unicodedata.combining(one) > 0 for one in text)


def fit(text: str, width: int) -> str:
    """The text cut or filled to exactly `width` cells."""
    if cells(text) > width:
        while cells(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - cells(text))
