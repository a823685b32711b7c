"""What a chart shows, apart from how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptcards.statistics.failing import quantile

if TYPE_CHECKING:
    from datetime import date

LEVELS = 4
"""Shades of a calendar's days, none being one more."""


@dataclass(frozen=True, slots=True)
class Point:
    """One bar: its name, its length, and its length in words."""

    label: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars lying below each other."""

    points: tuple[Point, ...]
    most: float | None = None
    """The length of a full bar, where it is not the longest one."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Bars standing beside each other; an empty label is not written."""

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """A calendar: a column a week, a row a weekday, the first day being a Monday."""

    first: date
    values: tuple[int, ...]


Chart = Bars | Columns | Heat


def levels(values: tuple[int, ...]) -> tuple[int, ...]:
    """The shade of each day, 0 to 4; the busiest tenth of the days with answers share the darkest."""
    top = quantile([value for value in values if value], 0.9) or 1
    return tuple(0 if not value else min(LEVELS, -(-value * LEVELS // round(top))) for value in values)


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers in rows; the first column is a name."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A piece of code with a line that says what it is."""

    title: str
    code: str


@dataclass(frozen=True, slots=True)
class Section:
    """One question that the statistics answer; its texts are fit for a terminal, and none is markup."""

    name: str
    title: str
    about: str
    """The definition, in a sentence or two."""
    facts: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    """The chart's numbers, and more."""
    samples: tuple[Sample, ...] = ()


def clean(text: str) -> str:
    """A deck's or a learner's text on one line, with whatever a terminal might obey made visible."""
    return _visible(" ".join(text.split()))


def clean_code(code: str) -> str:
    """The same, with its lines kept."""
    return "\n".join(_visible(line) for line in code.expandtabs(4).rstrip().splitlines())


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
