"""Which cards mean something else in another Python, or with another version of a library."""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import isclose
from pathlib import Path
from typing import Any, NamedTuple

from ptcards.checking import answers
from ptcards.checking.check import DeckReport, needs_sandbox, read
from ptcards.deck.card import Card, Deck, default_seed, draw, drawn_values, runs_code
from ptcards.errors import Problem
from ptcards.language import _, later
from ptcards.runner.protocol import DATA, Outcome, Verdict
from ptcards.runner.runner import Job, Runner
from ptcards.study.desk import job_for

DRAWS, MOST_DRAWS = 3, 20  # of a card
CHANCES = 5  # seeds of its random numbers that a difference must outlast
NEAR = 1e-3  # of numbers that are shown
CHANGED = "drift"
_NUMBER = re.compile(r"-?\d+(?:\.\d*)?(?:e[-+]?\d+)?")
# NumPy 2 writes np.float64(1.5) for 1.5, and np.True_ for True.
_WRAPPED = re.compile(r"\b(?:np|numpy)\.\w+\(([^()]*)\)|\b(?:np|numpy)\.(?=True_|False_)|(?<=True|alse)_\b")


class Report(NamedTuple):
    """What comes out otherwise in the second interpreter, deck by deck, and which these are."""

    decks: tuple[DeckReport, ...]
    """`problems` holds the changes, `skipped` counts the cards that one of them cannot run."""
    interpreters: tuple[str, ...]
    versions: tuple[dict[str, str], ...]

    @property
    def exit_code(self) -> int:
        """0 nothing changed, 1 a card did, 2 a file that cannot be used."""
        kinds = {problem.kind for deck in self.decks for problem in deck.problems}
        return 2 if kinds - {CHANGED} else 1 if kinds else 0

    def to_json(self) -> dict[str, Any]:
        found = [
            {name: getattr(deck, name) for name in ("deck", "cards", "runs", "skipped")}
            | {"changes": [one.to_json() for one in deck.problems]}
            for deck in self.decks
        ]
        there = zip(self.interpreters, self.versions, strict=True)
        return {"interpreters": [{"python": one, "versions": its} for one, its in there], "decks": found}


def compare(
    paths: Sequence[Path],
    runners: Sequence[Runner],
    *,
    first: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Run every solution, alternative and mistake by two runners, and tell what comes out otherwise.

    Cards are drawn from their draw number `first` on; `progress` gets cards done and all, and may raise.
    An interruption closes the runners.
    """
    files = [read(path) for path in paths]
    total, done = sum(file.cards for file in files), 0
    with ThreadPoolExecutor(len(runners)) as pool:
        pair = _Pair(runners, pool)
        try:
            for file, deck, sources in ((one, *one.content) for one in files if one.content):
                for card in deck.cards:
                    progress(done, total)
                    done += 1
                    for field, message in _changes(file, deck, card, first, pair) if runs_code(card) else ():
                        line = sources.where(card.id, field, 1)
                        file.problems.append(Problem(file.path, line, card.id, CHANGED, message))
        except KeyboardInterrupt:
            for runner in runners:
                runner.close()  # the pool waits for what they do
            raise
    progress(total, total)
    names = tuple(str(runner.interpreter) for runner in runners)
    return Report(tuple(files), names, tuple(dict(runner.status().versions) for runner in runners))


class _Pair(NamedTuple):
    """The two runners, which work at the same time."""

    runners: Sequence[Runner]
    pool: ThreadPoolExecutor

    def run(self, jobs: list[Job]) -> list[tuple[Outcome, Outcome]]:
        """What comes of each job, here and there."""
        here, there = self.pool.map(lambda runner: runner.run_all(jobs), self.runners)
        return list(zip(here, there, strict=True))

    def restart(self) -> None:
        """What a process has by chance, as addresses, it has otherwise from now on."""
        for runner in self.runners:
            runner.stop()


def _changes(file: DeckReport, deck: Deck, card: Card, first: int, pair: _Pair) -> Iterator[tuple[str, str]]:
    """The fields of a card that come out otherwise, each with what is to be said of it."""
    found: dict[str, tuple[Outcome, Outcome]] = {}
    fail_closed = needs_sandbox(file.path)
    for seed in _draws(card, deck.key(card), first):
        drawn = draw(card, seed)
        named = answers.answers_of(drawn)
        jobs = [job_for(deck, drawn, one.code, seed=seed, fail_closed=fail_closed) for one in named]
        pairs = pair.run(jobs)
        file.runs += 2 * len(jobs)
        if any(one.verdict in (Verdict.SKIPPED, Verdict.ERROR) for one in pairs[0]):
            file.skipped += 1
            return
        for answer, job, (before, after) in zip(named, jobs, pairs, strict=True):
            if answer.field not in found and not _alike(before, after) and (both := _lasting(job, pair)):
                found[answer.field] = both
    for field, (before, after) in found.items():
        words = later("`{}` {} in the first, and {} in the second")
        yield field, _(words, field.removesuffix(".code"), *_in_words(before, after))


def _draws(card: Card, key: str, first: int) -> Iterator[int]:
    """Seeds of some draws of a card, and of more until each value of `vary` was drawn."""
    seen = set[tuple[str, str]]()
    for number in range(MOST_DRAWS):
        seed = default_seed(key, first + number)
        values = set(drawn_values(card, seed).items())
        if number < DRAWS or values - seen:
            yield seed
        seen |= values


def _lasting(job: Job, pair: _Pair) -> tuple[Outcome, Outcome] | None:
    """The first outcome of each side, alone in its process, where no chance makes the two sides alike."""
    chances = [replace(job, seed=(job.seed + chance) % 2**31) for chance in range(CHANCES)]
    here, there = zip(*(pair.run([one])[0] for one in chances), strict=True)
    # A value that is another each time says nothing but what it is.
    steady = all(_alike(one, its[0]) for its in (here, there) for one in its)
    if any(_alike(one, other, shown=steady) for one in here for other in there):
        return None
    if _alike(here[0], there[0], shown=False):
        pair.restart()
        here_again, there_again = pair.run([job])[0]
        if not (_alike(here_again, here[0]) and _alike(there_again, there[0])):
            return None
    return here[0], there[0]


def _alike(one: Outcome, other: Outcome, *, shown: bool = True) -> bool:
    """Whether two outcomes mean the same: the verdict, where it fell, and the value (its text if `shown`)."""
    names = ["verdict", "why", "phase", "error", "slip", *([] if one.error else ["line"])]
    if any(getattr(one, name) != getattr(other, name) for name in names):
        return False
    mine, its = one.answer_value, other.answer_value
    if mine is None or its is None:
        return mine is its
    if (mine.kind, mine.type, mine.dtype, mine.shape) != (its.kind, its.type, its.dtype, its.shape):
        return False
    if not shown or mine.kind not in DATA:
        return True
    # The last digits of what is no whole number may differ, and the layout of what is shown.
    texts = [_WRAPPED.sub(r"\1", value.text) for value in (mine, its)]
    words = {re.sub(r"[\s.]+", "", _NUMBER.sub("0", text)) for text in texts}
    return len(words) == 1 and all(map(_near, *map(_NUMBER.findall, texts)))


def _near(one: str, other: str) -> bool:
    """Whether two numbers, as they are shown, are the same but for the last digits."""
    whole = one.lstrip("-").isdigit() and other.lstrip("-").isdigit()
    return one == other if whole else isclose(float(one), float(other), rel_tol=NEAR, abs_tol=NEAR)


def _in_words(*outcomes: Outcome) -> Iterator[str]:
    """What each of two outcomes was, as far as tells them apart."""
    same_end = len({(one.verdict, one.error, one.phase, one.line) for one in outcomes}) == 1
    for one in outcomes:
        value = one.answer_value
        if same_end and value is not None:
            what = " ".join(filter(None, (value.dtype or value.type, str(value.shape or ""))))
            yield _("gives {} ({})", " ".join(value.text.split()), what)
        elif one.verdict is Verdict.PASS:
            yield _("passes")
        elif one.error and one.verdict is Verdict.FAIL:
            yield _("raises {}", one.error)
        else:
            yield _("fails: {}", " ".join(one.message.split()))
