"""What lies on disk. The log and the content are facts; what else there is follows from them."""

from __future__ import annotations

import re
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    TypeDecorator,
    and_,
    func,
)

from ptcards.scheduling.events import Event
from ptcards.scheduling.sm2 import LEARNED, Schedule
from ptcards.statistics.sums import Day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.types import TypeEngine

ROLES = ("first", "repetition", "practice", "drill", "cram", "imported")
"""What an answer counts as: the roles of the fold, and that of a review made in another program."""
SUMS = Day._fields[1:]
_HEXADECIMAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16}")


class Id(TypeDecorator[str]):
    """The text of an id or of a device; on SQLite the bytes that it spells, a million of which count."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(LargeBinary() if dialect.name == "sqlite" else String())

    def bind_processor(self, dialect: Dialect) -> Any:
        return packed if dialect.name == "sqlite" else None

    def result_processor(self, dialect: Dialect, _: object) -> Any:
        return unpacked if dialect.name == "sqlite" else None


def packed(text: str | None) -> bytes | str | None:
    """The bytes of an id or a device, which sort as their texts do; any other text as it is."""
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


class RoleNumber(TypeDecorator[str]):
    """One of `ROLES`, kept as its number."""

    impl = SmallInteger
    cache_ok = True

    def process_bind_param(self, value: str | None, _: Dialect) -> int | None:
        return None if value is None else ROLES.index(value)

    def process_result_value(self, value: int | None, _: Dialect) -> str | None:
        return None if value is None else ROLES[value]


metadata = MetaData()
_TYPES: dict[type, TypeEngine[Any]] = {
    str: String(),
    int: BigInteger(),
    float: Float(),
    bool: Boolean(),
}
_IDS = {"id", "device", "action", "target", "head"}


def _columns(values: type, *keys: str, nullable: tuple[str, ...] = ()) -> Iterator[Column[Any]]:
    """A column a field: a value and its row cannot differ."""
    for name, hint in get_type_hints(values).items():
        kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
        kind = Id() if name in _IDS else _TYPES[kinds[0]]
        empty = len(kinds) > 1 or name in nullable
        yield Column(name, kind, primary_key=name in keys, nullable=empty)


def _texts(*names: str) -> list[Column[Any]]:
    return [Column(name, String, nullable=False) for name in names]


def _index(name: str, *columns: Any, where: Any) -> Index:
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


# The log: facts, appended and never changed. Only what differs from the id is kept of `action`.
events = Table(
    "events",
    metadata,
    *_columns(Event, "id", nullable=("action",)),
    Index("ix_events_card", "card"),
    sqlite_with_rowid=False,
)
_index("ix_events_action", events.c.action, where=events.c.action.is_not(None))
_index("ix_events_target", events.c.target, where=events.c.target.is_not(None))
_index("ix_events_disputed", events.c.card, where=events.c.disputed.is_not(None))
_index("ix_events_renamed", events.c.card, where=events.c.kind == "renamed")
ACTION = func.coalesce(events.c.action, events.c.id)
FACTS = [ACTION.label("action") if column is events.c.action else column for column in events.c]
"""The columns of an event, in the order of its fields."""
answers = Table(
    "answers",
    metadata,
    Column("event", Id, primary_key=True),
    *_texts("code"),
    sqlite_with_rowid=False,
)

# What follows from it; may be dropped and made anew.
schedules = Table(
    "schedules",
    metadata,
    Column("card", String, primary_key=True),
    *_columns(Schedule),
    # The card's deck, where that has it: what counts cards need not look at them.
    Column("deck", String),
    Index("ix_schedules_due", "deck", "due_day", "suspended", "buried_until"),
    sqlite_with_rowid=False,
)
_index("ix_schedules_drill", schedules.c.drill_day, where=schedules.c.drill_day.is_not(None))
_index(
    "ix_schedules_learning",
    schedules.c.deck,
    where=and_(schedules.c.repetitions < LEARNED, schedules.c.due_day.is_not(None)),
)
reviews = Table(
    "reviews",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("event", Id, primary_key=True),
    *_texts("deck"),
    Column("role", RoleNumber, nullable=False),
    # The interval before, of a card that was learned.
    Column("age", Integer),
    sqlite_with_rowid=False,
)
# Every day but the newest, which is counted where it is asked for.
days = Table(
    "days",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("deck", String, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    *(Column(name, BigInteger, nullable=False) for name in SUMS),
    sqlite_with_rowid=False,
)

# The content, from deck files; and what cards were called before.
decks = Table(
    "decks",
    metadata,
    Column("slug", String, primary_key=True),
    *_texts("title", "about", "language"),
    Column("path", String),
    *_texts("content", "content_hash", "code_hash", "stamp"),
    Column("cards", Integer, nullable=False),
    Column("disabled", Boolean, nullable=False),
    *_texts("trouble"),
)
cards = Table(
    "cards",
    metadata,
    Column("key", String, primary_key=True),
    *_texts("deck"),
    Column("position", Integer, nullable=False),
    *_texts("content", "content_hash", "tags"),  # tags: each between two line ends, to be searched for
    Column("requires", String),
    Column("present", Boolean, nullable=False),
    Index("ix_cards_deck", "deck", "present", "position", "key"),
    sqlite_with_rowid=False,
)
_index("ix_cards_requires", cards.c.key, where=cards.c.requires.is_not(None))
names = Table(
    "names",
    metadata,
    Column("name", String, primary_key=True),
    *_texts("card"),
    Index("ix_names_card", "card"),
    sqlite_with_rowid=False,
)

# What the learner typed, agreed to, and what is known of this database: its device, for one.
drafts = Table("drafts", metadata, Column("card", String, primary_key=True), *_texts("code"))
trust = Table(
    "trust",
    metadata,
    Column("deck", String, primary_key=True),
    *_texts("code_hash", "code"),
    Column("mine", Boolean, nullable=False),
    Column("unsandboxed", Boolean, nullable=False),
)
notes = Table("notes", metadata, Column("name", String, primary_key=True), *_texts("value"))
DERIVED = (schedules, reviews, days)
schema = Table("alembic_version", metadata, Column("version_num", String(32), primary_key=True))
