"""Cards from CSV, TSV and the text files that Anki writes."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from io import StringIO
from itertools import chain
from pathlib import Path
from typing import Any

from ptcards.deck.card import Accepts, Card, Deck
from ptcards.deck.reading import MOST_TEXT
from ptcards.deck.validation import syntax_problem
from ptcards.errors import DeckError, Problem
from ptcards.exchange.anki_templates import cloze_numbers, cloze_sides
from ptcards.exchange.incoming import LONGEST_NOTE_ID, MOST_DECKS, Incoming, id_of_guid, id_of_text, slug_of
from ptcards.exchange.markup import count_media, to_markdown, to_text

MOST_ROWS = 1_000_000
MOST_BYTES = 256 * 2**20
_MOST_PROBLEMS = 100
_MOST_COLUMNS = 1000
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
_NAMES = {
    "question": ("question", "front", "text"),
    "solution": ("solution", "answer", "back", "back extra"),
    "given": ("given",),
    "starter": ("starter",),
    "check": ("check",),
    "accepts": ("accepts",),
    "hint": ("hint", "hints"),
    "explanation": ("explanation", "extra"),
    "tags": ("tags", "tag"),
    "guid": ("guid", "id"),
    "source": ("source",),
    "deck": ("deck",),
    "notetype": ("notetype", "note type"),
}
_COLUMNS = {alias: name for name, aliases in _NAMES.items() for alias in aliases}
_KNOWN = ", ".join("/".join(aliases[:3]) for name, aliases in _NAMES.items() if name != "notetype")
_SPECIAL = {f"{name} column": name for name in ("guid", "notetype", "deck", "tags")}
_UNUSED_HEADERS = {"notetype", "if matches", "match scope"}
_BESIDES = ("given", "starter", "check", "explanation", "source")
_WIDE = "rows with more fields than there are columns, their rest left out"
_REPEATED = "rows that repeat an earlier one, of which the last counts"
_ALIKE = "rows that ask what an earlier one asks and answer otherwise, each a card"
_MEDIA = "pictures and sounds, named but not shown"


def read_table(path: Path, deck: str | None = None) -> Incoming:
    """The decks of a table; `deck` names the one that all cards go to.

    DeckError holds everything that is wrong, each with its line; then nothing is taken.
    """
    return _Table(path, deck).read()


class _Table:
    """One file being read: how it is laid out, the cards so far, and what is wrong with it."""

    def __init__(self, path: Path, deck: str | None) -> None:
        self.path, self.deck = path, deck
        self.decks: dict[str, dict[str, Card]] = {}
        self.titles: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.counts: Counter[str] = Counter()
        # What Anki's header lines say.
        self.anki = self.html = False
        self.separator, self.title, self.columns = "", path.stem, ""
        self.tags: tuple[str, ...] = ()
        self.special: dict[int, str] = {}
        """Columns (from 0) that are no fields."""
        self.names: list[str] = []
        """What each column holds; "" for one that is not used."""

    def read(self) -> Incoming:
        lines = list(StringIO(self._text(), newline=""))
        start = 0
        while start < len(lines) and self._is_header(start + 1, lines[start]):
            start += 1
        self.anki = start > 0
        if start == len(lines) or not lines[start].strip():
            raise self._refusal(start + 1, "missing", "the file holds no card")
        if not self.separator and (self.anki or self.path.suffix == ".tsv"):
            self.separator = "\t"
        elif not self.separator:
            # The one that splits off most names of columns that are known.
            split = {mark: lines[start].split(mark) for mark in ",\t;|"}
            known = {
                mark: sum(name.strip().strip('"').lower() in _COLUMNS for name in names)
                for mark, names in split.items()
            }
            self.separator = max(split, key=lambda mark: (known[mark], len(split[mark])))
        records = self._records(lines, start)
        if self.anki and self.columns:
            columns = next(csv.reader([self.columns], delimiter=self.separator))
        else:
            first = next(records, (start + 1, list[str]()))
            columns = first[1]
            if self.anki:
                records = chain([first], records)
        self._name_columns(start + 1, columns)
        for number, row in records:
            self._take(number, row)
        if self.problems:
            raise DeckError(tuple(self.problems))
        if not self.decks:
            raise self._refusal(len(lines), "missing", "the file holds no card")
        counts = (f"{words}: {count:,}" for words, count in self.counts.items() if count)
        return Incoming(
            tuple(Deck(slug, tuple(cards.values()), self.titles[slug]) for slug, cards in self.decks.items()),
            (*dict.fromkeys(self.notes), *counts),
        )

    def _text(self) -> str:
        if self.path.stat().st_size > MOST_BYTES:
            raise self._refusal(1, "too-big", f"is larger than {MOST_BYTES // 2**20} MiB: split it")
        raw = self.path.read_bytes()
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise self._refusal(1, "not-text", "is UTF-16: save it as UTF-8")
        if (zero := raw.find(b"\0")) >= 0:
            raise self._refusal(raw.count(b"\n", 0, zero) + 1, "not-text", "is a binary file, not a table")
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            what = f"byte 0x{raw[error.start]:02x} is not UTF-8: save the file as UTF-8"
            raise self._refusal(line, "not-text", what) from None

    def _is_header(self, number: int, line: str) -> bool:
        """Take in one of Anki's `#key:value` lines; False where it is none."""
        key, colon, value = line.rstrip("\r\n").removeprefix("#").partition(":")
        key, word = key.strip().lower(), value.strip().lower()
        if not line.startswith("#") or not colon:
            return False
        if key == "separator":
            self.separator = _SEPARATORS.get(word) or value.replace("\\t", "\t")
            if len(self.separator) != 1 or self.separator in '"\r\n':
                what = f"the separator {value!r} is none of {', '.join(_SEPARATORS)}, and no single character"
                raise self._refusal(number, "form", what)
        elif key == "html":
            self.html = word == "true"
        elif key == "tags":
            self.tags = tuple(value.split())
        elif key == "columns":
            self.columns = value
        elif key == "deck":
            self.title = value.strip() or self.title
        elif key in _SPECIAL:
            if not (word.isascii() and word.isdigit() and 0 < int(word) <= _MOST_COLUMNS):
                raise self._refusal(number, "form", f"`{key}` must be the number of a column, from 1")
            self.special[int(word) - 1] = _SPECIAL[key]
        elif key in _UNUSED_HEADERS:
            self.notes.append(f"Anki's #{key} is not used")
        else:
            return False
        return True

    def _records(self, lines: list[str], start: int) -> Iterator[tuple[int, list[str]]]:
        """The records that hold anything, with the line each starts on."""
        rest = lines[start:]
        reader = csv.reader(
            _without_comments(rest) if self.anki else rest, delimiter=self.separator, strict=True
        )
        number = start + 1
        try:
            for count, row in enumerate(reader):
                if count == MOST_ROWS:
                    raise self._refusal(number, "too-big", f"holds more than {MOST_ROWS:,} rows: split it")
                if any(row):
                    yield number, row
                number = start + reader.line_num + 1
        except csv.Error as error:
            reason = str(error)
            if "unexpected end" in reason:
                reason = "a quote that is opened is never closed"
            elif "field larger" in reason:
                most = csv.field_size_limit()
                reason = f"a field is longer than {most:,} characters; is a quote never closed?"
            raise self._refusal(number, "form", f"the row cannot be read: {reason}") from None

    def _name_columns(self, number: int, columns: list[str]) -> None:
        """By their names, or in a file of Anki's by their order; of two with one meaning the first counts."""
        labels = [column.strip() for column in columns]
        found = [_COLUMNS.get(label.lower(), "") for label in labels]
        if self.anki and not (self.columns and {"question", "solution"} <= set(found)):
            labels = [f"column {position + 1}" for position in range(len(columns))]
            fields = iter(("question", "solution"))
            found = ["" if position in self.special else next(fields, "") for position in range(len(columns))]
        for position, name in enumerate(found):
            taken = name in self.names or name in self.special.values()
            self.names.append(self.special.get(position) or ("" if taken else name))
        unused = [
            repr(label[:40]) for label, name in zip(labels, self.names, strict=True) if label and not name
        ]
        for name in ("question", "solution"):
            if name not in self.names:
                there = f" (there are {', '.join(unused[:10])})" if unused else ""
                what = f"no column is the {name}{there}; known are {_KNOWN}"
                raise self._refusal(number, "missing", what)
        self.notes = [*(f"column {label} is not used" for label in unused), *self.notes]

    def _take(self, line: int, row: list[str]) -> None:
        """Add the row's cards to their deck, or what is wrong with it to the problems."""
        width = len(self.names)
        if len(row) > width and any(row[width:]):
            if not self.anki:
                what = f"{len(row)} fields where there are {width} columns: put a field with commas in quotes"
                self._problem(line, "", "form", what)
                return
            self.counts[_WIDE] += 1
        cells = {name: text for name, text in zip(self.names, row, strict=False) if name and text}
        title = self.deck or cells.get("deck", "").strip() or self.title
        slug = slug_of(title)
        guid = cells.get("guid", "").strip()
        card_id = id_of_guid(guid, slug) if guid else id_of_text(cells.get("question", ""))
        for name in (name for name, text in cells.items() if len(text) > MOST_TEXT):
            self._problem(line, card_id, "too-big", f"`{name}` is longer than {MOST_TEXT:,} characters")
            return
        if self.html:
            self.counts[_MEDIA] += sum(map(count_media, cells.values()))
        for one_id, one in self._cards_of(card_id, cells):
            card = self._card(line, one_id, one)
            if card is None:
                continue
            if slug not in self.decks:
                self.decks[slug], self.titles[slug] = {}, title
                if len(self.decks) > MOST_DECKS:
                    what = f"more than {MOST_DECKS:,} decks are named: is it a column of decks?"
                    self._problem(line, card.id, "too-big", what)
                    raise DeckError(tuple(self.problems))
            before = self.decks[slug].get(card.id)
            if before is not None and before != card and not guid:
                self.counts[_ALIKE] += 1
                whole = row if one is cells else [*row, one_id]
                card = replace(card, id=id_of_text("\x1f".join(whole)))
            elif before is not None:
                self.counts[_REPEATED] += 1
            self.decks[slug][card.id] = card

    def _cards_of(self, card_id: str, cells: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
        """One card; of a row of Anki's with clozes one for each, with the id that it has in a package."""
        question = cells.get("question", "")
        if not self.anki or not (numbers := cloze_numbers(question)):
            return [(card_id, cells)]
        bold, between = (("<b>", "</b>"), "<br>") if self.html else (("**", "**"), "\n\n")
        cards = []
        for number in numbers:
            front, back = cloze_sides(question, number, bold)
            solution = between.join(text for text in (back, cells.get("solution", "")) if text)
            own = {**cells, "question": front, "solution": solution}
            cards.append((f"{card_id[:LONGEST_NOTE_ID]}-c{number}", own))
        return cards

    def _card(self, line: int, card_id: str, cells: dict[str, str]) -> Card | None:
        """The card; None where something is wrong with it."""
        if self.html:
            code = {"given", "starter", "check", "accepts", "tags", "deck", "guid", "notetype"}
            if to_text(cells.get("check", "")).strip() or cells.get("accepts", "recall") != "recall":
                code.add("solution")
            cells = {name: (to_text if name in code else to_markdown)(text) for name, text in cells.items()}
        word = cells["accepts"].strip().lower() if "accepts" in cells else ""
        if word and word not in set(Accepts):
            what = f"`accepts` is {word[:40]!r}: one of {', '.join(Accepts)}"
            self._problem(line, card_id, "form", what)
            return None
        has_check = "check" in cells and cells["check"].strip()
        hint = cells["hint"].strip() if "hint" in cells else ""
        besides: dict[str, Any] = {name: cells[name] for name in _BESIDES if name in cells}
        card = Card(
            card_id,
            cells.get("question", ""),
            cells.get("solution", ""),
            Accepts(word) if word else Accepts.CODE if has_check else Accepts.RECALL,
            hints=(hint,) if hint else (),
            tags=_tags(self.tags, cells.get("tags", "")),
            **besides,
        )
        wrong = list(_wrong_with(card))
        for kind, what in wrong:
            self._problem(line, card_id, kind, what)
        return None if wrong else card

    def _problem(self, line: int, card: str, kind: str, message: str) -> None:
        self.problems.append(Problem(self.path, line, card, kind, message))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise DeckError(tuple(self.problems))

    def _refusal(self, line: int, kind: str, message: str) -> DeckError:
        return DeckError((Problem(self.path, line, "", kind, message),))


def _without_comments(lines: Iterable[str]) -> Iterator[str]:
    """Lines that begin with `#` are comments and read as blank ones, unless they are within quotes."""
    quoted = False
    for line in lines:
        if not quoted and line.startswith("#"):
            yield "\n"
            continue
        quoted ^= line.count('"') % 2 == 1
        yield line


@lru_cache(maxsize=1024)
def _tags(common: tuple[str, ...], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*common, *text.replace(",", " ").split())))


def _wrong_with(card: Card) -> Iterator[tuple[str, str]]:
    """What would keep the card from being used, by kind, in the words that a YAML deck's errors have."""
    if not card.question.strip():
        yield "missing", "`question` is empty"
    if not card.solution.strip():
        yield "missing", "`solution` is empty"
    if card.accepts is Accepts.RECALL:
        if card.check.strip():
            yield "useless", "a `recall` card has no check: its learner grades it"
        return
    if card.accepts is Accepts.CODE and not card.check.strip():
        yield "missing", "a card that accepts code needs a `check`"
    for name in ("given", "check", "solution"):
        code = getattr(card, name)
        literal = name == "solution" and card.accepts is Accepts.LITERAL
        if not code.strip() or (name == "solution" and card.accepts is Accepts.TEXT):
            continue
        if problem := syntax_problem(code, expression=literal):
            yield "python", f"`{name}` is not Python: {problem[1]}, in its line {problem[0]}"
