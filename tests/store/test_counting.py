from __future__ import annotations

import pytest

from ptcards.scheduling.events import Kind, event
from ptcards.statistics.numbers import Cards
from ptcards.store.store import Store
from tests.store.steps import NOW, TODAY, answer, later, save


def standings(store: Store) -> Cards:
    return store.sums.read(TODAY, TODAY - 364).cards


@pytest.fixture
def some(store: Store) -> Store:
    """Two decks, of which four cards were seen, one of them suspended."""
    save(store)
    save(store, "e", "x", "y")
    for key in ("d/a", "d/b", "e/x", "e/y"):
        answer(store, key, 4)
    store.log.record([event(Kind.SUSPENDED, "d/b", NOW, TODAY)])
    return store


def test_counts_are_those_of_the_cards_that_a_deck_offers(some: Store) -> None:
    found = standings(some)
    assert found.intervals == {1: 4}
    assert found.awake == {1: 3}
    assert found.unseen == 1
    assert some.log.check() == ()
    some.library.remove_deck("e")
    assert standings(some).intervals == {1: 2}
    assert some.log.check() == ()


def test_the_worst_leeches_and_the_first_cards_at_the_lowest_ease_are_named(store: Store) -> None:
    ids = [f"c{number:02}" for number in range(14)]
    save(store, "d", *ids)
    for number, card in enumerate(ids):
        for turn in range(9 + number % 3):
            answer(store, f"d/{card}", 3, later(20 * turn))
            answer(store, f"d/{card}", 1, later(20 * turn + 3))
    found = standings(store)
    assert [low[0] for low in found.low] == [f"d/{card}" for card in ids[:10]]
    worst = [(f"d/c{number:02}", 11) for number in (2, 5, 8, 11)] + [("d/c01", 10)]
    assert [leech[:2] for leech in found.leeches] == worst
    assert found.eases == {130: 14}


def test_what_failed_on_four_days_in_a_row_is_a_leech_too(store: Store) -> None:
    save(store, "d", "daily", "gap", "known", "lapsed")
    for day in range(-8, 1):
        answer(store, "d/lapsed", 4, later(3 * day - 1))
        answer(store, "d/lapsed", 1, later(3 * day))
    for day in range(-3, 1):
        answer(store, "d/daily", 1, later(day))
        answer(store, "d/known", 1 if day else 4, later(day))
        if day != -1:
            answer(store, "d/gap", 1, later(day), code="no")
    found = standings(store)
    assert [leech[:2] for leech in found.leeches] == [("d/lapsed", 9), ("d/daily", 0)]
    assert found.failing == 1
    assert store.sums.read(TODAY + 2, TODAY).cards.failing == 0
