from __future__ import annotations

from itertools import chain

import pytest

from ptcards.config import Config
from ptcards.errors import StaleAnswerError, StoreError
from ptcards.scheduling.days import Moment
from ptcards.scheduling.events import Kind, Role, event
from ptcards.store.server import Where
from ptcards.store.store import Store
from tests.store.steps import NO_LIMITS, NOW, TODAY, answer, by_deck, draft, graded, later, save, shown


def test_an_answer_survives_a_restart(store: Store, database: Where) -> None:
    save(store)
    answer(store, "d/a", 4, code="x = 1")
    store.close()
    with Store.open(database) as again:
        assert again.library.schedule("d/a").due_day == TODAY + 1
        (past,) = again.log.history("d/a")
        assert (past.event.q, past.code, past.role) == (4, "x = 1", Role.FIRST)


def test_an_answer_to_a_card_that_has_moved_on_is_refused(store: Store, database: Where) -> None:
    save(store)
    with Store.open(database) as other:
        shown = store.library.schedule("d/a")
        answer(other, "d/a", 4)
        with pytest.raises(StaleAnswerError, match="moved on"):
            store.log.record([graded("d/a", 5)], expected_head=shown.head)
        assert len(store.log.history("d/a")) == 1


def test_what_another_window_did_between_two_answers_here_is_known(store: Store, database: Where) -> None:
    save(store)
    assert len(store.queue.of_day(TODAY, NO_LIMITS).new) == 3
    assert store.library.decks() == (store.library.deck("d"),)
    with Store.open(database) as other:
        answer(other, "d/b", 4)
        other.library.set_deck("d", trouble="broken")
    answer(store, "d/a", 4)
    assert store.queue.of_day(TODAY, NO_LIMITS).new == {"d/c": None}
    assert store.library.decks() == (store.library.deck("d"),)


def test_an_undo_elsewhere_makes_a_shown_card_stale(store: Store) -> None:
    save(store)
    shown = answer(store, "d/a", 4).after
    store.log.undo(NOW, TODAY)
    with pytest.raises(StaleAnswerError):
        store.log.record([graded("d/a", 5)], expected_head=shown.head)


def test_undo_gives_back_the_allowance_of_new_cards(store: Store) -> None:
    save(store)
    limits = Config(new_per_day=1)
    answer(store, "d/a", 4)
    assert shown(store, TODAY, limits).counts.new == 0
    store.log.undo(NOW, TODAY)
    assert shown(store, TODAY, limits).counts.new == 1
    assert store.queue.of_day(TODAY, limits).new == {"d/a": None}


def test_redo_is_over_once_something_else_was_done(store: Store) -> None:
    save(store)
    answer(store, "d/a", 4)
    store.log.undo(NOW, TODAY)
    answer(store, "d/b", 4)
    assert store.log.redo(NOW, TODAY) is None


def test_undo_takes_a_whole_action_back(store: Store) -> None:
    save(store)
    store.log.record([event(Kind.SUSPENDED, key, NOW, TODAY) for key in ("d/a", "d/b")])
    assert shown(store, TODAY, NO_LIMITS).counts.held_back.suspended == 2
    undone = store.log.undo(NOW, TODAY)
    assert undone is not None
    assert [one.card for one in undone.events] == ["d/a", "d/b"]
    assert shown(store, TODAY, NO_LIMITS).counts.held_back.suspended == 0


def test_undo_refuses_what_the_user_was_not_shown(store: Store) -> None:
    save(store)
    shown = answer(store, "d/a", 4).event.action
    answer(store, "d/b", 4)
    with pytest.raises(StaleAnswerError):
        store.log.undo(NOW, TODAY, action=shown)


def test_a_clock_set_back_changes_neither_order_nor_days(store: Store) -> None:
    save(store)
    first = answer(store, "d/a", 4, later(10))
    second = answer(store, "d/b", 4, NOW)
    assert second.event.id > first.event.id
    assert second.after.due_day == TODAY + 1


def test_an_answer_that_is_too_long_is_cut_and_says_so(store: Store) -> None:
    save(store)
    answer(store, "d/a", 4, code="é" * 20_000)
    code = store.log.history("d/a")[0].code
    assert code is not None
    assert len(code.encode()) <= 16 * 1024
    assert code.endswith("# cut here: 40000 bytes in all")


def test_grading_forgets_the_draft(store: Store) -> None:
    save(store)
    store.library.save_draft("d/a", "x.unsq")
    assert draft(store, "d/a") == "x.unsq"
    answer(store, "d/a", 4)
    assert draft(store, "d/a") is None


def test_the_drill_comes_last_and_keeps_its_cards_separate(store: Store) -> None:
    save(store, "d", "a", "b", "c")
    order = []
    for _ in range(9):
        order.append(next(chain(*store.queue.of_day(TODAY, NO_LIMITS))))
        answer(store, order[-1], 3)
    assert order == ["d/a", "d/b", "d/c"] * 3


def test_the_drill_ends_with_its_day(store: Store) -> None:
    save(store)
    answer(store, "d/a", 2)
    assert shown(store, TODAY, Config(new_per_day=0)).counts.drill == 1
    tomorrow = shown(store, TODAY + 1, Config(new_per_day=0)).counts
    assert (tomorrow.drill, tomorrow.due) == (0, 1)


def test_a_deck_with_its_own_limit_leaves_the_common_one_alone(store: Store) -> None:
    save(store, "d", "a", "b", "c")
    save(store, "e", "x", "y", "z")
    counts = by_deck(store, TODAY, Config(new_per_day=2, decks={"e": {"new_per_day": 1}}))
    assert (counts["d"].new, counts["e"].new) == (2, 1)
    assert (counts["d"].held_back.new, counts["e"].held_back.new) == (1, 2)


def test_a_disputed_answer_can_be_found_again_until_it_is_undone(store: Store) -> None:
    save(store)
    store.log.record([graded("d/a", 4)._replace(disputed="mine is right")], code="x")
    assert [past.code for past in store.log.disputed()["d/a"]] == ["x"]
    store.log.undo(NOW, TODAY)
    assert store.log.disputed() == {}


def test_nothing_is_written_through_a_reader(store: Store, database: Where) -> None:
    save(store)
    with Store.open(database, read_only=True) as reader:
        assert shown(reader, TODAY, NO_LIMITS).counts.new == 3
        with pytest.raises(StoreError, match="cannot be written"):
            answer(reader, "d/a", 4)


def test_moments_before_1970_and_in_the_far_future_can_be_recorded(store: Store) -> None:
    save(store)
    answer(store, "d/a", 4, Moment(-5_000_000_000, 0))
    answer(store, "d/b", 4, Moment(250_000_000_000_000, 0))
    answer(store, "d/c", 4)
    assert store.log.check() == ()


def test_undo_and_redo_go_through_everything_after_restarts_too(database: Where, store: Store) -> None:
    save(store)
    states = [store.library.schedule("d/a")[:-1]]
    for days, q in enumerate([4, 1, 4, 5]):
        answer(store, "d/a", q, later(days))
        states.append(store.library.schedule("d/a")[:-1])
    store.log.record([event(Kind.SUSPENDED, key, later(4), TODAY + 4) for key in ("d/a", "d/b")])
    states.append(store.library.schedule("d/a")[:-1])
    store.close()
    for wanted in reversed(states[:-1]):
        with Store.open(database) as again:
            shown = again.log.peek_undo()
            undone = again.log.undo(later(5), TODAY + 5, action=shown[0].action)
            assert undone is not None
            assert undone.events == shown
            assert again.library.schedule("d/a")[:-1] == wanted
    with Store.open(database) as again:
        assert again.log.undo(later(5), TODAY + 5) is None
    for wanted in states[1:]:
        with Store.open(database) as again:
            redone = again.log.redo(later(5), TODAY + 5)
            assert redone is not None
            assert again.library.schedule("d/a")[:-1] == wanted
            assert again.log.check() == ()
    with Store.open(database) as again:
        assert again.log.redo(later(5), TODAY + 5) is None


def test_undo_gives_the_drill_back(store: Store) -> None:
    save(store)
    limits = Config(new_per_day=0)
    answer(store, "d/a", 2)
    answer(store, "d/a", 4)
    assert shown(store, TODAY, limits).counts.drill == 0
    store.log.undo(NOW, TODAY)
    assert shown(store, TODAY, limits).counts.drill == 1
    store.log.undo(NOW, TODAY)
    assert shown(store, TODAY, limits).counts.drill == 0
    store.log.redo(NOW, TODAY)
    assert shown(store, TODAY, limits).counts.drill == 1


def test_a_store_that_was_closed_says_so(store: Store) -> None:
    save(store)
    store.close()
    for use in (store.library.keys, lambda: store.library.schedule("d/a"), lambda: answer(store, "d/a", 4)):
        with pytest.raises(StoreError, match="it was closed"):
            use()
    store.close()
