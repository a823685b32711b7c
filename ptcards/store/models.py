"""The tables, typed: the only place that says what lies on disk."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, MetaData, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ptcards.scheduling.sm2 import LEECH, LOWEST_EASE

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMES)


def _where(name: str, condition: str, *columns: str) -> Index:
    """An index on the rows that meet `condition`."""
    return Index(name, *columns, sqlite_where=text(condition))


_QUEUED = "NOT suspended"
_SEEN = "due_day IS NOT NULL"
_ALONG = ("card", "buried_until", "suspended")


class MetaRow(Base):
    """Small facts about this database: the device it is, the day of the last backup."""

    __tablename__ = "meta"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class DeckRow(Base):
    """The last good version of a deck, less its cards."""

    __tablename__ = "decks"

    slug: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    about: Mapped[str]
    language: Mapped[str]
    path: Mapped[str | None]
    content: Mapped[str]
    content_hash: Mapped[str]
    code_hash: Mapped[str]
    stamp: Mapped[str]
    cards: Mapped[int]
    disabled: Mapped[bool]
    trouble: Mapped[str]


class CardRow(Base):
    """The last good version of a card; an orphan is not present."""

    __tablename__ = "cards"

    key: Mapped[str] = mapped_column(primary_key=True)
    deck: Mapped[str]
    place: Mapped[int]
    content: Mapped[str]
    content_hash: Mapped[str]
    tags: Mapped[str]
    """Each between two line ends, so that one can be searched for."""
    requires: Mapped[str | None]
    present: Mapped[bool]
    root: Mapped[str]
    """The key that the card's history is kept under: its own, unless it was renamed elsewhere."""

    __table_args__ = (
        Index(None, "deck", "place"),
        Index(None, "root"),
        _where("ix_cards_requires", "requires IS NOT NULL", "key"),
    )


class ScheduleRow(Base):
    """Where a card stands: the replay of its events, and its place in the queue."""

    __tablename__ = "schedules"

    card: Mapped[str] = mapped_column(primary_key=True)
    """A root key; of cards that were never seen here too, where another machine's history has them."""
    repetitions: Mapped[int]
    interval_days: Mapped[int]
    ease: Mapped[int]
    lapses: Mapped[int]
    due_day: Mapped[int | None]
    drill_day: Mapped[int | None]
    answers: Mapped[int]
    buried_until: Mapped[int | None]
    suspended: Mapped[bool]
    marked: Mapped[bool]
    head: Mapped[str]
    deck: Mapped[str | None]
    """The deck that offers the card; NULL where none does. With `place` and `shuffle` it stands here
    so that the queue's order is one walk along an index."""
    place: Mapped[int]
    shuffle: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        # Columns that only stand in a condition are there so that counting need not look at the rows.
        _where(
            "ix_schedules_due", f"{_QUEUED} AND due_day IS NOT NULL", "deck", "due_day", "shuffle", *_ALONG
        ),
        _where("ix_schedules_new", f"{_QUEUED} AND due_day IS NULL", "deck", "place", *_ALONG, "due_day"),
        _where("ix_schedules_buried", "buried_until IS NOT NULL", "deck", "buried_until"),
        _where("ix_schedules_drill", "drill_day IS NOT NULL", "deck", "drill_day"),
        _where("ix_schedules_suspended", "suspended", "deck", "due_day"),
        _where("ix_schedules_learning", "repetitions < 2 AND due_day IS NOT NULL", "deck"),
        _where("ix_schedules_low", f"ease <= {LOWEST_EASE} AND {_SEEN}", "deck", "card", "ease", "due_day"),
        _where("ix_schedules_leeches", f"lapses >= {LEECH} AND {_SEEN}", "deck", "lapses", "due_day"),
        {"sqlite_with_rowid": False},
    )


class EventRow(Base):
    """The log; rows are added and never changed. `card` has no foreign key: history outlives decks."""

    __tablename__ = "events"

    id: Mapped[str] = mapped_column(primary_key=True)
    device: Mapped[str]
    action: Mapped[str]
    card: Mapped[str]
    kind: Mapped[str]
    at: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int]
    day: Mapped[int]
    q: Mapped[int | None]
    rules: Mapped[int | None]
    fuzz_days: Mapped[int]
    seconds: Mapped[float | None]
    attempts: Mapped[int | None]
    hints: Mapped[int | None]
    verdict: Mapped[str | None]
    why: Mapped[str | None]
    seed: Mapped[int | None] = mapped_column(BigInteger)
    target: Mapped[str | None]
    to_day: Mapped[int | None]
    disputed: Mapped[str | None]
    versions: Mapped[str | None]
    shown: Mapped[str | None]
    details: Mapped[str | None]

    __table_args__ = (
        Index(None, "card"),
        _where("ix_events_target", "target IS NOT NULL", "target"),
        _where("ix_events_renamed", "kind = 'renamed'", "card"),
        _where("ix_events_disputed", "disputed IS NOT NULL", "device"),
        {"sqlite_with_rowid": False},
    )


class AnswerRow(Base):
    """The code of an answer, apart from the log so that it can be left out of it."""

    __tablename__ = "answers"

    event: Mapped[str] = mapped_column(ForeignKey("events.id"), primary_key=True)
    code: Mapped[str]


class TotalRow(Base):
    """One deck on one study day, added up."""

    __tablename__ = "totals"

    day: Mapped[int] = mapped_column(primary_key=True)
    deck: Mapped[str] = mapped_column(primary_key=True)
    q0: Mapped[int]
    q1: Mapped[int]
    q2: Mapped[int]
    q3: Mapped[int]
    q4: Mapped[int]
    q5: Mapped[int]
    introduced: Mapped[int]
    taught: Mapped[int]
    young: Mapped[int]
    young_lost: Mapped[int]
    mature: Mapped[int]
    mature_lost: Mapped[int]
    practised: Mapped[int]
    drilled: Mapped[int]
    crammed: Mapped[int]
    first_try: Mapped[int]
    recorded: Mapped[int]
    recorded_lost: Mapped[int]
    milliseconds: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = ({"sqlite_with_rowid": False},)


class HourRow(Base):
    """The repetitions of one deck in one hour of a study day: apart, so that a day is one row of `totals`."""

    __tablename__ = "hours"

    day: Mapped[int] = mapped_column(primary_key=True)
    deck: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    """On the wall, 0 to 23."""
    passed: Mapped[int]
    failed: Mapped[int]

    __table_args__ = ({"sqlite_with_rowid": False},)


class StandingRow(Base):
    """The cards that a deck offers and that were seen, counted by where they stand."""

    __tablename__ = "standings"

    what: Mapped[str] = mapped_column(primary_key=True)
    """`interval`, `ease`, `lapses` or `due`."""
    value: Mapped[int] = mapped_column(primary_key=True)
    """Days, hundredths, a number or a day."""
    deck: Mapped[str] = mapped_column(primary_key=True)
    suspended: Mapped[bool] = mapped_column(primary_key=True)
    cards: Mapped[int]

    __table_args__ = ({"sqlite_with_rowid": False},)


class DraftRow(Base):
    """What was typed and not yet graded."""

    __tablename__ = "drafts"

    card: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]


class TrustRow(Base):
    """What the learner agreed to run."""

    __tablename__ = "trust"

    deck: Mapped[str] = mapped_column(primary_key=True)
    code_hash: Mapped[str]
    code: Mapped[str]
    """The text that was agreed to, for a diff when it changes."""
    mine: Mapped[bool]
    unsandboxed: Mapped[bool]
