"""The statistics, a question a function: from sums to facts, chart, table, and figures for `--json`."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from heapq import nsmallest
from itertools import dropwhile, groupby
from typing import Any, NamedTuple

from ptcards.statistics import words
from ptcards.statistics.charts import Bars, Columns, Heat, Point, Section, Table, binned, quantile
from ptcards.statistics.sums import Day, Sums, streak
from ptcards.statistics.words import GIVEN_UP, Rate, clean, date_of, dated, lasting
from ptcards.text import counted, visible

_LOWEST_EASE, _LEECH, _MATURE, _PASS = 130, 8, 21, 3
"""Hundredths, lapses, days, a grade: as in `scheduling.sm2`."""
_YEAR = 365
_MOST = 8
"""Names of each kind that are listed."""
_SPANS = (("today", 1), ("7 days", 7), ("30 days", 30), ("a year", _YEAR))
_GRADES = ("0 Blackout", "1 Wrong, remembered", "2 Wrong, seemed easy", "3 Hard", "4 Good", "5 Easy")


class Report(NamedTuple):
    """All that the statistics show."""

    heading: str
    sections: Sequence[Section]
    """Those about what was done first; one that says so where nothing was done."""
    figures: Mapping[str, Any]
    """The object of `stats --json`: shares are 0 to 1, times seconds, dates ISO, ease as 2.5."""


def report(sums: Sums, deck: str | None = None, tag: str | None = None) -> Report:
    """What the store summed up, of a deck or a tag, as it is shown."""
    figures: dict[str, Any] = {"day": _iso(sums.today), "since": _iso(sums.since), "deck": deck, "tag": tag}
    sections: list[Section] = []
    for (name, title, about), show in zip(words.SECTIONS, _SHOWN, strict=True):
        one = show(sums)
        table = one.table if one.table and one.table.rows else None
        sections.append(one._replace(table=table, name=name, title=title, about=about))
        for path, value in one.figures.items():
            group, _, key = path.rpartition(".")
            (figures.setdefault(group, {}) if group else figures)[key] = value
    if not any(day.answers for day in sums.days) and not sums.cards.intervals:
        nothing = ("No answer yet: what you answer is counted here.",)
        sections = [Section(nothing, name="nothing", title="Nothing yet")]
    parts = ["Statistics", f"deck {deck}" if deck else "", f"tag {clean(tag)}" if tag else ""]
    period = f"{dated(sums.since)} to {dated(sums.today)}"
    return Report(" · ".join([*filter(None, parts), period]), sections, figures)


def _spans(sums: Sums) -> list[tuple[str, str, int | None, Day]]:
    """Spans of days that end today: name, title, first day, and what was done in them."""
    first = sums.days[0].day if sums.days else None
    spans = [(name, name, sums.today - days + 1) for name, days in _SPANS]
    return [(*span, _work(sums.days, span[2] or 0)) for span in (*spans, ("ever", "all time", first))]


def _work(days: Sequence[Day], first: int = 0) -> Day:
    """What the days from `first` on come to."""
    return Day(0, *map(sum, zip(*(day[1:] for day in days if day.day >= first), strict=True)))


def _iso(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()


def _months(first: int, values: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Values of days in a row by month: `Nov 2026`."""
    months = groupby(enumerate(values, first), lambda day: f"{date_of(day[0]):%b %Y}")
    return [(month, [value for _, value in days]) for month, days in months]


def _bars(counts: Iterable[tuple[str, int]]) -> list[Point]:
    return [Point(label, count, f"{count:,}") for label, count in counts]


def _drawn(points: Sequence[Point], *head: str, of: int | None = None) -> tuple[Bars | None, Table]:
    """Points as a chart and as a table, with the share of each where `of` says of how many."""
    shares = [() if of is None else (Rate(int(one.value), of).percent,) for one in points]
    rows = [(one.label, one.text, *share) for one, share in zip(points, shares, strict=True)]
    return Bars(points) if points else None, Table(head, rows)


def _passed(work: Day) -> tuple[Rate, Rate]:
    """Of the repetitions in which nothing was taught: those that passed, those right at the first try."""
    asked = work.repetitions - work.taught
    return Rate(work.q3 + work.q4 + work.q5, asked), Rate(work.first_try, asked)


def _done(work: Day) -> dict[str, Any]:
    """A span of days as JSON."""
    names = ("answers", "seconds", "repetitions", "introduced", "taught", "drilled", "practised", "crammed")
    figures = {name: getattr(work, name) for name in names}
    passed, first_try = (rate.figures for rate in _passed(work))
    figures |= {"brought_in": work.recorded, "passed": passed, "first_try": first_try}
    return figures | {"grades": list(work[1:7])}


def _today(sums: Sums) -> Section:
    work = _work(sums.days, sums.today)
    passed, first_try = _passed(work)
    facts = [f"{counted(work.answers, 'answer')} in {lasting(work.seconds)}"]
    if work.repetitions:
        reviews = counted(passed.of, "review")
        facts.append(f"{passed.percent} passed, {first_try.percent} at the first try ({reviews})")
    kinds = ("new", "taught", "drilled", "practised", "crammed", "brought in")
    counts = (work.introduced, work.taught, work.drilled, work.practised, work.crammed, work.recorded)
    facts.append(" · ".join(f"{n} {kind}" for kind, n in zip(kinds, counts, strict=True) if n))
    figures = {"today": _done(work), "period": _done(_work(sums.days, sums.since))}
    return Section([*filter(None, facts), _streaks(sums)[2]], figures=figures)


def _streaks(sums: Sums) -> tuple[list[Day], dict[str, int], str]:
    """The days of 53 weeks from a Monday to today, and how many in a row have answers."""
    first = sums.today - date_of(sums.today).weekday() - 7 * 52
    known = {day.day: day for day in sums.days}
    year = [known.get(day, Day(day)) for day in range(first, sums.today + 1)]
    now = streak((day.day for day in reversed(sums.days) if day.day <= sums.today), sums.today)
    longest = max(now, *(len(list(run)) * any_ for any_, run in groupby(year, lambda day: day.day in known)))
    fact = f"streak {counted(now, 'day')}, the longest of this year {longest:,}"
    return year, {"streak": now, "longest": longest}, fact


def _calendar(sums: Sums) -> Section:
    year, streaks, fact = _streaks(sums)
    answers, rows = [day.answers for day in year], []
    for month, days in _months(year[0].day, year):
        active, work = sum(day.answers > 0 for day in days), _work(days)
        rows.append((month, f"{work.answers:,}", f"{active} of {len(days)}", lasting(work.seconds)))
    active = sum(count > 0 for count in answers)
    figures = {"first": _iso(year[0].day), "answers": answers, "seconds": [day.seconds for day in year]}
    return Section(
        [f"{counted(sum(answers), 'answer')} on {counted(active, 'day')}, {fact}"],
        Heat(date_of(year[0].day), answers),
        Table(("month", "answers", "days", "time"), rows),
        figures={"calendar": figures | streaks},
    )


def _due(sums: Sums) -> tuple[int, list[int], int]:
    """What is overdue, due on each of 365 days from today on, and later."""
    due, today = sums.cards.due, sums.today
    overdue = sum(count for day, count in due.items() if day < today)
    later = sum(count for day, count in due.items() if day >= today + _YEAR)
    return overdue, [due.get(today + ahead, 0) for ahead in range(_YEAR)], later


def _forecast(sums: Sums) -> Section:
    overdue, due, later = _due(sums)
    load = sum(count / max(1, interval) for interval, count in sums.cards.awake.items())
    days = [(date_of(sums.today + ahead), due[ahead] + (0 if ahead else overdue)) for ahead in range(30)]
    points = _bars(
        ("" if ahead % 5 else f"{day.day} {day:%b}", count) for ahead, (day, count) in enumerate(days)
    )
    fact = f"{counted(due[0], 'card')} due today, {overdue:,} overdue, {due[1]:,} tomorrow"
    return Section(
        [fact, f"daily load {load:,.1f} reviews a day"],
        Columns(points) if any(count for _, count in days) else None,
        Table(("day", "due"), [(f"{day:%a} {day.day} {day:%b}", f"{count:,}") for day, count in days]),
        figures={"forecast": {"overdue": overdue, "due": due, "later": later, "daily_load": round(load, 4)}},
    )


def _year_ahead(sums: Sums) -> Section:
    overdue, due, later = _due(sums)
    due = [overdue + due[0], *due[1:]]
    months = [f"{date_of(sums.today + start):%b}" for start in range(0, _YEAR - 1, 7)]
    points = _bars(
        (month if month != before else "", sum(due[7 * week : 7 * week + 7]))
        for week, (month, before) in enumerate(zip(months, ["", *months], strict=False))
    )
    rows = [(month, f"{sum(counts):,}") for month, counts in _months(sums.today, due)]
    fact = f"{counted(sum(due), 'card')} due within a year, {later:,} later"
    return Section([fact], Columns(points) if any(due) else None, Table(("month", "due"), rows))


def _retention(sums: Sums) -> Section:
    points, rows, figures, facts = [], [], [], []
    for name, title, since, work in _spans(sums):
        young = Rate(work.young - work.young_lost, work.young)
        mature = Rate(work.mature - work.mature_lost, work.mature)
        every = Rate(young.hits + mature.hits, young.of + mature.of)
        for age, rate in (("young", young), ("mature", mature)):
            text = f"{rate.percent} of {rate.of:,}{' ?' if rate.too_few else ''}"
            points += [Point(f"{title}, {age}", rate.share, text)] if rate.of else []
        rows.append((title, f"{work.answers:,}", *young.cells, *mature.cells))
        if name in ("30 days", "ever") and every.of:
            period = name if name == "30 days" else f"since {dated(since)}"
            range_ = every.cells[2].replace(" ?", ", too few reviews to say")
            facts.append(f"{period}: {every.percent} of {counted(every.of, 'review')} ({range_})")
        elif name == "30 days":
            facts.append(f"{name}: no reviews of cards with two repetitions or more")
        rates = {"young": young.figures, "mature": mature.figures, "all": every.figures}
        done = {"answers": work.answers, "seconds": work.seconds, "too_few": every.too_few}
        figures.append({"span": name, "since": _iso(since), **done, **rates})
    return Section(
        facts,
        Bars(points, most=1.0) if points else None,
        Table(("", "answers", "young", "known", "95 %", "mature", "known", "95 %"), rows),
        figures={"retention": figures},
    )


def _newest(sums: Sums, what: str = "") -> list[str]:
    """Which answers are read one by one, and what is said of them."""
    if not sums.answers:
        return ["no answers in this period"]
    since = dated(min(answer.day for answer in sums.answers))
    newest = f"of the newest {counted(len(sums.answers), 'answer')}, since {since}"
    return [f"{newest}: {what}" if what else newest]


def _kinds(sums: Sums) -> Section:
    met = sorted(one.why or GIVEN_UP for one in sums.answers if one.why or one.verdict == "shown")
    kinds = dict(Counter(met).most_common())  # equals by name, since these are sorted
    points = _bars((words.kind_in_words(why), count) for why, count in kinds.items())
    facts = _newest(sums, f"{sum(kinds.values()):,} met a failed check or were given up")
    since = _iso(min((answer.day for answer in sums.answers), default=None))
    figures = {"failures.answers": len(sums.answers), "failures.since": since, "failures.kinds": kinds}
    return Section(facts, *_drawn(points, "kind", "answers"), figures=figures)


def _mistakes(sums: Sums) -> Section:
    every = sorted(mistake for answer in sums.answers for mistake in answer.mistakes)
    mistakes = dict(Counter(every).most_common(_MOST))
    points = _bars((clean(text), count) for text, count in mistakes.items())
    facts = _newest(sums, "" if points else "none met")
    drawn = _drawn(points, "misconception", "answers")
    return Section(facts, *drawn, figures={"failures.mistakes": mistakes})


def _worst(what: str, sums: Sums) -> Section:
    """The cards, or the tags, that fail most: answers below 3, of all; what was taught is left out."""
    every, failed = Counter[str](), Counter[str]()
    for answer in sums.answers:
        if answer.verdict != "taught":
            names = (answer.card,) if what == "card" else answer.tags
            every.update(names)
            failed.update(names if answer.q < _PASS else ())
    rates = [(name, Rate(count, every[name])) for name, count in failed.items()]
    if what == "card":
        worst = nsmallest(_MOST, rates, key=lambda one: (-one[1].hits, one[1].of, one[0]))
        none, lengths = "none failed", [float(rate.hits) for _, rate in worst]
    else:
        rates = [one for one in rates if one[1].hits > 1]
        worst = nsmallest(_MOST, rates, key=lambda one: (-one[1].share, -one[1].hits, one[0]))
        none, lengths = "none failed twice", [rate.share for _, rate in worst]
    points = [
        Point(clean(name), length, f"{rate.hits:,} of {rate.of:,}")
        for (name, rate), length in zip(worst, lengths, strict=True)
    ]
    rows = [(clean(name), f"{rate.hits:,}", *rate.cells) for name, rate in worst]
    return Section(
        _newest(sums, "" if worst else none),
        Bars(points) if points else None,
        Table((what, "failed", "answers", "share", "95 %"), rows),
        figures={f"failures.{what}s": [{what: name, **rate.figures} for name, rate in worst]},
    )


def _by_value(counts: Mapping[int, int], write: Callable[[int], str] = str) -> dict[str, int]:
    return {write(value): count for value, count in sorted(counts.items())}


def _intervals(sums: Sums) -> Section:
    cards, intervals = sums.cards, sums.cards.intervals
    seen, mature = sum(intervals.values()), sum(n for days, n in intervals.items() if days >= _MATURE)
    facts = [f"{counted(seen, 'card')} seen ({mature:,} mature), {cards.unseen:,} not yet"]
    half = quantile([*Counter(intervals).elements()], 0.5)
    facts += [f"half of them come back after {counted(int(half), 'day')} or less"] if half is not None else []
    bins = binned(intervals, (0, 2, 4, 7, 14, 21, 30, 60, 90, 180, 365, 730))
    points = [one._replace(label=f"{one.label} d") for one in bins]
    figures = {"cards.seen": seen, "cards.unseen": cards.unseen, "cards.intervals": _by_value(intervals)}
    return Section(facts, *_drawn(points, "days", "cards", "share", of=seen), figures=figures)


def _ease_text(ease: int) -> str:
    return f"{ease / 100:.2f}"


def _ease(sums: Sums) -> Section:
    eases, named, facts = sums.cards.eases, sums.cards.low, []
    seen, lowest = sum(eases.values()), sum(n for ease, n in eases.items() if ease <= _LOWEST_EASE)
    if seen:
        facts.append(f"mean ease {sum(ease * n for ease, n in eases.items()) / seen / 100:.2f}")
    if lowest:
        facts.append(f"{counted(lowest, 'card')} {'has' if lowest == 1 else 'have'} the lowest ease, 1.30: ")
        for card, days, lapses in named:
            facts.append(f"  {clean(card)}   interval {days} d, {counted(lapses, 'lapse')}")
        rest = lowest - len(named)
        facts += [f"  and {rest:,} more: ptcards cards 'prop:ease<=1.3'"] if rest > 0 else []
        facts.append(
            "Only Easy (5) raises an ease, by 0.10 each time; Good (4) keeps it, Hard (3) takes 0.14. A card "
            "that stays here asks too much at once: split it, give it a hint, or write its question anew (e)."
        )
    bins = binned(eases, (130, 131, *range(140, 360, 10)), _ease_text)
    points = [*dropwhile(lambda one: not one.value, bins)]
    figures = {
        "cards.eases": _by_value(eases, _ease_text),
        "cards.lowest_ease": {"cards": lowest, "named": [one._asdict() for one in named]},
    }
    return Section(facts, *_drawn(points, "ease", "cards", "share", of=seen), figures=figures)


def _lapses(sums: Sums) -> Section:
    lapses = sums.cards.lapses
    lapsed = sum(n for value, n in lapses.items() if value)
    points = binned(lapses, (0, 1, 2, 3, 4, 6, 8, 12, 16))
    return Section(
        [f"{counted(lapsed, 'card')} lapsed at least once, {_leeching(sums):,} leeches (8 lapses or more)"],
        *_drawn(points, "lapses", "cards", "share", of=sum(lapses.values())),
        figures={"cards.lapses": _by_value(lapses)},
    )


def _leeching(sums: Sums) -> int:
    return sum(n for lapses, n in sums.cards.lapses.items() if lapses >= _LEECH)


def _leeches(sums: Sums) -> Section:
    every, leeches = _leeching(sums), sums.cards.leeches
    facts = [f"{clean(one.card)}   {counted(one.lapses, 'lapse')}" for one in leeches] or ["none"]
    rest = every - len(leeches)
    facts += [f"and {rest:,} more: ptcards cards is:leech"] if rest > 0 else []
    samples, named = [], []
    for leech in leeches:
        for day, why, code in leech.failed:
            parts = (clean(leech.card), dated(day), words.kind_in_words(why))
            samples.append((" · ".join(filter(None, parts)), visible(code.expandtabs(4).rstrip())))
        failed = [{"day": _iso(day), "why": why, "answer": code} for day, why, code in leech.failed]
        named.append({"card": leech.card, "lapses": leech.lapses, "failed": failed})
    return Section(facts, samples=samples, figures={"cards.leeches": {"cards": every, "named": named}})


def _time(sums: Sums) -> Section:
    times: dict[str, list[float]] = {}
    for answer in sums.answers:
        if answer.seconds is not None:
            times.setdefault(answer.card, []).append(answer.seconds)
    seconds = [one for each in times.values() for one in each]
    median, most = quantile(seconds, 0.5), quantile(seconds, 0.9)
    facts = []
    if median is not None and most is not None:
        newest = f"half of the newest {counted(len(sums.answers), 'answer')} took at most {lasting(median)}"
        facts.append(f"{newest}, nine of ten at most {lasting(most)}")
    middle: dict[str, float] = {}
    for card, each in times.items():
        each.sort()
        middle[card] = (each[(len(each) - 1) // 2] + each[len(each) // 2]) / 2
    slowest = nsmallest(_MOST, middle.items(), key=lambda one: (-one[1], one[0]))
    points = [Point(clean(card), long, lasting(long)) for card, long in slowest if long]
    named = [{"card": card, "answers": len(times[card]), "seconds": long} for card, long in slowest]
    rows = []
    for _, title, _, work in _spans(sums):
        mean = lasting(work.seconds / work.answers) if work.answers else words.NONE
        rows.append((title, f"{work.answers:,}", lasting(work.seconds), mean))
    return Section(
        facts,
        Bars(points) if points else None,
        Table(("", "answers", "time", "an answer"), rows),
        figures={"failures.seconds": {"median": median, "nine_of_ten": most}, "failures.slowest": named},
    )


def _hours(sums: Sums) -> Section:
    known = {one.hour: Rate(one.passed, one.passed + one.failed) for one in sums.hours}
    hours = [known.get(hour, Rate()) for hour in range(24)]
    points = _bars(("" if hour % 3 else str(hour), rate.of) for hour, rate in enumerate(hours))
    rows = [(f"{hour:02}:00", *rate.cells) for hour, rate in enumerate(hours) if rate.of]
    enough = [hour for hour in range(24) if not hours[hour].too_few]
    fact = "too few reviews in any hour to compare"
    if enough:
        best = max(enough, key=lambda hour: hours[hour].share)
        fact = f"best at {best:02}:00: {hours[best].percent} passed ({hours[best].cells[2]})"
    return Section(
        [f"since {dated(sums.since)}: {fact}"],
        Columns(points) if rows else None,
        Table(("hour", "reviews", "passed", "95 %"), rows),
        figures={"hours": [{"hour": hour, **rate.figures} for hour, rate in enumerate(hours)]},
    )


def _grades(sums: Sums) -> Section:
    work = _work(sums.days, sums.since)
    points = _bars(zip(_GRADES, work[1:7], strict=True))
    chart, table = _drawn(points, "grade", "reviews", "share", of=work.repetitions)
    reviews, new = counted(work.repetitions, "review"), counted(work.introduced, "card")
    fact = f"since {dated(sums.since)}: {reviews}, {new} seen for the first time"
    return Section([fact], chart if work.repetitions else None, table)


_SHOWN: tuple[Callable[[Sums], Section], ...] = (
    *(_today, _calendar, _forecast, _retention, _kinds, _mistakes, partial(_worst, "card")),
    *(partial(_worst, "tag"), _year_ahead, _intervals, _ease, _lapses, _time, _hours, _grades, _leeches),
)
"""In the order of `words.SECTIONS`."""
