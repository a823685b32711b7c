"""Ids as bytes, and names beside the log. What follows from the log the app makes anew after a migration.

It begins at either of the two schemas before it, whose tables it drops and copies.
"""

from __future__ import annotations

from typing import Any

from alembic import op

from ptcards.store.tables import packed

revision = "0003"
down_revision = None

_STEPS = (
    "DROP TABLE IF EXISTS standings",
    *(f"DROP TABLE {table}" for table in ("schedules", "totals", "hours")),
    *(f"DROP INDEX ix_events_{name}" for name in ("card", "disputed", "renamed", "target")),
    "DROP INDEX ix_cards_requires",
    *(f"ALTER TABLE {table} RENAME TO old_{table}" for table in ("answers", "events", "cards")),
    "ALTER TABLE meta RENAME TO notes",
    """CREATE TABLE events (
        id BLOB NOT NULL, device BLOB NOT NULL, action BLOB, card VARCHAR NOT NULL, kind VARCHAR NOT NULL,
        at BIGINT NOT NULL, "offset" BIGINT NOT NULL, day BIGINT NOT NULL, q BIGINT, rules BIGINT,
        fuzz_days BIGINT NOT NULL, seconds FLOAT, attempts BIGINT, hints BIGINT, verdict VARCHAR, why VARCHAR,
        seed BIGINT, target BLOB, to_day BIGINT, disputed VARCHAR, versions VARCHAR, shown VARCHAR,
        details VARCHAR, PRIMARY KEY (id)
    ) WITHOUT ROWID""",
    """INSERT INTO events SELECT packed(id), packed(device), packed(nullif(action, id)), card, kind, at,
        "offset", day, q, rules, fuzz_days, seconds, attempts, hints, verdict, why, seed, packed(target),
        to_day, disputed, versions, shown, details FROM old_events ORDER BY id""",
    "CREATE TABLE answers (event BLOB NOT NULL, code VARCHAR NOT NULL, PRIMARY KEY (event)) WITHOUT ROWID",
    "INSERT INTO answers SELECT packed(event), code FROM old_answers ORDER BY event",
    """CREATE TABLE cards (
        "key" VARCHAR NOT NULL, deck VARCHAR NOT NULL, position INTEGER NOT NULL, content VARCHAR NOT NULL,
        content_hash VARCHAR NOT NULL, tags VARCHAR NOT NULL, requires VARCHAR, present BOOLEAN NOT NULL,
        PRIMARY KEY ("key")
    ) WITHOUT ROWID""",
    """INSERT INTO cards SELECT "key", deck, place, content, content_hash, tags, requires, present
        FROM old_cards ORDER BY "key" """,
    "CREATE TABLE names (name VARCHAR NOT NULL, card VARCHAR NOT NULL, PRIMARY KEY (name)) WITHOUT ROWID",
    *(f"DROP TABLE old_{table}" for table in ("answers", "events", "cards")),
    "CREATE INDEX ix_events_action ON events (action) WHERE action IS NOT NULL",
    "CREATE INDEX ix_events_card ON events (card)",
    "CREATE INDEX ix_events_disputed ON events (card) WHERE disputed IS NOT NULL",
    "CREATE INDEX ix_events_renamed ON events (card) WHERE kind = 'renamed'",
    "CREATE INDEX ix_events_target ON events (target) WHERE target IS NOT NULL",
    'CREATE INDEX ix_cards_deck ON cards (deck, present, position, "key")',
    'CREATE INDEX ix_cards_requires ON cards ("key") WHERE requires IS NOT NULL',
    "CREATE INDEX ix_names_card ON names (card)",
)


def upgrade() -> None:
    driver: Any = op.get_bind().connection.driver_connection
    driver.create_function("packed", 1, packed, deterministic=True)
    for step in _STEPS:
        op.execute(step)
