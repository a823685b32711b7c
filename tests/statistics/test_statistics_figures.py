"""Every figure against the same one worked out by plain loops over the events."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from statistics import median

import pytest

from ptcards.errors import UsageError
from ptcards.statistics.report import Statistics
from ptcards.study.statistics import statistics
from tests.statistics.conftest import Keep, Kept
from tests.statistics.histories import TODAY, Row, make_history

EPOCH = date(1970, 1, 1)


def day(number: int) -> date:
    return EPOCH + timedelta(days=number)


def repetitions(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.role in ("first", "repetition")]


def test_todays_numbers_are_those_of_todays_answers(kept: Kept) -> None:
    found = kept.found.now
    rows = [row for row in kept.plain.rows if row.event.day == TODAY]
    graded = repetitions(rows)
    asked = [row for row in graded if row.event.verdict != "taught"]
    assert rows
    assert found.answers == len(rows)
    assert found.seconds == pytest.approx(sum(row.event.seconds or 0 for row in rows))
    assert (found.passed.hits, found.passed.of) == (sum((row.event.q or 0) >= 3 for row in asked), len(asked))
    first_try = [
        row
        for row in asked
        if row.event.verdict == "pass" and row.event.attempts == 1 and not row.event.hints
    ]
    assert (found.first_try.hits, found.first_try.of) == (len(first_try), len(asked))
    assert found.introduced == sum(row.role == "first" for row in rows)
    assert found.drilled == sum(row.role == "drilled" for row in rows)
    assert found.practised == sum(row.role == "practice" for row in rows)
    assert found.crammed == sum(row.role == "crammed" for row in rows)
    assert found.recorded == sum(row.role == "recorded" for row in rows)


def test_true_retention_counts_the_first_review_of_a_day_of_learned_cards(kept: Kept) -> None:
    found = kept.found
    for span, length in zip(found.spans, (1, 7, 30, 365, 10_000), strict=True):
        rows = [row for row in kept.plain.rows if row.event.day > TODAY - length]
        assert span.answers == len(rows)
        learned = [row for row in rows if row.role == "repetition" and row.n >= 2]
        for rate, old in ((span.young, False), (span.mature, True)):
            of = [row for row in learned if (row.interval >= 21) == old]
            lost = [row for row in of if (row.event.q or 0) < 3 and row.event.verdict != "taught"]
            assert (rate.of - rate.hits, rate.of) == (len(lost), len(of)), span.name
    assert found.spans[-1].mature.of > 20


def test_no_card_counts_twice_a_day_for_retention(kept: Kept) -> None:
    counted = Counter((row.event.card, row.event.day) for row in kept.plain.rows if row.role == "repetition")
    resets = any(event.kind == "reset" for event in kept.made.events)
    assert resets or max(counted.values()) == 1


def test_the_calendar_has_every_day_of_53_weeks(kept: Kept) -> None:
    calendar = kept.found.calendar
    assert calendar.first.weekday() == 0
    assert calendar.first + timedelta(days=len(calendar.answers) - 1) == day(TODAY)
    answers = Counter(row.event.day for row in kept.plain.rows)
    start = (calendar.first - EPOCH).days
    assert list(calendar.answers) == [answers[number] for number in range(start, TODAY + 1)]


def test_a_streak_ends_at_the_first_day_without_an_answer(kept: Kept) -> None:
    days = {row.event.day for row in kept.plain.rows}
    length, longest, run = 0, 0, 0
    while TODAY - length in days:
        length += 1
    for number in range(TODAY - 370, TODAY + 1):
        run = run + 1 if number in days else 0
        longest = max(longest, run)
    assert (kept.found.calendar.streak, kept.found.calendar.longest) == (length, longest)


def test_the_forecast_is_the_due_days_of_all_cards_that_are_awake(kept: Kept) -> None:
    forecast = kept.found.forecast
    awake = [card for card in kept.plain.cards.values() if card.due is not None and not card.suspended]
    due = Counter(
        card.buried if card.buried and card.buried > max(TODAY, card.due or 0) else card.due for card in awake
    )
    assert forecast.backlog == sum(
        count for number, count in due.items() if number is not None and number < TODAY
    )
    assert list(forecast.due) == [due[TODAY + ahead] for ahead in range(365)]
    assert forecast.backlog + sum(forecast.due) + forecast.later == len(awake)
    assert forecast.daily_load == pytest.approx(sum(1 / max(1, card.interval) for card in awake))


def test_histograms_count_every_card_that_was_answered(kept: Kept) -> None:
    standing = kept.found.standing
    cards = [card for card in kept.plain.cards.values() if card.due is not None]
    assert standing.intervals == Counter(card.interval for card in cards)
    assert standing.eases == Counter(card.ease for card in cards)
    assert standing.lapses == Counter(card.lapses for card in cards)
    assert (standing.cards, standing.unseen) == (len(cards), 60 - len(cards))


def test_cards_at_the_lowest_ease_and_leeches_are_named(kept: Kept) -> None:
    standing = kept.found.standing
    low = sorted(key for key, card in kept.plain.cards.items() if card.ease == 130 and card.due is not None)
    assert standing.at_floor == len(low)
    assert [one.key for one in standing.low] == low[:10]
    leeches = {key: card.lapses for key, card in kept.plain.cards.items() if card.lapses >= 8}
    assert standing.leeches_in_all == len(leeches) > 0
    assert {one.key: one.lapses for one in standing.leeches}.items() <= leeches.items()


def test_a_leech_comes_with_its_newest_failed_answers(kept: Kept) -> None:
    leech = kept.found.standing.leeches[0]
    failed = [
        kept.made.codes[row.event.id]
        for row in reversed(kept.plain.rows)
        if row.event.card == leech.key and row.event.id in kept.made.codes and row.event.verdict != "taught"
    ]
    assert [one.code for one in leech.answers] == failed[:3]


def test_answers_by_hour_are_those_of_the_clock_on_the_wall(kept: Kept) -> None:
    found = {one.hour: one.repetitions for one in kept.found.hours if one.repetitions.of}
    rows = repetitions(kept.plain.rows)
    every = Counter((row.event.at // 60_000 + row.event.offset) // 60 % 24 for row in rows)
    passed = Counter(
        (row.event.at // 60_000 + row.event.offset) // 60 % 24 for row in rows if (row.event.q or 0) >= 3
    )
    assert {hour: (rate.hits, rate.of) for hour, rate in found.items()} == {
        hour: (passed[hour], count) for hour, count in every.items()
    }


def test_grades_are_those_of_repetitions(kept: Kept) -> None:
    graded = Counter(row.event.q for row in repetitions(kept.plain.rows))
    assert list(kept.found.period.grades) == [graded[q] for q in range(6)]


def newest(kept: Kept, most: int = 1000) -> list[Row]:
    return [row for row in kept.plain.rows if row.role != "recorded"][-most:]


def test_what_fails_most_is_counted_over_the_newest_answers(kept: Kept) -> None:
    recent = kept.found.recent
    rows = newest(kept)
    asked = [row for row in rows if row.event.verdict != "taught"]
    assert recent.answers == len(rows)
    every = Counter(row.event.card for row in asked)
    failed = Counter(row.event.card for row in asked if (row.event.q or 0) < 3)
    assert [one.answers.hits for one in recent.cards] == sorted(failed.values(), reverse=True)[:8]
    for one in recent.cards:
        assert (one.answers.hits, one.answers.of) == (failed[one.name], every[one.name])
    assert dict(recent.kinds) == Counter(
        row.event.why or "given up" for row in asked if row.event.why or row.event.verdict == "shown"
    )


def test_tags_are_ranked_by_the_share_that_failed(kept: Kept) -> None:
    asked = [row for row in newest(kept) if row.event.verdict != "taught"]
    for one in kept.found.recent.tags:
        number = int(one.name[-1]) if one.name.startswith("tag-") else None
        with_tag = [
            row
            for row in asked
            if (
                int(row.event.card[-3:]) % 3 == number if number is not None else int(row.event.card[-3:]) % 2
            )
        ]
        failed = sum((row.event.q or 0) < 3 for row in with_tag)
        assert (one.answers.hits, one.answers.of) == (failed, len(with_tag)), one.name
    shares = [one.answers.share or 0 for one in kept.found.recent.tags]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) == 4


def test_misconceptions_are_counted_by_name(kept: Kept) -> None:
    met = Counter(row.event.details for row in newest(kept) if row.event.details)
    assert sum(count for _, count in kept.found.recent.mistakes) == sum(met.values()) > 3


def test_times_are_medians_of_the_newest_answers(kept: Kept) -> None:
    recent = kept.found.recent
    rows = newest(kept)
    slowest = recent.slowest[0]
    assert slowest.seconds == median(row.event.seconds or 0 for row in rows if row.event.card == slowest.key)
    times = sorted(row.event.seconds or 0 for row in rows)
    assert sum(time <= (recent.slow_seconds or 0) for time in times) >= 0.9 * len(times)


def test_the_figures_of_a_deck_are_those_of_its_cards_alone(kept: Kept) -> None:
    found = statistics(kept.workspace, deck="deck-1")
    rows = [row for row in kept.plain.rows if row.event.card.startswith("deck-1/")]
    assert found.spans[-1].answers == len(rows)
    assert found.standing.cards + found.standing.unseen == 30
    assert found.recent.answers == len([row for row in rows if row.role != "recorded"][-1000:])


def test_by_tag_everything_is_counted_from_the_cards_own_events(kept: Kept) -> None:
    by_tag = [statistics(kept.workspace, tag=f"tag-{number}") for number in range(3)]
    whole = kept.found
    assert sum(one.spans[-1].answers for one in by_tag) == whole.spans[-1].answers
    assert sum(one.spans[-1].mature.hits for one in by_tag) == whole.spans[-1].mature.hits
    assert sum(one.period.repetitions for one in by_tag) == whole.period.repetitions
    assert sum(one.standing.cards for one in by_tag) == whole.standing.cards
    assert sum(one.forecast.daily_load for one in by_tag) == pytest.approx(whole.forecast.daily_load)
    assert [sum(days) for days in zip(*(one.calendar.answers for one in by_tag), strict=True)] == list(
        whole.calendar.answers
    )


def test_since_bounds_the_period_and_what_is_looked_at_one_by_one(kept: Kept) -> None:
    found = statistics(kept.workspace, since=day(TODAY - 9))
    rows = [row for row in kept.plain.rows if row.event.day >= TODAY - 9]
    assert found.period.answers == len(rows)
    assert found.recent.answers == sum(row.role != "recorded" for row in rows)
    assert found.spans == kept.found.spans


def test_an_empty_library_has_figures_too(keep: Keep) -> None:
    found = keep(make_history(0, days=0)).found
    assert found.calendar.streak == 0
    assert found.spans[-1].since is None
    assert found.standing.unseen == 60
    assert found.recent.median_seconds is None


def test_a_deck_or_tag_that_is_not_there_is_named(kept: Kept) -> None:
    with pytest.raises(UsageError, match=r"no deck 'deck-9'.*deck-"):
        statistics(kept.workspace, deck="deck-9")
    with pytest.raises(UsageError, match="tag-0"):
        statistics(kept.workspace, tag="nothing")


def test_cards_of_a_disabled_deck_count_only_when_it_is_asked_for(kept: Kept) -> None:
    before: Statistics = kept.found
    alone = statistics(kept.workspace, deck="deck-0")
    kept.store.library.set_deck("deck-0", disabled=True)
    assert kept.found.standing.cards == before.standing.cards - alone.standing.cards
    assert statistics(kept.workspace, deck="deck-0").standing == alone.standing
    assert kept.found.spans == before.spans
