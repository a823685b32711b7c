"""A grade whose interval FSRS gave says by what rules (`events.fsrs`, the number of a text)."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("ALTER TABLE events ADD COLUMN fsrs INTEGER")
