"""What a prompt and the home screen show, read with the driver alone and without writing anything.

The statements are SQLite's; `postgres.Asking` knows what PostgreSQL says otherwise.
"""

import math
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from itertools import chain, repeat
from pathlib import Path
from typing import Any, NamedTuple

from ptcards import paths
from ptcards.config import Config
from ptcards.scheduling.days import date_of, streak
from ptcards.scheduling.queue import Allowance, Counts, HeldBack, add_counts, deck_of, shuffle_of
from ptcards.scheduling.sm2 import LEARNED
from ptcards.store.connection import SCHEMA, opened, schema_of
from ptcards.store.server import Server, Where

FORECAST_DAYS = 14
# Cards in groups: the deck, the due day, whether they are in the drill, suspended, buried until, how many.
_ENABLED = "deck IN (SELECT slug FROM decks WHERE NOT disabled)"
_GROUP = (
    "SELECT deck, due_day, 0, suspended, buried_until, count(*) FROM schedules "
    f"WHERE due_day {{}} AND {_ENABLED} GROUP BY deck, due_day, suspended, buried_until"
)
_DRILL = "s.drill_day = :day AND s.due_day > :day"
_GROUPS = " UNION ALL ".join(
    (
        _GROUP.format("> :day AND due_day < :end"),
        _GROUP.format("IS NULL"),
        "SELECT s.deck, s.due_day, 1, s.suspended, s.buried_until, 1 "
        f"FROM schedules s INDEXED BY ix_schedules_drill WHERE {_DRILL}",
    )
)
# Grouped like the others these would take half of all the time.
_OVERDUE = (
    "SELECT deck, count(*), count(*) FILTER (WHERE suspended), "
    "count(*) FILTER (WHERE buried_until > :day AND NOT suspended) FROM schedules "
    f"WHERE due_day <= :day AND {_ENABLED} GROUP BY deck"
)
# Taken out again: a card that cannot be asked here.
_UNMET = (
    f"SELECT c.deck, s.due_day, {_DRILL}, s.suspended, s.buried_until, -1 FROM cards c "
    "LEFT JOIN schedules s ON s.card = c.key "
    "WHERE c.key = (SELECT number FROM texts WHERE text = :key) AND c.present"
)
_WAITING = (
    "FROM schedules s WHERE deck IN (SELECT value FROM json_each(:sharing)) AND due_day <= :{} "
    "AND NOT suspended AND coalesce(buried_until, 0) <= :day"
)
_LAST = f"SELECT due_day {_WAITING.format('day')} ORDER BY due_day LIMIT 1 OFFSET :offset"
_DUE = f"SELECT due_day, (SELECT text FROM texts WHERE number = card) {_WAITING.format('last')}"
_SEEN = "(SELECT count(*) FROM schedules s WHERE s.deck {})"
_OTHERS = " - ".join(map(_SEEN.format, ("< d.slug", "> d.slug", "IS NULL")))
_DECKS = (
    "SELECT d.slug, CASE d.language WHEN :language THEN d.title "
    "ELSE coalesce(json_extract(d.content, :title), d.title) END, d.about, d.path, d.cards, "
    "CASE WHEN d.disabled THEN 'disabled' WHEN d.trouble = '' THEN 'current' ELSE d.trouble END, "
    "d.code_hash = '' OR coalesce(t.mine OR t.code_hash = d.code_hash, false), "
    # A whole table is counted ten times as fast: the largest deck has what the others leave of it.
    "d.cards - CASE d.slug WHEN (SELECT slug FROM decks ORDER BY cards DESC, slug LIMIT 1) "
    "THEN (SELECT count(*) FROM schedules INDEXED BY ix_schedules_due) "
    f"- {_OTHERS} ELSE {_SEEN.format('= d.slug')} END, "
    "(SELECT count(*) FROM schedules s INDEXED BY ix_schedules_learning "
    "WHERE s.deck = d.slug AND s.repetitions < 2 AND s.due_day IS NOT NULL) "
    "FROM decks d LEFT JOIN trust t ON t.deck = d.slug ORDER BY d.slug"
)
_ROLES = {"first": 0, "repetition": 1, "imported": 5}
"""What a file has for a role: `tables.ROLES`."""
_DONE = (
    "SELECT t.text, count(*) FILTER (WHERE role = :first), count(*) FILTER (WHERE role = :repetition) "
    "FROM reviews JOIN texts t ON t.number = deck WHERE day = :day GROUP BY t.text"
)
# Days that are not counted yet: the newest, and after a merge that was killed others.
_UNCOUNTED = "(SELECT coalesce(max(day), -1e9) FROM days)"
_NEWEST = f"SELECT DISTINCT day FROM reviews WHERE day <= :day AND day > {_UNCOUNTED} ORDER BY day DESC"
_LIVED = "SELECT DISTINCT day FROM days WHERE day <= :day ORDER BY day DESC"
_GRADES = " + ".join((*(f"q{grade}" for grade in range(6)), "practised", "drilled", "crammed"))
_PACE = (
    f"SELECT sum(milliseconds), sum(answers) FROM (SELECT milliseconds, {_GRADES} AS answers FROM days "
    "WHERE day > :since UNION ALL SELECT sum(e.seconds), count(*) FROM reviews r "
    f"JOIN events e ON e.id = r.event WHERE r.day > {_UNCOUNTED} AND r.day > :since "
    "AND role <> :imported) lived"
)
_NEXT = (
    "SELECT min((SELECT min(s.due_day) FROM schedules s WHERE s.deck = d.slug AND NOT s.suspended "
    "AND s.due_day > :day)) FROM decks d WHERE NOT d.disabled"
)
WAITS = (
    "SELECT (SELECT text FROM texts WHERE number = c.key), (SELECT text FROM texts WHERE number = b.key) "
    # Crossed, so that SQLite begins with what most libraries have nothing of.
    "FROM waits w LEFT JOIN names n ON n.name = w.before "
    "CROSS JOIN cards c CROSS JOIN decks d CROSS JOIN cards b CROSS JOIN decks e "
    "LEFT JOIN schedules s ON s.card = c.key LEFT JOIN schedules r ON r.card = b.key "
    "WHERE c.key = w.card AND c.present AND d.slug = c.deck AND NOT d.disabled AND s.due_day IS NULL "
    "AND NOT coalesce(s.suspended, false) AND coalesce(s.buried_until, 0) <= :day "
    "AND b.key = coalesce(n.card, w.before) AND b.present AND e.slug = b.deck AND NOT e.disabled "
    f"AND coalesce(r.repetitions, 0) < {LEARNED} AND NOT coalesce(r.suspended, false)"
)
"""New cards and what each waits for: present cards that are not suspended and not learned yet."""
_BEGINS = "{0} >= :start AND {0} < :start || char(1114111) ORDER BY {0}"
_KEYS = "SELECT text, '' FROM texts WHERE EXISTS (SELECT 1 FROM cards WHERE key = number AND present) AND"
_NAMES = {
    "deck": f"SELECT slug, title FROM decks WHERE {_BEGINS.format('slug')}",
    "card": f"{_KEYS} {_BEGINS.format('text')}",
    "id": f"{_KEYS} instr(text, '/' || :start) > 0 ORDER BY text",
    "tag": "SELECT DISTINCT tags FROM cards WHERE present AND instr(tags, char(10) || :start) > 0",
}
MOST_NAMES = 200


class DeckGlance(NamedTuple):
    """One deck, in a line."""

    slug: str
    title: str  # In the language that was asked for, where there is a translation
    about: str
    path: str | None
    cards: int  # Disabled or not
    state: str  # `current`, `broken`, `vanished` or `disabled`
    trusted: bool  # Agreed to by the learner, built in, or without code
    counts: Counts  # Nothing but zeros for a disabled deck


class Glance(NamedTuple):
    """Everything the home screen shows at once."""

    day: int
    counts: Counts = Counts()  # Of all decks that are not disabled
    decks: tuple[DeckGlance, ...] = ()
    streak: int = 0
    forecast: tuple[int, ...] = (0,) * FORECAST_DAYS
    """Cards due on each of 14 days, today and what is overdue first; limits are not applied."""
    next_due_day: int | None = None  # The next day after today on which a card is due
    seconds_per_answer: float | None = None  # The mean of the last 30 days; None where nothing was answered
    introduced_today: int = 0  # New cards that had their first grade
    current: bool = True  # False: the schema is an older one, and nothing but the day is known yet

    @property
    def offered(self) -> tuple[Path, ...]:
        """The decks that come with the program and are not in the library."""
        here = {name for deck in self.decks for name in (deck.slug, deck.path)}
        found = (deck for deck in paths.built_in_decks() if here.isdisjoint((deck.stem, str(deck))))
        return tuple(deck for deck in found if deck.exists())

    @property
    def today(self) -> date:
        return date_of(self.day)

    @property
    def minutes(self) -> int:
        """An estimate for what the day still offers: 32 s a card until the log knows better."""
        cards = self.counts.due + self.counts.new + self.counts.drill / 2
        return math.ceil((self.seconds_per_answer or 32) * cards / 60)

    @property
    def next_due(self) -> date | None:
        return None if self.next_due_day is None else date_of(self.next_due_day)

    @property
    def next_due_cards(self) -> int:
        """So many on that day; 0 where it is more than two weeks off."""
        ahead = (self.next_due_day or self.day) - self.day
        return self.forecast[ahead] if 0 < ahead < len(self.forecast) else 0

    @property
    def first_time(self) -> bool:
        """No answer was ever recorded."""
        answered = self.seconds_per_answer is not None or self.next_due_day is not None
        return self.current and not (answered or self.counts.due or self.counts.drill)


@contextmanager
def _asking(where: Where) -> Iterator[tuple[str, Any]]:
    """What schema there is, "" where there is none, and what to ask; StoreError."""
    if isinstance(where, Server):
        from ptcards.store import postgres  # noqa: PLC0415 - who has no server loads nothing for one

        with (
            postgres.as_said(where),
            closing(postgres.connect(where, read_only=True, prompt=True)) as connection,
        ):
            yield postgres.schema_of(connection, where) or "", postgres.Asking(connection)
    else:
        with opened(where, read_only=True) as connection:
            yield schema_of(connection, where), connection


def glance(where: Where, day: int, config: Config, unmet: Collection[str] = ()) -> Glance:
    """What a database offers, all of it; where there is none yet nothing. Raises as `Store.open`, but sooner.

    `unmet` are the keys of cards and the slugs of decks that cannot be asked here.
    """
    if isinstance(where, Path) and not where.exists():
        return Glance(day)
    with _asking(where) as (revision, db):
        if revision != SCHEMA:
            return Glance(day, current=isinstance(where, Server) and not revision)
        db.execute("BEGIN")
        return _read(db, day, config, unmet)


def waits_of(rows: Iterable[Sequence[Any]], unmet: Collection[str]) -> dict[str, list[str]]:
    """What new cards wait for, by the card; what cannot be asked here holds nothing back."""
    found, never = dict[str, list[str]](), frozenset(unmet)
    for card, before in rows:
        if never.isdisjoint((card, deck_of(card), before, deck_of(before))):
            found.setdefault(card, []).append(before)
    return found


def names(where: Where, kind: str, start: str) -> dict[str, str]:
    """What begins so of the names of each `deck` (with titles), `card`, `id` (as cards) or `tag`.

    Of very many the first and the last: what all begin with stays the same.
    """
    with _asking(where) as (revision, db):
        sql, at = _NAMES[kind], {"start": start}
        if revision != SCHEMA:
            return {}
        if kind != "tag":
            first = db.execute(sql, at).fetchmany(MOST_NAMES)
            last = db.execute(f"{sql} DESC", at).fetchmany(1) if len(first) == MOST_NAMES else []
            return dict(first + last)
        tags = {tag for (row,) in db.execute(sql, at) for tag in row.split("\n") if tag.startswith(start)}
        found = sorted(tags - {""})
        return dict.fromkeys(found[:MOST_NAMES] + found[-1:], "")


def _counted(
    db: Any, at: dict[str, Any], rows: list[Any], unmet: Collection[str]
) -> tuple[Counter[tuple[str, str]], list[int]]:
    """How many cards of each deck are what today, before limits; and how many come on which day."""
    day = at["day"]
    found, coming = Counter[tuple[str, str]](), [0] * FORECAST_DAYS
    unseen = ((row[0], None, 0, 0, None, row[7]) for row in rows)
    taken = (row for key in unmet for row in db.execute(_UNMET, {**at, "key": key}))
    for slug, count, asleep, buried in db.execute(_OVERDUE, at):
        found[slug, "suspended"], found[slug, "buried"] = asleep, buried
        found[slug, "requires" if slug in unmet else "due"] = count - asleep - buried
        coming[0] += count - asleep
    for slug, due_day, drill, suspended, buried, count in chain(unseen, db.execute(_GROUPS, at), taken):
        part = "drill" if drill else "new" if due_day is None else "due" if due_day <= day else ""
        held = "suspended" if suspended else "buried" if (buried or 0) > day else ""
        if count < 0:
            found[slug, part] -= not held and slug not in unmet
            found[slug, "requires"] += not held and slug not in unmet and part != ""
            continue
        found[slug, held or ("requires" if slug in unmet else part)] += count if part else 0
        if due_day is not None and not drill and not suspended:
            coming[max(due_day - day, 0)] += count
    for slug in map(deck_of, waits_of(db.execute(WAITS, at), unmet)):
        found[slug, "new"] -= 1
        found[slug, "after"] += 1
    return found, coming


def _read(db: Any, day: int, config: Config, unmet: Collection[str]) -> Glance:
    at = dict[str, Any](day=day, since=day - 30, end=day + FORECAST_DAYS, language=config.language)
    at |= _ROLES if isinstance(db, sqlite3.Connection) else dict(zip(_ROLES, _ROLES, strict=True))
    at["title"] = '$.translations."{}".title'.format(config.language.replace('"', ""))
    rows = db.execute(_DECKS, at).fetchall()
    found, coming = _counted(db, at, rows, unmet)
    enabled = [row[0] for row in rows if row[5] != "disabled"]
    done = db.execute(_DONE, at).fetchall()
    new = Allowance(config, "new_per_day", {deck: first for deck, first, _ in done})
    reviews = Allowance(config, "reviews_per_day", {deck: again for deck, _, again in done})
    due, left = Counter[str](), reviews.common
    sharing = {slug: n for slug in enabled if (n := found[slug, "due"]) and slug not in reviews.own}
    if left is not None and left < sum(sharing.values()) and len(sharing) > 1:
        # Decks share what is too little for all: who has it is decided card by card.
        # As JSON, whose module is slow to load; a slug has nothing in it that JSON would escape.
        at |= {"sharing": '["{}"]'.format('","'.join(sharing)), "offset": left + len(unmet)}
        (at["last"],) = db.execute(_LAST, at).fetchone() or (day,)
        waiting = sorted((when, shuffle_of(key), key) for when, key in db.execute(_DUE, at))
        decks = (deck_of(key) for *_, key in waiting if key not in unmet)
        due.update(deck for deck in decks if reviews.take(deck))
    due.update({slug: reviews.take(slug, found[slug, "due"]) for slug in enabled if slug not in due})
    unlimited = {slug: found[slug, "new"] for slug in enabled if new.left(slug) is None}
    others = ((slug, repeat(slug, found[slug, "new"])) for slug in enabled if slug not in unlimited)
    fresh = Counter(new.in_turn(others)) + Counter(unlimited)

    def counts(slug: str, cards: int, learning: int) -> Counts:
        held = (found[slug, reason] for reason in ("suspended", "buried", "requires", "after"))
        held_back = HeldBack._make((*held, found[slug, "due"] - due[slug], found[slug, "new"] - fresh[slug]))
        return Counts(due[slug], fresh[slug], found[slug, "drill"], learning, cards, held_back)

    listed, built_in = [], set(map(str, paths.built_in_decks()))
    for *facts, trusted, _, learning in rows:
        own = counts(facts[0], facts[4], learning) if facts[0] in enabled else Counts()
        listed.append(DeckGlance._make((*facts, bool(trusted) or facts[3] in built_in, own)))
    milliseconds, answers = db.execute(_PACE, at).fetchone()
    return Glance(
        day,
        add_counts(deck.counts for deck in listed),
        tuple(listed),
        streak((day for (day,) in chain(db.execute(_NEWEST, at), db.execute(_LIVED, at))), day),
        tuple(coming),
        db.execute(_NEXT, at).fetchone()[0],
        int(milliseconds or 0) / int(answers) / 1000 if answers else None,
        sum(first for _, first, _ in done),
    )
