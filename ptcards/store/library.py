"""Decks and cards: what can be asked, from files; and what the learner typed and agreed to."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from ptcards.errors import UsageError
from ptcards.language import _
from ptcards.scheduling.events import Event
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store import tables as t
from ptcards.store.database import Database, Prepared, pairs, pieces
from ptcards.store.fold import all_cards, call, count_cards, learn_names, rename, say, settle
from ptcards.store.log import Merged, merge, read_incoming, scheduled

_WIDTH = len(t.cards.c)
_SCHEDULED = t.cards.outerjoin(t.schedules, t.schedules.c.card == t.cards.c.key)
_CARDS = sa.select(*t.cards.c, sa.null(), *t.schedules.c[Schedule._fields]).select_from(_SCHEDULED)
_CARD = Prepared(
    sa.select(*t.cards.c, t.drafts.c.code, *t.schedules.c[Schedule._fields])
    .select_from(_SCHEDULED.outerjoin(t.drafts, t.drafts.c.card == t.cards.c.key))
    .where(t.cards.c.key == sa.bindparam("key"))
)
_PUT, _WAITS = Prepared(sa.insert(t.cards)), Prepared(sa.insert(t.waits))
_CONTENT = t.cards.c.key, t.waits.c.card
_KEPT = {
    table: Prepared(sa.select(table).where(*(name == sa.bindparam("key") for name in table.primary_key)))
    for table in (t.decks, t.trust, t.notes, t.drafts)
}


class CardContent(NamedTuple):
    """One card of a deck that is to be saved."""

    id: str
    content: str  # The card as JSON
    was: tuple[str, ...] = ()  # Earlier ids in this deck, or whole keys `deck/card`
    tags: tuple[str, ...] = ()
    requires: str | None = None  # The card's own requirements as JSON; None where it has none
    after: tuple[str, ...] = ()  # What it waits for as long as it is new, named as in `was`


class DeckContent(NamedTuple):
    """A deck that is to be saved, its cards in their order, and what the learner agreed to with it."""

    deck: t.StoredDeck
    cards: tuple[CardContent, ...]
    agreed: t.Trust | None = None  # None leaves what was agreed to before


@dataclass(frozen=True, slots=True)
class DeckChange:
    """What saving a deck did, or would do, to how many cards."""

    deck: str
    new: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    renamed: int = 0  # A renamed card counts as changed or same, not as new
    returned: int = 0  # New ones that had been here before: their history is theirs again
    trusted: bool = True  # The learner agreed to its code, or it has none
    notes: tuple[str, ...] = ()  # What else there is to say of it


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card as the database holds it, with its schedule."""

    key: str
    deck: str
    position: int  # In its deck's file
    content: str
    tags: tuple[str, ...]
    requires: str | None
    present: bool  # False for an orphan, whose deck no longer has it
    draft: str | None  # What was typed for it and not yet graded; not read in lists
    schedule: Schedule


class Library:
    """Decks and cards; `Store.library`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._decks: tuple[object, dict[str, t.StoredDeck | None]] = (None, {})

    def card(self, key: str) -> StoredCard | None:
        """One card, present or orphaned; None for a key that is not known."""
        return next(_stored(self._database.ask(_CARD, key=key)), None)

    def schedule(self, key: str) -> Schedule:
        """A card's schedule, by its key or an earlier name; a new card's for a key that is not known."""
        with self._database.reading() as db:
            return scheduled(db, key)[2]

    def cards(self, slugs: Iterable[str] | None = None, *, orphans: bool = False) -> Iterator[StoredCard]:
        """The cards present, by deck and position; with `orphans`, those alone that no deck has any more.

        Read in pieces, in a snapshot of one moment.
        """
        wanted = _CARDS.where(t.cards.c.present.is_(not orphans))
        if slugs is not None:
            wanted = wanted.where(t.cards.c.deck.in_(sorted(set(slugs))))
        wanted = wanted.order_by(t.cards.c.deck, t.cards.c.position, t.cards.c.key)
        with self._database.streaming() as db, db.execution_options(yield_per=100).execute(wanted) as rows:
            yield from _stored(rows)

    def keys(self, deck: str | None = None, tag: str | None = None) -> tuple[str, ...]:
        """The keys of the cards present, by deck and position: of all, of a deck, with a tag."""
        wanted = t.present([] if deck is None else [deck], tag)
        with self._database.reading() as db:
            return tuple(db.scalars(wanted.order_by(t.cards.c.deck, t.cards.c.position, t.cards.c.key)))

    def tags(self) -> dict[str, int]:
        """Every tag, with how many cards present carry it."""
        with self._database.reading() as db:
            found = db.scalars(sa.select(t.cards.c.tags).where(t.cards.c.present, t.cards.c.tags != ""))
            return dict(sorted(Counter(tag for row in found for tag in _split(row)).items()))

    def names(self) -> dict[str, str]:
        """By what cards were called before, their keys."""
        with self._database.reading() as db:
            return pairs(db, sa.select(t.names.c.name, t.names.c.card))

    def call(self, names: Mapping[str, str]) -> None:
        """Let cards have been called what they were called elsewhere, where the same decks are."""
        with self._database.writing() as db:
            call(db, names)

    def requirements(self) -> dict[str, str]:
        """By key, the requirements (JSON) of the cards present that have their own."""
        wanted = sa.select(t.cards.c.key, t.cards.c.requires).where(t.cards.c.requires.is_not(None))
        with self._database.reading() as db:
            return pairs(db, wanted.where(t.cards.c.present))

    def decks(self) -> tuple[t.StoredDeck, ...]:
        """All decks, in the order of their slugs."""
        with self._database.reading() as db:
            return tuple(
                t.StoredDeck._make(row) for row in db.execute(sa.select(t.decks).order_by(t.decks.c.slug))
            )

    def deck(self, slug: str) -> t.StoredDeck | None:
        """A deck by its slug; kept for the next card that is asked, as long as only answers were written."""
        seen, known = self._decks
        if seen != (version := self._database.version):
            self._decks = version, (known := {})
        if slug not in known:
            known[slug] = next(map(t.StoredDeck._make, self._database.ask(_KEPT[t.decks], key=slug)), None)
        return known[slug]

    def save(
        self, contents: Sequence[DeckContent], *, keep_absent: bool = False, dry_run: bool = False
    ) -> tuple[DeckChange, ...]:
        """Save decks, all of them or nothing; saving them again changes nothing.

        A card that `was` another takes over its history. Cards the deck no longer has become orphans, unless
        `keep_absent`. With `dry_run` only says what it would do. UsageError: two cards want one history.
        """
        with self._database.writing(keep=not dry_run) as db:
            return _save_all(db, contents, keep_absent=keep_absent)

    def bring_in(
        self,
        contents: Sequence[DeckContent],
        happened: Iterable[Event],
        *,
        keep_absent: bool = False,
        dry_run: bool = False,
    ) -> tuple[tuple[DeckChange, ...], Merged]:
        """Save decks, and merge what happened to their cards elsewhere: all of it or nothing."""
        read, incoming = read_incoming((one, None) for one in happened)
        with self._database.writing(keep=not dry_run) as db:
            changes = _save_all(db, contents, keep_absent=keep_absent)
            return changes, merge(db, incoming)._replace(read=read)

    def set_deck(self, slug: str, **values: str | bool) -> None:
        """Change what is said of a deck: `disabled`, `trouble`, `path` or `stamp`."""
        with self._database.writing() as db:
            db.execute(sa.update(t.decks).where(t.decks.c.slug == slug).values(values))

    def rename_deck(self, slug: str, new: str) -> int:
        """Give a deck another slug; its cards keep their history. Says how many cards it has."""
        with self._database.writing() as db:
            content = db.scalar(sa.select(t.decks.c.content).where(t.decks.c.slug == slug))
            if content is None:
                raise UsageError(_("{}: there is no deck of that name", slug))
            if db.scalar(sa.select(t.decks.c.slug).where(t.decks.c.slug == new)) is not None:
                raise UsageError(_("{}: there is a deck of that name already", new))
            old = db.scalars(
                sa.select(t.cards.c.key).where(t.cards.c.deck == slug).order_by(t.cards.c.position)
            )
            links = {key: f"{new}/{key.partition('/')[2]}" for key in old}
            # Two cards' histories must not become one only because the slug was used here before.
            device = db.scalar(sa.select(t.notes.c.value).where(t.notes.c.name == "device"))
            its = sa.select(t.texts.c.number).where(t.texts.c.text.startswith(f"{new}/", autoescape=True))
            here = sa.select(t.events.c.card).where(t.events.c.card.in_(its))
            known = pairs(db, sa.select(t.names.c.name, t.names.c.card))
            past = {*db.scalars(here.where(t.events.c.device == device)), *known.values()}
            own = {key for was, key in links.items() if known.get(key) == was}
            if taken := sorted(past.intersection(links.values()) - own):
                why = _("cards of that deck have a history of their own, {} for one", taken[0])
                raise UsageError(f"{new}: {why}{_('; choose another slug')}")
            say(db, (new, *links.values()))
            _delete(db, links.values(), *_CONTENT, t.drafts.c.card)
            _put(db, t.trust, new, None)
            for column in (*_CONTENT, t.drafts.c.card):
                rows = [{"this": was, column.name: key} for was, key in links.items()]
                if rows:
                    db.execute(sa.update(column.table).where(column == sa.bindparam("this")), rows)
            db.execute(sa.update(t.cards).where(t.cards.c.deck == slug).values(deck=new))
            said = json.dumps({**json.loads(content), "deck": new}, ensure_ascii=False)
            db.execute(sa.update(t.decks).where(t.decks.c.slug == slug).values(slug=new, content=said))
            db.execute(sa.update(t.trust).where(t.trust.c.deck == slug).values(deck=new))
            rename(db, links)
            return len(links)

    def remove_deck(self, slug: str) -> tuple[str, ...]:
        """Forget a deck; its cards become orphans. Says their keys."""
        with self._database.writing() as db:
            its = db.scalars(sa.select(t.cards.c.key).where(t.cards.c.deck == slug, t.cards.c.present)).all()
            if db.execute(sa.delete(t.decks).where(t.decks.c.slug == slug)).rowcount == 0:
                raise UsageError(_("{}: there is no deck of that name", slug))
            db.execute(sa.update(t.cards).where(t.cards.c.deck == slug).values(present=False))
            db.execute(sa.update(t.schedules).where(t.schedules.c.deck == slug).values(deck=None))
        return tuple(sorted(its))

    def purge(self) -> tuple[str, ...]:
        """Delete orphans' content and drafts; their events stay. Says their keys."""
        with self._database.writing() as db:
            orphans = db.scalars(sa.select(t.cards.c.key).where(~t.cards.c.present)).all()
            _delete(db, orphans, *_CONTENT, t.drafts.c.card)
        return tuple(sorted(orphans))

    def save_draft(self, key: str, code: str | None) -> None:
        """Keep what is typed for a card; None forgets it."""
        typed = None if code is None else {"code": code.encode("utf-8", "backslashreplace").decode()}
        self._keep(t.drafts, key, typed)

    def draft(self, key: str) -> str | None:
        """What is typed for a card and not graded yet, also where no deck has the card."""
        return next((str(code) for _, code in self._database.ask(_KEPT[t.drafts], key=key)), None)

    def drafts(self) -> dict[str, str]:
        """All that is typed and not graded yet, by the card's key."""
        with self._database.reading() as db:
            return pairs(db, sa.select(t.drafts.c.card, t.drafts.c.code))

    def trust(self, deck: str) -> t.Trust | None:
        """What the learner agreed to for a deck; None where never asked."""
        return next((t.Trust._make(row[1:]) for row in self._database.ask(_KEPT[t.trust], key=deck)), None)

    def save_trust(self, deck: str, agreed: t.Trust | None) -> None:
        """Keep what the learner agreed to; None takes it back."""
        self._keep(t.trust, deck, None if agreed is None else agreed._asdict())

    def note(self, name: str) -> str | None:
        """A small fact about this database, by name."""
        return next((str(value) for _, value in self._database.ask(_KEPT[t.notes], key=f"note:{name}")), None)

    def save_note(self, name: str, value: str | None) -> None:
        self._keep(t.notes, f"note:{name}", None if value is None else {"value": value})

    def _keep(self, table: sa.Table, key: str, values: dict[str, Any] | None) -> None:
        with self._database.writing(quiet=True) as db:
            if values is not None and table is t.drafts:
                say(db, [key])
            _put(db, table, key, values)


def _put(db: sa.Connection, table: sa.Table, key: str, values: dict[str, Any] | None) -> None:
    (name,) = table.primary_key
    db.execute(sa.delete(table).where(name == key))
    if values is not None:
        db.execute(sa.insert(table), {name.name: key, **values})


def _delete(db: sa.Connection, keys: Iterable[str], *columns: sa.Column[Any]) -> None:
    """The rows that have one of these keys in one of these columns."""
    for piece in pieces(keys):
        for column in columns:
            db.execute(sa.delete(column.table).where(column.in_(t.among(piece))))


def _whole_key(slug: str, name: str) -> str:
    return name if "/" in name else f"{slug}/{name}"


def _split(tags: str) -> tuple[str, ...]:
    return tuple(tags.split("\n")[1:-1])


def _stored(rows: Iterable[Sequence[Any]]) -> Iterator[StoredCard]:
    for row in rows:
        schedule = NEW if row[_WIDTH + 1] is None else Schedule._make(row[_WIDTH + 1 :])
        yield StoredCard(*(*row[:4], _split(row[4]), *row[5 : _WIDTH + 1], schedule))


def _save_all(
    db: sa.Connection, contents: Sequence[DeckContent], *, keep_absent: bool
) -> tuple[DeckChange, ...]:
    # What moves to another of these decks is not gone.
    moving = {old for deck in contents for card in deck.cards for old in card.was if "/" in old}
    return tuple(_save(db, deck, moving, keep_absent=keep_absent) for deck in contents)


def _save(db: sa.Connection, content: DeckContent, moving: set[str], *, keep_absent: bool) -> DeckChange:
    deck, agreed = content.deck, content.agreed
    wanted = {f"{deck.slug}/{card.id}": card for card in content.cards}
    compared = sa.select(t.cards.c.key, t.cards.c.present, t.cards.c.position, t.cards.c.content)
    known = {row.key: row for row in db.execute(compared.where(t.cards.c.deck == deck.slug))}
    there = {key for key, row in known.items() if row.present}
    was = dict[str, str]()
    for key, card in wanted.items():
        for name in card.was:
            old = _whole_key(deck.slug, name)
            if was.setdefault(old, key) != key:
                both = _("two cards say that they were {!r}: {} and {}", name, was[old], key)
                raise UsageError(f"{deck.slug}: {both}")
    was = {old: key for old, key in was.items() if old != key}
    moved = [old for old in was if not old.startswith(f"{deck.slug}/")]
    theirs = (db.scalars(t.present().where(t.cards.c.key.in_(t.among(some)))) for some in pieces(moved))
    before = there.union(*theirs)
    renamed = {old: new for old, new in was.items() if old in before and new not in there}
    successors = set(renamed.values())
    gone = set() if keep_absent else there - wanted.keys() - moving
    same = {key for key in wanted.keys() & there if known[key].content == wanted[key].content}
    back = (wanted.keys() & known.keys()) - there - successors
    new = wanted.keys() - known.keys() - successors
    links = _links(db, deck.slug, was, wanted.keys(), there if keep_absent else ())
    # A card that was renamed leaves its old row behind: its content is the new one's earlier version.
    _delete(db, links.keys(), *_CONTENT)
    differing = [
        (position, key, card)
        for position, (key, card) in enumerate(wanted.items())
        if key not in same or known[key].position != position
    ]
    _delete(db, [key for _, key, _ in differing if key in known], *_CONTENT)
    rows = (
        (key, deck.slug, at, card.content, tags and f"\n{tags}\n", card.requires, True)
        for at, key, card in differing
        for tags in ("\n".join(card.tags),)
    )
    waits = {(key, _whole_key(deck.slug, name)) for _, key, card in differing for name in card.after}
    say(db, (deck.slug, *(key for _, key, _ in differing if key not in known), *(name for _, name in waits)))
    _PUT.many(db, rows)
    _WAITS.many(db, waits)
    for piece in pieces(sorted(gone)):
        db.execute(sa.update(t.cards).where(t.cards.c.key.in_(t.among(piece))).values(present=False))
    rename(db, links)
    if gone or new:
        learn_names(db)
    if touched := (wanted.keys() - there) | gone:
        # What has no event has nothing to settle: a first import takes half the time.
        settle(db, touched & all_cards(db))
    row = {name: value for name, value in deck._asdict().items() if name not in ("cards", "disabled")}
    if db.execute(sa.update(t.decks).where(t.decks.c.slug == deck.slug).values(row)).rowcount == 0:
        db.execute(sa.insert(t.decks), deck._asdict())
    count_cards(db)
    if agreed is not None:
        _put(db, t.trust, deck.slug, agreed._asdict())
    changed = len(wanted.keys() & there) - len(same) + len(successors)
    removed = len(gone - was.keys())
    return DeckChange(deck.slug, len(new) + len(back), changed, len(same), removed, len(renamed), len(back))


def _links(
    db: sa.Connection, slug: str, was: Mapping[str, str], keys: Iterable[str], staying: Iterable[str]
) -> dict[str, str]:
    """Whose history each card takes over: of what it was, and of what its id was renamed to that is gone."""
    mine = set(keys)
    known = pairs(db, sa.select(t.names.c.name, t.names.c.card))
    moved = {key: known.get(key) or was[key] for key in mine & (known.keys() | was.keys())}
    elsewhere = sa.select(t.cards.c.key).where(t.cards.c.present, t.cards.c.deck != slug)
    here = mine.union(
        staying, db.scalars(elsewhere.where(t.cards.c.key.in_(t.among(set(moved.values()) - mine))))
    )
    links = dict(was)
    for key, now in moved.items():
        heir = was.get(now, now)
        if heir in here and heir != key:
            taken = _("this id was renamed to {}, which has its history; give the new card another id", heir)
            raise UsageError(f"{key}: {taken}")
        links[now] = key
    return links
