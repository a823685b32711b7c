"""One section of the statistics: its facts over a chart, or over the chart's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content

from ptcards.statistics.drawing import draw, draw_table
from ptcards.tui.page import BLANK, Block, plain
from ptcards.tui.prose import code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ptcards.statistics.charts import Chart, Section, Table
    from ptcards.statistics.drawing import Line
    from ptcards.tui.page import Lines

_INDENT = 2
TONES = {
    "": "",
    "dim": "$foreground 60%",
    "bar": "$text-primary",
    "heat0": "$foreground 30%",
    "heat1": "$text-primary 55%",
    "heat2": "$text-primary 70%",
    "heat3": "$text-primary 85%",
    "heat4": "$text-primary",
}


@dataclass(frozen=True, slots=True)
class ChartLines:
    """A chart, drawn for whatever width there is."""

    chart: Chart

    def lines(self, width: int) -> list[Content]:
        return toned(draw(self.chart, max(40, width - _INDENT)), width)


@dataclass(frozen=True, slots=True)
class TableLines:
    """A chart's numbers."""

    table: Table

    def lines(self, width: int) -> list[Content]:
        return toned(draw_table(self.table, width - _INDENT), width)


def toned(lines: Iterable[Line], width: int) -> list[Content]:
    """Drawn lines in the theme's colours; the characters alone say the same."""
    return [
        Content.assemble(" " * _INDENT, *((span.text, TONES[span.tone]) for span in line)).truncate(width)
        for line in lines
    ]


def section_blocks(section: Section, *, numbers: bool, definitions: bool) -> list[Lines]:
    """A section, top down."""
    blocks: list[Lines] = [Block(Content.styled(section.title, "bold"))]
    if definitions and section.about:
        blocks.append(Block(plain(section.about, "$foreground 60%"), indent=2))
    blocks += [Block(plain(fact.strip()), indent=2 if fact == fact.strip() else 4) for fact in section.facts]
    if numbers and section.table is not None and section.table.rows:
        blocks.append(TableLines(section.table))
    elif not numbers and section.chart is not None:
        blocks.append(ChartLines(section.chart))
    for sample in section.samples:
        blocks += [
            Block(plain(sample.title, "$foreground 60%"), indent=2),
            Block(code(sample.code), indent=4, code=True),
        ]
    return [*blocks, BLANK]
