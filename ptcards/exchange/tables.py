"""Cards from CSV, TSV and the text files that Anki writes."""

from __future__ import annotations

import csv
from itertools import chain
from typing import TYPE_CHECKING

from ptcards.deck.card import Deck
from ptcards.errors import DeckError
from ptcards.exchange.incoming import Incoming
from ptcards.exchange.table_layout import (
    KNOWN,
    Headers,
    Layout,
    guess_separator,
    layout_by_place,
    layout_of_names,
    read_header,
)
from ptcards.exchange.table_rows import Gathered, Sheet, take_row
from ptcards.exchange.text_lines import TextLines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ptcards.store.arriving import Arriving
    from ptcards.study.progress import Progress

MOST_ROWS = 1_000_000
_PIECE = 500
"""So many rows are handed over at once."""
Record = tuple[int, list[str]]


def read_table(
    path: Path, cards: Arriving, deck: str | None = None, progress: Progress = lambda done, total: None
) -> list[Incoming]:
    """The decks of a table, their cards put into `cards`; `deck` names the one that all of them go to.

    DeckError holds everything that is wrong, each with its line; then nothing is taken.
    """
    with path.open("rb") as file:
        lines = TextLines(file, path)
        headers = Headers()
        first = _read_headers(headers, lines)
        anki = lines.number > 1
        if not first.strip():
            raise lines.refusal("missing", "the file holds no card")
        if not (separator := headers.separator):
            separator = "\t" if anki or path.suffix == ".tsv" else guess_separator(first)
        records = _records(lines, first, separator, comments=anki)
        layout, records = _layout(headers, records, separator) if anki else _layout_of_first(records)
        _refuse_nameless(lines, layout)
        slug = deck or headers.deck or path.stem
        sheet = Sheet(layout, headers.html, headers.tags, slug, deck is not None, exact=not anki)
        gathered = Gathered(path, cards)
        size = path.stat().st_size
        for count, (line, row) in enumerate(records):
            if count % _PIECE == 0:
                progress(min(lines.bytes, size), size)
                gathered.hand_over()
            take_row(gathered, sheet, line, row)
    if gathered.problems:
        raise DeckError(tuple(gathered.problems))
    gathered.hand_over()
    if not gathered.titles:
        raise lines.refusal("missing", "the file holds no card")
    return _finish(gathered, _notes(gathered, headers, layout))


def _read_headers(headers: Headers, lines: TextLines) -> str:
    """Take in Anki's header lines; gives the first line that is none."""
    for line in lines:
        try:
            if not read_header(headers, line):
                return line
        except ValueError as error:
            raise lines.refusal("form", str(error)) from None
    return ""


def _records(lines: TextLines, first: str, separator: str, *, comments: bool) -> Iterator[Record]:
    """The records that hold anything, with the line each starts on."""
    reader = csv.reader(
        _without_comments(chain([first], lines)) if comments else chain([first], lines),
        delimiter=separator,
        strict=True,
    )
    count, start = 0, lines.number
    try:
        for row in reader:
            count += 1
            if count > MOST_ROWS:
                raise lines.refusal("too-big", f"holds more than {MOST_ROWS:,} rows: split it")
            if any(row):
                yield start, row
            start = lines.number + 1
    except csv.Error as error:
        raise lines.refusal("form", f"the row cannot be read: {_explain(error)}", start) from None


def _explain(error: csv.Error) -> str:
    reason = str(error)
    if "unexpected end" in reason:
        return "a quote that is opened is never closed"
    if "field larger" in reason:
        return f"a field is longer than {csv.field_size_limit():,} characters; is a quote never closed?"
    return reason


def _without_comments(lines: Iterable[str]) -> Iterator[str]:
    """Lines that begin with `#` are comments, unless they stand within quotes."""
    quoted = False
    for line in lines:
        if not quoted and line.startswith("#"):
            continue
        quoted ^= line.count('"') % 2 == 1
        yield line


def _layout(headers: Headers, records: Iterator[Record], separator: str) -> tuple[Layout, Iterator[Record]]:
    if headers.columns is not None:
        names = next(csv.reader([headers.columns], delimiter=separator), [])
        layout = layout_of_names(names, headers.special)
        if {"question", "solution"} <= set(layout.names):
            return layout, records
        return layout_by_place(len(names), headers.special), records
    first = next(records, None)
    if first is None:
        return Layout(()), records
    return layout_by_place(len(first[1]), headers.special), chain([first], records)


def _layout_of_first(records: Iterator[Record]) -> tuple[Layout, Iterator[Record]]:
    _, names = next(records, (1, []))
    return layout_of_names(names, {}), records


def _refuse_nameless(lines: TextLines, layout: Layout) -> None:
    for name in ("question", "solution"):
        if name not in layout.names:
            found = f" (there are {', '.join(map(repr, layout.unused[:10]))})" if layout.unused else ""
            raise lines.refusal("missing", f"no column is the {name}{found}; known are {KNOWN}")


def _notes(gathered: Gathered, headers: Headers, layout: Layout) -> tuple[str, ...]:
    notes = [f"column {name[:40]!r} is not used" for name in layout.unused]
    notes += [f"Anki's #{key} is not used" for key in dict.fromkeys(headers.unknown)]
    counts = (
        (gathered.wide, "rows with more fields than there are columns, their rest left out"),
        (gathered.repeated, "rows that repeat an earlier one, of which the last counts"),
        (
            gathered.alike,
            "rows that ask what an earlier one asks and answer otherwise, each a card",
        ),
        (gathered.media, "pictures and sounds, named but not shown"),
    )
    return tuple(notes + [f"{words}: {count:,}" for count, words in counts if count])


def _finish(gathered: Gathered, notes: tuple[str, ...]) -> list[Incoming]:
    return [
        Incoming(
            Deck(slug, tuple(gathered.code.get(slug, {}).values()), title=title),
            gathered.cards,
            notes if not place else (),
        )
        for place, (slug, title) in enumerate(gathered.titles.items())
    ]
