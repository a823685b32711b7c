"""A learner whose memory is known: their log, as SM-2 would have asked them.

PYTHONPATH=. python tests/statistics/learner.py HOME REVIEWS      a database with so many next-day reviews
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from ptcards.scheduling import sm2
from ptcards.scheduling.events import Kind, json_text
from ptcards.scheduling.fsrs import DEFAULTS, Memory, Rules
from ptcards.scheduling.sm2 import NEW
from tests.statistics.histories import TODAY, Maker

FORGETFUL = (0.05, 0.2, 0.4, 2.0, *DEFAULTS[4:])
"""What is learned lasts a fifth as long."""


def learned(
    scored: int, *, seed: int = 1, new: int = 4, weights: tuple[float, ...] = FORGETFUL, trial: bool = False
) -> Maker:
    """The events up to `scored` next-day reviews, `new` cards a day; the last day is today."""
    chance = random.Random(seed)
    maker, made = Maker(chance), list[tuple[int, str, int, str | None]]()
    cards, day, done = dict[str, tuple[sm2.Schedule, Memory]](), 0, 0
    while done < scored:
        for number in range(new):
            cards[f"deck-0/card-{day * new + number:04}"] = NEW, Memory(Rules(0.9, weights))
        for key, (schedule, memory) in cards.items():
            if done == scored or (schedule.due_day or 0) > day:
                continue
            first = memory.day is None
            q = 4 if chance.random() < (0.6 if first else memory.recall(day)) else 1
            arm = chance.choice(("sm2", "fsrs")) if trial and first else None
            made.append((day, key, q, arm))
            done += not first
            cards[key] = sm2.grade(schedule, q, day), memory.grade(q, day)
        day += 1
    for when, key, q, arm in made:
        details = json_text({"trial": arm}) if arm else None
        maker.add(Kind.GRADED, key, when + TODAY - day + 1, 9, q=q, rules=1, details=details)
    return maker


if __name__ == "__main__":
    learned(int(sys.argv[2]), trial=True).keep(Path(sys.argv[1], "ptcards.db"))
