"""Anki's packages and collections as decks of `recall` cards, with schedules and reviews on request.

A package is a zip with a database in it, either of which may be meant to do harm.
"""

import errno
import re
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import localtime
from typing import Any, NamedTuple

import orjson
import zstandard

from ptcards.deck.card import Accepts, Card, Deck, Markup, key_of
from ptcards.deck.reading import MOST_TEXT
from ptcards.errors import ExchangeError
from ptcards.exchange import incoming
from ptcards.exchange.anki_memory import has_parameters, memory_in
from ptcards.exchange.anki_templates import cloze_numbers, sides
from ptcards.exchange.incoming import DEVICE, ORIGIN, Brought, Incoming, Names, to_text
from ptcards.language import _, later
from ptcards.scheduling import sm2
from ptcards.scheduling.days import LAST_DAY, Moment, study_day
from ptcards.scheduling.events import LATEST, Event, Kind, imported_id, json_text
from ptcards.scheduling.sm2 import LONGEST_INTERVAL, LOWEST_EASE, START_EASE, Schedule

NEW, LEARNING, REVIEW, RELEARNING = range(4)
"""Values of `cards.type`."""
QUEUE_SUSPENDED, QUEUE_REVIEW, QUEUE_DAY_LEARNING = -1, 2, 3
_BURIED = (-2, -3)
_FLAG = 0b111
_CLOZE = 1
MARK = "marked"
"""Anki's tag of a note that is marked."""
OWN_NOTETYPE = 1_607_392_319_417
"""The id of the note type that our packages have: constant, so that every export means the same one."""
GRADES = (0, 1, 3, 4, 5)
"""Again 1, Hard 2, Good 3, Easy 4 to SM-2's grade."""

_SQLITE = b"SQLite format 3\0"
MOST_BYTES = 1024 * 2**20
_TOO_LARGE = later("its collection is larger than {} GiB: more than a deck needs")
MOST_CARDS = 1_000_000
MOST_REVIEWS = 5_000_000
_MOST_ALL_TEXT = 256 * 2**20
_MOST_META = 4096
_LONGEST_MESSAGE = 2**20
_MOST_STEPS = 40_000
_STEP = 100_000
"""Instructions of SQLite's between two counts; together with `_MOST_STEPS` some minutes of work."""
_VARINT = re.compile(rb"[\x80-\xff]{0,9}[\0-\x7f]")
_LONGEST_VALUE = 64 * 2**20
_LATEST_VERSION = 3
_NOT_WHOLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError)
"""What reading a damaged zip raises."""
_PIECE = 1 << 20
_DAY_SECONDS = 86_400
_SECOND_INTERVAL = 6
_AS_NEW: dict[str, float | None] = dict(zip(Schedule._fields[:5], sm2.NEW[:5], strict=True))
_TABLES = {*"col notes cards revlog notetypes fields templates decks config sqlite_master".split()}  # noqa: SIM905
_TABLES |= {"deck_config"}
_NOTES = (
    "SELECT n.guid, n.mid, n.tags, n.flds, c.id, c.ord, c.did, c.odid, c.flags, c.queue "
    "FROM notes n JOIN cards c ON c.nid = n.id ORDER BY c.due, c.id"
)
_REVIEWS = "SELECT cid, id, ease, ivl, lastIvl, factor, time, type FROM revlog ORDER BY cid, id"
_FIELDS = "SELECT ntid, name FROM fields WHERE ntid IN (SELECT id FROM notetypes) ORDER BY ntid, ord"
_FORMS = (
    "SELECT ntid, name, config FROM templates WHERE ntid IN (SELECT id FROM notetypes) ORDER BY ntid, ord"
)
_FORM = ("name", "qfmt", "afmt")
_CARDS = "SELECT id, type, queue, due, odue, odid, ivl, factor, lapses, mod, data FROM cards"


class Collection(NamedTuple):
    """What a package says once for all its cards, and where the rest of it is read from."""

    connection: sqlite3.Connection
    created: int  # Seconds since 1970
    offset: int | None  # Minutes east of UTC when it was created; None where it does not say
    notetypes: dict[int, dict[str, Any]]
    """By id: `name`, `cloze`, `fields`, `templates` (name, question and answer of each card), `css`."""
    decks: dict[int, str]  # Names by id, levels joined by `::`
    fitted: bool  # Its options have parameters of FSRS

    def moment(self, at: int) -> Moment:
        """An instant in the offset it had: by the zone of here, unless that was another at the beginning."""
        at = max(0, min(at, LATEST))
        then, here = (localtime(second).tm_gmtoff // 60 for second in (self.created, at // 1000))
        return Moment(at, here if self.offset in (None, then) else self.offset)


def read_package(
    path: Path, deck: str | None = None, names: Names | None = None, *, with_progress: bool = False
) -> Incoming:
    """The decks of a package; `deck` names that of all cards, `names` knows what is here; or an error."""
    decks: dict[str, tuple[str, dict[str, Card], dict[str, Any]]] = {}
    """By slug its title, cards and note types."""
    keys: dict[int, str] = {}
    marked: set[int] = set()
    counts: Counter[str] = Counter()
    events: list[Event] | None = None
    size, names = 0, names or Names()
    with _open(path) as collection:
        for number, row in enumerate(collection.connection.execute(_NOTES)):
            if number >= MOST_CARDS or size > _MOST_ALL_TEXT or len(decks) > incoming.MOST_DECKS:
                raise ExchangeError(_("it holds more than this program takes at once: export single decks"))
            counts["cards in the file"] += 1
            *note, anki_id, position, deck_id, home, flags, queue = row
            title = deck or collection.decks.get(home or deck_id, "Default")
            slug = names.deck(title)
            if (card := _card(collection.notetypes, counts, note, position, title, slug)) is None:
                continue
            if type(flags) is int and flags & _FLAG:
                counts["cards with a coloured flag, which was left out"] += 1
            if queue in _BURIED:
                counts["cards that are buried in Anki and are not here"] += 1
            size += len(card.question) + len(card.solution) + len(str(note[3]))
            __, cards, kept = decks.setdefault(slug, (title, {}, {}))
            if (card := names.card(slug, card)).id in cards:
                counts["cards of a note that is there twice, left out"] += 1
                continue
            cards[card.id] = card
            if card.extras and str(note[1]) not in kept:
                size += len(orjson.dumps(collection.notetypes[note[1]]))
                kept[str(note[1])] = collection.notetypes[note[1]]
            keys[anki_id] = key_of(slug, card.id)
            if MARK in str(note[2]).split():
                marked.add(anki_id)
        if not decks:
            raise ExchangeError(_("; ").join((_("there is no card in it that can be taken"), *_said(counts))))
        if with_progress:
            events = list(_events(collection, keys, marked, counts, names))
    made = (
        Deck(slug, tuple(cards.values()), title, extras={ORIGIN: kept} if kept else {})
        for slug, (title, cards, kept) in decks.items()
    )
    left = [_("schedules and reviews were left out: --with-progress brings them in")] * (not with_progress)
    left += [_("its FSRS parameters were not taken: ptcards compare fits yours")] * collection.fitted
    notes = *_said(counts), *left, _("deck options, styling and media files were left out")
    return Incoming(tuple(made), notes, None if events is None else tuple(events))


def _said(counts: Counter[str]) -> list[str]:
    return [_("{}: {}", _(words), f"{number:,}") for words, number in counts.items()]


def cards_again(
    known: list[Brought], row: Mapping[str, Any], tags: str, counts: Counter[str], slug: str
) -> Iterator[Card]:
    """The cards of a note that a package brought, as `row`, its origin by a text file, has the note now."""
    (kind, before), own = known[0], row["fields"]
    number, places = before["notetype"], {one["ord"] for _, one in known}
    # A text file may say less than the package did.
    fields = [*own, *before["fields"][len(own) :]][: len(before["fields"])]
    if kind["cloze"]:
        places = {number - 1 for number in cloze_numbers("".join(fields))}
    note = [row["guid"], number, tags, "\x1f".join(fields)]
    every = (_card({number: kind}, counts, note, at, row["deck"], slug) for at in sorted(places))
    return (card for card in every if card is not None)


def _card(
    notetypes: Mapping[int, Any], counts: Counter[str], note: list[Any], position: Any, deck: str, slug: str
) -> Card | None:
    guid, model, tags, fields = str(note[0]), note[1], str(note[2]), str(note[3]).split("\x1f")
    if (notetype := notetypes.get(model)) is None:
        counts["cards whose note type is not in the package, left out"] += 1
        return None
    if any(len(text) > MOST_TEXT for text in fields):
        counts[_("cards with a field longer than {:,} characters, left out", MOST_TEXT)] += 1
        return None
    cloze, templates = notetype["cloze"], notetype["templates"]
    if type(position) is not int or not 0 <= position * (not cloze) < len(templates):
        counts["cards without a template, left out"] += 1
        return None
    template = templates[0 if cloze else position]
    own_id = incoming.id_of_guid(guid, slug)[: incoming.LONGEST_NOTE_ID]
    if cloze or position:
        own_id = f"{own_id}-{'c' * cloze}{position + 1}"
    values = {"Tags": tags.strip(), "Deck": deck, "Subdeck": deck.rpartition("::")[2]}
    values |= {"Type": notetype["name"], "Card": template[0], "CardFlag": ""}
    values |= dict(zip(notetype["fields"], fields, strict=False))
    question, answer, hints, refusal = sides(template, position + 1 if cloze else 0, values)
    front, back = to_text(question, css=notetype["css"]), to_text(answer, hidden=True)
    if refusal or not front.strip():
        counts[refusal or _("cards with an empty front, left out")] += 1
        return None
    if not back.strip():
        counts["cards with an empty back"] += 1
    if media := incoming.count_media(question) + incoming.count_media(answer):
        counts["pictures and sounds, not shown, on the back named"] += media
    # Our own exports come back as what they were.
    origin = {"guid": guid, "notetype": model, "ord": position, "deck": deck, "fields": fields}
    shown = own_id, front, back if back.strip() else incoming.NO_BACK, Accepts.RECALL, Markup.PLAIN
    return Card(
        *shown,
        hints=tuple(text for hint in hints if (text := to_text(hint, hidden=True))),
        tags=tuple(dict.fromkeys(tag for tag in tags.split() if tag != MARK)),
        extras={} if model == OWN_NOTETYPE and guid.startswith(f"{slug}/") else {ORIGIN: origin},
    )


# -- opening -------------------------------------------------------------------------------------------------


@contextmanager
def _open(path: Path) -> Iterator[Collection]:
    """The collection, in a package or by itself, read-only; no name in a package chooses a place on disk."""
    with path.open("rb") as file:
        is_bare = file.read(len(_SQLITE)) == _SQLITE
    log = path.with_name(f"{path.name}-wal")
    if is_bare and log.exists() and log.stat().st_size:
        raise ExchangeError(_("Anki has it open: close Anki first, then import it again"))
    with tempfile.TemporaryDirectory(prefix="ptcards-") as folder:
        unpacked = path.absolute() if is_bare else Path(folder) / "collection"
        try:
            if not is_bare:
                with zipfile.ZipFile(path) as package:
                    _unpack(package, unpacked)
            elif path.stat().st_size > MOST_BYTES:
                raise ExchangeError(_(_TOO_LARGE, MOST_BYTES // 2**30))
        except (*_NOT_WHOLE, OSError) as error:
            # An offset before the file; other errors of the system are the disk's.
            if isinstance(error, OSError) and error.errno != errno.EINVAL:
                raise
            raise ExchangeError(_("this is no whole Anki package: {}", _sentence(error))) from None
        try:
            with closing(sqlite3.connect(f"{unpacked.as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
                _restrict(connection)
                yield _read_collection(connection)
        except (sqlite3.Error, OverflowError, UnicodeDecodeError, MemoryError) as error:
            if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
                raise ExchangeError(_("its collection takes too long to read")) from None
            raise ExchangeError(_("its collection is damaged: {}", _sentence(error))) from None


def _unpack(package: zipfile.ZipFile, target: Path) -> None:
    """Write the newest collection of the package to `target`."""
    members = {info.filename: info for info in package.infolist()}
    if not {info.compress_type for info in members.values()} <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        # What bzip2 and LZMA raise on damaged data says nothing of its cause.
        raise ExchangeError(_("this is no whole Anki package: {}", _("it is packed as Anki packs none")))
    version = 0
    if "meta" in members:
        with package.open("meta") as meta:
            version = int(_message(meta.read(_MOST_META)).get(1, 0))
    if version > _LATEST_VERSION:
        words = later("version {} of Anki's packages is newer than this program reads ({})")
        raise ExchangeError(_(words, version, _LATEST_VERSION))
    names = ("collection.anki21b", "collection.anki21", "collection.anki2")
    info = next((members[name] for name in names if name in members), None)
    if info is None:
        raise ExchangeError(_("there is no collection in it: export from Anki as .apkg"))
    if info.file_size > MOST_BYTES:
        raise ExchangeError(_(_TOO_LARGE, MOST_BYTES // 2**30))
    with package.open(info) as packed, target.open("wb") as out:
        unpacker = zstandard.ZstdDecompressor(max_window_size=2**27)
        reader = unpacker.stream_reader(packed) if info.filename.endswith("b") else packed
        try:
            while piece := reader.read(_PIECE):
                out.write(piece)
                if out.tell() > MOST_BYTES:
                    raise ExchangeError(_(_TOO_LARGE, MOST_BYTES // 2**30))
        except zstandard.ZstdError as error:
            raise ExchangeError(_("its collection cannot be unpacked: {}", _sentence(error))) from None


def _restrict(connection: sqlite3.Connection) -> None:
    """Let nothing be done but reading Anki's tables, and that not for ever."""

    def authorize(action: int, table: str | None, _: str | None, __: str | None, inside: str | None) -> int:
        # Nothing on behalf of a view or trigger.
        reads = action == sqlite3.SQLITE_READ and inside is None and table in _TABLES
        return sqlite3.SQLITE_OK if reads or action == sqlite3.SQLITE_SELECT else sqlite3.SQLITE_DENY

    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    # Anki's own order of names; nothing here is put in order by it, but its indexes name it.
    connection.create_collation("unicase", lambda one, other: (one > other) - (one < other))
    connection.set_authorizer(authorize)
    steps = iter(range(_MOST_STEPS))
    connection.set_progress_handler(lambda: int(next(steps, None) is None), _STEP)
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        if name in _TABLES and (kind != "table" or not str(sql).upper().startswith("CREATE TABLE")):
            raise ExchangeError(_("its {} is no table: this collection is not one of Anki's", name))


def _sentence(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return _("it asks for more memory than there is")
    return str(error).strip() or type(error).__name__


# -- note types and decks ------------------------------------------------------------------------------------


def _read_collection(connection: sqlite3.Connection) -> Collection:
    """In either of the forms that Anki writes; ExchangeError where it is neither."""
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        if ("col",) not in tables:
            raise ExchangeError(_("this is a database, but no collection of Anki's"))
        row = connection.execute("SELECT crt, conf, models, decks FROM col LIMIT 1").fetchone()
        if row is None:
            raise ExchangeError(_("its collection is empty"))
        notetypes: dict[int, dict[str, Any]] = {}
        if ("notetypes",) not in tables:
            # Schema 11: everything is JSON in one row.
            conf, models, decks = (orjson.loads(text or "{}") for text in row[1:])
            for key, model in models.items():
                own: dict[str, Any] = {name: str(model.get(name, "")) for name in ("name", "css")}
                forms = [[str(one.get(name, "")) for name in _FORM] for one in model["tmpls"]]
                fields = [str(field["name"]) for field in model["flds"]]
                own |= {"cloze": model.get("type") == _CLOZE, "fields": fields, "templates": forms}
                notetypes[int(key)] = own
            titles = {int(key): str(deck["name"]) for key, deck in decks.items()}
            west = conf.get("creationOffset", conf.get("localOffset"))
        else:
            # Schema 15 and later: tables, their details in protocol buffers.
            for number, name, config in connection.execute("SELECT id, name, config FROM notetypes"):
                parts = _message(config)
                own = {"name": str(name), "cloze": parts.get(1) == _CLOZE, "css": _text(parts.get(3))}
                notetypes[int(number)] = own | {"fields": [], "templates": []}
            for number, name in connection.execute(_FIELDS):
                notetypes[number]["fields"].append(str(name))
            for number, name, config in connection.execute(_FORMS):
                parts = _message(config)
                form = [str(name), _text(parts.get(1)), _text(parts.get(2))]
                notetypes[number]["templates"].append(form)
            found = connection.execute("SELECT id, name FROM decks")
            titles = {int(number): str(name).replace("\x1f", "::") for number, name in found}
            options = dict(connection.execute("SELECT KEY, val FROM config").fetchall())
            west = orjson.loads(options.get("creationOffset") or options.get("localOffset") or b"null")
        # Anki counts minutes west.
        offset = -west if isinstance(west, int) and abs(west) < 24 * 60 else None
        created, fitted = max(0, min(int(row[0]), LATEST // 1000)), _is_fitted(connection, tables)
        return Collection(connection, created, offset, notetypes, titles, fitted)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ExchangeError(_("its collection is damaged: {}", f"{type(error).__name__}: {error}")) from None


def _is_fitted(connection: sqlite3.Connection, tables: list[tuple[str]]) -> bool:
    with suppress(ValueError, TypeError, AttributeError):
        if ("deck_config",) in tables:
            rows = connection.execute("SELECT config FROM deck_config")
            return any(has_parameters(_message(config)) for (config,) in rows)
        (options,) = connection.execute("SELECT dconf FROM col").fetchone()
        return any(map(has_parameters, orjson.loads(options).values()))
    return False


def _message(message: Any) -> dict[int, int | bytes]:
    """The last value of each field of a protocol buffer, all but integers as bytes; ValueError for noise."""
    if type(message) is not bytes or len(message) > _LONGEST_MESSAGE:
        raise ValueError(_("this is no message"))
    fields, position = dict[int, int | bytes](), 0

    def varint() -> int:
        nonlocal position
        if (found := _VARINT.match(message, position)) is None:
            raise ValueError(_("this is no message"))
        position = found.end()
        return sum((byte & 0x7F) << 7 * at for at, byte in enumerate(found[0]))

    while position < len(message):
        key = varint()
        if key & 7 == 0:
            value: int | bytes = varint()
        else:
            # Of two kinds the length is known, of one it is said.
            length = {1: 8, 5: 4}.get(key & 7) or (varint() if key & 7 == 2 else len(message))  # noqa: PLR2004
            value = message[position : position + length]
            position += length
        if not key >> 3 or position > len(message):
            raise ValueError(_("this is no message"))
        fields[key >> 3] = value
    return fields


def _text(value: int | bytes | None) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


# -- schedules and reviews -----------------------------------------------------------------------------------


def _events(
    collection: Collection, keys: dict[int, str], marked: set[int], counts: Counter[str], names: Names
) -> Iterator[Event]:
    """What was done in Anki as events of the log, but what is here already."""
    passes: Counter[int] = Counter()
    for number, row in enumerate(collection.connection.execute(_REVIEWS)):
        card, at, ease = row[:3]
        if number >= MOST_REVIEWS:
            raise ExchangeError(_("it holds more than {:,} reviews: export single decks", MOST_REVIEWS))
        if not all(type(value) is int for value in row) or not 0 < at <= LATEST:
            counts["reviews that make no sense, left out"] += 1
        elif card not in keys:
            counts["reviews of cards that are not in the package, left out"] += 1
        elif not 0 < ease < len(GRADES):
            counts["changes of a schedule by hand, which are no reviews, left out"] += 1
        else:
            passes[card] = 0 if ease == 1 else passes[card] + 1
            if at not in names.past(keys[card])[0]:
                yield _recorded(keys[card], row, collection.moment(at))
    for row in collection.connection.execute(_CARDS):
        *row, data = row  # noqa: PLW2901
        if not all(type(value) is int for value in row) or row[0] not in keys:
            continue
        card, kind, queue, *__, changed = row
        past, here = names.past(keys[card])
        wanted = _AS_NEW
        if kind in (REVIEW, RELEARNING):
            if (memory := memory_in(data, lambda at: study_day(collection.moment(at)))) is None:
                counts["FSRS memories that make no sense, left out"] += 1
            wanted = _schedule(row, collection, passes[card]) | (memory or {})
        # Repetitions are ours alone.
        is_here = here[1:5] == tuple(wanted.values())[1:5]
        suspended, now = queue == QUEUE_SUSPENDED, json_text(wanted)
        # What is so since the card last changed, and what was so before: in Anki, else here.
        facts: tuple[tuple[Kind, Kind, object, object], ...] = (
            (Kind.SCHEDULE_SET, Kind.SCHEDULE_SET, now, now if is_here else json_text(_AS_NEW)),
            (Kind.SUSPENDED, Kind.RESUMED, suspended, suspended and here.suspended),
            (Kind.MARKED, Kind.UNMARKED, card in marked, card in marked and here.marked),
        )
        for sets, unsets, is_so, before in facts:
            last = past.get(sets)
            was_so = before if last is None else last.details if sets is unsets else last.kind == sets
            if is_so == was_so or (last and last.at // 1000 > changed):
                continue
            # Anki counts in seconds.
            moment = collection.moment(max(changed * 1000, last.at + 1 if last else 0))
            what = sets if is_so else unsets
            details = now if sets is unsets else None
            said = f"{DEVICE} {what} {moment.offset} {incoming.digest(details or '', 8)}"
            own = imported_id(Kind.SCHEDULE_SET, said, keys[card], moment.at)
            yield Event(own, DEVICE, own, keys[card], what, *moment, study_day(moment), details=details)
            if details and here.answers:
                counts["cards that were graded here, whose newer schedule in Anki was not taken"] += 1
        if kind == LEARNING:
            counts["cards still being learned in Anki, which begin as new"] += 1


def _recorded(key: str, row: tuple[int, ...], moment: Moment) -> Event:
    _, at, ease, interval, last, factor, milliseconds, kind = row
    # Anki writes intervals below a day as negative seconds.
    days = [max(0, min(number, LONGEST_INTERVAL)) for number in (interval, last)]
    facts = {"interval_days": days[0], "last_interval_days": days[1], "revlog_type": kind}
    details = json_text(facts | {"ease_permille": max(0, min(factor, 2**31))})
    seconds = min(max(milliseconds, 0) / 1000, float(_DAY_SECONDS))
    # Facts and id belong together: should Anki ever change a review, it is another one.
    own = imported_id(Kind.RECORDED, f"{DEVICE} {ease} {seconds} {moment.offset} {details}", key, at)
    return Event(
        own, DEVICE, own, key, Kind.RECORDED, *moment, study_day(moment),
        q=GRADES[ease], seconds=seconds, verdict="none", details=details,
    )  # fmt: skip


def _schedule(row: Sequence[int], collection: Collection, passes: int) -> dict[str, float | None]:
    """Anki keeps no repetitions: its passes since the last Again are taken for them."""
    _, kind, queue, due, odue, odid, ivl, factor, lapses, _ = row
    interval = max(1, min(ivl, LONGEST_INTERVAL))
    relearning = kind == RELEARNING
    due = odue if odid and odue else due
    if relearning and queue not in (QUEUE_REVIEW, QUEUE_DAY_LEARNING) and due > _DAY_SECONDS * 365:
        due_day = study_day(collection.moment(due * 1000))
    else:
        # Days are counted from the local day the collection was made on.
        due_day = study_day(collection.moment(collection.created * 1000), 0) + due
    least = 1 if interval < _SECOND_INTERVAL else 2
    return {
        "repetitions": 0 if relearning else max(least, min(passes, 1000)),
        "interval_days": 1 if relearning else interval,
        "ease": max(LOWEST_EASE, min(factor // 10 if factor > 0 else START_EASE, 2000)),
        "lapses": max(0, min(lapses, 100_000)),
        "due_day": max(0, min(due_day, LAST_DAY)),
    }
