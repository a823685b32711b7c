"""Cards say which others come before them (`after`): a new one waits for those."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

_NAMED = "CASE WHEN instr(value, '/') THEN value ELSE deck || '/' || value END"
_AFTER = "FROM cards, json_each(content, '$.after') WHERE content LIKE '%\"after\"%'"
_STEPS = (
    """CREATE TABLE waits (
        card INTEGER NOT NULL, before INTEGER NOT NULL, PRIMARY KEY (card, before)
    ) WITHOUT ROWID""",
    f"INSERT OR IGNORE INTO texts (text) SELECT {_NAMED} {_AFTER}",
    f"""INSERT OR IGNORE INTO waits
        SELECT cards."key", (SELECT number FROM texts WHERE text = {_NAMED}) {_AFTER}""",
)


def upgrade() -> None:
    for step in _STEPS:
        op.execute(step)
