"""Whether the database is what its log says, and making it so."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ptcards.scheduling.days import date_of
from ptcards.scheduling.events import Event
from ptcards.scheduling.queue import shuffle_of
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.scheduling.tallies import NOTHING, Tally, add_up, by_outcome
from ptcards.store.backups import back_up_as
from ptcards.store.columns import SCHEDULE, schedule_of
from ptcards.store.counting import miscounted, recount
from ptcards.store.replaying import (
    Aims,
    Replayed,
    Totals,
    count,
    keys_under,
    read_all_aims,
    read_card,
    read_roots,
    replay,
    write_totals,
)
from ptcards.store.rooting import offer
from ptcards.store.rows import EVENT, write_schedule
from ptcards.store.values import Finding, KindSize

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from ptcards.store.database import Database

_MOST_LINES = 20
_CARDS = "(SELECT count(*) FROM cards c WHERE c.deck = decks.slug AND c.present)"


def check(connection: sqlite3.Connection) -> tuple[Finding, ...]:
    """Everything that is not as it should be; see `Store.check`."""
    damage = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
    findings = [Finding("integrity", "", line) for line in damage if line != "ok"]
    lost = connection.execute("PRAGMA foreign_key_check").fetchall()
    findings += [Finding("integrity", str(row[0]), "a row has lost its parent") for row in lost[:_MOST_LINES]]
    if findings:
        return tuple(findings)
    totals: Totals = {}
    schedules = {str(row[0]): schedule_of(row[1:]) for row in _schedules(connection)}
    purged = _purged(connection)
    for root, replayed in _cards(connection):
        count(totals, replayed, root)
        stands = schedules.pop(root, None)
        if stands is None and root in purged:
            continue
        if (stands or NEW) != replayed.schedule:
            findings.append(Finding("schedule", root, _difference(stands or NEW, replayed.schedule)))
    for root, stands in schedules.items():
        if stands != NEW:
            findings.append(Finding("schedule", root, _difference(stands, NEW)))
    return tuple(
        findings + _check_totals(connection, totals) + _check_counts(connection) + _check_queue(connection)
    )


def repair(database: Database) -> tuple[Finding, ...]:
    """Rebuild what is derived; see `Store.repair`."""
    with database.free() as connection:
        back_up_as(connection, database.path, "repair")
    with database.writing() as connection:
        findings = check(connection)
        if any(finding.what == "integrity" for finding in findings):
            return findings
        _rebuild(connection)
        return findings


def _rebuild(connection: sqlite3.Connection) -> None:
    totals: Totals = {}
    purged = _purged(connection)
    connection.execute("DELETE FROM totals")
    connection.execute("DELETE FROM hours")
    seen = set()
    for root, replayed in _cards(connection):
        count(totals, replayed, root)
        if root not in purged:
            write_schedule(connection, root, replayed.schedule)
            seen.add(root)
    write_totals(connection, totals)
    everyone = [str(row[0]) for row in connection.execute("SELECT card FROM schedules")]
    for root in set(everyone) - seen:
        write_schedule(connection, root, NEW)
    known = read_roots(connection)
    rows = connection.execute("SELECT key FROM cards").fetchall()
    connection.executemany(
        "UPDATE cards SET root = ? WHERE key = ?", [(known.get(r[0], r[0]), r[0]) for r in rows]
    )
    roots = {known.get(row[0], row[0]) for row in rows}
    offer(connection, roots | set(everyone))
    recount(connection)
    connection.executemany(
        "UPDATE schedules SET shuffle = ? WHERE card = ?", [(shuffle_of(root), root) for root in everyone]
    )
    connection.execute(f"UPDATE decks SET cards = {_CARDS}")


def _schedules(connection: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    return iter(connection.execute(f"SELECT card, {SCHEDULE} FROM schedules"))


def _purged(connection: sqlite3.Connection) -> set[str]:
    """Roots with a past but neither content nor schedule here: purged, which is as it should be."""
    known = read_roots(connection)
    with_past = connection.execute("SELECT DISTINCT card FROM events WHERE card <> ''")
    kept = connection.execute("SELECT card FROM schedules UNION SELECT root FROM cards")
    return {known.get(row[0], row[0]) for row in with_past} - {str(row[0]) for row in kept}


def _cards(connection: sqlite3.Connection) -> Iterator[tuple[str, Replayed]]:
    """Every card of the log, replayed, by its root; one at a time."""
    known, aims = read_roots(connection), read_all_aims(connection)
    joined = set(known) | set(known.values())
    rows = connection.execute(f"SELECT {EVENT} FROM events WHERE card <> '' ORDER BY card, id")
    for card, events in groupby(map(Event._make, rows), key=lambda event: event.card):
        if card not in joined:
            yield card, replay(list(events), aims)
    for root in sorted(set(known.values())):
        yield root, _joined(connection, root, known, aims)


def _joined(connection: sqlite3.Connection, root: str, known: Mapping[str, str], aims: Aims) -> Replayed:
    return replay(read_card(connection, keys_under(known, root)), aims)


def _difference(stands: Schedule, says: Schedule) -> str:
    parts = [
        f"{name} is {was}, the log says {should}"
        for name, was, should in zip(Schedule._fields, stands, says, strict=True)
        if was != should
    ]
    return "; ".join(parts)


def _check_totals(connection: sqlite3.Connection, counted: Totals) -> list[Finding]:
    days: dict[tuple[int, str], Tally] = {}
    hours: dict[tuple[int, str, int], tuple[int, int]] = {}
    for key, one in counted.items():
        days[key[:2]] = add_up(days.get(key[:2], NOTHING), one)
        if any(by_outcome(one)):
            hours[key] = by_outcome(one)
    columns = ", ".join(Tally._fields)
    rows = connection.execute(f"SELECT day, deck, {columns} FROM totals")
    kept_days = {(row[0], row[1]): Tally._make(row[2:]) for row in rows}
    kept_hours = {
        row[:3]: row[3:] for row in connection.execute("SELECT day, deck, hour, passed, failed FROM hours")
    }
    wrong = {key for key in kept_days.keys() | days.keys() if kept_days.get(key) != days.get(key)}
    wrong |= {key[:2] for key in kept_hours.keys() | hours.keys() if kept_hours.get(key) != hours.get(key)}
    message = "the totals are not what the log adds up to"
    return [Finding("totals", f"{deck}, {date_of(day).isoformat()}", message) for day, deck in sorted(wrong)]


def _check_counts(connection: sqlite3.Connection) -> list[Finding]:
    return [
        Finding("standings", deck, f"the cards counted by {what} are not those of its schedules")
        for deck, what in miscounted(connection)
    ]


def _check_queue(connection: sqlite3.Connection) -> list[Finding]:
    """Cards that a queue offers wrongly or not at all; decks that are miscounted."""
    rows = connection.execute(
        "WITH offers AS (SELECT root, deck, place, "
        "row_number() OVER (PARTITION BY root ORDER BY key <> root, key) AS rank FROM cards WHERE present) "
        "SELECT o.root FROM offers o LEFT JOIN schedules s ON s.card = o.root "
        "WHERE o.rank = 1 AND (s.deck IS NOT o.deck OR s.place <> o.place) "
        "UNION SELECT s.card FROM schedules s WHERE s.deck IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM cards c WHERE c.root = s.card AND c.present)"
    )
    lost = {str(row[0]) for row in rows}
    shuffled = connection.execute("SELECT card, shuffle FROM schedules")
    lost |= {str(card) for card, shuffle in shuffled if shuffle != shuffle_of(card)}
    message = "the queue does not know whether and where to offer it"
    counts = connection.execute(
        f"SELECT slug, cards, n FROM (SELECT slug, cards, {_CARDS} AS n FROM decks) WHERE cards <> n"
    )
    return [Finding("card", card, message) for card in sorted(lost)] + [
        Finding("deck", slug, f"it is kept as having {kept} cards, there are {found}")
        for slug, kept, found in counts
    ]


def sizes(connection: sqlite3.Connection) -> tuple[KindSize, ...]:
    """What the log holds, by kind."""
    rows = connection.execute(
        "SELECT e.kind, count(*), count(a.event), coalesce(sum(length(CAST(a.code AS BLOB))), 0) "
        "FROM events e LEFT JOIN answers a ON a.event = e.id GROUP BY e.kind ORDER BY e.kind"
    )
    return tuple(KindSize(*row) for row in rows)
