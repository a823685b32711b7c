"""Everything that can go wrong in a way the user should read."""

from pathlib import Path
from typing import Any, NamedTuple

from ptcards.language import _


class Problem(NamedTuple):
    """One thing wrong in a file: where it is, which card it touches, what it is and what to do next."""

    file: Path
    line: int
    card: str  # The card's id, or "" where the whole deck is meant
    kind: str  # A short stable word for scripts: `unknown-key`, `missing`, `type`, `solution-fails`, ...
    message: str

    def __str__(self) -> str:
        card = _("card {!r}: ", self.card) if self.card else ""
        return f"{self.file}:{self.line}: {card}{self.message}"

    def to_json(self) -> dict[str, Any]:
        return self._asdict() | {"file": str(self.file)}


class PtcardsError(Exception):
    """`str(error)` is the whole message shown, on stderr, with no traceback; `exit_code` is the process's."""

    exit_code = 2


class UsageError(PtcardsError):
    """What was asked for, or set in `config.toml`, is not there or makes no sense: says what it was."""


class CancelledError(PtcardsError):
    """The user cut it short: says what that left as it was."""

    exit_code = 130


class DeckError(PtcardsError):
    """A deck file cannot be used; `problems` holds everything wrong with it, all at once."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class ExchangeError(PtcardsError):
    """A file to be imported, exported or merged cannot be used; nothing of it was taken."""


class StoreError(PtcardsError):
    """The database cannot be opened, written or brought up to date."""

    exit_code = 4


class DamagedError(StoreError):
    """The database file is damaged: only a backup helps."""


class AwayError(StoreError):
    """The server cannot be used now (down, out of reach, full, busy): trying again later may help."""


class StaleAnswerError(PtcardsError):
    """The card has moved on since it was shown; the answer was not recorded."""
