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

from ptcards.language import _, counted, day_in_words, later, month_in_words
from ptcards.scheduling.days import date_of, iso, streak
from ptcards.scheduling.events import label_of
from ptcards.scheduling.sm2 import LEECH, LOWEST_EASE, PASS
from ptcards.statistics.drawing import Bars, Columns, Heat, Point, Report, Section, Table, month_labels
from ptcards.statistics.numbers import GIVEN_UP, Rate, Sums, clean, dated, kind_in_words, lasting, quantile
from ptcards.statistics.verdict import Standing
from ptcards.statistics.verdict import sections as compared
from ptcards.text import visible

_MATURE = 21
"""Days."""
_YEAR = 365
_SPANS = {later("today"): 1, later("7 days"): 7, later("30 days"): 30, later("a year"): _YEAR}
_EVER = later("all time")
_MOST = 8
"""Names of each kind that are listed."""
_WORK = ("answers", "seconds", "repetitions", "introduced", "taught", "drilled", "practised", "crammed")

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


def report(
    sums: Sums, deck: str | None = None, tag: str | None = None, standing: Standing | None = None
) -> Report:
    """What the store summed up, of a deck or a tag, as it is shown; `standing` of everything."""
    figures: _Figures = {"day": iso(sums.today), "since": iso(sums.since), "deck": deck, "tag": tag}
    figures |= {"failures": {}, "cards": {}}
    makers = (_done, _coming, _retention, _failures, _time, _hours, _schedules, _ease)
    made = {name: section for make in makers for name, section in make(sums, figures)}
    if standing is not None:
        figures["comparison"] = standing.figures
        made |= compared(standing)
    sections = named(made)
    if not any(day.answers for day in sums.days) and not sums.cards.intervals:
        nothing = (_("No answer yet: what you answer is counted here."),)
        sections = [Section(nothing, name="nothing", title=_("Nothing yet"))]
    parts = [_("Statistics"), _("deck {}", deck) if deck else "", _("tag {}", clean(tag)) if tag else ""]
    period = _("{} to {}", dated(sums.since), dated(sums.today))
    return Report(" · ".join([*filter(None, parts), period]), sections, figures)


def named(made: Mapping[str, Section]) -> list[Section]:
    """Sections by their names, in the order in which they are shown, with their titles and definitions."""
    return [
        made[name]._replace(name=name, title=_(_SECTIONS[name]["title"]), about=_(about))
        for name, about in DEFINITIONS.items()
        if name in made
    ]


def _months(first: date, values: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Values of days in a row by month: `Nov 2026`."""
    days = groupby(enumerate(values), lambda day: (first + timedelta(day[0])).replace(day=1))
    named = ((_("{month} {year}", month=month_in_words(day), year=day.year), each) for day, each in days)
    return [(month, [value for _number, value in each]) for month, each in named]


def _points(counts: Iterable[tuple[str, int]]) -> list[Point]:
    return [Point(label, count, f"{count:,}") for label, count in counts]


def _bars(facts: Sequence[str], counts: Sequence[tuple[str, int]], head: str, of: int = 0) -> Section:
    """Counts as a chart and as a table, whose third column is the share of each in `of`."""
    rows = [(label, f"{count:,}", Rate(count, of).percent)[: head.count("|") + 1] for label, count in counts]
    chart = Bars(_points(counts)) if any(count for _label, count in counts) else None
    return Section(facts, chart, Table(head, rows) if rows else None)


def _done(sums: Sums, figures: _Figures) -> _Sections:
    """What was done today, on the days of a year, and in the period by grade."""
    today, works = sums.today, []
    for name, since in (("today", today), ("period", sums.since)):
        work = sums.work(since)
        asked = work.repetitions - work.taught
        passed, first_try = Rate(work.q3 + work.q4 + work.q5, asked), Rate(work.first_try, asked)
        works.append((work, passed, first_try))
        figures[name] = {key: getattr(work, key) for key in _WORK} | {
            "brought_in": work.recorded,
            "passed": passed.figures,
            "first_try": first_try.figures,
            "grades": list(work[1:7]),
        }
    (work, passed, first_try), (period, *_rates) = works
    facts = [_("{} in {}", counted(work.answers, "answer"), lasting(work.seconds))]
    if work.repetitions:
        reviews = counted(passed.of, "review")
        facts.append(_("{} passed, {} at the first try ({})", passed.percent, first_try.percent, reviews))
    kinds = _("new|taught|drilled|practised|crammed|brought in").split("|")
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
    streaks = _("streak {}, longest this year {:,}", counted(now, "day"), longest)
    yield "today", Section([*facts, streaks])
    figures["calendar"] = {"first": iso(monday), "answers": answers, "seconds": seconds}
    figures["calendar"] |= {"streak": now, "longest": longest}
    rows = []
    for month, days in _months(date_of(monday), year):
        count, time = (sum(each) for each in zip(*days, strict=True))
        with_any = sum(n > 0 for n, _seconds in days), len(days)
        rows.append((month, f"{count:,}", _("{:,} of {:,}", *with_any), lasting(time)))
    fact = _("{} on {} of the year", counted(sum(answers), "answer"), counted(active, "day"))
    table = Table(_("month|answers|days|time"), rows)
    yield "calendar", Section([fact], Heat(date_of(monday), answers), table)
    reviews, new = counted(period.repetitions, "review"), counted(period.introduced, "card")
    fact = _("since {}: {}, {} seen for the first time", dated(sums.since), reviews, new)
    grades = [*zip(map(label_of, range(2, 6)), (sum(period[1:4]), *period[4:7]), strict=True)]
    yield "grades", _bars([fact], grades, _("grade|reviews|share"), period.repetitions)


def _coming(sums: Sums, figures: _Figures) -> _Sections:
    """What falls due in the next 30 days, and within a year by week."""
    today, coming, start = sums.today, sums.cards.due, date_of(sums.today)
    due = [coming.get(today + ahead, 0) for ahead in range(_YEAR)]
    overdue = sum(count for day, count in coming.items() if day < today)
    beyond = sum(count for day, count in coming.items() if day >= today + _YEAR)
    load = sum(count / max(1, interval) for interval, count in sums.cards.awake.items())
    figures["forecast"] = {"overdue": overdue, "due": due, "later": beyond, "daily_load": round(load, 4)}
    facts = [_("{} due today, {:,} overdue, {:,} tomorrow", counted(due[0], "card"), overdue, due[1])]
    facts.append(_("daily load {:,.1f} reviews a day", load))
    due = [overdue + due[0], *due[1:]]
    days = [start + timedelta(ahead) for ahead in range(30)]
    dates = [_("{day} {month}", day=day.day, month=month_in_words(day)) for day in days]
    points = _points((date if ahead % 5 == 0 else "", due[ahead]) for ahead, date in enumerate(dates))
    rows = [(day_in_words(day), f"{n:,}") for day, n in zip(days, due, strict=False)]
    yield "forecast", Section(facts, Columns(points) if any(due[:30]) else None, Table(_("day|due"), rows))
    weeks = range(0, _YEAR - 1, 7)
    labels = month_labels(start + timedelta(week) for week in weeks)
    points = _points(zip(labels, (sum(due[week : week + 7]) for week in weeks), strict=True))
    rows = [(month, f"{sum(counts):,}") for month, counts in _months(start, due)]
    fact = _("{} due within a year, {:,} later", counted(sum(due), "card"), beyond)
    yield "year-ahead", Section([fact], Columns(points) if any(due) else None, Table(_("month|due"), rows))


def _retention(sums: Sums, figures: _Figures) -> _Sections:
    points, rows, facts = [], [], []
    spans = {name: sums.today - days + 1 for name, days in _SPANS.items()}
    figures["retention"] = []
    for name, since in (spans | {_EVER: sums.days[0].day if sums.days else None}).items():
        work = sums.work(since or 0)
        young = Rate(work.young - work.young_lost, work.young)
        mature = Rate(work.mature - work.mature_lost, work.mature)
        every = Rate(young.hits + mature.hits, young.of + mature.of)
        for words, rate in ((later("{}, young"), young), (later("{}, mature"), mature)):
            text = _("{} of {:,}", rate.percent, rate.of) + " ?" * rate.too_few
            points += [Point(_(words, _(name)), rate.share, text)] if rate.of else []
        rows.append((_(name), f"{work.answers:,}", *young.cells, *mature.cells))
        if name in ("30 days", _EVER) and every.of:
            period = _(name) if name == "30 days" else _("since {}", dated(since))
            range_ = every.cells[2].replace(" ?", _(", too few reviews to say"))
            reviews = counted(every.of, "review")
            facts.append(_("{}: {} of {} ({})", period, every.percent, reviews, range_))
        elif name == "30 days":
            facts.append(_("30 days: no reviews of cards with two repetitions or more"))
        span = {"span": "ever" if name == _EVER else name, "since": iso(since)}
        done = {"answers": work.answers, "seconds": work.seconds, "too_few": every.too_few}
        rates = {"young": young.figures, "mature": mature.figures, "all": every.figures}
        figures["retention"].append({**span, **done, **rates})
    table = Table(_("|answers|young|known|95 %|mature|known|95 %"), rows)
    yield "retention", Section(facts, Bars(points, most=1.0) if points else None, table)


def _failures(sums: Sums, figures: _Figures) -> _Sections:
    """What went wrong in the newest answers: in which way, by which mistake, with which cards and tags."""
    since = min((answer.day for answer in sums.answers), default=None)
    newest = _("of the newest {}, since {}", counted(len(sums.answers), "answer"), dated(since))

    def said(what: str) -> list[str]:
        found = _("{}: {}", newest, what) if what else newest
        return [found if sums.answers else _("no answers in this period")]

    met = sorted(one.why or GIVEN_UP for one in sums.answers if one.why or one.verdict == "shown")
    kinds = dict(Counter(met).most_common())  # equals by name, since these are sorted
    every = sorted(mistake for answer in sums.answers for mistake in answer.mistakes)
    mistakes = dict(Counter(every).most_common(_MOST))
    found = figures["failures"]
    found |= {"answers": len(sums.answers), "since": iso(since), "kinds": kinds, "mistakes": mistakes}
    facts = said(_("{:,} failed a check or were given up", len(met)))
    yield "kinds", _bars(facts, [(kind_in_words(why), n) for why, n in kinds.items()], _("kind|answers"))
    counts = [(clean(text), n) for text, n in mistakes.items()]
    yield "mistakes", _bars(said("" if counts else _("none met")), counts, _("misconception|answers"))
    # Grades below 3, of all; what was taught is left out.
    asked = [answer for answer in sums.answers if answer.verdict != "taught"]
    heads = _("card|failed|answers|share|95 %"), _("tag|failed|answers|share|95 %")
    nones = _("none failed"), _("none failed twice")
    for what, none, head in zip(("card", "tag"), nones, heads, strict=True):
        of = [((one.card,) if what == "card" else one.tags, one.q) for one in asked]
        all_ = Counter(name for names, _q in of for name in names)
        failed = Counter(name for names, q in of if q < PASS for name in names)
        rates = {name: Rate(n, all_[name]) for name, n in failed.items() if what == "card" or n > 1}
        size = {name: rate.hits if what == "card" else rate.share for name, rate in rates.items()}
        ranks = ((-size[name], -rate.hits, rate.of, name, rate) for name, rate in rates.items())
        worst = [(name, rate) for *_ranks, name, rate in nsmallest(_MOST, ranks)]
        found[f"{what}s"] = [{what: name, **rate.figures} for name, rate in worst]
        points = [Point(clean(name), size[name], _("{:,} of {:,}", *rate)) for name, rate in worst]
        rows = [(clean(name), f"{rate.hits:,}", *rate.cells) for name, rate in worst]
        table = Table(head, rows)
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
        words = later("half of the newest {} took at most {}, nine of ten at most {}")
        facts.append(_(words, counted(len(sums.answers), "answer"), lasting(half), lasting(most)))
    middles = ((card, median(each)) for card, each in times.items())
    slowest = nsmallest(_MOST, middles, key=lambda one: (-one[1], one[0]))
    named = [{"card": card, "answers": len(times[card]), "seconds": long} for card, long in slowest]
    figures["failures"] |= {"seconds": {"median": half, "nine_of_ten": most}, "slowest": named}
    points = [Point(clean(card), long, lasting(long)) for card, long in slowest if long]
    rows = []
    for name, span in zip((*_SPANS, _EVER), figures["retention"], strict=True):
        answers, spent = span["answers"], span["seconds"]
        each = lasting(spent / answers if answers else None)
        rows.append((_(name), f"{answers:,}", lasting(spent), each))
    table = Table(_("|answers|time|an answer"), rows)
    yield "time", Section(facts, Bars(points) if points else None, table)


def _hours(sums: Sums, figures: _Figures) -> _Sections:
    hours = [sums.hours.get(hour, Rate()) for hour in range(24)]
    figures["hours"] = [{"hour": hour, **rate.figures} for hour, rate in enumerate(hours)]
    points = _points(("" if hour % 3 else str(hour), rate.of) for hour, rate in enumerate(hours))
    rows = [(f"{hour:02}:00", *rate.cells) for hour, rate in enumerate(hours) if rate.of]
    fact = _("too few reviews in any hour to compare")
    if enough := [hour for hour in range(24) if not hours[hour].too_few]:
        best = max(enough, key=lambda hour: hours[hour].share)
        fact = _("best at {:02}:00: {} passed ({})", best, hours[best].percent, hours[best].cells[2])
    shown = (Columns(points), Table(_("hour|reviews|passed|95 %"), rows)) if rows else ()
    yield "hours", Section([_("since {}: {}", dated(sums.since), fact)], *shown)


def _schedules(sums: Sums, figures: _Figures) -> _Sections:
    """The cards by interval and by lapses, and the worst of them."""
    intervals, unseen, lapses = sums.cards.intervals, sums.cards.unseen, sums.cards.lapses
    seen, mature = sum(intervals.values()), sum(n for days, n in intervals.items() if days >= _MATURE)
    lapsed, leeches = (sum(n for value, n in lapses.items() if value >= least) for least in (1, LEECH))
    facts = [_("{} seen ({:,} mature), {:,} not yet", counted(seen, "card"), mature, unseen)]
    if (half := quantile([*Counter(intervals).elements()], 0.5)) is not None:
        facts.append(_("half of them come back after {} or less", counted(int(half), "day")))
    bins = binned(intervals, (0, 2, 4, 7, 14, 21, 30, 60, 90, 180, 365, 730))
    yield "intervals", _bars(facts, [(_("{} d", days), n) for days, n in bins], _("days|cards|share"), seen)
    fact = _("{} lapsed at least once, {:,} with 8 lapses or more", counted(lapsed, "card"), leeches)
    bins = binned(lapses, (0, 1, 2, 3, 4, 6, 8, 12, 16))
    yield "lapses", _bars([fact], bins, _("lapses|cards|share"), seen)
    samples, named = [], []
    leeches += sums.cards.failing
    for leech in sums.cards.leeches:
        for day, why, code in leech.failed:
            parts = (clean(leech.card), dated(day), kind_in_words(why))
            samples.append((" · ".join(filter(None, parts)), visible(code.expandtabs(4).rstrip())))
        failed = [{"day": iso(day), "why": why, "answer": code} for day, why, code in leech.failed]
        named.append({"card": leech.card, "lapses": leech.lapses, "failed": failed})
    facts = [f"{clean(one.card)}   {counted(one.lapses, 'lapse')}" for one in sums.cards.leeches]
    rest = leeches - len(named)
    facts += [_("and {:,} more: {}", rest, "ptcards cards is:leech")] if rest > 0 else []
    yield "leeches", Section(facts or [_("none")], samples=samples)
    figures["cards"] |= {"seen": seen, "unseen": unseen, "leeches": {"cards": leeches, "named": named}}
    for name, counts in (("intervals", intervals), ("lapses", lapses)):
        figures["cards"][name] = {str(value): count for value, count in sorted(counts.items())}


def _ease(sums: Sums, figures: _Figures) -> _Sections:
    eases, low, facts = sums.cards.eases, sums.cards.low, []
    seen, lowest = sum(eases.values()), sum(n for ease, n in eases.items() if ease <= LOWEST_EASE)
    figures["cards"]["eases"] = {f"{ease / 100:.2f}": n for ease, n in sorted(eases.items())}
    figures["cards"]["lowest_ease"] = {"cards": lowest, "named": [one._asdict() for one in low]}
    if seen:
        facts.append(_("mean ease {:.2f}", sum(ease * n for ease, n in eases.items()) / seen / 100))
    if lowest:
        one, more = later("{} has the lowest ease, 1.30: "), later("{} have the lowest ease, 1.30: ")
        facts.append(_(one if lowest == 1 else more, counted(lowest, "card")))
        for card, days, lapses in low:
            facts.append("  " + _("{}   interval {} d, {}", clean(card), days, counted(lapses, "lapse")))
        rest = lowest - len(low)
        facts += ["  " + _("and {:,} more: {}", rest, "ptcards cards 'prop:ease<=1.3'")] if rest > 0 else []
        words = later(
            "Only Easy (5) raises an ease, by 0.10 each time; Good (4) keeps it, Hard (3) takes 0.14. A card "
            "that stays here asks too much at once: split it, give it a hint, or write its question anew (e)."
        )
        facts.append(_(words))
    bins = binned(eases, (130, 131, *range(140, 360, 10)), lambda ease: f"{ease / 100:.2f}")
    yield "ease", _bars(facts, [*dropwhile(lambda one: not one[1], bins)], _("ease|cards|share"), seen)


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
