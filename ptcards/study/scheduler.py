"""Which algorithm plans a card's next interval: SM-2, or FSRS by the card's whole history."""

import json
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import groupby
from typing import Any, NamedTuple

from ptcards.scheduling.events import GRADE_KINDS, Kind, Memories, Step
from ptcards.scheduling.fsrs import DEFAULTS, Memory, Rules
from ptcards.scheduling.queue import Scope, deck_of
from ptcards.store.library import StoredCard
from ptcards.study.desk import Desk

SCHEDULERS = ("sm2", "fsrs")
_KNOWN = frozenset((Kind.GRADED, Kind.DRILLED, Kind.RECORDED, Kind.SCHEDULE_SET))
"""What a card is no longer new to the trial after; cramming is none of it."""


def rules_of(desk: Desk, deck: str) -> Rules:
    """By what FSRS plans the cards of a deck: its wanted recall, and the parameters that were adopted."""
    config = desk.config
    retention = config.decks.get(deck, {}).get("desired_retention", config.desired_retention)
    return Rules(retention, parameters(desk))


def parameters(desk: Desk) -> tuple[float, ...]:
    """The parameters of FSRS that were adopted last; the defaults where none were."""
    adopted = desk.store.log.adopted()
    return DEFAULTS if adopted is None else tuple(json.loads(adopted.details or "{}")["parameters"])


class Plan(NamedTuple):
    """Who plans a card's next interval."""

    memory: Memory | None  # What FSRS knows of it, where FSRS does; None where SM-2 does
    tossed: str | None = None  # the algorithm that the trial gives a new card to: to be recorded


def plan_of(desk: Desk, key: str) -> Plan:
    """By the settings of its deck, or while the trial is on by the coin that its first answer records."""
    if not desk.config.trial and _scheduler(desk, deck_of(key)) == "sm2":
        return Plan(None)
    return _plan(desk, key, desk.store.log.past(key), str(rules_of(desk, deck_of(key))))


def _scheduler(desk: Desk, deck: str) -> str:
    return str(desk.config.decks.get(deck, {}).get("scheduler", desk.config.scheduler))


def _plan(desk: Desk, key: str, past: Sequence[Step], rules: str) -> Plan:
    scheduler, tossed = _scheduler(desk, deck_of(key)), None
    if desk.config.trial:
        arm = recorded_arm(past)
        if arm is None and not any(one.in_force and one.event.kind in _KNOWN for one in past):
            arm = tossed = toss(desk.store.device, key)
        scheduler = arm or scheduler
    memory = Memories(past).under(rules, desk.now().moment.at) if scheduler == "fsrs" else None
    return Plan(memory, tossed)


def memories(desk: Desk, cards: Iterable[StoredCard]) -> dict[str, Memory]:
    """What FSRS knows of those that it plans, by key: as `plan_of` each, in one pass through the log."""
    wanted = {one.key for one in cards}
    decks = {deck_of(key) for key in wanted}
    if not desk.config.trial:
        decks = {one for one in decks if _scheduler(desk, one) == "fsrs"}
    rules = {one: str(rules_of(desk, one)) for one in decks}
    steps = desk.store.log.pasts(Scope(tuple(decks)), whole=False) if decks else ()
    pasts = groupby(steps, lambda one: one[0])
    plans = {
        key: _plan(desk, key, [step for _, step in past], rules[deck_of(key)])
        for key, past in pasts
        if key in wanted
    }
    fresh = (key for key in wanted - plans.keys() if deck_of(key) in decks)
    plans |= {key: _plan(desk, key, (), rules[deck_of(key)]) for key in fresh}
    return {key: plan.memory for key, plan in plans.items() if plan.memory is not None}


def facts_of(memory: Memory | None) -> dict[str, Any]:
    """Who plans a card, and what FSRS remembers of it, as exports say it; None where SM-2 plans."""
    known = memory is not None and memory.day is not None
    return {
        "scheduler": "sm2" if memory is None else "fsrs",
        "stability": round(memory.stability, 4) if memory and known else None,
        "difficulty": round(memory.difficulty, 3) if memory and known else None,
    }


def recorded_arm(past: Iterable[Step]) -> str | None:
    """The algorithm that the trial gave a card to, as its first answer in force says."""
    for one in past:
        if one.in_force and one.event.kind in GRADE_KINDS and '"trial"' in (one.event.details or ""):
            arm = json.loads(one.event.details or "").get("trial")
            if arm in SCHEDULERS:
                return str(arm)
    return None


def toss(device: str, key: str) -> str:
    """The coin: the same for the preview, the answer and its redo."""
    return SCHEDULERS[blake2b(f"trial\0{device}\0{key}".encode(), digest_size=1).digest()[0] & 1]
