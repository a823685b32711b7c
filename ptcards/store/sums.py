"""What the statistics are made from, read at one moment."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ptcards.scheduling.events import mistakes_of
from ptcards.scheduling.replay import Role
from ptcards.scheduling.tallies import Tally, tally_key, tally_step
from ptcards.statistics.sums import FAILURES, NEWEST, Answer, Cards, Day, Failure, Hour, Leech, LowCard, Sums
from ptcards.store.newest import Newest, failed_answers, labels, newest_answers
from ptcards.store.replaying import read_roots, replay_card
from ptcards.store.rows import add_tally
from ptcards.store.standings import standings

if TYPE_CHECKING:
    from collections.abc import Iterable

_DAYS = (
    f"SELECT day, {', '.join(f'sum({name})' for name in Day._fields[1:])} FROM totals "
    "WHERE day <= :today AND (:deck IS NULL OR deck = :deck) GROUP BY day ORDER BY day"
)
_HOURS = (
    "SELECT hour, sum(passed), sum(failed) FROM hours "
    "WHERE day BETWEEN :since AND :today AND (:deck IS NULL OR deck = :deck) GROUP BY hour"
)


def read_sums(
    connection: sqlite3.Connection, today: int, since: int, deck: str | None = None, tag: str | None = None
) -> Sums:
    """Read all of it within the transaction that is open; by tag each card is counted from its own events."""
    if tag is None:
        days, hours = _history(connection, today, since, deck)
        found = standings(connection, today, deck)
        newest = newest_answers(connection, since, deck)
    else:
        roots = _tagged_roots(connection, tag, deck)
        memory, newest = _totals_of(connection, roots)
        with closing(memory):
            days, hours = _history(memory, today, since)
        found = standings(connection, today, roots=roots)
        newest = [answer for answer in newest if answer.day >= since]
    named = [root for _, root in found.leeches] + [root for root, _, _ in found.low]
    known = labels(connection, [*(answer.root for answer in newest), *named])

    def key(root: str) -> str:
        return known.get(root, (root, ()))[0]

    leeches = (
        (
            root,
            lapses,
            (Failure(day, why or "", code) for day, why, code in failed_answers(connection, root, FAILURES)),
        )
        for lapses, root in found.leeches
    )
    return Sums(
        today,
        since,
        days,
        hours,
        Cards(
            *(found.unseen, found.intervals, found.eases, found.lapses, found.awake, found.due),
            [LowCard(key(root), interval, lapses) for root, interval, lapses in found.low],
            [Leech(key(root), lapses, tuple(failed)) for root, lapses, failed in leeches],
        ),
        [
            Answer(
                *known.get(root, (root, ())),
                day,
                q,
                verdict or "none",
                why or "",
                seconds,
                mistakes_of(details),
            )
            for root, day, q, verdict, why, seconds, details in newest
        ],
    )


def _history(
    connection: sqlite3.Connection, today: int, since: int, deck: str | None = None
) -> tuple[list[Day], list[Hour]]:
    values = {"today": today, "since": since, "deck": deck}
    days = [Day._make(row) for row in connection.execute(_DAYS, values)]
    return days, [Hour._make(row) for row in connection.execute(_HOURS, values)]


def _totals_of(
    connection: sqlite3.Connection, roots: Iterable[str]
) -> tuple[sqlite3.Connection, list[Newest]]:
    """The totals of some cards alone, counted from their events, in a database in memory.

    With them come these cards' newest answers.
    """
    known, memory = read_roots(connection), sqlite3.connect(":memory:", isolation_level=None)
    memory.execute(f"CREATE TABLE totals (day, deck, {', '.join(Tally._fields)}, PRIMARY KEY (day, deck))")
    memory.execute("CREATE TABLE hours (day, deck, hour, passed, failed, PRIMARY KEY (day, deck, hour))")
    answers: list[tuple[str, Newest]] = []
    for root in roots:
        for step in replay_card(connection, root, known).steps:
            counts = tally_step(step)
            if counts is None:
                continue
            event = step.event
            add_tally(memory, tally_key(event, root), counts)
            if step.role is not Role.NONE:
                facts = event.day, event.q or 0, event.verdict, event.why, event.seconds, event.details
                answers.append((event.id, Newest(root, *facts)))
    answers.sort(reverse=True)
    return memory, [answer for _, answer in answers[:NEWEST]]


def _tagged_roots(connection: sqlite3.Connection, tag: str, deck: str | None) -> frozenset[str]:
    """The keys that the history of the cards present with a tag is kept under."""
    question = "SELECT root, tags FROM cards WHERE present AND tags <> '' AND (? IS NULL OR deck = ?)"
    found = connection.execute(question, (deck, deck))
    return frozenset(str(root) for root, tags in found if f"\n{tag}\n" in tags)
