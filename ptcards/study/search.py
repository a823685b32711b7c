"""Anki's search words in small: `deck:`, `tag:`, `is:`, `prop:`, `rated:`, `-`, quotes and plain text."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ptcards.errors import UsageError
from ptcards.scheduling.sm2 import LEECH

if TYPE_CHECKING:
    from ptcards.store.values import StoredCard

_TOKEN = re.compile(r'(-?)((?:[^\s":]+:)?"[^"]*"|\S+)')
_PROPERTY = re.compile(r"(ivl|lapses|reps|ease|due)(>=|<=|!=|=|>|<)(-?\d+(?:\.\d+)?)")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
_RATED = re.compile(r"([1-9]\d{0,4})(?::([1-4]))?")
_GRADES = {"1": frozenset((0, 1, 2)), "2": frozenset((3,)), "3": frozenset((4,)), "4": frozenset((5,))}
_STATES = (
    "due",
    "new",
    "learn",
    "review",
    "suspended",
    "buried",
    "leech",
    "disputed",
    "marked",
    "orphaned",
    "drill",
)


class Facts(NamedTuple):
    """What a search can ask of one card."""

    card: StoredCard
    state: str
    day: int
    disputed: bool
    text: str
    """The key and the content, `as_shown`."""


Term = Callable[[Facts], bool]
Answered = Callable[[int], Mapping[str, set[int]]]
"""Gives by card the grades of so many study days, today the first."""


def as_shown(text: str) -> str:
    """Text for comparing, the same for what is searched and what is searched for.

    Without case and without Markdown's marks, which the screen shows none of; `text` may be of JSON.
    """
    return text.casefold().replace("`", "").replace("*", "").replace("\\n", " ")


@dataclass(frozen=True, slots=True)
class Search:
    """A parsed search; a card matches when every term does."""

    terms: tuple[Term, ...]
    states: frozenset[str]

    def among(self, facts: list[Facts]) -> list[Facts]:
        """Those that match, in their order; quick enough for a hundred thousand at every key."""
        for term in self.terms:
            facts = [one for one in facts if term(one)]
        return facts

    def asks(self, state: str) -> bool:
        """Whether `is:STATE` occurs, so that what it needs is looked up."""
        return state in self.states


def parse(query: str, answered: Answered) -> Search:
    """Read a search; UsageError says which word is not understood and what there is."""
    if query.count('"') % 2:
        raise UsageError('a quote is not closed: write "some words"')
    terms: list[Term] = []
    states: set[str] = set()
    for sign, word in _TOKEN.findall(query):
        term = _rated(word[6:], answered) if word.startswith("rated:") else _term(word, states)
        terms.append(_not(term) if sign else term)
    return Search(tuple(terms), frozenset(states))


def _not(term: Term) -> Term:
    return lambda facts: not term(facts)


def _term(word: str, states: set[str]) -> Term:
    name, colon, value = word.partition(":")
    value = value.strip('"')
    if word.startswith('"') or not colon or name not in ("deck", "tag", "is", "prop"):
        return _text(word.strip('"'))
    if name == "deck":
        named = cache(lambda deck: fnmatchcase(deck, value.lower()))
        return lambda facts: named(facts.card.deck)
    if name == "tag":
        # Many cards have the same tags.
        tagged = cache(lambda tags: _has_tag(tags, value.casefold()))
        return lambda facts: tagged(facts.card.tags)
    if name == "is":
        if value not in _STATES:
            raise UsageError(
                f"is:{value} is not known; there are {', '.join(f'is:{state}' for state in _STATES)}"
            )
        states.add(value)
        return _state(value)
    return _property(value)


def _text(wanted: str) -> Term:
    """Text that occurs in the card; an asterisk stands for any other text."""
    first, *others = (as_shown(part) for part in wanted.split("*"))
    if not any(others):
        return lambda facts: first in facts.text

    def occurs(facts: Facts) -> bool:
        place = 0
        for part in (first, *others):
            found = facts.text.find(part, place)
            if found < 0:
                return False
            place = found + len(part)
        return True

    return occurs


def _rated(value: str, answered: Answered) -> Term:
    found = _RATED.fullmatch(value)
    if not found:
        raise UsageError(
            f"rated:{value} is not understood; write rated:7 for answered in the last 7 days, "
            "rated:7:1 for Again among them (2 Hard, 3 Good, 4 Easy)"
        )
    wanted = _GRADES[found[2]] if found[2] else frozenset(range(6))
    grades = answered(int(found[1]))
    return lambda facts: not wanted.isdisjoint(grades.get(facts.card.key, ()))


def _has_tag(tags: tuple[str, ...], wanted: str) -> bool:
    if wanted == "none":
        return not tags
    return any(
        fnmatchcase(tag.casefold(), wanted) or tag.casefold().startswith(f"{wanted}::") for tag in tags
    )


def _state(state: str) -> Term:
    if state == "due":
        return lambda facts: (
            facts.state in ("learning", "review")
            and facts.card.schedule.due_day is not None
            and facts.card.schedule.due_day <= facts.day
        )
    special: dict[str, Term] = {
        "learn": lambda facts: facts.state == "learning",
        "leech": lambda facts: facts.card.schedule.lapses >= LEECH,
        "marked": lambda facts: facts.card.schedule.marked,
        "disputed": lambda facts: facts.disputed,
        "drill": lambda facts: facts.card.schedule.drill_day == facts.day,
    }
    return special.get(state, lambda facts: facts.state == state)


def _property(value: str) -> Term:
    found = _PROPERTY.fullmatch(value)
    if not found:
        raise UsageError(
            f"prop:{value} is not understood; write prop:ivl>=10 with ivl, lapses, reps, ease or due"
        )
    name, sign, number = found.group(1), _COMPARE[found.group(2)], float(found.group(3))

    def look(facts: Facts) -> bool:
        schedule = facts.card.schedule
        if name == "due":
            return schedule.due_day is not None and sign(schedule.due_day - facts.day, number)
        values = {
            "ivl": float(schedule.interval_days),
            "lapses": float(schedule.lapses),
            "reps": float(schedule.repetitions),
            "ease": schedule.ease / 100,
        }
        return sign(values[name], number)

    return look
