"""Which predictor of recall is how near to it: the sums of the forward folds of a log, made into a report."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

NAMES = ("sm2-fair", "sm2-benchmark", "average", "moving-average", "fsrs-defaults", "fsrs-fitted")
"""SM-2 through a logistic curve fitted to the past; SM-2 as the public benchmark reads it; what was recalled
on average; the same with old answers fading; FSRS' defaults; FSRS fitted to the past."""
DEFAULTS, FITTED = 4, 5  # their places
_TAIL = 0.025  # of the replicates beyond either end of an interval
Fold = Mapping[str, Any]  # what `Runner.predict` gives of one


def report(folds: Sequence[Fold]) -> dict[str, Any]:
    """The `rows` in the order of NAMES, and the `differences` in log loss: of FSRS to all before it.

    A row has `name`, `log_loss`, `rmse_bins`, `auc` and `calibration`: the mean prediction, the share that
    was recalled, and the count, of each bin that is not empty. An interval holds 95 % of the replicates,
    which are over cards. Below 0, `of` foretold better than `against`.
    """
    count = sum(fold["count"] for fold in folds)
    if not count:
        return {"count": 0, "rows": [], "differences": []}
    losses = [sum(fold["log_loss"][row] for fold in folds) / count for row in range(len(NAMES))]
    errors = _rmse_bins(folds)
    rows = [
        {
            "name": name,
            "log_loss": losses[row],
            "rmse_bins": errors[row],
            "auc": _auc([fold["histogram"][row] for fold in folds]),
            "calibration": _calibration([fold["calibration"][row] for fold in folds]),
        }
        for row, name in enumerate(NAMES)
    ]
    replicates = [_added([fold["replicates"][row] for fold in folds]) for row in range(len(NAMES) + 1)]
    pairs = [(of, against) for of in (FITTED, DEFAULTS) for against in range(of)]
    differences = [
        {"of": NAMES[of], "against": NAMES[against], "mean": losses[of] - losses[against]}
        | _interval(replicates[of], replicates[against], replicates[-1])
        for of, against in pairs
    ]
    return {"count": count, "rows": rows, "differences": differences}


def _added(lists: Sequence[Sequence[float]]) -> list[float]:
    return [sum(values) for values in zip(*lists, strict=True)]


def _interval(of: Sequence[float], against: Sequence[float], counts: Sequence[float]) -> dict[str, float]:
    found = sorted((a - b) / n for a, b, n in zip(of, against, counts, strict=True) if n)
    last = len(found) - 1
    return {"low": found[round(_TAIL * last)], "high": found[round((1 - _TAIL) * last)]}


def _rmse_bins(folds: Sequence[Fold]) -> list[float]:
    """Of each predictor: how far it is from what was recalled, over bins of time, answers and lapses."""
    bins: dict[tuple[int, ...], list[list[float]]] = defaultdict(list)
    for fold in folds:
        for time, number, lapses, *sums in fold["bins"]:
            bins[time, number, lapses].append(sums)
    totals = [_added(lists) for lists in bins.values()]
    count = sum(n for n, *_sums in totals)
    squares = [sum((sums[row] - y) ** 2 / n for n, y, *sums in totals) for row in range(len(NAMES))]
    return [math.sqrt(one / count) for one in squares]


def _auc(histograms: Sequence[Sequence[Sequence[int]]]) -> float | None:
    """How often one that was recalled had the higher prediction than one that was not; ties count half."""
    lost, kept = (_added([one[label] for one in histograms]) for label in (0, 1))
    if not sum(lost) or not sum(kept):
        return None
    below, wins = 0.0, 0.0
    for no, yes in zip(lost, kept, strict=True):
        wins += yes * (below + no / 2)
        below += no
    return wins / (sum(lost) * sum(kept))


def _calibration(tables: Sequence[Sequence[Sequence[float]]]) -> list[list[float]]:
    bins = [_added(lists) for lists in zip(*tables, strict=True)]
    return [[predicted / n, recalled / n, round(n)] for predicted, recalled, n in bins if n]
