"""How far a long piece of work is; goes with its last caller, exchange."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Is told how much is done, of how much; what it raises stops the work, and what was not finished is left."""


def part_of(progress: Progress, number: int, count: int) -> Progress:
    """The progress of one of `count` equal parts of what `progress` is told; `number` counts from 0."""
    return lambda done, total: progress(number * total + done, count * total)
