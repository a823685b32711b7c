"""One row of a table as a card, and everything wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ptcards.deck.card import Accepts, Card, key_of
from ptcards.deck.code import syntax_problem
from ptcards.deck.content import card_from_data
from ptcards.deck.hashing import json_and_hash
from ptcards.deck.keys import MOST_TEXT
from ptcards.errors import DeckError, Problem
from ptcards.exchange.anki_templates import cloze_numbers, cloze_sides
from ptcards.exchange.incoming import LONGEST_NOTE_ID, MOST_DECKS, id_of_guid, id_of_text, slug_of
from ptcards.exchange.markup import count_media, to_markdown, to_text
from ptcards.store.values import CardContent

if TYPE_CHECKING:
    from pathlib import Path

    from ptcards.exchange.table_layout import Layout
    from ptcards.store.arriving import Arriving

_MOST_PROBLEMS = 100
_BESIDES = (("given", False), ("starter", False), ("explanation", True), ("source", True))
"""What a card may have besides, and whether it is prose."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What holds for every row."""

    layout: Layout
    html: bool
    tags: tuple[str, ...]
    deck: str
    """Where a card goes whose row names no deck."""
    one_deck: bool
    """A deck column does not count."""
    exact: bool
    """A row with more fields than columns is an error, not a habit of the program that wrote it."""


@dataclass(slots=True)
class Gathered:
    """The cards so far by deck, with what there is to tell."""

    path: Path
    cards: Arriving
    waiting: list[tuple[str, dict[str, Any], list[str] | str]] = field(default_factory=list)
    """Cards that are to be handed over: each one's deck, the card, and its row where it has no guid."""
    code: dict[str, dict[str, Card]] = field(default_factory=dict)
    """Those of which something may be run."""
    titles: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    repeated: int = 0
    """Rows that say again what an earlier one said."""
    alike: int = 0
    """Rows with the first field of an earlier one, and something else besides."""
    media: int = 0
    wide: int = 0
    """Rows with fields beyond the columns."""

    def add(self, line: int, slug: str, title: str, data: dict[str, Any], row: list[str] | str) -> None:
        self.titles.setdefault(slug, title)
        self.waiting.append((slug, data, row))
        if len(self.titles) > MOST_DECKS:
            told = f"more than {MOST_DECKS:,} decks are named: is it a column of decks?"
            self.tell(line, data["id"], "too-big", told)
            raise DeckError(tuple(self.problems))

    def hand_over(self) -> None:
        """Put the cards that wait to the others; two of one first field are two where they differ."""
        known = self.cards.hashes([key_of(slug, data["id"]) for slug, data, _ in self.waiting])
        pieces: dict[str, dict[str, CardContent]] = {}
        for slug, data, row in self.waiting:
            card = _content(data)
            key = key_of(slug, card.id)
            if before := known.get(key):
                if before == card.content_hash or not row:
                    self.repeated += 1
                else:
                    self.alike += 1
                    data["id"] = id_of_text("\x1f".join(row))
                    card = _content(data)
                    key = key_of(slug, card.id)
            known[key] = card.content_hash
            pieces.setdefault(slug, {})[card.id] = card
            if data.get("accepts") != Accepts.RECALL:
                self.code.setdefault(slug, {})[card.id] = card_from_data(data)
            elif before:
                self.code.get(slug, {}).pop(card.id, None)
        for slug, piece in pieces.items():
            self.cards.add(slug, piece.values())
        self.waiting.clear()

    def tell(self, line: int, card: str, kind: str, message: str) -> None:
        self.problems.append(Problem(self.path, line, card, kind, message))
        if len(self.problems) >= _MOST_PROBLEMS:
            raise DeckError(tuple(self.problems))


def take_row(gathered: Gathered, sheet: Sheet, line: int, row: list[str]) -> None:
    """Add the row's card to its deck, or what is wrong with it to the problems."""
    names = sheet.layout.names
    if len(row) > len(names) and any(row[len(names) :]):
        gathered.wide += 1
        if sheet.exact:
            message = (
                f"{len(row)} fields where there are {len(names)} columns: put a field with commas in quotes"
            )
            gathered.tell(line, "", "form", message)
            return
    cells = {name: text for name, text in zip(names, row, strict=False) if name and text}
    title = sheet.deck if sheet.one_deck else cells.get("deck", "").strip() or sheet.deck
    slug = slug_of(title)
    guid = cells.get("guid", "").strip()
    card_id = id_of_guid(guid, slug) if guid else id_of_text(cells.get("question", ""))
    if max(map(len, row)) > MOST_TEXT:
        for name in (name for name, text in cells.items() if len(text) > MOST_TEXT):
            gathered.tell(line, card_id, "too-big", f"`{name}` is longer than {MOST_TEXT:,} characters")
            return
    if sheet.html:
        gathered.media += sum(count_media(text) for text in cells.values())
    for one_id, one in _cards_of(sheet, card_id, cells):
        data = _data(gathered, sheet, line, one_id, one)
        if data is not None:
            own = "" if guid else row if one is cells else [*row, one_id]
            gathered.add(line, slug, title, data, own)


def _cards_of(sheet: Sheet, card_id: str, cells: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """A row is one card; of Anki's a row with clozes is a card for each, with the id it has in a package."""
    question = cells.get("question", "")
    if sheet.exact or not (numbers := cloze_numbers(question)):
        return [(card_id, cells)]
    bold, between = (("<b>", "</b>"), "<br>") if sheet.html else (("**", "**"), "\n\n")
    cards = []
    for number in numbers:
        front, back = cloze_sides(question, number, bold)
        solution = between.join(text for text in (back, cells.get("solution", "")) if text)
        own = {**cells, "question": front, "solution": solution}
        cards.append((f"{card_id[:LONGEST_NOTE_ID]}-c{number}", own))
    return cards


def _content(data: dict[str, Any]) -> CardContent:
    return CardContent(data["id"], *json_and_hash(data), (), data.get("tags", ()), None)


def _data(
    gathered: Gathered, sheet: Sheet, line: int, card_id: str, cells: dict[str, str]
) -> dict[str, Any] | None:
    """The card as plain data, in the form of `card_to_data`; None where something is wrong with it."""
    prose, plain = (to_markdown, to_text) if sheet.html else (str, str)
    check = plain(cells.get("check", ""))
    before = len(gathered.problems)
    accepts = _accepts(gathered, line, card_id, plain(cells.get("accepts", "")), check)
    answer = prose if accepts is Accepts.RECALL else plain
    data: dict[str, Any] = {
        "id": card_id,
        "question": prose(cells.get("question", "")),
        "solution": answer(cells.get("solution", "")),
    }
    if accepts is not Accepts.CODE:
        data["accepts"] = accepts.value
    if check:
        data["check"] = check
    for name, is_prose in _BESIDES:
        if name in cells and (text := (prose if is_prose else plain)(cells[name])):
            data[name] = text
    if "hint" in cells and (hint := prose(cells["hint"]).strip()):
        data["hints"] = [hint]
    if tags := _tags(sheet.tags, cells.get("tags", "")):
        data["tags"] = tags
    _check_sense(gathered, line, data, accepts)
    return data if len(gathered.problems) == before else None


@lru_cache(maxsize=1024)
def _tags(common: tuple[str, ...], text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*common, *text.replace(",", " ").split())))


def _accepts(gathered: Gathered, line: int, card_id: str, word: str, check: str) -> Accepts:
    if not word or not (word := word.strip().lower()):
        return Accepts.CODE if check.strip() else Accepts.RECALL
    if word in set(Accepts):
        return Accepts(word)
    gathered.tell(line, card_id, "form", f"`accepts` is {word[:40]!r}: one of {', '.join(Accepts)}")
    return Accepts.RECALL


def _check_sense(gathered: Gathered, line: int, data: dict[str, Any], accepts: Accepts) -> None:
    """What would keep the card from being used, in the words that a YAML deck's errors have."""
    card_id = data["id"]
    for name in ("question", "solution"):
        if not data[name].strip():
            gathered.tell(line, card_id, "missing", f"`{name}` is empty")
    check = data.get("check", "").strip()
    if accepts is Accepts.RECALL:
        if check:
            gathered.tell(line, card_id, "useless", "a `recall` card has no check: its learner grades it")
        return
    if accepts is Accepts.CODE and not check:
        gathered.tell(line, card_id, "missing", "a card that accepts code needs a `check`")
    code = [("given", False), ("check", False)]
    if accepts is not Accepts.TEXT:
        code.append(("solution", accepts is Accepts.LITERAL))
    for name, expression in code:
        text = data.get(name, "")
        if text.strip() and (problem := syntax_problem(text, expression=expression)):
            gathered.tell(
                line, card_id, "python", f"`{name}` is not Python: {problem[1]}, in its line {problem[0]}"
            )
