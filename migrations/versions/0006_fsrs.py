"""A grade whose interval FSRS gave says by what rules (`events.fsrs`, the number of a text).

An older version may have merged the log of a newer one: it kept `fsrs` among the details, the kind as a text.
It took whatever was there: what only looks like these stays as it is.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from ptcards.scheduling.fsrs import Rules, out_of_bounds

revision = "0006"
down_revision = "0005"

_ADOPTED = 16  # a kind is its number in a file, its text on a server


def upgrade() -> None:
    op.execute("ALTER TABLE events ADD COLUMN fsrs INTEGER")
    db = op.get_bind()
    named = db.execute(sa.text("SELECT id, details FROM events WHERE kind = 'adopted'"))
    for event, details in named.all():
        if db.dialect.name == "sqlite" and not out_of_bounds(json.loads(details or "{}").get("parameters")):
            db.execute(sa.text(f"UPDATE events SET kind = {_ADOPTED} WHERE id = :event"), {"event": event})
    merged = db.execute(sa.text("SELECT id, details FROM events WHERE details LIKE '%\"fsrs\":%'"))
    for event, details in merged.all():
        facts = json.loads(details)
        rules = facts.pop("fsrs", None)
        if not isinstance(rules, str):
            continue
        try:
            Rules.read(rules)
        except ValueError:
            continue
        rest = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False) if facts else None
        db.execute(
            sa.text("INSERT INTO texts (text) VALUES (:rules) ON CONFLICT DO NOTHING"), {"rules": rules}
        )
        lifted = "UPDATE events SET details = :rest, fsrs = (SELECT number FROM texts WHERE text = :rules)"
        db.execute(sa.text(f"{lifted} WHERE id = :event"), {"rest": rest, "rules": rules, "event": event})
