"""SM-2 and FSRS against a log: held to a plain computation, to memories that are known, and to py-fsrs."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from random import Random
from typing import Any, NamedTuple

import pytest

from ptcards.runner.runner import Runner
from ptcards.scheduling.fsrs import DEFAULTS, HIGH, LOW, SPREAD, Memory, Rules
from ptcards.statistics import comparing

GRADES = {1: 2, 2: 3, 3: 4, 4: 5}  # of FSRS' ratings
A_DAY = 86_400_000
FOLDS = 5
Cards = list[list[list[int]]]
Weights = Sequence[float]


def request(cards: Cards, fold: int | None, **other: Any) -> dict[str, Any]:
    usual = {"start": DEFAULTS, "defaults": DEFAULTS, "low": LOW, "high": HIGH, "spread": SPREAD}
    return {"cards": cards, "fold": fold, "folds": FOLDS, "replicates": 200} | usual | other


class Label(NamedTuple):
    """An answer on a later day, and what was so of its card before it."""

    at: int
    days: int
    number: int
    lapses: int
    recalled: bool
    planned: int
    chance: float


def labels(cards: Cards, weights: Weights = DEFAULTS) -> list[Label]:
    """All in order of time, with the chances by our own memory."""
    found = []
    for card in cards:
        memory, lapses = Memory(Rules(weights=tuple(weights))), 0
        for number, (at, day, rating, later, planned) in enumerate(card, 1):
            if later:
                days, chance = day - (memory.day or 0), memory.recall(day)
                found.append(Label(at, days, number, lapses, rating > 1, planned, chance))
                lapses += rating == 1
            memory = memory.grade(GRADES[rating], day)
    return sorted(found)


def loss(chances: Sequence[float], found: Sequence[Label]) -> float:
    return -sum(math.log(p if one.recalled else 1 - p) for p, one in zip(chances, found, strict=True))


def mean_loss(cards: Cards, weights: Weights) -> float:
    found = labels(cards, weights)
    return loss([one.chance for one in found], found) / len(found)


def simulated(count: int, weights: Weights, seed: int) -> Cards:
    """Cards that are learned by a memory with these weights, some of them early, late or twice a day."""
    draw, cards = Random(seed), []
    for number in range(count):
        memory, day, card = Memory(Rules(weights=tuple(weights))), draw.randrange(200), []
        for turn in range(draw.randint(2, 16)):
            later = memory.day is not None and day > memory.day
            kept = draw.random() < (memory.recall(day) if memory.day is not None else 0.6)
            rating = draw.choice((2, 3, 3, 3, 4)) if kept else 1
            planned = memory.interval if memory.day is not None else 1
            card.append([day * A_DAY + number * 100 + turn, day, rating, int(later), planned])
            memory = memory.grade(GRADES[rating], day)
            again = draw.random() < (0.3 if kept else 0.6)
            day += 0 if again else max(1, round(memory.interval * draw.uniform(0.3, 2.5)))
        cards.append(card)
    return cards


SMALL = simulated(40, DEFAULTS, 1)
_THEIRS = (
    "0.6344 0.7977 2.767 8.6003 6.1202 0.7931 2.9033 0.1438 1.9546 0.4948 0.9077 1.1953 0.25 0.0761 1.3883"
)
OPTIMIZED = tuple(map(float, f"{_THEIRS} 0.872 1.8866 0.3006 0.0 0.0041 0.133".split()))
"""What py-fsrs 6.3.2's `Optimizer` finds in `simulated(500, moved(), 7)`: `beside_py_fsrs` prints it."""


def test_the_folds_add_up_to_what_a_plain_computation_gives(runner: Runner) -> None:
    folds = [runner.predict(request(SMALL, fold)) for fold in range(FOLDS)]
    every = labels(SMALL)
    size = len(every) // (FOLDS + 1)
    plain: list[list[float]] = [[] for _name in comparing.NAMES]
    for number, fold in enumerate(folds):
        begin = len(every) - (FOLDS - number) * size
        fitted = labels(SMALL, fold["weights"])
        for row, chances in enumerate(predicted(every[: begin + size], begin)):
            plain[row] += chances
        plain[4] += [one.chance for one in every[begin : begin + size]]
        plain[5] += [one.chance for one in fitted[begin : begin + size]]
    found = comparing.report(folds)
    foretold = every[-FOLDS * size :]
    assert found["count"] == len(foretold) == len(plain[0])
    recalled = [one.recalled for one in foretold]
    for row, chances in zip(found["rows"], plain, strict=True):
        name = row["name"]
        assert row["log_loss"] == pytest.approx(loss(chances, foretold) / len(foretold), abs=1e-6), name
        assert row["rmse_bins"] == pytest.approx(rmse_bins(chances, foretold), abs=1e-6), name
        assert row["auc"] == pytest.approx(auc([int(p * 1000) for p in chances], recalled)), name
        shares: dict[int, list[tuple[float, bool]]] = defaultdict(list)
        for p, y in zip(chances, recalled, strict=True):
            shares[int(p * 10)].append((p, y))
        tenths = [[*map(mean, zip(*one, strict=True)), len(one)] for _bin, one in sorted(shares.items())]
        assert [*chain(*row["calibration"])] == pytest.approx([*chain(*tenths)]), name
    means = [row["log_loss"] for row in found["rows"]]
    for one in found["differences"]:
        of, against = comparing.NAMES.index(one["of"]), comparing.NAMES.index(one["against"])
        assert one["mean"] == pytest.approx(means[of] - means[against])
        assert one["low"] < one["mean"] < one["high"]


def predicted(every: Sequence[Label], begin: int) -> Iterator[list[float]]:
    """What fair SM-2, SM-2 as the benchmark has it, the average and the moving average say from `begin` on."""
    past, rest = every[:begin], every[begin:]
    curve = [0.0, 0.0, 0.0]
    for _step in range(20):  # Newton's
        slopes, matrix = [0.1 * one for one in curve], [[0.1 * (i == j) for j in range(3)] for i in range(3)]
        for one in past:
            x, p = features(one), sigmoid(dot(features(one), curve))
            slopes = [s + (p - one.recalled) * a for s, a in zip(slopes, x, strict=True)]
            matrix = [
                [m + p * (1 - p) * a * b for m, b in zip(r, x, strict=True)]
                for r, a in zip(matrix, x, strict=True)
            ]
        curve = [c - s for c, s in zip(curve, solved(matrix, slopes), strict=True)]
    yield [sigmoid(dot(features(one), curve)) for one in rest]
    yield [0.9 ** (one.days / one.planned) for one in rest]
    yield [(sum(one.recalled for one in past) + 1) / (len(past) + 2)] * len(rest)
    logit, moving = 1.2, []
    for one in every:
        moving.append(sigmoid(logit))
        logit += 0.3 * (one.recalled - moving[-1])
    yield moving[begin:]


def features(one: Label) -> list[float]:
    return [1.0, math.log(one.days), math.log(one.planned)]


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a few linear equations, by Cramer's rule."""

    def det(m: list[list[float]]) -> float:
        (a, b, c), (d, e, f), (g, h, i) = m
        return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

    with_right = [
        [[one if j == k else v for j, v in enumerate(row)] for row, one in zip(matrix, right, strict=True)]
        for k in range(3)
    ]
    return [det(one) / det(matrix) for one in with_right]


def rmse_bins(chances: Sequence[float], found: Sequence[Label]) -> float:
    bins: dict[tuple[float, ...], list[float]] = defaultdict(list)
    for p, one in zip(chances, found, strict=True):
        kinds = (2.48, 3.62, one.days), (1.99, 1.89, one.number), (1.65, 1.73, one.lapses)
        key = tuple(
            round(first * base ** math.floor(math.log(n, base)), 2) if n else 0 for first, base, n in kinds
        )
        bins[key].append(p - one.recalled)
    return math.sqrt(sum(sum(one) ** 2 / len(one) for one in bins.values()) / len(found))


def auc(scores: Sequence[float], recalled: Sequence[bool]) -> float:
    kept, lost = ([s for s, y in zip(scores, recalled, strict=True) if y == want] for want in (True, False))
    return sum((a > b) + (a == b) / 2 for a in kept for b in lost) / (len(kept) * len(lost))


def test_no_weight_beside_those_that_were_fitted_is_any_better(runner: Runner) -> None:
    found = runner.predict(request(SMALL, None))
    weights = found["weights"]

    def cost(tried: Weights) -> float:
        apart = zip(tried, DEFAULTS, SPREAD, strict=True)
        fitted: float = mean_loss(SMALL, tried) * found["count"]
        return fitted + sum(((w - d) / s) ** 2 for w, d, s in apart)

    assert found["log_loss"] == pytest.approx(mean_loss(SMALL, weights))
    assert all(low <= w <= high for low, w, high in zip(LOW, weights, HIGH, strict=True))
    least = cost(weights)
    assert least < cost(DEFAULTS) - 0.5
    for number, spread in enumerate(SPREAD):
        for step in (-0.3 * spread, 0.3 * spread):
            tried = min(max(weights[number] + step, LOW[number]), HIGH[number])
            assert cost([*weights[:number], tried, *weights[number + 1 :]]) > least - 0.05, number


def moved() -> list[float]:
    """The parameters of a learner who is a standard deviation off in each."""
    towards = (1, -1, 1, 1, -1, 1, -1, 1, -1, 1, -1, 1, 1, -1, -1, -1, 1, 1, -1, 1, 1)
    off = zip(LOW, DEFAULTS, SPREAD, HIGH, towards, strict=True)
    return [min(max(w + sign * spread, low), high) for low, w, spread, high, sign in off]


def test_a_memory_that_is_known_is_found_in_its_log(runner: Runner) -> None:
    true = moved()
    cards = simulated(500, true, 7)
    fold = runner.predict(request(cards, FOLDS - 1))
    foretold = labels(cards, true)[-fold["count"] :]
    best = loss([one.chance for one in foretold], foretold) / len(foretold)
    *_others, defaults, fitted = (one / fold["count"] for one in fold["log_loss"])
    assert fitted < best + 0.004
    assert fitted < defaults - 0.01


def test_a_fit_is_as_good_as_that_of_py_fsrs(runner: Runner) -> None:
    cards = simulated(500, moved(), 7)
    found = runner.predict(request(cards, None))
    assert found["log_loss"] == pytest.approx(mean_loss(cards, found["weights"]))
    assert found["log_loss"] < mean_loss(cards, OPTIMIZED) + 0.002


def test_what_cannot_be_compared_says_why(runner: Runner, bare: Runner) -> None:
    few = [[one for card in SMALL[:1] for one in card[:3]]]
    count = sum(one[3] for one in few[0])
    why = f"the log is too short: {count} repetitions on a later day, 6 are needed"
    assert runner.predict(request(few, 0)) == {"why": why}
    assert runner.predict(request([], None))["why"].startswith("the log is too short: 0 ")
    outside = [*DEFAULTS[:20], 0.9]
    assert runner.predict(request(SMALL, 0, start=outside)) == {
        "why": "parameter w20 is 0.9, not from 0.1 to 0.8"
    }
    assert "21" in runner.predict(request(SMALL, 0, start=DEFAULTS[:19]))["why"]
    assert "torch" in bare.predict(request(SMALL, 0))["why"]
