"""Cards from CSV, TSV, the text files that Anki writes, and hashcards' Markdown."""

import csv
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from resiliparse.parse.encoding import detect_encoding

from ptcards.deck.card import Accepts, Card, Deck, Markup, hash_of
from ptcards.deck.nodes import Findings, read_text_of
from ptcards.deck.reading import MOST_TEXT, flaws_of
from ptcards.errors import DeckError, Problem, UsageError
from ptcards.exchange import incoming
from ptcards.exchange.anki_in import cards_again
from ptcards.exchange.anki_templates import cloze_numbers, fill_clozes
from ptcards.exchange.incoming import ORIGIN, Incoming, Names, id_of_guid, id_of_text, to_text
from ptcards.language import _, later
from ptcards.text import cut

MOST_ROWS = 1_000_000
MOST_BYTES = 256 * 2**20
_MOST_COLUMNS = 1000
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "space": " ", "pipe": "|", "colon": ":"}
_KNOWN = (
    "question/front/text, solution/answer/back/back extra, tags/tag, guid/id, deck, hint/hints, "
    "explanation/extra, check, given, accepts, starter, source, notetype/note type"
)
"""What columns may be called; the first of each is what they hold."""
_COLUMNS = {word: one.split("/")[0] for one in _KNOWN.split(", ") for word in one.split("/")}
_SPECIAL = {f"{name} column": name for name in ("guid", "notetype", "deck", "tags")}
_ALIKE = later("rows that ask what an earlier one asks and answer otherwise, each a card")
_BESIDES = {"given", "starter", "check", "explanation", "source"}
_ASKED = {"question", "solution"}
_ACCEPTS = frozenset(Accepts)
_END = "\x1e"
_LOST = "\ufffd"
_LETTERS = re.compile(f"[^\0-\x7f{_LOST}]")
_WINDOWS = dict(zip(["2", "4", "5", "6", "7", "8", "9", "13"], "07163547", strict=True))
"""The last digit of the Windows page that is like a part of ISO 8859, where it is not 2."""


class Columns(NamedTuple):
    """What somebody says of a table's columns."""

    names: tuple[str, ...]  # What each holds; "" for one that is skipped
    header: bool = False  # Whether the first row is no card


Ask = Callable[[str, str], str]
"""What a person says to a question, which comes with the reply that holds where nothing is said."""


def columns_of(words: str, *, header: bool = False) -> Columns:
    """The columns that `front,back,-` names; UsageError where a word is none of them."""
    known = {**_COLUMNS, **dict.fromkeys(("", "-", "_"), "")}
    names = [known.get(word, word) for word in map(str.strip, words.lower().split(","))]
    wrong = next((name for name in names if name and (name not in _COLUMNS or names.count(name) > 1)), "")
    if wrong or not set(names) >= _ASKED:
        what = _("{!r} is none, or there twice", wrong) if wrong else _("they need a front and a back")
        refusal = later("columns {!r}: {}; there are {}, and - for one that is skipped")
        raise UsageError(_(refusal, words, what, _KNOWN))
    return Columns(tuple(names), header)


def read_table(
    path: Path,
    deck: str | None = None,
    names: Names | None = None,
    *,
    columns: Columns | None = None,
    ask: Ask | None = None,
    encoding: str | None = None,
) -> Incoming:
    """The decks of a table; `deck` names the one that all cards go to, `names` knows what is here.

    `columns` says what the columns are; `ask` is asked where nothing says it and there are not two. What is
    wrong with a row is a problem with its line, and the row is left out. DeckError where nothing is left.
    """
    table = _Table(path, path.stem, names or Names(), findings := Findings(path))
    # Whatever ends them: lines end alike, as a file's do that is open as text.
    lines = list(TextIOWrapper(BytesIO(table.text(encoding).encode()), "utf-8"))
    table.read_headers(lines)
    rows = table.records(lines)
    # As many as are shown where the columns are asked for.
    if first := list(islice(rows, 5)):
        # A header row names its columns, one of a file of Anki's is a note.
        named = table.name_columns(first[0][0], [row for _, row in first], columns, ask)
        table.deck = deck or table.deck
        table.take_all(chain(first[named:], rows), deck)
    if not any(table.decks.values()):
        findings.raise_if_any()
        raise findings.refusal("missing", _("the file holds no card"), len(lines) or 1)
    for title, key in table.twins:
        table.decks[title][key] = _by_its_row(table.decks[title][key])
    every = table.decks.items()
    decks = (Deck(table.known.deck(title), tuple(cards.values()), title) for title, cards in every if cards)
    more = findings.count - len(findings.problems)
    table.counts["more rows that cannot be taken, left out and not listed"] = more
    counts = (_("{}: {}", _(words), f"{n:,}") for words, n in table.counts.items() if n)
    said = (*dict.fromkeys(table.notes), *counts)
    return Incoming(tuple(decks), said, problems=tuple(findings.problems))


@dataclass(slots=True)
class _Table:
    """One file being read: what it says of its layout, the cards so far, and what is wrong with it."""

    path: Path
    deck: str  # The name of the deck that a row goes to that names none
    known: Names  # What decks and notes are called here
    findings: Findings  # What is wrong with its rows
    decks: dict[str, dict[str, Card]] = field(default_factory=dict)  # Cards by id, by the name of their deck
    twins: set[tuple[str, str]] = field(default_factory=set)  # Decks with ids that cards would share
    notes: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    anki: bool = False
    html: bool = False
    separator: str = ""
    columns: str = ""
    notetype: str = "Basic"
    tags: tuple[str, ...] = ()
    broken: bool = False  # UTF-8 with a few bytes that are none: they are `_LOST` in the text
    special: dict[int, str] = field(default_factory=dict)  # Columns (from 0) that are no fields
    names: list[str] = field(default_factory=list)  # What each column holds; "" for one that is not used

    def text(self, chosen: str | None) -> str:
        """The whole file, read as it was chosen, or else as it seems to be; never with letters lost."""
        if self.path.stat().st_size > MOST_BYTES:
            raise self.findings.refusal("too-big", _("is larger than {} MiB: split it", MOST_BYTES // 2**20))
        raw = self.path.read_bytes()
        for encoding in [chosen] if chosen else _encodings(raw):
            try:
                text = raw.decode(encoding).removeprefix("\ufeff")
                text.encode()
            except LookupError:
                raise UsageError(_("there is no encoding {!r}; one is cp1250", encoding)) from None
            except UnicodeError as error:
                wrong = getattr(error, "start", 0)
                # Nearly all that is not ASCII came out as UTF-8: the rows without broken bytes are good ones.
                text = raw.decode(errors="replace")
                broken = 0 < text.count(_LOST) * 4 < len(_LETTERS.findall(text)) and "\0" not in text
                self.broken = broken and encoding == "utf-8" != chosen
                if self.broken:
                    break
            else:
                if "\0" not in text:
                    break
                wrong = raw.find(b"\0")
        else:
            what = later("is binary, or no {} text: save it as UTF-8, or say what it is: --encoding cp1250")
            raise self.findings.refusal("not-text", _(what, encoding), raw.count(b"\n", 0, wrong) + 1)
        if encoding not in (chosen, "utf-8", "utf-16"):
            self.notes.append(_("this is not UTF-8; read as {} (--encoding says otherwise)", encoding))
        # Composed or not: what looks the same is the same.
        return text if text.isascii() else unicodedata.normalize("NFC", text)

    def read_headers(self, lines: list[str]) -> None:
        """Take in `sep=` of spreadsheets and Anki's `#key:value` lines, and make blank ones of them."""
        if lines and re.fullmatch("sep=.\n?", lines[0], re.IGNORECASE):
            self.separator, lines[0] = lines[0][4], "\n"
        start = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
        for number, line in enumerate(lines[:start], 1):
            key, colon, value = line.rstrip("\n").removeprefix("#").partition(":")
            key, word = key.strip().lower() if colon else "", value.strip().lower()
            if key == "separator":
                self.separator = _SEPARATORS.get(word) or value.replace("\\t", "\t")
                if len(self.separator) != 1 or self.separator in '"\r\n':
                    what = later("the separator {!r} is none of {}, and no single character")
                    raise self.findings.refusal("form", _(what, value, ", ".join(_SEPARATORS)), number)
            elif key == "html":
                self.html = word == "true"
            elif key == "tags":
                self.tags = tuple(value.split())
            elif key in {"columns", "deck", "notetype"}:
                setattr(self, key, value.strip(" ") or getattr(self, key))
            elif key in _SPECIAL:
                if not (word.isascii() and word.isdigit() and 0 < int(word) <= _MOST_COLUMNS):
                    what = _("`{}` must be the number of a column, from 1", key)
                    raise self.findings.refusal("form", what, number)
                self.special[int(word) - 1] = _SPECIAL[key]
            elif key not in {"if matches", "match scope"}:
                continue
            self.anki = True
        if self.anki:
            lines[:start] = ["\n"] * start

    def records(self, lines: list[str]) -> Iterator[tuple[int, list[str]]]:
        """The rows that hold anything but blanks or a remark, with the line each starts on."""
        at_start, some = True, list(islice(filter(str.strip, lines), 10))

        def columns(mark: str) -> tuple[int, int, int]:
            labels = "".join(some[:1]).split(mark)
            known = sum(label.strip().strip('"').lower() in _COLUMNS for label in labels)
            return known, sum(mark in line for line in some), len(labels)

        # The one that splits off most names of columns that are known, or is in most of the first lines.
        by_name = self.separator or self.anki or self.path.suffix == ".tsv"
        self.separator = self.separator or "\t" if by_name else max(",\t;|", key=columns)

        def feed() -> Iterator[str]:
            # Whether a line begins a row, and so may be a remark, the reader alone knows.
            nonlocal at_start
            for line in lines:
                is_remark, at_start = at_start and line.startswith("#"), False
                yield "\n" if is_remark else line

        # A row of its own after the last, unless a quote is open there.
        reader = csv.reader(chain(feed() if self.anki else lines, [_END]), delimiter=self.separator)
        number, last = 1, len(lines)
        try:
            for count, row in enumerate(reader):
                if count > MOST_ROWS:
                    what = _("holds more than {:,} rows: split it", MOST_ROWS)
                    raise self.findings.refusal("too-big", what, number)
                if reader.line_num > last:
                    if row != [_END]:
                        self.problem(number, "", "form", _("a quote that is opened is never closed"))
                elif len(text := "".join(row)) > MOST_TEXT and max(map(len, row)) > MOST_TEXT:
                    what = _("a field is longer than {:,} characters", MOST_TEXT)
                    self.problem(number, "", "too-big", what)
                elif text.strip() and (len(row) > 1 or not lines[number - 1].startswith("#")):
                    yield number, row
                at_start, number = True, reader.line_num + 1
        except csv.Error as error:
            what = later("a field is longer than {:,} characters; is a quote never closed?")
            what = _(what, csv.field_size_limit()) if "field larger" in str(error) else str(error)
            raise self.findings.refusal("form", _("the row cannot be read: {}", what), number) from None

    def name_columns(self, line: int, rows: list[list[str]], chosen: Columns | None, ask: Ask | None) -> bool:
        """As chosen, by name or, where there are no names, by order; whether the first row has the names.

        Of two columns of one meaning the first counts.
        """
        first = next(csv.reader([self.columns], delimiter=self.separator)) if self.columns else rows[0]
        labels = [label.strip() for label in first]
        found = [_COLUMNS.get(label.lower(), "") for label in labels]
        whole, is_named = set(found) >= _ASKED, bool(_ASKED & set(found))
        header = not self.anki and (is_named or len(labels) == 1)
        if ask and not (chosen or whole or self.anki or len(labels) <= len(_ASKED)):
            chosen = self.ask_columns(rows, ask)
        if chosen:
            header = chosen.header or (header and is_named)
            found = [*chosen.names, *[""] * (len(labels) - len(chosen.names))]
            self.special = {at: name for at, name in enumerate(found) if name in _SPECIAL.values()}
        elif not (whole if self.columns else header):
            # A note of Anki's may end before its back does.
            fields, width = iter(("question", "solution")), max(len(labels), len(self.special) + len(_ASKED))
            found = ["" if at in self.special else next(fields, "") for at in range(width)]
        if not (header or self.columns):
            labels = [_("column {}", at + 1) for at in range(len(found))]
        for position, name in enumerate(found):
            taken = name in self.names or name in self.special.values()
            self.names.append(self.special.get(position) or ("" if taken else name))
        pairs = zip(labels, self.names, strict=False)
        unused = [repr(label[:40]) for label, name in pairs if label and not name]
        if lacking := sorted(_ASKED.difference(self.names)):
            there = _(" (there are {})", ", ".join(unused[:10])) if unused else ""
            what = later("no column is the {}{}; known are {}; or: --columns front,back")
            raise Findings(self.path).refusal("missing", _(what, lacking[0], there, _KNOWN), line)
        if chosen or not (header or self.anki):
            what = ", ".join(name or "-" for name in self.names)
            row = _("names columns") if header else _("is a card")
            words = later("columns read as {} (--columns says otherwise); the first row {}")
            self.notes.append(_(words, what, row))
        self.notes += (_("column {} is not used", label) for label in unused)
        return header

    def ask_columns(self, rows: list[list[str]], ask: Ask) -> Columns:
        """What a person says of the columns, who is shown the first rows."""
        room = max(5, 72 // max(map(len, rows)) - 3)
        shown = (" | ".join(cut(" ".join(cell[:99].split()), room) for cell in row)[:76] for row in rows)
        what = "\n  ".join((_("{}: nothing says what its columns are. It begins:", self.path), *shown))
        what += "\n" + _("What do its columns hold, as in front,back,-,tags? (- skips one)")
        while True:
            try:
                columns = columns_of(ask(what, "front,back"))
            except UsageError as error:
                what += f"\n{error}"
            else:
                named = ask(_("Is the first row their names, and no card? y yes · n no"), "n")
                return columns._replace(header=named.strip().lower() in {"y", "yes"})

    def take_all(self, rows: Iterable[tuple[int, list[str]]], deck: str | None) -> None:
        """The cards of the rows: who is who says the guid, else the question, of equal ones the whole row."""
        width, places = len(self.names), dict[str, tuple[str, str, dict[str, Card]]]()
        for line, row in rows:
            if self.broken and any(_LOST in cell for cell in row):
                what = _("has bytes that are not UTF-8 (--encoding says what else it is)")
                self.problem(line, "", "not-text", what)
                continue
            if len(row) > width and any(row[width:]):
                if not self.anki:
                    what = later("{} fields where there are {} columns: put a field with commas in quotes")
                    self.problem(line, "", "form", _(what, len(row), width))
                    continue
                self.counts["rows with more fields than there are columns, their rest left out"] += 1
            cells = dict(zip(self.names, row, strict=False))
            guid, named = cells.get("guid", "").strip(), cells.get("deck", "")
            if named not in places:
                title = deck or named.strip() or self.deck
                places[named] = title, self.known.deck(title), self.decks.setdefault(title, {})
                if len(self.decks) > incoming.MOST_DECKS:
                    what = _("more than {:,} decks are named: is it a column of decks?", incoming.MOST_DECKS)
                    raise self.findings.refusal("too-big", what, line)
            title, slug, cards = places[named]
            card_id = id_of_guid(guid, slug) if guid else id_of_text(cells.get("question", ""))
            origin: dict[str, Any] = {}
            if self.anki and guid and not guid.startswith(f"{slug}/"):
                # The note as Anki has it, where it is not one of ours.
                fields = [text for position, text in enumerate(row) if position not in self.special]
                if not self.html:
                    fields = [html.escape(text, quote=False).replace("\n", "<br>") for text in fields]
                kind = cells.get("notetype") or self.notetype
                origin = {"guid": guid, "notetype": kind, "deck": title, "fields": fields}
                if known := self.known.note(guid, kind):
                    tags = " ".join((*self.tags, cells.get("tags", "")))
                    every = cards_again(known, origin, tags, self.counts, slug)
                    cards |= {card.id: card for card in (self.known.card(slug, one) for one in every)}
                    continue
            found = self._cards_of(card_id, cells) if self.anki else ((0, card_id, cells),)
            for number, own_id, own in found:
                if (card := self._card(line, own_id, own)) is None:
                    continue
                if origin:
                    card = card._replace(extras={ORIGIN: {**origin, "ord": number}})
                    card = self.known.card(slug, card)
                before = cards.get(card.id)
                if before is not None and before != card and not guid:
                    self.twins.add((title, card.id))
                    card = _by_its_row(card)
                    before = cards.get(card.id)
                    self.counts[_ALIKE] += before is None
                if before is not None:
                    self.counts["rows that repeat an earlier one, of which the last counts"] += 1
                cards[card.id] = card

    def _cards_of(self, card_id: str, cells: dict[str, str]) -> Iterable[tuple[int, str, dict[str, str]]]:
        """One card; of a row of Anki's one for each cloze, or one each way, with the ids of a package."""
        stem = card_id[: incoming.LONGEST_NOTE_ID]
        question, solution = cells.get("question", ""), cells.get("solution", "")
        kind = (cells.get("notetype") or self.notetype).casefold()
        cards = [(0, card_id, cells)]
        if numbers := cloze_numbers(question):
            cards = []
            for number in numbers:
                back = filter(None, (fill_clozes(question, number, back=True), solution))
                asked = {"question": fill_clozes(question, number, back=False)}
                asked["solution"] = ("<br>" if self.html else "\n\n").join(back)
                cards.append((number - 1, f"{stem}-c{number}", {**cells, **asked}))
        elif "reversed" in kind and "optional" not in kind and solution.strip():
            cards.append((1, f"{stem}-2", {**cells, "question": solution, "solution": question}))
        return cards

    def _card(self, line: int, card_id: str, cells: dict[str, str]) -> Card | None:
        """The card; None where something is wrong with it."""
        if self.html:
            cells.pop("", None)
            media = sum(map(incoming.count_media, cells.values()))
            self.counts["pictures and sounds, not shown, on the back named"] += media
            cells = {name: to_text(text, hidden=name != "question") for name, text in cells.items()}
        question, solution = cells.get("question", ""), cells.get("solution", "")
        accepts = Accepts.RECALL
        besides: dict[str, Any] = {}
        if self.tags or len(self.names) > len(_ASKED):
            besides = {name: cells[name] for name in _BESIDES & cells.keys() if cells[name].strip()}
            word = cells.get("accepts", "").strip().lower() or ("code" if "check" in besides else accepts)
            if word not in _ACCEPTS:
                what = _("`accepts` is {!r}: one of {}", word[:40], ", ".join(Accepts))
                self.problem(line, card_id, "form", what)
                return None
            accepts = Accepts(word)
            besides["hints"] = tuple(filter(None, (cells.get("hint", "").strip(),)))
            tags = (*self.tags, *cells.get("tags", "").replace(",", " ").split())
            besides["tags"] = tuple(dict.fromkeys(tags))
        if accepts is Accepts.RECALL and not solution.strip():
            self.counts["cards with an empty back"] += 1
            solution = incoming.NO_BACK
        card = Card(card_id, question, solution, accepts, Markup.PLAIN, **besides)
        is_right = accepts is Accepts.RECALL and not card.check and question.strip()
        wrong = () if is_right else tuple(flaws_of(card))
        for flaw in wrong:
            self.problem(line, card_id, flaw.kind, flaw.message)
        return None if wrong else card

    def problem(self, line: int, card: str, kind: str, message: str) -> None:
        self.findings.add(line, card, kind, _("{}; the row is left out", message))


def _encodings(raw: bytes) -> Iterator[str]:
    """What a file may be written in, the likeliest first."""
    # Of UTF-16 without its mark one byte of each sign is often zero, and the other is not.
    big, little = (side.count(0) * 4 > len(side) for side in (raw[: 2**20 : 2], raw[1 : 2**20 : 2]))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    elif big != little:
        yield "utf-16-be" if big else "utf-16-le"
    else:
        yield "utf-8"
        found = detect_encoding(raw[: 2**20]) or "utf-8"  # Also where it does not know.
        if found.startswith("iso8859-") and raw != raw.translate(None, bytes(range(0x80, 0xA0))):
            # No text in ISO 8859 has control characters; these are signs of the Windows page like it.
            found = f"cp125{_WINDOWS.get(found[8:], 2)}"
        yield found


def _by_its_row(card: Card) -> Card:
    """With an id of all that it says, for a card that asks what another asks."""
    everything = hash_of(card._replace(id=""))
    return card._replace(id=id_of_text(f"{card.question}\x1f{everything}"))


# -- hashcards -----------------------------------------------------------------------------------------------

_TITLE = re.compile(r"""\A---\n[^Q]*?^name\s*=\s*["'](.+?)["']\s*$""", re.MULTILINE)
_PART = re.compile(r"^(?:([QAC]):|---$)((?:.*)(?:\n(?![QAC]:|---$).*)*)", re.MULTILINE)
_CLOZE = re.compile(r"\\[\[\]]|!\[[^\[\]]*\]|\[((?:\\[\[\]]|[^\[\]])*)\]")
"""A bracket that is meant, a picture, and what is to be hidden."""
_MOST_MARKDOWN = 2**26
"""Characters that all cards of Markdown, and those of one text in brackets, may have."""
_WRONG = later(
    "a card is `Q:` and then `A:`, or `C:` with [what is hidden] in brackets, "
    "no side empty or longer than {:,} characters; it is left out"
)


def read_markdown(path: Path, deck: str | None, names: Names) -> Incoming:
    """A deck of hashcards: `Q:` and `A:`, or `C:` with what is hidden in brackets; `---` ends a card."""
    text, line, at = read_text_of(path), 1, 0
    named = _TITLE.match(text)
    title = deck or (named[1] if named else path.stem)
    found, problems, before, asked, size = Counter[tuple[str, str]](), list[Problem](), "", "", 0
    for part in _PART.finditer(f"{text}\n---"):
        old, line, at = line, line + text.count("\n", at, part.start()), part.start()
        kind, said = part[1] or "", part[2].strip()
        pairs = [(asked, said)] if before + kind == "QA" else []
        if kind == "C" and len(said) * said.count("[") < _MOST_MARKDOWN:
            pairs = list(_clozes(said))
        whole = bool(pairs) and all(side and len(side) <= MOST_TEXT for pair in pairs for side in pair)
        wrong = [old] if before == "Q" and kind != "A" else []
        wrong += [line] if kind in {"A", "C"} and not whole else []
        problems += (Problem(path, place, "", "form", _(_WRONG, MOST_TEXT)) for place in wrong)
        found.update(pairs if whole else ())
        size += sum(map(len, chain(*pairs)))
        if size > _MOST_MARKDOWN:
            raise DeckError((*problems, Problem(path, line, "", "too-big", _("holds too much: split it"))))
        before, asked = kind, said
    if not found:
        raise DeckError(tuple(problems) or (Problem(path, 1, "", "missing", _("the file holds no card")),))
    asks = Counter(question for question, _ in found)
    # Of those that ask the same the whole says which is which.
    ids = (id_of_text(pair[0] if asks[pair[0]] == 1 else "\x1f".join(pair)) for pair in found)
    cards = tuple(Card(own, *pair, Accepts.RECALL) for own, pair in zip(ids, found, strict=True))
    repeated = found.total() - len(found)
    notes = (_("cards that are there twice, left out: {:,}", repeated),) if repeated else ()
    return Incoming((Deck(names.deck(title), cards, title),), notes, problems=tuple(problems))


def _clozes(text: str) -> Iterator[tuple[str, str]]:
    """For each text in brackets the whole without it, and with it."""

    def shown(found: re.Match[str]) -> str:
        return found[0].removeprefix("\\") if found[1] is None else _CLOZE.sub(shown, found[1])

    whole, at, holes = "", 0, list[tuple[int, int]]()
    for cloze in _CLOZE.finditer(text):
        start = len(whole := whole + text[at : cloze.start()])
        whole, at = whole + shown(cloze), cloze.end()
        holes += [(start, len(whole))] if cloze[1] else []
    whole += text[at:]
    yield from ((f"{whole[:start]}[...]{whole[end:]}", whole) for start, end in holes)
