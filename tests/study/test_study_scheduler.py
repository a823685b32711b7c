"""Whose algorithm plans a card, and that the choice changes no past answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ptcards.config import Config
from ptcards.scheduling.days import Moment
from ptcards.scheduling.events import FSRS, SM2, Kind, event, imported_id, json_text
from ptcards.scheduling.fsrs import DEFAULTS, Memory, Rules
from ptcards.scheduling.queue import Scope
from ptcards.scheduling.sm2 import Schedule
from ptcards.study import actions
from ptcards.study.cards import Catalogue, card
from ptcards.study.scheduler import parameters, plan_of
from ptcards.study.session import Session
from tests.study.conftest import WORDS, Bench

FITTED = (0.5, *DEFAULTS[1:])
Open = Callable[..., Bench]


def reopen(bench: Bench, **settings: object) -> None:
    bench.config = Config(**settings)  # type: ignore[arg-type]
    bench.open()


def grade(bench: Bench, q: int, days: int = 0, name: str = "one") -> Schedule:
    """The schedule after a grade some days later."""
    bench.pass_days(days)
    return actions.grade(bench.desk, f"words/{name}", q).after


def adopt(bench: Bench, weights: tuple[float, ...]) -> None:
    bench.desk.store.log.adopt(json_text({"parameters": weights}), *bench.desk.now())


def test_a_month_under_each_rule_is_planned_by_it_and_nothing_past_changes(open_bench: Open) -> None:
    bench = open_bench(WORDS, config=Config(scheduler="sm2"))
    for days in (0, 1, 6):
        grade(bench, 4, days)
    before = bench.desk.store.log.history("words/one")
    assert before[-1].after.interval_days == 15
    assert [one.event.rules for one in before] == [SM2] * 3

    reopen(bench, scheduler="fsrs")
    assert bench.desk.store.log.history("words/one") == before
    memory = Memory()
    today = before[0].event.day
    for q, days in ((4, 0), (4, 1), (4, 6), (4, 15)):
        memory = memory.grade(q, today := today + days)
    after = grade(bench, 4, 15)
    assert after.interval_days == memory.interval != 38
    assert after.ease == 250
    (_, _, _, last) = bench.desk.store.log.history("words/one")
    assert (last.event.rules, last.event.fsrs) == (FSRS, "0.9")
    assert last.memory is not None
    assert last.memory[1] == memory
    why = card(bench.desk, "words/one").why
    assert f"stability {memory.stability:.2f} d" in why[-1]
    assert "recall of 90 % wanted" in why[-2]

    reopen(bench, scheduler="sm2")
    assert grade(bench, 4, after.interval_days).interval_days == -(-after.interval_days * 5 // 2)
    assert bench.desk.store.log.check() == ()
    actions.undo(bench.desk)
    assert bench.desk.card("words/one").schedule == after._replace(
        head=bench.desk.card("words/one").schedule.head
    )


def test_what_the_buttons_say_is_what_the_grade_does(open_bench: Open) -> None:
    bench = open_bench(WORDS, config=Config(scheduler="fsrs", desired_retention=0.8, fuzz=True))
    for _ in range(3):
        session = Session(bench.desk, Scope(decks=("words",)))
        question = session.next()
        assert question is not None
        session.show()
        wanted = next(button for button in session.buttons() if button.q == 4)
        step = session.grade(4)
        assert step.after.due_day == step.event.day + wanted.outlook.interval_days
        bench.pass_days(wanted.outlook.interval_days)
    assert step.event.fsrs == "0.8"


def test_a_lapse_comes_back_when_the_memory_asks_for_it_and_in_the_drill_at_once(open_bench: Open) -> None:
    bench = open_bench(WORDS, config=Config(scheduler="fsrs"))
    schedule = grade(bench, 5)
    for _ in range(3):
        schedule = grade(bench, 4, schedule.interval_days)
    failed = grade(bench, 1, schedule.interval_days)
    assert (failed.repetitions, failed.lapses, failed.drill_day) == (0, 1, bench.desk.now().day)
    assert failed.interval_days > 1
    drilled = grade(bench, 4)
    assert drilled == failed._replace(drill_day=None, answers=6, head=drilled.head)


def test_a_deck_has_its_own_scheduler_and_retention(open_bench: Open) -> None:
    decks = {"words": {"scheduler": "fsrs", "desired_retention": 0.95}}
    bench = open_bench(WORDS, config=Config(decks=decks))
    grade(bench, 5)
    (done,) = bench.desk.store.log.history("words/one")
    assert done.event.fsrs == "0.95"


def test_adopted_parameters_hold_from_then_on_for_the_whole_history(open_bench: Open) -> None:
    bench = open_bench(WORDS, config=Config(scheduler="fsrs"))
    first = grade(bench, 1)
    assert parameters(bench.desk) == DEFAULTS
    adopt(bench, FITTED)
    assert parameters(bench.desk) == FITTED
    assert bench.desk.card("words/one").schedule == first
    second = grade(bench, 4, 1)
    memory = Memory(Rules(0.9, FITTED)).grade(1, first.due_day - 1 if first.due_day else 0)
    assert second.interval_days == memory.grade(4, bench.desk.now().day).interval
    assert bench.desk.store.log.check() == ()


def test_why_says_what_an_early_and_a_late_answer_did_to_memory(open_bench: Open) -> None:
    bench = open_bench(WORDS, config=Config(scheduler="fsrs"))
    for q, days in ((5, 0), (4, 3), (4, 10), (1, 1), (1, 0), (4, 0), (4, 40)):
        grade(bench, q, days)
    _, early, late, lost, *drilled, then, _ = card(bench.desk, "words/one").why
    memory = Memory().grade(5, 0).grade(4, 3)
    assert ": practice, the due day stays; FSRS: recall was " in early
    assert f" -> {memory.stability:.2f} d, difficulty " in early
    assert "wanted" not in early
    assert f"due, 5 d late; FSRS: recall was {memory.recall(13) * 100:.0f} %" in late
    assert "practice, but below 3: below 3, repetitions restart, lapse 1; FSRS: recall was " in lost
    said = [re.findall(r"stability ([0-9.]+) -> ([0-9.]+) d", line)[0] for line in (lost, *drilled, then)]
    assert [after for _, after in said[:-1]] == [before for before, _ in said[1:]]


@pytest.mark.parametrize("turned", [False, True])
def test_the_trial_gives_each_new_card_to_one_of_the_two_for_good(open_bench: Open, turned: bool) -> None:
    bench = open_bench(WORDS, config=Config(trial=True, scheduler="fsrs" if turned else "sm2"))
    names = ("one", "two", "three", "four")
    grade(bench, 4, name="one")
    for name in names[1:]:
        grade(bench, 4, name=name)
    history = {name: bench.desk.store.log.history(f"words/{name}")[0].event for name in names}
    arms = {name: "fsrs" if one.rules == FSRS else "sm2" for name, one in history.items()}
    assert all(f'"trial":"{arms[name]}"' in (one.details or "") for name, one in history.items())
    for name in names:
        grade(bench, 4, 40, name=name)
        again = bench.desk.store.log.history(f"words/{name}")[-1].event
        assert (again.rules == FSRS) == (arms[name] == "fsrs")
        assert again.details is None
    actions.undo(bench.desk)
    actions.undo(bench.desk, redo=True)
    assert bench.desk.store.log.check() == ()


def test_the_trial_takes_no_card_that_was_known_before_and_each_that_was_only_crammed(
    open_bench: Open,
) -> None:
    bench = open_bench(WORDS, config=Config(trial=True))
    moment, day = bench.desk.now()
    facts = {"repetitions": 4, "interval_days": 30, "ease": 230, "lapses": 0, "due_day": day}
    set_ = event(Kind.SCHEDULE_SET, "words/one", moment, day, details=json_text(facts))
    review = event(Kind.RECORDED, "words/two", moment, day, q=4)
    own = (imported_id(Kind(one.kind), "anki", one.card, one.at) for one in (set_, review))
    made = [one._replace(id=id_, action=id_) for one, id_ in zip((set_, review), own, strict=True)]
    bench.desk.store.log.merge((one._replace(device="anki"), None) for one in made)
    bench.desk.store.log.record([event(Kind.CRAMMED, "words/three", moment, day, q=4)])
    for name, tossed in (("one", False), ("two", False), ("three", True)):
        grade(bench, 4, name=name)
        last = bench.desk.store.log.history(f"words/{name}")[-1].event
        assert ('"trial"' in (last.details or "")) == tossed, name


def test_cards_are_found_by_what_fsrs_remembers_of_them(open_bench: Open) -> None:
    bench = open_bench(WORDS, config=Config(scheduler="fsrs"))
    for q, name in ((1, "one"), (4, "two"), (5, "three")):
        grade(bench, q, name=name)
    bench.pass_days(5)
    memory = {"one": Memory().grade(1, 0), "two": Memory().grade(4, 0), "three": Memory().grade(5, 0)}

    def found(query: str) -> set[str]:
        return {one.key.partition("/")[2] for one in catalogue.find(f"deck:words {query}")}

    catalogue = Catalogue(bench.desk)
    assert (
        found("prop:s>2") == {name for name, one in memory.items() if one.stability > 2} == {"two", "three"}
    )
    assert found("prop:d>=6") == {name for name, one in memory.items() if one.difficulty >= 6} == {"one"}
    assert (
        found("prop:r<0.9") == {name for name, one in memory.items() if one.recall(5) < 0.9} == {"one", "two"}
    )
    grade(bench, 1, name="three")
    actions.act(bench.desk, "words/one", action="reset")
    catalogue.reread(["words/one", "words/three"])
    assert found("prop:s>2") == {"two"}
    assert found("prop:s>0") == {"two", "three"}
    view = card(bench.desk, "words/two")
    assert view.memory is not None
    assert view.memory.recall(view.day) == memory["two"].recall(5)
    reopen(bench, scheduler="sm2")
    catalogue = Catalogue(bench.desk)
    assert found("prop:s>0") == set()
    assert card(bench.desk, "words/two").memory is None


def test_a_review_of_a_clock_ahead_of_ours_moves_neither_what_is_foreseen_nor_what_is_planned(
    open_bench: Open,
) -> None:
    bench = open_bench(WORDS, config=Config(scheduler="fsrs"))
    due = grade(bench, 4).interval_days
    ahead = bench.desk.now().moment.at + 30 * 86_400_000
    own = imported_id(Kind.RECORDED, "anki", "words/one", ahead)
    made = event(Kind.RECORDED, "words/one", Moment(ahead, 60), bench.desk.now().day + 30, q=1)
    bench.desk.store.log.merge([(made._replace(id=own, action=own, device="anki"), None)])
    bench.pass_days(due)
    memory = plan_of(bench.desk, "words/one").memory
    assert memory is not None
    foreseen = memory.grade(4, bench.desk.now().day).interval
    assert grade(bench, 4).interval_days == foreseen == Memory().grade(4, 0).grade(4, due).interval
