"""What an export chooses of the log, against the same said plainly in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ptcards.exchange.reviews import reviews
from ptcards.exchange.selection import Selection, chosen_events
from ptcards.scheduling.days import day_of
from ptcards.scheduling.events import Event, Kind
from ptcards.scheduling.replay import roots
from tests.exchange.homes import Home, live

SELECTIONS = [
    Selection(),
    Selection(decks=("one",)),
    Selection(decks=("pytorch-notes",)),
    Selection(decks=("one", "pytorch-notes")),
    Selection(tag="blue"),
    Selection(decks=("one",), tag="blue"),
    Selection(since=date(2026, 9, 30)),
    Selection(decks=("one",), since=date(2026, 9, 30)),
]


@pytest.fixture(params=range(4))
def lived(new_home: Callable[[str], Home], tmp_path: Path, request: pytest.FixtureRequest) -> Home:
    """A home with two devices' lives in it, in which cards were renamed, moved and removed, decks renamed."""
    here, there = new_home("here"), new_home("there")
    for home in (here, there):
        write_deck(tmp_path, "one", {"a": "blue", "b": "red", "c": "blue"})
        assert home.take(tmp_path / "one.yaml").errors == ()
        live(home, 2 * request.param + (home is there), 60)
    write_deck(tmp_path, "one", {"a2": "blue", "b": "red"}, a2="a")
    write_deck(tmp_path, "two", {"moved": "blue", "d": "red"}, moved="one/c")
    assert there.take(tmp_path / "one.yaml", tmp_path / "two.yaml").errors == ()
    live(there, request.param + 50, 60)
    # Its own decks as they were, it knows the cards by their old keys.
    here.merge(there.export("jsonl"))
    live(here, request.param + 90, 60)
    return here


def write_deck(folder: Path, slug: str, cards: dict[str, str], **was: str) -> None:
    lines = [f"deck: {slug}", "cards:"]
    for name, tag in cards.items():
        lines += [f"  - id: {name}", f"    question: {name}?", "    accepts: recall", f"    solution: {name}"]
        lines += [f"    tags: [{tag}]", *([f"    was: [{was[name]}]"] if name in was else [])]
    (folder / f"{slug}.yaml").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_the_log_gives_the_events_of_the_cards_that_are_chosen(lived: Home, selection: Selection) -> None:
    store = lived.study.workspace.store
    found = list(store.log.events(chosen_events(lived.study.workspace, selection)))
    assert found == [
        (event, code) for event, code in store.log.events() if is_wanted(lived, selection, event)
    ]


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_the_reviews_are_what_each_cards_own_history_says(lived: Home, selection: Selection) -> None:
    store = lived.study.workspace.store
    ends = roots(event for event, _ in store.log.events() if event.kind == Kind.RENAMED)
    keys = {ends.get(event.card, event.card) for event, _ in store.log.events() if event.card}
    wanted = [
        (key, past.event, past.code, past.in_force, past.role, past.before, past.after)
        for key in sorted(keys)
        for past in store.log.history(key)
        if past.event.kind in ("graded", "drilled", "crammed") and is_wanted(lived, selection, past.event)
    ]
    assert [tuple(review) for review in reviews(lived.study.workspace, selection)] == wanted


def is_wanted(home: Home, selection: Selection, event: Event) -> bool:
    if selection.since is not None and event.day < day_of(selection.since):
        return False
    if not event.card or not selection.narrows_cards:
        return True
    store = home.study.workspace.store
    ends = roots(event for event, _ in store.log.events() if event.kind == Kind.RENAMED)
    mine = {
        ends.get(card.key, card.key)
        for card in store.library.cards(selection.decks or None)
        if selection.tag is None or selection.tag in card.tags
    }
    named = selection.tag is None and event.card.partition("/")[0] in selection.decks
    return named or ends.get(event.card, event.card) in mine
