"""The statistics as one HTML page: no script, nothing from elsewhere, dark and light, fit to print."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from ptcards.statistics.pictures import picture
from ptcards.statistics.sections import heading, sections

if TYPE_CHECKING:
    from ptcards.statistics.charts import Section, Table
    from ptcards.statistics.report import Statistics

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_WIDE = ("today", "calendar", "leeches")


def page(found: Statistics) -> str:
    """The whole page; every text from a deck or a learner in it is escaped."""
    title = escape(heading(found))
    style = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    body = "\n".join(_section(one) for one in sections(found))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>ptcards · {title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _section(section: Section) -> str:
    wide = ' class="wide"' if section.name in _WIDE else ""
    parts = [f'<section id="{section.name}"{wide}>', f"<h2>{escape(section.title)}</h2>"]
    parts += [f'<p class="about">{escape(section.about)}</p>'] if section.about else []
    if section.facts:
        facts = "".join(f"<li>{escape(fact)}</li>" for fact in section.facts)
        parts.append(f'<ul class="facts">{facts}</ul>')
    if section.chart is not None:
        parts.append(f'<div class="chart">{picture(section.chart, section.title)}</div>')
    if section.table is not None and section.table.rows:
        parts.append(f"<details><summary>Numbers</summary>{_table(section.table)}</details>")
    parts += [
        f"<figure><figcaption>{escape(sample.title)}</figcaption><pre>{escape(sample.code)}</pre></figure>"
        for sample in section.samples
    ]
    return "\n".join([*parts, "</section>"])


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
