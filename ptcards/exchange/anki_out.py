"""Cards for Anki: a package with schedule and history that every version imports, or a text file of notes."""

import io
import sqlite3
import zipfile
from collections.abc import Iterable
from contextlib import closing
from hashlib import blake2b, sha1
from typing import Any

import orjson
from markdown_it import MarkdownIt

from ptcards.deck.card import Accepts, Card
from ptcards.deck.content import card_from_data
from ptcards.deck.variation import default_seed, draw
from ptcards.exchange.anki_in import NEW, QUEUE_REVIEW, QUEUE_SUSPENDED, REVIEW
from ptcards.exchange.library import Selection, chosen_cards, chosen_decks, reviews
from ptcards.exchange.sheets import RATINGS, as_csv
from ptcards.scheduling.events import Kind, Role, Step
from ptcards.scheduling.sm2 import PASS, Schedule
from ptcards.store.library import StoredCard, StoredDeck
from ptcards.study.desk import Desk, Now
from ptcards.text import counted

_NOT_CARRIED = (
    ("check", "the check"),
    ("vary", "what varies (one draw of it is shown)"),
    ("wrong", "the known mistakes"),
    ("hints", "the hints"),
    ("also", "other right answers"),
    ("starter", "what the editor starts with"),
    ("source", "where cards come from"),
)
_HEADERS = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"
_TABLES = """
CREATE TABLE col (id integer PRIMARY KEY, crt, mod, scm, ver, dty, usn, ls, conf, models, decks, dconf, tags);
CREATE TABLE notes (id integer PRIMARY KEY, guid, mid, mod, usn, tags, flds, sfld, csum, flags, data);
CREATE TABLE cards (id integer PRIMARY KEY, nid, did, ord, mod, usn, type, queue, due, ivl, factor,
  reps, lapses, left, odue, odid, flags, data);
CREATE TABLE revlog (id integer PRIMARY KEY, cid, usn, ease, ivl, lastIvl, factor, time, type);
CREATE TABLE graves (usn, oid, type);
"""
_SCHEMA = 11
_NOTETYPE = 1_607_392_319_417
"""The note type's id: constant, so that every export means the same one."""
_CSS = """\
.card { font-family: sans-serif; font-size: 18px; text-align: left; }
pre, code { font-family: monospace; }
pre { background: rgba(127, 127, 127, 0.15); padding: 0.6em; overflow-x: auto; }
"""
_MODEL = r"""{"name": "ptcards", "type": 0, "usn": -1, "sortf": 0, "did": null, "latexPre": "",
"latexPost": "", "latexsvg": false, "req": [[0, "any", [0]]], "tags": [], "vers": [],
"tmpls": [{"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "bqfmt": "", "bafmt": "", "did": null,
  "afmt": "{{FrontSide}}\n\n<hr id=\"answer\">\n\n{{Back}}"}],
"flds": [
  {"name": "Front", "ord": 0, "font": "Arial", "size": 20, "sticky": false, "rtl": false, "media": []},
  {"name": "Back", "ord": 1, "font": "Arial", "size": 20, "sticky": false, "rtl": false, "media": []}]}"""
_DECK = """{"usn": -1, "conf": 1, "dyn": 0, "collapsed": false, "browserCollapsed": false, "extendNew": 0,
"extendRev": 0, "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0]}"""
_OPTIONS = """{"id": 1, "name": "Default", "usn": -1, "maxTaken": 60, "autoplay": true, "timer": 0,
"replayq": true, "dyn": false,
"new": {"bury": false, "delays": [1.0, 10.0], "initialFactor": 2500, "ints": [1, 4, 0], "order": 1,
  "perDay": 20},
"rev": {"bury": false, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2},
"lapse": {"delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0}}"""
_LEARN, _REVIEWED, _RELEARN, _CRAM = range(4)
"""Values of `revlog.type`."""
_DAY_SECONDS = 86_400
_ID_BASE = 1_500_000_000_000
_ID_RANGE = 100_000_000_000
_ANKI_HOUR = 4


def write_anki_text(desk: Desk, selection: Selection) -> tuple[bytes, str]:
    """One note a row; the guid is the card's key, so that importing it again updates."""
    stored = chosen_cards(desk, selection, chosen_decks(desk, selection))
    cards = [card_from_data(orjson.loads(one.content)) for one in stored]
    rows = [
        (one.key, "Basic", one.deck, *faces(card, one.key), " ".join(_tags(card)))
        for one, card in zip(stored, cards, strict=True)
    ]
    lost = _left_out(cards)
    said = f"{counted(len(cards), 'card')} as notes of two sides{f', without {lost}' if lost else ''}"
    return _HEADERS.encode() + as_csv(rows, "\t"), f"{said}; no schedule: that is what apkg carries"


def write_apkg(desk: Desk, selection: Selection) -> tuple[bytes, str]:
    """A package; the guid of a note is the card's key, so that importing it again updates."""
    decks = chosen_decks(desk, selection)
    stored = chosen_cards(desk, selection, decks)
    cards = [card_from_data(orjson.loads(one.content)) for one in stored]
    now = desk.now()
    # Anki counts its days from there, and none may be negative.
    first_day = min([now.day, *(day for one in stored if (day := one.schedule.due_day) is not None)]) - 1
    deck_ids = {deck.slug: _stable_id(f"deck {deck.slug}") for deck in decks}
    numbers: dict[str, int] = {}
    taken: set[int] = set()
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(_TABLES)
        _write_collection(connection, now, decks, deck_ids, first_day)
        for one, card in zip(stored, cards, strict=True):
            number = _stable_id(one.key)
            while number in taken:
                number += 1
            taken.add(number)
            numbers[one.key] = number
            _insert(connection, "notes", _note(number, one, card, now.moment.at // 1000))
            row = (number, number, deck_ids[one.deck], 0, now.moment.at // 1000, -1)
            _insert(connection, "cards", (*row, *_schedule(one, first_day), 0, 0, 0, ""))
        count = _write_history(connection, numbers, reviews(desk, selection))
        connection.commit()
        data = connection.serialize()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("collection.anki2", data)
        package.writestr("media", "{}")
    lost = _left_out(cards)
    without = f"; Anki runs nothing, so {lost} stay behind" if lost else ""
    said = f"{counted(len(cards), 'card')} with schedule and {counted(count, 'review')}{without}"
    return out.getvalue(), said


def faces(card: Card, key: str) -> tuple[str, str]:
    """Question with what is given, and solution with explanation, as HTML; the same draw at every export."""
    if card.vary:
        card = draw(card, default_seed(key, 0))
    solution = card.solution if card.accepts is Accepts.RECALL else _fence(card.solution)
    given = _fence(card.given) if card.given.strip() else ""
    return to_html(f"{card.question}\n\n{given}"), to_html(f"{solution}\n\n{card.explanation}")


def to_html(markdown: str) -> str:
    """Markdown as HTML; HTML in it is shown as text."""
    return str(_RENDERER.render(markdown)).strip()


_RENDERER = MarkdownIt("commonmark", {"html": False}).enable("table")


def _fence(code: str) -> str:
    ticks = "```"
    while ticks in code:
        ticks += "`"
    return f"{ticks}python\n{code.rstrip()}\n{ticks}"


def _left_out(cards: list[Card]) -> str:
    """In words, what two sides cannot carry; "" where nothing stays behind."""
    return ", ".join(words for name, words in _NOT_CARRIED if any(getattr(card, name) for card in cards))


def _tags(card: Card) -> list[str]:
    return [tag.replace(" ", "_") for tag in card.tags]


def _write_collection(
    connection: sqlite3.Connection,
    now: Now,
    decks: list[StoredDeck],
    deck_ids: dict[str, int],
    first_day: int,
) -> None:
    at, west = now.moment.at, -now.moment.offset
    mod = {"mod": at // 1000}
    conf: dict[str, Any] = {"schedVer": 2, "sched2021": True, "rollover": _ANKI_HOUR, "curDeck": 1}
    conf |= {"creationOffset": west, "localOffset": west, "activeDecks": [1], "nextPos": 1}
    names = [(1, "Default", ""), *((deck_ids[deck.slug], deck.slug, deck.about) for deck in decks)]
    texts: tuple[object, ...] = (
        conf,
        {str(_NOTETYPE): orjson.loads(_MODEL) | mod | {"id": _NOTETYPE, "css": _CSS}},
        {
            str(number): orjson.loads(_DECK) | mod | {"id": number, "name": name, "desc": about}
            for number, name, about in names
        },
        {"1": orjson.loads(_OPTIONS) | mod},
        {},
    )
    created = first_day * _DAY_SECONDS + west * 60 + _ANKI_HOUR * 3600
    row = (1, created, at, at, _SCHEMA, 0, 0, 0, *(orjson.dumps(text).decode() for text in texts))
    _insert(connection, "col", row)


def _note(number: int, stored: StoredCard, card: Card, mod: int) -> tuple[object, ...]:
    question, answer = faces(card, stored.key)
    tags = _tags(card) + (["marked"] if stored.schedule.marked else [])
    checksum = int(sha1(question.encode(), usedforsecurity=False).hexdigest()[:8], 16)
    spaced = f" {' '.join(tags)} " if tags else ""
    fields = f"{question}\x1f{answer}"
    return (number, stored.key, _NOTETYPE, mod, -1, spaced, fields, question, checksum, 0, "")


def _schedule(stored: StoredCard, first_day: int) -> tuple[int, ...]:
    """From `type` to `left` of a card's row."""
    schedule = stored.schedule
    suspended = schedule.suspended
    if schedule.due_day is None:
        return (NEW, QUEUE_SUSPENDED if suspended else NEW, stored.position + 1, 0, 0, 0, 0, 0)
    queue = QUEUE_SUSPENDED if suspended else QUEUE_REVIEW
    due, interval = schedule.due_day - first_day, max(1, schedule.interval_days)
    return (REVIEW, queue, due, interval, schedule.ease * 10, schedule.answers, schedule.lapses, 0)


def _write_history(
    connection: sqlite3.Connection, numbers: dict[str, int], history: Iterable[tuple[str, Step]]
) -> int:
    """The answers in force, by time; those of one millisecond are put a millisecond apart."""
    found = [
        (step.event.at, step.event.id, numbers[card], step)
        for card, step in history
        if card in numbers and step.in_force and step.event.q is not None
    ]
    last = 0
    for at, _, number, step in sorted(found):
        last = max(at, last + 1)
        *intervals, kind = _intervals_and_type(step)
        milliseconds = min(round((step.event.seconds or 0) * 1000), 2**31)
        row = (last, number, -1, RATINGS[step.event.q or 0], *intervals, milliseconds, kind)
        _insert(connection, "revlog", row)
    return len(found)


def _intervals_and_type(review: Step) -> tuple[int, int, int, int]:
    """Interval after, interval before, ease in permille, and the row's type."""
    before, after, role = review.before, review.after, review.role
    if review.event.kind == Kind.RECORDED:
        # Anybody may have written its details.
        facts = orjson.loads(review.event.details or "{}")
        names = ("interval_days", "last_interval_days", "ease_permille", "revlog_type")
        interval, last, ease, kind = (facts.get(name) for name in names)
        return _whole(interval), _whole(last), _whole(ease), _whole(kind, _REVIEWED)
    early = role is Role.PRACTICE
    if role in (Role.CRAM, Role.DRILL) or (early and (review.event.q or 0) >= PASS):
        # What Anki writes in a deck that reschedules nothing: by the ease of 0 its statistics leave it out.
        return 0, 0, 0, _CRAM
    kind = _CRAM if early else _REVIEWED if before.repetitions else _RELEARN if before.lapses else _LEARN
    return _days(after), _days(before), after.ease * 10, kind


def _whole(fact: object, otherwise: int = 0) -> int:
    return fact if isinstance(fact, int) and abs(fact) < 2**31 else otherwise


def _days(schedule: Schedule) -> int:
    return 0 if schedule.due_day is None else schedule.interval_days


def _stable_id(text: str) -> int:
    """An id in the range of Anki's own, the same for the same text at every export."""
    return _ID_BASE + int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) % _ID_RANGE


def _insert(connection: sqlite3.Connection, table: str, row: tuple[object, ...]) -> None:
    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 (ours)
