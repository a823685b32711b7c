"""One row of a table as a card, and everything wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ptcards.deck.card import Accepts, Card
from ptcards.deck.code import syntax_problem
from ptcards.deck.keys import MOST_TEXT
from ptcards.errors import DeckError, Problem
from ptcards.exchange.incoming import id_of_guid, id_of_text, slug_of
from ptcards.exchange.markup import count_media, to_markdown, to_text

if TYPE_CHECKING:
    from pathlib import Path

    from ptcards.exchange.table_layout import Layout

_MOST_PROBLEMS = 100
_CODE = {"given", "starter"}


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
    cards: dict[str, dict[str, Card]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    repeated: int = 0
    """Rows that say again what an earlier one said."""
    alike: int = 0
    """Rows with the first field of an earlier one, and something else besides."""
    media: int = 0
    wide: int = 0
    """Rows with fields beyond the columns."""

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
    first = cells.get("question", "")
    guid = cells.get("guid", "").strip()
    card_id = id_of_guid(guid, slug) if guid else id_of_text(first)
    if sheet.html:
        gathered.media += sum(count_media(text) for text in cells.values())
    card = _card(gathered, sheet, line, card_id, cells)
    if card is not None:
        _add(gathered, slug, title, card, "" if guid else "\x1f".join(row))


def _add(gathered: Gathered, slug: str, title: str, card: Card, whole_row: str) -> None:
    """Add a card; two rows with one first field and no guid are two cards, as long as they differ."""
    cards = gathered.cards.setdefault(slug, {})
    gathered.titles.setdefault(slug, title)
    known = cards.get(card.id)
    if known is None:
        cards[card.id] = card
    elif known == card or not whole_row:
        gathered.repeated += 1
        cards[card.id] = card
    else:
        gathered.alike += 1
        own = id_of_text(whole_row)
        cards[own] = replace(card, id=own)


def _card(gathered: Gathered, sheet: Sheet, line: int, card_id: str, cells: dict[str, str]) -> Card | None:
    """The card, or None where something is wrong with it."""
    for name, text in cells.items():
        if len(text) > MOST_TEXT:
            gathered.tell(line, card_id, "too-big", f"`{name}` is longer than {MOST_TEXT:,} characters")
            return None
    before = len(gathered.problems)
    prose, plain = (to_markdown, to_text) if sheet.html else (str, str)
    check = plain(cells.get("check", ""))
    accepts = _accepts(
        gathered, line, card_id, plain(cells.get("accepts", "")), has_check=bool(check.strip())
    )
    answer = prose if accepts is Accepts.RECALL else plain
    texts: dict[str, Any] = {
        name: (plain if name in _CODE else prose)(cells[name])
        for name in ("given", "starter", "explanation", "source")
        if name in cells
    }
    if hint := prose(cells["hint"]).strip() if "hint" in cells else "":
        texts["hints"] = (hint,)
    card = Card(
        id=card_id,
        question=prose(cells.get("question", "")),
        solution=answer(cells.get("solution", "")),
        accepts=accepts,
        check=check,
        tags=_tags(sheet, cells.get("tags", "")),
        **texts,
    )
    _check_sense(gathered, line, card)
    return card if len(gathered.problems) == before else None


def _tags(sheet: Sheet, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*sheet.tags, *text.replace(",", " ").split()))) if text or sheet.tags else ()


def _accepts(gathered: Gathered, line: int, card_id: str, word: str, *, has_check: bool) -> Accepts:
    word = word.strip().lower()
    if not word:
        return Accepts.CODE if has_check else Accepts.RECALL
    if word in set(Accepts):
        return Accepts(word)
    gathered.tell(line, card_id, "form", f"`accepts` is {word[:40]!r}: one of {', '.join(Accepts)}")
    return Accepts.RECALL


def _check_sense(gathered: Gathered, line: int, card: Card) -> None:
    """What would keep the card from being used, in the words that a YAML deck's errors have."""
    for name in ("question", "solution"):
        if not getattr(card, name).strip():
            gathered.tell(line, card.id, "missing", f"`{name}` is empty")
    if card.accepts is Accepts.RECALL:
        if card.check.strip():
            gathered.tell(line, card.id, "useless", "a `recall` card has no check: its learner grades it")
        return
    if card.accepts is Accepts.CODE and not card.check.strip():
        gathered.tell(line, card.id, "missing", "a card that accepts code needs a `check`")
    code = [("given", False), ("check", False)]
    if card.accepts is not Accepts.TEXT:
        code.append(("solution", card.accepts is Accepts.LITERAL))
    for name, expression in code:
        text = getattr(card, name)
        if text.strip() and (problem := syntax_problem(text, expression=expression)):
            gathered.tell(
                line, card.id, "python", f"`{name}` is not Python: {problem[1]}, in its line {problem[0]}"
            )
