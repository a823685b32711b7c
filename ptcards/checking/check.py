"""Deck files proved: what can be read, what lint says, what running shows."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, local
from time import monotonic
from typing import Any, NamedTuple

from ptcards.checking.card import Examination, answers_of
from ptcards.deck.card import Card, Deck, default_seed
from ptcards.deck.nodes import Sources
from ptcards.deck.reading import read_deck
from ptcards.deck.translation import is_translation, read_translation, stale_parts, translations_of
from ptcards.errors import DeckError, Problem
from ptcards.paths import shipped
from ptcards.runner.runner import Runner

SEEDS = 3
THOROUGH_SEEDS = 50
CANNOT_OPEN = "unreadable"


@dataclass(slots=True)
class DeckReport:
    """One deck's share: how much of it was run, and all that is wrong or doubtful."""

    path: Path
    content: Deck | None = None  # None where it could not be read
    sources: Sources | None = field(default=None, compare=False)
    runs: int = 0
    skipped: int = 0  # cards that cannot be run here: their `requires` is unmet
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)  # no reason to fail

    @property
    def deck(self) -> str:
        """The slug; the file's name where it could not be read."""
        return self.content.slug if self.content else self.path.name

    @property
    def cards(self) -> int:
        return len(self.content.cards) if self.content else 0

    def examine(
        self, card: Card, runner: Runner, seeds: int, tick: Callable[[int], None], **how: bool
    ) -> Examination:
        """Lint and run one card; safe beside other cards with other runners."""
        assert self.content is not None
        drawn = tuple(default_seed(self.content.key(card), number) for number in range(seeds))
        fail_closed = not self.path.resolve().is_relative_to(shipped("decks").resolve())
        return Examination(runner, self.content, card, drawn, fail_closed, tick).examine(**how)

    def take(self, card: Card, found: Examination) -> None:
        self.runs += found.runs
        self.skipped += bool(found.skipped)
        for findings, kept in ((found.problems, self.problems), (found.warnings, self.warnings)):
            for name, line, kind, message in findings:
                owner = "" if name == "preamble" else card.id
                at = self.sources.where(owner, name, line) if self.sources else 1
                kept.append(Problem(self.path, at, card.id, kind, message))


class Report(NamedTuple):
    """All decks that were asked for, in that order."""

    decks: tuple[DeckReport, ...]
    seconds: float

    @property
    def exit_code(self) -> int:
        """0 sound, 1 a problem in a file, 2 a file that cannot be opened."""
        kinds = {problem.kind for deck in self.decks for problem in deck.problems}
        return 2 if CANNOT_OPEN in kinds else 1 if kinds else 0

    def to_json(self) -> dict[str, Any]:
        found = [
            {name: getattr(deck, name) for name in ("deck", "cards", "runs", "skipped")}
            | {kind: [one.to_json() for one in getattr(deck, kind)] for kind in ("problems", "warnings")}
            for deck in self.decks
        ]
        return {"decks": found, "seconds": round(self.seconds, 3)}


def check_files(
    paths: Sequence[Path],
    *,
    runners: Sequence[Runner],
    thorough: bool = False,
    mutate: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Check deck files, with their translations; one that cannot be read yields its problems.

    As many cards are run at a time as there are `runners`; `progress` gets runs done and planned.
    """
    started = monotonic()
    decks = dict.fromkeys(deck if (deck := _deck_of(path)).is_file() else path for path in paths)
    files = [_read(path) for path in decks]
    cards = [(file, card) for file in files if file.content for card in file.content.cards]
    seeds = THOROUGH_SEEDS if thorough else SEEDS
    total = seeds * sum(len(answers_of(card)) for _, card in cards)
    done, counting = 0, Lock()
    free, mine = iter(runners), local()

    def tick(runs: int) -> None:
        nonlocal done
        with counting:
            done += runs
            progress(done, total)

    def examine(job: tuple[DeckReport, Card]) -> Examination:
        file, card = job
        return file.examine(card, mine.runner, seeds, tick, mutate=mutate, thorough=thorough)

    if total:
        progress(0, total)
    pool = ThreadPoolExecutor(len(runners), initializer=lambda: setattr(mine, "runner", next(free)))
    try:
        for (file, card), found in zip(cards, pool.map(examine, cards), strict=True):
            file.take(card, found)
    finally:  # when one fails or is interrupted no other card is begun
        pool.shutdown(wait=False, cancel_futures=True)
    progress(total, total)
    for file in files:
        file.problems.sort(key=lambda problem: (str(problem.file), problem.line))
        file.warnings.sort(key=lambda problem: (str(problem.file), problem.line))
    return Report(tuple(files), monotonic() - started)


def check_card(
    path: Path, card_id: str, *, runner: Runner, tick: Callable[[int], None] = lambda runs: None
) -> tuple[Problem, ...]:
    """What lint and running its answers find wrong with one card of a deck file that can be read.

    `tick` is called after every so many runs, and may raise to stop there.
    """
    file = _read(path)
    if file.content is not None:
        file.problems.clear()
        for card in (card for card in file.content.cards if card.id == card_id):
            file.take(card, file.examine(card, runner, SEEDS, tick))
    return tuple(file.problems)


def _deck_of(path: Path) -> Path:
    """The deck beside a translation, there or not; else the path itself."""
    return path.with_name(path.stem.rpartition(".")[0] + path.suffix) if is_translation(path) else path


def _read(path: Path) -> DeckReport:
    file = DeckReport(path)
    try:
        if is_translation(path):
            _, sources = read_translation(path)
            message = f"translates a deck that is not beside it: {_deck_of(path).name} is missing"
            file.problems.append(Problem(path, sources.where("", "translation-of"), "", "no-deck", message))
            return file
        file.content, file.sources = read_deck(path)
    except DeckError as error:
        file.problems.extend(error.problems)
        return file
    for translation_path in translations_of(path):
        try:
            translation, sources = read_translation(translation_path)
        except DeckError as error:
            file.problems.extend(error.problems)
        else:
            file.warnings.extend(stale_parts(file.content, translation, sources, translation_path))
    return file
