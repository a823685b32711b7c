"""What an export chooses of the log, against the same said plainly in memory."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ptcards.exchange.library import Selection, chosen_events, reviews
from ptcards.scheduling.days import day_of
from ptcards.scheduling.events import Event, Kind, roots
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


def write_deck(folder: Path, slug: str, cards: dict[str, str], **was: str) -> Path:
    lines = [f"deck: {slug}", "cards:"]
    for name, tag in cards.items():
        lines += [f"  - id: {name}", f"    question: {name}?", "    accepts: recall", f"    solution: {name}"]
        lines += [f"    tags: [{tag}]", *([f"    was: [{was[name]}]"] if name in was else [])]
    (folder / f"{slug}.yaml").write_text("\n".join(lines) + "\n")
    return folder / f"{slug}.yaml"


@pytest.mark.parametrize("life", range(2))
def test_the_log_and_the_reviews_are_those_of_the_cards_that_are_chosen(
    new_home: Callable[[], Home], tmp_path: Path, life: int
) -> None:
    """Of two devices, one of which renamed, moved and removed cards and renamed decks."""
    here, there = new_home(), new_home()
    for number, home in enumerate((here, there)):
        home.counts(write_deck(tmp_path, "one", {"a": "blue", "b": "red", "c": "blue"}))
        live(home, 2 * life + number, 60)
    one = write_deck(tmp_path, "one", {"a2": "blue", "b": "red"}, a2="a")
    there.counts(one, write_deck(tmp_path, "two", {"moved": "blue", "d": "red"}, moved="one/c"))
    live(there, life + 50, 40)
    # Its own decks as they were, it knows the cards by their old keys.
    here.merge(there.export("jsonl"))
    live(here, life + 90, 40)
    for selection in SELECTIONS:
        compare(here, selection)


def compare(lived: Home, selection: Selection) -> None:
    store = lived.desk.store
    every = list(store.log.events())
    ends = roots(event for event, _ in every if event.kind == Kind.RENAMED)
    mine = {
        ends.get(card.key, card.key)
        for card in store.library.cards(selection.decks or None)
        if selection.tag is None or selection.tag in card.tags
    }

    def is_wanted(event: Event) -> bool:
        if selection.since is not None and event.day < day_of(selection.since):
            return False
        if not event.card or not (selection.decks or selection.tag):
            return True
        named = selection.tag is None and event.card.partition("/")[0] in selection.decks
        return named or ends.get(event.card, event.card) in mine

    found = list(store.log.events(*chosen_events(lived.desk, selection)))
    assert found == [(event, code) for event, code in every if is_wanted(event)], selection
    wanted = [
        (key, past)
        for key in sorted({ends.get(event.card, event.card) for event, _ in every if event.card})
        for past in store.log.history(key)
        if past.event.kind in ("graded", "drilled", "crammed") and is_wanted(past.event)
    ]
    assert list(reviews(lived.desk, selection)) == wanted, selection
