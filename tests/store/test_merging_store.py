from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from ptcards.scheduling.events import Kind, Role, event, imported_id, next_id
from ptcards.store import log
from ptcards.store.log import DamagedLogError
from ptcards.store.store import Store
from tests.store.steps import NO_LIMITS, NOW, TODAY, answer, graded, later, save, shown

Opener = Callable[[str], Store]


def state(store: Store) -> tuple[object, ...]:
    return (
        [(card.key, card.schedule) for card in store.library.cards()],
        list(store.log.events()),
        store.log.check(),
    )


def test_merging_is_commutative_associative_and_idempotent(open_copy: Opener) -> None:
    logs = []
    for number, name in enumerate("abc"):
        store = open_copy(name)
        save(store)
        for step, key in enumerate(("d/a", "d/b", "d/a")):
            answer(store, key, (number + step) % 6, later(step * number), code=f"{name}{step}")
        store.log.undo(later(9), TODAY + 9)
        if number:
            store.log.redo(later(9), TODAY + 9)
        store.log.record([event(Kind.SUSPENDED, "d/c", later(9), TODAY + 9)])
        logs.append(list(store.log.events()))
    results = []
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0, 1, 1]):
        store = open_copy("".join(map(str, order)))
        save(store)
        for which in order:
            store.log.merge(logs[which])
        results.append(state(store))
    assert results[0] == results[1] == results[2]


def test_one_card_graded_on_two_machines_on_one_day_counts_once(open_copy: Opener) -> None:
    laptop, desktop = open_copy("laptop"), open_copy("desktop")
    save(laptop)
    save(desktop)
    answer(laptop, "d/a", 4)
    answer(desktop, "d/a", 5, later(0))
    merged = desktop.log.merge(laptop.log.events())
    assert merged.new == 1
    assert sorted(past.role for past in desktop.log.history("d/a")) == [Role.FIRST, Role.PRACTICE]
    assert desktop.library.schedule("d/a").repetitions == 1
    laptop.log.merge(desktop.log.events())
    assert laptop.library.schedule("d/a") == desktop.library.schedule("d/a")


def test_undoing_one_of_them_makes_the_other_count_and_says_so(open_copy: Opener) -> None:
    laptop, desktop = open_copy("laptop"), open_copy("desktop")
    save(laptop)
    save(desktop)
    answer(laptop, "d/a", 4)
    desktop.log.merge(laptop.log.events())
    desktop.log.record([graded("d/a", 5)])
    laptop.log.merge(desktop.log.events())
    undone = laptop.log.undo(NOW, TODAY)
    assert undone is not None
    assert [(change.before, change.after) for change in undone.changes] == [(Role.PRACTICE, Role.FIRST)]


def test_an_undo_that_comes_before_its_target_takes_effect_when_it_comes(open_copy: Opener) -> None:
    laptop, desktop = open_copy("laptop"), open_copy("desktop")
    save(laptop)
    save(desktop)
    answer(laptop, "d/a", 4)
    laptop.log.undo(NOW, TODAY)
    events = list(laptop.log.events())
    desktop.log.merge(events[1:])
    assert desktop.library.schedule("d/a").due_day is None
    desktop.log.merge(events[:1])
    assert desktop.library.schedule("d/a") == laptop.library.schedule("d/a")
    assert desktop.log.check() == ()


def test_an_undo_of_several_cards_comes_along_for_all_of_them(open_copy: Opener) -> None:
    laptop, desktop = open_copy("laptop"), open_copy("desktop")
    save(laptop)
    save(desktop)
    laptop.log.record([event(Kind.SUSPENDED, key, NOW, TODAY) for key in ("d/a", "d/b")])
    desktop.log.merge(laptop.log.events())
    laptop.log.undo(NOW, TODAY)
    desktop.log.merge(laptop.log.events())
    assert desktop.library.schedule("d/b") == laptop.library.schedule("d/b")
    laptop.log.redo(NOW, TODAY)
    desktop.log.merge(list(laptop.log.events())[-1:])
    assert desktop.library.schedule("d/b").suspended
    assert desktop.log.check() == ()


def test_the_same_id_with_other_facts_is_damage_and_nothing_is_taken(store: Store, open_copy: Opener) -> None:
    save(store)
    answer(store, "d/a", 4)
    answer(store, "d/b", 4)
    log = list(store.log.events())
    other = open_copy("other")
    save(other)
    other.log.merge(log[:1])
    before = state(other)
    with pytest.raises(DamagedLogError) as caught:
        other.log.merge([log[1], (log[0][0]._replace(q=5), None)])
    assert caught.value.position == 1
    assert state(other) == before


@pytest.mark.parametrize("slices", [1, 2, 4, 7])
def test_a_large_merge_that_is_stopped_merged_a_part_and_goes_on_when_it_is_run_again(
    store: Store, open_copy: Opener, monkeypatch: pytest.MonkeyPatch, slices: int
) -> None:
    save(store)
    for step in range(12):
        answer(store, f"d/{'abc'[step % 3]}", step % 6, later(step))
        if step % 4 == 3:
            store.log.undo(later(step), TODAY + step)
    other = open_copy("other")
    save(other)
    answer(other, "d/a", 4, later(30))
    incoming, left = list(store.log.events()), iter(range(slices))

    def stop(_: float) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(log, "SLICE", 3)
    monkeypatch.setattr(log, "sleep", stop)
    for _ in range(9):
        with suppress(KeyboardInterrupt):
            other.log.merge(incoming)
        assert other.log.check() == ()
        assert shown(other, TODAY + 30, NO_LIMITS).streak == 1
    monkeypatch.undo()
    whole = open_copy("whole")
    save(whole)
    whole.log.merge([*other.log.events(), *incoming])
    other.log.merge(incoming)
    assert state(whole)[:2] == state(other)[:2]
    assert whole.sums.read(TODAY + 30, TODAY) == other.sums.read(TODAY + 30, TODAY)


def test_code_is_filled_in_from_whichever_has_it(store: Store, open_copy: Opener) -> None:
    save(store)
    answer(store, "d/a", 4, code="x")
    other = open_copy("other")
    save(other)
    other.log.merge((one, None) for one, _ in store.log.events())
    assert other.log.history("d/a")[0].code is None
    merged = other.log.merge(store.log.events())
    assert (merged.new, merged.answers) == (0, 1)
    assert other.log.history("d/a")[0].code == "x"


def test_a_whole_log_in_an_empty_home_gives_the_same_cards_once_the_deck_is_there(
    store: Store, open_copy: Opener
) -> None:
    save(store)
    for key in ("d/a", "d/b"):
        answer(store, key, 4)
    other = open_copy("other")
    other.log.merge(store.log.events())
    save(other)
    assert list(other.library.cards()) == list(store.library.cards())


def test_unknown_kinds_are_kept_and_have_no_effect(store: Store, open_copy: Opener) -> None:
    save(store)
    before = answer(store, "d/a", 4).after
    sung = event(Kind.MARKED, "d/a", NOW, TODAY)._replace(kind="sung", details='{"tune":[1]}')
    strange = sung._replace(id=next_id(NOW.at + 99, "", 5))
    store.log.merge([(strange, None)])
    assert store.library.schedule("d/a") == before
    assert store.log.check() == ()
    assert (strange, None) in store.log.events()


def test_a_schedule_brought_in_has_effect_only_before_any_grade(store: Store) -> None:
    save(store)
    facts = '{"due_day":20900,"ease":210,"interval_days":30,"lapses":2,"repetitions":5}'
    draft = event(Kind.SCHEDULE_SET, "d/a", NOW, TODAY)._replace(device="anki", details=facts)
    first = draft._replace(id=imported_id(Kind.SCHEDULE_SET, "anki", "d/a", NOW.at))
    store.log.merge([(first, None)])
    assert store.library.schedule("d/a")[:5] == (5, 30, 210, 2, 20900)
    answer(store, "d/b", 4)
    late = draft._replace(card="d/b", id=imported_id(Kind.SCHEDULE_SET, "anki", "d/b", NOW.at + 10_000_000))
    store.log.merge([(late, None)])
    assert store.library.schedule("d/b").repetitions == 1


def test_reviews_made_elsewhere_count_for_the_statistics_only(store: Store) -> None:
    save(store)
    review = event(Kind.RECORDED, "d/a", NOW, TODAY)._replace(
        id=imported_id(Kind.RECORDED, "anki", "d/a", NOW.at), device="anki", q=3, seconds=4.0
    )
    store.log.merge([(review, None)])
    assert store.library.schedule("d/a").due_day is None
    assert store.log.check() == ()
    assert next(iter(store.log.events()))[0] == review
