"""What lies on disk. The log and the content are facts; what else there is follows from them."""

import re
import struct
from collections.abc import Callable, Collection, Iterator, Sequence
from types import UnionType
from typing import Any, NamedTuple, get_args, get_type_hints

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from ptcards.scheduling.events import Event, Kind
from ptcards.scheduling.sm2 import LEARNED, Schedule
from ptcards.statistics.numbers import Day

ROLES = ("first", "repetition", "practice", "drill", "cram", "imported")
"""What an answer counts as: the roles of the fold, and that of a review made in another program."""
_HEXADECIMAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16}")
_NUMBERS = struct.Struct("<BHHHBHHH")
_NEVER = "65535"  # the due day of a card that has none


_STRING = sa.String().with_variant(sa.String(collation="C"), "postgresql")
"""Sorted by its signs alone, as SQLite and Python do it, whatever language a server speaks."""


class Packed(sa.TypeDecorator[Any]):
    """What is kept as something shorter, since there are millions: as `kept`, or a text by SQLite alone."""

    impl = sa.String
    cache_ok = True

    def __init__(
        self, pack: Callable[[Any], Any], unpack: Callable[[Any], Any], kept: TypeEngine[Any] | None = None
    ) -> None:
        super().__init__()
        self.pack, self.unpack, self.kept = pack, unpack, kept

    def load_dialect_impl(self, dialect: sa.Dialect) -> TypeEngine[Any]:
        # As bytes, which SQLite makes nothing else of: a text of another form stays as it is.
        text = sa.LargeBinary() if dialect.name == "sqlite" else sa.String(collation="C")
        return dialect.type_descriptor(self.kept or text)

    def bind_processor(self, dialect: sa.Dialect) -> Any:
        return self.pack if self.kept or dialect.name == "sqlite" else None

    def result_processor(self, dialect: sa.Dialect, _: object) -> Any:
        return self.unpack if self.kept or dialect.name == "sqlite" else None


def packed(text: str | None) -> bytes | str | None:
    """The bytes of an id, which sort as their texts do; any other text as it is."""
    if text is None or _HEXADECIMAL.fullmatch(text) is None:
        return text
    return bytes.fromhex(text.replace("-", ""))


def unpacked(value: bytes | str | None) -> str | None:
    if not isinstance(value, bytes):
        return value
    digits = value.hex()
    if len(value) < 16:  # noqa: PLR2004 (bytes of an id)
        return digits
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def packed_sides(text: str | None) -> bytes | str | None:
    """The eight numbers of what was `shown` of a schedule, before and after."""
    if text is None:
        return None
    numbers = text.strip("[]").replace("],[", ",").replace("null", _NEVER).split(",")
    try:
        data = _NUMBERS.pack(*map(int, numbers))
    except (ValueError, struct.error):
        return text
    return data if unpacked_sides(data) == text else text


def unpacked_sides(value: bytes | str | None) -> str | None:
    if not isinstance(value, bytes):
        return value
    return "[[{},{},{},{}],[{},{},{},{}]]".format(*_NUMBERS.unpack(value)).replace(_NEVER, "null")


def _one_of(known: Sequence[str]) -> Packed:
    """One of some texts, as its number among them."""
    numbers = {text: number for number, text in enumerate(known)}
    return Packed(
        lambda text: numbers.get(text, text), lambda value: known[value] if type(value) is int else value
    )


metadata = sa.MetaData()
# What stands in many rows: there once, and its number in its place.
texts = sa.Table(
    "texts",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("text", _STRING, nullable=False, unique=True),
)
_all_texts = texts.alias("said")


class Text(sa.TypeDecorator[str]):
    """The number of a text; statements speak of the text, `say` has to have put it there before."""

    impl = sa.Integer
    cache_ok = True

    def bind_expression(self, bindparam: sa.BindParameter[Any]) -> sa.ColumnElement[Any]:
        its = _all_texts.c.text == sa.type_coerce(bindparam, sa.String)
        return sa.select(_all_texts.c.number).where(its).scalar_subquery()

    def column_expression(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        return text_of(column)


def text_of(number: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The text that a number stands for, for what sorts or compares by it."""
    return sa.select(_all_texts.c.text).where(_all_texts.c.number == number).scalar_subquery()


def among(wanted: Collection[str]) -> sa.Select[Any]:
    """The numbers of some texts, for `in_`."""
    return sa.select(_all_texts.c.number).where(_all_texts.c.text.in_(wanted))


ID = Packed(packed, unpacked)
_TYPES: dict[type, Any] = {str: _STRING, int: sa.BigInteger(), float: sa.Float(), bool: sa.Boolean()}
_KINDS: dict[str, TypeEngine[Any]] = {
    **dict.fromkeys(("id", "action", "target", "head", "event"), ID),
    **dict.fromkeys(("device", "card", "versions", "deck", "fsrs"), Text()),
    "kind": _one_of(tuple(Kind)),
    "verdict": _one_of(("pass", "fail", "taught", "shown", "none")),
    "role": _one_of(ROLES),
    "shown": Packed(packed_sides, unpacked_sides),
    "seconds": Packed(
        lambda value: None if value is None else round(value * 1000),
        lambda value: None if value is None else value / 1000,
        sa.BigInteger(),
    ),
    "cards": sa.Integer(),
}


class Review(NamedTuple):
    """What an answer in force counts as."""

    day: int
    event: str
    deck: str
    role: str  # One of `ROLES`
    age: int | None  # The interval before, of a card that was learned


class StoredDeck(NamedTuple):
    """A deck as the database holds it: its last good version."""

    slug: str
    title: str
    about: str
    language: str
    path: str | None  # The YAML file it is registered by; None for decks that have no file
    content: str  # The deck without its cards, as JSON: requirements, preamble, source and the rest
    code_hash: str
    stamp: str  # Anything that changes when the file does: its time and size, say
    cards: int
    disabled: bool
    trouble: str  # What was wrong with the file when it was last read: "", else `broken` or `vanished`

    @property
    def state(self) -> str:
        """`current`, `broken`, `vanished` or `disabled`."""
        return "disabled" if self.disabled else self.trouble or "current"


class Trust(NamedTuple):
    """What the learner agreed to run of a deck."""

    code_hash: str
    code: str = ""  # The text that was agreed to, for a diff when it changes
    mine: bool = False  # Their own file, whatever it says
    unsandboxed: bool = False  # Agreed to run where the sandbox's layers do not hold


def _columns(values: type, *keys: str, nullable: tuple[str, ...] = ()) -> Iterator[sa.Column[Any]]:
    """A column a field: a value and its row cannot differ."""
    for name, hint in get_type_hints(values).items():
        kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        kind = _KINDS.get(name) or _TYPES[kinds[0]]
        empty = len(kinds) > 1 or name in nullable
        yield sa.Column(name, kind, primary_key=name in keys, nullable=empty)


def _texts(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, _STRING, nullable=False) for name in names]


def _index(name: str, *columns: Any, where: Any) -> sa.Index:
    # Only SQLite's leaves the others out: naming PostgreSQL here would load its dialect at every start.
    return sa.Index(name, *columns, sqlite_where=where)


# The log: facts, appended and never changed. Only what differs from the id is kept of `action`.
events = sa.Table(
    "events",
    metadata,
    *_columns(Event, "id", nullable=("action",)),
    sa.Index("ix_events_card", "card"),
    sqlite_with_rowid=False,
)
_index("ix_events_action", events.c.action, where=events.c.action.is_not(None))
_index("ix_events_target", events.c.target, where=events.c.target.is_not(None))
_index("ix_events_disputed", events.c.card, where=events.c.disputed.is_not(None))
_index(
    "ix_events_renamed",
    events.c.card,
    where=events.c.kind == sa.literal_column(str(list(Kind).index(Kind.RENAMED))),
)
ACTION = sa.func.coalesce(events.c.action, events.c.id)
FACTS = [ACTION.label("action") if column is events.c.action else column for column in events.c]
"""The columns of an event, in the order of its fields."""
answers = sa.Table(
    "answers", metadata, sa.Column("event", ID, primary_key=True), *_texts("code"), sqlite_with_rowid=False
)

# What follows from it; may be dropped and made anew.
schedules = sa.Table(
    "schedules",
    metadata,
    sa.Column("card", Text, primary_key=True, autoincrement=False),
    *_columns(Schedule),
    # The card's deck, where that has it: what counts cards need not read them.
    sa.Column("deck", _STRING),
    sa.Index("ix_schedules_due", "deck", "due_day", "suspended", "buried_until"),
    sqlite_with_rowid=False,
)
_index("ix_schedules_drill", schedules.c.drill_day, where=schedules.c.drill_day.is_not(None))
_index(
    "ix_schedules_learning",
    schedules.c.deck,
    where=sa.and_(schedules.c.repetitions < LEARNED, schedules.c.due_day.is_not(None)),
)
reviews = sa.Table("reviews", metadata, *_columns(Review, "day", "event"), sqlite_with_rowid=False)
# Every day up to the last that is here; later ones are counted where they are asked for.
days = sa.Table(
    "days",
    metadata,
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("deck", Text, primary_key=True, autoincrement=False),
    sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.BigInteger, nullable=False) for name in Day._fields[1:]),
    sqlite_with_rowid=False,
)

# The content, from deck files; and what cards were called before.
decks = sa.Table("decks", metadata, *_columns(StoredDeck, "slug"))
cards = sa.Table(
    "cards",
    metadata,
    sa.Column("key", Text, primary_key=True, autoincrement=False),
    *_texts("deck"),
    sa.Column("position", sa.Integer, nullable=False),
    *_texts("content", "tags"),  # tags: each between two line ends, to be searched for
    sa.Column("requires", _STRING),
    sa.Column("present", sa.Boolean, nullable=False),
    sa.Index("ix_cards_deck", "deck", "present", "position", "key"),
)
_index("ix_cards_requires", cards.c.key, where=cards.c.requires.is_not(None))
# Which cards a new one waits for, by the names that its deck has for them.
waits = sa.Table(
    "waits",
    metadata,
    sa.Column("card", Text, primary_key=True, autoincrement=False),
    sa.Column("before", Text, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
names = sa.Table(
    "names",
    metadata,
    sa.Column("name", Text, primary_key=True, autoincrement=False),
    sa.Column("card", Text, nullable=False),
    sa.Index("ix_names_card", "card"),
    sqlite_with_rowid=False,
)


def present(slugs: Collection[str] = (), tag: str | None = None) -> sa.Select[str]:
    """The keys of the cards that decks have: of all, of some decks, with a tag."""
    found = sa.select(cards.c.key).where(cards.c.present)
    if slugs:
        found = found.where(cards.c.deck.in_(sorted(slugs)))
    if tag is not None:
        found = found.where(cards.c.tags.contains(f"\n{tag}\n", autoescape=True))
    return found


# What the learner typed, agreed to, and what is known of this database: its device, for one.
drafts = sa.Table(
    "drafts", metadata, sa.Column("card", Text, primary_key=True, autoincrement=False), *_texts("code")
)
trust = sa.Table("trust", metadata, sa.Column("deck", _STRING, primary_key=True), *_columns(Trust))
notes = sa.Table("notes", metadata, sa.Column("name", _STRING, primary_key=True), *_texts("value"))
DERIVED = (schedules, reviews, days)
schema = sa.Table("alembic_version", metadata, sa.Column("version_num", sa.String(32), primary_key=True))
