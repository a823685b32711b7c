"""Every figure against the same one worked out by plain loops over the events."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from ptcards.errors import UsageError
from tests.statistics.conftest import Keep, Kept
from tests.statistics.histories import TODAY, Maker, Row, make_history

EPOCH = date(1970, 1, 1)


def day(number: int) -> date:
    return EPOCH + timedelta(days=number)


def repetitions(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.role in ("first", "repetition")]


def rate(found: dict[str, Any]) -> tuple[int, int]:
    return found["hits"], found["of"]


def test_the_whole_object_is_what_it_always_was(kept: Kept) -> None:
    known = json.loads(Path(__file__).with_name("figures.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(kept.figures)) == known[""]
    part = kept.report(deck="deck-1", tag="tag-1", since=date(2026, 11, 1)).figures
    assert json.loads(json.dumps(part)) == known["part"]


def test_todays_numbers_are_those_of_todays_answers(kept: Kept) -> None:
    found = kept.figures["today"]
    rows = [row for row in kept.plain.rows if row.event.day == TODAY]
    asked = [row for row in repetitions(rows) if row.event.verdict != "taught"]
    first_try = [
        row
        for row in asked
        if row.event.verdict == "pass" and row.event.attempts == 1 and not row.event.hints
    ]
    assert found["answers"] == len(rows) > 0
    assert found["seconds"] == pytest.approx(sum(row.event.seconds or 0 for row in rows))
    assert rate(found["passed"]) == (sum((row.event.q or 0) >= 3 for row in asked), len(asked))
    assert rate(found["first_try"]) == (len(first_try), len(asked))
    roles = Counter(row.role for row in rows)
    names = {"introduced": "first", "practised": "practice", "brought_in": "recorded"}
    for name in ("introduced", "drilled", "practised", "crammed", "brought_in"):
        assert found[name] == roles[names.get(name, name)]


def test_true_retention_counts_the_first_review_of_a_day_of_learned_cards(kept: Kept) -> None:
    found = kept.figures["retention"]
    for span, length in zip(found, (1, 7, 30, 365, 10_000), strict=True):
        rows = [row for row in kept.plain.rows if row.event.day > TODAY - length]
        assert span["answers"] == len(rows)
        learned = [row for row in rows if row.role == "repetition" and row.n >= 2]
        for name, old in (("young", False), ("mature", True)):
            of = [row for row in learned if (row.interval >= 21) == old]
            lost = [row for row in of if (row.event.q or 0) < 3 and row.event.verdict != "taught"]
            assert rate(span[name]) == (len(of) - len(lost), len(of)), span["span"]
    assert found[-1]["mature"]["of"] > 20
    times = Counter((row.event.card, row.event.day) for row in kept.plain.rows if row.role == "repetition")
    assert max(times.values()) == 1 or any(event.kind == "reset" for event in kept.made.events)


def test_the_calendar_has_every_day_of_53_weeks_and_a_streak_ends_at_the_first_gap(kept: Kept) -> None:
    calendar = kept.figures["calendar"]
    first = date.fromisoformat(calendar["first"])
    assert first.weekday() == 0
    assert first + timedelta(days=len(calendar["answers"]) - 1) == day(TODAY)
    answers = Counter(row.event.day for row in kept.plain.rows)
    assert calendar["answers"] == [answers[number] for number in range((first - EPOCH).days, TODAY + 1)]
    length, longest, run = 0, 0, 0
    while answers[TODAY - length]:
        length += 1
    for number in range(TODAY - 370, TODAY + 1):
        run = run + 1 if answers[number] else 0
        longest = max(longest, run)
    assert (calendar["streak"], calendar["longest"]) == (length, longest)


def test_the_forecast_is_the_due_days_of_all_cards_that_are_awake(kept: Kept) -> None:
    forecast = kept.figures["forecast"]
    awake = [card for card in kept.plain.cards.values() if card.due is not None and not card.suspended]
    buried = ((card.due or 0, card.buried or 0) for card in awake)
    due = Counter(max(day, back) if back > TODAY else day for day, back in buried)
    assert forecast["overdue"] == sum(count for number, count in due.items() if number < TODAY)
    assert forecast["due"] == [due[TODAY + ahead] for ahead in range(365)]
    assert forecast["overdue"] + sum(forecast["due"]) + forecast["later"] == len(awake)
    assert forecast["daily_load"] == pytest.approx(sum(1 / max(1, one.interval) for one in awake), abs=1e-4)


def test_histograms_count_every_card_that_was_answered(kept: Kept) -> None:
    found = kept.figures["cards"]
    cards = [card for card in kept.plain.cards.values() if card.due is not None]
    assert found["intervals"] == Counter(str(card.interval) for card in cards)
    assert found["eases"] == Counter(f"{card.ease / 100:.2f}" for card in cards)
    assert found["lapses"] == Counter(str(card.lapses) for card in cards)
    assert (found["seen"], found["unseen"]) == (len(cards), 60 - len(cards))


def test_cards_at_the_lowest_ease_and_leeches_are_named_with_their_newest_failed_answers(kept: Kept) -> None:
    found, cards = kept.figures["cards"], kept.plain.cards
    low = sorted(key for key, card in cards.items() if card.ease == 130 and card.due is not None)
    assert found["lowest_ease"]["cards"] == len(low)
    assert [one["card"] for one in found["lowest_ease"]["named"]] == low[:10]
    leeches = {key: card.lapses for key, card in cards.items() if card.lapses >= 8}
    named = found["leeches"]["named"]
    assert found["leeches"]["cards"] == len(leeches) > 0
    assert {one["card"]: one["lapses"] for one in named}.items() <= leeches.items()
    failed = [
        kept.made.codes[row.event.id]
        for row in reversed(kept.plain.rows)
        if row.event.card == named[0]["card"]
        and row.event.id in kept.made.codes
        and row.event.verdict != "taught"
    ]
    assert [one["answer"] for one in named[0]["failed"]] == failed[:3]


def test_answers_by_hour_are_those_of_the_clock_on_the_wall_and_grades_those_of_repetitions(
    kept: Kept,
) -> None:
    found, rows = kept.figures, repetitions(kept.plain.rows)
    hours = [((row.event.at // 60_000 + row.event.offset) // 60 % 24, row.event.q or 0) for row in rows]
    every = Counter(hour for hour, _ in hours)
    passed = Counter(hour for hour, q in hours if q >= 3)
    assert [rate(one) for one in found["hours"]] == [(passed[hour], every[hour]) for hour in range(24)]
    graded = Counter(row.event.q for row in rows)
    assert found["period"]["grades"] == [graded[q] for q in range(6)]


def newest(kept: Kept, most: int = 1000) -> list[Row]:
    return [row for row in kept.plain.rows if row.role != "recorded"][-most:]


def test_what_fails_most_is_counted_over_the_newest_answers(kept: Kept) -> None:
    found, rows = kept.figures["failures"], newest(kept)
    asked = [row for row in rows if row.event.verdict != "taught"]
    assert found["answers"] == len(rows)
    every = Counter(row.event.card for row in asked)
    failed = Counter(row.event.card for row in asked if (row.event.q or 0) < 3)
    assert [one["hits"] for one in found["cards"]] == sorted(failed.values(), reverse=True)[:8]
    for one in found["cards"]:
        assert rate(one) == (failed[one["card"]], every[one["card"]])
    given_up = (row.event.why or "given up" for row in asked if row.event.why or row.event.verdict == "shown")
    assert found["kinds"] == Counter(given_up)
    met = [row for row in rows if row.event.details]
    assert sum(found["mistakes"].values()) == len(met) > 3


def test_tags_are_ranked_by_the_share_that_failed(kept: Kept) -> None:
    asked = [row for row in newest(kept) if row.event.verdict != "taught"]
    found = kept.figures["failures"]["tags"]
    for one in found:
        tag = one["tag"]
        tagged = [
            row
            for row in asked
            for number in [int(row.event.card[-3:])]
            if (number % 3 == int(tag[-1]) if tag.startswith("tag-") else number % 2)
        ]
        assert rate(one) == (sum((row.event.q or 0) < 3 for row in tagged), len(tagged)), tag
    shares = [one["share"] for one in found]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) == 4


def test_times_are_medians_of_the_newest_answers(kept: Kept) -> None:
    found, rows = kept.figures["failures"], newest(kept)
    slowest = found["slowest"][0]
    times = [row.event.seconds or 0 for row in rows if row.event.card == slowest["card"]]
    assert (slowest["seconds"], slowest["answers"]) == (median(times), len(times))
    most = found["seconds"]["nine_of_ten"]
    assert sum((row.event.seconds or 0) <= most for row in rows) >= 0.9 * len(rows)


def test_the_figures_of_a_deck_are_those_of_its_cards_alone(kept: Kept) -> None:
    found = kept.report(deck="deck-1").figures
    rows = [row for row in kept.plain.rows if row.event.card.startswith("deck-1/")]
    assert found["retention"][-1]["answers"] == len(rows)
    assert found["cards"]["seen"] + found["cards"]["unseen"] == 30
    assert found["failures"]["answers"] == len([row for row in rows if row.role != "recorded"][-1000:])


def test_the_figures_of_all_tags_together_are_those_of_the_library(kept: Kept) -> None:
    whole, tags = kept.figures, [kept.report(tag=f"tag-{number}").figures for number in range(3)]
    sums: tuple[Callable[[Any], int], ...] = (
        lambda one: one["retention"][-1]["answers"],
        lambda one: one["retention"][-1]["mature"]["hits"],
        lambda one: one["period"]["repetitions"],
        lambda one: one["cards"]["seen"],
    )
    for of in sums:
        assert of(whole) == sum(map(of, tags))
    load = sum(one["forecast"]["daily_load"] for one in tags)
    assert load == pytest.approx(whole["forecast"]["daily_load"], abs=1e-3)
    days = zip(*(one["calendar"]["answers"] for one in tags), strict=True)
    assert [sum(day) for day in days] == whole["calendar"]["answers"]


def test_since_bounds_the_period_and_what_is_read_one_by_one(kept: Kept) -> None:
    found = kept.report(since=day(TODAY - 9)).figures
    rows = [row for row in kept.plain.rows if row.event.day >= TODAY - 9]
    assert found["period"]["answers"] == len(rows)
    assert found["failures"]["answers"] == sum(row.role != "recorded" for row in rows)
    assert found["retention"] == kept.figures["retention"]


def test_an_empty_library_has_figures_too(keep: Keep) -> None:
    found = keep(make_history(0, days=0)).figures
    assert (found["calendar"]["streak"], found["retention"][-1]["since"]) == (0, None)
    assert (found["cards"]["unseen"], found["failures"]["seconds"]["median"]) == (60, None)


def test_a_deck_or_tag_that_is_not_there_is_named(kept: Kept) -> None:
    with pytest.raises(UsageError, match=r"no deck 'deck-9'.*deck-"):
        kept.report(deck="deck-9")
    with pytest.raises(UsageError, match="tag-0"):
        kept.report(tag="nothing")


def test_cards_of_a_disabled_deck_count_only_when_it_is_asked_for(
    keep: Keep, history: tuple[Maker, Path]
) -> None:
    kept = keep(*history)
    before, alone = kept.figures, kept.report(deck="deck-0").figures
    kept.store.library.set_deck("deck-0", disabled=True)
    after = kept.figures
    assert after["cards"]["seen"] == before["cards"]["seen"] - alone["cards"]["seen"]
    assert kept.report(deck="deck-0").figures["cards"] == alone["cards"]
    assert after["retention"] == before["retention"]
