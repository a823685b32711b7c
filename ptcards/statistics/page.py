"""The statistics as one HTML page, charts as SVG: no script, nothing from elsewhere, fit to print."""

from datetime import timedelta
from html import escape
from pathlib import Path

from ptcards.statistics.charts import LEVELS, Bars, Columns, Heat, Section, levels
from ptcards.statistics.report import Report

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_WIDE = ("today", "calendar", "leeches")
_WIDTH, _HEIGHT = 440, 100
"""Pixels; so little that letters can be read where a chart is as narrow as a phone."""
_LETTER = 6.8
"""Pixels of a letter at the size that the page sets, on the generous side."""
_CELL, _STEP = 11, 13
"""Pixels of a day of the calendar, without the gap and with it."""


def page(found: Report) -> str:
    """The whole page; every text from a deck or a learner in it is escaped."""
    title = escape(found.heading)
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    body = "\n".join(map(_section, found.sections))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>ptcards · {title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    """A section: its chart as SVG with a tooltip for every bar, colours being classes; its numbers folded."""
    wide = ' class="wide"' if section.name in _WIDE else ""
    parts = [f'<section id="{section.name}"{wide}>', f"<h2>{escape(section.title)}</h2>"]
    parts += [f'<p class="about">{escape(section.about)}</p>'] if section.about else []
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in section.facts)
    parts += [f'<ul class="facts">{facts}</ul>'] if facts else []
    match section.chart:
        case Bars() as chart:
            width, height, body = _WIDTH, 20 * len(chart.points), _bars(chart)
        case Columns() as chart:
            width, height, body = _WIDTH, _HEIGHT + 20, _columns(chart)
        case Heat() as chart:
            width, height = 30 + _STEP * -(-len(chart.values) // 7), 22 + 8 * _STEP
            body = _heat(chart, width)
    if section.chart:
        named = f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(section.title)}"'
        svg = f"<svg {named}><title>{escape(section.title)}</title>{''.join(body)}</svg>"
        parts.append(f'<div class="chart">{svg}</div>')
    if section.table:
        head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in section.table.head)
        rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in section.table.rows)
        body = [f"<tr>{row}</tr>" for row in rows]
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
        parts.append(f'<details><summary>Numbers</summary><div class="scroll">{table}</div></details>')
    parts += [
        f"<figure><figcaption>{escape(title)}</figcaption><pre>{escape(code)}</pre></figure>"
        for title, code in section.samples
    ]
    return "\n".join([*parts, "</section>"])


def _text(x: float, y: float, text: str, *, dim: bool = True) -> str:
    kind = ' class="dim"' if dim else ""
    return f'<text{kind} x="{x:.1f}" y="{y}">{escape(text)}</text>'


def _rect(name: str, x: float, y: float, width: float, height: float, title: str = "") -> str:
    size = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{name}" {size}>{f"<title>{escape(title)}</title>" if title else ""}</rect>'


def _bars(chart: Bars) -> list[str]:
    points = chart.points
    names = min(220, max(len(point.label) for point in points) * _LETTER) + 10
    room = _WIDTH - names - max(len(point.text) for point in points) * _LETTER - 8
    most, letters = chart.most or max(point.value for point in points) or 1, int(names / _LETTER)
    body = []
    for top, (label, value, text) in zip(range(0, 20 * len(points), 20), points, strict=True):
        long = max(room * min(1.0, value / most), 1.0 if value else 0.0)
        name = label if len(label) <= letters else label[: letters - 1] + "…"
        bar = _rect("bar", names, top + 3, long, 14)
        words = _text(0, top + 14, name, dim=False) + bar + _text(names + long + 6, top + 14, text, dim=False)
        body.append(f"<g><title>{escape(f'{label}: {text}')}</title>{words}</g>")
    return body


def _columns(chart: Columns) -> list[str]:
    most = max(point.value for point in chart.points) or 1
    left = len(f"{most:,.0f}") * _LETTER + 8
    each = (_WIDTH - left) / len(chart.points)
    axis = f'x1="{left:g}" x2="{_WIDTH}" y1="{_HEIGHT + 0.5}" y2="{_HEIGHT + 0.5}"'
    body = [_text(0, 12, f"{most:,.0f}"), _text(0, _HEIGHT, "0"), f'<line class="axis" {axis}/>']
    free = 0.0
    for number, (label, value, text) in enumerate(chart.points):
        start, end = left + number * each, left + number * each + len(label) * _LETTER
        high = max((_HEIGHT - 4) * value / most, 1.0 if value else 0.0)
        words = f"{label}: {text}" if label else text
        body.append(_rect("bar", start + each * 0.1, _HEIGHT - high, each * 0.8, high, words))
        if label and start >= free and end <= _WIDTH + _LETTER:
            body.append(_text(start, _HEIGHT + 15, label))
            free = end + _LETTER
    return body


def _heat(chart: Heat, right: float) -> list[str]:
    body = [_text(0, 25 + row * _STEP, name) for row, name in ((0, "Mon"), (2, "Wed"), (4, "Fri"))]
    before = ""
    for position, (shade, value) in enumerate(zip(levels(chart.values), chart.values, strict=True)):
        day, (week, row) = chart.first + timedelta(days=position), divmod(position, 7)
        if row == 0 and f"{day:%b}" != before:
            # Over the first week there is no room beside the next month's name.
            body += [_text(30 + week * _STEP, 10, f"{day:%b}")] if week else []
            before = f"{day:%b}"
        title = f"{day.isoformat()}: {value:,}"
        body.append(_rect(f"heat{shade}", 30 + week * _STEP, 16 + row * _STEP, _CELL, _CELL, title))
    low, end = 22 + 7 * _STEP, right - 5 * _LETTER
    start = end - (LEVELS + 1) * _STEP
    shades = range(LEVELS + 1)
    body += [_rect(f"heat{shade} key", start + shade * _STEP - 4, low, _CELL, _CELL) for shade in shades]
    return [*body, _text(start - 5 * _LETTER, low + 10, "less"), _text(end, low + 10, "more")]
