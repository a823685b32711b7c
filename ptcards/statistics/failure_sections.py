"""Sections about what goes wrong: kinds, cards, tags, misconceptions, leeches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.statistics.charts import Bars, Point, Sample, Section, Table, clean, clean_code
from ptcards.statistics.definitions import DEFINITIONS
from ptcards.statistics.failing import GIVEN_UP
from ptcards.statistics.words import dated, percent, ranged
from ptcards.text import counted

if TYPE_CHECKING:
    from ptcards.statistics.report import Failing, Leech, Recent, Standing, Statistics

_KINDS = {
    "shape": "wrong shape",
    "dtype": "wrong dtype",
    "type": "wrong type",
    "values": "wrong values",
    "exception": "an exception in the check",
    "timeout": "time-out",
    "cpu": "processor time used up",
    "memory": "memory used up",
    "signal": "ended by a signal",
    "exited": "left the program",
    "output": "too much output",
    "disk": "too much written",
    "protocol": "meddled with the runner",
    GIVEN_UP: "given up: the solution was shown",
}


def failure_sections(found: Statistics) -> tuple[Section, ...]:
    recent = found.recent
    return (
        _kinds(recent),
        _mistakes(recent),
        _cards(recent),
        _tags(recent),
    )


def _window(recent: Recent, told: str = "") -> tuple[str, ...]:
    """Which answers are looked at, and what of them is told."""
    if not recent.answers:
        return ("no answers in this period",)
    window = f"of the newest {counted(recent.answers, 'answer')}, since {dated(recent.since)}"
    return (f"{window}: {told}" if told else window,)


def _kinds(recent: Recent) -> Section:
    points = tuple(Point(kind_in_words(word), count, f"{count:,}") for word, count in recent.kinds)
    total = sum(count for _, count in recent.kinds)
    return Section(
        "kinds",
        "How answers go wrong",
        DEFINITIONS["kinds"],
        _window(recent, f"{total:,} met a failed check or were given up"),
        chart=Bars(points) if points else None,
        table=Table(("kind", "answers"), tuple((point.label, point.text) for point in points)),
    )


def _mistakes(recent: Recent) -> Section:
    points = tuple(Point(clean(text), count, f"{count:,}") for text, count in recent.mistakes)
    return Section(
        "mistakes",
        "Misconceptions",
        DEFINITIONS["mistakes"],
        _window(recent, "" if points else "none met"),
        chart=Bars(points) if points else None,
        table=Table(("misconception", "answers"), tuple((point.label, point.text) for point in points)),
    )


def _cards(recent: Recent) -> Section:
    return Section(
        "cards",
        "Cards that fail most",
        DEFINITIONS["cards"],
        _window(recent, "" if recent.cards else "none failed"),
        *_failing(recent.cards, "card"),
    )


def _tags(recent: Recent) -> Section:
    return Section(
        "tags",
        "Tags that fail most",
        DEFINITIONS["tags"],
        _window(recent, "" if recent.tags else "none failed twice"),
        *_failing(recent.tags, "tag", by_share=True),
    )


def _failing(found: tuple[Failing, ...], head: str, *, by_share: bool = False) -> tuple[Bars | None, Table]:
    """The chart and the table of a section."""
    points, rows = [], []
    for one in found:
        name, rate = clean(one.name), one.answers
        length = (rate.share or 0.0) if by_share else rate.hits
        points.append(Point(name, length, f"{rate.hits:,} of {rate.of:,}"))
        rows.append((name, f"{rate.hits:,}", f"{rate.of:,}", percent(rate), ranged(rate)))
    chart = Bars(tuple(points)) if points else None
    return chart, Table((head, "failed", "answers", "share", "95 %"), tuple(rows))


def leech_section(standing: Standing) -> Section:
    rest = standing.leeches_in_all - len(standing.leeches)
    facts = [f"{clean(leech.key)}   {counted(leech.lapses, 'lapse')}" for leech in standing.leeches]
    facts += [f"and {rest:,} more: ptcards cards is:leech"] if rest > 0 else []
    return Section(
        "leeches",
        "Leeches",
        DEFINITIONS["leeches"],
        facts=tuple(facts) or ("none",),
        samples=tuple(sample for leech in standing.leeches for sample in _samples(leech)),
    )


def _samples(leech: Leech) -> list[Sample]:
    samples = []
    for failed in leech.answers:
        parts = [clean(leech.key), dated(failed.day), *([kind_in_words(failed.why)] if failed.why else [])]
        samples.append(Sample(" · ".join(parts), clean_code(failed.code)))
    return samples


def kind_in_words(word: str) -> str:
    """How an answer went wrong, for people."""
    return _KINDS.get(word, clean(word))
