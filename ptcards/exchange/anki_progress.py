"""Schedules and reviews made in Anki as events of the log; the same package makes the same events."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from ptcards.errors import ExchangeError
from ptcards.exchange import anki_schema as anki
from ptcards.scheduling.days import LAST_DAY, Moment, study_day
from ptcards.scheduling.events import Event, Kind, json_text
from ptcards.scheduling.ids import LATEST, recorded_id, schedule_set_id
from ptcards.scheduling.sm2 import LONGEST_INTERVAL, LOWEST_EASE, START_EASE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from ptcards.exchange.anki_notetypes import Collection
    from ptcards.store.arriving import Arriving

DEVICE = "anki"
MOST_REVIEWS = 5_000_000
GRADES = (0, 1, 3, 4, 5)
"""Again 1, Hard 2, Good 3, Easy 4 to SM-2's grade."""
_AGAIN, _EASY = 1, 4
_SECOND_INTERVAL = 6
_REVIEWS = "SELECT cid, id, ease, ivl, lastIvl, factor, time, type FROM revlog ORDER BY cid, id"
_CARDS = "SELECT id, type, queue, due, odue, odid, ivl, factor, lapses, mod FROM cards"
_LONGEST_SECONDS = 86_400.0
_DAY_SECONDS = 86_400
_DAY_QUEUES = (2, 3)


class _Standing(NamedTuple):
    """A card's row."""

    id: int
    type: int
    queue: int
    due: int
    odue: int
    odid: int
    ivl: int
    factor: int
    lapses: int
    mod: int


def read_progress(
    connection: sqlite3.Connection, collection: Collection, keys: Mapping[int, str], room: Arriving
) -> dict[str, int]:
    """Put events of cards into `room`; `keys` are ours by Anki's ids. What was left out, with how often."""
    told: Counter[str] = Counter()
    passes: Counter[int] = Counter()
    reviews = connection.execute(_REVIEWS)
    room.add_events(_reviewed(reviews, collection.offset, keys, passes, told))
    cards = connection.execute(_CARDS)
    room.add_events(_standings(cards, collection, keys, passes, told))
    return dict(told)


def _reviewed(
    rows: Iterable[tuple[Any, ...]],
    offset: int,
    keys: Mapping[int, str],
    passes: Counter[int],
    told: Counter[str],
) -> Iterator[Event]:
    for count, row in enumerate(rows):
        if count >= MOST_REVIEWS:
            raise ExchangeError(f"it holds more than {MOST_REVIEWS:,} reviews: export single decks")
        number, at, ease = row[:3]
        if not all(type(value) is int for value in row) or not 0 < at <= LATEST:
            told["reviews that make no sense, left out"] += 1
        elif number not in keys:
            told["reviews of cards that are not in the package, left out"] += 1
        elif not _AGAIN <= ease <= _EASY:
            told["changes of a schedule by hand, which are no reviews, left out"] += 1
        else:
            passes[number] = 0 if ease == _AGAIN else passes[number] + 1
            yield _recorded(keys[number], row, offset)


def _standings(
    rows: Iterable[tuple[Any, ...]],
    collection: Collection,
    keys: Mapping[int, str],
    passes: Counter[int],
    told: Counter[str],
) -> Iterator[Event]:
    for row in rows:
        if all(type(value) is int for value in row) and row[0] in keys:
            standing = _Standing(*row)
            yield from _standing_events(keys[standing.id], standing, collection, passes[standing.id])
            if standing.type == anki.LEARNING:
                told["cards still being learned in Anki, which begin as new"] += 1


def _recorded(key: str, row: tuple[Any, ...], offset: int) -> Event:
    _, at, ease, interval, last, factor, milliseconds, kind = row
    facts = {
        "interval_days": _days(interval),
        "last_interval_days": _days(last),
        "ease_permille": max(0, min(factor, 2**31)),
        "revlog_type": kind,
    }
    seconds = min(max(milliseconds, 0) / 1000, _LONGEST_SECONDS)
    details = json_text(facts)
    # Facts and id belong together: should Anki ever change a review, it is another one.
    event_id = recorded_id(f"{DEVICE} {ease} {seconds} {offset} {details}", key, at)
    return Event(
        event_id, DEVICE, event_id, key, Kind.RECORDED, at, offset, study_day(Moment(at, offset)),
        q=GRADES[ease], seconds=seconds, verdict="none", details=details,
    )  # fmt: skip


def _standing_events(key: str, standing: _Standing, collection: Collection, passes: int) -> list[Event]:
    """The schedule, and that the card is suspended, as they were when the card last changed."""
    at = max(0, min(standing.mod * 1000, LATEST))
    made = []
    if standing.type in (anki.REVIEW, anki.RELEARNING):
        made.append(
            _event(Kind.SCHEDULE_SET, key, at, collection.offset, _schedule(standing, collection, passes))
        )
    if standing.queue == anki.QUEUE_SUSPENDED:
        made.append(_event(Kind.SUSPENDED, key, at, collection.offset, {}))
    return made


def _event(kind: Kind, key: str, at: int, offset: int, facts: dict[str, int]) -> Event:
    details = json_text(facts) if facts else None
    event_id = schedule_set_id(f"{DEVICE} {kind} {offset} {_digest(details)}", key, at)
    day = study_day(Moment(at, offset))
    return Event(event_id, DEVICE, event_id, key, kind, at, offset, day, details=details)


def _schedule(standing: _Standing, collection: Collection, passes: int) -> dict[str, int]:
    """Repetitions are not kept by Anki: its passes since the last Again stand for them."""
    interval = max(1, min(standing.ivl, LONGEST_INTERVAL))
    least = 1 if interval < _SECOND_INTERVAL else 2
    relearning = standing.type == anki.RELEARNING
    ease = standing.factor // 10 if standing.factor > 0 else START_EASE
    return {
        "repetitions": 0 if relearning else max(least, min(passes, 1000)),
        "interval_days": 1 if relearning else interval,
        "ease": max(LOWEST_EASE, min(ease, 2000)),
        "lapses": max(0, min(standing.lapses, 100_000)),
        "due_day": _due_day(standing, collection),
    }


def _due_day(standing: _Standing, collection: Collection) -> int:
    """Days are counted from the local day the collection was made on; a relearning card has a time."""
    due = standing.odue if standing.odid and standing.odue else standing.due
    if standing.type == anki.RELEARNING and standing.queue not in _DAY_QUEUES and due > _DAY_SECONDS * 365:
        day = study_day(Moment(due * 1000, collection.offset))
    else:
        day = (collection.created + collection.offset * 60) // _DAY_SECONDS + due
    return max(0, min(day, LAST_DAY))


def _days(interval: int) -> int:
    """Anki writes intervals below a day as negative seconds."""
    return max(0, min(interval, LONGEST_INTERVAL))


def _digest(text: str | None) -> str:
    return blake2b((text or "").encode(), digest_size=8).hexdigest()
