"""Deck files proved: what can be read, what lint says, what running shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import LifoQueue
from threading import Lock
from time import monotonic
from typing import Any

from ptcards.checking.card import Examination, Found, Runs, answers_of
from ptcards.checking.lint import lint
from ptcards.checking.mutation import bad_equivalents
from ptcards.deck.card import Card, Deck
from ptcards.deck.nodes import Sources
from ptcards.deck.reading import read_with_sources
from ptcards.deck.translation import (
    is_translation,
    read_translation_with_sources,
    stale_parts,
    translations_of,
)
from ptcards.deck.variation import default_seed, draw
from ptcards.errors import DeckError, Problem
from ptcards.paths import shipped

SEEDS = 3
THOROUGH_SEEDS = 50
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


@dataclass(slots=True)
class _Work:
    """One file that was asked for, on its way to a report."""

    path: Path
    deck: Deck | None = None
    sources: Sources | None = None
    runs: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _CardJob:
    """A card whose answers are to be run."""

    work: _Work
    deck: Deck
    sources: Sources
    card: Card
    seeds: tuple[int, ...]
    fail_closed: bool


def check_files(
    paths: Sequence[Path],
    *,
    runners: Sequence[Runs],
    thorough: bool = False,
    mutate: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Check deck files; a file that cannot be read yields its problems, the others are checked all the same.

    Translations are checked with the deck they stand beside. As many cards are run at a time as there are
    `runners`. `progress` gets runs done and runs planned.
    """
    started = monotonic()
    work = [_read(path) for path in _without_translations(paths)]
    seeds = THOROUGH_SEEDS if thorough else SEEDS
    cards = [card for each in work if each.deck for card in each.deck.cards]
    total = seeds * sum(len(answers_of(card)) for card in cards)
    done, counting = 0, Lock()

    def tick(runs: int) -> None:
        nonlocal done
        with counting:
            done += runs
            progress(done, total)

    def run(job: _CardJob, runner: Runs) -> Found:
        one = Examination(runner, job.deck, job.card, job.seeds, fail_closed=job.fail_closed, tick=tick)
        return one.examine(mutate=mutate, thorough=thorough)

    jobs = [job for each in work for job in _card_jobs(each, seeds)]
    for job in jobs:
        _lint(job)
    if total:
        progress(0, total)
    for job, found in zip(jobs, _run_all(jobs, run, runners), strict=True):
        _take(job, found)
    progress(total, total)
    return Report(tuple(_report(each) for each in work), monotonic() - started)


def _run_all(
    jobs: Sequence[_CardJob], run: Callable[[_CardJob, Runs], Found], runners: Sequence[Runs]
) -> Iterator[Found]:
    """What each card's runs found, in order; when one fails or is interrupted no other card is begun."""
    idle: LifoQueue[Runs] = LifoQueue()
    for runner in reversed(runners):
        idle.put(runner)

    def run_on_one(job: _CardJob) -> Found:
        runner = idle.get()
        try:
            return run(job, runner)
        finally:
            idle.put(runner)

    pool = ThreadPoolExecutor(len(runners))
    try:
        yield from pool.map(run_on_one, jobs)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def check_card(
    path: Path, card_id: str, *, runner: Runs, tick: Callable[[int], None] = lambda runs: None
) -> tuple[Problem, ...]:
    """What lint and running its answers find wrong with one card of a deck file that can be read.

    `tick` is told of every so many runs, and may raise to stop there.
    """
    work = _read(path)
    if work.deck is not None:
        work.deck = replace(work.deck, cards=tuple(card for card in work.deck.cards if card.id == card_id))
        work.problems.clear()
    for job in _card_jobs(work, SEEDS):
        _lint(job)
        one = Examination(runner, job.deck, job.card, job.seeds, fail_closed=job.fail_closed, tick=tick)
        _take(job, one.examine(mutate=False, thorough=False))
    return tuple(work.problems)


def _without_translations(paths: Sequence[Path]) -> list[Path]:
    """The decks to check, each once: a translation stands for the deck beside it."""
    decks = (_deck_beside(path) if is_translation(path) else path for path in paths)
    return list(dict.fromkeys(decks))


def _deck_beside(path: Path) -> Path:
    beside = path.with_name(path.stem.rpartition(".")[0] + path.suffix)
    return beside if beside.is_file() else path


def _read(path: Path) -> _Work:
    work = _Work(path)
    try:
        if is_translation(path):
            _, sources = read_translation_with_sources(path)
            message = f"translates a deck that is not beside it: {_name_of_deck(path)} is missing"
            work.problems.append(Problem(path, sources.where("", "translation-of"), "", "no-deck", message))
        else:
            work.deck, work.sources = read_with_sources(path)
            _read_translations(work, work.deck)
    except DeckError as error:
        work.problems.extend(error.problems)
    return work


def _name_of_deck(path: Path) -> str:
    return path.stem.rpartition(".")[0] + path.suffix


def _read_translations(work: _Work, deck: Deck) -> None:
    for path in translations_of(work.path):
        try:
            translation, sources = read_translation_with_sources(path)
        except DeckError as error:
            work.problems.extend(error.problems)
        else:
            work.warnings.extend(stale_parts(deck, translation, sources, path))


def _card_jobs(work: _Work, count: int) -> list[_CardJob]:
    deck, sources = work.deck, work.sources
    if deck is None or sources is None:
        return []
    fail_closed = not work.path.resolve().is_relative_to(shipped("decks").resolve())
    return [
        _CardJob(
            work,
            deck,
            sources,
            card,
            tuple(default_seed(deck.key(card), number) for number in range(count)),
            fail_closed=fail_closed,
        )
        for card in deck.cards
    ]


def _lint(job: _CardJob) -> None:
    card, path = job.card, job.work.path
    for name, line, kind, message in lint(draw(card, job.seeds[0]), job.deck.preamble):
        job.work.problems.append(
            Problem(path, job.sources.where(card.id, name, line), card.id, kind, message)
        )
    for message in bad_equivalents(card):
        line = job.sources.where(card.id, "x-equivalent")
        job.work.problems.append(Problem(path, line, card.id, "x-equivalent", message))


def _take(job: _CardJob, found: Found) -> None:
    work, card = job.work, job.card.id
    work.runs += found.runs
    work.skipped += bool(found.skipped)
    for told, kept in ((found.problems, work.problems), (found.warnings, work.warnings)):
        for name, line, kind, message in told:
            owner = "" if name == "preamble" else card
            kept.append(Problem(work.path, job.sources.where(owner, name, line), card, kind, message))


def _report(work: _Work) -> DeckReport:
    deck = work.deck
    return DeckReport(
        deck=deck.slug if deck else work.path.name,
        cards=len(deck.cards) if deck else 0,
        runs=work.runs,
        skipped=work.skipped,
        problems=tuple(sorted(work.problems, key=lambda problem: (str(problem.file), problem.line))),
        warnings=tuple(sorted(work.warnings, key=lambda problem: (str(problem.file), problem.line))),
    )
