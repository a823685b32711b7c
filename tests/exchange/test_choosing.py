"""What an export chooses of the log, against the same said plainly in memory."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ptcards.exchange.log import read_log
from ptcards.scheduling.days import day_of
from ptcards.scheduling.events import Event, Kind, roots
from tests.exchange.homes import Home, live

SELECTIONS: list[dict[str, Any]] = [
    {},
    {"decks": ("one",)},
    {"decks": ("pytorch-notes",)},
    {"decks": ("one", "pytorch-notes")},
    {"tag": "blue"},
    {"decks": ("one",), "tag": "blue"},
    {"since": date(2026, 9, 30)},
    {"decks": ("one",), "since": date(2026, 9, 30)},
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
        compare(here, **selection)


def compare(
    lived: Home, *, decks: tuple[str, ...] = (), tag: str | None = None, since: date | None = None
) -> None:
    store = lived.desk.store
    every = list(store.log.events())
    ends = roots(event for event, _ in every if event.kind == Kind.RENAMED)
    mine = {
        ends.get(card.key, card.key)
        for card in store.library.cards(decks or None)
        if tag is None or tag in card.tags
    }

    def is_wanted(event: Event) -> bool:
        if since is not None and event.day < day_of(since):
            return False
        if not event.card or not (decks or tag):
            return True
        named = tag is None and event.card.partition("/")[0] in decks
        return named or ends.get(event.card, event.card) in mine

    with lived.export("jsonl", decks=decks, tag=tag, since=since).open("rb") as file:
        assert read_log(file) == [(event, code) for event, code in every if is_wanted(event)], (decks, tag)
    wanted = [
        (past.event.id, key, "yes" if past.in_force else "no")
        for key in {ends.get(event.card, event.card) for event, _ in every if event.card}
        for past in store.log.history(key)
        if past.event.kind in ("graded", "drilled", "crammed") and is_wanted(past.event)
    ]
    with lived.export("csv", decks=decks, tag=tag, since=since).open(newline="") as table:
        found = [(row["event"], row["card"], row["in_force"]) for row in csv.DictReader(table)]
    assert found == sorted(wanted), (decks, tag)
