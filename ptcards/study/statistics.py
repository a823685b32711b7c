"""Statistics: what the store sums up, as the values that are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptcards.errors import UsageError
from ptcards.scheduling.days import date_of, day_of
from ptcards.scheduling.events import mistakes_of
from ptcards.scheduling.sm2 import LEECH, LOWEST_EASE
from ptcards.statistics.failing import (
    Answered,
    failing_cards,
    failing_tags,
    kinds,
    mistakes,
    quantile,
    slowest,
)
from ptcards.statistics.rates import NO_RATE, Rate
from ptcards.statistics.report import (
    Attempted,
    Calendar,
    Forecast,
    Hour,
    Leech,
    LowCard,
    Recent,
    Span,
    Standing,
    Statistics,
    Work,
)
from ptcards.statistics.sums import streak
from ptcards.store.sums import Spans

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ptcards.store.newest import Answer
    from ptcards.store.statistics import Gathered
    from ptcards.store.sums import DaySum, Effort, HourSum, Life
    from ptcards.study.workspace import Workspace

YEAR = 365
_WEEKS = 53
_SPANS = (("today", 1), ("7 days", 7), ("30 days", 30), ("a year", YEAR))
_MONDAY_BEFORE_EPOCH = 3
"""1970-01-01 was a Thursday."""


def statistics(
    workspace: Workspace, *, deck: str | None = None, tag: str | None = None, since: date | None = None
) -> Statistics:
    """Numbers over the history from `since` on, a year ago unless told; see `Study.statistics`."""
    slug = None if deck is None else workspace.deck(deck).slug
    store, today = workspace.store, workspace.now().day
    if tag is not None and not store.library.tagged(tag):
        raise UsageError(
            f"No card has the tag {tag!r}. There are: {', '.join(store.library.tags()) or 'none'}."
        )
    spans = spans_of(today, None if since is None else day_of(since))
    gathered = store.sums.gather(spans, slug, tag)
    history = gathered.history
    return Statistics(
        today=date_of(today),
        since=date_of(spans.since),
        deck=slug,
        tag=tag,
        now=_work(history.now),
        period=_work(history.period),
        spans=_spans(history.lives, spans, history.first_day),
        hours=_hours(history.hours),
        calendar=_calendar(history.days, history.streak, spans),
        forecast=_forecast(gathered, today),
        standing=_standing(gathered),
        recent=_recent(gathered),
    )


def spans_of(today: int, since: int | None) -> Spans:
    """The days that are summed up; a period that begins after today is today."""
    monday = today - (today + _MONDAY_BEFORE_EPOCH) % 7
    return Spans(
        today=today,
        since=today - YEAR + 1 if since is None else min(since, today),
        calendar=monday - 7 * (_WEEKS - 1),
        starts=tuple(today - days + 1 for _, days in _SPANS),
    )


def _work(effort: Effort) -> Work:
    grades = effort[:6]
    repetitions, passed = sum(grades), sum(grades[3:])
    asked = repetitions - effort.taught
    return Work(
        answers=repetitions + effort.practised + effort.drilled + effort.crammed + effort.recorded,
        seconds=effort.milliseconds / 1000,
        repetitions=repetitions,
        passed=Rate(passed, asked),
        first_try=Rate(effort.first_try, asked),
        introduced=effort.introduced,
        taught=effort.taught,
        drilled=effort.drilled,
        practised=effort.practised,
        crammed=effort.crammed,
        recorded=effort.recorded,
        grades=grades,
    )


def _spans(lives: list[Life], spans: Spans, first_day: int | None) -> tuple[Span, ...]:
    names = [*(name for name, _ in _SPANS), "ever"]
    starts = [*spans.starts, first_day]
    return tuple(
        Span(
            name=name,
            since=None if start is None else date_of(start),
            answers=life.answers,
            seconds=life.milliseconds / 1000,
            young=Rate(life.young - life.young_lost, life.young),
            mature=Rate(life.mature - life.mature_lost, life.mature),
        )
        for name, start, life in zip(names, starts, lives, strict=True)
    )


def _hours(sums: Iterable[HourSum]) -> tuple[Hour, ...]:
    found = {one.hour: Rate(one.passed, one.passed + one.failed) for one in sums}
    return tuple(Hour(hour, found.get(hour, NO_RATE)) for hour in range(24))


def _calendar(days: Iterable[DaySum], recent: list[int], spans: Spans) -> Calendar:
    found = {one.day: one for one in days}
    every = range(spans.calendar, spans.today + 1)
    longest = run = 0
    for day in every:
        run = run + 1 if day in found else 0
        longest = max(longest, run)
    length = streak(recent, spans.today)
    return Calendar(
        first=date_of(spans.calendar),
        answers=tuple(found[day].answers if day in found else 0 for day in every),
        seconds=tuple(found[day].milliseconds / 1000 if day in found else 0.0 for day in every),
        streak=length,
        longest=max(longest, length),
    )


def _forecast(gathered: Gathered, today: int) -> Forecast:
    due = gathered.standings.due
    load = sum(count / max(1, interval) for interval, count in gathered.standings.awake.items())
    return Forecast(
        backlog=sum(count for day, count in due.items() if day < today),
        due=tuple(due.get(today + ahead, 0) for ahead in range(YEAR)),
        later=sum(count for day, count in due.items() if day >= today + YEAR),
        daily_load=load,
    )


def _standing(gathered: Gathered) -> Standing:
    stands = gathered.standings
    low = (LowCard(_name(gathered, root), interval, lapses) for root, interval, lapses in stands.low)
    leeches = [
        Leech(
            key=_name(gathered, root),
            lapses=lapses,
            answers=tuple(
                Attempted(date_of(failed.day), failed.why or "", failed.code)
                for failed in gathered.failures[root]
            ),
        )
        for lapses, root in stands.leeches
    ]
    return Standing(
        cards=sum(stands.intervals.values()),
        unseen=stands.unseen,
        intervals=dict(sorted(stands.intervals.items())),
        eases=dict(sorted(stands.eases.items())),
        lapses=dict(sorted(stands.lapses.items())),
        at_floor=sum(count for ease, count in stands.eases.items() if ease <= LOWEST_EASE),
        low=tuple(low),
        leeches_in_all=sum(count for lapses, count in stands.lapses.items() if lapses >= LEECH),
        leeches=tuple(leeches),
    )


def _name(gathered: Gathered, root: str) -> str:
    return gathered.labels.get(root, (root, ()))[0]


def _recent(gathered: Gathered) -> Recent:
    answers = [_answered(gathered, answer) for answer in gathered.answers]
    times = [answer.seconds for answer in answers if answer.seconds is not None]
    oldest = min((answer.day for answer in gathered.answers), default=None)
    return Recent(
        answers=len(answers),
        since=None if oldest is None else date_of(oldest),
        cards=failing_cards(answers),
        tags=failing_tags(answers),
        kinds=kinds(answers),
        mistakes=mistakes(answers),
        median_seconds=quantile(times, 0.5),
        slow_seconds=quantile(times, 0.9),
        slowest=slowest(answers),
    )


def _answered(gathered: Gathered, answer: Answer) -> Answered:
    root, _, q, verdict, why, seconds, details = answer
    key, tags = gathered.labels.get(root, (root, ()))
    return Answered(key, tags, q, verdict or "none", why or "", seconds, mistakes_of(details))
