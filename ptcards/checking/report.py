"""What `ptcards check` found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ptcards.errors import Problem

CANNOT_OPEN = "unreadable"


@dataclass(frozen=True, slots=True)
class DeckReport:
    """One deck's share: how much of it was run, and all that is wrong or doubtful."""

    deck: str
    """The slug; the file's name where it could not be read."""
    cards: int = 0
    runs: int = 0
    skipped: int = 0
    """Cards that cannot be run here: their `requires` is unmet."""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    """Told, but no reason to fail."""


@dataclass(frozen=True, slots=True)
class Report:
    """All decks that were asked for, in that order."""

    decks: tuple[DeckReport, ...]
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 sound, 1 a problem in a file, 2 a file that cannot be opened."""
        kinds = {problem.kind for deck in self.decks for problem in deck.problems}
        return 2 if CANNOT_OPEN in kinds else 1 if kinds else 0

    def to_json(self) -> dict[str, Any]:
        return {
            "decks": [
                {
                    "deck": deck.deck,
                    "cards": deck.cards,
                    "runs": deck.runs,
                    "skipped": deck.skipped,
                    "problems": [problem.to_json() for problem in deck.problems],
                    "warnings": [problem.to_json() for problem in deck.warnings],
                }
                for deck in self.decks
            ],
            "seconds": round(self.seconds, 3),
        }
