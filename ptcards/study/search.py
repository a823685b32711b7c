"""Anki's search words in small: `deck:`, `tag:`, `is:`, `prop:`, `rated:`, `-`, quotes and plain text."""

import operator
import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

from ptcards.errors import UsageError
from ptcards.scheduling.sm2 import LEECH
from ptcards.store.library import StoredCard

_TOKEN = re.compile(r'(-?)((?:[^\s":]+:)?"[^"]*"|\S+)')
_PROPERTY = re.compile(r"(ivl|lapses|reps|ease|due)(>=|<=|!=|=|>|<)(-?\d+(?:\.\d+)?)")
_RATED = re.compile(r"([1-9]\d{0,4})(?::([1-4]))?")
_GRADES = {None: frozenset(range(6)), "1": frozenset((0, 1, 2)), "2": {3}, "3": {4}, "4": {5}}


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


class Search(NamedTuple):
    """A parsed search; a card matches when every term is as wanted of it: false behind a `-`."""

    terms: tuple[tuple[Term, bool], ...]
    orphans: bool
    """It asks for orphans, which are looked up for it alone."""

    def among(self, facts: list[Facts]) -> list[Facts]:
        """Those that match, in their order; quick enough for a hundred thousand at every key."""
        for term, wanted in self.terms:
            facts = [one for one in facts if term(one) == wanted]
        return facts


def parse(query: str, answered: Answered) -> Search:
    """Read a search; UsageError says which word is not understood and what there is."""
    if query.count('"') % 2:
        raise UsageError('a quote is not closed: write "some words"')
    words = _TOKEN.findall(query)
    terms = tuple((_term(word, answered), not sign) for sign, word in words)
    return Search(terms, any(word.replace('"', "") == "is:orphaned" for _, word in words))


def _term(word: str, answered: Answered) -> Term:
    name, colon, value = word.partition(":")
    value = value.strip('"')
    if word.startswith('"') or not colon or name not in ("deck", "tag", "is", "prop", "rated"):
        return _text(word.strip('"'))
    if name == "deck":
        named = cache(lambda deck: fnmatchcase(deck, value.lower()))
        return lambda facts: named(facts.card.deck)
    if name == "tag":
        # Many cards have the same tags.
        tagged = cache(lambda tags: _has_tag(tags, value.casefold()))
        return lambda facts: tagged(facts.card.tags)
    if name == "prop":
        if not (found := _PROPERTY.fullmatch(value)):
            raise UsageError(
                f"prop:{value} is not understood; write prop:ivl>=10 with ivl, lapses, reps, ease or due"
            )
        of, holds, number = _VALUES[found[1]], _COMPARE[found[2]], float(found[3])
        return lambda facts: (own := of(facts)) is not None and holds(own, number)
    if name == "rated":
        if not (found := _RATED.fullmatch(value)):
            raise UsageError(
                f"rated:{value} is not understood; write rated:7 for answered in the last 7 days, "
                "rated:7:1 for Again among them (2 Hard, 3 Good, 4 Easy)"
            )
        wanted, grades = _GRADES[found[2]], answered(int(found[1]))
        return lambda facts: not wanted.isdisjoint(grades.get(facts.card.key, ()))
    if value not in _STATES:
        raise UsageError(f"is:{value} is not known; there are {', '.join(f'is:{one}' for one in _STATES)}")
    return _STATES[value]


def _text(wanted: str) -> Term:
    """Text that occurs in the card; an asterisk matches any text."""
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


def _has_tag(tags: tuple[str, ...], wanted: str) -> bool:
    if wanted == "none":
        return not tags
    folded = [tag.casefold() for tag in tags]
    return any(fnmatchcase(tag, wanted) or tag.startswith(f"{wanted}::") for tag in folded)


def _is_due(facts: Facts) -> bool:
    due = facts.card.schedule.due_day
    return facts.state in ("learning", "review") and due is not None and due <= facts.day


def _in_state(state: str) -> Term:
    return lambda facts: facts.state == state


_STATES: dict[str, Term] = {
    "due": _is_due,
    "new": _in_state("new"),
    "learn": _in_state("learning"),
    "review": _in_state("review"),
    "suspended": _in_state("suspended"),
    "buried": _in_state("buried"),
    "leech": lambda facts: facts.card.schedule.lapses >= LEECH,
    "disputed": lambda facts: facts.disputed,
    "marked": lambda facts: facts.card.schedule.marked,
    "orphaned": _in_state("orphaned"),
    "drill": lambda facts: facts.card.schedule.drill_day == facts.day,
}
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "!=": operator.ne,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
}
_VALUES: dict[str, Callable[[Facts], float | None]] = {
    "due": lambda facts: None if (due := facts.card.schedule.due_day) is None else due - facts.day,
    "ivl": lambda facts: facts.card.schedule.interval_days,
    "lapses": lambda facts: facts.card.schedule.lapses,
    "reps": lambda facts: facts.card.schedule.repetitions,
    "ease": lambda facts: facts.card.schedule.ease / 100,
}
