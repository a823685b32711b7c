"""A card that a program proposes as data: read by the deck format's keys, proved, or refused in words."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from yaml.nodes import MappingNode, Node, SequenceNode

from ptcards.checking.drafting import Draft, own_deck, prove
from ptcards.deck.card import Accepts
from ptcards.deck.nodes import compose
from ptcards.deck.reading import read_deck
from ptcards.errors import DeckError, Problem, UsageError
from ptcards.language import _, later
from ptcards.study.desk import Desk

MOST_CHARACTERS, MOST_ANSWERS = 30_000, 20  # of a card as JSON; right and wrong ones together
_NOT_IN_QUOTES = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Reason(NamedTuple):
    """Why a card is refused, or what is doubtful about it."""

    field: str  # `check`, `wrong[0].code`; "" where the whole card is meant
    reason: str


class Proposal(NamedTuple):
    """What was proposed, proved or refused."""

    draft: Draft | None  # None where it cannot be read as a card
    reasons: tuple[Reason, ...]  # Why it is refused; none: it is proved
    doubts: tuple[Reason, ...] = ()


def propose(desk: Desk, slug: str, data: Mapping[str, object]) -> Proposal:
    """Read a card from the deck format's keys and prove it, mutants too; blocks, and writes nothing.

    UsageError where the deck is not one's own, or the card far too large.
    """
    own_deck(desk, slug)
    # JSON is YAML, but for characters that YAML takes for the end of a line, or for none.
    text = json.dumps({"cards": [data], "deck": slug}, ensure_ascii=False, indent=1, default=str)
    text = _NOT_IN_QUOTES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    if len(text) > MOST_CHARACTERS:
        words = later("the card has {:,} characters in all, and at most {:,} are read: ask for one thing")
        raise UsageError(_(words, len(text), MOST_CHARACTERS))
    try:
        card = read_deck(Path(slug), text)[0].cards[0]
    except DeckError as error:
        return Proposal(None, _reasons(text, error.problems))
    reasons = []
    if card.was:
        reasons.append(Reason("was", _("a new card was never another: take `was` out")))
    if card.accepts is Accepts.RECALL:
        words = later("nothing of a `recall` card can be proved: ask for code, a literal or a text")
        reasons.append(Reason("accepts", _(words)))
    if len(card.also) + len(card.wrong) > MOST_ANSWERS:
        what = later("at most {} answers are tried, `also` and `wrong` together: leave the least telling out")
        reasons.append(Reason("also", _(what, MOST_ANSWERS)))
    if reasons:
        return Proposal(None, tuple(reasons))
    draft = prove(desk, slug, card, mutate=True)
    return Proposal(draft, *(_reasons(draft.text, found) for found in (draft.problems, draft.warnings)))


def by_field(text: str, problems: Sequence[Problem]) -> Iterator[tuple[str, Problem]]:
    """The problems of a file's last card, each with the field that its line is of; "" is the whole card."""
    fields = list[tuple[int, str]]()
    with suppress(DeckError):  # so little of it can be read that there are no fields
        cards = next(value for key, value in compose(Path(), text).root.value if key.value == "cards")
        fields = [(cards.value[-1].start_mark.line + 1, ""), *_fields(cards.value[-1])]
    for problem in problems:
        before = [name for line, name in fields if line < problem.line]
        here = [name for line, name in fields if line == problem.line]
        yield (here or before[-1:] or [""])[0], problem


def _reasons(text: str, problems: Sequence[Problem]) -> tuple[Reason, ...]:
    found = (Reason(field, problem.message) for field, problem in by_field(text, problems))
    return tuple(dict.fromkeys(found))


def _fields(node: Node, name: str = "") -> Iterator[tuple[int, str]]:
    """The lines (from 1) of a card's fields, and their names, in the order of the text."""
    parts: list[tuple[Node, Node, str]] = []
    if isinstance(node, MappingNode):
        parts = [(key, value, f"{name}.{key.value}".lstrip(".")) for key, value in node.value]
    elif isinstance(node, SequenceNode):
        parts = [(item, item, f"{name}[{number}]") for number, item in enumerate(node.value)]
    for place, value, own in parts:
        yield place.start_mark.line + 1, own
        yield from _fields(value, own)
