"""`stats`: what you know, in numbers, as text, JSON or a page."""

from datetime import datetime
from pathlib import Path
from textwrap import fill, indent
from typing import Any

import click

from ptcards.cli.common import DAY, DECK, PATH, TAG, as_json, narrate, open_desk, present, write

_WIDTH = 78  # columns beside the indent: a terminal of 80


class _Defined(click.Command):
    """Its help ends in the definitions of all figures, and in the keys of the JSON."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        from ptcards.statistics.report import DEFINITIONS, FIGURES

        with formatter.section("What the figures mean"):
            formatter.write_dl(list(DEFINITIONS.items()))
        with formatter.section("The object of --json"):
            formatter.write_dl(list(FIGURES.items()))


@click.command(cls=_Defined)
@click.option("--deck", type=DECK, help="Only this deck's cards.")
@click.option("--tag", type=TAG, help="Only cards with this tag; counted anew, so it takes longer.")
@click.option("--since", type=DAY, metavar="DATE", help="From 2026-01-31 on, say; default: a year ago.")
@click.option("--html", "html_file", type=PATH, help="Write one self-contained page to this file.")
@click.option("--numbers", is_flag=True, help="Tables in place of charts.")
@as_json
def stats(
    *, since: datetime | None, html_file: Path | None, numbers: bool, json_: bool, **scope: str | None
) -> None:
    """What you know, in numbers.

    The period (hours, grades, failures) is the last year, or what --since says; retention and time are given
    for today, 7 days, 30 days, a year and ever.
    """
    with open_desk() as desk:
        found = desk.statistics(since=since.date() if since else None, **scope)
    if html_file is not None:
        from ptcards.statistics.page import page

        write(html_file, page(found))
        narrate(f"Written: {html_file}")
    if json_ or html_file is None:
        parts = [found.heading, *(_section(one, numbers=numbers) for one in found.sections)]
        present(found.figures, "\n\n".join(parts), json_=json_)


def _section(section: Any, *, numbers: bool) -> str:
    from ptcards.statistics.drawing import draw, draw_table, text_of

    parts = [section.title]
    parts += [fill(fact, _WIDTH, initial_indent="  ", subsequent_indent="    ") for fact in section.facts]
    if numbers and section.table:
        parts.append(indent(text_of(draw_table(section.table, _WIDTH)), "  "))
    elif not numbers and section.chart:
        parts.append(indent(text_of(draw(section.chart, _WIDTH)), "  "))
    for title, code in section.samples:
        parts += [f"  {title}", indent(code, "    ")]
    return "\n".join(parts)
