"""What stands in many rows is a number there: cards, devices, versions, kinds, verdicts, and what was shown.

What follows from the log the app makes anew after a migration.
"""

from __future__ import annotations

from typing import Any

from alembic import op

from ptcards.store.tables import packed_sides, unpacked

revision = "0004"
down_revision = "0003"

_KINDS = [
    *("graded", "drilled", "crammed", "undone", "redone", "suspended", "resumed", "buried", "unburied"),
    *("marked", "unmarked", "reset", "due_set", "schedule_set", "renamed", "recorded"),
]
_VERDICTS = ["pass", "fail", "taught", "shown", "none"]
_MOVED = ("events", "cards", "names", "drafts")


def _number(column: str) -> str:
    return f"(SELECT number FROM texts WHERE text = {column})"


def _one_of(column: str, known: list[str]) -> str:
    cases = " ".join(f"WHEN '{text}' THEN {number}" for number, text in enumerate(known))
    return f"CASE {column} {cases} ELSE {column} END"


_STEPS = (
    """CREATE TABLE texts (
        number INTEGER NOT NULL, text VARCHAR NOT NULL, PRIMARY KEY (number), UNIQUE (text)
    )""",
    """INSERT INTO texts (text) SELECT "key" FROM cards UNION SELECT card FROM events
        UNION SELECT card FROM drafts UNION SELECT name FROM names UNION SELECT card FROM names
        UNION SELECT unpacked(device) FROM events
        UNION SELECT versions FROM events WHERE versions IS NOT NULL""",
    *(f"DROP INDEX ix_events_{name}" for name in ("action", "card", "disputed", "renamed", "target")),
    *(f"DROP INDEX {name}" for name in ("ix_cards_deck", "ix_cards_requires", "ix_names_card")),
    *(f"ALTER TABLE {table} RENAME TO old_{table}" for table in _MOVED),
    """CREATE TABLE events (
        id BLOB NOT NULL, device INTEGER NOT NULL, action BLOB, card INTEGER NOT NULL, kind BLOB NOT NULL,
        at BIGINT NOT NULL, "offset" BIGINT NOT NULL, day BIGINT NOT NULL, q BIGINT, rules BIGINT,
        fuzz_days BIGINT NOT NULL, seconds BIGINT, attempts BIGINT, hints BIGINT, verdict BLOB, why VARCHAR,
        seed BIGINT, target BLOB, to_day BIGINT, disputed VARCHAR, versions INTEGER, shown BLOB,
        details VARCHAR, PRIMARY KEY (id)
    ) WITHOUT ROWID""",
    f"""INSERT INTO events SELECT id, {_number("unpacked(device)")}, action, {_number("card")},
        {_one_of("kind", _KINDS)}, at, "offset", day, q, rules, fuzz_days,
        CAST(round(seconds * 1000) AS INTEGER), attempts, hints, {_one_of("verdict", _VERDICTS)}, why, seed,
        target, to_day, disputed, {_number("versions")}, packed_sides(shown), details
        FROM old_events ORDER BY id""",
    """CREATE TABLE cards (
        "key" INTEGER NOT NULL, deck VARCHAR NOT NULL, position INTEGER NOT NULL, content VARCHAR NOT NULL,
        tags VARCHAR NOT NULL, requires VARCHAR, present BOOLEAN NOT NULL, PRIMARY KEY ("key")
    )""",
    f"""INSERT INTO cards SELECT {_number('"key"')} AS number, deck, position, content, tags, requires,
        present FROM old_cards ORDER BY number""",
    "CREATE TABLE names (name INTEGER NOT NULL, card INTEGER NOT NULL, PRIMARY KEY (name)) WITHOUT ROWID",
    f"INSERT INTO names SELECT {_number('name')}, {_number('card')} FROM old_names",
    "CREATE TABLE drafts (card INTEGER NOT NULL, code VARCHAR NOT NULL, PRIMARY KEY (card))",
    f"INSERT INTO drafts SELECT {_number('card')}, code FROM old_drafts",
    *(f"DROP TABLE old_{table}" for table in _MOVED),
    "ALTER TABLE decks DROP COLUMN content_hash",
    "CREATE INDEX ix_events_action ON events (action) WHERE action IS NOT NULL",
    "CREATE INDEX ix_events_card ON events (card)",
    "CREATE INDEX ix_events_disputed ON events (card) WHERE disputed IS NOT NULL",
    "CREATE INDEX ix_events_renamed ON events (card) WHERE kind = 14",
    "CREATE INDEX ix_events_target ON events (target) WHERE target IS NOT NULL",
    'CREATE INDEX ix_cards_deck ON cards (deck, present, position, "key")',
    'CREATE INDEX ix_cards_requires ON cards ("key") WHERE requires IS NOT NULL',
    "CREATE INDEX ix_names_card ON names (card)",
)


def upgrade() -> None:
    driver: Any = op.get_bind().connection.driver_connection
    driver.create_function("packed_sides", 1, packed_sides, deterministic=True)
    driver.create_function("unpacked", 1, unpacked, deterministic=True)
    for step in _STEPS:
        op.execute(step)
