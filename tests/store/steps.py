"""What the store's tests say often."""

from __future__ import annotations

import os

from sqlalchemy import create_engine, text

from ptcards.config import Config
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import Event, Kind, Step, event, grade_kind, json_text
from ptcards.scheduling.queue import Counts
from ptcards.store.glance import Glance, glance
from ptcards.store.library import CardContent, DeckContent
from ptcards.store.server import Where, where
from ptcards.store.store import Store
from ptcards.store.tables import StoredDeck

POSTGRES = os.environ.get("PTCARDS_TEST_POSTGRES", "")
"""The URL of a PostgreSQL, from `tests/postgres.sh`: the store's tests are run there, else on files."""
NOW = Moment(1_795_000_000_000, 60)
TODAY = study_day(NOW)
NO_LIMITS = Config(9999)


def fresh_learner(name: str) -> Where:
    """A place on the server that tests are run on, where nothing is yet."""
    named = where(f"{POSTGRES}&learner={name}")
    engine = create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
    engine.dispose()
    return named


def later(days: int) -> Moment:
    return Moment(NOW.at + days * 86_400_000, NOW.offset)


def deck_of(slug: str, *ids: str, **changes: tuple[str, ...]) -> DeckContent:
    """A deck of these cards; `id=("old",)` says what one was, `after_id=("other",)` what it waits for."""
    cards = tuple(
        CardContent(
            name,
            json_text({"id": name, **({"after": after} if after else {})}),
            changes.get(name, ()),
            after=after,
        )
        for name in ids
        for after in [changes.get(f"after_{name}", ())]
    )
    row = StoredDeck(slug, slug.title(), "", "en", None, f'{{"deck":"{slug}"}}', "code", "", 0, False, "")
    return DeckContent(row, cards)


def logged(where: Where) -> list[Event]:
    """What lies in the log, oldest first, while another may have it open."""
    with Store.open(where, read_only=True) as store:
        return [one for one, _ in store.log.events()]


def save(store: Store, slug: str = "d", *ids: str) -> None:
    store.library.save([deck_of(slug, *(ids or ("a", "b", "c")))])


def graded(key: str, q: int, moment: Moment = NOW, kind: Kind = Kind.GRADED) -> Event:
    facts = {"rules": 1, "seconds": 2.0, "attempts": 1, "verdict": "pass"}
    return event(kind, key, moment, study_day(moment), q=q, **facts)


def answer(store: Store, key: str, q: int, moment: Moment = NOW, code: str | None = None) -> Step:
    before = store.library.schedule(key)
    kind = grade_kind(before, study_day(moment))
    (done,) = store.log.record([graded(key, q, moment, kind)], expected_head=before.head, code=code)
    return done


def draft(store: Store, key: str) -> str | None:
    card = store.library.card(key)
    return None if card is None else card.draft


def shown(store: Store, day: int, limits: Config = NO_LIMITS) -> Glance:
    """What the home screen shows."""
    return glance(store._database.where, day, limits)


def by_deck(store: Store, day: int, limits: Config = NO_LIMITS) -> dict[str, Counts]:
    return {deck.slug: deck.counts for deck in shown(store, day, limits).decks if deck.state != "disabled"}
