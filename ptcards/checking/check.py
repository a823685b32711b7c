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
    deck: str  # the slug; the file's name where it could not be read
    content: Deck | None = None  # None where it could not be read
    sources: Sources | None = field(default=None, compare=False)
    cards: int = 0
    runs: int = 0
    skipped: int = 0  # cards that cannot be run here: their `requires` is unmet
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)  # no reason to fail


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
    only: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Check deck files, with their translations; one that cannot be read yields its problems.

    As many cards are run at a time as there are `runners`; `only` is the id of one that alone is checked;
    `progress` gets runs done and planned, and may raise to stop there.
    """
    started = monotonic()
    decks = dict.fromkeys(deck if (deck := _deck_of(path)).is_file() else path for path in paths)
    files = [_read(path) for path in decks]
    cards = [(file, file.content, card) for file in files if file.content for card in file.content.cards]
    cards = [one for one in cards if only in ("", one[2].id)]
    seeds = THOROUGH_SEEDS if thorough else SEEDS
    total = seeds * sum(len(answers_of(card)) for *_, card in cards)
    done, counting = 0, Lock()
    free, mine = iter(runners), local()

    def tick(runs: int) -> None:
        nonlocal done
        with counting:
            done += runs
            progress(done, total)

    def examine(job: tuple[DeckReport, Deck, Card]) -> Examination:
        file, deck, card = job
        drawn = tuple(default_seed(deck.key(card), number) for number in range(seeds))
        fail_closed = not file.path.resolve().is_relative_to(shipped("decks").resolve())
        one = Examination(mine.runner, deck, card, drawn, fail_closed, tick)
        return one.examine(mutate=mutate, thorough=thorough)

    if total:
        progress(0, total)
    pool = ThreadPoolExecutor(len(runners), initializer=lambda: setattr(mine, "runner", next(free)))
    try:
        for (file, _, card), found in zip(cards, pool.map(examine, cards), strict=True):
            file.runs += found.runs
            file.skipped += bool(found.skipped)
            for findings, kept in ((found.problems, file.problems), (found.warnings, file.warnings)):
                for name, line, kind, message in findings:
                    owner = "" if name == "preamble" else card.id
                    at = file.sources.where(owner, name, line) if file.sources else 1
                    kept.append(Problem(file.path, at, card.id, kind, message))
    finally:  # when one fails or is interrupted no other card is begun
        pool.shutdown(wait=False, cancel_futures=True)
    progress(total, total)
    for file in files:
        for kept in (file.problems, file.warnings):
            kept[:] = [one for one in kept if only in ("", one.card)]
            kept.sort(key=lambda problem: (str(problem.file), problem.line))
    return Report(tuple(files), monotonic() - started)


def _deck_of(path: Path) -> Path:
    """The deck beside a translation, there or not; else the path itself."""
    return path.with_name(path.stem.rpartition(".")[0] + path.suffix) if is_translation(path) else path


def _read(path: Path) -> DeckReport:
    file = DeckReport(path, path.name)
    try:
        if is_translation(path):
            _, sources = read_translation(path)
            message = f"translates a deck that is not beside it: {_deck_of(path).name} is missing"
            file.problems.append(Problem(path, sources.where("", "translation-of"), "", "no-deck", message))
            return file
        file.content, file.sources = read_deck(path)
        file.deck, file.cards = file.content.slug, len(file.content.cards)
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
