"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cards",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("deck", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("tags", sa.String(), nullable=False),
        sa.Column("requires", sa.String(), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_cards")),
    )
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cards_deck_place"), ["deck", "place"], unique=False)
        batch_op.create_index(
            "ix_cards_requires", ["key"], unique=False, sqlite_where=sa.text("requires IS NOT NULL")
        )
        batch_op.create_index(batch_op.f("ix_cards_root"), ["root"], unique=False)

    op.create_table(
        "decks",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_decks")),
    )
    op.create_table(
        "drafts",
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("card", name=op.f("pk_drafts")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("q", sa.Integer(), nullable=True),
        sa.Column("rules", sa.Integer(), nullable=True),
        sa.Column("fuzz_days", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("hints", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("target", sa.String(), nullable=True),
        sa.Column("to_day", sa.Integer(), nullable=True),
        sa.Column("disputed", sa.String(), nullable=True),
        sa.Column("versions", sa.String(), nullable=True),
        sa.Column("shown", sa.String(), nullable=True),
        sa.Column("details", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_card"), ["card"], unique=False)
        batch_op.create_index(
            "ix_events_disputed", ["device"], unique=False, sqlite_where=sa.text("disputed IS NOT NULL")
        )
        batch_op.create_index(
            "ix_events_renamed", ["card"], unique=False, sqlite_where=sa.text("kind = 'renamed'")
        )
        batch_op.create_index(
            "ix_events_target", ["target"], unique=False, sqlite_where=sa.text("target IS NOT NULL")
        )

    op.create_table(
        "hours",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("deck", sa.String(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "deck", "hour", name=op.f("pk_hours")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "schedules",
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("repetitions", sa.Integer(), nullable=False),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("ease", sa.Integer(), nullable=False),
        sa.Column("lapses", sa.Integer(), nullable=False),
        sa.Column("due_day", sa.Integer(), nullable=True),
        sa.Column("drill_day", sa.Integer(), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("buried_until", sa.Integer(), nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False),
        sa.Column("marked", sa.Boolean(), nullable=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("deck", sa.String(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("shuffle", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("card", name=op.f("pk_schedules")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.create_index(
            "ix_schedules_buried",
            ["deck", "buried_until"],
            unique=False,
            sqlite_where=sa.text("buried_until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_schedules_drill",
            ["deck", "drill_day"],
            unique=False,
            sqlite_where=sa.text("drill_day IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_schedules_due",
            ["deck", "due_day", "shuffle", "card", "buried_until", "suspended"],
            unique=False,
            sqlite_where=sa.text("NOT suspended AND due_day IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_schedules_learning",
            ["deck"],
            unique=False,
            sqlite_where=sa.text("repetitions < 2 AND due_day IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_schedules_new",
            ["deck", "place", "card", "buried_until", "suspended", "due_day"],
            unique=False,
            sqlite_where=sa.text("NOT suspended AND due_day IS NULL"),
        )
        batch_op.create_index(
            "ix_schedules_suspended", ["deck", "due_day"], unique=False, sqlite_where=sa.text("suspended")
        )

    op.create_table(
        "totals",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("deck", sa.String(), nullable=False),
        sa.Column("q0", sa.Integer(), nullable=False),
        sa.Column("q1", sa.Integer(), nullable=False),
        sa.Column("q2", sa.Integer(), nullable=False),
        sa.Column("q3", sa.Integer(), nullable=False),
        sa.Column("q4", sa.Integer(), nullable=False),
        sa.Column("q5", sa.Integer(), nullable=False),
        sa.Column("introduced", sa.Integer(), nullable=False),
        sa.Column("taught", sa.Integer(), nullable=False),
        sa.Column("young", sa.Integer(), nullable=False),
        sa.Column("young_lost", sa.Integer(), nullable=False),
        sa.Column("mature", sa.Integer(), nullable=False),
        sa.Column("mature_lost", sa.Integer(), nullable=False),
        sa.Column("practised", sa.Integer(), nullable=False),
        sa.Column("drilled", sa.Integer(), nullable=False),
        sa.Column("crammed", sa.Integer(), nullable=False),
        sa.Column("first_try", sa.Integer(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("recorded_lost", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "deck", name=op.f("pk_totals")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trust",
        sa.Column("deck", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("mine", sa.Boolean(), nullable=False),
        sa.Column("unsandboxed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("deck", name=op.f("pk_trust")),
    )
    op.create_table(
        "answers",
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name=op.f("fk_answers_event")),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_answers")),
    )


def downgrade() -> None:
    op.drop_table("answers")
    op.drop_table("trust")
    op.drop_table("totals")
    with op.batch_alter_table("schedules", schema=None) as batch_op:
        batch_op.drop_index("ix_schedules_suspended", sqlite_where=sa.text("suspended"))
        batch_op.drop_index("ix_schedules_new", sqlite_where=sa.text("NOT suspended AND due_day IS NULL"))
        batch_op.drop_index(
            "ix_schedules_learning", sqlite_where=sa.text("repetitions < 2 AND due_day IS NOT NULL")
        )
        batch_op.drop_index("ix_schedules_due", sqlite_where=sa.text("NOT suspended AND due_day IS NOT NULL"))
        batch_op.drop_index("ix_schedules_drill", sqlite_where=sa.text("drill_day IS NOT NULL"))
        batch_op.drop_index("ix_schedules_buried", sqlite_where=sa.text("buried_until IS NOT NULL"))

    op.drop_table("schedules")
    op.drop_table("meta")
    op.drop_table("hours")
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_index("ix_events_target", sqlite_where=sa.text("target IS NOT NULL"))
        batch_op.drop_index("ix_events_renamed", sqlite_where=sa.text("kind = 'renamed'"))
        batch_op.drop_index("ix_events_disputed", sqlite_where=sa.text("disputed IS NOT NULL"))
        batch_op.drop_index(batch_op.f("ix_events_card"))

    op.drop_table("events")
    op.drop_table("drafts")
    op.drop_table("decks")
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cards_root"))
        batch_op.drop_index("ix_cards_requires", sqlite_where=sa.text("requires IS NOT NULL"))
        batch_op.drop_index(batch_op.f("ix_cards_deck_place"))

    op.drop_table("cards")
