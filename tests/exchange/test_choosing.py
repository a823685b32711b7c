"""What an export chooses of the log, against the same said plainly in memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
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


@pytest.fixture(scope="module", params=range(2))
def lived(
    used_database: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Home]:
    """A home with two devices' lives in it, in which cards were renamed, moved and removed, decks renamed."""
    files = tmp_path_factory.mktemp("decks")
    homes = []
    for number in range(2):
        folder = tmp_path_factory.mktemp("home")
        shutil.copy(used_database, folder / "ptcards.db")
        homes.append(Home(folder))
        write_deck(files, "one", {"a": "blue", "b": "red", "c": "blue"})
        assert homes[-1].take(files / "one.yaml").errors == ()
        live(homes[-1], 2 * request.param + number, 60)
    here, there = homes
    write_deck(files, "one", {"a2": "blue", "b": "red"}, a2="a")
    write_deck(files, "two", {"moved": "blue", "d": "red"}, moved="one/c")
    assert there.take(files / "one.yaml", files / "two.yaml").errors == ()
    live(there, request.param + 50, 40)
    # Its own decks as they were, it knows the cards by their old keys.
    here.merge(there.export("jsonl"))
    live(here, request.param + 90, 40)
    yield here
    for home in homes:
        home.desk.close()


def write_deck(folder: Path, slug: str, cards: dict[str, str], **was: str) -> None:
    lines = [f"deck: {slug}", "cards:"]
    for name, tag in cards.items():
        lines += [f"  - id: {name}", f"    question: {name}?", "    accepts: recall", f"    solution: {name}"]
        lines += [f"    tags: [{tag}]", *([f"    was: [{was[name]}]"] if name in was else [])]
    (folder / f"{slug}.yaml").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
def test_the_log_and_the_reviews_are_those_of_the_cards_that_are_chosen(
    lived: Home, selection: Selection
) -> None:
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
    assert found == [(event, code) for event, code in every if is_wanted(event)]
    wanted = [
        (key, past)
        for key in sorted({ends.get(event.card, event.card) for event, _ in every if event.card})
        for past in store.log.history(key)
        if past.event.kind in ("graded", "drilled", "crammed") and is_wanted(past.event)
    ]
    assert list(reviews(lived.desk, selection)) == wanted
