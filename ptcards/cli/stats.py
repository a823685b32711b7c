"""`stats`: what you know, in numbers, as text, JSON or a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ptcards.cli.common import as_json, narrate, open_study, show_json

if TYPE_CHECKING:
    from datetime import datetime

    from ptcards.statistics.charts import Section
    from ptcards.statistics.rates import Rate
    from ptcards.statistics.report import Attempted, Recent, Span, Standing, Statistics, Work

_WIDTH = 80
_RATE = "hits, of, share (0 to 1, null of nothing), interval (the 95 % range, two shares)"
_KEYS = [
    ("day, since", "dates; deck, tag: as asked for, or null"),
    (
        "today, period",
        "answers, seconds, repetitions, introduced, taught, drilled, practised, crammed, brought_in, grades "
        f"(repetitions by q, 0 to 5); passed, first_try: {_RATE}",
    ),
    (
        "retention",
        "a list, for today, 7 days, 30 days, a year and ever, of span, since, answers, seconds, too_few; "
        "young, mature, all: the same as passed",
    ),
    ("calendar", "first (a Monday), answers and seconds of each day to today, streak, longest"),
    ("forecast", "overdue, due (of each of 365 days), later, daily_load"),
    ("hours", "a list of 24: hour, and the same as passed"),
    (
        "cards",
        "seen, unseen; intervals, eases, lapses: cards by value; lowest_ease: cards, named (card, "
        "interval_days, lapses); leeches: cards, named (card, lapses, failed: day, why, answer)",
    ),
    (
        "failures",
        "of the newest answers: answers, since, kinds and mistakes by name; cards and tags: lists of card or "
        "tag and the same as passed; seconds: median, nine_of_ten; slowest: card, answers, seconds",
    ),
]


class _Defined(click.Command):
    """Its help ends in the definitions of all figures, and in the keys of the JSON."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        from ptcards.statistics.definitions import DEFINITIONS

        with formatter.section("What the figures mean"):
            formatter.write_dl(list(DEFINITIONS.items()))
        with formatter.section("The object of --json"):
            formatter.write_dl(_KEYS)


@click.command(cls=_Defined)
@click.option("--deck", help="Only this deck's cards.")
@click.option("--tag", help="Only cards with this tag; counted from their own answers, so it takes longer.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The period's first day, as 2026-01-31; default: a year ago.",
)
@click.option(
    "--html",
    "html_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write one self-contained page to this file.",
)
@click.option("--numbers", is_flag=True, help="Tables in place of charts.")
@as_json
@click.pass_context
def stats(
    context: click.Context,
    *,
    deck: str | None,
    tag: str | None,
    since: datetime | None,
    html_file: Path | None,
    numbers: bool,
    json_: bool,
) -> None:
    """What you know, in numbers.

    The period (hours, grades, failures) is the last year, or what --since says; retention and time are given
    for today, 7 days, 30 days, a year and ever.
    """
    with open_study(context) as study:
        found = study.statistics(deck=deck, tag=tag, since=since.date() if since else None)
    if html_file is not None:
        from ptcards.statistics.page import page

        _write(html_file, page(found))
        narrate(f"Written: {html_file}")
    if json_:
        show_json(statistics_json(found))
    elif html_file is None:
        click.echo(statistics_text(found, numbers=numbers))


def _write(file: Path, text: str) -> None:
    """Write a file as a whole or leave what was there; UsageError where it cannot be written."""
    from ptcards.errors import UsageError

    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)
    except OSError as error:
        raise UsageError(f"{file}: it cannot be written: {error.strerror}; name another place") from error


def statistics_text(found: Statistics, *, numbers: bool = False) -> str:
    """All sections for a terminal of 80 columns."""
    from ptcards.statistics.sections import heading, sections

    return "\n\n".join([heading(found), *(_section(one, numbers=numbers) for one in sections(found))])


def _section(section: Section, *, numbers: bool) -> str:
    from textwrap import fill, indent

    from ptcards.statistics.drawing import draw, draw_table, text_of

    parts = [section.title]
    parts += [fill(fact, _WIDTH - 2, initial_indent="  ", subsequent_indent="    ") for fact in section.facts]
    if numbers and section.table is not None and section.table.rows:
        parts.append(indent(text_of(draw_table(section.table, _WIDTH - 2)), "  "))
    elif not numbers and section.chart is not None:
        parts.append(indent(text_of(draw(section.chart, _WIDTH - 2)), "  "))
    for sample in section.samples:
        parts += [f"  {sample.title}", indent(sample.code, "    ")]
    return "\n".join(parts)


def statistics_json(found: Statistics) -> dict[str, Any]:
    """The object of `stats --json`: shares are 0 to 1, times seconds, dates ISO, ease as 2.5."""
    calendar, forecast = found.calendar, found.forecast
    return {
        "day": found.today.isoformat(),
        "since": found.since.isoformat(),
        "deck": found.deck,
        "tag": found.tag,
        "today": _work(found.now),
        "period": _work(found.period),
        "retention": [_span(span) for span in found.spans],
        "calendar": {
            "first": calendar.first.isoformat(),
            "answers": list(calendar.answers),
            "seconds": list(calendar.seconds),
            "streak": calendar.streak,
            "longest": calendar.longest,
        },
        "forecast": {
            "overdue": forecast.backlog,
            "due": list(forecast.due),
            "later": forecast.later,
            "daily_load": round(forecast.daily_load, 4),
        },
        "hours": [{"hour": one.hour, **_rate(one.repetitions)} for one in found.hours],
        "cards": _standing(found.standing),
        "failures": _recent(found.recent),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    low = [
        {"card": one.key, "interval_days": one.interval_days, "lapses": one.lapses} for one in standing.low
    ]
    leeches = [
        {"card": one.key, "lapses": one.lapses, "failed": [_failed(each) for each in one.answers]}
        for one in standing.leeches
    ]
    return {
        "seen": standing.cards,
        "unseen": standing.unseen,
        "intervals": {str(days): count for days, count in standing.intervals.items()},
        "eases": {f"{ease / 100:.2f}": count for ease, count in standing.eases.items()},
        "lapses": {str(lapses): count for lapses, count in standing.lapses.items()},
        "lowest_ease": {"cards": standing.at_floor, "named": low},
        "leeches": {"cards": standing.leeches_in_all, "named": leeches},
    }


def _failed(one: Attempted) -> dict[str, str]:
    return {"day": one.day.isoformat(), "why": one.why, "answer": one.code}


def _recent(recent: Recent) -> dict[str, Any]:
    slowest = [{"card": one.key, "answers": one.answers, "seconds": one.seconds} for one in recent.slowest]
    return {
        "answers": recent.answers,
        "since": recent.since.isoformat() if recent.since else None,
        "kinds": dict(recent.kinds),
        "mistakes": dict(recent.mistakes),
        "cards": [{"card": one.name, **_rate(one.answers)} for one in recent.cards],
        "tags": [{"tag": one.name, **_rate(one.answers)} for one in recent.tags],
        "seconds": {"median": recent.median_seconds, "nine_of_ten": recent.slow_seconds},
        "slowest": slowest,
    }


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval
    share = None if rate.share is None else round(rate.share, 4)
    return {"hits": rate.hits, "of": rate.of, "share": share, "interval": [round(low, 4), round(high, 4)]}


def _work(work: Work) -> dict[str, Any]:
    names = ("answers", "seconds", "repetitions", "introduced", "taught", "drilled", "practised", "crammed")
    return {
        **{name: getattr(work, name) for name in names},
        "brought_in": work.recorded,
        "passed": _rate(work.passed),
        "first_try": _rate(work.first_try),
        "grades": list(work.grades),
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "span": span.name,
        "since": span.since.isoformat() if span.since else None,
        "answers": span.answers,
        "seconds": span.seconds,
        "young": _rate(span.young),
        "mature": _rate(span.mature),
        "all": _rate(span.retention),
        "too_few": span.retention.too_few,
    }
