"""What a comparison of SM-2 and FSRS says of one's own log, in words, tables and charts."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Self

from ptcards.language import _, counted, later
from ptcards.scheduling.days import iso
from ptcards.scheduling.fsrs import out_of_bounds
from ptcards.statistics.drawing import Bars, Point, Section, Table
from ptcards.statistics.numbers import NONE, Rate, dated

LEAST, LEAST_FITTED = 400, 1000
"""Next-day reviews that a comparison needs, and that fitted parameters need to be adopted."""
TOO_EARLY = later("Too early: {:,} of {:,} next-day reviews.")
TO_PLAN = later('To let FSRS plan: scheduler = "fsrs" in config.toml, or o at home.')
NEVER_RUN = later("Not compared yet: ptcards compare does it, or c in the statistics of the app.")
_CALLED = {
    "sm2-fair": later("SM-2, fair"),
    "sm2-benchmark": later("SM-2, as the public benchmark"),
    "average": later("the average"),
    "moving-average": later("the moving average"),
    "fsrs-defaults": later("FSRS, defaults"),
    "fsrs-fitted": later("FSRS, fitted"),
}
_SM2, _DEFAULTS, _FITTED = "sm2-fair", "fsrs-defaults", "fsrs-fitted"
_PAIRS = ((_DEFAULTS, _SM2), (_FITTED, _SM2), (_FITTED, _DEFAULTS))
_Z, _POWER_Z = 1.959964, 0.841621  # 95 % confidence, 80 % power


class Range(NamedTuple):
    """How much more of something there is, with the interval that holds the truth with 95 % confidence."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return _("{:+.3f} ({:+.3f} to {:+.3f})", *self)


class Arm(NamedTuple):
    """What the cards came to that the trial gave to one algorithm."""

    cards: int = 0
    answers: int = 0
    squares: int = 0  # the sum of each card's answers squared
    recalled: int = 0  # of
    scored: int = 0  # next-day reviews

    @property
    def per_card(self) -> Range:
        """Answers a card; the interval is as wide as there can be where one card is all there is."""
        if not self.cards:
            return Range(0.0, 0.0, math.inf)
        mean = self.answers / self.cards
        spread = max(0.0, self.squares / self.cards - mean * mean) / max(1, self.cards - 1)
        half = _Z * math.sqrt(spread) if self.cards > 1 else math.inf
        return Range(mean, max(0.0, mean - half), mean + half)

    @property
    def retention(self) -> Rate:
        return Rate(self.recalled, self.scored)

    @property
    def figures(self) -> dict[str, Any]:
        mean, *ends = self.per_card
        interval = [round(end, 4) if end < math.inf else None for end in ends]
        reviews = {"mean": round(mean, 4), "interval": interval}
        return {"cards": self.cards, "reviews_per_card": reviews, "retention": self.retention.figures}


def reviews_needed(one: float = 0.90, other: float = 0.85) -> int:
    """Next-day reviews an arm that tell two retentions apart, at 95 % confidence with 80 % power.

    n = (1.96 sqrt(2 m (1 - m)) + 0.84 sqrt(p (1 - p) + q (1 - q)))^2 / (p - q)^2, with m the mean of p and q:
    686 for 0.90 and 0.85.
    """
    middle = (one + other) / 2
    same, apart = 2 * middle * (1 - middle), one * (1 - one) + other * (1 - other)
    return math.ceil(((_Z * math.sqrt(same) + _POWER_Z * math.sqrt(apart)) / (one - other)) ** 2)


class Comparison(NamedTuple):
    """A comparison as it is kept."""

    log: str  # what it was made from, as a hash
    day: int
    answers: int
    scored: int  # next-day reviews: repetitions on a later day than the card's answer before
    rows: Sequence[Mapping[str, Any]]
    differences: Sequence[Mapping[str, Any]]
    weights: Sequence[float] | None = None  # fitted to everything, where they may be adopted
    trial: Mapping[str, Sequence[int]] | None = None  # an `Arm` by algorithm

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """Of its JSON; None where there is none, or another version's."""
        try:
            return None if text is None else cls(**json.loads(text))
        except (ValueError, TypeError):
            return None

    def __str__(self) -> str:
        return json.dumps(self._asdict(), separators=(",", ":"))

    def difference(self, of: str, against: str) -> Range | None:
        """How much more log loss one predictor has than the other: less than 0 where it predicts better."""
        for one in self.differences:
            mean, low, high = (float(one[name]) for name in Range._fields)
            if (one["of"], one["against"]) == (of, against):
                return Range(mean, low, high)
            if (one["of"], one["against"]) == (against, of):
                return Range(-mean, -high, -low)
        return None

    @property
    def fitted_is_better(self) -> bool:
        """Out of sample, and there is enough of it: the fitted parameters may be adopted."""
        found = self.difference(_FITTED, _DEFAULTS)
        return self.scored >= LEAST_FITTED and found is not None and found.high < 0

    @property
    def refusal(self) -> str:
        """Why the fitted parameters cannot be adopted, in a sentence; "" where they can."""
        if self.scored < LEAST_FITTED:
            words = later("Fitted parameters can be adopted from {:,} next-day reviews on; you have {:,}.")
            return _(words, LEAST_FITTED, self.scored)
        if not self.fitted_is_better:
            words = later("Fitted to your log, FSRS predicts no better than with its defaults: log loss {}.")
            return _(words, self.difference(_FITTED, _DEFAULTS) or NONE)
        if wrong := out_of_bounds(self.weights or ()):
            return _("The fitted parameters cannot be used: {}.", wrong)
        return ""

    @property
    def better(self) -> str:
        """Whose predictions are better beyond chance: `fsrs` or `sm2`; "" where the log cannot tell."""
        found = self.difference(_FITTED if self.fitted_is_better else _DEFAULTS, _SM2)
        return "" if found is None else "fsrs" if found.high < 0 else "sm2" if found.low > 0 else ""

    @property
    def verdict(self) -> str:
        """What it comes to, in a sentence or two."""
        name = _("FSRS fitted to your log") if self.fitted_is_better else _("FSRS with its defaults")
        if not self.better:
            words = later("SM-2 and {} predict your recall equally well, as far as your log can tell.")
            return _(words, name)
        words = later("SM-2 predicts your recall better than {} here. It does not say that you learn more.")
        if self.better == "fsrs":
            words = later(
                "{} predicts your recall better than SM-2 here. It does not say that you learn more."
            )
        return _(words, name)


class Adopted(NamedTuple):
    """The newest parameters of FSRS that were adopted."""

    day: int
    reviews: int  # next-day reviews that they were fitted to; 0 where the defaults were
    figures: Mapping[str, Any] = {}

    @classmethod
    def read(cls, day: int, details: str | None) -> Self:
        facts = json.loads(details or "{}")
        reviews, figures = facts.get("reviews"), facts.get("figures")  # a merged log may have anything there
        return cls(day, reviews if type(reviews) is int else 0, figures if isinstance(figures, dict) else {})


class Standing(NamedTuple):
    """Where the learner stands: what was compared, what was adopted, and how long the log is now."""

    scored: int
    kept: Comparison | None = None
    adopted: Adopted | None = None
    schedules: bool = False  # FSRS plans the cards of some deck

    @property
    def before(self) -> int:
        """How many next-day reviews there were when it was last compared or adopted; 0 where never."""
        return max(self.kept.scored if self.kept else 0, self.adopted.reviews if self.adopted else 0)

    @property
    def doubled(self) -> str:
        """That the log is twice as long by now, in a sentence; "" where it is not."""
        if not self.before or self.scored < 2 * self.before:
            return ""
        words = later(
            "Since SM-2 and FSRS were compared your log has doubled ({:,} to {:,}): ptcards compare"
        )
        return _(words, self.before, self.scored)

    @property
    def figures(self) -> dict[str, Any]:
        """As JSON."""
        kept, adopted = self.kept, self.adopted
        facts = None
        if kept is not None:
            facts = {"day": iso(kept.day), **{name: getattr(kept, name) for name in ("answers", "scored")}}
            facts |= {"verdict": kept.verdict, "rows": kept.rows, "differences": kept.differences}
            facts |= {"weights": kept.weights, "refusal": kept.refusal or None}
            arms = {name: Arm(*one).figures for name, one in (kept.trial or {}).items()}
            facts["trial"] = arms | {"needed": reviews_needed()} if arms else None
        last = None if adopted is None else adopted._asdict() | {"day": iso(adopted.day)}
        now = {"scored": self.scored, "needed": LEAST, "doubled": bool(self.doubled)}
        return {**now, "adopted": last, "kept": facts}


def sections(now: Standing) -> Iterator[tuple[str, Section]]:
    """What there is to say of it, by the names of sections."""
    kept = now.kept
    if kept is None:
        yield "comparison", Section([_(TOO_EARLY, now.scored, LEAST) if now.scored < LEAST else _(NEVER_RUN)])
        return
    facts = [kept.verdict]
    facts.append(_("compared on {} with {}", dated(kept.day), counted(kept.scored, "next-day review")))
    facts += _differences(kept)
    facts += _surprise(kept)
    words = later(
        "A log that SM-2 scheduled holds only intervals that SM-2 chose: of others this says nothing."
    )
    facts += [_(words), *_what_next(now, kept), _("log loss of each, less is better:")]
    points, rows = [], []
    for row in kept.rows:
        name, loss = _(_CALLED.get(row["name"], row["name"])), float(row["log_loss"])
        points.append(Point(name, loss, f"{loss:.4f}"))
        rows.append((name, f"{loss:.4f}", f"{row['rmse_bins']:.4f}", _number(row["auc"])))
    yield "comparison", Section(facts, Bars(points), Table(_("predictor|log loss|RMSE(bins)|AUC"), rows))
    yield "calibration", _calibration(kept)
    if kept.trial:
        yield "trial", _trial({name: Arm(*one) for name, one in kept.trial.items()})


def _number(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _differences(kept: Comparison) -> Iterator[str]:
    for of, against in _PAIRS:
        if (found := kept.difference(of, against)) is not None:
            known = _("better") if found.high < 0 else _("worse") if found.low > 0 else _("may be chance")
            names = _(_CALLED[of]), _(_CALLED[against])
            yield _("{} - {}: log loss {}, {}", *names, found, known)


def _surprise(kept: Comparison) -> Iterator[str]:
    """What knows nothing of a card's history does as well as those that do."""
    losses = {row["name"]: float(row["log_loss"]) for row in kept.rows}
    best = min(losses, key=losses.__getitem__, default="")
    if best in ("average", "moving-average"):
        yield _("Least log loss of all has {}, which knows nothing of the card.", _(_CALLED[best]))


def _what_next(now: Standing, kept: Comparison) -> Iterator[str]:
    adopted = now.adopted
    if adopted is not None:
        fitted = _("fitted to {}", counted(adopted.reviews, "next-day review"))
        which = fitted if adopted.reviews else _("the defaults")
        yield _("FSRS' parameters: {}, adopted on {}", which, dated(adopted.day))
    if now.doubled:
        yield now.doubled
    elif kept.refusal:
        yield kept.refusal
    elif adopted is None or adopted.reviews < kept.scored:
        yield _("The fitted parameters predict better than the defaults: ptcards compare --adopt takes them.")
    if not now.schedules and kept.better == "fsrs":
        yield _(TO_PLAN)


def _calibration(kept: Comparison) -> Section:
    """Of what was predicted, how much was recalled: of SM-2, and of the FSRS that may be used."""
    shown, points, rows = (_SM2, _FITTED if kept.fitted_is_better else _DEFAULTS), [], []
    for row in kept.rows:
        for predicted, recalled, count in row["calibration"] if row["name"] in shown else ():
            rate = Rate(round(recalled * count), count)
            label = _("{}: {:.0f} % predicted", _(_CALLED[row["name"]]), 100 * predicted)
            points.append(Point(label, rate.share, _("{} of {:,} recalled", rate.percent, rate.of)))
            rows.append((label, *rate.cells))
    return Section((), Bars(points, most=1.0), Table(_("predicted|reviews|recalled|95 %"), rows))


def _trial(arms: Mapping[str, Arm]) -> Section:
    """What both arms came to, and how many reviews they still need."""
    needed, facts, rows = reviews_needed(), list[str](), list[tuple[str, ...]]()
    for name, called in (("sm2", "SM-2"), ("fsrs", "FSRS")):
        arm = arms.get(name, Arm())
        mean, low, high = arm.per_card
        range_ = _("{:.1f} to {:.1f}", low, high) if high < math.inf else NONE
        of, share, between = arm.retention.cells
        rows.append((called, f"{arm.cards:,}", f"{mean:.1f}", range_, of, share, between))
        given = f"{mean:.1f}", range_, share, counted(arm.scored, "next-day review"), between
        facts.append(_("{}: {} reviews a card ({}), {} of {} recalled ({})", called, *given))
        if (more := needed - arm.scored) > 0:
            reviews = counted(more, "next-day review")
            facts.append(_("{}: {} more are needed to tell a retention of 0.90 from 0.85", called, reviews))
    if min(arms.get(name, Arm()).scored for name in ("sm2", "fsrs")) >= needed:
        facts.append(_("these are enough to tell a retention of 0.90 from 0.85"))
    head = _("arm|cards|reviews|95 %|next-day|recalled|95 %")
    return Section(facts, None, Table(head, rows))
