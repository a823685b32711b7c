"""SM-2 and FSRS compared on one's own log, and parameters of FSRS adopted where they predict better."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from hashlib import blake2b
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from ptcards.errors import CancelledError, PtcardsError, StoreError
from ptcards.language import _
from ptcards.runner.runner import STOPPED
from ptcards.scheduling.events import Kind, Role, Step, is_remembered, json_text
from ptcards.scheduling.fsrs import DEFAULTS, HIGH, LOW, RATINGS, SPREAD
from ptcards.statistics.comparing import report
from ptcards.statistics.verdict import LEAST, TOO_EARLY, Arm, Comparison
from ptcards.study.desk import COMPARISON, Desk
from ptcards.study.scheduler import parameters, recorded_arm

FOLDS, REPLICATES = 5, 1000
_TOLD = "comparison-told"
_DIGITS = 4  # of adopted parameters
_PROTOCOL = 1  # Goes up where the same log may come to other figures

Progress = Callable[[int, int], None]
Answer = tuple[int, int, int, int, int]
"""When (ms), study day, FSRS' rating, whether it is a next-day review, the planned interval (days)."""


class RefusedError(PtcardsError):
    """It cannot be done as things are; nothing was changed."""

    exit_code = 1


class TooEarlyError(RefusedError):
    """The log has too few next-day reviews to compare anything."""

    def __init__(self, scored: int) -> None:
        super().__init__(_(TOO_EARLY, scored, LEAST))
        self.scored = scored


class Past(NamedTuple):
    """All that a comparison is made from."""

    cards: Sequence[Sequence[Answer]]  # A card that was reset is another one from then on
    scored: int
    trial: dict[str, Arm]

    @property
    def log(self) -> str:
        """The same for the same answers."""
        text = json.dumps([_PROTOCOL, self.cards], separators=(",", ":"))
        return blake2b(text.encode(), digest_size=16).hexdigest()


def past_of(desk: Desk) -> Past:
    """The answers in force that move a card's memory, card by card; reads the whole log."""
    cards, arms = list[list[Answer]](), defaultdict[str, Arm](Arm)
    for _card, pasts in groupby(desk.store.log.pasts(), itemgetter(0)):
        steps = [one for _, one in pasts if one.in_force]
        lives = _lives(steps)
        cards += lives
        if arm := recorded_arm(steps):
            arms[arm] = _with(arms[arm], steps, [one for life in lives for one in life])
    scored = sum(one[3] for card in cards for one in card)
    return Past(cards, scored, dict(arms))


def _lives(steps: Sequence[Step]) -> list[list[Answer]]:
    """A card's answers in order, those from elsewhere by their time; a reset begins another life."""
    elsewhere = [one for one in steps if one.event.kind == Kind.RECORDED]
    elsewhere.sort(key=lambda one: (one.event.at, one.event.id))  # their ids are in no order
    own = (one for one in steps if one.event.kind != Kind.RECORDED)
    lives, last = [list[Answer]()], -1
    for one in merge(elsewhere, own, key=lambda one: one.event.at):
        event = one.event
        if event.kind == Kind.RESET:
            lives.append([])
        elif event.q is not None and is_remembered(event):
            scored = one.role is Role.REPETITION and bool(lives[-1]) and event.day > last
            planned = one.before.interval_days if scored else 0
            last = max(last, event.day) if lives[-1] else event.day
            lives[-1].append((event.at, event.day, RATINGS[event.q], int(scored), planned))
    return [life for life in lives if life]


def _with(arm: Arm, steps: Iterable[Step], answers: Sequence[Answer]) -> Arm:
    """What an arm of the trial comes to with one more card."""
    given = sum(one.event.kind in (Kind.GRADED, Kind.DRILLED) for one in steps)
    scored = [rating > 1 for _at, _day, rating, counts, _planned in answers if counts]
    more = 1, given, given * given, sum(scored), len(scored)
    return Arm._make(map(sum, zip(arm, more, strict=True)))


def _silence(_done: int, _total: int) -> None:
    pass


def compare(desk: Desk, progress: Progress = _silence) -> Comparison:
    """What SM-2 and FSRS would have predicted, compared and kept; of the same log what is kept is given.

    Blocks for as long as the runner takes. TooEarlyError starts no runner; a RefusedError says why there is
    nothing to say, a CancelledError (also of `progress`) that it was stopped: what was kept stays.
    """
    past = past_of(desk)
    if past.scored < LEAST:
        raise TooEarlyError(past.scored)
    trial = {name: list(arm) for name, arm in past.trial.items()} or None
    kept = Comparison.read(desk.store.library.note(COMPARISON))
    if kept is None or kept.log != past.log:
        kept = _compared(desk, past, progress)
    progress(1, 1)
    kept = kept._replace(trial=trial)
    with suppress(StoreError):  # where nothing can be written it can still be read
        desk.store.library.save_note(COMPARISON, str(kept))
    return kept


def _compared(desk: Desk, past: Past, progress: Progress) -> Comparison:
    facts = {"cards": past.cards, "folds": FOLDS, "replicates": REPLICATES, "start": DEFAULTS}
    facts |= {"defaults": DEFAULTS, "low": LOW, "high": HIGH, "spread": SPREAD}
    folds = []
    for fold in range(FOLDS):
        progress(fold, FOLDS + 1)
        folds.append(_predict(desk, facts | {"fold": fold}))
    found = report(folds)
    answers = sum(map(len, past.cards))
    made = Comparison(past.log, desk.now().day, answers, past.scored, found["rows"], found["differences"])
    progress(FOLDS, FOLDS + 1)
    if made.fitted_is_better:
        weights = _predict(desk, facts | {"fold": None})["weights"]
        made = made._replace(weights=[round(float(one), _DIGITS) for one in weights])
    return made


def _predict(desk: Desk, request: dict[str, Any]) -> dict[str, Any]:
    found = desk.need_runner().predict(request)
    if why := found.get("why"):
        if why == _(STOPPED):
            raise CancelledError(_("Stopped: nothing of the comparison was kept."))
        raise RefusedError(_("Nothing was compared: {}", why))
    return found


def adopt(desk: Desk, found: Comparison) -> str:
    """Let FSRS plan by the parameters that were fitted to the log; RefusedError says why not."""
    if found.refusal:
        raise RefusedError(found.refusal)
    weights = tuple(found.weights or ())
    if parameters(desk) == weights:
        return _("These parameters are adopted already; nothing was changed.")
    losses = {row["name"]: round(row["log_loss"], 6) for row in found.rows}
    figures = {"log_loss": losses, "differences": found.differences}
    _adopted(desk, weights, found.scored, figures)
    return _("Adopted: where FSRS plans, it goes by your own parameters from now on.")


def adopt_defaults(desk: Desk) -> str:
    """Go back to the defaults of FSRS."""
    if parameters(desk) == DEFAULTS:
        return _("FSRS goes by its defaults already; nothing was changed.")
    _adopted(desk, DEFAULTS, 0, {})
    return _("Adopted: where FSRS plans, it goes by its defaults from now on.")


def _adopted(desk: Desk, weights: Sequence[float], reviews: int, figures: dict[str, Any]) -> None:
    facts = {"parameters": [*weights], "reviews": reviews, "figures": figures}
    desk.store.log.adopt(json_text(facts), *desk.now())


def notices(desk: Desk) -> tuple[str, ...]:
    """That the log has doubled since it was compared, told once; none where there is nothing to tell."""
    library = desk.store.library
    if library.note(COMPARISON) is None and desk.store.log.adopted() is None:
        return ()
    now = desk.standing(desk.store.sums.scored())
    if not now.doubled or library.note(_TOLD) == (before := str(now.before)):
        return ()
    with suppress(StoreError):
        library.save_note(_TOLD, before)
    return (now.doubled,)
