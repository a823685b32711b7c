"""Which algorithm plans a card's next interval: SM-2, or FSRS by the card's whole history."""

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

from ptcards.scheduling.events import GRADE_KINDS, Memories, Step
from ptcards.scheduling.fsrs import DEFAULTS, Memory, Rules
from ptcards.scheduling.queue import deck_of
from ptcards.scheduling.sm2 import Schedule
from ptcards.study.desk import Desk

SCHEDULERS = ("sm2", "fsrs")


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


def plan_of(desk: Desk, key: str, schedule: Schedule) -> Plan:
    """By the settings of its deck, or while the trial is on by the coin that its first answer records."""
    config, deck, tossed = desk.config, deck_of(key), None
    scheduler = config.decks.get(deck, {}).get("scheduler", config.scheduler)
    if not config.trial and scheduler == "sm2":
        return Plan(None)
    past = desk.store.log.past(key)
    if config.trial:
        arm = recorded_arm(past)
        if arm is None and not schedule.answers:
            arm = tossed = toss(desk.store.device, key)
        scheduler = arm or scheduler
    return Plan(Memories(past).under(str(rules_of(desk, deck))) if scheduler == "fsrs" else None, tossed)


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
