"""Every figure against the same one worked out by plain loops over the events."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ptcards.errors import UsageError
from tests.statistics.conftest import Kept, opened
from tests.statistics.histories import TODAY, Maker, Row, deck

Figures = dict[str, Any]
Rates = tuple[int, int]


def rate(found: Figures) -> Rates:
    return found["hits"], found["of"]


def passed(rows: list[Row]) -> Rates:
    return sum(row.passed for row in rows), len(rows)


@pytest.fixture(scope="module")
def figures(kept: Kept) -> Figures:
    return kept.figures


@pytest.fixture(scope="module")
def newest(kept: Kept) -> list[Row]:
    """What failures are counted over."""
    return [row for row in kept.plain.rows if row.role != "recorded"][-1000:]


def test_the_whole_object_is_what_it_always_was(kept: Kept, figures: Figures) -> None:
    known = json.loads(Path(__file__).with_name("figures.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(figures)) == known[""]
    part = kept.desk.statistics(deck="deck-1", tag="tag-1", since=date(2026, 11, 1)).figures
    assert json.loads(json.dumps(part)) == known["part"]


def test_todays_numbers_are_those_of_todays_answers(kept: Kept, figures: Figures) -> None:
    found = figures["today"]
    rows = [row for row in kept.plain.rows if row.event.day == TODAY]
    asked = [row for row in rows if row.role in ("first", "repetition") and not row.taught]
    events = [row.event for row in asked]
    first_try = [one.verdict == "pass" and one.attempts == 1 and not one.hints for one in events]
    assert found["answers"] == len(rows) > 0
    assert found["seconds"] == pytest.approx(sum(row.event.seconds or 0 for row in rows))
    assert rate(found["passed"]) == passed(asked)
    assert rate(found["first_try"]) == (sum(first_try), len(asked))
    roles = Counter(row.role for row in rows)
    names = {"introduced": "first", "practised": "practice", "brought_in": "recorded"}
    for name in ("introduced", "drilled", "practised", "crammed", "brought_in"):
        assert found[name] == roles[names.get(name, name)]


def test_true_retention_counts_the_first_review_of_a_day_of_learned_cards(
    kept: Kept, figures: Figures
) -> None:
    for span, length in zip(figures["retention"], (1, 7, 30, 365, 10_000), strict=True):
        rows = [row for row in kept.plain.rows if row.event.day > TODAY - length]
        assert span["answers"] == len(rows)
        for name, old in (("young", False), ("mature", True)):
            learned = [one for one in rows if one.role == "repetition" and one.n >= 2]
            of = [row for row in learned if (row.interval >= 21) == old]
            kept_in_mind = sum(row.passed or row.taught for row in of)
            assert rate(span[name]) == (kept_in_mind, len(of)), span["span"]
    assert figures["retention"][-1]["mature"]["of"] > 20


def test_cards_are_counted_by_interval_ease_and_lapses_and_the_hardest_are_named(
    kept: Kept, figures: Figures
) -> None:
    found = figures["cards"]
    cards = {key: card for key, card in kept.plain.cards.items() if card.due is not None}
    assert found["intervals"] == Counter(str(card.interval) for card in cards.values())
    assert found["eases"] == Counter(f"{card.ease / 100:.2f}" for card in cards.values())
    assert found["lapses"] == Counter(str(card.lapses) for card in cards.values())
    assert (found["seen"], found["unseen"]) == (len(cards), 60 - len(cards))
    low = sorted(key for key, card in cards.items() if card.ease == 130)
    assert found["lowest_ease"]["cards"] == len(low)
    assert [one["card"] for one in found["lowest_ease"]["named"]] == low[:10]
    leeches = {key: card.lapses for key, card in cards.items() if card.lapses >= 8}
    first, *others = found["leeches"]["named"]
    assert found["leeches"]["cards"] == len(leeches) > 0
    assert {one["card"]: one["lapses"] for one in (first, *others)}.items() <= leeches.items()
    asked = [row.event.id for row in kept.plain.rows if row.event.card == first["card"] and not row.taught]
    failed = [kept.made.codes[event] for event in reversed(asked) if event in kept.made.codes]
    assert [one["answer"] for one in first["failed"]] == failed[:3]


def test_what_fails_most_is_counted_over_the_newest_answers(newest: list[Row], figures: Figures) -> None:
    found, asked = figures["failures"], [row for row in newest if not row.taught]
    assert found["answers"] == len(newest)
    failed = Counter(row.event.card for row in asked if not row.passed)
    assert [one["hits"] for one in found["cards"]] == sorted(failed.values(), reverse=True)[:8]
    every = Counter(row.event.card for row in asked)
    assert all(rate(one) == (failed[one["card"]], every[one["card"]]) for one in found["cards"])
    given_up = (row.event.why or "given up" for row in asked if row.event.why or row.event.verdict == "shown")
    assert found["kinds"] == Counter(given_up)
    assert sum(found["mistakes"].values()) == sum(bool(row.event.details) for row in newest) > 3
    tags = {card.id: card.tags for card in deck("any").cards}
    for one in found["tags"]:
        tagged = [row for row in asked if one["tag"] in tags[row.event.card.partition("/")[2]]]
        assert rate(one) == (sum(not row.passed for row in tagged), len(tagged)), one["tag"]
    shares = [one["share"] for one in found["tags"]]
    assert (shares, len(shares)) == (sorted(shares, reverse=True), 4)


def test_the_figures_of_all_tags_together_are_those_of_the_library(kept: Kept, figures: Figures) -> None:
    def summed(one: Any) -> list[float]:
        ever, period, cards = one["retention"][-1], one["period"], one["cards"]
        found = (ever["answers"], ever["mature"]["hits"], period["repetitions"], cards["seen"])
        return [*found, one["forecast"]["daily_load"], *one["calendar"]["answers"]]

    tags = [summed(kept.desk.statistics(tag=f"tag-{number}").figures) for number in range(3)]
    assert [sum(each) for each in zip(*tags, strict=True)] == pytest.approx(summed(figures), abs=1e-3)


def test_an_empty_library_has_figures_too(fresh: Kept) -> None:
    found = fresh.figures
    assert (found["calendar"]["streak"], found["retention"][-1]["since"]) == (0, None)
    assert (found["cards"]["unseen"], found["failures"]["seconds"]["median"]) == (60, None)


def test_a_deck_or_tag_that_is_not_there_is_named(kept: Kept) -> None:
    with pytest.raises(UsageError, match=r"no deck 'deck-9'.*deck-"):
        kept.desk.statistics(deck="deck-9")
    with pytest.raises(UsageError, match="tag-0"):
        kept.desk.statistics(tag="nothing")


def test_cards_of_a_disabled_deck_count_only_when_it_is_asked_for(
    history: tuple[Maker, Path], tmp_path: Path, figures: Figures
) -> None:
    with opened(history[0], Path(shutil.copy(history[1], tmp_path))) as kept:
        alone = kept.desk.statistics(deck="deck-0").figures
        kept.desk.store.library.set_deck("deck-0", disabled=True)
        after = kept.figures
        assert after["cards"]["seen"] == figures["cards"]["seen"] - alone["cards"]["seen"]
        assert kept.desk.statistics(deck="deck-0").figures["cards"] == alone["cards"]
        assert after["retention"] == figures["retention"]
