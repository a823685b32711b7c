"""What a screen or a command is shown: frozen values, made by `study`, drawn by `tui` and `cli`."""

from dataclasses import dataclass
from typing import NamedTuple

from ptcards.deck.card import Card
from ptcards.errors import Problem
from ptcards.runner.protocol import Outcome
from ptcards.scheduling.events import Step
from ptcards.scheduling.queue import Counts
from ptcards.scheduling.sm2 import Outlook, Schedule
from ptcards.store.glance import Glance
from ptcards.store.library import DeckChange


@dataclass(frozen=True, slots=True)
class Question:
    """One card as it is asked: `vary` drawn, translated, with what was typed before."""

    key: str
    deck_title: str
    card: Card
    schedule: Schedule
    draft: str
    """What the editor starts with: a kept draft, else the starter."""
    position: int
    """1 for the session's first card."""
    expected: int
    """Cards the session is going to ask in all, as known now."""
    remaining: Counts
    """Cards still to come in this session."""
    drill: bool = False
    cram: bool = False

    @property
    def teachable(self) -> bool:
        """Showing the solution teaches the card: it is new, and the answer counts."""
        return self.schedule.due_day is None and not self.cram


class Proposal(NamedTuple):
    """The grade the evidence leads to, and why, in one line."""

    q: int
    verdict: str
    """`pass`, `fail`, `taught`, `shown` or `none`: what the event will say."""
    reason: str


class GradeButton(NamedTuple):
    """One grade as offered: what pressing its key would do."""

    key: str
    """`1` to `4`, or `0` to `5` where all grades of SM-2 are asked for."""
    label: str
    q: int
    proposed: bool
    outlook: Outlook


class UndoView(NamedTuple):
    """What `u` would take back or has taken back: named, with its age."""

    action: str
    """The id of its first event."""
    key: str
    what: str
    """`Good on unsqueeze-column`, `suspend of flip-mirror`."""
    seconds_ago: int
    ask_first: bool
    """It is of an earlier day or session: ask before doing it."""
    note: str = ""
    """What else changed: practice that became a repetition, or the reverse."""


class Summary(NamedTuple):
    """The end of a session, in numbers and names."""

    cards: int
    first_try: int
    after_mistake: int
    taught: int
    shown: int
    """Cards seen before of which the solution was shown."""
    below_good: int
    """Cards that wait in today's drill."""
    seconds: float
    mistakes: tuple[tuple[str, int], ...]
    """Misconceptions met, with how often."""
    tomorrow: Glance
    went_badly: tuple[str, ...] = ()
    left: tuple[int, int] = (0, 0)
    """Cards due and new that the session had not come to."""
    cram: bool = False
    leeches: tuple[str, ...] = ()
    """Cards that failed for the 8th time, or the 4th since."""


class TrustRequest(NamedTuple):
    """The code of a deck that is not the product's own, before it may run."""

    deck: str
    cards: int
    """Cards of which something is run."""
    imports: tuple[str, ...]
    """Names of modules its code imports."""
    findings: tuple[str, ...]
    """What lint points out: the network, the clock, processes."""
    code: str
    """All of it, as one text."""
    diff: str = ""
    """Against the code that was agreed to before, if any."""


class Answered(NamedTuple):
    """One answer run outside a session."""

    outcome: Outcome
    proposed: int | None
    """The grade a session would propose for it; None where it is no attempt."""
    graded: Step | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did or, with a dry run, would do."""

    decks: tuple[DeckChange, ...] = ()
    errors: tuple[Problem, ...] = ()
