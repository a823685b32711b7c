"""A `recall` card made executable: its solution is run, a check is written from what came out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import orjson

from ptcards import paths
from ptcards.deck.card import Accepts, key_of
from ptcards.deck.content import card_from_data
from ptcards.deck.nodes import read_text_of
from ptcards.deck.reading import read_deck_text, read_with_sources
from ptcards.deck.writing import write_card, write_deck
from ptcards.errors import UsageError
from ptcards.exchange.output import opened
from ptcards.exchange.skeletons import as_code_card, check_for
from ptcards.study.answering import job_for
from ptcards.study.library import deck_of, whole_deck

if TYPE_CHECKING:
    from pathlib import Path

    from ptcards.deck.card import Card, Deck
    from ptcards.store.values import StoredDeck
    from ptcards.study.study import Study


@dataclass(frozen=True, slots=True)
class Converted:
    """Where the card stands now, ready for an editor."""

    card: str
    path: Path
    line: int
    notes: tuple[str, ...] = ()


def convert(study: Study, key: str) -> Converted:
    """Write the card anew in its deck's file, with a check to look over; blocks while its solution is run.

    The solution runs in the sandbox or not at all. A deck without a file gets one in the user's own folder.
    After the editor `Study.card_edited` takes the file in. UsageError where the card is executable already.
    """
    workspace = study.workspace
    stored_card = workspace.card(key)
    stored = workspace.deck(stored_card.deck)
    card = card_from_data(orjson.loads(stored_card.content))
    if card.accepts is not Accepts.RECALL:
        raise UsageError(f"{stored_card.key} is executable already (it accepts {card.accepts})")
    made, notes = _with_check(study, deck_of(stored), card)
    if stored.path is None:
        path, line = _write_new_file(study, stored, made)
        notes += (f"{stored.slug} had no file; from now on it is {path}",)
    else:
        path, line = study.locate(stored_card.key)
        notes += _rewrite(path, line, made)
        line = read_with_sources(path)[1].where(made.id)
    return Converted(stored_card.key, path, line, notes)


def _with_check(study: Study, deck: Deck, card: Card) -> tuple[Card, tuple[str, ...]]:
    """The card as code, its check made from the value of its solution."""
    made = as_code_card(deck, card)
    outcome = study.workspace.need_runner().value(
        replace(job_for(deck, made, made.solution, seed=0, fail_closed=True), check="")
    )
    notes: tuple[str, ...] = ()
    if outcome.answer_value is None:
        notes = (f"its solution gave no value to check against: {outcome.message or outcome.verdict}",)
    return replace(made, check=check_for(made.solution, outcome.answer_value)), notes


def _write_new_file(study: Study, stored: StoredDeck, made: Card) -> tuple[Path, int]:
    """The whole deck as a YAML file that is its source from now on."""
    whole = whole_deck(study.workspace.store, stored)
    deck = replace(
        whole, slug=stored.slug, cards=tuple(made if card.id == made.id else card for card in whole.cards)
    )
    folder = paths.own_decks()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{stored.slug}.yaml"
    with opened(path, force=False) as out:
        out.write(write_deck(deck).encode())
    report = study.import_paths([path])
    if report.errors:
        path.unlink()
        raise UsageError(f"{key_of(deck.slug, made.id)} cannot be converted: {report.errors[0].message}")
    return path, read_with_sources(path)[1].where(made.id)


def _rewrite(path: Path, line: int, made: Card) -> tuple[str, ...]:
    """Put the card in the place of its old text, and leave every other line of the file as it is."""
    lines = read_text_of(path).splitlines(keepends=True)
    first = line - 1
    indent = len(lines[first]) - len(lines[first].lstrip(" "))
    last = first + 1
    while last < len(lines) and _belongs(lines[last], indent):
        last += 1
    while not lines[last - 1].strip() or lines[last - 1].lstrip().startswith("#"):
        last -= 1
    old, new = lines[first:last], write_card(made).splitlines(keepends=True)
    own = len(new[0]) - len(new[0].lstrip(" "))
    moved = [f"{' ' * indent}{row[own:]}" if row.strip() else row for row in new]
    text = "".join([*lines[:first], *moved, *lines[last:]])
    read_deck_text(text, path)
    with opened(path, force=True) as out:
        out.write(text.encode())
    lost = sum(row.lstrip().startswith("#") for row in old)
    return (f"{lost} comment lines within the card were left out",) if lost else ()


def _belongs(row: str, indent: int) -> bool:
    """Whether a line is still of the list item that begins at `indent`."""
    return not row.strip() or len(row) - len(row.lstrip(" ")) > indent
