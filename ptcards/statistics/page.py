"""The statistics as one HTML page: no script, nothing from elsewhere, fit to print."""

from pathlib import Path
from typing import Any

from mako.lookup import TemplateLookup

from ptcards.language import _
from ptcards.statistics.drawing import Bars, Chart, Columns, Heat, Report, layout
from ptcards.text import cells

_CELLS, _WIDTH = 60, 440
"""Of a chart, across; so few pixels that letters can be read where it is as narrow as a phone."""


def page(found: Report) -> str:
    """The whole page; every text from a deck or a learner in it is escaped."""
    return rendered("page.html", found=found)


def rendered(file: str, **values: Any) -> str:
    """A template of this folder filled in; whatever it is given is escaped."""
    lookup = TemplateLookup([str(Path(__file__).parent)], default_filters=["h"])
    words = {"language": _("en"), "numbers": _("Numbers"), "picture": _picture}
    return str(lookup.get_template(file).render(**words, **values))


def _picture(chart: Chart) -> tuple[int, int, list[tuple[Any, ...]]]:
    """How wide and high a chart is in pixels, and its marks, each with its box."""
    marks = list(layout(chart, _CELLS))
    right = max(mark.x + (mark.wide or cells(mark.text)) for mark in marks)
    # The size of a cell, and what of it stays free between bars.
    sizes = {Bars: (_WIDTH / _CELLS, 20, 0, 6), Columns: (_WIDTH / right, 18, 1.5, 0), Heat: (13, 13, 2, 2)}
    wide, high, beside, below = sizes[type(chart)]
    placed = []
    for mark in marks:
        x, y = mark.x * wide, mark.y * high + (high * 0.75 if mark.text else below / 2)
        box = x, y, mark.wide * wide - beside, mark.high * high - below
        placed += [(mark, *(round(each, 1) for each in box))] if mark.text or mark.wide else []
    across = right * wide if isinstance(chart, Heat) else _WIDTH
    return round(across), round(max(mark.y + 1 for mark in marks) * high), placed
