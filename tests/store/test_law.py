"""Replay is law: random histories on three devices, driven through the real Store and compared with a model."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from ptcards.scheduling.days import Moment, study_day
from ptcards.scheduling.events import ACTIONS, Event, Kind, event, grade_kind, json_text
from ptcards.scheduling.ids import next_id, recorded_id, schedule_set_id
from ptcards.scheduling.queue import Candidate, Done, Limits, Selection, line_up, shuffle_of
from ptcards.scheduling.replay import Role, roots, steps, withdrawn_by
from ptcards.scheduling.sm2 import NEW, Schedule
from ptcards.store.glance import glance
from ptcards.store.store import Store
from ptcards.store.values import CardContent, DeckContent

IDS = ("a", "b", "c", "d")
DECKS = ("one", "two")
KEYS = [f"{deck}/{name}" for deck in DECKS for name in IDS]
START = 1_790_000_000_000
devices = st.sampled_from((0, 1, 2))
keys = st.sampled_from(KEYS)
SWITCHES = st.sampled_from((Kind.SUSPENDED, Kind.MARKED, Kind.BURIED, Kind.RESET))


def deck_of_ids(slug: str, *ids: str, was: dict[str, str] | None = None) -> DeckContent:
    cards = tuple(
        CardContent(name, f'{{"id":"{name}"}}', f"hash of {name}", tuple((was or {}).get(name, "").split()))
        for name in ids
    )
    return DeckContent(slug, slug.title(), f'{{"deck":"{slug}"}}', "h", "c", cards)


def model_of(log: list[Event]) -> dict[str, Schedule]:
    """Every card's schedule, from the log alone, the plainest way."""
    undone = [one for one in log if one.kind == Kind.UNDONE]
    redone = [one for one in log if one.kind == Kind.REDONE]
    withdrawn = withdrawn_by(undone, redone)
    ends = roots(one for one in log if one.kind == Kind.RENAMED)
    cards: dict[str, list[Event]] = {}
    for one in log:
        if one.card:
            cards.setdefault(ends.get(one.card, one.card), []).append(one)
    found = {}
    for root, events in cards.items():
        actions = {one.action for one in events}
        undos = {one.id: one for one in undone if one.target in actions}
        touches = [*undos, *(one.id for one in redone if one.target in undos)]
        after = [NEW, *(step.after for step in steps(events, withdrawn))][-1]
        found[root] = after._replace(head=max((after.head, *touches)))
    return found


def done_by(log: list[Event], day: int) -> dict[str, Done]:
    undone = [one for one in log if one.kind == Kind.UNDONE]
    withdrawn = withdrawn_by(undone, [one for one in log if one.kind == Kind.REDONE])
    ends = roots(one for one in log if one.kind == Kind.RENAMED)
    cards: dict[str, list[Event]] = {}
    for one in log:
        cards.setdefault(ends.get(one.card, one.card), []).append(one)
    done: dict[str, Done] = {}
    for root, events in cards.items():
        for step in steps(events, withdrawn):
            if step.event.day == day and step.role in {Role.FIRST, Role.REPETITION}:
                deck = root.partition("/")[0]
                was = done.get(deck, Done())
                first = step.role is Role.FIRST
                done[deck] = Done(was.new + first, was.reviews + (not first))
    return done


class ThreeDevices(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.random = Random(7)
        self.stores: list[Store] = []
        self.clock = START
        self.offset = 60

    @initialize()
    def open_three(self) -> None:
        for number in range(3):
            shutil.copy(self.template, self.folder / f"{number}.db")
            self.stores.append(self.open(number))
            for deck in DECKS:
                self.stores[number].library.save([deck_of_ids(deck, *IDS)], self.moment, self.day)

    def open(self, number: int) -> Store:
        return Store.open(self.folder / f"{number}.db", entropy=lambda: self.random.getrandbits(80))

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

    @rule(device=devices, key=keys, q=st.integers(0, 5), cram=st.booleans(), fuzz=st.integers(-2, 2))
    def answer(self, device: int, key: str, q: int, cram: bool, fuzz: int) -> None:
        store = self.stores[device]
        before = store.library.schedule(key)
        kind = grade_kind(before, self.day, cram=cram)
        verdict = "taught" if q == 0 and before.due_day is None else "pass"
        draft = event(kind, key, self.moment, self.day)._replace(
            q=q, rules=1, fuzz_days=fuzz, seconds=1.5, attempts=1, verdict=verdict
        )
        done = store.log.record([draft], expected_head=before.head, code="x" if q else None)
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
        self.stores[device].log.record(drafts)

    @rule(device=devices, times=st.integers(1, 3))
    def undo(self, device: int, times: int) -> None:
        for _ in range(times):
            shown = self.stores[device].log.peek_undo()
            undone = self.stores[device].log.undo(
                self.moment, self.day, action=shown[0].action if shown else None
            )
            assert (undone.events if undone else ()) == shown

    @rule(device=devices, times=st.integers(1, 3))
    def redo(self, device: int, times: int) -> None:
        for _ in range(times):
            self.stores[device].log.redo(self.moment, self.day)

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
        names = [new if name == old else name for name in ids]
        was = {new: old} if new != old else None
        try:
            change = self.stores[device].library.save(
                [deck_of_ids(deck, *names, was=was)], self.moment, self.day
            )[0]
        except Exception as error:  # noqa: BLE001 (only one refusal is right)
            assert "history" in str(error)  # noqa: PT017
            return
        again = self.stores[device].library.save([deck_of_ids(deck, *names, was=was)], self.moment, self.day)[
            0
        ]
        assert (again.new, again.changed, again.removed, again.same) == (0, 0, 0, len(names))
        assert set(self.stores[device].library.keys(deck)) == {f"{deck}/{name}" for name in names}
        assert change.deck == deck

    @rule(device=devices)
    def restart(self, device: int) -> None:
        self.stores[device].close()
        self.stores[device] = self.open(device)

    @rule(giver=devices, taker=devices, back=st.booleans())
    def merge(self, giver: int, taker: int, back: bool) -> None:
        incoming = list(self.stores[giver].log.events())
        first = self.stores[taker].log.merge(reversed(incoming) if back else incoming)
        assert self.stores[taker].log.merge(incoming).new == 0
        assert first.read == len(incoming)

    @rule(giver=devices, taker=devices, chosen=st.lists(keys, min_size=2, max_size=3), kind=SWITCHES)
    def merge_and_take_back(self, giver: int, taker: int, chosen: list[str], kind: Kind) -> None:
        """What the other device knows already is undone, redone, and merged each time."""
        store = self.stores[giver]
        store.log.record([event(kind, key, self.moment, self.day) for key in chosen])
        self.stores[taker].log.merge(store.log.events())
        for turn in (store.log.undo, store.log.redo):
            turn(self.moment, self.day)
            self.stores[taker].log.merge(store.log.events())
            self.every_schedule_is_the_replay()

    @rule(giver=devices, taker=devices, start=st.integers(0, 40), length=st.integers(1, 6))
    def merge_a_part(self, giver: int, taker: int, start: int, length: int) -> None:
        """Undos without what they aim at, answers without their undo, half an action."""
        log = list(self.stores[giver].log.events())
        self.stores[taker].log.merge(log[start : start + length])

    @rule(device=devices, key=keys, days=st.integers(0, 60), q=st.integers(0, 5), future=st.booleans())
    def import_from_elsewhere(self, device: int, key: str, days: int, q: int, future: bool) -> None:
        """A schedule and a review that another program made, and a kind that a later version knows."""
        moment = Moment(self.clock - days * 86_400_000, 0)
        made = event(Kind.SCHEDULE_SET, key, moment, study_day(moment))._replace(device="anki")
        facts = {"repetitions": q, "interval_days": 30, "ease": 210, "lapses": 1, "due_day": self.day + days}
        details = json_text(facts)
        source = f"anki {details} {moment}"
        incoming = [
            made._replace(kind=Kind.RECORDED, q=q, seconds=4.0, id=recorded_id(source, key, moment.at)),
            made._replace(id=schedule_set_id(source, key, moment.at), details=details),
        ]
        if future:
            incoming.append(
                made._replace(kind="sung", id=next_id(moment.at, "", self.random.getrandbits(80)))
            )
        self.stores[device].log.merge([(one._replace(action=one.id), None) for one in incoming])

    @invariant()
    def every_schedule_is_the_replay(self) -> None:
        for number, store in enumerate(self.stores):
            log = self.log(number)
            model = model_of(log)
            assert store.log.check() == ()
            for card in store.library.cards():
                ends = roots(one for one in log if one.kind == Kind.RENAMED)
                assert card.schedule == model.get(ends.get(card.key, card.key), NEW)

    @invariant()
    def the_queue_is_the_models(self) -> None:
        if not self.stores:
            return
        number = self.random.randrange(3)
        store, log = self.stores[number], self.log(number)
        if any(one.kind == Kind.RENAMED for one in log):
            return
        limits = Limits(
            self.random.choice([None, 1, 3]), self.random.choice([None, 1, 2]), own_new={"two": 1}
        )
        unmet = frozenset(self.random.sample(KEYS, self.random.randrange(3)))
        skip = frozenset(self.random.sample(KEYS, self.random.randrange(2)))
        some = frozenset(self.random.sample(KEYS, 5)) if self.random.random() < 0.3 else None
        selection = Selection(cards=some, unmet=unmet, skip=skip)
        cards = [
            Candidate(card.key, card.deck, card.place, shuffle_of(card.key), card.schedule)
            for card in store.library.cards()
        ]
        line = line_up(cards, self.day, limits, done_by(log, self.day), selection)
        pick = store.queue.next_card(self.day, limits, selection)
        assert (pick.key if pick else None) == next(iter(line.order), None)
        if len(line.order) > 1:
            after = store.queue.next_card(self.day, limits, selection, after=line.order[0])
            assert after is not None
            assert after.key != line.order[0]
        now = store.queue.today(self.day, limits, selection).all
        assert (now.due, now.new, now.drill) == (len(line.due), len(line.new), len(line.drill))
        reasons = list(line.held_back.values())
        for name in ("suspended", "buried", "requires", "reviews", "new"):
            assert getattr(now.held_back, name) == reasons.count(name), name
        seen = glance(self.folder / f"{number}.db", self.day, limits, selection)
        assert seen.today.all == now

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)


@pytest.fixture(autouse=True)
def _template(empty_database: Path) -> None:
    ThreeDevices.template = empty_database


TestLaw = ThreeDevices.TestCase
TestLaw.settings = settings(
    max_examples=int(os.environ.get("PTCARDS_LAW_EXAMPLES", "15")),
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
