"""FSRS-6: how long a memory lasts, from the days and grades of a card's answers.

The formulas, defaults and bounds are those of the open-spaced-repetition project (py-fsrs, fsrs-optimizer);
tests hold ours to its library. A replay has to give the same on every machine, and C's `exp` and `log`
differ in their last digit from one to the next: ours are of + - * / alone, which all machines round alike.
"""

from functools import cached_property, lru_cache
from math import frexp, ldexp
from typing import NamedTuple

from ptcards.config import LEAST_RETENTION, MOST_RETENTION
from ptcards.language import _
from ptcards.scheduling.sm2 import LONGEST_INTERVAL

_W = "0.212 1.2931 2.3065 8.2956 6.4133 0.8334 3.0194 0.001 1.8722 0.1666 0.796 1.4835 0.0614 0.2629 1.6483"
DEFAULTS = tuple(map(float, f"{_W} 0.6014 1.8729 0.5425 0.0912 0.0658 0.1542".split()))
"""The 21 parameters, w0 to w20, of who has fitted none."""
LOW = (*[0.001] * 4, 1, 0.001, 0.001, 0.001, 0, 0, *[0.001] * 4, 0, 0, 1, 0, 0, 0.01, 0.1)
HIGH = (*[100] * 4, 10, 4, 4, 0.75, 4.5, 0.8, 3.5, 5, 0.25, 0.9, 4, 1, 6, 2, 2, 0.8, 0.8)
_SD = (
    "6.43 9.66 17.58 27.85 0.57 0.28 0.6 0.12 0.39 0.18 0.33 0.3 0.09 0.16 0.57 0.25 1.03 0.31 0.32 0.14 0.27"
)
SPREAD = tuple(map(float, _SD.split()))
"""How the parameters vary from one person to the next: a fit's prior, as standard deviations."""
RATINGS = (1, 1, 1, 2, 3, 4)
"""FSRS' rating, Again to Easy, of each of SM-2's grades."""
_SHORTEST, _LONGEST = 0.001, 36_500.0  # stability, in days
_AGAIN, _HARD, _EASY = 1, 2, 4
_LN2, _LN2_REST = 0.6931471803691238, 1.9082149292705877e-10  # the first has few digits: times a whole number
_ROOT = 0.7071067811865476


def _exp(x: float) -> float:
    twos = round(x / _LN2)
    x = x - twos * _LN2 - twos * _LN2_REST
    total = 1 / 39916800 + x * (1 / 479001600 + x * (1 / 6227020800 + x * (1 / 87178291200)))
    total = 1 / 5040 + x * (1 / 40320 + x * (1 / 362880 + x * (1 / 3628800 + x * total)))
    total = 1 / 6 + x * (1 / 24 + x * (1 / 120 + x * (1 / 720 + x * total)))
    return ldexp(1 + x * (1 + x * (1 / 2 + x * total)), twos)


def _log(x: float) -> float:
    part, twos = frexp(x)
    if part < _ROOT:
        part, twos = part * 2, twos - 1
    ratio = (part - 1) / (part + 1)
    square = ratio * ratio
    total = 1 / 13 + square * (1 / 15 + square * (1 / 17 + square * (1 / 19 + square * (1 / 21))))
    total = 1 / 5 + square * (1 / 7 + square * (1 / 9 + square * (1 / 11 + square * total)))
    total = 1 + square * (1 / 3 + square * total)
    return twos * _LN2 + (twos * _LN2_REST + 2 * ratio * total)


def _power(base: float, exponent: float) -> float:
    return _exp(exponent * _log(base))


class _Given(NamedTuple):
    retention: float = 0.9
    weights: tuple[float, ...] = DEFAULTS


class Rules(_Given):
    """What intervals are reckoned by: the recall that is wanted, and the 21 parameters."""

    @staticmethod
    @lru_cache(maxsize=64)
    def read(text: str) -> "Rules":
        """Of a text as `str` makes it; ValueError where it is none, or a number is out of bounds."""
        retention, *weights = map(float, text.split(" "))
        if not LEAST_RETENTION <= retention <= MOST_RETENTION:
            raise ValueError(_("a retention from {} to {} is wanted", LEAST_RETENTION, MOST_RETENTION))
        if weights and (wrong := out_of_bounds(weights)):
            raise ValueError(wrong)
        return Rules(retention, tuple(weights) or DEFAULTS)

    def __str__(self) -> str:
        own = () if self.weights == DEFAULTS else self.weights
        return " ".join(map(repr, (self.retention, *own)))

    @cached_property
    def constants(self) -> "_Constants":
        """What is the same for all memories under these rules."""
        w = self.weights
        factor = _power(0.9, -1 / w[20]) - 1
        days = (_power(self.retention, -1 / w[20]) - 1) / factor
        return _Constants(factor, _exp(w[8]), _exp(w[17] * w[18]), _first_difficulty(w, _EASY), days)


def out_of_bounds(weights: object) -> str:
    """What is wrong with parameters, whoever gives them, in words; "" where nothing is."""
    if not isinstance(weights, (list, tuple)) or any(type(one) not in (int, float) for one in weights):
        return _("a list of numbers is wanted")
    if len(weights) != len(DEFAULTS):
        return _("{} parameters are wanted, not {}", len(DEFAULTS), len(weights))
    bounds = enumerate(zip(LOW, weights, HIGH, strict=True))
    wrong = ((n, *one) for n, one in bounds if not one[0] <= one[1] <= one[2])
    said = (_("w{} = {} is not from {} to {}", n, w, low, high) for n, low, w, high in wrong)
    return next(said, "")


class _Constants(NamedTuple):
    factor: float  # of the curve of forgetting
    growth: float  # e^w8
    least_loss: float  # e^(w17 w18): a lapse shortens a stability at least by this
    easy: float  # the difficulty that all others are drawn to
    days: float  # an interval by its stability


def _first_difficulty(w: tuple[float, ...], rating: int) -> float:
    return w[4] - _exp(w[5] * (rating - 1)) + 1


class Memory(NamedTuple):
    """What is remembered of a card, under some rules."""

    rules: Rules = Rules()
    stability: float = 0.0  # days until the chance of recall is 0.9; 0 where nothing is remembered yet
    difficulty: float = 0.0  # 1 to 10
    day: int | None = None  # the study day of the last answer

    def recall(self, day: int) -> float:
        """The chance of recall on a study day, 0 to 1; 0 where nothing is remembered yet."""
        if self.day is None:
            return 0.0
        elapsed = max(0, day - self.day)
        return _power(1 + self.rules.constants.factor * elapsed / self.stability, -self.rules.weights[20])

    def grade(self, q: int, day: int) -> "Memory":
        """What is remembered after grade `q` (0 to 5) on a study day."""
        rating, rules, w = RATINGS[q], self.rules, self.rules.weights
        if self.day is None:
            stability, difficulty = w[rating - 1], _first_difficulty(w, rating)
        else:
            stability = self._after(rating, day)
            towards = self.difficulty - w[6] * (rating - 3) * (10 - self.difficulty) / 9
            difficulty = w[7] * rules.constants.easy + (1 - w[7]) * towards
        stability, difficulty = max(_SHORTEST, min(stability, _LONGEST)), max(1.0, min(difficulty, 10.0))
        return Memory(rules, stability, difficulty, day if self.day is None else max(day, self.day))

    def _after(self, rating: int, day: int) -> float:
        stability, difficulty, w, known = (
            self.stability,
            self.difficulty,
            self.rules.weights,
            self.rules.constants,
        )
        if day <= (self.day or 0):
            more = _exp(w[17] * (rating - 3 + w[18])) * _power(stability, -w[19])
            return stability * (more if rating == _AGAIN else max(more, 1.0))
        forgotten = 1 - self.recall(day)
        if rating == _AGAIN:
            left = w[11] * _power(difficulty, -w[12]) * (_power(stability + 1, w[13]) - 1)
            return min(left * _exp(w[14] * forgotten), stability / known.least_loss)
        ease = w[15] if rating == _HARD else w[16] if rating == _EASY else 1.0
        gain = known.growth * (11 - difficulty) * _power(stability, -w[9]) * (_exp(w[10] * forgotten) - 1)
        return stability * (1 + gain * ease)

    @property
    def interval(self) -> int:
        """Days until the chance of recall has come down to what is wanted: at least one."""
        return max(1, min(round(self.stability * self.rules.constants.days), LONGEST_INTERVAL))


def from_sm2(rules: Rules, interval: int, ease: int, day: int) -> Memory:
    """The memory that a schedule of SM-2's speaks of, where nothing else is known: `ease` in hundredths."""
    w, stability = rules.weights, max(_SHORTEST, min(float(interval), _LONGEST))
    gain = _exp(w[8]) * _power(stability, -w[9]) * (_exp(w[10] * 0.1) - 1)
    return Memory(rules, stability, max(1.0, min(11 - (ease / 100 - 1) / gain, 10.0)), day)


def stated(rules: Rules, stability: object, difficulty: object, day: int) -> Memory | None:
    """The memory that another program, or a file, speaks of; None where its numbers are none of FSRS'."""
    known = []
    for number, low, high in ((stability, _SHORTEST, _LONGEST), (difficulty, 1, 10)):
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not low <= number <= high:
            return None
        known.append(float(number))
    return Memory(rules, known[0], known[1], day)
