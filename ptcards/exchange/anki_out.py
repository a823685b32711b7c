"""Cards for Anki: a package with schedule and history that every version imports, or a text file of notes."""

import csv
import html
import io
import re
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from hashlib import blake2b, sha1
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

from ptcards.deck.card import Accepts, Card, Markup, default_seed, draw, from_data
from ptcards.deck.nodes import plain_lines
from ptcards.exchange.anki_in import MARK, NEW, OWN_NOTETYPE, QUEUE_REVIEW, QUEUE_SUSPENDED, REVIEW
from ptcards.exchange.anki_memory import memory_out
from ptcards.exchange.incoming import ORIGIN, is_named, notetypes_of
from ptcards.exchange.log import Export, Selection, chosen_cards, chosen_decks, reviews
from ptcards.scheduling.events import Kind, Role, Step
from ptcards.scheduling.sm2 import PASS
from ptcards.store.library import StoredCard
from ptcards.study.desk import Desk, Now
from ptcards.study.scheduler import memories
from ptcards.text import counted

RATINGS = (1, 1, 1, 2, 3, 4)
"""SM-2's grade to Again 1, Hard 2, Good 3, Easy 4."""
_NOT_CARRIED = (
    ("check", "the check"),
    ("vary", "what varies (one draw of it is shown)"),
    ("wrong", "the known mistakes"),
    ("hints", "the hints"),
    ("also", "other right answers"),
    ("starter", "what the editor starts with"),
    ("source", "where cards come from"),
)
_HEADERS = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:4\n"
_EMPTY: dict[str, Any] = orjson.loads(Path(__file__).with_name("collection.json").read_bytes())
"""A collection of Anki's, as every version imports it, and the note type that our packages have."""
_SCHEMA = 11
_LEARN, _REVIEWED, _RELEARN, _CRAM = range(4)
"""Values of `revlog.type`."""
_DAY_SECONDS = 86_400
_ID_BASE = 1_500_000_000_000
_ID_RANGE = 100_000_000_000


class _Note(NamedTuple):
    """A card as one of a note: the one that it was made of, or one of its own."""

    guid: str
    notetype: int
    type_name: str
    position: int  # Of the card in its note
    deck: str
    fields: list[str]


_Written = tuple[StoredCard, Card, _Note]


def write_anki_text(desk: Desk, selection: Selection) -> Export:
    """One note a row, with the guid it came with, else the card's key, so that importing it again updates."""
    notes, _, _ = _notes(desk, selection)
    rows = dict[tuple[str, int], tuple[str, ...]]()
    for _, card, note in notes:
        about = note.guid, note.type_name, note.deck, " ".join(_tags(card))
        rows[note.guid, note.notetype] = *about, *note.fields
    # Anki counts the columns in the first row.
    width = max(map(len, rows.values()), default=0)
    table = [(*row, *[""] * (width - len(row))) for row in rows.values()]
    lost = _left_out(notes)
    said = f"{counted(len(notes), 'card')} as {counted(len(rows), 'note')}{lost and f', without {lost}'}"
    said += "; no schedule: that is what apkg carries"
    data = _HEADERS.encode() + as_csv(table, "\t")
    return Export(data, said, "In Anki: File, Import, {file}; again to update")


def as_csv(rows: Iterable[Sequence[object]], delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    # A lone carriage return would end a row.
    plain = ([plain_lines(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(plain)
    return text.getvalue().encode(errors="replace")


def write_apkg(desk: Desk, selection: Selection) -> Export:
    """A package, its notes with the guids that they came with, else the keys of cards: another updates it."""
    notes, about, types = _notes(desk, selection)
    now = desk.now()
    history = list(reviews(desk, selection))
    remembered = _remembered(desk, notes, history)
    # Anki counts its days from there, and none may be negative.
    due_days = [day for one, _, _ in notes if (day := one.schedule.due_day) is not None]
    first_day = min([now.day, *due_days]) - 1
    numbers: dict[str, int] = {}
    """Of the cards in Anki, by their keys here."""
    made: dict[tuple[str, int, int], int] = {}
    note_numbers: dict[tuple[str, int], int] = {}
    taken: set[int] = set()

    def number_for(text: str) -> int:
        number = _stable_id(text)
        while number in taken:
            number += 1
        taken.add(number)
        return number

    with closing(sqlite3.connect(":memory:")) as connection:
        for table, columns in _EMPTY["tables"].items():
            connection.execute(f"CREATE TABLE {table} ({columns})")
        for one, card, note in notes:
            about.setdefault(note.deck, "")
            which = note.guid, note.notetype
            if (*which, note.position) in made:
                # The same card, imported into two decks.
                numbers[one.key] = made[*which, note.position]
                continue
            if which not in note_numbers:
                note_numbers[which] = number_for(note.guid)
                # What came from Anki is never newer than what is there.
                mod = now.moment.at // 1000 if note.notetype == OWN_NOTETYPE else 1
                tags, first = _tags(card) + [MARK] * one.schedule.marked, note.fields[0]
                spaced, fields = f" {' '.join(tags)} " if tags else "", "\x1f".join(note.fields)
                checksum = int(sha1(first.encode(), usedforsecurity=False).hexdigest()[:8], 16)
                row = (note_numbers[which], note.guid, note.notetype, mod, -1, spaced, fields)
                _insert(connection, "notes", (*row, first, checksum, 0, ""))
            number = note_numbers[which] if note.guid == one.key else number_for(one.key)
            numbers[one.key] = made[*which, note.position] = number
            deck_id = _stable_id(f"deck {note.deck}")
            own = (number, note_numbers[which], deck_id, note.position, now.moment.at // 1000, -1)
            memory = remembered.get(one.key, "")
            _insert(connection, "cards", (*own, *_schedule(one, first_day), 0, 0, 0, memory))
        _write_collection(connection, now, about, types, first_day)
        count = _write_history(connection, numbers, history)
        connection.commit()
        data = connection.serialize()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("collection.anki2", data)
        package.writestr("media", "{}")
    lost = _left_out(notes)
    without = f"; Anki runs nothing, so {lost} stay behind" if lost else ""
    said = f"{counted(len(notes), 'card')} with schedule and {counted(count, 'review')}{without}"
    after = 'In Anki: File, Import, {file}, with "Import any learning progress" switched on'
    return Export(out.getvalue(), said, after)


def _remembered(desk: Desk, notes: Sequence[_Written], history: Iterable[tuple[str, Step]]) -> dict[str, str]:
    """What FSRS remembers of the cards that it schedules, as Anki keeps it, by their keys."""
    known, last = memories(desk, (one for one, _, _ in notes)), Counter[str]()
    for key, step in history:
        if key in known and step.in_force and step.event.day == known[key].day:
            last[key] = max(last[key], step.event.at)
    asked = (one.key for one, _, _ in notes if one.schedule.due_day is not None)
    return {key: memory_out(known.get(key), last[key]) for key in asked}


def _notes(desk: Desk, selection: Selection) -> tuple[list[_Written], dict[str, str], dict[str, Any]]:
    """The cards as notes, what each deck is about by its name in Anki, and the note types kept, by id."""
    decks = chosen_decks(desk, selection)
    # A title is the name where importing it gives the slug again.
    names = {deck.slug: deck.title if is_named(deck.slug, deck.title) else deck.slug for deck in decks}
    types, notes = {deck.slug: notetypes_of(deck.content) for deck in decks}, list[_Written]()
    for one in chosen_cards(desk, selection, decks):
        card = from_data(Card, orjson.loads(one.content))
        notes.append((one, card, _note_of(one, card, names[one.deck], types[one.deck])))
    about = {names[deck.slug]: deck.about for deck in decks}
    used = {str(note.notetype) for _, _, note in notes}
    kinds = (one for each in types.values() for one in each.items())
    return notes, about, {number: kind for number, kind in kinds if number in used}


def _note_of(stored: StoredCard, card: Card, deck: str, types: Mapping[str, Any]) -> _Note:
    match card.extras.get(ORIGIN):
        case {"guid": str(guid), "notetype": kind, "ord": int(at), "deck": str(home), "fields": [*fields]}:
            known = types.get(str(kind), {"fields": []})
            if fields and len(known["fields"]) == len(fields) and 0 <= at < 2**16:
                return _Note(guid, int(str(kind)), known["name"], at, home, [*map(str, fields)])
            if isinstance(kind, str) and not at:
                return _Note(guid, OWN_NOTETYPE, kind, 0, home, list(faces(card, stored.key)))
    return _Note(stored.key, OWN_NOTETYPE, "Basic", 0, deck, list(faces(card, stored.key)))


def faces(card: Card, key: str) -> tuple[str, str]:
    """Question with what is given, and solution with explanation, as HTML; the same draw at every export."""
    if card.vary:
        card = draw(card, default_seed(key, 0))
    written = _as_it_is if card.markup is Markup.PLAIN else to_html
    given, solution = (_CODE.format(escapeHtml(one.rstrip())) for one in (card.given, card.solution))
    given = given if card.given.strip() else ""
    solution = written(card.solution) if card.accepts is Accepts.RECALL else solution
    return f"{written(card.question)}{given}", f"{solution}{written(card.explanation)}"


def to_html(markdown: str) -> str:
    """Markdown as HTML; HTML in it is shown as text."""
    return str(_RENDERER.render(markdown)).strip()


_CODE = '<pre><code class="language-python">{}\n</code></pre>'
_RENDERER = MarkdownIt("commonmark", {"html": False}).enable("table")


def _as_it_is(text: str) -> str:
    """Text as HTML that shows the same, its blanks and line breaks too."""
    text = html.escape(text, quote=False).replace("[sound:", "&#91;sound:").replace("[anki:", "&#91;anki:")
    text = re.sub(r"\r\n?|\n", "<br>", text.expandtabs(4))
    return re.sub("(?<![^ >]) | (?= )", "&nbsp;", text)


def _left_out(notes: list[_Written]) -> str:
    """In words, what two sides cannot carry; "" where nothing stays behind."""
    lost = (words for name, words in _NOT_CARRIED if any(getattr(card, name) for _, card, _ in notes))
    return ", ".join(lost)


def _tags(card: Card) -> list[str]:
    return [tag.replace(" ", "_") for tag in card.tags]


def _write_collection(
    connection: sqlite3.Connection, now: Now, about: dict[str, str], types: dict[str, Any], first_day: int
) -> None:
    at, west, own = now.moment.at, -now.moment.offset, _EMPTY["own"]
    mod = {"mod": at // 1000}
    models, decks = dict[str, Any](), dict[str, Any]()
    for number, kind in (*types.items(), (str(OWN_NOTETYPE), own)):
        fields = [_EMPTY["field"] | {"name": name, "ord": ord_} for ord_, name in enumerate(kind["fields"])]
        forms = [
            _EMPTY["template"] | {"name": name, "ord": ord_, "qfmt": front, "afmt": back}
            for ord_, (name, front, back) in enumerate(kind["templates"])
        ]
        # One that came from Anki is never newer than what is there.
        facts = {"id": int(number), "name": kind["name"], "type": int(kind["cloze"]), "css": kind["css"]}
        facts |= {"flds": fields, "tmpls": forms}
        models[number] = _EMPTY["notetype"] | (mod if kind is own else {"mod": 1}) | facts
    for name, text in (("Default", ""), *about.items()):
        number = str(_stable_id(f"deck {name}") if decks else 1)
        decks[number] = _EMPTY["deck"] | mod | {"id": int(number), "name": name, "desc": text}
    conf = _EMPTY["conf"] | {"creationOffset": west, "localOffset": west}
    created = first_day * _DAY_SECONDS + west * 60 + conf["rollover"] * 3600
    texts: tuple[dict[str, Any], ...] = (conf, models, decks, {"1": _EMPTY["options"] | mod}, {})
    row = (1, created, at, at, _SCHEMA, 0, 0, 0, *(orjson.dumps(text).decode() for text in texts))
    _insert(connection, "col", row)


def _schedule(stored: StoredCard, first_day: int) -> tuple[int, ...]:
    """From `type` to `left` of a card's row."""
    schedule, kind = stored.schedule, NEW if stored.schedule.due_day is None else QUEUE_REVIEW
    queue = QUEUE_SUSPENDED if schedule.suspended else kind
    if schedule.due_day is None:
        return (NEW, queue, stored.position + 1, 0, 0, 0, 0, 0)
    due, interval = schedule.due_day - first_day, max(1, schedule.interval_days)
    return (REVIEW, queue, due, interval, schedule.ease * 10, schedule.answers, schedule.lapses, 0)


def _write_history(
    connection: sqlite3.Connection, numbers: dict[str, int], history: Iterable[tuple[str, Step]]
) -> int:
    """The answers in force, by time; those of one millisecond are spread, a millisecond each."""
    found = [
        (step.event.at, step.event.id, numbers[card], step)
        for card, step in history
        if card in numbers and step.in_force and step.event.q is not None
    ]
    last = 0
    for at, _, number, step in sorted(found):
        last = max(at, last + 1)
        event, before, after, early = step.event, step.before, step.after, step.role is Role.PRACTICE
        if event.kind == Kind.RECORDED:
            # Anybody may have written its details.
            facts = orjson.loads(event.details or "{}")
            kind = _whole(facts.get("revlog_type"), _REVIEWED)
            names = ("interval_days", "last_interval_days", "ease_permille")
            intervals = [_whole(facts.get(name)) for name in names]
        elif step.role in (Role.CRAM, Role.DRILL) or (early and (event.q or 0) >= PASS):
            # As in a deck that reschedules nothing: by the ease of 0 Anki's statistics leave it out.
            intervals, kind = [0, 0, 0], _CRAM
        else:
            kind = _REVIEWED if before.repetitions else _RELEARN if before.lapses else _LEARN
            kind = _CRAM if early else kind
            days = [0 if one.due_day is None else one.interval_days for one in (after, before)]
            intervals = [*days, after.ease * 10]
        milliseconds = min(round((step.event.seconds or 0) * 1000), 2**31)
        row = (last, number, -1, RATINGS[step.event.q or 0], *intervals, milliseconds, kind)
        _insert(connection, "revlog", row)
    return len(found)


def _whole(fact: object, otherwise: int = 0) -> int:
    return fact if isinstance(fact, int) and abs(fact) < 2**31 else otherwise


def _stable_id(text: str) -> int:
    """An id in the range of Anki's own, the same for the same text at every export."""
    return _ID_BASE + int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) % _ID_RANGE


def _insert(connection: sqlite3.Connection, table: str, row: tuple[object, ...]) -> None:
    connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608 (ours)
