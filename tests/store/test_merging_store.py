from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptcards.scheduling.events import Event, Kind, event
from ptcards.scheduling.ids import next_id, recorded_id, schedule_set_id
from ptcards.scheduling.replay import Role
from ptcards.scheduling.wire import WireError, from_wire, to_wire
from ptcards.store.staging import DamagedLogError
from ptcards.store.store import Store
from tests.store.steps import NOW, TODAY, answer, deck_of, graded, later, save

Opener = Callable[[str], Store]


def state(store: Store) -> object:
    return [(card.key, card.schedule) for card in store.cards()], list(store.events()), store.check()


def test_merging_is_commutative_associative_and_idempotent(open_copy: Opener) -> None:
    logs = []
    for number, name in enumerate("abc"):
        store = open_copy(name)
        save(store)
        for step, key in enumerate(("d/a", "d/b", "d/a")):
            answer(store, key, (number + step) % 6, later(step * number), code=f"{name}{step}")
        store.undo(later(9), TODAY + 9)
        if number:
            store.redo(later(9), TODAY + 9)
        store.record([event(Kind.SUSPENDED, "d/c", later(9), TODAY + 9)])
        logs.append(list(store.events()))
    results = []
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0, 1, 1]):
        store = open_copy("".join(map(str, order)))
        save(store)
        for which in order:
            store.merge(logs[which])
        results.append(state(store))
    assert results[0] == results[1] == results[2]


def test_one_card_graded_on_two_machines_on_one_day_counts_once(open_copy: Opener) -> None:
    laptop, desktop = open_copy("laptop"), open_copy("desktop")
    save(laptop)
    save(desktop)
    answer(laptop, "d/a", 4)
    answer(desktop, "d/a", 5, later(0))
    merged = desktop.merge(laptop.events())
    assert merged.new == 1
    assert sorted(past.role for past in desktop.history("d/a")) == [Role.FIRST, Role.PRACTICE]
    assert desktop.schedule("d/a").repetitions == 1
    laptop.merge(desktop.events())
    assert laptop.schedule("d/a") == desktop.schedule("d/a")


def test_undoing_one_of_them_makes_the_other_count_and_says_so(open_copy: Opener) -> None:
    laptop, desktop = open_copy("laptop"), open_copy("desktop")
    save(laptop)
    save(desktop)
    answer(laptop, "d/a", 4)
    desktop.merge(laptop.events())
    desktop.record([graded("d/a", 5)])
    laptop.merge(desktop.events())
    undone = laptop.undo(NOW, TODAY)
    assert undone is not None
    assert [(change.before, change.after) for change in undone.changes] == [(Role.PRACTICE, Role.FIRST)]


def test_an_undo_that_comes_before_its_target_takes_effect_when_it_comes(open_copy: Opener) -> None:
    laptop, desktop = open_copy("laptop"), open_copy("desktop")
    save(laptop)
    save(desktop)
    answer(laptop, "d/a", 4)
    laptop.undo(NOW, TODAY)
    log = list(laptop.events())
    desktop.merge(log[1:])
    assert desktop.schedule("d/a").due_day is None
    desktop.merge(log[:1])
    assert desktop.schedule("d/a") == laptop.schedule("d/a")
    assert desktop.check() == ()


def test_an_undo_of_several_cards_comes_along_for_all_of_them(open_copy: Opener) -> None:
    laptop, desktop = open_copy("laptop"), open_copy("desktop")
    save(laptop)
    save(desktop)
    laptop.record([event(Kind.SUSPENDED, key, NOW, TODAY) for key in ("d/a", "d/b")])
    desktop.merge(laptop.events())
    laptop.undo(NOW, TODAY)
    desktop.merge(laptop.events())
    assert desktop.schedule("d/b") == laptop.schedule("d/b")
    laptop.redo(NOW, TODAY)
    desktop.merge(list(laptop.events())[-1:])
    assert desktop.schedule("d/b").suspended
    assert desktop.check() == ()


def answers_a_card(other: Store, _: Store) -> None:
    answer(other, "d/a", 2, later(3))
    answer(other, "d/b", 5, later(3))


def takes_back(other: Store, _: Store) -> None:
    other.undo(later(3), TODAY + 3)
    other.undo(later(3), TODAY + 3)


def renames_a_card(other: Store, _: Store) -> None:
    other.save_deck(deck_of("d", "new", "b", "c", new=("a",)), later(3), TODAY + 3)


def merges_the_same(other: Store, laptop: Store) -> None:
    other.merge(laptop.events())


def merges_the_newer_half(other: Store, laptop: Store) -> None:
    log = list(laptop.events())
    other.merge(log[len(log) // 2 :])


def merges_and_answers(other: Store, laptop: Store) -> None:
    merges_the_newer_half(other, laptop)
    answers_a_card(other, laptop)


@pytest.mark.parametrize(
    "meanwhile",
    [
        answers_a_card,
        takes_back,
        renames_a_card,
        merges_the_same,
        merges_the_newer_half,
        merges_and_answers,
    ],
)
def test_what_another_process_writes_during_a_merge_counts_as_if_it_came_before(
    open_copy: Opener, meanwhile: Callable[[Store, Store], None]
) -> None:
    laptop, desktop = open_copy("laptop"), open_copy("desktop")
    save(laptop)
    save(desktop)
    for day, q in enumerate((4, 3, 5, 1)):
        answer(laptop, f"d/{'ab'[day % 2]}", q, later(day))
        answer(desktop, "d/a", q, later(day))
    desktop.record([event(Kind.SUSPENDED, key, later(2), TODAY + 2) for key in ("d/a", "d/c")])
    laptop.merge(list(desktop.events())[:2])
    laptop.undo(later(4), TODAY + 4)
    laptop.record([event(Kind.MARKED, "d/c", later(5), TODAY + 5)])
    waiting = [meanwhile]

    def just_before(statement: str) -> None:
        if statement.startswith("BEGIN IMMEDIATE") and waiting:
            waiting.pop()(other, laptop)

    with Store.open(desktop._database.path) as other:
        desktop._database._connection.set_trace_callback(just_before)
        desktop.merge(laptop.events())
        desktop._database._connection.set_trace_callback(None)
    assert not waiting
    assert desktop.check() == ()
    assert {one.id for one, _ in desktop.events()}.issuperset(one.id for one, _ in laptop.events())


def test_the_same_id_with_other_facts_is_damage_and_nothing_is_taken(store: Store, open_copy: Opener) -> None:
    save(store)
    answer(store, "d/a", 4)
    answer(store, "d/b", 4)
    log = list(store.events())
    other = open_copy("other")
    save(other)
    other.merge(log[:1])
    before = state(other)
    with pytest.raises(DamagedLogError) as caught:
        other.merge([log[1], (log[0][0]._replace(q=5), None)])
    assert caught.value.position == 1
    assert state(other) == before


def test_code_is_filled_in_from_whichever_has_it(store: Store, open_copy: Opener) -> None:
    save(store)
    answer(store, "d/a", 4, code="x")
    other = open_copy("other")
    save(other)
    other.merge((one, None) for one, _ in store.events())
    assert other.history("d/a")[0].code is None
    merged = other.merge(store.events())
    assert (merged.new, merged.answers) == (0, 1)
    assert other.history("d/a")[0].code == "x"


def test_a_whole_log_in_an_empty_home_gives_the_same_cards_once_the_deck_is_there(
    store: Store, open_copy: Opener
) -> None:
    save(store)
    for key in ("d/a", "d/b"):
        answer(store, key, 4)
    other = open_copy("other")
    other.merge(store.events())
    save(other)
    assert list(other.cards()) == list(store.cards())


def test_unknown_kinds_are_kept_and_have_no_effect(store: Store, open_copy: Opener) -> None:
    save(store)
    before = answer(store, "d/a", 4).after
    strange = from_wire(
        {
            **to_wire(event(Kind.MARKED, "d/a", NOW, TODAY)),
            "id": next_id(NOW.at + 99, "", 5),
            "kind": "sung",
            "tune": [1],
        }
    )
    store.merge([(strange, None)])
    assert store.schedule("d/a") == before
    assert store.check() == ()
    kept = [one for one, _ in store.events() if one.kind == "sung"]
    assert to_wire(kept[0])["tune"] == [1]


def test_a_schedule_brought_in_has_effect_only_before_any_grade(store: Store) -> None:
    save(store)
    facts = '{"due_day":20900,"ease":210,"interval_days":30,"lapses":2,"repetitions":5}'
    draft = event(Kind.SCHEDULE_SET, "d/a", NOW, TODAY)._replace(device="anki", details=facts)
    first = draft._replace(id=schedule_set_id("anki", "d/a", NOW.at))
    store.merge([(first, None)])
    assert store.schedule("d/a")[:5] == (5, 30, 210, 2, 20900)
    answer(store, "d/b", 4)
    late = draft._replace(card="d/b", id=schedule_set_id("anki", "d/b", NOW.at + 10_000_000))
    store.merge([(late, None)])
    assert store.schedule("d/b").repetitions == 1


def test_reviews_made_elsewhere_count_for_the_statistics_only(store: Store) -> None:
    save(store)
    review = event(Kind.RECORDED, "d/a", NOW, TODAY)._replace(
        id=recorded_id("anki", "d/a", NOW.at), device="anki", q=3, seconds=4.0
    )
    store.merge([(review, None)])
    assert store.schedule("d/a").due_day is None
    assert store.check() == ()
    assert next(iter(store.events()))[0] == review


texts = st.text(max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner, max_size=3), max_leaves=5
)


@given(
    st.dictionaries(
        st.sampled_from([*Event._fields, "x", "repetitions", "due_day"]) | texts, json_values, max_size=30
    )
)
def test_reading_an_event_never_fails_in_any_other_way(wire: dict[str, object]) -> None:
    good = to_wire(
        event(Kind.MARKED, "d/a", NOW, TODAY)._replace(id=next_id(5, "", 5), device="x", action="y")
    )
    try:
        read = from_wire({**good, **wire})
    except WireError:
        return
    assert from_wire(json.loads(json.dumps(to_wire(read)))) == read
