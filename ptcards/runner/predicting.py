"""How well SM-2 and FSRS would have foretold what was recalled, in torch, in a child of the runner.

A fit wants the slope of each prediction by each of FSRS' 21 parameters. They are carried along with the
memory, by formulas: a pass gives the gradient and Fisher's matrix, and ten passes a fit, a small part of what
torch's own backward passes and L-BFGS take. Answers lie by their number within their card, the cards with
most answers first: a pass takes a slice a number, and nothing is padded.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from itertools import chain
from math import exp, isfinite, log
from typing import Any, NamedTuple

from ptcards.language import _
from ptcards.runner.protocol import MARK, pack, unpack

Facts = dict[str, Any]
Tensor = Any  # torch is there in the child alone
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
SHORTEST, LONGEST = 0.001, 36_500.0  # stability, in days
EASIEST, HARDEST = 1.0, 10.0
CERTAIN = 1e-5  # no prediction is nearer to 0 or 1, so that none costs more than 11.5
PASSES, ENOUGH = 50, 5e-6  # of a fit at most; the gain in a label's loss that is not worth another
DAMPING = 1e-3  # of its steps, ten times as much after each that led uphill
RIDGE = 0.1  # how strongly the logistic curve of SM-2 is drawn to a flat one
STEP, FIRST = 0.3, 1.2  # of the moving average, and what it starts from, as a logit
HISTOGRAM, CALIBRATION = 1000, 10  # bins of predictions
CARDS = 2000  # whose bootstrap weights are drawn at once


def answer(text: str) -> None:
    """`predict`, for an answer of our own: takes and prints what is packed."""
    print(MARK + pack(predict(unpack(text))), end="")  # noqa: T201 - that is how it answers


def predict(request: Mapping[str, Any]) -> Facts:
    """A fold's sums, or a fit to everything; `why` says why there is neither. See `Runner.predict`."""
    torch = sys.modules["torch"]
    torch.set_num_threads(1)  # two are slower: the tensors are small
    torch.set_flush_denormal(True)
    if why := _wrong(request):
        return {"why": why}
    with torch.inference_mode():
        past = Log(torch, request["cards"])
        count, folds, fold = len(past.labels), request["folds"], request["fold"]
        if count <= folds:
            words = _("the log is too short: {} repetitions on a later day, {} are needed", count, folds + 1)
            return {"why": words}
        fit = Fit(torch, request)
        if fold is None:
            weights, loss, passes = fit.run(Columns(past, past.labels))
            return {"weights": weights, "log_loss": loss / count, "count": count, "passes": passes}
        size = count // (folds + 1)
        begin = count - (folds - fold) * size
        return Fold(past, fit, begin, begin + size).result(request)


def _wrong(request: Mapping[str, Any]) -> str:
    """What is wrong with the weights to begin with, in words; "" where nothing is."""
    start, low, high = request["start"], request["low"], request["high"]
    if len(start) != len(low):
        return _("{} parameters are wanted, not {}", len(low), len(start))
    for number, (one, least, most) in enumerate(zip(start, low, high)):
        if not (isfinite(one) and least <= one <= most):
            return _("parameter w{} is {}, not from {} to {}", number, one, least, most)
    return ""


class Log:
    """All answers, card by card, and the `labels` among them in order of time: their numbers."""

    def __init__(self, torch: Any, cards: Sequence[Sequence[Sequence[int]]]) -> None:
        self.torch = torch
        flat = array("q", chain.from_iterable(chain.from_iterable(cards)))
        table = torch.frombuffer(flat, dtype=torch.int64).clone().view(-1, 5) if flat else torch.zeros(0, 5)
        at, day, self.rating, scored, self.planned = table.long().unbind(1)
        lengths = torch.tensor([*map(len, cards)], dtype=torch.long)
        self.count = len(cards)
        self.card = torch.arange(self.count).repeat_interleave(lengths)
        self.first = (lengths.cumsum(0) - lengths)[self.card]  # the number of the card's first answer
        self.number = torch.arange(len(table)) - self.first
        self.recalled = (self.rating > AGAIN).double()
        apart = 10_000_000  # days of one card never reach into another's: no day is before the one before it
        latest = (day + apart * self.card).cummax(0).values if len(table) else day
        self.elapsed = latest.diff(prepend=latest[:1]) * (self.number > 0)
        lapsed = ((self.rating == AGAIN) & (self.elapsed > 0)).long()
        before = lapsed.cumsum(0) - lapsed
        self.lapses = before - before[self.first]
        (labels,) = ((scored > 0) & (self.elapsed > 0)).nonzero(as_tuple=True)
        self.labels = labels[at[labels].argsort(stable=True)]


class Columns:
    """Some labels, and the answers up to each card's last of them, step by step."""

    def __init__(self, past: Log, labels: Tensor) -> None:
        self.torch = torch = past.torch
        wanted = torch.zeros(len(past.card), dtype=torch.long)
        wanted[labels] = 1
        so_far = wanted.cumsum(0)
        last = torch.zeros(past.count, dtype=torch.long).index_add(0, past.card, wanted).cumsum(0)
        (used,) = (so_far - wanted < last[past.card]).nonzero(as_tuple=True)
        lengths = torch.bincount(past.card[used], minlength=past.count)
        rank = lengths.argsort(descending=True).argsort()
        order = (past.number[used] * past.count + rank[past.card[used]]).argsort()
        rows = used[order]
        sizes = torch.bincount(past.number[rows]).tolist()
        rating, days = past.rating[rows], past.elapsed[rows]
        later, again = days > 0, rating == AGAIN
        masks = later & ~again, later & again, ~later, rating == HARD, rating == EASY
        columns = rating.double(), days.double(), past.recalled[rows], wanted[rows].double()
        self.steps = [
            Step(*one) for one in zip(*(column.split(sizes) for column in (*columns, *_doubles(masks))))
        ]
        at = torch.zeros(len(past.card), dtype=torch.long)
        at[rows] = torch.arange(len(rows))
        self.places = at[labels]  # of the labels, among what a pass gives

    def predictions(self, w: Sequence[float]) -> Tensor:
        """The chance of recall at each label."""
        walk = Walk(self.torch, w)
        return self.torch.cat([walk.step(one) for one in self.steps])[self.places]

    def slopes(self, w: Sequence[float]) -> tuple[float, Tensor, Tensor]:
        """The labels' loss, its gradient, and Fisher's matrix."""
        torch, walk = self.torch, Walk(self.torch, w, slopes=True)
        loss, gradient = 0.0, torch.zeros(21, dtype=torch.double)
        matrix = torch.zeros(21, 21, dtype=torch.double)
        for one in self.steps:
            raw = walk.step(one)
            if walk.by_weights is None:  # nothing is foretold of a first answer
                continue
            p = raw.clamp(CERTAIN, 1 - CERTAIN)
            weight = one.label * (p == raw) / (p * (1 - p))
            loss -= float((one.label * (1 - p - one.recalled).abs().log()).sum())
            gradient += walk.by_weights @ (weight * (p - one.recalled))
            matrix += (walk.by_weights * weight) @ walk.by_weights.T
        return loss, gradient, matrix


def _doubles(masks: tuple[Tensor, ...]) -> list[Tensor]:
    return [mask.double() for mask in masks]


class Step(NamedTuple):
    """What cards were answered with for the same time, the masks among it 0 and 1."""

    rating: Tensor
    days: Tensor
    recalled: Tensor
    label: Tensor
    kept: Tensor  # recalled on a later day
    lost: Tensor
    same: Tensor  # the same day
    hard: Tensor
    easy: Tensor


class Part(NamedTuple):
    """One way to a new stability; its slopes by the old one, difficulty, recall, and by weights."""

    value: Tensor
    by_s: Tensor
    by_d: Tensor
    by_r: Tensor
    by_w: dict[int, Tensor]


class Walk:
    """The memory of all cards answer by answer, with `slopes` also how it changes with each weight."""

    def __init__(self, torch: Any, w: Sequence[float], *, slopes: bool = False) -> None:
        self._torch, self._w, self._slopes = torch, w, slopes
        self._factor = 0.9 ** (-1 / w[20]) - 1
        self._factor_by_w20 = (self._factor + 1) * log(0.9) / w[20] ** 2
        self.s: Tensor = None  # stability, and difficulty
        self.d: Tensor = None
        self._s_by: Tensor = None  # a row a weight; difficulty depends on w4 to w7 alone
        self._d_by: Tensor = None
        self.by_weights: Tensor = None  # of the last step's predictions

    def step(self, one: Step) -> Tensor:
        """The chances of recall just before these answers; the memory is then what they leave."""
        torch, w, count = self._torch, self._w, len(one.rating)
        if self.s is None:
            self._begin(one)
            return torch.ones(count, dtype=torch.double)
        s, d = self.s[:count], self.d[:count]
        x = self._factor * one.days / s
        r = (-w[20] * x.log1p()).exp()
        by_s = w[20] * r * x / ((1 + x) * s)
        by_w20 = -r * (x.log1p() + w[20] * one.days * self._factor_by_w20 / (s * (1 + x)))
        if self._slopes:
            self.by_weights = self._s_by[:, :count] * by_s
            self.by_weights[20] += by_w20
        gone = 1 - r
        ways = (
            (one.kept, _kept(w, s, d, gone, one)),
            (one.lost, _lost(torch, w, s, d, gone)),
            (one.same, _same_day(w, s, one)),
        )
        value = sum(mask * part.value for mask, part in ways)
        if self._slopes:
            slopes = self._s_by[:, :count] * sum(mask * (part.by_s + part.by_r * by_s) for mask, part in ways)
            slopes[4:8] += self._d_by[:, :count] * sum(mask * part.by_d for mask, part in ways)
            slopes[20] += by_w20 * sum(mask * part.by_r for mask, part in ways)
            for mask, part in ways:
                for number, slope in part.by_w.items():
                    slopes[number] += mask * slope
            self._s_by = slopes * ((value > SHORTEST) & (value < LONGEST))
        self.s = value.clamp(SHORTEST, LONGEST)
        self._harder(one.rating, d)
        return r

    def _begin(self, one: Step) -> None:
        torch, w = self._torch, self._w
        more, slopes = one.rating - 1, torch.zeros(21, len(one.rating), dtype=torch.double)
        self.s = torch.tensor(w[:4], dtype=torch.double)[more.long()]
        d = w[4] - (w[5] * more).exp() + 1
        self.d = d.clamp(EASIEST, HARDEST)
        if self._slopes:
            for number in range(4):
                slopes[number] = more == number
            self._s_by = slopes
            self._d_by = torch.zeros(4, len(d), dtype=torch.double)
            self._d_by[0] = 1
            self._d_by[1] = -more * (w[5] * more).exp()
            self._d_by *= (d > EASIEST) & (d < HARDEST)

    def _harder(self, rating: Tensor, d: Tensor) -> None:
        """The new difficulty, which is drawn to that of a first Easy."""
        w, easy = self._w, self._w[4] - exp(3 * self._w[5]) + 1
        more, stays = (rating - GOOD) * (10 - d) / 9, 1 - self._w[7]
        towards = d - w[6] * more
        value = w[7] * easy + stays * towards
        self.d = value.clamp(EASIEST, HARDEST)
        if self._slopes:
            slopes = self._d_by[:, : len(d)] * (stays * (1 + w[6] * (rating - GOOD) / 9))
            slopes[0] += w[7]
            slopes[1] -= w[7] * 3 * exp(3 * w[5])
            slopes[2] -= stays * more
            slopes[3] += easy - towards
            self._d_by = slopes * ((value > EASIEST) & (value < HARDEST))


def _kept(w: Sequence[float], s: Tensor, d: Tensor, gone: Tensor, one: Step) -> Part:
    """Recalled on a later day: the longer it was, and the less likely, the more it lasts."""
    log_s, ease = s.log(), 1 + one.hard * (w[15] - 1) + one.easy * (w[16] - 1)
    bare = (w[8] + (1 - w[9]) * log_s).exp() * (11 - d)
    grown = (w[10] * gone).exp()
    more = bare * (grown - 1)
    gain = more * ease
    by_w = {8: gain, 9: -gain * log_s, 10: bare * ease * gone * grown}
    by_w |= {15: more * one.hard, 16: more * one.easy}
    by_s, by_r = 1 + (1 - w[9]) * gain / s, -w[10] * bare * ease * grown
    return Part(s + gain, by_s, -gain / (11 - d), by_r, by_w)


def _lost(torch: Any, w: Sequence[float], s: Tensor, d: Tensor, gone: Tensor) -> Part:
    """Forgotten on a later day: what is left, but no more than a share of what was."""
    log_d, log_s = d.log(), s.log1p()
    power, scale = (w[13] * log_s).exp(), (w[14] * gone - w[12] * log_d).exp()
    left, most = w[11] * scale * (power - 1), s * exp(-w[17] * w[18])
    under = (left < most).double()
    held = under * left
    by_w = {11: under * scale * (power - 1), 12: -held * log_d, 13: under * w[11] * scale * power * log_s}
    by_w |= {14: held * gone, 17: (under - 1) * w[18] * most, 18: (under - 1) * w[17] * most}
    by_s = torch.where(left < most, w[11] * scale * w[13] * power / (s + 1), most / s)
    return Part(torch.minimum(left, most), by_s, -w[12] * held / d, -w[14] * held, by_w)


def _same_day(w: Sequence[float], s: Tensor, one: Step) -> Part:
    """Answered again on the same day: only Again makes it shorter."""
    log_s, above = s.log(), one.rating - GOOD + w[18]
    factor = (w[17] * above - w[19] * log_s).exp()
    free = ((factor > 1) | (one.rating == AGAIN)).double()
    value = s * (1 + free * (factor - 1))
    by_w = {17: free * value * above, 18: free * value * w[17], 19: -free * value * log_s}
    none = 0.0 * s
    return Part(value, 1 + free * (factor * (1 - w[19]) - 1), none, none, by_w)


class Fit:
    """Finds the weights that a log is likeliest under, and they themselves are among all people's."""

    def __init__(self, torch: Any, request: Mapping[str, Any]) -> None:
        def double(name: str) -> Tensor:
            return torch.tensor(request[name], dtype=torch.double)

        self._torch = torch
        self._start, self._usual, self._spread = double("start"), double("defaults"), double("spread")
        self._low, self._high = double("low"), double("high")

    def run(self, columns: Columns) -> tuple[list[float], float, int]:
        """The weights, the loss of all labels under them without the prior, and how many passes it took.

        Newton's steps by Fisher's matrix, shorter where one leads uphill; a weight at a bound stays there.
        """
        torch, w, damping, passes = self._torch, self._start, DAMPING, 1
        enough = ENOUGH * (1000 + len(columns.places))
        now, loss, gradient, matrix = self._of(columns, w)
        while passes < PASSES:
            free = ~(((w <= self._low) & (gradient > 0)) | ((w >= self._high) & (gradient < 0)))
            held = matrix + torch.diag(damping * matrix.diagonal())
            step = torch.zeros_like(w)
            step[free] = torch.linalg.solve(held[free][:, free], gradient[free])
            if gradient @ step < 2 * enough:
                break
            tried, passes = (w - step).clamp(self._low, self._high), passes + 1
            found = self._of(columns, tried)
            if (gain := now - found[0]) < 0:
                damping *= 10
                continue
            w, damping = tried, max(damping / 10, DAMPING)
            now, loss, gradient, matrix = found
            if gain < enough:
                break
        return w.tolist(), loss, passes

    def _of(self, columns: Columns, w: Tensor) -> tuple[float, float, Tensor, Tensor]:
        loss, gradient, matrix = columns.slopes(w.tolist())
        apart = (w - self._usual) / self._spread
        gradient += 2 * apart / self._spread
        matrix += self._torch.diag(2 / self._spread**2)
        return loss + float((apart * apart).sum()), loss, gradient, matrix


class Fold:
    """The labels from `begin` to `end`, foretold from those before `begin`."""

    def __init__(self, past: Log, fit: Fit, begin: int, end: int) -> None:
        self._past, self._fit, self._torch = past, fit, past.torch
        self._before, self._labels = past.labels[:begin], past.labels[begin:end]

    def result(self, request: Mapping[str, Any]) -> Facts:
        """Sums that add up over folds; a list of predictors is in the order of `comparing.NAMES`."""
        torch, past, labels = self._torch, self._past, self._labels
        weights, _loss, passes = self._fit.run(Columns(past, self._before))
        columns = Columns(past, labels)
        rows = [*self._simple(), columns.predictions(request["defaults"]), columns.predictions(weights)]
        p, y = torch.stack(rows), past.recalled[labels]
        kept = p.clamp(CERTAIN, 1 - CERTAIN)
        losses = -(1 - y - kept).abs().log()
        return {
            "count": len(labels),
            "log_loss": losses.sum(1).tolist(),
            "bins": self._bins(p, y),
            "calibration": [self._calibration(one, y) for one in p],
            "histogram": [[_counts(torch, one[y == label], HISTOGRAM) for label in (0, 1)] for one in p],
            "replicates": self._replicates(losses, request["replicates"]),
            "weights": weights,
            "passes": passes,
        }

    def _simple(self) -> list[Tensor]:
        """Fair SM-2, SM-2 as the public benchmark has it, the average, and the moving average."""
        torch, past, before, labels = self._torch, self._past, self._before, self._labels
        ones, every = torch.ones, past.labels[: len(before) + len(labels)]
        days = past.elapsed[every].double()
        planned = past.planned[every].double().clamp(min=1)
        features = torch.stack([ones(len(every), dtype=torch.double), days.log(), planned.log()], 1)
        known, old = past.recalled[before], len(before)
        curve = features @ _logistic(torch, features[:old], known)
        average = (known.sum() + 1) / (len(known) + 2)  # a log of nothing but passes promises no more
        moving, logit = [], FIRST
        for recalled in past.recalled[every].tolist():
            moving.append(1 / (1 + exp(-logit)))
            logit += STEP * (recalled - moving[-1])
        return [
            curve[old:].sigmoid(),
            0.9 ** (days / planned)[old:],
            average.expand(len(labels)),
            torch.tensor(moving[old:], dtype=torch.double),
        ]

    def _bins(self, p: Tensor, y: Tensor) -> list[list[float]]:
        """The bins of time, answers and lapses; of each, how many, how many recalled, sums of predictions."""
        torch, past, labels = self._torch, self._past, self._labels
        kinds = (past.elapsed, 3.62), (past.number + 1, 1.89), (past.lapses, 1.73)
        kept = [(one[labels], base) for one, base in kinds]
        keys = [  # of nothing there is a bin of its own, -1
            torch.where(one > 0, (one.clamp(min=1).double().log() / log(base)).floor(), -1.0)
            for one, base in kept
        ]
        found, where = torch.stack(keys, 1).unique(dim=0, return_inverse=True)
        values = torch.cat([torch.ones(1, len(y), dtype=torch.double), y[None], p])
        sums = torch.zeros(len(values), len(found), dtype=torch.double).index_add(1, where, values)
        return [[*map(int, key), *one] for key, one in zip(found.tolist(), sums.T.tolist())]

    def _calibration(self, p: Tensor, y: Tensor) -> list[list[float]]:
        """In ten bins: the sum of predictions, how many were recalled, and how many there are."""
        where = (p * CALIBRATION).long().clamp(max=CALIBRATION - 1)
        values = self._torch.stack([p, y, self._torch.ones_like(y)], 1)
        sums = self._torch.zeros(CALIBRATION, 3, dtype=values.dtype).index_add(0, where, values)
        found: list[list[float]] = sums.tolist()
        return found

    def _replicates(self, losses: Tensor, count: int) -> list[list[float]]:
        """A row of sums of each predictor's loss, and one of counts, over cards drawn anew `count` times.

        How often a card is drawn has a Poisson distribution, and depends on its place among the cards
        alone: it is the same in each fold.
        """
        torch, past = self._torch, self._past
        rows = torch.cat([losses, torch.ones_like(losses[:1])])
        cards = torch.zeros(len(rows), past.count, dtype=rows.dtype).index_add(
            1, past.card[self._labels], rows
        )
        sums = torch.zeros(len(rows), count, dtype=torch.float)
        for begin in range(0, past.count, CARDS):
            some = cards[:, begin : begin + CARDS].float()
            seed = torch.Generator().manual_seed(begin)
            sums += some @ torch.poisson(torch.ones(some.shape[1], count), generator=seed)
        places = 6 - len(
            str(len(losses[0]))
        )  # so that a million answers' sums are no longer than a thousand's
        return [[round(one, places) for one in row] for row in sums.tolist()]


def _counts(torch: Any, p: Tensor, bins: int) -> list[int]:
    where = (p * bins).long().clamp(max=bins - 1)
    found: list[int] = torch.bincount(where, minlength=bins).tolist()
    return found


def _logistic(torch: Any, features: Tensor, y: Tensor) -> Tensor:
    """The coefficients of a logistic regression, by Newton's steps, with a small ridge."""
    ridge = RIDGE * torch.eye(features.shape[1], dtype=torch.double)
    found = torch.zeros(features.shape[1], dtype=torch.double)
    for _step in range(25):
        p = (features @ found).sigmoid()
        matrix = (features.T * (p * (1 - p))) @ features + ridge
        found = found - torch.linalg.solve(matrix, features.T @ (p - y) + ridge @ found)
    return found
