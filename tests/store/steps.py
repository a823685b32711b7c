"""What the store's tests say often."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from ptcards import paths
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import Event, Kind, event, grade_kind
from ptcards.scheduling.queue import Limits
from ptcards.store import migrate
from ptcards.store.store import Store
from ptcards.store.values import CardContent, DeckContent, Recorded

NOW = Moment(1_795_000_000_000, 60)
TODAY = study_day(NOW)
NO_LIMITS = Limits(None, None)
_NEXT = '''
"""A schema to come: the table of events is rebuilt."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{newest}"


def upgrade() -> None:
    with op.batch_alter_table("events", recreate="always") as batch:
        batch.add_column(sa.Column("mood", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("events", recreate="always") as batch:
        batch.drop_column("mood")
'''


def later(days: int) -> Moment:
    return Moment(NOW.at + days * 86_400_000, NOW.offset)


def deck_of(slug: str, *ids: str, **changes: tuple[str, ...]) -> DeckContent:
    """A deck of these cards; `id=("old",)` says what one was."""
    cards = tuple(
        CardContent(name, f'{{"id":"{name}"}}', f"hash of {name}", changes.get(name, ())) for name in ids
    )
    return DeckContent(slug, slug.title(), f'{{"deck":"{slug}"}}', "content", "code", cards)


def save(store: Store, slug: str = "d", *ids: str) -> None:
    store.library.save([deck_of(slug, *(ids or ("a", "b", "c")))], NOW, TODAY)


def graded(key: str, q: int, moment: Moment = NOW, kind: Kind = Kind.GRADED) -> Event:
    return event(kind, key, moment, study_day(moment))._replace(
        q=q, rules=1, seconds=2.0, attempts=1, verdict="pass"
    )


def answer(store: Store, key: str, q: int, moment: Moment = NOW, code: str | None = None) -> Recorded:
    before = store.library.schedule(key)
    kind = grade_kind(before, study_day(moment))
    return store.log.record([graded(key, q, moment, kind)], expected_head=before.head, code=code)


@contextmanager
def next_schema(folder: Path) -> Iterator[None]:
    """Have one schema more than there is, kept in `folder`."""
    target = folder / "migrations"
    if not target.exists():
        shutil.copytree(paths.shipped("migrations"), target)
        (target / "versions" / "9999_mood.py").write_text(_NEXT.format(newest=migrate.newest_revision()))
    with patch.object(migrate, "shipped", lambda name: folder / name):
        migrate.newest_revision.cache_clear()
        try:
            yield
        finally:
            migrate.newest_revision.cache_clear()
