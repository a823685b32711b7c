"""Cards with schedule and history as an Anki package that every version of Anki imports."""

from __future__ import annotations

import sqlite3
import tempfile
import zipfile
from contextlib import closing
from hashlib import blake2b, sha1
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import orjson

from ptcards.deck.content import card_from_data
from ptcards.exchange import anki_schema as anki
from ptcards.exchange.faces import LeftOut, as_asked, back, front
from ptcards.exchange.review_sheets import RATINGS
from ptcards.exchange.reviews import Review, reviews
from ptcards.exchange.selection import Selection, chosen_cards, chosen_decks
from ptcards.exchange.temporary import in_order, temporary
from ptcards.scheduling.days import LAST_DAY
from ptcards.scheduling.events import Kind
from ptcards.scheduling.replay import Role
from ptcards.scheduling.sm2 import PASS
from ptcards.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ptcards.deck.card import Card
    from ptcards.scheduling.sm2 import Schedule
    from ptcards.store.values import StoredCard, StoredDeck
    from ptcards.study.library import Present
    from ptcards.study.workspace import Workspace

_DAY_SECONDS = 86_400
_ID_BASE = 1_500_000_000_000
_ID_RANGE = 100_000_000_000
_ANKI_HOUR = 4
_BEAR = "INSERT OR REPLACE INTO bearers VALUES (?, ?)"
_BEAR_ELSE = "INSERT OR IGNORE INTO bearers VALUES (?, ?)"


def write_apkg(workspace: Workspace, selection: Selection, out: BinaryIO) -> str:
    """Write a package; the guid of a note is the card's key, so that importing it again updates."""
    with tempfile.TemporaryDirectory(prefix="ptcards-") as folder:
        path = Path(folder) / "collection.anki2"
        with temporary(), closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(anki.TABLES)
            said = _fill(connection, workspace, selection)
            connection.commit()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            package.write(path, "collection.anki2")
            package.writestr("media", "{}")
    return said


def _fill(connection: sqlite3.Connection, workspace: Workspace, selection: Selection) -> str:
    now = workspace.now()
    decks = chosen_decks(workspace, selection)
    deck_ids = {deck.slug: _stable_id(f"deck {deck.slug}") for deck in decks}
    first_day = min(now.day - 1, _first_day(workspace, selection))
    _write_collection(connection, now, decks, deck_ids, first_day)
    went = LeftOut()
    mod = now.moment.at // 1000
    connection.execute("CREATE TEMP TABLE bearers (root TEXT PRIMARY KEY, card INTEGER) WITHOUT ROWID")
    for stored in chosen_cards(workspace, selection, decks):
        card = card_from_data(orjson.loads(stored.content))
        went.add(card)
        number = _insert_note(connection, _stable_id(stored.key), _note(stored, card, mod))
        row = (number, number, deck_ids[stored.deck], 0, mod, -1, *_standing(stored, first_day))
        connection.execute(_insert("cards", 18), row)
        # Of several cards with one history the one that bears its name has it.
        bear = _BEAR if stored.key == stored.root else _BEAR_ELSE
        connection.execute(bear, (stored.root, number))
    history = _write_history(connection, reviews(workspace, selection))
    without = f"; Anki runs nothing, so {lost} stay behind" if (lost := went.words()) else ""
    return f"{counted(went.cards, 'card')} with schedule and {counted(history, 'review')}{without}"


def _first_day(workspace: Workspace, selection: Selection) -> int:
    """A day before every due day: Anki counts its days from there, and none may be negative."""
    due = (card.schedule.due_day for card in workspace.store.library.cards(selection.decks or None))
    return min((day for day in due if day is not None), default=LAST_DAY) - 1


def _write_collection(
    connection: sqlite3.Connection,
    now: Present,
    decks: list[StoredDeck],
    deck_ids: dict[str, int],
    first_day: int,
) -> None:
    mod = now.moment.at // 1000
    created = first_day * _DAY_SECONDS - now.moment.offset * 60 + _ANKI_HOUR * 3600
    conf = {
        "schedVer": 2,
        "sched2021": True,
        "rollover": _ANKI_HOUR,
        "creationOffset": -now.moment.offset,
        "localOffset": -now.moment.offset,
        "curDeck": 1,
        "activeDecks": [1],
        "nextPos": 1,
    }
    named = {str(anki.DEFAULT_DECK): anki.deck(anki.DEFAULT_DECK, "Default", "", mod)}
    named |= {
        str(deck_ids[deck.slug]): anki.deck(deck_ids[deck.slug], deck.slug, deck.about, mod) for deck in decks
    }
    texts: tuple[object, ...] = (
        conf,
        {str(anki.NOTETYPE): anki.notetype(mod)},
        named,
        {"1": anki.deck_options(mod)},
        {},
    )
    row = (1, created, now.moment.at, now.moment.at, anki.SCHEMA_VERSION, 0, 0, 0)
    connection.execute(_insert("col", 13), (*row, *(orjson.dumps(text).decode() for text in texts)))


def _note(stored: StoredCard, card: Card, mod: int) -> tuple[object, ...]:
    """A note's row without its id."""
    asked = as_asked(card, stored.key)
    question, answer = front(asked), back(asked)
    tags = [tag.replace(" ", "_") for tag in card.tags]
    tags += ["marked"] if stored.schedule.marked else []
    checksum = int(sha1(question.encode(), usedforsecurity=False).hexdigest()[:8], 16)
    fields = f"{question}{anki.FIELD_SEPARATOR}{answer}"
    spaced = f" {' '.join(tags)} " if tags else ""
    return (stored.key, anki.NOTETYPE, mod, -1, spaced, fields, question, checksum, 0, "")


def _standing(stored: StoredCard, first_day: int) -> tuple[object, ...]:
    """From `type` to `data` of a card's row."""
    schedule = stored.schedule
    if schedule.due_day is None:
        queue = anki.QUEUE_SUSPENDED if schedule.suspended else anki.NEW
        return (anki.NEW, queue, stored.place + 1, 0, 0, 0, 0, 0, 0, 0, 0, "")
    queue = anki.QUEUE_SUSPENDED if schedule.suspended else anki.QUEUE_REVIEW
    due, interval = schedule.due_day - first_day, max(1, schedule.interval_days)
    numbers = (interval, schedule.ease * 10, schedule.answers, schedule.lapses)
    return (anki.REVIEW, queue, due, *numbers, 0, 0, 0, 0, "")


def _write_history(connection: sqlite3.Connection, history: Iterable[Review]) -> int:
    """The answers in force, by time; those of one millisecond are put a millisecond apart."""
    count = last = 0
    for at, _, *row in in_order(_history_rows(connection, history), 10):
        last = max(at, last + 1)
        connection.execute(_insert("revlog", 9), (last, *row))
        count += 1
    return count


def _history_rows(connection: sqlite3.Connection, history: Iterable[Review]) -> Iterator[tuple[object, ...]]:
    """Time and event, then the columns of `revlog` after the first, of the cards that went."""
    question = "SELECT card FROM bearers WHERE root = ?"
    for root, past in groupby(history, attrgetter("card")):
        found = connection.execute(question, (root,)).fetchone()
        for review in past if found else ():
            event = review.event
            if event.q is not None and review.in_force:
                milliseconds = min(round((event.seconds or 0) * 1000), 2**31)
                *numbers, kind = _intervals_and_type(review)
                yield (event.at, event.id, *found, -1, RATINGS[event.q], *numbers, milliseconds, kind)


def _intervals_and_type(review: Review) -> tuple[int, int, int, int]:
    """Interval after, interval before, ease in permille, and the row's type."""
    before, after = review.before, review.after
    if review.event.kind == Kind.RECORDED:
        facts = orjson.loads(review.event.details or "{}")
        names = ("interval_days", "last_interval_days", "ease_permille")
        interval, last, ease = (_whole(facts.get(name)) for name in names)
        return interval, last, ease, _whole(facts.get("revlog_type"), anki.REVLOG_REVIEW)
    early = review.role is Role.PRACTICE
    if review.role in (Role.CRAM, Role.DRILL) or (early and (review.event.q or 0) >= PASS):
        # What Anki writes in a deck that reschedules nothing: by the ease of 0 its statistics leave it out.
        return 0, 0, 0, anki.REVLOG_CRAM
    if early:
        kind = anki.REVLOG_CRAM
    elif before.repetitions:
        kind = anki.REVLOG_REVIEW
    else:
        kind = anki.REVLOG_RELEARN if before.lapses else anki.REVLOG_LEARN
    return _days(after), _days(before), after.ease * 10, kind


def _whole(fact: object, otherwise: int = 0) -> int:
    """A number of an event that anybody may have written."""
    return fact if isinstance(fact, int) else otherwise


def _days(schedule: Schedule) -> int:
    return 0 if schedule.due_day is None else schedule.interval_days


def _stable_id(text: str) -> int:
    """An id in the range of Anki's own, the same for the same text at every export."""
    return _ID_BASE + int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) % _ID_RANGE


def _insert_note(connection: sqlite3.Connection, wanted: int, rest: tuple[object, ...]) -> int:
    """Write a note under the id that is wanted, or the next that is free; gives the id."""
    statement = f"{_insert('notes', len(rest) + 1)} ON CONFLICT DO NOTHING"
    while connection.execute(statement, (wanted, *rest)).rowcount == 0:
        wanted += 1
    return wanted


def _insert(table: str, width: int) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"  # noqa: S608 (names of this module)
