"""How many cards stand where, kept, and the cards that the statistics name, found without a walk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MEASURED = {"interval": "interval_days", "ease": "ease", "lapses": "lapses", "due": "due_day"}
_SEEN = "deck IS NOT NULL AND due_day IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "standings",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("deck", sa.String(), nullable=False),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "value", "deck", "suspended", name=op.f("pk_standings")),
        sqlite_with_rowid=False,
    )
    for what, column in _MEASURED.items():
        op.execute(
            f"INSERT INTO standings SELECT '{what}', {column}, deck, suspended, count(*) FROM schedules "
            f"WHERE {_SEEN} GROUP BY {column}, deck, suspended"
        )
    for name, columns, which in (
        ("ix_schedules_low", ["deck", "card", "ease", "due_day"], "ease <= 130"),
        ("ix_schedules_leeches", ["deck", "lapses", "due_day"], "lapses >= 8"),
    ):
        where = sa.text(f"{which} AND due_day IS NOT NULL")
        op.create_index(name, "schedules", columns, sqlite_where=where)


def downgrade() -> None:
    op.drop_index("ix_schedules_leeches", "schedules")
    op.drop_index("ix_schedules_low", "schedules")
    op.drop_table("standings")
