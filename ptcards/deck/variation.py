"""Cards that look different at each review, and the seed that says how."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from string import Template
from typing import Any

from ptcards.deck.card import Card


def draw(card: Card, seed: int) -> Card:
    """Fill in `$name` everywhere in the card; the same seed gives the same card on every machine.

    Each name is drawn independently of the others. What comes back has no `vary`; a card without one comes
    back as it is.
    """
    return _filled(card, drawn_values(card, seed)) if card.vary else card


def redraw(card: Card, seed: int) -> Card:
    """As `draw`, with other values for all names but those that the question or the starter shows."""
    shown = {
        found["named"] or found["braced"] for found in Template.pattern.finditer(card.question + card.starter)
    }
    values = drawn_values(card, seed)
    for name, known in card.vary.items():
        if name not in shown:
            values[name] = known[(known.index(values[name]) + 1) % len(known)]
    return _filled(card, values) if values else card


def _filled(card: Card, values: Mapping[str, str]) -> Card:
    put = substituter(values)
    texts = ("question", "given", "starter", "check", "solution", "explanation")
    filled: dict[str, Any] = {name: put(getattr(card, name)) for name in texts}
    filled |= {name: tuple(map(put, getattr(card, name))) for name in ("also", "hints")}
    wrong = tuple(replace(w, code=put(w.code), because=put(w.because)) for w in card.wrong)
    return replace(card, **filled, wrong=wrong, vary={})


def drawn_values(card: Card, seed: int) -> dict[str, str]:
    """Which value each name of `vary` takes with that seed."""
    return {name: values[_number(f"{seed}/{name}") % len(values)] for name, values in card.vary.items()}


def substituter(values: Mapping[str, str]) -> Callable[[str], str]:
    """Fills in `$name`, KeyError or ValueError where one is bad; with no values texts stay as they are."""
    return lambda text: Template(text).substitute(values) if values and "$" in text else text


def default_seed(key: str, answers: int) -> int:
    """The seed of a card's next answer: from its key and the number of its answers in force; below 2**31."""
    return _number(f"{key}#{answers}") % 2**31


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")
