"""The statistics: from sums to facts, charts, tables, and figures for `--json`."""

import tomllib
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from heapq import nsmallest
from itertools import dropwhile, groupby
from pathlib import Path
from statistics import median
from typing import Any

from ptcards.scheduling.days import date_of, streak
from ptcards.scheduling.sm2 import LEECH, LOWEST_EASE, PASS
from ptcards.statistics.drawing import Bars, Columns, Heat, Point, Report, Section, Table, month_labels
from ptcards.statistics.numbers import GIVEN_UP, NONE, Rate, clean, dated, kind_in_words, lasting, quantile
from ptcards.statistics.sums import Day, Sums
from ptcards.text import counted, visible

_MATURE = 21
"""Days."""
_YEAR = 365
_SPANS = {"today": 1, "7 days": 7, "30 days": 30, "a year": _YEAR}
_MOST = 8
"""Names of each kind that are listed."""
_WORK = ("answers", "seconds", "repetitions", "introduced", "taught", "drilled", "practised", "crammed")
_GRADES = ("Again", "Hard", "Good", "Easy")

_SECTIONS, _KEYS = (
    tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    for name in ("sections.toml", "figures.toml")
)
DEFINITIONS = {name: " ".join(section["about"].split()) for name, section in _SECTIONS.items()}
"""What every section says, by its name, in the order in which they are shown."""
TERMS = {section["title"]: DEFINITIONS[name] for name, section in _SECTIONS.items()}
FIGURES = {key: " ".join(text.split()) for key, text in _KEYS.items()}
"""What `--json` has, by its keys."""

_Figures = dict[str, Any]
_Sections = Iterator[tuple[str, Section]]
"""By name; what `--json` has of them is added to the figures."""


def report(sums: Sums, deck: str | None = None, tag: str | None = None) -> Report:
    """What the store summed up, of a deck or a tag, as it is shown."""
    figures: _Figures = {"day": _iso(sums.today), "since": _iso(sums.since), "deck": deck, "tag": tag}
    figures |= {"failures": {}, "cards": {}}
    makers = (_done, _coming, _retention, _failures, _time, _hours, _schedules, _ease)
    made = {name: section for make in makers for name, section in make(sums, figures)}
    sections = [
        made[name]._replace(name=name, title=_SECTIONS[name]["title"], about=about)
        for name, about in DEFINITIONS.items()
    ]
    if not any(day.answers for day in sums.days) and not sums.cards.intervals:
        nothing = ("No answer yet: what you answer is counted here.",)
        sections = [Section(nothing, name="nothing", title="Nothing yet")]
    parts = ["Statistics", f"deck {deck}" if deck else "", f"tag {clean(tag)}" if tag else ""]
    period = f"{dated(sums.since)} to {dated(sums.today)}"
    return Report(" · ".join([*filter(None, parts), period]), sections, figures)


def _work(days: Sequence[Day], first: int = 0) -> Day:
    """What the days from `first` on come to."""
    return Day(0, *map(sum, zip(*(day[1:] for day in days if day.day >= first), strict=True)))


def _iso(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()


def _months(first: date, values: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Values of days in a row by month: `Nov 2026`."""
    days = groupby(enumerate(values), lambda day: (first + timedelta(day[0])).replace(day=1))
    return [(f"{month:%b %Y}", [value for _, value in each]) for month, each in days]


def _points(counts: Iterable[tuple[str, int]]) -> list[Point]:
    return [Point(label, count, f"{count:,}") for label, count in counts]


def _bars(facts: Sequence[str], counts: Sequence[tuple[str, int]], *head: str, of: int = 0) -> Section:
    """Counts as a chart and as a table, whose third column is the share of each in `of`."""
    rows = [(label, f"{count:,}", Rate(count, of).percent)[: len(head)] for label, count in counts]
    chart = Bars(_points(counts)) if any(count for _, count in counts) else None
    return Section(facts, chart, Table(head, rows) if rows else None)


def _done(sums: Sums, figures: _Figures) -> _Sections:
    """What was done today, on the days of a year, and in the period by grade."""
    today, works = sums.today, []
    for name, since in (("today", today), ("period", sums.since)):
        work = _work(sums.days, since)
        asked = work.repetitions - work.taught
        passed, first_try = Rate(work.q3 + work.q4 + work.q5, asked), Rate(work.first_try, asked)
        works.append((work, passed, first_try))
        figures[name] = {key: getattr(work, key) for key in _WORK} | {
            "brought_in": work.recorded,
            "passed": passed.figures,
            "first_try": first_try.figures,
            "grades": list(work[1:7]),
        }
    (work, passed, first_try), (period, *_) = works
    facts = [f"{counted(work.answers, 'answer')} in {lasting(work.seconds)}"]
    if work.repetitions:
        reviews = counted(passed.of, "review")
        facts.append(f"{passed.percent} passed, {first_try.percent} at the first try ({reviews})")
    kinds = ("new", "taught", "drilled", "practised", "crammed", "brought in")
    counts = (work.introduced, work.taught, work.drilled, work.practised, work.crammed, work.recorded)
    facts += filter(None, [" · ".join(f"{n} {kind}" for kind, n in zip(kinds, counts, strict=True) if n)])
    # 53 weeks from a Monday on.
    monday = today - date_of(today).weekday() - 7 * 52
    known = {day.day: (day.answers, day.seconds) for day in sums.days if day.day <= today}
    year = [known.get(day, (0, 0.0)) for day in range(monday, today + 1)]
    answers, seconds = map(list, zip(*year, strict=True))
    now, active = streak(reversed(known), today), sum(count > 0 for count in answers)
    runs = groupby(range(monday, today + 1), known.__contains__)
    longest = max(now, *(len(list(run)) * any_ for any_, run in runs))
    streaks = f"streak {counted(now, 'day')}, longest this year {longest:,}"
    yield "today", Section([*facts, streaks])
    figures["calendar"] = {"first": _iso(monday), "answers": answers, "seconds": seconds}
    figures["calendar"] |= {"streak": now, "longest": longest}
    rows = []
    for month, days in _months(date_of(monday), year):
        count, time = (sum(each) for each in zip(*days, strict=True))
        rows.append((month, f"{count:,}", f"{sum(n > 0 for n, _ in days)} of {len(days)}", lasting(time)))
    fact = f"{counted(sum(answers), 'answer')} on {counted(active, 'day')}, {streaks}"
    table = Table(("month", "answers", "days", "time"), rows)
    yield "calendar", Section([fact], Heat(date_of(monday), answers), table)
    reviews, new = counted(period.repetitions, "review"), counted(period.introduced, "card")
    fact = f"since {dated(sums.since)}: {reviews}, {new} seen for the first time"
    grades = [*zip(_GRADES, (sum(period[1:4]), *period[4:7]), strict=True)]
    yield "grades", _bars([fact], grades, "grade", "reviews", "share", of=period.repetitions)


def _coming(sums: Sums, figures: _Figures) -> _Sections:
    """What falls due in the next 30 days, and within a year by week."""
    today, coming, start = sums.today, sums.cards.due, date_of(sums.today)
    due = [coming.get(today + ahead, 0) for ahead in range(_YEAR)]
    overdue = sum(count for day, count in coming.items() if day < today)
    later = sum(count for day, count in coming.items() if day >= today + _YEAR)
    load = sum(count / max(1, interval) for interval, count in sums.cards.awake.items())
    figures["forecast"] = {"overdue": overdue, "due": due, "later": later, "daily_load": round(load, 4)}
    facts = [f"{counted(due[0], 'card')} due today, {overdue:,} overdue, {due[1]:,} tomorrow"]
    facts.append(f"daily load {load:,.1f} reviews a day")
    due = [overdue + due[0], *due[1:]]
    days = [start + timedelta(ahead) for ahead in range(30)]
    dates = [f"{day.day} {day:%b}" for day in days]
    points = _points((date if ahead % 5 == 0 else "", due[ahead]) for ahead, date in enumerate(dates))
    rows = [(f"{day:%a} {date}", f"{n:,}") for day, date, n in zip(days, dates, due, strict=False)]
    yield "forecast", Section(facts, Columns(points) if any(due[:30]) else None, Table(("day", "due"), rows))
    weeks = range(0, _YEAR - 1, 7)
    labels = month_labels(start + timedelta(week) for week in weeks)
    points = _points(zip(labels, (sum(due[week : week + 7]) for week in weeks), strict=True))
    rows = [(month, f"{sum(counts):,}") for month, counts in _months(start, due)]
    fact = f"{counted(sum(due), 'card')} due within a year, {later:,} later"
    yield "year-ahead", Section([fact], Columns(points) if any(due) else None, Table(("month", "due"), rows))


def _retention(sums: Sums, figures: _Figures) -> _Sections:
    points, rows, facts = [], [], []
    spans = {name: sums.today - days + 1 for name, days in _SPANS.items()}
    figures["retention"] = []
    for name, since in (spans | {"all time": sums.days[0].day if sums.days else None}).items():
        work = _work(sums.days, since or 0)
        young = Rate(work.young - work.young_lost, work.young)
        mature = Rate(work.mature - work.mature_lost, work.mature)
        every = Rate(young.hits + mature.hits, young.of + mature.of)
        for age, rate in (("young", young), ("mature", mature)):
            text = f"{rate.percent} of {rate.of:,}{' ?' if rate.too_few else ''}"
            points += [Point(f"{name}, {age}", rate.share, text)] if rate.of else []
        rows.append((name, f"{work.answers:,}", *young.cells, *mature.cells))
        if name in ("30 days", "all time") and every.of:
            period = name if name == "30 days" else f"since {dated(since)}"
            range_ = every.cells[2].replace(" ?", ", too few reviews to say")
            facts.append(f"{period}: {every.percent} of {counted(every.of, 'review')} ({range_})")
        elif name == "30 days":
            facts.append(f"{name}: no reviews of cards with two repetitions or more")
        span = {"span": "ever" if name == "all time" else name, "since": _iso(since)}
        done = {"answers": work.answers, "seconds": work.seconds, "too_few": every.too_few}
        rates = {"young": young.figures, "mature": mature.figures, "all": every.figures}
        figures["retention"].append({**span, **done, **rates})
    table = Table(("", "answers", "young", "known", "95 %", "mature", "known", "95 %"), rows)
    yield "retention", Section(facts, Bars(points, most=1.0) if points else None, table)


def _failures(sums: Sums, figures: _Figures) -> _Sections:
    """What went wrong in the newest answers: in which way, by which mistake, with which cards and tags."""
    since = min((answer.day for answer in sums.answers), default=None)
    newest = f"of the newest {counted(len(sums.answers), 'answer')}, since {dated(since)}"

    def said(what: str) -> list[str]:
        return [f"{newest}: {what}" if what else newest] if sums.answers else ["no answers in this period"]

    met = sorted(one.why or GIVEN_UP for one in sums.answers if one.why or one.verdict == "shown")
    kinds = dict(Counter(met).most_common())  # equals by name, since these are sorted
    every = sorted(mistake for answer in sums.answers for mistake in answer.mistakes)
    mistakes = dict(Counter(every).most_common(_MOST))
    found = figures["failures"]
    found |= {"answers": len(sums.answers), "since": _iso(since), "kinds": kinds, "mistakes": mistakes}
    facts = said(f"{len(met):,} failed a check or were given up")
    yield "kinds", _bars(facts, [(kind_in_words(why), n) for why, n in kinds.items()], "kind", "answers")
    counts, facts = [(clean(text), n) for text, n in mistakes.items()], said("" if mistakes else "none met")
    yield "mistakes", _bars(facts, counts, "misconception", "answers")
    # Grades below 3, of all; what was taught is left out.
    asked = [answer for answer in sums.answers if answer.verdict != "taught"]
    for what, none in (("card", "none failed"), ("tag", "none failed twice")):
        of = [((one.card,) if what == "card" else one.tags, one.q) for one in asked]
        all_ = Counter(name for names, _ in of for name in names)
        failed = Counter(name for names, q in of if q < PASS for name in names)
        rates = {name: Rate(n, all_[name]) for name, n in failed.items() if what == "card" or n > 1}
        size = {name: rate.hits if what == "card" else rate.share for name, rate in rates.items()}
        ranks = ((-size[name], -rate.hits, rate.of, name, rate) for name, rate in rates.items())
        worst = [(name, rate) for *_, name, rate in nsmallest(_MOST, ranks)]
        found[f"{what}s"] = [{what: name, **rate.figures} for name, rate in worst]
        points = [Point(clean(name), size[name], f"{rate.hits:,} of {rate.of:,}") for name, rate in worst]
        rows = [(clean(name), f"{rate.hits:,}", *rate.cells) for name, rate in worst]
        table = Table((what, "failed", "answers", "share", "95 %"), rows)
        yield f"{what}s", Section(said("" if rows else none), *((Bars(points), table) if rows else ()))


def _time(sums: Sums, figures: _Figures) -> _Sections:
    times: dict[str, list[float]] = {}
    for answer in sums.answers:
        if answer.seconds is not None:
            times.setdefault(answer.card, []).append(answer.seconds)
    seconds = [one for each in times.values() for one in each]
    half, most = quantile(seconds, 0.5), quantile(seconds, 0.9)
    facts = []
    if half is not None and most is not None:
        newest = f"half of the newest {counted(len(sums.answers), 'answer')} took at most {lasting(half)}"
        facts.append(f"{newest}, nine of ten at most {lasting(most)}")
    middles = ((card, median(each)) for card, each in times.items())
    slowest = nsmallest(_MOST, middles, key=lambda one: (-one[1], one[0]))
    named = [{"card": card, "answers": len(times[card]), "seconds": long} for card, long in slowest]
    figures["failures"] |= {"seconds": {"median": half, "nine_of_ten": most}, "slowest": named}
    points = [Point(clean(card), long, lasting(long)) for card, long in slowest if long]
    rows = []
    for name, span in zip((*_SPANS, "all time"), figures["retention"], strict=True):
        answers, spent = span["answers"], span["seconds"]
        rows.append((name, f"{answers:,}", lasting(spent), lasting(spent / answers) if answers else NONE))
    table = Table(("", "answers", "time", "an answer"), rows)
    yield "time", Section(facts, Bars(points) if points else None, table)


def _hours(sums: Sums, figures: _Figures) -> _Sections:
    hours = [sums.hours.get(hour, Rate()) for hour in range(24)]
    figures["hours"] = [{"hour": hour, **rate.figures} for hour, rate in enumerate(hours)]
    points = _points(("" if hour % 3 else str(hour), rate.of) for hour, rate in enumerate(hours))
    rows = [(f"{hour:02}:00", *rate.cells) for hour, rate in enumerate(hours) if rate.of]
    fact = "too few reviews in any hour to compare"
    if enough := [hour for hour in range(24) if not hours[hour].too_few]:
        best = max(enough, key=lambda hour: hours[hour].share)
        fact = f"best at {best:02}:00: {hours[best].percent} passed ({hours[best].cells[2]})"
    shown = (Columns(points), Table(("hour", "reviews", "passed", "95 %"), rows)) if rows else ()
    yield "hours", Section([f"since {dated(sums.since)}: {fact}"], *shown)


def _schedules(sums: Sums, figures: _Figures) -> _Sections:
    """The cards by interval and by lapses, and the worst of them."""
    intervals, unseen, lapses = sums.cards.intervals, sums.cards.unseen, sums.cards.lapses
    seen, mature = sum(intervals.values()), sum(n for days, n in intervals.items() if days >= _MATURE)
    lapsed, leeches = (sum(n for value, n in lapses.items() if value >= least) for least in (1, LEECH))
    facts = [f"{counted(seen, 'card')} seen ({mature:,} mature), {unseen:,} not yet"]
    half = quantile([*Counter(intervals).elements()], 0.5)
    facts += [f"half of them come back after {counted(int(half), 'day')} or less"] if half is not None else []
    bins = binned(intervals, (0, 2, 4, 7, 14, 21, 30, 60, 90, 180, 365, 730))
    yield "intervals", _bars(facts, [(f"{days} d", n) for days, n in bins], "days", "cards", "share", of=seen)
    fact = f"{counted(lapsed, 'card')} lapsed at least once, {leeches:,} with 8 lapses or more"
    bins = binned(lapses, (0, 1, 2, 3, 4, 6, 8, 12, 16))
    yield "lapses", _bars([fact], bins, "lapses", "cards", "share", of=seen)
    samples, named = [], []
    leeches += sums.cards.failing
    for leech in sums.cards.leeches:
        for day, why, code in leech.failed:
            parts = (clean(leech.card), dated(day), kind_in_words(why))
            samples.append((" · ".join(filter(None, parts)), visible(code.expandtabs(4).rstrip())))
        failed = [{"day": _iso(day), "why": why, "answer": code} for day, why, code in leech.failed]
        named.append({"card": leech.card, "lapses": leech.lapses, "failed": failed})
    facts = [f"{clean(one.card)}   {counted(one.lapses, 'lapse')}" for one in sums.cards.leeches] or ["none"]
    rest = leeches - len(named)
    facts += [f"and {rest:,} more: ptcards cards is:leech"] if rest > 0 else []
    yield "leeches", Section(facts, samples=samples)
    figures["cards"] |= {"seen": seen, "unseen": unseen, "leeches": {"cards": leeches, "named": named}}
    for name, counts in (("intervals", intervals), ("lapses", lapses)):
        figures["cards"][name] = {str(value): count for value, count in sorted(counts.items())}


def _ease(sums: Sums, figures: _Figures) -> _Sections:
    eases, low, facts = sums.cards.eases, sums.cards.low, []
    seen, lowest = sum(eases.values()), sum(n for ease, n in eases.items() if ease <= LOWEST_EASE)
    figures["cards"]["eases"] = {f"{ease / 100:.2f}": n for ease, n in sorted(eases.items())}
    figures["cards"]["lowest_ease"] = {"cards": lowest, "named": [one._asdict() for one in low]}
    if seen:
        facts.append(f"mean ease {sum(ease * n for ease, n in eases.items()) / seen / 100:.2f}")
    if lowest:
        facts.append(f"{counted(lowest, 'card')} {'has' if lowest == 1 else 'have'} the lowest ease, 1.30: ")
        for card, days, lapses in low:
            facts.append(f"  {clean(card)}   interval {days} d, {counted(lapses, 'lapse')}")
        rest = lowest - len(low)
        facts += [f"  and {rest:,} more: ptcards cards 'prop:ease<=1.3'"] if rest > 0 else []
        facts.append(
            "Only Easy (5) raises an ease, by 0.10 each time; Good (4) keeps it, Hard (3) takes 0.14. A card "
            "that stays here asks too much at once: split it, give it a hint, or write its question anew (e)."
        )
    bins = binned(eases, (130, 131, *range(140, 360, 10)), lambda ease: f"{ease / 100:.2f}")
    yield "ease", _bars(facts, [*dropwhile(lambda one: not one[1], bins)], "ease", "cards", "share", of=seen)


def binned(
    counts: Mapping[int, int], starts: Sequence[int], write: Callable[[int], str] = "{:,}".format
) -> list[tuple[str, int]]:
    """Counts by value in bins that begin at `starts`, the last without an end; no empty ones at the end."""
    found = Counter[int]()
    for value, n in counts.items():
        found[bisect(starts, value) - 1] += n
    bins = []
    for number, (first, after) in enumerate(zip(starts, (*starts[1:], None), strict=True)):
        end = "+" if after is None else "" if after == first + 1 else f"-{write(after - 1)}"
        bins.append((write(first) + end, found[number]))
    return bins[: max(+found, default=-1) + 1]
