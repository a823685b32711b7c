"""What FSRS remembers of a card, as Anki keeps it: a text of JSON in `cards.data`, both ways.

Among other facts it has `s`, the stability in days, `d`, the difficulty from 1 to 10, `dr`, the recall that
is wanted, `decay`, the last parameter of FSRS-6, and `lrt`, the second of the last review.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson

from ptcards.scheduling.events import LATEST
from ptcards.scheduling.fsrs import Memory, Rules, stated

_LONGEST = 1000
_PARAMETERS = ("fsrsWeights", "fsrsParams5", "fsrsParams6", 3, 5, 6)
"""Where options keep those that were fitted: in JSON, and in a protocol buffer."""


def memory_in(data: object, day_of: Callable[[int], int]) -> dict[str, float | None] | None:
    """Stability, difficulty and day of the last review; empty where FSRS is off, None where it is no sense.

    `day_of` gives the study day of an instant in milliseconds.
    """
    facts: Any = {}
    with suppress(ValueError):
        facts = orjson.loads(data if type(data) is str and len(data) <= _LONGEST else "{}")
    if not isinstance(facts, dict) or "s" not in facts:
        return {}
    if (known := stated(Rules(), facts["s"], facts.get("d"), 0)) is None:
        return None
    memory: dict[str, float | None] = {"stability": known.stability, "difficulty": known.difficulty}
    last: Any = facts.get("lrt")
    if type(last) is int and 0 < last <= LATEST // 1000:
        memory["last_day"] = day_of(last * 1000)
    return memory


def memory_out(memory: Memory | None, last: int) -> str:
    """The text, to as many digits as Anki keeps; `last` is the last answer in milliseconds, 0 for unknown."""
    if memory is None or memory.day is None:
        return ""
    facts = {"s": round(memory.stability, 4), "d": round(memory.difficulty, 3)}
    # For Anki's lists, and to reckon today's recall.
    facts |= {"dr": round(memory.rules.retention, 2), "decay": round(memory.rules.weights[20], 3)}
    return orjson.dumps(facts | ({"lrt": last // 1000} if last else {})).decode()


def has_parameters(options: Any) -> bool:
    """Whether options, read, have parameters of FSRS."""
    return any(options.get(name) for name in _PARAMETERS)
