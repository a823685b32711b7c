"""A year of a learner whose memory is known, under SM-2 and under FSRS: what each costs, and what is known.

python -m tests.benchmarks.scheduling [DAYS [SEEDS]]        (default: 365 10)

The learner forgets as FSRS-6 says, by parameters of their own; what they answer is a matter of chance.
"""

import random
import statistics
import sys
from collections.abc import Callable
from typing import NamedTuple

from ptcards.scheduling import sm2
from ptcards.scheduling.fsrs import DEFAULTS, HIGH, LOW, SPREAD, Memory, Rules
from ptcards.scheduling.sm2 import GOOD, NEW, Schedule

CARDS, NEW_A_DAY, MONTH = 200, 5, 30
FIRST = {1: 0.3, 3: 0.1, 4: 0.5, 5: 0.1}
"""How often the first answer to a card gets each grade: what is not known yet, no memory explains."""
RECALLED = {3: 0.1, 4: 0.8, 5: 0.1}
AVERAGE = Rules(weights=DEFAULTS)


class Year(NamedTuple):
    """What came of it."""

    asked: list[int]  # repetitions, day by day
    drilled: int  # answers in the drill of a day
    recalled: int  # of the repetitions
    known: float  # the mean chance of recall over all cards, on the last day
    lapsed: int  # cards that were forgotten at least once after a first pass
    introduced: int
    answers: int  # of every kind


def learner(seed: int) -> Rules:
    """Somebody as people differ: parameters around the defaults, a better first grade never remembered less."""
    chance = random.Random(seed)
    drawn = [chance.gauss(w, sd) for w, sd in zip(DEFAULTS, SPREAD, strict=True)]
    held = [max(low, min(w, high)) for low, w, high in zip(LOW, drawn, HIGH, strict=True)]
    return Rules(weights=(*sorted(held[:4]), *held[4:]))


def live(rules: Rules | None, own: Rules, seed: int, days: int, cards: int = CARDS) -> Year:
    """Days of a learner who remembers by `own` rules, planned by FSRS under `rules`, or by SM-2."""
    # A stream of luck for each card: the same card is as easy under either scheduler.
    chances = [random.Random(f"{seed} {card}") for card in range(cards)]
    schedules: list[Schedule] = [NEW] * cards
    memories, plans = [Memory(own)] * cards, [Memory(rules or own)] * cards
    asked, drilled, recalled = [0] * days, 0, 0
    for day in range(days):
        fresh = NEW_A_DAY
        for card, (schedule, chance) in enumerate(zip(schedules, chances, strict=True)):
            if schedule.due_day is None:
                if not fresh:
                    continue
                fresh -= 1
                grades = FIRST
            elif schedule.due_day > day:
                continue
            else:
                asked[day] += 1
                grades = RECALLED if chance.random() < memories[card].recall(day) else {1: 1.0}
                recalled += grades is RECALLED
            (q,) = chance.choices([*grades], [*grades.values()])
            memories[card], plans[card] = memories[card].grade(q, day), plans[card].grade(q, day)
            interval = None if rules is None else plans[card].interval
            schedules[card] = sm2.grade(schedule, q, day, own_interval=interval)
            if q < GOOD:
                # It comes back on the same day until it is Good, and what was just seen is known.
                memories[card], plans[card] = memories[card].grade(GOOD, day), plans[card].grade(GOOD, day)
                schedules[card], drilled = sm2.drill(schedules[card], GOOD, day), drilled + 1
    seen = [memory for memory in memories if memory.day is not None]
    known = statistics.fmean(memory.recall(days) for memory in seen)
    lapsed, answers = (
        sum(each) for each in zip(*((s.lapses > 0, s.answers) for s in schedules), strict=True)
    )
    return Year(asked, drilled, recalled, known, lapsed, len(seen), answers)


COLUMNS: dict[str, Callable[[Year], float]] = {
    "reviews a day": lambda year: statistics.fmean(year.asked),
    "last month": lambda year: statistics.fmean(year.asked[-MONTH:]),
    "recalled of them, %": lambda year: 100 * year.recalled / max(1, sum(year.asked)),
    "known at the end, %": lambda year: 100 * year.known,
    "cards lapsed": lambda year: year.lapsed,
}
LEARNERS: dict[str, Callable[[int], Rules]] = {
    "as the defaults": lambda seed: AVERAGE,
    "as people differ": learner,
}
SCHEDULERS: dict[str, Callable[[Rules], Rules | None]] = {
    "SM-2": lambda own: None,
    "FSRS 0.9, defaults": lambda own: AVERAGE,
    "FSRS 0.9, own parameters": lambda own: own,
    "FSRS 0.85, own parameters": lambda own: Rules(0.85, own.weights),
    "FSRS 0.8, own parameters": lambda own: Rules(0.8, own.weights),
}


def main(days: int = 365, seeds: int = 10) -> None:
    print(f"| learner | scheduler | {' | '.join(COLUMNS)} |\n|{'---|' * (2 + len(COLUMNS))}")
    for who, drawn in LEARNERS.items():
        for name, planned in SCHEDULERS.items():
            if drawn(0) == AVERAGE and "0.9, own" in name:
                continue
            years = [live(planned(drawn(seed)), drawn(seed), seed, days) for seed in range(seeds)]
            cells = [[column(year) for year in years] for column in COLUMNS.values()]
            said = [f"{statistics.fmean(cell):.1f} ± {statistics.stdev(cell):.1f}" for cell in cells]
            print(f"| {who} | {name} | {' | '.join(said)} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
