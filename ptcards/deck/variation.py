"""Cards that look different at each review, and the seed that says how."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ptcards.deck.card import Card


def draw(card: Card, seed: int) -> Card:
    """Fill in `$name` everywhere in the card; the same seed gives the same card on every machine.

    Each name is drawn independently of the others. What comes back has no `vary`; a card without one comes
    back as it is.
    """
    return fill(card, drawn_values(card, seed)) if card.vary else card


def drawn_values(card: Card, seed: int) -> dict[str, str]:
    """Which value each name of `vary` takes with that seed."""
    return {name: values[_number(f"{seed}/{name}") % len(values)] for name, values in card.vary.items()}


def fill(card: Card, values: Mapping[str, str]) -> Card:
    """Substitute the values in every text and code; KeyError or ValueError where a placeholder is bad."""

    def all_of(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(put(text) for text in texts)

    put = substituter(values)
    return replace(
        card,
        question=put(card.question),
        given=put(card.given),
        starter=put(card.starter),
        check=put(card.check),
        solution=put(card.solution),
        also=all_of(card.also),
        wrong=tuple(replace(w, code=put(w.code), because=put(w.because)) for w in card.wrong),
        hints=all_of(card.hints),
        explanation=put(card.explanation),
        vary={},
    )


def substituter(values: Mapping[str, str]) -> Callable[[str], str]:
    """Fills in `$name`; with no values every text stays as it is, its dollar signs too."""
    return lambda text: Template(text).substitute(values) if values and "$" in text else text


def default_seed(key: str, answers: int) -> int:
    """The seed of a card's next answer: from its key and the number of its answers in force; below 2**31."""
    return _number(f"{key}#{answers}") % 2**31


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")
