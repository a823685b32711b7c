"""Charts as inline SVG; colours are classes, so that the page decides them."""

from __future__ import annotations

from datetime import timedelta
from html import escape

from ptcards.statistics.charts import LEVELS, Bars, Chart, Columns, Heat, levels

_WIDTH = 440
"""Little enough that letters can be read where a chart is as narrow as a phone."""
_LINE = 20
_LETTER = 6.8
"""Pixels of a letter at the size that the page sets, on the generous side."""
_LABEL = 220
_HEIGHT = 100
_CELL = 11
_DAYS = {0: "Mon", 2: "Wed", 4: "Fri"}
_WEEK = 7


def picture(chart: Chart, title: str) -> str:
    """The chart as an `svg` element with its title, and a tooltip for every bar."""
    match chart:
        case Bars():
            return _bars(chart, title)
        case Columns():
            return _columns(chart, title)
        case Heat():
            return _heat(chart, title)


def _svg(width: float, height: float, title: str, body: list[str]) -> str:
    name = escape(title)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{name}"><title>{name}</title>'
        f"{''.join(body)}</svg>"
    )


def _bars(chart: Bars, title: str) -> str:
    names = min(_LABEL, max(len(point.label) for point in chart.points) * _LETTER) + 10
    numbers = max(len(point.text) for point in chart.points) * _LETTER + 8
    room = _WIDTH - names - numbers
    most = chart.most or max(point.value for point in chart.points) or 1
    body = []
    for number, point in enumerate(chart.points):
        top = number * _LINE
        long = max(room * min(1.0, point.value / most), 1.0 if point.value else 0.0)
        label = _cut(point.label, names)
        told, middle = f"{escape(point.label)}: {escape(point.text)}", top + 14
        body.append(
            f'<g><title>{told}</title><text x="0" y="{middle}">{escape(label)}</text>'
            f'<rect class="bar" x="{names:g}" y="{top + 3}" width="{long:.1f}" height="14" rx="1"/>'
            f'<text x="{names + long + 6:.1f}" y="{middle}">{escape(point.text)}</text></g>'
        )
    return _svg(_WIDTH, len(chart.points) * _LINE, title, body)


def _cut(text: str, room: float) -> str:
    most = int(room / _LETTER)
    return text if len(text) <= most else text[: most - 1] + "…"


def _columns(chart: Columns, title: str) -> str:
    most = max(point.value for point in chart.points) or 1
    left = len(f"{most:,.0f}") * _LETTER + 8
    each = (_WIDTH - left) / len(chart.points)
    body = [
        f'<text class="dim" x="0" y="12">{most:,.0f}</text><text class="dim" x="0" y="{_HEIGHT}">0</text>',
        f'<line class="axis" x1="{left:g}" x2="{_WIDTH}" y1="{_HEIGHT + 0.5}" y2="{_HEIGHT + 0.5}"/>',
    ]
    free = 0.0
    for number, point in enumerate(chart.points):
        start = left + number * each
        high = max((_HEIGHT - 4) * point.value / most, 1.0 if point.value else 0.0)
        told = f"{escape(point.label)}: {escape(point.text)}" if point.label else escape(point.text)
        left_of, wide = start + each * 0.1, each * 0.8
        body.append(
            f'<rect class="bar" x="{left_of:.1f}" y="{_HEIGHT - high:.1f}" width="{wide:.1f}" '
            f'height="{high:.1f}"><title>{told}</title></rect>'
        )
        end = start + len(point.label) * _LETTER
        if point.label and start >= free and end <= _WIDTH + _LETTER:
            body.append(f'<text class="dim" x="{start:.1f}" y="{_HEIGHT + 15}">{escape(point.label)}</text>')
            free = end + _LETTER
    return _svg(_WIDTH, _HEIGHT + 20, title, body)


def _heat(chart: Heat, title: str) -> str:
    shades = levels(chart.values)
    weeks = -(-len(shades) // _WEEK)
    left, top = 30, 16
    body = [
        f'<text class="dim" x="0" y="{top + row * (_CELL + 2) + 9}">{name}</text>'
        for row, name in _DAYS.items()
    ]
    before = ""
    for week in range(weeks):
        month = f"{chart.first + timedelta(days=_WEEK * week):%b}"
        if month != before and (week or weeks < _WEEK):
            body.append(f'<text class="dim" x="{left + week * (_CELL + 2)}" y="10">{month}</text>')
        before = month
    for place, (shade, value) in enumerate(zip(shades, chart.values, strict=True)):
        day = chart.first + timedelta(days=place)
        week, row = divmod(place, _WEEK)
        body.append(
            f'<rect class="heat{shade}" x="{left + week * (_CELL + 2)}" y="{top + row * (_CELL + 2)}" '
            f'width="{_CELL}" height="{_CELL}" rx="2"><title>{day.isoformat()}: {value:,}</title></rect>'
        )
    right, low = left + weeks * (_CELL + 2), top + _WEEK * (_CELL + 2) + 6
    return _svg(right, low + _CELL + 2, title, [*body, *_legend(right, low)])


def _legend(right: float, top: float) -> list[str]:
    """From few to many, as shades."""
    end = right - 5 * _LETTER
    start = end - (LEVELS + 1) * (_CELL + 2)
    shades = [
        f'<rect class="heat{shade} key" x="{start + shade * (_CELL + 2) - 4:g}" y="{top}" '
        f'width="{_CELL}" height="{_CELL}" rx="2"/>'
        for shade in range(LEVELS + 1)
    ]
    words = ((start - 5 * _LETTER, "less"), (end, "more"))
    return [*shades, *(f'<text class="dim" x="{x:g}" y="{top + 10}">{word}</text>' for x, word in words)]
