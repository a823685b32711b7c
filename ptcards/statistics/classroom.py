"""A class in numbers: which named mistakes it makes, when it practised, which cards it does not get right."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ptcards.scheduling.days import iso
from ptcards.scheduling.events import GRADE_KINDS, Event, Kind, mistakes_of, roots
from ptcards.scheduling.queue import deck_of
from ptcards.scheduling.sm2 import PASS
from ptcards.statistics.numbers import Rate, clean, wilson

STOPPED = 14
"""Days without an answer, before the newest of the class, after which a pupil has stopped."""
WORDLESS = "-"
"""Stands for what a pupil wrote of a card, where it was not handed in."""
_SAMPLES = 3
_LONGEST = 300  # characters of a mistake, which may come from anywhere
_Named = Callable[[str], int | None]


class Known(NamedTuple):
    """What the teacher's own deck says of a card."""

    question: str
    wrong: Sequence[tuple[str, str]]  # Each mistake's sentence and its code
    number: _Named  # Which of them a logged sentence is, in whatever language and with whatever values


@dataclass(slots=True)
class Met:
    """What one pupil did with one card; what was undone is left out."""

    answers: int = 0  # Of every kind: reviewed, drilled, crammed
    tries: int = 0  # Reviews, but those in which the card was taught, or disputed
    right: int = 0  # Of these: right at the first check, with no hint; or known, where nothing is run
    last: tuple[str, ...] = ()  # The mistakes of the newest answer
    mistakes: Counter[str] = field(default_factory=Counter)  # In how many answers each was met
    failures: Counter[str] = field(default_factory=Counter)  # How answers went wrong
    disputed: list[tuple[int, str]] = field(default_factory=list)  # Days, and what was said
    codes: dict[str, tuple[int, str]] = field(default_factory=dict)  # By mistake, the newest answer with it


@dataclass(slots=True)
class Pupil:
    """One pupil's log, added up."""

    name: str
    until: int | None = None  # The day that their log was written on; None where it goes on until today
    cards: dict[str, Met] = field(default_factory=dict)
    days: Counter[int] = field(default_factory=Counter)  # Answers by study day


def add_up(
    pupil: Pupil,
    events: Iterable[tuple[Event, str | None]],
    names: Mapping[str, str],
    decks: Collection[str] = (),
) -> None:
    """Add a whole log to what is known of a pupil, in any order: only the `decks`, where some are named.

    `names` are earlier keys of cards with those of now; renames in the log count, too. Reviews brought in
    from another program are no answers here.
    """
    log = sorted(events, key=lambda one: one[0].id)
    answers = [one for one in log if one[0].kind in GRADE_KINDS and one[0].q is not None]
    others = [event for event, _ in log if event.kind not in GRADE_KINDS] if len(answers) < len(log) else []
    redone = {event.target for event in others if event.kind == Kind.REDONE}
    undone = {event.target for event in others if event.kind == Kind.UNDONE and event.id not in redone}
    called = {**names, **roots(event for event in others if event.kind == Kind.RENAMED)}
    cards = pupil.cards
    for event, code in answers:
        if event.action in undone:
            continue
        key = event.card
        if key in called:
            key = called[key]
            key = names.get(key, key)
        if decks and deck_of(key) not in decks:
            continue
        pupil.days[event.day] += 1
        if (met := cards.get(key)) is None:
            met = cards[key] = Met()
        _answered(met, event, code)


def _answered(met: Met, event: Event, code: str | None) -> None:
    met.answers += 1
    # Most answers say of no mistake, and reading their other facts takes longer than all the rest.
    met.last = ()
    if event.details and "mistakes" in event.details:
        met.last = tuple(dict.fromkeys(clean(one)[:_LONGEST] for one in mistakes_of(event.details)))
        for one in met.last:
            met.mistakes[one] += 1
            if code is not None:
                met.codes[one] = event.day, code
    if event.why:
        met.failures[event.why] += 1
    if event.disputed is not None:
        met.disputed.append((event.day, event.disputed))
    elif event.kind == "graded" and (verdict := event.verdict) != "taught":
        met.tries += 1
        if verdict == "pass":
            # No check failed before it. More than one passed where an answer was checked again.
            met.right += not event.hints
        elif verdict == "none" or verdict is None:
            met.right += (event.q or 0) >= PASS


# -- the class -----------------------------------------------------------------------------------------------


class Mistake(NamedTuple):
    """A named mistake of one card."""

    said: str  # The deck's own sentence, else as it was logged
    code: str | None  # The deck's; None where the teacher's deck has no such mistake
    pupils: Rate  # Of those who answered the card
    names: Sequence[str]
    times: int  # Answers with it
    lately: int  # Pupils whose newest answer to the card had it
    samples: Sequence[str]  # Answers of pupils who agreed to show them


class Card(NamedTuple):
    """A card, as the class knows it."""

    key: str
    question: str  # "" where the teacher has no such card
    pupils: int  # Who answered it
    tried: int  # Who were asked it in a review, and not only taught
    tries: int
    share: float  # Right at the first try: each pupil's share, and the mean of these
    never: Rate  # Pupils who were not right at any of their tries
    mistakes: Sequence[Mistake]  # The most common first
    failures: Sequence[tuple[str, int]]
    disputed: Sequence[tuple[int, str, str]]  # Day, pupil, what was said

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share lies with 95 % confidence; a pupil's answers are alike: each pupil counts once."""
        return wilson(self.share, self.tried)


class Practice(NamedTuple):
    """When a pupil practised."""

    name: str
    days: Mapping[int, int]  # Answers by study day
    until: int | None  # The day that the log was handed in, where it is one that no longer grows
    state: str  # `practises`, `stopped`, `unknown` (handed in too long ago to say) or `nothing`

    @property
    def last(self) -> int | None:
        return max(self.days, default=None)


class Classroom(NamedTuple):
    """All of it."""

    today: int
    pupils: Sequence[Practice]  # By name
    cards: Sequence[Card]  # Those that are sure to be known least first
    others: int  # Cards that one pupil alone has, and the teacher does not: left out

    @property
    def newest(self) -> int:
        """The last day on which anybody practised."""
        return max((one.last for one in self.pupils if one.last is not None), default=self.today)

    @property
    def failing(self) -> list[Card]:
        """Cards that none of those who were asked was ever right at, those most were asked first."""
        never = [one for one in self.cards if one.tried and one.never.hits == one.tried]
        return sorted(never, key=lambda one: (-one.tried, one.key))

    @property
    def mistaken(self) -> list[Card]:
        """Cards with named mistakes, those first that have the most common one."""
        found = [one for one in self.cards if one.mistakes]
        return sorted(found, key=lambda one: (*_rank(one.mistakes[0].pupils), one.key))


def gather(
    pupils: Sequence[Pupil], known: Mapping[str, Known], today: int, *, every: bool = False
) -> Classroom:
    """The class's numbers; `every` also takes cards that one pupil alone has, and the teacher does not."""
    met = defaultdict[str, list[tuple[str, Met]]](list)
    for pupil in pupils:
        for key, one in pupil.cards.items():
            met[key].append((pupil.name, one))
    least = 1 if every or len(pupils) == 1 else 2
    taken = {key: each for key, each in met.items() if key in known or len(each) >= least}
    newest = max((max(one.days) for one in pupils if one.days), default=today)
    practice = [Practice(one.name, one.days, one.until, _state(one, newest)) for one in pupils]
    cards = [_card(key, each, known.get(key)) for key, each in taken.items()]
    cards.sort(key=lambda one: (one.interval[1] if one.tried else 2, one.share, one.key))
    practice.sort(key=lambda one: (one.name.casefold(), one.name))
    return Classroom(today, practice, cards, len(met) - len(taken))


def _state(pupil: Pupil, newest: int) -> str:
    if not pupil.days:
        return "nothing"
    if newest - max(pupil.days) < STOPPED:
        return "practises"
    return "unknown" if pupil.until is not None and newest - pupil.until >= STOPPED else "stopped"


def _card(key: str, met: Sequence[tuple[str, Met]], known: Known | None) -> Card:
    tried = [one for _, one in met if one.tries]
    share = sum(one.right / one.tries for one in tried) / len(tried) if tried else 0.0
    failures = sum((one.failures for _, one in met), Counter[str]())
    disputed = sorted((day, name, said) for name, one in met for day, said in one.disputed)
    return Card(
        key,
        known.question if known else "",
        len(met),
        len(tried),
        sum(one.tries for one in tried),
        share,
        Rate(sum(not one.right for one in tried), len(tried)),
        _mistakes(met, known),
        sorted(failures.items(), key=lambda one: (-one[1], one[0])),
        disputed,
    )


def _mistakes(met: Sequence[tuple[str, Met]], known: Known | None) -> list[Mistake]:
    names, lately = defaultdict[object, list[str]](list), Counter[object]()
    times, codes = Counter[object](), defaultdict[object, list[tuple[int, str]]](list)
    numbers: dict[str, object] = {}

    def one_of(said: str) -> object:
        """The number of the deck's mistake, else the sentence itself."""
        if said not in numbers:
            number = known.number(said) if known else None
            numbers[said] = said if number is None else number
        return numbers[said]

    for name, one in met:
        for which in dict.fromkeys(map(one_of, one.mistakes)):
            names[which].append(name)
        for said, count in one.mistakes.items():
            times[one_of(said)] += count
        lately.update(set(map(one_of, one.last)))
        # One sample a pupil: many of one alike show nothing.
        for which, typed in {one_of(said): typed for said, typed in sorted(one.codes.items())}.items():
            codes[which].append(typed)
    found = []
    for which, whose in names.items():
        deck = known.wrong[which] if known and isinstance(which, int) else None
        shown = [typed for _, typed in sorted(codes[which], key=lambda one: (-one[0], one[1]))[:_SAMPLES]]
        said, code = deck or (str(which), None)
        rate = Rate(len(whose), len(met))
        found.append(Mistake(said, code, rate, sorted(whose), times[which], lately[which], shown))
    return sorted(found, key=lambda one: (*_rank(one.pupils), -one.times, one.said))


def _rank(pupils: Rate) -> tuple[int, float]:
    """The most pupils first; of as many, the largest share."""
    return -pupils.hits, -pupils.share


# -- as JSON -------------------------------------------------------------------------------------------------


def figures(found: Classroom) -> dict[str, Any]:
    """The object of `class report --json`: dates ISO, shares 0 to 1, intervals two shares."""
    return {
        "day": iso(found.today),
        "pupils": [
            {
                "name": one.name,
                "days": len(one.days),
                "answers": sum(one.days.values()),
                "first": iso(min(one.days, default=None)),
                "last": iso(one.last),
                "state": one.state,
                "handed_in": iso(one.until),
                "calendar": {str(iso(day)): count for day, count in sorted(one.days.items())},
            }
            for one in found.pupils
        ],
        "mistakes": [
            {
                "card": card.key,
                "mistake": one.said,
                "in_deck": one.code is not None,
                "pupils": one.pupils.figures,
                "names": list(one.names),
                "times": one.times,
                "lately": one.lately,
            }
            for card in found.mistaken
            for one in card.mistakes
        ],
        "cards": [
            {
                "card": one.key,
                "question": one.question,
                "pupils": one.pupils,
                "tried": one.tried,
                "tries": one.tries,
                "first_try": round(one.share, 4) if one.tried else None,
                "interval": [round(bound, 4) for bound in one.interval],
                "never_right": one.never.figures,
                "failures": dict(one.failures),
                "disputed": [
                    {"day": iso(day), "pupil": name, "said": said} for day, name, said in one.disputed
                ],
            }
            for one in found.cards
        ],
        "other_cards": found.others,
    }
