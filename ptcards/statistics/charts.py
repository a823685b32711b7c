"""What a section shows: facts, a chart, a table; drawn as text, on the screen and as SVG."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

LEVELS = 4
"""Shades of a calendar's days, none being one more."""


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
    figures: Mapping[str, Any] = {}
    """What `stats --json` has of it, by key: `hours`, `cards.seen`."""
    name: str = ""
    title: str = ""
    about: str = ""
    """The definition, in a sentence or two."""


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest of `values` that at least `share` of them do not exceed; None of nothing."""
    rank = -(-len(values) * round(share * 100) // 100)
    return sorted(values)[max(0, rank - 1)] if values else None


def levels(values: Sequence[int]) -> list[int]:
    """The shade of each day, 0 to 4; the busiest tenth of the days with answers share the darkest."""
    top = round(quantile([value for value in values if value], 0.9) or 1)
    return [min(LEVELS, -(-value * LEVELS // top)) for value in values]


def binned(
    counts: Mapping[int, int], starts: Sequence[int], write: Callable[[int], str] = "{:,}".format
) -> list[Point]:
    """Counts by value in bins that begin at `starts`, the last without an end; no empty ones at the end."""
    points: list[Point] = []
    for first, last in zip(starts, [*(start - 1 for start in starts[1:]), None], strict=True):
        count = sum(n for value, n in counts.items() if first <= value and (last is None or value <= last))
        end = "+" if last is None else "" if last == first else f"-{write(last)}"
        points.append(Point(write(first) + end, count, f"{count:,}"))
    while points and not points[-1].value:
        points.pop()
    return points
