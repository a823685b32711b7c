"""Replay is law: random histories on three devices, driven through the real Store and compared with a model."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ptcards.config import Config
from ptcards.errors import UsageError
from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import (
    ACTIONS,
    Event,
    Kind,
    Role,
    Step,
    event,
    grade_kind,
    imported_id,
    json_text,
    next_id,
)
from ptcards.scheduling.fsrs import DEFAULTS, Rules
from ptcards.scheduling.queue import HeldBack, Scope, add_counts, deck_of
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store import log
from ptcards.store.glance import glance
from ptcards.store.library import CardContent, DeckContent
from ptcards.store.server import Where, where
from ptcards.store.store import Store
from ptcards.store.tables import StoredDeck
from tests.scheduling.model import Candidate, Done, queue_up, steps, withdrawn_by
from tests.store.steps import POSTGRES, fresh_learner

IDS = ("a", "b", "c", "d")
DECKS = ("one", "two")
KEYS = [f"{deck}/{name}" for deck in DECKS for name in IDS]
AFTER = {"b": ("a", "two/c"), "d": ("b", "never/there"), "e": ("a",)}
"""The cards that come before one, by its id."""
RULES = (str(Rules()), str(Rules(0.8)), str(Rules(0.95, (0.5, *DEFAULTS[1:]))))
START = 1_790_000_000_000
devices = st.sampled_from((0, 1, 2))
keys = st.sampled_from(KEYS)
SWITCHES = st.sampled_from((Kind.SUSPENDED, Kind.MARKED, Kind.BURIED, Kind.RESET))


def deck_of_ids(slug: str, *ids: str, was: dict[str, str] | None = None) -> DeckContent:
    cards = tuple(
        CardContent(
            name, f'{{"id":"{name}"}}', tuple((was or {}).get(name, "").split()), after=AFTER.get(name, ())
        )
        for name in ids
    )
    row = StoredDeck(slug, slug.title(), "", "en", None, f'{{"deck":"{slug}"}}', "c", "", 0, False, "")
    return DeckContent(row, cards)


def card_of(names: dict[str, str], key: str) -> str:
    """The key that a card has now."""
    while key in names:
        key = names[key]
    return key


def walked(log: list[Event], names: dict[str, str]) -> dict[str, tuple[list[Step], Schedule]]:
    """What every card went through, from the log alone, the plainest way."""
    undone = [one for one in log if one.kind == Kind.UNDONE]
    redone = [one for one in log if one.kind == Kind.REDONE]
    withdrawn = withdrawn_by(undone, redone)
    cards: dict[str, list[Event]] = {}
    for one in log:
        if one.card:
            cards.setdefault(card_of(names, one.card), []).append(one)
    found = {}
    for card, events in cards.items():
        actions = {one.action for one in events}
        undos = {one.id: one for one in undone if one.target in actions}
        touches = [*undos, *(one.id for one in redone if one.target in undos)]
        its = list(steps(events, withdrawn))
        after = its[-1].after
        found[card] = its, after._replace(head=max((after.head, *touches)))
    return found


def done_by(log: list[Event], names: dict[str, str], day: int) -> Done:
    new, again = Counter[str](), Counter[str]()
    for card, (its, _) in walked(log, names).items():
        roles = [one.role for one in its if one.event.day == day]
        for used, role in ((new, Role.FIRST), (again, Role.REPETITION)):
            used[deck_of(card)] += roles.count(role)
    return Done(new, again)


def renamed(names: dict[str, str], deck: str, ids: list[str], was: dict[str, str]) -> dict[str, str]:
    """Cards take over what they were, and what their own id had been renamed to."""
    links = {f"{deck}/{old}": f"{deck}/{new}" for old, new in was.items()}
    links |= {card_of(names, key): key for key in (f"{deck}/{name}" for name in ids) if key in names}
    return {old: new for old, new in {**names, **links}.items() if old not in links.values()}


class ThreeDevices(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.random = Random(7)
        self.stores: list[Store] = []
        self.names: list[dict[str, str]] = [{}, {}, {}]
        self.clock = START
        self.offset = 60
        self.touched = {0, 1, 2}

    @initialize()
    def open_three(self) -> None:
        for number in range(3):
            if POSTGRES:
                fresh_learner(f"device{number}")
            else:
                shutil.copy(self.template, self.folder / f"{number}.db")
            self.stores.append(self.open(number))
            for deck in DECKS:
                self.stores[number].library.save([deck_of_ids(deck, *IDS)])

    def open(self, number: int) -> Store:
        return Store.open(self.where(number), entropy=lambda: self.random.getrandbits(80))

    def where(self, number: int) -> Where:
        return where(f"{POSTGRES}&learner=device{number}") if POSTGRES else self.folder / f"{number}.db"

    def at(self, number: int) -> Store:
        """A device's store, to be checked again after this step."""
        self.touched.add(number)
        return self.stores[number]

    @property
    def moment(self) -> Moment:
        return Moment(self.clock, self.offset)

    @property
    def day(self) -> int:
        return study_day(self.moment)

    def log(self, number: int) -> list[Event]:
        return [one for one, _ in self.stores[number].log.events()]

    @rule(hours=st.sampled_from([0, 0, 1, 5, 24, 24, 49, 24 * 8, -30, 24 * 365 * 40]))
    def time_passes(self, hours: int) -> None:
        if hours > 24 * 365:
            self.clock = START + hours * 3_600_000 if self.clock < START * 1.1 else START
        else:
            self.clock += hours * 3_600_000 + 1

    @rule(offset=st.sampled_from([-660, -300, 60, 120, 345, 840]))
    def travel(self, offset: int) -> None:
        self.offset = offset

    @rule(
        device=devices,
        key=keys,
        q=st.integers(0, 5),
        cram=st.booleans(),
        fuzz=st.integers(-2, 2),
        fsrs=st.sampled_from((None, *RULES)),
    )
    def answer(self, device: int, key: str, q: int, cram: bool, fuzz: int, fsrs: str | None) -> None:
        store = self.at(device)
        before = store.library.schedule(key)
        kind = grade_kind(before, self.day, cram=cram)
        verdict = "taught" if q == 0 and before.due_day is None else "pass"
        fsrs = fsrs if kind == Kind.GRADED else None
        draft = event(kind, key, self.moment, self.day)._replace(
            q=q, rules=2 if fsrs else 1, fuzz_days=fuzz, seconds=1.5, attempts=1, verdict=verdict, fsrs=fsrs
        )
        (done,) = store.log.record([draft], expected_head=before.head, code="x" if q else None)
        assert done.before == before
        assert done.after == store.library.schedule(key)

    @rule(
        device=devices,
        chosen=st.lists(keys, min_size=1, max_size=3),
        kind=st.sampled_from(sorted(ACTIONS)),
        ahead=st.integers(-3, 9),
    )
    def act(self, device: int, chosen: list[str], kind: Kind, ahead: int) -> None:
        if kind in {Kind.GRADED, Kind.DRILLED, Kind.CRAMMED}:
            return
        to_day = self.day + ahead if kind in {Kind.DUE_SET, Kind.BURIED} else None
        drafts = [event(kind, key, self.moment, self.day)._replace(to_day=to_day) for key in chosen]
        self.at(device).log.record(drafts)

    @rule(device=devices, times=st.integers(1, 3))
    def undo(self, device: int, times: int) -> None:
        for _ in range(times):
            shown = self.at(device).log.peek_undo()
            undone = self.at(device).log.undo(
                self.moment, self.day, action=shown[0].action if shown else None
            )
            assert (undone.events if undone else ()) == shown

    @rule(device=devices, times=st.integers(1, 3))
    def redo(self, device: int, times: int) -> None:
        for _ in range(times):
            self.at(device).log.redo(self.moment, self.day)

    @rule(
        device=devices,
        deck=st.sampled_from(DECKS),
        ids=st.permutations(IDS),
        old=st.sampled_from(IDS),
        new=st.sampled_from(["a", "b", "e", "f"]),
    )
    def rename(self, device: int, deck: str, ids: list[str], old: str, new: str) -> None:
        if new in ids and new != old:
            ids = [name for name in ids if name != new]
        ids = [new if name == old else name for name in ids]
        content = deck_of_ids(deck, *ids, was={new: old} if new != old else None)
        library = self.at(device).library
        try:
            change = library.save([content])[0]
        except UsageError as error:
            assert "history" in str(error)  # noqa: PT017
            return
        assert change.deck == deck
        again = library.save([content])[0]
        assert (again.new, again.changed, again.removed, again.same) == (0, 0, 0, len(ids))
        assert library.keys(deck) == tuple(f"{deck}/{name}" for name in ids)
        self.names[device] = renamed(self.names[device], deck, ids, {old: new} if new != old else {})

    @rule(device=devices)
    def restart(self, device: int) -> None:
        self.at(device).close()
        self.stores[device] = self.open(device)

    @rule(giver=devices, taker=devices, back=st.booleans())
    def merge(self, giver: int, taker: int, back: bool) -> None:
        incoming = list(self.stores[giver].log.events())
        first = self.at(taker).log.merge(reversed(incoming) if back else incoming)
        assert self.at(taker).log.merge(incoming).new == 0
        assert first.read == len(incoming)

    @rule(giver=devices, taker=devices, chosen=st.lists(keys, min_size=2, max_size=3), kind=SWITCHES)
    def merge_and_take_back(self, giver: int, taker: int, chosen: list[str], kind: Kind) -> None:
        """What the other device knows already is undone, redone, and merged each time."""
        store = self.at(giver)
        store.log.record([event(kind, key, self.moment, self.day) for key in chosen])
        self.at(taker).log.merge(store.log.events())
        for turn in (store.log.undo, store.log.redo):
            turn(self.moment, self.day)
            self.at(taker).log.merge(store.log.events())
            self.every_schedule_is_the_replay()

    @rule(giver=devices, taker=devices, start=st.integers(0, 40), length=st.integers(1, 6))
    def merge_a_part(self, giver: int, taker: int, start: int, length: int) -> None:
        """Undos without what they aim at, answers without their undo, half an action."""
        log = list(self.stores[giver].log.events())
        self.at(taker).log.merge(log[start : start + length])

    @rule(device=devices, key=keys, days=st.integers(0, 60), q=st.integers(0, 5), future=st.booleans())
    def import_from_elsewhere(self, device: int, key: str, days: int, q: int, future: bool) -> None:
        """A schedule and a review that another program made, and a kind that a later version knows."""
        moment = Moment(self.clock - days * 86_400_000, 0)
        made = event(Kind.SCHEDULE_SET, key, moment, study_day(moment))._replace(device="anki")
        facts = {"repetitions": q, "interval_days": 30, "ease": 210, "lapses": 1, "due_day": self.day + days}
        memory: dict[str, float] = {"stability": 12.5, "difficulty": 6.25} if q % 2 else {}
        details = json_text({**facts, **memory})
        source = f"anki {details} {moment}"
        incoming = [
            made._replace(
                kind=Kind.RECORDED, q=q, seconds=4.0, id=imported_id(Kind.RECORDED, source, key, moment.at)
            ),
            made._replace(id=imported_id(Kind.SCHEDULE_SET, source, key, moment.at), details=details),
        ]
        if future:
            incoming.append(
                made._replace(kind="sung", id=next_id(moment.at, "", self.random.getrandbits(80)))
            )
        self.at(device).log.merge([(one._replace(action=one.id), None) for one in incoming])

    @invariant()
    def every_schedule_is_the_replay(self) -> None:
        if not self.stores:
            return
        for number in self.touched:
            store = self.stores[number]
            cards = walked(self.log(number), self.names[number])
            assert store.log.check() == ()
            pasts: dict[str, list[Step]] = {}
            for key, one in store.log.pasts():
                pasts.setdefault(key, []).append(one._replace(code=None))
            assert pasts == {key: its for key, (its, _) in cards.items()}
            for card in store.library.cards():
                assert card.schedule == cards.get(card.key, ([], NEW))[1]
            key = self.random.choice(KEYS)
            history = [one._replace(code=None) for one in store.log.history(key)]
            assert history == pasts.get(card_of(self.names[number], key), [])
        self.touched.clear()

    @invariant()
    def the_queue_is_the_models(self) -> None:
        if not self.stores:
            return
        number = self.random.randrange(3)
        store, log = self.stores[number], self.log(number)
        limits = Config(
            self.random.choice([99, 1, 3]),
            self.random.choice([None, 1, 2]),
            self.random.choice(["deck", "random"]),
            decks={"two": {"new_per_day": 1, "new_order": "random"}},
        )
        unmet = frozenset(self.random.sample(KEYS, self.random.randrange(3)))
        unmet |= frozenset(self.random.sample(DECKS, self.random.random() < 0.2))
        some = frozenset(self.random.sample(KEYS, 5)) if self.random.random() < 0.3 else None
        cards = []
        for card in store.library.cards():
            before = AFTER.get(card.key.partition("/")[2], ())
            whole = (name if "/" in name else f"{card.deck}/{name}" for name in before)
            after = [card_of(self.names[number], name) for name in whole]
            cards.append(Candidate(card.key, card.deck, card.position, card.schedule, after))
        done = done_by(log, self.names[number], self.day)
        found, _ = queue_up(cards, self.day, limits, done, some, unmet)
        queue = store.queue.of_day(self.day, limits, Scope(cards=some), unmet)
        assert {name: list(part) for name, part in queue._asdict().items()} == found
        found, held = queue_up(cards, self.day, limits, done, None, unmet)
        seen = glance(self.where(number), self.day, limits, unmet)
        for deck in seen.decks:
            counts = deck.counts
            for name, keys_of in found.items():
                assert getattr(counts, name) == sum(deck_of(key) == deck.slug for key in keys_of)
            reasons = Counter(why for key, why in held.items() if deck_of(key) == deck.slug)
            assert counts.held_back._asdict() == {name: reasons[name] for name in HeldBack._fields}
            few = [card for card in cards if card.deck == deck.slug and card.schedule.repetitions < 2]
            assert counts.learning == sum(card.schedule.due_day is not None for card in few)
        assert seen.counts == add_counts(deck.counts for deck in seen.decks)

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)


@pytest.fixture(autouse=True)
def _template(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    # A process speaks to one kind of database.
    if not POSTGRES:
        ThreeDevices.template = request.getfixturevalue("empty_database")
    monkeypatch.setattr(log, "SLICE", 5)
    monkeypatch.setattr(log, "_PAUSE", 0)


TestLaw = ThreeDevices.TestCase
TestLaw.settings = settings(
    max_examples=int(os.environ.get("PTCARDS_LAW_EXAMPLES", "4")),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
