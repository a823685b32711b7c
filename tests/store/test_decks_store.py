from __future__ import annotations

from collections.abc import Callable

import pytest

from ptcards.errors import UsageError
from ptcards.store.log import DamagedLogError
from ptcards.store.store import Store
from ptcards.store.tables import Trust
from tests.store.steps import NO_LIMITS, TODAY, answer, by_deck, deck_of, draft, graded, save, shown


def test_saving_a_deck_again_changes_nothing(store: Store) -> None:
    deck = deck_of("d", "a", "b")
    assert store.library.save([deck])[0].new == 2
    before = list(store.library.cards())
    assert [card.key for card in before] == ["d/a", "d/b"]
    again = store.library.save([deck])[0]
    assert (again.new, again.changed, again.same, again.removed) == (0, 0, 2, 0)
    assert list(store.library.cards()) == before
    assert list(store.log.events()) == []


def test_a_dry_run_says_the_same_and_changes_nothing(store: Store) -> None:
    deck = deck_of("d", "a", "b")
    dry = store.library.save([deck], dry_run=True)[0]
    assert store.library.decks() == ()
    assert store.library.save([deck])[0] == dry


def test_a_card_that_disappears_keeps_its_past_and_comes_back_with_it(store: Store) -> None:
    save(store, "d", "a", "b")
    answer(store, "d/a", 4)
    assert store.library.save([deck_of("d", "b")])[0].removed == 1
    assert shown(store, TODAY + 1, NO_LIMITS).counts.due == 0
    assert [card.key for card in store.library.cards(orphans=True)] == ["d/a"]
    back = store.library.save([deck_of("d", "a", "b")])[0]
    assert (back.new, back.returned) == (1, 1)
    assert shown(store, TODAY + 1, NO_LIMITS).counts.due == 1


def test_a_rename_keeps_the_schedule(store: Store) -> None:
    save(store, "d", "a", "b")
    before = answer(store, "d/a", 4).after
    change = store.library.save([deck_of("d", "new", "b", new=("a",))])[0]
    assert change.renamed == 1
    assert (change.new, change.changed, change.same, change.removed) == (0, 1, 1, 0)
    assert store.library.schedule("d/new")[:-1] == before[:-1]
    assert [past.event.card for past in store.log.history("d/new")] == ["d/a"]
    assert store.library.card("d/a") is None
    assert store.log.check() == ()


def test_a_rename_taken_back_in_the_file_finds_its_schedule_again(store: Store) -> None:
    save(store, "d", "a")
    before = answer(store, "d/a", 4).after
    store.library.save([deck_of("d", "b", b=("a",))])
    store.library.save([deck_of("d", "a")])
    assert store.library.schedule("d/a")[:-1] == before[:-1]
    answer(store, "d/a", 3)
    store.library.save([deck_of("d", "a", a=("b",))])
    assert len([past for past in store.log.history("d/a") if past.event.q is not None]) == 2
    assert store.log.check() == ()


def test_an_id_that_was_renamed_away_cannot_be_given_to_another_card(store: Store) -> None:
    save(store, "d", "a")
    store.library.save([deck_of("d", "b", b=("a",))])
    with pytest.raises(UsageError, match="another id"):
        store.library.save([deck_of("d", "b", "a")])


def test_an_old_id_cannot_come_back_for_a_history_that_another_card_takes_over(store: Store) -> None:
    save(store, "d", "a", "b", "c")
    for deck in (deck_of("d", "a", "e", "c", e=("b",)), deck_of("d", "a", "b", b=("c",))):
        store.library.save([deck])
    with pytest.raises(UsageError, match="d/c: this id was renamed to d/e"):
        store.library.save([deck_of("d", "a", "e", "c", e=("b",))])
    store.library.save([deck_of("d", "a", "e", e=("b",))])


def test_two_cards_cannot_have_been_the_same_one(store: Store) -> None:
    with pytest.raises(UsageError, match="two cards"):
        store.library.save([deck_of("d", "b", "c", b=("a",), c=("a",))])


def test_a_card_moves_to_another_deck_with_its_past(store: Store) -> None:
    save(store, "d", "a")
    before = answer(store, "d/a", 4).after
    store.library.save([deck_of("e", "x", x=("d/a",))])
    assert store.library.schedule("e/x")[:-1] == before[:-1]
    assert store.log.check() == ()


def test_a_deck_renamed_keeps_everything(store: Store) -> None:
    save(store, "d", "a", "b")
    before = answer(store, "d/a", 4).after
    store.library.save_trust("d", Trust("code"))
    store.library.save_draft("d/b", "draft")
    assert store.library.rename_deck("d", "e") == 2
    assert store.library.schedule("e/a")[:-1] == before[:-1]
    assert draft(store, "e/b") == "draft"
    assert store.library.trust("e") == Trust("code")
    assert by_deck(store, TODAY + 1, NO_LIMITS)["e"].due == 1
    assert store.log.check() == ()


def test_a_deck_can_take_the_slug_of_a_removed_one_but_not_its_trust(store: Store) -> None:
    for slug in ("old", "d"):
        save(store, slug, "a", "b")
        store.library.save_trust(slug, Trust(f"code of {slug}", mine=slug == "old"))
        store.library.save_draft(f"{slug}/a", f"draft of {slug}")
    answer(store, "d/b", 4)
    store.library.remove_deck("old")
    assert store.library.rename_deck("d", "old") == 2
    assert store.library.trust("old") == Trust("code of d")
    assert draft(store, "old/a") == "draft of d"
    assert [card.key for card in store.library.cards()] == ["old/a", "old/b"]
    assert [card.key for card in store.library.cards(orphans=True)] == []
    assert store.library.schedule("old/b").due_day == TODAY + 1
    assert store.log.check() == ()


def test_a_deck_is_not_given_a_slug_whose_cards_have_another_history(store: Store) -> None:
    save(store, "old", "a")
    save(store, "d", "a")
    answer(store, "old/a", 4)
    store.library.remove_deck("old")
    before = list(store.log.events())
    with pytest.raises(UsageError, match="old/a"):
        store.library.rename_deck("d", "old")
    assert list(store.log.events()) == before
    save(store, "old", "a")
    store.library.rename_deck("old", "new")
    with pytest.raises(UsageError, match="old/a"):
        store.library.rename_deck("d", "old")
    assert store.log.check() == ()


def test_a_deck_renamed_there_and_back_is_as_it_was(store: Store) -> None:
    save(store, "d", "a", "b")
    before = answer(store, "d/a", 4).after
    store.library.rename_deck("d", "e")
    store.library.rename_deck("e", "d")
    assert store.library.schedule("d/a")[:-1] == before[:-1]
    assert by_deck(store, TODAY + 1, NO_LIMITS)["d"].due == 1
    assert store.log.check() == ()


def test_a_card_that_was_renamed_can_be_purged(store: Store) -> None:
    save(store, "d", "a", "b")
    store.library.save([deck_of("d", "c", "b", c=("a",))])
    store.library.save([deck_of("d", "b")])
    assert store.library.purge() == ("d/c",)
    assert store.log.check() == ()
    assert store.log.repair() == ()


def test_a_removed_deck_leaves_orphans_and_purging_leaves_the_events(store: Store) -> None:
    save(store, "d", "a", "b")
    answer(store, "d/a", 4)
    assert store.library.remove_deck("d") == ("d/a", "d/b")
    assert store.library.purge() == ("d/a", "d/b")
    assert store.log.check() == ()
    assert len(list(store.log.events())) == 1
    save(store, "d", "a", "b")
    assert store.library.schedule("d/a").due_day == TODAY + 1


def test_a_disabled_deck_offers_nothing(store: Store) -> None:
    save(store)
    store.library.set_deck("d", disabled=True)
    assert store.queue.of_day(TODAY, NO_LIMITS) == ({}, {}, {})
    assert by_deck(store, TODAY, NO_LIMITS) == {}
    assert [deck.state for deck in store.library.decks()] == ["disabled"]


def test_cards_missing_from_a_deck_without_a_file_stay(store: Store) -> None:
    save(store, "d", "a", "b")
    store.library.save([deck_of("d", "b", "c")], keep_absent=True)
    assert {card.key for card in store.library.cards()} == {"d/a", "d/b", "d/c"}
    assert store.library.decks()[0].cards == 3


@pytest.mark.parametrize("past", ["its own name", "another name", "none"])
def test_a_deck_that_comes_in_after_a_merge_finds_what_its_cards_went_through(
    store: Store, open_copy: Callable[[str], Store], past: str
) -> None:
    with open_copy("elsewhere") as elsewhere:
        first = {"its own name": "d", "another name": "e", "none": "other"}[past]
        save(elsewhere, first, "a", "b")
        answer(elsewhere, f"{first}/a", 4)
        store.log.merge(elsewhere.log.events())
    store.library.save([deck_of("d", "a", "b", a=("e/a",) if past == "another name" else ())])
    known = past != "none"
    assert store.library.schedule("d/a").due_day == (TODAY + 1 if known else None)
    tomorrow = by_deck(store, TODAY + 1, NO_LIMITS)["d"]
    assert (tomorrow.due, tomorrow.new) == ((1, 1) if known else (0, 2))
    assert store.log.check() == ()


def test_decks_and_what_happened_elsewhere_come_in_together_or_not_at_all(store: Store) -> None:
    ids = (f"019f0000-0000-7000-8000-{number:012x}" for number in range(9))
    first, second = (
        graded("d/a", 4)._replace(id=name, device="x", action=name) for name in (next(ids), next(ids))
    )
    changes, merged = store.library.bring_in([deck_of("d", "a", "b")], [first])
    assert (changes[0].new, merged.new, merged.cards) == (2, 1, ["d/a"])
    assert any(store.queue.of_day(TODAY + 1, NO_LIMITS))
    assert by_deck(store, TODAY + 1, NO_LIMITS)["d"].due == 1
    with pytest.raises(DamagedLogError):
        store.library.bring_in([deck_of("e", "x")], [second, first._replace(q=5)])
    assert [deck.slug for deck in store.library.decks()] == ["d"]
    assert [event for event, _ in store.log.events()] == [first]
    assert store.log.check() == ()


def test_a_deck_that_comes_with_a_past_may_rename_its_cards(store: Store) -> None:
    save(store, "d", "c")
    before = answer(store, "d/c", 4).after
    name = "019f0000-0000-7000-8000-000000000000"
    made = graded("d/a", 5)._replace(id=name, device="x", action=name)
    changes, _ = store.library.bring_in([deck_of("d", "a", a=("c",))], [made])
    assert changes[0].renamed == 1
    assert store.library.schedule("d/a").answers == before.answers + 1
    assert store.log.check() == ()


def test_a_card_keeps_its_place_where_it_takes_over_another_of_one_history(store: Store) -> None:
    save(store, "d", "b", "f")
    save(store, "e", "y")
    store.library.save([deck_of("e", "z", z=("d/f",))])
    store.library.remove_deck("e")
    store.library.save([deck_of("d", "x", "f", f=("b",))])
    assert store.log.check() == ()
