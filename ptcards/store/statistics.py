"""What the statistics read, of one moment."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ptcards.scheduling.replay import Role
from ptcards.scheduling.tallies import Tally, tally_key, tally_step
from ptcards.store.newest import NEWEST, Answer, Failed, failed_answers, labels, newest_answers
from ptcards.store.replaying import read_roots, replay_card
from ptcards.store.rows import add_tally
from ptcards.store.standings import Standings, standings
from ptcards.store.sums import History, Spans, history

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ptcards.scheduling.events import Event

FAILURES = 3
"""Failed answers of a leech that are read."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything the statistics are made from."""

    history: History
    standings: Standings
    answers: list[Answer]
    labels: dict[str, tuple[str, tuple[str, ...]]]
    """By root: the card's key now, and its tags."""
    failures: dict[str, list[Failed]]
    """By root, of the leeches that are named."""


def gather(
    connection: sqlite3.Connection, spans: Spans, deck: str | None = None, tag: str | None = None
) -> Gathered:
    """Read all of it within the transaction that is open; by tag each card is counted from its own events."""
    if tag is None:
        summed = history(connection, spans, deck)
        standing = standings(connection, spans.today, deck)
        answers = newest_answers(connection, spans.since, deck)
    else:
        roots = _tagged_roots(connection, tag, deck)
        memory, answers = _totals_of(connection, roots)
        with closing(memory):
            summed = history(memory, spans)
        standing = standings(connection, spans.today, roots=roots)
        answers = [answer for answer in answers if answer.day >= spans.since]
    worst = [root for _, root in standing.leeches]
    return Gathered(
        history=summed,
        standings=standing,
        answers=answers,
        labels=labels(
            connection,
            [*(answer.root for answer in answers), *worst, *(root for root, _, _ in standing.low)],
        ),
        failures={root: failed_answers(connection, root, FAILURES) for root in worst},
    )


def _totals_of(
    connection: sqlite3.Connection, roots: Iterable[str]
) -> tuple[sqlite3.Connection, list[Answer]]:
    """The totals of some cards alone, counted from their events, in a database in memory.

    With them come these cards' newest answers.
    """
    known, memory = read_roots(connection), _memory()
    answers: list[tuple[str, Answer]] = []
    for root in roots:
        for step in replay_card(connection, root, known).steps:
            counts = tally_step(step)
            if counts is None:
                continue
            add_tally(memory, tally_key(step.event, root), counts)
            if step.role is not Role.NONE:
                answers.append((step.event.id, _answer(step.event, root)))
    answers.sort(reverse=True)
    return memory, [answer for _, answer in answers[:NEWEST]]


def _answer(event: Event, root: str) -> Answer:
    return Answer(root, event.day, event.q or 0, event.verdict, event.why, event.seconds, event.details)


def _memory() -> sqlite3.Connection:
    """Tables as those of the daily totals, empty."""
    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    memory.execute(f"CREATE TABLE totals (day, deck, {', '.join(Tally._fields)}, PRIMARY KEY (day, deck))")
    memory.execute("CREATE TABLE hours (day, deck, hour, passed, failed, PRIMARY KEY (day, deck, hour))")
    return memory


def _tagged_roots(connection: sqlite3.Connection, tag: str, deck: str | None) -> frozenset[str]:
    """The keys that the history of the cards present with a tag is kept under."""
    question = "SELECT root, tags FROM cards WHERE present AND tags <> '' AND (? IS NULL OR deck = ?)"
    found = connection.execute(question, (deck, deck))
    return frozenset(str(root) for root, tags in found if f"\n{tag}\n" in tags)
