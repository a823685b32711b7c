"""A `recall` card made executable: its solution is run, a check is written from what came out."""

import ast
import re
from pathlib import Path
from typing import NamedTuple

import orjson

from ptcards import paths
from ptcards.checking.drafting import with_check
from ptcards.deck.card import Accepts, Card, Deck, from_data
from ptcards.deck.nodes import read_text_of
from ptcards.deck.reading import parse, read_deck, syntax_problem, write_card, write_deck
from ptcards.errors import UsageError
from ptcards.exchange.importing import import_paths
from ptcards.study.decks import locate
from ptcards.study.desk import Desk, deck_of, job_for, whole_deck

_FENCE = re.compile(r"```[a-zA-Z]*\n(.*?)\n?```", re.DOTALL)
_IMPORTS = [f"import {name}" for name in ("torch", "torch.nn as nn", "torch.nn.functional as F", "math")]
_IMPORTS += ["import numpy as np", "import numpy", "import cv2"]


class Converted(NamedTuple):
    """Where the card is now, ready for an editor."""

    card: str
    path: Path
    line: int
    notes: tuple[str, ...] = ()


def convert(desk: Desk, key: str) -> Converted:
    """Write the card anew in its deck's file, with a check to review; blocks while its solution is run.

    The solution runs in the sandbox or not at all. A deck without a file gets one in the user's own folder.
    After the editor `card_edited` takes the file in. UsageError where the card is executable already.
    """
    stored_card = desk.card(key)
    stored = desk.deck(stored_card.deck)
    card = from_data(Card, orjson.loads(stored_card.content))
    if card.accepts is not Accepts.RECALL:
        raise UsageError(f"{stored_card.key} is executable already (it accepts {card.accepts})")
    deck, runner, code = deck_of(stored), desk.need_runner(), code_in(card.solution)
    made = card._replace(accepts=Accepts.CODE, solution=code, given=_given(deck, card, code))
    outcome = runner.value(job_for(deck, made, code, seed=0, fail_closed=True))
    notes: tuple[str, ...] = ()
    if outcome.answer_value is None:
        made = made._replace(check='assert answer is not None, "say here what is asked for"\n')
        notes = (f"its solution gave no value to check against: {outcome.message or outcome.verdict}",)
    else:
        made = with_check(deck, made, outcome.answer_value, runner, fail_closed=True)
    if stored.path is None:
        # The whole deck as a YAML file that is its source from now on.
        whole = whole_deck(desk.store, stored)
        cards = tuple(made if one.id == made.id else one for one in whole.cards)
        path = paths.own_decks() / f"{stored.slug}.yaml"
        if path.exists():
            raise UsageError(f"{path} is there already: rename it, or import it with --replace")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with paths.replacing(path) as unfinished:
            text = write_deck(whole._replace(slug=stored.slug, cards=cards))
            unfinished.write_text(text, encoding="utf-8")
        report = import_paths(desk, [path])
        if report.errors:
            path.unlink()
            raise UsageError(f"{stored.slug}/{made.id} cannot be converted: {report.errors[0].message}")
        notes += (f"{stored.slug} had no file; from now on it is {path}",)
    else:
        path, line = locate(desk, stored_card.key)
        notes += _rewrite(path, line, made)
    return Converted(stored_card.key, path, read_deck(path)[1].where(made.id), notes)


def code_in(markdown: str) -> str:
    """The code of an answer that was written to be read: the first fenced block, else the text itself."""
    if found := _FENCE.search(markdown):
        return found[1]
    text = markdown.strip()
    return text.strip("`") if text.startswith("`") and text.endswith("`") and "\n" not in text else text


def _given(deck: Deck, card: Card, code: str) -> str:
    """What is given, with imports of what the code names and nothing binds."""
    texts = (deck.preamble, card.given, code)
    if any(map(syntax_problem, texts)):
        return card.given
    nodes = [node for text in texts for node in ast.walk(parse(text))]
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    bound |= {(one.asname or one.name).partition(".")[0] for one in nodes if isinstance(one, ast.alias)}
    used = {node.id for node in ast.walk(parse(code)) if isinstance(node, ast.Name)}
    missing = [line for line in _IMPORTS if line.split()[-1] in used - bound]
    return "\n".join([*missing, card.given]).strip("\n")


def _rewrite(path: Path, line: int, made: Card) -> tuple[str, ...]:
    """Put the card in the place of its old text, and leave every other line of the file as it is."""
    lines = read_text_of(path).splitlines(keepends=True)
    first = last = line - 1
    indent = len(lines[first]) - len(lines[first].lstrip(" "))
    # The item's own lines are blank or further in; comments at its end belong to what follows.
    for number in range(first + 1, len(lines)):
        row = lines[number].strip()
        if row and len(lines[number]) - len(lines[number].lstrip(" ")) <= indent:
            break
        if row and not row.startswith("#"):
            last = number
    old, new = lines[first : last + 1], write_card(made).splitlines(keepends=True)
    own = len(new[0]) - len(new[0].lstrip(" "))
    moved = [f"{' ' * indent}{row[own:]}" if row.strip() else row for row in new]
    text = "".join([*lines[:first], *moved, *lines[last + 1 :]])
    read_deck(path, text)
    with paths.replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
    lost = sum(row.lstrip().startswith("#") for row in old)
    return (f"{lost} comment lines within the card were left out",) if lost else ()
